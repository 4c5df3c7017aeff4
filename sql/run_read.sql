-- what a run reads: the homes of the stock, with where they were and what people decided
--
-- read_stock reads and clusters, and puts what comes out into tables of the
-- session: places_run_home, places_run_place and places_run_authority.

-- locations, whether geometry or geography, and wherever PostGIS is installed

CREATE OR REPLACE FUNCTION places_internal.plain_location(location geometry)
RETURNS geometry LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN location;
CREATE OR REPLACE FUNCTION places_internal.plain_location(location geography)
RETURNS geometry LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN location::geometry;

COMMENT ON FUNCTION places_internal.plain_location(geometry) IS 'a location as geometry';
COMMENT ON FUNCTION places_internal.plain_location(geography) IS 'a location as geometry';

CREATE OR REPLACE FUNCTION places_internal.srid_of(location geometry)
RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN ST_SRID(location);

COMMENT ON FUNCTION places_internal.srid_of(geometry) IS 'ST_SRID, wherever PostGIS is installed';

CREATE OR REPLACE FUNCTION places_internal.usable_location(location geometry, srid int)
RETURNS geometry LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
RETURN CASE WHEN ST_GeometryType(location) = 'ST_Point' AND ST_SRID(location) = srid THEN location END;
CREATE OR REPLACE FUNCTION places_internal.usable_location(location geography, srid int)
RETURNS geography LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
RETURN CASE WHEN ST_GeometryType(location::geometry) = 'ST_Point' AND ST_SRID(location::geometry) = srid THEN location END;

COMMENT ON FUNCTION places_internal.usable_location(geometry, int) IS 'a location if it is a point in a reference system, otherwise null';
COMMENT ON FUNCTION places_internal.usable_location(geography, int) IS 'a location if it is a point in a reference system, otherwise null';

CREATE OR REPLACE FUNCTION places_internal.location_problem(location geometry, srid int)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
RETURN CASE
	WHEN ST_GeometryType(location) <> 'ST_Point' THEN 'not_a_point'
	WHEN ST_SRID(location) <> srid THEN 'other_srid'
	ELSE 'no_location'
END;

COMMENT ON FUNCTION places_internal.location_problem(geometry, int) IS 'why a home cannot be placed where it is: not_a_point, other_srid or no_location';


CREATE OR REPLACE FUNCTION places_internal.postgis_path()
RETURNS text LANGUAGE sql STABLE PARALLEL SAFE COST 10
BEGIN ATOMIC
	SELECT pg_catalog.format('pg_catalog, %I, pg_temp', n.nspname)
	FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
	WHERE e.extname = 'postgis';
END;

COMMENT ON FUNCTION places_internal.postgis_path() IS 'the search path under which the functions of PostGIS are found';

CREATE OR REPLACE FUNCTION places_internal.transformed_if_known(shape geometry, srid int)
RETURNS geometry LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM pg_catalog.set_config('search_path', places_internal.postgis_path(), true);
	RETURN ST_Transform(shape, srid);
EXCEPTION WHEN OTHERS THEN
	RETURN NULL;
END
$$;

COMMENT ON FUNCTION places_internal.transformed_if_known(geometry, int) IS
	'a geometry in another reference system; null where its own is unknown';

/* by their bytes: no operator of PostGIS, which a parsed body would hold on to */
CREATE OR REPLACE FUNCTION places_internal.same_location(a geometry, b geometry)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
RETURN ROW(a)::record OPERATOR(pg_catalog.*=) ROW(b)::record;

COMMENT ON FUNCTION places_internal.same_location(geometry, geometry) IS 'whether two locations are the same, or both are null';

-- the homes of a run

CREATE OR REPLACE FUNCTION places_internal.homes_of_weight(weight float8)
RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN CASE WHEN weight IS NULL THEN 1 WHEN weight >= 0 AND weight < 'Infinity' THEN weight ELSE 0 END;

COMMENT ON FUNCTION places_internal.homes_of_weight(float8) IS
	'the homes that a row of a weight stands for: one without a weight column, none by a weight that is not valid';

