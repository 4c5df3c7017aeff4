-- Coverage: kept places keep every rule, the rest is told apart, and nothing is lost.
SET client_min_messages = warning;
-- three towns, villages between them, and a home far away; deterministic
CREATE TABLE land AS
SELECT i AS id, CASE WHEN i % 10 < 9 THEN 'A' ELSE 'B' END AS la,
	ST_SetSRID(ST_MakePoint(
		400000 + (i % 3) * 9000 + sqrt(((i * 7919) % 1009) / 1009.0) * 1500 * cos(i) + CASE WHEN i % 7 = 0 THEN ((i * 104729) % 20011) - 10000 ELSE 0 END,
		300000 + (i % 3) * 4000 + sqrt(((i * 7919) % 1009) / 1009.0) * 1500 * sin(i) + CASE WHEN i % 7 = 0 THEN ((i * 15485863) % 20011) - 10000 ELSE 0 END), 27700) AS geom
FROM generate_series(1::bigint, 3000) i;
INSERT INTO land VALUES (3001, 'A', ST_SetSRID(ST_MakePoint(900000, 900000), 27700)), (3002, 'A', NULL), (3003, NULL, ST_SetSRID(ST_MakePoint(400000, 300000), 27700)),
	(3004, 'C', ST_SetSRID(ST_MakePoint(400000, 300000), 27700));
CREATE TABLE answer AS SELECT a.*, l.geom FROM places.assign('land', 'id', 'la', 'geom', places.rules(target_homes => 200, max_radius => 2000)) a JOIN land l ON l.id::text = a.home_id;
-- every home once
SELECT count(*) = 3004 AS all_homes, count(DISTINCT home_id) = 3004 AS once FROM answer;
-- sizes and circles of the kept places, by PostGIS's own measure
SELECT count(*) > 5 AS several, bool_and(homes BETWEEN 200 AND 400) AS sizes, bool_and(radius <= 2000) AS circles
FROM (SELECT count(*) AS homes, (ST_MinimumBoundingRadius(ST_Collect(geom))).radius FROM answer WHERE kept GROUP BY authority, place) p;
-- reasons, and the far home with its nearest place
SELECT DISTINCT authority, reason FROM answer WHERE NOT kept ORDER BY 1, 2;
SELECT place IS NOT NULL AS has_place, distance > 500000 AS far, reason FROM answer WHERE home_id = '3001';
-- the number of an outlying home is that of the nearest centre
SELECT bool_and(nearest) FROM (
	SELECT a.distance <= min(ST_Distance(a.geom, s.centre)) + 1e-6 AS nearest
	FROM answer a JOIN places.summary('land', 'id', 'la', 'geom', places.rules(target_homes => 200, max_radius => 2000)) s ON s.authority = a.authority AND s.kept
	WHERE a.reason = 'outlying' GROUP BY a.home_id, a.distance) d;
-- summary and headline count every home
SELECT sum(homes + outlying + attached) FROM places.summary('land', 'id', 'la', 'geom', places.rules(target_homes => 200, max_radius => 2000));
SELECT homes, kept_homes = (SELECT count(*) FROM answer WHERE kept) AS kept, kept_homes + trimmed_homes + unplaced_homes = homes AS adds_up, outlying_homes > 0 AS outlying, attached_homes, dispersed_homes
FROM places.headline('land', 'id', 'la', 'geom', places.rules(target_homes => 200, max_radius => 2000));
-- the remainder does not change what is kept
SELECT r, h.kept_homes = (SELECT count(*) FROM answer WHERE kept) AS same, h.outlying_homes > 0 AS outlying, h.attached_homes > 0 AS attached, h.dispersed_homes > 0 AS dispersed, h.kept_homes + h.trimmed_homes + h.unplaced_homes = h.homes AS adds_up
FROM unnest(ARRAY['flag', 'attach', 'group']) r, places.headline('land', 'id', 'la', 'geom', places.rules(target_homes => 200, max_radius => 2000, remainder => r, attach_within => CASE r WHEN 'attach' THEN 4000 END)) h;
SELECT bool_and(distance <= 4000) AS near FROM places.assign('land', 'id', 'la', 'geom', places.rules(target_homes => 200, max_radius => 2000, remainder => 'attach', attach_within => 4000)) WHERE reason = 'attached';
-- dispersed places come after the others and are of about the target
SELECT bool_and(d.place > k.last) AS after, bool_and(d.homes BETWEEN 100 AND 400) FILTER (WHERE d.authority = 'A') AS about_target
FROM places.summary('land', 'id', 'la', 'geom', places.rules(target_homes => 200, max_radius => 2000, remainder => 'group')) d
LEFT JOIN (SELECT authority, max(place) AS last FROM answer WHERE kept GROUP BY 1) k USING (authority) WHERE d.reason = 'dispersed';
-- any order, one answer
CREATE TABLE shuffled_land AS SELECT * FROM land ORDER BY md5(id::text);
SELECT count(*) AS differ FROM answer a FULL JOIN places.assign('shuffled_land', 'id', 'la', 'geom', places.rules(target_homes => 200, max_radius => 2000)) b USING (home_id)
WHERE a.place IS DISTINCT FROM b.place OR a.reason IS DISTINCT FROM b.reason OR a.distance IS DISTINCT FROM b.distance;
-- geography keeps nearly the same
SELECT abs(g.kept_homes - h.kept_homes) <= 0.02 * h.homes AS close
FROM places.headline('land', 'id', 'la', 'geom', places.rules(target_homes => 200, max_radius => 2000)) h,
	(SELECT sum(cardinality(c.place) - cardinality(array_remove(c.reason, NULL))) AS kept_homes
	 FROM (SELECT (places.cluster(ST_Transform(geom, 4326)::geography, places.rules(target_homes => 200, max_radius => 2000))).* FROM land WHERE la IS NOT NULL GROUP BY la) c) g;
