
-- map: what a map shows

COMMENT ON COLUMN places_internal.map_place.homes IS 'homes (sum of weights) of the place';
COMMENT ON COLUMN places_internal.map_place.colour IS 'number of its colour, from 0; neighbours differ';

-- map: from positions to a plane

-- Degrees go on an equal-area plane around the middle of all homes: a country
-- fits, and the antimeridian is no edge.
CREATE OR REPLACE FUNCTION places_internal.map_projection(homes geometry[])
RETURNS text LANGUAGE sql STABLE PARALLEL SAFE COST 1000
BEGIN ATOMIC
	SELECT pg_catalog.format('+proj=laea +lat_0=%s +lon_0=%s +datum=WGS84 +units=m +no_defs',
		places_internal.st_y(c.centre), places_internal.st_x(c.centre))
	FROM (SELECT places_internal.geometry(places_internal.st_centroid(
			places_internal.geography(places_internal.st_points(places_internal.st_collect(homes))), true))) c(centre);
END;

COMMENT ON FUNCTION places_internal.map_projection(geometry[]) IS
	'a projection, in the words of PROJ, for homes given by longitude and latitude';

CREATE OR REPLACE FUNCTION places_internal.map_plane(homes geometry, projection text)
RETURNS geometry LANGUAGE sql STABLE PARALLEL SAFE COST 100
RETURN places_internal.st_setsrid(CASE WHEN projection IS NULL THEN homes ELSE places_internal.postgis_transform_geometry(places_internal.st_transform(homes, 4326),
		'+proj=longlat +datum=WGS84 +no_defs', projection, 0) END, 0);

COMMENT ON FUNCTION places_internal.map_plane(geometry, text) IS
	'homes on the plane of the map: projected, or, without a projection, as they are';

-- map: lines around homes

-- A single wrong location must not stretch a line across the country.
CREATE OR REPLACE FUNCTION places_internal.map_bulk(homes geometry)
RETURNS geometry LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000
BEGIN ATOMIC
	WITH dot AS (
		SELECT d.path, d.geom FROM places_internal.st_dumppoints(homes) d),
	middle AS (
		SELECT places_internal.point_at(
			pg_catalog.percentile_disc(0.5) WITHIN GROUP (ORDER BY places_internal.st_x(d.geom)),
			pg_catalog.percentile_disc(0.5) WITHIN GROUP (ORDER BY places_internal.st_y(d.geom)), 0) AS geom
		FROM dot d),
	far AS (
		SELECT d.path, d.geom, places_internal.st_distance(d.geom, m.geom) AS metres FROM dot d CROSS JOIN middle m)
	SELECT places_internal.st_collect(pg_catalog.array_agg(f.geom ORDER BY f.path)) FROM far f
	WHERE f.metres <= 4 * (
		SELECT pg_catalog.percentile_disc(0.9) WITHIN GROUP (ORDER BY g.metres) FROM far g);
END;

COMMENT ON FUNCTION places_internal.map_bulk(geometry) IS
	'homes without the strays: those more than four times as far from the middle as nine tenths of them';

CREATE OR REPLACE FUNCTION places_internal.map_outline(homes geometry, detail float8)
RETURNS geometry LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000
BEGIN ATOMIC
	SELECT places_internal.st_simplifypreservetopology(
		places_internal.st_buffer(places_internal.st_concavehull(homes, detail, false), m.pad, 'quad_segs=3'), m.pad / 8)
	FROM (SELECT GREATEST(10, r.radius / 20)
		FROM places_internal.st_minimumboundingradius(homes) r) m(pad);
END;

COMMENT ON FUNCTION places_internal.map_outline(geometry, float8) IS
	'a line around homes, a little away from them; detail 1 is the convex hull, less follows them more closely';

-- map: colours

