-- memory.sql - peaks above the baseline, in MB

SELECT w.name AS work, m.contestant,
	   round(m.baseline::numeric) AS "baseline, MB",
	   coalesce(round((m.peak - m.baseline)::numeric)::text, 'cannot be read here') AS "above it, MB",
	   round(((m.peak - m.baseline) / nullif(p.peak - p.baseline, 0))::numeric, 2) AS "times the peer's",
	   CASE WHEN w.work = 1 AND m.contestant LIKE 'cluster,%' THEN 250 END AS "must stay below"
FROM bench.memory m
JOIN bench.work w USING (work)
LEFT JOIN bench.memory p ON p.work = m.work AND p.contestant = 'ST_ClusterKMeans' AND m.contestant LIKE 'cluster,%'
ORDER BY w.work, m.contestant;
