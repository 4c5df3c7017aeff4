-- homes of one value of together_column share a place, however the places are asked for
SET client_min_messages = error;

-- a grid of homes in estates of 25, some of which are in none; numbers of estates return in the other authority
CREATE TABLE housing AS
SELECT i AS uprn, CASE WHEN i <= 1600 THEN 'E1' ELSE 'E2' END AS la,
	ST_SetSRID(ST_MakePoint(400000 + 60 * (i % 40) + i / 1601 * 20000, 300000 + 60 * ((i - 1) % 1600 / 40)), 27700) AS geom,
	CASE WHEN i % 7 > 0 THEN 'Estate ' || (i % 40 / 5) || '-' || ((i - 1) % 1600 / 40 / 5) END AS estate,
	'Estate ' || (i % 40 / 5) AS column_of_estates, 1 + i % 3 AS weight
FROM generate_series(1, 2000) i;

CREATE FUNCTION split(rules places.ruleset, together name DEFAULT 'estate', weight name DEFAULT NULL)
RETURNS TABLE (groups bigint, split bigint, divided bigint, kept bigint) LANGUAGE sql AS $$
	WITH a AS MATERIALIZED (SELECT * FROM places.assign('housing', rules => rules, weight_column => weight, together_column => together)),
	g AS (SELECT h.la, to_jsonb(h) ->> together AS value, count(DISTINCT a.place) AS places, bool_or(a.reason ~ 'divided') AS divided
		FROM a JOIN housing h ON h.uprn = a.home_id::int WHERE to_jsonb(h) ->> together IS NOT NULL GROUP BY 1, 2)
	SELECT count(*), count(*) FILTER (WHERE places > 1 AND NOT coalesce(divided, false)), count(*) FILTER (WHERE divided), (SELECT count(*) FROM a WHERE a.kept)
	FROM g $$;
SELECT m AS method, (split(places.rules(m, 90, max_radius => 500))).* FROM unnest('{coverage,balanced,kmeans}'::text[]) m;
SELECT m AS method, (split(places.rules(m, 90, max_radius => 500), weight => 'weight')).* FROM unnest('{coverage,balanced,kmeans}'::text[]) m;
-- without the column all are split
SELECT count(*) > 10 AS split FROM (
	SELECT FROM places.assign('housing', rules => places.rules('balanced', 90)) a JOIN housing h ON h.uprn = a.home_id::int
	WHERE estate IS NOT NULL GROUP BY h.la, estate HAVING count(DISTINCT a.place) > 1) s;

-- a group that breaks max_homes or max_radius by itself is divided, and its homes say so, be they kept or not
SELECT reason, kept, count(*) > 0 AS some FROM places.assign('housing', rules => places.rules('coverage', 40, max_radius => 400),
	together_column => 'column_of_estates') GROUP BY 1, 2 ORDER BY 1, 2;
SELECT count(DISTINCT place) AS pieces, bool_and(kept) AS kept, min(reason) AS reason
FROM places.assign('housing', rules => places.rules('coverage', 40, max_homes => 130, max_radius => 3000), together_column => 'column_of_estates') a
JOIN housing h ON h.uprn = a.home_id::int WHERE h.la = 'E1' AND column_of_estates = 'Estate 3';
SELECT reason, kept FROM places.assign('housing', rules => places.rules('kmeans', 1e6, max_radius => 400), together_column => 'column_of_estates')
GROUP BY 1, 2 ORDER BY 1, 2;

-- null groups nobody; an empty text is a value
SELECT count(DISTINCT place) FILTER (WHERE estate IS NULL) AS of_null, count(DISTINCT place) FILTER (WHERE estate = '') AS of_empty FROM (
	SELECT (places.members(array_agg(i), places.cluster(ST_MakePoint(100 * i, 0), 1, CASE WHEN i % 2 = 0 THEN '' END, places.rules('balanced', 5, 1, 30)))).*
	FROM generate_series(1, 40) i) m JOIN (SELECT i, CASE WHEN i % 2 = 0 THEN '' END AS estate FROM generate_series(1, 40) i) e ON e.i = m.home;

