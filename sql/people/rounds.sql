-- how far and how long it is to visit the homes of a place
--
-- The tour is taken for 1.46 times the minimum spanning tree of the homes.  Tours found by
-- 2-opt and moves of some homes are 1.43 times the tree in patches of 175 homes of towns of a
-- real stock, 1.55 times in those of scattered homes, with a mean error of 7 and 8 %.  Homes
-- stand along streets, for which one goes there and back; of points at random in the plane
-- it would be 1.13 (0.7124 against 0.6331 of the root of
-- n times the area: Johnson and McGeoch 1996).  A round of v of n homes is as long as the whole times sqrt(v / n)
-- (Beardwood, Halton and Hammersley 1959).  All metres are as the crow flies.

CREATE OR REPLACE FUNCTION places_internal.tour_of(tree float8)
RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN 1.46 * NULLIF(tree, 'NaN');

COMMENT ON FUNCTION places_internal.tour_of(float8) IS
	'metres of a tour through homes whose minimum spanning tree has a length';

/* What a plan of localities has as homes are places: whoever is at one of them is in its tour. */
CREATE OR REPLACE VIEW places_internal.place_tour AS
SELECT g.plan_id, g.run, g.place, CASE WHEN d.level = 'locality' THEN (
		SELECT pg_catalog.sum(p.tour) FROM places_internal.run_record u
		JOIN places_internal.place_result p ON p.run = u.parent_run AND p.parent = g.place
		WHERE u.run = g.run) ELSE g.tour END AS tour
FROM places_internal.place_result g
JOIN places_internal.plan_definition d ON d.plan_id = g.plan_id;

COMMENT ON VIEW places_internal.place_tour IS 'metres of the tour through the homes of each place of each run';
COMMENT ON COLUMN places_internal.place_tour.plan_id IS 'the plan';
COMMENT ON COLUMN places_internal.place_tour.run IS 'the run';
COMMENT ON COLUMN places_internal.place_tour.place IS 'the place';
COMMENT ON COLUMN places_internal.place_tour.tour IS 'metres; of a locality the tours of its places; null: of a run before version 0.3.0';

CREATE OR REPLACE FUNCTION places_internal.insist_amount(argument text, amount float8, lowest float8, highest float8, hint text)
RETURNS void LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF NOT COALESCE(amount >= lowest AND amount <= highest, false) THEN
		PERFORM places_internal.refuse('invalid_parameter_value', format('%s must be between %s and %s', argument, lowest, highest),
			detail => format('%s is %s.', argument, COALESCE(amount::text, 'null')), hint => hint);
	END IF;
END
$$;

COMMENT ON FUNCTION places_internal.insist_amount(text, float8, float8, float8, text) IS 'a clear error unless an argument is between two numbers';

CREATE OR REPLACE FUNCTION places_internal.seen_plan(plan text)
RETURNS places_internal.plan_definition LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.find_plan(plan);
BEGIN
	PERFORM places_internal.insist_published(p);
	RETURN p;
END
$$;

COMMENT ON FUNCTION places_internal.seen_plan(text) IS 'a plan of which a run is published, by its name, or a clear error';

CREATE OR REPLACE FUNCTION places.round(plan text, visits int DEFAULT NULL)
RETURNS TABLE (place bigint, name text, homes float8, tour float8)
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000 ROWS 1000
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.seen_plan(plan);
BEGIN
	IF visits IS NOT NULL THEN
		PERFORM places_internal.insist_amount('visits', visits, 1, 1e9, 'It is the number of homes that a round goes to; null: all of a place.');
	END IF;
	RETURN QUERY
		SELECT g.place, i.name, g.homes, pg_catalog.round(t.tour * sqrt(LEAST(COALESCE(visits / NULLIF(g.homes, 0), 1), 1)))
		FROM places_internal.place_result g
		JOIN places_internal.place_tour t ON t.run = g.run AND t.place = g.place
		JOIN places_internal.place_identity i ON i.place = g.place
		WHERE g.run = p.published_run
		ORDER BY g.place;
END
$$;

COMMENT ON FUNCTION places.round(text, int) IS
	'metres of a round through the homes of each place of the published run of a plan, or through so many of them: 1.46 times the length of their minimum spanning tree, as the crow flies, times the root of the share that is visited (Beardwood, Halton and Hammersley 1959); null: of a run before version 0.3.0. Of a locality the sum over its places';

