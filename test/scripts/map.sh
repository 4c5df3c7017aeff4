#!/usr/bin/env bash
# map - the page and the picture in a browser: of a stock whose names are markup,
# before a background and with a home far off, and of the demo's; and of a plan with
# localities, patches and community assets
#
# Screenshots stay in build/map for people to look at.
set -euo pipefail
cd "$(dirname "$0")/../.."

if ! command -v python3 >/dev/null || ! python3 test/browser/browser.py >/dev/null; then
	echo 'no python3 or no Chromium here (Debian: apt-get install python3 chromium-headless-shell)'
	exit 77
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

Sql()
{
	psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

# What the page of a stock with columns uprn, authority and geom must show; the
# search is for the authority of the densest place
Facts()
{
	Sql -v stock="$1" -v rules="$2" -v title="$3" -v background="$4" <<-'EOF'
		WITH a AS MATERIALIZED (SELECT * FROM places.assign(:'stock', 'uprn', 'authority', 'geom', :rules)),
			s AS MATERIALIZED (SELECT * FROM places.summary(:'stock', 'uprn', 'authority', 'geom', :rules)),
			best AS (SELECT * FROM s WHERE rank = 1 ORDER BY authority COLLATE "C", place LIMIT 1)
		SELECT json_build_object('title', :'title',
			'dots', (SELECT count(*) FROM :stock WHERE NOT ST_IsEmpty(geom) AND ST_X(geom) < 800000),
			'notes', (SELECT coalesce(json_agg(n), '[]') FROM (
				SELECT '1 home lies far from the rest and is not shown.' AS n FROM :stock WHERE ST_X(geom) > 800000
				UNION ALL
				SELECT format('Not drawn for want of a usable location: %s of %s rows.', count(*) FILTER (WHERE geom IS NULL OR ST_IsEmpty(geom)), to_char(count(*), 'FM999,999')) FROM :stock) w),
			'background', (SELECT coalesce(json_agg(name ORDER BY name), '[]') FROM :background),
			'neighbours', (SELECT coalesce(json_agg(json_build_array(p.authority || ' ' || p.place, q.authority || ' ' || q.place)), '[]')
				FROM places.boundary(:'stock', 'uprn', 'authority', 'geom', :rules) p JOIN places.boundary(:'stock', 'uprn', 'authority', 'geom', :rules) q
					ON (p.authority, p.place) < (q.authority, q.place) AND ST_DWithin(p.boundary, q.boundary, 500)),
			'kept_dots', (SELECT count(*) FROM a WHERE kept),
			'placed_dots', (SELECT count(*) FROM a JOIN :stock h ON h.uprn::text = a.home_id WHERE a.place IS NOT NULL AND ST_X(h.geom) < 800000),
			'places', (SELECT count(*) FROM s), 'kept_places', (SELECT count(*) FROM s WHERE kept),
			'search', b.authority, 'found', (SELECT count(*) FROM s WHERE kept AND strpos(lower(authority), lower(b.authority)) > 0),
			'places_there', (SELECT count(*) FROM s WHERE kept AND authority = b.authority),
			'summary', format('%s of %s homes (%s %%) in %s.', to_char((SELECT count(*) FROM a WHERE kept), 'FM999,999'), to_char((SELECT count(*) FROM a), 'FM999,999'),
				round((SELECT 100.0 * count(*) FILTER (WHERE kept) / count(*) FROM a), 1), (SELECT count(*) || CASE count(*) WHEN 1 THEN ' place' ELSE ' places' END FROM s WHERE kept)),
			'total', format('%s of %s homes (%s %%) in %s.', to_char((SELECT count(*) FROM a WHERE kept AND a.authority = b.authority), 'FM999,999'),
				to_char((SELECT count(*) FROM a WHERE a.authority = b.authority), 'FM999,999'),
				(SELECT round(100.0 * count(*) FILTER (WHERE kept) / count(*), 1) FROM a WHERE a.authority = b.authority),
				(SELECT count(*) || CASE count(*) WHEN 1 THEN ' place' ELSE ' places' END FROM s WHERE kept AND s.authority = b.authority)),
			'caption', format('%s, method coverage: places of at least %s homes within %s', to_char(CURRENT_DATE, 'FMDD FMMonth YYYY'), (:rules).min_homes,
				CASE WHEN (:rules).max_radius < 1000 THEN (:rules).max_radius || ' m' ELSE (:rules).max_radius / 1000 || ' km' END),
			'listed', (SELECT json_agg(json_build_array(place::text, authority || ' ' || place) ORDER BY rank, authority COLLATE "C", place) FROM s WHERE kept),
			'first', b.authority || ' ' || b.place, 'first_homes', to_char(b.homes, 'FM999,999'))
		FROM best b
	EOF
}

# Try NAME STOCK RULES BACKGROUND
Try()
{
	local name=$1 stock=$2 rules=$3 title="$1: <b>&\"'" background=$4

	Sql -v stock="$stock" -v rules="$rules" -v title="$title" -v background="$background" >"$work/$name.html" \
		<<<"SELECT places.map(:'stock', 'uprn', 'authority', 'geom', :rules, title => :'title', background => :'background')"
	Sql -v stock="$stock" -v rules="$rules" -v title="$title" -v background="$background" >"$work/$name.svg" \
		<<<"SELECT places.map_svg(:'stock', 'uprn', 'authority', 'geom', :rules, title => :'title', background => :'background')"
	Facts "$stock" "$rules" "$title" "$background" >"$work/$name.json"
	printf '%s: %s and %s bytes\n' "$name" "$(wc -c <"$work/$name.html")" "$(wc -c <"$work/$name.svg")"
	[ "$(wc -c <"$work/$name.html")" -lt 6000000 ]
	[ "$(wc -c <"$work/$name.svg")" -lt 2000000 ]
	python3 test/browser/map_test.py "$work/$name.html" "$work/$name.svg" "$work/$name.json" "build/map/$name"
}

Sql <<-'EOF'
	CREATE TABLE small AS
	SELECT i AS uprn, CASE WHEN i > 60 THEN 'it''s "Far" &' ELSE '<b>Near</b></script>' END AS authority,
		ST_SetSRID(ST_MakePoint(i / 30 * 4000 + i * 37 % 300, i / 60 * 3000 + i * 73 % 400), 27700) AS geom
	FROM generate_series(0, 100) i
	UNION ALL VALUES (200, NULL, 'SRID=27700;POINT(4000 100)'::geometry), (201, 'none', NULL), (202, 'none', 'SRID=27700;POINT EMPTY'), (203, 'none', 'SRID=27700;POINT(900000 900000)');
	CREATE TABLE land AS SELECT 'Land & <i>sea</i>' AS name, ST_Transform(ST_Buffer('SRID=27700;POINT(6000 1500)'::geometry, 6000), 4326) AS geom;
	CREATE VIEW nothing AS SELECT * FROM land WHERE false;
EOF
Try small small 'places.rules(target_homes => 25, max_radius => 500)' land

psql -X -q -v ON_ERROR_STOP=1 -f demo/stock.sql
Sql -c 'CREATE VIEW named AS SELECT uprn, CASE WHEN la_code IS NOT NULL THEN la_name END AS authority, geom FROM stock'
Try demo named 'places.rules()' nothing

# A plan with localities and patches, and what each level must show: its kept places,
# the homes in them, and of the first that is found its number and what it is a part of.
# Its assets have names that are markup.
Sql >/dev/null <<-'EOF'
	SET client_min_messages = error;
	SELECT places.create_plan('tree', 'named', 'uprn', 'authority', 'geom', places.rules(max_radius => 3000), label_column => 'authority', boundary_within => 250);
	SELECT places.create_patches('coaches', within => 'tree');
	SELECT places.create_localities('heads', over => 'tree');
	SELECT places.run('tree');
	CREATE TABLE assets AS
	SELECT k.kind, k.kind || ' of <b>' || p.name || '</b></script>' AS name,
		CASE k.kind WHEN 'park' THEN ST_Buffer(ST_Translate(q.spot, 300, 0), 200) WHEN 'path' THEN ST_MakeLine(q.spot, ST_Translate(q.spot, 0, -900)) ELSE q.spot END AS geom
	FROM places.tree p, (VALUES ('hall', 1), ('park', 3), ('path', 7)) k(kind, nth), ST_Transform(p.centre, 27700) q(spot)
	WHERE p.plan = 'tree' AND p.kept AND p.place % k.nth = 0;
	SELECT places.add_assets('tree', 'assets', 'assets', 'kind', 'name', 'geom');
EOF
Sql >"$work/tree.html" <<<"SELECT places.map('tree')"
Sql >"$work/tree.svg" <<<"SELECT places.map_svg('tree')"
Sql >"$work/tree.json" <<-'EOF'
	CREATE TEMP TABLE path AS SELECT * FROM places.home_path WHERE plan = 'tree';
	CREATE TEMP TABLE tree AS
	SELECT t.*, CASE t.level WHEN 'locality' THEN (SELECT string_agg(DISTINCT p.authority, ', ') FROM path p WHERE p.locality = t.place) ELSE t.authority END AS authorities
	FROM places.tree t;
	-- homes in the kept places of each level
	CREATE TEMP TABLE inside AS
	SELECT h.plan, CASE h.plan WHEN 'tree' THEN 'place' ELSE 'patch' END AS level, count(*) AS homes FROM places.home h WHERE h.kept GROUP BY h.plan
	UNION ALL
	SELECT 'heads', 'locality', count(*) FROM path p JOIN tree t ON t.place = p.locality WHERE t.kept;
	-- what is searched for is the name of the place of rank 1
	WITH best AS (
			SELECT DISTINCT ON (t.level) t.* FROM tree t WHERE t.kept ORDER BY t.level, t.rank, t.authority COLLATE "C", t.place)
	SELECT json_build_object(
		'dots', (SELECT count(*) FROM places.home h WHERE h.plan = 'tree' AND NOT ST_IsEmpty(h.location) AND ST_X(h.location) < 800000),
		'levels', (SELECT json_agg(json_build_object('level', l.level, 'button', l.button,
			'kept', (SELECT count(*) FROM tree t WHERE t.level = l.level AND t.kept),
			'kept_dots', i.homes,
			'summary', format('%s of %s homes (%s %%) in %s %s.', to_char(i.homes, 'FM999,999'), to_char((SELECT count(*) FROM path), 'FM999,999'),
				round(100.0 * i.homes / (SELECT count(*) FROM path), 1), (SELECT count(*) FROM tree t WHERE t.level = l.level AND t.kept), lower(l.button)),
			'search', b.name,
			'found', (SELECT count(*) FROM tree t WHERE t.level = l.level AND t.kept AND strpos(lower(concat_ws(' ', t.name, t.authorities)), lower(b.name)) > 0),
			'first', json_build_array(b.place::text, coalesce(b.parent_name, b.authorities))) ORDER BY l.nr)
			FROM (VALUES ('locality', 'Localities', 1), ('place', 'Places', 2), ('patch', 'Patches', 3)) l(level, button, nr)
			JOIN inside i USING (level) JOIN best b USING (level)),
		'assets', (SELECT json_agg(json_build_object('option', format('%s (%s)', kind, n), 'count', n, 'first', first) ORDER BY kind)
			FROM (SELECT a.kind, count(*) AS n, min(a.name COLLATE "C") AS first FROM assets a GROUP BY a.kind) k))
EOF
printf 'tree: %s and %s bytes\n' "$(wc -c <"$work/tree.html")" "$(wc -c <"$work/tree.svg")"
[ "$(wc -c <"$work/tree.html")" -lt 6000000 ]
python3 test/browser/map_test.py "$work/tree.html" "$work/tree.svg" "$work/tree.json" build/map/tree
