-- workers that solve: wherever the homes come from, whatever surrounds the call, the answer of one process
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SET min_parallel_table_scan_size = 0;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;

CREATE TABLE pool AS
SELECT i AS id, 'A' || i % 12 AS la,
	ST_SetSRID(ST_MakePoint(400000 + i * 7919::bigint % 20011, 300000 + i * 104729::bigint % 30013), 27700) AS geom
FROM generate_series(1, 3000) i;
CREATE INDEX ON pool (la);
ANALYZE pool;

CREATE FUNCTION answer(workers int, stock regclass) RETURNS text LANGUAGE plpgsql AS $$
DECLARE answer text;
BEGIN
	PERFORM set_config('max_parallel_workers_per_gather', workers::text, true);
	SELECT md5(string_agg(a::text, E'\n' ORDER BY a::text)) INTO answer
	FROM places.assign(stock, 'id', 'la', 'geom', places.rules('balanced', 20)) a;
	RETURN answer;
END $$;
CREATE FUNCTION reading_of(stock regclass) RETURNS text LANGUAGE plpgsql AS $$
DECLARE line text; plan text := '';
BEGIN
	FOR line IN EXECUTE format('EXPLAIN (COSTS OFF) SELECT la, places_internal.pack(geom, 1, NULL, NULL, NULL) FROM %s GROUP BY la', stock) LOOP
		plan := plan || line;
	END LOOP;
	RETURN CASE WHEN plan LIKE '%Gather%Parallel%' THEN 'parallel' ELSE 'serial' END;
END $$;
SELECT answer(0, 'pool') AS alone \gset

-- whatever the stock is; a function that forbids workers may do so even while its rows are being read
CREATE FUNCTION careful(g geometry) RETURNS geometry LANGUAGE plpgsql STABLE PARALLEL UNSAFE AS $$
BEGIN
	RETURN g;
EXCEPTION WHEN OTHERS THEN
	RETURN NULL;
END $$;
CREATE SEQUENCE read_homes;
CREATE VIEW plain AS SELECT id, la, geom FROM pool WHERE id > 0;
CREATE VIEW volatile_view AS SELECT id, la, geom, clock_timestamp() AS at FROM pool WHERE clock_timestamp() > '2000-01-01';
CREATE VIEW restricted_view AS SELECT id, la, geom FROM pool WHERE random() >= 0;
CREATE VIEW unsafe_view AS SELECT id, la, careful(geom) AS geom FROM pool;
CREATE VIEW writing_view AS SELECT id, la, CASE WHEN nextval('read_homes') > 0 THEN geom END AS geom FROM pool ORDER BY la;
CREATE VIEW barrier WITH (security_barrier) AS SELECT id, la, geom FROM pool WHERE id > 0;
CREATE MATERIALIZED VIEW kept_view AS SELECT id, la, geom FROM pool;
CREATE TEMPORARY TABLE own AS TABLE pool;
ANALYZE kept_view, own;
SET max_parallel_workers_per_gather = 3;
SELECT stock, reading_of(stock), answer(0, stock) = :'alone' AS same_alone, answer(3, stock) = :'alone' AS same
FROM unnest('{pool,plain,volatile_view,restricted_view,unsafe_view,writing_view,barrier,kept_view,own}'::regclass[]) WITH ORDINALITY s(stock, o) ORDER BY o;
-- in the order of an index, so that the first authority comes before the others have been read
SET enable_hashagg = off;
SET enable_sort = off;
SELECT stock, answer(3, stock) = :'alone' AS same
FROM unnest('{unsafe_view,writing_view}'::regclass[]) WITH ORDINALITY s(stock, o) ORDER BY o;
RESET enable_hashagg;
RESET enable_sort;

