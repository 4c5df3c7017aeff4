-- authorities.sql - places' k-means and PostGIS's on the same partitions and k

WITH authority AS (
	SELECT work, la_code,
		   sum(ss) FILTER (WHERE contestant LIKE '%kmeans') AS ours,
		   sum(ss) FILTER (WHERE contestant = 'ST_ClusterKMeans') AS theirs,
		   count(*) FILTER (WHERE contestant LIKE '%kmeans') AS our_k,
		   count(*) FILTER (WHERE contestant = 'ST_ClusterKMeans') AS their_k
	FROM bench.place GROUP BY work, la_code
)
SELECT w.name AS work, count(*) AS authorities,
	   count(*) FILTER (WHERE our_k <> their_k) AS "k differs",
	   count(*) FILTER (WHERE ours < theirs * (1 - 1e-9)) AS better,
	   count(*) FILTER (WHERE ours > theirs * (1 + 1e-9)) AS worse,
	   round((100 * (sum(ours) / sum(theirs) - 1))::numeric, 2) AS "% above in total",
	   round((100 * (max(ours / nullif(theirs, 0)) - 1))::numeric, 2) AS "worst",
	   round((100 * (min(ours / nullif(theirs, 0)) - 1))::numeric, 2) AS "best"
FROM authority JOIN bench.work w USING (work)
WHERE theirs IS NOT NULL
GROUP BY w.work, w.name
ORDER BY w.work;
