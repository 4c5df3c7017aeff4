-- tours, minutes, fairness, and figures run by run
SET client_min_messages = error;
\set SHOW_CONTEXT never
CREATE SCHEMA rounds;
SET search_path = rounds, public;

-- a grid of 10 m: the tree has n - 1 edges of 10 m; a place on one spot, one of two spots
CREATE TABLE stock AS
SELECT i AS id, 'grid' AS la, ST_SetSRID(ST_MakePoint(1000 + 10 * (i % 10), 2000 + 10 * (i / 10)), 27700) AS geom, 1::float8 AS w FROM generate_series(0, 99) i
UNION ALL SELECT 100 + i, 'block', ST_SetSRID(ST_MakePoint(5000, 5000), 27700), 1 FROM generate_series(0, 49) i
UNION ALL SELECT 200 + i, 'pair', ST_SetSRID(ST_MakePoint(7000 + i, 5000), 27700), 25 FROM generate_series(0, 1) i;
SELECT places.create_plan('r', 'stock', 'id', 'la', 'geom', places.rules('balanced', 100, min_homes => 20, max_homes => 100), weight_column => 'w', max_drop => 100, max_shrink => 100, boundary_within => 0);
SELECT places.round('r');
SELECT places FROM places.run('r');
SELECT p.authority, r.homes, r.tour FROM places.round('r') r JOIN places.place p USING (place) ORDER BY 1;
SELECT 1.46 * 99 * 10 AS hand_computed;
SELECT p.authority, r.tour FROM places.round('r', 25) r JOIN places.place p USING (place) ORDER BY 1;
SELECT places.round('r', 0);
SELECT abs(sum(r.tour) - (SELECT sum(tour) FROM places.round('r'))) < 1 AS of_all FROM places.round('r', 1000) r;

-- minutes by hand: 100 homes of 30, 1445 m at 500 a minute, nobody's journeys
SELECT p.authority, f.worker, f.homes, f.minutes, f.ratio, f.gini FROM places.fairness('r') f JOIN places.place p ON p.place = f.places[1] ORDER BY 1;
SELECT round((100 * 30 + 1445.4 / 500)::numeric) AS hand_computed;
SELECT places_internal.minutes_of(16, 5, 1000, 2000) AS two_days, 16 * 30 + 5 + 2 + 2 * 2000 * 2 / 500 AS hand_computed;
SELECT places_internal.gini('{1,1,1}') AS equal, places_internal.gini('{0,0,0,1}') AS one_has_all, places_internal.gini('{1,3}') AS quarter;
SELECT places.fairness('r', visit_minutes => -1);
SELECT places.fairness('r', metres_per_minute => 0);
SELECT places.fairness('r', 'load');

-- as a column to balance by: the sum is that of the visits and of the tour through all
SELECT authority, count(*), abs(sum(minutes) - CASE authority WHEN 'grid' THEN 3000 + 1445.4 / 500 WHEN 'block' THEN 1500 ELSE 2 * 25 * 30 + 1.46 / 500 END) < 1e-6 AS hand_computed
FROM places.home_minutes('stock', weight_column => 'w') GROUP BY 1 ORDER BY 1;
CREATE TABLE odd AS SELECT 1 AS id, 'x' AS la, NULL::geometry AS geom UNION ALL SELECT 2, 'x', 'POINT(0 0)' UNION ALL SELECT NULL, NULL, 'POINT EMPTY';
SELECT * FROM places.home_minutes('odd') ORDER BY 1;
SELECT places.home_minutes('odd', visit_minutes => 'NaN');
CREATE TABLE shire AS
SELECT i AS id, 'S' AS la, ST_SetSRID(ST_MakePoint(10000 + 37 * (i * 7919 % 31), 20000 + 41 * (i * 104729 % 29)), 27700) AS geom FROM generate_series(1, 300) i
UNION ALL SELECT 300 + i, 'S', ST_SetSRID(ST_MakePoint(14000 + 3700 * (i * 7919 % 13), 20000 + 4100 * (i * 104729 % 11)), 27700) FROM generate_series(1, 100) i;
CREATE TABLE minutes AS SELECT home_id::int AS id, minutes FROM places.home_minutes('shire', metres_per_minute => 50);
CREATE VIEW shire_minutes AS SELECT s.*, m.minutes FROM shire s JOIN minutes m USING (id);
SELECT places.create_plan('even', 'shire', 'id', 'la', 'geom', places.rules('balanced', 50, min_homes => 45, max_homes => 55, max_radius => 1e6), boundary_within => 0);
SELECT places.create_plan('fair', 'shire_minutes', 'id', 'la', 'geom', places.rules('balanced', 50, min_homes => 20, max_homes => 80, max_radius => 1e6),
	balance_columns => '{minutes}', balance_tolerance => '{0.1}', boundary_within => 0);