-- minutes

CREATE OR REPLACE FUNCTION places_internal.minutes_of(homes float8, workload float8, tour float8, travel float8,
	visit_minutes float8 DEFAULT 30, workload_minutes float8 DEFAULT 1, metres_per_minute float8 DEFAULT 500, visits_a_day float8 DEFAULT 8)
RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
RETURN homes * visit_minutes + COALESCE(workload, 0) * workload_minutes
	+ (COALESCE(tour, 0) + 2 * COALESCE(travel, 0) * pg_catalog.ceil(homes / visits_a_day)) / metres_per_minute;

COMMENT ON FUNCTION places_internal.minutes_of(float8, float8, float8, float8, float8, float8, float8, float8) IS
	'minutes that it takes to visit every home of a place once: at each home, for the workload, on the tour, and from the base to the place and back for every day''s visits';

CREATE OR REPLACE FUNCTION places_internal.gini(amounts float8[])
RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000
RETURN (SELECT pg_catalog.sum((2 * s.i - s.n - 1) * s.amount) / NULLIF(pg_catalog.max(s.n) * pg_catalog.sum(s.amount), 0)
	FROM (SELECT a.amount, pg_catalog.row_number() OVER (ORDER BY a.amount) AS i, pg_catalog.count(*) OVER () AS n
		FROM unnest(amounts) a(amount)) s);

COMMENT ON FUNCTION places_internal.gini(float8[]) IS
	'the Gini coefficient of amounts: 0 when all are equal, near 1 when one has everything; half the mean difference of two of them, as a share of their mean';

/* Of a plan without the measure: none. */
CREATE OR REPLACE FUNCTION places_internal.amounts_of(run bigint, measure text)
RETURNS TABLE (place bigint, amount float8) LANGUAGE sql STABLE PARALLEL SAFE COST 1000 ROWS 1000
BEGIN ATOMIC
	SELECT g.place, g.loads[pg_catalog.array_position(u.balance_columns::text[], measure)]
	FROM places_internal.run_record u JOIN places_internal.place_result g ON g.run = u.run
	WHERE u.run = amounts_of.run;
END;

COMMENT ON FUNCTION places_internal.amounts_of(bigint, text) IS 'what each place of a run has of a measure that it balances; null: it has no such measure';

CREATE OR REPLACE FUNCTION places_internal.insist_measure(p places_internal.plan_definition, measure text)
RETURNS void LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	measures name[] := (SELECT u.balance_columns FROM places_internal.run_record u WHERE u.run = p.published_run);
BEGIN
	IF NOT COALESCE(measure = ANY (measures), false) THEN
		PERFORM places_internal.refuse('undefined_column', format('the published run of plan "%s" has no measure "%s"', p.plan, measure),
			hint => CASE WHEN measures IS NULL THEN format('Have its runs read it: places.alter_plan(%L, balance_columns => %L).', p.plan, ARRAY[measure])
				ELSE format('It has %s.', (SELECT string_agg(quote_literal(m), ', ') FROM unnest(measures) m)) END);
	END IF;
END
$$;

COMMENT ON FUNCTION places_internal.insist_measure(places_internal.plan_definition, text) IS
	'a clear error unless the published run of a plan has a measure';

/* Vacant places are rows of their own, and held against those of whoever is there. */
CREATE OR REPLACE FUNCTION places_internal.do_fairness(
	plan text, workload text, visit_minutes float8, workload_minutes float8, metres_per_minute float8, visits_a_day float8)
RETURNS TABLE (role text, worker text, places bigint[], homes float8, amount float8, tour float8, travel float8, minutes float8,
	ratio float8, gini float8)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 10000 ROWS 100
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.seen_plan(plan);
	editor CONSTANT boolean := pg_has_role(places_internal.caller(), 'places_editor', 'USAGE');