-- the bound is above what is kept, and a total closes the list
SELECT authority, bound_homes >= kept_homes AS above, bound_homes <= homes AS below FROM places.coverage_bound('land', 'id', 'la', 'geom', places.rules(target_homes => 200, max_radius => 2000));
-- an authority of fewer homes than the minimum can keep none; one block may be a place
SELECT places.coverage_limit(ST_MakePoint(i, 0), places.rules(target_homes => 10)) FROM generate_series(1, 9) i;
SELECT places.coverage_limit(ST_MakePoint(0, 0), places.rules(target_homes => 10)) FROM generate_series(1, 30) i;
SELECT (places.cluster_places(ST_MakePoint(0, 0), places.rules(target_homes => 10))).homes FROM generate_series(1, 30) i;
-- frontier agrees with headline
SELECT f.at_min_homes, f.at_max_radius, f.kept_homes = h.kept_homes AS homes, f.kept_places = h.kept_places AS places
FROM places.frontier('land', 'id', 'la', 'geom', places.rules(target_homes => 200, max_radius => 2000), min_homes => '{100,200,300}', max_radius => '{1000,2000}') f,
	LATERAL places.headline('land', 'id', 'la', 'geom', places.vary(places.rules(target_homes => 200, max_radius => 2000), f.at_min_homes, f.at_max_radius)) h;
-- explain: the numbers hold when tried
CREATE TABLE asked AS
SELECT e.* FROM (SELECT home_id FROM answer WHERE reason = 'outlying' AND home_id <> '3001' ORDER BY distance, home_id LIMIT 1 OFFSET 20) a,
	LATERAL places.explain('land', 'id', 'la', 'geom', places.rules(target_homes => 200, max_radius => 2000), home => a.home_id) e;
SELECT reason, kept, missing_homes = 200 - homes_within AS missing, smallest_max_radius > 2000 AS wider, largest_min_homes < 200 AS fewer, sentence LIKE 'Home % is outside every place of A;%' AS sentence FROM asked;
SELECT r.kept AS with_radius, m.kept AS with_minimum FROM asked,
	LATERAL (SELECT kept FROM places.assign('land', 'id', 'la', 'geom', places.rules(target_homes => 200, max_radius => smallest_max_radius)) b WHERE b.home_id = asked.home_id) r,
	LATERAL (SELECT kept FROM places.assign('land', 'id', 'la', 'geom', places.rules(target_homes => 200, min_homes => largest_min_homes, max_radius => 2000)) b WHERE b.home_id = asked.home_id) m;
SELECT kept, sentence LIKE '% is in place %' AS sentence FROM (SELECT home_id FROM answer WHERE kept ORDER BY home_id LIMIT 1) a, LATERAL places.explain('land', 'id', 'la', 'geom', places.rules(target_homes => 200, max_radius => 2000), home => a.home_id) e;
SELECT home_id, reason, sentence FROM unnest(ARRAY['3002', '3003', '3004']) h, LATERAL places.explain('land', 'id', 'la', 'geom', home => h);
SELECT * FROM places.explain('land', 'id', 'la', 'geom', home => 'nobody');
SELECT * FROM places.explain('land', 'id', 'la', 'geom');
