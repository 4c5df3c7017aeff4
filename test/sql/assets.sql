-- what a community has, and how far it is
SET client_min_messages = error;
\set SHOW_CONTEXT never
CREATE SCHEMA assets;
SET search_path = assets, public;

CREATE TABLE stock AS
SELECT i AS id, 'A' AS la, ST_SetSRID(ST_MakePoint(400000 + 3000 * (i % 4) + 13 * (i * 7 % 31), 300000 + 11 * (i * 5 % 37)), 27700) AS geom FROM generate_series(0, 239) i;
SELECT places.create_plan('a', 'stock', 'id', 'la', 'geom', places.rules('balanced', 60, min_homes => 50, max_homes => 70, max_radius => 1000));
SELECT places.create_patches('a patches', 'a', places.rules('balanced', 30, min_homes => 20, max_homes => 40));
SELECT places.create_localities('a localities', 'a', places.rules('balanced', 120, min_homes => 100, max_homes => 140, max_radius => 100000));
SELECT places FROM places.run('a');
SELECT places.assets_of('a');

CREATE TABLE things (kind text, called text, geom geometry);
INSERT INTO things VALUES
	('shop', 'corner', ST_SetSRID(ST_MakePoint(400100, 300100), 27700)), ('shop', 'far', ST_SetSRID(ST_MakePoint(420000, 300000), 27700)),
	('park', 'green', ST_SetSRID(ST_GeomFromText('POLYGON((403000 300000,403500 300000,403500 300500,403000 300500,403000 300000),(403100 300100,403100 300200,403200 300200,403200 300100,403100 300100))'), 27700)),
	('path', 'canal', ST_SetSRID(ST_GeomFromText('LINESTRING(395000 300050,420000 300050)'), 27700)),
	('hall', 'two halls', ST_SetSRID(ST_GeomFromText('MULTIPOINT(406000 300000,409100 300200)'), 27700)),
	('hall', 'bent', ST_SetSRID(ST_GeomFromText('CIRCULARSTRING(400000 301000,400500 301500,401000 301000)'), 27700)),
	('mixed', 'all of it', ST_SetSRID(ST_GeomFromText('GEOMETRYCOLLECTION(POINT(400010 300010),LINESTRING(403000 300900,403400 300900),POLYGON((406000 300000,406300 300000,406300 300400,406000 300400,406000 300000)))'), 27700)),
	('hall', NULL, NULL), (NULL, 'what', ST_SetSRID(ST_MakePoint(400100, 300100), 27700)), (' ', 'blank', NULL), ('hall', 'empty', 'POINT EMPTY'), ('hall', 'nowhere', 'SRID=27700;POINT(NaN 3)'),
	('path', 'half of it nowhere', 'SRID=27700;LINESTRING(400000 300000,NaN 3,400010 300000)'), ('hall', 'a house of faces', 'SRID=27700;POLYHEDRALSURFACE Z (((0 0 0,0 1 0,1 1 0,1 0 0,0 0 0)))'),
	('hall', 'beyond the pole', 'SRID=4326;POINT(0 95)');
CREATE TABLE others AS
SELECT 'clinic' AS kind, 'c' || i AS called, ST_Transform(ST_SetSRID(ST_MakePoint(400000 + i * 1700, 300300), 27700), 4326)::geography AS spot FROM generate_series(0, 5) i;
SELECT places.add_assets('a', 'things', 'things', 'kind', 'called', 'geom');
SELECT places.add_assets('a patches', 'others', 'others', category_column => 'kind', name_column => 'called', geom_column => 'spot');
SELECT * FROM places.check_assets('a');

-- each home as PostGIS says
CREATE VIEW known AS
SELECT kind, called, geom FROM things WHERE kind > ' ' AND NOT ST_IsEmpty(geom) AND called NOT IN ('nowhere', 'half of it nowhere', 'a house of faces', 'beyond the pole')
UNION ALL SELECT kind, called, ST_Transform(spot::geometry, 27700) FROM others;
CREATE VIEW nearest AS
SELECT h.place, h.home_id, k.kind, min(ST_Distance(h.location, ST_CurveToLine(k.geom))) AS metres
FROM places.home h CROSS JOIN known k WHERE h.plan = 'a' GROUP BY 1, 2, 3;
SELECT count(*), bool_and(abs(n.metres - m.metres) <= 0.51) AS as_postgis
FROM (SELECT home_id FROM places.home WHERE plan = 'a' ORDER BY home_id LIMIT 25) h
CROSS JOIN LATERAL places.nearest_assets('a', h.home_id) n
JOIN nearest m ON m.home_id = h.home_id AND m.kind = n.category;
SELECT a.category, count(*), bool_and(abs(a.nearest - m.metres) <= 0.51) AS as_postgis
FROM places.assets_of('a') a JOIN (SELECT place, kind, avg(metres) AS metres FROM nearest GROUP BY 1, 2) m ON m.place = a.place AND m.kind = a.category
GROUP BY 1 ORDER BY 1;
SELECT a.category, sum(a.nearby) AS nearby, bool_and(a.nearby = m.n) AS as_postgis
FROM places.assets_of('a', 450) a
JOIN (SELECT p.place, c.kind, (SELECT count(*) FROM known k WHERE k.kind = c.kind AND EXISTS (
		SELECT FROM places.home h WHERE h.plan = 'a' AND h.place = p.place AND ST_DWithin(h.location, ST_CurveToLine(k.geom), 450))) AS n
	FROM places.place p CROSS JOIN (SELECT DISTINCT kind FROM known) c WHERE p.plan = 'a') m ON m.place = a.place AND m.kind = a.category
