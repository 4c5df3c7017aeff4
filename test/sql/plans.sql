-- plans: made, changed, dropped; every complaint; odd names
SET client_min_messages = warning;
\set SHOW_CONTEXT never
\set reset 'TRUNCATE places_internal.plan_definition, places_internal.run_record, places_internal.place_identity, places_internal.place_result, places_internal.membership, places_internal.authority_result, places_internal.lineage, places_internal.pinned_home, places_internal.locked_place, places_internal.act, places_internal.place_boundary RESTART IDENTITY'
:reset;
CREATE TABLE plan_stock AS
SELECT i AS id, 'E' || i % 2 AS la, 'Stowe' AS ward, 1.0 AS w, ST_SetSRID(ST_MakePoint(400000 + i % 2 * 1000 + i, 300000), 27700) AS geom,
	ST_SetSRID(ST_MakePoint(1 + i / 1000.0, 52), 4326) AS degrees, ST_SetSRID(ST_MakePoint(1 + i / 1000.0, 52), 4326)::geography AS geog
FROM generate_series(1, 20) i;
CREATE FUNCTION complaint(statement text) RETURNS TABLE (code text, message text, detail text, hint text) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE statement;
	RETURN QUERY SELECT NULL, 'none', NULL, NULL;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	RETURN NEXT;
END $$;

-- made
SELECT places.create_plan('n', 'plan_stock', 'id', 'la', 'geom', places.rules('coverage', 10, max_radius => 60), label_column => 'ward');
SELECT plan, owner = CURRENT_USER AS own, stock_schema, stock_name, id_column, authority_column, geom_column, weight_column, label_column, (rules).target_homes,
	tolerance, max_drop, max_shrink, keep_runs, srid, geodetic, published_run, created_at <= clock_timestamp() AS dated
FROM places_internal.plan_definition \gx
SELECT * FROM places.place;
SELECT * FROM places.run_history;
-- named arguments, every option
SELECT places.create_plan(plan => 'g', stock => 'plan_stock', id_column => 'id', authority_column => 'la', geom_column => 'geog',
	rules => places.rules('kmeans', 5), weight_column => 'w', label_column => 'ward', tolerance => 0, max_drop => 'Infinity', max_shrink => 0, keep_runs => 1);
SELECT plan, weight_column, tolerance, max_drop, max_shrink, keep_runs, srid, geodetic FROM places_internal.plan_definition WHERE plan = 'g';

