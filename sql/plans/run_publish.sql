-- what becomes of a run: it is shown, held back, discarded, tidied away
--
-- What is published of a tree are runs over one run of the plan of places: they are
-- shown by one statement, held back, discarded and tidied away together.

CREATE OR REPLACE FUNCTION places_internal.reason_to_hold_back(r places_internal.run_record, p places_internal.plan_definition)
RETURNS text LANGUAGE sql STABLE PARALLEL SAFE COST 100
BEGIN ATOMIC
	SELECT CASE WHEN r.status <> 'done' THEN pg_catalog.format('run %s %s', r.run, r.status) ELSE NULLIF(pg_catalog.concat_ws('; ',
		CASE WHEN r.stock_rows = 0 AND COALESCE(b.stock_rows, 1) > 0 AND p.level = 'place' THEN 'the stock is empty'
		WHEN r.places = 0 AND COALESCE(b.places, 1) > 0 AND p.level = 'place' THEN
			pg_catalog.format('there is no place: of %s rows %s have no usable location, %s no authority, %s no valid weight',
				r.stock_rows, r.no_location, r.no_authority, r.bad_weight)
		WHEN r.places = 0 AND b.places > 0 THEN pg_catalog.format('there are no %s', places_internal.levels_of(p.level)) END,
		CASE WHEN b.run IS NOT NULL AND p.level = 'place' AND 2 * r.found_rows < LEAST(r.stock_rows, b.stock_rows) THEN
			pg_catalog.format('only %s of %s rows are homes that were in run %s, fewer than half: are ids or authorities written in another way?',
				r.found_rows, r.stock_rows, b.run) END,
		CASE WHEN 100 * (COALESCE(b.kept_share, 0) - COALESCE(r.kept_share, 0)) > p.max_drop THEN
			pg_catalog.format('kept homes fell from %s %% to %s %%, by more than %s points',
				pg_catalog.round((100 * b.kept_share)::numeric, 1), pg_catalog.round((100 * COALESCE(r.kept_share, 0))::numeric, 1), p.max_drop) END,
		CASE WHEN 100 * (b.stock_rows - r.stock_rows) > p.max_shrink * b.stock_rows THEN
			pg_catalog.format('the stock shrank from %s to %s rows, by more than %s %%', b.stock_rows, r.stock_rows, p.max_shrink) END), '') END
	FROM (SELECT r.base_run) base LEFT JOIN places_internal.run_record b ON b.run = base.base_run;
END;

COMMENT ON FUNCTION places_internal.reason_to_hold_back(places_internal.run_record, places_internal.plan_definition) IS
	'why a run should not be published before somebody has looked at it; null if nothing speaks against it';

CREATE OR REPLACE FUNCTION places_internal.reason_to_hold_back(runs bigint[])
RETURNS text LANGUAGE sql STABLE PARALLEL SAFE COST 100
BEGIN ATOMIC
	SELECT pg_catalog.string_agg(CASE WHEN pg_catalog.cardinality(runs) > 1 THEN pg_catalog.format('plan "%s": ', d.plan) ELSE '' END || w.reason,
		'; ' ORDER BY u.run)
	FROM places_internal.run_record u
	JOIN places_internal.plan_definition d ON d.plan_id = u.plan_id
	CROSS JOIN LATERAL places_internal.reason_to_hold_back(u, d) w(reason)
	WHERE u.run = ANY (runs);
END;

COMMENT ON FUNCTION places_internal.reason_to_hold_back(bigint[]) IS
	'why runs that belong together should not be published before somebody has looked at them, and of which plan that is said; null if nothing speaks against it';

CREATE OR REPLACE FUNCTION places_internal.show_runs(runs bigint[])
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	UPDATE places_internal.plan_definition d SET published_run = u.run
	FROM places_internal.run_record u WHERE u.run = ANY (runs) AND d.plan_id = u.plan_id;
	UPDATE places_internal.run_record u SET published_at = pg_catalog.clock_timestamp() WHERE u.run = ANY (runs);
	UPDATE places_internal.place_result g
	SET parent = (SELECT m.place FROM places_internal.homes_in_run(u.plan_id, u.run) m
		WHERE m.home_id = g.place::text AND places_internal.is_in(m.outside) LIMIT 1)
	FROM places_internal.run_record u
	WHERE u.run = ANY (runs) AND places_internal.is_of_localities(u.plan_id) AND g.run = u.parent_run;
	PERFORM places_internal.note_history(runs);