CREATE OR REPLACE FUNCTION places_internal.is_in(outside text)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN outside IS NULL OR outside IN ('dispersed', 'pinned');

COMMENT ON FUNCTION places_internal.is_in(text) IS 'whether a home is in the place that it has, be it by a pin, and not only near it';

CREATE OR REPLACE FUNCTION places_internal.homes_at(plan_id int, run bigint)
RETURNS SETOF places_internal.membership LANGUAGE sql STABLE PARALLEL SAFE COST 10000 ROWS 10000
BEGIN ATOMIC
	SELECT m.* FROM places_internal.membership m
	WHERE m.plan_id = homes_at.plan_id AND m.since_run <= run AND (m.until_run IS NULL OR m.until_run > run);
END;

COMMENT ON FUNCTION places_internal.homes_at(int, bigint) IS 'where each home was in a run of a plan';

-- reading

CREATE OR REPLACE FUNCTION places_internal.run_query(p places_internal.plan_definition, base_run bigint, packed boolean)
RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000
AS $$
BEGIN
	/*
	 * m is where each home was in the base run, d those among them whose id
	 * another one has too: their location tells them apart; p are the pins to
	 * places that the run has.  They are no functions, since Citus plans none
	 * that has parameters and reads a table beside a distributed stock.  Rules
	 * are $1, as in the queries of places_internal.group_query().
	 */
	RETURN pg_catalog.format(
		'WITH m AS NOT MATERIALIZED (
			SELECT m.* FROM places_internal.membership m
			WHERE m.plan_id = %9$L AND m.since_run <= %10$L AND (m.until_run IS NULL OR m.until_run > %10$L)),
		d AS NOT MATERIALIZED (
			SELECT DISTINCT ON (m.home_id, m.authority, m.location)
				m.home_id, m.authority, m.location, m.place, m.outside
			FROM (SELECT DISTINCT m.home_id FROM m WHERE m.copy > 1) c
			JOIN m ON m.home_id = c.home_id
			ORDER BY m.home_id, m.authority, m.location, m.copy),
		p AS NOT MATERIALIZED (
			SELECT p.home_id, p.place, r.authority
			FROM places_internal.pinned_home p JOIN places_internal.place_result r ON r.place = p.place
			WHERE p.plan_id = %9$L AND r.run = %10$L AND r.reason IS DISTINCT FROM ''dispersed'')
		SELECT s.authority, pg_catalog.array_agg(s.home_id) AS ids,
			pg_catalog.array_agg(places_internal.plain_location(s.location)) AS locations,
			%6$s AS weights, %7$s AS labels,
			pg_catalog.array_agg(s.existed) AS existed, pg_catalog.array_agg(s.was_in) AS was_in,
			pg_catalog.array_agg(s.asked) AS asked, pg_catalog.array_agg(s.hold) AS hold, %11$s
		FROM (
			SELECT h.home_id, h.authority, h.location, h.weight, h.label, h.existed,
				CASE WHEN places_internal.is_in(h.outside) THEN h.place END AS was_in,
				COALESCE(p.place, CASE WHEN h.outside IS NULL THEN h.place END) AS asked,
				CASE WHEN p.place IS NOT NULL THEN ''pin''
					WHEN l.place IS NOT NULL THEN ''lock'' END AS hold
			FROM (
				SELECT h.*, COALESCE(m.home_id, d.home_id) IS NOT NULL AS existed,
					CASE WHEN d.home_id IS NULL THEN m.place ELSE d.place END AS place,
					CASE WHEN d.home_id IS NULL THEN m.outside ELSE d.outside END AS outside
				FROM (SELECT COALESCE(s.%1$I::text, '''') AS home_id, s.%2$I::text AS authority,
						s.%3$I AS location, %4$s AS weight, %8$s AS label
					FROM %5$s s) h
				LEFT JOIN m
					ON m.home_id = h.home_id AND m.authority = COALESCE(h.authority, '''') AND m.copy = 1
				LEFT JOIN d
					ON d.home_id = h.home_id AND d.authority = COALESCE(h.authority, '''')
					AND places_internal.same_location(d.location, places_internal.plain_location(h.location))) h
			LEFT JOIN p ON p.home_id = h.home_id AND p.authority = h.authority
			LEFT JOIN places_internal.locked_place l ON l.plan_id = %9$L AND l.place = h.place AND h.outside IS NULL) s
		GROUP BY s.authority',
		p.id_column, p.authority_column, p.geom_column,
		CASE WHEN p.weight_column IS NULL THEN '1::float8' ELSE pg_catalog.format('COALESCE(s.%I::float8, ''NaN'')', p.weight_column) END,
		places_internal.plan_stock(p),
		CASE WHEN p.weight_column IS NULL THEN 'NULL::float8[]' ELSE 'pg_catalog.array_agg(s.weight)' END,
		CASE WHEN p.label_column IS NULL THEN 'NULL::text[]' ELSE 'pg_catalog.array_agg(s.label)' END,
		CASE WHEN p.label_column IS NULL THEN 'NULL::text' ELSE pg_catalog.format('s.%I::text', p.label_column) END,
		p.plan_id, base_run,
		CASE WHEN packed THEN
			pg_catalog.format('places_internal.pack_past(CASE WHEN s.authority IS NOT NULL THEN places_internal.usable_location(s.location, %L) END,
				s.weight, s.asked, s.hold, %L) AS packed', p.srid, p.tolerance)
		ELSE
			pg_catalog.format('places.recluster(places_internal.usable_location(s.location, %L), s.weight, s.asked, s.hold, %L, $1)
				FILTER (WHERE s.authority IS NOT NULL) AS result', p.srid, p.tolerance)
		END);
END
$$;

COMMENT ON FUNCTION places_internal.run_query(places_internal.plan_definition, bigint, boolean) IS
	'the query that reads the homes of a plan by authority, with where they were in a run, what people decided, and the places found for them, rules being $1; or, packed, the homes for whoever finds them';

CREATE OR REPLACE FUNCTION places_internal.run_groups(grouped text, packed text, rules places.ruleset,
	OUT authority text, OUT ids text[], OUT locations geometry[], OUT weights float8[], OUT labels text[],
	OUT existed boolean[], OUT was_in bigint[], OUT asked bigint[], OUT hold text[], OUT result places.reclustering)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 100000 ROWS 300;

COMMENT ON FUNCTION places_internal.run_groups(text, text, places.ruleset) IS
	'what a run needs of each authority, from the two queries of places_internal.run_query(): the first run where other servers solve it, the second solved on all cores';

/*
 * Ids and authorities are keys of indexes, which take no more than 2.7 kB.  The
 * short form of a text that has its length is the text itself.
 */
CREATE OR REPLACE FUNCTION places_internal.short_key(key text)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN CASE WHEN pg_catalog.octet_length(key) <= 1000 THEN key
	ELSE pg_catalog.left(key, 200) || '...' || pg_catalog.md5(key) END;

COMMENT ON FUNCTION places_internal.short_key(text) IS
	'an id or authority as plans store it: of more than 1000 bytes the first 200 characters and a hash';

/*
 * The tables are made when all is read: whatever functions a view of homes
 * calls, none of them finds the tables, or puts others in their place.
 */
CREATE OR REPLACE FUNCTION places_internal.read_stock(r places_internal.run_record, p places_internal.plan_definition)
RETURNS places_internal.plan_definition LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	groups refcursor;
	g record;
	more boolean;
	authority text;
	made_before int := 0;
BEGIN
	PERFORM places_internal.group_query(places_internal.plan_stock(p), p.id_column, p.authority_column, p.geom_column, p.weight_column, 'ids');
	IF p.label_column IS NOT NULL THEN
		PERFORM places_internal.column_type(places_internal.plan_stock(p), 'label_column', p.label_column);
	END IF;
	IF p.srid IS NULL THEN
		p := places_internal.with_stock(p, places_internal.plan_stock(p));
		UPDATE places_internal.plan_definition d SET srid = p.srid WHERE d.plan_id = p.plan_id AND p.srid IS NOT NULL;
	END IF;

	OPEN groups FOR
		SELECT * FROM places_internal.run_groups(places_internal.run_query(p, r.base_run, false), places_internal.run_query(p, r.base_run, true), p.rules);
	FETCH groups INTO g;
	more := FOUND;
	CREATE TEMP TABLE places_run_home (LIKE places_internal.membership, made int, label text,
		existed boolean, was_in bigint, asked bigint, hold text) ON COMMIT DROP;
	CREATE TEMP TABLE places_run_place (made int, authority text, place bigint, homes float8, reason text, x float8,
		y float8, radius float8, mean_distance float8, rms_distance float8, density float8,
		outlying float8, attached float8) ON COMMIT DROP;
	CREATE TEMP TABLE places_run_authority (authority text, status text) ON COMMIT DROP;
	WHILE more LOOP
		authority := COALESCE(places_internal.short_key(g.authority), '');
		INSERT INTO pg_temp.places_run_authority VALUES (authority, COALESCE((g.result).choice, 'none'));
		INSERT INTO pg_temp.places_run_place
		SELECT made_before + l.number, authority, NULL, l.homes, l.reason, l.x, l.y, l.radius, l.mean_distance,
			l.rms_distance, l.density, l.outlying, l.attached
		FROM unnest(((g.result).list).homes, ((g.result).list).reason, ((g.result).list).x,
			((g.result).list).y, ((g.result).list).radius, ((g.result).list).mean_distance,
			((g.result).list).rms_distance, ((g.result).list).density, ((g.result).list).outlying,
			((g.result).list).attached)
			WITH ORDINALITY l(homes, reason, x, y, radius, mean_distance, rms_distance, density,
				outlying, attached, number);
		INSERT INTO pg_temp.places_run_home
		SELECT places_internal.short_key(h.home_id), p.plan_id, authority, 1, r.run, NULL, NULL,
			CASE
				WHEN g.authority IS NULL THEN 'no_authority'
				WHEN h.reason = 'no_location' THEN places_internal.location_problem(h.location, p.srid)
				WHEN h.reason NOT IN ('too_small', 'too_spread', 'too_small,too_spread') THEN h.reason
			END,
			h.weight, h.location, made_before + h.place, pg_catalog.left(h.label, 200), h.existed, h.was_in, h.asked, h.hold
		FROM unnest(g.ids, g.locations, g.weights, g.labels, g.existed, g.was_in, g.asked, g.hold,
			(g.result).place, (g.result).reason)
			h(home_id, location, weight, label, existed, was_in, asked, hold, place, reason);
		made_before := made_before + COALESCE(pg_catalog.cardinality(((g.result).list).homes), 0);
		FETCH groups INTO g;
		more := FOUND;
	END LOOP;
	CLOSE groups;
	ANALYZE pg_temp.places_run_home;
	ANALYZE pg_temp.places_run_place;
	PERFORM places_internal.number_copies();
	RETURN p;
END
$$;

COMMENT ON FUNCTION places_internal.read_stock(places_internal.run_record, places_internal.plan_definition) IS
	'clusters the stock of a plan into tables of the session: places_run_home, places_run_place and places_run_authority; the plan with what the stock says of its locations';

CREATE OR REPLACE FUNCTION places_internal.number_copies()
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	/* as a rule there are none, which hashes show sooner */
	IF (SELECT pg_catalog.count(*) = pg_catalog.count(DISTINCT pg_catalog.hashtextextended(h.home_id, 0))
		FROM pg_temp.places_run_home h) THEN
		RETURN;
	END IF;
	UPDATE pg_temp.places_run_home h SET copy = n.copy
	FROM (
		SELECT c.ctid, pg_catalog.row_number() OVER (PARTITION BY c.home_id
				ORDER BY c.authority, c.outside = 'no_authority', c.location, c.weight, c.hold) AS copy
		FROM pg_temp.places_run_home c
		WHERE c.home_id IN (SELECT d.home_id FROM pg_temp.places_run_home d
			GROUP BY d.home_id HAVING pg_catalog.count(*) > 1)) n
	WHERE h.ctid = n.ctid AND n.copy > 1;
END
$$;

COMMENT ON FUNCTION places_internal.number_copies() IS 'tells rows of one id apart';
