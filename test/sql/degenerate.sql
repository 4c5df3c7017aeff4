-- stocks that hardly are one
SET client_min_messages = warning;
CREATE FUNCTION by_method(g geometry[], target float8 DEFAULT 2, OUT method text, OUT place int[], OUT reason text[])
RETURNS SETOF record LANGUAGE sql AS $$
	SELECT m, c.place, c.reason FROM unnest('{balanced,kmeans}'::text[]) m, LATERAL (
		SELECT (places.cluster(p, places.rules(m, target) ORDER BY o)).* FROM unnest(g) WITH ORDINALITY u(p, o)) c $$;

-- one home; two; as many places as homes
SELECT * FROM by_method(ARRAY['POINT(1 1)']::geometry[], 1);
SELECT * FROM by_method(ARRAY['POINT(1 1)']::geometry[]);
SELECT * FROM by_method(ARRAY['POINT(1 1)', 'POINT(9 1)']::geometry[], 1);
SELECT * FROM by_method(ARRAY['POINT(0 0)', 'POINT(0 4)', 'POINT(0 2)', 'POINT(0 3)', 'POINT(0 1)']::geometry[], 1);

-- all on one point
SELECT method, array_length(array_remove(place, 1), 1) AS elsewhere, reason[1] FROM by_method(array_fill('POINT(3 3)'::geometry, ARRAY[50]), 50);
SELECT method, array_length(array_remove(place, 1), 1) AS elsewhere, reason[1] FROM by_method(array_fill('POINT(3 3)'::geometry, ARRAY[50]), 5);

-- two points only, of many homes each
SELECT method, place[1:4], reason[1] FROM by_method((SELECT array_agg(ST_MakePoint(0, i % 2)) FROM generate_series(1, 20) i), 10);

-- collinear: places are segments
SELECT * FROM by_method((SELECT array_agg(ST_MakePoint(i, 0)) FROM generate_series(1, 8) i), 4);
SELECT * FROM by_method((SELECT array_agg(ST_MakePoint(i, i)) FROM generate_series(1, 8) i), 4);

-- a grid: as many ties as can be
SELECT method, count(DISTINCT p) AS places, max(n) AS most, min(n) AS fewest FROM (
	SELECT method, p, count(*) AS n FROM by_method((SELECT array_agg(ST_MakePoint(i % 12, i / 12)) FROM generate_series(0, 143) i), 12), unnest(place) p GROUP BY 1, 2) s
WHERE method = 'balanced' GROUP BY 1;

-- numbers from north to south, then from west to east
SELECT * FROM by_method(ARRAY['POINT(0 0)', 'POINT(100 0)', 'POINT(0 100)', 'POINT(100 100)', 'POINT(50 200)', 'POINT(200 50)']::geometry[], 1) WHERE method = 'kmeans';

-- weights of nothing: one place, its centre in the middle
SELECT (places.cluster(ST_MakePoint(i, 0), 0, places.rules('balanced', target_homes => 1) ORDER BY i)).* FROM generate_series(1, 3) i;
SELECT l.homes, l.x, l.y, l.radius, l.density FROM (SELECT (places.cluster_places(ST_MakePoint(i, 0), 0, places.rules('kmeans', 1) ORDER BY i)).* FROM generate_series(1, 3) i) l;

-- some weights of nothing: with the nearest place, without a say in it
SELECT (places.cluster(ST_MakePoint(x, 0), w, places.rules('balanced', target_homes => 2) ORDER BY x)).place
FROM (VALUES (0, 1), (1, 1), (2, 0), (98, 0), (100, 1), (101, 1)) v(x, w);

-- fractions
SELECT (places.cluster(ST_MakePoint(x, 0), w, places.rules('balanced', target_homes => 1, min_homes => 0.99, max_homes => 1.01) ORDER BY x)).*
FROM (VALUES (0, 0.5), (1, 0.25), (2, 0.25), (100, 0.3), (101, 0.7)) v(x, w);

-- weights no landlord has end all the same
SELECT array_length((places.cluster(ST_MakePoint(i, i * i % 7), CASE i % 3 WHEN 0 THEN 1e300 WHEN 1 THEN 1e-300 ELSE 1 END, places.rules(m) ORDER BY i)).place, 1) AS homes
FROM unnest('{balanced,kmeans}'::text[]) m, generate_series(1, 40) i GROUP BY m;
SELECT array_length((places.cluster(ST_MakePoint(i, i * i % 7), 1.7e308, places.rules(m) ORDER BY i)).place, 1) AS homes
FROM unnest('{balanced,kmeans}'::text[]) m, generate_series(1, 40) i GROUP BY m;

-- the ends of the grid
SELECT (places.cluster(ST_MakePoint(x, y), places.rules('balanced', target_homes => 1) ORDER BY x, y)).*
FROM (VALUES (-1e8, -1e8), (1e8, 1e8), (0, 0), (1e8, 1.0000001e8)) v(x, y);

-- more places wanted than there are points
SELECT method, place FROM by_method(ARRAY['POINT(0 0)', 'POINT(0 0)', 'POINT(0 5)', 'POINT(0 5)', 'POINT(0 5)']::geometry[], 1);

DROP FUNCTION by_method;
