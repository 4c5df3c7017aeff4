-- figures of places, run by run, along the line of their descent, and what may not be in them
SET client_min_messages = error;
\set SHOW_CONTEXT never
CREATE SCHEMA history;
SET search_path = history, public;
CREATE TABLE stock AS
SELECT i AS id, 'grid' AS la, ST_SetSRID(ST_MakePoint(1000 + 10 * (i % 10), 2000 + 10 * (i / 10)), 27700) AS geom, 2 AS homes, 3 AS density, 4 AS cases
FROM generate_series(0, 99) i;
CREATE VIEW kept AS
SELECT dense_rank() OVER (ORDER BY h.run) AS nr, dense_rank() OVER (ORDER BY h.line) AS line, h.place = h.line AS first, h.name, h.amount AS homes
FROM places.place_history h WHERE h.plan = 'h' AND h.measure = 'homes' ORDER BY h.run, h.place;
CREATE FUNCTION published_run() RETURNS bigint LANGUAGE sql AS 'SELECT run FROM places.run_history WHERE plan = ''h'' AND published';

-- a measure that is called as one of the figures is not lost, and does not take its place
SELECT places.create_plan('h', 'stock', 'id', 'la', 'geom', places.rules('balanced', 100, min_homes => 20, max_homes => 120),
	balance_columns => '{homes,density,cases}', max_drop => 100, boundary_within => 0);
SELECT published FROM places.run('h');
SELECT h.measure, round(h.amount) AS amount FROM places.place_history h WHERE h.plan = 'h' ORDER BY h.measure COLLATE "C";

-- a place is divided; its line stays known when the run that divided it is discarded
SELECT places.alter_plan('h', rules => places.rules('balanced', 50, min_homes => 20, max_homes => 60));
SELECT places FROM places.run('h');
SELECT published_run() AS divided \gset
INSERT INTO stock SELECT 1000 + i, 'grid', ST_SetSRID(ST_MakePoint(1000 + 10 * i, 1990), 27700), 2, 3, 4 FROM generate_series(0, 3) i;
SELECT places FROM places.run('h');
SELECT * FROM kept;
SELECT places.discard(:divided);
SELECT * FROM kept;
SELECT event, name, other_name FROM places.change WHERE plan = 'h' AND run = :divided ORDER BY 1;

-- a draft that is discarded leaves nothing; going back to a run adds nothing
SELECT run AS draft FROM places.run('h', publish => false) \gset
SELECT places.discard(:draft);
SELECT count(*) AS of_draft FROM places.place_history WHERE run = :draft;
SELECT count(*) AS of_draft FROM places.change WHERE run = :draft;

-- two places become one, and two again, of which one has another number than before: the line goes on
SELECT published_run() AS before \gset
SELECT places.alter_plan('h', rules => places.rules('balanced', 100, min_homes => 80, max_homes => 120));
SELECT places FROM places.run('h');
SELECT places.alter_plan('h', rules => places.rules('balanced', 50, min_homes => 20, max_homes => 60));
SELECT places FROM places.run('h');
SELECT * FROM kept WHERE nr > 3;
SELECT count(DISTINCT place) AS numbers, count(DISTINCT line) AS lines FROM places.place_history WHERE plan = 'h';
SELECT sum(amount) AS homes FROM places.place_history WHERE plan = 'h' AND measure = 'homes' GROUP BY run, line ORDER BY run;
SELECT count(*) AS rows FROM places.place_history WHERE plan = 'h' \gset
SELECT places.publish('h', :before);
SELECT count(*) = :rows AS nothing_added FROM places.place_history WHERE plan = 'h';

-- patches and localities have lines of their own; a tree that is shown later is noted then
SELECT places.create_patches('h_patches', 'h', places.rules('balanced', 15));
SELECT places.create_localities('h_localities', 'h', places.rules('balanced', 150));
SELECT published FROM places.run('h');
SELECT level, count(DISTINCT place) > 0 AS places, bool_and(amount > 0) AS homes FROM places.place_history
WHERE plan LIKE 'h\_%' AND measure = 'homes' GROUP BY 1 ORDER BY 1;

-- vacancies of patches add up to those of places and localities
CREATE TABLE staff AS SELECT 'w' || i AS id FROM generate_series(1, 3) i;
SELECT places.set_staff('h', 'staff', 'id');
SELECT vacant > 0 AS some_vacant, places - served = vacant AS all_told FROM places.allocate('h_patches');
SELECT published FROM places.run('h');
SELECT count(DISTINCT amount) AS one_sum FROM (
	SELECT level, sum(amount) AS amount FROM places.place_history h
	WHERE measure = 'vacancies' AND plan IN ('h', 'h_patches', 'h_localities') AND run IN (SELECT run FROM places.run_history WHERE published) GROUP BY 1) v;

-- remarks are for readers: of contacts that cannot be read they have no more than a code
CREATE TABLE raw AS SELECT id, 'Mrs Smith of home ' || id AS told FROM stock;
CREATE VIEW calls AS SELECT id, CASE WHEN length(told) < 5 THEN told::date END AS at FROM raw;
SELECT places.add_contacts('h', 'calls', 'calls', 'id', 'at');
CREATE OR REPLACE VIEW calls AS SELECT id, told::date AS at FROM raw;
SELECT published, note FROM places.run('h');
SELECT count(*) AS quoted FROM places.run_history WHERE remark LIKE '%Smith%';
DROP VIEW calls;
SELECT published, note FROM places.run('h');
CREATE TABLE calls AS SELECT id, CURRENT_DATE AS at FROM stock;
SELECT published, note FROM places.run('h');
SELECT h.level, count(*) FILTER (WHERE h.measure = 'not_heard_from') = count(*) FILTER (WHERE h.measure = 'homes') AS a_row_each, bool_and(amount IS NULL) FILTER (WHERE h.measure = 'not_heard_from') AS withheld
FROM places.place_history h JOIN places.run_history r USING (run) WHERE r.published AND h.plan IN ('h', 'h_patches', 'h_localities') GROUP BY 1 ORDER BY 1;

-- the gap is computed under the settings of contact_gap(), or it takes several times as long
SELECT count(DISTINCT p.proconfig) AS settings FROM pg_proc p
WHERE p.oid IN ('places_internal.note_gap(places_internal.plan_definition)'::regprocedure, 'places_internal.do_contact_gap(text, int, int)'::regprocedure);

SELECT places.drop_plan('h_localities'), places.drop_plan('h_patches'), places.drop_plan('h');
SELECT count(*) AS left_behind FROM places_internal.place_history h WHERE NOT EXISTS (SELECT FROM places_internal.plan_definition d WHERE d.plan_id = h.plan_id);
DROP SCHEMA history CASCADE;
