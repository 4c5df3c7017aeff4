-- runs: one execution of a plan
--
-- begin_run notes that a run has begun, perform_run does it and notes how it
-- ended.  In between, the homes, places and authorities of the run are in
-- tables of the session: read_stock fills them, name_places finds out which of
-- the places there have been before, and store_places, store_homes and the
-- functions named note_... write down what is new.

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

-- beginning

CREATE OR REPLACE FUNCTION places_internal.begin_run(plan text)
RETURNS bigint LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.find_plan(plan);
	begun bigint;
BEGIN
	PERFORM places_internal.lock_plan(p);
	/* as whoever had the lock left it */
	p := places_internal.find_plan(plan);
	UPDATE places_internal.run_record r
	SET status = 'crashed', finished_at = pg_catalog.clock_timestamp(),
		error = 'its server process ended before it did'
	WHERE r.plan_id = p.plan_id AND r.status = 'running';
	INSERT INTO places_internal.run_record (plan_id, base_run, who, started_at, status, rules, tolerance, versions)
	VALUES (p.plan_id, p.published_run, CURRENT_USER, pg_catalog.clock_timestamp(), 'running', p.rules, p.tolerance,
		places_internal.versions())
	RETURNING run INTO begun;
	RETURN begun;
END
$$;

COMMENT ON FUNCTION places_internal.begin_run(text) IS
	'notes the beginning of a run and gives its number; fails at once when the plan is being run';

CREATE OR REPLACE FUNCTION places_internal.versions()
RETURNS text LANGUAGE sql STABLE PARALLEL SAFE COST 100
BEGIN ATOMIC
	SELECT pg_catalog.format('places %s, PostgreSQL %s, PostGIS %s',
		(SELECT e.extversion FROM pg_catalog.pg_extension e WHERE e.extname = 'places'),
		pg_catalog.current_setting('server_version'), PostGIS_Lib_Version());
END;

COMMENT ON FUNCTION places_internal.versions() IS 'versions of this extension, PostgreSQL and PostGIS';

CREATE OR REPLACE FUNCTION places_internal.is_running(plan_id int)
RETURNS boolean LANGUAGE sql VOLATILE PARALLEL SAFE COST 100
BEGIN ATOMIC
	SELECT EXISTS (
		SELECT FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_database d ON d.oid = l.database
		WHERE l.locktype = 'advisory' AND l.classid = 1886151011 AND l.objid = is_running.plan_id::oid AND l.granted
			AND d.datname = pg_catalog.current_database());
END;

COMMENT ON FUNCTION places_internal.is_running(int) IS 'whether a session is at work on a plan';

CREATE OR REPLACE FUNCTION places_internal.check_stock(p places_internal.plan_definition)
RETURNS void LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 1000
AS $$
BEGIN
	EXECUTE pg_catalog.format('SELECT %s FROM %s LIMIT 0',
		(SELECT pg_catalog.string_agg(pg_catalog.quote_ident(c), ', ')
		 FROM unnest(ARRAY[p.id_column, p.authority_column, p.geom_column, p.weight_column, p.label_column]) c), p.stock);
EXCEPTION
	WHEN insufficient_privilege THEN
		RAISE;
	WHEN OTHERS THEN
		NULL;
END
$$;

COMMENT ON FUNCTION places_internal.check_stock(places_internal.plan_definition) IS
	'raises PostgreSQL''s own error if the caller may not read the stock of a plan; anything else is for the run to find';

-- reading

CREATE OR REPLACE FUNCTION places_internal.run_groups(
	stock regclass, id_column name, authority_column name, geom_column name, weight_column name, label_column name,
	plan_id int, base_run bigint, srid int, tolerance float8, rules places.ruleset, search_path text,
	OUT authority text, OUT ids text[], OUT locations geometry[], OUT weights float8[], OUT labels text[],
	OUT existed boolean[], OUT was_in bigint[], OUT asked bigint[], OUT hold text[], OUT result places.reclustering)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 100000 ROWS 300;

COMMENT ON FUNCTION places_internal.run_groups(regclass, name, name, name, name, name, int, bigint, int, float8, places.ruleset, text) IS
	'what a run needs of each authority: its homes, where they were in a run, what people decided, and the places found for them; read as the caller under a search path';

CREATE OR REPLACE FUNCTION places_internal.read_stock(r places_internal.run_record, p places_internal.plan_definition)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100000
AS $$
DECLARE
	g record;
	made_before int := 0;