-- row level security: the same authorities however many processes read
CREATE ROLE pool_member;
CREATE TABLE looks_after AS SELECT 'pool_member'::name AS member, 'A' || i AS la FROM generate_series(3, 7) i;
GRANT USAGE ON SCHEMA places TO pool_member;
GRANT SELECT ON pool, looks_after, plain TO pool_member;
ALTER TABLE pool ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_authorities ON pool USING (la IN (SELECT l.la FROM looks_after l WHERE l.member = current_user));
CREATE VIEW own_authorities AS SELECT id, la, geom FROM pool WHERE la IN ('A3', 'A4', 'A5', 'A6', 'A7');
SELECT answer(0, 'own_authorities') AS own \gset
SET ROLE pool_member;
SELECT reading_of('pool'), answer(0, 'pool') = :'own' AS same_alone, answer(3, 'pool') = :'own' AS same;
SELECT authority, count(*) FROM places.assign('pool', 'id', 'la', 'geom', places.rules('balanced', 20)) GROUP BY 1 ORDER BY 1;
-- a view reads with its owner's rights
SELECT answer(3, 'plain') = :'alone' AS all_of_them;
RESET ROLE;
ALTER TABLE pool DISABLE ROW LEVEL SECURITY;

-- no worker to be had
SET max_parallel_workers = 0;
SELECT answer(3, 'pool') = :'alone' AS same;
-- more groups than there are slots, and more bytes than may wait
CREATE VIEW many_authorities AS SELECT id, id % 1000 AS la, geom FROM pool;
SELECT answer(0, 'many_authorities') AS alone_many \gset
SELECT answer(3, 'many_authorities') = :'alone_many' AS same;
-- more than the planner knows of: groups that wait for room, one for which there is none, answers for which there is none
CREATE FUNCTION copies() RETURNS SETOF int ROWS 1 LANGUAGE sql AS 'SELECT generate_series(0, 80)';
CREATE VIEW many_homes AS SELECT id, greatest(c - 50, 0) AS la, geom FROM pool, copies() c WHERE id <= 800;
CREATE FUNCTION lists(workers int, target int) RETURNS TABLE (groups bigint, lists bigint, list text) LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('max_parallel_workers_per_gather', workers::text, true);
	RETURN QUERY SELECT count(*), count(DISTINCT l.list::text), md5(string_agg(l.list::text, ' ' ORDER BY authority))
	FROM places_internal.solve_places('many_homes', 'id', 'la', 'geom', NULL, places.rules('kmeans', target), false) l;
END $$;
SELECT md5(string_agg(l.list, ' ' ORDER BY t)) AS alone_lists FROM unnest('{2,300}'::int[]) t, lists(0, t) l \gset
RESET max_parallel_workers;
SELECT answer(3, 'many_authorities') = :'alone_many' AS same;
SELECT sum(groups) AS groups, sum(lists) AS lists, md5(string_agg(l.list, ' ' ORDER BY t)) = :'alone_lists' AS same FROM unnest('{2,300}'::int[]) t, lists(3, t) l;

-- an error while workers solve comes through; caught, it leaves nothing behind
CREATE VIEW breaks AS SELECT id, id % 1000 AS la, CASE WHEN 1 / (id - 3000) = 0 THEN geom END AS geom FROM (SELECT * FROM pool ORDER BY id % 1000, id) c;
CREATE FUNCTION caught() RETURNS TABLE (attempt int, message text, same boolean) LANGUAGE plpgsql AS $$
DECLARE alone text := answer(0, 'pool');
BEGIN
	FOR n IN 1 .. 2 LOOP
		attempt := n;
		BEGIN
			PERFORM answer(3, 'breaks');
		EXCEPTION WHEN division_by_zero THEN
			GET STACKED DIAGNOSTICS message = MESSAGE_TEXT;
			same := answer(3, 'pool') = alone;
		END;
		RETURN NEXT;
	END LOOP;
END $$;
SET enable_hashagg = off;
SELECT * FROM caught();
BEGIN;
SAVEPOINT before;
SELECT answer(3, 'breaks');
ROLLBACK TO before;
SELECT answer(3, 'pool') = :'alone' AS same;
COMMIT;
RESET enable_hashagg;

-- in a worker of somebody else's query: a function that says it is safe there works alone
CREATE VIEW some_homes AS SELECT * FROM pool WHERE id <= 300;
CREATE FUNCTION within(n int) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE COST 10000 AS
	$$ SELECT h.places + n * 0 FROM places.headline('some_homes', 'id', 'la', 'geom', places.rules('balanced', 20)) h $$;
