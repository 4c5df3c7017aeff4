-- boundaries of plans: runs draw what can have changed, and it is as if each had drawn all
\set SHOW_CONTEXT never
SET client_min_messages = warning;
TRUNCATE places_internal.plan_definition, places_internal.run_record, places_internal.place_identity, places_internal.place_result, places_internal.membership,
	places_internal.authority_result, places_internal.lineage, places_internal.pinned_home, places_internal.locked_place, places_internal.act, places_internal.place_boundary RESTART IDENTITY;

-- three authorities side by side, a fourth far off; blocks of flats; some homes in no place
CREATE TABLE ground_stock AS
SELECT i AS id, CASE WHEN x < 2500 THEN 'West' WHEN x < 5000 THEN 'Middle' WHEN x < 9000 THEN 'East' ELSE 'Far' END AS la,
	ST_SetSRID(ST_MakePoint(400000 + x, 300000 + y), 27700) AS geom
FROM (SELECT i, i % 9 * 900 + i * 7919 % 1201 + CASE WHEN i % 9 = 8 THEN 9000 ELSE 0 END AS x, i % 3 * 800 + i / 3 * 104729 % 997 AS y
	FROM generate_series(1, 1800) i) h
UNION ALL SELECT 2000 + i, 'Middle', 'SRID=27700;POINT(404100.5 300500.5)' FROM generate_series(1, 30) i
UNION ALL VALUES (3000, 'West', 'SRID=27700;POINT(500000 900000)'::geometry), (3001, 'West', NULL), (3002, NULL, 'SRID=27700;POINT(402000 300500)');

-- what a plan shows beside what is drawn of all its homes at once; drawn: by the run itself
CREATE FUNCTION check_ground(plan text, within float8, OUT places bigint, OUT same boolean, OUT lacking bigint, OUT drawn bigint) LANGUAGE sql AS $$
	SELECT count(t.place), bool_and(t.boundary::text = w.boundary::text), count(*) FILTER (WHERE t.place IS NULL),
		count(*) FILTER (WHERE b.run = t.run)
	FROM (SELECT array_agg(location) AS points, array_agg(CASE WHEN kept THEN place END) AS owners
		FROM places.home h WHERE h.plan = check_ground.plan AND h.place IS NOT NULL) a
	CROSS JOIN LATERAL places.territories(a.points, a.owners, within) w
	FULL JOIN (SELECT * FROM places.territory g WHERE g.plan = check_ground.plan) t ON t.place = w.owner
	LEFT JOIN places_internal.place_result g ON g.run = t.run AND g.place = t.place
	LEFT JOIN places_internal.place_boundary b ON b.drawing = g.drawing $$;

SELECT places.create_plan('g', 'ground_stock', 'id', 'la', 'geom', places.rules(target_homes => 60, max_radius => 600), keep_runs => 4);
SELECT status, published, note FROM places.run('g');
SELECT places > 20 AS many, same, lacking, drawn = places AS all_drawn FROM check_ground('g', 250);
-- nothing has changed: nothing is drawn
SELECT status FROM places.run('g');
SELECT same, lacking, drawn FROM check_ground('g', 250);
-- a home moves: its surroundings are drawn, and no more
UPDATE ground_stock SET geom = ST_Translate(geom, 0, -40) WHERE id = 17;
SELECT status FROM places.run('g');
SELECT same, lacking, drawn BETWEEN 1 AND places / 2 AS a_few FROM check_ground('g', 250);
-- homes go and come; ids are given to others
DELETE FROM ground_stock WHERE id BETWEEN 100 AND 110;
INSERT INTO ground_stock SELECT 4000 + i, 'East', ST_SetSRID(ST_MakePoint(406000 + i * 11, 301000), 27700) FROM generate_series(1, 9) i;
UPDATE ground_stock SET id = -id WHERE id BETWEEN 200 AND 205;
SELECT status FROM places.run('g');
SELECT same, lacking FROM check_ground('g', 250);
-- a new authority beside old ones, between their homes
INSERT INTO ground_stock SELECT 5000 + i, 'New', ST_SetSRID(ST_MakePoint(401900 + i * 7919 % 401, 300700 + i * 104729 % 397), 27700) FROM generate_series(1, 70) i;
SELECT status FROM places.run('g');
SELECT same, lacking, drawn BETWEEN 1 AND places - 1 AS some FROM check_ground('g', 250);
-- a pin; other rules, by which places are kept or not though no home moves; an authority goes
SELECT places.pin('g', '18', (SELECT min(place) FROM places.place WHERE authority = 'West' AND place <> (SELECT place FROM places.home WHERE home_id = '18')));
SELECT status FROM places.run('g');
SELECT same, lacking, drawn BETWEEN 1 AND places - 1 AS some FROM check_ground('g', 250);
SELECT places.alter_plan('g', rules => places.rules(target_homes => 60, min_homes => 50, max_radius => 550), max_drop => 100);
SELECT status FROM places.run('g');
SELECT same, lacking FROM check_ground('g', 250);
DELETE FROM ground_stock WHERE la = 'New';
SELECT status FROM places.run('g');
SELECT same, lacking, drawn BETWEEN 1 AND places - 1 AS some FROM check_ground('g', 250);
SELECT count(*) AS homes_outside FROM places.home h LEFT JOIN places.territory t ON t.place = h.place AND ST_Contains(t.boundary, h.location) WHERE h.kept AND t.place IS NULL;

