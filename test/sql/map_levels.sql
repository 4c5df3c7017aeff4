-- maps of plans with patches and localities: each home once, told on every level
SET client_min_messages = error;
\set SHOW_CONTEXT never

-- three towns of 60 homes in two authorities, a hamlet of five, and rows that share an
-- id, or an id and a position, or have no location or authority
CREATE TABLE homes AS
SELECT i AS id, CASE WHEN i <= 120 THEN 'A' ELSE 'B' END AS la,
	ST_SetSRID(ST_MakePoint(400000 + 20000 * ((i - 1) / 60) + i * 37 % 300, 300000 + i * 73 % 400), 27700) AS geom
FROM generate_series(1, 185) i
UNION ALL VALUES (7, 'A', 'SRID=27700;POINT(400010 300020)'::geometry), (7, 'A', 'SRID=27700;POINT(400010 300020)'), (7, 'A', 'SRID=27700;POINT(420010 300020)'),
	(190, 'A', NULL), (191, NULL, 'SRID=27700;POINT(400011 300021)');
SELECT places.create_plan('n', 'homes', 'id', 'la', 'geom', places.rules(target_homes => 50, max_radius => 1000), boundary_within => 250);
CREATE FUNCTION block(page text, id text) RETURNS jsonb LANGUAGE sql AS $$ SELECT (regexp_match(page, '<script type="application/json" id="' || id || '">(.*?)</script>'))[1]::jsonb $$;
-- the dots of a page in its order, their levels beside them
CREATE FUNCTION dots(page text) RETURNS TABLE (nr bigint, dot geometry, place bigint, kept boolean) LANGUAGE sql AS $$
	SELECT row_number() OVER (ORDER BY i, k DESC, d.path), d.geom, (p ->> 'number')::bigint, k
	FROM jsonb_array_elements(block(page, 'data') -> 'places') WITH ORDINALITY e(p, i), LATERAL (VALUES (p ->> 'keptDots', true), (p ->> 'otherDots', false)) v(h, k),
		LATERAL ST_DumpPoints(ST_GeomFromTWKB(decode(h, 'base64'))) d WHERE h IS NOT NULL $$;
CREATE FUNCTION runs(page text) RETURNS TABLE (nr bigint, locality bigint, locality_kept boolean, patch bigint, patch_kept boolean) LANGUAGE sql AS $$
	SELECT row_number() OVER (ORDER BY i, g), (r ->> 1)::bigint, (r ->> 2)::boolean, (r ->> 3)::bigint, (r ->> 4)::boolean
	FROM jsonb_array_elements(block(page, 'levels-data') -> 'runs') WITH ORDINALITY e(r, i), generate_series(1, (r ->> 0)::int) g $$;

-- a plan without levels, and with levels that have not run: only its places
SELECT kept_places, published FROM places.run('n');
SELECT places.map('n') AS plain, places.map_svg('n') AS plain_picture \gset
SELECT places.create_patches('p', within => 'n', rules => places.rules('balanced', 20));
SELECT places.create_localities('l', over => 'n', rules => places.rules('balanced', 120));
SELECT places.map('n') = :'plain' AS same_page, places.map_svg('n') = :'plain_picture' AS same_picture, block(:'plain', 'levels-data') AS levels;

SELECT kept_places, published FROM places.run('n');
SELECT places.map('n') AS page, places.map_svg('n') AS picture \gset
-- what is told of places is what it was, but for the run and the order of dots
SELECT block(:'page', 'data') - 'places' - 'caption' = block(:'plain', 'data') - 'places' - 'caption' AS same_scene,
	(SELECT jsonb_agg(p - 'keptDots' - 'otherDots') FROM jsonb_array_elements(block(:'page', 'data') -> 'places') p)
	= (SELECT jsonb_agg(p - 'keptDots' - 'otherDots') FROM jsonb_array_elements(block(:'plain', 'data') -> 'places') p) AS same_places,
	(SELECT array_agg((place, kept, dot) ORDER BY place, kept, ST_X(dot), ST_Y(dot)) FROM dots(:'page'))
	= (SELECT array_agg((place, kept, dot) ORDER BY place, kept, ST_X(dot), ST_Y(dot)) FROM dots(:'plain')) AS same_dots;
SELECT o ->> 'level' AS level, o ->> 'caption' ~ (', method balanced: ' || CASE o ->> 'level' WHEN 'patch' THEN 'patches' ELSE 'localities' END || ' of') AS caption, o ->> 'summary' AS summary,
	(SELECT count(*) FROM jsonb_array_elements(o -> 'places') p WHERE p ->> 'number' IS NOT NULL AND p ->> 'outline' ~ '^M') AS outlines,
	(SELECT count(*) FROM jsonb_array_elements(o -> 'places') p WHERE p ->> 'keptDots' IS NOT NULL OR p ->> 'otherDots' IS NOT NULL) AS dots
FROM jsonb_array_elements(block(:'page', 'levels-data') -> 'others') WITH ORDINALITY e(o, i) ORDER BY i;