END
$$;

COMMENT ON FUNCTION places_internal.show_runs(bigint[]) IS
	'makes runs those that the views show of their plans, and their localities those of the places, and writes down their figures';

CREATE OR REPLACE FUNCTION places_internal.show_unless_wrong(begun bigint)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s'
AS $$
DECLARE
	runs bigint[] := ARRAY(SELECT t.run FROM places_internal.runs_of_tree(begun) t);
	problem text := places_internal.reason_to_hold_back(runs);
BEGIN
	IF problem IS NULL THEN
		BEGIN
			PERFORM places_internal.show_runs(runs);
		EXCEPTION WHEN lock_not_available THEN
			problem := 'another transaction has changed the plan, and is not over yet';
		END;
	END IF;
	UPDATE places_internal.run_record u SET held_back = problem WHERE u.run = ANY (runs) AND problem IS NOT NULL;
END
$$;

COMMENT ON FUNCTION places_internal.show_unless_wrong(bigint) IS
	'publishes a run, and those over it, unless something speaks against one of them, which is noted';

-- what becomes of a run

CREATE OR REPLACE FUNCTION places_internal.find_run(run bigint)
RETURNS places_internal.run_record LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	known places_internal.run_record;
BEGIN
	SELECT u.* INTO known FROM places_internal.run_record u WHERE u.run = find_run.run;
	IF NOT FOUND THEN
		PERFORM places_internal.refuse('undefined_object', pg_catalog.format('run %s does not exist', COALESCE(run::text, 'null')),
			hint => 'The runs are in places.run_history.');
	ELSIF NOT known.stored THEN
		PERFORM places_internal.refuse('object_not_in_prerequisite_state', pg_catalog.format('run %s has no homes and places', run),
			detail => CASE known.status WHEN 'done' THEN 'They were removed to make room for newer runs.'
					ELSE pg_catalog.format('It is %s.', known.status) END,
			hint => 'The runs that have are those in places.run_history with stored.');
	END IF;
	RETURN known;
END
$$;

COMMENT ON FUNCTION places_internal.find_run(bigint) IS 'a run whose homes and places are there, by its number, or a clear error';

CREATE OR REPLACE FUNCTION places_internal.insist_of_plan(r places_internal.run_record, p places_internal.plan_definition)
RETURNS void LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	parent places_internal.plan_definition;
BEGIN
	IF r.plan_id <> p.plan_id THEN
		PERFORM places_internal.refuse('invalid_parameter_value', pg_catalog.format('run %s is not of plan "%s"', r.run, p.plan),
			hint => 'The runs of each plan are in places.run_history.');
	END IF;
	SELECT d.* INTO parent FROM places_internal.plan_definition d WHERE d.plan_id = p.parent_id;
	IF parent.published_run IS DISTINCT FROM r.parent_run THEN
		PERFORM places_internal.refuse('object_not_in_prerequisite_state',
			pg_catalog.format('run %s is over run %s of plan "%s", which is not published', r.run, r.parent_run, parent.plan),
			detail => COALESCE(pg_catalog.format('Published is run %s.', parent.published_run), 'None is published.'),
			hint => CASE WHEN EXISTS (SELECT FROM places_internal.run_record u WHERE u.run = r.parent_run AND u.stored) THEN
				pg_catalog.format('Publish both, with places.publish(%L, %s).', parent.plan, r.parent_run)
				ELSE pg_catalog.format('Run it again: SELECT * FROM places.run(%L);', p.plan) END);
	END IF;
END
$$;

COMMENT ON FUNCTION places_internal.insist_of_plan(places_internal.run_record, places_internal.plan_definition) IS
	'a clear error unless a run is one of a plan, and of patches or localities over the published run of their parent';

