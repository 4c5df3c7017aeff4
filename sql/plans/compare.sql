-- two runs held against each other

CREATE OR REPLACE FUNCTION places_internal.insist_same_plan(run_a bigint, run_b bigint)
RETURNS int LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	a places_internal.run_record := places_internal.find_run(run_a);
	b places_internal.run_record := places_internal.find_run(run_b);
BEGIN
	IF a.plan_id <> b.plan_id THEN
		PERFORM places_internal.refuse('invalid_parameter_value', pg_catalog.format('runs %s and %s are of different plans', run_a, run_b),
			hint => 'Join their homes by id and hold the places against each other with places.agreement().');
	END IF;
	RETURN a.plan_id;
END
$$;

COMMENT ON FUNCTION places_internal.insist_same_plan(bigint, bigint) IS 'the plan of two runs, or a clear error';

/*
 * Rows that are true in one of the runs alone.  An id that several rows have is
 * first looked for in the same authority.
 */
CREATE OR REPLACE FUNCTION places_internal.homes_that_differ(plan_id int, run_a bigint, run_b bigint)
RETURNS TABLE (home_id text, authority text, in_a boolean, in_b boolean, place_a bigint, place_b bigint)
LANGUAGE sql STABLE PARALLEL SAFE COST 100000 ROWS 10000
BEGIN ATOMIC
	WITH differing AS MATERIALIZED (
		SELECT d.*
		FROM (SELECT m.home_id, m.authority, m.copy, CASE WHEN places_internal.is_in(m.outside) THEN m.place END AS place,
				m.since_run <= run_a AND COALESCE(m.until_run > run_a, true) AS in_a,
				m.since_run <= run_b AND COALESCE(m.until_run > run_b, true) AS in_b
			FROM places_internal.membership m WHERE m.plan_id = homes_that_differ.plan_id) d
		WHERE d.in_a <> d.in_b),
	same_authority AS MATERIALIZED (
		SELECT home_id, authority, copy, x.in_a, y.in_b, x.place AS place_a, y.place AS place_b
		FROM (SELECT * FROM differing WHERE in_a) x FULL JOIN (SELECT * FROM differing WHERE in_b) y USING (home_id, authority, copy))
	SELECT s.home_id, s.authority, true, true, s.place_a, s.place_b FROM same_authority s WHERE s.in_a AND s.in_b
	UNION ALL
	SELECT home_id, COALESCE(y.authority, x.authority), x.number IS NOT NULL, y.number IS NOT NULL, x.place_a, y.place_b
	FROM (SELECT s.home_id, s.authority, s.place_a,
			pg_catalog.row_number() OVER (PARTITION BY s.home_id ORDER BY s.authority, s.copy) AS number
		FROM same_authority s WHERE s.in_b IS NULL) x
	FULL JOIN (SELECT s.home_id, s.authority, s.place_b,
			pg_catalog.row_number() OVER (PARTITION BY s.home_id ORDER BY s.authority, s.copy) AS number
		FROM same_authority s WHERE s.in_a IS NULL) y USING (home_id, number);
END;

COMMENT ON FUNCTION places_internal.homes_that_differ(int, bigint, bigint) IS
	'the homes of which something changed between two runs of a plan: in which they are, and their place in each, null outside every place';

CREATE OR REPLACE FUNCTION places.moves(run_a bigint, run_b bigint)
RETURNS TABLE (home_id text, authority text, from_place bigint, to_place bigint)
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100000 ROWS 1000
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	/* first, and in any case: the planner may see that a null run has no homes */
	plan CONSTANT int := places_internal.insist_same_plan(run_a, run_b);
BEGIN
	RETURN QUERY
	SELECT h.home_id, NULLIF(h.authority, ''), h.place_a, h.place_b
	FROM places_internal.homes_that_differ(plan, run_a, run_b) h
	WHERE h.in_a AND h.in_b AND h.place_a IS DISTINCT FROM h.place_b
	ORDER BY h.authority, h.home_id;
END
$$;

COMMENT ON FUNCTION places.moves(bigint, bigint) IS
	'the homes that two runs of a plan have in different places, null being outside every place';

CREATE OR REPLACE FUNCTION places.compare(run_a bigint, run_b bigint,
	OUT homes bigint, OUT homes_only_in_a bigint, OUT homes_only_in_b bigint,
	OUT moved_homes bigint, OUT moved_share float8,
	OUT adjusted_rand_index float8, OUT variation_of_information float8, OUT moves jsonb)
LANGUAGE sql STABLE PARALLEL SAFE COST 100000
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	WITH plan AS MATERIALIZED (SELECT places_internal.insist_same_plan(run_a, run_b) AS id),
	h AS MATERIALIZED (
		SELECT d.in_a, d.in_b, d.place_a, d.place_b, pg_catalog.count(*) AS homes
		FROM plan CROSS JOIN LATERAL places_internal.homes_that_differ(plan.id, run_a, run_b) d
		GROUP BY d.in_a, d.in_b, d.place_a, d.place_b
		UNION ALL
		SELECT true, true, m.place, m.place, m.homes
		FROM plan CROSS JOIN LATERAL (
			SELECT CASE WHEN places_internal.is_in(s.outside) THEN s.place END AS place, pg_catalog.count(*) AS homes
			FROM places_internal.membership s
			WHERE s.plan_id = plan.id AND s.since_run <= LEAST(run_a, run_b) AND COALESCE(s.until_run > GREATEST(run_a, run_b), true)
			GROUP BY 1) m)
	SELECT c.homes, c.only_a, c.only_b, c.moved, places_internal.shown_share(c.moved / NULLIF(c.homes, 0)::float8),
		(c.agreement).adjusted_rand_index, (c.agreement).variation_of_information,
		COALESCE((
			SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('from', m.place_a, 'to', m.place_b, 'homes', m.homes)
				ORDER BY m.homes DESC, m.place_a, m.place_b)
			FROM h m WHERE m.in_a AND m.in_b AND m.place_a IS DISTINCT FROM m.place_b), '[]')
	FROM (
		SELECT COALESCE(pg_catalog.sum(h.homes) FILTER (WHERE h.in_a AND h.in_b), 0)::bigint AS homes,
			COALESCE(pg_catalog.sum(h.homes) FILTER (WHERE NOT h.in_b), 0)::bigint AS only_a,
			COALESCE(pg_catalog.sum(h.homes) FILTER (WHERE NOT h.in_a), 0)::bigint AS only_b,
			COALESCE(pg_catalog.sum(h.homes) FILTER (WHERE h.in_a AND h.in_b AND h.place_a IS DISTINCT FROM h.place_b), 0)::bigint AS moved,
			places_internal.agreement_of_counts(COALESCE(h.place_a, 0), COALESCE(h.place_b, 0), h.homes)
				FILTER (WHERE h.in_a AND h.in_b) AS agreement
		FROM h) c;
END;

COMMENT ON FUNCTION places.compare(bigint, bigint) IS
	'how two runs of a plan differ: homes in both and in one only; those that moved, and their share; adjusted Rand index and variation of information over the homes in both, those outside every place being one group; the moves as [{"from": place, "to": place, "homes": n}]';
