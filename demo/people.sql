-- people.sql - who serves which patch of the demo's plan, whom nobody has heard from, and
-- what is nearby
--
--   psql -f demo/people.sql
--
-- After demo/tree.sql.  Staff, contacts and assets are invented here, whatever the stock is:
-- the tables are called so, and say so in their comments.

\pset border 1
\pset footer off
\pset null ''
\pset tuples_only off
SET client_min_messages = warning;

-- from 0 to below 1, the same each time
CREATE FUNCTION pg_temp.chance(what text) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN (hashtextextended(what, 42) & 1048575) / 1048576.0;

CREATE TABLE invented_staff AS
SELECT 'coach ' || row_number() OVER (ORDER BY c.place) AS worker, 'coach' AS role, CASE WHEN c.place % 9 = 0 THEN 0.6 ELSE 1.0 END AS fte,
	ST_Translate(c.centre, 0.03 * (pg_temp.chance('x' || c.place) - 0.5), 0.02 * (pg_temp.chance('y' || c.place) - 0.5)) AS base,
	CASE WHEN c.place % 5 = 0 THEN '{Welsh}'::text[] ELSE '{}' END AS languages
FROM places.tree c WHERE c.plan = 'demo patches' AND c.place % 25 > 1
UNION ALL
SELECT 'head ' || row_number() OVER (ORDER BY l.place), 'head', 1.0, l.centre, '{}' FROM places.tree l WHERE l.plan = 'demo localities';
CREATE TABLE invented_contacts AS
SELECT h.home_id, CURRENT_DATE - floor(700 * pg_temp.chance('a' || n || h.home_id) * pg_temp.chance('b' || n || h.home_id))::int AS day,
	(ARRAY['visit', 'call', 'repair', 'automated message'])[1 + floor(4 * pg_temp.chance('c' || n || h.home_id))::int] AS kind
FROM places.home_path h CROSS JOIN generate_series(1, 3) n WHERE h.plan = 'demo' AND pg_temp.chance('d' || n || h.home_id) < 0.75;
CREATE TABLE invented_assets AS
SELECT k.kind, k.kind || ' of ' || p.name AS name, CASE WHEN k.kind = 'park' THEN ST_Buffer(q.spot::geography, 60 + 100 * pg_temp.chance('r' || p.place))::geometry ELSE q.spot END AS geom
FROM places.tree p
CROSS JOIN (VALUES ('shop', 0.9), ('hall', 0.4), ('surgery', 0.3), ('park', 0.6), ('library', 0.15)) k(kind, share)
CROSS JOIN LATERAL (SELECT ST_Translate(p.centre, 0.03 * (pg_temp.chance(k.kind || 'x' || p.place) - 0.5), 0.018 * (pg_temp.chance(k.kind || 'y' || p.place) - 0.5))) q(spot)
WHERE p.plan = 'demo' AND p.centre IS NOT NULL AND pg_temp.chance(k.kind || p.place) < k.share;
COMMENT ON TABLE invented_staff IS 'invented for the demo: no such people';
COMMENT ON TABLE invented_contacts IS 'invented for the demo: no such contacts';
GRANT SELECT ON invented_assets TO places_reader;
COMMENT ON TABLE invented_assets IS 'invented for the demo: no such shops, halls and parks';

DO $$
BEGIN
	PERFORM places.set_staff('demo', 'invented_staff', 'worker', 'role', 'fte', 'base', 'languages');
	PERFORM places.add_contacts('demo', 'invented contacts', 'invented_contacts', 'home_id', 'day', 'kind');
	PERFORM places.add_assets('demo', 'invented assets', 'invented_assets', 'kind', 'name', 'geom');
	-- a part-time coach has a smaller patch, from the next run on
	PERFORM places.set_target('demo patches', c.place, 0.6, 'invented part-time coach')
	FROM places.tree c WHERE c.plan = 'demo patches' AND c.kept AND c.place % 25 > 1 AND c.place % 9 = 0;
	PERFORM places.run('demo');
END $$;