-- a draft has its own, shown when it is published; so has an older run; what is discarded goes
SELECT md5(string_agg(boundary::text, '|' ORDER BY place)) AS shown, max(run) AS shown_run FROM places.territory \gset
UPDATE ground_stock SET geom = ST_Translate(geom, 30, 30) WHERE id % 50 = 3;
SELECT run AS draft, status, published FROM places.run('g', publish => false) \gset
SELECT :'draft'::int > :shown_run AS later, md5(string_agg(boundary::text, '|' ORDER BY place)) = :'shown' AS still FROM places.territory;
SELECT places.publish('g', :draft);
SELECT same, lacking FROM check_ground('g', 250);
SELECT places.publish('g', :shown_run);
SELECT md5(string_agg(boundary::text, '|' ORDER BY place)) = :'shown' AS again FROM places.territory;
SELECT same, lacking FROM check_ground('g', 250);
-- the next run continues an older one than the newest
SELECT status FROM places.run('g');
SELECT same, lacking FROM check_ground('g', 250);
SELECT places.discard(:draft);
SELECT same, lacking FROM check_ground('g', 250);
SELECT count(*) FILTER (WHERE g.drawing IS NULL) AS unused FROM places_internal.place_boundary b LEFT JOIN (SELECT DISTINCT drawing FROM places_internal.place_result) g USING (drawing);
SELECT count(DISTINCT run) <= 5 AS few_runs FROM places_internal.place_result;

-- another distance, none, and some again
SELECT places.alter_plan('g', boundary_within => 80);
SELECT status FROM places.run('g');
SELECT same, lacking, drawn = places AS all_drawn FROM check_ground('g', 80);
SELECT run, boundary_within FROM places.run_history WHERE published;
SELECT places.alter_plan('g', boundary_within => 0);
SELECT status FROM places.run('g');
SELECT count(*) AS territories FROM places.territory;
SELECT places.draw_boundaries('g', 120) = (SELECT count(*) FROM places.place WHERE kept) AS drawn;
SELECT same, lacking FROM check_ground('g', 120);
SELECT places.alter_plan('g', boundary_within => 120);
UPDATE ground_stock SET geom = ST_Translate(geom, 20, -10) WHERE id = 40;
SELECT status FROM places.run('g');
SELECT same, lacking, drawn BETWEEN 1 AND places - 1 AS some FROM check_ground('g', 120);
SELECT places.draw_boundaries('g') = (SELECT count(*) FROM places.territory) AS as_the_plan_says;
SELECT same, lacking FROM check_ground('g', 120);
SELECT places.alter_plan('g', boundary_within => -1);
SELECT places.alter_plan('g', boundary_within => 'NaN');
SELECT places.create_plan('h', 'ground_stock', 'id', 'la', 'geom', boundary_within => 1e6);
SELECT places.create_plan('none', 'ground_stock', 'id', 'la', 'geom', places.rules('kmeans', 60), boundary_within => NULL);
SELECT status FROM places.run('none');
SELECT count(*) AS territories FROM places.territory WHERE plan = 'none';
SELECT places.drop_plan('none');

