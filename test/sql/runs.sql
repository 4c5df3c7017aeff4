-- runs: repeated, published, held back, failed, tidied; what each said stays as it was
SET client_min_messages = error;
\set SHOW_CONTEXT never
TRUNCATE places_internal.plan_definition, places_internal.run_record, places_internal.place_identity, places_internal.place_result, places_internal.membership,
	places_internal.authority_result, places_internal.lineage, places_internal.pinned_home, places_internal.locked_place, places_internal.act, places_internal.place_boundary RESTART IDENTITY;
CREATE TABLE estate_home (id text PRIMARY KEY, la text, ward text, geom geometry(Point, 27700));
CREATE FUNCTION build(prefix text, la text, ward text, n int, x float8, y float8) RETURNS void LANGUAGE sql AS $$
	INSERT INTO estate_home SELECT prefix || i, la, ward, ST_SetSRID(ST_MakePoint(x + 10 * (i % 5), y + 10 * (i / 5)), 27700)
	FROM generate_series(1, n) i $$;
-- four estates of more than ten homes, and three homes far from them
SELECT build('a', 'E1', 'Stowe', 15, 400000, 300000), build('b', 'E1', 'Stowe', 12, 401000, 300000),
	build('c', 'E1', 'Oldfield', 14, 402000, 300000), build('d', 'E2', 'Stowe', 16, 500000, 300000),
	build('x', 'E2', NULL, 3, 505000, 300000) \g /dev/null
SELECT places.create_plan('n', 'estate_home', 'id', 'la', 'geom', places.rules('coverage', 10, max_radius => 60), label_column => 'ward', keep_runs => 4);

-- what a run said of its homes, taken at the time
CREATE TABLE snapshot AS SELECT NULL::bigint AS run, * FROM places_internal.membership LIMIT 0;
CREATE FUNCTION snap(run bigint) RETURNS void LANGUAGE sql AS $$
	INSERT INTO snapshot SELECT run, m.* FROM places_internal.homes_in_run((SELECT plan_id FROM places_internal.plan_definition WHERE plan = 'n'), run) m $$;
CREATE VIEW falsified AS
SELECT r.run, s.home_id AS was, m.home_id AS is FROM places_internal.run_record r
CROSS JOIN LATERAL (SELECT home_id, authority, place, outside, weight, location FROM snapshot s WHERE s.run = r.run) s
FULL JOIN (SELECT r.run, m.* FROM places_internal.run_record r CROSS JOIN LATERAL places_internal.homes_in_run(r.plan_id, r.run) m WHERE r.stored) m
	ON m.run = r.run AND m.home_id = s.home_id AND m.authority = s.authority AND m.place IS NOT DISTINCT FROM s.place
	AND m.outside IS NOT DISTINCT FROM s.outside AND m.location IS NOT DISTINCT FROM s.location
WHERE coalesce(r.stored, true) AND (s.home_id IS NULL OR m.home_id IS NULL);
CREATE VIEW needless AS
SELECT m.home_id, m.since_run, m.until_run FROM places_internal.membership m WHERE NOT EXISTS (SELECT FROM places_internal.run_record r
	WHERE r.stored AND r.run >= m.since_run AND (m.until_run IS NULL OR r.run < m.until_run));

-- the first
SELECT run, homes, places, kept_places, kept_homes, round(kept_share::numeric, 4) AS kept_share, moved_share, seconds > 0 AS timed, published, status, note FROM places.run('n');
SELECT snap(1);
SELECT place, name, authority, homes, kept, reason, rank, outlying, locked, named_by, born_run, run FROM places.place ORDER BY place;
SELECT authority, status, stock_rows, homes, places, kept_places, kept_homes, kept_share, moved_homes, unplaced FROM places.authority ORDER BY 1;
SELECT home_id, authority, reason, nearest_name FROM places.remainder ORDER BY 1;
SELECT event, name, other, homes FROM places.change ORDER BY place;
-- the same as the functions without a plan say
SELECT count(*) AS homes, count(*) FILTER (WHERE a.kept <> h.kept OR a.reason IS DISTINCT FROM h.reason OR round(a.distance) <> h.distance) AS different,
	(places.agreement(a.authority || a.place, h.authority || h.place)).adjusted_rand_index
