-- ids, authorities and weights of whatever type, and complaints that stand alone
SET client_min_messages = warning;
CREATE TYPE typed_mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE typed_pair AS (a int, b text);
CREATE DOMAIN typed_positive AS numeric CHECK (VALUE > 0);
CREATE DOMAIN typed_points AS int[];
CREATE TABLE typed AS
SELECT i AS id, i % 3 AS n, ST_SetSRID(ST_MakePoint(400000 + i * 7 % 101, 300000 + i * 11 % 103), 27700) AS geom,
	json_build_object('id', i) AS json_id, i::text::xml AS xml_id, ARRAY[i, i] AS array_id, (i, 'x')::typed_pair AS pair_id, ARRAY[i]::typed_points AS domain_id, int4send(i) AS bytea_id, point(i, i) AS point_id,
	json_build_object('la', i % 3) AS json, json_build_object('la', i % 3)::jsonb AS jsonb, xmlelement(name la, i % 3) AS xml, point(i % 3, 0) AS point, circle(point(i % 3, 0), 1) AS circle, ARRAY[i % 3] AS ints,
	ARRAY[json_build_object('la', i % 3)] AS jsons, (i % 3, NULL)::typed_pair AS typed_pair, ARRAY[i % 3]::typed_points AS "domain", (ARRAY['sad', 'ok', 'happy'])[1 + i % 3]::typed_mood AS typed_mood,
	date '2026-01-01' + i % 3 AS date, (repeat(i % 3 || '', 32))::uuid AS uuid, (i % 3)::text::"char" AS chr, int4send(i % 3) AS bytea, ('A' || i % 3)::name AS name, (i % 3)::numeric AS numeric, int4range(i % 3, 9) AS range, (i % 3)::text::char(5) AS padded,
	(1 + i % 2)::money AS money, (1 + i % 2)::typed_positive AS positive, (1 + i % 2)::int2 AS int2, (1 + i % 2)::float4 AS float4, (1 + i % 2)::bigint AS int8, 7::oid AS oid, 'pg_class'::regclass AS regclass, (1 + i % 2)::text AS text, i % 2 = 0 AS bool, interval '1 day' AS interval
FROM generate_series(1, 60) i;
ANALYZE typed;

-- the same places, whatever their authorities are made of; in one process and in several, and for a run
CREATE FUNCTION places_by(workers int, authority name) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('max_parallel_workers_per_gather', workers::text, true);
	RETURN (SELECT string_agg(a.home_id || ':' || a.place, ' ' ORDER BY a.home_id::int) FROM places.assign('typed', 'id', authority, 'geom', places.rules('balanced', 5)) a WHERE a.authority IS NOT NULL);
END $$;
SELECT places_by(0, 'n') AS by_number \gset
SELECT a.attname AS authority, places_by(0, a.attname) = :'by_number' AS same,
	(SELECT count(*) FROM places_internal.run_groups('typed', 'id', a.attname, 'geom', NULL, a.attname, 0, NULL, 27700, 0, places.rules(), NULL, NULL, 'public') WHERE duplicate_ids IS NULL) AS groups,
	(SELECT authorities FROM places.headline('typed', 'id', a.attname, 'geom')) AS authorities
FROM pg_attribute a WHERE a.attrelid = 'typed'::regclass AND a.attnum BETWEEN 11 AND 28 ORDER BY a.attnum;
SET min_parallel_table_scan_size = 0;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SELECT places_by(3, 'json') = :'by_number' AS same_in_parallel;
RESET ALL;
SET client_min_messages = warning;

-- ids come back as their texts
CREATE FUNCTION ids_of(id name) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE found bigint;
BEGIN
	EXECUTE format('SELECT count(*) FROM places.assign(''typed'', %L, ''n'', ''geom'') a JOIN typed t ON t.%I::text = a.home_id', id, id) INTO found;
	RETURN found;
END $$;
SELECT id, ids_of(id) FROM unnest('{id,json_id,xml_id,array_id,pair_id,domain_id,bytea_id,point_id}'::name[]) id;
SELECT place > 0 AS found FROM places.explain('typed', 'array_id', 'n', 'geom', home => '{17,17}');

