-- measures that places share out beside homes
SET client_min_messages = error;
\set SHOW_CONTEXT never
TRUNCATE places_internal.plan_definition, places_internal.run_record, places_internal.place_identity, places_internal.place_result, places_internal.membership,
	places_internal.authority_result, places_internal.lineage, places_internal.pinned_home, places_internal.locked_place, places_internal.act, places_internal.place_boundary RESTART IDENTITY;

-- two authorities; the work of a home grows to the east, cases are few
CREATE TABLE loaded AS
SELECT i AS id, CASE WHEN i <= 900 THEN 'A' ELSE 'B' END AS la,
	ST_SetSRID(ST_MakePoint(400000 + 100 * (i % 30) + (i % 7), 300000 + 100 * (i / 30) + (i % 5)), 27700) AS geom,
	1 + (i % 30) / 10.0 AS workload, (i % 11 = 0)::int AS cases, (i * 7919 % 97) / 10.0 AS repairs
FROM generate_series(1, 1500) i;

-- without balance some places have half as much again as others; with it none is beyond its tolerance, and all have their homes
WITH a AS (SELECT * FROM places.assign('loaded', 'id', 'la', 'geom', places.rules('balanced', 100))),
s AS (SELECT a.authority, a.place, sum(l.workload) AS work FROM a JOIN loaded l ON l.id::text = a.home_id GROUP BY 1, 2)
SELECT max(s.work / m.mean) > 1.4 AS uneven FROM s JOIN (SELECT authority, avg(work) AS mean FROM s GROUP BY 1) m USING (authority);
WITH a AS (
	SELECT * FROM places.assign('loaded', 'id', 'la', 'geom', places.rules('balanced', 100, min_homes => 70, max_homes => 130),
		balance_columns => '{workload,cases}', balance_tolerance => '{0.1,0.25}')),
s AS (
	SELECT a.authority, a.place, count(*) AS homes, sum(l.workload) AS work, sum(l.cases) AS cases
	FROM a JOIN loaded l ON l.id::text = a.home_id GROUP BY 1, 2),
m AS (SELECT authority, avg(work) AS work, avg(cases) AS cases FROM s GROUP BY 1)
SELECT count(*) AS places, bool_and(s.homes BETWEEN 70 AND 130) AS sizes,
	bool_and(abs(s.work / m.work - 1) <= 0.1000001) AS work_within, bool_and(abs(s.cases / m.cases - 1) <= 0.2500001) AS cases_within
FROM s JOIN m USING (authority);

-- summary has the same places
SELECT count(*), sum(homes), bool_and(kept) FROM places.summary('loaded', 'id', 'la', 'geom',
	places.rules('balanced', 100, min_homes => 70, max_homes => 130),
	balance_columns => '{workload,cases}', balance_tolerance => '{0.1,0.25}');

-- the order of rows does not matter, nor one tolerance for all or none; a limit of infinity is none
CREATE TABLE loaded_again AS SELECT * FROM loaded ORDER BY md5(id::text);
CREATE FUNCTION answer(stock regclass, columns name[], tolerance float8[]) RETURNS text LANGUAGE sql AS $$
	SELECT md5(string_agg(a.home_id || ' ' || a.authority || a.place, ',' ORDER BY a.home_id))
	FROM places.assign(stock, 'id', 'la', 'geom', places.rules('balanced', 100), balance_columns => columns, balance_tolerance => tolerance) a
$$;
SELECT answer('loaded', '{workload,repairs}', '{0.1,0.1}') = answer('loaded_again', '{workload,repairs}', '{0.1}') AS in_any_order,
	answer('loaded', '{workload,repairs}', '{0.1}') = answer('loaded', '{workload,repairs}', NULL) AS a_tenth,
	answer('loaded', '{workload}', '{Infinity}') = answer('loaded', NULL, NULL) AS no_limit,
	answer('loaded', '{}', NULL) = answer('loaded', NULL, NULL) AS no_column,
	answer('loaded', '{workload}', '{0.1}') <> answer('loaded', NULL, NULL) AS balanced;

-- what is no amount keeps a home out, with a reason; null is none of it, and a measure that nobody has is ignored
CREATE TABLE odd_loads AS
SELECT id, la, geom, CASE id WHEN 1 THEN -1 WHEN 2 THEN 'NaN' WHEN 3 THEN 'Infinity' WHEN 4 THEN NULL WHEN 5 THEN 1e10 WHEN 6 THEN 1e-300 ELSE workload END::float8 AS load,
	0 AS nothing, 'x'::text AS words
FROM loaded WHERE la = 'A';
SELECT home_id, place IS NULL AS unplaced, reason FROM places.assign('odd_loads', 'id', 'la', 'geom', places.rules('balanced', 100), balance_columns => '{load}')
WHERE home_id::int <= 6 ORDER BY home_id;
SELECT count(*) = 9 AS as_if_not_there FROM places.summary('odd_loads', 'id', 'la', 'geom', places.rules('balanced', 100), balance_columns => '{nothing}');

