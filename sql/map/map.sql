
-- map: what a map shows

COMMENT ON COLUMN places_internal.map_place.homes IS 'homes (sum of weights) of the place';
COMMENT ON COLUMN places_internal.map_place.colour IS 'number of its colour, from 0; neighbours differ';

-- map: words

CREATE OR REPLACE FUNCTION places_internal.map_number(value float8)
RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10
RETURN pg_catalog.to_char(pg_catalog.round(value::numeric), 'FM999,999,999,999,990');

COMMENT ON FUNCTION places_internal.map_number(float8) IS 'a whole number, its thousands set off';

CREATE OR REPLACE FUNCTION places_internal.map_markup(words text)
RETURNS text AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;

COMMENT ON FUNCTION places_internal.map_markup(text) IS
	'text for HTML or XML, in an element or an attribute: in ASCII, and without the characters that XML forbids';

CREATE OR REPLACE FUNCTION places_internal.map_distance(metres float8)
RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10
RETURN CASE WHEN metres < 1000 THEN pg_catalog.round(metres::numeric) || ' m'
	ELSE pg_catalog.trim_scale(pg_catalog.round(metres::numeric / 1000, 2)) || ' km' END;

COMMENT ON FUNCTION places_internal.map_distance(float8) IS 'a distance as a person says it: 800 m, 2.5 km';

-- The one name of a place that nobody has named
CREATE OR REPLACE FUNCTION places_internal.map_name(authority text, place bigint)
RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10
RETURN authority || ' ' || place;

COMMENT ON FUNCTION places_internal.map_name(text, bigint) IS
	'what a place of a stock is called: its authority and its number there, as places.summary() has them';

CREATE OR REPLACE FUNCTION places_internal.map_many(n float8, level text)
RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10
RETURN CASE n WHEN 1 THEN '1 ' || level ELSE places_internal.map_number(n) || ' ' || places_internal.levels_of(level) END;

COMMENT ON FUNCTION places_internal.map_many(float8, text) IS 'a number of places, patches or localities, in words';

CREATE OR REPLACE FUNCTION places_internal.map_rules(rules places.ruleset, level text DEFAULT 'place')
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 100
RETURN pg_catalog.concat_ws(', ',
	CASE WHEN (rules).k IS NOT NULL THEN pg_catalog.format('%s in each authority',
		places_internal.map_many((rules).k, level)) END,
	CASE WHEN (rules).k IS NULL THEN places_internal.levels_of(level) || ' ' ELSE 'each ' END || NULLIF(pg_catalog.concat_ws(' ',
		'of ' || CASE
			WHEN (rules).min_homes IS NULL THEN 'at most ' || places_internal.map_number(NULLIF((rules).max_homes, 'Infinity')) || ' homes'
			-- twice the target is what goes without saying
			WHEN (rules).max_homes IS NULL OR (rules).max_homes = 'Infinity' OR (rules).max_homes = 2 * (rules).target_homes
				THEN 'at least ' || places_internal.map_number((rules).min_homes) || ' homes'
			ELSE places_internal.map_number((rules).min_homes) || ' to ' || places_internal.map_number((rules).max_homes) || ' homes' END,
		'within ' || places_internal.map_distance((rules).max_radius)), ''),
	'no gap wider than ' || places_internal.map_distance((rules).max_gap),
	CASE (rules).remainder WHEN 'attach' THEN 'other homes with the nearest place' || COALESCE(' up to ' || places_internal.map_distance((rules).attach_within), '')
		WHEN 'group' THEN 'other homes as a group of each authority' END);

COMMENT ON FUNCTION places_internal.map_rules(places.ruleset, text) IS 'rules as a person says them: places of at least 450 homes within 3 km';

