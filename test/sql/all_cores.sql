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

-- no function takes bytes for homes, but dots on a map: only a server gives them to itself
SELECT p.oid::regprocedure FROM pg_proc p WHERE pronamespace IN ('places'::regnamespace, 'places_internal'::regnamespace)
	AND 'bytea'::regtype = ANY (proargtypes) AND NOT 'internal'::regtype = ANY (proargtypes) AND proname !~ '^map_';

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
CREATE FUNCTION run_answer(workers int) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('max_parallel_workers_per_gather', workers::text, true);
	PERFORM places.run('crowd');
	RETURN rows_of('SELECT home_id, authority, place_name, kept, reason, distance, weight, ST_AsEWKB(location), since_run = max(since_run) OVER () FROM places.home')
		|| rows_of('SELECT name, authority, homes, reason, rank, density, radius, gap, outlying, ST_AsEWKB(centre) FROM places.place')
		|| rows_of('SELECT authority, status, stock_rows, homes, kept_homes, moved_homes FROM places.authority');
END $$;
BEGIN;
SELECT run_answer(0) AS alone \gset
ROLLBACK;
SELECT run_answer(3) = :'alone' AS same_run;
SELECT count(*) > 0 AS pinned FROM places.home WHERE pinned;
SELECT places.drop_plan('crowd') \g /dev/null

-- where ids tell homes apart it is what the aggregate makes of them
CREATE TABLE single AS SELECT DISTINCT ON (id) * FROM crowd WHERE id IS NOT NULL AND la IS NOT NULL ORDER BY id, la, weight;
SELECT places.create_plan('single', 'single', 'id', 'la', 'geom', places.rules('coverage', 100, max_radius => 1500), weight_column => 'weight', tolerance => 0, max_drop => 100);
SELECT published, status FROM places.run('single');
SELECT places.lock('single', place) FROM (SELECT place FROM places.place WHERE kept ORDER BY homes DESC, place LIMIT 3) p \g /dev/null
SELECT places.pin('single', h.home_id, p.place) FROM (SELECT min(place) AS place, authority FROM places.place WHERE kept GROUP BY authority) p
JOIN LATERAL (SELECT home_id FROM places.home h WHERE h.authority = p.authority AND NOT h.kept ORDER BY 1 LIMIT 1) h ON true \g /dev/null
DELETE FROM single WHERE id LIKE '%66';
UPDATE single SET geom = ST_Translate(geom, 900, 0) WHERE id LIKE '%44';
SELECT places.alter_plan('single', rules => places.vary(rules, 150, 1000)) FROM places_internal.plan_definition WHERE plan = 'single';
CREATE TABLE expected AS
SELECT c.la AS authority, places.recluster(c.geom, c.weight,
	COALESCE(p.place, CASE WHEN h.reason IS NULL OR h.reason NOT IN ('outlying', 'attached', 'dispersed', 'pinned') THEN h.place END),
	CASE WHEN p.place IS NOT NULL THEN 'pin' WHEN l.place IS NOT NULL AND (h.kept OR h.reason LIKE 'too_%') THEN 'lock' END, 0,
	(SELECT rules FROM places_internal.plan_definition WHERE plan = 'single')) AS result
FROM single c
LEFT JOIN places.home h ON h.home_id = c.id AND h.authority = c.la
LEFT JOIN (SELECT n.home_id, n.place, i.authority FROM places_internal.pinned_home n JOIN places.place i USING (place)) p ON p.home_id = c.id AND p.authority = c.la
LEFT JOIN places_internal.locked_place l ON l.place = h.place
GROUP BY c.la;
SELECT status FROM places.run('single');
SELECT a.status, count(*) > 0 AS authorities, bool_and((e.result).choice = a.status) AS same_choice,
	bool_and(a.kept_homes = (SELECT COALESCE(sum(h), 0) FROM unnest(((e.result).list).homes, ((e.result).list).reason) u(h, r) WHERE r IS NULL)) AS same_homes
FROM expected e JOIN places.authority a USING (authority) GROUP BY 1 ORDER BY 1;
SELECT places.drop_plan('single') \g /dev/null

RESET ALL;
DROP VIEW crowd_lists, shuffled_crowd, two_systems, not_points;
DROP TABLE crowd, parted, single, expected;
DROP FUNCTION answer, bound, rows_of, plan_of, run_answer;
