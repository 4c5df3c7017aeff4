-- What the fuzzer calls functions on: roles, stocks as nobody would keep them,
-- functions that a user could write.  In schema fuzz; idempotent.

SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS places CASCADE;

DO $$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'fuzz_user') THEN
		CREATE ROLE fuzz_user LOGIN;
		CREATE ROLE fuzz_editor LOGIN IN ROLE places_editor;
		CREATE ROLE fuzz_admin LOGIN IN ROLE places_admin;
		CREATE ROLE "fuzz ""odd" LOGIN;
	END IF;
END
$$;

DROP SCHEMA IF EXISTS fuzz CASCADE;
DROP SCHEMA IF EXISTS fuzz_layers CASCADE;
CREATE SCHEMA fuzz AUTHORIZATION fuzz_user;
CREATE SCHEMA fuzz_layers AUTHORIZATION fuzz_user;
GRANT USAGE ON SCHEMA fuzz TO PUBLIC;
GRANT ALL ON SCHEMA fuzz_layers TO PUBLIC;
DO $$ BEGIN EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO PUBLIC', current_database()); END $$;
GRANT EXECUTE ON FUNCTION pg_get_backend_memory_contexts() TO PUBLIC;
GRANT SELECT ON pg_backend_memory_contexts TO PUBLIC;

SET ROLE fuzz_user;

-- functions of a user, some of them lies about themselves

CREATE FUNCTION fuzz.execute(sql text) RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
	answer text;
BEGIN
	EXECUTE sql INTO answer;
	RETURN left(answer, 100);
END
$$;
CREATE FUNCTION fuzz.attempt(sql text) RETURNS text LANGUAGE plpgsql VOLATILE PARALLEL SAFE AS $$
DECLARE
	answer text;
BEGIN
	EXECUTE sql INTO answer;
	RETURN left(answer, 100);
EXCEPTION WHEN OTHERS THEN
	/* what shows a fault of ours goes on */
	IF SQLSTATE LIKE 'XX%' OR SQLSTATE IN ('53200', 'P0004') THEN
		RAISE;
	END IF;
	RETURN SQLERRM;
END
$$;
CREATE FUNCTION fuzz.raises(n bigint) RETURNS float8 LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
	IF n = 37 THEN
		RAISE EXCEPTION 'a function of the stock''s failed';
	END IF;
	RETURN 1;
END
$$;
CREATE FUNCTION fuzz.asserts(n bigint) RETURNS float8 LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
	IF n = 11 THEN
		RAISE EXCEPTION USING ERRCODE = 'query_canceled', MESSAGE = 'cancelled by a function of the stock''s';
	END IF;
	RETURN 1;
END
$$;
CREATE FUNCTION fuzz.cancels(n bigint) RETURNS float8 LANGUAGE sql VOLATILE PARALLEL SAFE AS
	'SELECT CASE WHEN n = 29 AND pg_cancel_backend(pg_backend_pid()) THEN 2.0 ELSE 1.0 END';
CREATE FUNCTION fuzz.moves_path(n bigint) RETURNS float8 LANGUAGE sql VOLATILE AS
	'SELECT length(set_config(''search_path'', ''fuzz, pg_catalog'', false))::float8';
CREATE FUNCTION fuzz.makes_table(n bigint) RETURNS float8 LANGUAGE plpgsql VOLATILE AS $$
BEGIN
	CREATE TEMPORARY TABLE IF NOT EXISTS places_run_authority (id int);
	CREATE TEMPORARY TABLE IF NOT EXISTS membership (id int);
	RETURN 1;
END
$$;

-- towns

CREATE TABLE fuzz.homes (
	id text, la text, geom geometry(Point, 27700), w float8, geog geography(Point), label text, n bigint);