CREATE FUNCTION in_workers() RETURNS TABLE (workers boolean, answers text) LANGUAGE plpgsql AS $$
DECLARE plan jsonb;
BEGIN
	SET LOCAL parallel_leader_participation = off;
	EXECUTE 'EXPLAIN (ANALYZE, FORMAT json) SELECT FROM pool WHERE id <= 8 AND within(id) > 0' INTO plan;
	workers := jsonb_path_exists(plan, '$.**."Workers Launched" ? (@ > 0)');
	answers := (plan #>> '{0,Plan,Actual Rows}')::numeric::int;
	RETURN NEXT;
END $$;
-- a pool of a worker's own would say so
SET client_min_messages = debug1;
SELECT w.* FROM generate_series(1, 2), in_workers() w;
SET client_min_messages = warning;
SELECT answer(3, 'pool') = :'alone' AS same;

-- whatever the transaction is like
BEGIN READ ONLY;
SELECT answer(3, 'pool') = :'alone' AS same;
COMMIT;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT answer(3, 'pool') = :'alone' AS same;
COMMIT;
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT answer(3, 'pool') = :'alone' AS same;
COMMIT;
BEGIN;
UPDATE pool SET la = 'A1' WHERE la = 'A2';
SAVEPOINT before;
DELETE FROM pool WHERE id % 7 = 0;
SELECT answer(3, 'pool') = answer(0, 'pool') AS same_after_writes, answer(3, 'pool') <> :'alone' AS seen;
ROLLBACK;

-- whatever the statement is: rows stored, groups solved again for each of its rows, a cursor left open, a trigger
SET max_parallel_workers_per_gather = 3;
CREATE TABLE stored AS SELECT * FROM places.assign('pool', 'id', 'la', 'geom', places.rules('balanced', 20));
INSERT INTO stored SELECT a.* FROM generate_series(2, 3), places.assign('pool', 'id', 'la', 'geom', places.rules('balanced', 20)) a;
SELECT times, count(*) FROM (SELECT count(*) AS times FROM stored s GROUP BY s.*) s GROUP BY 1;
SELECT count(*) FROM places.assign('pool', 'id', 'la', 'geom', places.rules('balanced', 20)) a
JOIN places.assign('pool', 'id', 'la', 'geom', places.rules('balanced', 20)) b ON a = b;
SELECT count(*) FROM (SELECT places.assign('pool', 'id', 'la', 'geom', places.rules('balanced', 20))) s;
SELECT t.target, h.places > 0 AS places FROM unnest('{15,20,30}'::int[]) t(target), places.headline('pool', 'id', 'la', 'geom', places.rules('balanced', t.target)) h ORDER BY 1;
BEGIN;
DECLARE first_homes CURSOR FOR SELECT a.home_id IS NOT NULL AS home FROM places.assign('pool', 'id', 'la', 'geom', places.rules('balanced', 20)) a;
FETCH 2 FROM first_homes;
INSERT INTO looks_after VALUES ('pool_member', 'A8');
FETCH 1 FROM first_homes;
COMMIT;
CREATE TABLE place_count (stock regclass, places bigint);
CREATE FUNCTION count_places() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO place_count SELECT 'pool', h.places FROM places.headline('pool', 'id', 'la', 'geom', places.rules('balanced', 20)) h;
	SELECT h.places INTO NEW.id FROM places.headline('pool', 'id', 'la', 'geom', places.rules('balanced', 20)) h;
	RETURN NEW;
END $$;
CREATE TRIGGER count_places BEFORE INSERT ON pool FOR EACH ROW EXECUTE FUNCTION count_places();
SELECT places FROM places.headline('pool', 'id', 'la', 'geom', places.rules('balanced', 20)) \gset
INSERT INTO pool VALUES (0, NULL, NULL), (0, NULL, NULL) RETURNING id = :places AS same;
SELECT count(*), bool_and(places = :places) AS same FROM place_count;

RESET ALL;
DROP VIEW plain, volatile_view, restricted_view, unsafe_view, writing_view, barrier, own_authorities, many_authorities, many_homes, breaks, some_homes;
DROP MATERIALIZED VIEW kept_view;
DROP TABLE pool, own, looks_after, stored, place_count;
DROP SEQUENCE read_homes;
REVOKE USAGE ON SCHEMA places FROM pool_member;
DROP ROLE pool_member;
DROP FUNCTION answer, reading_of, careful, copies, lists, caught, within, in_workers, count_places;
