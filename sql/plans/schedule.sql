-- runs by the clock, with pg_cron
--
-- The job of a plan is known by its number.  It executes the plan by the plan's
-- number, and only as the plan's owner: a job that is left behind, by a change
-- of owner in a database from where pg_cron cannot be reached or by a copy of
-- the database, runs nothing.  pg_cron is told what to do by the owner of the
-- extension, once the caller may.

CREATE OR REPLACE FUNCTION places_internal.cron_database()
RETURNS name LANGUAGE sql STABLE PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	SELECT CASE
		WHEN EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE e.extname = 'pg_cron') THEN pg_catalog.current_database()
		ELSE NULLIF(pg_catalog.current_setting('cron.database_name', true)::name, pg_catalog.current_database())
	END;
END;

COMMENT ON FUNCTION places_internal.cron_database() IS 'the database in which pg_cron is, as far as can be seen from here; null: in none';

CREATE OR REPLACE FUNCTION places_internal.dblink_schema()
RETURNS name LANGUAGE sql STABLE PARALLEL SAFE COST 10
BEGIN ATOMIC
	SELECT n.nspname
	FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
	WHERE e.extname = 'dblink';
END;

COMMENT ON FUNCTION places_internal.dblink_schema() IS 'where dblink is; null: not in this database';

CREATE OR REPLACE FUNCTION places_internal.reaches_cron()
RETURNS boolean LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10
BEGIN ATOMIC
	SELECT COALESCE(c.home = pg_catalog.current_database() OR c.home IS NOT NULL AND places_internal.dblink_schema() IS NOT NULL
		AND (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = places_internal.caller()), false)
	FROM (SELECT places_internal.cron_database() AS home) c;
END;

COMMENT ON FUNCTION places_internal.reaches_cron() IS 'whether the caller can have pg_cron do something from here';

CREATE OR REPLACE FUNCTION places_internal.call_cron(statement text)
RETURNS text LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	home name := places_internal.cron_database();
	answer text;
BEGIN
	IF home = current_database() THEN
		EXECUTE statement INTO answer;
		RETURN answer;
	END IF;
	EXECUTE format('SELECT d.answer FROM %I.dblink($1, $2) AS d(answer text)', places_internal.dblink_schema())
	INTO answer USING format('dbname=%L port=%s%s', home, current_setting('port'),
		COALESCE(' host=' || NULLIF(quote_literal(split_part(
			current_setting('unix_socket_directories'), ',', 1)), ''''''), '')), statement;
	RETURN answer;
END
$$;

COMMENT ON FUNCTION places_internal.call_cron(text) IS
	'executes a statement where pg_cron is: here, or through dblink in the database that cron.database_name names';

CREATE OR REPLACE FUNCTION places_internal.cron_trouble()
RETURNS text LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN CASE WHEN places_internal.call_cron('SELECT pg_catalog.to_regclass(''cron.job'')::pg_catalog.text') IS NULL
		THEN format('Extension pg_cron is missing in database "%s".', places_internal.cron_database()) END;
EXCEPTION WHEN sqlclient_unable_to_establish_sqlconnection THEN
	RETURN format('There is no connection to database "%s".', places_internal.cron_database());
END
$$;

COMMENT ON FUNCTION places_internal.cron_trouble() IS
	'why pg_cron does not answer in its database, for callers who reach it; null: it does';

CREATE OR REPLACE FUNCTION places_internal.insist_reach()
RETURNS void LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	home name := places_internal.cron_database();
	loaded boolean := current_setting('shared_preload_libraries') ~ '\mpg_cron\M';
	other text := 'or let another scheduler execute: CALL places.run_job(...).';