FROM places.assign('estate_home', 'id', 'la', 'geom', places.rules('coverage', 10, max_radius => 60)) a JOIN places.home h USING (home_id);
SELECT count(*) AS places, count(*) FILTER (WHERE abs(s.radius - p.radius) > 1e-6 OR abs(s.density - p.density) > 1e-6 OR s.kept <> p.kept
	OR s.rank IS DISTINCT FROM p.rank OR ST_Distance(ST_Transform(p.centre, 27700), s.centre) > 1) AS different
FROM places.summary('estate_home', 'id', 'la', 'geom', places.rules('coverage', 10, max_radius => 60)) s JOIN places.place p USING (authority, homes);
SELECT count(*) AS homes, count(*) FILTER (WHERE h.location IS DISTINCT FROM e.geom) AS elsewhere FROM estate_home e LEFT JOIN places.home h ON h.home_id = e.id;
SELECT count(*) AS places, count(*) FILTER (WHERE abs(p.radius - b.radius) > 0.5 OR abs(p.longitude - ST_X(p.centre)) > 1e-6 OR abs(p.latitude - ST_Y(p.centre)) > 1e-6) AS wrong
FROM places.place p JOIN (SELECT h.place, (ST_MinimumBoundingRadius(ST_Collect(h.location))).radius FROM places.home h WHERE h.kept GROUP BY 1) b USING (place);

-- the second: nobody moves, nothing is stored of homes, all else is as it was
SELECT run, homes, places, kept_homes, moved_share, published, status FROM places.run('n');
SELECT snap(2);
SELECT count(*) AS rows, max(since_run) AS newest, count(until_run) AS ended FROM places_internal.membership;
SELECT count(*) AS places, max(place) AS newest, bool_and(born_run = 1 AND run = 2) AS same FROM places.place;
SELECT authority, moved_homes FROM places.authority ORDER BY 1;
SELECT count(*) AS changes FROM places.change WHERE run = 2;
SELECT count(DISTINCT fingerprint) AS stocks, count(*) AS runs FROM places.run_history;
-- whatever the order of the rows
CREATE TABLE shuffled AS SELECT * FROM estate_home ORDER BY md5(id);
BEGIN;
DELETE FROM estate_home;
INSERT INTO estate_home TABLE shuffled;
SELECT run, moved_share FROM places.run('n', publish => false);
SELECT count(DISTINCT fingerprint) AS stocks, count(*) AS runs FROM places.run_history;
SELECT count(*) AS rows FROM places_internal.membership;
ROLLBACK;
DROP TABLE shuffled;

-- churn: one home gone, one new, one moved to another authority, one to another place, one within its own
DELETE FROM estate_home WHERE id = 'a1';
INSERT INTO estate_home VALUES ('e1', 'E1', 'Stowe', 'SRID=27700;POINT(401025 300015)');
UPDATE estate_home SET la = 'E2', geom = 'SRID=27700;POINT(500015 300015)' WHERE id = 'b1';
UPDATE estate_home SET geom = 'SRID=27700;POINT(402025 300015)' WHERE id = 'a2';
UPDATE estate_home SET geom = ST_Translate(geom, 1, 1) WHERE id = 'a3';
SELECT homes, places, moved_share, published FROM places.run('n');
SELECT max(run) AS latest FROM places.run_history \gset
SELECT snap(:latest);
SELECT stock_rows, moved_homes, base_run FROM places.run_history WHERE run = :latest;
SELECT home_id, authority, place_name, since_run = :latest AS changed FROM places.home WHERE home_id IN ('a1', 'a2', 'b1', 'e1', 'b2') ORDER BY 1;
SELECT count(*) AS elsewhere FROM places.home h JOIN estate_home e ON e.id = h.home_id WHERE h.location IS DISTINCT FROM e.geom;
SELECT name, homes FROM places.place ORDER BY place;
SELECT count(*) FILTER (WHERE since_run = :latest) AS begun, count(*) FILTER (WHERE until_run = :latest) AS ended FROM places_internal.membership;
SELECT * FROM falsified;
SELECT count(*) FROM places.change WHERE run = :latest;
SELECT count(DISTINCT fingerprint) AS stocks FROM places.run_history;

