#!/usr/bin/env bash
# real_stock.sh - the guarantees on real-shaped data: ../shared/data
set -euo pipefail
cd "$(dirname "$0")/../.."
data=../shared/data

for file in stock45k.csv.gz postcodes.csv.gz; do
	if [ ! -r "$data/$file" ]; then
		echo "$data/$file is not here"
		exit 77
	fi
done

# Expect WHAT QUERY: the query must answer t
Expect()
{
	local answer
	answer=$(psql -X -q -A -t -v ON_ERROR_STOP=1 -c "$2")
	if [ "$answer" != t ]; then
		printf 'real_stock: %s: %s\n' "$1" "$answer" >&2
		exit 1
	fi
	echo "$1"
}

Sql()
{
	psql -X -q -v ON_ERROR_STOP=1 "$@"
}

Sql <<-EOF
	CREATE TABLE raw (uprn bigint, la_code text, postcode text, easting float8, northing float8, lon float8, lat float8);
	\\copy raw FROM PROGRAM 'gzip -dc $data/stock45k.csv.gz' CSV HEADER
	CREATE TABLE stock AS SELECT uprn, la_code, ST_SetSRID(ST_MakePoint(easting, northing), 27700) AS geom,
		ST_MakePoint(lon, lat)::geography AS geog FROM raw;
	ANALYZE stock;
EOF

# nothing is wrong with them but that some authorities are small
Expect "the stock is in order, in metres and degrees" "
	SELECT array_agg(problem) = ARRAY['authority too small', 'authority too small']
	FROM unnest(ARRAY['geom', 'geog']) c, places.check_stock('stock', 'uprn', 'la_code', c)"

for method in balanced kmeans; do
	rules="places.rules('$method', 450, max_radius => 3000)"
	Sql <<-EOF
		SET client_min_messages = warning;
		DROP TABLE IF EXISTS a, s, e;
		CREATE TABLE a AS SELECT l.geom, l.geog, a.*, a.home_id::bigint AS uprn
			FROM places.assign('stock', 'uprn', 'la_code', 'geom', $rules) a JOIN stock l ON l.uprn = a.home_id::bigint;
		CREATE TABLE s AS SELECT * FROM places.summary('stock', 'uprn', 'la_code', 'geom', $rules);
		CREATE TABLE e AS SELECT l.la_code AS authority, p.place::int, p.radius, p.rms_distance, p.density
			FROM (SELECT la_code, places.cluster_places(geom, $rules) AS list FROM stock GROUP BY 1) l,
				unnest((list).radius, (list).rms_distance, (list).density) WITH ORDINALITY p(radius, rms_distance, density, place);
	EOF
	Expect "$method: every home once, and placed" "
		SELECT count(*) = 45000 AND count(DISTINCT uprn) = 45000 AND bool_and(place IS NOT NULL) AND bool_and(a.authority = l.la_code)
		FROM a JOIN stock l USING (uprn)"
	Expect "$method: homes on one point share a place" "
		SELECT count(*) = 0 FROM (SELECT FROM a GROUP BY authority, geom HAVING count(DISTINCT place) > 1) x"
	Expect "$method: the summary counts the assigned homes" "
		SELECT bool_and(s.homes = n) FROM s FULL JOIN (SELECT authority, place, count(*) AS n FROM a GROUP BY 1, 2) a USING (authority, place)"
	Expect "$method: the radius is PostGIS's" "
		SELECT max(abs(e.radius - (ST_MinimumBoundingRadius(g)).radius)) < 1e-6
		FROM e JOIN (SELECT authority, place, ST_Collect(geom) AS g FROM a GROUP BY 1, 2) a USING (authority, place)"
	Expect "$method: too_spread exactly beyond max_radius, too_small exactly below min_homes" "
		SELECT bool_and((radius > 3000) = coalesce(reason ~ 'too_spread', false)
			AND (homes < ($rules).min_homes) = coalesce(reason ~ 'too_small', false) AND kept = (reason IS NULL)) FROM s"
	Expect "$method: distances are to the centre, which is the centroid" "
		SELECT max(abs(a.distance - ST_Distance(a.geom, s.centre))) < 1e-6 AND max(ST_Distance(s.centre, c)) < 1e-6
		FROM a JOIN s USING (authority, place) JOIN (SELECT authority, place, ST_Centroid(ST_Collect(geom)) AS c FROM a GROUP BY 1, 2) c USING (authority, place)"
	Expect "$method: the score is that of compactness()" "
		SELECT max(abs(e.rms_distance - (c).rms_distance)) < 1e-6 AND max(abs(e.density / (c).density - 1)) < 1e-6
		FROM e JOIN (SELECT authority, place, places.compactness(geom) AS c FROM a GROUP BY 1, 2) c USING (authority, place)"
	Expect "$method: the summary shows them rounded" "
		SELECT bool_and(abs(s.radius - e.radius) < CASE WHEN s.radius > 3000 THEN 1 ELSE 0.50001 END
			AND abs(s.rms_distance - e.rms_distance) < 0.50001 AND coalesce(abs(s.density / e.density - 1) < 0.00501, true))
		FROM s FULL JOIN e USING (authority, place)"
	Expect "$method: numbered from north to south" "
		SELECT bool_and(y <= before) FROM (SELECT ST_Y(centre) AS y, lag(ST_Y(centre), 1, 'Infinity') OVER (PARTITION BY authority ORDER BY place) AS before FROM s) x"
	Expect "$method: the headline is the summary's" "
		SELECT h.homes = 45000 AND h.places = x.places AND h.kept_homes = x.kept_homes AND h.authorities = 45
		FROM places.headline('stock', 'uprn', 'la_code', 'geom', $rules) h,
			(SELECT count(*) AS places, coalesce(sum(homes) FILTER (WHERE kept), 0) AS kept_homes FROM s) x"
	Expect "$method: the same by longitude and latitude, within 1 %, place for place" "
		SELECT bool_and(abs(g.radius - s.radius) <= 1 + 0.01 * s.radius) FILTER (WHERE s.homes = g.homes AND ST_Distance(ST_Transform(g.centre, 27700), s.centre) < 1)
			AND sum(g.homes * g.rms_distance ^ 2) / sum(s.homes * s.rms_distance ^ 2) BETWEEN 0.98 AND 1.02 AND count(s.place) = count(g.place)
		FROM s FULL JOIN places.summary('stock', 'uprn', 'la_code', 'geog', $rules) g USING (authority, place)"