SELECT (SELECT places FROM places.run('even')) AS even, (SELECT places FROM places.run('fair')) AS fair;
SELECT (SELECT min(gini) FROM places.fairness('fair', metres_per_minute => 50)) < (SELECT min(gini) FROM places.fairness('even', metres_per_minute => 50)) AS fairer;

-- figures of each published run, along the line of a place that is divided
SELECT measure, count(*), sum(amount) FROM places.place_history WHERE plan = 'r' AND measure IN ('homes', 'kept') GROUP BY 1 ORDER BY 1;
SELECT run AS first FROM places.run_history WHERE plan = 'r' AND published \gset
SELECT places.alter_plan('r', keep_runs => 1, rules => places.rules('balanced', 50, min_homes => 20, max_homes => 60));
SELECT published, places FROM places.run('r');
SELECT h.run = :first AS first, count(DISTINCT h.place) AS places, count(DISTINCT h.line) AS lines, sum(h.amount) AS homes
FROM places.place_history h JOIN places.place_history g ON g.plan = h.plan AND g.line = h.line AND g.run = :first AND g.measure = 'homes' AND g.amount = 100
WHERE h.plan = 'r' AND h.measure = 'homes' GROUP BY 1 ORDER BY 1 DESC;
SELECT stored FROM places.run_history WHERE run = :first;
SELECT count(*) AS before FROM places.place_history WHERE plan = 'r' \gset
SELECT run AS draft FROM places.run('r', publish => false) \gset
SELECT count(*) = :before AS no_draft FROM places.place_history WHERE plan = 'r';
SELECT places.publish('r', :draft);
SELECT count(*) FILTER (WHERE run = :draft) > 0 AS published FROM places.place_history WHERE plan = 'r';
SELECT count(*) AS published FROM places.place_history WHERE plan = 'r' \gset
SELECT places.publish('r', :draft);
SELECT count(*) = :published AS once FROM places.place_history WHERE plan = 'r';
SELECT array_agg(DISTINCT measure ORDER BY measure) FROM places.place_history WHERE plan = 'fair';
-- with vacancies and the contact gap, which who may not read contacts does not get
CREATE TABLE staff AS SELECT 'w' || i AS id FROM generate_series(1, 2) i;
SELECT places.set_staff('even', 'staff', 'id');
SELECT served, vacant FROM places.allocate('even');
CREATE TABLE calls AS SELECT id, CURRENT_DATE - 10 AS at FROM shire WHERE id % 2 = 0;
SELECT places.add_contacts('even', 'calls', 'calls', 'id', 'at');
SELECT note FROM places.run('even');
SELECT measure, sum(amount), count(amount) FROM places.place_history h WHERE plan = 'even' AND run = (SELECT max(run) FROM places.place_history WHERE plan = 'even') AND measure IN ('vacancies', 'not_heard_from') GROUP BY 1 ORDER BY 1;
CREATE ROLE places_rounds_editor IN ROLE places_editor;
GRANT USAGE ON SCHEMA rounds TO places_rounds_editor;
GRANT SELECT ON shire TO places_rounds_editor;
SET ROLE places_rounds_editor;
SELECT published, note FROM places.run('even');
SELECT count(*) > 0 AS reads, count(*) FILTER (WHERE measure = 'not_heard_from') AS of_one_run FROM places.place_history WHERE plan = 'even' AND run > (SELECT min(run) FROM places.place_history WHERE plan = 'even');
SELECT count(*) > 0 AS tours FROM places.round('even');
RESET ROLE;
SELECT places.drop_plan('r'), places.drop_plan('even'), places.drop_plan('fair');
SELECT count(*) AS left_behind FROM places_internal.place_history h WHERE NOT EXISTS (SELECT FROM places_internal.plan_definition d WHERE d.plan_id = h.plan_id);
DROP OWNED BY places_rounds_editor;
DROP ROLE places_rounds_editor;
DROP SCHEMA rounds CASCADE;
