-- a stock read and solved in parallel gives what it gives on one core
\set SHOW_CONTEXT never
SET client_min_messages = warning;

-- 6,000 homes: a dozen authorities of very different sizes, rows that cannot
-- be placed, ids that are null, empty or long
CREATE TABLE crowd AS
SELECT CASE WHEN i % 997 = 0 THEN NULL WHEN i % 991 = 0 THEN '' WHEN i % 983 = 0 THEN repeat(i::text, 50) WHEN i % 13 = 0 THEN repeat('x', 250 + i % 8) ELSE i::text END AS id,
	nullif('A' || floor(12 * power(i % 101 / 101.0, 2)), 'A5') AS la,
	CASE WHEN i % 499 <> 0 THEN ST_SetSRID(CASE WHEN i % 5 < 4
		THEN ST_MakePoint(400000 + i * 7919::bigint % 20011, 300000 + i * 104729::bigint % 30013)
		ELSE ST_MakePoint(410000 + i * 7919::bigint % 801, 310000 + i * 104729::bigint % 809) END, 27700) END AS geom,
	CASE WHEN i % 503 = 0 THEN -1 ELSE 1 + i % 3 END AS weight
FROM generate_series(1, 6000) i;
ANALYZE crowd;
CREATE VIEW shuffled_crowd AS SELECT c.id, c.la, c.geom, ST_Transform(c.geom, 4326)::geography AS geog, c.weight FROM crowd c ORDER BY md5(ctid::text);

-- every row of the three functions, in one number
CREATE FUNCTION answer(workers int, stock regclass, geom name, rules places.ruleset, weight name) RETURNS text LANGUAGE plpgsql AS $$
DECLARE answer text;
BEGIN
	PERFORM set_config('max_parallel_workers_per_gather', workers::text, true);
	SELECT md5(string_agg(r, E'\n' ORDER BY r)) INTO answer FROM (
		SELECT a::text AS r FROM places.assign(stock, 'id', 'la', geom, rules, weight) a UNION ALL
		SELECT s::text FROM places.summary(stock, 'id', 'la', geom, rules, weight) s UNION ALL
		SELECT h::text FROM places.headline(stock, 'id', 'la', geom, rules, weight) h) s;
	RETURN answer;
END $$;
CREATE FUNCTION plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE line text; plan text := '';
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		plan := concat_ws(', ', nullif(plan, ''), substring(line FROM '(Nested Loop|Function Scan|Gather|Parallel Seq Scan)'));
	END LOOP;
	RETURN plan;
END $$;
SET min_parallel_table_scan_size = 0;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SELECT (rules).method, weight, answer(0, 'crowd', 'geom', rules, weight) = answer(3, 'crowd', 'geom', rules, weight) AS same_in_parallel,
	answer(0, 'crowd', 'geom', rules, weight) = answer(3, 'shuffled_crowd', 'geom', rules, weight) AS same_shuffled
FROM unnest(ARRAY[places.rules('balanced', 50), places.rules('kmeans', 30), places.rules('coverage', 100, max_radius => 1500)]) rules, unnest('{NULL,weight}'::name[]) weight;
CREATE FUNCTION bound(workers int, weight name) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('max_parallel_workers_per_gather', workers::text, true);
	RETURN (SELECT md5(string_agg(b::text, E'\n' ORDER BY b::text))
		FROM places.coverage_bound('crowd', 'id', 'la', 'geom', places.rules('coverage', 100, max_radius => 1500), weight) b);
END $$;
SELECT weight, bound(0, weight) = bound(3, weight) AS same_bound FROM unnest('{NULL,weight}'::name[]) weight;
SELECT answer(0, 'shuffled_crowd', 'geog', places.rules('balanced'), 'weight') = answer(3, 'shuffled_crowd', 'geog', places.rules('balanced'), 'weight') AS same_geography;

-- and what it gives grouped and clustered in one query
CREATE FUNCTION rows_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE answer text;
BEGIN
	EXECUTE format('SELECT md5(string_agg(q::text, E''\n'' ORDER BY q::text)) FROM (%s) q', query) INTO answer;
	RETURN answer;
END $$;
SELECT rows_of($$ SELECT * FROM places.assign('crowd', 'id', 'la', 'geom', places.rules('balanced'), 'weight') WHERE authority IS NOT NULL $$) =
	rows_of($$ SELECT m.home, g.la, m.place, m.distance, m.kept, m.reason FROM (
		SELECT la, array_agg(id) AS ids, places.cluster(geom, weight, places.rules('balanced')) AS c FROM crowd WHERE la IS NOT NULL GROUP BY la) g, places.members(g.ids, g.c) m $$) AS same_homes;
