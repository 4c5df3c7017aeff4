-- places.boundary() and what it is made of
\set SHOW_CONTEXT never
SET client_min_messages = warning;

-- two authorities side by side, clumps of homes with flats among them, one far
-- off, and rows without a location, an authority or a weight
CREATE TABLE homes AS
SELECT i AS id, CASE WHEN x < 2000 THEN 'West' ELSE 'East' END AS la,
	ST_SetSRID(ST_MakePoint(400000 + x, 300000 + y), 27700) AS geom, 1 AS dwellings
FROM (SELECT i, i % 5 * 900 + i * 7919 % 1201 AS x, i % 3 * 800 + i / 3 * 104729 % 997 AS y
	FROM generate_series(1, 1500) i) h
UNION ALL SELECT 2000 + i, 'East', 'SRID=27700;POINT(402000.5 300500.5)', 1 FROM generate_series(1, 40) i
UNION ALL VALUES (3000, 'West', 'SRID=27700;POINT(500000 900000)'::geometry, 1), (3001, 'West', NULL, 1), (3002, 'East', 'SRID=27700;POINT EMPTY', 1),
	(3003, NULL, 'SRID=27700;POINT(402000 300500)', 1), (3004, 'West', 'SRID=27700;POINT(400100 300100)', NULL);

CREATE FUNCTION check_boundaries(stock regclass, rules places.ruleset, within float8, OUT several boolean, OUT as_kept boolean, OUT multipolygons boolean, OUT valid boolean,
	OUT contained boolean, OUT strangers bigint, OUT touching boolean, OUT overlap float8, OUT slits bigint, OUT near boolean)
LANGUAGE plpgsql AS $$
BEGIN
	DROP TABLE IF EXISTS a, b;
	EXECUTE format('CREATE TEMP TABLE a AS SELECT a.*, s.geom::geometry AS geom FROM places.assign(%1$L, ''id'', ''la'', ''geom'', $1, ''dwellings'') a JOIN %1$s s ON s.id::text = a.home_id', stock) USING rules;
	CREATE TEMP TABLE b AS SELECT b.*, h.points, h.homes FROM places.boundary(stock, 'id', 'la', 'geom', rules, 'dwellings', within) b
		FULL JOIN (SELECT authority, place, ST_Collect(geom) AS points, count(*) AS homes FROM a WHERE kept GROUP BY 1, 2) h USING (authority, place);
	SELECT count(*) > 9, bool_and(boundary IS NOT NULL AND homes > 0),
		bool_and(ST_GeometryType(boundary) = 'ST_MultiPolygon' AND ST_SRID(boundary) = ST_SRID(points)), bool_and(ST_IsValid(boundary)),
		bool_and(CASE WHEN ST_SRID(points) = 4326 THEN ST_Covers(ST_Buffer(points::geography, within, 'quad_segs=32')::geometry, boundary)
			ELSE ST_Covers(ST_Buffer(points, within, 'quad_segs=32'), boundary) END)
	INTO several, as_kept, multipolygons, valid, near FROM b;
	SELECT bool_and(ST_Contains(b.boundary, a.geom)) INTO contained FROM a JOIN b USING (authority, place) WHERE a.kept;
	SELECT count(*) INTO strangers FROM a JOIN b ON ST_Intersects(b.boundary, a.geom) WHERE a.kept AND (a.authority, a.place) <> (b.authority, b.place);
	SELECT bool_or(b.authority <> c.authority), sum(ST_Area(ST_Intersection(b.boundary, c.boundary)))
	INTO touching, overlap FROM b JOIN b c ON (b.authority, b.place) < (c.authority, c.place) AND ST_Intersects(b.boundary, c.boundary);
	/* gaps less than a metre wide, by closing; where the reach allows for as much */
	SELECT count(*) FILTER (WHERE ST_Perimeter(d.geom) > 40) INTO slits
	FROM (SELECT ST_Union(CASE WHEN ST_SRID(boundary) = 4326 THEN ST_Transform(boundary, 27700) ELSE boundary END) AS ground FROM b) u,
		ST_Dump(ST_Difference(ST_Buffer(ST_Buffer(ground, 0.5), -0.5), ground)) d WHERE within >= 100;
END
$$;

-- valid, all homes inside, no other's, no overlap with any, in or out of the authority, near the homes
SELECT r, within, c.* FROM (VALUES ('balanced', 250), ('balanced', 40), ('balanced', 5000), ('kmeans', 250), ('coverage', 250)) v(r, within),
	check_boundaries('homes', places.rules(r, 60, max_radius => 600), within) c;
