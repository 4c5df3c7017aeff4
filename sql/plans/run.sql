-- runs: one execution of a plan
--
-- begin_run notes that a run has begun, perform_run does it, end_run notes that
-- it failed.  They run as the owner of the tables, behind the door of
-- places.run() and in the procedure places.run_job(), which commits in between;
-- the stock is read with the rights of whoever called.
--
-- What a run finds out is in tables of the session until it is stored:
-- run_read.sql fills them, run_store.sql finds out which of the places there
-- have been before, and writes down what is new; run_draw.sql draws boundaries,
-- and run_publish.sql shows it all.

-- before anything is read

CREATE OR REPLACE FUNCTION places_internal.check_session(what text)
RETURNS void LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF pg_catalog.pg_is_in_recovery() THEN
		PERFORM places_internal.refuse('read_only_sql_transaction', pg_catalog.format('%s cannot write: this server is a standby, which is read-only', what),
			hint => 'Call it on the primary server.');
	ELSIF pg_catalog.current_setting('transaction_read_only')::boolean THEN
		PERFORM places_internal.refuse('read_only_sql_transaction', pg_catalog.format('%s cannot write: this transaction is read-only', what),
			hint => 'Begin it with START TRANSACTION READ WRITE, or use SET default_transaction_read_only = off.');
	ELSIF pg_catalog.current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
		PERFORM places_internal.refuse('invalid_transaction_state', pg_catalog.format('%s needs isolation level read committed', what),
			detail => pg_catalog.format('This transaction has %s, and sees nothing of what others committed since it began.',
					pg_catalog.current_setting('transaction_isolation')),
			hint => 'Begin it with START TRANSACTION ISOLATION LEVEL READ COMMITTED, or use SET default_transaction_isolation = ''read committed''.');
	END IF;
END
$$;

COMMENT ON FUNCTION places_internal.check_session(text) IS
	'a clear error where a function that changes the results of plans, named for it, cannot work';

CREATE OR REPLACE FUNCTION places_internal.rows_hidden(relation regclass)
RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10;

COMMENT ON FUNCTION places_internal.rows_hidden(regclass) IS
	'whether row-level security applies on a table to the role in effect, or to the one behind the call';

/*
 * The locks come first, in one order: REINDEX and the like, which take stronger
 * ones, then wait for a run or are waited for, and neither meets the other half
 * way.  A policy that hides rows would have homes stored twice.
 */
CREATE OR REPLACE FUNCTION places_internal.open_tables()
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	hidden regclass;
BEGIN
	LOCK TABLE places_internal.plan_definition, places_internal.run_record, places_internal.place_identity,
		places_internal.place_result, ONLY places_internal.membership, places_internal.authority_result,
		places_internal.lineage, places_internal.pinned_home, places_internal.locked_place, places_internal.place_target, places_internal.act,
		places_internal.place_boundary, places_internal.place_history
		IN ROW EXCLUSIVE MODE;
	SELECT c.oid::regclass INTO hidden FROM pg_catalog.pg_class c
	WHERE c.relnamespace = 'places_internal'::pg_catalog.regnamespace AND c.relkind IN ('r', 'p')
		AND places_internal.rows_hidden(c.oid)
	ORDER BY c.relname LIMIT 1;
	IF FOUND THEN
		PERFORM places_internal.refuse('object_not_in_prerequisite_state', pg_catalog.format('row-level security hides rows of table %s from role "%s"', hidden, places_internal.caller()),
			detail => 'Whoever changes the results of a plan has to see all of them.',
			hint => pg_catalog.format('Use ALTER TABLE %s DISABLE ROW LEVEL SECURITY, or call it as a role with BYPASSRLS.', hidden));
	END IF;
END
$$;

COMMENT ON FUNCTION places_internal.open_tables() IS
	'locks the tables of plans for writing, and makes sure that no policy hides rows of them';

CREATE OR REPLACE FUNCTION places_internal.homes_of_plan(plan_id int)
RETURNS regclass LANGUAGE sql STABLE PARALLEL SAFE COST 100
BEGIN ATOMIC
	SELECT pg_catalog.format('places_internal.membership_%s', remainder)::regclass
	FROM pg_catalog.generate_series(0, 7) remainder
	WHERE pg_catalog.satisfies_hash_partition('places_internal.membership'::regclass, 8, remainder, plan_id);
END;

COMMENT ON FUNCTION places_internal.homes_of_plan(int) IS 'the partition that the homes of a plan are in';