BEGIN
	PERFORM places_internal.insist_amount('visit_minutes', visit_minutes, 0, 1e6, 'It is how long a visit takes: 30.');
	PERFORM places_internal.insist_amount('workload_minutes', workload_minutes, 0, 1e6, 'It is how long one unit of the workload takes: 60 for hours.');
	PERFORM places_internal.insist_amount('metres_per_minute', metres_per_minute, 1, 1e5, 'It is how fast people travel: 500 is 30 km an hour.');
	PERFORM places_internal.insist_amount('visits_a_day', visits_a_day, 1, 1e6, 'It is how many homes are visited between two journeys from the base: 8.');
	IF workload IS NOT NULL THEN
		PERFORM places_internal.insist_measure(p, workload);
	END IF;
	RETURN QUERY
	WITH served AS (
		SELECT NULLIF(a.role, '') AS role, a.worker, COALESCE(a.fte, 1) AS fte, g.place, g.homes, l.amount, t.tour, v.travel,
			places_internal.minutes_of(g.homes, l.amount, t.tour, v.travel, visit_minutes, workload_minutes, metres_per_minute, visits_a_day) AS minutes
		FROM places_internal.place_result g
		JOIN places_internal.place_tour t ON t.run = g.run AND t.place = g.place
		LEFT JOIN places_internal.amounts_of(p.published_run, workload) l ON l.place = g.place
		LEFT JOIN places_internal.allocation a ON a.plan_id = p.plan_id AND a.place = g.place AND a.until IS NULL
		CROSS JOIN LATERAL (SELECT CASE WHEN editor THEN a.travel ELSE a.travel_seen END AS travel) v
		WHERE g.run = p.published_run),
	carried AS (
		SELECT s.role, s.worker, pg_catalog.array_agg(s.place ORDER BY s.place) AS places, sum(s.homes) AS homes, sum(s.amount) AS amount,
			sum(s.tour) AS tour, sum(s.travel) AS travel, sum(s.minutes) AS minutes, max(s.fte) AS fte, sum(s.minutes) / max(s.fte) AS full_time
		FROM served s
		GROUP BY s.role, s.worker, CASE WHEN s.worker IS NULL THEN s.place END),
	held AS (
		SELECT c.role, c.worker IS NULL AS vacant, sum(c.minutes) / sum(c.fte) AS mean, places_internal.gini(pg_catalog.array_agg(c.full_time)) AS gini
		FROM carried c GROUP BY 1, 2)
	SELECT c.role, c.worker, c.places, c.homes, places_internal.shown_amount(c.amount), pg_catalog.round(c.tour), pg_catalog.round(c.travel),
		pg_catalog.round(c.minutes), places_internal.shown_ratio(c.full_time / NULLIF(h.mean, 0)),
		pg_catalog.round(h.gini::numeric, 4)::float8
	FROM carried c
	JOIN held h ON h.role IS NOT DISTINCT FROM c.role AND h.vacant = (c.worker IS NULL)
	ORDER BY c.role NULLS FIRST, c.worker IS NULL, c.full_time DESC, c.worker COLLATE "C", c.places;
END
$$;

CREATE OR REPLACE FUNCTION places.fairness(
	plan text, workload text DEFAULT NULL, visit_minutes float8 DEFAULT 30, workload_minutes float8 DEFAULT 1,
	metres_per_minute float8 DEFAULT 500, visits_a_day float8 DEFAULT 8)
RETURNS TABLE (role text, worker text, places bigint[], homes float8, amount float8, tour float8, travel float8, minutes float8,
	ratio float8, gini float8)
AS 'MODULE_PATHNAME', 'door' LANGUAGE C STABLE PARALLEL UNSAFE COST 10000 ROWS 100;

COMMENT ON FUNCTION places_internal.do_fairness(text, text, float8, float8, float8, float8) IS 'behind the door of places.fairness()';
COMMENT ON FUNCTION places.fairness(text, text, float8, float8, float8, float8) IS
	'minutes that each worker of a plan needs to visit every home once, a row a worker and role, and one for each place without anybody: visit_minutes a home, workload_minutes for each unit of a measure of the plan (workload), the tour, and journeys from the base for every visits_a_day homes, at metres_per_minute. ratio: minutes for a full-time equivalent, as a multiple of all minutes of the role over all its full-time equivalents; gini: how unequal they are within the role, 0 for not at all (Gini 1912). For readers travel is from the middle of the square of 2 km that a base is in';

-- the same as a column of a stock, to balance places by

CREATE OR REPLACE FUNCTION places_internal.tree_shares(x float8[], y float8[])
RETURNS float8[] AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100000;

