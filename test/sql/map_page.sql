-- map() and map_svg(): what is in them, in any order of rows, and their complaints
SET client_min_messages = warning;
\set SHOW_CONTEXT never

-- two towns that make a place each, a village that does not, in one authority with
-- every character that markup minds; and homes without a place
CREATE TABLE mapped AS
SELECT i AS uprn, E'a <b>&"\'</script>]]>\u0001 {{data}}' AS la,
	ST_SetSRID(ST_MakePoint(CASE WHEN i <= 30 THEN 0 WHEN i <= 60 THEN 9000 ELSE 5000 END + i * 37 % 300, i * 73 % 400), 27700) AS geom
FROM generate_series(1, 65) i
UNION ALL VALUES (66, NULL, 'SRID=27700;POINT(100 100)'::geometry), (67, 'B', NULL), (68, 'B', 'SRID=27700;POINT EMPTY'), (69, 'C', 'SRID=27700;POINT(700 700)');
CREATE FUNCTION page(stock regclass, more text DEFAULT '') RETURNS text LANGUAGE plpgsql AS $$
DECLARE p text; BEGIN
	EXECUTE format('SELECT places.map(%L, ''uprn'', ''la'', ''geom'', places.rules(target_homes => 25, max_radius => 500)%s)', stock, more) INTO p;
	RETURN p;
END $$;
CREATE FUNCTION picture(stock regclass, more text DEFAULT '') RETURNS text LANGUAGE plpgsql AS $$
DECLARE p text; BEGIN
	EXECUTE format('SELECT places.map_svg(%L, ''uprn'', ''la'', ''geom'', places.rules(target_homes => 25, max_radius => 500)%s)', stock, more) INTO p;
	RETURN p;
END $$;
-- what the page hands its script
CREATE FUNCTION data(page text) RETURNS jsonb LANGUAGE sql AS $$ SELECT (regexp_match(page, '<script type="application/json" id="data">(.*?)</script>'))[1]::jsonb $$;

SELECT p ->> 'authority' AS authority, p -> 'number' AS number, p -> 'homes' AS homes, p -> 'beside' AS beside, p -> 'kept' AS kept, p ->> 'reason' AS reason, p -> 'rank' AS rank,
	p -> 'colour' AS colour, p ->> 'keptDots' <> '' AS kept_dots, p ->> 'otherDots' <> '' AS other_dots, p ->> 'outline' ~ '^M' AS outline
FROM jsonb_array_elements(data(page('mapped')) -> 'places') WITH ORDINALITY e(p, i) ORDER BY i;
SELECT a ->> 'name' AS name, a -> 'homes' AS homes, a ->> 'border' ~ '^M' AS border
FROM jsonb_array_elements(data(page('mapped')) -> 'authorities') WITH ORDINALITY e(a, i) ORDER BY i;
SELECT data(p) ->> 'title' AS title, data(p) ->> 'summary' AS summary, data(p) -> 'notes' AS notes FROM page('mapped') p;
-- the day of a map of a stock is today
SELECT data(p) ->> 'caption' = to_char(CURRENT_DATE, 'FMDD FMMonth YYYY') || ', method coverage: places of at least 25 homes within 500 m' AS caption FROM page('mapped') p;
SELECT r, places_internal.map_caption('2026-02-03', 7, r) AS caption FROM (VALUES (places.rules()), (places.rules('kmeans')), (places.rules('balanced')), (places.rules('balanced', k => 4)),
	(places.rules(max_homes => 600, max_radius => 2750, max_gap => 800, remainder => 'attach', attach_within => 5000)), (places.rules(target_homes => 1000, max_homes => 'Infinity', remainder => 'group'))) v(r);

-- markup in names and titles stays text; nothing is fetched; no ids
SELECT length(p) - length(replace(p, '</script>', '')) = 4 * length('</script>') AS four_scripts,
	p ~ '<title>&lt;i&gt;&amp;&quot;&#39;</title>' AS title, data(p) ->> 'title' AS data_title,
	p ~ 'src=|href="[^#]|url\(|@import|fetch\(|XMLHttp' AS fetches
