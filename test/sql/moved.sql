-- coordinates anywhere on the grid lose no precision, and geography knows no edge
SET client_min_messages = warning;

-- 900 homes at whole metres in a town of 1 km with a country of 20 km
CREATE TABLE layout AS
SELECT i, CASE WHEN i % 5 < 4 THEN i * 7919 % 997 ELSE i * 7919 % 19997 END AS x,
	CASE WHEN i % 5 < 4 THEN i * 104729 % 991 ELSE i * 104729 % 19991 END AS y
FROM generate_series(1, 900) i;

CREATE FUNCTION answer_at(east float8, north float8, rules places.ruleset) RETURNS text LANGUAGE sql AS $$
	SELECT md5((places.cluster(ST_MakePoint(x + east, y + north), rules ORDER BY i))::text) FROM layout $$;

SELECT m AS method, count(DISTINCT answer_at(e, n, places.rules(m, 60, max_radius => 700))) AS answers
FROM unnest('{balanced,kmeans}'::text[]) m,
	(VALUES (0, 0), (1e6, 1e6), (1e7, -1e7), (400000, 300000), (-9.9e7, 12345), (9.9e7, 9.9e7)) v(e, n) GROUP BY m;

-- nor does the radius of a street when the rest of its authority, or a home in
-- the wrong place, lies far away
SELECT far, count(*) AS streets, count(*) FILTER (WHERE abs(l.radius[1] / (ST_MinimumBoundingRadius(street)).radius - 1) > 1e-6) AS wrong
FROM unnest(ARRAY[1e5, 1e6, 1e7]) far, generate_series(1, 40) o, LATERAL (
	SELECT (places.cluster_places(g, places.rules('kmeans', 9))).radius, ST_Collect(g) FILTER (WHERE ST_X(g) > 9e4) AS street
	FROM (
		SELECT ST_MakePoint(far + (i * 7919 + o * 104729) % 997 / 100.0, far + (i * 15485863::bigint + o * 1299709) % 991 / 100.0) AS g FROM generate_series(1, 9) i
		UNION ALL SELECT ST_MakePoint(i, 0) FROM generate_series(1, 9) i) s) l
GROUP BY far ORDER BY far;

-- geography: the same layout at longitude 0, across the antimeridian, across the zero meridian
CREATE FUNCTION turned(degrees float8, lat float8, rules places.ruleset) RETURNS text LANGUAGE sql AS $$
	SELECT (places.cluster(ST_MakePoint(CASE WHEN lon > 180 THEN lon - 360 WHEN lon < -180 THEN lon + 360 ELSE lon END, lat + y * 1e-5)::geography, rules ORDER BY i)).place::text
	FROM (SELECT i, y, degrees + (x - 10000) * 1e-5 AS lon FROM layout) l $$;
SELECT lat, count(DISTINCT turned(d, lat, places.rules('balanced', target_homes => 60))) AS answers
FROM (VALUES (0.0), (52.0), (-80.0)) v(lat), unnest(ARRAY[10, 180, -180, 0, 179.95]) d GROUP BY lat ORDER BY lat;

-- both names of the antimeridian are one point, and so are all of a pole's
SELECT (places.cluster(ST_MakePoint(lon, lat)::geography, places.rules('kmeans', 1) ORDER BY o)).*
FROM (VALUES (1, 180, 10), (2, -180, 10), (3, 0, 90), (4, 77, 90), (5, -120, 90)) v(o, lon, lat);

-- round the pole: four clumps of ten, a quarter turn apart, are four places
SELECT count(DISTINCT place) AS places, min(homes) AS fewest, max(homes) AS most, max(clumps) AS clumps FROM (
	SELECT place, count(*) AS homes, count(DISTINCT clump) AS clumps
	FROM (SELECT unnest(b) AS clump, unnest((c).place) AS place FROM (
		SELECT array_agg(i / 10 ORDER BY i) AS b, places.cluster(ST_MakePoint(i / 10 * 90 - 90 + i % 10 * 0.5, 89.9)::geography, places.rules('balanced', target_homes => 10) ORDER BY i) AS c
		FROM generate_series(0, 39) i) s) t GROUP BY place) u;
-- a ring of 100 m round the pole is one place, whose centre is the pole
SELECT l.homes, abs(l.radius[1] - 111.69) < 0.1 AS radius, abs(l.y[1] - 90) < 1e-6 AS pole
FROM (SELECT (places.cluster_places(ST_MakePoint(i * 30 - 150, 89.999)::geography, places.rules('kmeans', 12))).* FROM generate_series(0, 11) i) l;

-- distances by longitude and latitude are those of the geodesic
SELECT max(abs(d - ST_Distance(g, ST_SetSRID(ST_MakePoint(l.x[p], l.y[p]), 4326)::geography))) < 0.2 AS close
FROM (SELECT array_agg(g ORDER BY i) AS gs, places.cluster(g, places.rules('balanced', target_homes => 60) ORDER BY i) AS c, places.cluster_places(g, places.rules('balanced', target_homes => 60) ORDER BY i) AS l
	FROM (SELECT i, ST_MakePoint(-1 + x * 1e-5, 52 + y * 1e-5)::geography AS g FROM layout) s) t,
	LATERAL (SELECT (l).x, (l).y) l, LATERAL unnest(gs, (c).place, (c).distance) u(g, p, d);

DROP FUNCTION answer_at, turned;
DROP TABLE layout;
