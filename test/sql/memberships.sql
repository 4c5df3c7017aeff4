-- places.members(): a clustering beside the ids of its homes
\set SHOW_CONTEXT never

CREATE TEMP TABLE stock AS
SELECT i AS uprn, CASE WHEN i <= 6 THEN 'E01' ELSE 'E02' END AS la_code, md5(i::text)::uuid AS uuid,
	ST_MakePoint(i % 2 * 1000 + i, 0) AS geom
FROM generate_series(1, 9) i;

-- the statement of the documentation
SELECT s.la_code, m.home, m.place, round(m.distance::numeric, 3) AS distance, m.kept, m.reason
FROM (SELECT la_code, array_agg(uprn) AS ids, places.cluster(geom, places.rules('balanced', target_homes => 3)) AS c
	FROM stock GROUP BY la_code) s, places.members(s.ids, s.c) m
ORDER BY 1, 2;

-- ids of any type
SELECT pg_typeof(m.home), count(*), count(DISTINCT m.home), bool_and(m.home = s.uuid)
FROM (SELECT array_agg(uuid) AS ids, places.cluster(geom, places.rules('balanced', target_homes => 3)) AS c FROM stock) g,
	ROWS FROM (places.members(g.ids, g.c)) m JOIN stock s ON s.uuid = m.home
GROUP BY 1;
SELECT pg_typeof(m.home), string_agg(m.home, ',')
FROM (SELECT array_agg('no. ' || uprn ORDER BY uprn) AS ids, places.cluster(geom, places.rules('balanced', target_homes => 3) ORDER BY uprn) AS c
	FROM stock) g, places.members(g.ids, g.c) m GROUP BY 1;
SELECT pg_typeof(m.home), sum(m.home)
FROM (SELECT array_agg(uprn::bigint + 100000000000) AS ids, places.cluster(geom, places.rules('balanced', target_homes => 3)) AS c
	FROM stock) g, places.members(g.ids, g.c) m GROUP BY 1;

-- a group is any set of columns; whole rows are ids too
SELECT s.la_code, s.odd, (m.home).uprn, m.place, m.kept
FROM (SELECT la_code, uprn % 2 = 1 AS odd, array_agg(stock) AS ids, places.cluster(geom, places.rules('kmeans', 2)) AS c
	FROM stock GROUP BY la_code, uprn % 2 = 1) s, places.members(s.ids, s.c) m
WHERE s.la_code = 'E02' ORDER BY 1, 2, 3;

-- null ids are ids
SELECT m.home, m.place FROM (SELECT array_agg(nullif(uprn, 8)) AS ids, places.cluster(geom, places.rules('balanced', target_homes => 3)) AS c
	FROM stock WHERE la_code = 'E02') s, places.members(s.ids, s.c) m ORDER BY 1;

-- lengths must agree
SELECT places.members(ARRAY[1, 2], places.cluster(geom, places.rules('balanced'))) FROM stock;
SELECT places.members(ARRAY[1, 2], ROW('{1,1}', '{0}', '{NULL,NULL}')::places.clustering);
SELECT places.members(ARRAY[1, 2], ROW('{1,1}', '{0,0}', '{NULL}')::places.clustering);
SELECT places.members(ARRAY[1], ROW(NULL, NULL, NULL)::places.clustering);
SELECT places.members(ARRAY[1], NULL);
SELECT places.members(NULL::int[], ROW('{1}', '{0}', '{NULL}')::places.clustering);

-- nothing beside nothing
SELECT * FROM places.members(NULL::int[], NULL);
SELECT * FROM places.members('{}'::text[], NULL);
SELECT * FROM places.members('{}'::text[], ROW('{}', '{}', '{}')::places.clustering);

-- one's own clustering
SELECT * FROM places.members(ARRAY['a', 'b'], ROW('{2,NULL}', '{1.5,NULL}', '{NULL,no_location}')::places.clustering);
SELECT * FROM places.members('[5:6]={7,8}'::int[], ROW('[0:1]={1,2}', '{0,0}', '{NULL,too_small}')::places.clustering);
SELECT m.home FROM places.members(ARRAY[[1, 2], [3, 4]], ROW('{1,1,1,1}', '{0,0,0,0}', '{NULL,NULL,NULL,NULL}')::places.clustering) m;