CREATE OR REPLACE FUNCTION places_internal.map_neighbours(centres geometry[])
RETURNS TABLE (a int, b int) LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000 ROWS 1000
BEGIN ATOMIC
	WITH centre AS (
		SELECT c.ordinality::int AS i, places_internal.st_x(c.geom) AS x, places_internal.st_y(c.geom) AS y
		FROM ROWS FROM (pg_catalog.unnest(centres)) WITH ORDINALITY c(geom, ordinality)),
	edge AS (
		SELECT places_internal.st_startpoint(e.geom) AS a, places_internal.st_endpoint(e.geom) AS b
		FROM places_internal.st_dump(places_internal.st_delaunaytriangles(places_internal.st_collect(centres), 0, 1)) e)
	SELECT DISTINCT GREATEST(p.i, q.i), LEAST(p.i, q.i)
	FROM edge e
	JOIN centre p ON p.x = places_internal.st_x(e.a) AND p.y = places_internal.st_y(e.a)
	JOIN centre q ON q.x = places_internal.st_x(e.b) AND q.y = places_internal.st_y(e.b)
	ORDER BY 1, 2;
END;

COMMENT ON FUNCTION places_internal.map_neighbours(geometry[]) IS
	'pairs of neighbouring points, by their positions in the array, the larger first: the edges of their Delaunay triangulation';

