-- corrections: pins, locks, their complaints, and what cannot be honoured
SET client_min_messages = error;
\set SHOW_CONTEXT never
TRUNCATE places_internal.plan_definition, places_internal.run_record, places_internal.place_identity, places_internal.place_result, places_internal.membership,
	places_internal.authority_result, places_internal.lineage, places_internal.pinned_home, places_internal.locked_place, places_internal.act, places_internal.place_boundary RESTART IDENTITY;
CREATE TABLE estate_home (id text PRIMARY KEY, la text, ward text, geom geometry(Point, 27700));
CREATE FUNCTION build(prefix text, la text, ward text, n int, x float8, y float8) RETURNS void LANGUAGE sql AS $$
	INSERT INTO estate_home SELECT prefix || i, la, ward, ST_SetSRID(ST_MakePoint(x + 10 * (i % 5), y + 10 * (i / 5)), 27700)
	FROM generate_series(1, n) i $$;
-- two estates side by side, one further off, one in another authority
SELECT build('a', 'E1', 'Alma', 15, 400000, 300000), build('b', 'E1', 'Bank', 15, 400100, 300000),
	build('c', 'E1', 'Croft', 15, 402000, 300000), build('d', 'E2', 'Dell', 15, 500000, 300000) \g /dev/null
SELECT places.create_plan('n', 'estate_home', 'id', 'la', 'geom', places.rules('balanced', 15, 10, 20, max_radius => 150), label_column => 'ward',
	max_drop => 100, max_shrink => 100);
SELECT places, published FROM places.run('n');
SELECT name, homes FROM places.place ORDER BY place;
SELECT place AS alma FROM places.place WHERE name = 'Alma' \gset
SELECT place AS bank FROM places.place WHERE name = 'Bank' \gset
SELECT place AS croft FROM places.place WHERE name = 'Croft' \gset
SELECT place AS dell FROM places.place WHERE name = 'Dell' \gset

-- pinned: there from the next run on, and only that home
SELECT places.pin('n', 'a1', :bank, 'the bus stops there');
SELECT place_name, pinned FROM places.home WHERE home_id = 'a1';
SELECT moved_share, published, note FROM places.run('n');
SELECT home_id, place_name, kept, reason, pinned FROM places.home WHERE home_id IN ('a1', 'a2') ORDER BY 1;
SELECT kind, home_id, name, note, who = SESSION_USER AS own, problem FROM places.correction;
SELECT moved_homes, unhonoured FROM places.run_history ORDER BY run DESC LIMIT 1;
-- it stays, whatever the optimiser thinks
SELECT moved_share, note FROM places.run('n');
SELECT place_name FROM places.home WHERE home_id = 'a1';
-- pinned elsewhere: far outside the circle of its place
SELECT places.pin('n', 'a1', :croft, 'better there');
SELECT moved_share, published, note FROM places.run('n');
SELECT place_name, kept, reason, distance > 1000 AS far FROM places.home WHERE home_id = 'a1';
SELECT home_id, from_place = :bank AS from_bank, to_place = :croft AS to_croft FROM places.moves(3, 4);
SELECT count(*) AS corrections FROM places.correction;
SELECT action, home_id, place = :croft AS croft, note, before - 'place' AS before, after - 'place' AS after FROM places.audit_log WHERE action = 'pin' ORDER BY act;
-- the places are told by the homes that are theirs
SELECT name, homes, kept, radius < 60 AS tight FROM places.place ORDER BY place;
-- taken back
SELECT places.unpin('n', 'a1', 'they changed their minds');
SELECT pinned FROM places.home WHERE home_id = 'a1';
SELECT published, note FROM places.run('n');
SELECT place_name FROM places.home WHERE home_id = 'a1';
SELECT count(*) AS corrections FROM places.correction;
SELECT action, home_id, note, before - 'place' AS before, after FROM places.audit_log WHERE action = 'unpin';

-- locked: none leaves, though a third of its homes now stand next to another place; others join
SELECT places.lock('n', :alma, 'residents asked');
SELECT name FROM places.place WHERE locked;
SELECT places.name_place('n', :alma, 'Alma Gardens');
UPDATE estate_home SET geom = ST_Translate(geom, 2000, 40) WHERE id IN ('a1', 'a2', 'a3', 'a4');
INSERT INTO estate_home VALUES ('e1', 'E1', 'Alma', 'SRID=27700;POINT(400005 300005)');
SELECT published, note FROM places.run('n');
SELECT count(*) FILTER (WHERE home_id ~ '^a') AS old FROM places.home WHERE place = :alma;
SELECT name, locked FROM places.place WHERE place = :alma;
SELECT kind, name, note, problem FROM places.correction;
-- unlocked: those that moved are where they stand
SELECT places.unlock('n', :alma, 'asked again');
SELECT published, note FROM places.run('n');
SELECT home_id, place_name FROM places.home WHERE home_id IN ('a1', 'a5', 'e1') ORDER BY 1;
SELECT action, place = :alma AS alma, note, before, after FROM places.audit_log WHERE action IN ('lock', 'unlock') ORDER BY act;
UPDATE estate_home SET geom = ST_Translate(geom, -2000, -40) WHERE id IN ('a1', 'a2', 'a3', 'a4');
SELECT published, note FROM places.run('n');