BEGIN
	CREATE TEMP TABLE places_home (LIKE places_internal.membership, made int, label text,
		existed boolean, was_in bigint, asked bigint, hold text) ON COMMIT DROP;
	CREATE TEMP TABLE places_made (made int, authority text, place bigint, homes float8, reason text, x float8,
		y float8, radius float8, mean_distance float8, rms_distance float8, density float8,
		outlying float8, attached float8) ON COMMIT DROP;
	CREATE TEMP TABLE places_authority (authority text, status text) ON COMMIT DROP;

	FOR g IN
		SELECT * FROM places_internal.run_groups(p.stock::regclass, p.id_column, p.authority_column, p.geom_column,
			p.weight_column, p.label_column, p.plan_id, r.base_run, p.srid, p.tolerance, p.rules,
			pg_catalog.current_setting('search_path'))
	LOOP
		INSERT INTO pg_temp.places_authority VALUES (COALESCE(g.authority, ''), COALESCE((g.result).choice, 'none'));
		INSERT INTO pg_temp.places_made
		SELECT made_before + l.number, g.authority, NULL, l.homes, l.reason, l.x, l.y, l.radius, l.mean_distance,
			l.rms_distance, l.density, l.outlying, l.attached
		FROM unnest(((g.result).list).homes, ((g.result).list).reason, ((g.result).list).x, ((g.result).list).y,
			((g.result).list).radius, ((g.result).list).mean_distance, ((g.result).list).rms_distance,
			((g.result).list).density, ((g.result).list).outlying, ((g.result).list).attached)
			WITH ORDINALITY l(homes, reason, x, y, radius, mean_distance, rms_distance, density,
				outlying, attached, number);
		INSERT INTO pg_temp.places_home
		SELECT h.home_id, p.plan_id, COALESCE(g.authority, ''), 1, r.run, NULL, NULL,
			CASE
				WHEN g.authority IS NULL THEN 'no_authority'
				WHEN h.reason = 'no_location' THEN places_internal.location_problem(h.location, p.srid)
				WHEN h.reason NOT IN ('too_small', 'too_spread', 'too_small,too_spread') THEN h.reason
			END,
			h.weight, h.location, made_before + h.place, h.label, h.existed, h.was_in, h.asked, h.hold
		FROM unnest(g.ids, g.locations, g.weights, g.labels, g.existed, g.was_in, g.asked, g.hold,
			(g.result).place, (g.result).reason)
			h(home_id, location, weight, label, existed, was_in, asked, hold, place, reason);
		made_before := made_before + COALESCE(pg_catalog.cardinality(((g.result).list).homes), 0);
	END LOOP;
	ANALYZE pg_temp.places_home;
	ANALYZE pg_temp.places_made;
	PERFORM places_internal.number_copies();
END
$$;

COMMENT ON FUNCTION places_internal.read_stock(places_internal.run_record, places_internal.plan_definition) IS
	'clusters the stock of a plan into tables of the session: places_home, places_made and places_authority';

CREATE OR REPLACE FUNCTION places_internal.number_copies()
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
AS $$
BEGIN
	/* as a rule there are none, which hashes show sooner */
	IF (SELECT pg_catalog.count(*) = pg_catalog.count(DISTINCT pg_catalog.hashtextextended(h.home_id, 0))
		FROM pg_temp.places_home h) THEN
		RETURN;
	END IF;
	UPDATE pg_temp.places_home h SET copy = n.copy
	FROM (
		SELECT c.ctid, pg_catalog.row_number() OVER (PARTITION BY c.home_id
				ORDER BY c.authority, c.location, c.weight, c.hold) AS copy
		FROM pg_temp.places_home c
		WHERE c.home_id IN (SELECT d.home_id FROM pg_temp.places_home d
			GROUP BY d.home_id HAVING pg_catalog.count(*) > 1)) n
	WHERE h.ctid = n.ctid AND n.copy > 1;
END
$$;

COMMENT ON FUNCTION places_internal.number_copies() IS 'tells rows of one id apart';

-- identity

CREATE OR REPLACE FUNCTION places_internal.name_places(r places_internal.run_record)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
AS $$
DECLARE
	olds bigint[];
	news int[];
	shares float8[];
	musts boolean[];
	fresh record;
	label text;
	number int;
	born bigint;
