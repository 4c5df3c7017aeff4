
-- the still picture of a map, 1,000 units wide: title, map, and the kept places
-- in three columns under it; the map has room for a label above

CREATE OR REPLACE FUNCTION places_internal.picture_height(frame geometry)
RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
RETURN LEAST(1000, GREATEST(300, COALESCE(
	952 * (places_internal.st_ymax(frame) - places_internal.st_ymin(frame)) / NULLIF(places_internal.st_xmax(frame) - places_internal.st_xmin(frame), 0), 300)))::int;

COMMENT ON FUNCTION places_internal.picture_height(geometry) IS
	'height of the map in the picture, for a frame to fill its width if that is not too high';

CREATE OR REPLACE FUNCTION places_internal.picture_scale(frame geometry)
RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
RETURN 0.96 * LEAST(
	952 / GREATEST(places_internal.st_xmax(frame) - places_internal.st_xmin(frame), 10),
	(places_internal.picture_height(frame) - 20) / GREATEST(places_internal.st_ymax(frame) - places_internal.st_ymin(frame), 10));

COMMENT ON FUNCTION places_internal.picture_scale(geometry) IS 'units of the picture a metre';

CREATE OR REPLACE FUNCTION places_internal.picture_plane(thing geometry, frame geometry)
RETURNS geometry LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 100
RETURN places_internal.st_transscale(thing, -places_internal.st_x(places_internal.st_centroid(frame)), -places_internal.st_y(places_internal.st_centroid(frame)),
	places_internal.picture_scale(frame), places_internal.picture_scale(frame));

COMMENT ON FUNCTION places_internal.picture_plane(geometry, geometry) IS
	'a thing of the scene in units of the picture, from the middle of its map, y upwards';

-- A dot is a line of no length with round ends: all dots of one colour are a
-- single path.  Those that would print as one are drawn once.
CREATE OR REPLACE FUNCTION places_internal.picture_dots(homes geometry[], frame geometry, colour text)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000
BEGIN ATOMIC
	SELECT pg_catalog.format('<path stroke="%s" d="%s"/>', colour,
		pg_catalog.string_agg(pg_catalog.format('M%s %sh0', d.x, d.y), '' ORDER BY d.x, d.y))
	FROM (SELECT DISTINCT pg_catalog.trim_scale(pg_catalog.round(places_internal.st_x(p.geom)::numeric * 4) / 4) AS x,
			pg_catalog.trim_scale(pg_catalog.round(-places_internal.st_y(p.geom)::numeric * 4) / 4) AS y
		FROM places_internal.st_dumppoints(places_internal.picture_plane(places_internal.st_collect(homes), frame)) p
		WHERE pg_catalog.abs(places_internal.st_x(p.geom)) < 1000 AND pg_catalog.abs(places_internal.st_y(p.geom)) < 1000) d
	HAVING pg_catalog.count(*) > 0;
END;

COMMENT ON FUNCTION places_internal.picture_dots(geometry[], geometry, text) IS
	'homes as an SVG path of dots, to a quarter of a unit';

CREATE OR REPLACE FUNCTION places_internal.picture_line(line geometry, frame geometry, style text)
RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000
RETURN pg_catalog.format('<path %s d="%s"/>', style,
	places_internal.st_assvg(places_internal.st_simplify(places_internal.picture_plane(line, frame), 0.2, true), 1, 1));

COMMENT ON FUNCTION places_internal.picture_line(geometry, geometry, text) IS 'a line of the scene as an SVG path, to a fifth of a unit';

CREATE OR REPLACE FUNCTION places_internal.picture_markup(markup text, x float8, y float8, style text)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
RETURN pg_catalog.format('<text x="%s" y="%s"%s>%s</text>',
	pg_catalog.round(x::numeric, 1), pg_catalog.round(y::numeric, 1), style, markup);

COMMENT ON FUNCTION places_internal.picture_markup(text, float8, float8, text) IS 'words at a point of the picture, in the escapes of SVG';

CREATE OR REPLACE FUNCTION places_internal.picture_label(words text, x float8, y float8, style text)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
RETURN places_internal.picture_markup(places_internal.map_markup(words), x, y, style);

COMMENT ON FUNCTION places_internal.picture_label(text, float8, float8, text) IS 'words at a point of the picture';

