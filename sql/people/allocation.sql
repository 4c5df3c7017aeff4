-- who serves which place
--
-- A worker and a place cost the metres between base and centre, less what it is worth
-- that households keep whom they know; allocation.c finds who serves what at the least
-- cost.  Costs are whole centimetres, each part rounded by itself, and a pair that there
-- is already costs one less.  So input that has not changed changes nobody: what an
-- allocation gave anybody then counts for the whole of his place, at least as much as what
-- it counted for before, and for nobody else more than before.
--
-- That nobody serves a place is a row like any other, with the reason.

CREATE OR REPLACE FUNCTION places_internal.allocate_workers(worker int[], place int[], cost float8[],
	known_worker int[], known_place int[], worth float8[], need float8[], capacity float8[], held int[], present int[], OUT server int[], OUT gap float8)
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100000;

COMMENT ON FUNCTION places_internal.allocate_workers(int[], int[], float8[], int[], int[], float8[], float8[], float8[], int[], int[]) IS
	'the worker of each place, 0 for none, from pairs that may be and their costs in whole units, what it is worth where a worker knows a place, the homes of each place, and the homes that each worker may have and places that he has beside these, and the worker whom each place has now, 0 for none: most places served, then most workers with one, then least cost, then the present ones; and how much less another allocation may cost at most, 0 if it is proved that none is better, null if that is not even known of places and workers';

/*
 * What somebody serves now, or if nothing what he did last: people come back from leave.
 * All staff as one have what they had in any role, and a role what it had among all.
 */
CREATE OR REPLACE FUNCTION places_internal.claims(plan_id int, role text)
RETURNS TABLE (worker text, place bigint, as_of_run bigint, present boolean)
LANGUAGE sql STABLE PARALLEL SAFE COST 1000 ROWS 100
BEGIN ATOMIC
	SELECT DISTINCT ON (a.worker, a.place) a.worker, a.place, a.as_of_run, a.until IS NULL
	FROM (
		SELECT b.*, pg_catalog.rank() OVER (PARTITION BY b.worker ORDER BY COALESCE(b.until, 'infinity') DESC) AS age
		FROM places_internal.allocation b
		WHERE b.plan_id = claims.plan_id AND (claims.role = '' OR b.role IN ('', claims.role)) AND b.worker IS NOT NULL) a
	WHERE a.age = 1
	ORDER BY a.worker, a.place, a.as_of_run DESC;
END;

COMMENT ON FUNCTION places_internal.claims(int, text) IS
	'the places that each worker of a role has, or had last, and by which run it is known which homes are in them';

CREATE OR REPLACE FUNCTION places_internal.shared_homes(p places_internal.plan_definition, role text)
RETURNS TABLE (worker text, place bigint, homes float8, had boolean, same boolean)
LANGUAGE sql STABLE PARALLEL SAFE COST 100000 ROWS 1000
BEGIN ATOMIC
	WITH c AS MATERIALIZED (
		SELECT c.*, u.stored AND c.as_of_run <> (p).published_run AS moved
		FROM places_internal.claims((p).plan_id, role) c LEFT JOIN places_internal.run_record u ON u.run = c.as_of_run)
	SELECT s.worker, s.place, pg_catalog.sum(s.homes), pg_catalog.bool_or(s.had), pg_catalog.bool_or(s.had AND s.same)
	FROM (
		SELECT c.worker, c.place, g.homes, c.present AS had, true AS same
		FROM c JOIN places_internal.place_result g ON g.run = (p).published_run AND g.place = c.place
		WHERE NOT COALESCE(c.moved, false)
		UNION ALL
		SELECT c.worker, h.place, pg_catalog.sum(places_internal.homes_of_weight(h.weight)), c.present, h.place = c.place
		FROM (SELECT DISTINCT d.as_of_run FROM c d WHERE d.moved) r
		CROSS JOIN LATERAL places_internal.homes_in_run((p).plan_id, r.as_of_run) b
		JOIN places_internal.homes_in_run((p).plan_id, (p).published_run) h
			ON h.home_id = b.home_id AND h.authority = b.authority AND h.copy = b.copy
		JOIN c ON c.as_of_run = r.as_of_run AND c.place = b.place AND c.moved
		WHERE places_internal.is_in(b.outside) AND places_internal.is_in(h.outside)
		GROUP BY c.worker, c.place, h.place, c.present) s
	GROUP BY s.worker, s.place;