CREATE VIEW crowd_lists AS SELECT la, count(*) AS stock_rows, coalesce(sum(weight::float8) FILTER (WHERE weight >= 0), 0) AS homes,
	places.cluster_places(geom, weight, places.rules('coverage', 100, max_radius => 1500)) FILTER (WHERE la IS NOT NULL) AS list,
	places.coverage_limit(geom, weight, places.rules('coverage', 100, max_radius => 1500)) FILTER (WHERE la IS NOT NULL) AS coverage_limit FROM crowd GROUP BY la;
SELECT rows_of($$ SELECT authority, stock_rows, homes, (list).homes AS place_homes, (list).no_location, coverage_limit FROM places_internal.solve_places('crowd', 'id', 'la', 'geom', 'weight', places.rules('coverage', 100, max_radius => 1500), true) $$) =
	rows_of($$ SELECT la, stock_rows, homes, (list).homes AS place_homes, (list).no_location, coverage_limit FROM crowd_lists $$) AS same_lists;
SELECT rows_of($$ SELECT authority, place, kept, ST_AsEWKT(centre), homes, reason, radius, gap, mean_distance, rms_distance, density, outlying, attached
		FROM places_internal.solve_summary('crowd', 'id', 'la', 'geom', 'weight', places.rules('coverage', 100, max_radius => 1500)) $$) =
	rows_of($$ SELECT la, place, reason IS NULL, ST_AsEWKT(ST_SetSRID(ST_MakePoint(x, y), (list).srid)), p.homes, reason, radius, gap, mean_distance, rms_distance, density, outlying, attached
		FROM crowd_lists, unnest((list).homes, (list).reason, (list).x, (list).y, (list).radius, (list).gap, (list).mean_distance, (list).rms_distance, (list).density, (list).outlying, (list).attached)
		WITH ORDINALITY p(homes, reason, x, y, radius, gap, mean_distance, rms_distance, density, outlying, attached, place) $$) AS same_summary;
SELECT rows_of($$ SELECT a.home_id, a.authority, a.place, a.distance, a.kept, a.reason FROM places_internal.solve_homes('crowd', 'id', 'la', 'geom', 'weight', places.rules('balanced'), true) a $$) =
	rows_of($$ SELECT * FROM places.assign('crowd', 'id', 'la', 'geom', places.rules('balanced'), 'weight') $$) AS same_with_locations,
	rows_of($$ SELECT a.home_id, a.authority, ST_AsEWKB(a.location), a.weight FROM places_internal.solve_homes('crowd', 'id', 'la', 'geom', 'weight', places.rules('balanced'), true) a $$) =
	rows_of($$ SELECT id, la, ST_AsEWKB(geom), weight::float8 FROM crowd $$) AS same_locations;
SELECT rows_of($$ SELECT nr, authority, stock_rows, homes, list FROM places_internal.solve_frontier('crowd', 'id', 'la', 'geom', 'weight', ARRAY[places.rules('kmeans', 50), places.rules('balanced', 30)]) $$) =
	rows_of($$ SELECT 1, authority, stock_rows, homes, list FROM places_internal.solve_places('crowd', 'id', 'la', 'geom', 'weight', places.rules('kmeans', 50), false) UNION ALL
		SELECT 2, authority, stock_rows, homes, list FROM places_internal.solve_places('crowd', 'id', 'la', 'geom', 'weight', places.rules('balanced', 30), false) $$) AS same_frontier;

-- a stock too large to be hashed in memory, as the planner believes, is sorted
SELECT answer(0, 'crowd', 'geom', places.rules('balanced'), NULL) AS hashed \gset
UPDATE pg_class SET reltuples = 1e8 WHERE oid = 'crowd'::regclass;
SELECT answer(n, 'crowd', 'geom', places.rules('balanced'), NULL) = :'hashed' AS same_sorted FROM unnest('{0,3}'::int[]) n;
SELECT current_setting('enable_hashagg') AS hashagg_as_before;
ANALYZE crowd;

-- below a Gather of the caller's own
SELECT plan_of($$SELECT c.id, a.* FROM crowd c, places.headline('crowd', 'id', 'la', 'geom') a WHERE c.id = '17'$$) AS plan;
SELECT c.id, a.homes FROM crowd c, places.headline('crowd', 'id', 'la', 'geom', places.rules('balanced')) a WHERE c.id = '17';

-- partitions that solve themselves are left to it
CREATE TABLE parted (LIKE crowd) PARTITION BY LIST (la);
CREATE TABLE parted_some PARTITION OF parted FOR VALUES IN ('A0', 'A1', 'A2');
CREATE TABLE parted_others PARTITION OF parted DEFAULT;
INSERT INTO parted SELECT * FROM crowd;
ANALYZE parted;
SELECT answer(n, 'parted', 'geom', places.rules('balanced'), NULL) = :'hashed' AS same FROM unnest('{0,3}'::int[]) n;
SET enable_partitionwise_aggregate = on;
SELECT answer(n, 'parted', 'geom', places.rules('balanced'), NULL) = :'hashed' AS same FROM unnest('{0,3}'::int[]) n;
RESET enable_partitionwise_aggregate;