FROM page('mapped', $$, title => '<i>&"'''$$) p;
SELECT xml_is_well_formed_document(p) AS well_formed, p ~ '<title id="map-title">&lt;i&gt;&amp;&quot;&#39;</title>' AS title, p ~ '<b>|</script>' AS markup
FROM picture('mapped', $$, title => '<i>&"'''$$) p;
CREATE TABLE told AS SELECT 987654300 + uprn AS uprn, la, geom FROM mapped;
SELECT page('told') ~ '9876543' AS ids_in_page, picture('told') ~ '9876543' AS ids_in_picture;

-- the same in any order of rows; weights count, dots do not
CREATE TABLE shuffled AS SELECT * FROM mapped ORDER BY md5(uprn::text);
SELECT count(DISTINCT page(t, $$, title => 'x'$$)) AS pages, count(DISTINCT picture(t, $$, title => 'x'$$)) AS pictures FROM (VALUES ('mapped'::regclass), ('shuffled'), ('told')) x(t);
CREATE VIEW weighted AS SELECT *, 10 AS w FROM mapped;
SELECT data(places.map('weighted', 'uprn', 'la', 'geom', places.rules(target_homes => 250, max_radius => 500), 'w')) ->> 'summary' AS weighted;

-- degrees: the same places, and dots at the same distances
CREATE VIEW by_degrees AS SELECT uprn, la, ST_Transform(ST_Translate(geom, 400000, 300000), 4326)::geography AS geom FROM mapped;
SELECT (SELECT array_agg(p - '{radius,gap,density,outline,centre,keptDots,otherDots}'::text[] ORDER BY i) FROM jsonb_array_elements(data(page('mapped')) -> 'places') WITH ORDINALITY e(p, i))
	= (SELECT array_agg(p - '{radius,gap,density,outline,centre,keptDots,otherDots}'::text[] ORDER BY i) FROM jsonb_array_elements(data(page('by_degrees')) -> 'places') WITH ORDINALITY e(p, i)) AS same_places;
CREATE FUNCTION dots(page text) RETURNS geometry LANGUAGE sql AS $$
	SELECT ST_Collect(ST_GeomFromTWKB(decode(d, 'base64')) ORDER BY i, d) FROM jsonb_array_elements(data(page) -> 'places') WITH ORDINALITY e(p, i), LATERAL (VALUES (p ->> 'keptDots'), (p ->> 'otherDots')) v(d) WHERE d IS NOT NULL $$;
SELECT ST_NPoints(dots(page('mapped'))) AS dots, ST_NPoints(dots(page('by_degrees'))) AS by_degrees,
	abs(ST_Length(m) / ST_Length(l) - 1) < 0.001 AS same_lengths
FROM (SELECT ST_BoundingDiagonal(dots(page('mapped'))) AS l, ST_BoundingDiagonal(dots(page('by_degrees'))) AS m) x;

-- thinned on request, by the same share everywhere, and said so
SELECT ST_NPoints(dots(p)) AS dots, data(p) ->> 'summary' AS summary, data(p) -> 'notes' -> 0 AS note FROM page('mapped', ', max_dots => 20') p;

-- neighbours differ in colour
WITH p AS MATERIALIZED (SELECT array_agg(ST_MakePoint(i * 7919 % 1009 * 1000, i * 104729 % 997 * 1000) ORDER BY i) AS centres FROM generate_series(1, 200) i),
	q AS MATERIALIZED (SELECT places_internal.map_colours(centres, 6) AS c FROM p)
