-- places that were kept have a grace
\set SHOW_CONTEXT never
SET client_min_messages = error;
CREATE SCHEMA grace;
SET search_path = grace, public;

-- three towns of 60 homes far from each other, and one of 58
CREATE TABLE stock (id text, la text, geom geometry);
CREATE FUNCTION town(name text, x float8, homes int) RETURNS void LANGUAGE sql AS $$
	INSERT INTO grace.stock
	SELECT name || lpad(i::text, 3, '0'), 'one', ST_SetSRID(ST_MakePoint(x + 20 * (i % 8), 1000 + 20 * (i / 8)), 27700)
	FROM generate_series(1, homes) i $$;
SELECT town('a', 10000, 60), town('b', 30000, 60), town('c', 50000, 60), town('d', 70000, 58) \g /dev/null

CREATE FUNCTION rules() RETURNS places.ruleset LANGUAGE sql AS $$
	SELECT places.rules(min_homes => 60, max_radius => 500) $$;
SELECT places.create_plan(p.plan, 'stock', 'id', 'la', 'geom', rules(), grace => p.grace, boundary_within => NULL,
	max_drop => 100, max_shrink => 100)
FROM (VALUES ('with', 0.05), ('without', 0)) p(plan, grace);
SELECT plan, (places.run(plan)).places FROM (VALUES ('with'), ('without')) p(plan);

CREATE VIEW seen AS
SELECT h.plan, p.place, p.reason, left(h.home_id, 1) AS town, count(*) AS homes
FROM places.home h JOIN places.place p USING (plan, place)
WHERE h.reason IS NULL
GROUP BY 1, 2, 3, 4;
SELECT plan, town, homes, reason FROM seen ORDER BY 1, 2;
CREATE TABLE before AS SELECT * FROM seen;

-- one home lost, then two more, is within it: nobody moves
DELETE FROM stock WHERE id IN ('a001');
SELECT plan, r.kept_places, r.moved_share FROM (VALUES ('with'), ('without')) p(plan), places.run(plan) r ORDER BY 1;
DELETE FROM stock WHERE id IN ('a002', 'a003');
SELECT plan, r.kept_places, r.moved_share FROM (VALUES ('with'), ('without')) p(plan), places.run(plan) r ORDER BY 1;
SELECT s.plan, s.town, s.homes, s.reason, s.place = b.place AS same
FROM seen s JOIN before b USING (plan, town) ORDER BY 1, 2;
-- again, though nothing has changed, and though other homes have
SELECT r.kept_places, r.moved_share FROM places.run('with') r;
UPDATE stock SET geom = ST_Translate(geom, 1, 0) WHERE id = 'b001';
SELECT r.kept_places, r.moved_share FROM places.run('with') r;
-- a fourth is too many, and what fell has no grace when it comes back
DELETE FROM stock WHERE id = 'a004';
SELECT r.kept_places FROM places.run('with') r;
SELECT town('a', 10000, 2) \g /dev/null
SELECT count(*) FROM stock WHERE id LIKE 'a%';
SELECT r.kept_places FROM places.run('with') r;

-- a town that is new has none
SELECT town('e', 90000, 58) \g /dev/null
SELECT r.kept_places FROM places.run('with') r;
SELECT town('e', 90000, 2) \g /dev/null
SELECT r.kept_places FROM places.run('with') r;

-- a larger grace, a smaller one: the next run follows
DELETE FROM stock WHERE id IN ('b001', 'b002', 'b003', 'b004', 'b005');
SELECT places.alter_plan('with', grace => 0.1);
SELECT r.kept_places FROM places.run('with') r;
SELECT places.alter_plan('with', grace => 0.02);
SELECT r.kept_places FROM places.run('with') r;

-- what is refused
SELECT places.create_plan('bad', 'stock', 'id', 'la', 'geom', grace => 1);
SELECT places.alter_plan('with', grace => -0.01);
SELECT places.alter_plan('with', grace => 'NaN');

SELECT places.drop_plan(plan) FROM (VALUES ('with'), ('without')) p(plan);
DROP SCHEMA grace CASCADE;
