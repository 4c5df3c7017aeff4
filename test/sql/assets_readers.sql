-- assets for readers, who try to find out where homes are
SET client_min_messages = error;
\set SHOW_CONTEXT never
CREATE SCHEMA assets_readers;
SET search_path = assets_readers, public;

-- A: two places of 60 homes; B: one of 6; C: 24 rows of half a home, and one row of 100 among 8 others
CREATE TABLE stock AS
SELECT format('%s%s', la, i) AS id, la, w, ST_SetSRID(ST_MakePoint(x + 5000 * (i % n) + 37 * (i * 7 % 31), 300000 + 23 * (i * 5 % 37)), 27700) AS geom
FROM (VALUES ('A', 400000, 120, 2, 1.0), ('B', 420000, 6, 1, 1.0), ('C', 440000, 24, 1, 0.5), ('D', 460000, 9, 1, 1.0)) a(la, x, homes, n, w)
CROSS JOIN LATERAL generate_series(0, homes - 1) i;
UPDATE stock SET w = 100 WHERE id = 'D4';
SELECT places.create_plan('a', 'stock', 'id', 'la', 'geom', places.rules('balanced', 60, min_homes => 5, max_homes => 200), weight_column => 'w', boundary_within => 0);
SELECT places FROM places.run('a');
CREATE TABLE asset AS
SELECT k AS kind, k AS name, ST_SetSRID(ST_MakePoint(x, y), 27700) AS geom FROM (VALUES ('shop', 399000, 300900), ('hall', 400500, 299000), ('park', 401500, 300400)) a(k, x, y);
SELECT places.add_assets('a', 'asset', 'asset', 'kind', 'name', 'geom');
CREATE ROLE places_assets_attacker IN ROLE places_reader;
GRANT USAGE ON SCHEMA assets_readers TO places_assets_attacker;
GRANT SELECT, INSERT ON asset TO places_assets_attacker;

-- how many homes are between one distance and the next, of all that an attacker may ask
CREATE VIEW ring AS
SELECT g.place, g.kind, g.metres, lag(g.homes_farther, 1, g.homes) OVER (PARTITION BY g.place, g.kind ORDER BY g.metres) - g.homes_farther AS homes
FROM (SELECT d.metres, k.kind, g.* FROM generate_series(0, 2400, 60) d(metres) CROSS JOIN (SELECT DISTINCT kind FROM asset WHERE kind ~ '^[sph]') k
	CROSS JOIN LATERAL places.asset_gaps('a', k.kind, d.metres) g) g
JOIN places.place p ON p.place = g.place AND p.name = 'A';
GRANT SELECT ON ring TO places_assets_attacker;
SELECT min(homes), count(*) > 50 AS many FROM ring WHERE homes > 0;
SET ROLE places_assets_attacker;
SELECT min(homes) >= 10 AS none_of_few, count(*) > 0 AS some FROM ring WHERE homes > 0;
RESET ROLE;

-- assets of his own, on what he takes to be homes, and around them
INSERT INTO asset SELECT 'at ' || s.id, 'x', s.geom FROM stock s WHERE s.la <> 'B' AND s.id ~ '^.[0-9]?[05]$';
CREATE VIEW planted AS
SELECT p.authority, d.metres, p.homes - COALESCE(g.homes_farther, 0) AS homes
FROM (SELECT DISTINCT kind FROM asset WHERE kind ~ '^at') k
CROSS JOIN (VALUES (1), (30), (100)) d(metres)
CROSS JOIN LATERAL places.asset_gaps('a', k.kind, d.metres) g
JOIN places.place p ON p.place = g.place
WHERE substr(k.kind, 4, 1) = p.authority AND g.homes_farther < p.homes;
GRANT SELECT ON planted TO places_assets_attacker;
SELECT authority, metres, min(homes), count(*) FROM planted WHERE metres = 1 GROUP BY 1, 2 ORDER BY 1, 2;
SET ROLE places_assets_attacker;
SELECT authority, metres, min(homes) >= 10 AS none_of_few FROM planted GROUP BY 1, 2 ORDER BY 1, 2;

-- of fewer than ten homes, or rows, nothing is said, whatever is true of them
SELECT p.authority, g.homes, g.homes_farther, g.share, g.nearest FROM places.asset_gaps('a', 'shop', 1e8) g JOIN places.place p USING (place) ORDER BY 1;
SELECT DISTINCT p.authority, a.inside, a.nearby, a.nearest, a.per_1000 FROM places.assets_of('a', 1e6) a JOIN places.place p USING (place) WHERE p.authority IN ('B', 'D') ORDER BY 1;
SELECT p.authority, g.homes_farther, g.share, g.nearest > 30000 AS far FROM places.asset_gaps('a', 'shop', 5000) g JOIN places.place p USING (place) WHERE p.authority <> 'A' ORDER BY 1;
RESET ROLE;
SELECT p.authority, g.homes_farther, g.share, g.nearest > 30000 AS far FROM places.asset_gaps('a', 'shop', 5000) g JOIN places.place p USING (place) WHERE p.authority <> 'A' ORDER BY 1;

-- what the groups are
SELECT p.authority, count(*), sum(g.weight), min(g.weight) >= 10 AS enough, bool_and(g.x::int % 100 = 0 AND g.x = floor(g.x) AND g.y::int % 100 = 0 AND g.y = floor(g.y)) AS round
FROM places_internal.grouped_homes(places_internal.find_plan('a')) g JOIN places.place p USING (place) GROUP BY 1 ORDER BY 1;

-- a home that moves a little is not to be seen
CREATE VIEW answer AS
SELECT d.metres, g.place, g.homes_farther, g.share, g.nearest, NULL::bigint AS inside, NULL::bigint AS nearby, k.kind
FROM (VALUES (100), (500), (900), (1300)) d(metres) CROSS JOIN (SELECT DISTINCT kind FROM asset WHERE kind ~ '^[sph]|A[25]0$') k CROSS JOIN LATERAL places.asset_gaps('a', k.kind, d.metres) g
UNION ALL
SELECT d.metres, g.place, NULL, NULL, g.nearest, g.inside, g.nearby, g.category FROM (VALUES (100), (500), (900), (1300)) d(metres) CROSS JOIN LATERAL places.assets_of('a', d.metres) g;
GRANT SELECT ON answer TO places_assets_attacker;
CREATE TEMP TABLE editors AS SELECT * FROM answer;
GRANT SELECT ON editors TO places_assets_attacker;
SET ROLE places_assets_attacker;
CREATE TEMP TABLE readers AS SELECT * FROM answer;
RESET ROLE;
UPDATE stock SET geom = ST_Translate(geom, 9, -7) WHERE id = 'A50';
SELECT places FROM places.run('a');
SELECT count(*) > 0 AS editors_see_it FROM (SELECT * FROM answer EXCEPT SELECT * FROM editors) d;
SET ROLE places_assets_attacker;
SELECT count(*) AS readers_do FROM (SELECT * FROM answer EXCEPT SELECT * FROM readers) d;
SELECT count(*) > 0 AS other_than_editors FROM (SELECT * FROM readers EXCEPT SELECT * FROM editors) d;

-- homes themselves are not for readers
SELECT places.nearest_assets('a', 'A1');
SELECT * FROM places_internal.homes_asked(NULL, NULL);
SELECT * FROM places_internal.grouped_homes(NULL);
RESET ROLE;

SELECT places.drop_plan('a');
DROP OWNED BY places_assets_attacker;
DROP ROLE places_assets_attacker;
DROP SCHEMA assets_readers CASCADE;
