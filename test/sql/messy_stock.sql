-- plans over stocks as they are: ids, authorities, locations and weights missing, twice, or of the wrong kind
SET client_min_messages = error;
\set SHOW_CONTEXT never
TRUNCATE places_internal.plan_definition, places_internal.run_record, places_internal.place_identity, places_internal.place_result, places_internal.membership,
	places_internal.authority_result, places_internal.lineage, places_internal.pinned_home, places_internal.locked_place, places_internal.act, places_internal.place_boundary RESTART IDENTITY;
CREATE TABLE messy (id text, la text, geom geometry, w float8, note text);
INSERT INTO messy SELECT 'h' || i, 'E1', ST_SetSRID(ST_MakePoint(400000 + 10 * (i % 5), 300000 + 10 * (i / 5)), 27700), 1, 'sound' FROM generate_series(1, 15) i;
INSERT INTO messy VALUES
	(NULL, 'E1', 'SRID=27700;POINT(400001 300001)', 1, 'null id'),
	(NULL, 'E1', 'SRID=27700;POINT(400002 300002)', 1, 'null id too'),
	(NULL, 'E1', NULL, 1, 'null id and location'),
	('h1', 'E1', 'SRID=27700;POINT(400010 300000)', 1, 'id twice, same place'),
	('h2', 'E1', 'SRID=27700;POINT(450000 300000)', 1, 'id twice, far away'),
	('h3', 'E2', 'SRID=27700;POINT(400000 300000)', 1, 'id twice, in two authorities'),
	('h4', NULL, 'SRID=27700;POINT(400000 300000)', 1, 'id twice, once without authority'),
	('m1', NULL, 'SRID=27700;POINT(400000 300000)', 1, 'no authority'),
	('m2', 'E1', NULL, 1, 'no location'),
	('m3', 'E1', 'SRID=27700;POINT EMPTY', 1, 'empty point'),
	('m4', 'E1', 'SRID=27700;LINESTRING(400000 300000, 400001 300001)', 1, 'a line'),
	('m5', 'E1', 'SRID=2154;POINT(400000 300000)', 1, 'other SRID'),
	('m6', 'E1', ST_SetSRID(ST_MakePoint('NaN', 300000), 27700), 1, 'NaN'),
	('m7', 'E1', ST_SetSRID(ST_MakePoint('Infinity', 300000), 27700), 1, 'infinite'),
	('m8', 'E1', 'SRID=27700;POINT(400003 300003)', NULL, 'no weight'),
	('m9', 'E1', 'SRID=27700;POINT(400004 300004)', -1, 'negative weight'),
	('m10', 'E1', 'SRID=27700;POINT(400005 300005)', 'NaN', 'NaN weight'),
	('m11', 'E1', 'SRID=27700;POINT(400006 300006)', 0, 'no homes'),
	('m12', 'E3', NULL, 1, 'an authority without locations'),
	('m13', NULL, 'SRID=27700;POINT(400000 300000)', 'NaN', 'neither authority nor weight'),
	('m14', 'E1', NULL, -5, 'neither location nor weight'),
	('m15', 'E1', NULL, 'Infinity', 'no location and too much weight'),
	('', 'E1', 'SRID=27700;POINT(400007 300007)', 1, 'empty id');
