-- layers of plans: boundaries, vector tiles, GeoJSON, views with declared types
\set SHOW_CONTEXT never
SET client_min_messages = warning;
TRUNCATE places_internal.plan_definition, places_internal.run_record, places_internal.place_identity, places_internal.place_result, places_internal.membership,
	places_internal.authority_result, places_internal.lineage, places_internal.pinned_home, places_internal.locked_place, places_internal.act, places_internal.place_boundary RESTART IDENTITY;

CREATE TABLE layer_stock AS
SELECT i AS id, 'A' || i % 2 AS la,
	ST_SetSRID(ST_MakePoint(400000 + i % 2 * 3000 + i % 5 * 700 + i * 7919 % 401, 300000 + i % 3 * 900 + i * 104729 % 397), 27700) AS geom
FROM generate_series(1, 900) i
UNION ALL VALUES (1001, 'A0', 'SRID=27700;POINT(300000 600000)'::geometry), (1002, 'A0', NULL);
SELECT places.create_plan('layered', 'layer_stock', 'id', 'la', 'geom', places.rules(target_homes => 50, max_radius => 800));
CREATE TABLE empty_layer_stock (LIKE layer_stock);
SELECT places.create_plan('empty', 'empty_layer_stock', 'id', 'la', 'geom', places.rules(target_homes => 50));
SELECT places.create_layers('empty', 'public');
SELECT places.drop_plan('empty');
SELECT places.place_tiles(0, 0, 0) = '' AS nothing_yet;
SELECT places.geojson('layered');
SELECT places.draw_boundaries('layered');
SELECT status, published FROM places.run('layered', publish => false);
SELECT places.map_svg('layered');
SELECT places.discard(1);
SELECT (places.run('layered')).status;

-- boundaries of the published run
SELECT count(*) = (SELECT count(*) FROM places.place WHERE plan = 'layered' AND kept) AS drawn FROM places.territory;
SELECT places.draw_boundaries('layered') = count(*) AS drawn FROM places.place WHERE plan = 'layered' AND kept;
SELECT count(*) > 5 AS some, bool_and(ST_Contains(t.boundary, h.location) = (h.kept AND h.place = t.place)) AS of_its_homes
FROM places.territory t JOIN places.home h ON h.plan = t.plan AND ST_Intersects(t.boundary, h.location);
SELECT count(*) AS outside FROM places.home h LEFT JOIN places.territory t ON t.place = h.place AND ST_Contains(t.boundary, h.location) WHERE h.kept AND t.place IS NULL;
SELECT places.draw_boundaries('layered', 0);
SELECT places.draw_boundaries('no such plan');

-- views for desktop programs
CREATE SCHEMA "My Layers";
SELECT places.create_layers('layered', 'My Layers');
SELECT places.create_layers('layered', 'My Layers');
SELECT f_table_name, f_geometry_column, type, srid FROM geometry_columns WHERE f_table_schema = 'My Layers' ORDER BY 1;
SELECT table_name, data_type FROM information_schema.columns WHERE table_schema = 'My Layers' AND column_name = 'key' ORDER BY 1;
SELECT count(*) AS homes, count(DISTINCT key) AS keys, count(geom) AS located FROM "My Layers".homes;
SELECT bool_and(ST_DWithin(ST_Transform(h.geom, 27700), g.geom, 0.01)) AS twins FROM "My Layers".homes_4326 h JOIN "My Layers".homes g USING (key);
SELECT (SELECT count(*) FROM "My Layers".places) = (SELECT count(*) FROM places.place WHERE plan = 'layered') AS places,
	(SELECT count(*) FROM "My Layers".boundaries_4326) = (SELECT count(*) FROM places.territory WHERE plan = 'layered') AS boundaries;
SELECT places.create_layers('layered', 'no such schema');
-- of one plan alone, under whatever name, unless that is gone
SELECT places.create_plan('other''s', 'layer_stock', 'id', 'la', 'geom', places.rules(target_homes => 50, max_radius => 800));
SELECT (places.run('other''s')).status;
SELECT places.create_layers('other''s', 'My Layers');
CREATE SCHEMA other_layers;
SELECT places.create_layers('other''s', 'other_layers');
SELECT places.create_layers('layered', 'other_layers');
SELECT places.alter_plan('other''s', new_name => 'another');
SELECT places.create_layers('another', 'other_layers');
SELECT count(*) > 0 AS shown FROM other_layers.places;
SELECT places.drop_plan('another');
SELECT places.create_layers('layered', 'other_layers');
DROP SCHEMA other_layers CASCADE;

SELECT places.place_tiles(-1, 0, 0);
SELECT places.place_tiles(3, 8, 0);
SELECT places.place_tiles(3, 0, NULL);