done

Expect "balanced: within bounds wherever some number of places allows it, else as near as possible" "
	SELECT bool_and(misfit <= best + 1e-9)
	FROM (SELECT authority, sum(greatest(0, 405 - homes, homes - 495)) AS misfit, sum(homes) AS n
			FROM places.summary('stock', 'uprn', 'la_code', 'geom', places.rules('balanced')) GROUP BY 1) x,
		LATERAL (SELECT min(greatest(0, 405 * k - n, n - 495 * k)) AS best FROM generate_series(1, 100) k) y"

# Coverage: at least what a plain greedy choice of circles keeps, never more than the bound
for radius_share in '1500 0.425' '3000 0.64' '5000 0.756'; do
	read -r radius share <<<"$radius_share"
	for max in 900 Infinity; do
		rules="places.rules(max_radius => $radius, max_homes => '$max')"
		Sql <<-EOF
			DROP TABLE IF EXISTS a;
			CREATE TABLE a AS SELECT l.geom, a.* FROM places.assign('stock', 'uprn', 'la_code', 'geom', $rules) a JOIN stock l ON l.uprn = a.home_id::bigint;
		EOF
		Expect "coverage within $radius m, at most $max homes: every home once, $share of them kept" "
			SELECT count(*) = 45000 AND count(DISTINCT home_id) = 45000 AND bool_and(place IS NOT NULL)
				AND avg(kept::int) >= $share FROM a"
		Expect "coverage within $radius m, at most $max homes: sizes and circles by PostGIS's own measure" "
			SELECT bool_and(n BETWEEN 450 AND '$max'::float8 AND r <= $radius)
			FROM (SELECT count(*) AS n, (ST_MinimumBoundingRadius(ST_Collect(geom))).radius AS r FROM a WHERE kept GROUP BY authority, place) p"
	done
	Expect "coverage within $radius m: the bound is kept" "
		SELECT bool_and(kept_homes <= bound_homes) AND min(bound_share - kept_share) FILTER (WHERE authority IS NULL) < 0.02
		FROM places.coverage_bound('stock', 'uprn', 'la_code', 'geom', places.rules(max_radius => $radius))"
done

Sql <<-EOF
	DROP TABLE IF EXISTS a;
	CREATE TABLE a AS SELECT l.geom, a.* FROM places.assign('stock', 'uprn', 'la_code', 'geom') a JOIN stock l ON l.uprn = a.home_id::bigint WHERE a.kept;
	CREATE TABLE b AS SELECT * FROM places.boundary('stock', 'uprn', 'la_code', 'geom');
EOF
Expect "boundaries: valid, each home in that of its place" "
	SELECT count(*) = (SELECT count(*) FROM a) AND bool_and(ST_IsValid(boundary) AND ST_Contains(boundary, geom)) FROM a JOIN b USING (authority, place)"
