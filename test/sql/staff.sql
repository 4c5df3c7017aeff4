-- who serves which place
SET client_min_messages = error;
\set SHOW_CONTEXT never
CREATE SCHEMA staff;
SET search_path = staff, public;

CREATE TABLE stock AS
SELECT i AS id, 'A' AS la, ST_SetSRID(ST_MakePoint(10000 + 37 * (i * 7919 % 101), 20000 + 41 * (i * 104729 % 97)), 27700) AS geom
FROM generate_series(1, 420) i;
SELECT places.create_plan('s', 'stock', 'id', 'la', 'geom', places.rules('balanced', 70, min_homes => 50, max_homes => 90),
	max_drop => 100, max_shrink => 100, boundary_within => 0);
SELECT places.create_patches('s patches', 's', places.rules('balanced', 35, min_homes => 20, max_homes => 50));
SELECT places.allocate('s');
SELECT homes, places FROM places.run('s');
SELECT places.allocate('s');

CREATE TABLE workers (id text, job text, fte numeric, base geometry, can text[]);
INSERT INTO workers
SELECT 'w' || i, 'coach', 1, ST_SetSRID(ST_MakePoint(10000 + i * 3571 % 3737, 20000 + i * 2311 % 3977), 27700), CASE WHEN i % 3 = 0 THEN '{Welsh,BSL}'::text[] END
FROM generate_series(1, 6) i;

-- as cheap as the best of all
SELECT places.set_staff('s', 'workers', 'id', role_column => 'job', fte_column => 'fte', base_column => 'base', skills_column => 'can');
SELECT places, served, vacant, workers, idle, changed, kept_share, proved, note FROM places.allocate('s', 'coach');
CREATE VIEW cost AS
SELECT p.place, w.id AS worker, ST_Distance(w.base, r.centre) AS metres
FROM workers w CROSS JOIN places.place p JOIN places_internal.place_result r ON r.run = p.run AND r.place = p.place WHERE p.plan = 's';
CREATE VIEW cheapest AS
WITH RECURSIVE all_of AS (
	SELECT ARRAY[]::text[] AS used, 0::float8 AS metres, 0 AS n
	UNION ALL
	SELECT a.used || c.worker, a.metres + c.metres, a.n + 1
	FROM all_of a
	JOIN (SELECT place, dense_rank() OVER (ORDER BY place) AS nr, worker, metres FROM cost) c ON c.nr = a.n + 1 AND c.worker <> ALL (a.used))
SELECT min(metres) AS metres FROM all_of WHERE n = (SELECT count(*) FROM places.place WHERE plan = 's');
SELECT abs(sum(c.metres) - (SELECT metres FROM cheapest)) < 0.1 AS best, count(DISTINCT a.worker) = count(*) AS each_one
FROM places.allocation a JOIN cost c ON c.place = a.place AND c.worker = a.worker WHERE a.plan = 's';
-- again, in another order of rows: nobody changes
CREATE TABLE turned AS SELECT * FROM workers ORDER BY md5(id);
SELECT places.set_staff('s', 'turned', 'id', 'job', 'fte', 'base', 'can');
SELECT changed, kept_share FROM places.allocate('s', 'coach');
SELECT changed, kept_share FROM places.allocate('s', 'coach', keep => 0);

-- homes move: travel alone changes more than travel with what it is worth to keep one's coach, and a second time nobody
CREATE TABLE served AS SELECT place, worker FROM places.allocation WHERE plan = 's';
UPDATE stock SET geom = ST_Translate(geom, 1500, 900) WHERE id % 5 = 0;
SELECT published FROM places.run('s');
BEGIN;
SELECT kept_share AS kept_by_travel, travel AS travel_alone FROM places.allocate('s', 'coach', keep => 0) \gset
ROLLBACK;
SELECT kept_share >= :kept_by_travel AS keeps_more, travel >= :travel_alone AS at_a_price FROM places.allocate('s', 'coach', keep => 1000);
SELECT changed FROM places.allocate('s', 'coach', keep => 1000);
SELECT changed FROM places.allocate('s', 'coach', keep => 1000);

