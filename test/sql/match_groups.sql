-- places.match_groups(): new groups to old by the homes that they share
\set SHOW_CONTEXT never

-- 5 + 5 are more than 6, 2 + 2 are not
SELECT * FROM places.match_groups('{1,2,2}', '{1,1,2}', '{5,6,5}');
SELECT * FROM places.match_groups('{1,2,2}', '{1,1,2}', '{2,6,2}');
-- large ids, groups in any order, parts of homes
SELECT * FROM places.match_groups('{9000000000,-4,-4}', '{7,7,2147483647}', '{0.5,0.25,0.125}');

-- equals go to the first old group, then to the first new one, in whatever order they come
SELECT * FROM places.match_groups('{1,1,2,2}', '{1,2,1,2}', '{5,5,5,5}');
SELECT * FROM places.match_groups('{2,1,2,1}', '{1,2,2,1}', '{5,5,5,5}');
SELECT * FROM places.match_groups('{3,1,2}', '{4,4,4}', '{5,5,5}');

-- what is required is so, with few homes or none; nothing else without homes
SELECT * FROM places.match_groups('{1,1,2,2}', '{1,2,1,2}', '{9,1,3,9}', '{f,t,f,f}');
SELECT * FROM places.match_groups('{1,1,2}', '{1,2,1}', '{9,0,0}', '{f,t,f}');

-- nothing to match
SELECT * FROM places.match_groups('{}', '{}', '{}');
SELECT m.* FROM (SELECT array_agg(i::bigint) AS o, array_agg(i) AS n, array_agg(i::float8) AS h FROM generate_series(1, 0) i) s,
	places.match_groups(s.o, s.n, s.h) m;
SELECT * FROM places.match_groups(NULL, NULL, NULL, NULL);

-- one to one, as good as groups of a known matching, and the same from shuffled rows
CREATE TEMP TABLE share AS
SELECT o AS old, n AS new, CASE WHEN n = o * 7 % 101 THEN 100 ELSE 1 + (o * 31 + n * 17) % 100 END AS homes
FROM generate_series(1, 100) o, generate_series(1, 100) n WHERE (o * 13 + n * 29) % 10 = 0 OR n = o * 7 % 101;
CREATE TEMP TABLE matched AS
SELECT m.* FROM (SELECT array_agg(old ORDER BY old, new) AS o, array_agg(new ORDER BY old, new) AS n, array_agg(homes ORDER BY old, new) AS h FROM share) s,
	places.match_groups(s.o, s.n, s.h) m;
SELECT count(*), count(DISTINCT old) AS old, count(DISTINCT new) AS new, sum(homes) AS homes FROM matched;
SELECT count(*) AS others
FROM (SELECT array_agg(old ORDER BY md5(old || ' ' || new)) AS o, array_agg(new ORDER BY md5(old || ' ' || new)) AS n,
		array_agg(homes ORDER BY md5(old || ' ' || new)) AS h FROM share) s,
	places.match_groups(s.o, s.n, s.h) m
WHERE (m.old, m.new, m.homes) NOT IN (SELECT old, new, homes FROM matched);

-- errors
SELECT places.match_groups('{1,2}', '{1}', '{1,1}');
SELECT places.match_groups('{1,2}', '{1,2}', '{1}');
SELECT places.match_groups('{1,2}', '{1,2}', '{1,1}', '{t}');
SELECT places.match_groups(NULL, '{1}', '{1}');
SELECT places.match_groups('{1,NULL}', '{1,2}', '{1,1}');
SELECT places.match_groups('{1}', '{1}', '{1}', '{NULL}');
SELECT places.match_groups('{1,2}', '{1,2}', '{1,-1}');
SELECT places.match_groups('{1}', '{1}', '{NaN}');
SELECT places.match_groups('{1}', '{1}', '{Infinity}');
SELECT places.match_groups('{1,2,1}', '{1,2,1}', '{1,1,1}');
SELECT places.match_groups('{1,1}', '{1,2}', '{1,1}', '{t,t}');
SELECT places.match_groups('{1,2}', '{1,1}', '{1,1}', '{t,t}');