CREATE OR REPLACE FUNCTION places_internal.map_caption(day date, run bigint, rules places.ruleset, level text DEFAULT 'place')
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 100
RETURN pg_catalog.concat(pg_catalog.to_char(day, 'FMDD FMMonth YYYY'), ', run ' || run, ', method ' || (rules).method,
	': ' || NULLIF(places_internal.map_rules(rules, level), ''));

COMMENT ON FUNCTION places_internal.map_caption(date, bigint, places.ruleset, text) IS
	'the line under the title: a day, the run if there is one, method and rules';

CREATE OR REPLACE FUNCTION places_internal.map_total(kept_places bigint, kept_homes float8, homes float8, level text)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 100
RETURN pg_catalog.format('%s of %s homes%s in %s.',
	places_internal.map_number(kept_homes), places_internal.map_number(homes),
	COALESCE(' (' || pg_catalog.round((100 * kept_homes / NULLIF(homes, 0))::numeric, 1) || ' %)', ''),
	places_internal.map_many(kept_places, level));

COMMENT ON FUNCTION places_internal.map_total(bigint, float8, float8, text) IS
	'how many homes are in kept places, in a sentence';

CREATE OR REPLACE FUNCTION places_internal.map_notes(stock_rows bigint, located bigint, drawn bigint, far bigint)
RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
RETURN pg_catalog.array_remove(ARRAY[
	CASE WHEN drawn + far < located THEN pg_catalog.format(
		'Thinned: %s of %s homes are drawn, evenly from every place; all count in the figures.',
		places_internal.map_number(drawn), places_internal.map_number(located)) END,
	CASE WHEN far = 1 THEN '1 home lies far from the rest and is not shown.'
		WHEN far > 1 THEN places_internal.map_number(far) || ' homes lie far from the rest and are not shown.' END,
	CASE WHEN located < stock_rows THEN pg_catalog.format(
		'Not drawn for want of a usable location: %s of %s rows.',
		places_internal.map_number(stock_rows - located), places_internal.map_number(stock_rows)) END],
	NULL);

COMMENT ON FUNCTION places_internal.map_notes(bigint, bigint, bigint, bigint) IS
	'what the reader of a map must know: how many rows have a location, how many are drawn, and how many stand too far off';

-- map: the scene

-- The boundaries of places as places.boundary() draws them, around the homes that
-- a map shows: where it is thinned they take as long as for so many homes.
CREATE OR REPLACE FUNCTION places_internal.map_bounded(map_places places_internal.map_place[], geographic boolean)
RETURNS places_internal.map_place[] LANGUAGE sql STABLE PARALLEL SAFE COST 100000
BEGIN ATOMIC
	WITH listed AS MATERIALIZED (
		SELECT p.*, p.ordinality AS i FROM ROWS FROM (pg_catalog.unnest(map_places)) WITH ORDINALITY p),
	dot AS MATERIALIZED (
		SELECT d.geom, l.i AS owner FROM listed l CROSS JOIN LATERAL places_internal.st_dumppoints(l.kept_homes) d
		UNION ALL
		SELECT d.geom, NULL FROM listed l CROSS JOIN LATERAL places_internal.st_dumppoints(l.other_homes) d WHERE l.place IS NOT NULL),
	drawn AS MATERIALIZED (
		SELECT t.owner, t.boundary
		FROM (SELECT pg_catalog.array_agg(d.geom) AS points, pg_catalog.array_agg(d.owner) AS owners FROM dot d) h
		CROSS JOIN LATERAL places.territories(h.points, h.owners) t
		WHERE NOT geographic
		UNION ALL
		SELECT t.owner, t.boundary
		FROM (SELECT pg_catalog.array_agg(places_internal.geography(d.geom)) AS points, pg_catalog.array_agg(d.owner) AS owners FROM dot d WHERE geographic) h
		CROSS JOIN LATERAL places.territories(h.points, h.owners) t)
	SELECT pg_catalog.array_agg((l.authority, l.place, l.name, l.homes, l.beside, l.kept, l.reason, l.rank, l.density, l.radius,
			l.kept_homes, l.other_homes, d.boundary, l.colour, l.gap)::places_internal.map_place ORDER BY l.i)
	FROM listed l LEFT JOIN drawn d ON d.owner = l.i;