-- In turn each place takes the colour that its neighbours use least, and of
-- these the one that fewest places have: neighbours of a planar graph hardly
-- ever need more than six.
CREATE OR REPLACE FUNCTION places_internal.map_colours(centres geometry[], colours int)
RETURNS int[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	chosen int[] := '{}';
	used int[] := pg_catalog.array_fill(0, ARRAY[colours]);
	earlier int[];
	best int;
BEGIN
	FOR earlier IN
		SELECT pg_catalog.array_agg(n.b ORDER BY n.b) FILTER (WHERE n.b IS NOT NULL)
		FROM pg_catalog.generate_subscripts(centres, 1) i
		LEFT JOIN places_internal.map_neighbours(centres) n ON n.a = i
		GROUP BY i ORDER BY i
	LOOP
		SELECT c INTO best
		FROM pg_catalog.generate_series(1, colours) c
		ORDER BY (SELECT pg_catalog.count(*) FROM pg_catalog.unnest(earlier) e WHERE chosen[e] = c - 1), used[c], c
		LIMIT 1;
		used[best] := used[best] + 1;
		chosen := chosen || (best - 1);
	END LOOP;
	RETURN chosen;
END
$$;

COMMENT ON FUNCTION places_internal.map_colours(geometry[], int) IS
	'a colour, from 0, for each point, such that neighbours differ';

-- map: words

CREATE OR REPLACE FUNCTION places_internal.map_number(value float8)
RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10
RETURN pg_catalog.to_char(pg_catalog.round(value::numeric), 'FM999,999,999,999,990');

COMMENT ON FUNCTION places_internal.map_number(float8) IS 'a whole number, its thousands set off';

CREATE OR REPLACE FUNCTION places_internal.map_markup(words text)
RETURNS text AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;

COMMENT ON FUNCTION places_internal.map_markup(text) IS
	'text for HTML or XML, in an element or an attribute: in ASCII, and without the characters that XML forbids';

CREATE OR REPLACE FUNCTION places_internal.map_summary(map_places places_internal.map_place[], homes float8, rules places.ruleset)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 100
BEGIN ATOMIC
	SELECT pg_catalog.format('%s of %s homes%s in %s%s.',
		places_internal.map_number(k.homes), places_internal.map_number(map_summary.homes),
		COALESCE(' (' || pg_catalog.round((100 * k.homes / NULLIF(map_summary.homes, 0))::numeric, 1) || ' %)', ''),
		CASE k.n WHEN 1 THEN '1 place' ELSE places_internal.map_number(k.n) || ' places' END,
		COALESCE(': each ' || NULLIF(pg_catalog.concat_ws(' ',
			'of at least ' || places_internal.map_number((rules).min_homes) || ' homes',
			'inside a circle of ' || places_internal.map_number((rules).max_radius) || ' m radius',
			'without a gap of more than ' || places_internal.map_number((rules).max_gap) || ' m'), ''), ''))
	FROM (SELECT pg_catalog.count(*) AS n, COALESCE(pg_catalog.sum(p.homes), 0) AS homes
		FROM pg_catalog.unnest(map_places) p WHERE p.kept) k;
END;

COMMENT ON FUNCTION places_internal.map_summary(places_internal.map_place[], float8, places.ruleset) IS
	'how many homes are in kept places under which rules, in a sentence';

CREATE OR REPLACE FUNCTION places_internal.map_notes(stock_rows bigint, located bigint, drawn bigint)
RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
RETURN pg_catalog.array_remove(ARRAY[
	CASE WHEN drawn < located THEN pg_catalog.format(
		'Thinned: %s of %s homes are drawn, evenly from every place; all count in the figures.',
		places_internal.map_number(drawn), places_internal.map_number(located)) END,
	CASE WHEN located < stock_rows THEN pg_catalog.format(
		'Not drawn for want of a usable location: %s of %s rows.',
		places_internal.map_number(stock_rows - located), places_internal.map_number(stock_rows)) END],
	NULL);

COMMENT ON FUNCTION places_internal.map_notes(bigint, bigint, bigint) IS
	'what the reader of a map must know: how many rows have a location, and how many are drawn';

-- map: the scene

-- Made from a row for each place, its homes as they are in the stock.
CREATE OR REPLACE FUNCTION places_internal.map_scene(title text, summary text, notes text[],
	map_places places_internal.map_place[], geographic boolean)
RETURNS places_internal.map_scene LANGUAGE sql STABLE PARALLEL SAFE COST 100000
BEGIN ATOMIC
	WITH listed AS (
		SELECT p.*, p.ordinality AS i
		FROM ROWS FROM (pg_catalog.unnest(map_places)) WITH ORDINALITY p),
	projection AS MATERIALIZED (
		SELECT CASE WHEN geographic THEN (
			SELECT places_internal.map_projection(pg_catalog.array_agg(d.homes ORDER BY l.i, d.kept))
			FROM listed l CROSS JOIN LATERAL (VALUES (l.kept_homes, true), (l.other_homes, false)) d(homes, kept)) END AS words),
	flat AS MATERIALIZED (
		SELECT l.i, places_internal.map_plane(l.kept_homes, p.words) AS kept_homes,
			places_internal.map_plane(l.other_homes, p.words) AS other_homes
		FROM listed l CROSS JOIN projection p),
	own AS MATERIALIZED (
		SELECT l.i, l.kept, CASE WHEN l.kept THEN f.kept_homes ELSE places_internal.map_bulk(f.other_homes) END AS homes
		FROM listed l JOIN flat f USING (i)
		WHERE l.place IS NOT NULL),
	coloured AS (
		SELECT c.i, c.colour
		FROM (SELECT pg_catalog.array_agg(o.i ORDER BY o.kept DESC, o.i) AS places,
				places_internal.map_colours(pg_catalog.array_agg(places_internal.st_centroid(o.homes) ORDER BY o.kept DESC, o.i), 8) AS colours
			FROM own o) g
		CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(g.places), pg_catalog.unnest(g.colours)) c(i, colour)),
	finished AS (
		SELECT pg_catalog.array_agg((l.authority, l.place, COALESCE(l.name, l.authority || ' ' || l.place),
				l.homes, l.beside, l.kept, l.reason, l.rank, l.density, l.radius,
				f.kept_homes, f.other_homes, places_internal.map_outline(o.homes, CASE WHEN l.kept THEN 0.6 ELSE 1 END), c.colour, l.gap)::places_internal.map_place
			ORDER BY l.i) AS places
		FROM listed l
		JOIN flat f USING (i)
		LEFT JOIN own o USING (i)
		LEFT JOIN coloured c USING (i)),
	border AS (
		SELECT l.authority, places_internal.map_outline(places_internal.map_bulk(places_internal.st_collect(pg_catalog.array_agg(d.homes ORDER BY l.i, d.kept))), 1) AS line
		FROM listed l
		JOIN flat f USING (i)
		CROSS JOIN LATERAL (VALUES (f.kept_homes, true), (f.other_homes, false)) d(homes, kept)
		WHERE l.authority IS NOT NULL
		GROUP BY l.authority),
	borders AS (
		SELECT pg_catalog.array_agg(b.authority ORDER BY b.authority COLLATE "C") AS authorities,
			pg_catalog.array_agg(b.line ORDER BY b.authority COLLATE "C") AS lines,
			places_internal.st_envelope(places_internal.st_collect(pg_catalog.array_agg(b.line))) AS frame
		FROM border b),
	-- without an authority, all that there is
	lone AS (
		SELECT places_internal.st_envelope(places_internal.map_outline(places_internal.st_collect(pg_catalog.array_agg(f.other_homes)), 1)) AS frame FROM flat f)
	SELECT (title, summary, notes, b.authorities, b.lines, f.places, COALESCE(b.frame, l.frame))::places_internal.map_scene
	FROM finished f CROSS JOIN borders b CROSS JOIN lone l;
