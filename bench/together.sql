-- together.sql - what it costs to keep postcodes and estates whole, beside the same stock without
--
-- Reads bench.stock, whose postcodes may be null.  Estates are invented: the homes of a
-- square of 150 m, some 20 to 300; all others are in none.
CREATE TEMP TABLE estates AS
SELECT s.id, s.la_code, s.geom, s.postcode,
	CASE WHEN count(*) OVER e BETWEEN 20 AND 300 THEN format('%s %s', floor(ST_X(s.geom) / 150), floor(ST_Y(s.geom) / 150)) END AS estate
FROM bench.stock s
WINDOW e AS (PARTITION BY s.la_code, floor(ST_X(s.geom) / 150), floor(ST_Y(s.geom) / 150));
ANALYZE estates;

-- the least of three times; nothing of chance is in the rest
CREATE FUNCTION pg_temp.cost(rules places.ruleset, together name, OUT kept float8, OUT metres float8, OUT divided bigint, OUT ms float8)
LANGUAGE plpgsql AS $$
DECLARE
	begun timestamptz;
BEGIN
	FOR round IN 1 .. 3 LOOP
		begun := clock_timestamp();
		SELECT avg(a.kept::int), avg(a.distance) FILTER (WHERE a.kept), count(*) FILTER (WHERE a.reason ~ 'divided')
		INTO kept, metres, divided
		FROM places.assign('estates', 'id', 'la_code', 'geom', rules, together_column => together) a;
		ms := least(ms, 1000 * extract(epoch FROM clock_timestamp() - begun));
	END LOOP;
END $$;

SELECT m.method, coalesce(t.together, 'nothing') AS together, round((100 * c.kept)::numeric, 2) AS "kept, %",
	round(c.metres::numeric) AS "mean distance, m", c.divided, round((c.ms / first_value(c.ms) OVER w)::numeric, 2) AS "times the time without"
FROM (VALUES (1, 'coverage', places.rules()), (2, 'balanced', places.rules('balanced', 450)), (3, 'kmeans', places.rules('kmeans', 450))) m(number, method, rules)
CROSS JOIN (VALUES (1, NULL), (2, 'postcode'), (3, 'estate')) t(number, together)
CROSS JOIN LATERAL pg_temp.cost(m.rules, t.together) c
WHERE t.together IS DISTINCT FROM 'postcode' OR EXISTS (SELECT FROM estates WHERE postcode IS NOT NULL)
WINDOW w AS (PARTITION BY m.number ORDER BY t.number)
ORDER BY m.number, t.number;