-- a draft does not show, until it is published
DELETE FROM estate_home WHERE id IN ('c1', 'c2');
UPDATE estate_home SET geom = ST_Translate(geom, 2, 2) WHERE id = 'a4';
SELECT published, homes, note FROM places.run('n', publish => false);
SELECT max(run) AS draft FROM places.run_history \gset
SELECT snap(:draft);
SELECT DISTINCT run = :latest AS still FROM places.place UNION SELECT run = :latest FROM places.authority;
SELECT count(*) FROM places.home WHERE home_id IN ('c1', 'c2');
SELECT published, status, published_at IS NULL AS draft FROM places.run_history WHERE run = :draft;
SELECT places.publish('n', :draft, 'checked by hand');
SELECT DISTINCT run = :draft AS switched FROM places.place UNION SELECT run = :draft FROM places.authority;
SELECT count(*) FROM places.home WHERE home_id IN ('c1', 'c2');
-- back again
SELECT places.publish('n', 1);
SELECT count(*), count(*) FILTER (WHERE home_id IN ('a1', 'c1', 'b1')) AS old FROM places.home;
SELECT name, homes FROM places.place ORDER BY place;
SELECT authority FROM places.home WHERE home_id = 'b1';
SELECT action, run, note, before, after FROM places.audit_log WHERE action = 'publish' ORDER BY act;
UPDATE estate_home SET geom = ST_Translate(geom, -2, -2) WHERE id = 'a4';
-- a run starts from what is published, and its storage goes on from what was stored last
SELECT homes, moved_share > 0 AS moved, published FROM places.run('n');
SELECT max(run) AS after_back FROM places.run_history \gset
SELECT snap(:after_back);
SELECT base_run FROM places.run_history WHERE run = :after_back;
SELECT * FROM falsified;
SELECT run = 1 AS first, run IN (:draft, :after_back, :latest) AS late, stored FROM places.run_history ORDER BY run;

-- discarded
\set VERBOSITY default
SELECT places.discard(:after_back);
SELECT published FROM places.run('n', publish => false);
SELECT max(run) AS unwanted FROM places.run_history \gset
SELECT places.discard(:unwanted, 'a trial');
SELECT status, stored FROM places.run_history WHERE run = :unwanted;
SELECT * FROM falsified;
-- of what only discarded runs said, nothing is left
SELECT places.discard(:draft);
SELECT * FROM falsified;
SELECT * FROM needless;
SELECT places.discard(:latest);
SELECT * FROM falsified;
SELECT * FROM needless;
SELECT action, run = :unwanted AS unwanted, note FROM places.audit_log WHERE action = 'discard' ORDER BY act;

-- complaints
SELECT places.discard(:unwanted);
SELECT places.publish('n', :unwanted);
SELECT places.discard(0);
SELECT places.discard(NULL);
SELECT places.publish('n', 4711);
SELECT places.publish('nobody', 1);
SELECT places.create_plan('other', 'estate_home', 'id', 'la', 'geom', places.rules('balanced', 10));
SELECT places.publish('other', :after_back);
SELECT places.drop_plan('other');

-- held back: the stock shrank
CREATE TABLE away AS SELECT * FROM estate_home WHERE id ~ '^d';
DELETE FROM estate_home WHERE id ~ '^d';
SET client_min_messages = warning;
\set VERBOSITY terse
SELECT published, status, note FROM places.run('n');
SET client_min_messages = error;
SELECT max(run) AS held FROM places.run_history \gset
SELECT held_back, status, published, published_at FROM places.run_history WHERE run = :held;
SELECT DISTINCT run = :after_back AS still FROM places.place;
SELECT count(*) FROM places.home WHERE home_id ~ '^d';
INSERT INTO estate_home TABLE away;
SELECT places.discard(:held);
-- the kept share fell: half of an estate goes where no place can be
UPDATE estate_home SET geom = ST_Translate(geom, 0, 5000 + 500 * substr(id, 2)::int) WHERE id ~ '^a';
SELECT published, note FROM places.run('n');
SELECT places.alter_plan('n', max_drop => 100);
SELECT published, note FROM places.run('n');
SELECT event, name, other_name, homes FROM places.change WHERE run = (SELECT max(run) FROM places.run_history) ORDER BY event;
UPDATE estate_home SET geom = ST_Translate(geom, 0, -5000 - 500 * substr(id, 2)::int) WHERE id ~ '^a';
SELECT published, note FROM places.run('n');
SELECT max(run) AS good FROM places.run_history \gset

