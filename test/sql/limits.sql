-- what is taken in: the ends of the grid, weights, rules and groups at their limits and beyond them
SET client_min_messages = warning;
\set SHOW_CONTEXT never
CREATE FUNCTION complaint(statement text, OUT code text, OUT message text, OUT detail text, OUT hint text)
LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE statement;
	message := 'none';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT,
		detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
END
$$;

-- clumps of five in the corners of the grid are places of the least radius, and beyond it there is nothing
SELECT m AS method, count(*) AS places, sum(n) AS homes, bool_and(kept) AS kept FROM (
	SELECT m, place, count(*) AS n, bool_and(reason IS NULL) AS kept FROM (
		SELECT m, places.cluster(ST_MakePoint(x + i % 2 * 0.5, y + i / 2 * 0.25), places.rules(m, 5, max_radius => 1) ORDER BY x, y, i) AS c
		FROM unnest('{coverage,balanced,kmeans}'::text[]) m, (VALUES (-1e8, -1e8), (99999999, -1e8), (-1e8, 99999999), (99999999, 99999999)) v(x, y), generate_series(0, 4) i GROUP BY m) s,
		unnest((c).place, (c).reason) u(place, reason) GROUP BY m, place) t GROUP BY m ORDER BY m;
SELECT (places.cluster(ST_MakePoint(x, y), places.rules('kmeans', 1) ORDER BY x)).reason
FROM (VALUES (-1.00000001e8, 0), (-1e8, 0), (0, 1e8), (1, 1.00000001e8), (2, 1e12), (3, 1e300), (99999999, 99999999)) v(x, y);

-- weights: none, the least and the most; beyond them, and sums that cannot be told exactly
SELECT (places.cluster(ST_MakePoint(i, 0), w, places.rules('kmeans', 1) ORDER BY i)).reason
FROM unnest('{0,1e-9,1,1e9}'::float8[] || '{5e-324,1e-300,9e-10,1.1e9,1e300,1.7e308}'::float8[]) WITH ORDINALITY u(w, i);
SELECT (places.cluster_places(ST_MakePoint(i % 7, i % 3), 1e304 * i, places.rules(m, 2))).bad_weight FROM unnest('{coverage,balanced,kmeans}'::text[]) m, generate_series(1, 50) i GROUP BY m;
SELECT s.homes FROM (SELECT (places.compactness(ST_MakePoint(i, 0), w)).* FROM unnest('{1,1e-300,1e300}'::float8[]) WITH ORDINALITY u(w, i)) s;
\x on
\t on
SELECT * FROM complaint($$SELECT places.cluster_places(ST_MakePoint(i % 7, 0), 1e9, places.rules('kmeans', 1e9)) FROM generate_series(1, 1000001) i$$);
SELECT * FROM complaint($$SELECT places_internal.pack(ST_MakePoint(i % 7, 0), 1e9, NULL, NULL, NULL) FROM generate_series(1, 1000001) i$$);

-- every number of the rules, also of those that were not made by places.rules()
SELECT a AS arguments, c.* FROM unnest(ARRAY[
	'target_homes => 1e-9', 'target_homes => 1e300', 'min_homes => 5e-324', 'max_homes => 1e16', 'max_homes => 1e-300',
	'max_radius => 5e-324', 'max_radius => 0.99', 'max_radius => 1e308', 'remainder => ''attach'', attach_within => 5e-324', 'remainder => ''attach'', attach_within => 1e10', 'max_gap => 1e10'
]) WITH ORDINALITY u(a, n), complaint('SELECT places.rules(' || a || ')') c ORDER BY n;
SELECT * FROM complaint($$SELECT places.cluster(ST_MakePoint(i, 0), ROW('coverage', 1e-300, 1e-300, 1e300, 5e-324, 'flag', NULL, NULL, NULL)::places.ruleset) FROM generate_series(1, 9) i$$);
SELECT * FROM complaint($$SELECT places.vary(ROW('coverage', 0, 0, 0, 0, 'flag', NULL, NULL, NULL)::places.ruleset, 1, 1)$$);
SELECT * FROM complaint($$SELECT places.vary(places.rules(), 1e300, 1)$$);
SELECT * FROM complaint($$SELECT places.vary(NULL, 1, 1)$$);
SELECT * FROM complaint($$SELECT places.recluster(ST_MakePoint(i, 0), 1, 1, NULL, 1e300, places.rules()) FROM generate_series(1, 9) i$$);
SELECT * FROM complaint($$SELECT * FROM places.territories(ARRAY['POINT(0 0)']::geometry[], '{1}', 1e300)$$);
SELECT * FROM complaint($$SELECT places_internal.checked_max_dots(2147483647)$$);
\x off
\t off
SELECT places.vary(places.rules(), 1e15, 1) AS most, places.vary(places.rules('coverage', max_homes => 'Infinity'), 600, 2000) AS unlimited;