-- the signature that pg_tileserv and Martin look for, and a comment that Martin reads as TileJSON
SELECT pg_get_function_arguments(oid), prorettype::regtype, provolatile, proparallel,
	(SELECT string_agg(l ->> 'id', ', ') FROM jsonb_array_elements(obj_description(oid, 'pg_proc')::jsonb -> 'vector_layers') l) AS layers
FROM pg_proc WHERE proname = 'place_tiles';
-- keys: aligned squares are ranges, and nothing else is in them
SELECT side, bool_and((places_internal.tile_key(x, y) BETWEEN k AND k + side::bigint * side - 1) = (x >= 32 AND x < 32 + side AND y >= -64 AND y < -64 + side)) AS as_ranges
FROM unnest('{1,4,32}'::int[]) side, generate_series(0, 80) x, generate_series(-80, 0) y, LATERAL (SELECT places_internal.tile_key(32, -64) AS k) s GROUP BY 1 ORDER BY 1;
SELECT places_internal.tile_key(1e300, -1e300) = places_internal.tile_key(1073741823, -1073741824) AS edges, places_internal.tile_key('NaN', 0) IS NOT NULL AS nan,
	places_internal.tile_key('POINT EMPTY'::geometry) AS empty, places_internal.tile_key('SRID=4326;POINT(180 90)'::geometry) > places_internal.tile_key('SRID=4326;POINT(-180 -90)'::geometry) AS world;
-- tiles: where the homes are, at all zooms; the same under another plan
CREATE FUNCTION tile_at(z int, OUT x int, OUT y int) LANGUAGE sql AS $$
	SELECT floor((ST_X(c) / 20037508.342789244 + 1) / 2 * 2 ^ z)::int, floor((1 - ST_Y(c) / 20037508.342789244) / 2 * 2 ^ z)::int
	FROM (SELECT ST_Transform(location, 3857) AS c FROM places.home WHERE home_id = '1') h $$;
SELECT count(*) AS zooms, bool_and(octet_length(places.place_tiles(z, x, y)) > 100) AS full, bool_or(octet_length(places.place_tiles(z, x, 0)) > 100) AS elsewhere
FROM generate_series(4, 20) z, tile_at(z);
SELECT octet_length(places.place_tiles(0, 0, 0)) > 100 AS world;
CREATE TEMP TABLE tiles AS SELECT z, places.place_tiles(z, x, y, '{"plan": "layered"}') AS tile FROM generate_series(0, 18) z, tile_at(z);
SET enable_indexscan = off;
SET enable_bitmapscan = off;
SELECT count(*) FILTER (WHERE places.place_tiles(z, x, y) <> tile) AS others FROM tiles, tile_at(z);
RESET enable_indexscan;
RESET enable_bitmapscan;
SELECT places.place_tiles(0, 0, 0, '{"plan": "no such plan"}');
-- readers see places, not homes
GRANT SELECT ON tiles TO places_reader;
SELECT x AS tile_x, y AS tile_y FROM tile_at(13) \gset
SET ROLE places_reader;
SELECT octet_length(places.place_tiles(13, :tile_x, :tile_y)) BETWEEN 100 AND octet_length(tile) - 1000 AS without_homes FROM tiles WHERE z = 13;
RESET ROLE;
SELECT places.create_plan('second', 'layer_stock', 'id', 'la', 'geom', places.rules('kmeans', 300));
SELECT places.place_tiles(0, 0, 0);

-- GeoJSON: counter-clockwise, valid, at most seven decimals; a centre where no boundary is
SELECT g ->> 'type' AS type, jsonb_array_length(g -> 'features') = (SELECT count(*) FROM places.place WHERE plan = 'layered') AS places FROM places.geojson('layered') g;
SELECT f #>> '{geometry,type}' AS type, count(*) > 0 AS some, bool_and((f #>> '{properties,kept}')::boolean) AS kept, bool_and(ST_IsValid(geom)) AS valid,
	bool_and(ST_IsPolygonCCW(geom)) AS counter_clockwise, bool_or((f -> 'geometry')::text ~ '\.\d{8}') AS long, bool_and(f ->> 'id' = f #>> '{properties,place}') AS ids
FROM jsonb_array_elements(places.geojson('layered') -> 'features') f, ST_GeomFromGeoJSON(f -> 'geometry') geom GROUP BY 1 ORDER BY 1;
SELECT places.geojson('no such plan');

-- the next run has boundaries too
DELETE FROM layer_stock WHERE id < 20;
SELECT (places.run('layered')).status;
SELECT count(*) = (SELECT count(*) FROM places.place WHERE plan = 'layered' AND kept) AS drawn FROM places.territory WHERE plan = 'layered';

DROP SCHEMA "My Layers" CASCADE;
SELECT places.drop_plan('layered'), places.drop_plan('second');
SELECT count(*) AS left_behind FROM places_internal.place_boundary;
DROP FUNCTION tile_at;
DROP TABLE layer_stock, empty_layer_stock;