BEGIN
	CREATE TEMP TABLE places_overlap ON COMMIT DROP AS
	SELECT h.was_in AS was, h.made, pg_catalog.count(*) AS homes
	FROM pg_temp.places_home h
	WHERE h.was_in IS NOT NULL AND h.made IS NOT NULL AND places_internal.is_in(h.outside)
	GROUP BY h.was_in, h.made;

	SELECT COALESCE(pg_catalog.array_agg(o.was), '{}'), COALESCE(pg_catalog.array_agg(o.made), '{}'),
		COALESCE(pg_catalog.array_agg(o.homes), '{}'), COALESCE(pg_catalog.array_agg(o.required), '{}')
	INTO olds, news, shares, musts
	FROM (
		SELECT u.was, u.made, pg_catalog.sum(u.homes)::float8 AS homes, pg_catalog.bool_or(u.required) AS required
		FROM (
			SELECT o.was, o.made, o.homes, false AS required FROM pg_temp.places_overlap o
			UNION ALL
			SELECT DISTINCT h.asked, h.made, 0, true FROM pg_temp.places_home h
			WHERE h.hold IS NOT NULL AND h.made IS NOT NULL) u
		GROUP BY u.was, u.made) o;
	UPDATE pg_temp.places_made g SET place = m.old
	FROM places.match_groups(olds, news, shares, musts) m
	JOIN unnest(olds, news, musts) o(was, made, required) ON o.was = m.old AND o.made = m.new
	JOIN places_internal.homes_of_run(r.plan_id, r.base_run) b ON b.place = m.old
	WHERE g.made = m.new AND (o.required OR 2 * m.homes >= b.homes);

	CREATE INDEX ON pg_temp.places_made (made);
	FOR fresh IN
		SELECT n.made, n.authority, COALESCE(l.label, n.authority) AS label
		FROM pg_temp.places_made n
		LEFT JOIN (
			SELECT h.made, pg_catalog.mode() WITHIN GROUP (ORDER BY h.label) AS label
			FROM pg_temp.places_home h JOIN pg_temp.places_made n ON n.made = h.made
			WHERE n.place IS NULL AND NULLIF(pg_catalog.btrim(h.label), '') IS NOT NULL
				AND places_internal.is_in(h.outside)
			GROUP BY h.made) l ON l.made = n.made
		WHERE n.place IS NULL
		ORDER BY 3, 2, 1
	LOOP
		IF fresh.label IS DISTINCT FROM label THEN
			label := fresh.label;
			number := 0;
		END IF;
		number := places_internal.free_number(r.plan_id, label, number);
		INSERT INTO places_internal.place_identity AS i (plan_id, authority, name, born_run)
		VALUES (r.plan_id, fresh.authority, places_internal.numbered(label, number), r.run)
		RETURNING i.place INTO born;
		UPDATE pg_temp.places_made n SET place = born WHERE n.made = fresh.made;
	END LOOP;
END
$$;

COMMENT ON FUNCTION places_internal.name_places(places_internal.run_record) IS
	'gives places of a run the numbers of those of its base run that they are matched to and share at least half of the homes with, or have held homes of; the others get new numbers and names';

CREATE OR REPLACE FUNCTION places_internal.homes_of_run(plan_id int, run bigint)
RETURNS TABLE (place bigint, homes bigint)
LANGUAGE sql STABLE PARALLEL SAFE COST 10000 ROWS 100
BEGIN ATOMIC
	SELECT m.place, pg_catalog.count(*)
	FROM places_internal.homes_at(plan_id, run) m
	WHERE m.place IS NOT NULL AND places_internal.is_in(m.outside)
	GROUP BY m.place;
END;

COMMENT ON FUNCTION places_internal.homes_of_run(int, bigint) IS 'the rows in each place of a run';

CREATE OR REPLACE FUNCTION places_internal.numbered(label text, number int)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN CASE WHEN number > 1 THEN pg_catalog.format('%s %s', label, number) ELSE label END;

COMMENT ON FUNCTION places_internal.numbered(text, int) IS 'the name of a place after a label: "Stowe", then "Stowe 2"';

CREATE OR REPLACE FUNCTION places_internal.free_number(plan_id int, label text, after int)
RETURNS int LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100
AS $$
DECLARE
	number int := after;
	taken text;
BEGIN
	LOOP
		number := number + 1;
		taken := places_internal.numbered(label, number);
		EXIT WHEN NOT EXISTS (SELECT FROM places_internal.place_identity i
			WHERE i.plan_id = free_number.plan_id AND i.name = taken);
	END LOOP;
	RETURN number;
END
$$;

COMMENT ON FUNCTION places_internal.free_number(int, text, int) IS 'the next number with which a label names no place of a plan yet';