-- numbers are weights, money too; what cannot be cast is refused before anything is read
SELECT w AS weight, h.homes FROM unnest('{money,positive,int2,float4,int8,numeric}'::name[]) w, places.headline('typed', 'id', 'n', 'geom', weight_column => w) h;
\set SHOW_CONTEXT always
SELECT * FROM places.assign('typed', 'id', 'n', 'geom', weight_column => 'oid');
SELECT * FROM places.assign('typed', 'id', 'n', 'geom', weight_column => 'regclass');
SELECT * FROM places.assign('typed', 'id', 'n', 'geom', weight_column => 'text');
SELECT * FROM places.assign('typed', 'id', 'n', 'geom', weight_column => 'bool');
SELECT * FROM places.assign('typed', 'id', 'n', 'geom', weight_column => 'interval');

-- complaints, with all the context that there is
CREATE VIEW in_degrees AS SELECT id, n, ST_SetSRID(geom, 4326) AS geom FROM typed;
CREATE VIEW as_lines AS SELECT id, n, ST_MakeLine(geom, geom) AS geom FROM typed;
CREATE SEQUENCE counter;
SELECT count(*) FROM places.assign('typed', 'id', 'nn', 'geom');
SELECT count(*) FROM places.assign('typed', 'id', 'n', 'geom', NULL);
SELECT count(*) FROM places.assign('typed', 'id', 'n', 'geom', ROW('balanced', 1, 2, 3, 4, NULL, NULL, NULL, NULL)::places.ruleset);
SELECT count(*) FROM places.assign('in_degrees', 'id', 'n', 'geom');
SELECT count(*) FROM places.assign('as_lines', 'id', 'n', 'geom');
SELECT count(*) FROM places.assign('counter', 'last_value', 'last_value', 'geom');
SELECT homes FROM places.headline('in_degrees', 'id', 'n', 'geom');
SELECT count(*) FROM places.summary('typed', 'id', 'n', 'n');
SELECT count(*) FROM places.frontier('typed', 'id', 'n', 'geom', NULL);
SELECT count(*) FROM places.coverage_bound('typed', 'id', NULL, 'geom');
SELECT * FROM places.explain('typed', 'id', 'n', 'geom');
SELECT * FROM places.explain('typed', 'id', 'n', 'geom', home => '99');
SELECT * FROM places_internal.describe_stock('in_degrees', 'id', 'n', 'geom', NULL, NULL, places.rules(), 'public');
SELECT * FROM places_internal.describe_stock('typed', 'id', 'n', 'geom', NULL, 'label', places.rules(), 'public');
SELECT count(*) FROM places_internal.run_groups('typed', 'id', 'n', 'geom', NULL, NULL, NULL, NULL, 27700, 0, places.rules(), NULL, NULL, 'public');
-- what a view's own function has to say comes with where it says it
CREATE FUNCTION refuse(g geometry) RETURNS geometry LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no such home'; END $$;
CREATE VIEW refusing AS SELECT id, n, refuse(geom) AS geom FROM typed;
SELECT count(*) FROM places.assign('refusing', 'id', 'n', 'geom');
-- a position within our own query is none in the client's
CREATE SCHEMA closed;
CREATE TABLE closed.homes AS TABLE typed;
CREATE ROLE types_outsider;
GRANT USAGE ON SCHEMA places TO types_outsider;
GRANT SELECT ON closed.homes TO types_outsider;
SELECT 'closed.homes'::regclass::oid AS homes \gset
SET ROLE types_outsider;
SELECT count(*) FROM places.assign(:homes::oid::regclass, 'id', 'n', 'geom');
RESET ROLE;
\set SHOW_CONTEXT errors

REVOKE USAGE ON SCHEMA places FROM types_outsider;
DROP SCHEMA closed CASCADE;
DROP ROLE types_outsider;
DROP VIEW in_degrees, as_lines, refusing;
DROP TABLE typed;
DROP SEQUENCE counter;
DROP FUNCTION places_by, ids_of, refuse;
DROP DOMAIN typed_positive, typed_points;
DROP TYPE typed_mood, typed_pair;
