-- what is wrong with a stock, before anybody clusters it
--
-- stock_homes() reads the stock once and marks what is wrong with each home by
-- itself, find_problems() looks at homes beside each other, problem_words() has the
-- words.  Rows are homes here, whatever their weights.

CREATE OR REPLACE FUNCTION places_internal.stock_homes(
	stock regclass, id_column name, authority_column name, geom_column name, weight_column name, rules places.ruleset,
	OUT home_id text, OUT digits int, OUT authority text, OUT srid int, OUT x float8, OUT y float8, OUT degrees boolean,
	OUT sound boolean, OUT grain int, OUT weight float8, OUT flaws text[])
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 10000 ROWS 100000;

COMMENT ON FUNCTION places_internal.stock_homes(regclass, name, name, name, name, places.ruleset) IS
	'the homes of a stock and what is wrong with each by itself; digits: of an id of nothing else, negative if it begins with 0; sound: a location like any other; grain: metres to which it is rounded; weight: if valid';

CREATE OR REPLACE FUNCTION places_internal.plain_name(name text)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 100
RETURN pg_catalog.lower(pg_catalog.btrim(pg_catalog.regexp_replace(pg_catalog.regexp_replace(name,
	'[\u00ad\u180e\u200b-\u200f\u2060\ufeff]', '', 'g'),
	'[\s\u00a0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+', ' ', 'g')) COLLATE pg_catalog."default");

COMMENT ON FUNCTION places_internal.plain_name(text) IS
	'the name of an authority without what people do not see in it or mean by it: case, invisible characters, blanks but for one between words';

CREATE OR REPLACE FUNCTION places_internal.home_words(home_id text, authority text, x float8, y float8)
RETURNS text LANGUAGE sql STABLE PARALLEL SAFE COST 10
RETURN pg_catalog.concat(COALESCE(home_id, 'without an id'), ' in "' || authority || '"',
	CASE WHEN x IS NOT NULL THEN pg_catalog.format(' at (%s %s)', x, y) END);

COMMENT ON FUNCTION places_internal.home_words(text, text, float8, float8) IS 'a home for people to find: its id, authority and coordinates';

/*
 * A home is far if no home of its authority that is nearer to the middle, the
 * median of x and of y, is within 50 km of it, the distance beyond which the
 * methods leave it out.  If so many are, it is an authority in two parts, unless the
 * mirrored point would be among the others.
 */
CREATE OR REPLACE FUNCTION places_internal.find_problems(
	stock regclass, id_column name, authority_column name, geom_column name, weight_column name, rules places.ruleset)