SELECT count(*) > 500 AS pairs, count(*) FILTER (WHERE c[n.a] = c[n.b]) AS alike, (SELECT count(DISTINCT x) FROM q, unnest(c) x) AS colours
FROM p, q, places_internal.map_neighbours(centres) n;
-- where each has six neighbours, and where many stand around one
WITH p AS MATERIALIZED (
		SELECT 'lattice' AS name, array_agg(ST_MakePoint(1000 * (i % 30 + i / 30 % 2 / 2.0), 866 * (i / 30)) ORDER BY i) AS centres FROM generate_series(0, 899) i
		UNION ALL SELECT 'hub', array_agg(ST_MakePoint(i % 2 * 9000 * cos(i), i % 2 * 9000 * sin(i)) ORDER BY i) FROM generate_series(0, 300) i WHERE i = 0 OR i % 2 = 1),
	q AS MATERIALIZED (SELECT name, centres, places_internal.map_colours(centres, 6) AS c FROM p)
SELECT name, count(*) > 200 AS pairs, count(*) FILTER (WHERE c[n.a] = c[n.b]) AS alike
FROM q, places_internal.map_neighbours(centres) n GROUP BY name, c ORDER BY name;
SELECT places_internal.map_colours(ARRAY[ST_MakePoint(1, 1)], 8) AS one, places_internal.map_colours(ARRAY[ST_MakePoint(1, 1), ST_MakePoint(1, 1)], 8) AS on_one_point,
	places_internal.map_colours(ARRAY[ST_MakePoint(1, 1), ST_MakePoint(2, 2), ST_MakePoint(3, 3)], 8) AS on_a_line;

-- a line around homes holds them, a stray does not stretch it
SELECT count(*) AS outlines, bool_and(ST_Contains(places_internal.map_outline(h, d), h)) AS hold
FROM (VALUES ('MULTIPOINT(0 0)'::geometry), ('MULTIPOINT(0 0,0 0)'), ('MULTIPOINT(0 0,100 0)'), ('MULTIPOINT(0 0,500 0,1000 0)'), ((SELECT ST_Collect(geom) FROM mapped WHERE uprn <= 30))) v(h), unnest('{0.6,1}'::float8[]) d;
SELECT ST_NPoints(places_internal.map_bulk(ST_Collect(geom), 5000)) AS without_stray FROM (SELECT ST_SetSRID(geom, 0) AS geom FROM mapped WHERE uprn <= 30 UNION ALL VALUES ('POINT(300000 7)'::geometry)) x;

-- the outlines of kept places are their boundaries; neighbouring ones differ in colour
CREATE FUNCTION outlines(page text) RETURNS TABLE (authority text, place int, colour int, svg text) LANGUAGE sql AS $$
	SELECT p ->> 'authority', (p ->> 'number')::int, (p ->> 'colour')::int, p ->> 'outline'
	FROM jsonb_array_elements(data(page) -> 'places') p WHERE (p ->> 'kept')::boolean $$;
-- relative steps of an SVG path back into corners, in metres
CREATE FUNCTION area_of(path text) RETURNS float8 LANGUAGE sql AS $$
	SELECT sum(ring) FROM (
		SELECT m.nr, sum(x * lead_y - lead_x * y) / 200 AS ring FROM regexp_split_to_table(substr(path, 2), ' ?[Zz] ?M? ?') WITH ORDINALITY m(ring, nr)
		CROSS JOIN LATERAL (
			SELECT x, y, lead(x, 1, first_x) OVER (ORDER BY i) AS lead_x, lead(y, 1, first_y) OVER (ORDER BY i) AS lead_y FROM (
				SELECT i, sum(dx) OVER (ORDER BY i) AS x, sum(dy) OVER (ORDER BY i) AS y, first_value(dx) OVER (ORDER BY i) AS first_x, first_value(dy) OVER (ORDER BY i) AS first_y FROM (
					SELECT (nr + 1) / 2 AS i, max(v::float8) FILTER (WHERE nr % 2 = 1) AS dx, max(v::float8) FILTER (WHERE nr % 2 = 0) AS dy
					FROM regexp_split_to_table(btrim(replace(m.ring, 'l ', '')), '[ ,]+') WITH ORDINALITY t(v, nr) GROUP BY 1) s) c) d
		WHERE m.ring <> '' GROUP BY m.nr) r $$;
