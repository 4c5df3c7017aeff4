-- places.assign(), summary() and headline() over the tables that people have
\set SHOW_CONTEXT never
SET client_min_messages = warning;

-- A: a clump of four and one of three; B: one home and one without a weight;
-- C: no home with a location; and homes of no authority
CREATE TABLE homes_of_ours (uprn bigint, la_code text, geom geometry(Point, 27700), dwellings int);
INSERT INTO homes_of_ours
SELECT i, 'A', ST_SetSRID(ST_MakePoint(400000 + (i % 2) * 6, 300000 + (i / 4) * 1000 + (i / 2 % 2) * 8), 27700), 1 FROM generate_series(0, 6) i
UNION ALL VALUES (10, 'B', 'SRID=27700;POINT(500000 1)'::geometry, 5), (11, 'B', 'SRID=27700;POINT(500000 1)', NULL),
	(12, 'B', NULL, 1), (20, 'C', NULL, 2), (21, 'C', 'SRID=27700;POINT EMPTY', 1),
	(30, NULL, 'SRID=27700;POINT(1 1)', 1), (31, NULL, NULL, 4), (NULL, 'A', NULL, 1), (NULL, NULL, NULL, NULL);

-- one row for every row
SELECT home_id, authority, place, round(distance::numeric, 3) AS distance, kept, reason
FROM places.assign('homes_of_ours', 'uprn', 'la_code', 'geom', places.rules('balanced', target_homes => 4, min_homes => 3))
ORDER BY authority, home_id::int;
SELECT home_id, authority, place, kept, reason FROM places.assign('homes_of_ours', 'uprn', 'la_code', 'geom', places.rules('balanced', target_homes => 4, min_homes => 4), 'dwellings')
WHERE authority <> 'A' ORDER BY authority, home_id::int;

SELECT authority, place, homes, kept, reason, radius, mean_distance AS mean, rms_distance AS rms, density, rank, ST_AsEWKT(ST_SnapToGrid(centre, 0.001)) AS centre
FROM places.summary('homes_of_ours', 'uprn', 'la_code', 'geom', places.rules('balanced', target_homes => 4, min_homes => 3));
SELECT authority, place, homes, kept, reason, density IS NULL AS on_one_point, rank
FROM places.summary('homes_of_ours', 'uprn', 'la_code', 'geom', places.rules('balanced', target_homes => 4, max_homes => 5, min_homes => 3), 'dwellings');

\x on
SELECT homes, places, kept_places, kept_homes, kept_share, mean_kept_homes, median_kept_density, median_kept_radius,
	authorities, authorities_with_kept, trimmed_homes, unplaced_homes, no_location, no_authority, bad_weight
FROM places.headline('homes_of_ours', 'uprn', 'la_code', 'geom', places.rules('balanced', target_homes => 4, min_homes => 3));
SELECT homes, places, kept_places, kept_homes, kept_share, mean_kept_homes,
	authorities, authorities_with_kept, trimmed_homes, unplaced_homes, no_location, no_authority, bad_weight
FROM places.headline('homes_of_ours', 'uprn', 'la_code', 'geom', places.rules('balanced', target_homes => 4, max_homes => 5, min_homes => 3), 'dwellings');
\x off

