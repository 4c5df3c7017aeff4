-- maps, layers, tiles and views over locations of every kind, and with planted functions
\set SHOW_CONTEXT never
SET client_min_messages = warning;
TRUNCATE places_internal.plan_definition, places_internal.run_record, places_internal.place_identity, places_internal.place_result, places_internal.membership,
	places_internal.authority_result, places_internal.lineage, places_internal.pinned_home, places_internal.locked_place, places_internal.act, places_internal.place_boundary RESTART IDENTITY;

CREATE TABLE odd_stock AS
SELECT i AS id, 'A' AS la, CASE i % 3
		WHEN 0 THEN ST_SetSRID(ST_MakePoint(400000 + i * 7919 % 401, 300000 + i * 104729 % 397), 27700)
		WHEN 1 THEN ST_SetSRID(ST_MakePoint(400000 + i * 7919 % 401, 300000 + i * 104729 % 397, 8, 9), 27700)
		ELSE ST_Multi(ST_SetSRID(ST_MakePoint(400000 + i * 7919 % 401, 300000 + i * 104729 % 397), 27700)) END AS geom
FROM generate_series(1, 120) i;
CREATE TABLE other_stock AS SELECT id, la, ST_Force2D(ST_GeometryN(geom, 1)) AS geom FROM odd_stock;
INSERT INTO odd_stock VALUES (201, 'A', 'SRID=27700;LINESTRING(0 0,1 1)'), (202, 'A', 'SRID=27700;MULTIPOINT(0 0,1 1)'), (203, 'A', 'SRID=27700;MULTIPOINT EMPTY'),
	(204, 'A', 'SRID=4326;POINT(1 1)'), (205, 'A', 'SRID=27700;POINT(1e300 0)'), (206, 'A', 'SRID=27700;CIRCULARSTRING(0 0,1 1,2 0)'), (207, NULL, 'SRID=4326;POINT(1 1)');
SELECT places.create_plan('odd', 'odd_stock', 'id', 'la', 'geom', places.rules(target_homes => 50, max_radius => 800));
SELECT places.create_plan('other', 'other_stock', 'id', 'la', 'geom', places.rules(target_homes => 50, max_radius => 800));
SELECT (places.run('odd')).status, (places.run('other')).status;
SELECT count(*) AS homes, count(distance) AS at_a_distance, count(*) FILTER (WHERE place IS NOT NULL) AS placed FROM places.home WHERE plan = 'odd';
SELECT abs(o.distance - h.distance) < 1e-6 AS same, count(*) FROM places.home o JOIN places.home h USING (home_id) WHERE o.plan = 'odd' AND h.plan = 'other' GROUP BY 1;
SELECT reason, count(*) FROM places.home WHERE plan = 'odd' AND place IS NULL GROUP BY 1 ORDER BY 1;
SELECT places.draw_boundaries('odd') > 0 AS drawn, places.draw_boundaries('other') > 0 AS drawn_too;
SELECT ST_Equals(o.boundary, h.boundary) AS same FROM places.territory o, places.territory h WHERE o.plan = 'odd' AND h.plan = 'other' AND o.rank = h.rank;
CREATE FUNCTION dots(page text) RETURNS int LANGUAGE sql AS $$
	SELECT sum(ST_NPoints(ST_GeomFromTWKB(decode(d, 'base64')))) FROM jsonb_array_elements((regexp_match(page, '<script type="application/json" id="data">(.*?)</script>'))[1]::jsonb -> 'places') p, LATERAL (VALUES (p ->> 'keptDots'), (p ->> 'otherDots')) v(d) $$;
SELECT dots(places.map('odd')) AS odd, dots(places.map('other')) AS other, places.map('odd') ~ 'Not drawn for want of a usable location' AS noted;
SELECT dots(places.map('other_stock', 'id', 'la', 'geom', places.rules(target_homes => 50))) AS of_a_stock;
CREATE SCHEMA odd_layers;
SELECT places.create_layers('odd', 'odd_layers');
SELECT count(geom) AS homes, bool_and(ST_GeometryType(geom) = 'ST_Point' AND ST_NDims(geom) = 2) AS plain FROM odd_layers.homes;
SELECT count(geom) AS homes FROM odd_layers.homes_4326;
SELECT count(*) AS zooms, bool_and(places.place_tiles(z, 0, 0, '{"plan": "odd"}') IS NOT NULL) AS answered FROM generate_series(0, 2) z;
SELECT jsonb_array_length(places.geojson('odd') -> 'features') AS places;