END;

COMMENT ON FUNCTION places_internal.shared_homes(places_internal.plan_definition, text) IS
	'how many homes that were in the place that a worker has, or had last, are now in which place, whether he has that now, and whether it is still the same; where the homes of that run are gone all of the place by its number';

CREATE OR REPLACE FUNCTION places_internal.why_served(placed boolean, same boolean, shared float8, travel float8)
RETURNS text LANGUAGE sql STABLE PARALLEL SAFE COST 10
RETURN pg_catalog.concat_ws(', ', CASE WHEN placed THEN 'placed by people' WHEN same THEN 'was there before'
		WHEN shared > 0 THEN pg_catalog.format('knows %s of its homes', places_internal.shown_amount(shared)) ELSE 'free' END,
	CASE WHEN travel < 1500 THEN 'near the base' WHEN travel >= 1500 THEN pg_catalog.format('some %s km from the base', pg_catalog.round(travel / 1000)) END);

/* Where somebody could, what keeps those from it who have no place says what to do. */
CREATE OR REPLACE FUNCTION places_internal.why_vacant(homes float8, skills text[], workers bigint, skilled boolean, near boolean, fits boolean,
	idle boolean, idle_skilled boolean, idle_near boolean)
RETURNS text LANGUAGE sql STABLE PARALLEL SAFE COST 10
RETURN CASE WHEN COALESCE(workers, 0) = 0 THEN 'no worker is available'
	WHEN NOT skilled THEN pg_catalog.format('nobody has the skills: %s', pg_catalog.array_to_string(skills, ', '))
	WHEN NOT near THEN 'nobody who could is within max_travel'
	WHEN NOT fits THEN pg_catalog.format('%s homes are too many for anybody who could', places_internal.shown_amount(homes))
	WHEN NOT idle THEN 'nobody is free'
	WHEN NOT idle_skilled THEN pg_catalog.format('nobody who is free has the skills: %s', pg_catalog.array_to_string(skills, ', '))
	WHEN NOT idle_near THEN 'nobody who is free is within max_travel'
	ELSE pg_catalog.format('%s homes are too many for anybody who is free', places_internal.shown_amount(homes)) END;

COMMENT ON FUNCTION places_internal.why_served(boolean, boolean, float8, float8) IS 'why a worker serves a place, in words; with the metres that readers may know';
COMMENT ON FUNCTION places_internal.why_vacant(float8, text[], bigint, boolean, boolean, boolean, boolean, boolean, boolean) IS
	'why nobody serves a place, in words: how many workers there are, and whether any has the skills, is near besides, and may have so many homes besides; whether any has no place, of such has the skills, and is near besides';

/*
 * A whole worker may have any one place: that a place is larger than the rules want is no
 * reason that nobody serves it.  Part of one has so much of max_homes.  Whose base is not
 * known has as far to go as the others in the mean, or he would be taken for the nearest
 * of all.
 */