Expect "boundaries: no overlap" "
	SELECT count(*) > 10 AND sum(ST_Area(ST_Intersection(p.boundary, q.boundary))) = 0
	FROM b p JOIN b q ON (p.authority, p.place) < (q.authority, q.place) AND ST_Intersects(p.boundary, q.boundary)"
Expect "boundaries: within 250 m of the homes" "
	SELECT bool_and(ST_Covers(reach, boundary))
	FROM b JOIN (SELECT authority, place, ST_Union(ST_Buffer(geom, 250)) AS reach FROM a GROUP BY 1, 2) h USING (authority, place)"

# slits, in places and between them: gaps that closing by half a metre fills, more than 20 m long;
# at corners of projected ground the buffers themselves are off by millimetres
for geom in geom geog; do
	Sql <<-EOF
		DROP TABLE IF EXISTS d;
		CREATE TABLE d AS SELECT row_number() OVER () AS nr, CASE '$geom' WHEN 'geom' THEN boundary ELSE ST_Transform(boundary, 27700) END AS ground, boundary,
			ST_GeomFromText(places.boundary_wkt(boundary), 4326) AS text
		FROM places.boundary('stock', 'uprn', 'la_code', '$geom', places.rules('kmeans', 300));
	EOF
	Expect "boundaries of $geom: no slits" "
		SELECT count(*) FILTER (WHERE ST_Perimeter(g.geom) > 40 AND ST_Area(g.geom) > 0.01 * ST_Perimeter(g.geom) / 2) = 0
		FROM (SELECT ST_Union(ground) AS ground FROM d) u, ST_Dump(ST_Difference(ST_Buffer(ST_Buffer(ground, 0.5), -0.5), ground)) g"
	Expect "boundaries of $geom: their texts are inside, and neighbours' do not meet" "
		SELECT (SELECT bool_and(ST_IsValid(text) AND ST_Covers(ST_Transform(boundary, 4326), text) AND ST_Area(text) > 0.97 * ST_Area(ST_Transform(boundary, 4326))) FROM d)
			AND count(*) > 5 AND count(*) FILTER (WHERE ST_Intersects(p.text, q.text)) = 0
		FROM d p JOIN d q ON p.nr < q.nr AND ST_Touches(p.ground, q.ground)"
done

# Dense, thin, coastal and largest authorities of the postcodes, each postcode a home
Sql <<-EOF
	CREATE TABLE every_postcode (postcode text, la_code text, easting float8, northing float8, lon float8, lat float8);
	\\copy every_postcode FROM PROGRAM 'gzip -dc $data/postcodes.csv.gz' CSV HEADER
	CREATE TABLE sizes AS SELECT la_code, count(*) AS n FROM every_postcode GROUP BY 1;
	CREATE TABLE chosen AS SELECT postcode, la_code, ST_SetSRID(ST_MakePoint(easting, northing), 27700) AS geom FROM every_postcode
	WHERE la_code IN (SELECT la_code FROM (SELECT la_code, row_number() OVER (ORDER BY n DESC) AS rank FROM sizes) r WHERE rank IN (1, 2, 3, 50, 150, 290, 295, 296));
	DROP TABLE every_postcode;
EOF
Expect "postcodes: every one once; a point's never apart" "
	SELECT count(*) = (SELECT count(*) FROM chosen) AND count(DISTINCT home_id) = count(*)
		AND (SELECT count(*) = 0 FROM (SELECT FROM places.assign('chosen', 'postcode', 'la_code', 'geom', places.rules('balanced')) a JOIN chosen ON postcode = home_id
			GROUP BY authority, geom HAVING count(DISTINCT place) > 1) x)
	FROM places.assign('chosen', 'postcode', 'la_code', 'geom', places.rules('balanced'))"
# points of up to 1,162 postcodes: above max_homes one is a place by itself
Expect "postcodes: places outside the bounds are single points above max_homes" "
	SELECT bool_and(homes BETWEEN 405 AND 495 OR (homes > 495 AND radius = 0)) FROM places.summary('chosen', 'postcode', 'la_code', 'geom', places.rules('balanced'))
	WHERE authority IN (SELECT la_code FROM sizes WHERE n > 2500)"
Expect "postcodes: shuffled rows give the same places" "
	SELECT count(DISTINCT answer) = 1 FROM generate_series(1, 3) seed, LATERAL (
		SELECT md5(string_agg(format('%s %s %s', s.la_code, m.home, m.place), ',' ORDER BY s.la_code, m.home)) AS answer
		FROM (SELECT la_code, array_agg(postcode) AS ids, places.cluster(geom, places.rules('balanced')) AS c
			FROM (SELECT * FROM chosen ORDER BY md5(postcode || seed)) o GROUP BY la_code) s, places.members(s.ids, s.c) m) x"
