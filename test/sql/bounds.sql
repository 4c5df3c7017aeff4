-- every place within its bounds wherever a number of places allows it, the
-- nearest possible where none does, and no error
SET client_min_messages = warning;

-- n homes in a town with a thin country round it, a few on shared points
CREATE FUNCTION town(n int) RETURNS TABLE (geom geometry) LANGUAGE sql AS $$
	SELECT CASE WHEN i % 5 < 4 THEN ST_MakePoint(i * 7919 % 997, i * 104729 % 991)
		ELSE ST_MakePoint(i * 7919 % 9973, i * 15485863::bigint % 9967) END FROM generate_series(1, n) i $$;

CREATE FUNCTION sizes(n int, rules places.ruleset) RETURNS float8[] LANGUAGE sql AS $$
	SELECT (places.cluster_places(geom, rules)).homes FROM town(n) $$;

-- target 100, 90 to 110: from 90 homes up some k fits but for the gap 111 .. 179
-- (and 221 .. 269, 331 .. 359, 441 .. 449)
SELECT count(*) AS tried, count(*) FILTER (WHERE k IS NULL) AS impossible,
	count(*) FILTER (WHERE k IS NOT NULL AND (least < 90 OR most > 110)) AS out_of_bounds
FROM (SELECT n, (SELECT min(k) FROM generate_series(1, 20) k WHERE n BETWEEN 90 * k AND 110 * k) AS k,
		(SELECT min(h) FROM unnest(h) h) AS least, (SELECT max(h) FROM unnest(h) h) AS most
	FROM generate_series(90, 900, 7) n, sizes(n, places.rules('balanced', target_homes => 100)) h) s;

-- no k: the fewest homes outside the bounds that any k allows
SELECT count(*) AS tried, count(*) FILTER (WHERE misfit > best + 1e-9) AS worse_than_possible
FROM (SELECT n, (SELECT sum(greatest(0, 90 - x, x - 110)) FROM unnest(h) x) AS misfit,
		(SELECT min(greatest(0, 90 * k - n, n - 110 * k)) FROM generate_series(1, 20) k) AS best
	FROM unnest(ARRAY[1, 2, 45, 89, 111, 120, 144, 145, 146, 179, 221, 268, 331, 355, 441, 449]) n,
		sizes(n, places.rules('balanced', target_homes => 100)) h) s;

-- fewer homes than min_homes: one place; a little more than max_homes: one of just that; then two
SELECT n, sizes(n, places.rules('balanced', target_homes => 100)) FROM unnest(ARRAY[1, 89, 90, 110, 111, 179, 180]) n;

-- tight bounds
SELECT array_agg(DISTINCT h) AS sizes FROM unnest(sizes(1000, places.rules('balanced', target_homes => 50, min_homes => 50, max_homes => 50))) h;
SELECT array_agg(DISTINCT h) AS sizes FROM unnest(sizes(1001, places.rules('balanced', target_homes => 50, min_homes => 50, max_homes => 51))) h;
SELECT array_agg(DISTINCT h) AS sizes FROM unnest(sizes(60, places.rules('balanced', target_homes => 1, min_homes => 1, max_homes => 1))) h;

-- bounds between whole numbers mean the whole numbers between them
SELECT min(h) >= 46 AND max(h) <= 54 AS within FROM unnest(sizes(1000, places.rules('balanced', target_homes => 50, min_homes => 45.5, max_homes => 54.5))) h;

-- no upper bound
SELECT min(h) >= 90 AS within FROM unnest(sizes(1000, places.rules('balanced', target_homes => 100, max_homes => 'Infinity'))) h;

-- a block of flats is never cut, and the places about it keep their bounds
SELECT count(DISTINCT place) AS places_of_block, min(size) >= 90 AND max(size) <= 110 AS within
FROM (SELECT block, place, count(*) OVER (PARTITION BY place) AS size
	FROM (SELECT unnest(b) AS block, unnest((c).place) AS place
		FROM (SELECT array_agg(block ORDER BY i) AS b, places.cluster(geom, places.rules('balanced', target_homes => 100) ORDER BY i) AS c
			FROM (SELECT i, i % 10 < 3 AS block, CASE WHEN i % 10 < 3 THEN ST_MakePoint(500, 500) ELSE ST_MakePoint(i * 7919 % 997, i * 104729 % 991) END AS geom
				FROM generate_series(0, 299) i) h) s) t) u
WHERE block;

-- a tower above max_homes is a place by itself, and no other is out of bounds
SELECT place, count(*) AS homes, bool_and(tower) AS tower, bool_or(tower) AS any_of_tower, min(reason) AS reason
FROM (SELECT unnest(b) AS tower, unnest((c).place) AS place, unnest((c).reason) AS reason
	FROM (SELECT array_agg(i <= 150 ORDER BY i) AS b, places.cluster(geom, places.rules('balanced', target_homes => 100) ORDER BY i) AS c
		FROM (SELECT i, CASE WHEN i <= 150 THEN ST_MakePoint(500, 500) ELSE ST_MakePoint(i * 7919 % 997, 1000 + i * 104729 % 991) END AS geom
			FROM generate_series(1, 350) i) h) s) t
GROUP BY place ORDER BY place;
SELECT (places.cluster_places(ST_MakePoint(5, 5), places.rules('balanced', target_homes => 10))).homes FROM generate_series(1, 1000);

-- fractional weights
SELECT min(h) >= 9 - 1e-9 AND max(h) <= 11 + 1e-9 AS within, round(sum(h)::numeric, 6) AS homes
FROM unnest((SELECT (places.cluster_places(geom, 0.1, places.rules('balanced', target_homes => 10))).homes FROM town(1000))) h;

-- kmeans: k = round(homes / target), bounds only trim
SELECT n, array_length(sizes(n, places.rules('kmeans', 100)), 1) AS k FROM unnest(ARRAY[1, 49, 149, 151, 250, 1000]) n;
SELECT bool_and((h < 100) = (r IS NOT DISTINCT FROM 'too_small')) AS trimmed
FROM (SELECT (places.cluster_places(geom, places.rules('kmeans', 100))).* FROM town(1000)) p, unnest(p.homes, p.reason) u(h, r);

DROP FUNCTION sizes, town;