-- no reference system: layers in plain metres; nothing that needs the Earth
CREATE VIEW plain_stock AS SELECT id, la, ST_SetSRID(geom, 0) AS geom FROM other_stock;
SELECT places.create_plan('plain', 'plain_stock', 'id', 'la', 'geom', places.rules(target_homes => 50, max_radius => 800));
SELECT (places.run('plain')).status, places.draw_boundaries('plain') > 0 AS drawn;
CREATE SCHEMA plain_layers;
SELECT places.create_layers('plain', 'plain_layers');
SELECT (SELECT count(geom) FROM plain_layers.homes) AS homes, (SELECT count(geom) > 0 FROM plain_layers.places) AS places, (SELECT count(geom) > 0 FROM plain_layers.boundaries) AS boundaries;
SELECT dots(places.map('plain')) AS dots, length(places.map_svg('plain')) > 1000 AS picture;
SELECT places.geojson('plain');
SELECT places.place_tiles(0, 0, 0, '{"plan": "plain"}');

-- another stock, in degrees: what is published stays as it was until the next run
CREATE VIEW earth_stock AS SELECT id, la, ST_Transform(geom, 4326)::geography AS geom FROM other_stock;
SELECT places.alter_plan('other', stock => 'earth_stock');
SELECT count(distance) AS distances, bool_and(distance < 1000) AS near FROM places.home WHERE plan = 'other';
SELECT dots(places.map('other')) AS dots, octet_length(places.place_tiles(0, 0, 0, '{"plan": "other"}')) > 100 AS tile, places.draw_boundaries('other') > 0 AS drawn;
SELECT (places.run('other')).status;
SELECT count(distance) AS distances, bool_and(distance < 1000) AS near FROM places.home WHERE plan = 'other';
SELECT dots(places.map('other')) AS dots, octet_length(places.place_tiles(0, 0, 0, '{"plan": "other"}')) > 100 AS tile, places.draw_boundaries('other') > 0 AS drawn;
CREATE SCHEMA other_layers;
SELECT places.create_layers('other', 'other_layers');
SELECT places.create_layers('other', 'odd_layers');
SET quote_all_identifiers = on;
SELECT places.create_layers('other', 'odd_layers');
RESET quote_all_identifiers;
SELECT f_table_name, srid FROM geometry_columns WHERE f_table_schema = 'other_layers' ORDER BY 1;
SELECT places.alter_plan('other', stock => 'other_stock');
SELECT count(distance) AS distances, bool_and(distance < 1000) AS near FROM places.home WHERE plan = 'other';
SELECT dots(places.map('other')) AS dots;
-- in another system now, so not in the views that are there
SELECT (places.run('other')).status;
SELECT places.create_layers('other', 'other_layers');

-- where PostGIS is not in the search path
SET search_path = '';
SELECT length(places.map('public.earth_stock', 'id', 'la', 'geom', places.rules(target_homes => 50))) > 10000 AS page, length(places.map_svg('public.earth_stock', 'id', 'la', 'geom', places.rules(target_homes => 50))) > 1000 AS picture,
	(SELECT count(*) > 0 FROM places.boundary('public.earth_stock', 'id', 'la', 'geom', places.rules(target_homes => 50))) AS boundary,
	pg_catalog.length(places.map('other')) > 1000 AS plan, places.boundary_wkt((SELECT min(boundary::text) FROM places.territory WHERE plan = 'odd')::public.geometry) IS NOT NULL AS wkt,
	places.geojson('odd') IS NOT NULL AS geojson;
RESET search_path;

DROP SCHEMA odd_layers, plain_layers, other_layers CASCADE;
SELECT places.drop_plan('odd'), places.drop_plan('other'), places.drop_plan('plain');
DROP FUNCTION dots;
DROP VIEW earth_stock, plain_stock;
DROP TABLE odd_stock, other_stock;