SELECT count(*) AS outlines, max(abs(abs(area_of(o.svg)) / ST_Area(b.boundary) - 1)) < 0.01 AS boundaries
FROM outlines(page('mapped')) o JOIN places.boundary('mapped', 'uprn', 'la', 'geom', places.rules(target_homes => 25, max_radius => 500)) b USING (authority, place);

-- homes at (0, 0) and with swapped axes do not stretch the view, and are told
CREATE TABLE messy AS SELECT i AS uprn, 'L' || i % 3 AS la, ST_SetSRID(ST_MakePoint(450000 + i % 3 * 8000 + i * 37 % 300, 210000 + i * 73 % 400), 27700) AS geom FROM generate_series(1, 120) i
UNION ALL VALUES (121, 'L0', 'SRID=27700;POINT(0 0)'::geometry), (122, 'L1', 'SRID=27700;POINT(210000 450000)'), (123, 'Z', 'SRID=27700;POINT(0 0)');
SELECT (SELECT max(v::float8) < 200000 FROM jsonb_array_elements_text(data(p) -> 'frame') v) AS close, data(p) -> 'notes' AS notes,
	(SELECT bool_and((a ->> 'border' IS NULL) = (a ->> 'name' = 'Z')) FROM jsonb_array_elements(data(p) -> 'authorities') a) AS borders, data(p) ->> 'summary' AS summary FROM page('messy') p;
SELECT p ~ '3 homes lie far from the rest and are not shown.' AS told FROM picture('messy') p;
-- but a town of its own is shown
CREATE VIEW two_towns AS SELECT * FROM messy WHERE uprn <= 120 UNION ALL SELECT uprn + 1000, 'far', ST_Translate(geom, 200000, 0) FROM messy WHERE uprn <= 10;
SELECT data(page('two_towns')) -> 'notes' AS notes;

-- the totals of authorities
SELECT a ->> 'name' AS name, a ->> 'total' AS total FROM jsonb_array_elements(data(page('messy')) -> 'authorities') a;

-- nothing to show
CREATE VIEW nothing AS SELECT * FROM mapped WHERE false;
CREATE VIEW nowhere AS SELECT * FROM mapped WHERE uprn IN (67, 68);
CREATE VIEW nobodys AS SELECT * FROM mapped WHERE la IS NULL;
CREATE VIEW one AS SELECT * FROM mapped WHERE uprn = 69;
SELECT t, data(page(t)) - '{palette,places,authorities,caption}'::text[] AS scene, jsonb_array_length(data(page(t)) -> 'places') AS places, xml_is_well_formed_document(picture(t)) AS well_formed
FROM (VALUES ('nothing'::regclass), ('nowhere'), ('nobodys'), ('one')) x(t);

-- a plan: its published run, under the names that people gave
SELECT places.create_plan('plan <b>', 'mapped', 'uprn', 'la', 'geom', places.rules(target_homes => 25, max_radius => 500));
SELECT places.map('plan <b>');
SELECT places.map_svg('plan <b>');
SELECT kept_homes FROM places.run('plan <b>');
SELECT places.name_place('plan <b>', place, 'Top & Sons') FROM places.place WHERE plan = 'plan <b>' AND rank = 1;
CREATE FUNCTION figures(page text) RETURNS SETOF jsonb LANGUAGE sql AS $$
	SELECT p - '{number,name,colour,rank,density,radius,outline,centre}'::text[] FROM jsonb_array_elements(data(page) -> 'places') WITH ORDINALITY e(p, i) ORDER BY i $$;
