-- times.sql - medians, and ratios to the peer and to the floor of the same run

WITH median AS (
	SELECT work, contestant, percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) AS ms,
		   min(ms) AS least, max(ms) AS most, count(*) AS runs
	FROM bench.run GROUP BY work, contestant
)
SELECT w.name AS work, c.contestant, round(m.ms::numeric) AS ms,
	   CASE WHEN m.runs > 1
			THEN format('%s to %s', round(m.least::numeric), round(m.most::numeric)) END AS "from .. to",
	   CASE WHEN c.peer = 'reading the rows'
			THEN format('%s times the floor', round((m.ms / p.ms)::numeric, 1))
			WHEN m.ms <= p.ms THEN format('%s times faster', round((p.ms / m.ms)::numeric, 1))
			WHEN m.ms > p.ms THEN format('%s times slower', round((m.ms / p.ms)::numeric, 1))
	   END AS "against the peer",
	   round((m.ms / f.ms)::numeric, 1) AS "times the floor",
	   CASE WHEN c.peer = 'reading the rows' THEN 'at most ' || c.must
			WHEN c.must = 1 THEN 'not slower'
			ELSE c.must || ' times faster' END AS must,
	   CASE WHEN c.peer = 'reading the rows' THEN 'at most ' || c.aim
			ELSE c.aim || ' times faster' END AS aim
FROM median m
JOIN bench.contestant c USING (work, contestant)
JOIN bench.work w USING (work)
LEFT JOIN median p ON p.work = c.work AND p.contestant = c.peer
LEFT JOIN median f ON f.work = c.work AND f.contestant = 'reading the rows'
ORDER BY w.work, c.contestant;
