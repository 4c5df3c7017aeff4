-- places.sql - how many places, of what sizes, and how tight
--
-- Bounds of balanced are 405 to 495 homes; an authority for which no number of
-- places can keep them, and a place of a single point, are not held to them.

WITH authority AS (
	SELECT work, contestant, la_code, sum(homes) AS homes
	FROM bench.place GROUP BY work, contestant, la_code
), held AS (
	SELECT *, ceil(homes / 495.0) <= floor(homes / 405.0) AS possible FROM authority
)
SELECT w.name AS work, p.contestant, count(*) AS places,
	   format('%s to %s', min(p.homes), max(p.homes)) AS sizes,
	   CASE WHEN p.contestant LIKE '%balanced' THEN
			count(*) FILTER (WHERE possible AND p.ss > 0 AND p.homes NOT BETWEEN 405 AND 495) END
			AS "out of bounds, where possible",
	   to_char(sum(p.ss), '9.9999EEEE') AS "sum of squares",
	   round((100 * (sum(p.ss) / min(q.ss) - 1))::numeric, 2) AS "% above ST_ClusterKMeans"
FROM bench.place p
JOIN held USING (work, contestant, la_code)
JOIN bench.work w USING (work)
LEFT JOIN (SELECT work, sum(ss) AS ss FROM bench.place
		   WHERE contestant = 'ST_ClusterKMeans' GROUP BY work) q USING (work)
GROUP BY w.work, w.name, p.contestant
ORDER BY w.work, p.contestant;