END;

COMMENT ON FUNCTION places_internal.map_bounded(places_internal.map_place[], boolean) IS
	'places of a map with the ground that each kept one holds as its outline';

-- Where there is a boundary it is the outline; a place without one, such as one
-- that is not kept, has a line around its homes.
CREATE OR REPLACE FUNCTION places_internal.map_outlined(boundary geometry, homes geometry, kept boolean, ground geometry)
RETURNS geometry LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000
RETURN CASE WHEN boundary IS NULL
	THEN places_internal.map_outline(CASE WHEN kept THEN homes ELSE places_internal.map_bulk(homes, 5000) END, CASE WHEN kept THEN 0.6 ELSE 1 END)
	ELSE places_internal.st_simplify(boundary, GREATEST(0.5, places_internal.map_size(ground) / 100000), true) END;

COMMENT ON FUNCTION places_internal.map_outlined(geometry, geometry, boolean, geometry) IS
	'the outline of a place: its boundary, to a hundred thousandth of the ground that is drawn, or a line around its homes';

-- Made from a row for each place, its homes and its boundary as they are in the stock.
CREATE OR REPLACE FUNCTION places_internal.map_scene(title text, caption text, stock_rows bigint, located bigint,
	map_places places_internal.map_place[], geographic boolean, background regclass, level text DEFAULT 'place')
