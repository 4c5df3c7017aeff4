-- tree.sql - a plan of the table stock with patches for coaches and localities for
-- heads, and what a person wants to know of it
--
--   psql -f demo/tree.sql
--
-- stock is as for demo/report.sql; its column homes, if it has one, says how many homes
-- a row stands for.  An authority goes by its name, where it has one.  Makes the plans demo, demo patches and demo
-- localities; demo/map.sql draws them.

\pset border 1
\pset footer off
\pset null ''
SET client_min_messages = warning;

CREATE VIEW planned AS
SELECT *, CASE WHEN la_code IS NOT NULL THEN coalesce(la_name, la_code) END AS authority
FROM stock;

SELECT clock_timestamp() AS start \gset
DO $$
BEGIN
	PERFORM places.create_plan('demo', 'planned', 'uprn', 'authority', 'geom', weight_column =>
		(SELECT attname FROM pg_attribute WHERE attrelid = 'planned'::regclass AND attname = 'homes'),
		label_column => 'settlement', boundary_within => 250);
	PERFORM places.create_patches('demo patches', within => 'demo');
	PERFORM places.create_localities('demo localities', over => 'demo');
	PERFORM places.run('demo');
END $$;
SELECT round(extract(epoch FROM clock_timestamp() - :'start'), 1) AS seconds \gset

\pset tuples_only on
\pset format unaligned
SELECT format(E'\nA plan of three levels, with boundaries to draw, in %s s:\n', :'seconds');
\pset format aligned
\pset tuples_only off

SELECT t.level, count(*) FILTER (WHERE t.kept) AS kept, min(t.homes) FILTER (WHERE t.kept) AS "fewest homes",
	   percentile_disc(0.5) WITHIN GROUP (ORDER BY t.homes) FILTER (WHERE t.kept) AS "in the middle",
	   max(t.homes) FILTER (WHERE t.kept) AS "most homes",
	   round((sum(t.homes * t.mean_distance) FILTER (WHERE t.kept) / nullif(sum(t.homes) FILTER (WHERE t.kept), 0))::numeric) AS "mean distance, m",
	   count(*) FILTER (WHERE NOT t.kept) AS "not kept"
FROM places.tree t
WHERE t.tree = 'demo'
GROUP BY t.level
ORDER BY array_position('{locality,place,patch}', t.level);

SELECT (SELECT l.place FROM places.tree l
		WHERE l.plan = 'demo localities' AND l.kept ORDER BY l.rank, l.place LIMIT 1) AS locality \gset
\if :{?locality}
\echo One locality: its places, and how many patches each has
SELECT l.name AS locality, p.name AS place, p.authority, p.homes, p.kept, count(c.place) AS patches,
	   min(c.homes) AS "fewest homes", max(c.homes) AS "most homes"
FROM places.tree l
JOIN places.tree p ON p.parent = l.place
LEFT JOIN places.tree c ON c.parent = p.place
WHERE l.place = :locality
GROUP BY l.name, p.place, p.name, p.authority, p.homes, p.kept
ORDER BY p.homes DESC, p.place LIMIT 10;
\endif

SELECT (SELECT p.place FROM places.tree p
		WHERE p.plan = 'demo' AND p.kept ORDER BY p.homes DESC, p.place LIMIT 1) AS place \gset
\if :{?place}
\echo One place: its patches
SELECT c.parent_name AS place, c.name AS patch, c.homes, c.radius AS "radius, m", c.mean_distance AS "mean distance, m"
FROM places.tree c
WHERE c.parent = :place
ORDER BY c.place;
\endif

\echo Who is where, and who is in none; homes of places that are not kept, and of none, have patches of their authority
SELECT CASE WHEN h.locality IS NULL THEN 'none' ELSE 'yes' END AS locality, CASE WHEN h.kept THEN 'kept' WHEN h.place IS NULL THEN 'none' ELSE 'not kept' END AS place,
	   CASE WHEN h.patch IS NULL THEN 'none' ELSE 'yes' END AS patch, sum(h.weight) AS homes
FROM places.home_path h
WHERE h.plan = 'demo'
GROUP BY 1, 2, 3
ORDER BY 4 DESC;