-- each home is a dot once, in its place, patch and locality
SELECT (SELECT count(*) FROM dots(:'page')) = count(*) AND count(*) = (SELECT count(*) FROM homes WHERE geom IS NOT NULL) AS each_once FROM runs(:'page');
SELECT count(*) AS differences FROM (
	(SELECT r.patch, r.patch_kept, count(*) FROM runs(:'page') r WHERE r.patch IS NOT NULL GROUP BY 1, 2
		EXCEPT SELECT h.place, h.kept, count(*) FROM places.home h WHERE h.plan = 'p' AND h.place IS NOT NULL AND h.location IS NOT NULL GROUP BY 1, 2)
	UNION ALL
	(SELECT h.place, h.kept, count(*) FROM places.home h WHERE h.plan = 'p' AND h.place IS NOT NULL AND h.location IS NOT NULL GROUP BY 1, 2
		EXCEPT SELECT r.patch, r.patch_kept, count(*) FROM runs(:'page') r WHERE r.patch IS NOT NULL GROUP BY 1, 2)
	UNION ALL
	(SELECT p.locality, true, count(*) FROM places.home_path p JOIN places.tree t ON t.place = p.locality AND t.kept WHERE p.plan = 'n' GROUP BY 1
		EXCEPT SELECT r.locality, r.locality_kept, count(*) FROM runs(:'page') r WHERE r.locality_kept GROUP BY 1, 2)) d;
-- patches of kept places are in them
SELECT count(*) > 100 AS kept, bool_and(t.parent = d.place) AS in_their_place
FROM dots(:'page') d JOIN runs(:'page') r USING (nr) JOIN places.tree t ON t.place = r.patch WHERE d.kept;
-- and the dot of a patch stands where one of its homes does
SELECT count(*) AS patches, max(ST_HausdorffDistance(p.box, h.box)) < 0.2 AS same_ground
FROM (SELECT r.patch, ST_BoundingDiagonal(ST_Collect(ST_Translate(d.dot, m.x, m.y))) AS box FROM dots(:'page') d JOIN runs(:'page') r USING (nr),
		(SELECT (min(ST_X(geom)) - (SELECT min(ST_X(dot)) FROM dots(:'page'))) AS x, (min(ST_Y(geom)) - (SELECT min(ST_Y(dot)) FROM dots(:'page'))) AS y FROM homes) m
	WHERE r.patch IS NOT NULL GROUP BY 1) p
JOIN (SELECT place, ST_SetSRID(ST_BoundingDiagonal(ST_Collect(location)), 0) AS box FROM places.home WHERE plan = 'p' AND place IS NOT NULL GROUP BY 1) h ON h.place = p.patch;

-- thinned: at least one of each patch; the same page again
SELECT count(DISTINCT r.patch) = (SELECT count(*) FROM places.place WHERE plan = 'p') AS every_patch, count(*) < 120 AS thinned FROM runs(places.map('n', max_dots => 40)) r;
SELECT places.map('n') = :'page' AS same_again;

-- the picture has the lines of all levels and says so; that of a plan without levels does not
SELECT xml_is_well_formed_document(:'picture') AS well_formed, regexp_count(:'picture', 'stroke-width="4"') AS localities, regexp_count(:'picture', 'stroke-width="\.5"') AS patches,
	:'picture' ~ 'Thick: around a locality. Thin: around a patch.' AS told, :'plain_picture' ~ 'Thick|Thin|stroke-width="4"' AS plain;

-- each level has a map of its own, in its words
SELECT d AS plan, block(places.map(d), 'data') ->> 'summary' AS summary, block(places.map(d), 'levels-data') AS levels, places.map_svg(d) ~ ('>' || w || '</text>') AS heading
FROM (VALUES ('p', 'patch'), ('l', 'locality')) v(d, w);

-- dispersed homes without patches are outside all, and told
SELECT places.drop_plan('p'), places.create_patches('q', within => 'n', rules => places.rules('balanced', 20), dispersed => false);
SELECT kept_places, published FROM places.run('n');
SELECT places.map('n') AS page \gset
SELECT count(*) FILTER (WHERE r.patch IS NULL) AS outside, bool_and(d.kept = (r.patch IS NOT NULL)) AS those_not_kept FROM dots(:'page') d JOIN runs(:'page') r USING (nr);
SELECT p ->> 'authority' AS authority, p ->> 'homes' AS homes FROM jsonb_path_query(block(:'page', 'levels-data'), '$.others[*] ? (@.level == "patch").places[*] ? (@.number == null)') p;

-- longitude and latitude
CREATE VIEW by_degrees AS SELECT id, la, ST_Transform(geom, 4326)::geography AS geom FROM homes;
SELECT places.create_plan('g', 'by_degrees', 'id', 'la', 'geom', places.rules(target_homes => 50, max_radius => 1000), boundary_within => 250),
	places.create_patches('gp', within => 'g', rules => places.rules('balanced', 20)), places.create_localities('gl', over => 'g', rules => places.rules('balanced', 120));
SELECT kept_places, published FROM places.run('g');
SELECT count(*) AS dots, count(r.patch) AS in_patches, count(r.locality) AS in_localities FROM runs(places.map('g')) r;

SELECT places.drop_plan(p) FROM unnest('{q,l,n,gp,gl,g}'::text[]) p;
DROP VIEW by_degrees;
DROP TABLE homes;
DROP FUNCTION dots, runs, block;