SELECT data(p) ->> 'title' AS title, data(p) ->> 'summary' AS summary, data(p) -> 'notes' AS notes, p ~ '"name" : "Top & Sons"' AS named, regexp_replace(data(p) ->> 'caption', '\d+ \w+ \d+, run \d+', 'DAY, run N') AS caption, ST_NPoints(dots(p)) AS dots,
	array(SELECT figures(p)) = array(SELECT figures(page('mapped'))) AS as_of_the_stock FROM places.map('plan <b>') p;
SELECT xml_is_well_formed_document(p) AS well_formed, p ~ '>Top &amp; Sons</text>' AS named FROM places.map_svg('plan <b>', max_dots => 10) p;
-- with the numbers, names and boundaries of the views
SELECT places.draw_boundaries('plan <b>') AS drawn;
SELECT count(*) AS places, bool_and(v.name = p ->> 'name' AND v.rank = (p ->> 'rank')::int) AS as_in_the_view
FROM jsonb_array_elements(data(places.map('plan <b>')) -> 'places') p JOIN places.place v ON v.plan = 'plan <b>' AND v.place = (p ->> 'number')::bigint;
SELECT count(*) AS outlines, max(abs(abs(area_of(o.svg)) / ST_Area(t.boundary) - 1)) < 0.01 AS boundaries
FROM outlines(places.map('plan <b>')) o JOIN places.territory t ON t.plan = 'plan <b>' AND t.place = o.place;
SELECT p ~ ('>' || v.place || '</text>.*>Top &amp; Sons</text>') AS number_and_name FROM places.map_svg('plan <b>') p, places.place v WHERE v.plan = 'plan <b>' AND v.rank = 1;
SELECT places.map('no such plan');
SELECT places.drop_plan('plan <b>');
DROP FUNCTION figures;

-- a background lies behind, named unless an authority has its name, from any system
CREATE TABLE areas AS SELECT 'a "b" </script>' AS name, 'SRID=27700;POLYGON((-9000 -9000,9000 -9000,9000 9000,-9000 -9000))'::geometry AS geom
UNION ALL VALUES ('C', 'SRID=27700;CURVEPOLYGON(CIRCULARSTRING(0 0,500 500,1000 0,500 -500,0 0))'::geometry), (NULL, NULL), ('line', 'SRID=27700;LINESTRING(0 0,9000 0)'),
	('bow', 'SRID=27700;POLYGON((0 0,900 900,900 0,0 900,0 0))'), ('mixed', 'SRID=27700;GEOMETRYCOLLECTION(POINT(7 7),POLYGON((0 0,900 0,900 900,0 0)))'), ('empty', 'SRID=27700;POLYGON EMPTY'),
	('far off', 'SRID=27700;POLYGON((500000 500000,500000 510000,510000 510000,500000 500000))');
