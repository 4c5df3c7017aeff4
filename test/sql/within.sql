-- patches and localities: which homes and places they are made of, how many, how they are called
SET client_min_messages = error;
\set SHOW_CONTEXT never
TRUNCATE places_internal.plan_definition, places_internal.run_record, places_internal.place_identity, places_internal.place_result, places_internal.membership,
	places_internal.authority_result, places_internal.lineage, places_internal.pinned_home, places_internal.locked_place, places_internal.act, places_internal.place_boundary RESTART IDENTITY;
CREATE TABLE tenancy (id text, la text, ward text, region text, geom geometry, homes float8);
-- a village of n homes in rows of 20, 10 m apart
CREATE FUNCTION build(la text, ward text, region text, n int, x float8, y float8) RETURNS void LANGUAGE sql AS $$
	INSERT INTO tenancy SELECT format('%s %s %s', la, ward, i), la, ward, region, ST_SetSRID(ST_MakePoint(x + 10 * (i % 20), y + 10 * (i / 20)), 27700), 1
	FROM generate_series(1, n) i $$;
SELECT build('A', 'Stowe', 'North', 100, 400000, 300000), build('A', 'Oldfield', 'North', 70, 410000, 300000), build('A', 'Ings', NULL, 25, 420000, 300000),
	build('B', 'Hill', 'South', 60, 430000, 300000), build('B', 'Dale', 'North', 31, 440000, 300000) \g /dev/null
-- no place, and no location
INSERT INTO tenancy SELECT 'lone ' || i, 'A', NULL, 'North', ST_SetSRID(ST_MakePoint(450000 + 5000 * i, 300000), 27700), 1 FROM generate_series(1, 7) i;
INSERT INTO tenancy VALUES ('nowhere', 'A', 'Stowe', 'North', NULL, 1), ('nobody', NULL, 'Stowe', 'North', ST_SetSRID(ST_MakePoint(400000, 300000), 27700), 1);
SELECT places.create_plan('towns', 'tenancy', 'id', 'la', 'geom', places.rules('coverage', 25, max_homes => 120, max_radius => 500),
	label_column => 'ward', max_drop => 100, max_shrink => 100, boundary_within => 0);
SELECT places.create_patches('patches', 'towns', places.rules('balanced', 20));
SELECT places.create_localities('localities', 'towns', places.rules('balanced', 130), 'region');
SELECT status, note FROM places.run('towns');

-- each place has the number of patches that fits it best, and all are kept; what is outside every place is divided by authority
SELECT name, homes, kept FROM places.place WHERE plan = 'towns' ORDER BY place;
SELECT name, homes, kept FROM places.place WHERE plan = 'patches' ORDER BY place;
-- whole places, by region: of a place of none that is a group of its own
SELECT authority, name, homes, kept FROM places.place WHERE plan = 'localities' ORDER BY place;
SELECT l.name, p.name AS place FROM places_internal.homes_in_run(3, 3) m JOIN places_internal.place_identity l ON l.place = m.place
	JOIN places_internal.place_identity p ON p.place = m.home_id::bigint ORDER BY 1, 2;

CREATE VIEW home_of AS
SELECT c.home_id, c.authority, p.name AS place, c.place_name AS patch
FROM places.home c
JOIN places.home h ON h.plan = 'towns' AND h.home_id = c.home_id
LEFT JOIN places.place p ON p.plan = 'towns' AND p.place = h.place AND h.kept
WHERE c.plan = 'patches';
SELECT count(*) AS homes, count(DISTINCT home_id) AS different, count(DISTINCT patch) AS patches FROM home_of;
SELECT patch FROM home_of GROUP BY patch HAVING count(DISTINCT COALESCE(place, '')) > 1 AND patch IS NOT NULL;
SELECT home_id, authority, patch FROM home_of WHERE home_id IN ('nowhere', 'nobody') ORDER BY 1;

-- nothing changes while nothing changes
SELECT status FROM places.run('towns');
CREATE VIEW newest AS SELECT d.plan, max(u.run) AS run FROM places_internal.run_record u JOIN places_internal.plan_definition d USING (plan_id) GROUP BY d.plan;
SELECT n.plan, a.authority, a.status, a.moved_homes FROM newest n JOIN places_internal.authority_result a USING (run) ORDER BY 1, 2, 3;

-- parents with other numbers: their patches are those of before
CREATE TABLE patch_of AS SELECT home_id, patch FROM home_of;
UPDATE places_internal.membership SET place = place + 1000 WHERE plan_id = 1;
UPDATE places_internal.place_result SET place = place + 1000 WHERE plan_id = 1;
INSERT INTO places_internal.place_identity (place, plan_id, authority, name, born_run) OVERRIDING SYSTEM VALUE
SELECT place + 1000, plan_id, authority, name || ' anew', born_run FROM places_internal.place_identity WHERE plan_id = 1;
SELECT status FROM places.run('patches');
SELECT n.plan, a.authority, a.status, a.moved_homes FROM newest n JOIN places_internal.authority_result a USING (run) WHERE n.plan = 'patches' ORDER BY 1, 2, 3;
SELECT count(*) AS moved FROM home_of h JOIN patch_of p USING (home_id) WHERE h.patch IS DISTINCT FROM p.patch;
SELECT l.event, l.place FROM places_internal.lineage l JOIN newest n USING (run) WHERE n.plan = 'patches';

-- who runs patches needs no right to the stock: they are of the homes that the parent's run saw; regions are read from it
INSERT INTO tenancy SELECT 'late ' || i, 'A', 'Stowe', 'North', ST_SetSRID(ST_MakePoint(400000 + i, 300000), 27700), 1 FROM generate_series(1, 40) i;
CREATE ROLE regress_coach;
GRANT places_editor TO regress_coach;
SET ROLE regress_coach;
SELECT status, homes FROM places.run('patches');
SELECT status FROM places.run('localities');
RESET ROLE;
REVOKE places_editor FROM regress_coach;
DROP ROLE regress_coach;

-- or without those that are in no kept place
SELECT places.drop_plan('patches') \g /dev/null
SELECT places.create_patches('patches', 'towns', places.rules('balanced', 20), dispersed => false) \g /dev/null
SELECT status, homes FROM places.run('patches');

-- degrees and weights are those of the parent
SELECT places.drop_plan('patches'), places.drop_plan('localities'), places.drop_plan('towns') \g /dev/null
CREATE VIEW round AS SELECT id, la, ST_Transform(geom, 4326)::geography AS geog, homes * 2 AS homes FROM tenancy;
SELECT places.create_plan('round', 'round', 'id', 'la', 'geog', places.rules('coverage', 50, max_homes => 240, max_radius => 500),
	weight_column => 'homes', boundary_within => 0) \g /dev/null
SELECT places.create_patches('patches', 'round', places.rules('balanced', 40)), places.create_localities('localities', 'round', places.rules('balanced', 260)) \g /dev/null
SELECT status, homes FROM places.run('round');
SELECT d.plan, u.homes, u.places, u.kept_places FROM places_internal.run_record u JOIN places_internal.plan_definition d USING (plan_id) ORDER BY u.run;
SELECT p.plan, round(min(ST_X(p.centre))) AS east, round(min(ST_Y(p.centre))) AS north FROM places.place p GROUP BY 1 ORDER BY 1;

DROP VIEW home_of, newest, round;
DROP TABLE patch_of, tenancy;
DROP FUNCTION build;
