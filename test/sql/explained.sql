-- what places.explain() says would put a home into a place does so, to the digit it is said in
SET client_min_messages = warning;
CREATE FUNCTION draw(n bigint) RETURNS float8 LANGUAGE sql IMMUTABLE RETURN (hashint8extended(n, 17) & 1048575) / 1048576.0;
-- towns and villages of blocks and houses, in three authorities
CREATE TABLE ground AS
SELECT i AS id, 'A' || i % 3 AS la, CASE WHEN i % 29 = 0 THEN 5 + floor(60 * draw(i + 5)) ELSE 1 END AS homes,
	ST_SetSRID(ST_MakePoint(9000 * draw(i % 17) + 400 * draw(i) + 900 * draw(i + 1) ^ 4, 9000 * draw(i % 17 + 40) + 700 * draw(i + 2) * draw(i + 3)), 27700) AS geom
FROM generate_series(1, 900) i;

CREATE TABLE asked AS
SELECT n, r.rules, a.home_id FROM (VALUES
	(1, places.rules(target_homes => 120, max_radius => 700)),
	(2, places.rules(target_homes => 60, max_homes => 90, max_radius => 400, max_gap => 300)),
	(3, places.rules('balanced', 110, max_radius => 700)),
	(4, places.rules('kmeans', 80, max_radius => 500, max_gap => 350)),
	(5, places.rules('balanced', max_radius => 600, k => 7))) r(n, rules),
	LATERAL places.assign('ground', 'id', 'la', 'geom', r.rules, 'homes') a
WHERE a.home_id::int % 113 = n;
CREATE TABLE told AS
SELECT a.n, a.rules, e.*,
	substring(e.sentence FROM 'if the radius were ([0-9.e+]+) m')::float8 AS said_radius,
	substring(e.sentence FROM 'if ([0-9.e+]+) homes? (was|were) enough')::float8 AS said_minimum
FROM asked a, places.explain('ground', 'id', 'la', 'geom', a.rules, 'homes', a.home_id) e;
SELECT count(*) > 30 AS homes, count(*) FILTER (WHERE kept) > 5 AS some_inside, count(*) FILTER (WHERE NOT kept) > 10 AS some_outside,
	count(said_radius) > 5 AS radius_said, count(said_minimum) > 5 AS minimum_said
FROM told;

-- each is acted on
CREATE FUNCTION kept_under(home text, r places.ruleset) RETURNS boolean LANGUAGE sql
RETURN (SELECT a.kept FROM places.assign('ground', 'id', 'la', 'geom', r, 'homes') a WHERE a.home_id = home);
SELECT w.what, bool_and(kept_under(t.home_id, places.vary(t.rules, w.min_homes, w.max_radius))) AS true_when_acted_on,
	bool_and(w.max_radius >= (t.rules).max_radius) FILTER (WHERE NOT t.kept) AS wider
FROM told t, LATERAL (VALUES
	('radius', (rules).min_homes, smallest_max_radius), ('radius said', (rules).min_homes, said_radius),
	('minimum', largest_min_homes, (rules).max_radius), ('minimum said', said_minimum, (rules).max_radius)) w(what, min_homes, max_radius)
WHERE CASE WHEN w.what ~ 'radius' THEN w.max_radius IS NOT NULL ELSE w.min_homes IS NOT NULL END
GROUP BY 1 ORDER BY 1;

-- a home in a place is never told of a radius or a minimum that would be no more of the same
SELECT bool_and(smallest_max_radius <= (rules).max_radius AND largest_min_homes >= (rules).min_homes) AS at_least_these
FROM told WHERE kept AND (rules).k IS NULL;
DROP FUNCTION kept_under, draw;
DROP TABLE asked, told, ground;
