-- stock.sql - the contest over a landlord's stock
--
-- Takes the table stock (uprn, la_code, geom); rows without authority or
-- location, on which PostGIS and places differ by design, stay out.

CREATE TABLE bench.stock AS
SELECT uprn AS id, la_code,
	   greatest(1, round(count(*) OVER (PARTITION BY la_code) / 450.0))::int AS k, geom,
	   to_jsonb(stock) ->> 'postcode' AS postcode		-- null where there is none
FROM stock
WHERE la_code IS NOT NULL AND NOT ST_IsEmpty(geom)
ORDER BY uprn;
DROP TABLE stock;
VACUUM (ANALYZE) bench.stock;

INSERT INTO bench.work
SELECT 4, format('%s, %s homes, %s authorities', :'name', to_char(count(*), 'FM999,999'),
				 count(DISTINCT la_code)), 'bench.stock'
FROM bench.stock;
INSERT INTO bench.contestant
SELECT work, 'assign, ' || method, 'ST_ClusterKMeans', 1, 2, bench.assign_query(relation, method)
FROM bench.work, unnest(ARRAY['balanced', 'kmeans']) AS method
WHERE work = 4;
INSERT INTO bench.contestant
SELECT work, 'ST_ClusterKMeans', NULL, NULL, NULL, bench.postgis_query(relation)
FROM bench.work WHERE work = 4;
INSERT INTO bench.contestant
SELECT work, 'reading the rows', NULL, NULL, NULL, bench.floor_query(relation)
FROM bench.work WHERE work = 4;
