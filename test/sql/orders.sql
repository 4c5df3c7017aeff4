-- the same homes and rules give the same places, whatever the order of the
-- rows, the plan and the number of workers
SET client_min_messages = warning;

-- 2,400 homes in three authorities: a town, a thin country and blocks of flats
CREATE TABLE shuffled_stock AS
SELECT i AS id, 'A' || i % 3 AS la, 1 + i % 4 / 10.0 AS weight,
	ST_SetSRID(CASE WHEN i % 7 < 5
		THEN ST_MakePoint(400000 + i * 7919 % 1500, 300000 + i * 104729 % 1500)
		ELSE ST_MakePoint(400000 + i * 7919 % 20011, 300000 + i * 15485863::bigint % 20011) END, 27700) AS geom
FROM (SELECT CASE WHEN n % 5 = 0 THEN n - n % 30 ELSE n END AS i FROM generate_series(1, 2400) n) s;
ALTER TABLE shuffled_stock ADD row_id int GENERATED ALWAYS AS IDENTITY;

CREATE FUNCTION answer(stock text, aggregate text, rules places.ruleset, shuffle int)
RETURNS TABLE (la text, id int, place int, distance float8, reason text) LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE format('SELECT g.la, m.home, m.place, m.distance, m.reason
		FROM (SELECT s.la, array_agg(s.row_id) AS ids, places.cluster(%s, $1) AS c
			FROM (SELECT * FROM %s ORDER BY md5(row_id::text || $2)) s GROUP BY s.la) g, places.members(g.ids, g.c) m',
		aggregate, stock) USING rules, shuffle;
END $$;

-- any difference from the answer for the first order, in any bit
CREATE FUNCTION differences(aggregate text, rules places.ruleset, shuffles int) RETURNS bigint LANGUAGE sql AS $$
	SELECT count(*) FROM (
		SELECT count(DISTINCT (a.place, a.distance, a.reason)) AS answers
		FROM generate_series(1, shuffles) n, answer('shuffled_stock', aggregate, rules, n) a GROUP BY a.la, a.id) s
	WHERE answers <> 1 $$;

SELECT count(*) AS homes, count(DISTINCT place) AS places FROM answer('shuffled_stock', 's.geom', places.rules('balanced', target_homes => 50), 1) WHERE la = 'A1';
SELECT differences('s.geom', places.rules('balanced', target_homes => 50), 12);
SELECT differences('s.geom', places.rules('kmeans', 50, max_radius => 2000), 12);
SELECT differences('s.geom, s.weight', places.rules('balanced', target_homes => 50), 12);
SELECT differences('s.geom, s.weight', places.rules('kmeans', 50), 12);
SELECT differences('ST_Transform(s.geom, 4326)::geography', places.rules('balanced', target_homes => 50), 6);
SELECT differences('ST_Transform(s.geom, 4326)::geography, s.weight', places.rules('kmeans', 50), 6);

-- the same by id: sums of weights on one point do not depend on the order either
CREATE FUNCTION fingerprint() RETURNS text LANGUAGE sql AS $$
	SELECT md5(string_agg(format('%s %s %s %s', la, home, place, distance), ',' ORDER BY la, home))
	FROM (SELECT la, array_agg(row_id) AS ids, places.cluster(geom, weight, places.rules('balanced', target_homes => 50)) AS c
		FROM shuffled_stock GROUP BY la) g, places.members(g.ids, g.c) m $$;
CREATE FUNCTION plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE line text; plan text := '';
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		plan := concat_ws(', ', nullif(plan, ''), substring(line FROM '(HashAggregate|GroupAggregate|Gather Merge|Gather|Parallel Append|Parallel Seq Scan|Workers Planned: \d)'));
	END LOOP;
	RETURN plan;
END $$;
\set grouped '$$SELECT la, places.cluster(geom, weight, places.rules(''balanced'', target_homes => 50)) FROM shuffled_stock GROUP BY la$$'

