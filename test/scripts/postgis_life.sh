#!/usr/bin/env bash
# postgis_life.sh - PostGIS is updated, also while a session uses it, and moved to
# another schema: afterwards every function answers as before
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PGOPTIONS='-c client_min_messages=warning'

# Answers: a line for each function, with a digest of what it answers
Answers()
{
	cat <<-'END'
		\set stock '''stock'', ''id'', ''la'', ''geom'''
		\set rules 'places.rules(target_homes => 15, max_radius => 600)'
		SELECT 'assign', md5(string_agg(a::text, ',' ORDER BY home_id)) FROM places.assign(:stock, :rules) a;
		SELECT 'summary', md5(string_agg(s::text, ',' ORDER BY authority, place)) FROM places.summary(:stock, :rules) s;
		SELECT 'headline', md5(h::text) FROM places.headline(:stock, :rules) h;
		SELECT 'coverage_bound', md5(string_agg(b::text, ',')) FROM places.coverage_bound(:stock, :rules) b;
		SELECT 'frontier', md5(string_agg(f::text, ',')) FROM places.frontier(:stock, :rules, min_homes => '{10}', max_radius => '{600}') f;
		SELECT 'explain', md5(e::text) FROM places.explain(:stock, :rules, home => '7') e;
		SELECT 'compactness', md5(places.compactness(geom)::text) FROM stock;
		SELECT 'geography', md5(string_agg(a::text, ',' ORDER BY home_id)) FROM places.assign('degrees', 'id', 'la', 'geom', :rules) a;
		SELECT 'boundary', md5(string_agg(b::text, ',' ORDER BY authority, place)) FROM places.boundary(:stock, :rules) b;
		SELECT 'boundary_wkt', md5(string_agg(places.boundary_wkt(boundary, 500), ',' ORDER BY place)) FROM places.territory;
		SELECT 'map', md5(places.map(:stock, :rules)), md5(places.map('degrees', 'id', 'la', 'geom', :rules)), md5(without_run(places.map('kept'))), md5(without_run(places.map('earth')));
		SELECT 'map_svg', md5(places.map_svg(:stock, :rules)), md5(without_run(places.map_svg('kept'))), md5(without_run(places.map_svg('earth')));
		SELECT 'place', plan, md5(string_agg((to_jsonb(p) - 'run')::text, ',' ORDER BY place)) FROM places.place p GROUP BY plan ORDER BY plan;
		SELECT 'home', plan, md5(string_agg(h::text, ',' ORDER BY home_id)) FROM places.home h GROUP BY plan ORDER BY plan;
		SELECT 'territory', plan, md5(string_agg((to_jsonb(t) - 'run')::text, ',' ORDER BY place)) FROM places.territory t GROUP BY plan ORDER BY plan;
		SELECT 'geojson', md5(places.geojson('kept')::text), md5(places.geojson('earth')::text);
		SELECT 'tiles', z, md5(places.place_tiles(z, x, y, '{"plan": "kept"}')), md5(places.place_tiles(z, x, y, '{"plan": "earth"}'))
		FROM (VALUES (0, 0, 0), (9, 252, 168), (14, 8093, 5387)) t(z, x, y);
		SELECT 'layers', md5(string_agg(h::text, ',' ORDER BY key)), (SELECT md5(string_agg(b::text, ',' ORDER BY key)) FROM layers.boundaries_4326 b),
			(SELECT md5(string_agg(p::text, ',' ORDER BY key)) FROM layers.places p) FROM layers.homes_4326 h;
	END
}

# RunAgain: what writes; nobody moves
RunAgain()
{
	cat <<-'END'
		SELECT 'run', plan, r.status, r.moved_share, r.note FROM unnest('{kept,earth}'::text[]) plan, places.run(plan) r;
		SELECT 'draw_boundaries', places.draw_boundaries('kept') > 0, places.draw_boundaries('earth') > 0;
		SELECT places.create_layers('kept', 'layers');
	END
}

# Check WHEN [SEARCH_PATH]: a new session answers as at the beginning, and a run moves nobody
Check()
{
	{ echo "SET search_path = ${2:-public};"; Answers; RunAgain; Answers; } | psql -X -q -A -t -v ON_ERROR_STOP=1 >"$work/now"
	if ! diff <(cat "$work/first" "$work/written" "$work/first") "$work/now"; then
		echo "postgis_life: other answers $1" >&2
		exit 1
	fi
}

psql -X -q -v ON_ERROR_STOP=1 >/dev/null <<-'END'
	CREATE TABLE stock AS
	SELECT i AS id, 'A' || i % 2 AS la,
		ST_SetSRID(ST_MakePoint(400000 + i % 2 * 3000 + i % 5 * 700 + i * 7919 % 401, 300000 + i % 3 * 900 + i * 104729 % 397), 27700) AS geom
	FROM generate_series(1, 300) i
	UNION ALL VALUES (1001, 'A0', 'SRID=27700;POINT(300000 600000)'::geometry), (1002, 'A0', NULL);
	CREATE VIEW degrees AS SELECT id, la, ST_Transform(geom, 4326)::geography AS geom FROM stock;
	SELECT places.create_plan('kept', 'stock', 'id', 'la', 'geom', places.rules(target_homes => 15, max_radius => 600));
	SELECT places.create_plan('earth', 'degrees', 'id', 'la', 'geom', places.rules(target_homes => 15, max_radius => 600));
	SELECT places.run('kept'), places.run('earth'), places.draw_boundaries('kept'), places.draw_boundaries('earth');
	CREATE FUNCTION without_run(map text) RETURNS text LANGUAGE sql AS $$SELECT regexp_replace(map, 'run [0-9]+', 'run', 'g')$$;
	CREATE SCHEMA layers;
	CREATE SCHEMA gis;
	SELECT places.create_layers('kept', 'layers');
END
Answers | psql -X -q -A -t -v ON_ERROR_STOP=1 >"$work/first"
RunAgain | psql -X -q -A -t -v ON_ERROR_STOP=1 >"$work/written"
cat "$work/written"

# an update, be it from this version to itself: all functions are made again
{ Answers; printf '%s\n' '\o /dev/null' 'SELECT postgis_extensions_upgrade();' '\o'; Answers; } |
	psql -X -q -A -t -v ON_ERROR_STOP=1 >"$work/now"
diff <(cat "$work/first" "$work/first") "$work/now" || { echo 'postgis_life: other answers in the session of the update' >&2; exit 1; }
Check 'after an update of PostGIS'

# as its manual says; PostGIS itself remembers where it was until the session ends
psql -X -q -o /dev/null -v ON_ERROR_STOP=1 <<-'END'
	UPDATE pg_extension SET extrelocatable = true WHERE extname = 'postgis';
	ALTER EXTENSION postgis SET SCHEMA gis;
	SET search_path = public, gis;
	SELECT gis.postgis_extensions_upgrade();
END
Check 'after a move of PostGIS' 'public, gis'
Check 'without the schema of PostGIS in the search path' 'public'