-- the three agree with each other, and with PostGIS, to the digits that are shown
CREATE TABLE larger_stock AS
SELECT i AS id, nullif('L' || i % 4, 'L3') AS la, CASE WHEN i % 50 = 7 THEN NULL ELSE ST_SetSRID(ST_MakePoint(400000 + i * 7919 % 4001, 300000 + i * 104729 % 3989), 27700) END AS geom, 1 + i % 3 AS w
FROM generate_series(1, 2000) i;
CREATE TEMP TABLE assigned AS SELECT * FROM places.assign('larger_stock', 'id', 'la', 'geom', places.rules('kmeans', 60, min_homes => 57, max_radius => 900));
CREATE TEMP TABLE summed AS SELECT * FROM places.summary('larger_stock', 'id', 'la', 'geom', places.rules('kmeans', 60, min_homes => 57, max_radius => 900));
SELECT count(*) = 2000 AND count(DISTINCT home_id) = 2000 AS every_home_once FROM assigned;
SELECT count(*) > 20 AS places, bool_and(s.homes = a.homes) AS homes, bool_and(s.kept = a.kept) AS kept, bool_and(s.reason IS NOT DISTINCT FROM a.reason) AS reason,
	bool_and(ST_Distance(s.centre, ST_Centroid(a.points)) < 1e-6) AS centre, bool_and(abs(s.radius - (ST_MinimumBoundingRadius(a.points)).radius) < CASE WHEN s.radius > 900 THEN 1 ELSE 0.50001 END) AS radius,
	bool_and(abs(s.mean_distance - a.mean) < 0.50001) AS mean, bool_and(abs(s.rms_distance - (a.score).rms_distance) < 0.50001) AS rms,
	bool_and(abs(s.density / (a.score).density - 1) < 0.0051) AS density,
	bool_and(coalesce(s.reason LIKE '%too_spread', false) = (s.radius > 900)) AS spread,
	bool_and(coalesce(s.reason LIKE 'too_small%', false) = (s.homes < 57)) AS small
FROM summed s FULL JOIN (
	SELECT a.authority, a.place, count(*) AS homes, bool_and(a.kept) AS kept, min(a.reason) AS reason, avg(a.distance) AS mean,
		ST_Collect(l.geom) AS points, places.compactness(l.geom) AS score
	FROM assigned a JOIN larger_stock l ON l.id::text = a.home_id WHERE a.place IS NOT NULL GROUP BY 1, 2) a USING (authority, place);
SELECT bool_and(density <= before) AS rank_by_density FROM (SELECT density, lag(density) OVER (ORDER BY rank) AS before FROM summed WHERE kept) s;
SELECT count(*) AS trimmed_with_rank FROM summed WHERE NOT kept AND rank IS NOT NULL;
SELECT h.homes = 2000 AS homes, h.places = s.places AS places, h.kept_homes = s.kept_homes AS kept_homes, abs(h.kept_share - s.kept_homes / 2000) < 0.000051 AS share,
	h.trimmed_homes + h.kept_homes + h.unplaced_homes = h.homes AS parts_add_up, h.no_authority, h.no_location, h.authorities,
	abs(h.median_kept_radius - s.radius) <= 1 AS radius, abs(h.median_kept_density / s.density - 1) < 0.01 AS density
FROM places.headline('larger_stock', 'id', 'la', 'geom', places.rules('kmeans', 60, min_homes => 57, max_radius => 900)) h,
	(SELECT count(*) AS places, sum(homes) FILTER (WHERE kept) AS kept_homes, percentile_cont(0.5) WITHIN GROUP (ORDER BY radius) FILTER (WHERE kept) AS radius,
		percentile_cont(0.5) WITHIN GROUP (ORDER BY density) FILTER (WHERE kept) AS density FROM summed) s;
-- weights add up too, for every kind of number
CREATE TABLE numbered AS SELECT *, w::smallint AS w2, w::bigint AS w8, w::numeric AS wn, w::real AS w4 FROM larger_stock;
SELECT c, h.homes, h.kept_homes + h.trimmed_homes + h.unplaced_homes = h.homes AS parts_add_up, h.kept_places > 0 AS kept,
	(SELECT sum(homes) FROM places.summary('numbered', 'id', 'la', 'geom', places.rules('balanced', target_homes => 60), c)) = h.kept_homes + h.trimmed_homes AS as_summary
FROM unnest('{w,w2,w8,wn,w4}'::name[]) c, places.headline('numbered', 'id', 'la', 'geom', places.rules('balanced', target_homes => 60), c) h;

