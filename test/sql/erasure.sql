-- a home forgotten: in every spelling, wherever people or runs wrote it down, and where it stands
SET client_min_messages = error;
\set SHOW_CONTEXT never
TRUNCATE places_internal.plan_definition, places_internal.run_record, places_internal.place_identity, places_internal.place_result, places_internal.membership,
	places_internal.authority_result, places_internal.lineage, places_internal.pinned_home, places_internal.locked_place, places_internal.act, places_internal.place_boundary RESTART IDENTITY;
CREATE TABLE scattered AS
SELECT 'uprn-' || i AS id, 'E1' AS la, 'House uprn-' || i AS address, ST_SetSRID(ST_MakePoint(400000 + i * 7, 300000 + i % 3 * 5), 27700) AS geom FROM generate_series(1, 60) i;
-- the fifth stands alone: a place of one home
UPDATE scattered SET geom = ST_SetSRID(ST_MakePoint(412345, 312345), 27700) WHERE id = 'uprn-5';
CREATE VIEW respelled AS SELECT E' \t' || upper(id) || ' ' AS id, la, 'Lane' AS address, geom FROM scattered;
SELECT places.create_plan('n', 'scattered', 'id', 'la', 'geom', places.rules('kmeans', 20, min_homes => 1), label_column => 'address', max_drop => 100);
SELECT places.create_plan('capitals', 'respelled', 'id', 'la', 'geom', places.rules('kmeans', 20), max_drop => 100);
SELECT status FROM places.run('n');
SELECT status FROM places.run('n');
SELECT status FROM places.run('capitals');
SELECT homes FROM places.place WHERE place = (SELECT place FROM places.home WHERE home_id = 'uprn-5');
SELECT places.draw_boundaries('n') AS drawn;
SELECT place AS own FROM places.home WHERE home_id = 'uprn-5' \gset
SELECT place AS other FROM places.home WHERE home_id = 'uprn-55' \gset
SELECT places.pin('n', 'uprn-5', :own), places.pin('n', 'UPRN-5', :own), places.pin('n', 'uprn-6', :own, 'like Uprn-5'), places.unpin('n', 'UPRN-5');
SELECT places.name_place('n', :other, 'Around uprn-5'), places.lock('n', :other, 'with uprn-5, of course');
-- as an earlier release let people write it down, and as errors say it
INSERT INTO places_internal.act (at, who, plan, action, home_id, note, before, after) VALUES
	(now(), 'anna', 'n', 'pin', ' uprn-5', NULL, NULL, '{"home_id": "uprn-5", "place": 1, "owner": "anna"}'),
	(now(), 'anna', 'n', 'pin', NULL, NULL, '{"uprn-5": 1, "seen": ["uprn-5", "uprn-55"]}', '{"deep": {"er": {"home": "UPRN-5"}, "place": 2}}');
UPDATE places_internal.run_record SET error = 'cannot parse "uprn-5"', held_back = 'Uprn-5 moved' WHERE run = 1;

CREATE FUNCTION traces(pattern text) RETURNS TABLE (relation text, traces bigint) LANGUAGE plpgsql AS $$
BEGIN
	FOR relation IN SELECT c.oid::regclass FROM pg_class c WHERE c.relnamespace = 'places_internal'::regnamespace AND c.relkind = 'r' ORDER BY c.relname LOOP
		EXECUTE format('SELECT count(*) FROM %s t WHERE t::text ~* $1', relation) INTO traces USING pattern;
		IF traces > 0 THEN
			RETURN NEXT;
		END IF;
	END LOOP;
END $$;
CREATE TABLE elsewhere AS SELECT * FROM traces('uprn-55\M');
SELECT * FROM traces('uprn-5\M');
SELECT substr(geom::text, 19) AS spot FROM scattered WHERE id = 'uprn-5' \gset
SELECT * FROM traces(:'spot');
SELECT count(*) AS boundaries FROM places_internal.place_boundary WHERE place = :own;
DELETE FROM scattered WHERE id = 'uprn-5';
SELECT places.forget(' Uprn-5');
SELECT * FROM traces('uprn-5\M');
SELECT * FROM traces(:'spot');
SELECT count(*) AS boundaries FROM places_internal.place_boundary WHERE place = :own;
SELECT count(*) > 0 AS boundaries FROM places_internal.place_boundary WHERE place = :other;
-- what was said of others is still there, but for the notes that named both
TABLE elsewhere EXCEPT SELECT * FROM traces('uprn-55\M');
SELECT name LIKE 'E1%' AS renamed, named_by FROM places.place WHERE place = :other;
SELECT kind, home_id, note FROM places.correction ORDER BY kind DESC;
SELECT act, action, home_id, note, before - 'rules' - 'owner' AS before, after - 'rules' - 'owner' AS after FROM places.audit_log WHERE action <> 'create_plan' ORDER BY act;
SELECT run, error, held_back FROM places.run_history WHERE error IS NOT NULL;
SELECT status FROM places.run('n');
SELECT * FROM traces('uprn-5\M');

-- complaints
SELECT places.forget(' ');
SELECT places.forget(repeat('x', 2001));
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT places.forget('uprn-5');
ROLLBACK;
SELECT places.drop_plan('n'), places.drop_plan('capitals');
DROP VIEW respelled;
DROP TABLE scattered, elsewhere;
DROP FUNCTION traces;
