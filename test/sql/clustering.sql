-- places.cluster(): the four overloads, the reasons, rows that cannot be placed
\set SHOW_CONTEXT never

-- two clumps of four homes, 1 km apart, the second in the north, given south to north
CREATE TEMP TABLE home AS
SELECT i AS id, ST_SetSRID(ST_MakePoint(400000 + (i % 2) * 6, 300000 + (i / 4) * 1000 + (i / 2 % 2) * 8), 27700) AS geom
FROM generate_series(0, 7) i;

-- places are numbered from north to south; each home is 5 m from its centre
SELECT (places.cluster(geom, places.rules('balanced', target_homes => 4) ORDER BY id)).* FROM home;
SELECT (places.cluster(geom, places.rules('kmeans', 4) ORDER BY id)).* FROM home;

-- weights: a home of weight 2 counts twice, one of weight 0 has a place all the same
SELECT (places.cluster(geom, CASE id WHEN 0 THEN 2 WHEN 7 THEN 0 ELSE 1 END::float8,
	places.rules('balanced', target_homes => 4, min_homes => 3, max_homes => 5) ORDER BY id)).place FROM home;
SELECT (places.cluster(geom, 0.25, places.rules('balanced', target_homes => 1) ORDER BY id)).place FROM home;

-- geography
SELECT c.place, round(c.distance[1]::numeric, 2) AS distance, c.reason
FROM (SELECT (places.cluster(ST_Transform(geom, 4326)::geography, places.rules('balanced', target_homes => 4) ORDER BY id)).* FROM home) c;
SELECT (places.cluster(ST_Transform(geom, 4326)::geography, 2, places.rules('balanced', target_homes => 8) ORDER BY id)).place FROM home;

-- reasons of places; the minimum bounding circle of a clump has radius 5
SELECT (places.cluster(geom, places.rules('kmeans', 4, min_homes => 4, max_radius => 5.001) ORDER BY id)).reason FROM home;
SELECT (places.cluster(geom, places.rules('kmeans', 4, min_homes => 4, max_radius => 4.999) ORDER BY id)).reason FROM home;
SELECT (places.cluster(geom, places.rules('kmeans', 8) ORDER BY id)).reason FROM home WHERE id < 4;
SELECT (places.cluster(geom, places.rules('kmeans', 8, max_radius => 4) ORDER BY id)).reason FROM home WHERE id < 4;

-- homes that cannot be placed keep their rows, and cost no other its result
CREATE TEMP TABLE messy (id int, geom geometry(Point, 27700), weight float8);
INSERT INTO messy VALUES
	(1, 'SRID=27700;POINT(0 0)', 1),
	(2, NULL, 1),
	(3, 'SRID=27700;POINT EMPTY', 1),
	(4, ST_SetSRID(ST_MakePoint('NaN', 5), 27700), 1),
	(5, ST_SetSRID(ST_MakePoint(5, 'Infinity'), 27700), 1),
	(6, ST_SetSRID(ST_MakePoint('-Infinity', 5), 27700), 1),
	(7, 'SRID=27700;POINT(1e300 5)', 1),
	(8, 'SRID=27700;POINT(3 0)', NULL),
	(9, 'SRID=27700;POINT(3 0)', -1),
	(10, 'SRID=27700;POINT(3 0)', 'NaN'),
	(11, 'SRID=27700;POINT(3 0)', 'Infinity'),
	(12, 'SRID=27700;POINT(3 0)', '-Infinity'),
	(13, NULL, NULL),
	(14, 'SRID=27700;POINT(6 0)', 0),
	(15, 'SRID=27700;POINT(6 0)', 2);
SELECT m.* FROM (
	SELECT array_agg(id) AS ids, places.cluster(geom, weight, places.rules('balanced', target_homes => 3)) AS c FROM messy) s,
	places.members(s.ids, s.c) m ORDER BY home;
SELECT m.home, m.reason FROM (
	SELECT array_agg(id) AS ids, places.cluster(geom::geography, weight, places.rules('balanced', target_homes => 3)) AS c
	FROM (SELECT id, weight, ST_SetSRID(geom, 4326) AS geom FROM messy WHERE ST_X(geom) < 1e9 OR ST_X(geom) IS NULL) m
	WHERE id NOT IN (4, 5, 6)) s,
	places.members(s.ids, s.c) m WHERE m.reason IS NOT NULL ORDER BY home;

-- nothing but homes that cannot be placed
SELECT (places.cluster(geom, places.rules('balanced'))).* FROM messy WHERE id IN (2, 3);
SELECT (places.cluster(geom, 'NaN', places.rules('balanced'))).* FROM messy WHERE id IN (1, 14);
SELECT (places.cluster(NULL::geography, places.rules('balanced'))).*;

-- no rows: null, an empty group by: no row
SELECT places.cluster(geom, places.rules('balanced')) IS NULL AS none FROM home WHERE false;
SELECT places.cluster(geom, places.rules('balanced')) FROM home WHERE false GROUP BY id;

-- the third and fourth dimension do not count, whatever the byte order of a client
SELECT (places.cluster(g, places.rules('balanced', target_homes => 2) ORDER BY o)).* FROM (VALUES
	(1, 'POINT Z (0 0 100)'::geometry), (2, 'POINT M (6 8 1000)'), (3, 'POINT ZM (0 0 1 1)'), (4, 'POINT(6 8)')) v(o, g);
SELECT (places.cluster(ST_GeomFromEWKB(ST_AsEWKB(geom, 'XDR')), places.rules('balanced', target_homes => 4) ORDER BY id)).place FROM home;
SELECT (places.cluster(g, places.rules('balanced', target_homes => 1) ORDER BY o)).reason FROM (VALUES
	(1, 'POINT Z EMPTY'::geometry), (2, 'POINT ZM EMPTY'), (3, 'POINT M (1 1 1)')) v(o, g);

-- both aggregates describe the same places
SELECT c.place, l.homes, l.reason, l.radius, l.mean_distance, l.rms_distance, l.x, l.y, l.srid
FROM (SELECT places.cluster(geom, places.rules('balanced', target_homes => 4) ORDER BY id) AS c,
		places.cluster_places(geom, places.rules('balanced', target_homes => 4) ORDER BY id) AS l FROM home) s, LATERAL (SELECT (c).*) c, LATERAL (SELECT (l).*) l;

-- usable as a window function: the state is not used up by the final function
SELECT id, (places.cluster(geom, places.rules('balanced', target_homes => 4, min_homes => 1)) OVER (ORDER BY id)).place FROM home WHERE id < 5;

-- DISTINCT, FILTER and ORDER BY as for any aggregate
SELECT (places.cluster(geom, places.rules('balanced', target_homes => 4) ORDER BY id) FILTER (WHERE id >= 4)).place FROM home;