CREATE OR REPLACE FUNCTION places_internal.note_lineage(r places_internal.run_record)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
AS $$
BEGIN
	WITH born AS (
		SELECT g.made, g.place, g.authority
		FROM pg_temp.places_made g JOIN places_internal.place_identity i ON i.place = g.place
		WHERE i.born_run = r.run),
	origin AS (
		SELECT DISTINCT ON (o.made) o.made, o.was, o.homes,
			pg_catalog.sum(o.homes) OVER (PARTITION BY o.made) AS older
		FROM pg_temp.places_overlap o
		ORDER BY o.made, o.homes DESC, o.was),
	birth AS (
		SELECT b.place, b.authority, o.was, COALESCE(o.homes, n.homes) AS homes, 2 * o.homes >= o.older AS split
		FROM born b
		LEFT JOIN origin o ON o.made = b.made
		LEFT JOIN (SELECT h.made, pg_catalog.count(*) AS homes FROM pg_temp.places_home h
			WHERE places_internal.is_in(h.outside) GROUP BY h.made) n ON n.made = b.made),
	destination AS (
		SELECT DISTINCT ON (o.was) o.was, g.place, o.homes,
			pg_catalog.sum(o.homes) OVER (PARTITION BY o.was) AS still
		FROM pg_temp.places_overlap o JOIN pg_temp.places_made g ON g.made = o.made
		ORDER BY o.was, o.homes DESC, g.place),
	ending AS (
		SELECT e.place, e.authority, d.place AS other, COALESCE(d.homes, b.homes, 0) AS homes,
			2 * d.homes >= d.still AND c.place IS NULL AS merger
		FROM places_internal.place_result e
		LEFT JOIN destination d ON d.was = e.place
		LEFT JOIN birth c ON c.place = d.place AND c.was = e.place
		LEFT JOIN places_internal.homes_of_run(r.plan_id, r.base_run) b ON b.place = e.place
		WHERE e.run = r.base_run AND NOT EXISTS (SELECT FROM pg_temp.places_made g WHERE g.place = e.place))
	INSERT INTO places_internal.lineage (plan_id, run, authority, event, place, other, homes)
	SELECT r.plan_id, r.run, l.authority, l.event, l.place, l.other, l.homes
	FROM (
		SELECT 'birth' AS event, authority, place, was AS other, homes FROM birth
		UNION ALL SELECT 'split', authority, place, was, homes FROM birth WHERE split
		UNION ALL SELECT 'end', authority, place, other, homes FROM ending
		UNION ALL SELECT 'merger', authority, place, other, homes FROM ending WHERE merger) l
	ORDER BY l.place, l.event;
END
$$;

COMMENT ON FUNCTION places_internal.note_lineage(places_internal.run_record) IS 'writes down the births, splits, mergers and ends of places from the base run of a run to it';

-- writing down

CREATE OR REPLACE FUNCTION places_internal.store_places(r places_internal.run_record, p places_internal.plan_definition)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
AS $$
BEGIN
	INSERT INTO places_internal.place_result (plan_id, run, place, authority, homes, reason, rank, density, radius,
		mean_distance, rms_distance, outlying, attached, centre, longitude, latitude)
	SELECT r.plan_id, r.run, g.place, g.authority, g.homes, g.reason,
		CASE WHEN g.reason IS NULL THEN
			(pg_catalog.rank() OVER (PARTITION BY g.reason IS NULL ORDER BY g.density DESC NULLS FIRST))::int
		END,
		g.density, g.radius, g.mean_distance, g.rms_distance, g.outlying, g.attached,
		c.centre, c.longitude, c.latitude
	FROM pg_temp.places_made g
	CROSS JOIN LATERAL places_internal.centre_of(g.x, g.y, p.srid) c
	ORDER BY g.place;

	INSERT INTO places_internal.authority_result (plan_id, run, authority, status, stock_rows, homes, places, kept_places,
		kept_homes, moved_homes, unplaced)
	SELECT r.plan_id, r.run, a.authority, a.status, h.stock_rows, h.homes, COALESCE(g.places, 0),
		COALESCE(g.kept_places, 0), COALESCE(g.kept_homes, 0), h.moved_homes, h.unplaced
	FROM pg_temp.places_authority a
	JOIN (
		SELECT h.authority, pg_catalog.count(*) AS stock_rows,
			COALESCE(pg_catalog.sum(places_internal.homes_of_weight(h.weight)), 0) AS homes,
			pg_catalog.count(*) FILTER (WHERE h.made IS NULL) AS unplaced,
			pg_catalog.count(*) FILTER (WHERE h.existed AND h.was_in IS DISTINCT FROM
				CASE WHEN places_internal.is_in(h.outside) THEN n.place END) AS moved_homes
		FROM pg_temp.places_home h LEFT JOIN pg_temp.places_made n ON n.made = h.made
		GROUP BY h.authority) h ON h.authority = a.authority
	LEFT JOIN (
		SELECT g.authority, pg_catalog.count(*) FILTER (WHERE g.reason IS DISTINCT FROM 'dispersed') AS places,
			pg_catalog.count(*) FILTER (WHERE g.reason IS NULL) AS kept_places,
			pg_catalog.sum(g.homes) FILTER (WHERE g.reason IS NULL) AS kept_homes
		FROM pg_temp.places_made g GROUP BY g.authority) g ON g.authority = a.authority
	ORDER BY a.authority;
END
$$;

COMMENT ON FUNCTION places_internal.store_places(places_internal.run_record, places_internal.plan_definition) IS 'writes down the places and authorities of a run';