-- names that need quotes, and names that would like to be more than names
CREATE SCHEMA "Our Stock";
CREATE TABLE "Our Stock"."the ""homes"" ; --" ("id of home" int, "Gemeinde, größte" text, "select" geometry, "w'eight" float8, "x) FROM pg_class; DROP TABLE larger_stock; --" text);
INSERT INTO "Our Stock"."the ""homes"" ; --" VALUES (1, 'Ö', 'POINT(0 0)', 1, 'p'), (2, 'Ö', 'POINT(6 0)', 1, 'q');
SELECT * FROM places.assign('"Our Stock"."the ""homes"" ; --"', 'id of home', 'Gemeinde, größte', 'select', places.rules('balanced', target_homes => 2), 'w''eight') ORDER BY 1;
SELECT * FROM places.assign('"Our Stock"."the ""homes"" ; --"', 'id of home', 'x) FROM pg_class; DROP TABLE larger_stock; --', 'select', places.rules('balanced', target_homes => 2)) ORDER BY 1;
SELECT authority, homes FROM places.summary('"Our Stock"."the ""homes"" ; --"', 'x) FROM pg_class; DROP TABLE larger_stock; --', 'x) FROM pg_class; DROP TABLE larger_stock; --', 'select') ORDER BY 1;
SELECT homes FROM places.headline('"Our Stock"."the ""homes"" ; --"', 'id of home', 'Gemeinde, größte', 'select', weight_column => 'w''eight');
SELECT * FROM places.assign('larger_stock', 'id', 'la; DROP TABLE larger_stock', 'geom');
SELECT * FROM places.assign('larger_stock', 'id', 'la', 'geom) FROM larger_stock; --');
SELECT count(*) AS still_there FROM larger_stock;

-- the names that the functions use inside may be the user's too
CREATE TABLE g (ids int, result text, authority geometry, place int, homes int, m int, c int);
INSERT INTO g VALUES (1, 'A', 'POINT(0 0)', 1, 1, 1, 1), (2, 'A', 'POINT(3 0)', 1, 1, 1, 1);
SELECT * FROM places.assign('g', 'ids', 'result', 'authority', places.rules('balanced', target_homes => 2), 'homes') ORDER BY 1;
SELECT homes, radius FROM places.summary('g', 'ids', 'result', 'authority', places.rules('balanced', target_homes => 2), 'place');
SELECT homes FROM places.headline('g', 'm', 'result', 'authority', places.rules('balanced', target_homes => 2), 'c');
CREATE SCHEMA mine;
CREATE FUNCTION mine.unnest(anyarray) RETURNS SETOF anyelement LANGUAGE sql AS $$ SELECT NULL::anyelement $$;
CREATE FUNCTION mine.count(bigint) RETURNS text LANGUAGE sql AS $$ SELECT 'mine' $$;

-- whatever the search_path
SET search_path = '';
SELECT count(*) FROM places.assign('public.larger_stock', 'id', 'la', 'geom');
SELECT count(*) > 0 AS some FROM places.summary('public.larger_stock', 'id', 'la', 'geom');
SELECT homes FROM places.headline('public.larger_stock', 'id', 'la', 'geom');
SET search_path = mine, pg_catalog, public;
SELECT homes FROM places.headline('larger_stock', 'id', 'la', 'geom');
SELECT pg_catalog.count(*) FROM places.assign('larger_stock', 'id', 'la', 'geom');
SELECT pg_catalog.sum(homes) FROM places.summary('larger_stock', 'id', 'la', 'geom');
RESET search_path;

-- views, materialized views, temporary and partitioned tables
CREATE VIEW some_view AS SELECT id::text || ' High Street' AS address, la, ST_Transform(geom, 4326)::geography AS geog FROM larger_stock;
CREATE MATERIALIZED VIEW some_matview AS SELECT * FROM some_view;
CREATE TEMP TABLE some_temp AS SELECT * FROM some_view;
CREATE TABLE some_parted (LIKE some_temp) PARTITION BY LIST (la);
CREATE TABLE some_part PARTITION OF some_parted DEFAULT;
INSERT INTO some_parted SELECT * FROM some_view;
SELECT count(DISTINCT answer) AS answers FROM unnest('{some_view,some_matview,some_temp,some_parted}'::regclass[]) r,
	LATERAL (SELECT md5(string_agg(a::text, ',' ORDER BY a::text)) AS answer FROM places.assign(r, 'address', 'la', 'geog', places.rules('balanced', target_homes => 60)) a) s;
