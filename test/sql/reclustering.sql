-- recluster: places found with the last ones in mind
\set VERBOSITY terse
SET max_parallel_workers_per_gather = 0;

-- an invented stock: towns and villages in two authorities, some blocks
CREATE FUNCTION pg_temp.noise(i int, salt int) RETURNS float8 LANGUAGE sql IMMUTABLE
RETURN (pg_catalog.hashint4extended(i, salt) & 1048575) / 1048576.0;
CREATE FUNCTION pg_temp.spot(i int) RETURNS geometry LANGUAGE sql IMMUTABLE
RETURN ST_SetSRID(ST_MakePoint(
	400000 + 4000 * floor(4 * pg_temp.noise(i, 1)) + 2500 * pg_temp.noise(i, 3) * cos(6.2832 * pg_temp.noise(i, 4)),
	300000 + 4000 * floor(3 * pg_temp.noise(i, 2)) + 2500 * pg_temp.noise(i, 3) * sin(6.2832 * pg_temp.noise(i, 4))), 27700);
CREATE TABLE stock AS
SELECT i AS id, CASE WHEN i % 3 = 0 THEN 'A' ELSE 'B' END AS la, pg_temp.spot(i - i % 2) AS geom,
	NULL::bigint AS previous, NULL::text AS hold
FROM generate_series(1, 4000) i;
CREATE TABLE rules AS SELECT name, r FROM (VALUES
	('coverage', places.rules(target_homes => 150, max_radius => 1500)),
	('attach', places.rules(target_homes => 150, max_radius => 1500, remainder => 'attach', attach_within => 4000)),
	('group', places.rules(target_homes => 150, max_radius => 1500, remainder => 'group')),
	('balanced', places.rules('balanced', 150)),
	('kmeans', places.rules('kmeans', 150))) v (name, r);

-- nobody has a past: the answer of cluster
SELECT name, bool_and((a).place = (c).place AND (a).distance = (c).distance AND (a).reason = (c).reason AND (a).list = p) AS same,
	min((a).choice) AS choice
FROM (SELECT name, places.recluster(geom, 1, NULL, NULL, 0.01, r) AS a, places.cluster(geom, r) AS c, places.cluster_places(geom, r) AS p
	FROM stock, rules GROUP BY name, la) s
GROUP BY name ORDER BY name;

-- rows of an answer; member_of is null outside every place
CREATE FUNCTION pg_temp.answer(rule text, tolerance float8 DEFAULT 0.01)
RETURNS TABLE (id int, la text, choice text, place int, reason text, member_of int) LANGUAGE sql AS $$
	SELECT u.id, s.la, (s.a).choice, u.place, u.reason,
		CASE WHEN u.reason IN ('outlying', 'attached') THEN NULL ELSE u.place END
	FROM (SELECT la, array_agg(id) AS ids, places.recluster(geom, 1, previous, hold, tolerance, r) AS a
		FROM stock, rules WHERE name = rule GROUP BY la) s,
		unnest(s.ids, (s.a).place, (s.a).reason) u (id, place, reason) $$;

-- homes that did not stay: places are paired when each has most of the other, which counts too many rather than too few
CREATE FUNCTION pg_temp.moved(rule text, OUT choices text, OUT moved float8, OUT kept_less float8) LANGUAGE sql AS $$
	WITH now AS (SELECT a.*, s.previous, s.id <= 4000 AS survives FROM pg_temp.answer(rule) a JOIN stock s USING (id)),
	pair AS (SELECT count(*) AS homes,
			row_number() OVER (PARTITION BY la, previous ORDER BY count(*) DESC, member_of) AS of_old,
			row_number() OVER (PARTITION BY la, member_of ORDER BY count(*) DESC, previous) AS of_new
		FROM now WHERE survives AND previous IS NOT NULL AND member_of IS NOT NULL GROUP BY la, previous, member_of),
	scratch AS (SELECT sum(m.kept::int) AS kept FROM (SELECT la, array_agg(id) AS ids, places.cluster(geom, r) AS c
		FROM stock, rules WHERE name = rule GROUP BY la) s, places.members(s.ids, s.c) m)
	SELECT (SELECT string_agg(DISTINCT choice, ',' ORDER BY choice) FROM now),
		1 - ((SELECT coalesce(sum(homes), 0) FROM pair WHERE of_old = 1 AND of_new = 1)
			+ count(*) FILTER (WHERE survives AND previous IS NULL AND member_of IS NULL))::float8 / count(*) FILTER (WHERE survives),
		((SELECT kept FROM scratch) - count(*) FILTER (WHERE reason IS NULL))::float8 / count(*)
	FROM now $$;

-- the same homes again: nobody moves, even where nothing is tolerated; a few are replaced: few move
CREATE TABLE churn (name text, share float8, choices text, moved float8, kept_less float8);
DO $$
DECLARE
	rule text;
	part float8;
BEGIN
	FOR rule, part IN SELECT name, p FROM rules, unnest('{0,0.01}'::float8[]) p WHERE p = 0 OR name <> 'group' ORDER BY 1, 2 LOOP
		UPDATE stock SET previous = NULL;
		UPDATE stock SET previous = 1000 + 7 * a.member_of FROM pg_temp.answer(rule) a WHERE a.id = stock.id;
		UPDATE stock SET id = id + 10000, geom = pg_temp.spot(id + 10000), previous = NULL
		WHERE id <= 4000 AND pg_temp.noise(id, 9) < part;
		INSERT INTO churn SELECT rule, part, m.* FROM pg_temp.moved(rule) m;
		UPDATE stock SET id = id - 10000, geom = pg_temp.spot(id - 10000 - (id - 10000) % 2) WHERE id > 4000;
	END LOOP;