-- many pins at once take the capacity first: a place of at most twenty keeps all that were pinned
SELECT count(*) AS pinned FROM (SELECT places.pin('n', 'c' || i, :bank) FROM generate_series(1, 5) i OFFSET 0) p;
SELECT published, note FROM places.run('n');
SELECT count(*) FILTER (WHERE home_id ~ '^c') AS pinned, count(*) FILTER (WHERE place <> :bank AND pinned) AS elsewhere,
	count(DISTINCT home_id) AS homes FROM places.home WHERE place = :bank OR pinned;
SELECT count(*) AS homes FROM places.home;
SELECT count(*) AS unpinned FROM (SELECT places.unpin('n', 'c' || i) FROM generate_series(1, 5) i OFFSET 0) p;
SELECT published, note FROM places.run('n');

-- none leaves a locked place that others join
SELECT places.lock('n', :croft);
INSERT INTO estate_home SELECT 'g' || i, 'E1', 'Croft', ST_SetSRID(ST_MakePoint(402005 + 10 * i, 300005), 27700) FROM generate_series(1, 3) i;
SELECT published, moved_share FROM places.run('n');
SELECT count(*) FILTER (WHERE home_id ~ '^c') AS old, count(*) FILTER (WHERE home_id ~ '^g') AS new FROM places.home WHERE place = :croft;
SELECT places.unlock('n', :croft);

-- cannot be honoured: reported, not dropped
SELECT build('f', 'E1', 'Fern', 15, 404000, 300000);
SELECT published FROM places.run('n');
SELECT place AS fern FROM places.place WHERE name = 'Fern' \gset
SELECT places.pin('n', 'a1', :dell), places.pin('n', 'a2', :bank), places.pin('n', 'not_there', :bank), places.lock('n', :fern) \g /dev/null
DELETE FROM estate_home WHERE id = 'a2' OR id ~ '^f';
SELECT published, note FROM places.run('n');
SELECT places.pin('n', 'b3', :fern);
SELECT published, note FROM places.run('n');
SELECT kind, home_id, name, problem FROM places.correction ORDER BY 1, 2;
SELECT unhonoured FROM places.run_history ORDER BY run DESC LIMIT 1;
SELECT home_id, place = :alma AS alma, place = :bank AS bank FROM places.home WHERE home_id IN ('a1', 'b3') ORDER BY 1;
-- a home that comes back is pinned again; one without a location cannot be
INSERT INTO estate_home VALUES ('a2', 'E1', 'Alma', 'SRID=27700;POINT(400005 300005)');
UPDATE estate_home SET geom = NULL WHERE id = 'b5';
SELECT places.pin('n', 'b5', :bank);
SELECT published, note FROM places.run('n');
SELECT kind, home_id, name, problem FROM places.correction ORDER BY 1, 2;
SELECT place = :bank AS bank FROM places.home WHERE home_id = 'a2';

-- warnings and complaints
\x on
\t on
SET client_min_messages = warning;
SELECT places.pin('n', 'nowhere', :bank);
SELECT places.pin('n', 'd1', :bank);
SELECT places.pin('n', 'b3', :fern);
SELECT places.pin('n', NULL, :bank);
SELECT places.pin('n', 'a1', 4711);
SELECT places.pin('n', 'a1', NULL);
SELECT places.pin('nobody', 'a1', :bank);
SELECT places.unpin('n', 'a14');
SELECT places.unpin('n', NULL);
SELECT places.lock('n', :bank);
SELECT places.lock('n', :bank);
SELECT places.lock('n', 4711);
SELECT places.unlock('n', :alma);
SELECT places.unlock('n', NULL);
SELECT places.unlock('nobody', :bank);
\x off
\t off
-- what the warnings say the view says at once, in the words of the next run
INSERT INTO estate_home VALUES ('z1', 'E1', 'Alma', NULL), ('z2', NULL, 'Alma', 'SRID=27700;POINT(400005 300005)');
SELECT status FROM places.run('n');
SELECT places.pin('n', 'z1', :bank);
SELECT places.pin('n', 'z2', :bank);
SELECT places.pin('n', 'd2', :bank);
SELECT places.pin('n', 'nowhere', :croft);
SELECT places.pin('n', 'a3', :bank);
SELECT home_id, problem FROM places.correction WHERE home_id IN ('z1', 'z2', 'd2', 'nowhere', 'a3') ORDER BY 1;
SET client_min_messages = error;
SELECT status FROM places.run('n');
SELECT home_id, problem FROM places.correction WHERE home_id IN ('z1', 'z2', 'd2', 'nowhere', 'a3') ORDER BY 1;