-- leavers, leave and return, joiners
SELECT worker AS gone, place AS left_behind FROM places.allocation WHERE plan = 's' ORDER BY worker LIMIT 1 \gset
UPDATE turned SET fte = NULL WHERE id = :'gone';
SELECT served, vacant, note FROM places.allocate('s', 'coach', keep => 1000);
SELECT count(*) AS vacancies, min(why) AS why FROM places.vacancy WHERE plan = 's';
UPDATE turned SET fte = 1 WHERE id = :'gone';
SELECT served, vacant FROM places.allocate('s', 'coach', keep => 1000);
SELECT place = :left_behind AS has_the_old_one_back FROM places.allocation WHERE plan = 's' AND worker = :'gone';
INSERT INTO turned SELECT 'joiner', 'coach', 1, ST_SetSRID(ST_MakePoint(12000, 22000), 27700), NULL;
SELECT workers, idle, changed <= 1 AS few FROM places.allocate('s', 'coach', keep => 1000);
DELETE FROM turned WHERE id IN ('joiner', 'w2', 'w3');
SELECT served, vacant FROM places.allocate('s', 'coach', keep => 1000);
SELECT count(*) = count(DISTINCT place) AS one_a_place FROM places.allocation_history WHERE plan = 's' AND until IS NULL;
SELECT bool_and(until >= since AND until_run >= since_run) AS ended_later FROM places.allocation_history WHERE plan = 's' AND until IS NOT NULL;

-- skills, and people's decisions
SELECT min(place) AS first, max(place) AS last FROM places.place WHERE plan = 's' \gset
SELECT places.require_skills('s', :first, '{welsh, bsl}', 'many signers');
SELECT a.served FROM places.allocate('s', 'coach') a;
SELECT count(*) AS unskilled FROM places.allocation a JOIN turned w ON w.id = a.worker WHERE a.plan = 's' AND a.place = :first AND w.can IS NULL;
SELECT places.require_skills('s', :first, '{Polish}');
SELECT a.served FROM places.allocate('s', 'coach') a;
SELECT why FROM places.vacancy WHERE plan = 's' AND place = :first;
SELECT places.place_worker('s', :first, 'w1', 'learning it');
SELECT places.place_worker('s', :last, 'w1', 'both');
SELECT places.place_worker('s', :last, 'nobody');
SELECT served, note FROM places.allocate('s', 'coach');
SELECT place = :first AS first, place = :last AS last, worker, why ~ '^placed by people' AS placed FROM places.allocation WHERE plan = 's' AND worker = 'w1' ORDER BY place;
SELECT kind, worker, skills, note, problem FROM places.correction WHERE plan = 's' ORDER BY kind, worker;
SELECT places.release_worker('s', :last, 'nobody');
SELECT places.release_worker('s', -1, 'nobody');
SELECT places.release_worker('s', :first);
SELECT places.release_worker('s', :last);
SELECT places.require_skills('s', :first, '{}');
SELECT count(*) FROM places.correction WHERE plan = 's';

-- part of a worker has a small place; two small ones fit together; more places than coaches are vacant, never too much for anybody
CREATE TABLE coaches AS SELECT 'c' || i AS id, CASE WHEN i = 1 THEN 0.5 ELSE 1 END AS fte, ST_SetSRID(ST_MakePoint(10000 + i * 1000, 21000), 27700) AS base FROM generate_series(1, 5) i;
SELECT places.set_staff('s patches', 'coaches', 'id', fte_column => 'fte', base_column => 'base');
SELECT served + vacant = places AS all_there, served >= 4 AS many, proved FROM places.allocate('s patches');
SELECT bool_and(homes <= 50 * fte OR places = 1 AND fte >= 1) AS within, max(places) <= 2 AS two_at_most FROM places.worker_load WHERE plan = 's patches';
SELECT count(*) > 0 AS some FROM places.vacancy WHERE plan = 's patches';
SELECT vacant > 0 AS some_vacant FROM places.allocate('s patches', max_travel => 500);
SELECT max(travel) <= 500 AS near FROM places.allocation WHERE plan = 's patches';
-- minutes
SELECT count(*) = count(DISTINCT worker) AS one_row, bool_and(minutes > 30 * homes) AS long FROM places.worker_load WHERE plan = 's';
SELECT bool_and(minutes >= 30 * homes) AS long, min(gini) BETWEEN 0 AND 1 AS unequal, count(*) FILTER (WHERE worker IS NULL) AS vacant FROM places.fairness('s');

