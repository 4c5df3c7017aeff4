-- the extension as an object of the database, in a database of its own
\set maindb :DBNAME
CREATE DATABASE places_extension_test;
\c places_extension_test
SET client_min_messages = warning;
CREATE EXTENSION places;
CREATE EXTENSION places CASCADE;

SELECT extname, extversion, extrelocatable, n.nspname
FROM pg_extension r JOIN pg_namespace n ON n.oid = r.extnamespace WHERE extname = 'places';

-- what it contains, in its own schema, each with a comment
CREATE VIEW member AS
SELECT d.classid, d.objid, pg_describe_object(d.classid, d.objid, 0) AS name
FROM pg_depend d JOIN pg_extension e ON d.refobjid = e.oid AND d.refclassid = 'pg_extension'::regclass
WHERE e.extname = 'places' AND d.deptype = 'e'
	/* but for the types that come with relations and types, which are members from PostgreSQL 17 */
	AND NOT EXISTS (SELECT FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
		WHERE d.classid = 'pg_type'::regclass AND t.oid = d.objid AND (t.typelem <> 0 OR c.relkind <> 'c'));
SELECT name FROM member WHERE name LIKE 'type %' ORDER BY 1;
SELECT name FROM member WHERE name LIKE 'function %' ORDER BY name COLLATE "C";
SELECT name AS without_comment FROM member
WHERE coalesce(obj_description(objid, classid::regclass::name), '') = ''
	AND name NOT LIKE 'schema %' AND name NOT LIKE 'sequence %' ORDER BY 1;
SELECT c.relname, a.attname AS without_comment
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
WHERE c.relnamespace IN ('places'::regnamespace, 'places_internal'::regnamespace) AND c.relkind IN ('c', 'r', 'v', 'p') AND NOT c.relispartition AND coalesce(col_description(c.oid, a.attnum), '') = '' ORDER BY 1, 2;
SELECT name AS outside FROM member WHERE name ~ '^(function|type)' AND name !~ '^(function|type) places(_internal)?\.';

-- volatility and parallel safety of all functions
SELECT provolatile AS volatile, proparallel AS parallel, string_agg(DISTINCT proname, ', ' ORDER BY proname) AS functions
FROM pg_proc WHERE pronamespace IN ('places'::regnamespace, 'places_internal'::regnamespace) GROUP BY 1, 2 ORDER BY 1, 2;
-- aggregates: no final function so dear that postgres_fdw keeps it at home
SELECT p.proname, max(f.procost) AS cost, bool_and(a.aggcombinefn <> 0) AS combines, bool_and(a.aggfinalmodify = 'r') AS window_safe
FROM pg_aggregate a JOIN pg_proc p ON p.oid = a.aggfnoid JOIN pg_proc f ON f.oid = a.aggfinalfn
WHERE p.pronamespace IN ('places'::regnamespace, 'places_internal'::regnamespace) GROUP BY 1 ORDER BY 1;

-- a dump carries every row of all that holds data
SELECT c.relkind, c.relname, c.oid = ANY (e.extconfig) AND e.extcondition[array_position(e.extconfig, c.oid)] = '' AS dumped
FROM pg_class c, pg_extension e
WHERE c.relnamespace = 'places_internal'::regnamespace AND c.relkind IN ('r', 'S', 'm', 'p') AND e.extname = 'places' ORDER BY 1, 2;

-- it stays where it is
ALTER EXTENSION places SET SCHEMA public;
DROP SCHEMA places;

-- what a user makes of it depends on it
CREATE VIEW dependent AS SELECT (places.compactness(ST_MakePoint(i, 0))).* FROM generate_series(1, 2) i;
CREATE TABLE rules_kept (r places.ruleset);
\set VERBOSITY terse
DROP EXTENSION places;
DROP EXTENSION postgis;
DROP VIEW dependent, member;
DROP TABLE rules_kept;

-- it goes without a trace but its schema, and comes again
DROP EXTENSION places;
SELECT count(*) AS left_behind FROM pg_depend WHERE refclassid = 'pg_namespace'::regclass AND refobjid = 'places'::regnamespace;
CREATE EXTENSION places;
SELECT (places.cluster(ST_MakePoint(i, 0), places.rules('kmeans', 1) ORDER BY i)).place FROM generate_series(1, 2) i;
DROP EXTENSION places;
DROP SCHEMA places;
DROP EXTENSION postgis;

-- PostGIS may live in a schema of its own
CREATE SCHEMA "Gis";
CREATE EXTENSION postgis SCHEMA "Gis";
SET search_path = public, "Gis";
CREATE EXTENSION places;
CREATE TABLE somewhere AS SELECT i AS id, 'A' AS la, ST_SetSRID(ST_MakePoint(i, 0), 27700) AS geom FROM generate_series(1, 4) i;
\c places_extension_test
SELECT home_id, place FROM places.assign('somewhere', 'id', 'la', 'geom', places.rules('kmeans', 2)) ORDER BY 1;
SELECT homes, radius FROM places.summary('somewhere', 'id', 'la', 'geom', places.rules('kmeans', 2));
SELECT homes FROM places.headline('somewhere', 'id', 'la', 'geom', places.rules('kmeans', 2));
SELECT (places.compactness(geom)).homes FROM somewhere;
SELECT places.compactness("Gis".ST_SetSRID(geom, 4326)) FROM somewhere;

\c :maindb
DROP DATABASE places_extension_test;