-- errors come through, from whichever process
CREATE VIEW two_systems AS SELECT id, 'A' AS la, ST_SetSRID(geom, CASE WHEN id = '17' THEN 0 ELSE 27700 END) AS geom FROM crowd;
CREATE VIEW not_points AS SELECT id, la, CASE WHEN id = '17' THEN ST_Buffer(geom, 1) ELSE geom END AS geom FROM crowd;
SET max_parallel_workers_per_gather = 3;
\set VERBOSITY terse
SELECT count(*) FROM places.assign('two_systems', 'id', 'la', 'geom');
\set VERBOSITY default
SELECT count(*) FROM places.summary('not_points', 'id', 'la', 'geom');
SELECT count(*) FROM places.assign('crowd', 'id', 'la', 'geom', NULL);

-- no function takes bytes for homes: only a server gives them to itself
SELECT p.oid::regprocedure FROM pg_proc p WHERE pronamespace IN ('places'::regnamespace, 'places_internal'::regnamespace)
	AND 'bytea'::regtype = ANY (proargtypes) AND NOT 'internal'::regtype = ANY (proargtypes);

-- a run of a plan, with pins, locks, and homes that came, went and moved since the last
SET max_parallel_workers_per_gather = 0;
SELECT places.create_plan('crowd', 'crowd', 'id', 'la', 'geom', places.rules('coverage', 100, max_radius => 1500), weight_column => 'weight', label_column => 'la', tolerance => 0);
SELECT published, status FROM places.run('crowd');
SELECT places.lock('crowd', place) FROM (SELECT place FROM places.place WHERE plan = 'crowd' AND kept ORDER BY homes DESC, place LIMIT 3) p \g /dev/null
SELECT places.pin('crowd', h.home_id, p.place) FROM (SELECT min(place) AS place, authority FROM places.place WHERE plan = 'crowd' AND kept GROUP BY authority) p
JOIN LATERAL (SELECT home_id FROM places.home h WHERE h.plan = 'crowd' AND h.authority = p.authority AND NOT h.kept AND length(home_id) BETWEEN 1 AND 9 ORDER BY 1 LIMIT 1) h ON true \g /dev/null
DELETE FROM crowd WHERE id LIKE '%77';
UPDATE crowd SET geom = ST_Translate(geom, 900, 0) WHERE id LIKE '%55';
INSERT INTO crowd SELECT 'n' || id, la, ST_Translate(geom, 1, 1), weight FROM crowd WHERE id LIKE '%33';
ANALYZE crowd;
CREATE VIEW run_rules AS
SELECT p.plan_id, p.published_run AS base_run, r.rules FROM places_internal.plan_definition p, LATERAL (VALUES (p.rules), (places.vary(p.rules, 150, 1000))) r(rules) WHERE p.plan = 'crowd';
CREATE FUNCTION groups() RETURNS TABLE (rules places.ruleset, authority text, ids text[], locations geometry[], weights float8[], labels text[], existed boolean[], was_in bigint[], asked bigint[], hold text[], result places.reclustering) LANGUAGE sql AS $$
	SELECT r.rules, g.* FROM run_rules r, places_internal.run_groups('crowd', 'id', 'la', 'geom', 'weight', 'la', r.plan_id, r.base_run, 27700, 0, r.rules, current_setting('search_path')) g $$;
-- by home and by authority, since arrays are in the order of the rows
CREATE FUNCTION run_answer(workers int) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('max_parallel_workers_per_gather', workers::text, true);
	RETURN rows_of('WITH g AS MATERIALIZED (SELECT * FROM groups())
		SELECT g.authority, h::text FROM g, unnest(ids, locations, weights, labels, existed, was_in, asked, hold, (result).place, (result).distance, (result).reason) h
		UNION ALL SELECT g.authority, concat_ws('' '', (g.result).choice, (g.result).list) FROM g');
END $$;
SELECT run_answer(0) = run_answer(3) AS same_run;
-- it is the answer that the aggregate gives for what was read
SELECT count(*) > 0 AS groups, bool_and(g.result::text = a.result::text) AS same_as_aggregate FROM groups() g CROSS JOIN LATERAL (
	SELECT places.recluster(h.location, h.weight, h.asked, h.hold, 0, g.rules) AS result
	FROM unnest(g.locations, g.weights, g.asked, g.hold) h(location, weight, asked, hold)) a WHERE g.authority IS NOT NULL;
SELECT (g.result).choice, count(*) > 0 AS authorities, bool_or('pin' = ANY (g.hold)) AS pinned, bool_or('lock' = ANY (g.hold)) AS locked
FROM groups() g GROUP BY 1 ORDER BY 1;
SELECT places.drop_plan('crowd') \g /dev/null

RESET ALL;
DROP VIEW crowd_lists, shuffled_crowd, two_systems, not_points, run_rules;
DROP TABLE crowd, parted;
DROP FUNCTION answer, bound, rows_of, plan_of, groups, run_answer;