-- errors
SELECT * FROM places.assign('loaded', 'id', 'la', 'geom', places.rules('coverage', 100), balance_columns => '{workload}');
SELECT count(*) FROM places.assign('loaded', 'id', 'la', 'geom', places.rules('coverage', 100), balance_columns => '{workload}', balance_tolerance => '{Infinity}');
SELECT * FROM places.assign('loaded', 'id', 'la', 'geom', places.rules('kmeans', 100), balance_columns => '{workload}');
SELECT * FROM places.assign('loaded', 'id', 'la', 'geom', places.rules('balanced', 100), balance_columns => '{workload,work}');
SELECT * FROM places.assign('odd_loads', 'id', 'la', 'geom', places.rules('balanced', 100), balance_columns => '{words}');
SELECT * FROM places.assign('loaded', 'id', 'la', 'geom', places.rules('balanced', 100), balance_columns => '{workload,workload}');
SELECT * FROM places.assign('loaded', 'id', 'la', 'geom', places.rules('balanced', 100), balance_columns => '{workload,cases,repairs}', balance_tolerance => '{0.1,0.2}');
SELECT * FROM places.assign('loaded', 'id', 'la', 'geom', places.rules('balanced', 100), balance_columns => '{workload}', balance_tolerance => '{-0.1}');
SELECT * FROM places.assign('loaded', 'id', 'la', 'geom', places.rules('balanced', 100), balance_columns => '{workload}', balance_tolerance => '{NaN}');
SELECT * FROM places.assign('loaded', 'id', 'la', 'geom', places.rules('balanced', 100), balance_columns => '{NULL}');
SELECT * FROM places.assign('loaded', 'id', 'la', 'geom', places.rules('balanced', 100), balance_columns => '{workload}', balance_tolerance => '{NULL}');
SELECT * FROM places.assign('loaded', 'id', 'la', 'geom', places.rules('balanced', 100), balance_columns => '{a,b,c,d,e,f,g,h,i}');

-- the price: tighter is farther, and no limit is free
SELECT at_tolerance, places, within, rms_distance > 0 AS far, price > -0.01 AS costs, worst <= at_tolerance + 1e-4 AS none_worse
FROM places.balance_frontier('loaded', rules => places.rules('balanced', 100, min_homes => 70, max_homes => 130),
	balance_columns => '{workload,repairs}', tolerance => '{0.3,0.1,Infinity,0.1}');
SELECT bool_and(f.rms_distance >= 0.99 * f.next) AS monotone
FROM (SELECT rms_distance, lead(rms_distance) OVER (ORDER BY at_tolerance) AS next
	FROM places.balance_frontier('loaded', 'id', 'la', 'geom', places.rules('balanced', 100, min_homes => 70, max_homes => 130), NULL,
		'{workload}', '{0.05,0.2,0.4,Infinity}')) f;
-- places without a limit are those of assign()
SELECT f.price, f.rms_distance = round(s.rms) AS same_rms FROM places.balance_frontier('loaded', 'id', 'la', 'geom', places.rules('balanced', 100),
	balance_columns => '{workload}', tolerance => '{Infinity}') f,
	(SELECT sqrt(sum(p.homes * p.rms_distance ^ 2) / sum(p.homes)) AS rms
	FROM (SELECT (places.cluster_places(geom, places.rules('balanced', 100))).* FROM loaded GROUP BY la) c,
		unnest(c.homes, c.rms_distance) p(homes, rms_distance)) s;
-- what keeps a tolerance keeps a looser one: that has no fewer within, and where all are, costs no more
CREATE TABLE uneven AS
SELECT i AS id, 'A'::text AS la, ST_SetSRID(ST_MakePoint(400000 + i * 7919 % 4000, 300000 + i * 40.0), 27700) AS geom,
	CASE WHEN i < 300 THEN 1 ELSE 2 END AS workload
FROM generate_series(1, 1000) i;
SELECT count(*), bool_and(within >= tighter_within) AS as_many_within,
	bool_and(rms_distance <= tighter_rms OR tighter_within < places) AS as_close, bool_and(price >= 0 OR within = 0) AS no_gain,
	bool_and((price IS NULL) = (within = 0)) AS priced
FROM (SELECT *, lag(within, 1, 0::bigint) OVER w AS tighter_within, lag(rms_distance) OVER w AS tighter_rms
	FROM places.balance_frontier('uneven', 'id', 'la', 'geom', places.rules('balanced', 50), NULL, '{workload}',
		'{0,0.02,0.05,0.1,0.15,0.2,0.25,0.3,0.35,0.4,0.5,Infinity}') WINDOW w AS (ORDER BY at_tolerance)) f;