SET enable_sort = off;
SELECT plan_of(:grouped), fingerprint() AS hashed \gset
SELECT :'plan_of' AS plan;
RESET enable_sort;
SET enable_hashagg = off;
SELECT plan_of(:grouped) AS plan, fingerprint() = :'hashed' AS same;
RESET enable_hashagg;

-- rows gathered from parallel workers come in any order
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 3;
SELECT plan_of(:grouped) LIKE '%Workers Planned%' AS parallel, fingerprint() = :'hashed' AS same;
SELECT count(DISTINCT fingerprint()) AS answers FROM generate_series(1, 5);

-- an index order
CREATE INDEX ON shuffled_stock (la, md5(row_id::text));
SET enable_seqscan = off;
SET enable_hashagg = off;
SELECT fingerprint() = :'hashed' AS same;
RESET enable_seqscan;
RESET enable_hashagg;

-- whole authorities in parallel: a partition each
ALTER TABLE shuffled_stock RENAME TO one_stock;
CREATE TABLE shuffled_stock (LIKE one_stock) PARTITION BY LIST (la);
CREATE TABLE stock_a0 PARTITION OF shuffled_stock FOR VALUES IN ('A0');
CREATE TABLE stock_a1 PARTITION OF shuffled_stock FOR VALUES IN ('A1');
CREATE TABLE stock_a2 PARTITION OF shuffled_stock FOR VALUES IN ('A2');
INSERT INTO shuffled_stock SELECT * FROM one_stock ORDER BY md5(row_id::text);
ANALYZE shuffled_stock;
SET enable_partitionwise_aggregate = on;
SELECT plan_of(:grouped) ~ 'Gather.*Parallel Append.*Aggregate' AS in_workers, fingerprint() = :'hashed' AS same;
CREATE TABLE made_in_workers AS
SELECT la, array_agg(row_id) AS ids, places.cluster(geom, weight, places.rules('balanced', target_homes => 50)) AS c FROM shuffled_stock GROUP BY la;
SELECT md5(string_agg(format('%s %s %s %s', la, home, place, distance), ',' ORDER BY la, home)) = :'hashed' AS same
FROM made_in_workers g, places.members(g.ids, g.c) m;
RESET ALL;
SET client_min_messages = warning;

-- assign and summary over one table, over partitions, over a view
CREATE VIEW stock_view AS SELECT * FROM one_stock ORDER BY md5(row_id::text);
SELECT count(*) AS answers FROM (SELECT DISTINCT md5(string_agg(format('%s', a), ',' ORDER BY a::text)) FROM (
	SELECT 1 AS n, a FROM places.assign('one_stock', 'row_id', 'la', 'geom', places.rules('balanced', target_homes => 50), 'weight') a UNION ALL
	SELECT 2, a FROM places.assign('shuffled_stock', 'row_id', 'la', 'geom', places.rules('balanced', target_homes => 50), 'weight') a UNION ALL
	SELECT 3, a FROM places.assign('stock_view', 'row_id', 'la', 'geom', places.rules('balanced', target_homes => 50), 'weight') a) s GROUP BY n) t;
SELECT count(*) AS answers FROM (SELECT DISTINCT md5(string_agg(format('%s', a), ',' ORDER BY a::text)) FROM (
	SELECT 1 AS n, a FROM places.summary('one_stock', 'row_id', 'la', 'geom', places.rules('balanced', target_homes => 50)) a UNION ALL
	SELECT 2, a FROM places.summary('shuffled_stock', 'row_id', 'la', 'geom', places.rules('balanced', target_homes => 50)) a UNION ALL
	SELECT 3, a FROM places.summary('stock_view', 'row_id', 'la', 'geom', places.rules('balanced', target_homes => 50)) a) s GROUP BY n) t;

DROP VIEW stock_view;
DROP TABLE shuffled_stock, one_stock, made_in_workers;
DROP FUNCTION answer, differences, fingerprint, plan_of;