RETURNS TABLE (problem text, homes bigint, example text, argument text, more text)
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000 ROWS 10
BEGIN ATOMIC
	WITH h AS MATERIALIZED (
		SELECT s.home_id COLLATE pg_catalog."C" AS home_id, s.digits, s.authority COLLATE pg_catalog."C" AS authority, s.srid, s.x, s.y,
			s.degrees, s.sound, s.grain, s.weight, s.flaws
		FROM places_internal.stock_homes(stock, id_column, authority_column, geom_column, weight_column, rules) s),
	flawed AS (
		SELECT f.problem || CASE WHEN f.problem = 'axes exchanged' AND h.degrees THEN '/degrees' ELSE '' END AS problem,
			pg_catalog.count(*) AS homes, pg_catalog.min(places_internal.home_words(h.home_id, h.authority, h.x, h.y)) AS example
		FROM h CROSS JOIN LATERAL pg_catalog.unnest(h.flaws) f(problem)
		WHERE h.flaws IS NOT NULL
		GROUP BY 1),

	/* ids */
	id AS MATERIALIZED (
		SELECT pg_catalog.abs(i.digits) AS digits, pg_catalog.sum(i.n) AS homes, pg_catalog.sum(i.n - 1) AS again,
			pg_catalog.min(pg_catalog.format('%s, in %s rows', i.home_id, i.n)) FILTER (WHERE i.n > 1) AS twice,
			pg_catalog.bool_or(i.digits < 0) AS zeros, pg_catalog.min(i.home_id) AS first
		FROM (SELECT h.home_id, pg_catalog.min(h.digits) AS digits, pg_catalog.count(*) AS n FROM h WHERE h.home_id IS NOT NULL GROUP BY 1) i
		GROUP BY 1),
	shorter AS (
		SELECT pg_catalog.sum(i.homes)::bigint AS homes, pg_catalog.min(i.first) AS first, l.digits
		FROM id i JOIN (SELECT z.digits FROM id z WHERE z.zeros ORDER BY z.homes DESC, z.digits DESC LIMIT 1) l
			ON i.digits BETWEEN 1 AND l.digits - 1 AND NOT i.zeros
		GROUP BY l.digits),

	/* authorities, each by reference system */
	part AS MATERIALIZED (
		SELECT h.authority, h.srid, pg_catalog.count(*) AS n, pg_catalog.sum(h.weight) AS weight, pg_catalog.count(*) FILTER (WHERE h.sound) AS sound,
			pg_catalog.min(h.home_id) AS first, pg_catalog.bool_or(h.degrees) AS degrees,
			COALESCE(pg_catalog.bool_and(pg_catalog.abs(h.x) <= 180 AND pg_catalog.abs(h.y) <= 180), false) AS low,
			pg_catalog.count(*) FILTER (WHERE pg_catalog.abs(h.x) <= 180 AND pg_catalog.abs(h.y) <= 180
				AND (pg_catalog.abs(10 * h.x - pg_catalog.round(10 * h.x)) > 1e-6 OR pg_catalog.abs(10 * h.y - pg_catalog.round(10 * h.y)) > 1e-6)) AS fine,
			pg_catalog.count(*) FILTER (WHERE h.grain >= 100) AS by_100, pg_catalog.count(*) FILTER (WHERE h.grain >= 1000) AS by_1000,
			GREATEST(pg_catalog.max(h.x) FILTER (WHERE h.sound) - pg_catalog.min(h.x) FILTER (WHERE h.sound),
				pg_catalog.max(h.y) FILTER (WHERE h.sound) - pg_catalog.min(h.y) FILTER (WHERE h.sound)) AS side
		FROM h GROUP BY 1, 2),
	whole AS MATERIALIZED (
		SELECT p.authority, pg_catalog.sum(p.n)::bigint AS n, pg_catalog.sum(p.weight) AS weight, pg_catalog.count(p.srid) AS systems
		FROM part p GROUP BY 1),
	spelling AS MATERIALIZED (
		SELECT w.plain, pg_catalog.sum(w.n)::bigint AS n, pg_catalog.max(w.n) AS most, COALESCE(pg_catalog.sum(w.weight), 0) AS weight,
			pg_catalog.count(*) AS spellings, pg_catalog.array_agg(w.authority ORDER BY w.n DESC, w.authority) AS names
		FROM (SELECT w.*, places_internal.plain_name(w.authority) AS plain FROM whole w WHERE w.authority IS NOT NULL) w
		GROUP BY 1),
	too_small AS (
		SELECT pg_catalog.sum(s.n)::bigint AS n, pg_catalog.count(*) AS authorities,
			pg_catalog.min(pg_catalog.format('"%s" has %s', s.names[1], s.weight)) AS example
		FROM spelling s
		WHERE s.plain <> '' AND s.weight < (rules).min_homes / 2),

	/* reference systems */
	system AS MATERIALIZED (
		SELECT p.srid, pg_catalog.sum(p.n)::bigint AS n, pg_catalog.min(p.first) AS first,
			pg_catalog.row_number() OVER (ORDER BY pg_catalog.sum(p.n) DESC, p.srid) AS nr
		FROM part p WHERE p.srid IS NOT NULL GROUP BY 1),

	/* homes beyond 50 km of the middle of their authority, in order of the distance, behind the farthest within;
	   where there can be such: in authorities that do not fit into a square with a diagonal of 50 km */
	wide AS MATERIALIZED (
		SELECT p.authority, p.srid, p.sound, p.degrees
		FROM part p
		WHERE p.sound > 2 AND p.side > CASE WHEN p.degrees THEN 0.3 ELSE 35000 END),
	middle AS MATERIALIZED (
		SELECT p.authority, p.srid, p.sound, p.degrees,
			pg_catalog.percentile_disc(0.5) WITHIN GROUP (ORDER BY h.x) AS x, pg_catalog.percentile_disc(0.5) WITHIN GROUP (ORDER BY h.y) AS y
		FROM h JOIN wide p ON p.authority = h.authority AND p.srid = h.srid
		WHERE h.sound
		GROUP BY 1, 2, 3, 4),
	away AS (
		SELECT h.home_id, h.authority, h.srid, h.x, h.y, p.x AS mx, p.y AS my, p.sound AS n, p.degrees,
			CASE WHEN p.degrees THEN
				111195 * pg_catalog.sqrt(((h.x - p.x - 360 * pg_catalog.round((h.x - p.x) / 360)) * pg_catalog.cosd(p.y)) ^ 2 + (h.y - p.y) ^ 2)
			ELSE pg_catalog.sqrt((h.x - p.x) ^ 2 + (h.y - p.y) ^ 2) END AS metres
		FROM h JOIN middle p ON p.authority = h.authority AND p.srid = h.srid
		WHERE h.sound),
	beyond AS (
		SELECT b.*, pg_catalog.bool_or(b.apart) OVER (PARTITION BY b.authority, b.srid ORDER BY b.metres) AS far
		FROM (
			SELECT e.*, e.metres - pg_catalog.lag(e.metres, 1, 0::float8) OVER (PARTITION BY e.authority, e.srid ORDER BY e.metres) > 50000 AS apart
			FROM (
				SELECT a.*, true AS out FROM away a WHERE a.metres > 50000
				UNION ALL
				SELECT NULL, a.authority, a.srid, NULL, NULL, NULL, NULL, NULL, NULL, pg_catalog.max(a.metres), false
				FROM away a WHERE a.metres <= 50000 GROUP BY a.authority, a.srid) e) b),
	judged AS (
		SELECT j.*, pg_catalog.count(*) FILTER (WHERE j.problem = 'far from its authority') OVER (PARTITION BY j.authority, j.srid) AS far_ones
		FROM (
			SELECT b.*, CASE
				WHEN NOT b.degrees AND pg_catalog.abs(b.x) <= 180 AND pg_catalog.abs(b.y) <= 90 THEN 'degrees read as metres'
				WHEN pg_catalog.sqrt((b.y - b.mx) ^ 2 + (b.x - b.my) ^ 2) <= CASE WHEN b.degrees THEN 0.5 ELSE 50000 END THEN 'axes exchanged/far'
				ELSE 'far from its authority' END AS problem
			FROM beyond b WHERE b.far AND b.out) j),
	strayed AS (
		SELECT j.problem, j.authority, j.srid, pg_catalog.count(*) AS homes,
			pg_catalog.min(places_internal.home_words(j.home_id, j.authority, j.x, j.y)) AS example,
			pg_catalog.format(CASE WHEN pg_catalog.bool_or(j.degrees) THEN 'ST_MakePoint(%s, %s)::geography' ELSE 'ST_SetSRID(ST_MakePoint(%s, %s), %s)' END,
				pg_catalog.min(j.mx), pg_catalog.min(j.my), j.srid) AS middle
		FROM judged j
		WHERE j.problem = 'degrees read as metres' OR j.n >= 10 AND (j.problem = 'axes exchanged/far' OR j.far_ones <= GREATEST(3, j.n / 20))
		GROUP BY 1, 2, 3),

	/* points */
	crowd AS (
		SELECT c.n, c.x, c.y, c.first, CASE WHEN c.several THEN 'one point in several authorities' ELSE 'many homes on one point' END AS problem
		FROM (
			SELECT p.n, p.x, p.y, pg_catalog.min(h.home_id) AS first,
				places_internal.plain_name(pg_catalog.min(h.authority)) <> places_internal.plain_name(pg_catalog.max(h.authority)) AS several
			FROM (SELECT i.srid, i.x, i.y, pg_catalog.count(*) AS n FROM h i WHERE i.sound GROUP BY 1, 2, 3 HAVING pg_catalog.count(*) >= 20) p
			JOIN h ON h.srid = p.srid AND h.x = p.x AND h.y = p.y
			GROUP BY p.srid, p.x, p.y, p.n) c
		WHERE c.several OR c.n > 500),

	/* weights, where there are any */
	heavy AS (
		SELECT pg_catalog.count(*) AS homes, m.limit,
			pg_catalog.min(pg_catalog.concat(places_internal.home_words(h.home_id, h.authority, h.x, h.y), ' of weight ', h.weight)) AS example
		FROM h
		JOIN (SELECT GREATEST(1000, 100 * pg_catalog.percentile_disc(0.5) WITHIN GROUP (ORDER BY i.weight)) AS limit
			FROM h i WHERE i.weight > 0 AND weight_column IS NOT NULL) m ON h.weight > m.limit
		WHERE weight_column IS NOT NULL
		GROUP BY m.limit)

	SELECT 'stock is empty', 0, NULL, NULL, NULL WHERE NOT EXISTS (SELECT FROM whole)
	UNION ALL SELECT f.problem, f.homes, f.example, '27700', NULL FROM flawed f
	UNION ALL SELECT 'duplicate id', pg_catalog.sum(i.again)::bigint, pg_catalog.min(i.twice), NULL, NULL FROM id i HAVING pg_catalog.sum(i.again) > 0
	UNION ALL SELECT 'id without its leading zeros', s.homes, s.first, s.digits::text, NULL FROM shorter s
	UNION ALL
	SELECT 'authority spelled differently', s.n - s.most, pg_catalog.format('"%s" beside "%s"', s.names[2], s.names[1]),
		pg_catalog.quote_literal(s.names[1]),
		(SELECT pg_catalog.string_agg(pg_catalog.quote_literal(n.name), ', ' ORDER BY n.nr) FROM pg_catalog.unnest(s.names[2:20]) WITH ORDINALITY n(name, nr))
	FROM spelling s WHERE s.plain <> '' AND s.spellings > 1
	UNION ALL SELECT 'blank authority', s.n, pg_catalog.quote_literal(s.names[1]), pg_catalog.quote_literal(s.names[1]), NULL FROM spelling s WHERE s.plain = ''
	UNION ALL SELECT 'authority too small', t.n, t.example, t.authorities::text, (rules).min_homes::text FROM too_small t WHERE t.authorities > 0
	UNION ALL
	SELECT 'too many homes', w.n, pg_catalog.format('"%s" has %s in %s rows', w.authority, w.weight, w.n), NULL, NULL
	FROM whole w WHERE w.weight > 1e15 OR w.n > 30000000
	UNION ALL
	SELECT CASE WHEN EXISTS (SELECT FROM whole w WHERE w.systems > 1) THEN 'mixed SRIDs' ELSE 'mixed SRIDs/apart' END, s.n,
		pg_catalog.format('%s has SRID %s, others have %s', s.first, s.srid, m.srid), COALESCE(NULLIF(m.srid, 0), 27700)::text, NULL
	FROM system s JOIN system m ON m.nr = 1 AND s.nr > 1
	UNION ALL
	SELECT 'degrees read as metres', p.n, pg_catalog.format('%s and the others of "%s"', p.first, p.authority), COALESCE(NULLIF(p.srid, 0), 27700)::text, NULL
	FROM part p WHERE p.low AND NOT p.degrees AND p.n > 5 AND 2 * p.fine >= p.n AND p.srid <> 27700
	UNION ALL
	SELECT s.problem, s.homes, s.example,
		CASE WHEN s.problem = 'degrees read as metres' THEN COALESCE(NULLIF(s.srid, 0), 27700)::text ELSE pg_catalog.quote_literal(s.authority) END, s.middle
	FROM strayed s
	UNION ALL
	SELECT c.problem, c.n, pg_catalog.format('%s homes at (%s %s), such as %s', c.n, c.x, c.y, c.first), c.x::text, c.y::text FROM crowd c
	UNION ALL SELECT 'weight far above the others', w.homes, w.example, w.limit::text, NULL FROM heavy w
	UNION ALL
	SELECT 'rounded coordinates', r.n, r.first, CASE WHEN 10 * r.by_1000 >= 9 * r.n THEN '1000' ELSE '100' END, NULL
	FROM (
		SELECT pg_catalog.sum(p.n)::bigint AS n, pg_catalog.min(p.first) AS first, pg_catalog.sum(p.by_100) AS by_100, pg_catalog.sum(p.by_1000) AS by_1000
		FROM part p WHERE p.srid IS NOT NULL) r
	WHERE r.n >= 20 AND 10 * r.by_100 >= 9 * r.n;