-- what is refused
SELECT places.set_staff('s', 'workers', NULL);
SELECT places.set_staff('s', 'workers', 'idd');
SELECT places.set_staff('s', 'workers', 'id', fte_column => 'job');
SELECT places.set_staff('s', 'workers', 'id', base_column => 'job');
CREATE TEMP TABLE passing AS SELECT 1 AS id;
SELECT places.set_staff('s', 'passing', 'id');
SELECT places.allocate('s', keep => -1);
SELECT places.allocate('s', keep => 'NaN');
SELECT places.allocate('s', max_travel => -1);
SELECT places.place_worker('s', -1, 'w1');
SELECT places.place_worker('s', :first, ' ');
-- rows without an id, twice, without a base
INSERT INTO turned VALUES (NULL, 'coach', 1, NULL, NULL), ('w1', 'coach', 1, NULL, NULL), ('w9', 'coach', 1, NULL, NULL), ('w8', 'coach', 'NaN', NULL, NULL);
SELECT note FROM places.allocate('s', 'coach');

SELECT bool_and(why !~ 'base' AND why !~ ', *$') AS no_base_no_words FROM places.allocation WHERE plan = 's' AND travel IS NULL;

-- a role that nobody has is a slip; the last one who leaves is none
SELECT places.allocate('s', 'caoch');
SELECT places.allocate('s patches', 'coach');
BEGIN;
UPDATE turned SET job = 'head';
SELECT served, workers FROM places.allocate('s', 'coach');
ROLLBACK;
-- all staff as one, or by role: one ends the other, and what people had counts on
BEGIN;
DELETE FROM turned WHERE id IS NULL OR fte = 'NaN';
SELECT places.allocate('s', 'coach', keep => 1e5) IS NOT NULL AS by_role;
SELECT kept_share FROM places.allocate('s', keep => 1e5);
SELECT DISTINCT role FROM places.worker_load WHERE plan = 's' UNION SELECT DISTINCT role FROM places.vacancy WHERE plan = 's';
SELECT kept_share, changed FROM places.allocate('s', 'coach', keep => 1e5);
SELECT DISTINCT role FROM places.worker_load WHERE plan = 's' UNION SELECT DISTINCT role FROM places.vacancy WHERE plan = 's';
ROLLBACK;
-- full-time equivalents out of all reason, blanks for an id
BEGIN;
DELETE FROM turned WHERE id IS NULL OR fte = 'NaN' OR id = 'w9';
UPDATE turned SET fte = 1e308 WHERE id = 'w4';
UPDATE turned SET fte = 1e-300 WHERE id = 'w5';
UPDATE turned SET fte = 37.5, id = '  ' WHERE id = 'w6';
UPDATE turned SET fte = 37.5 WHERE id = 'w1' AND base IS NOT NULL;
SELECT workers, note FROM places.allocate('s', 'coach');
SELECT count(*) > 0 AS fair FROM places.fairness('s');
ROLLBACK;
-- who has no base is no nearer than others; degrees are not metres; one who is on the Moon is told
BEGIN;
DELETE FROM turned;
INSERT INTO turned SELECT 'w' || g.place, 'coach', 1, ST_Translate(g.centre, 10, 0), NULL
FROM places.place p JOIN places_internal.place_result g ON g.run = p.run AND g.place = p.place WHERE p.plan = 's';
INSERT INTO turned VALUES ('w0', 'coach', 1, NULL, NULL);
SELECT vacant, idle, travel FROM places.allocate('s', 'coach', keep => 0);
SELECT count(*) AS nowhere FROM places.allocation WHERE plan = 's' AND worker = 'w0';
UPDATE turned SET base = 'POINT(-1.9 52.8)' WHERE id = 'w0';
SELECT note FROM places.allocate('s', 'coach');
UPDATE turned SET base = 'POINT(11000 21000)' WHERE id = 'w0';
SELECT note FROM places.allocate('s', 'coach');
DELETE FROM turned WHERE id <> 'w0';
UPDATE turned SET base = 'SRID=27700;POINT(9000000 21000)' WHERE id = 'w0';
SELECT note FROM places.allocate('s', 'coach');
ROLLBACK;
-- who has enough by decision is not free, however small the place
BEGIN;
DELETE FROM turned WHERE id <> 'w4';
SELECT places.place_worker('s', :first, 'w4'), places.place_worker('s', :last, 'w4');
SELECT served FROM places.allocate('s', 'coach');
SELECT DISTINCT why FROM places.vacancy WHERE plan = 's' AND role = 'coach';
ROLLBACK;
-- people without a place are not nobody: what keeps them from it is said
BEGIN;
DELETE FROM turned;
INSERT INTO turned VALUES ('full', 'coach', 1, NULL, NULL), (NULL, 'coach', 1, NULL, NULL);
SELECT served, idle FROM places.allocate('s', 'coach');
SELECT DISTINCT why FROM places.vacancy WHERE plan = 's' AND role = 'coach';
INSERT INTO turned VALUES ('part', 'coach', 0.01, NULL, NULL);
SELECT served, idle FROM places.allocate('s', 'coach');
SELECT DISTINCT regexp_replace(why, '^[0-9]+', 'so many') AS why FROM places.vacancy WHERE plan = 's' AND role = 'coach';
DELETE FROM turned WHERE id = 'full';
SELECT served, idle FROM places.allocate('s', 'coach');
ROLLBACK;
SELECT places_internal.why_vacant(200, '{bsl}', 2, true, true, true, true, false, false) AS skills,
	places_internal.why_vacant(200, '{bsl}', 2, true, true, true, true, true, false) AS travel;