INSERT INTO fuzz.homes
SELECT 'h' || i, 'LA' || i % 4,
	ST_SetSRID(ST_MakePoint(400000 + i % 4 * 20000 + i % 7 * 900 + i * 7919 % 400,
		300000 + i % 5 * 800 + i * 104729 % 300), 27700),
	1 + i % 3,
	ST_SetSRID(ST_MakePoint(-2 + i % 4 * 0.3 + i % 7 * 0.01 + i * 7919 % 400 / 1e5,
		52 + i % 5 * 0.01 + i * 104729 % 300 / 1e5), 4326)::geography,
	'Town ' || i % 7, i
FROM generate_series(1, 200) i;
CREATE TABLE fuzz.some AS SELECT i AS n, 'h' || i AS id FROM generate_series(1, 6) i;
ALTER TABLE fuzz.some SET (parallel_workers = 2);
CREATE TABLE fuzz.many AS
SELECT i AS id, 'LA' || i % 3 AS la, 1.0::float8 AS w,
	ST_SetSRID(ST_MakePoint(400000 + i * 7919::bigint % 10007, 300000 + i * 104729::bigint % 10009), 27700) AS geom
FROM generate_series(1, 3000) i;
ALTER TABLE fuzz.many SET (parallel_workers = 2);

-- and what is not one

CREATE TABLE fuzz.nothing (LIKE fuzz.homes);
CREATE TABLE fuzz.nulls (LIKE fuzz.homes);
INSERT INTO fuzz.nulls SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM generate_series(1, 20);
INSERT INTO fuzz.nulls SELECT 'x' || i, NULLIF('', i::text), NULL, 'NaN', NULL, '', i FROM generate_series(1, 20) i;

CREATE TABLE fuzz.same (LIKE fuzz.homes);
INSERT INTO fuzz.same SELECT id, 'one', 'SRID=27700;POINT(1 1)', w, 'POINT(1 1)', label, n FROM fuzz.homes;
CREATE TABLE fuzz.twice (LIKE fuzz.homes);
INSERT INTO fuzz.twice SELECT 'same id', la, geom, w, geog, label, n FROM fuzz.homes;

CREATE TABLE fuzz.weights (LIKE fuzz.homes);
INSERT INTO fuzz.weights
SELECT h.id, h.la, h.geom,
	('{1e304,1e308,1.7976931348623157e308,5e-324,0,-0,1e15,9007199254740993,1e-300,NaN,Infinity,-Infinity,-1,1e100}'
		::float8[])[h.n % 14 + 1], h.geog, h.label, h.n
FROM fuzz.homes h;
CREATE TABLE fuzz.heavy (LIKE fuzz.homes);
INSERT INTO fuzz.heavy SELECT id, la, geom, 1e305 + w * 1e307, geog, label, n FROM fuzz.homes;

CREATE TABLE fuzz.far (id bigint, la text, geom geometry, w float8, geog geography, label text, n bigint);
INSERT INTO fuzz.far
SELECT n, la, ST_MakePoint(CASE WHEN n % 9 = 0 THEN 10.0 ^ (n / 2) ELSE ST_X(geom) END,
	CASE WHEN n % 11 = 0 THEN -(10.0 ^ (n / 2)) ELSE ST_Y(geom) END), w, geog, label, n
FROM fuzz.homes;
CREATE TABLE fuzz.limits (LIKE fuzz.far);
INSERT INTO fuzz.limits
SELECT n, 'LA' || n % 2, ST_MakePoint(
	('{1e7,-1e7,4e7,-4e7,1e8,-1e8,1e9,-1e9}'::float8[])[n % 8 + 1] + n,
	('{4e7,1e8,-1e9,1e9,-4e7,0}'::float8[])[n % 6 + 1] - n), w,
	('POINT(' || (n % 3 - 1) * 180 || ' ' || (n % 5 - 2) * 45 || ')')::geography, label, n
FROM fuzz.homes;