CREATE OR REPLACE FUNCTION places_internal.store_homes(r places_internal.run_record)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100000
AS $$
BEGIN
	/* by home what is new, and at which row that is true no more; either may be missing */
	WITH change AS MATERIALIZED (
		SELECT m.at, h.*
		FROM (SELECT h.home_id, h.authority, h.copy, g.place, h.outside, h.weight, h.location
			FROM pg_temp.places_home h LEFT JOIN pg_temp.places_made g ON g.made = h.made) h
		FULL JOIN (SELECT m.ctid AS at, m.* FROM places_internal.membership m
			WHERE m.plan_id = r.plan_id AND m.until_run IS NULL) m
			ON m.home_id = h.home_id AND m.authority = h.authority AND m.copy = h.copy
		WHERE h.home_id IS NULL OR m.home_id IS NULL
			OR (h.place, h.outside, h.weight) IS DISTINCT FROM (m.place, m.outside, m.weight)
			OR NOT places_internal.same_location(h.location, m.location)),
	ended AS (
		UPDATE places_internal.membership m SET until_run = r.run FROM change c WHERE m.ctid = c.at)
	INSERT INTO places_internal.membership (home_id, plan_id, authority, copy, since_run, place, outside, weight, location)
	SELECT c.home_id, r.plan_id, c.authority, c.copy, r.run, c.place, c.outside, c.weight, c.location
	FROM change c
	WHERE c.home_id IS NOT NULL
	ORDER BY c.place;
END
$$;

COMMENT ON FUNCTION places_internal.store_homes(places_internal.run_record) IS 'writes down what a run changed about homes';

CREATE OR REPLACE FUNCTION places_internal.note_corrections(r places_internal.run_record)
RETURNS bigint LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
AS $$
BEGIN
	UPDATE places_internal.pinned_home p SET problem = f.problem
	FROM (
		SELECT p.home_id, CASE
			WHEN i.place IS NULL OR g.place IS NULL AND i.authority = h.authority THEN 'place ended'
			WHEN h.home_id IS NULL THEN 'home gone'
			WHEN i.authority <> h.authority THEN 'other authority'
			WHEN h.made IS NULL THEN h.outside
			WHEN g.place <> n.place THEN 'place ended'
		END AS problem
		FROM places_internal.pinned_home p
		LEFT JOIN places_internal.place_identity i ON i.place = p.place
		LEFT JOIN pg_temp.places_home h ON h.home_id = p.home_id AND h.copy = 1
		LEFT JOIN pg_temp.places_made n ON n.made = h.made
		LEFT JOIN pg_temp.places_made g ON g.place = p.place
		WHERE p.plan_id = r.plan_id) f
	WHERE p.plan_id = r.plan_id AND p.home_id = f.home_id AND p.problem IS DISTINCT FROM f.problem;
	UPDATE places_internal.locked_place l
	SET problem = CASE WHEN NOT EXISTS (SELECT FROM pg_temp.places_made g WHERE g.place = l.place) THEN 'place ended' END
	WHERE l.plan_id = r.plan_id;
	RETURN (SELECT pg_catalog.count(*) FROM places_internal.pinned_home p WHERE p.plan_id = r.plan_id AND p.problem IS NOT NULL)
		+ (SELECT pg_catalog.count(*) FROM places_internal.locked_place l WHERE l.plan_id = r.plan_id AND l.problem IS NOT NULL);
END
$$;

COMMENT ON FUNCTION places_internal.note_corrections(places_internal.run_record) IS
	'marks the pins and locks that a run could not honour with the reason, and counts them';

CREATE OR REPLACE FUNCTION places_internal.note_counts(r places_internal.run_record)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
AS $$
BEGIN
	UPDATE places_internal.run_record u
	SET status = 'done', stored = true, stock_rows = h.stock_rows, homes = a.homes, places = a.places,
		kept_places = a.kept_places, kept_homes = a.kept_homes, kept_share = a.kept_homes / NULLIF(a.homes, 0),
		moved_homes = a.moved_homes, moved_share = a.moved_homes / NULLIF(h.existed, 0)::float8,
		no_location = h.no_location, no_authority = h.no_authority, bad_weight = h.bad_weight,
		duplicate_ids = h.duplicate_ids, fingerprint = h.fingerprint, unhonoured = places_internal.note_corrections(r)
	FROM (
		SELECT COALESCE(pg_catalog.sum(a.homes), 0) AS homes, COALESCE(pg_catalog.sum(a.places), 0) AS places,
			COALESCE(pg_catalog.sum(a.kept_places), 0) AS kept_places,
			COALESCE(pg_catalog.sum(a.kept_homes), 0) AS kept_homes,
			COALESCE(pg_catalog.sum(a.moved_homes), 0) AS moved_homes
		FROM places_internal.authority_result a WHERE a.run = r.run) a,
	(
		SELECT pg_catalog.count(*) AS stock_rows, pg_catalog.count(*) FILTER (WHERE h.existed) AS existed,
			pg_catalog.count(*) FILTER (WHERE h.outside IN ('no_location', 'not_a_point', 'other_srid')) AS no_location,
			pg_catalog.count(*) FILTER (WHERE h.outside = 'no_authority') AS no_authority,
			pg_catalog.count(*) FILTER (WHERE h.outside = 'bad_weight') AS bad_weight,
			pg_catalog.count(*) FILTER (WHERE h.copy > 1 OR h.home_id = '') AS duplicate_ids,
			pg_catalog.md5(COALESCE(pg_catalog.sum(pg_catalog.hashtextextended(
				pg_catalog.concat_ws('|', h.home_id, h.authority, h.weight, h.location), 0)::numeric), 0)::text) AS fingerprint
		FROM pg_temp.places_home h) h
	WHERE u.run = r.run;
