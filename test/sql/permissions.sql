-- invoker's rights: what one may not read oneself, these functions do not show
SET client_min_messages = warning;
\set SHOW_CONTEXT never
CREATE ROLE places_test_reader;
CREATE ROLE places_test_outsider;
CREATE TABLE guarded_stock AS SELECT i AS id, 'A' || i % 2 AS la, ST_MakePoint(i, 0) AS geom, 1 AS w, 'secret' AS tenant FROM generate_series(1, 8) i;
GRANT USAGE ON SCHEMA places TO places_test_reader, places_test_outsider;
GRANT SELECT (id, la, geom) ON guarded_stock TO places_test_reader;

SET ROLE places_test_outsider;
SELECT * FROM places.assign('guarded_stock', 'id', 'la', 'geom');
SELECT * FROM places.summary('guarded_stock', 'id', 'la', 'geom');
SELECT * FROM places.headline('guarded_stock', 'id', 'la', 'geom');
-- but everyone may cluster what is one's own
SELECT (places.cluster(ST_SetSRID(ST_MakePoint(i, 0), 27700), places.rules('kmeans', 2) ORDER BY i)).place FROM generate_series(1, 2) i;
SELECT (places.compactness(ST_SetSRID(ST_MakePoint(i, 0), 2154))).homes FROM generate_series(1, 2) i;
CREATE TEMP TABLE own AS SELECT 1 AS id, 'A' AS la, 'POINT(0 0)'::geometry AS geom;
SELECT home_id, place FROM places.assign('own', 'id', 'la', 'geom');

-- some columns granted
SET ROLE places_test_reader;
SELECT count(*) FROM places.assign('guarded_stock', 'id', 'la', 'geom');
SELECT count(*) FROM places.assign('guarded_stock', 'id', 'la', 'geom', places.rules('balanced'), 'w');
SELECT count(*) FROM places.assign('guarded_stock', 'tenant', 'la', 'geom');
RESET ROLE;

-- row-level security
ALTER TABLE guarded_stock ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_authority ON guarded_stock TO places_test_reader USING (la = 'A1');
SET ROLE places_test_reader;
SELECT authority, count(*) FROM places.assign('guarded_stock', 'id', 'la', 'geom') GROUP BY 1;
SELECT DISTINCT authority FROM places.summary('guarded_stock', 'id', 'la', 'geom');
SELECT homes FROM places.headline('guarded_stock', 'id', 'la', 'geom');
RESET ROLE;
SELECT homes FROM places.headline('guarded_stock', 'id', 'la', 'geom');

-- what runs with more rights than its caller's is on a search path of its own, and open to no ordinary user
SELECT p.oid::regprocedure AS loose FROM pg_proc p
WHERE p.pronamespace IN ('places'::regnamespace, 'places_internal'::regnamespace) AND p.prosecdef
	AND (p.proconfig IS NULL OR p.proconfig[1] <> 'search_path=pg_catalog, pg_temp' OR has_function_privilege('public', p.oid, 'EXECUTE'))
ORDER BY 1;

DROP TABLE guarded_stock, own;
REVOKE USAGE ON SCHEMA places FROM places_test_reader, places_test_outsider;
DROP ROLE places_test_reader, places_test_outsider;
