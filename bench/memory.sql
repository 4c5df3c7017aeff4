-- memory.sql - peaks above the baseline, in MB

SELECT w.name AS work, m.contestant,
	   round(m.baseline::numeric) AS "baseline, MB",
	   coalesce(round((m.peak - m.baseline)::numeric)::text, 'cannot be read here') AS "above it, MB",
	   CASE WHEN w.work = 1 THEN 250 END AS "must stay below"
FROM bench.memory m JOIN bench.work w USING (work)
ORDER BY w.work, m.contestant;