END;

COMMENT ON FUNCTION places_internal.map_scene(text, text, text[], places_internal.map_place[], boolean) IS
	'all that a map shows, from places with their homes in metres or, if geographic, in degrees';

-- map: the page

-- Found by a search that kept the two most alike of the eight as far apart as it
-- could for the eye that sees least: 0.15 (light) and 0.12 (dark) in Oklab, for
-- normal sight and without the long, middle or short cones.  Those that share a
-- shape on the page, i and i + 4, differ in lightness too.
CREATE OR REPLACE FUNCTION places_internal.map_palette(dark boolean)
RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN CASE WHEN dark
	THEN '{#55bbff,#ffcc00,#ff77aa,#99aa11,#bb5522,#0077dd,#00ffff,#ffffaa}'::text[]
	ELSE '{#008888,#bb5500,#5533bb,#dd9922,#001155,#33aaff,#440000,#773333}'::text[] END;

COMMENT ON FUNCTION places_internal.map_palette(boolean) IS
	'the colours of places, on light and on dark ground, for readers of every colour vision';

CREATE OR REPLACE FUNCTION places_internal.map_path(line geometry, frame geometry)
RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000
RETURN places_internal.st_assvg(places_internal.st_transscale(line, -places_internal.st_x(places_internal.st_centroid(frame)), -places_internal.st_y(places_internal.st_centroid(frame)), 10, 10), 1, 0);

COMMENT ON FUNCTION places_internal.map_path(geometry, geometry) IS
	'a line as an SVG path, in decimetres from the middle of the frame, y downwards';

CREATE OR REPLACE FUNCTION places_internal.map_packed(homes geometry, frame geometry)
RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000
RETURN pg_catalog.translate(pg_catalog.encode(places_internal.st_astwkb(
	places_internal.st_transscale(homes, -places_internal.st_x(places_internal.st_centroid(frame)), -places_internal.st_y(places_internal.st_centroid(frame)), 1, 1),
	1, NULL, NULL, NULL, NULL), 'base64'), E'\n', '');

COMMENT ON FUNCTION places_internal.map_packed(geometry, geometry) IS
	'homes in few bytes: TWKB, in decimetres from the middle of the frame, as base64';

CREATE OR REPLACE FUNCTION places_internal.map_spot(spot geometry, frame geometry)
RETURNS json LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 100
RETURN pg_catalog.json_build_array(
	pg_catalog.round((10 * (places_internal.st_x(spot) - places_internal.st_x(places_internal.st_centroid(frame))))::numeric),
	pg_catalog.round((-10 * (places_internal.st_y(spot) - places_internal.st_y(places_internal.st_centroid(frame))))::numeric));

