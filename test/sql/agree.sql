-- places.agreement(): two groupings held against each other
\set SHOW_CONTEXT never
SET extra_float_digits = -3;

-- by hand: pairs together 2, 1 and 1 of 6: (1 - 2/6) / (3/2 - 2/6) = 4/7; half of the homes leave ln 2 untold
SELECT (places.agreement(a, b)).*, ln(2) / 2 AS half_ln_2 FROM (VALUES (1, 1), (1, 1), (2, 2), (2, 3)) v (a, b);
-- groups that cross: worse than chance
SELECT (places.agreement(a, b)).*, 2 * ln(2) AS two_ln_2 FROM (VALUES (1, 1), (1, 2), (2, 1), (2, 2)) v (a, b);
-- other names are no other grouping; nor where the formula is 0 / 0
SELECT (places.agreement(i % 7, 100 - i % 7)).* FROM generate_series(1, 100) i;
SELECT (places.agreement(i, -i)).* FROM generate_series(1, 100) i;
SELECT (places.agreement(1, 2)).* FROM generate_series(1, 100) i;
SELECT (places.agreement(i, 1)).*, ln(100) AS ln_100 FROM generate_series(1, 100) i;
-- a greedy matching would keep 6 of 16 only
SELECT (places.agreement(a, b)).* FROM (VALUES ('p', 'x', 5), ('q', 'x', 6), ('q', 'y', 5)) v (a, b, n), generate_series(1, n);

-- nulls do not count, unless they are made a group
CREATE TEMP TABLE home (id int, patch text, place int);
INSERT INTO home SELECT i, CASE WHEN i % 10 > 0 THEN 'patch ' || i / 25 END, CASE WHEN i % 4 > 0 THEN i / 30 END FROM generate_series(0, 149) i;
SELECT (places.agreement(patch, place::text)).* FROM home;
SELECT (places.agreement(coalesce(patch, 'none'), coalesce(place::text, 'none'))).* FROM home;
SELECT (places.agreement(patch, NULL)).* FROM home;
SELECT places.agreement(patch, patch) FROM home WHERE id < 0;

-- any order of the rows and either grouping first: the same to the bit
SELECT count(DISTINCT s.*) AS answers
FROM (SELECT (places.agreement(patch, place::text ORDER BY md5(id || '/' || seed))).* FROM home, generate_series(1, 20) seed GROUP BY seed) s;
SELECT (x).moved_share = (y).moved_share AS moved, (x).adjusted_rand_index = (y).adjusted_rand_index AS rand,
	(x).variation_of_information = (y).variation_of_information AS information
FROM (SELECT places.agreement(patch, place::text) AS x, places.agreement(place::text, patch) AS y FROM home) s;

-- any type that hashes, as its own operators compare it
SELECT (places.agreement(a, b)).* FROM (VALUES (1.0, 2.00), (1.00, 2.0), (1, 2)) v (a, b);
SELECT (places.agreement(ARRAY[id % 2], ARRAY[id % 2, 1])).groups_b AS arrays, (places.agreement(id % 2 = 0, id % 3 = 0)).groups_a AS booleans,
	(places.agreement(md5((id % 5)::text)::uuid, md5((id % 6)::text)::uuid)).groups_b AS uuids,
	(places.agreement(home, home)).groups_b AS rows FROM home;
CREATE COLLATION no_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
SELECT (places.agreement(a COLLATE no_case, b COLLATE no_case)).groups_a, (places.agreement(a COLLATE "C", b COLLATE "C")).groups_b AS b_as_written
FROM (VALUES ('North', 'Stowe'), ('north', 'stowe')) v (a, b);

-- toasted values
CREATE TEMP TABLE long_name AS
SELECT i AS id, (SELECT string_agg(md5(i % 3 || '/' || k), '') FROM generate_series(1, 500) k) AS name FROM generate_series(1, 9) i;
ALTER TABLE long_name ALTER name SET STORAGE EXTERNAL;
INSERT INTO long_name SELECT id + 9, name FROM long_name;
SELECT (places.agreement(name, (id % 3)::text)).* FROM long_name;

-- over a window
SELECT id, (places.agreement(patch, place::text) OVER (ORDER BY id)).homes FROM home WHERE id < 8 ORDER BY id;

-- errors
SELECT places.agreement('{}'::json, '{}'::json);
SELECT places.agreement(patch, place) FROM home;
SELECT places.agreement(patch COLLATE "C", place::text COLLATE "POSIX") FROM home;

-- in parallel parts
CREATE TABLE many_homes AS SELECT i AS id, 'patch ' || i * 7919 % 20011 / 100 AS patch, 'place ' || i * 7919 % 20011 / 130 AS place, i / 1000 AS part
FROM generate_series(1, 20000) i;
INSERT INTO many_homes SELECT -id, NULL, place, part FROM many_homes;
ANALYZE many_homes;
CREATE TABLE serial AS SELECT (places.agreement(patch, place)).*, (places.agreement(id, part)).groups_b AS parts FROM many_homes;
SET max_parallel_workers_per_gather = 3;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
EXPLAIN (COSTS OFF) SELECT places.agreement(patch, place) FROM many_homes;
SELECT p = s AS same, p.* FROM (SELECT (places.agreement(patch, place)).*, (places.agreement(id, part)).groups_b AS parts FROM many_homes) p, serial s;
SELECT (places.agreement(patch, place)).homes FROM many_homes WHERE patch IS NULL;
DROP TABLE many_homes, serial;
DROP COLLATION no_case;
