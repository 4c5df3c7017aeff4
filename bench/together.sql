-- together.sql - what it costs to keep estates whole, as ratios to the same stock without
--
-- Reads a table stock (uprn, la, geom in metres, postcode).  Estates are invented: homes of
-- a square of 150 m, some 20 to 300; those of smaller squares are in none.
CREATE TEMP TABLE estates AS
SELECT s.uprn, s.la, s.geom, s.postcode,
	CASE WHEN count(*) OVER e BETWEEN 20 AND 300 THEN format('%s %s', floor(ST_X(s.geom) / 150), floor(ST_Y(s.geom) / 150)) END AS estate
FROM stock s
WINDOW e AS (PARTITION BY s.la, floor(ST_X(s.geom) / 150), floor(ST_Y(s.geom) / 150));

CREATE FUNCTION pg_temp.cost(rules places.ruleset, together name, OUT share float8, OUT metres float8) LANGUAGE sql AS $$
	SELECT avg(a.kept::int), avg(a.distance) FILTER (WHERE a.kept)
	FROM places.assign('estates', 'uprn', 'la', 'geom', rules, together_column => together) a $$;

SELECT m.method, t.together, round((w.share / o.share)::numeric, 4) AS kept_ratio, round((w.metres / o.metres)::numeric, 4) AS distance_ratio
FROM (VALUES ('coverage', places.rules()), ('balanced', places.rules('balanced', 450)), ('kmeans', places.rules('kmeans', 450))) m(method, rules)
CROSS JOIN (VALUES ('postcode'), ('estate')) t(together)
CROSS JOIN LATERAL pg_temp.cost(m.rules, t.together) w
CROSS JOIN LATERAL pg_temp.cost(m.rules, NULL) o
ORDER BY 1, 2;