-- absurd rules within the limits end: as many places as there are points, and no more
SELECT m AS method, t AS target, cardinality((places.cluster_places(ST_MakePoint(i * 10, i % 3), places.rules(m, t, max_radius => 1))).homes) AS places
FROM unnest('{coverage,balanced,kmeans}'::text[]) m, unnest('{1e-6,1e15}'::float8[]) t, generate_series(1, 40) i GROUP BY m, t ORDER BY m, t;
SELECT places.coverage_limit(ST_MakePoint(i * 1e6, i % 3), places.rules('coverage', 1e-6, max_homes => 'Infinity', max_radius => r)) AS bound
FROM unnest('{1,1e9}'::float8[]) r, generate_series(1, 90) i GROUP BY r;
-- and as many as one asks for
SELECT m AS method, k, cardinality((places.cluster_places(ST_MakePoint(i * 10, i % 3), places.rules(m, k => k))).homes) AS places
FROM unnest('{balanced,kmeans}'::text[]) m, unnest('{1,39,40,41,2147483647}'::int[]) k, generate_series(1, 40) i GROUP BY m, k ORDER BY m, k;

-- longitude and latitude that say they are metres, for all that are asked
\x on
\t on
CREATE TABLE disguised AS SELECT i AS id, 'A' || i % 2 AS la, ST_MakePoint(-1.5 + i % 20 * 0.00137, 53.4 + i / 20 * 0.00211) AS geom FROM generate_series(1, 200) i;
SELECT * FROM complaint($$SELECT places.cluster(geom, places.rules('kmeans', 5)) FROM disguised$$);
SELECT * FROM complaint($$SELECT places.compactness(ST_SetSRID(geom, 27700)) FROM disguised$$);
SELECT q, c.message FROM unnest(ARRAY[
	'places.cluster_places(ST_SetSRID(geom, 27700), places.rules())', 'places.coverage_limit(geom, places.rules())', 'places.compactness(geom)',
	'places.recluster(geom, 1, 1, NULL, 0.01, places.rules())', 'places.cluster(ST_FlipCoordinates(geom), places.rules())']) q, complaint('SELECT ' || q || ' FROM disguised') c;
SELECT q, c.message FROM unnest(ARRAY['assign', 'summary', 'headline', 'coverage_bound']) q, complaint(format($$SELECT * FROM places.%s('disguised', 'id', 'la', 'geom', places.rules('kmeans', 5))$$, q)) c;
-- a grid of whole metres, a few homes and homes elsewhere are none
SELECT q, c.message FROM unnest(ARRAY[
	'ST_MakePoint(id % 7, id % 9) AS geom FROM disguised', 'geom FROM disguised LIMIT 5', 'ST_Translate(geom, 400000, 300000) AS geom FROM disguised',
	'geom::geography FROM disguised', 'geom FROM disguised UNION ALL SELECT ''POINT(400000 300000)''']) q,
	complaint('SELECT places.cluster(geom, places.rules(''kmeans'', 5)) FROM (SELECT ' || q || ') s') c;
DROP TABLE disguised;

-- maps of the world, by whatever name
SELECT s AS srid, c.message FROM unnest('{3857,3395,3785,900913,4087,32662,6933,54009}'::int[]) s, complaint(format('SELECT places.cluster(ST_SetSRID(ST_MakePoint(400000, 300000), %s), places.rules())', s)) c;
SELECT * FROM complaint('SELECT places.compactness(ST_SetSRID(ST_MakePoint(-100000, 6700000), 3857))');
-- local Mercator is none
SELECT s AS srid, c.message FROM unnest('{3001,3994,32630,2154,5514}'::int[]) s, complaint(format('SELECT places.cluster(ST_SetSRID(ST_MakePoint(400000, 300000), %s), places.rules())', s)) c;