-- complaints
\x on
\t on
SELECT * FROM complaint($$SELECT places.create_plan('n', 'plan_stock', 'id', 'la', 'geom')$$);
SELECT * FROM complaint($$SELECT places.create_plan(NULL, 'plan_stock', 'id', 'la', 'geom')$$);
SELECT * FROM complaint($$SELECT places.create_plan(' ', 'plan_stock', 'id', 'la', 'geom')$$);
SELECT * FROM complaint($$SELECT places.create_plan(repeat('plan', 51), 'plan_stock', 'id', 'la', 'geom')$$);
SELECT * FROM complaint($$CREATE TEMP TABLE passing_stock AS TABLE plan_stock; SELECT places.create_plan('m', 'passing_stock', 'id', 'la', 'geom')$$);
SELECT * FROM complaint($$SELECT places.create_plan('m', NULL, 'id', 'la', 'geom')$$);
SELECT * FROM complaint($$SELECT places.create_plan('m', 'no_such_table', 'id', 'la', 'geom')$$);
SELECT * FROM complaint($$SELECT places.create_plan('m', 'plan_stock', 'uprn', 'la', 'geom')$$);
SELECT * FROM complaint($$SELECT places.create_plan('m', 'plan_stock', 'id', 'authority', 'geom')$$);
SELECT * FROM complaint($$SELECT places.create_plan('m', 'plan_stock', 'id', 'la', 'ward')$$);
SELECT * FROM complaint($$SELECT places.create_plan('m', 'plan_stock', 'id', 'la', 'degrees')$$);
SELECT * FROM complaint($$SELECT places.create_plan('m', 'plan_stock', 'id', 'la', 'geom', weight_column => 'ward')$$);
SELECT * FROM complaint($$SELECT places.create_plan('m', 'plan_stock', 'id', 'la', 'geom', label_column => 'name')$$);
SELECT * FROM complaint($$SELECT places.create_plan('m', 'plan_stock', 'id', 'la', 'geom', NULL)$$);
SELECT * FROM complaint($$SELECT places.create_plan('m', 'plan_stock', 'id', 'la', 'geom', places.rules('voronoi'))$$);
SELECT * FROM complaint($$SELECT places.create_plan('m', 'plan_stock', 'id', 'la', 'geom', ROW('balanced', 1, 2, 3, 4, NULL, NULL, NULL, NULL)::places.ruleset)$$);
SELECT * FROM complaint($$SELECT places.create_plan('m', 'plan_stock', 'id', 'la', 'geom', tolerance => -0.01)$$);
SELECT * FROM complaint($$SELECT places.create_plan('m', 'plan_stock', 'id', 'la', 'geom', tolerance => 'NaN')$$);
SELECT * FROM complaint($$SELECT places.create_plan('m', 'plan_stock', 'id', 'la', 'geom', tolerance => NULL)$$);
SELECT * FROM complaint($$SELECT places.create_plan('m', 'plan_stock', 'id', 'la', 'geom', max_drop => -1)$$);
SELECT * FROM complaint($$SELECT places.create_plan('m', 'plan_stock', 'id', 'la', 'geom', max_shrink => NULL)$$);
SELECT * FROM complaint($$SELECT places.create_plan('m', 'plan_stock', 'id', 'la', 'geom', keep_runs => 0)$$);
SELECT * FROM complaint($$SELECT places.alter_plan('nothing', keep_runs => 3)$$);
SELECT * FROM complaint($$SELECT places.alter_plan(NULL, keep_runs => 3)$$);
SELECT * FROM complaint($$SELECT places.alter_plan('n', new_name => 'g')$$);
SELECT * FROM complaint($$SELECT places.alter_plan('n', new_name => '')$$);
SELECT * FROM complaint($$SELECT places.alter_plan('n', geom_column => 'ward')$$);
SELECT * FROM complaint($$SELECT places.alter_plan('n', owner => 'places_no_such_role')$$);
SELECT * FROM complaint($$CREATE ROLE places_test_heir; SELECT places.alter_plan('n', owner => 'places_test_heir')$$);
SELECT * FROM complaint($$SELECT places.alter_plan('n', keep_runs => -1)$$);
SELECT * FROM complaint($$SELECT places.alter_plan('n', max_drop => 'NaN')$$);
SELECT * FROM complaint($$SELECT places.drop_plan('nothing')$$);
SELECT * FROM complaint($$SELECT * FROM places.run('nothing')$$);
SELECT * FROM complaint($$CALL places.run_job('nothing')$$);
SELECT * FROM complaint($$CALL places.run_job('n')$$);
\x off
\t off
-- run_job commits: where that cannot be, it does nothing
SELECT count(*) AS runs FROM places_internal.run_record;
SELECT count(*) AS locks FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();
-- and none of the complaints has left anything
SELECT plan, stock_name, id_column, geom_column, keep_runs FROM places_internal.plan_definition ORDER BY plan;
SELECT action, count(*) FROM places.audit_log GROUP BY 1;

-- changed: what is given, and nothing else
SELECT places.alter_plan('n', keep_runs => 3, max_drop => 2, note => 'tidy');
SELECT places.alter_plan('n', new_name => 'neighbourhoods', weight_column => 'w', label_column => '', rules => places.rules('balanced', 5));
SELECT plan, weight_column, label_column, (rules).method, (rules).target_homes, tolerance, max_drop, keep_runs FROM places_internal.plan_definition WHERE keep_runs = 3;
SELECT places.alter_plan('neighbourhoods', weight_column => '');
SELECT act, who = SESSION_USER AS own, plan, action, note, before - 'rules' - 'owner' AS before, after - 'rules' - 'owner' AS after
FROM places.audit_log WHERE action = 'alter_plan' ORDER BY act \gx

-- the stock is known by its name: made again it is found, and read as it is then
BEGIN;
DROP TABLE plan_stock;
SAVEPOINT gone;
SELECT places.alter_plan('neighbourhoods', id_column => 'id');
ROLLBACK TO gone;
SELECT places.alter_plan('neighbourhoods', keep_runs => 4);
CREATE TABLE plan_stock AS SELECT i AS id, 'E' AS la, 1.0 AS w, ST_SetSRID(ST_MakePoint(400000, i), 25832) AS geom FROM generate_series(1, 20) i;
SELECT places.alter_plan('neighbourhoods', id_column => 'id');
SELECT srid, keep_runs FROM places_internal.plan_definition WHERE plan = 'neighbourhoods';
-- an empty one says nothing new of locations
DELETE FROM plan_stock;
SELECT places.alter_plan('neighbourhoods', id_column => 'id');
SELECT srid FROM places_internal.plan_definition WHERE plan = 'neighbourhoods';
ROLLBACK;

-- dropped: with all that it had, but for the record of what people did
SELECT status FROM places.run('neighbourhoods');
SELECT places.pin('neighbourhoods', '1', min(place)), places.lock('neighbourhoods', min(place)) FROM places.place WHERE authority = 'E1';
SELECT count(*) > 0 AS homes, count(DISTINCT place) > 1 AS places FROM places.home;
SELECT places.drop_plan('neighbourhoods', 'was a trial');
SELECT plan FROM places_internal.plan_definition;
SELECT (SELECT count(*) FROM places_internal.run_record) + (SELECT count(*) FROM places_internal.place_identity) + (SELECT count(*) FROM places_internal.place_result)
	+ (SELECT count(*) FROM places_internal.membership) + (SELECT count(*) FROM places_internal.authority_result) + (SELECT count(*) FROM places_internal.lineage)
	+ (SELECT count(*) FROM places_internal.pinned_home) + (SELECT count(*) FROM places_internal.locked_place) AS left_behind;
