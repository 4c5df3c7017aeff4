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

-- markup in names and titles stays text; nothing is fetched; no ids
SELECT length(p) - length(replace(p, '</script>', '')) = 2 * length('</script>') AS two_scripts,
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
WITH p AS MATERIALIZED (SELECT array_agg(ST_MakePoint(i * 7919 % 1009, i * 104729 % 997) ORDER BY i) AS centres FROM generate_series(1, 200) i),
	q AS MATERIALIZED (SELECT places_internal.map_colours(centres, 8) AS c FROM p)
SELECT count(*) > 500 AS pairs, count(*) FILTER (WHERE c[n.a] = c[n.b]) AS alike, (SELECT count(DISTINCT x) FROM q, unnest(c) x) AS colours
FROM p, q, places_internal.map_neighbours(centres) n;
SELECT places_internal.map_colours(ARRAY[ST_MakePoint(1, 1)], 8) AS one, places_internal.map_colours(ARRAY[ST_MakePoint(1, 1), ST_MakePoint(1, 1)], 8) AS on_one_point,
	places_internal.map_colours(ARRAY[ST_MakePoint(1, 1), ST_MakePoint(2, 2), ST_MakePoint(3, 3)], 8) AS on_a_line;

-- an outline holds its homes, a stray does not stretch one
SELECT count(*) AS outlines, bool_and(ST_Contains(places_internal.map_outline(h, d), h)) AS hold
FROM (VALUES ('MULTIPOINT(0 0)'::geometry), ('MULTIPOINT(0 0,0 0)'), ('MULTIPOINT(0 0,100 0)'), ('MULTIPOINT(0 0,500 0,1000 0)'), ((SELECT ST_Collect(geom) FROM mapped WHERE uprn <= 30))) v(h), unnest('{0.6,1}'::float8[]) d;
SELECT ST_NPoints(places_internal.map_bulk(ST_Collect(geom))) AS without_stray FROM (SELECT ST_SetSRID(geom, 0) AS geom FROM mapped WHERE uprn <= 30 UNION ALL VALUES ('POINT(300000 7)'::geometry)) x;

-- nothing to show
CREATE VIEW nothing AS SELECT * FROM mapped WHERE false;
CREATE VIEW nowhere AS SELECT * FROM mapped WHERE uprn IN (67, 68);
CREATE VIEW nobodys AS SELECT * FROM mapped WHERE la IS NULL;
CREATE VIEW one AS SELECT * FROM mapped WHERE uprn = 69;
SELECT t, data(page(t)) - 'palette' - 'places' - 'authorities' AS scene, jsonb_array_length(data(page(t)) -> 'places') AS places, xml_is_well_formed_document(picture(t)) AS well_formed
FROM (VALUES ('nothing'::regclass), ('nowhere'), ('nobodys'), ('one')) x(t);

-- a plan: its published run, under the names that people gave
SELECT places.create_plan('plan <b>', 'mapped', 'uprn', 'la', 'geom', places.rules(target_homes => 25, max_radius => 500));
SELECT places.map('plan <b>');
SELECT places.map_svg('plan <b>');
SELECT kept_homes FROM places.run('plan <b>');
SELECT places.name_place('plan <b>', place, 'Top & Sons') FROM places.place WHERE plan = 'plan <b>' AND rank = 1;
CREATE FUNCTION figures(page text) RETURNS SETOF jsonb LANGUAGE sql AS $$
	SELECT p - '{number,name,colour,rank,density,radius,outline,centre}'::text[] FROM jsonb_array_elements(data(page) -> 'places') WITH ORDINALITY e(p, i) ORDER BY i $$;
SELECT data(p) ->> 'title' AS title, data(p) ->> 'summary' AS summary, data(p) -> 'notes' AS notes, p ~ '"name" : "Top & Sons"' AS named, ST_NPoints(dots(p)) AS dots,
	array(SELECT figures(p)) = array(SELECT figures(page('mapped'))) AS as_of_the_stock FROM places.map('plan <b>') p;
SELECT xml_is_well_formed_document(p) AS well_formed, p ~ '>Top &amp; Sons</text>' AS named FROM places.map_svg('plan <b>', max_dots => 10) p;
SELECT places.map('no such plan');
SELECT places.drop_plan('plan <b>');
DROP FUNCTION figures;

-- complaints
SELECT page('mapped', ', max_dots => 0');
SELECT picture('mapped', ', max_dots => NULL');
SELECT places.map('mapped', 'uprn', 'authority', 'geom');
SELECT places.map_svg('mapped', 'uprn', 'la', 'la');
SELECT places.map('mapped', 'uprn', 'la', 'geom', NULL);

DROP VIEW nothing, nowhere, nobodys, one, weighted, by_degrees;
DROP TABLE mapped, shuffled, told;
DROP FUNCTION page, picture, data, dots;