CREATE OR REPLACE FUNCTION places_internal.services(p places_internal.plan_definition, staff places_internal.worker[], role text, keep float8, max_travel float8)
RETURNS SETOF places_internal.service LANGUAGE sql STABLE PARALLEL SAFE COST 1000000 ROWS 100
BEGIN ATOMIC
	WITH served AS MATERIALIZED (
		SELECT pg_catalog.row_number() OVER (ORDER BY g.place)::int AS j, g.place, g.homes, g.centre, COALESCE(k.skills, '{}') AS skills
		FROM places_internal.place_result g
		LEFT JOIN places_internal.required_skill k ON k.plan_id = (p).plan_id AND k.place = g.place
		WHERE g.run = (p).published_run AND g.reason IS DISTINCT FROM 'dispersed'),
	worker AS MATERIALIZED (
		SELECT pg_catalog.row_number() OVER (ORDER BY s.worker COLLATE "C")::int AS i, s.worker, s.fte, s.base, s.skills,
			s.fte * COALESCE((u.rules).max_homes, (SELECT pg_catalog.max(v.homes) FROM served v)) AS capacity
		FROM places_internal.staff_in(staff, role) s
		JOIN places_internal.run_record u ON u.run = (p).published_run
		WHERE s.worker IS NOT NULL AND s.fte > 0),
	placed AS MATERIALIZED (
		SELECT DISTINCT ON (v.j) v.j, w.i, v.homes
		FROM places_internal.placed_worker d
		JOIN served v ON v.place = d.place
		JOIN worker w ON w.worker = d.worker
		WHERE d.plan_id = (p).plan_id
		ORDER BY v.j, d.at, d.worker COLLATE "C"),
	room AS MATERIALIZED (
		SELECT w.i, GREATEST(w.capacity - COALESCE(pg_catalog.sum(d.homes), 0), 0) AS capacity, pg_catalog.count(d.j)::int AS held
		FROM worker w LEFT JOIN placed d ON d.i = w.i
		GROUP BY w.i, w.capacity),
	known AS MATERIALIZED (
		SELECT w.i, v.j, h.homes, COALESCE(h.had AND h.same, false) AS same
		FROM places_internal.shared_homes(p, COALESCE(role, '')) h JOIN worker w ON w.worker = h.worker JOIN served v ON v.place = h.place),
	/* those to be served by somebody, with how far they are from bases in the mean if some are not known */
	wanted AS MATERIALIZED (
		SELECT v.j, v.homes, v.centre, v.skills, v.skills = '{}' AS unskilled, (
			SELECT pg_catalog.round(pg_catalog.avg(pg_catalog.round(100 * places_internal.metres_between(w.base, v.centre))::numeric))::float8
			FROM worker w WHERE EXISTS (SELECT FROM worker o WHERE o.base IS NULL)) AS mean
		FROM served v WHERE v.j NOT IN (SELECT d.j FROM placed d)),
	pair AS MATERIALIZED (
		SELECT q.i, q.j, q.skilled, q.fits, q.free, max_travel IS NULL OR COALESCE(q.travel <= max_travel, false) AS near,
			COALESCE(pg_catalog.round(100 * q.travel), q.mean, 0) AS cost
		FROM (
			SELECT w.i, v.j, v.mean, places_internal.metres_between(w.base, v.centre) AS travel, v.unskilled OR v.skills OPERATOR(pg_catalog.<@) w.skills AS skilled,
				w.fte >= 1 OR v.homes <= w.capacity * (1 + 1e-9) AS fits,
				CASE WHEN r.held = 0 THEN true ELSE r.held < 2 AND v.homes <= r.capacity * (1 + 1e-9) END AS free
			FROM worker w
			JOIN room r ON r.i = w.i
			CROSS JOIN wanted v
			OFFSET 0) q),
	answer AS MATERIALIZED (
		SELECT a.server, a.gap
		FROM (
			SELECT COALESCE(pg_catalog.array_agg(q.i), '{}') AS i, COALESCE(pg_catalog.array_agg(q.j), '{}') AS j, COALESCE(pg_catalog.array_agg(q.cost), '{}') AS cost
			FROM pair q WHERE q.skilled AND q.fits AND q.free AND q.near) m
		CROSS JOIN (
			SELECT COALESCE(pg_catalog.array_agg(k.i), '{}') AS i, COALESCE(pg_catalog.array_agg(k.j), '{}') AS j,
				COALESCE(pg_catalog.array_agg(pg_catalog.round(100 * keep * k.homes) + k.same::int), '{}') AS worth
			FROM known k) k
		CROSS JOIN LATERAL places_internal.allocate_workers(m.i, m.j, m.cost, k.i, k.j, k.worth,
			(SELECT COALESCE(pg_catalog.array_agg(v.homes ORDER BY v.j), '{}') FROM served v),
			(SELECT COALESCE(pg_catalog.array_agg(r.capacity ORDER BY r.i), '{}') FROM room r),
			(SELECT COALESCE(pg_catalog.array_agg(r.held ORDER BY r.i), '{}') FROM room r),
			(SELECT COALESCE(pg_catalog.array_agg(COALESCE(c.i, 0) ORDER BY v.j), '{}')
				FROM served v LEFT JOIN (SELECT k.j, pg_catalog.min(k.i) AS i FROM known k WHERE k.same GROUP BY k.j) c ON c.j = v.j)) a),
	found AS MATERIALIZED (
		SELECT v.*, COALESCE(d.i, NULLIF(a.server[v.j], 0)) AS i, d.i IS NOT NULL AS placed, a.gap
		FROM served v CROSS JOIN answer a LEFT JOIN placed d ON d.j = v.j),
	chance AS (
		SELECT q.j, pg_catalog.count(*) AS workers, pg_catalog.bool_or(q.skilled) AS skilled, pg_catalog.bool_or(q.skilled AND q.near) AS near,
			pg_catalog.bool_or(q.skilled AND q.near AND q.fits) AS fits, pg_catalog.bool_or(b.i IS NULL) AS idle,
			pg_catalog.bool_or(b.i IS NULL AND q.skilled) AS idle_skilled, pg_catalog.bool_or(b.i IS NULL AND q.skilled AND q.near) AS idle_near
		FROM (SELECT y.* FROM pair y WHERE y.j IN (SELECT f.j FROM found f WHERE f.i IS NULL) OFFSET 0) q
		LEFT JOIN (SELECT DISTINCT f.i FROM found f) b ON b.i = q.i
		GROUP BY q.j)
	SELECT f.place, w.worker, w.fte, b.travel, b.travel_seen, CASE WHEN f.i IS NOT NULL THEN COALESCE(k.homes, 0) END,
		CASE WHEN f.i IS NOT NULL THEN places_internal.why_served(f.placed, k.same, k.homes, b.travel_seen)
			ELSE places_internal.why_vacant(f.homes, f.skills, o.workers, o.skilled, o.near, o.fits, o.idle, o.idle_skilled, o.idle_near) END,
		f.gap / 100
	FROM found f
	LEFT JOIN chance o ON o.j = f.j
	LEFT JOIN worker w ON w.i = f.i
	LEFT JOIN known k ON k.i = f.i AND k.j = f.j
	CROSS JOIN LATERAL (SELECT places_internal.metres_between(w.base, f.centre), places_internal.metres_between(places_internal.base_seen(w.base), f.centre)) b(travel, travel_seen);
