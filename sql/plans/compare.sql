-- two runs held against each other

CREATE OR REPLACE FUNCTION places_internal.homes_of_both(run_a bigint, run_b bigint)
RETURNS TABLE (home_id text, authority text, in_a boolean, in_b boolean, place_a bigint, place_b bigint)
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100000 ROWS 10000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	a places_internal.run_record := places_internal.find_run(run_a);
	b places_internal.run_record := places_internal.find_run(run_b);
BEGIN
	IF a.plan_id <> b.plan_id THEN
		RAISE EXCEPTION 'runs % and % are of different plans', run_a, run_b
			USING ERRCODE = 'invalid_parameter_value',
				HINT = 'Join their homes by id and hold the places against each other with places.agreement().';
	END IF;
	RETURN QUERY
	SELECT COALESCE(x.home_id, y.home_id), COALESCE(y.authority, x.authority), x.home_id IS NOT NULL, y.home_id IS NOT NULL,
		CASE WHEN places_internal.is_in(x.outside) THEN x.place END,
		CASE WHEN places_internal.is_in(y.outside) THEN y.place END
	FROM places_internal.homes_at(a.plan_id, run_a) x
	FULL JOIN places_internal.homes_at(b.plan_id, run_b) y ON x.home_id = y.home_id AND x.copy = y.copy;
END
$$;

COMMENT ON FUNCTION places_internal.homes_of_both(bigint, bigint) IS
	'the homes of two runs of a plan: in which they are, and their place in each, null outside every place';

CREATE OR REPLACE FUNCTION places.moves(run_a bigint, run_b bigint)
RETURNS TABLE (home_id text, authority text, from_place bigint, to_place bigint)
LANGUAGE sql STABLE PARALLEL SAFE COST 100000 ROWS 1000
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	SELECT h.home_id, NULLIF(h.authority, ''), h.place_a, h.place_b
	FROM places_internal.homes_of_both(run_a, run_b) h
	WHERE h.in_a AND h.in_b AND h.place_a IS DISTINCT FROM h.place_b
	ORDER BY h.authority, h.home_id;
END;

COMMENT ON FUNCTION places.moves(bigint, bigint) IS
	'the homes that two runs of a plan have in different places, null being outside every place';

CREATE OR REPLACE FUNCTION places.compare(run_a bigint, run_b bigint,
	OUT homes bigint, OUT homes_only_in_a bigint, OUT homes_only_in_b bigint,
	OUT moved_homes bigint, OUT moved_share float8,
	OUT adjusted_rand_index float8, OUT variation_of_information float8, OUT moves jsonb)
LANGUAGE sql STABLE PARALLEL SAFE COST 100000
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	WITH h AS (
		SELECT b.in_a, b.in_b, b.place_a, b.place_b, b.place_a IS DISTINCT FROM b.place_b AS moved
		FROM places_internal.homes_of_both(run_a, run_b) b)
	SELECT c.homes, c.only_a, c.only_b, c.moved, c.moved / NULLIF(c.homes, 0)::float8,
		(c.agreement).adjusted_rand_index, (c.agreement).variation_of_information,
		COALESCE((
			SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('from', m.place_a, 'to', m.place_b, 'homes', m.homes)
				ORDER BY m.homes DESC, m.place_a, m.place_b)
			FROM (SELECT h.place_a, h.place_b, pg_catalog.count(*) AS homes FROM h
				WHERE h.in_a AND h.in_b AND h.moved GROUP BY h.place_a, h.place_b) m), '[]')
	FROM (
		SELECT pg_catalog.count(*) FILTER (WHERE h.in_a AND h.in_b) AS homes,
			pg_catalog.count(*) FILTER (WHERE NOT h.in_b) AS only_a,
			pg_catalog.count(*) FILTER (WHERE NOT h.in_a) AS only_b,
			pg_catalog.count(*) FILTER (WHERE h.in_a AND h.in_b AND h.moved) AS moved,
			places.agreement(COALESCE(h.place_a, 0), COALESCE(h.place_b, 0)) FILTER (WHERE h.in_a AND h.in_b) AS agreement
		FROM h) c;
END;

COMMENT ON FUNCTION places.compare(bigint, bigint) IS
	'how two runs of a plan differ: homes in both and in one only; those that moved, and their share; adjusted Rand index and variation of information over the homes in both, those outside every place being one group; the moves as [{"from": place, "to": place, "homes": n}]';