DROP TABLE uneven;
SELECT * FROM places.balance_frontier('loaded', balance_columns => '{workload}', tolerance => '{}');
SELECT * FROM places.balance_frontier('loaded', balance_columns => '{workload}', tolerance => NULL);
SELECT * FROM places.balance_frontier('loaded');
SELECT * FROM places.balance_frontier('loaded', balance_columns => '{workload}', tolerance => '{-1}');
SELECT * FROM places.balance_frontier('loaded', balance_columns => '{workload}', tolerance => '{NULL}');
SELECT * FROM places.balance_frontier('loaded', rules => places.rules('coverage', 100), balance_columns => '{workload}');

-- a plan
SELECT places.create_plan('work', 'loaded', 'id', 'la', 'geom', places.rules('balanced', 100, min_homes => 70, max_homes => 130),
	balance_columns => '{workload,cases}', balance_tolerance => '{0.1,0.25}');
SELECT FROM places.run('work') \g /dev/null
SELECT status, published FROM places.run_history WHERE plan = 'work';
SELECT variable, count(*), bool_and(within) AS within, bool_and(ratio BETWEEN CASE variable WHEN 'workload' THEN 0.9 ELSE 0.75 END AND CASE variable WHEN 'workload' THEN 1.1 ELSE 1.25 END) AS ratios
FROM places.place_balance WHERE plan = 'work' GROUP BY variable ORDER BY variable;
-- amounts are those of the homes, targets the mean of an authority
SELECT b.variable, bool_and(abs(b.amount - s.amount) < 0.01) AS amounts, bool_and(abs(b.target - s.mean) < 0.01) AS targets
FROM places.place_balance b
JOIN (SELECT h.place, h.authority, v.variable, sum(v.amount) AS amount, avg(sum(v.amount)) OVER (PARTITION BY h.authority, v.variable) AS mean
	FROM places.home h JOIN loaded l ON l.id::text = h.home_id
	CROSS JOIN LATERAL (VALUES ('workload', l.workload), ('cases', l.cases)) v(variable, amount)
	WHERE h.plan = 'work' GROUP BY 1, 2, 3) s ON s.place = b.place AND s.variable = b.variable
GROUP BY 1 ORDER BY 1;

-- nothing has changed: nothing is solved, and nobody moves
SELECT FROM places.run('work') \g /dev/null
SELECT moved_homes FROM places.run_history WHERE plan = 'work' AND published;
SELECT authority, status, moved_homes FROM places.authority WHERE plan = 'work' ORDER BY 1;
SELECT count(*) FROM places.place_balance WHERE plan = 'work';
-- loads change in one authority: it alone is looked at again, few move, and all is within again
UPDATE loaded SET workload = 1.2 * workload WHERE la = 'B' AND id % 30 < 6;
SELECT FROM places.run('work') \g /dev/null
SELECT moved_share BETWEEN 0.001 AND 0.1 AS few_moved FROM places.run_history WHERE plan = 'work' AND published;
SELECT authority, status = 'kept' AS kept, moved_homes > 0 AS moved FROM places.authority WHERE plan = 'work' ORDER BY 1;
SELECT variable, count(*), bool_and(within) FROM places.place_balance WHERE plan = 'work' GROUP BY 1 ORDER BY 1;
-- one home has all there is: one place has too much, the others too little, and each says so
UPDATE loaded SET workload = CASE id WHEN 950 THEN 1000 ELSE 0.1 END WHERE la = 'B';
SELECT FROM places.run('work') \g /dev/null
SELECT p.authority, b.within, count(*), count(*) FILTER (WHERE b.ratio > 5) AS too_much, count(*) FILTER (WHERE b.ratio < 0.1) AS too_little
FROM places.place_balance b JOIN places.place p USING (plan, place) WHERE b.plan = 'work' AND b.variable = 'workload' GROUP BY 1, 2 ORDER BY 1, 2;
SELECT FROM places.run('work') \g /dev/null
SELECT moved_homes FROM places.run_history WHERE plan = 'work' AND published;

-- another tolerance is another question; without columns there is nothing to show
SELECT places.alter_plan('work', balance_tolerance => '{Infinity}');
SELECT bool_and(within) FROM places.place_balance WHERE plan = 'work' AND variable = 'workload';
SELECT FROM places.run('work') \g /dev/null
SELECT bool_and(within), count(*) FROM places.place_balance WHERE plan = 'work' AND variable = 'workload';
SELECT places.alter_plan('work', balance_columns => '{}');
SELECT FROM places.run('work') \g /dev/null
SELECT count(*) FROM places.place_balance WHERE plan = 'work';
SELECT places.drop_plan('work');
DROP FUNCTION answer;
DROP TABLE loaded, loaded_again, odd_loads;