CREATE OR REPLACE FUNCTION places_internal.insist_readable(called text, c pg_catalog.pg_class, columns name[])
RETURNS void LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	named CONSTANT text := pg_catalog.concat(c.relnamespace::pg_catalog.regnamespace, '.', pg_catalog.quote_ident(c.relname));
BEGIN
	IF NOT pg_catalog.has_schema_privilege(places_internal.caller(), c.relnamespace, 'USAGE') THEN
		PERFORM places_internal.refuse('insufficient_privilege', pg_catalog.format('permission denied for schema %s', c.relnamespace::pg_catalog.regnamespace),
			detail => pg_catalog.format('%s is %s, which %I reads.', called, named, places_internal.caller()),
			hint => pg_catalog.format('Have its owner use GRANT USAGE ON SCHEMA %s TO %I;', c.relnamespace::pg_catalog.regnamespace, places_internal.caller()));
	ELSIF EXISTS (
		SELECT FROM pg_catalog.pg_attribute a
		WHERE a.attrelid = c.oid AND NOT a.attisdropped AND a.attname = ANY (columns)
			AND NOT pg_catalog.has_column_privilege(places_internal.caller(), c.oid, a.attnum, 'SELECT'))
	THEN
		PERFORM places_internal.refuse('insufficient_privilege', pg_catalog.format('permission denied for %s %s', CASE c.relkind WHEN 'v' THEN 'view'
				WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' ELSE 'table' END, c.relname),
			detail => pg_catalog.format('%s is %s, which %I reads.', called, named, places_internal.caller()),
			hint => pg_catalog.format('Have its owner use GRANT SELECT ON %s TO %I;', named, places_internal.caller()));
	END IF;
END
$$;

COMMENT ON FUNCTION places_internal.insist_readable(text, pg_catalog.pg_class, name[]) IS
	'PostgreSQL''s own error, and what to do, if the caller may not read columns of a relation, which is called so';

CREATE OR REPLACE FUNCTION places_internal.check_readable(p places_internal.plan_definition)
RETURNS void LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	region CONSTANT name := p.region_column;
	c pg_catalog.pg_class;
BEGIN
	IF p.level <> 'place' THEN
		IF region IS NULL THEN
			RETURN;
		END IF;
		SELECT d.* INTO p FROM places_internal.plan_definition d WHERE d.plan_id = p.parent_id;
	END IF;
	SELECT k.* INTO c FROM pg_catalog.pg_class k JOIN pg_catalog.pg_namespace n ON n.oid = k.relnamespace
	WHERE n.nspname = p.stock_schema AND k.relname = p.stock_name;
	PERFORM places_internal.insist_readable(pg_catalog.format('The stock of plan "%s"', p.plan), c,
		ARRAY[p.id_column, p.authority_column, p.geom_column, p.weight_column, p.label_column, p.together_column, region] || p.balance_columns);
END
$$;

COMMENT ON FUNCTION places_internal.check_readable(places_internal.plan_definition) IS
	'PostgreSQL''s own error, and what to do, if the caller may not read the stock of a plan; whether it is there is for the run to find';

CREATE OR REPLACE FUNCTION places_internal.check_names_free()
RETURNS void LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	taken text;
BEGIN
	SELECT n.name INTO taken
	FROM (SELECT c.relname AS name FROM pg_catalog.pg_class c WHERE c.relnamespace = pg_catalog.pg_my_temp_schema()
		UNION ALL
		SELECT t.typname FROM pg_catalog.pg_type t WHERE t.typnamespace = pg_catalog.pg_my_temp_schema()) n
	WHERE n.name IN ('places_run_authority', 'places_run_place', 'places_run_overlap')
	LIMIT 1;
	IF FOUND THEN
		PERFORM places_internal.refuse('duplicate_table', pg_catalog.format('this session has a temporary table "%s", a name that a run needs', taken),
			hint => pg_catalog.format('Use DROP TABLE pg_temp.%s, or run the plan in another session.', taken));
	END IF;
END
$$;

COMMENT ON FUNCTION places_internal.check_names_free() IS
	'a clear error if the session has temporary tables of its own by the names of those of a run';

-- beginning and end

CREATE OR REPLACE FUNCTION places_internal.versions()
RETURNS text LANGUAGE sql STABLE PARALLEL SAFE COST 100
BEGIN ATOMIC
	SELECT pg_catalog.format('places %s, PostgreSQL %s, PostGIS %s',
		(SELECT e.extversion FROM pg_catalog.pg_extension e WHERE e.extname = 'places'),
		pg_catalog.current_setting('server_version'),
		(SELECT e.extversion FROM pg_catalog.pg_extension e WHERE e.extname = 'postgis'));
END;

COMMENT ON FUNCTION places_internal.versions() IS 'versions of this extension, PostgreSQL and PostGIS';

CREATE OR REPLACE FUNCTION places_internal.start_record(p places_internal.plan_definition, parent_run bigint)
RETURNS places_internal.run_record LANGUAGE sql VOLATILE PARALLEL UNSAFE COST 100
BEGIN ATOMIC
	INSERT INTO places_internal.run_record (plan_id, base_run, who, started_at, status, rules, tolerance, versions, boundary_within, parent_run,
		balance_columns, balance_tolerance)
	VALUES ((p).plan_id, (p).published_run, places_internal.caller(), pg_catalog.clock_timestamp(), 'running', (p).rules,
		(p).tolerance, places_internal.versions(), (p).boundary_within, parent_run,
		(p).balance_columns, (p).balance_tolerance)
	RETURNING *;
END;

COMMENT ON FUNCTION places_internal.start_record(places_internal.plan_definition, bigint) IS
	'notes the beginning of a run of a plan, of patches or localities over a run of its parent, and gives its record';

CREATE OR REPLACE FUNCTION places_internal.begin_run(plan text)
RETURNS bigint LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	p places_internal.plan_definition;
	parent places_internal.plan_definition;
BEGIN
	PERFORM places_internal.check_session('a run');
	PERFORM places_internal.open_tables();
	p := places_internal.find_plan(plan);
	PERFORM places_internal.check_readable(t) FROM places_internal.plans_of_tree(p.plan_id) t WHERE p.level = 'place' OR t.plan_id = p.plan_id;
	PERFORM places_internal.check_names_free();
	PERFORM places_internal.lock_plan(p);
	/* as whoever had the lock left it */
	p := places_internal.find_plan(plan);
	IF p.level <> 'place' THEN
		SELECT d.* INTO parent FROM places_internal.plan_definition d WHERE d.plan_id = p.parent_id;
		PERFORM places_internal.insist_published(parent);
	END IF;
	UPDATE places_internal.run_record r
	SET status = 'crashed', finished_at = pg_catalog.clock_timestamp(),
		error = 'its session ended, or the server did, before it could say how'
	WHERE r.plan_id = p.plan_id AND r.status = 'running';
	RETURN (places_internal.start_record(p, parent.published_run)).run;
END
$$;

COMMENT ON FUNCTION places_internal.begin_run(text) IS
	'notes the beginning of a run and gives its number; fails at once when the plan is being run';

CREATE OR REPLACE FUNCTION places_internal.is_running(plan_id int)
RETURNS boolean LANGUAGE sql VOLATILE PARALLEL SAFE COST 100
BEGIN ATOMIC
	SELECT EXISTS (
		SELECT FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_database d ON d.oid = l.database
		WHERE l.locktype = 'object' AND l.classid = 'places_internal.plan_definition'::pg_catalog.regclass
			AND l.objid = is_running.plan_id::oid AND l.granted AND d.datname = pg_catalog.current_database());
END;

COMMENT ON FUNCTION places_internal.is_running(int) IS
	'whether a transaction is at work on a plan; a run that is running without one has crashed';

CREATE OR REPLACE FUNCTION places_internal.end_run(begun bigint, how text, problem text)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	UPDATE places_internal.run_record u
	SET status = how, error = problem, finished_at = pg_catalog.clock_timestamp()
	WHERE u.run = begun AND u.status IN ('running', how);
END
$$;

CREATE OR REPLACE FUNCTION places_internal.error_text(message text, detail text, hint text)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN pg_catalog.concat_ws(E'\n', message, NULLIF(detail, ''), NULLIF(hint, ''));

COMMENT ON FUNCTION places_internal.end_run(bigint, text, text) IS 'notes how a run ended that is not done, and why';
COMMENT ON FUNCTION places_internal.error_text(text, text, text) IS 'an error as the record of a run has it';

-- the whole of it

/*
 * People join the views of a plan when its first run is over, and autovacuum has not
 * been there: without statistics a join of several may be one of nested loops.
 */
CREATE OR REPLACE FUNCTION places_internal.analyze_homes(plan_id int)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
SET search_path = pg_catalog, pg_temp SET client_min_messages = error
AS $$
BEGIN
	EXECUTE pg_catalog.format('ANALYZE (SKIP_LOCKED) %s (plan_id, since_run, until_run)', places_internal.homes_of_plan(plan_id));
END
$$;

COMMENT ON FUNCTION places_internal.analyze_homes(int) IS
	'has the planner know how many homes a plan has; not while others analyze or vacuum them';

/*
 * The settings are those that the text of an id may depend on, as of a time, a
 * float8 or a bytea: homes keep their ids whoever runs the plan.  All joins
 * here are of whole stocks, and the statistics of what was just written may be
 * missing: never by nested loops.
 */
CREATE OR REPLACE FUNCTION places_internal.solve_run(r places_internal.run_record, p places_internal.plan_definition)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000000
SET search_path = pg_catalog, pg_temp
SET DateStyle = 'ISO' SET IntervalStyle = 'postgres' SET TimeZone = 'UTC' SET bytea_output = 'hex'
SET extra_float_digits = 1 SET lc_monetary = 'C' SET xmlbinary = 'base64' SET quote_all_identifiers = off
SET standard_conforming_strings = on SET enable_nestloop = off SET jit = off
AS $$
DECLARE
	problem text;
BEGIN
	EXECUTE pg_catalog.format('LOCK TABLE %s IN ROW EXCLUSIVE MODE', places_internal.homes_of_plan(r.plan_id));
	p := places_internal.read_stock(r, p);
	PERFORM places_internal.name_places(r, p);
	PERFORM places_internal.store_places(r, p);
	PERFORM places_internal.store_authorities(r, p);
	PERFORM places_internal.store_homes(r, p);
	IF r.base_run IS NULL THEN
		PERFORM places_internal.analyze_homes(r.plan_id);
	END IF;
	PERFORM places_internal.note_parents(r, p);
	PERFORM places_internal.note_lineage(r);
	PERFORM places_internal.note_counts(r);
	PERFORM places_internal.keep_drawings(r);
	problem := places_internal.draw_missing(r);
	UPDATE places_internal.run_record u
	SET remark = NULLIF(pg_catalog.concat_ws('; ', u.remark, problem), ''), finished_at = pg_catalog.clock_timestamp()
	WHERE u.run = r.run;
	DROP TABLE pg_temp.places_run_authority, pg_temp.places_run_place, pg_temp.places_run_overlap;
END
$$;

COMMENT ON FUNCTION places_internal.solve_run(places_internal.run_record, places_internal.plan_definition) IS
	'reads and clusters what a run of a plan is to, and stores what comes out';

CREATE OR REPLACE FUNCTION places_internal.run_children(r places_internal.run_record)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	child places_internal.plan_definition;
	begun places_internal.run_record;
	message text;
	detail text;
	hint text;
BEGIN
	FOR child IN
		SELECT t.* FROM places_internal.plans_of_tree(r.plan_id) t WHERE t.parent_id = r.plan_id
	LOOP
		begun := places_internal.start_record(child, r.run);
		BEGIN
			PERFORM places_internal.solve_run(begun, child);
		EXCEPTION
			WHEN assert_failure OR others THEN
				GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
				PERFORM places_internal.end_run(begun.run, 'failed', places_internal.error_text(message, detail, hint));
		END;
	END LOOP;
END
$$;

COMMENT ON FUNCTION places_internal.run_children(places_internal.run_record) IS
	'runs the plans of patches and localities over a run of their parent; one that fails is noted, and costs the others nothing';

CREATE OR REPLACE FUNCTION places_internal.perform_run(begun bigint, publish boolean)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000000
SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off
AS $$
DECLARE
	r places_internal.run_record;
	p places_internal.plan_definition;
BEGIN
	PERFORM places_internal.check_session('a run');
	PERFORM places_internal.open_tables();
	SELECT u.* INTO r FROM places_internal.run_record u WHERE u.run = begun;
	IF EXISTS (SELECT FROM places_internal.plans_of_tree(r.plan_id) t
		WHERE NOT places_internal.try_lock_plan('places_internal.plan_definition', t.plan_id)) THEN
		PERFORM places_internal.refuse('object_in_use', 'another transaction took the plan before this run had it',
			hint => 'Run it again when that one is over.');
	END IF;
	/* as whoever had the lock left them */
	SELECT u.* INTO r FROM places_internal.run_record u WHERE u.run = begun AND u.status = 'running';
	SELECT d.* INTO p FROM places_internal.plan_definition d WHERE d.plan_id = r.plan_id;
	IF NOT FOUND THEN
		PERFORM places_internal.refuse('object_not_in_prerequisite_state', pg_catalog.format('run %s was given up for another run, or its plan was dropped, before it could begin', begun),
			hint => 'Run the plan again.');
	END IF;

	PERFORM places_internal.solve_run(r, p);
	PERFORM places_internal.run_children(r);
	IF publish THEN
		PERFORM places_internal.show_unless_wrong(begun);
	END IF;
	PERFORM places_internal.tidy_runs(t) FROM places_internal.plans_of_tree(p.plan_id) t;
	UPDATE places_internal.run_record u SET finished_at = pg_catalog.clock_timestamp() WHERE u.run = begun;
END
$$;

COMMENT ON FUNCTION places_internal.perform_run(bigint, boolean) IS 'does what a run that has begun is to do, or fails';

CREATE OR REPLACE FUNCTION places_internal.notes_of_run(r places_internal.run_record)
RETURNS text LANGUAGE sql STABLE PARALLEL SAFE COST 100
BEGIN ATOMIC
	SELECT pg_catalog.string_agg(CASE WHEN t.run <> (r).run THEN pg_catalog.format('plan "%s": ', d.plan) ELSE '' END || n.note, '; ' ORDER BY t.run)
	FROM places_internal.runs_of_tree((r).run) t
	JOIN places_internal.plan_definition d ON d.plan_id = t.plan_id
	CROSS JOIN LATERAL (SELECT NULLIF(pg_catalog.concat_ws('; ', t.remark, CASE WHEN t.unhonoured > 0 THEN
		pg_catalog.format('%s pins, locks or targets could not be honoured: see places.correction', t.unhonoured) END), '')) n(note)
	WHERE t.stored;
END;

COMMENT ON FUNCTION places_internal.notes_of_run(places_internal.run_record) IS
	'what people should look at in a run, and in the runs of patches and localities over it';

CREATE OR REPLACE FUNCTION places_internal.do_run(plan text, publish boolean)
RETURNS TABLE (run bigint, homes float8, places bigint, kept_places bigint, kept_homes float8, kept_share float8,
	moved_share float8, seconds float8, published boolean, status text, note text)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000000 ROWS 1
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	begun bigint := places_internal.begin_run(plan);
	r places_internal.run_record;
	message text;
	detail text;
	hint text;
BEGIN
	BEGIN
		PERFORM places_internal.perform_run(begun, publish);
	EXCEPTION
		WHEN query_canceled OR assert_failure OR others THEN
			GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
			PERFORM places_internal.end_run(begun, CASE WHEN SQLSTATE = '57014' THEN 'cancelled' ELSE 'failed' END,
				places_internal.error_text(message, detail, hint));
	END;
	SELECT u.* INTO r FROM places_internal.run_record u WHERE u.run = begun;
	IF r.status <> 'done' THEN
		RAISE WARNING 'run % of plan "%" %', begun, plan, r.status
			USING DETAIL = r.error, HINT = 'What was published before still is. The run is in places.run_history.';
	ELSIF r.held_back IS NOT NULL THEN
		RAISE WARNING 'run % of plan "%" is not published', begun, plan
			USING DETAIL = r.held_back, HINT = pg_catalog.format('Look at it, then use places.publish(%L, %s) or places.discard(%s).', plan, begun, begun);
	END IF;
	RETURN QUERY SELECT r.run, r.homes, r.places, r.kept_places, r.kept_homes,
		places_internal.shown_share(r.kept_share), places_internal.shown_share(r.moved_share),
		pg_catalog.round(EXTRACT(EPOCH FROM r.finished_at - r.started_at), 2)::float8, r.published_at IS NOT NULL, r.status,
		COALESCE(r.error, NULLIF(pg_catalog.concat_ws('; ', r.held_back, places_internal.notes_of_run(r)), ''));
END
$$;

CREATE OR REPLACE FUNCTION places.run(plan text, publish boolean DEFAULT true)
RETURNS TABLE (run bigint, homes float8, places bigint, kept_places bigint, kept_homes float8, kept_share float8,
	moved_share float8, seconds float8, published boolean, status text, note text)
AS 'MODULE_PATHNAME', 'door' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000000 ROWS 1;

COMMENT ON FUNCTION places_internal.do_run(text, boolean) IS 'behind the door of places.run()';
COMMENT ON FUNCTION places.run(text, boolean) IS
	'clusters the stock of a plan by its rules, starting from what is published, and publishes the result unless it looks wrong; one row. A run that fails or is cancelled leaves what is published alone, and gives a row with its status and error';

CREATE OR REPLACE PROCEDURE places.run_job(plan text, publish boolean DEFAULT true)
AS 'MODULE_PATHNAME' LANGUAGE C;

COMMENT ON PROCEDURE places.run_job(text, boolean) IS
	'places.run() for jobs: commits the record of the run before and after it, and raises an error when it failed';