END;

COMMENT ON FUNCTION places_internal.services(places_internal.plan_definition, places_internal.worker[], text, float8, float8) IS
	'who is to serve each place of the published run of a plan in a role, or why nobody does; with the homes that are in it and were in the worker''s place before, and whether that is still the same place';

CREATE OR REPLACE FUNCTION places_internal.note_placed(p places_internal.plan_definition, staff places_internal.worker[], role text)
RETURNS bigint LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100000
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	WITH everybody AS MATERIALIZED (SELECT s.worker, s.fte FROM places_internal.staff_in(staff, NULL) s),
	asked AS MATERIALIZED (SELECT s.worker, s.fte FROM places_internal.staff_in(staff, note_placed.role) s)
	UPDATE places_internal.placed_worker d SET problem = CASE
			WHEN NOT EXISTS (SELECT FROM everybody e WHERE e.worker = d.worker) THEN 'worker gone'
			WHEN NOT EXISTS (SELECT FROM places_internal.place_result g WHERE g.run = p.published_run AND g.place = d.place) THEN 'place ended'
			WHEN (SELECT a.fte FROM asked a WHERE a.worker = d.worker) = 0 THEN 'not available'
			WHEN EXISTS (SELECT FROM places_internal.allocation o WHERE o.plan_id = p.plan_id AND o.role = COALESCE(note_placed.role, '')
				AND o.place = d.place AND o.until IS NULL AND o.worker IS DISTINCT FROM d.worker) THEN 'place taken' END
	WHERE d.plan_id = p.plan_id
		AND (d.worker IN (SELECT a.worker FROM asked a) OR d.worker NOT IN (SELECT e.worker FROM everybody e WHERE e.worker IS NOT NULL));
	RETURN (SELECT count(*) FROM places_internal.placed_worker d WHERE d.plan_id = p.plan_id AND d.problem IS NOT NULL);
END
$$;

COMMENT ON FUNCTION places_internal.note_placed(places_internal.plan_definition, places_internal.worker[], text) IS
	'marks the workers that people placed, and an allocation of a role could not leave there, with the reason, and counts them';