CREATE TABLE fuzz.mixed (id text, la text, geom geometry, w float8, geog geography, label text, n bigint);
INSERT INTO fuzz.mixed
SELECT 'm' || i, 'LA' || i % 2, (ARRAY['POINT(1 2)', 'POINT EMPTY', 'MULTIPOINT(1 2)', 'MULTIPOINT(1 2,3 4)',
	'LINESTRING(0 0,5 5)', 'POLYGON((0 0,9 0,9 9,0 0))', 'GEOMETRYCOLLECTION(POINT(1 1))', 'POINT Z(1 2 3)',
	'POINT M(1 2 3)', 'POINT ZM(1 2 3 4)', 'SRID=4326;POINT(1 2)', 'SRID=3857;POINT(7 7)',
	'SRID=999999;POINT(1 2)', 'SRID=27700;POINT(nan nan)', 'CIRCULARSTRING(0 0,1 1,2 0)',
	'GEOMETRYCOLLECTION EMPTY', 'SRID=27700;MULTIPOINT EMPTY', 'POINT(1e308 1)', 'TIN(((0 0,1 0,0 1,0 0)))'])[i % 19 + 1]::geometry,
	i % 4, (ARRAY['POINT(1 2)', 'POINT EMPTY', 'LINESTRING(0 0,5 5)', 'MULTIPOINT(1 2)', 'POINT(180 90)', 'POINT(-180 -90)',
	'POINT Z(1 2 3)'])[i % 7 + 1]::geography, 'label', i
