-- the gap of a place, and places.rules(..., max_gap)
SET client_min_messages = warning;
-- A: two villages of 60 homes on grids of 20 m, 1,000 m apart; B: one of 60 with five stragglers, fewer than a tenth, as far off
CREATE TABLE villages AS
SELECT la || v || '.' || i AS id, la, ST_SetSRID(ST_MakePoint(e + i % 10 * 20, i / 10 * 20), 27700) AS geom
FROM (VALUES ('A', 'w', 0, 60), ('A', 'e', 1180, 60), ('B', 'w', 50000, 60), ('B', 'e', 51180, 5)) a(la, v, e, homes), generate_series(0, homes - 1) i;

-- the longest edge of the spanning tree that leaves a tenth of the homes on each side
SELECT authority, homes, kept, reason, round(gap::numeric, 6) AS gap
FROM places.summary('villages', 'id', 'la', 'geom', places.rules(target_homes => 65, max_radius => 1000)) ORDER BY 1;

-- wider than max_gap: not kept
SELECT authority, homes, kept, reason, round(gap::numeric, 6) AS gap
FROM places.summary('villages', 'id', 'la', 'geom', places.rules('kmeans', 200, min_homes => 65, max_gap => 900)) ORDER BY 1;
SELECT authority, homes, kept, reason
FROM places.summary('villages', 'id', 'la', 'geom', places.rules('kmeans', 200, min_homes => 130, max_radius => 500, max_gap => 900)) ORDER BY 1;
SELECT authority, homes, kept, reason
FROM places.summary('villages', 'id', 'la', 'geom', places.rules('balanced', 120, max_gap => 1000)) ORDER BY 1;

-- by home, by place, in the headline and in words
SELECT reason, kept, count(*) FROM places.assign('villages', 'id', 'la', 'geom', places.rules('kmeans', 200, min_homes => 65, max_gap => 900)) GROUP BY 1, 2 ORDER BY 1;
SELECT la, (p).reason, (p).homes, (p).gap FROM (
	SELECT la, places.cluster_places(geom, places.rules('kmeans', 200, min_homes => 65, max_gap => 900)) AS p FROM villages GROUP BY la) s ORDER BY 1;
SELECT places, kept_places, kept_homes FROM places.headline('villages', 'id', 'la', 'geom', places.rules('kmeans', 200, min_homes => 65, max_gap => 900));
SELECT at_min_homes, kept_homes FROM places.frontier('villages', 'id', 'la', 'geom', places.rules('kmeans', 200, max_gap => 900), min_homes => '{50,65}', max_radius => '{5000}');
SELECT kept, reason, sentence FROM places.explain('villages', 'id', 'la', 'geom', places.rules('kmeans', 200, min_homes => 65, max_gap => 900), home => 'Aw.0');
SELECT kept, reason, sentence FROM places.explain('villages', 'id', 'la', 'geom', places.rules('kmeans', 200, min_homes => 130, max_radius => 500, max_gap => 900), home => 'Aw.0');
SELECT places_internal.reason_in_words(r) FROM unnest('{too_small,in_parts,"too_small,in_parts","too_small,too_spread,in_parts"}'::text[]) r;

-- coverage keeps the villages that are places by themselves
SELECT authority, homes, kept, reason, round(gap::numeric, 6) AS gap
FROM places.summary('villages', 'id', 'la', 'geom', places.rules(target_homes => 60, max_homes => 130, max_radius => 1000, max_gap => 900)) ORDER BY 1, place;

-- one point, no homes, one home: no gap
SELECT (places.cluster_places(ST_MakePoint(0, 0), places.rules('kmeans'))).gap FROM generate_series(1, 3) i;
SELECT (places.cluster_places(ST_MakePoint(i * 100, 0), 0, places.rules('kmeans', max_gap => 50))).gap FROM generate_series(1, 3) i;
SELECT (places.cluster_places(ST_SetSRID(ST_MakePoint(i * 0.01, 52), 4326)::geography, places.rules('kmeans'))).gap[1] BETWEEN 680 AND 690 AS in_metres FROM generate_series(1, 3) i;

-- in plans, layers, GeoJSON and maps
SELECT places.create_plan('v', 'villages', 'id', 'la', 'geom', places.rules('kmeans', 200, min_homes => 65, max_gap => 900));
SELECT places, kept_places, status FROM places.run('v');
SELECT authority, homes, kept, reason, round(gap::numeric, 6) AS gap FROM places.place ORDER BY 1;
SELECT reason, count(*) FROM places.home GROUP BY 1 ORDER BY 1;
SELECT reason, count(*) FROM places.remainder GROUP BY 1;
SELECT max_gap, k FROM places.run_history;
SELECT places.draw_boundaries('v');
SELECT authority, gap > 0 AS has_gap FROM places.territory;
SELECT f #>> '{properties,authority}' AS authority, round((f #>> '{properties,gap}')::numeric, 6) AS gap FROM jsonb_array_elements(places.geojson('v') -> 'features') f ORDER BY 1;
CREATE SCHEMA village_layers;
SELECT places.create_layers('v', 'village_layers');
SELECT name, round(gap::numeric, 6) AS gap FROM village_layers.places_4326 ORDER BY 1;
SELECT name, gap > 0 AS has_gap FROM village_layers.boundaries ORDER BY 1;
SELECT length(places.place_tiles(0, 0, 0)) > 0 AS tile;
SELECT d ->> 'summary' AS summary, array_agg(p ->> 'gap' ORDER BY p ->> 'name') AS gaps, array_agg(p ->> 'reason' ORDER BY p ->> 'name') AS reasons
FROM (SELECT (regexp_match(places.map('v'), '<script type="application/json" id="data">(.*?)</script>'))[1]::jsonb OFFSET 0) m(d), jsonb_array_elements(d -> 'places') p GROUP BY 1;

-- what is stored is not changed by alike rules, and what was stored without a gap gets one with the next run
UPDATE places_internal.place_result SET gap = NULL;
UPDATE places_internal.authority_result SET digest = NULL;
SELECT authority, gap FROM places.place ORDER BY 1;
SELECT places, kept_places, moved_share FROM places.run('v');
SELECT authority, round(gap::numeric, 6) AS gap FROM places.place ORDER BY 1;
SELECT places.drop_plan('v');
DROP SCHEMA village_layers CASCADE;
DROP TABLE villages;

-- the view of an earlier version gets no gap
CREATE TABLE few AS SELECT i AS id, 'A' AS la, ST_SetSRID(ST_MakePoint(i * 10, 0), 27700) AS geom FROM generate_series(1, 9) i;
SELECT * FROM places_internal.summary_of_0_2('few', 'id', 'la', 'geom', places_internal.rules_of_0_2('kmeans', 9));
DROP TABLE few;