-- and follows when another run is published
SELECT max(run) AS older FROM places.run_history WHERE plan = 'n' \gset
DELETE FROM estate_home WHERE id = 'a3';
SELECT status FROM places.run('n');
SELECT max(run) AS newer FROM places.run_history WHERE plan = 'n' \gset
SELECT problem FROM places.correction WHERE home_id = 'a3';
SELECT places.publish('n', :older);
SELECT problem FROM places.correction WHERE home_id = 'a3';
SELECT places.pin('n', 'b3', :bank);
SELECT places.publish('n', :older);
SELECT problem FROM places.correction WHERE home_id = 'b3';
SELECT places.publish('n', :newer);
SELECT problem FROM places.correction WHERE home_id = 'a3';

-- a plan with drafts only
SELECT places.create_plan('draft', 'estate_home', 'id', 'la', 'geom', places.rules('balanced', 15, 10, 20, max_radius => 150));
SELECT status FROM places.run('draft', publish => false);
SELECT min(place) AS drafted FROM places_internal.place_identity i JOIN places_internal.plan_definition d USING (plan_id) WHERE d.plan = 'draft' \gset
SELECT places.pin('draft', 'nowhere', :drafted);
SELECT problem FROM places.correction WHERE plan = 'draft';
SELECT places.drop_plan('draft');

-- a place of one plan is nothing to another
SELECT places.create_plan('other', 'estate_home', 'id', 'la', 'geom', places.rules('balanced', 15, 10, 20, max_radius => 150));
SELECT places.pin('other', 'a1', :bank);
SELECT published FROM places.run('other');
SELECT count(*) AS pinned FROM places.home WHERE plan = 'other' AND pinned;
SELECT places.drop_plan('other');

-- a locked place that is the only one of its authority keeps its homes, and no others; so does one of pins, if it is one
INSERT INTO estate_home SELECT 'v' || i, 'E3', 'Fell', ST_SetSRID(ST_MakePoint(600000 + 10 * i, 300000), 27700) FROM generate_series(1, 20) i
	UNION ALL SELECT 'w' || i, 'E3', 'Glen', ST_SetSRID(ST_MakePoint(600000 + 2000 * i, 301000), 27700) FROM generate_series(1, 8) i;
SELECT places.create_plan('alone', 'estate_home', 'id', 'la', 'geom', places.rules('coverage', 15, max_radius => 300), max_drop => 100, max_shrink => 100);
SELECT status FROM places.run('alone');
SELECT place AS fell FROM places.place WHERE plan = 'alone' AND authority = 'E3' \gset
SELECT places.lock('alone', :fell);
SELECT moved_share, kept_places FROM places.run('alone');
SELECT homes, kept, outlying FROM places.place WHERE place = :fell;
DELETE FROM estate_home WHERE id ~ '^v' AND id > 'v17';
SELECT status FROM places.run('alone');
SELECT homes, kept, reason, outlying FROM places.place WHERE place = :fell;
SELECT places.unlock('alone', :fell);
INSERT INTO estate_home SELECT 'v9' || i, 'E3', 'Fell', ST_SetSRID(ST_MakePoint(600000 + 10 * i, 300000), 27700) FROM generate_series(1, 9) i;
SELECT status FROM places.run('alone');
SELECT place AS fell FROM places.place WHERE plan = 'alone' AND authority = 'E3' \gset
SELECT count(places.pin('alone', home_id, :fell)) FROM places.home WHERE place = :fell AND kept;
SELECT moved_share FROM places.run('alone');
SELECT homes, kept, outlying FROM places.place WHERE place = :fell;
SELECT places.drop_plan('alone');
DELETE FROM estate_home WHERE la = 'E3';

SELECT count(*) = count(DISTINCT act) AND bool_and(who = SESSION_USER AND at <= clock_timestamp()) AS recorded FROM places.audit_log;
SELECT places.drop_plan('n');
SELECT count(*) AS corrections FROM places.correction;
DROP TABLE estate_home;
DROP FUNCTION build;
