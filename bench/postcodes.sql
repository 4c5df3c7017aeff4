-- postcodes.sql - reads every English postcode from standard input, and makes
-- a city of 450,000 and two of 45,000 homes from those of London
--
-- The columns are those of ../shared/data/postcodes.csv.gz.

CREATE TEMP TABLE line (postcode text, la_code text, easting float8, northing float8, lon text, lat text);
\copy line FROM pstdin WITH (FORMAT csv, HEADER true)

CREATE TABLE bench.postcode AS
SELECT row_number() OVER (ORDER BY postcode) AS id, la_code,
	   greatest(1, round(count(*) OVER (PARTITION BY la_code) / 450.0))::int AS k,
	   ST_SetSRID(ST_MakePoint(easting, northing), 27700)::geometry(Point, 27700) AS geom
FROM line
ORDER BY postcode;

CREATE TEMP TABLE london AS
SELECT row_number() OVER (ORDER BY postcode) - 1 AS nr, easting, northing
FROM line WHERE la_code LIKE 'E09%';
ANALYZE london;

-- Homes spread evenly over the postcodes, each up to ten metres from its
-- postcode's point: centimetres from a home's number, the same on every machine
CREATE FUNCTION pg_temp.city(homes int)
RETURNS TABLE (id bigint, la_code text, k int, geom geometry(Point, 27700))
LANGUAGE sql AS $$
	SELECT h.id, 'London', round(homes / 450.0)::int,
		   ST_SetSRID(ST_MakePoint(easting + ((h.id * 7919) % 2003 - 1001) / 100.0,
								   northing + ((h.id * 104729) % 1999 - 999) / 100.0), 27700)
	FROM (SELECT h AS id, h * (SELECT count(*) FROM london) / homes AS nr
		  FROM generate_series(0, homes::bigint - 1) AS h) h
	JOIN london USING (nr)
	ORDER BY h.id
$$;
CREATE TABLE bench.city450k AS SELECT * FROM pg_temp.city(450000);
CREATE TABLE bench.city45k AS SELECT * FROM pg_temp.city(45000);

-- A home at each of London's first postcodes by name, some of which share a point
CREATE TABLE bench.first45k AS
SELECT nr AS id, 'London' AS la_code, 100 AS k,
	   ST_SetSRID(ST_MakePoint(easting, northing), 27700)::geometry(Point, 27700) AS geom
FROM (SELECT row_number() OVER (ORDER BY postcode) AS nr, easting, northing
	  FROM line WHERE la_code LIKE 'E09%') l
WHERE nr <= 45000
ORDER BY nr;

VACUUM (ANALYZE) bench.postcode, bench.city450k, bench.city45k, bench.first45k;

INSERT INTO bench.work VALUES
	(1, '450,000 homes of one authority, k = 1,000', 'bench.city450k'),
	(2, '45,000 homes of one authority, k = 100', 'bench.city45k'),
	(3, '1,491,312 postcodes, 296 authorities', 'bench.postcode'),
	(5, '45,000 postcodes of London, first by name, k = 100, labels unnested', 'bench.first45k');
INSERT INTO bench.contestant
SELECT work, c.contestant, 'ST_ClusterKMeans', c.must, c.aim,
	   bench.cluster_query(relation, c.method)
FROM (VALUES (1, 'balanced', 'cluster, balanced', 100, 200),
			 (1, 'kmeans', 'cluster, kmeans', 50, 120),
			 (2, 'balanced', 'cluster, balanced', 3, 8),
			 (2, 'kmeans', 'cluster, kmeans', 10, 25),
			 (3, 'kmeans', 'cluster, kmeans', 2, 4)) AS c (work, method, contestant, must, aim)
JOIN bench.work USING (work);
INSERT INTO bench.contestant
SELECT work, 'labels, ' || c.method, 'ST_ClusterKMeans', c.must, c.aim,
	   bench.labels_query(relation, c.method)
FROM (VALUES ('balanced', 6, 10),
			 ('kmeans', 7, 12)) AS c (method, must, aim), bench.work
WHERE work = 5;
INSERT INTO bench.contestant
SELECT work, 'cluster, balanced', 'reading the rows', 15, 6, bench.cluster_query(relation, 'balanced')
FROM bench.work WHERE work = 3;
INSERT INTO bench.contestant
SELECT work, 'reading the rows', NULL, NULL, NULL, bench.floor_query(relation)
FROM bench.work;
INSERT INTO bench.contestant
SELECT work, 'ST_ClusterKMeans', NULL, NULL, NULL, bench.postgis_query(relation)
FROM bench.work;
