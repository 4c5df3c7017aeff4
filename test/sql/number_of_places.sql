-- places.rules(..., k): how many places an authority is divided into
SET client_min_messages = warning;
-- one town of 700 homes, one of 123, a village of 3, a single home
CREATE TABLE towns AS
SELECT la || i AS id, la, ST_SetSRID(ST_MakePoint(e + i % 20 * 30, i / 20 * 30), 27700) AS geom
FROM (VALUES ('A', 700, 0), ('B', 123, 50000), ('C', 3, 90000), ('D', 1, 120000)) a(la, homes, e), generate_series(1, homes) i;

-- so many places of about equal homes, or a place for each home; all are kept
SELECT m AS method, k, s.* FROM unnest('{balanced,kmeans}'::text[]) m, unnest('{1,5,40}'::int[]) k,
	LATERAL (SELECT authority, count(*) AS places, min(homes), max(homes), bool_and(kept) AS kept
		FROM places.summary('towns', 'id', 'la', 'geom', places.rules(m, k => k)) GROUP BY authority) s
WHERE m = 'balanced' ORDER BY m, k, authority;
SELECT k, authority, count(*) AS places, sum(homes) AS homes, bool_and(kept) AS kept
FROM unnest('{1,5,40}'::int[]) k, places.summary('towns', 'id', 'la', 'geom', places.rules('kmeans', k => k)) GROUP BY 1, 2 ORDER BY 1, 2;

-- within a tenth of the mean
SELECT k, bool_and(homes BETWEEN floor(0.9 * 700 / k) AND ceil(1.1 * 700 / k)) AS balanced
FROM unnest('{2,3,7,11,60}'::int[]) k, places.summary('towns', 'id', 'la', 'geom', places.rules('balanced', k => k))
WHERE authority = 'A' GROUP BY k ORDER BY k;

-- min_homes and max_radius that are given judge as ever; min_homes does not change the number
SELECT authority, count(*) AS places, count(*) FILTER (WHERE kept) AS kept, string_agg(DISTINCT reason, ' ') AS reasons
FROM places.summary('towns', 'id', 'la', 'geom', places.rules('balanced', min_homes => 41, k => 3)) GROUP BY 1 ORDER BY 1;
SELECT count(*) AS places, count(*) FILTER (WHERE kept) AS kept, string_agg(DISTINCT reason, ' ') AS reasons
FROM places.summary('towns', 'id', 'la', 'geom', places.rules('kmeans', max_radius => 100, k => 3));

-- a block of half the homes is a place by itself, and the others share the rest
SELECT array_agg(homes ORDER BY homes DESC) AS homes FROM (
	SELECT unnest((places.cluster_places(ST_MakePoint(i * 10, i % 3), CASE i WHEN 7 THEN 100 ELSE 1 END, places.rules('balanced', k => 5))).homes) AS homes
	FROM generate_series(1, 101) i) p;

-- headline, frontier and explain know k
SELECT places, kept_places, kept_share FROM places.headline('towns', 'id', 'la', 'geom', places.rules('balanced', k => 4));
SELECT at_min_homes, at_max_radius, kept_places, kept_homes
FROM places.frontier('towns', 'id', 'la', 'geom', places.rules('balanced', k => 4), min_homes => '{30,200}', max_radius => '{300,1000}');
SELECT sentence FROM places.explain('towns', 'id', 'la', 'geom', places.rules('balanced', k => 4), home => 'A1');
SELECT sentence FROM places.explain('towns', 'id', 'la', 'geom', places.rules('balanced', max_radius => 100, k => 4), home => 'A1');
SELECT regexp_replace(sentence, '\d+ homes', 'fewer homes') AS sentence FROM places.explain('towns', 'id', 'la', 'geom', places.rules('balanced', min_homes => 30, k => 6), home => 'B1');

-- a plan with k keeps its places, and makes another number when it is asked for
SELECT places.create_plan('n', 'towns', 'id', 'la', 'geom', places.rules('balanced', k => 3));
SELECT places, kept_places, status FROM places.run('n');
DELETE FROM towns WHERE id = 'A17';
SELECT places, kept_places, moved_share, status FROM places.run('n');
SELECT places.alter_plan('n', rules => places.rules('balanced', k => 4));
SELECT places, kept_places, status FROM places.run('n');
SELECT method, target_homes, min_homes, max_homes, k, max_gap FROM places.run_history ORDER BY run;
SELECT substring(places.map('n') FROM '"summary" : "([^"]*)"') AS summary;
SELECT places.drop_plan('n');
DROP TABLE towns;