GROUP BY 1 ORDER BY 1;
-- inside, on ground that is the place's
SELECT a.category, sum(a.inside) AS inside, sum(a.per_1000) > 0 AS some FROM places.assets_of('a') a GROUP BY 1 ORDER BY 1;
SELECT count(*) AS shops_on_its_ground FROM places.territory t JOIN places.assets_of('a') a ON a.place = t.place AND a.category = 'shop' AND a.inside = 1 AND t.plan = 'a'
WHERE ST_Covers(t.boundary, (SELECT geom FROM things WHERE called = 'corner'));
-- what there is comes first
SELECT place = min(place) OVER () AS first, category, inside, nearby FROM places.assets_of('a') LIMIT 3;

SELECT bool_and(g.homes_farther = m.n) AS as_postgis, count(*) FROM places.asset_gaps('a', 'shop', 1000) g
JOIN (SELECT place, count(*) FILTER (WHERE metres > 1000) AS n FROM nearest WHERE kind = 'shop' GROUP BY 1) m USING (place);
SELECT count(*) FROM places.asset_gaps('a', 'path', 5000);
SELECT sum(homes_farther) FROM places.asset_gaps('a localities', 'shop', 1000);
SELECT count(DISTINCT place), count(DISTINCT category) FROM places.assets_of('a patches');
SELECT count(DISTINCT place), sum(inside) FROM places.assets_of('a localities');
-- the same whatever the order
CREATE TABLE turned AS SELECT * FROM things ORDER BY md5(called);
CREATE TEMP TABLE before AS SELECT * FROM places.assets_of('a');
SELECT places.add_assets('a', 'things', 'turned', 'kind', 'called', 'geom');
SELECT count(*) FROM (SELECT * FROM before EXCEPT SELECT * FROM places.assets_of('a')) d;

-- degrees
CREATE TABLE round_stock AS SELECT id, la, ST_Transform(geom, 4326)::geography AS geog FROM stock;
SELECT places.create_plan('g', 'round_stock', 'id', 'la', 'geog', places.rules('balanced', 60, min_homes => 50, max_homes => 70, max_radius => 1000), boundary_within => 0);
SELECT places FROM places.run('g');
SELECT places.add_assets('g', 'others', 'others', 'kind', 'called', 'spot');
SELECT places.add_assets('g', 'things', 'things', 'kind', 'called', 'geom');
INSERT INTO things VALUES ('path', 'metres for degrees', 'LINESTRING(400000 300000,400010 300000)');
SELECT used, unknown_position, unknown_shape FROM places.check_assets('g') WHERE source = 'things';
SELECT count(DISTINCT category) FROM places.assets_of('g');
SELECT places.remove_assets('g', 'things');
SELECT bool_and(abs(n.metres - m.metres) <= 1 + 0.002 * m.metres) AS as_on_earth
FROM (SELECT home_id, location FROM places.home WHERE plan = 'g' ORDER BY home_id LIMIT 20) h
CROSS JOIN LATERAL places.nearest_assets('g', h.home_id) n
CROSS JOIN LATERAL (SELECT min(ST_Distance(h.location::geography, o.spot)) AS metres FROM others o) m;

-- what is refused
SELECT places.asset_gaps('a', 'castle');
SELECT places.asset_gaps('a', NULL);
SELECT places.asset_gaps('a', 'shop', -1);
SELECT places.assets_of('a', 'NaN');
SELECT places.nearest_assets('a', 'nix');
SELECT places.nearest_assets('a', NULL);
SELECT places.add_assets('a', 'x', 'things', 'kind', 'called', 'called');
SELECT places.add_assets('a', 'x', NULL, 'kind', 'called', 'geom');
SELECT places.remove_assets('a', 'x');

-- rights
CREATE ROLE places_assets_reader IN ROLE places_reader;
GRANT USAGE ON SCHEMA assets TO places_assets_reader;
SET ROLE places_assets_reader;
SELECT places.assets_of('a');
RESET ROLE;
GRANT SELECT ON turned, others TO places_assets_reader;
SET ROLE places_assets_reader;
SELECT count(*) > 0 AS sees FROM places.assets_of('a');
SELECT count(*) > 0 AS sees FROM places.asset_gaps('a', 'shop');
SELECT places.nearest_assets('a', '1');
SELECT places.add_assets('a', 'x', 'turned', 'kind', 'called', 'geom');
SELECT source, table_name FROM places.asset_source ORDER BY 1, 2;
RESET ROLE;
SELECT places.remove_assets('g', 'others');
SELECT places.drop_plan('g'), places.drop_plan('a localities'), places.drop_plan('a patches'), places.drop_plan('a');
SELECT count(*) AS left_behind FROM places_internal.asset_source;
DROP OWNED BY places_assets_reader;
DROP ROLE places_assets_reader;
DROP SCHEMA assets CASCADE;