-- what a system is does not depend on who asks, nor how
\c -
SET client_min_messages = warning;
\set SHOW_CONTEXT never
BEGIN;
CREATE ROLE places_nobody;
ALTER TABLE spatial_ref_sys ENABLE ROW LEVEL SECURITY;
CREATE SCHEMA planted;
CREATE FUNCTION planted.substring(text, text) RETURNS text LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''planted''; END';
CREATE FUNCTION planted.never(text, text) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''planted''; END';
CREATE OPERATOR planted.~ (FUNCTION = planted.never, LEFTARG = text, RIGHTARG = text);
CREATE TABLE planted.spatial_ref_sys (srid int, srtext text, proj4text text);
GRANT USAGE ON SCHEMA planted TO places_nobody;
REVOKE SELECT ON spatial_ref_sys FROM PUBLIC;
SET LOCAL search_path = planted, pg_catalog, public;
SET LOCAL standard_conforming_strings = off;
SET LOCAL backslash_quote = off;
SET LOCAL ROLE places_nobody;
SELECT s AS srid, c.message FROM unnest('{27700,3857,4326,2263,910001}'::int[]) s, public.complaint(format('SELECT places.cluster(ST_SetSRID(ST_MakePoint(400000, 300000), %s), places.rules())', s)) c;
ROLLBACK;
-- definitions that say less, or more, than PostGIS's own
BEGIN;
INSERT INTO spatial_ref_sys (srid, srtext, proj4text) VALUES
	(910002, 'PROJCS["x",GEOGCS["y",UNIT["degree",0.0174]],PROJECTION["Transverse_Mercator"],UNIT["metre",1]]', NULL),
	(910003, 'PROJCS["x",GEOGCS["y",UNIT["degree",0.0174]],PROJECTION["Mercator_1SP"],UNIT["metre",1]]', ''),
	(910004, 'PROJCRS["x",BASEGEOGCRS["y"],CONVERSION["z",METHOD["Lambert Conic Conformal"]],CS[Cartesian,2],LENGTHUNIT["foot",0.3048],ANGLEUNIT["degree",1]]', ''),
	(910005, 'LOCAL_CS["x"]', NULL), (910006, NULL, NULL), (910007, NULL, '+proj=tmerc +lat_0=0'), (910008, '', '+proj=tmerc +to_meter=1.0'),
	(910009, 'GEOCCS["x",UNIT["metre",1]]', NULL), (910010, 'COMPD_CS["x",PROJCS["x",UNIT["metre",1]],VERT_CS["z",UNIT["foot",0.3048]]]', ''), (910011, '', 'UNIT["'), (910012, 'UNIT["', '+units');
SELECT s AS srid, c.message, c.detail FROM generate_series(910002, 910012) s, complaint(format('SELECT places.cluster(ST_SetSRID(ST_MakePoint(400000, 300000), %s), places.rules())', s)) c;
ROLLBACK;
-- a catalogue that is none
BEGIN;
ALTER TABLE spatial_ref_sys RENAME TO real_spatial_ref_sys;
CREATE VIEW spatial_ref_sys AS TABLE real_spatial_ref_sys;
SELECT * FROM complaint('SELECT places.cluster(ST_SetSRID(ST_MakePoint(400000, 300000), 2056), places.rules())');
DROP VIEW spatial_ref_sys;
SELECT * FROM complaint('SELECT places.cluster(ST_SetSRID(ST_MakePoint(400000, 300000), 2056), places.rules())');
CREATE TABLE spatial_ref_sys (srid text, proj4text int);
SELECT * FROM complaint('SELECT places.cluster(ST_SetSRID(ST_MakePoint(400000, 300000), 2056), places.rules())');
ROLLBACK;
\x off
\t off

-- a multipoint of one point is that point, in any of its forms; of two it is none
SELECT (places.cluster(g, places.rules('kmeans', 1) ORDER BY o)).place FROM unnest(ARRAY['MULTIPOINT(0 5)', 'MULTIPOINT Z (0 4 9)', 'MULTIPOINT M (0 3 9)', 'MULTIPOINT ZM (0 2 9 9)', 'POINT(0 5)', 'MULTIPOINT EMPTY', 'MULTIPOINT(EMPTY)']::geometry[]) WITH ORDINALITY u(g, o);
SELECT (places.cluster(g, places.rules('kmeans', 1) ORDER BY o)).place FROM unnest(ARRAY['MULTIPOINT(0 51)', 'POINT(0 51)']::geography[]) WITH ORDINALITY u(g, o);
SELECT (places.cluster(g, places.rules('kmeans', 2))).place FROM unnest(ARRAY['SRID=27700;MULTIPOINT(0 5)', 'SRID=27700;POINT(0 5)']::geometry[]) g;
SELECT places.cluster('MULTIPOINT(0 0, 1 1)'::geometry, places.rules());
-- a stock whose groups are too small to be judged alone is judged whole
CREATE TABLE small_groups AS
SELECT i AS id, i / 3 AS la, ST_SetSRID(ST_MakePoint(-1.2 + i * 0.01234, 52 + i * 0.00567), 27700) AS geom FROM generate_series(0, 29) i;
SELECT count(*) FROM places.assign('small_groups', 'id', 'la', 'geom', places.rules('kmeans', 1));
SELECT homes FROM places.headline('small_groups', 'id', 'la', 'geom');
UPDATE small_groups SET geom = ST_SetSRID(ST_MakePoint(400000, 300000), 27700) WHERE id = 7;
SELECT homes FROM places.headline('small_groups', 'id', 'la', 'geom');
DROP TABLE small_groups;
DROP FUNCTION complaint;
