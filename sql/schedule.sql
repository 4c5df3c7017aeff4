-- runs by the clock, with pg_cron

CREATE OR REPLACE FUNCTION places_internal.call_cron(statement text)
RETURNS text LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
AS $$
DECLARE
	home text;
	dblink text;
	answer text;
BEGIN
	IF EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE e.extname = 'pg_cron') THEN
		EXECUTE statement INTO answer;
		RETURN answer;
	END IF;
	IF NOT pg_catalog.pg_has_role(CURRENT_USER, 'pg_read_all_settings', 'USAGE') THEN
		RAISE EXCEPTION 'pg_cron is not in database "%"', pg_catalog.current_database()
			USING ERRCODE = 'feature_not_supported',
				HINT = 'Whether it is in another one is for a superuser to see, who can schedule the plan from here with dblink.';
	END IF;
	home := pg_catalog.current_setting('cron.database_name', true);
	IF home IS NULL THEN
		RAISE EXCEPTION 'pg_cron is not installed'
			USING ERRCODE = 'feature_not_supported',
				HINT = 'Add pg_cron to shared_preload_libraries, restart, and use CREATE EXTENSION pg_cron in the database that cron.database_name names; or let another scheduler execute: CALL places.run_job(...).';
	END IF;
	SELECT pg_catalog.quote_ident(n.nspname) INTO dblink
	FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'dblink';
	IF NOT FOUND THEN
		RAISE EXCEPTION 'pg_cron is in database "%", not in this one', home
			USING ERRCODE = 'feature_not_supported',
				HINT = pg_catalog.format('Use CREATE EXTENSION dblink here, or execute in database "%s": %s;', home, statement);
	END IF;
	EXECUTE pg_catalog.format('SELECT d.answer FROM %s.dblink($1, $2) AS d(answer text)', dblink)
	INTO answer USING pg_catalog.format('dbname=%L port=%s%s', home, pg_catalog.current_setting('port'),
		COALESCE(' host=' || NULLIF(pg_catalog.quote_literal(pg_catalog.split_part(
			pg_catalog.current_setting('unix_socket_directories'), ',', 1)), ''''''), '')), statement;
	RETURN answer;
END
$$;

COMMENT ON FUNCTION places_internal.call_cron(text) IS
	'executes a statement where pg_cron is: here, or through dblink in the database that cron.database_name names';

CREATE OR REPLACE FUNCTION places_internal.job_name(p places_internal.plan_definition)
RETURNS text LANGUAGE sql STABLE PARALLEL SAFE COST 1
RETURN pg_catalog.format('places plan %s in %s', p.plan_id, pg_catalog.current_database());

COMMENT ON FUNCTION places_internal.job_name(places_internal.plan_definition) IS 'the name of the job of a plan, which stays when the plan is renamed';

CREATE OR REPLACE FUNCTION places.schedule(plan text, cron text)
RETURNS bigint LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.find_plan(plan);
	job text;
BEGIN
	IF cron IS NULL THEN
		RAISE EXCEPTION 'cron must not be null'
			USING ERRCODE = 'null_value_not_allowed',
				HINT = 'Say when, as in ''0 2 * * 0'' for Sundays at two.';
	END IF;
	IF NOT pg_catalog.pg_has_role(CURRENT_USER, p.owner, 'MEMBER') THEN
		RAISE EXCEPTION 'must be owner of plan "%" to schedule it', plan
			USING ERRCODE = 'insufficient_privilege',
				DETAIL = pg_catalog.format('Scheduled runs run as its owner, %s.', p.owner),
				HINT = 'An administrator can change the owner with places.alter_plan(owner => ...).';
	END IF;
	/* as somebody else, or in another database, only a superuser may */
	job := places_internal.call_cron(CASE
		WHEN p.owner = CURRENT_USER AND EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE e.extname = 'pg_cron')
		THEN pg_catalog.format('SELECT cron.schedule(%L, %L, %L)',
			places_internal.job_name(p), cron, places_internal.job_command(p))
		ELSE pg_catalog.format('SELECT cron.schedule_in_database(%L, %L, %L, %L, %L)',
			places_internal.job_name(p), cron, places_internal.job_command(p), pg_catalog.current_database(), p.owner)
		END);
	PERFORM places_internal.record_act(plan, 'schedule', after => pg_catalog.jsonb_build_object('cron', cron, 'job', job));
	RETURN job::bigint;
END
$$;

COMMENT ON FUNCTION places.schedule(text, text) IS
	'has pg_cron run a plan, as its owner, at the times that five fields name (minute, hour, day, month, weekday), or every some seconds; replaces an earlier schedule. A run that fails makes a failed job';

CREATE OR REPLACE FUNCTION places_internal.job_command(p places_internal.plan_definition)
RETURNS text LANGUAGE sql STABLE PARALLEL SAFE COST 1
RETURN pg_catalog.format('CALL places.run_job(places_internal.plan_name(%s))', p.plan_id);

COMMENT ON FUNCTION places_internal.job_command(places_internal.plan_definition) IS
	'what the job of a plan executes, by its number, since plans may be renamed';

CREATE OR REPLACE FUNCTION places_internal.plan_name(plan_id int)
RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10
AS $$
DECLARE
	name text := (SELECT d.plan FROM places_internal.plan_definition d WHERE d.plan_id = plan_name.plan_id);
BEGIN
	IF name IS NULL THEN
		RAISE EXCEPTION 'plan number % does not exist', COALESCE(plan_id::text, 'null')
			USING ERRCODE = 'undefined_object', HINT = 'It was dropped: end its job with cron.unschedule().';
	END IF;
	RETURN name;
END
$$;

COMMENT ON FUNCTION places_internal.plan_name(int) IS 'the name that a plan has now, by its number';

CREATE OR REPLACE FUNCTION places.unschedule(plan text)
RETURNS boolean LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.find_plan(plan);
	answer text;
BEGIN
	answer := places_internal.call_cron(pg_catalog.format(
		'SELECT cron.unschedule(j.jobid) FROM cron.job j WHERE j.jobname = %L', places_internal.job_name(p)));
	IF answer IS NULL THEN
		RAISE EXCEPTION 'plan "%" is not scheduled', plan
			USING ERRCODE = 'undefined_object', HINT = 'Schedule it with places.schedule().';
	END IF;
	PERFORM places_internal.record_act(plan, 'unschedule');
	RETURN true;
END
$$;

COMMENT ON FUNCTION places.unschedule(text) IS 'ends the schedule of a plan';
