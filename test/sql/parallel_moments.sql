-- places.compactness() in parallel parts equals the serial sum
SET client_min_messages = warning;
CREATE TABLE spread_home AS
SELECT i AS id, i % 5 AS la, CASE WHEN i % 11 > 0 THEN (i % 13)::float8 END AS weight,
	CASE WHEN i % 17 > 0 THEN ST_SetSRID(ST_MakePoint(400000 + i * 7919 % 50021, 300000 + i * 104729 % 30011), 27700) END AS geom
FROM generate_series(1, 20000) i;
ANALYZE spread_home;

CREATE FUNCTION scores() RETURNS TABLE (what text, s places.compactness_score) LANGUAGE sql AS $$
	SELECT 'geometry', places.compactness(geom) FROM spread_home UNION ALL
	SELECT 'geometry, weight', places.compactness(geom, weight) FROM spread_home UNION ALL
	SELECT 'geography', places.compactness(ST_Transform(geom, 4326)::geography) FROM spread_home UNION ALL
	SELECT 'geography, weight', places.compactness(ST_Transform(geom, 4326)::geography, weight) FROM spread_home UNION ALL
	(SELECT 'authority ' || la, places.compactness(geom, weight) FROM spread_home GROUP BY la ORDER BY la) $$;

SET max_parallel_workers_per_gather = 0;
CREATE TABLE serial AS SELECT * FROM scores();

SET max_parallel_workers_per_gather = 3;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
EXPLAIN (COSTS OFF) SELECT places.compactness(geom, weight) FROM spread_home;
CREATE FUNCTION close(a float8, b float8) RETURNS boolean LANGUAGE sql AS $$ SELECT abs(a - b) <= 1e-12 * abs(a) $$;
SELECT what, (p.s).homes = (q.s).homes AS homes, close((p.s).rms_distance, (q.s).rms_distance) AS rms, close((p.s).density, (q.s).density) AS density,
	close((p.s).elongation, (q.s).elongation) AS elongation,
	close(ST_X((p.s).centre), ST_X((q.s).centre)) AND close(ST_Y((p.s).centre), ST_Y((q.s).centre)) AS centre
FROM scores() p JOIN serial q USING (what) ORDER BY what;

-- parts without a row, without a location, without a home that counts
SELECT (places.compactness(geom)).homes FROM spread_home WHERE id < 0;
SELECT (places.compactness(geom)).* FROM spread_home WHERE id % 17 = 0;
SELECT (places.compactness(geom, 0)).homes FROM spread_home;
SELECT (places.compactness(geom)).homes, (places.compactness(geom)).rms_distance FROM spread_home WHERE id = 1;

-- parts that are partitions, one of them empty
SET enable_partitionwise_aggregate = on;
CREATE TABLE parted (la int, geom geometry, weight float8) PARTITION BY LIST (la);
CREATE TABLE parted_0 PARTITION OF parted FOR VALUES IN (0, 1);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (2, 3, 4);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES IN (5);
INSERT INTO parted SELECT la, geom, weight FROM spread_home;
ANALYZE parted;
SET max_parallel_workers_per_gather = 0;
EXPLAIN (COSTS OFF) SELECT places.compactness(geom, weight) FROM parted;
SELECT close(s.rms_distance, (q.s).rms_distance) AS rms
FROM (SELECT (places.compactness(geom, weight)).* FROM parted) s, serial q WHERE what = 'geometry, weight';

-- two systems that meet only when the parts do
UPDATE parted SET geom = ST_SetSRID(geom, 32630) WHERE la >= 2;
SELECT places.compactness(geom, weight) FROM parted;

DROP TABLE spread_home, serial, parted;
DROP FUNCTION scores, close;
