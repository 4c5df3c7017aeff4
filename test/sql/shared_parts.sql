-- one authority on several cores: its parts, the cells of a frontier and a bound are shared out, and give what one process gives
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SET min_parallel_table_scan_size = 0;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;

-- 4 towns 60 km apart, of 300 homes each, all of one authority; and a second, compact one
CREATE TABLE towns AS
SELECT i AS id, CASE WHEN i < 1200 THEN 'large' ELSE 'small' END AS la, 1 + i % 3 AS weight,
	ST_SetSRID(ST_MakePoint(60000 * (i / 300) + i * 7919::bigint % (1009 + i), i * 104729::bigint % (1013 + i)), 27700) AS geom
FROM generate_series(0, 1399) i;
ANALYZE towns;
CREATE VIEW large_towns AS SELECT * FROM towns WHERE la = 'large';
CREATE VIEW shuffled_towns AS SELECT * FROM large_towns ORDER BY md5(id::text);

-- every row of the functions, in one number
CREATE FUNCTION answer(workers int, stock regclass, rules places.ruleset, weight name DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
DECLARE answer text;
BEGIN
	PERFORM set_config('max_parallel_workers_per_gather', workers::text, true);
	SELECT md5(string_agg(r, E'\n' ORDER BY r)) INTO answer FROM (
		SELECT a::text AS r FROM places.assign(stock, 'id', 'la', 'geom', rules, weight) a UNION ALL
		SELECT s::text FROM places.summary(stock, 'id', 'la', 'geom', rules, weight) s UNION ALL
		SELECT h::text FROM places.headline(stock, 'id', 'la', 'geom', rules, weight) h) s;
	RETURN answer;
END $$;
SELECT (rules).method, (rules).remainder, weight, count(DISTINCT answer(n, 'large_towns', rules, weight)) AS answers
FROM unnest('{0,2}'::int[]) n, (VALUES (places.rules('coverage', 60, max_radius => 800), NULL::name), (places.rules('coverage', 60, max_radius => 800, remainder => 'group'), 'weight'),
	(places.rules('balanced', 40), 'weight'), (places.rules('kmeans', 40), NULL)) r(rules, weight) GROUP BY 1, 2, 3 ORDER BY 1, 2;
SELECT count(DISTINCT answer(n, 'towns', places.rules('coverage', 60, max_radius => 800))) AS answers FROM unnest('{0,1,2,4}'::int[]) n;
SELECT count(DISTINCT answer(n, stock, places.rules('coverage', 60, max_radius => 800))) AS answers
FROM unnest('{large_towns,shuffled_towns}'::regclass[]) stock, unnest('{0,2}'::int[]) n;

CREATE FUNCTION bound(workers int, stock regclass) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('max_parallel_workers_per_gather', workers::text, true);
	RETURN (SELECT string_agg(b::text, ' ' ORDER BY b::text)
		FROM places.coverage_bound(stock, 'id', 'la', 'geom', places.rules('coverage', 150, max_radius => 600)) b);
END $$;
SELECT stock, count(DISTINCT bound(n, stock)) AS bounds FROM unnest('{towns,large_towns}'::regclass[]) stock, unnest('{0,2}'::int[]) n GROUP BY 1 ORDER BY 1;

-- the frontier says of each cell what summary and headline say under its rules
CREATE FUNCTION frontier(workers int, stock regclass, rules places.ruleset) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('max_parallel_workers_per_gather', workers::text, true);
	RETURN QUERY SELECT f::text FROM places.frontier(stock, 'id', 'la', 'geom', rules, NULL, '{40,90}', '{500,800}') f ORDER BY 1;
END $$;
SELECT (rules).method, count(DISTINCT cells) AS frontiers
FROM unnest(ARRAY[places.rules('coverage', 60), places.rules('balanced', 60)]) rules CROSS JOIN LATERAL (
	SELECT string_agg(f, ' ' ORDER BY f) AS cells FROM unnest('{0,2}'::int[]) n, frontier(n, 'towns', rules) f GROUP BY n UNION ALL
	SELECT string_agg(c::text, ' ' ORDER BY c::text) FROM (
		SELECT min_homes, max_radius, h.kept_share, h.kept_homes, h.kept_places, h.mean_kept_homes, h.median_kept_density
		FROM unnest('{40,90}'::float8[]) min_homes, unnest('{500,800}'::float8[]) max_radius,
			places.headline('towns', 'id', 'la', 'geom', places.vary(rules, min_homes, max_radius)) h) c) c
GROUP BY 1 ORDER BY 1;

-- a plan, first and again after changes
CREATE FUNCTION plan_answer(workers int, rules places.ruleset) RETURNS text LANGUAGE plpgsql AS $$
DECLARE answer text;
BEGIN
	PERFORM set_config('max_parallel_workers_per_gather', workers::text, true);
	PERFORM places.create_plan('towns', 'towns', 'id', 'la', 'geom', rules);
	PERFORM places.run('towns');
	PERFORM places.lock('towns', min(place)) FROM places.place WHERE plan = 'towns' AND kept AND authority = 'large';
	PERFORM places.pin('towns', '77', max(place)) FROM places.place WHERE plan = 'towns' AND kept AND authority = 'large';
	UPDATE towns SET geom = ST_Translate(geom, 60000, 0) WHERE id % 97 = 7;
	PERFORM places.run('towns');
	SELECT md5(string_agg(h::text, ' ' ORDER BY h.home_id)) INTO answer
	FROM (SELECT home_id, authority, dense_rank() OVER (ORDER BY place), kept, reason FROM places.home WHERE plan = 'towns') h;
	UPDATE towns SET geom = ST_Translate(geom, -60000, 0) WHERE id % 97 = 7;
	PERFORM places.drop_plan('towns');
	RETURN answer;
END $$;
SELECT (rules).method, count(DISTINCT plan_answer(n, rules)) AS plans
FROM unnest(ARRAY[places.rules('coverage', 25, max_radius => 800), places.rules('balanced', 40)]) rules, unnest('{0,2}'::int[]) n GROUP BY 1 ORDER BY 1;

RESET ALL;
DROP VIEW large_towns, shuffled_towns;
DROP TABLE towns;
DROP FUNCTION answer, bound, frontier, plan_answer;