\echo
\echo Invented staff, contacts and community assets: who serves which patch, and which locality; coaches have no farther than 15 km
SELECT 'coaches' AS who, places, served, vacant, workers, idle, round((travel / 1000)::numeric, 1) AS "mean km from the base", proved
FROM places.allocate('demo patches', 'coach', max_travel => 15000)
UNION ALL
SELECT 'heads', places, served, vacant, workers, idle, round((travel / 1000)::numeric, 1), proved FROM places.allocate('demo localities', 'head');

SELECT (SELECT p.place FROM places.tree p WHERE p.plan = 'demo' AND p.kept ORDER BY p.homes DESC, p.place LIMIT 1) AS place \gset
\if :{?place}
\echo One place: who serves its patches
SELECT c.name AS patch, c.homes, coalesce(a.worker, 'vacant') AS worker, a.fte, coalesce(a.why, v.why) AS why
FROM places.tree c
LEFT JOIN places.allocation a ON a.place = c.place
LEFT JOIN places.vacancy v ON v.place = c.place
WHERE c.parent = :place ORDER BY c.place;
\endif

\echo Patches that nobody serves, by reason
SELECT regexp_replace(why, '^[0-9.]+ homes', 'so many homes') AS why, count(*) AS patches, min(homes) AS "fewest homes", max(homes) AS "most homes"
FROM places.vacancy WHERE plan = 'demo patches' GROUP BY 1 ORDER BY 2 DESC;

\echo Minutes of one visit to every home: the most, and the least
(SELECT worker, homes, round((tour / 1000)::numeric, 1) AS "tour, km", minutes, round(ratio::numeric, 2) AS ratio, round(gini::numeric, 2) AS gini FROM places.fairness('demo patches') f WHERE worker IS NOT NULL ORDER BY f.ratio DESC LIMIT 3)
UNION ALL
(SELECT worker, homes, round((tour / 1000)::numeric, 1), minutes, round(ratio::numeric, 2), round(gini::numeric, 2) FROM places.fairness('demo patches') f WHERE worker IS NOT NULL ORDER BY f.ratio LIMIT 3);

\echo Not heard from for half a year: by level, and how many are withheld since they are few, or the pair of such
SELECT level, count(*) AS cells, count(not_heard_from) AS shown, round(avg(share)::numeric, 3) AS "mean share", max(not_heard_from) AS most
FROM places.contact_gap('demo') GROUP BY level ORDER BY array_position('{locality,place,patch}', level);

\if :{?place}
\echo Some places: first those withheld, of which few are silent or few are not, or which are paired with such
SELECT t.name, g.homes, coalesce(g.not_heard_from::text, 'withheld') AS "not heard from", g.share, g.median_days AS "days, in the middle"
FROM places.contact_gap('demo') g JOIN places.tree t ON t.place = g.place
WHERE g.level = 'place' ORDER BY g.not_heard_from IS NOT NULL, g.share DESC, g.place LIMIT 6;

\echo One place: what it has, strengths first, and the first of those to call
SELECT name AS place, category, inside, nearby, nearest AS "mean metres to the nearest" FROM places.assets_of('demo') WHERE place = :place;
SELECT home_id, last_contact, days_since, patch_name FROM places.call_list('demo', :place, most => 3);
\endif

\echo Where a surgery is farther than 2 km
SELECT name AS place, homes, homes_farther, share, nearest AS "mean metres" FROM places.asset_gaps('demo', 'surgery', 2000) LIMIT 3;
\echo The same for readers, to whom ten homes or more are one group
SET ROLE places_reader;
SELECT name AS place, homes, homes_farther, share, nearest AS "mean metres" FROM places.asset_gaps('demo', 'surgery', 2000) LIMIT 3;
RESET ROLE;

\if :{?place}
DO $$ BEGIN PERFORM places.run('demo'); END $$;
\echo The line of that place: its figures in each run that was published, the last one after staff were allocated
SELECT run, max(amount) FILTER (WHERE measure = 'homes') AS homes, round(max(amount) FILTER (WHERE measure = 'density')) AS "homes per km2",
	round(max(amount) FILTER (WHERE measure = 'tour')) AS "tour, m", max(amount) FILTER (WHERE measure = 'vacancies') AS vacancies,
	max(amount) FILTER (WHERE measure = 'not_heard_from') AS "not heard from"
FROM places.place_history WHERE plan = 'demo' AND line = :place GROUP BY run ORDER BY run;
\endif