-- a table that was made again with other columns
BEGIN;
ALTER TABLE turned ALTER fte TYPE text;
SELECT places.allocate('s', 'coach');
ROLLBACK;
BEGIN;
ALTER TABLE turned RENAME fte TO share;
SELECT places.allocate('s', 'coach');
ROLLBACK;
SELECT count(*) FROM places.home_minutes('stock', 'nothing');


-- two places that fit together go to one, the third to the other; where costs are beyond exact sums there is no proof
SELECT server, gap FROM places_internal.allocate_workers('{1,1,1,2,2,2}', '{1,2,3,1,2,3}', '{5,5,5,5,4,5}', '{}', '{}', '{}', '{60,100,139}', '{200,120}', '{0,0}', '{0,0,0}');
SELECT server, gap FROM places_internal.allocate_workers('{1,1,1}', '{1,2,3}', '{5e14,0,0}', '{}', '{}', '{}', '{60,100,139}', '{200}', '{0}', '{0,0,0}');
-- of equals the present one
SELECT p AS present, (places_internal.allocate_workers('{1,1,2,2}', '{1,2,1,2}', '{5,5,5,5}', '{}', '{}', '{}', '{60,100}', '{120,120}', '{0,0}', p)).server FROM (VALUES ('{1,2}'::int[]), ('{2,1}')) v(p);
-- readers know no base better than its square of 2 km, whatever they ask: from three distances they would know where people live
CREATE ROLE places_staff_onlooker IN ROLE places_reader;
GRANT USAGE ON SCHEMA staff TO places_staff_onlooker;
SELECT places, note FROM places.allocate('s patches', keep => 0);
CREATE TABLE seen AS
SELECT a.place, c.id AS worker, ST_Distance(c.base, r.centre) AS metres,
	ST_Distance(ST_SetSRID(ST_MakePoint(2000 * floor(ST_X(c.base) / 2000) + 1000, 2000 * floor(ST_Y(c.base) / 2000) + 1000), 27700), r.centre) AS from_square