SELECT places.create_plan('m', 'messy', 'id', 'la', 'geom', places.rules('coverage', 10, max_radius => 80), weight_column => 'w', max_shrink => 100, max_drop => 100);
SELECT homes, places, kept_homes, published, status, note FROM places.run('m');
SELECT stock_rows, homes, no_location, no_authority, bad_weight, duplicate_ids FROM places.run_history;
SELECT authority, status, stock_rows, homes, places, kept_homes, unplaced FROM places.authority ORDER BY 1;
-- every row of the stock is there, with a reason where it is in no place
SELECT count(*) AS rows, sum(weight) AS homes FROM places.home;
SELECT home_id, authority, place IS NOT NULL AS near_a_place, kept, reason, weight FROM places.home WHERE home_id !~ '^h' OR NOT kept ORDER BY 1, 2, reason, location;
SELECT home_id, authority, ST_AsText(location) AS location, kept FROM places.home WHERE home_id IN ('h1', 'h2', 'h3', 'h4') ORDER BY 1, 2, 3;
-- again, and in another order: nobody moves, nothing is stored
SELECT moved_share, published FROM places.run('m');
CREATE TABLE shuffled AS SELECT * FROM messy ORDER BY md5(coalesce(id, 'x') || note);
TRUNCATE messy;
INSERT INTO messy TABLE shuffled;
SELECT moved_share, published FROM places.run('m');
SELECT count(*) AS rows, max(since_run) AS newest, count(until_run) AS ended FROM places_internal.membership;
SELECT count(DISTINCT fingerprint) AS stocks FROM places.run_history;
-- a weight that changes is stored
UPDATE messy SET w = 1.5 WHERE id = 'h5';
SELECT homes, moved_share FROM places.run('m');
SELECT sum(weight) AS homes, count(*) AS rows FROM places.home;
-- one of two with the same id goes: the other stays where it was
DELETE FROM messy WHERE note IN ('id twice, same place', 'id twice, far away', 'null id', 'id twice, in two authorities');
SELECT moved_share, published FROM places.run('m');
SELECT duplicate_ids FROM places.run_history ORDER BY run DESC LIMIT 1;
SELECT home_id, authority, kept FROM places.home WHERE home_id IN ('h1', 'h2', 'h3', '') ORDER BY 1, 2, location;
SELECT places.drop_plan('m');

-- nothing at all; then one home; then enough
TRUNCATE messy;
SELECT places.create_plan('m', 'messy', 'id', 'la', 'geom', places.rules('coverage', 10, max_radius => 80), max_shrink => 'Infinity', max_drop => 100);
SELECT homes, places, kept_share, moved_share, published, status FROM places.run('m');
SELECT (SELECT count(*) FROM places.place) AS places, (SELECT count(*) FROM places.home) AS homes, (SELECT count(*) FROM places.authority) AS authorities;
SELECT homes, places, kept_share, moved_share, published, status FROM places.run('m');
INSERT INTO messy VALUES ('only', 'E1', 'SRID=27700;POINT(400000 300000)', 1, 'one');
SELECT homes, places, kept_share, moved_share, published, status FROM places.run('m');
SELECT home_id, place_name, kept, reason FROM places.home;
SELECT name, homes, kept, reason, radius, density FROM places.place;
SELECT srid FROM places_internal.plan_definition;
INSERT INTO messy TABLE shuffled;
SELECT homes, places, published, status FROM places.run('m');
TRUNCATE messy;
SELECT homes, places, kept_share, published, status FROM places.run('m');
SELECT homes_only_in_a FROM places.compare((SELECT max(run) - 1 FROM places.run_history), (SELECT max(run) FROM places.run_history));
-- only homes that cannot be placed
INSERT INTO messy VALUES ('a', 'E1', NULL, 1, ''), ('b', NULL, NULL, 1, '');
SELECT homes, places, kept_share, published, status FROM places.run('m');
SELECT places.publish('m', max(run)) FROM places.run_history;
SELECT home_id, authority, place, reason FROM places.home ORDER BY 1;
SELECT places.drop_plan('m');

-- geography, with the same answer in metres
CREATE TABLE round_stock AS SELECT id, la, ST_Transform(geom, 4326)::geography AS geog, note FROM shuffled WHERE note IN ('sound', 'no location', 'other SRID');
INSERT INTO round_stock VALUES ('line', 'E1', 'LINESTRING(0 50, 1 51)', ''), ('empty', 'E1', 'POINT EMPTY', '');
SELECT places.create_plan('g', 'round_stock', 'id', 'la', 'geog', places.rules('coverage', 10, max_radius => 80));
SELECT homes, places, kept_homes, published, status FROM places.run('g');
SELECT name, homes, round(radius::numeric) AS radius, longitude BETWEEN -7 AND 2 AND latitude BETWEEN 49 AND 60 AS british, ST_SRID(centre) AS srid FROM places.place;
SELECT kept, reason, count(*), max(distance) < 60 AS near FROM places.home GROUP BY 1, 2 ORDER BY 1, 2;
SELECT moved_share, published FROM places.run('g');
SELECT count(*) AS rows, max(since_run) = min(since_run) AS unchanged FROM places_internal.membership;
SELECT places.drop_plan('g');