-- all functions speak of the same places
CREATE TEMP TABLE answer AS SELECT * FROM places.assign('housing', rules => places.rules('coverage', 90, max_radius => 500), together_column => 'estate');
SELECT count(*) AS places, sum(s.homes) = (SELECT count(*) FROM answer WHERE reason IS DISTINCT FROM 'outlying') AS homes
FROM places.summary('housing', rules => places.rules('coverage', 90, max_radius => 500), together_column => 'estate') s;
SELECT h.kept_homes = (SELECT count(*) FROM answer WHERE kept) AS kept
FROM places.headline('housing', rules => places.rules('coverage', 90, max_radius => 500), together_column => 'estate') h;
SELECT f.kept_homes = (SELECT count(*) FROM answer WHERE kept) AS kept
FROM places.frontier('housing', rules => places.rules('coverage', 90, max_radius => 500), min_homes => '{90}', max_radius => '{500}', together_column => 'estate') f;
SELECT bool_and(kept_homes <= bound_homes) AS bounded FROM places.coverage_bound('housing', rules => places.rules('coverage', 90, max_radius => 500), together_column => 'estate');
SELECT bool_and(ST_Covers(b.boundary, h.geom)) AS inside
FROM places.boundary('housing', rules => places.rules('coverage', 90, max_radius => 500), together_column => 'estate') b
JOIN answer a USING (authority, place) JOIN housing h ON h.uprn = a.home_id::int WHERE a.kept;
SELECT length(places.map('housing', rules => places.rules('coverage', 90, max_radius => 500), together_column => 'estate')) > 1000 AS map;
SELECT e.kept, e.place = a.place AS same, e.reason IS NOT DISTINCT FROM a.reason AS reason
FROM places.explain('housing', rules => places.rules('coverage', 90, max_radius => 500), home => '778', together_column => 'estate') e JOIN answer a USING (home_id);
-- that a group is divided is said of its homes, be they kept or not; and what is named would keep them, tried out
CREATE FUNCTION explained(rules places.ruleset, together name, home text)
RETURNS TABLE (reason text, told boolean, kept_at_radius boolean, kept_at_minimum boolean) LANGUAGE sql AS $$
	SELECT e.reason, e.sentence ~ 'is divided: it breaks max_homes or max_radius by itself',
		CASE WHEN e.smallest_max_radius IS NOT NULL THEN (
			SELECT a.kept FROM places.assign('housing', rules => places.vary(rules, (rules).min_homes, e.smallest_max_radius), together_column => together) a
			WHERE a.home_id = e.home_id) END,
		CASE WHEN e.largest_min_homes IS NOT NULL THEN (
			SELECT a.kept FROM places.assign('housing', rules => places.vary(rules, e.largest_min_homes, (rules).max_radius), together_column => together) a
			WHERE a.home_id = e.home_id) END
	FROM places.explain('housing', rules => rules, home => home, together_column => together) e $$;
SELECT e.* FROM unnest('{363,899,1164,1970}'::text[]) h, explained(places.rules('balanced', 90, max_radius => 400), 'column_of_estates', h) e;
SELECT * FROM explained(places.rules('coverage', 600, max_radius => 700), 'column_of_estates', '363');
SELECT * FROM explained(places.rules('coverage', 90, max_radius => 300), 'estate', '363');
-- the aggregates: geometry and geography, by home, by place, bounded
SELECT (places.cluster(geom, weight::float8, estate, places.rules('balanced', 90) ORDER BY uprn)).place
	= (SELECT array_agg(place ORDER BY home_id::int) FROM places.assign('housing', rules => places.rules('balanced', 90), weight_column => 'weight', together_column => 'estate') WHERE authority = 'E1') AS same
FROM housing WHERE la = 'E1';
SELECT (places.cluster_places(geom, 1, estate, places.rules('coverage', 90, max_radius => 500))).homes
	= (SELECT array_agg(homes ORDER BY place) FROM places.summary('housing', rules => places.rules('coverage', 90, max_radius => 500), together_column => 'estate') WHERE authority = 'E1') AS same,
	places.coverage_limit(geom, 1, estate, places.rules('coverage', 90, max_radius => 500))
	>= (SELECT count(*) FROM answer WHERE kept AND authority = 'E1') AS bounded