END
$$;

COMMENT ON FUNCTION places_internal.note_counts(places_internal.run_record) IS 'completes the record of a run with its counts';

CREATE OR REPLACE FUNCTION places_internal.reason_to_hold_back(r places_internal.run_record, p places_internal.plan_definition)
RETURNS text LANGUAGE sql STABLE PARALLEL SAFE COST 100
BEGIN ATOMIC
	SELECT NULLIF(pg_catalog.concat_ws('; ',
		CASE WHEN 100 * (COALESCE(b.kept_share, 0) - COALESCE(r.kept_share, 0)) > p.max_drop THEN
			pg_catalog.format('kept homes fell from %s %% to %s %%, by more than %s points',
				pg_catalog.round((100 * b.kept_share)::numeric, 1), pg_catalog.round((100 * COALESCE(r.kept_share, 0))::numeric, 1), p.max_drop) END,
		CASE WHEN 100 * (b.stock_rows - r.stock_rows) > p.max_shrink * b.stock_rows THEN
			pg_catalog.format('the stock shrank from %s to %s rows, by more than %s %%', b.stock_rows, r.stock_rows, p.max_shrink) END), '')
	FROM places_internal.run_record b
	WHERE b.run = r.base_run;
END;

COMMENT ON FUNCTION places_internal.reason_to_hold_back(places_internal.run_record, places_internal.plan_definition) IS
	'why a run should not be published before somebody has looked at it; null if nothing speaks against it';

-- the whole of it

/*
 * All joins here are of whole stocks, and the statistics of what was just
 * written may be missing: never by nested loops, and with memory for more than
 * a few thousand homes.
 */
CREATE OR REPLACE FUNCTION places_internal.execute_run(begun bigint, publish boolean)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000000
SET enable_nestloop = off SET work_mem = '64MB' SET jit = off
AS $$
DECLARE
	r places_internal.run_record;
	p places_internal.plan_definition;
	problem text;
BEGIN
	SELECT u.* INTO r FROM places_internal.run_record u WHERE u.run = begun;
	SELECT d.* INTO p FROM places_internal.plan_definition d WHERE d.plan_id = r.plan_id;
	PERFORM places_internal.group_query(p.stock::regclass, p.id_column, p.authority_column, p.geom_column, p.weight_column, 'ids');
	IF p.label_column IS NOT NULL THEN
		PERFORM places_internal.column_type(p.stock::regclass, 'label_column', p.label_column);
	END IF;
	IF p.srid IS NULL THEN
		p := places_internal.check_plan(p);
		UPDATE places_internal.plan_definition d SET srid = p.srid WHERE d.plan_id = p.plan_id AND p.srid IS NOT NULL;
	END IF;

	PERFORM places_internal.read_stock(r, p);
	PERFORM places_internal.name_places(r);
	PERFORM places_internal.store_places(r, p);
	PERFORM places_internal.store_homes(r);
	PERFORM places_internal.note_lineage(r);
	PERFORM places_internal.note_counts(r);
	DROP TABLE pg_temp.places_home, pg_temp.places_made, pg_temp.places_authority, pg_temp.places_overlap;

	SELECT u.* INTO r FROM places_internal.run_record u WHERE u.run = begun;
	problem := places_internal.reason_to_hold_back(r, p);
	IF publish AND problem IS NULL THEN
		PERFORM places_internal.show_run(r.plan_id, r.run);
	ELSIF publish THEN
		UPDATE places_internal.run_record u SET held_back = problem WHERE u.run = r.run;
	END IF;
	PERFORM places_internal.tidy_runs(p);
END
$$;

COMMENT ON FUNCTION places_internal.execute_run(bigint, boolean) IS 'does what a run that has begun is to do, or fails';

CREATE OR REPLACE FUNCTION places_internal.show_run(plan_id int, run bigint)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100
AS $$
BEGIN
	UPDATE places_internal.plan_definition d SET published_run = run WHERE d.plan_id = show_run.plan_id;
	UPDATE places_internal.run_record u SET published_at = pg_catalog.clock_timestamp() WHERE u.run = show_run.run;
END
$$;

COMMENT ON FUNCTION places_internal.show_run(int, bigint) IS 'makes a run the one that the views show';

CREATE OR REPLACE FUNCTION places_internal.perform_run(begun bigint, publish boolean)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000000
AS $$
DECLARE
	how text;
	message text;
	detail text;
	hint text;
