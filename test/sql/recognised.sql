-- columns that are left out are recognised, or the error names the candidates
\set VERBOSITY default
\pset format unaligned
\set SHOW_CONTEXT never
SELECT role, name, places_internal.columns_known_as(role, ARRAY[name]) = '{1}' AS known
FROM (VALUES ('id', 'UPRN'), ('id', 'Property Ref'), ('id', 'property_reference'), ('id', 'place_ref'), ('id', ' ASSET-ID '),
	('id', U&'\FEFF"uprn"'), ('id', 'Unit No'), ('id', 'name'), ('id', ''), ('id', '#'),
	('authority', 'Council'), ('authority', 'Local Authority'), ('authority', 'la_code'), ('authority', 'LAD code'),
	('authority', 'LAD23CD'), ('authority', 'ladxxcd'), ('authority', 'lad2cd'), ('authority', 'district'), ('authority', 'region'),
	('location', 'the_geom'), ('location', 'wkb_geometry'), ('location', 'centroid'),
	('x', 'X_COORDINATE'), ('x', 'Eastings'), ('x', 'x'), ('x', 'Grid E'), ('x', 'Grid Ref E'), ('y', 'Y-Coord'), ('y', 'northing'), ('y', 'Grid N'),
	('y', 'Grid Ref Northing'),
	('longitude', 'lng'), ('longitude', 'Long'), ('latitude', 'LATITUDE'),
	('weight', 'homes'), ('label', 'Settlement'), ('postcode', 'Post Code')) v(role, name);
-- the best rank decides, and equals are all named
SELECT places_internal.columns_known_as('id', '{id,"Property Ref",uprn}') AS uprn,
	places_internal.columns_known_as('id', '{id,"Property Ref",NULL,asset_id,"Unit No"}') AS refs,
	places_internal.columns_known_as('authority', '{la_name,LA_CODE}') AS code,
	places_internal.columns_known_as('id', '{}') AS none;
SELECT places_internal.columns_known_as('hat', '{hat}');

CREATE TABLE homes AS
SELECT i AS gid, 'H' || i AS "Property Ref", 'A' AS "Local Authority", 1.5 AS units,
	ST_SetSRID(ST_MakePoint(400000 + i % 30 * 20, 300000 + i / 30 * 20), 27700) AS "where"
FROM generate_series(1, 900) i;
CREATE VIEW named AS SELECT * FROM places.assign('homes', 'Property Ref', 'Local Authority', 'where');
SELECT count(*) AS differing
FROM (SELECT * FROM places.assign('homes') EXCEPT ALL SELECT * FROM named) d;
-- left out everywhere
SELECT authority, place, homes FROM places.summary('homes');
SELECT homes, places, kept_homes FROM places.headline('homes', rules => places.rules('kmeans'), weight_column => 'units');
SELECT authority, kept_homes <= bound_homes AS bounded FROM places.coverage_bound('homes');
SELECT count(*) FROM places.frontier('homes');
SELECT home_id, place FROM places.explain('homes', home => 'H1');
SELECT home_id, place FROM places.explain('homes');
SELECT authority, place, ST_GeometryType(boundary) FROM places.boundary('homes');
SELECT left(places.map('homes'), 15) AS page, left(places.map_svg('homes'), 4) AS picture,
	places.map('homes') = places.map('homes'::regclass) AS same_page,
	places.map_svg('public.homes', 'Title') = places.map_svg('homes'::regclass, title => 'Title') AS same_picture;
SELECT places.create_plan('known', 'homes');
SELECT id_column, authority_column, geom_column FROM places_internal.plan_definition;
SELECT status FROM places.run('known');
-- a plan is meant before a table, by who can see it; a role without plans has maps of its own tables
SELECT places.create_plan('homes', 'homes');
SELECT places.map('homes');
CREATE ROLE places_recognised;
GRANT USAGE ON SCHEMA public TO places_recognised;
SET ROLE places_recognised;
SELECT places.map('homes');
RESET ROLE;
GRANT SELECT ON homes TO places_recognised;
SET ROLE places_recognised;
SELECT left(places.map('homes'), 15) AS page;
SELECT places.map('nothing at all');
RESET ROLE;
SELECT places.map('nothing at all');
DROP OWNED BY places_recognised;
DROP ROLE places_recognised;

-- none or several
CREATE TABLE several (property_ref int, "Asset's ID" int, "asset id" int, la text, council text, geom geometry, the_geom geography, wkb_geometry geometry);
SELECT count(*) FROM places.assign('several');
SELECT count(*) FROM places.assign('several', authority_column => 'la');
SELECT count(*) FROM places.assign('several', 'Asset''s ID', 'la');
ALTER TABLE several DROP COLUMN geom;
SELECT places.create_plan('several', 'several', 'property_ref', 'la');
CREATE TABLE none (house int, town text, "Easting" numeric, northing numeric);
SELECT count(*) FROM places.assign('none');
SELECT count(*) FROM places.assign('none', authority_column => 'town');
SELECT count(*) FROM places.assign('none', 'house', 'town');
CREATE TABLE lonlat (id int, la text, lon float8, lat float8);
SELECT places.map('lonlat');
CREATE TABLE bare (id int, la text);
SELECT count(*) FROM places.assign('bare');
CREATE TABLE empty ();
SELECT count(*) FROM places.assign('empty');
-- a column of geometry plays no other role, and one of a domain is a location
CREATE DOMAIN spot AS geometry;
CREATE TABLE domains (id spot, uprn int, la geometry, council text);
SELECT * FROM places_internal.stock_columns('domains', NULL, NULL, 'la');
SELECT * FROM places_internal.stock_columns('domains', NULL, NULL, NULL);
SELECT * FROM places_internal.stock_columns(NULL, NULL, NULL, NULL);

-- a method typed where a ruleset belongs
SELECT count(*) FROM places.assign('homes', rules => 'kmeans');
SELECT count(*) FROM places.headline('homes', 'Property Ref', 'Local Authority', 'where', 'Balanced');
SELECT places.cluster("where", 'coverage') FROM homes;
SELECT places.create_plan('p', 'homes', rules => 'k-means');
SELECT ''::places.ruleset;
SELECT (' ' || places.rules('kmeans')::text)::places.ruleset = places.rules('kmeans') AS same;
SELECT '(kmeans'::places.ruleset;

-- the input of rulesets makes no rows of other types
CREATE TEMP TABLE other_row (a int8, b int8);
SELECT places_internal.ruleset_in('(1,2)', 'other_row'::regtype, -1);
SELECT (places_internal.ruleset_in(places.rules()::text::cstring, 'other_row'::regtype, -1)).method;
SELECT has_function_privilege('public', 'places_internal.ruleset_in(cstring, oid, int)', 'EXECUTE') AS anybody;
DROP TABLE other_row;