COMMENT ON FUNCTION places_internal.map_spot(geometry, geometry) IS
	'a point as a pair of numbers, in decimetres from the middle of the frame, y downwards';

CREATE OR REPLACE FUNCTION places_internal.map_top(line geometry)
RETURNS geometry LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10
RETURN places_internal.point_at((places_internal.st_xmin(line) + places_internal.st_xmax(line)) / 2, places_internal.st_ymax(line), 0);

COMMENT ON FUNCTION places_internal.map_top(geometry) IS 'where the name of what a line goes around stands';

CREATE OR REPLACE FUNCTION places_internal.map_json(scene places_internal.map_scene)
RETURNS json LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000
BEGIN ATOMIC
	SELECT pg_catalog.json_build_object(
		'title', (scene).title,
		'summary', (scene).summary,
		'notes', (scene).notes,
		'palette', pg_catalog.json_build_object('light', places_internal.map_palette(false), 'dark', places_internal.map_palette(true)),
		'frame', pg_catalog.json_build_array(
			-half.width, -half.height, half.width, half.height),
		'authorities', (
			SELECT COALESCE(pg_catalog.json_agg(pg_catalog.json_build_object(
				'name', a.name,
				'border', places_internal.map_path(a.line, (scene).frame),
				'top', places_internal.map_spot(places_internal.map_top(a.line), (scene).frame),
				'homes', (SELECT COALESCE(pg_catalog.sum(p.homes), 0) FROM pg_catalog.unnest((scene).places) p WHERE p.authority = a.name)
				) ORDER BY a.n), '[]')
			FROM ROWS FROM (pg_catalog.unnest((scene).authorities), pg_catalog.unnest((scene).borders)) WITH ORDINALITY a(name, line, n)),
		'places', (
			SELECT COALESCE(pg_catalog.json_agg(pg_catalog.json_build_object(
				'authority', p.authority,
				'number', p.place,
				'name', p.name,
				'homes', p.homes,
				'beside', p.beside,
				'kept', p.kept,
				'reason', p.reason,
				'rank', p.rank,
				'density', pg_catalog.round(p.density::numeric, 3),
				'radius', pg_catalog.round(p.radius::numeric, 3),
				'gap', pg_catalog.round(p.gap::numeric, 3),
				'colour', p.colour,
				'centre', places_internal.map_spot(places_internal.st_pointonsurface(p.outline), (scene).frame),
				'outline', places_internal.map_path(p.outline, (scene).frame),
				'keptDots', places_internal.map_packed(p.kept_homes, (scene).frame),
				'otherDots', places_internal.map_packed(p.other_homes, (scene).frame)) ORDER BY p.ordinality), '[]')
			FROM ROWS FROM (pg_catalog.unnest((scene).places)) WITH ORDINALITY p))
	FROM (SELECT
		COALESCE(pg_catalog.round((5 * (places_internal.st_xmax((scene).frame) - places_internal.st_xmin((scene).frame)))::numeric), 0) AS width,
		COALESCE(pg_catalog.round((5 * (places_internal.st_ymax((scene).frame) - places_internal.st_ymin((scene).frame)))::numeric), 0) AS height) half;
END;

COMMENT ON FUNCTION places_internal.map_json(places_internal.map_scene) IS 'a scene as the page reads it';

CREATE OR REPLACE FUNCTION places_internal.map_script(data json)
RETURNS text AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;

COMMENT ON FUNCTION places_internal.map_script(json) IS
	'JSON for a script of a page: in ASCII, and without <, so that no name ends the script';

CREATE OR REPLACE FUNCTION places_internal.map_page(scene places_internal.map_scene)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000
RETURN pg_catalog.concat(
	places_internal.map_template(1), places_internal.map_markup((scene).title),
	places_internal.map_template(2), places_internal.map_script(places_internal.map_json(scene)),
	places_internal.map_template(3));

COMMENT ON FUNCTION places_internal.map_page(places_internal.map_scene) IS 'a scene as a self-contained HTML page';
