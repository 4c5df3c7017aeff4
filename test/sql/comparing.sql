-- compare and moves, by values worked out by hand; forget; plans inside places; what reports see
SET client_min_messages = error;
\set SHOW_CONTEXT never
TRUNCATE places_internal.plan_definition, places_internal.run_record, places_internal.place_identity, places_internal.place_result, places_internal.membership,
	places_internal.authority_result, places_internal.lineage, places_internal.pinned_home, places_internal.locked_place, places_internal.act, places_internal.place_boundary RESTART IDENTITY;
CREATE TABLE estate_home (id text PRIMARY KEY, la text, ward text, geom geometry(Point, 27700));
CREATE FUNCTION build(prefix text, la text, ward text, n int, x float8, y float8) RETURNS void LANGUAGE sql AS $$
	INSERT INTO estate_home SELECT prefix || i, la, ward, ST_SetSRID(ST_MakePoint(x + 10 * (i % 5), y + 10 * (i / 5)), 27700)
	FROM generate_series(1, n) i $$;
SELECT build('uprn-a', 'E1', 'Alma', 12, 400000, 300000), build('uprn-b', 'E1', 'Bank', 12, 401000, 300000) \g /dev/null
SELECT places.create_plan('n', 'estate_home', 'id', 'la', 'geom', places.rules('coverage', 10, max_radius => 60), label_column => 'ward', max_shrink => 100);
SELECT places FROM places.run('n');
-- two homes move over, one goes out, one is gone, one is new
UPDATE estate_home SET geom = ST_Translate(geom, -1000, 5) WHERE id IN ('uprn-b1', 'uprn-b2');
UPDATE estate_home SET geom = ST_Translate(geom, 500, 0) WHERE id = 'uprn-a1';
DELETE FROM estate_home WHERE id = 'uprn-a2';
INSERT INTO estate_home VALUES ('uprn-c1', 'E1', 'Bank', 'SRID=27700;POINT(401000 300005)');
SELECT places, moved_share FROM places.run('n');

-- 23 homes are in both: of 11 of the first place 10 stay and one is in none; of 12 of the second 10 stay and 2 are in the first
SELECT homes, homes_only_in_a, homes_only_in_b, moved_homes, moved_share, moves FROM places.compare(1, 2);
SELECT * FROM places.moves(1, 2);
-- pairs together in both 45 + 1 + 45, in the first 55 + 66, in the second 66 + 45, of 253
SELECT abs(adjusted_rand_index - (91 - 121 * 111 / 253.0) / ((121 + 111) / 2.0 - 121 * 111 / 253.0)) < 1e-12 AS rand,
	abs(variation_of_information - (2 * (-(10 * ln(10 / 23.0) + ln(1 / 23.0) + 10 * ln(10 / 23.0) + 2 * ln(2 / 23.0)) / 23)
		+ (11 * ln(11 / 23.0) + 12 * ln(12 / 23.0)) / 23 + (12 * ln(12 / 23.0) + ln(1 / 23.0) + 10 * ln(10 / 23.0)) / 23)) < 1e-12 AS variation
FROM places.compare(1, 2);
-- the same as the aggregate by itself
SELECT (places.agreement(coalesce(x.place, 0), coalesce(y.place, 0))).adjusted_rand_index = (SELECT adjusted_rand_index FROM places.compare(1, 2)) AS same
FROM (SELECT home_id, CASE WHEN outside IS NULL THEN place END AS place FROM places_internal.homes_in_run(1, 1)) x
JOIN (SELECT home_id, CASE WHEN outside IS NULL THEN place END AS place FROM places_internal.homes_in_run(1, 2)) y USING (home_id);
-- the other way round, and with itself
SELECT homes, homes_only_in_a, homes_only_in_b, moved_homes, moves FROM places.compare(2, 1);
SELECT homes, homes_only_in_a, homes_only_in_b, moved_homes, moved_share, adjusted_rand_index, variation_of_information, moves FROM places.compare(2, 2);
SELECT count(*) AS moves FROM places.moves(1, 1);
-- complaints
SELECT places.create_plan('other', 'estate_home', 'id', 'la', 'geom', places.rules('kmeans', 10));
SELECT places FROM places.run('other');
SELECT * FROM places.compare(1, 3);
SELECT * FROM places.compare(1, 4711);
SELECT * FROM places.moves(NULL, 1);