CREATE OR REPLACE FUNCTION places_internal.check_allocation(p places_internal.plan_definition, keep float8, max_travel float8)
RETURNS void LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM places_internal.insist_amount('keep', keep, 0, 1e6,
		'It is how many metres of travel it is worth that one household keeps its worker: 50, or 0 for travel alone.');
	IF max_travel IS NOT NULL THEN
		PERFORM places_internal.insist_amount('max_travel', max_travel, 0, 1e8, 'It is in metres, from base to centre as the crow flies; null: no limit.');
		IF (places_internal.find_staff(p)).base_column IS NULL THEN
			PERFORM places_internal.refuse('invalid_parameter_value', 'max_travel needs bases',
				detail => format('The staff of plan "%s" are listed without.', p.plan),
				hint => format('Name the column: places.set_staff(%L, ..., base_column => ...).', p.plan));
		END IF;
	END IF;
END
$$;

COMMENT ON FUNCTION places_internal.check_allocation(places_internal.plan_definition, float8, float8) IS 'a clear error for what allocates nobody';

CREATE OR REPLACE FUNCTION places_internal.do_allocate(plan text, role text, keep float8, max_travel float8)
RETURNS TABLE (places bigint, served bigint, vacant bigint, workers bigint, idle bigint, changed bigint,
	kept_share float8, travel float8, proved boolean, note text)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000000 ROWS 1
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET enable_mergejoin = off SET jit = off
AS $$
DECLARE
	p places_internal.plan_definition;
	as_role CONSTANT text := COALESCE(lower(btrim(role)), '');
	asked CONSTANT text := NULLIF(as_role, '');
	staff places_internal.worker[];
	answer places_internal.service[];
	gap float8;
BEGIN
	PERFORM places_internal.check_session('places.allocate()');
	p := places_internal.hold_plan(plan, true);
	PERFORM places_internal.insist_published(p);
	PERFORM places_internal.check_allocation(p, keep, max_travel);
	staff := ARRAY(SELECT s FROM places_internal.read_staff(p) s);
	PERFORM places_internal.insist_role(p, staff, asked);
	answer := ARRAY(SELECT v FROM places_internal.services(p, staff, asked, keep, max_travel) v ORDER BY (v).place);

	SELECT pg_catalog.count(*), pg_catalog.count(f.worker), pg_catalog.count(*) FILTER (WHERE f.worker IS NULL),
		pg_catalog.count(*) FILTER (WHERE f.worker IS DISTINCT FROM a.worker), pg_catalog.round(pg_catalog.avg(f.travel)),
		places_internal.shown_share(pg_catalog.sum(f.shared) FILTER (WHERE f.worker IN (SELECT c.worker FROM places_internal.claims(p.plan_id, as_role) c WHERE c.present))
			/ NULLIF((SELECT pg_catalog.sum(h.homes) FROM places_internal.shared_homes(p, as_role) h WHERE h.had), 0)),
		COALESCE(pg_catalog.bool_and(f.gap = 0 AND f.gap IS NOT NULL), true), pg_catalog.max(f.gap)
	INTO places, served, vacant, changed, travel, kept_share, proved, gap
	FROM unnest(answer) f
	LEFT JOIN places_internal.allocation a ON a.plan_id = p.plan_id AND a.role IN (as_role, '') AND a.place = f.place AND a.until IS NULL;
	SELECT pg_catalog.count(w.worker), pg_catalog.count(w.worker) FILTER (WHERE w.fte > 0 AND w.worker NOT IN (SELECT f.worker FROM unnest(answer) f WHERE f.worker IS NOT NULL)),
		(SELECT pg_catalog.string_agg(pg_catalog.format('%s: %s', n.what, n.many), '; ' ORDER BY n.nr) FROM (VALUES
			(1, 'rows of the staff without an id', pg_catalog.sum(w.rows) FILTER (WHERE w.worker IS NULL)),
			(2, 'workers with several rows', pg_catalog.count(*) FILTER (WHERE w.rows > 1 AND w.worker IS NOT NULL)),
			(3, 'workers not available', pg_catalog.count(*) FILTER (WHERE w.fte = 0 AND w.worker IS NOT NULL)),
			(4, 'workers of more than two full-time equivalents', pg_catalog.count(*) FILTER (WHERE w.fte > 2 AND w.worker IS NOT NULL)),
			(5, 'workers without a base that is known', pg_catalog.count(*) FILTER (WHERE w.base IS NULL AND w.fte > 0 AND w.worker IS NOT NULL
				AND (places_internal.find_staff(p)).base_column IS NOT NULL)),
			(6, 'places more than 500 km from the base of their worker', (SELECT pg_catalog.count(*) FROM unnest(answer) f WHERE f.travel > 5e5)))
			n(nr, what, many) WHERE n.many > 0)
	INTO workers, idle, note
	FROM places_internal.staff_in(staff, asked) w;
	PERFORM places_internal.note_services(p, as_role, answer);
	note := NULLIF(pg_catalog.concat_ws('; ', note, (SELECT pg_catalog.format('placed workers who could not be left there: %s, see places.correction', n)
		FROM places_internal.note_placed(p, staff, asked) n WHERE n > 0),
		CASE WHEN NOT proved THEN 'so many fit two places that no better allocation could be ruled out' || COALESCE(pg_catalog.format(
			', but none is better by more than %s km in all', pg_catalog.round((gap / 1000)::numeric, 1)), '') END), '');
	PERFORM places_internal.record_act(plan, 'allocate', run => p.published_run, after => jsonb_build_object('role', asked, 'keep', keep,
		'max_travel', max_travel, 'served', served, 'vacant', vacant, 'changed', changed));
	RETURN NEXT;