-- ids of any type: the text of one is the home of the plan
CREATE TABLE typed AS SELECT row_number() OVER (ORDER BY id) AS number, md5(id)::uuid AS uuid, 100.0 + row_number() OVER (ORDER BY id) AS num, (row_number() OVER (ORDER BY id))::int AS la, geom FROM shuffled WHERE note = 'sound';
SELECT places.create_plan(c, 'typed', c, 'la', 'geom', places.rules('kmeans', 1)) FROM unnest('{number,uuid,num}'::name[]) c ORDER BY c \g /dev/null
SELECT c.plan, r.homes, r.status FROM (VALUES ('number'), ('num'), ('uuid')) c(plan) CROSS JOIN LATERAL places.run(c.plan) r;
SELECT h.plan, count(*) FROM places.home h JOIN typed t ON h.home_id = CASE h.plan WHEN 'number' THEN t.number::text WHEN 'uuid' THEN t.uuid::text ELSE t.num::text END
	AND h.authority = t.la::text AND h.location = t.geom GROUP BY 1 ORDER BY 1;
SELECT places.pin('uuid', uuid::text, place) FROM typed JOIN places.home h ON h.plan = 'uuid' AND h.home_id = uuid::text LIMIT 1;
SELECT home_id IN (SELECT uuid::text FROM typed) AS known FROM places.correction;
SELECT places.drop_plan(plan) FROM places_internal.plan_definition;
DROP TABLE messy, shuffled, round_stock, typed;

-- PostGIS in a schema of its own, and a search path without it
\set maindb :DBNAME
CREATE DATABASE places_messy_test;
\c places_messy_test
SET client_min_messages = error;
CREATE SCHEMA "Gis";
CREATE EXTENSION postgis SCHEMA "Gis";
SET search_path = public, "Gis";
CREATE EXTENSION places;
CREATE TABLE stock AS SELECT i AS id, 'E' || i % 2 AS la, ST_SetSRID(ST_MakePoint(400000 + i, 300000), 27700) AS geom,
	ST_Transform(ST_SetSRID(ST_MakePoint(400000 + i, 300000), 27700), 4326)::geography AS geog FROM generate_series(1, 30) i;
INSERT INTO stock VALUES (1, 'E1', NULL, NULL), (31, 'E1', 'SRID=27700;LINESTRING(0 0, 1 1)', NULL), (32, 'E1', 'SRID=27700;POINT(400001 300000)', NULL);
\c -
SET client_min_messages = error;
SET search_path = pg_catalog;
SELECT places.create_plan('n', 'public.stock', 'id', 'la', 'geom', places.rules('balanced', 8));
SELECT places.create_plan('g', 'public.stock', 'id', 'la', 'geog', places.rules('balanced', 8));
SELECT p, r.homes, r.places, r.published, r.status, r.note FROM (VALUES ('n'), ('g'), ('n'), ('g')) v(p) CROSS JOIN LATERAL places.run(p) r;
SELECT plan, count(*), count(DISTINCT place) AS places, count(*) FILTER (WHERE distance IS NULL) AS unplaced FROM places.home GROUP BY 1 ORDER BY 1;
SELECT places.pin('n', '3', place), places.lock('n', place) FROM places.home WHERE plan = 'n' AND home_id = '3';
SELECT published, note FROM places.run('n');
SELECT count(*), sum(homes) FROM places.place WHERE plan = 'n';
SELECT homes, moved_homes FROM places.compare(1, 3);
SELECT places.forget('3');
SELECT places.drop_plan('n');
\c :maindb
DROP DATABASE places_messy_test;