BEGIN
	BEGIN
		PERFORM places_internal.execute_run(begun, publish);
	EXCEPTION
		WHEN query_canceled OR others THEN
			GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
			how := CASE WHEN SQLSTATE = '57014' THEN 'cancelled' ELSE 'failed' END;
	END;
	UPDATE places_internal.run_record u
	SET finished_at = pg_catalog.clock_timestamp(), status = COALESCE(how, u.status),
		error = NULLIF(pg_catalog.concat_ws(E'\n', message, NULLIF(detail, ''), NULLIF(hint, '')), '')
	WHERE u.run = begun;
END
$$;

COMMENT ON FUNCTION places_internal.perform_run(bigint, boolean) IS
	'does what a run that has begun is to do, and notes how it ended; an error ends up in its record';

CREATE OR REPLACE FUNCTION places.run(plan text, publish boolean DEFAULT true)
RETURNS TABLE (run bigint, homes float8, places bigint, kept_places bigint, kept_homes float8, kept_share float8,
	moved_share float8, seconds float8, published boolean, status text, note text)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000000 ROWS 1
AS $$
DECLARE
	begun bigint;
	r places_internal.run_record;
BEGIN
	PERFORM places_internal.check_stock(places_internal.find_plan(plan));
	begun := places_internal.begin_run(plan);
	PERFORM places_internal.perform_run(begun, publish);
	SELECT u.* INTO r FROM places_internal.run_record u WHERE u.run = begun;
	IF r.status <> 'done' THEN
		RAISE WARNING 'run % of plan "%" %', begun, plan, r.status
			USING DETAIL = r.error, HINT = 'What was published before still is. The run is in places.run_history.';
	ELSIF r.held_back IS NOT NULL THEN
		RAISE WARNING 'run % of plan "%" is not published', begun, plan
			USING DETAIL = r.held_back, HINT = pg_catalog.format('Look at it, then use places.publish(%L, %s) or places.discard(%s).', plan, begun, begun);
	END IF;
	RETURN QUERY SELECT u.run, u.homes, u.places, u.kept_places, u.kept_homes, u.kept_share, u.moved_share,
		EXTRACT(EPOCH FROM u.finished_at - u.started_at)::float8, u.published_at IS NOT NULL, u.status,
		COALESCE(u.error, u.held_back,
			CASE WHEN u.unhonoured > 0 THEN pg_catalog.format('%s pins or locks could not be honoured: see places.correction', u.unhonoured) END)
	FROM places_internal.run_record u WHERE u.run = begun;
END
$$;

COMMENT ON FUNCTION places.run(text, boolean) IS
	'clusters the stock of a plan by its rules, starting from what is published, and publishes the result unless it looks wrong; one row. A run that fails or is cancelled leaves what is published alone, and gives a row with its status and error';

CREATE OR REPLACE PROCEDURE places.run_job(plan text, publish boolean DEFAULT true)
LANGUAGE plpgsql
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.find_plan(plan);
	begun bigint;
	r places_internal.run_record;
BEGIN
	/* fails inside a transaction block, before there is anything to leave behind */
	COMMIT;
	/* held over the commits; with the session it ends at the latest */
	begun := places_internal.begin_run(plan);
	PERFORM pg_catalog.pg_advisory_lock(1886151011, p.plan_id);
	COMMIT;
	PERFORM places_internal.perform_run(begun, publish);
	COMMIT;
	PERFORM pg_catalog.pg_advisory_unlock(1886151011, p.plan_id);
	SELECT u.* INTO r FROM places_internal.run_record u WHERE u.run = begun;
	IF r.status <> 'done' THEN
		RAISE EXCEPTION 'run % of plan "%" %', begun, plan, r.status
			USING DETAIL = r.error, HINT = 'What was published before still is. The run is in places.run_history.';
	ELSIF r.held_back IS NOT NULL THEN
		RAISE WARNING 'run % of plan "%" is not published', begun, plan USING DETAIL = r.held_back;
	END IF;
END
$$;

COMMENT ON PROCEDURE places.run_job(text, boolean) IS
	'places.run() for jobs: commits the record of the run before and after it, and raises an error when it failed';

-- what becomes of a run

CREATE OR REPLACE FUNCTION places_internal.find_run(run bigint)
RETURNS places_internal.run_record LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10
AS $$
DECLARE
	known places_internal.run_record;
BEGIN
	SELECT u.* INTO known FROM places_internal.run_record u WHERE u.run = find_run.run;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'run % does not exist', COALESCE(run::text, 'null')
			USING ERRCODE = 'undefined_object', HINT = 'The runs are in places.run_history.';
	ELSIF NOT known.stored THEN
		RAISE EXCEPTION 'run % has no homes and places', run
			USING ERRCODE = 'object_not_in_prerequisite_state',
				DETAIL = CASE known.status WHEN 'done' THEN 'They were removed to make room for newer runs.'
					ELSE pg_catalog.format('It is %s.', known.status) END,
				HINT = 'The runs that have are those in places.run_history with stored.';
	END IF;
	RETURN known;