BEGIN
	IF NOT EXISTS (SELECT FROM pg_catalog.pg_available_extensions e WHERE e.name = 'pg_cron') THEN
		PERFORM places_internal.refuse('feature_not_supported', 'pg_cron is not installed on this server',
			hint => 'Install its package, add pg_cron to shared_preload_libraries, restart, and use CREATE EXTENSION pg_cron in the database that cron.database_name names; ' || other);
	ELSIF NOT loaded THEN
		PERFORM places_internal.refuse('feature_not_supported', 'pg_cron is not loaded',
			detail => 'shared_preload_libraries does not name it.',
			hint => 'Add it there, restart, and use CREATE EXTENSION pg_cron in the database that cron.database_name names; ' || other);
	ELSIF home IS NULL THEN
		PERFORM places_internal.refuse('feature_not_supported', format('extension pg_cron is missing in database "%s"', current_database()),
			detail => 'pg_cron is loaded for this database.',
			hint => 'Have a superuser use CREATE EXTENSION pg_cron; ' || other);
	ELSIF home = current_database() THEN
		IF NOT has_schema_privilege(places_internal.caller(), 'cron', 'USAGE') THEN
			PERFORM places_internal.refuse('insufficient_privilege', 'permission denied for schema cron',
				hint => format('GRANT USAGE ON SCHEMA cron TO %I;', places_internal.caller()));
		END IF;
	ELSIF NOT (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = places_internal.caller()) THEN
		PERFORM places_internal.refuse('feature_not_supported', format('pg_cron is not in database "%s"', current_database()),
			detail => 'It is loaded for another database.',
			hint => 'A superuser can schedule the plan from here, with dblink; ' || other);
	ELSIF places_internal.dblink_schema() IS NULL THEN
		PERFORM places_internal.refuse('feature_not_supported', format('pg_cron belongs in database "%s", not in this one', home),
			detail => 'So says cron.database_name.',
			hint => 'Use CREATE EXTENSION dblink here, and there CREATE EXTENSION pg_cron, unless that is done.');
	END IF;
END
$$;

COMMENT ON FUNCTION places_internal.insist_reach() IS 'a clear error unless the caller can have pg_cron do something from here, if it is where it belongs';

CREATE OR REPLACE FUNCTION places_internal.insist_cron(p places_internal.plan_definition)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	trouble text;
BEGIN
	PERFORM places_internal.insist_reach();
	trouble := places_internal.cron_trouble();
	IF trouble IS NOT NULL THEN
		PERFORM places_internal.refuse('feature_not_supported', format('pg_cron is not in database "%s"', places_internal.cron_database()),
			detail => trouble || ' It belongs there: so says cron.database_name.',
			hint => 'Use CREATE EXTENSION pg_cron there; or let another scheduler execute: CALL places.run_job(...).');
	ELSIF NOT (SELECT r.rolcanlogin FROM pg_catalog.pg_roles r WHERE r.rolname = p.owner) THEN
		PERFORM places_internal.refuse('insufficient_privilege', format('role "%s" cannot log in', p.owner),
			detail => format('pg_cron logs in as the owner of plan "%s".', p.plan),
			hint => format('Give the plan to a role that can: places.alter_plan(%L, owner => ...).', p.plan));
	END IF;
END
$$;

COMMENT ON FUNCTION places_internal.insist_cron(places_internal.plan_definition) IS
	'a clear error unless the caller can schedule a plan from here';

-- the job of a plan

CREATE OR REPLACE FUNCTION places_internal.job_name(p places_internal.plan_definition)
RETURNS text LANGUAGE sql STABLE PARALLEL SAFE COST 1
RETURN pg_catalog.format('places plan %s in %s', (p).plan_id, pg_catalog.current_database());

COMMENT ON FUNCTION places_internal.job_name(places_internal.plan_definition) IS 'how the job of a plan is named when it is made';

CREATE OR REPLACE FUNCTION places_internal.job_command(p places_internal.plan_definition)
RETURNS text LANGUAGE sql STABLE PARALLEL SAFE COST 1
RETURN pg_catalog.format('CALL places.run_job(places_internal.plan_name(%s))', (p).plan_id);

COMMENT ON FUNCTION places_internal.job_command(places_internal.plan_definition) IS
	'what the job of a plan executes, by its number, since plans may be renamed';

CREATE OR REPLACE FUNCTION places_internal.plan_name(plan_id int)
RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	p places_internal.plan_definition;
BEGIN
	SELECT d.* INTO p FROM places_internal.plan_definition d WHERE d.plan_id = plan_name.plan_id;
	IF NOT FOUND THEN
		PERFORM places_internal.refuse('undefined_object', format('plan number %s does not exist', COALESCE(plan_id::text, 'null')),
			hint => 'It was dropped: end its job with cron.unschedule().');
	ELSIF p.owner <> CURRENT_USER THEN
		PERFORM places_internal.refuse('insufficient_privilege', format('plan number %s is not the job of role "%s"', plan_id, CURRENT_USER),
			detail => format('It is plan "%s", which belongs to %I.', p.plan, p.owner),
			hint => 'Its owner changed: end this job with cron.unschedule(), and use places.schedule() anew.');
	END IF;
	RETURN p.plan;