CREATE TABLE homes_by_degree AS SELECT id, la, ST_Transform(geom, 4326)::geography AS geom, dwellings FROM homes WHERE id <> 3000;
SELECT c.* FROM check_boundaries('homes_by_degree', places.rules('balanced', 60), 250) c;
SELECT round((sum(ST_Area(g.boundary::geography)) / sum(ST_Area(h.boundary)))::numeric, 2) AS area_by_degree
FROM places.boundary('homes_by_degree', 'id', 'la', 'geom', places.rules('kmeans', 2000, 1)) g JOIN places.boundary('homes', 'id', 'la', 'geom', places.rules('kmeans', 2000, 1)) h USING (authority, place)
WHERE authority = 'East';

-- the same whatever the order of the rows and the plan
SELECT count(DISTINCT answer) AS answers FROM generate_series(1, 3) seed, LATERAL (
	SELECT md5(string_agg(t::text, ',' ORDER BY t.owner)) AS answer
	FROM (SELECT array_agg(geom) AS points, array_agg(owner) AS owners
		FROM (SELECT geom, nullif(id % 7, 0) AS owner FROM homes WHERE id < 3000 ORDER BY md5(id || '-' || seed)) s) s, places.territories(s.points, s.owners, 100) t) x;
SELECT md5(string_agg(b::text, ',' ORDER BY authority, place)) AS plain FROM places.boundary('homes', 'id', 'la', 'geom', places.rules('kmeans', 60)) b \gset
SET enable_hashjoin = off;
SET enable_hashagg = off;
SET enable_mergejoin = off;
SELECT md5(string_agg(b::text, ',' ORDER BY authority, place)) = :'plain' AS same FROM places.boundary('homes', 'id', 'la', 'geom', places.rules('kmeans', 60)) b;
RESET enable_hashjoin;
RESET enable_hashagg;
RESET enable_mergejoin;

-- one home, all on one point, in line: whole discs and their halves
CREATE VIEW disc AS SELECT ST_Area(ST_Buffer(ST_MakePoint(0, 0), 90)) AS area;
SELECT owner, round((ST_Area(boundary) / area)::numeric, 3) AS discs FROM places.territories(ARRAY['POINT(7 7)']::geometry[], '{5}', 100), disc;
SELECT owner, round((ST_Area(boundary) / area)::numeric, 3) AS discs FROM places.territories(array_fill('POINT(7 7)'::geometry, '{9}'), array_fill(5::bigint, '{9}'), 100), disc;
SELECT owner, ST_NumGeometries(boundary) AS parts, round((ST_Area(boundary) / area)::numeric, 3) AS discs
FROM places.territories(ARRAY(SELECT ST_MakePoint(i * 300, i * 300) FROM generate_series(0, 9) i), ARRAY(SELECT i / 5 FROM generate_series(0, 9) i), 100), disc;
SELECT owner, round((ST_Area(boundary) / area)::numeric, 3) AS discs FROM places.territories(ARRAY['POINT(0 0)', 'POINT(0 0.01)']::geometry[], '{1,2}', 100), disc;
-- one terrace, two places: they part midway between the houses
SELECT owner, ST_XMin(boundary) AS west, ST_XMax(boundary) AS east
FROM places.territories(ARRAY(SELECT ST_MakePoint(i * 6, 0) FROM generate_series(0, 9) i), ARRAY(SELECT 1 + i / 5 FROM generate_series(0, 9) i), 100);
-- homes on one point: to the owner of most, then to the first; to any owner rather than to none
SELECT owner, ST_Area(boundary) > 0 AS held FROM places.territories(ARRAY['POINT(0 0)', 'POINT(0 0)', 'POINT(0 0)', 'POINT(900 0)', 'POINT(900 0)', 'POINT(1800 0)', 'POINT(1800 0)', 'POINT(1800 0)']::geometry[], '{1,2,2,4,3,5,null,null}');
-- points of no owner keep others off; a small gap is filled, a larger one is not
SELECT owner, ST_XMax(boundary) AS east FROM places.territories(ARRAY['POINT(0 0)', 'POINT(50 0)']::geometry[], '{1,null}', 100);
SELECT gap, ST_NRings(boundary) - 1 AS holes FROM unnest('{0,5,20}'::int[]) gap,
	places.territories(ARRAY(SELECT ST_MakePoint(1000 + (90 + gap) * cosd(a * 30), (90 + gap) * sind(a * 30)) FROM generate_series(0, 11) a), array_fill(1::bigint, '{12}'), 100);