END
$$;

CREATE OR REPLACE FUNCTION places_internal.note_services(p places_internal.plan_definition, role text, answer places_internal.service[])
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	moment CONSTANT timestamptz := clock_timestamp();
BEGIN
	UPDATE places_internal.allocation a SET until_run = p.published_run, until = moment
	WHERE a.plan_id = p.plan_id AND a.until IS NULL AND CASE WHEN a.role = note_services.role
		THEN NOT EXISTS (SELECT FROM unnest(answer) f WHERE f.place = a.place AND f.worker IS NOT DISTINCT FROM a.worker)
		ELSE '' IN (a.role, note_services.role) END;
	UPDATE places_internal.allocation a SET as_of_run = p.published_run, fte = f.fte, travel = f.travel, travel_seen = f.travel_seen, why = f.why
	FROM unnest(answer) f
	WHERE a.plan_id = p.plan_id AND a.role = note_services.role AND a.until IS NULL AND a.place = f.place;
	INSERT INTO places_internal.allocation (plan_id, role, place, worker, fte, travel, travel_seen, why, since_run, as_of_run, since)
	SELECT p.plan_id, note_services.role, f.place, f.worker, f.fte, f.travel, f.travel_seen, f.why, p.published_run, p.published_run, moment
	FROM unnest(answer) f
	WHERE NOT EXISTS (SELECT FROM places_internal.allocation a
		WHERE a.plan_id = p.plan_id AND a.role = note_services.role AND a.until IS NULL AND a.place = f.place)
	ORDER BY f.place;
END
$$;

COMMENT ON FUNCTION places_internal.note_services(places_internal.plan_definition, text, places_internal.service[]) IS
	'writes down who serves which place from now on in a role, and what ends: with all staff as one every role, with a role all staff as one';

CREATE OR REPLACE FUNCTION places.allocate(plan text, role text DEFAULT NULL, keep float8 DEFAULT 50, max_travel float8 DEFAULT NULL)
RETURNS TABLE (places bigint, served bigint, vacant bigint, workers bigint, idle bigint, changed bigint,
	kept_share float8, travel float8, proved boolean, note text)
AS 'MODULE_PATHNAME', 'door' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000000 ROWS 1;

COMMENT ON FUNCTION places_internal.do_allocate(text, text, float8, float8) IS 'behind the door of places.allocate()';
COMMENT ON FUNCTION places.allocate(text, text, float8, float8) IS
	'has the staff of a plan in a role, or all, serve the places of its published run: as many places as can be, then as many workers as possible, then the least metres of travel less keep metres for each household that keeps its worker; exact, by the assignment problem or, where workers may have two places, by column generation and branch and bound. A worker has the required skills, no more than max_travel metres to go, and one place, or two if together they have no more homes than his part of max_homes. One row: places served and vacant, workers, those without a place, places whose worker changed, share of the households that keep theirs, mean metres of travel, whether the answer is proved to be best, and what was amiss';

-- what people and reports read

CREATE OR REPLACE VIEW places.allocation AS
SELECT d.plan, d.level, a.place, i.name, NULLIF(a.role, '') AS role, a.worker, a.fte, a.since_run, a.since,
	pg_catalog.round(CASE WHEN pg_catalog.pg_has_role('places_editor', 'USAGE') THEN a.travel ELSE a.travel_seen END) AS travel, a.why, g.homes