-- what cannot be drawn costs no run its result, and its authority alone the boundaries; the next run tries again
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	IF NEW.place IN (SELECT place FROM places_internal.place_identity WHERE authority = 'Middle') THEN RAISE 'no room at POINT(404100.5 300500.5)'; END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER refuse BEFORE INSERT ON places_internal.place_boundary FOR EACH ROW EXECUTE FUNCTION refuse();
SELECT places.alter_plan('g', boundary_within => 250);
SELECT status, published, note FROM places.run('g');
SELECT authority, count(t.place) > 0 AS drawn FROM places.place p LEFT JOIN places.territory t USING (plan, place, authority) WHERE p.kept GROUP BY 1 ORDER BY 1;
SELECT remark FROM places.run_history WHERE published;
DROP TRIGGER refuse ON places_internal.place_boundary;
SELECT status, note FROM places.run('g');
SELECT same, lacking, drawn BETWEEN 1 AND places - 1 AS some FROM check_ground('g', 250);
DROP FUNCTION refuse;

-- a tower in two authorities: one of them has no ground, and that is settled
CREATE TABLE tower AS SELECT i AS id, i % 3 / 2 AS la, ST_SetSRID(ST_MakePoint(400000, 300000), 27700) AS geom FROM generate_series(1, 300) i;
SELECT places.create_plan('tower', 'tower', 'id', 'la', 'geom', places.rules(target_homes => 100));
SELECT status FROM places.run('tower');
SELECT count(*) AS places, count(*) FILTER (WHERE t.place IS NOT NULL) AS with_ground FROM places.place p LEFT JOIN places.territory t USING (place) WHERE p.plan = 'tower' AND p.kept;
SELECT count(*) AS open FROM places_internal.place_result g JOIN places.place p USING (run, place) WHERE p.plan = 'tower' AND p.kept AND g.drawing IS NULL;
SELECT places.drop_plan('tower');

-- by longitude and latitude, of geography
CREATE TABLE ground_by_degree AS SELECT id, la, ST_Transform(geom, 4326)::geography AS geom FROM ground_stock WHERE id <> 3000;
SELECT places.create_plan('d', 'ground_by_degree', 'id', 'la', 'geom', places.rules(target_homes => 60, max_radius => 600));
SELECT status FROM places.run('d');
SELECT places > 20 AS many, same, lacking FROM check_ground('d', 250);
UPDATE ground_by_degree SET geom = ST_Translate(geom::geometry, 0.0005, 0) WHERE id IN (17, 60);
SELECT status FROM places.run('d');
SELECT same, lacking, drawn BETWEEN 1 AND places - 1 AS some FROM check_ground('d', 250);

-- a forgotten home leaves no boundary that it had a part in; those shown are drawn without it
SELECT p.place AS own, ST_X(location) AS x, ST_Y(location) AS y FROM places.home h JOIN places.place p USING (plan, place) WHERE plan = 'g' AND home_id = '40' \gset
SELECT count(*) AS before FROM places_internal.place_boundary WHERE plan_id = 1 AND ST_DWithin(boundary, ST_SetSRID(ST_MakePoint(:x, :y), 27700), 50) \gset
SELECT places.forget('40') > 0 AS forgotten;
SELECT same, lacking FROM check_ground('g', 250);
SELECT same, lacking FROM check_ground('d', 250);
SELECT bool_and(b.run = t.run) AS drawn_since, count(*) < :before AS fewer FROM places_internal.place_boundary b CROSS JOIN (SELECT max(run) AS run FROM places.territory WHERE plan = 'g') t
WHERE plan_id = 1 AND ST_DWithin(boundary, ST_SetSRID(ST_MakePoint(:x, :y), 27700), 50);
-- an older run has them drawn when it is published
SELECT max(run) AS older FROM places.run_history WHERE plan = 'g' AND stored AND NOT published AND boundary_within = 120 \gset
SELECT count(*) > 0 AS lacks FROM places_internal.place_result WHERE run = :older AND reason IS NULL AND drawing IS NULL;
SELECT places.publish('g', :older);
SELECT same, lacking FROM check_ground('g', 120);

SELECT places.drop_plan('g'), places.drop_plan('d');
SELECT count(*) AS left_behind FROM places_internal.place_boundary;
DROP FUNCTION check_ground;
DROP TABLE ground_stock, ground_by_degree, tower;