SELECT d, ST_NRings(boundary) - 1 AS holes FROM unnest('{10,60}'::int[]) d,
	places.territories('POINT(1000 0)'::geometry || ARRAY(SELECT ST_MakePoint(1000 + d * cosd(a * 30), d * sind(a * 30)) FROM generate_series(0, 11) a), null::bigint || array_fill(1::bigint, '{12}'), 100);
-- a gap narrower than a metre is closed, also the slit beside a home of no owner; a wider one stays
SELECT d, ST_NumGeometries(ST_Union(boundary)) AS parts FROM unnest('{180.5,182}'::float8[]) d,
	places.territories(ARRAY[ST_MakePoint(0, 0), ST_MakePoint(d, 0)], '{1,2}', 100) GROUP BY d ORDER BY d;
SELECT owner, ST_XMin(boundary) AS west, ST_XMax(boundary) AS east FROM places.territories(ARRAY['POINT(0 0)', 'POINT(0.25 0)', 'POINT(0.5 0)']::geometry[], '{1,null,2}', 100);
-- homes on a lattice and on a circle, each of an owner: valid, apart, each home inside its own
CREATE VIEW layout AS
SELECT 'lattice' AS name, i AS owner, ST_MakePoint(i % 30 * 20, i / 30 * 20) AS point FROM generate_series(0, 899) i
UNION ALL SELECT 'turned', i, ST_Rotate(ST_MakePoint(1000 + i % 30 * 20, i / 30 * 20), 0.3) FROM generate_series(0, 899) i
UNION ALL SELECT 'circle', i, ST_MakePoint(1000 + 60 * cosd(i), 60 * sind(i)) FROM generate_series(0, 359) i
UNION ALL SELECT 'row', i, ST_MakePoint(i * 3, i * 7) FROM generate_series(0, 99) i;
SELECT l.name, count(*) AS owners, bool_and(ST_IsValid(t.boundary)) AS valid, bool_and(ST_Contains(t.boundary, l.point)) AS contained,
	abs(sum(ST_Area(t.boundary)) / ST_Area(ST_Union(t.boundary)) - 1) < 1e-9 AS apart
FROM (SELECT name, array_agg(point) AS points, array_agg(owner::bigint) AS owners FROM layout GROUP BY name) a,
	places.territories(a.points, a.owners) t JOIN layout l ON l.owner = t.owner WHERE l.name = a.name GROUP BY l.name ORDER BY l.name;
-- nothing
SELECT * FROM places.territories(ARRAY['POINT(0 0)']::geometry[], '{null}');
SELECT * FROM places.territories('{}'::geometry[], '{}');
SELECT * FROM places.territories(ARRAY[NULL, 'POINT EMPTY']::geometry[], '{1,2}');
SELECT * FROM places.boundary('homes', 'id', 'la', 'geom', places.rules('kmeans', 9000));

SET search_path = '';
SELECT count(*) FROM places.boundary('public.homes', 'id', 'la', 'geom', places.rules('kmeans', 500, 1));
SELECT count(*) FROM places.boundary('public.homes_by_degree', 'id', 'la', 'geom', places.rules('kmeans', 500, 1));
RESET search_path;

-- errors
SELECT * FROM places.boundary('homes', 'id', 'la', 'geom', within => 0);
SELECT * FROM places.boundary('homes', 'id', 'la', 'geom', within => NULL);
SELECT * FROM places.territories(ARRAY['POINT(0 0)']::geometry[], '{1}', 'Infinity');
-- points pass what homes do: degrees have to say so, and are right then
SELECT * FROM places.territories(ARRAY(SELECT ST_MakePoint(-1.5 + i * 0.0123, 52.1 + i * 0.0071) FROM generate_series(1, 20) i), ARRAY(SELECT i / 5 FROM generate_series(1, 20) i));
SELECT count(*), bool_and(ST_Area(boundary::geography) BETWEEN 100000 AND 2000000) AS right_size
FROM places.territories(ARRAY(SELECT ST_SetSRID(ST_MakePoint(-1.5 + i * 0.0123, 52.1 + i * 0.0071), 4326) FROM generate_series(1, 20) i), ARRAY(SELECT i / 5 FROM generate_series(1, 20) i));
SELECT * FROM places.territories(ARRAY['SRID=27700;POINT(400000 300000)', 'SRID=32630;POINT(400000 300000)']::geometry[], '{1,2}');
SELECT * FROM places.territories(ARRAY['SRID=3857;POINT(400000 300000)']::geometry[], '{1}');
SELECT * FROM places.territories(ARRAY['SRID=999999;POINT(400000 300000)']::geometry[], '{1}');
SELECT * FROM places.territories(ARRAY['POINT(0 0)', 'POLYGON((0 0, 0 9, 9 9, 0 0))']::geometry[], '{1,2}');
SELECT * FROM places.territories(ARRAY['POINT(0 0)', 'POINT(9 9)']::geometry[], '{1}');
SELECT * FROM places.territories(ARRAY['POINT(0 0)', 'POINT(9 9)']::geography[], NULL);
SELECT owner, ST_Area(boundary) > 0 AS held FROM places.territories(ARRAY['MULTIPOINT(0 0)', ST_MakePoint('Infinity', 0)]::geometry[], '{1,2}');