CREATE FUNCTION names(page text) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(coalesce(b ->> 'name', '-') || ' ' || ((b ->> 'path') ~ '^M'), ', ' ORDER BY i) FROM jsonb_array_elements(data(page) -> 'background') WITH ORDINALITY e(b, i) $$;
SELECT names(p) AS background, p ~ '</script>"' AS markup FROM page('mapped', ', background => ''areas''') p;
SELECT xml_is_well_formed_document(p) AS well_formed, p ~ 'a &quot;b&quot; &lt;/script&gt;</text>' AS named FROM picture('mapped', ', background => ''areas''') p;
-- what is not at a number is left out
CREATE VIEW unnumbered AS SELECT * FROM areas WHERE name = 'bow' UNION ALL VALUES ('nan', 'SRID=27700;POLYGON((0 0,900 0,NaN 900,0 0))'::geometry), ('curve', 'SRID=27700;CURVEPOLYGON(CIRCULARSTRING(0 0,NaN 500,1000 0,500 -500,0 0))')
UNION ALL SELECT 'infinite', ST_SetSRID(ST_MakePolygon(ST_MakeLine(ARRAY[ST_MakePoint(0, 0), ST_MakePoint('Infinity', 0), ST_MakePoint(900, 900), ST_MakePoint(0, 0)])), 27700);
SELECT names(p) AS numbers, p ~ 'NaN[ ,]' AS others FROM page('mapped', ', background => ''unnumbered''') p;
DROP VIEW unnumbered;
-- through degrees and back; without names
CREATE TABLE moved AS SELECT uprn, la, ST_Translate(geom, 400000, 300000) AS geom FROM mapped;
CREATE VIEW area_by_degrees AS SELECT ST_Transform(ST_Translate(geom, 400000, 300000), 4326)::geography AS area FROM areas WHERE name = 'bow';
SELECT names(page('moved', ', background => ''area_by_degrees''')) AS nameless;
-- a million corners, and a scribble, are simplified
CREATE TABLE fine AS SELECT 'coast' AS name, ST_SetSRID(ST_MakePolygon(ST_AddPoint(l, ST_StartPoint(l))), 27700) AS geom
FROM (SELECT ST_MakeLine(array_agg(ST_MakePoint((9000 + 90 * sin(i * 7.7)) * cos(i * pi() / 5e5), (9000 + 90 * sin(i * 7.7)) * sin(i * pi() / 5e5)) ORDER BY i)) AS l FROM generate_series(0, 999999) i) c;
CREATE TABLE scribble AS SELECT ST_SetSRID(ST_MakePolygon(ST_AddPoint(l, ST_StartPoint(l))), 27700) AS geom
FROM (SELECT ST_MakeLine(array_agg(ST_MakePoint(i * 7919::bigint % 10007, i * 104729::bigint % 10009) ORDER BY i)) AS l FROM generate_series(0, 99999) i) c;
SELECT names(p) AS fine, length(p) < 1000000 AS small FROM page('mapped', ', background => ''fine''') p;
SELECT length(page('mapped', ', background => ''scribble''')) < 1000000 AS small;
-- what none can be
CREATE TABLE no_shapes (name text);
CREATE VIEW lines AS SELECT * FROM areas WHERE name = 'line';
CREATE VIEW no_system AS SELECT ST_SetSRID(geom, 0) AS geom FROM areas;
CREATE VIEW two_systems AS SELECT geom FROM areas UNION ALL SELECT ST_Transform(ST_Translate(geom, 400000, 300000), 4326) FROM areas WHERE name = 'bow';
CREATE VIEW no_rows AS SELECT * FROM areas WHERE false;
SELECT page('mapped', ', background => ''no_shapes''');
SELECT page('mapped', ', background => ''lines''');
SELECT page('mapped', ', background => ''no_system''');
SELECT page('mapped', ', background => ''two_systems''');
SELECT names(page('mapped', ', background => ''no_rows''')) AS empty;
-- read with the caller's rights
CREATE ROLE map_reader;
GRANT SELECT ON mapped TO map_reader;
SET ROLE map_reader;
SELECT places.map('mapped', 'uprn', 'la', 'geom', background => 'areas');
RESET ROLE;
REVOKE ALL ON mapped FROM map_reader;
DROP ROLE map_reader;
DROP FUNCTION names;
DROP VIEW area_by_degrees, lines, no_system, two_systems, no_rows;
DROP TABLE areas, moved, fine, scribble, no_shapes;

-- complaints
SELECT page('mapped', ', max_dots => 0');
SELECT picture('mapped', ', max_dots => NULL');
SELECT places.map('mapped', 'uprn', 'authority', 'geom');
SELECT places.map_svg('mapped', 'uprn', 'la', 'la');
SELECT places.map('mapped', 'uprn', 'la', 'geom', NULL);

DROP VIEW nothing, nowhere, nobodys, one, weighted, by_degrees, two_towns;
DROP TABLE mapped, shuffled, told, messy;
DROP FUNCTION page, picture, data, dots, outlines, area_of;