COMMENT ON FUNCTION places_internal.tree_shares(float8[], float8[]) IS
	'of each of some points half the length of its edges in their minimum spanning tree: together the length of that';

/* Degrees are metres on the sphere around the middle of the authority. */
CREATE OR REPLACE FUNCTION places_internal.do_home_minutes(
	stock regclass, id_column name, authority_column name, geom_column name, weight_column name, visit_minutes float8, metres_per_minute float8)
RETURNS TABLE (home_id text, authority text, minutes float8)
LANGUAGE sql VOLATILE PARALLEL UNSAFE COST 100000 ROWS 10000
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	WITH asked AS MATERIALIZED (
		SELECT c.*, places_internal.insist_amount('visit_minutes', visit_minutes, 0, 1e6, 'It is how long a visit takes: 30.') AS a,
			places_internal.insist_amount('metres_per_minute', metres_per_minute, 1, 1e5, 'It is how fast people travel: 500 is 30 km an hour.') AS b
		FROM places_internal.stock_columns(stock, id_column, authority_column, geom_column) c),
	h AS MATERIALIZED (
		SELECT r.id, r.authority, r.weight, r.point, places_internal.is_degrees(places_internal.srid_of(r.point)) AS degrees,
			places_internal.st_x(r.point) AS x, places_internal.st_y(r.point) AS y
		FROM asked CROSS JOIN LATERAL (
			SELECT q.id, q.authority, COALESCE(q.weight, 1) AS weight, places_internal.point_of(q.geom) AS point
			FROM places_internal.read_rows(stock, ARRAY[asked.id_column, asked.authority_column, asked.geom_column, weight_column],
				places_internal.caller_path()) q(id text, authority text, geom geometry, weight float8)) r),
	m AS (
		SELECT h.*, CASE WHEN h.degrees THEN pg_catalog.cosd(pg_catalog.avg(h.y) OVER w) * 111195 ELSE 1 END AS east,
			CASE WHEN h.degrees THEN 111195 ELSE 1 END AS north
		FROM h WHERE h.point IS NOT NULL AND h.x BETWEEN -1e8 AND 1e8 AND h.y BETWEEN -1e8 AND 1e8
		WINDOW w AS (PARTITION BY h.authority)),
	g AS (
		SELECT pg_catalog.array_agg(m.id ORDER BY m.x, m.y, m.id) AS ids, m.authority, pg_catalog.array_agg(m.weight ORDER BY m.x, m.y, m.id) AS weights,
			places_internal.tree_shares(pg_catalog.array_agg(m.x * m.east ORDER BY m.x, m.y, m.id), pg_catalog.array_agg(m.y * m.north ORDER BY m.x, m.y, m.id)) AS shares
		FROM m GROUP BY m.authority)
	SELECT u.id, g.authority, u.weight * visit_minutes + places_internal.tour_of(u.share) / metres_per_minute
	FROM g CROSS JOIN LATERAL unnest(g.ids, g.weights, g.shares) u(id, weight, share)
	UNION ALL
	SELECT h.id, h.authority, h.weight * visit_minutes
	FROM h WHERE h.point IS NULL OR NOT (h.x BETWEEN -1e8 AND 1e8 AND h.y BETWEEN -1e8 AND 1e8);
END;

CREATE OR REPLACE FUNCTION places.home_minutes(
	stock regclass, id_column name DEFAULT NULL, authority_column name DEFAULT NULL, geom_column name DEFAULT NULL, weight_column name DEFAULT NULL,
	visit_minutes float8 DEFAULT 30, metres_per_minute float8 DEFAULT 500)
RETURNS TABLE (home_id text, authority text, minutes float8)
AS 'MODULE_PATHNAME', 'door' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 100000 ROWS 10000;

COMMENT ON FUNCTION places_internal.do_home_minutes(regclass, name, name, name, name, float8, float8) IS 'behind the door of places.home_minutes()';
COMMENT ON FUNCTION places.home_minutes(regclass, name, name, name, name, float8, float8) IS
	'minutes that each home of a stock asks for: its visit, and its share of the tour through its authority, half of its edges in the minimum spanning tree of the homes. As a column of the view that is the stock of a plan they are a measure for balance_columns: then patches of scattered homes are smaller. A home without a usable location has its visit alone';