END;

COMMENT ON FUNCTION places_internal.find_problems(regclass, name, name, name, name, places.ruleset) IS
	'the problems of a stock, some of them several times, with an example and what advice needs to know';

/*
 * In the advice stand 1 the stock; 2 to 4 its columns of ids, authorities and locations,
 * 5 that as geometry, 6 the way back, 7 the weights; 8 all but the locations; 9 and 10 what
 * the problem says.
 */
CREATE OR REPLACE FUNCTION places_internal.problem_words()
RETURNS TABLE (problem text, severity text, advice text) LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10 ROWS 32
BEGIN ATOMIC
	VALUES
	('stock is empty', 'error', 'Load homes into %1$s.'),
	('SRID in degrees', 'error', 'CREATE VIEW homes_on_earth AS SELECT %8$s, %5$s::geography AS %4$s FROM %1$s;'),
	('SRID not in metres', 'error', 'CREATE VIEW homes_on_earth AS SELECT %8$s, ST_Transform(%5$s, 4326)::geography AS %4$s FROM %1$s;'),
	('SRID of a world map', 'error', 'CREATE VIEW homes_on_earth AS SELECT %8$s, ST_Transform(%5$s, 4326)::geography AS %4$s FROM %1$s;'),
	('unknown SRID', 'error', 'Say which it is, if it is the British National Grid: UPDATE %1$s SET %4$s = ST_SetSRID(%5$s, 27700) WHERE ST_SRID(%5$s) <> 0 AND ST_SRID(%5$s) NOT IN (SELECT srid FROM spatial_ref_sys);'),
	('metres under a SRID in degrees', 'error', 'CREATE VIEW homes_in_metres AS SELECT %8$s, ST_Transform(ST_SetSRID(%5$s, CASE WHEN abs(ST_XMin(%5$s)) <= 180 AND abs(ST_YMin(%5$s)) <= 90 THEN 4326 ELSE %9$s END), %9$s) AS %4$s FROM %1$s;'),
	('degrees read as metres', 'error', 'CREATE VIEW homes_in_metres AS SELECT %8$s, ST_Transform(ST_SetSRID(%5$s, CASE WHEN abs(ST_XMin(%5$s)) <= 180 AND abs(ST_YMin(%5$s)) <= 90 THEN 4326 ELSE %9$s END), %9$s) AS %4$s FROM %1$s;'),
	('mixed SRIDs', 'error', 'CREATE VIEW homes_in_one_srid AS SELECT %8$s, ST_Transform(CASE WHEN ST_SRID(%5$s) = 0 THEN ST_SetSRID(%5$s, %9$s) ELSE %5$s END, %9$s) AS %4$s FROM %1$s;'),
	('mixed SRIDs/apart', 'warning', 'CREATE VIEW homes_in_one_srid AS SELECT %8$s, ST_Transform(CASE WHEN ST_SRID(%5$s) = 0 THEN ST_SetSRID(%5$s, %9$s) ELSE %5$s END, %9$s) AS %4$s FROM %1$s;'),
	('not a point', 'error', 'UPDATE %1$s SET %4$s = ST_PointOnSurface(%5$s)%6$s WHERE ST_GeometryType(%5$s) <> ''ST_Point'';'),
	('no location', 'error', 'Look them up: SELECT * FROM %1$s WHERE %4$s IS NULL OR ST_IsEmpty(%5$s) OR greatest(abs(ST_XMin(%5$s)), abs(ST_YMin(%5$s))) > 1e8;'),
	('null island', 'error', 'Look them up; until then: UPDATE %1$s SET %4$s = NULL WHERE ST_XMin(%5$s) = 0 AND ST_YMin(%5$s) = 0;'),
	('axes exchanged', 'error', 'UPDATE %1$s SET %4$s = ST_FlipCoordinates(%5$s)%6$s WHERE NOT (ST_XMin(%5$s) BETWEEN 0 AND 700000 AND ST_YMin(%5$s) BETWEEN 0 AND 1300000) AND ST_YMin(%5$s) BETWEEN 0 AND 700000 AND ST_XMin(%5$s) BETWEEN 0 AND 1300000;'),
	('axes exchanged/degrees', 'error', 'UPDATE %1$s SET %4$s = ST_FlipCoordinates(%5$s)%6$s WHERE ST_XMin(%5$s) BETWEEN 49 AND 61 AND ST_YMin(%5$s) BETWEEN -11 AND 2;'),
	('axes exchanged/far', 'error', 'UPDATE %1$s SET %4$s = ST_FlipCoordinates(%5$s)%6$s WHERE %3$s = %9$s AND ST_Distance(%4$s, %10$s) > 50000;'),
	('off the National Grid', 'error', 'Are these coordinates of SRID 27700? SELECT * FROM %1$s WHERE NOT (ST_XMin(%5$s) BETWEEN 0 AND 700000 AND ST_YMin(%5$s) BETWEEN 0 AND 1300000);'),
	('no authority', 'error', 'Fill it in: SELECT * FROM %1$s WHERE %3$s IS NULL;'),
	('bad weight', 'error', 'UPDATE %1$s SET %7$s = 1 WHERE %7$s IS NULL OR NOT (%7$s = 0 OR %7$s BETWEEN 1e-9 AND 1e9);'),
	('too many homes', 'error', 'Group by parts of that authority, or give weights in a larger unit.'),
	('id in powers of ten', 'error', 'Load them anew as text, from a file that no spreadsheet has saved: SELECT * FROM %1$s WHERE %2$s::text ~ ''^ *[0-9.,]+[Ee][+][0-9]+$'';'),
	('id with .0', 'warning', 'ALTER TABLE %1$s ALTER %2$s TYPE text USING regexp_replace(%2$s::text, ''^([0-9]+)[.]0+$'', ''\1'');'),
	('id without its leading zeros', 'warning', 'UPDATE %1$s SET %2$s = lpad(%2$s, %9$s, ''0'') WHERE %2$s ~ ''^[0-9]+$'' AND length(%2$s) < %9$s;'),
	('duplicate id', 'warning', 'Each row counts as a home: SELECT %2$s, count(*) FROM %1$s GROUP BY %2$s HAVING count(*) > 1;'),
	('no id', 'warning', 'SELECT * FROM %1$s WHERE %2$s IS NULL OR btrim(%2$s::text) = '''';'),
	('far from its authority', 'warning', 'Look at them: SELECT * FROM %1$s WHERE %3$s = %9$s AND ST_Distance(%4$s, %10$s) > 50000;'),
	('authority spelled differently', 'warning', 'UPDATE %1$s SET %3$s = %9$s WHERE %3$s IN (%10$s);'),
	('blank authority', 'warning', 'UPDATE %1$s SET %3$s = NULL WHERE %3$s = %9$s;'),
	('weight far above the others', 'warning', 'Are these homes, or something else? SELECT * FROM %1$s WHERE %7$s > %9$s;'),
	('many homes on one point', 'warning', 'Is it an office, or the middle of a postcode? SELECT * FROM %1$s WHERE ST_XMin(%5$s) = %9$s AND ST_YMin(%5$s) = %10$s;'),
	('one point in several authorities', 'warning', 'Is it an office, or the middle of a postcode? SELECT * FROM %1$s WHERE ST_XMin(%5$s) = %9$s AND ST_YMin(%5$s) = %10$s;'),
	('authority too small', 'note', '%9$s with fewer than half of the %10$s homes that a place needs: put neighbours together in %3$s, or lower min_homes in places.rules().'),
	('rounded coordinates', 'note', 'They are on a grid of %9$s m: those of the addresses themselves make better places.');
END;

COMMENT ON FUNCTION places_internal.problem_words() IS
	'the problems that a stock can have, behind a slash variants of one, how bad each is, and a template of what to do about it';

CREATE OR REPLACE FUNCTION places.check_stock(
	stock regclass, id_column name DEFAULT NULL, authority_column name DEFAULT NULL, geom_column name DEFAULT NULL,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL)
RETURNS TABLE (severity text, problem text, homes bigint, example text, advice text)
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000 ROWS 10
BEGIN ATOMIC
	SELECT f.severity, f.name, f.homes, f.example,
		f.advice || CASE WHEN f.cases > 1 THEN pg_catalog.format(' -- the largest of %s cases: then check again', f.cases) ELSE '' END
	FROM (
		SELECT DISTINCT ON (a.name) a.severity, a.name, a.example, a.advice, pg_catalog.count(*) OVER (PARTITION BY a.name) AS cases,
			pg_catalog.sum(a.homes) OVER (PARTITION BY a.name)::bigint AS homes
		FROM (
			SELECT w.severity, n.name, pg_catalog.sum(p.homes) AS homes, pg_catalog.min(p.example COLLATE pg_catalog."C") AS example,
				pg_catalog.format(w.advice, c.stock, c.id, c.authority, c.geom, CASE WHEN c.geodetic THEN c.geom || '::geometry' ELSE c.geom END,
					CASE WHEN c.geodetic THEN '::geography' ELSE '' END, c.weight, pg_catalog.concat_ws(', ', c.id, c.authority, c.weight),
					p.argument, p.more) AS advice
			FROM places_internal.stock_columns(stock, id_column, authority_column, geom_column) k
			CROSS JOIN LATERAL places_internal.find_problems(stock, k.id_column, k.authority_column, k.geom_column, weight_column, rules) p
			JOIN places_internal.problem_words() w ON w.problem = p.problem
			CROSS JOIN LATERAL pg_catalog.split_part(p.problem, '/', 1) n(name)
			CROSS JOIN LATERAL (
				SELECT stock::text AS stock, pg_catalog.quote_ident(k.id_column) AS id, pg_catalog.quote_ident(k.authority_column) AS authority,
					pg_catalog.quote_ident(k.geom_column) AS geom, pg_catalog.quote_ident(weight_column) AS weight,
					places_internal.is_geography(stock, k.geom_column) AS geodetic) c
			GROUP BY 1, 2, 5) a
		ORDER BY a.name, a.homes DESC, a.example, a.advice COLLATE pg_catalog."C") f
	ORDER BY pg_catalog.array_position(ARRAY['error', 'warning', 'note'], f.severity), f.homes DESC, f.name COLLATE pg_catalog."C";
END;

COMMENT ON FUNCTION places.check_stock(regclass, name, name, name, places.ruleset, name) IS
	'what is wrong with a table or view of homes, worst first: how bad (error: costs homes, or the whole answer; warning: likely wrong; note), the problem, how many rows have it, an example and what to do';