-- forgotten: no trace of the home, but all counts as they were
SELECT places.pin('n', 'uprn-a5', place, 'uprn-a5 asked'), places.pin('n', 'uprn-a6', place, 'neighbour of uprn-a5, not of uprn-a55') FROM places.place WHERE plan = 'n' AND name = 'Alma';
SELECT places.unpin('n', 'uprn-a5', 'uprn-a5 asked again'), places.pin('n', 'uprn-a5', 2, 'and again');
SELECT places.lock('n', place, 'because of uprn-a5') FROM places.place WHERE plan = 'n' AND name = 'Alma';
SELECT places.alter_plan('other', note => 'after the complaint of uprn-a5.'), places.alter_plan('other', note => 'uprn-a55');
-- an error with the id in it, as a view may give
ALTER TABLE estate_home RENAME TO real_home;
CREATE VIEW estate_home AS SELECT id, la, ward, CASE WHEN id = 'uprn-a5' THEN ST_SetSRID(ST_MakePoint(id::float8, 0), 27700) ELSE geom END AS geom FROM real_home;
SELECT status, note FROM places.run('n');
DROP VIEW estate_home;
ALTER TABLE real_home RENAME TO estate_home;
CREATE FUNCTION traces(home text) RETURNS TABLE (relation text, rows bigint) LANGUAGE plpgsql AS $$
BEGIN
	FOR relation IN SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'places_internal'::regnamespace AND c.relkind = 'r' ORDER BY 1 LOOP
		EXECUTE format('SELECT count(*) FROM places_internal.%I t WHERE t::text ~ $1', relation) INTO rows USING '\m' || home || '\M';
		IF rows > 0 THEN
			RETURN NEXT;
		END IF;
	END LOOP;
END $$;
SELECT * FROM traces('uprn-a5');
CREATE TABLE counted AS SELECT run, homes, kept_homes, stock_rows, moved_homes FROM places_internal.run_record;
CREATE TABLE counted_places AS SELECT run, place, homes FROM places_internal.place_result;
SELECT places.forget('uprn-a5');
SELECT * FROM traces('uprn-a5');
SELECT count(*) AS changed FROM (SELECT run, homes, kept_homes, stock_rows, moved_homes FROM places_internal.run_record EXCEPT TABLE counted) d;
SELECT count(*) AS changed FROM (SELECT run, place, homes FROM places_internal.place_result EXCEPT TABLE counted_places) d;
-- others are not: neither their rows nor what was said of them
SELECT count(*) AS rows FROM places_internal.membership WHERE home_id = 'uprn-a6';
SELECT note FROM places.audit_log WHERE note LIKE '%uprn-a55';
SELECT action, home_id, note, after FROM places.audit_log WHERE action IN ('pin', 'unpin', 'lock', 'forget') ORDER BY act;
SELECT status, error FROM places.run_history WHERE status = 'failed';
SELECT places.forget('uprn-a5'), places.forget('never there');
SELECT places.forget(NULL);
SELECT places.forget('');
DELETE FROM estate_home WHERE id = 'uprn-a5';
SELECT status, published FROM places.run('n');
SELECT * FROM traces('uprn-a5');
SELECT places.drop_plan('n'), places.drop_plan('other');
DROP TABLE estate_home, counted, counted_places;
DROP FUNCTION traces, build;

-- patches of about 175 homes inside the places of another plan
CREATE TABLE wide_stock AS
SELECT i AS id, 'E' || i % 3 AS la, ST_SetSRID(ST_MakePoint(400000 + i % 3 * 100000 + (i * 7919::bigint) % 2003, 300000 + (i * 104729::bigint) % 1999), 27700) AS geom
FROM generate_series(1, 4200) i;
SELECT places.create_plan('localities', 'wide_stock', 'id', 'la', 'geom', places.rules('balanced', 700));
SELECT homes, places, published FROM places.run('localities');
CREATE VIEW placed_home AS SELECT home_id, place, place_name, location FROM places.home WHERE plan = 'localities' AND kept;
SELECT places.create_plan('patches', 'placed_home', 'home_id', 'place', 'location', places.rules('balanced', 175), label_column => 'place_name');
SELECT homes, places, published FROM places.run('patches');
-- each patch is in one place, within ten per cent of 175 homes, and named after it
SELECT count(*) AS patches, min(homes) >= 157 AND max(homes) <= 193 AS sized, bool_and(kept) AS kept, count(DISTINCT authority) AS localities FROM places.place WHERE plan = 'patches';
SELECT count(*) AS homes, count(*) FILTER (WHERE p.authority <> l.place::text OR p.place_name !~ ('^' || l.place_name)) AS elsewhere
FROM places.home p JOIN places.home l ON l.plan = 'localities' AND l.home_id = p.home_id WHERE p.plan = 'patches';
SELECT count(*) AS places, count(DISTINCT place) AS numbers FROM places.place;
-- both again: nobody moves
SELECT moved_share, published FROM places.run('localities');
SELECT moved_share, published FROM places.run('patches');
SELECT places.drop_plan('patches'), places.drop_plan('localities');
DROP VIEW placed_home;
DROP TABLE wide_stock;

-- what reports see: plain types and a typed point
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) AS odd_type
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
WHERE c.relnamespace = 'places'::regnamespace AND c.relkind = 'v'
	AND a.atttypid <> ALL ('{text,int8,int4,float8,bool,timestamptz,name,jsonb}'::regtype[]) ORDER BY 1, 2;
SELECT c.relname, string_agg(a.attname, ', ' ORDER BY a.attnum) AS columns
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
WHERE c.relnamespace = 'places'::regnamespace AND c.relkind = 'v' GROUP BY 1 ORDER BY 1;