END
$$;

COMMENT ON FUNCTION places_internal.find_run(bigint) IS 'a run whose homes and places are there, by its number, or a clear error';

CREATE OR REPLACE FUNCTION places.publish(plan text, run bigint, note text DEFAULT NULL)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.find_plan(plan);
	r places_internal.run_record;
BEGIN
	PERFORM places_internal.lock_plan(p);
	p := places_internal.find_plan(plan);
	r := places_internal.find_run(run);
	IF r.plan_id <> p.plan_id THEN
		RAISE EXCEPTION 'run % is not of plan "%"', run, plan
			USING ERRCODE = 'invalid_parameter_value', HINT = 'The runs of each plan are in places.run_history.';
	END IF;
	PERFORM places_internal.show_run(p.plan_id, run);
	PERFORM places_internal.record_act(plan, 'publish', run => run, note => note,
		before => pg_catalog.jsonb_build_object('published_run', p.published_run),
		after => pg_catalog.jsonb_build_object('published_run', run));
END
$$;

COMMENT ON FUNCTION places.publish(text, bigint, text) IS
	'makes a run of a plan the one that the views show, in one step; also an older one, to go back';

CREATE OR REPLACE FUNCTION places.discard(run bigint, note text DEFAULT NULL)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
AS $$
DECLARE
	r places_internal.run_record := places_internal.find_run(run);
	p places_internal.plan_definition;
BEGIN
	SELECT d.* INTO p FROM places_internal.plan_definition d WHERE d.plan_id = r.plan_id;
	PERFORM places_internal.lock_plan(p);
	r := places_internal.find_run(run);
	SELECT d.* INTO p FROM places_internal.plan_definition d WHERE d.plan_id = r.plan_id;
	IF p.published_run = run THEN
		RAISE EXCEPTION 'run % is published', run
			USING ERRCODE = 'object_in_use', HINT = 'Publish another run of the plan first, with places.publish().';
	END IF;
	PERFORM places_internal.forget_run(r);
	UPDATE places_internal.run_record u SET status = 'discarded' WHERE u.run = discard.run;
	DELETE FROM places_internal.lineage l WHERE l.plan_id = p.plan_id AND l.run = discard.run;
	DELETE FROM places_internal.place_identity i
	WHERE i.plan_id = p.plan_id AND i.born_run = discard.run
		AND NOT EXISTS (SELECT FROM places_internal.place_result g WHERE g.plan_id = p.plan_id AND g.place = i.place);
	PERFORM places_internal.record_act(p.plan, 'discard', run => run, note => note);
END
$$;

COMMENT ON FUNCTION places.discard(bigint, text) IS 'removes the homes and places of a run that is not published; its record stays';

CREATE OR REPLACE FUNCTION places_internal.forget_run(r places_internal.run_record)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
AS $$
BEGIN
	UPDATE places_internal.run_record u SET stored = false WHERE u.run = r.run;
	DELETE FROM places_internal.place_result g WHERE g.run = r.run;
	DELETE FROM places_internal.authority_result a WHERE a.run = r.run;
	IF NOT EXISTS (SELECT FROM places_internal.run_record u WHERE u.plan_id = r.plan_id AND u.stored AND u.run > r.run) THEN
		/* the last one: the next run has to differ from the one before */
		DELETE FROM places_internal.membership m WHERE m.plan_id = r.plan_id AND m.since_run >= r.run;
		UPDATE places_internal.membership m SET until_run = NULL WHERE m.plan_id = r.plan_id AND m.until_run = r.run;
	END IF;
	DELETE FROM places_internal.membership m
	WHERE m.plan_id = r.plan_id AND m.until_run IS NOT NULL
		AND NOT EXISTS (
			SELECT FROM places_internal.run_record u
			WHERE u.plan_id = m.plan_id AND u.stored AND u.run >= m.since_run AND u.run < m.until_run);
END
$$;

COMMENT ON FUNCTION places_internal.forget_run(places_internal.run_record) IS 'removes the homes and places of a run, and what no other run shares with it';

CREATE OR REPLACE FUNCTION places_internal.tidy_runs(p places_internal.plan_definition)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
AS $$
DECLARE
	r places_internal.run_record;
BEGIN
	FOR r IN
		SELECT u.* FROM places_internal.run_record u
		WHERE u.plan_id = p.plan_id AND u.stored
		ORDER BY u.run DESC OFFSET p.keep_runs
	LOOP
		CONTINUE WHEN r.run = (SELECT d.published_run FROM places_internal.plan_definition d WHERE d.plan_id = p.plan_id);
		PERFORM places_internal.forget_run(r);
	END LOOP;
END
$$;

COMMENT ON FUNCTION places_internal.tidy_runs(places_internal.plan_definition) IS
	'removes the homes and places of all but the newest keep_runs runs of a plan and the published one';
