-- what a run refuses, holds back and remarks upon, and what it takes as it comes
SET client_min_messages = error;
\set SHOW_CONTEXT never
TRUNCATE places_internal.plan_definition, places_internal.run_record, places_internal.place_identity, places_internal.place_result, places_internal.membership,
	places_internal.authority_result, places_internal.lineage, places_internal.pinned_home, places_internal.locked_place, places_internal.act, places_internal.place_boundary RESTART IDENTITY;
CREATE TABLE lane_home AS
SELECT 'h' || i AS id, CASE WHEN i <= 20 THEN 'E1' ELSE 'E2' END AS la,
	ST_SetSRID(ST_MakePoint(400000 + 10 * i + CASE WHEN i > 20 THEN 9000 ELSE 0 END, 300000), 27700) AS geom
FROM generate_series(1, 40) i;
SELECT places.create_plan('c', 'lane_home', 'id', 'la', 'geom', places.rules('balanced', 10));

-- another isolation level would see a run half
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT * FROM places.run('c');
ROLLBACK;
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT places.publish('c', 1);
ROLLBACK;
BEGIN READ ONLY;
SELECT * FROM places.run('c');
ROLLBACK;
SET default_transaction_read_only = on;
CALL places.run_job('c');
RESET default_transaction_read_only;
BEGIN;
CALL places.run_job('c');
ROLLBACK;
CALL places.run_job('no such plan');
SELECT count(*) AS runs FROM places.run_history;
-- a job sees to it by itself
SET default_transaction_isolation = 'repeatable read';
CALL places.run_job('c');
RESET default_transaction_isolation;
SELECT homes, places, published, status FROM places.run_history;