RETURNS places_internal.map_scene LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000
BEGIN ATOMIC
	WITH listed AS (
		SELECT p.*, p.ordinality AS i
		FROM ROWS FROM (pg_catalog.unnest(map_places)) WITH ORDINALITY p
		WHERE COALESCE(p.kept_homes, p.other_homes) IS NOT NULL),
	projection AS MATERIALIZED (
		SELECT CASE WHEN geographic THEN (
			SELECT places_internal.map_projection(pg_catalog.array_agg(d.homes ORDER BY l.i, d.kept))
			FROM listed l CROSS JOIN LATERAL (VALUES (l.kept_homes, true), (l.other_homes, false)) d(homes, kept)) END AS words),
	flat AS MATERIALIZED (
		SELECT l.i, places_internal.map_plane(l.kept_homes, p.words) AS kept_homes,
			places_internal.map_plane(l.other_homes, p.words) AS other_homes,
			places_internal.map_plane(l.outline, p.words) AS boundary
		FROM listed l CROSS JOIN projection p),
	ground AS MATERIALIZED (
		SELECT places_internal.map_ground(pg_catalog.array_agg(f.kept_homes ORDER BY f.i), pg_catalog.array_agg(f.other_homes ORDER BY f.i)) AS box FROM flat f),
	near AS MATERIALIZED (
		SELECT f.i, f.kept_homes, places_internal.map_inside(f.other_homes, g.box) AS other_homes, f.boundary, g.box AS ground,
			places_internal.st_npoints(f.other_homes) AS others
		FROM flat f CROSS JOIN ground g),
	drawn AS (
		SELECT pg_catalog.sum(COALESCE(places_internal.st_npoints(n.kept_homes), 0) + COALESCE(places_internal.st_npoints(n.other_homes), 0)) AS homes,
			pg_catalog.sum(n.others - COALESCE(places_internal.st_npoints(n.other_homes), 0)) AS far
		FROM near n),
	outlined AS MATERIALIZED (
		SELECT l.i, places_internal.map_outlined(n.boundary, COALESCE(n.kept_homes, n.other_homes), l.kept, n.ground) AS line
		FROM listed l JOIN near n USING (i)
		WHERE l.place IS NOT NULL),
	coloured AS (
		SELECT c.i, c.colour
		FROM (SELECT pg_catalog.array_agg(o.i ORDER BY o.i) AS places,
				places_internal.map_colours(pg_catalog.array_agg(o.line ORDER BY o.i), pg_catalog.cardinality(places_internal.map_palette(false))) AS colours
			FROM outlined o WHERE o.line IS NOT NULL) g
		CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(g.places), pg_catalog.unnest(g.colours)) c(i, colour)),
	finished AS (
		SELECT pg_catalog.array_agg((l.authority, l.place, COALESCE(l.name, places_internal.map_name(l.authority, l.place)),
				l.homes, l.beside, l.kept, l.reason, l.rank, l.density, l.radius,
				n.kept_homes, n.other_homes, o.line, CASE WHEN l.place IS NOT NULL THEN COALESCE(c.colour, 0) END, l.gap)::places_internal.map_place
			ORDER BY l.i) AS places
		FROM listed l
		JOIN near n USING (i)
		LEFT JOIN outlined o USING (i)
		LEFT JOIN coloured c USING (i)),
	border AS (
		SELECT l.authority, places_internal.map_outline(places_internal.map_bulk(
				places_internal.st_collect(pg_catalog.array_agg(d.homes ORDER BY l.i, d.kept)), 5000), 1) AS line
		FROM listed l
		JOIN near n USING (i)
		CROSS JOIN LATERAL (VALUES (n.kept_homes, true), (n.other_homes, false)) d(homes, kept)
		WHERE l.authority IS NOT NULL
		GROUP BY l.authority),
	total AS (
		SELECT GROUPING(p.authority) = 1 AS whole, p.authority, places_internal.map_total(pg_catalog.count(*) FILTER (WHERE p.kept),
			COALESCE(pg_catalog.sum(p.homes ORDER BY p.ordinality) FILTER (WHERE p.kept), 0),
			COALESCE(pg_catalog.sum(p.homes + COALESCE(p.beside, 0) ORDER BY p.ordinality), 0), level) AS words
		FROM ROWS FROM (pg_catalog.unnest(map_places)) WITH ORDINALITY p
		GROUP BY GROUPING SETS ((), (p.authority))),
	borders AS (
		SELECT pg_catalog.array_agg(b.authority ORDER BY b.authority COLLATE "C") AS authorities,
			pg_catalog.array_agg(b.line ORDER BY b.authority COLLATE "C") AS lines,
			pg_catalog.array_agg(t.words ORDER BY b.authority COLLATE "C") AS totals
		FROM border b JOIN total t ON t.authority = b.authority),
	-- without an authority, all that there is
	frame AS (
		SELECT places_internal.st_envelope(places_internal.st_collect(COALESCE(
			(SELECT pg_catalog.array_agg(s.line) FROM (
				SELECT b.line FROM border b UNION ALL
				SELECT o.line FROM outlined o JOIN listed l USING (i) WHERE l.kept) s WHERE s.line IS NOT NULL),
			(SELECT ARRAY[places_internal.map_outline(places_internal.st_collect(pg_catalog.array_agg(n.other_homes ORDER BY n.i)), 1)] FROM near n)))) AS box),
	-- the name of an authority stands there already
	behind AS (
		SELECT w.shapes, (SELECT pg_catalog.array_agg(CASE WHEN v.name = ANY (b.authorities) THEN NULL ELSE v.name END ORDER BY v.nr)
			FROM ROWS FROM (pg_catalog.unnest(w.names)) WITH ORDINALITY v(name, nr)) AS names
		FROM ground g CROSS JOIN projection p CROSS JOIN borders b
		CROSS JOIN LATERAL places_internal.map_background(background, g.box, p.words,
			(SELECT pg_catalog.max(places_internal.srid_of(COALESCE(l.kept_homes, l.other_homes))) FROM listed l)) w)
	SELECT (title, (SELECT t.words FROM total t WHERE t.whole),
		places_internal.map_notes(stock_rows, located, COALESCE(d.homes, 0), COALESCE(d.far, 0)),
		b.authorities, b.lines, f.places, e.box, caption, b.totals, w.shapes, w.names, g.box, p.words, level, NULL, NULL)::places_internal.map_scene
	FROM finished f CROSS JOIN borders b CROSS JOIN frame e CROSS JOIN drawn d CROSS JOIN behind w CROSS JOIN ground g CROSS JOIN projection p;