END
$$;

COMMENT ON FUNCTION places_internal.plan_name(int) IS 'for the job of a plan: the name that it has now, by its number, if the job runs as its owner';

CREATE OR REPLACE FUNCTION places_internal.has_job(p places_internal.plan_definition)
RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE COST 10
BEGIN ATOMIC
	SELECT (p).job_id IS NOT NULL AND (p).job_database = d.oid
	FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database();
END;

COMMENT ON FUNCTION places_internal.has_job(places_internal.plan_definition) IS
	'whether a job was made for a plan in this database: a copy of the database has the number, and no job';

CREATE OR REPLACE FUNCTION places_internal.find_job(p places_internal.plan_definition)
RETURNS bigint LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	home name := places_internal.cron_database();
	trouble text := 'There is no pg_cron.';
BEGIN
	IF home IS NOT NULL THEN
		IF NOT places_internal.reaches_cron() THEN
			RETURN NULL;
		END IF;
		trouble := places_internal.cron_trouble();
	END IF;
	IF trouble IS NOT NULL THEN
		IF places_internal.has_job(p) THEN
			RAISE NOTICE 'the job of plan "%" could not be looked for', p.plan
				USING DETAIL = trouble,
					HINT = format('DROP EXTENSION pg_cron ends all jobs. If this one has come through, execute where it is: SELECT cron.unschedule(%s);', p.job_id);
		END IF;
		RETURN NULL;
	END IF;
	/* numbers begin anew where pg_cron does; jobs made before numbers were stored have a name */
	RETURN places_internal.call_cron(format(
		'SELECT j.jobid FROM cron.job j WHERE j.command OPERATOR(pg_catalog.=) %L AND (j.jobid OPERATOR(pg_catalog.=) %L OR j.jobname::text OPERATOR(pg_catalog.=) %L)
		ORDER BY j.jobname IS NULL, j.jobid LIMIT 1',
		places_internal.job_command(p), CASE WHEN places_internal.has_job(p) THEN p.job_id END, places_internal.job_name(p)))::bigint;
END
$$;

COMMENT ON FUNCTION places_internal.find_job(places_internal.plan_definition) IS
	'the job of a plan, by its number; null if there is none, or the caller cannot reach pg_cron; a notice if that is gone';

CREATE OR REPLACE FUNCTION places_internal.warn_of_job(p places_internal.plan_definition, statement text)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF places_internal.has_job(p) AND places_internal.cron_database() IS NOT NULL AND NOT places_internal.reaches_cron() THEN
		RAISE WARNING 'the job of plan "%" stays as it was, and fails from now on', p.plan
			USING DETAIL = 'pg_cron is in another database, which only a superuser can reach from here, with dblink.',
				HINT = format('Have a superuser execute there: %s;', statement);
	END IF;
END
$$;

COMMENT ON FUNCTION places_internal.warn_of_job(places_internal.plan_definition, text) IS
	'what to do about the job of a plan where the caller cannot do it';

CREATE OR REPLACE FUNCTION places_internal.end_job(p places_internal.plan_definition)
RETURNS boolean LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	job bigint := places_internal.find_job(p);
BEGIN
	IF job IS NOT NULL THEN
		PERFORM places_internal.call_cron(format('SELECT cron.unschedule(%s::bigint)', job));
	ELSE
		PERFORM places_internal.warn_of_job(p, format('SELECT cron.unschedule(%s)', p.job_id));
	END IF;
	RETURN job IS NOT NULL;
END
$$;

COMMENT ON FUNCTION places_internal.end_job(places_internal.plan_definition) IS 'ends the job of a plan, if it has one';

CREATE OR REPLACE FUNCTION places_internal.move_job(p places_internal.plan_definition)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	job bigint := places_internal.find_job(p);
BEGIN
	IF job IS NOT NULL THEN
		PERFORM places_internal.call_cron(format('SELECT cron.alter_job(%s::bigint, database => %L, username => %L)::text',
			job, current_database(), p.owner));
	ELSE
		PERFORM places_internal.warn_of_job(p, format('SELECT cron.alter_job(%s, username => %L)', p.job_id, p.owner));
	END IF;
