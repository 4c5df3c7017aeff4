#!/usr/bin/env bash
# tiles.sh - what another program reads in the vector tiles and in the GeoJSON
set -euo pipefail

if ! command -v ogrinfo >/dev/null; then
	echo "ogrinfo (Debian: gdal-bin) is not here"
	exit 77
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

Sql()
{
	psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

Fail()
{
	echo "tiles: $1" >&2
	exit 1
}

# Tile Z: what ogrinfo says of the tile in the middle of the homes goes to
# $work/tile.txt, its layers and its number of homes to variables
Tile()
{
	printf "$(Sql -c "SELECT encode(places.place_tiles($1, x, y), 'hex') FROM tile_at($1)" | sed 's/../\\x&/g')" >"$work/tile.mvt"
	ogrinfo -ro -so -al "$work/tile.mvt" >"$work/tile.txt" 2>&1
	layers=$(sed -n 's/^Layer name: //p' "$work/tile.txt" | paste -sd ' ')
	homes=$(sed -n '/^Layer name: homes$/,/^Feature Count/s/^Feature Count: //p' "$work/tile.txt")
}

Sql >/dev/null <<-END
	SET client_min_messages = warning;
	CREATE TABLE stock AS
	SELECT i AS id, 'A' || i % 2 AS la,
		ST_SetSRID(ST_MakePoint(400000 + i * 7919 % 8009, 300000 + i * 104729::bigint % 7993), 27700) AS geom
	FROM generate_series(1, 40000) i;
	SELECT places.create_plan('tiled', 'stock', 'id', 'la', 'geom', places.rules('balanced'));
	SELECT places.run('tiled');
	SELECT places.draw_boundaries('tiled');
	CREATE FUNCTION tile_at(z int, OUT x int, OUT y int) LANGUAGE sql AS '
		SELECT floor((ST_X(c) / 20037508.342789244 + 1) / 2 * 2 ^ z)::int, floor((1 - ST_Y(c) / 20037508.342789244) / 2 * 2 ^ z)::int
		FROM ST_Transform(ST_SetSRID(ST_MakePoint(404000, 304000), 27700), 3857) c';
END

for z in 0 8 10 12 16 17; do
	Tile $z
	within=$(Sql -c "SELECT count(*) FROM places.home h, tile_at($z) t
		WHERE ST_Intersects(ST_Transform(h.location, 3857), ST_TileEnvelope($z, t.x, t.y))")
	echo "zoom $z: $layers; $homes of $within homes"
	[[ $z -eq 0 || $layers == "boundaries homes"* ]] || Fail "zoom $z has only the layers $layers"
	if [ $z -ge 16 ]; then
		[ "$homes" -ge "$within" ] || Fail "zoom $z lacks homes"
	else
		[ "$homes" -ge 1 ] && [ "$homes" -le $((34 * 34)) ] || Fail "zoom $z has $homes homes"
	fi
done
[ "$homes" -gt 10 ] || Fail "the last tile shows hardly any home"
grep -q 'kept: Integer(Boolean)' "$work/tile.txt" || Fail "attributes are lost"

Sql -c "SELECT places.geojson('tiled')" >"$work/tiled.geojson"
ogrinfo -ro -so -al "$work/tiled.geojson" >"$work/tiled.txt" 2>&1
[ "$(sed -n 's/^Feature Count: //p' "$work/tiled.txt")" = "$(Sql -c "SELECT count(*) FROM places.place")" ] ||
	Fail "GeoJSON has other places"
grep -q '^Geometry: Multi Polygon' "$work/tiled.txt" || Fail "GeoJSON has no polygons"
grep -q 'WGS 84' "$work/tiled.txt" || Fail "GeoJSON is not in WGS 84"