END;

COMMENT ON FUNCTION places_internal.map_scene(text, text, bigint, bigint, places_internal.map_place[], boolean, regclass, text) IS
	'all that a map shows, from places with their homes in metres or, if geographic, in degrees';

CREATE OR REPLACE FUNCTION places_internal.map_homes(map_places places_internal.map_place[])
RETURNS TABLE (authority text, homes float8) LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 100 ROWS 100
BEGIN ATOMIC
	SELECT p.authority, pg_catalog.sum(p.homes ORDER BY p.ordinality)
	FROM ROWS FROM (pg_catalog.unnest(map_places)) WITH ORDINALITY p
	GROUP BY p.authority;
END;

COMMENT ON FUNCTION places_internal.map_homes(places_internal.map_place[]) IS 'how many homes there are in places of each authority';

-- map: the page

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

CREATE OR REPLACE FUNCTION places_internal.map_box(line geometry, frame geometry)
RETURNS json LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 100
BEGIN ATOMIC
	SELECT pg_catalog.json_build_array(
		places_internal.map_spot(places_internal.point_at(places_internal.st_xmin(line), places_internal.st_ymax(line), 0), frame),
		places_internal.map_spot(places_internal.point_at(places_internal.st_xmax(line), places_internal.st_ymin(line), 0), frame));
END;

COMMENT ON FUNCTION places_internal.map_box(geometry, geometry) IS 'the box of a line: its upper left and lower right corners';

CREATE OR REPLACE FUNCTION places_internal.map_place_json(p places_internal.map_place, frame geometry)
RETURNS json LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000
RETURN pg_catalog.json_build_object(
	'authority', (p).authority,
	'number', (p).place,
	'name', (p).name,
	'homes', (p).homes,
	'beside', (p).beside,
	'kept', (p).kept,
	'reason', (p).reason,
	'rank', (p).rank,
	'density', pg_catalog.round((p).density::numeric, 3),
	'radius', pg_catalog.round((p).radius::numeric, 3),
	'gap', pg_catalog.round((p).gap::numeric, 3),
	'colour', (p).colour,
	'centre', places_internal.map_spot(places_internal.st_pointonsurface((p).outline), frame),
	'outline', places_internal.map_path((p).outline, frame),
	'keptDots', places_internal.map_packed((p).kept_homes, frame),
	'otherDots', places_internal.map_packed((p).other_homes, frame));

COMMENT ON FUNCTION places_internal.map_place_json(places_internal.map_place, geometry) IS 'a place as the page reads it';