END
$$;

COMMENT ON FUNCTION places_internal.move_job(places_internal.plan_definition) IS 'has the job of a plan, if it has one, run as its owner';

-- what people call

CREATE OR REPLACE FUNCTION places_internal.do_schedule(plan text, cron text)
RETURNS bigint LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.hold_plan(plan, true);
	job bigint;
BEGIN
	IF cron IS NULL THEN
		PERFORM places_internal.refuse('null_value_not_allowed', 'cron must not be null',
			hint => 'Say when, as in ''0 2 * * 0'' for Sundays at two.');
	END IF;
	IF p.level <> 'place' THEN
		PERFORM places_internal.refuse('wrong_object_type', format('plan "%s" is run with the plan of its places', plan),
			hint => (SELECT format('Use places.schedule(%L, %L).', d.plan, cron) FROM places_internal.plan_definition d WHERE d.plan_id = p.parent_id));
	END IF;
	PERFORM places_internal.insist_owner(p, 'schedule it');
	PERFORM places_internal.insist_cron(p);
	job := places_internal.find_job(p);
	BEGIN
		IF job IS NULL THEN
			job := places_internal.call_cron(format('SELECT cron.schedule_in_database(%L, %L, %L, %L, %L)',
				places_internal.job_name(p), cron, places_internal.job_command(p), current_database(), p.owner))::bigint;
		ELSE
			PERFORM places_internal.call_cron(format('SELECT cron.alter_job(%s::bigint, %L, %L, %L, %L, true)::text',
				job, cron, places_internal.job_command(p), current_database(), p.owner));
		END IF;
	EXCEPTION WHEN invalid_parameter_value THEN
		PERFORM places_internal.refuse('invalid_parameter_value', SQLERRM,
			detail => format('cron is "%s".', cron),
			hint => 'Give minute, hour, day, month and weekday, as in ''0 2 * * 0'' for Sundays at two, or ''30 seconds''.');
	END;
	UPDATE places_internal.plan_definition d
	SET job_id = job, job_database = (SELECT b.oid FROM pg_catalog.pg_database b WHERE b.datname = current_database())
	WHERE d.plan_id = p.plan_id;
	PERFORM places_internal.record_act(plan, 'schedule', after => jsonb_build_object('cron', cron, 'job', job));
	RETURN job;
END
$$;

CREATE OR REPLACE FUNCTION places.schedule(plan text, cron text)
RETURNS bigint AS 'MODULE_PATHNAME', 'door' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000;

COMMENT ON FUNCTION places_internal.do_schedule(text, text) IS 'behind the door of places.schedule()';
COMMENT ON FUNCTION places.schedule(text, text) IS
	'has pg_cron run a plan, as its owner, at the times that five fields name (minute, hour, day, month, weekday), or every some seconds; replaces an earlier schedule. The job follows the plan when its name or owner changes, and ends with it. A run that fails makes a failed job';

CREATE OR REPLACE FUNCTION places_internal.do_unschedule(plan text)
RETURNS boolean LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.hold_plan(plan, true);
	ended boolean;
BEGIN
	PERFORM places_internal.insist_owner(p, 'end its schedule');
	IF places_internal.cron_database() IS NOT NULL THEN
		PERFORM places_internal.insist_reach();
	END IF;
	ended := places_internal.end_job(p);
	IF NOT ended AND NOT places_internal.has_job(p) THEN
		PERFORM places_internal.refuse('undefined_object', format('plan "%s" is not scheduled', plan),
			hint => 'Schedule it with places.schedule().');
	END IF;
	UPDATE places_internal.plan_definition d SET job_id = NULL, job_database = NULL WHERE d.plan_id = p.plan_id;
	PERFORM places_internal.record_act(plan, 'unschedule');
	RETURN ended;
END
$$;

CREATE OR REPLACE FUNCTION places.unschedule(plan text)
RETURNS boolean AS 'MODULE_PATHNAME', 'door' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000;

COMMENT ON FUNCTION places_internal.do_unschedule(text) IS 'behind the door of places.unschedule()';
COMMENT ON FUNCTION places.unschedule(text) IS 'ends the schedule of a plan; false if its job was gone already, or could not be looked for';