SELECT action, plan, note, before IS NOT NULL AS before, after IS NOT NULL AS after FROM places.audit_log ORDER BY act;
-- the numbers of places are not used again
SELECT places.create_plan('neighbourhoods', 'plan_stock', 'id', 'la', 'geom', places.rules('balanced', 5));
SELECT status FROM places.run('neighbourhoods');
SELECT min(place) AS first_place, min(run) AS first_run FROM places.place;
SELECT places.drop_plan('neighbourhoods'), places.drop_plan('g');

-- logical replication knows the rows by their primary keys, and homes by all that they have
SELECT c.relname AS without_key FROM pg_class c WHERE c.relnamespace = 'places_internal'::regnamespace AND c.relkind = 'r'
	AND c.relreplident <> 'f' AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary);
SET client_min_messages = error;
CREATE PUBLICATION places_test_all FOR ALL TABLES;
SELECT places.create_plan('n', 'plan_stock', 'id', 'la', 'geom', places.rules('balanced', 5));
SELECT status FROM places.run('n');
SELECT status FROM places.run('n', false);
SELECT places.discard((SELECT max(run) FROM places.run_history));
SELECT places.pin('n', '1', min(place)), places.lock('n', min(place)) FROM places.place WHERE authority = 'E1';
SELECT places.unpin('n', '1'), places.unlock('n', min(place)) FROM places.place WHERE authority = 'E1';
SELECT places.forget('1');
SELECT places.drop_plan('n');
DROP PUBLICATION places_test_all;
SET client_min_messages = warning;

-- names that try to be more: quotes, blanks, semicolons, other scripts
CREATE TABLE bystander ();
CREATE SCHEMA "s""; DROP TABLE bystander; --";
CREATE TABLE "s""; DROP TABLE bystander; --"."Håuser; 'x'; DROP TABLE bystander; --" ("i""d" text, "l a" text, "g'eom" geometry, "w;" int, "%I %s $1" text);
INSERT INTO "s""; DROP TABLE bystander; --"."Håuser; 'x'; DROP TABLE bystander; --"
SELECT i || '''; DROP TABLE bystander; --', 'l''a"; $1 %s', ST_SetSRID(ST_MakePoint(400000 + i, 300000), 27700), 1, '住宅''; DROP TABLE bystander; --' FROM generate_series(1, 10) i;
\set name '''x''''; DROP TABLE bystander; -- "%s" $1 район'''
SELECT places.create_plan(:name, '"s""; DROP TABLE bystander; --"."Håuser; ''x''; DROP TABLE bystander; --"', 'i"d', 'l a', 'g''eom',
	places.rules('balanced', 10), 'w;', '%I %s $1');
SELECT homes, places, status, published FROM places.run(:name);
SELECT place IS NOT NULL AS placed, name, authority, homes FROM places.place;
SELECT count(*), count(*) FILTER (WHERE home_id LIKE '%''; DROP TABLE bystander; --') AS whole FROM places.home WHERE plan = :name;
SELECT places.pin(:name, home_id, place, 'note''; DROP TABLE bystander; --') FROM places.home WHERE home_id LIKE '3''%';
SELECT places.name_place(:name, place, 'Sant''Elia "alta"; DROP TABLE bystander; --') FROM places.place;
SELECT places.lock(:name, place) FROM places.place;
SELECT homes, status, moved_share FROM places.run(:name);
SELECT kind, home_id, name, note, problem FROM places.correction ORDER BY kind;
SELECT homes, moved_homes FROM places.compare((SELECT min(run) FROM places.run_history), (SELECT max(run) FROM places.run_history));
SELECT places.forget('3''; DROP TABLE bystander; --');
SELECT places.alter_plan(:name, new_name => 'y''; DROP TABLE bystander; --');
SELECT places.drop_plan('y''; DROP TABLE bystander; --', 'gone''; DROP TABLE bystander; --');
SELECT count(*) AS plans FROM places_internal.plan_definition;

-- a share that looks like a percentage
SELECT places.create_plan('shares', 'plan_stock', 'id', 'la', 'geom', tolerance => 5);
SELECT places.alter_plan('shares', tolerance => 1.5);
SELECT places.alter_plan('shares', keep_runs => 5);
SELECT places.drop_plan('shares');
-- a table where a plan is meant
SELECT left(places.map('public.plan_stock'), 15) AS page;

DROP TABLE bystander, plan_stock;
DROP SCHEMA "s""; DROP TABLE bystander; --" CASCADE;
DROP FUNCTION complaint;