FROM places_internal.plan_definition d
JOIN places_internal.allocation a ON a.plan_id = d.plan_id AND a.until IS NULL AND a.worker IS NOT NULL
JOIN places_internal.place_result g ON g.run = d.published_run AND g.place = a.place
JOIN places_internal.place_identity i ON i.place = a.place;

COMMENT ON VIEW places.allocation IS 'who serves which place of the published run of each plan, a row a place and role';
COMMENT ON COLUMN places.allocation.plan IS 'the plan';
COMMENT ON COLUMN places.allocation.level IS 'what its places are: locality, place or patch';
COMMENT ON COLUMN places.allocation.place IS 'the place';
COMMENT ON COLUMN places.allocation.name IS 'its name';
COMMENT ON COLUMN places.allocation.role IS 'the role; null: all staff were allocated as one';
COMMENT ON COLUMN places.allocation.worker IS 'id of the worker, as the landlord''s table has it';
COMMENT ON COLUMN places.allocation.fte IS 'full-time equivalents of the worker';
COMMENT ON COLUMN places.allocation.since_run IS 'the run that was published when it began';
COMMENT ON COLUMN places.allocation.since IS 'when it began';
COMMENT ON COLUMN places.allocation.travel IS 'whole metres from the base of the worker to the centre of the place, as the crow flies; for readers from the middle of the square of 2 km that the base is in; null: no base is known';
COMMENT ON COLUMN places.allocation.why IS 'why this worker, by the last allocation';
COMMENT ON COLUMN places.allocation.homes IS 'homes of the place';

CREATE OR REPLACE VIEW places.allocation_history AS
SELECT d.plan, a.place, i.name, NULLIF(a.role, '') AS role, a.worker, a.fte, a.since_run, a.until_run, a.since, a.until,
	pg_catalog.round(CASE WHEN pg_catalog.pg_has_role('places_editor', 'USAGE') THEN a.travel ELSE a.travel_seen END) AS travel, a.why
FROM places_internal.allocation a
JOIN places_internal.plan_definition d ON d.plan_id = a.plan_id
LEFT JOIN places_internal.place_identity i ON i.place = a.place;

COMMENT ON VIEW places.allocation_history IS 'who served which place from one run until another, or that nobody did';
COMMENT ON COLUMN places.allocation_history.plan IS 'the plan';
COMMENT ON COLUMN places.allocation_history.place IS 'the place';
COMMENT ON COLUMN places.allocation_history.name IS 'its name';
COMMENT ON COLUMN places.allocation_history.role IS 'the role; null: all staff were allocated as one';
COMMENT ON COLUMN places.allocation_history.worker IS 'id of the worker; null: nobody';
COMMENT ON COLUMN places.allocation_history.fte IS 'full-time equivalents of the worker';
COMMENT ON COLUMN places.allocation_history.since_run IS 'the run that was published when it began';
COMMENT ON COLUMN places.allocation_history.until_run IS 'the run that was published when it ended; null: it has not';
COMMENT ON COLUMN places.allocation_history.since IS 'when it began';
COMMENT ON COLUMN places.allocation_history.until IS 'when it ended; null: it has not';
COMMENT ON COLUMN places.allocation_history.travel IS 'whole metres from the base of the worker to the centre of the place; for readers from the middle of the square of 2 km that the base is in';
COMMENT ON COLUMN places.allocation_history.why IS 'why this worker, or nobody';

CREATE OR REPLACE VIEW places.worker_load AS
SELECT d.plan, d.level, NULLIF(a.role, '') AS role, a.worker, pg_catalog.max(a.fte) AS fte, pg_catalog.count(*) AS places,
	pg_catalog.sum(g.homes) AS homes, (
		SELECT pg_catalog.jsonb_object_agg(l.measure, places_internal.shown_amount(l.amount))
		FROM (
			SELECT u.balance_columns[v.l]::text AS measure, pg_catalog.sum(v.amount) AS amount
			FROM places_internal.allocation b
			JOIN places_internal.place_result r ON r.run = d.published_run AND r.place = b.place
			JOIN places_internal.run_record u ON u.run = r.run
			CROSS JOIN LATERAL unnest(r.loads) WITH ORDINALITY v(amount, l)
			WHERE b.plan_id = d.plan_id AND b.role = a.role AND b.worker = a.worker AND b.until IS NULL
			GROUP BY 1) l) AS measures,
	pg_catalog.round(pg_catalog.sum(v.travel)) AS travel, pg_catalog.round(pg_catalog.sum(t.tour)) AS tour,
	pg_catalog.round(pg_catalog.sum(places_internal.minutes_of(g.homes, NULL, t.tour, v.travel))) AS minutes