END $$;
SELECT name, share, CASE WHEN share = 0 THEN choices END AS choices, moved <= 2 * share AS few_moved,
	kept_less <= 0.01 AS kept
FROM churn ORDER BY 1, 2;
UPDATE stock SET previous = NULL;
UPDATE stock SET previous = 1000 + 7 * a.member_of FROM pg_temp.answer('coverage') a WHERE a.id = stock.id;
SELECT DISTINCT choice FROM pg_temp.answer('coverage', 0);

-- pins and locks: one home goes to the next place, one to the place farthest away, one place is locked whole
CREATE TABLE centre AS
SELECT previous, ST_Centroid(ST_Collect(geom)) AS c, count(*) AS homes FROM stock WHERE la = 'B' AND previous IS NOT NULL GROUP BY 1;
CREATE TABLE pinned AS
SELECT s.id, (SELECT c.previous FROM centre c WHERE c.previous <> s.previous ORDER BY c.c <-> s.geom LIMIT 1) AS near,
	(SELECT c.previous FROM centre c ORDER BY c.c <-> s.geom DESC LIMIT 1) AS far
FROM stock s WHERE la = 'B' AND previous IS NOT NULL ORDER BY id LIMIT 2;
UPDATE stock s SET hold = 'pin', previous = CASE WHEN s.id = (SELECT min(id) FROM pinned) THEN near ELSE far END FROM pinned p WHERE p.id = s.id;
UPDATE stock SET hold = 'lock' WHERE la = 'B' AND hold IS NULL AND previous = (SELECT max(previous) FROM centre);
SELECT count(DISTINCT a.place) AS places, count(DISTINCT s.previous) AS held_places,
	count(DISTINCT (a.place, s.previous)) AS pairs, count(*) FILTER (WHERE a.reason = 'pinned') AS pinned,
	count(*) FILTER (WHERE a.reason IN ('outlying', 'attached')) AS outside
FROM pg_temp.answer('coverage') a JOIN stock s USING (id) WHERE s.hold IS NOT NULL;

-- what does not count is in no figure, and kept places keep the rules by PostGIS's own measure
SELECT bool_and(l.homes = m.homes) AS homes, bool_and(l.reason IS NOT NULL OR (m.homes >= 150 AND m.homes <= 300 AND m.radius <= 1500)) AS rules
FROM (SELECT la, places.recluster(geom, 1, previous, hold, 0.01, r) AS a FROM stock, rules WHERE name = 'coverage' GROUP BY la) s,
	unnest(((s.a).list).homes, ((s.a).list).reason) WITH ORDINALITY l (homes, reason, place)
	JOIN LATERAL (SELECT count(*) AS homes, (ST_MinimumBoundingRadius(ST_Collect(geom))).radius
		FROM pg_temp.answer('coverage') a JOIN stock USING (id, la)
		WHERE a.la = s.la AND a.place = l.place AND a.reason IS DISTINCT FROM 'outlying' AND a.reason IS DISTINCT FROM 'pinned') m ON true;

-- flats of one block may be held in different places
SELECT (places.recluster(ST_MakePoint(x, 0), 1, previous, hold, 0, places.rules('kmeans', 2) ORDER BY id)).place
FROM (VALUES (1, 0, 1, 'pin'), (2, 0, 2, 'pin'), (3, 0, 1, NULL), (4, 9, 2, NULL)) v (id, x, previous, hold);
-- rows without a location or a weight have no place; longitude and latitude
SELECT (r).place, (r).reason, (r).choice FROM (
	SELECT places.recluster(g::geography, w, p, h, 0, places.rules('kmeans', 2) ORDER BY id) AS r
	FROM (VALUES (1, 'POINT(0 51)', 1, 7, NULL), (2, 'POINT(0 51)', 1, NULL, NULL), (3, NULL, 1, 7, 'pin'), (4, 'POINT(0 51)', NULL, 7, 'lock'))
		v (id, g, w, p, h)) s;
SELECT places.recluster(geom, 1, previous, hold, 0, places.rules()) IS NULL AS nothing FROM stock WHERE false;

-- errors
\set VERBOSITY default
SELECT places.recluster(geom, 1, 1, 'glue', 0, places.rules()) FROM stock;
SELECT places.recluster(geom, 1, NULL, 'pin', 0, places.rules()) FROM stock;
SELECT places.recluster(geom, 1, 1, NULL, -1, places.rules()) FROM stock;
SELECT places.recluster(geom, 1, 1, NULL, NULL, places.rules()) FROM stock;
SELECT places.recluster(geom, 1, 1, NULL, 'Infinity', places.rules()) FROM stock;
SELECT places.recluster(ST_MakePoint(i, 0), 1, 1, NULL, i, places.rules() ORDER BY i) FROM generate_series(1, 2) i;
SELECT places.recluster(geom, 1, 1, NULL, 0, NULL) FROM stock;

DROP TABLE stock, rules, churn, centre, pinned;