CREATE OR REPLACE FUNCTION places_internal.map_json(scene places_internal.map_scene)
RETURNS json LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000
BEGIN ATOMIC
	SELECT pg_catalog.json_build_object(
		'title', (scene).title,
		'caption', (scene).caption,
		'summary', (scene).summary,
		'notes', (scene).notes,
		'palette', pg_catalog.json_build_object('light', places_internal.map_palette(false), 'dark', places_internal.map_palette(true)),
		'frame', pg_catalog.json_build_array(
			-half.width, -half.height, half.width, half.height),
		'background', (
			SELECT COALESCE(pg_catalog.json_agg(pg_catalog.json_build_object(
				'name', g.name,
				'path', places_internal.map_path(g.shape, (scene).frame),
				'centre', CASE WHEN g.name IS NOT NULL THEN places_internal.map_spot(places_internal.st_pointonsurface(g.shape), (scene).frame) END) ORDER BY g.n), '[]')
			FROM ROWS FROM (pg_catalog.unnest((scene).background), pg_catalog.unnest((scene).background_names)) WITH ORDINALITY g(shape, name, n)),
		'authorities', (
			SELECT COALESCE(pg_catalog.json_agg(pg_catalog.json_build_object(
				'name', a.name,
				'border', places_internal.map_path(a.line, (scene).frame),
				'top', places_internal.map_spot(places_internal.map_top(a.line), (scene).frame),
				'box', places_internal.map_box(a.line, (scene).frame),
				'total', a.total,
				'homes', h.homes) ORDER BY a.n), '[]')
			FROM ROWS FROM (pg_catalog.unnest((scene).authorities), pg_catalog.unnest((scene).borders), pg_catalog.unnest((scene).totals)) WITH ORDINALITY a(name, line, total, n)
			JOIN places_internal.map_homes((scene).places) h ON h.authority = a.name),
		'places', (
			SELECT COALESCE(pg_catalog.json_agg(places_internal.map_place_json(o.p, (scene).frame) ORDER BY o.nr), '[]')
			FROM (SELECT p, pg_catalog.row_number() OVER () AS nr FROM pg_catalog.unnest((scene).places) p) o))
	FROM (SELECT
		COALESCE(pg_catalog.round((5 * (places_internal.st_xmax((scene).frame) - places_internal.st_xmin((scene).frame)))::numeric), 0) AS width,
		COALESCE(pg_catalog.round((5 * (places_internal.st_ymax((scene).frame) - places_internal.st_ymin((scene).frame)))::numeric), 0) AS height) half;
END;

COMMENT ON FUNCTION places_internal.map_json(places_internal.map_scene) IS 'a scene as the page reads it';

-- The homes of all levels are those of the scene's places: a run of them, in the order
-- in which the page has them, is told where it belongs on the others.
CREATE OR REPLACE FUNCTION places_internal.map_levels_json(scene places_internal.map_scene)
RETURNS json LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000
BEGIN ATOMIC
	SELECT pg_catalog.json_build_object(
		'level', (scene).level,
		'others', (
			SELECT COALESCE(pg_catalog.json_agg(pg_catalog.json_build_object(
				'level', l.level,
				'caption', l.caption,
				'summary', l.summary,
				'totals', (SELECT pg_catalog.json_object(l.authorities, l.totals)),
				'places', (SELECT pg_catalog.json_agg(places_internal.map_place_json(o.p, (scene).frame) ORDER BY o.nr)
					FROM (SELECT p, pg_catalog.row_number() OVER () AS nr FROM pg_catalog.unnest(l.places) p) o)) ORDER BY l.ordinality), '[]')
			FROM ROWS FROM (pg_catalog.unnest((scene).levels)) WITH ORDINALITY l),
		'runs', (scene).runs);
END;

COMMENT ON FUNCTION places_internal.map_levels_json(places_internal.map_scene) IS 'the level of a scene and the others that its page can show, as the page reads them';

CREATE OR REPLACE FUNCTION places_internal.map_script(data json)
RETURNS text AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;

COMMENT ON FUNCTION places_internal.map_script(json) IS
	'JSON for a script of a page: in ASCII, and without <, so that no name ends the script';

CREATE OR REPLACE FUNCTION places_internal.map_page(scene places_internal.map_scene, assets json)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000
RETURN pg_catalog.concat(
	places_internal.map_template(1), places_internal.map_markup((scene).title),
	places_internal.map_template(2), places_internal.map_script(places_internal.map_json(scene)),
	places_internal.map_template(3), places_internal.map_script(places_internal.map_levels_json(scene)),
	places_internal.map_template(4), places_internal.map_script(COALESCE(assets, '{"categories": [], "notes": []}')),
	places_internal.map_template(5));

COMMENT ON FUNCTION places_internal.map_page(places_internal.map_scene, json) IS 'a scene, and what map_assets() has for it, as a self-contained HTML page';