FROM places_internal.plan_definition d
JOIN places_internal.allocation a ON a.plan_id = d.plan_id AND a.until IS NULL AND a.worker IS NOT NULL
JOIN places_internal.place_result g ON g.run = d.published_run AND g.place = a.place
JOIN places_internal.place_tour t ON t.run = g.run AND t.place = g.place
CROSS JOIN LATERAL (SELECT CASE WHEN pg_catalog.pg_has_role('places_editor', 'USAGE') THEN a.travel ELSE a.travel_seen END AS travel) v
GROUP BY d.plan_id, d.plan, d.level, d.published_run, a.role, a.worker;

COMMENT ON VIEW places.worker_load IS 'what each worker has to do, a row a worker, plan and role';
COMMENT ON COLUMN places.worker_load.plan IS 'the plan';
COMMENT ON COLUMN places.worker_load.level IS 'what its places are: locality, place or patch';
COMMENT ON COLUMN places.worker_load.role IS 'the role; null: all staff were allocated as one';
COMMENT ON COLUMN places.worker_load.worker IS 'id of the worker, as the landlord''s table has it';
COMMENT ON COLUMN places.worker_load.fte IS 'full-time equivalents of the worker';
COMMENT ON COLUMN places.worker_load.places IS 'places that the worker serves';
COMMENT ON COLUMN places.worker_load.homes IS 'their homes';
COMMENT ON COLUMN places.worker_load.measures IS 'what they have of each measure that the plan balances, by its name; null: it balances none';
COMMENT ON COLUMN places.worker_load.travel IS 'whole metres from the base to their centres, as the crow flies; for readers from the middle of the square of 2 km that the base is in, as in minutes';
COMMENT ON COLUMN places.worker_load.tour IS 'whole metres of the tours through their homes; null: of a run before version 0.3.0';
COMMENT ON COLUMN places.worker_load.minutes IS 'minutes to visit every home once: 30 at each, the tours, and a journey from the base and back for every 8 homes, at 30 km an hour; places.fairness() with other numbers, and a workload';

CREATE OR REPLACE VIEW places.vacancy AS
SELECT d.plan, d.level, g.place, i.name, g.homes, NULLIF(r.role, '') AS role, a.since_run, a.since,
	COALESCE(a.why, 'nobody has been allocated since it was made') AS why
FROM places_internal.plan_definition d
JOIN (SELECT DISTINCT o.plan_id, o.role FROM places_internal.allocation o WHERE o.until IS NULL) r ON r.plan_id = d.plan_id
JOIN places_internal.place_result g ON g.run = d.published_run AND g.reason IS DISTINCT FROM 'dispersed'
JOIN places_internal.place_identity i ON i.place = g.place
LEFT JOIN places_internal.allocation a ON a.plan_id = d.plan_id AND a.role = r.role AND a.place = g.place AND a.until IS NULL
WHERE a.worker IS NULL;

COMMENT ON VIEW places.vacancy IS 'places of the published run of each plan that nobody serves, for each role in which places have been allocated';
COMMENT ON COLUMN places.vacancy.plan IS 'the plan';
COMMENT ON COLUMN places.vacancy.level IS 'what its places are: locality, place or patch';
COMMENT ON COLUMN places.vacancy.place IS 'the place';
COMMENT ON COLUMN places.vacancy.name IS 'its name';
COMMENT ON COLUMN places.vacancy.homes IS 'its homes';
COMMENT ON COLUMN places.vacancy.role IS 'the role; null: all staff were allocated as one';
COMMENT ON COLUMN places.vacancy.since_run IS 'the run that was published when it became vacant; null: it is newer than the last allocation';
COMMENT ON COLUMN places.vacancy.since IS 'when it did';
COMMENT ON COLUMN places.vacancy.why IS 'why nobody serves it, by the last allocation';

GRANT SELECT ON places.allocation, places.allocation_history, places.worker_load, places.vacancy TO places_reader;