CREATE OR REPLACE FUNCTION places_internal.picture_wanted_labels(scene places_internal.map_scene)
RETURNS TABLE (words text, x float8, y float8, style text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000 ROWS 100
BEGIN ATOMIC
	SELECT l.words, places_internal.st_x(l.spot), -places_internal.st_y(l.spot) + l.down, l.style
	FROM (
		SELECT 1 AS turn, a.name AS words, ' class="authority"' AS style, -4 AS down,
			places_internal.picture_plane(places_internal.map_top(a.line), (scene).frame) AS spot,
			h.homes, a.n
		FROM ROWS FROM (pg_catalog.unnest((scene).authorities), pg_catalog.unnest((scene).borders)) WITH ORDINALITY a(name, line, n)
		JOIN places_internal.map_homes((scene).places) h ON h.authority = a.name
		UNION ALL
		SELECT 2, p.place::text, '', 4,
			places_internal.picture_plane(places_internal.st_pointonsurface(p.outline), (scene).frame), p.homes, p.ordinality
		FROM ROWS FROM (pg_catalog.unnest((scene).places)) WITH ORDINALITY p
		WHERE p.kept
		UNION ALL
		SELECT 3, g.name, ' class="name"', 4,
			places_internal.picture_plane(places_internal.st_pointonsurface(g.shape), (scene).frame), places_internal.st_area(g.shape), g.n
		FROM ROWS FROM (pg_catalog.unnest((scene).background), pg_catalog.unnest((scene).background_names)) WITH ORDINALITY g(shape, name, n)
		WHERE g.name IS NOT NULL) l
	WHERE l.spot IS NOT NULL
	ORDER BY l.turn, l.homes DESC NULLS LAST, l.n;
END;

COMMENT ON FUNCTION places_internal.picture_wanted_labels(places_internal.map_scene) IS
	'the labels of the picture, where they would stand, the more important first';

-- No label covers another: first come the authorities, then the places, each by
-- their homes; those that find no room go without.
CREATE OR REPLACE FUNCTION places_internal.picture_labels(scene places_internal.map_scene)
RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 100000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	label record;
	area box;
	taken box[] := '{}';
	labels text := '';
BEGIN
	FOR label IN SELECT * FROM places_internal.picture_wanted_labels(scene) LOOP
		area := box(point(label.x - 3.4 * pg_catalog.length(label.words), label.y - 11),
			point(label.x + 3.4 * pg_catalog.length(label.words), label.y + 3));
		IF NOT EXISTS (SELECT FROM pg_catalog.unnest(taken) t WHERE t && area) THEN
			taken := taken || area;
			labels := labels || places_internal.picture_label(label.words, label.x, label.y, label.style);
		END IF;
	END LOOP;
	RETURN labels;
END
$$;

COMMENT ON FUNCTION places_internal.picture_labels(places_internal.map_scene) IS
	'the names of authorities and the numbers of kept places on the map of the picture';

CREATE OR REPLACE FUNCTION places_internal.picture_heading(x float8, level text)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
RETURN pg_catalog.concat(
	places_internal.picture_label('no.', x + 30, -18, ' class="note number"'),
	places_internal.picture_label(level, x + 52, -18, ' class="note"'),
	places_internal.picture_label('homes', x + 236, -18, ' class="note number"'),
	places_internal.picture_markup('per km&#178;', x + 290, -18, ' class="note number"'));

COMMENT ON FUNCTION places_internal.picture_heading(float8, text) IS 'the words above a column of the legend';

-- The legend stops at 150 places, a page of them; a last line counts the rest.
CREATE OR REPLACE FUNCTION places_internal.picture_legend(map_places places_internal.map_place[], level text)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000
BEGIN ATOMIC
	WITH kept AS (
		SELECT p.*, pg_catalog.row_number() OVER (ORDER BY p.rank, p.ordinality) - 1 AS n, pg_catalog.count(*) OVER () AS of
		FROM ROWS FROM (pg_catalog.unnest(map_places)) WITH ORDINALITY p
		WHERE p.kept),
	spot AS (
		SELECT k.*, 24 + 322 * (k.n / c.rows) AS x, 17 * (k.n % c.rows) AS y
		FROM kept k CROSS JOIN LATERAL (SELECT (LEAST(k.of, 150) + 2) / 3) c(rows)
		WHERE k.n < 150)
	SELECT pg_catalog.string_agg(pg_catalog.concat(
			CASE WHEN s.y = 0 THEN places_internal.picture_heading(s.x, level) END,
			places_internal.picture_label(s.place::text, s.x + 30, s.y, ' class="number"'),
			pg_catalog.format('<circle cx="%s" cy="%s" r="4.5" fill="%s"/>', s.x + 41, s.y - 4,
				(places_internal.map_palette(false))[s.colour + 1]),
			places_internal.picture_markup(CASE WHEN pg_catalog.length(s.name) > 23
				THEN places_internal.map_markup(pg_catalog.left(s.name, 22)) || '&#8230;'
				ELSE places_internal.map_markup(s.name) END, s.x + 52, s.y, ''),
			places_internal.picture_label(places_internal.map_number(s.homes), s.x + 236, s.y, ' class="number"'),
			places_internal.picture_markup(COALESCE(places_internal.map_number(s.density), '&#8211;'), s.x + 290, s.y, ' class="number"')),
			E'\n' ORDER BY s.n)
	FROM spot s;
END;

COMMENT ON FUNCTION places_internal.picture_legend(places_internal.map_place[], text) IS
	'the kept places, the densest first, in three columns: number, colour, name, homes and density';

CREATE OR REPLACE FUNCTION places_internal.picture_notes(scene places_internal.map_scene)
RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 100
BEGIN ATOMIC
	SELECT ARRAY[pg_catalog.concat(pg_catalog.format('The list begins with the densest %s. Grey: homes outside %s. Dashed: around the homes of an authority.',
				(scene).level, places_internal.levels_of((scene).level)),
			(SELECT pg_catalog.string_agg(CASE l.level WHEN 'locality' THEN ' Thick: around a locality.' ELSE ' Thin: around a patch.' END, '' ORDER BY l.level)
				FROM pg_catalog.unnest((scene).levels) l))]
		|| CASE WHEN pg_catalog.count(*) > 150 THEN ARRAY[pg_catalog.format(
			'The list ends after 150 of %s.', places_internal.map_many(pg_catalog.count(*), (scene).level))] END
		|| (scene).notes
	FROM pg_catalog.unnest((scene).places) p
	WHERE p.kept;
END;

COMMENT ON FUNCTION places_internal.picture_notes(places_internal.map_scene) IS 'the lines at the foot of the picture';

CREATE OR REPLACE FUNCTION places_internal.picture_scale_bar(frame geometry, y float8)
RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 100
BEGIN ATOMIC
	SELECT pg_catalog.format('<path fill="none" stroke="#1b2230" stroke-width="1.5" d="M24.5 %1$sv5h%2$sv-5"/>', y,
			pg_catalog.round((b.metres * places_internal.picture_scale(frame))::numeric, 1))
		|| places_internal.picture_label(places_internal.map_distance(b.metres),
			34 + b.metres * places_internal.picture_scale(frame), y + 6, ' class="note"')
	FROM (SELECT pg_catalog.max(n.step * 10 ^ e.power) AS metres
		FROM (VALUES (1), (2), (5)) n(step), pg_catalog.generate_series(-1, 7) e(power)
		WHERE n.step * 10 ^ e.power * places_internal.picture_scale(frame) <= 140) b;
END;

COMMENT ON FUNCTION places_internal.picture_scale_bar(geometry, float8) IS 'a bar of a round length under the map of the picture';

CREATE OR REPLACE FUNCTION places_internal.picture_level(scene places_internal.map_scene, level text, style text)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000
BEGIN ATOMIC
	SELECT pg_catalog.string_agg(places_internal.picture_line(p.outline, (scene).frame, style), E'\n' ORDER BY p.ordinality)
	FROM pg_catalog.unnest((scene).levels) l
	CROSS JOIN ROWS FROM (pg_catalog.unnest(l.places)) WITH ORDINALITY p
	WHERE l.level = picture_level.level AND p.kept AND p.place IS NOT NULL;
END;

COMMENT ON FUNCTION places_internal.picture_level(places_internal.map_scene, text, text) IS
	'the outlines of another level of a scene, in a style';

CREATE OR REPLACE FUNCTION places_internal.map_picture(scene places_internal.map_scene)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 100000
BEGIN ATOMIC
	WITH size AS (
		SELECT h.map, h.map + 160 AS legend, h.map + 156 + 17 * h.rows AS foot,
			h.map + 168 + 17 * h.rows + 16 * pg_catalog.cardinality(places_internal.picture_notes(scene)) AS height
		FROM (SELECT places_internal.picture_height((scene).frame) AS map,
				(SELECT (LEAST(pg_catalog.count(*), 150) + 2) / 3 FROM pg_catalog.unnest((scene).places) p WHERE p.kept) AS rows) h)
	SELECT pg_catalog.concat_ws(E'\n',
		pg_catalog.format('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 %1$s" width="1000" height="%1$s" role="img" aria-labelledby="map-title map-summary">', s.height),
		pg_catalog.format('<title id="map-title">%s</title>', places_internal.map_markup((scene).title)),
		pg_catalog.format('<desc id="map-summary">%s</desc>', places_internal.map_markup(pg_catalog.concat_ws(' ', (scene).summary, (scene).caption))),
		'<style>text { font: 12px system-ui, "DejaVu Sans", Arial, sans-serif; fill: #1b2230 }'
			|| ' .title { font-size: 21px; font-weight: 700 } .summary { font-size: 13.5px; fill: #5b6475 }'
			|| ' .map text { text-anchor: middle; font-weight: 700; paint-order: stroke; stroke: #fff; stroke-width: 3px; stroke-linejoin: round }'
			|| ' .map .authority { font-weight: 400; font-style: italic; fill: #5b6475 }'
			|| ' .ground { fill: #f3f2ec; fill-rule: evenodd; stroke: #cfccc0; stroke-width: .8px } .map .name { font-size: 11px; font-weight: 400; fill: #7a7666 }'
			|| ' .number { text-anchor: end } .note { font-size: 11px; fill: #5b6475 }'
			|| ' .dots { fill: none; stroke-width: 2.2px; stroke-linecap: round }</style>',
		pg_catalog.format('<rect width="1000" height="%s" fill="#fff"/>', s.height),
		places_internal.picture_label((scene).title, 24, 38, ' class="title"'),
		places_internal.picture_label((scene).summary, 24, 61, ' class="summary"'),
		places_internal.picture_label((scene).caption, 24, 79, ' class="note"'),
		pg_catalog.format('<svg class="map" x="24" y="92" width="952" height="%1$s" viewBox="-476 %2$s 952 %1$s">', s.map, -s.map / 2 - 10),
		(SELECT pg_catalog.string_agg(places_internal.picture_line(g.shape, (scene).frame, 'class="ground"'), E'\n' ORDER BY g.n)
			FROM ROWS FROM (pg_catalog.unnest((scene).background)) WITH ORDINALITY g(shape, n)),
		(SELECT pg_catalog.string_agg(places_internal.picture_line(b.line, (scene).frame,
				'fill="none" stroke="#8b95a6" stroke-dasharray="4 3"'), E'\n' ORDER BY b.n)
			FROM ROWS FROM (pg_catalog.unnest((scene).borders)) WITH ORDINALITY b(line, n)),
		places_internal.picture_level(scene, 'locality', 'fill="none" stroke="#8b95a6" stroke-opacity=".55" stroke-width="4" stroke-linejoin="round"'),
		(SELECT pg_catalog.string_agg(places_internal.picture_line(p.outline, (scene).frame,
				pg_catalog.format('fill="%1$s" fill-opacity=".16" fill-rule="evenodd" stroke="%1$s"', (places_internal.map_palette(false))[p.colour + 1])),
				E'\n' ORDER BY p.ordinality)
			FROM ROWS FROM (pg_catalog.unnest((scene).places)) WITH ORDINALITY p
			WHERE p.kept),
		places_internal.picture_level(scene, 'patch', 'fill="none" stroke="#1b2230" stroke-opacity=".55" stroke-width=".5"'),
		'<g class="dots">',
		(SELECT places_internal.picture_dots(pg_catalog.array_agg(p.other_homes ORDER BY p.ordinality), (scene).frame, '#a4abb6')
			FROM ROWS FROM (pg_catalog.unnest((scene).places)) WITH ORDINALITY p),
		(SELECT pg_catalog.string_agg(c.dots, E'\n' ORDER BY c.colour)
			FROM (SELECT p.colour, places_internal.picture_dots(pg_catalog.array_agg(p.kept_homes ORDER BY p.ordinality), (scene).frame,
					(places_internal.map_palette(false))[p.colour + 1]) AS dots
				FROM ROWS FROM (pg_catalog.unnest((scene).places)) WITH ORDINALITY p
				WHERE p.kept GROUP BY p.colour) c),
		'</g>',
		places_internal.picture_labels(scene),
		'</svg>',
		places_internal.picture_scale_bar((scene).frame, s.map + 96),
		pg_catalog.format('<g transform="translate(0 %s)">', s.legend),
		places_internal.picture_legend((scene).places, (scene).level),
		'</g>',
		(SELECT pg_catalog.string_agg(places_internal.picture_label(n.words, 24, s.foot + 16 * n.i, ' class="note"'), E'\n' ORDER BY n.i)
			FROM ROWS FROM (pg_catalog.unnest(places_internal.picture_notes(scene))) WITH ORDINALITY n(words, i)),
		'</svg>')
	FROM size s;
END;

COMMENT ON FUNCTION places_internal.map_picture(places_internal.map_scene) IS 'a scene as a still picture, in SVG';
