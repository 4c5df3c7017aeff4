#!/usr/bin/env bash
# tiles_page - share/tiles.html in a browser, over a plan and a tile server
#
# Screenshots stay in build/map for people to look at.
set -euo pipefail
cd "$(dirname "$0")/../.."

if ! command -v python3 >/dev/null || ! python3 test/browser/browser.py >/dev/null; then
	echo 'no python3 or no Chromium here (Debian: apt-get install python3 chromium-headless-shell)'
	exit 77
fi
for file in maplibre-gl.js maplibre-gl.css axe.min.js; do
	if [ ! -f "build/browser/$file" ]; then
		echo "no build/browser/$file here (tools/setup --test gets it with npm)"
		exit 77
	fi
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

Sql()
{
	psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

export PGOPTIONS='-c client_min_messages=warning'
psql -X -q -v ON_ERROR_STOP=1 -f demo/stock.sql >/dev/null
Sql >/dev/null <<-'EOF'
	CREATE VIEW named AS SELECT uprn, la_name AS authority, geom FROM stock;
	SELECT places.create_plan('neighbourhoods', 'named', 'uprn', 'authority', 'geom', places.rules());
	SELECT places.create_plan('not run', 'named', 'uprn', 'authority', 'geom', places.rules());
	SELECT places.run('neighbourhoods');
	SELECT places.draw_boundaries('neighbourhoods');
	SELECT places.name_place('neighbourhoods', place, '<b>Top & "first"</b>') FROM places.place WHERE rank = 1;
EOF

# What the page must show; neighbours are pairs of places whose ground meets
Sql >"$work/facts.json" <<-'EOF'
	WITH p AS MATERIALIZED (SELECT * FROM places.place WHERE plan = 'neighbourhoods'),
		t AS MATERIALIZED (SELECT * FROM places.territory WHERE plan = 'neighbourhoods')
	SELECT json_build_object(
		'palette', places_internal.map_palette(false),
		'places', (SELECT json_object_agg(place, json_build_object('name', name, 'authority', authority,
			'homes', to_char(homes, 'FM999,999'), 'radius', to_char(radius, 'FM999,999'), 'density', to_char(density, 'FM999,999'),
			'rank', rank, 'kept', kept, 'at', json_build_array(longitude, latitude))) FROM p),
		'ground', (SELECT json_agg(place ORDER BY place) FROM t),
		'neighbours', (SELECT json_agg(json_build_array(a.place, b.place))
			FROM t a JOIN t b ON a.place < b.place AND ST_DWithin(a.boundary, b.boundary, 1)))
EOF
python3 test/browser/tiles_test.py share/tiles.html build/browser "$work/facts.json" build/map/tiles