-- tables of the session that have a name of ours are left alone, and one that is in the way is named
CREATE TEMP TABLE membership (home_id text, mine int);
CREATE TEMP TABLE plan_definition (plan text);
CREATE TEMP TABLE places_home (mine int);
SELECT status, published, moved_share FROM places.run('c');
CREATE TEMP TABLE places_run_authority (mine int);
SELECT * FROM places.run('c');
CALL places.run_job('c');
DROP TABLE places_run_authority;
CREATE TYPE pg_temp.places_run_place AS (mine int);
SELECT * FROM places.run('c');
DROP TYPE pg_temp.places_run_place;
SELECT (SELECT count(*) FROM membership) AS membership, (SELECT count(*) FROM places_home) AS places_home;
DROP TABLE pg_temp.membership, pg_temp.plan_definition, pg_temp.places_home;
-- nor is what a view of homes makes while it is read ever written to
CREATE FUNCTION meddle(id text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	IF id = 'h1' THEN
		CREATE TEMP TABLE places_run_authority (authority text, status text);
	END IF;
	RETURN id;
END $$;
CREATE VIEW meddling AS SELECT id, la, geom FROM lane_home;
SELECT places.create_plan('meddled', 'meddling', 'id', 'la', 'geom', places.rules('balanced', 10));
CREATE OR REPLACE VIEW meddling AS SELECT meddle(id) AS id, la, geom FROM lane_home;
SELECT status, note FROM places.run('meddled');
SELECT to_regclass('pg_temp.places_run_authority') AS left_over;
SELECT places.drop_plan('meddled');
DROP VIEW meddling;
DROP FUNCTION meddle;

-- an assertion that fails in a function of a view ends the run, not more
CREATE FUNCTION insist(id text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN ASSERT id <> 'h7', 'seventh home'; RETURN id; END $$;
CREATE VIEW asserting AS SELECT id, la, geom FROM lane_home;
SELECT places.alter_plan('c', stock => 'asserting');
CREATE OR REPLACE VIEW asserting AS SELECT insist(id) AS id, la, geom FROM lane_home;
SELECT status, published, note FROM places.run('c');
-- what a job says of a failure names no home: schedulers keep it
CREATE OR REPLACE FUNCTION insist(id text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	IF id = 'h7' THEN
		RAISE EXCEPTION 'home % is no home', id USING DETAIL = 'h7 again';
	END IF;
	RETURN id;
END $$;
CALL places.run_job('c');
SELECT run, status, error FROM places.run_history ORDER BY run DESC LIMIT 2;
SELECT count(*) AS locks FROM pg_locks WHERE locktype = 'object' AND pid = pg_backend_pid();
SELECT places.alter_plan('c', stock => 'lane_home');
DROP VIEW asserting;
DROP FUNCTION insist;

-- held back: a first run without a place, homes that are all new, ...
CREATE TABLE nowhere AS SELECT id, NULL::text AS la, geom FROM lane_home;
SELECT places.create_plan('first', 'nowhere', 'id', 'la', 'geom', places.rules('balanced', 10));
SELECT published, note FROM places.run('first');
UPDATE nowhere SET la = 'E1', geom = NULL;
SELECT published, note FROM places.run('first');
TRUNCATE nowhere;
SELECT published, note FROM places.run('first');
INSERT INTO nowhere TABLE lane_home;
SELECT published, note FROM places.run('first');
UPDATE nowhere SET id = upper(id);
SELECT published, moved_share, note FROM places.run('first');
SELECT found_rows, stock_rows, held_back IS NOT NULL AS held FROM places.run_history ORDER BY run DESC LIMIT 1;
UPDATE nowhere SET id = lower(id), la = lower(la);
SELECT published, note FROM places.run('first');
-- half is enough, and so is what is left of a stock that may shrink
UPDATE nowhere SET la = upper(la), id = CASE WHEN substr(id, 2)::int % 2 = 0 THEN upper(id) ELSE id END;
SELECT published, note FROM places.run('first');
SELECT places.alter_plan('first', max_shrink => 100);
DELETE FROM nowhere WHERE la = 'E2';
SELECT published, note FROM places.run('first');
-- remarked upon: authorities that are the same but for case and blanks
INSERT INTO nowhere TABLE lane_home ON CONFLICT DO NOTHING;
UPDATE nowhere SET la = CASE WHEN la = 'E2' THEN 'E2' WHEN substr(id, 2)::int % 3 = 0 THEN 'e1 ' ELSE 'E1' END;
SELECT places.create_plan('spelled', 'nowhere', 'id', 'la', 'geom', places.rules('balanced', 5));
SELECT published, note FROM places.run('spelled');
SELECT remark FROM places.run_history WHERE plan = 'spelled';
SELECT places.drop_plan('first'), places.drop_plan('spelled');
DROP TABLE nowhere;

-- an authority without a name is one; no authority is none
CREATE TABLE unnamed AS SELECT id, CASE WHEN la = 'E1' THEN '' END AS la, geom FROM lane_home;
INSERT INTO unnamed SELECT id, NULL, geom FROM unnamed WHERE la = '' ORDER BY id LIMIT 2;
SELECT places.create_plan('u', 'unnamed', 'id', 'la', 'geom', places.rules('balanced', 10));
SELECT homes, places, published, status, note FROM places.run('u');
SELECT moved_share, published, status, note FROM places.run('u');
SELECT authority, status, stock_rows, homes, places, unplaced, moved_homes FROM places.authority WHERE plan = 'u' ORDER BY authority;
SELECT authority, reason, count(*) FROM places.home WHERE plan = 'u' GROUP BY 1, 2 ORDER BY 1, 2;
SELECT name, authority, homes FROM places.place WHERE plan = 'u' ORDER BY place;
SELECT count(*) AS stored FROM places_internal.membership WHERE until_run IS NOT NULL;
SELECT places.drop_plan('u');
DROP TABLE unnamed;

-- the text of an id is the same whatever the settings of the session
CREATE TABLE moment AS SELECT timestamptz '2020-01-01 00:00+00' + i * interval '1 h' AS at, decode(md5(i::text), 'hex') AS hash,
	(i / 3.0)::float8 AS real, i * interval '25 h' AS gap, (i * 1.5)::numeric::money AS price, la, geom
FROM (SELECT *, substr(id, 2)::int AS i FROM lane_home) l;
SELECT places.create_plan(c, 'moment', c, 'la', 'geom', places.rules('balanced', 10)) FROM unnest('{at,hash,real,gap,price}'::name[]) c;
SELECT plan, published, status FROM unnest('{at,hash,real,gap,price}'::text[]) plan, places.run(plan);
SET TimeZone = 'Asia/Tokyo';
SET DateStyle = 'German';
SET IntervalStyle = 'sql_standard';
SET bytea_output = 'escape';
SET extra_float_digits = -3;
SET standard_conforming_strings = off;
SET escape_string_warning = off;
SELECT plan, moved_share, published, status FROM unnest('{at,hash,real,gap,price}'::text[]) plan, places.run(plan);
RESET TimeZone;
RESET DateStyle;
RESET IntervalStyle;
RESET bytea_output;
RESET extra_float_digits;
RESET standard_conforming_strings;
RESET escape_string_warning;
SELECT plan, min(home_id) AS first FROM places.home WHERE plan IN ('at', 'hash', 'real', 'gap', 'price') GROUP BY 1 ORDER BY 1;
SELECT places.drop_plan(c) FROM unnest('{at,hash,real,gap,price}'::text[]) c;
DROP TABLE moment;

-- long ids, authorities and labels, which no index takes whole
CREATE TABLE long_home AS SELECT (SELECT string_agg(md5(id || i), '' ORDER BY i) FROM generate_series(1, 190) i) AS id,
	la || (SELECT string_agg(md5(la || i), '' ORDER BY i) FROM generate_series(1, 190) i) AS la,
	(SELECT string_agg(md5('w' || i), '' ORDER BY i) FROM generate_series(1, 190) i) AS ward, geom
FROM lane_home;
SELECT places.create_plan('long', 'long_home', 'id', 'la', 'geom', places.rules('balanced', 10), label_column => 'ward');
SELECT homes, places, published, status, note FROM places.run('long');
SELECT homes, moved_share, published, status, note FROM places.run('long');
SELECT count(DISTINCT home_id) AS ids, max(length(home_id)) AS length, count(DISTINCT authority) AS authorities, max(length(authority)) AS length,
	max(length(place_name)) AS length FROM places.home WHERE plan = 'long';
SELECT places.pin('long', h.id, (SELECT min(place) FROM places.place WHERE plan = 'long')) FROM (SELECT id FROM long_home ORDER BY id LIMIT 1) h;
SELECT count(*) AS pinned FROM places.home WHERE plan = 'long' AND pinned;
SELECT places.forget(h.id) FROM (SELECT id FROM long_home ORDER BY id LIMIT 1) h;
SELECT count(*) AS pinned FROM places.correction WHERE plan = 'long';
SELECT places.drop_plan('long');
DROP TABLE long_home;

-- locations without a reference system, with heights and measures
CREATE TABLE flat AS SELECT id, la, ST_SetSRID(geom, 0) AS geom, ST_SetSRID(ST_MakePoint(ST_X(geom), ST_Y(geom), 5, substr(id, 2)::int), 27700) AS high
FROM lane_home;
SELECT places.create_plan('flat', 'flat', 'id', 'la', 'geom', places.rules('balanced', 10)), places.create_plan('high', 'flat', 'id', 'la', 'high', places.rules('balanced', 10));
SELECT plan, homes, places, published, status, note FROM unnest('{flat,high}'::text[]) plan, places.run(plan);
SELECT plan, moved_share, published, status FROM unnest('{flat,high}'::text[]) plan, places.run(plan);
SELECT DISTINCT plan, ST_SRID(location), ST_NDims(location) FROM places.home WHERE plan IN ('flat', 'high') ORDER BY 1;
SELECT plan, count(*) AS places, count(longitude) AS located FROM places.place WHERE plan IN ('flat', 'high') GROUP BY 1 ORDER BY 1;
SELECT places.drop_plan('flat'), places.drop_plan('high');
DROP TABLE flat;

-- longitudes and latitudes after metres
ALTER TABLE lane_home ADD geog geography;
UPDATE lane_home SET geog = ST_Transform(geom, 4326)::geography;
SELECT places.alter_plan('c', geom_column => 'geog');
-- the views go on to show what was run
SELECT count(*) AS homes, bool_and(distance < 200) AS near FROM places.home WHERE plan = 'c';
SELECT homes, moved_share, published, status, note FROM places.run('c');
SELECT count(*) AS homes, bool_and(distance < 200) AS near FROM places.home WHERE plan = 'c';
SELECT DISTINCT ST_SRID(location) FROM places.home WHERE plan = 'c';
SELECT places.alter_plan('c', geom_column => 'geom');
SELECT moved_share, published, status, note FROM places.run('c');

-- a policy that hides rows would have homes stored twice
ALTER TABLE places_internal.membership ENABLE ROW LEVEL SECURITY;
ALTER TABLE places_internal.membership FORCE ROW LEVEL SECURITY;
CREATE POLICY half ON places_internal.membership USING (home_id < 'h2');
CREATE ROLE places_test_hidden IN ROLE places_editor;
GRANT SELECT ON lane_home TO places_test_hidden;
SET ROLE places_test_hidden;
SELECT * FROM places.run('c');
SELECT places.discard(1);
RESET ROLE;
SELECT status, moved_share FROM places.run('c');
DROP POLICY half ON places_internal.membership;
ALTER TABLE places_internal.membership NO FORCE ROW LEVEL SECURITY;
ALTER TABLE places_internal.membership DISABLE ROW LEVEL SECURITY;
SET ROLE places_test_hidden;
SELECT status, moved_share FROM places.run('c');
RESET ROLE;
SELECT who FROM places.run_history ORDER BY run DESC LIMIT 1;
DROP OWNED BY places_test_hidden;
DROP ROLE places_test_hidden;
SELECT places.drop_plan('c');
DROP TABLE lane_home;

-- an authority is known by its text: numbers that are equal and written in two ways are two, in every run
CREATE TABLE written AS SELECT i AS id, CASE WHEN i <= 10 THEN 1.0 ELSE 1.00 END AS la, ST_SetSRID(ST_MakePoint(400000 + i, 300000), 27700) AS geom FROM generate_series(1, 20) i;
SELECT places.create_plan('w', 'written', 'id', 'la', 'geom', places.rules('balanced', 5));
SELECT status, moved_share FROM places.run('w');
UPDATE written SET geom = geom WHERE id <= 10;
SELECT status, moved_share FROM places.run('w');
SELECT authority, status, stock_rows FROM places.authority WHERE plan = 'w' ORDER BY 1;

-- words that a collation holds for equal are two authorities too, whichever row comes first, for plans and for who asks once
CREATE COLLATION places_test_nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE cased AS SELECT i AS id, CASE WHEN i = 20 THEN 'ABC' ELSE 'abc' END COLLATE places_test_nocase AS la, ST_SetSRID(ST_MakePoint(400000 + i, 300000), 27700) AS geom FROM generate_series(1, 20) i ORDER BY i;
SELECT places.create_plan('cased', 'cased', 'id', 'la', 'geom', places.rules('balanced', 5));
SELECT status, moved_share FROM places.run('cased');
CREATE TABLE turned AS SELECT * FROM cased ORDER BY id DESC;
DELETE FROM cased;
INSERT INTO cased SELECT * FROM turned;
SELECT status, moved_share, published FROM places.run('cased');
SELECT authority, status, stock_rows FROM places.authority WHERE plan = 'cased' ORDER BY authority COLLATE "C";
SELECT authority, count(*) FROM places.assign('cased', 'id', 'la', 'geom') GROUP BY 1 ORDER BY authority COLLATE "C";
SELECT authority, count(*) FROM places.assign('written', 'id', 'la', 'geom') GROUP BY 1 ORDER BY 1;
SELECT places.drop_plan('cased');
DROP TABLE cased, turned;
DROP COLLATION places_test_nocase;

-- pins whose ids hold what separates decisions
CREATE TABLE barred AS SELECT i AS id, 'x' AS la, ST_SetSRID(ST_MakePoint(400000 + i, 300000), 27700) AS geom FROM generate_series(1, 20) i;
ALTER TABLE barred ALTER id TYPE text;
SELECT places.create_plan('barred', 'barred', 'id', 'la', 'geom', places.rules('balanced', 5));
SELECT status FROM places.run('barred');
SELECT place AS n FROM places.home WHERE plan = 'barred' AND home_id = '20' \gset
UPDATE barred SET id = 'a' WHERE id = '1';
UPDATE barred SET id = 'b' WHERE id = '2';
UPDATE barred SET id = format('a|%s b', :n) WHERE id = '3';
SELECT status FROM places.run('barred');
SELECT places.pin('barred', format('a|%s b', :n), :n);
SELECT status FROM places.run('barred');
SELECT places.unpin('barred', format('a|%s b', :n)), places.pin('barred', 'a', :n), places.pin('barred', 'b', :n);
SELECT status FROM places.run('barred');
SELECT home_id, place = :n AS there, pinned FROM places.home WHERE plan = 'barred' AND home_id IN ('a', 'b') ORDER BY 1;
SELECT places.drop_plan('barred');
DROP TABLE barred;

-- a run that writes more than is stored, in a session with a cursor that reads homes by an index
CREATE TABLE many AS SELECT i AS id, 'x' AS la, ST_SetSRID(ST_MakePoint(400000 + i, 300000), 27700) AS geom FROM generate_series(1, 20000) i;
SELECT places.create_plan('read', 'many', 'id', 'la', 'geom', places.rules('balanced', 500));
SET enable_seqscan = off;
SET enable_bitmapscan = off;
DO $$
DECLARE
	reading CURSOR FOR SELECT home_id FROM places_internal.membership WHERE home_id = '1';
	r record;
BEGIN
	OPEN reading;
	FETCH reading INTO r;
	RAISE NOTICE '%', (SELECT status FROM places.run('read'));
END
$$;
SELECT count(*) AS by_index FROM places.home WHERE home_id = '1' AND plan = 'read';
RESET enable_seqscan;
RESET enable_bitmapscan;

-- and one inside a transaction that goes on: readers of other plans need not wait for it
SELECT places.create_plan('goes on', 'many', 'id', 'la', 'geom', places.rules('balanced', 500));
INSERT INTO many SELECT i, 'y', ST_SetSRID(ST_MakePoint(500000 + i, 300000), 27700) FROM generate_series(20001, 60000) i;
BEGIN;
SELECT status, homes FROM places.run('goes on');
SELECT count(*) AS locks FROM pg_locks WHERE pid = pg_backend_pid() AND mode IN ('AccessExclusiveLock', 'ShareLock')
	AND relation IN (SELECT indexrelid FROM pg_index WHERE indrelid::regclass::text LIKE 'places\_internal.membership%'
		UNION SELECT oid FROM pg_class WHERE oid::regclass::text LIKE 'places\_internal.membership%');
COMMIT;
DROP TABLE many;
SELECT count(places.drop_plan(plan)) FROM places_internal.plan_definition WHERE plan IN ('w', 'read', 'goes on');
DROP TABLE written;

-- a run counts the kinds of problems that it met in its stock, and says how to see them all
CREATE TABLE problems AS
SELECT CASE WHEN i < 3 THEN 5 WHEN i < 5 THEN NULL ELSE i END AS id, CASE WHEN i = 6 THEN 'LA ' WHEN i <> 7 THEN 'la' END AS la,
	CASE WHEN i <> 8 THEN 1 END AS w, CASE WHEN i <> 9 THEN ST_SetSRID(ST_MakePoint(430000 + i, 433000), 27700) END AS geom
FROM generate_series(1, 40) i;
SELECT places.create_plan('problems', 'problems', 'id', 'la', 'geom', places.rules('kmeans', 10), weight_column => 'w');
SELECT note FROM places.run('problems');
SELECT duplicate_ids, no_location, no_authority, bad_weight, problems FROM places.run_history WHERE plan = 'problems';
SELECT problem, homes FROM places.check_stock('public.problems', 'id', 'la', 'geom', weight_column => 'w') WHERE severity <> 'note' ORDER BY problem;
-- also one in which nothing has changed
SELECT note FROM places.run('problems');
-- none are no remark
UPDATE problems SET id = 100 + w, la = 'la' WHERE id IS NULL OR id = 5 OR la IS DISTINCT FROM 'la';
DELETE FROM problems WHERE w IS NULL OR geom IS NULL OR id > 100;
SELECT note FROM places.run('problems');
SELECT problems, remark FROM places.run_history WHERE plan = 'problems' ORDER BY run DESC LIMIT 1;
SELECT places.drop_plan('problems');
DROP TABLE problems;
