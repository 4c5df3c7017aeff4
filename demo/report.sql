-- report.sql - the places of the table stock, for a person to read
--
--   psql -f demo/report.sql
--   psql -v rules="places.rules(target_homes => 300, max_radius => 2000)" -f demo/report.sql
--
-- stock has the columns uprn, la_code, la_name, settlement and geom (metres or
-- geography); the names may be NULL.  The variable weight, if set, is the
-- quoted name of the column that says how many homes a row stands for.

\if :{?rules}
\else
\set rules 'places.rules()'
\endif
\if :{?weight}
\else
\set weight NULL
\endif

\pset border 1
\pset footer off
\pset null ''
SET client_min_messages = warning;

SELECT clock_timestamp() AS start \gset

CREATE TEMP TABLE place AS
SELECT * FROM places.summary('stock', 'uprn', 'la_code', 'geom', :rules, :weight);

SELECT round(extract(epoch FROM clock_timestamp() - :'start'), 1) AS seconds \gset

CREATE TEMP TABLE member AS
SELECT * FROM places.assign('stock', 'uprn', 'la_code', 'geom', :rules, :weight);

-- What people call an authority, and the settlement that most homes of a place
-- are in
CREATE TEMP TABLE authority_name AS
SELECT la_code AS authority, coalesce(min(la_name), la_code) AS name
FROM stock
WHERE la_code IS NOT NULL
GROUP BY la_code;

CREATE TEMP TABLE place_name AS
SELECT m.authority, m.place, mode() WITHIN GROUP (ORDER BY s.settlement) AS name
FROM member m JOIN stock s ON s.uprn::text = m.home_id
WHERE m.place IS NOT NULL AND m.reason IS DISTINCT FROM 'outlying'
GROUP BY m.authority, m.place;

\pset tuples_only on
\pset format unaligned
SELECT format(E'\n%s homes of %s authorities make %s places in %s s.\n'
			  '%s places pass the rules and keep %s homes (%s %%), %s in each on average.\n',
			  to_char(homes, 'FM9,999,990'), authorities, places, :'seconds',
			  kept_places, to_char(coalesce(kept_homes, 0), 'FM9,999,990'),
			  to_char(coalesce(100 * kept_homes / nullif(homes, 0), 0), 'FM990.0'),
			  to_char(coalesce(mean_kept_homes, 0), 'FM999,990'))
FROM places.headline('stock', 'uprn', 'la_code', 'geom', :rules, :weight);
SELECT format('No places under these rules could keep more than %s %%, and that is proven.',
			  to_char(coalesce(100 * bound_share, 0), 'FM990.0'))
FROM places.coverage_bound('stock', 'uprn', 'la_code', 'geom', :rules, :weight)
WHERE authority IS NULL;
SELECT 'Rules: ' || :rules::text;
\pset format aligned
\pset tuples_only off

PREPARE kept_places (bool, int) AS
SELECT p.rank, a.name AS authority, p.place, n.name AS "mostly in", p.homes,
	   round(p.radius) AS "radius, m",
	   round(p.rms_distance) AS "rms distance, m",
	   round(p.density) AS "homes per km2"
FROM place p
JOIN authority_name a USING (authority)
LEFT JOIN place_name n USING (authority, place)
WHERE p.kept
ORDER BY CASE WHEN $1 THEN p.rank ELSE -p.rank END, p.authority, p.place
LIMIT $2;

\echo
\echo The ten most compact of the kept places
EXECUTE kept_places (true, 10);
\echo The ten least compact of the kept places
EXECUTE kept_places (false, 10);

\echo Why the other homes are not kept
SELECT reason,
	   CASE reason
			WHEN 'too_small' THEN 'the place has too few homes'
			WHEN 'too_spread' THEN 'the place is too wide'
			WHEN 'too_small,too_spread' THEN 'the place has too few homes and is too wide'
			WHEN 'in_parts' THEN 'the place is in parts too far apart'
			WHEN 'outlying' THEN 'the home is outside every place'
			WHEN 'attached' THEN 'the home is outside every place, and joined the nearest'
			WHEN 'dispersed' THEN 'the place is made of homes outside every place'
			WHEN 'no_location' THEN 'the home has no location'
			WHEN 'no_authority' THEN 'the home has no authority'
			WHEN 'bad_weight' THEN 'the weight is missing or below zero'
	   END AS meaning,
	   count(DISTINCT (authority, place)) FILTER (WHERE place IS NOT NULL) AS places,
	   count(*) AS homes,
	   round(100.0 * count(*) / (SELECT count(*) FROM member), 1) AS "% of all"
FROM member
WHERE NOT kept
GROUP BY reason
ORDER BY count(*) DESC, reason;

\echo The twenty largest authorities
SELECT a.name AS authority, sum(p.homes + p.outlying + p.attached) AS homes, count(*) AS places,
	   count(*) FILTER (WHERE p.kept) AS "kept places",
	   coalesce(sum(p.homes) FILTER (WHERE p.kept), 0) AS "kept homes",
	   round((100 * coalesce(sum(p.homes) FILTER (WHERE p.kept), 0) / nullif(sum(p.homes + p.outlying + p.attached), 0))::numeric, 1) AS "% kept"
FROM place p JOIN authority_name a USING (authority)
GROUP BY a.authority, a.name
ORDER BY 2 DESC, a.authority
LIMIT 20;

\echo What other rules would keep
SELECT at_min_homes AS "homes at least", at_max_radius AS "radius up to, m",
	   round((100 * kept_share)::numeric, 1) AS "% kept", kept_places AS "places",
	   round(mean_kept_homes) AS "homes each", round(median_kept_density) AS "homes per km2"
FROM places.frontier('stock', 'uprn', 'la_code', 'geom', :rules, :weight,
					 min_homes => '{300,450,600}', max_radius => '{1500,3000}');

\echo Why not this home?
\pset tuples_only on
SELECT e.sentence
FROM (SELECT home_id FROM member WHERE reason = 'outlying' ORDER BY distance, home_id
	  LIMIT 1 OFFSET (SELECT count(*) / 2 FROM member WHERE reason = 'outlying')) m,
	 places.explain('stock', 'uprn', 'la_code', 'geom', :rules, :weight, home => m.home_id) e;
\pset tuples_only off

SELECT count(*) > 0 AS any_far FROM member WHERE distance > 25000 \gset
\if :any_far
\echo Homes over 25 km from the centre of their place (ten at most): check their coordinates
SELECT m.home_id, a.name AS authority, n.name AS "place mostly in",
	   round(m.distance / 1000) AS "distance, km", ST_AsText(s.geom) AS location
FROM member m
JOIN authority_name a USING (authority)
JOIN stock s ON s.uprn::text = m.home_id
LEFT JOIN place_name n USING (authority, place)
WHERE m.distance > 25000
ORDER BY m.distance DESC, m.home_id
LIMIT 10;
\endif

\echo Everything above came from places.assign and places.summary, for example:
\echo '  SELECT * FROM places.summary(''stock'', ''uprn'', ''la_code'', ''geom'', ':rules') ORDER BY rank LIMIT 10;'