FROM places.allocation a JOIN coaches c ON c.id = a.worker JOIN places.place p ON p.place = a.place JOIN places_internal.place_result r ON r.run = p.run AND r.place = p.place
WHERE a.plan = 's patches';
GRANT SELECT ON seen TO places_staff_onlooker;
CREATE VIEW asked AS
SELECT count(*) > 3 AS some, bool_and(abs(a.travel - s.metres) <= 1) AS exact, bool_and(abs(a.travel - s.from_square) <= 1) AS from_square,
	bool_and(abs(h.travel - s.from_square) <= 1) AS history, bool_or(abs(s.metres - s.from_square) > 100) AS differ
FROM seen s JOIN places.allocation a ON a.plan = 's patches' AND a.place = s.place
JOIN places.allocation_history h ON h.plan = 's patches' AND h.place = s.place AND h.until IS NULL;
CREATE VIEW asked_of_workers AS
SELECT bool_and(abs(f.travel - s.from_square) <= 2) AS fairness, bool_and(abs(l.travel - s.from_square) <= 2) AS load,
	bool_and(abs(f.minutes - f.tour - 2 * s.trips * s.mean) < 200) AS minutes
FROM (SELECT s.worker, sum(s.from_square) AS from_square, sum(s.from_square * ceil(p.homes / 1e6)) / count(*) AS mean, count(*) AS trips FROM seen s JOIN places.place p ON p.place = s.place GROUP BY 1) s
JOIN places.fairness('s patches', visit_minutes => 0, metres_per_minute => 1, visits_a_day => 1e6) f ON f.worker = s.worker
JOIN places.worker_load l ON l.plan = 's patches' AND l.worker = s.worker;
GRANT SELECT ON asked, asked_of_workers TO places_staff_onlooker;
TABLE asked;
TABLE asked_of_workers;
SET ROLE places_staff_onlooker;
TABLE asked;
TABLE asked_of_workers;
SELECT travel FROM places_internal.allocation;
RESET ROLE;
DROP OWNED BY places_staff_onlooker;
DROP ROLE places_staff_onlooker;

-- rights: names stay where they are
CREATE ROLE places_staff_editor IN ROLE places_editor;
CREATE ROLE places_staff_reader IN ROLE places_reader;
GRANT USAGE ON SCHEMA staff TO places_staff_editor;
SET ROLE places_staff_editor;
SELECT places.allocate('s', 'coach');
SELECT places.set_staff('s', NULL, NULL);
RESET ROLE;
GRANT SELECT ON turned TO places_staff_editor;
SET ROLE places_staff_editor;
SELECT places > 0 AS works FROM places.allocate('s', 'coach');
SET ROLE places_staff_reader;
SELECT count(*) > 0 AS sees_who FROM places.allocation;
SELECT count(*) > 0 AS sees_load FROM places.worker_load;
SELECT places.allocate('s', 'coach');
SELECT places.place_worker('s', 1, 'w1');
SELECT count(*) FROM places_internal.placed_worker;
RESET ROLE;
ALTER TABLE turned ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON turned USING (id = 'w1');
SET ROLE places_staff_editor;
SELECT places.allocate('s', 'coach');
RESET ROLE;
DROP TABLE turned;
SELECT places.allocate('s', 'coach');
SELECT places.set_staff('s', NULL, NULL);
SELECT places.allocate('s', 'coach');
SELECT action, count(*) FROM places.audit_log WHERE plan LIKE 's%' AND action IN ('set_staff', 'allocate', 'place_worker', 'release_worker', 'require_skills') GROUP BY 1 ORDER BY 1;
SELECT places.drop_plan('s patches'), places.drop_plan('s');
SELECT (SELECT count(*) FROM places_internal.allocation) + (SELECT count(*) FROM places_internal.staff_source) AS left_behind;
DROP OWNED BY places_staff_editor, places_staff_reader;
DROP ROLE places_staff_editor, places_staff_reader;
DROP SCHEMA staff CASCADE;