/* What a tree lacks over an older run is made up for: its plans may have been made since. */
CREATE OR REPLACE FUNCTION places_internal.complete_tree(r places_internal.run_record)
RETURNS bigint[] LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	child places_internal.plan_definition;
	begun places_internal.run_record;
BEGIN
	FOR child IN
		SELECT d.* FROM places_internal.plans_of_tree(r.plan_id) d
		WHERE d.parent_id = r.plan_id AND NOT EXISTS (
			SELECT FROM places_internal.runs_of_tree(r.run) t WHERE t.plan_id = d.plan_id AND t.stored)
	LOOP
		PERFORM places_internal.check_names_free();
		begun := places_internal.start_record(child, r.run);
		PERFORM places_internal.solve_run(begun, child);
	END LOOP;
	RETURN ARRAY(SELECT t.run FROM places_internal.runs_of_tree(r.run) t);
END
$$;

COMMENT ON FUNCTION places_internal.complete_tree(places_internal.run_record) IS
	'a run and those of patches and localities over it, of which those that are missing are run';

CREATE OR REPLACE FUNCTION places_internal.do_publish(plan text, run bigint, note text)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	p places_internal.plan_definition;
	r places_internal.run_record;
	runs bigint[];
BEGIN
	PERFORM places_internal.check_session('places.publish()');
	PERFORM places_internal.open_tables();
	p := places_internal.find_plan(plan);
	PERFORM places_internal.lock_plan(p);
	p := places_internal.find_plan(plan);
	r := places_internal.find_run(run);
	PERFORM places_internal.insist_of_plan(r, p);
	runs := places_internal.complete_tree(r);
	PERFORM places_internal.show_runs(runs);
	FOR r IN
		SELECT u.* FROM places_internal.run_record u WHERE u.run = ANY (runs) ORDER BY u.run
	LOOP
		PERFORM places_internal.draw_missing(r);
		PERFORM places_internal.note_corrections(r);
	END LOOP;
	PERFORM places_internal.record_act(plan, 'publish', run => run, note => note,
		before => pg_catalog.jsonb_build_object('published_run', p.published_run),
		after => pg_catalog.jsonb_build_object('published_run', run));
END
$$;

CREATE OR REPLACE FUNCTION places.publish(plan text, run bigint, note text DEFAULT NULL)
RETURNS void AS 'MODULE_PATHNAME', 'door' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 10000;

COMMENT ON FUNCTION places_internal.do_publish(text, bigint, text) IS 'behind the door of places.publish()';
COMMENT ON FUNCTION places.publish(text, bigint, text) IS
	'makes a run of a plan the one that the views show, in one step, with the runs of its patches and localities over it, of which those that are missing are made; also an older one, to go back';

CREATE OR REPLACE FUNCTION places_internal.do_discard(run bigint, note text)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	r places_internal.run_record;
	p places_internal.plan_definition;
BEGIN
	PERFORM places_internal.check_session('places.discard()');
	PERFORM places_internal.open_tables();
	r := places_internal.find_run(run);
	SELECT d.* INTO p FROM places_internal.plan_definition d WHERE d.plan_id = r.plan_id;
	PERFORM places_internal.lock_plan(p);
	r := places_internal.find_run(run);
	SELECT d.* INTO p FROM places_internal.plan_definition d WHERE d.plan_id = r.plan_id;
	IF p.published_run = run THEN
		PERFORM places_internal.refuse('object_in_use', pg_catalog.format('run %s is published', run),
			hint => 'Publish another run of the plan first, with places.publish().');
	END IF;
	FOR r IN
		SELECT u.* FROM places_internal.run_record u
		WHERE u.stored AND (u.run = do_discard.run OR u.parent_run = do_discard.run) ORDER BY u.run DESC
	LOOP
		PERFORM places_internal.forget_run(r);
		UPDATE places_internal.run_record u SET status = 'discarded' WHERE u.run = r.run;
		DELETE FROM places_internal.place_identity i
		WHERE i.plan_id = r.plan_id AND i.born_run = r.run
			AND NOT EXISTS (SELECT FROM places_internal.place_result g WHERE g.plan_id = r.plan_id AND g.place = i.place);
		/* where places come from that are in later runs, or have been seen, stays known */
		DELETE FROM places_internal.lineage l
		WHERE l.plan_id = r.plan_id AND l.run = r.run AND NOT (l.event IN ('birth', 'split')
			AND (EXISTS (SELECT FROM places_internal.place_identity i WHERE i.plan_id = r.plan_id AND i.place = l.place)
				OR EXISTS (SELECT FROM places_internal.place_history h WHERE h.plan_id = r.plan_id AND h.place = l.place)));
	END LOOP;
	PERFORM places_internal.record_act(p.plan, 'discard', run => run, note => note);
