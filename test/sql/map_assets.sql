-- community assets on the map of a plan: what its page has of them, and who sees which
SET client_min_messages = warning;
\set SHOW_CONTEXT never

CREATE TABLE homes AS
SELECT i AS id, 'A' AS la, ST_SetSRID(ST_MakePoint(400000 + 5000 * (i / 60) + i * 37 % 300, 300000 + i * 73 % 400), 27700) AS geom
FROM generate_series(0, 119) i;
SELECT places.create_plan('sights', 'homes', 'id', 'la', 'geom', places.rules(target_homes => 50, max_radius => 1000));
SELECT places.create_patches('sights patches', within => 'sights', rules => places.rules('balanced', 20));
SELECT kept_places, published FROM places.run('sights');
CREATE FUNCTION block(page text, id text) RETURNS jsonb LANGUAGE sql AS $$ SELECT (regexp_match(page, '<script type="application/json" id="' || id || '">(.*?)</script>'))[1]::jsonb $$;

-- without assets
SELECT block(places.map('sights'), 'assets-data') AS no_assets, block(places.map('homes'::regclass), 'assets-data') AS of_a_stock;
SELECT places.map('sights') AS plain \gset

-- a point in another system, a line, a polygon with a hole, both in one, a curve, one that says no
-- more than its category, one elsewhere, and four that cannot be drawn
CREATE TABLE sights (category text, name text, geom geometry);
INSERT INTO sights VALUES
	('hall', '</script><b>"Old" hall', ST_Transform('SRID=27700;POINT(400100 300100)'::geometry, 4326)),
	('hall', NULL, 'SRID=27700;POINT(405100 300100)'),
	('path', 'canal', 'SRID=27700;LINESTRING(400000 300000,400200 300000.01,400400 300000)'),
	('park', 'green', 'SRID=27700;POLYGON((400000 300000,400400 300000,400400 300400,400000 300400,400000 300000),(400100 300100,400300 300100,400300 300300,400100 300300,400100 300100))'),
	('park', 'mixed', 'SRID=27700;GEOMETRYCOLLECTION(POINT(405000 300000),LINESTRING(405000 300000,405100 300000),POLYGON((405200 300200,405300 300200,405300 300300,405200 300200)))'),
	('park', 'round', 'SRID=27700;CURVEPOLYGON(CIRCULARSTRING(405000 300100,405050 300150,405100 300100,405050 300050,405000 300100))'),
	('hall', 'far', 'SRID=27700;POINT(700000 300000)'),
	(' ', 'nothing', 'SRID=27700;POINT(400000 300000)'),
	('hall', 'nowhere', NULL), ('hall', 'empty', 'SRID=27700;POINT EMPTY'), ('hall', 'not a number', ST_SetSRID(ST_MakePoint('NaN', 0), 27700));
SELECT places.add_assets('sights', 'sights', 'sights', 'category', 'name', 'geom');
SELECT places.map('sights') AS page \gset
SELECT c ->> 'name' AS category, a ->> 'name' AS name, a -> 'at' AS at, a ->> 'line' AS line,
	CASE WHEN length(a ->> 'area') < 100 THEN a ->> 'area' ELSE left(a ->> 'area', 10) || ' and ' || regexp_count(a ->> 'area', '-?\d+ -?\d+') || ' corners' END AS area
FROM jsonb_array_elements(block(:'page', 'assets-data') -> 'categories') WITH ORDINALITY e(c, i), jsonb_array_elements(c -> 'assets') WITH ORDINALITY f(a, j) ORDER BY i, j;
SELECT jsonb_array_elements_text(block(:'page', 'assets-data') -> 'notes') AS note;
-- where they stand: as far from each other as in the table
SELECT round(ST_Distance(ST_MakePoint((h -> 0)::float8, (h -> 1)::float8), ST_MakePoint((g -> 0)::float8, (g -> 1)::float8)) / 10) AS metres
FROM jsonb_path_query_first(block(:'page', 'assets-data'), '$.categories[*].assets[*] ? (@.name like_regex "hall").at') h,
	jsonb_path_query_first(block(:'page', 'assets-data'), '$.categories[0].assets[*] ? (!exists(@.name)).at') g;
-- the rest of the page is what it was, and the picture has none
SELECT block(:'page', 'data') = block(:'plain', 'data') AS same_scene, block(:'page', 'levels-data') = block(:'plain', 'levels-data') AS same_levels,
	regexp_count(:'page', '</script>') = regexp_count(:'plain', '</script>') AS same_scripts, places.map_svg('sights') !~ 'canal|hall' AS not_in_the_picture;
-- the same whatever the order of the rows, on the map of a level too
CREATE TABLE copy AS SELECT * FROM sights;
TRUNCATE sights;
INSERT INTO sights SELECT * FROM copy ORDER BY random();
SELECT places.map('sights') = :'page' AS same_page, block(places.map('sights patches'), 'assets-data') -> 'categories' -> 0 -> 'assets' -> 0 ->> 'name' IS NOT NULL AS of_patches;

-- by longitude and latitude it is the same picture, but for the projection
CREATE TABLE homes_wgs AS SELECT id, la, ST_Transform(geom, 4326)::geography AS geom FROM homes;
SELECT places.create_plan('sights wgs', 'homes_wgs', 'id', 'la', 'geom', places.rules(target_homes => 50, max_radius => 1000));
SELECT kept_places, published FROM places.run('sights wgs');
SELECT places.add_assets('sights wgs', 'sights', 'sights', 'category', 'name', 'geom');
SELECT c ->> 'name' AS category, count(*), count(a ->> 'area') AS areas, count(a ->> 'line') AS lines
FROM jsonb_array_elements(block(places.map('sights wgs'), 'assets-data') -> 'categories') c, jsonb_array_elements(c -> 'assets') a GROUP BY 1 ORDER BY 1;

-- more than a page should have: some of them, the same each time, and it says so
INSERT INTO sights SELECT 'tree', 'tree ' || i, ST_SetSRID(ST_MakePoint(400000 + i % 151, 300000 + i / 151), 27700) FROM generate_series(1, 12000) i;
SELECT sum(jsonb_array_length(c -> 'assets')) AS marks FROM jsonb_array_elements(block(places.map('sights'), 'assets-data') -> 'categories') c;
SELECT block(places.map('sights'), 'assets-data') -> 'notes' -> 0 AS note;
DELETE FROM sights WHERE category = 'tree';

-- who may draw the homes but not read the assets gets the map without them
CREATE ROLE sights_editor IN ROLE places_editor;
SET ROLE sights_editor;
SELECT block(places.map('sights'), 'assets-data') AS unreadable, block(places.map('sights'), 'data') = block(:'page', 'data') AS all_else;
RESET ROLE;
GRANT SELECT ON sights TO sights_editor;
SET ROLE sights_editor;
SELECT places.map('sights') = :'page' AS readable;
RESET ROLE;

-- so does everybody where they fail, or are gone
ALTER TABLE sights RENAME TO sights_table;
CREATE VIEW sights AS SELECT category, name, CASE WHEN 1 / (length(name) - 5) > 0 THEN geom END AS geom FROM sights_table;
SELECT block(places.map('sights'), 'assets-data') AS failing;
DROP VIEW sights;
SELECT block(places.map('sights'), 'assets-data') AS gone;

DROP TABLE sights_table;
SELECT places.drop_plan('sights patches'), places.drop_plan('sights'), places.drop_plan('sights wgs');
DROP OWNED BY sights_editor;
DROP ROLE sights_editor;
DROP TABLE homes, homes_wgs, copy;
DROP FUNCTION block(text, text);