-- failed: recorded with its error; what was published is untouched
SELECT snap(:good);
CREATE TABLE before_failures AS SELECT * FROM places_internal.membership;
ALTER TABLE estate_home RENAME COLUMN geom TO location;
SELECT published, status, note FROM places.run('n');
ALTER TABLE estate_home RENAME COLUMN location TO geom;
ALTER TABLE estate_home RENAME TO elsewhere;
SELECT published, status, note FROM places.run('n');
CREATE VIEW estate_home AS SELECT id, la, ward, ST_Translate(geom, 1 / (length(id) - 3), 0) AS geom FROM elsewhere;
SELECT published, status, note FROM places.run('n');
SELECT status, error, finished_at >= started_at AS ended, stored, published_at FROM places.run_history WHERE run > :good ORDER BY run;
SELECT DISTINCT run = :good AS still FROM places.place;
SELECT count(*) AS touched FROM ((TABLE places_internal.membership EXCEPT TABLE before_failures) UNION ALL (TABLE before_failures EXCEPT TABLE places_internal.membership)) d;
SELECT places.publish('n', max(run)) FROM places.run_history;
-- a view, or a table dropped and made again under the name, is as good as the table
DROP VIEW estate_home;
CREATE VIEW estate_home AS SELECT id, la, ward, geom FROM elsewhere;
SELECT published, status, moved_share FROM places.run('n');
DROP VIEW estate_home;
CREATE TABLE estate_home AS SELECT geom, ward, la, id FROM elsewhere;
SELECT published, status, moved_share FROM places.run('n');
-- cancelled
CREATE OR REPLACE FUNCTION slowly(g geometry) RETURNS geometry LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.05); RETURN g; END $$;
DROP TABLE estate_home;
CREATE VIEW estate_home AS SELECT id, la, ward, slowly(geom) AS geom FROM elsewhere;
SET statement_timeout = 400;
SELECT published, status, note FROM places.run('n');
RESET statement_timeout;
SELECT status, error FROM places.run_history ORDER BY run DESC LIMIT 1;
DROP VIEW estate_home;
ALTER TABLE elsewhere RENAME TO estate_home;

-- keep_runs: the newest that many, and what is published, keep their homes
SELECT places.alter_plan('n', keep_runs => 2);
SELECT published FROM places.run('n');
SELECT max(run) AS kept FROM places.run_history \gset
SELECT snap(:kept);
DELETE FROM estate_home WHERE id = 'd3';
SELECT published FROM places.run('n', publish => false);
SELECT snap(max(run)) FROM places.run_history;
DELETE FROM estate_home WHERE id = 'd4';
SELECT published FROM places.run('n', publish => false);
SELECT snap(max(run)) FROM places.run_history;
DELETE FROM estate_home WHERE id = 'd5';
SELECT published FROM places.run('n', publish => false);
SELECT snap(max(run)) FROM places.run_history;
SELECT run - :kept AS run, status, stored, published, stock_rows FROM places.run_history WHERE run >= :kept ORDER BY run;
SELECT count(*) AS older FROM places.run_history WHERE run < :kept AND stored;
SELECT * FROM falsified;
SELECT count(DISTINCT run) AS runs, count(*) AS homes FROM snapshot JOIN places_internal.run_record r USING (run) WHERE r.stored;
SELECT * FROM needless;
\set VERBOSITY default
SELECT places.publish('n', 1);
SELECT places.compare(1, :kept);
-- with one, the published one and the newest
SELECT places.alter_plan('n', keep_runs => 1);
SELECT published FROM places.run('n', publish => false);
SELECT run - :kept AS run, published FROM places.run_history WHERE stored ORDER BY run;
SELECT published FROM places.run('n');
SELECT run - :kept AS run, published FROM places.run_history WHERE stored ORDER BY run;
SELECT count(*) = (SELECT count(*) FROM estate_home) AS modest FROM places_internal.membership;

-- the record of a run
SELECT count(*) AS runs, bool_and(who = CURRENT_USER AND started_at <= finished_at AND versions ~ '^places [0-9.]+, PostgreSQL [0-9]+.*, PostGIS [0-9.]+$'
	AND method = 'coverage' AND target_homes = 10 AND max_radius = 60 AND tolerance = 0.01) AS complete
FROM places.run_history;

SELECT places.drop_plan('n');
DROP TABLE estate_home, away, before_failures, snapshot CASCADE;
DROP FUNCTION build, snap, slowly;