END
$$;

CREATE OR REPLACE FUNCTION places.discard(run bigint, note text DEFAULT NULL)
RETURNS void AS 'MODULE_PATHNAME', 'door' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 10000;

COMMENT ON FUNCTION places_internal.do_discard(bigint, text) IS 'behind the door of places.discard()';
COMMENT ON FUNCTION places.discard(bigint, text) IS 'removes the homes and places of a run that is not published, with the runs of patches and localities over it; the records stay';

CREATE OR REPLACE FUNCTION places_internal.forget_run(r places_internal.run_record)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	UPDATE places_internal.run_record u SET stored = false WHERE u.run = r.run;
	DELETE FROM places_internal.place_result g WHERE g.run = r.run;
	DELETE FROM places_internal.authority_result a WHERE a.run = r.run;
	IF NOT EXISTS (SELECT FROM places_internal.run_record u WHERE u.plan_id = r.plan_id AND u.stored AND u.run > r.run) THEN
		/* the last one: the next run has to differ from the one before */
		DELETE FROM places_internal.membership m WHERE m.plan_id = r.plan_id AND m.since_run >= r.run;
		UPDATE places_internal.membership m SET until_run = NULL WHERE m.plan_id = r.plan_id AND m.until_run = r.run;
	END IF;
	DELETE FROM places_internal.membership m
	WHERE m.plan_id = r.plan_id AND m.until_run IS NOT NULL
		AND NOT EXISTS (
			SELECT FROM places_internal.run_record u
			WHERE u.plan_id = m.plan_id AND u.stored AND u.run >= m.since_run AND u.run < m.until_run);
	PERFORM places_internal.drop_drawings(r.plan_id);
END
$$;

COMMENT ON FUNCTION places_internal.forget_run(places_internal.run_record) IS 'removes the homes and places of a run, and what no other run shares with it';

/* A tree stays whole: what is over a run goes with it, and the newest of that stays while it does. */
CREATE OR REPLACE FUNCTION places_internal.tidy_runs(p places_internal.plan_definition)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	r places_internal.run_record;
BEGIN
	FOR r IN
		SELECT u.*
		FROM (SELECT s.*, pg_catalog.row_number() OVER (ORDER BY s.run DESC) AS age,
				pg_catalog.row_number() OVER (PARTITION BY s.parent_run ORDER BY s.run DESC) AS age_over
			FROM places_internal.run_record s WHERE s.plan_id = p.plan_id AND s.stored) s
		JOIN places_internal.run_record u ON u.run = s.run
		WHERE CASE WHEN p.level = 'place' THEN s.age > p.keep_runs
			ELSE s.age > p.keep_runs AND s.age_over > 1
				OR NOT (SELECT o.stored FROM places_internal.run_record o WHERE o.run = s.parent_run) END
			AND s.run IS DISTINCT FROM (SELECT d.published_run FROM places_internal.plan_definition d WHERE d.plan_id = p.plan_id)
		ORDER BY u.run DESC
	LOOP
		PERFORM places_internal.forget_run(r);
	END LOOP;
END
$$;

COMMENT ON FUNCTION places_internal.tidy_runs(places_internal.plan_definition) IS
	'removes the homes and places of all but the newest keep_runs runs of a plan and the published one; of patches and localities those that are over a run which has none';