-- as text: valid, within the length, and of as many parts as there is room for
CREATE TEMP TABLE scattered AS SELECT boundary FROM places.boundary('homes', 'id', 'la', 'geom', places.rules('kmeans', 500, 1), within => 20) WHERE place = 1 AND authority = 'East';
SELECT n, length(wkt) <= n AS fits, ST_IsValid(g) AS valid, GeometryType(g) AS type,
	n < 1000000 OR ST_Area(ST_Intersection(ST_Transform(g, 27700), boundary)) / ST_Area(boundary) > 0.8 AS like_it,
	(SELECT sum(ST_Area(d.geom)) FROM ST_Dump(boundary) d WHERE ST_Intersects(d.geom, ST_Transform(g, 27700))) / ST_Area(boundary) > CASE n WHEN 1000 THEN 0.02 ELSE 0.75 END AS of_most_parts
FROM scattered, unnest('{1000000,32000,1000}'::int[]) n, LATERAL places.boundary_wkt(boundary, n) wkt, LATERAL ST_GeomFromText(wkt, 4326) g ORDER BY n DESC;
-- versions of PostGIS begin a ring at one corner or another
SELECT wkt ~ '^MULTIPOLYGON\(\(\([0-9. ,]+\)\)\)$' AS plain, ST_HausdorffDistance(wkt::geometry, ST_SetSRID(triangle, 0)) BETWEEN 1e-5 AND 5e-5 AS hardly_less, places.boundary_wkt(triangle, 20) AS too_short
FROM (VALUES ('SRID=4326;MULTIPOLYGON(((0 0,1 0,1 1,0 0)))'::geometry)) t(triangle), places.boundary_wkt(triangle) wkt;
-- texts of neighbours do not overlap, and no part is lost where there is room
CREATE TEMP TABLE neighbours AS SELECT row_number() OVER () AS nr, ST_Transform(boundary, 4326) AS boundary FROM places.boundary('homes', 'id', 'la', 'geom', places.rules('kmeans', 60));
CREATE TEMP TABLE texts AS SELECT n, nr, boundary, ST_GeomFromText(places.boundary_wkt(boundary, n), 4326) AS g FROM neighbours, unnest('{32000,400}'::int[]) n;
SELECT n, count(*) > 9 AS many, bool_and(ST_IsValid(g) AND ST_Covers(boundary, g)) AS inside, min(ST_Area(g) / ST_Area(boundary)) > CASE n WHEN 400 THEN 0.5 ELSE 0.95 END AS like_it,
	n = 400 OR bool_and(ST_NumGeometries(g) >= ST_NumGeometries(boundary)) AS all_parts FROM texts GROUP BY n ORDER BY n;
SELECT count(*) > 20 AS touching, count(*) FILTER (WHERE ST_Intersects(t.g, u.g)) AS meeting FROM texts t JOIN texts u ON t.n = u.n AND t.nr < u.nr AND ST_Touches(t.boundary, u.boundary);
-- odd boundaries
SELECT places.boundary_wkt(g) AS wkt, places.boundary_wkt(g, -5) AS shorter FROM (VALUES ('SRID=4326;POINT(0 0)'::geometry), ('SRID=4326;LINESTRING(0 0,1 1)'), ('SRID=4326;POLYGON EMPTY'),
	('SRID=4326;MULTIPOLYGON(((0 0,0 0.000001,0.000001 0,0 0)))'), ('SRID=4326;POLYGON((0 0,1 1,1 0,0 1,0 0))')) v(g);
SELECT places.boundary_wkt('POLYGON((0 0,1 0,1 1,0 0))');

DROP FUNCTION check_boundaries;
DROP TABLE homes, homes_by_degree;
DROP VIEW disc, layout;