FROM generate_series(1, 190) i;
CREATE TABLE fuzz.long (LIKE fuzz.homes);
INSERT INTO fuzz.long SELECT repeat(id, 2000), repeat(la, 3000), geom, w, geog, repeat(label, 1500), n FROM fuzz.homes WHERE n <= 40;
CREATE TABLE fuzz.words (LIKE fuzz.homes);
INSERT INTO fuzz.words
SELECT (ARRAY['', ' ', '''', '"', '\', E'\n', E'\t', 'é', '日本', '%s', '$1', ':x', '--', '/*', U&'\FFFF', U&'\+01F600',
	'<script>', '&amp;', '{}', 'null', 'NULL', E'\x01'])[n % 22 + 1] || CASE WHEN n % 3 = 0 THEN '' ELSE n::text END,
	(ARRAY['', ' ', 'a', 'A', ' a', 'É', '"', '''', '</script>', NULL])[n % 10 + 1], geom, w, geog,
	(ARRAY['', NULL, 'x', '%I', '\', '"a"'])[n % 6 + 1], n
FROM fuzz.homes;

-- a column of every type, to be taken for any of the arguments

CREATE TYPE fuzz.colour AS ENUM ('red', 'green');
CREATE TYPE fuzz.pair AS (a int, b text);
CREATE DOMAIN fuzz.positive AS float8 CHECK (VALUE > 0);
CREATE DOMAIN fuzz.place AS geometry;
CREATE TABLE fuzz.types AS
SELECT 'h' || i AS id, 'LA' || i % 2 AS la, ST_SetSRID(ST_MakePoint(i * 10, i % 10), 27700) AS geom, 1::float8 AS w, i AS c_int,
	i::smallint AS c_small, i::bigint AS c_big, i::numeric AS c_numeric, i::real AS c_real, i::text::money AS c_money,
	i::text::bytea AS c_bytea, i % 2 = 0 AS c_bool, 'a'::"char" AS c_char, i::text::name AS c_name, i::text::varchar(3) AS c_varchar,
	i::text::char(9) AS c_bpchar, now() + i * interval '1 day' AS c_stamptz, now()::date + i AS c_date, i * interval '1 h' AS c_interval,
	('00:' || i % 60)::time AS c_time, ('{"a":' || i || '}')::json AS c_json, ('[' || i || ']')::jsonb AS c_jsonb, md5(i::text)::uuid AS c_uuid,
	ARRAY[i] AS c_ints, ARRAY['a', NULL] AS c_texts, point(i, i) AS c_point, box(point(0, 0), point(i, i)) AS c_box, int4range(0, i) AS c_range,
	('10.0.0.' || i % 250)::inet AS c_inet, i::bit(8) AS c_bit, to_tsvector('simple', i::text) AS c_tsvector, '(0,1)'::tid AS c_tid,
	i::oid AS c_oid, 'pg_class'::regclass AS c_regclass, 'red'::fuzz.colour AS c_enum, (i, 'b')::fuzz.pair AS c_pair,
	(i + 1)::fuzz.positive AS c_domain, ST_MakePoint(i, i)::fuzz.place AS c_place, i::text::xid AS c_xid, '0/1'::pg_lsn AS c_lsn,
	ST_MakePoint(i % 9, 1)::geography AS c_geog, ST_MakePoint(i, 1)::geometry(Point) AS c_geom, box2d(ST_MakePoint(i, 1)) AS c_box2d,
	places.rules('kmeans', 5) AS c_rules, '$.a'::jsonpath AS c_path, NULL::unknown::text AS c_null
FROM generate_series(1, 40) i;

CREATE TABLE fuzz."odd ""table" (
	"Id" text, "l a" text, "geom""etry" geometry, "wéight" float8, "select" text,
	a234567890123456789012345678901234567890123456789012345678901234 int, gone int);
INSERT INTO fuzz."odd ""table" SELECT id, la, geom, w, label, n, n FROM fuzz.homes;
ALTER TABLE fuzz."odd ""table" DROP COLUMN gone;

CREATE TABLE fuzz.parts (LIKE fuzz.homes) PARTITION BY LIST (la);
CREATE TABLE fuzz.parts_0 PARTITION OF fuzz.parts FOR VALUES IN ('LA0', 'LA1');
CREATE TABLE fuzz.parts_2 PARTITION OF fuzz.parts FOR VALUES IN ('LA2');
CREATE TABLE fuzz.parts_rest PARTITION OF fuzz.parts DEFAULT;
INSERT INTO fuzz.parts SELECT * FROM fuzz.homes;
CREATE TABLE fuzz.empty_parts (LIKE fuzz.homes) PARTITION BY LIST (la);
CREATE TABLE fuzz.parent (LIKE fuzz.homes);
CREATE TABLE fuzz.child () INHERITS (fuzz.parent);
INSERT INTO fuzz.child SELECT * FROM fuzz.homes;
CREATE TABLE fuzz.secret (LIKE fuzz.homes);
INSERT INTO fuzz.secret SELECT * FROM fuzz.homes;
ALTER TABLE fuzz.secret ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY those ON fuzz.secret USING (fuzz.raises(n) > 0);
CREATE TABLE fuzz.ruled (LIKE fuzz.homes);
CREATE RULE nothing AS ON INSERT TO fuzz.ruled DO INSTEAD NOTHING;
CREATE TABLE fuzz.computed (id int, la text, x float8, geom geometry GENERATED ALWAYS AS (ST_MakePoint(x, x)) STORED, w int);
INSERT INTO fuzz.computed SELECT n, la, n FROM fuzz.homes;
CREATE SEQUENCE fuzz.sequence;
CREATE INDEX homes_index ON fuzz.homes (id);
CREATE MATERIALIZED VIEW fuzz.matter AS SELECT * FROM fuzz.homes;
CREATE MATERIALIZED VIEW fuzz.unfilled AS SELECT * FROM fuzz.homes WITH NO DATA;

CREATE VIEW fuzz.v_plain AS SELECT * FROM fuzz.homes;
CREATE VIEW fuzz.v_error AS SELECT id, la, geom, fuzz.raises(n) AS w, geog, label, n FROM fuzz.homes;
CREATE VIEW fuzz.v_assert AS SELECT id, la, geom, fuzz.asserts(n) AS w, geog, label, n FROM fuzz.homes;
CREATE VIEW fuzz.v_cancel AS SELECT id, la, geom, fuzz.cancels(n) AS w, geog, label, n FROM fuzz.homes;
CREATE VIEW fuzz.v_path AS SELECT id, la, geom, fuzz.moves_path(n) AS w, geog, label, n FROM fuzz.homes;
CREATE VIEW fuzz.v_temp AS SELECT id, la, geom, fuzz.makes_table(n) AS w, geog, label, n FROM fuzz.homes;
CREATE VIEW fuzz.v_divide AS SELECT id, la, geom, 1.0 / (n - 50) AS w, geog, label, n FROM fuzz.homes;
CREATE VIEW fuzz.v_random AS SELECT id, la, geom, w * random() AS w, geog, label, n FROM fuzz.homes WHERE random() < 0.9;
CREATE VIEW fuzz.v_again AS
SELECT a.home_id AS id, a.authority AS la, h.geom, h.w, h.geog, h.label, h.n
FROM places.assign('fuzz.homes', 'id', 'la', 'geom', places.rules('kmeans', 20)) a JOIN fuzz.homes h ON h.id = a.home_id;
CREATE VIEW fuzz.v_inside AS
SELECT h.id, h.la, h.geom, (SELECT count(*) FROM places.summary('fuzz.same', 'id', 'la', 'geom', places.rules('kmeans', 90)))::float8 AS w,
	h.geog, h.label, h.n
FROM fuzz.homes h WHERE h.n < 4;
CREATE VIEW fuzz.v_lateral AS
SELECT h.id, h.la, h.geom, fuzz.execute('SELECT places_homes FROM (SELECT 1.0 AS places_homes) s')::float8 AS w, h.geog, h.label, h.n FROM fuzz.homes h;
CREATE VIEW fuzz.v_union AS SELECT * FROM fuzz.homes UNION ALL SELECT * FROM fuzz.same UNION ALL SELECT * FROM fuzz.parts;
CREATE VIEW fuzz.v_barrier WITH (security_barrier) AS SELECT * FROM fuzz.homes WHERE fuzz.raises(n + 1000) > 0;
CREATE VIEW fuzz.v_one AS SELECT 'a' AS id, 'b' AS la, 'SRID=27700;POINT(1 1)'::geometry AS geom, 1::float8 AS w;
CREATE VIEW fuzz.v_columnless AS SELECT FROM fuzz.homes;
CREATE TABLE fuzz.columnless ();

GRANT SELECT ON ALL TABLES IN SCHEMA fuzz TO PUBLIC;
REVOKE ALL ON fuzz.nulls FROM PUBLIC;
RESET ROLE;
CREATE TABLE fuzz.forbidden AS SELECT * FROM fuzz.homes;

DO $$
BEGIN
	CREATE EXTENSION IF NOT EXISTS postgres_fdw;
	DROP SERVER IF EXISTS fuzz_loopback CASCADE;
	EXECUTE format('CREATE SERVER fuzz_loopback FOREIGN DATA WRAPPER postgres_fdw OPTIONS (dbname %L, host %L, port %L)',
		current_database(), current_setting('unix_socket_directories'), current_setting('port'));
	CREATE USER MAPPING FOR PUBLIC SERVER fuzz_loopback OPTIONS (user 'fuzz_user', password_required 'false');
	CREATE FOREIGN TABLE fuzz.remote (id text, la text, geom geometry, w float8, geog geography, label text, n bigint)
		SERVER fuzz_loopback OPTIONS (schema_name 'fuzz', table_name 'homes');
	CREATE FOREIGN TABLE fuzz.remote_lost (id text, la text, geom geometry, w float8)
		SERVER fuzz_loopback OPTIONS (schema_name 'fuzz', table_name 'is not there');
	GRANT SELECT ON fuzz.remote, fuzz.remote_lost TO PUBLIC;
EXCEPTION WHEN undefined_file OR feature_not_supported THEN
	RAISE WARNING 'no postgres_fdw here';
END
$$;