FROM housing WHERE la = 'E1';
SELECT count(*) AS estates, count(*) FILTER (WHERE places > 1) AS split FROM (
	SELECT h.estate, count(DISTINCT m.place) AS places FROM (
		SELECT (places.members(array_agg(uprn), places.cluster(ST_Transform(geom, 4326)::geography, 1, estate, places.rules('balanced', 90)))).*
		FROM housing WHERE la = 'E1') m JOIN housing h ON h.uprn = m.home WHERE h.estate IS NOT NULL GROUP BY 1) e;
-- the last places of homes, half of which were elsewhere: estates stay whole, a pin does not
SELECT bool_and(places = 1) AS whole, bool_or(pinned) AS pinned FROM (
	SELECT h.estate, count(DISTINCT p.place) FILTER (WHERE h.uprn <> 778) AS places,
		count(DISTINCT p.place) = 2 AS pinned
	FROM (SELECT array_agg(h.uprn) AS ids,
			places.recluster(h.geom, 1, h.estate, CASE WHEN h.uprn = 778 THEN 1 WHEN h.uprn % 2 = 0 THEN 1 + h.uprn % 3 ELSE a.place END::bigint,
				CASE h.uprn WHEN 778 THEN 'pin' END, 0.01, places.rules('balanced', 90)) AS r
		FROM housing h JOIN answer a ON a.home_id::int = h.uprn WHERE h.la = 'E1') c,
		LATERAL unnest(c.ids, (c.r).place) p(uprn, place) JOIN housing h USING (uprn)
	WHERE h.estate IS NOT NULL GROUP BY 1) e;

-- plans: published, kept, corrected
SELECT places.create_plan('estates', 'housing', 'uprn', 'la', 'geom', places.rules('balanced', 90), max_drop => 100, max_shrink => 100,
	together_column => 'estate') IS NOT NULL AS made;
SELECT published FROM places.run('estates');
CREATE VIEW split_in_plan AS
SELECT count(*) AS estates, count(*) FILTER (WHERE places > 1) AS split FROM (
	SELECT h.la, h.estate, count(DISTINCT p.place) FILTER (WHERE NOT p.pinned) AS places FROM places.home p JOIN housing h ON h.uprn = p.home_id::int
	WHERE p.plan = 'estates' AND h.estate IS NOT NULL GROUP BY 1, 2) e;
SELECT * FROM split_in_plan;
-- a home is pinned out of its estate
SELECT place AS other FROM places.place WHERE plan = 'estates' AND authority = 'E1'
	AND place <> (SELECT place FROM places.home WHERE plan = 'estates' AND home_id = '778') ORDER BY place LIMIT 1 \gset
SELECT places.pin('estates', '778', :other, 'as they asked');
SELECT published FROM places.run('estates');
SELECT place = :other AS there FROM places.home WHERE plan = 'estates' AND home_id = '778';
SELECT * FROM split_in_plan;
-- an estate that is another now is one for the next run, though nobody moved
UPDATE housing SET estate = 'Estate 9' WHERE uprn IN (3, 4, 5, 1597);
SELECT published FROM places.run('estates');
SELECT count(DISTINCT place) AS places FROM places.home WHERE plan = 'estates' AND home_id IN ('3', '4', '5', '1597');
SELECT * FROM split_in_plan;
-- divided ones are members, and listed
SELECT places.alter_plan('estates', rules => places.rules('balanced', 90, max_radius => 250)) IS NOT NULL AS altered;
SELECT published FROM places.run('estates');
SELECT reason, kept, count(*) > 0 AS some FROM places.home WHERE plan = 'estates' GROUP BY 1, 2 ORDER BY 1, 2;
SELECT bool_and(h.homes = n.members) AS counted FROM places.place h JOIN (
	SELECT place, count(*) AS members FROM places.home WHERE plan = 'estates' GROUP BY 1) n USING (place) WHERE h.plan = 'estates' AND h.place <> :other;

-- what is refused
SELECT * FROM places.assign('housing', together_column => 'estates');