SELECT ST_SRID(centre), radius BETWEEN 10 AND 3000 AS metres FROM places.summary('some_view', 'address', 'la', 'geog') LIMIT 1;

-- ids and authorities of any type, domains
CREATE DOMAIN place_point AS geometry(Point, 27700);
CREATE DOMAIN place_point_too AS place_point;
CREATE DOMAIN share AS numeric CHECK (VALUE >= 0);
CREATE TYPE region AS ENUM ('north', 'south');
CREATE TABLE typed (u uuid, n int, r region, d date, p place_point_too, s share, b boolean);
INSERT INTO typed SELECT md5(i::text)::uuid, i % 2, CASE WHEN i % 2 = 0 THEN 'north' ELSE 'south' END::region, date '2026-01-01' + i % 2,
	ST_SetSRID(ST_MakePoint(i, i % 3), 27700), 0.5, i % 2 = 0 FROM generate_series(1, 8) i;
SELECT a.authority, count(DISTINCT a.home_id::uuid) AS ids, min(a.kept::text) AS kept FROM unnest('{n,r,d,b}'::name[]) c,
	places.assign('typed', 'u', c, 'p', places.rules('balanced', target_homes => 2, min_homes => 1), 's') a GROUP BY 1 ORDER BY 1;
SELECT authority, homes FROM places.summary('typed', 'u', 'n', 'p', places.rules('balanced', target_homes => 2, min_homes => 1), 's');
CREATE DOMAIN pair AS int[];
CREATE TABLE paired AS SELECT ARRAY[i, i] AS ints, ARRAY[i, i]::pair AS pair, i % 2 = 0 AS b, ST_SetSRID(ST_MakePoint(i, 0), 27700) AS geom FROM generate_series(1, 4) i;
SELECT c, string_agg(home_id || authority, ' ' ORDER BY home_id) AS ids FROM unnest('{ints,pair,b}'::name[]) c,
	places.assign('paired', c, 'b', 'geom', places.rules('balanced', target_homes => 2)) a GROUP BY 1 ORDER BY 1;

-- nothing, and next to nothing
CREATE TABLE empty_stock (LIKE larger_stock);
SELECT * FROM places.assign('empty_stock', 'id', 'la', 'geom');
SELECT * FROM places.summary('empty_stock', 'id', 'la', 'geom');
SELECT homes, places, kept_places, kept_homes, kept_share, mean_kept_homes, authorities, unplaced_homes, no_location FROM places.headline('empty_stock', 'id', 'la', 'geom');
SELECT * FROM places.coverage_bound('empty_stock', 'id', 'la', 'geom');
INSERT INTO empty_stock VALUES (1, 'L', 'SRID=27700;POINT(5 5)', 1);
SELECT * FROM places.assign('empty_stock', 'id', 'la', 'geom');
SELECT homes, kept_homes, kept_share FROM places.headline('empty_stock', 'id', 'la', 'geom', places.rules('balanced', target_homes => 1));

-- one scan of the stock a call
CREATE TABLE scans (n int);
CREATE FUNCTION counted(geometry) RETURNS geometry LANGUAGE plpgsql AS $$ BEGIN INSERT INTO scans VALUES (1); RETURN $1; END $$;
CREATE VIEW counted_stock AS SELECT id, la, counted(geom) AS geom FROM larger_stock WHERE la IS NOT NULL;
SELECT count(*) FROM places.assign('counted_stock', 'id', 'la', 'geom');
SELECT count(*) AS rows_read FROM scans;
TRUNCATE scans;
SELECT count(*) FROM places.headline('counted_stock', 'id', 'la', 'geom');
SELECT count(*) AS rows_read FROM scans;

DROP FUNCTION counted CASCADE;
DROP SCHEMA "Our Stock", mine CASCADE;
DROP TABLE homes_of_ours, larger_stock, numbered, g, typed, empty_stock, scans, some_parted CASCADE;
DROP DOMAIN share;
DROP DOMAIN place_point_too;
DROP DOMAIN place_point;
DROP TYPE region;
