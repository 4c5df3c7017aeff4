-- plans: a stock and rules under a name

-- who calls, and the lock of a plan that is being run

CREATE OR REPLACE FUNCTION places_internal.caller()
RETURNS name AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 1;

COMMENT ON FUNCTION places_internal.caller() IS
	'the role in effect outside every function that runs as its owner: that of the login, or of SET ROLE';

CREATE OR REPLACE FUNCTION places_internal.try_lock_plan(plans regclass, plan_id int)
RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 10;

COMMENT ON FUNCTION places_internal.try_lock_plan(regclass, int) IS
	'locks a plan, a row of the table of plans, until the transaction ends; false, at once, while another one has it. In pg_locks: locktype object, classid the table, objid the plan';

REVOKE ALL ON FUNCTION places_internal.try_lock_plan(regclass, int) FROM PUBLIC;

CREATE OR REPLACE FUNCTION places_internal.record_act(
	plan text, action text, home_id text DEFAULT NULL, place bigint DEFAULT NULL, run bigint DEFAULT NULL,
	note text DEFAULT NULL, before jsonb DEFAULT NULL, after jsonb DEFAULT NULL)
RETURNS void LANGUAGE sql VOLATILE PARALLEL UNSAFE COST 100
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	INSERT INTO places_internal.act (at, who, plan, action, home_id, place, run, note, before, after)
	VALUES (pg_catalog.clock_timestamp(), SESSION_USER, plan, action, home_id, place, run, note, before, after);
END;

COMMENT ON FUNCTION places_internal.record_act(text, text, text, bigint, bigint, text, jsonb, jsonb) IS
	'notes what a person did; who and when are not for the caller to say';

CREATE OR REPLACE FUNCTION places_internal.find_plan(plan text)
RETURNS places_internal.plan_definition LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10
AS $$
DECLARE
	known places_internal.plan_definition;
BEGIN
	SELECT d.* INTO known FROM places_internal.plan_definition d WHERE d.plan = find_plan.plan;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'plan % does not exist', COALESCE('"' || plan || '"', 'null')
			USING ERRCODE = 'undefined_object',
				HINT = COALESCE((SELECT 'There are: ' || pg_catalog.string_agg(pg_catalog.format('"%s"', d.plan), ', ' ORDER BY d.plan) || '.'
						FROM places_internal.plan_definition d), 'Make one with places.create_plan().');
	END IF;
	RETURN known;
END
$$;

COMMENT ON FUNCTION places_internal.find_plan(text) IS 'a plan by its name, or a clear error';

-- What both create_plan and alter_plan insist on; fills what can be seen from the stock.
CREATE OR REPLACE FUNCTION places_internal.check_plan(checked places_internal.plan_definition)
RETURNS places_internal.plan_definition LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
AS $$
DECLARE
	stock regclass := pg_catalog.to_regclass(checked.stock);
	srid int;
BEGIN
	IF checked.plan IS NULL OR pg_catalog.btrim(checked.plan) = '' THEN
		RAISE EXCEPTION 'plan must have a name'
			USING ERRCODE = 'invalid_parameter_value',
				HINT = 'Name it, as in places.create_plan(''neighbourhoods'', ...).';
	END IF;
	IF checked.rules IS NULL THEN
		RAISE EXCEPTION 'rules must not be null'
			USING ERRCODE = 'null_value_not_allowed', HINT = 'Use places.rules().';
	END IF;
	IF NOT COALESCE(checked.tolerance >= 0 AND checked.tolerance < 'Infinity', false) THEN
		RAISE EXCEPTION 'tolerance must be finite and not negative'
			USING ERRCODE = 'invalid_parameter_value',
				DETAIL = pg_catalog.format('tolerance is %s.', COALESCE(checked.tolerance::text, 'null')),
				HINT = '0.01 keeps an old division until a new one is 1 % better.';
	END IF;
	IF NOT COALESCE(checked.max_drop >= 0 AND checked.max_shrink >= 0, false) THEN
		RAISE EXCEPTION 'max_drop and max_shrink must not be negative'
			USING ERRCODE = 'invalid_parameter_value',
				DETAIL = pg_catalog.format('max_drop is %s, max_shrink %s.',
					COALESCE(checked.max_drop::text, 'null'), COALESCE(checked.max_shrink::text, 'null')),
				HINT = 'They are percentage points of kept homes and per cent of the stock; ''Infinity'' sets no limit.';
	END IF;
	IF NOT COALESCE(checked.keep_runs >= 1, false) THEN
		RAISE EXCEPTION 'keep_runs must be at least 1'
			USING ERRCODE = 'invalid_parameter_value',
				DETAIL = pg_catalog.format('keep_runs is %s.', COALESCE(checked.keep_runs::text, 'null')),
				HINT = 'It is the number of runs whose homes and places are kept.';
	END IF;

	PERFORM places_internal.group_query(stock, checked.id_column, checked.authority_column,
		checked.geom_column, checked.weight_column, 'ids');
	IF checked.label_column IS NOT NULL THEN
		PERFORM places_internal.column_type(stock, 'label_column', checked.label_column);
	END IF;
	SELECT t.typname = 'geography' INTO checked.geodetic FROM pg_catalog.pg_type t
	WHERE t.oid = places_internal.column_type(stock, 'geom_column', checked.geom_column);

	PERFORM places_internal.check_stock(checked);
	EXECUTE pg_catalog.format(
		'SELECT s.srid FROM (
			SELECT places_internal.srid_of(places_internal.plain_location(s.%1$I)) AS srid FROM %2$s s WHERE s.%1$I IS NOT NULL LIMIT 1000) s
		GROUP BY s.srid ORDER BY pg_catalog.count(*) DESC, s.srid LIMIT 1',
		checked.geom_column, checked.stock)
	INTO srid;
	/* for its complaints about degrees and about rules not made by places.rules() */
	PERFORM places.cluster(places_internal.point_at(0, 0, CASE WHEN checked.geodetic THEN 0 ELSE COALESCE(srid, 0) END), checked.rules);
	checked.srid := srid;
	RETURN checked;
END
$$;

COMMENT ON FUNCTION places_internal.check_plan(places_internal.plan_definition) IS
	'a plan with what its stock says of locations, or a clear error for what cannot be run';

CREATE OR REPLACE FUNCTION places.create_plan(
	plan text, stock regclass, id_column name, authority_column name, geom_column name,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL, label_column name DEFAULT NULL,
	tolerance float8 DEFAULT 0.01, max_drop float8 DEFAULT 5, max_shrink float8 DEFAULT 10, keep_runs int DEFAULT 10)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
AS $$
DECLARE
	made places_internal.plan_definition;
BEGIN
	made.plan := plan;
	made.owner := CURRENT_USER;
	made.stock := places_internal.qualified_name(stock);
	made.id_column := id_column;
	made.authority_column := authority_column;
	made.geom_column := geom_column;
	made.weight_column := weight_column;
	made.label_column := label_column;
	made.rules := rules;
	made.tolerance := tolerance;
	made.max_drop := max_drop;
	made.max_shrink := max_shrink;
	made.keep_runs := keep_runs;
	made := places_internal.check_plan(made);
	INSERT INTO places_internal.plan_definition (plan, owner, stock, id_column, authority_column, geom_column,
		weight_column, label_column, rules, tolerance, max_drop, max_shrink, keep_runs, srid, geodetic, created_at)
	SELECT made.plan, made.owner, made.stock, made.id_column, made.authority_column, made.geom_column,
		made.weight_column, made.label_column, made.rules, made.tolerance, made.max_drop, made.max_shrink,
		made.keep_runs, made.srid, made.geodetic, pg_catalog.clock_timestamp();
	PERFORM places_internal.record_act(plan, 'create_plan', after => places_internal.plan_as_json(plan));
EXCEPTION WHEN unique_violation THEN
	RAISE EXCEPTION 'plan "%" exists already', plan
		USING ERRCODE = 'duplicate_object',
			HINT = 'Change it with places.alter_plan(), or choose another name.';
END
$$;

COMMENT ON FUNCTION places.create_plan(text, regclass, name, name, name, places.ruleset, name, name, float8, float8, float8, int) IS
	'names a stock and its rules; nothing is clustered before places.run(). tolerance: share by which a new division must beat the old one to replace it; max_drop (percentage points of kept homes) and max_shrink (per cent of the stock): a run that loses more stays a draft; keep_runs: runs whose homes and places are kept';

CREATE OR REPLACE FUNCTION places_internal.qualified_name(relation regclass)
RETURNS text LANGUAGE sql STABLE PARALLEL SAFE COST 10
BEGIN ATOMIC
	SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
	FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	WHERE c.oid = relation;
END;

COMMENT ON FUNCTION places_internal.qualified_name(regclass) IS 'a relation as schema.name, quoted where needed, whatever the search path';

CREATE OR REPLACE FUNCTION places_internal.plan_as_json(plan text)
RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE COST 100
BEGIN ATOMIC
	SELECT pg_catalog.to_jsonb(d.*) - '{plan_id,plan,published_run,created_at}'::text[]
	FROM places_internal.plan_definition d WHERE d.plan = plan_as_json.plan;
END;

COMMENT ON FUNCTION places_internal.plan_as_json(text) IS 'the definition of a plan, for the record';

CREATE OR REPLACE FUNCTION places.alter_plan(
	plan text, stock regclass DEFAULT NULL, id_column name DEFAULT NULL, authority_column name DEFAULT NULL,
	geom_column name DEFAULT NULL, rules places.ruleset DEFAULT NULL, weight_column name DEFAULT NULL,
	label_column name DEFAULT NULL, tolerance float8 DEFAULT NULL, max_drop float8 DEFAULT NULL,
	max_shrink float8 DEFAULT NULL, keep_runs int DEFAULT NULL, new_name text DEFAULT NULL,
	owner name DEFAULT NULL, note text DEFAULT NULL)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
AS $$
DECLARE
	was jsonb := places_internal.plan_as_json(plan);
	altered places_internal.plan_definition := places_internal.find_plan(plan);
BEGIN
	altered.plan := COALESCE(new_name, altered.plan);
	altered.stock := COALESCE(places_internal.qualified_name(stock), altered.stock);
	altered.id_column := COALESCE(id_column, altered.id_column);
	altered.authority_column := COALESCE(authority_column, altered.authority_column);
	altered.geom_column := COALESCE(geom_column, altered.geom_column);
	altered.weight_column := NULLIF(COALESCE(weight_column, altered.weight_column), '');
	altered.label_column := NULLIF(COALESCE(label_column, altered.label_column), '');
	altered.rules := COALESCE(rules, altered.rules);
	altered.tolerance := COALESCE(tolerance, altered.tolerance);
	altered.max_drop := COALESCE(max_drop, altered.max_drop);
	altered.max_shrink := COALESCE(max_shrink, altered.max_shrink);
	altered.keep_runs := COALESCE(keep_runs, altered.keep_runs);
	IF owner IS NOT NULL THEN
		IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolname = owner) THEN
			RAISE EXCEPTION 'role "%" does not exist', owner USING ERRCODE = 'undefined_object';
		END IF;
		IF NOT pg_catalog.pg_has_role(CURRENT_USER, owner, 'MEMBER') THEN
			RAISE EXCEPTION 'must be a member of role "%" to give it a plan', owner
				USING ERRCODE = 'insufficient_privilege';
		END IF;
		altered.owner := owner;
	END IF;
	altered := places_internal.check_plan(altered);
	UPDATE places_internal.plan_definition d
	SET plan = altered.plan, owner = altered.owner, stock = altered.stock, id_column = altered.id_column,
		authority_column = altered.authority_column, geom_column = altered.geom_column,
		weight_column = altered.weight_column, label_column = altered.label_column, rules = altered.rules,
		tolerance = altered.tolerance, max_drop = altered.max_drop, max_shrink = altered.max_shrink,
		keep_runs = altered.keep_runs, srid = altered.srid, geodetic = altered.geodetic
	WHERE d.plan_id = altered.plan_id;
	PERFORM places_internal.record_act(plan, 'alter_plan', note => note, before => was,
		after => places_internal.plan_as_json(altered.plan)
			|| CASE WHEN altered.plan <> plan THEN pg_catalog.jsonb_build_object('plan', altered.plan) ELSE '{}' END);
EXCEPTION WHEN unique_violation THEN
	RAISE EXCEPTION 'plan "%" exists already', new_name
		USING ERRCODE = 'duplicate_object', HINT = 'Choose another name.';
END
$$;

COMMENT ON FUNCTION places.alter_plan(text, regclass, name, name, name, places.ruleset, name, name, float8, float8, float8, int, text, name, text) IS
	'changes what is given and leaves what is null; an empty weight_column or label_column removes it. The next run follows the change';

CREATE OR REPLACE FUNCTION places.drop_plan(plan text, note text DEFAULT NULL)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
AS $$
DECLARE
	dropped places_internal.plan_definition := places_internal.find_plan(plan);
BEGIN
	PERFORM places_internal.lock_plan(dropped);
	PERFORM places_internal.record_act(plan, 'drop_plan', note => note, before => places_internal.plan_as_json(plan));
	DELETE FROM places_internal.membership m WHERE m.plan_id = dropped.plan_id;
	DELETE FROM places_internal.place_result r WHERE r.plan_id = dropped.plan_id;
	DELETE FROM places_internal.authority_result r WHERE r.plan_id = dropped.plan_id;
	DELETE FROM places_internal.lineage l WHERE l.plan_id = dropped.plan_id;
	DELETE FROM places_internal.plan_definition d WHERE d.plan_id = dropped.plan_id;
END
$$;

COMMENT ON FUNCTION places.drop_plan(text, text) IS
	'removes a plan with all its runs, places and corrections; the record of what people did stays';

CREATE OR REPLACE FUNCTION places_internal.lock_plan(locked places_internal.plan_definition)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10
AS $$
BEGIN
	IF NOT places_internal.try_lock_plan('places_internal.plan_definition', locked.plan_id) THEN
		RAISE EXCEPTION 'plan "%" is being run', locked.plan
			USING ERRCODE = 'object_in_use',
				DETAIL = (SELECT pg_catalog.format('Process %s has been at it since %s.', l.pid, a.xact_start)
						FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
						WHERE l.locktype = 'object' AND l.classid = 'places_internal.plan_definition'::regclass AND l.objid = locked.plan_id::oid
							AND l.granted AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d
								WHERE d.datname = pg_catalog.current_database())
						LIMIT 1),
				HINT = 'Wait for it to end, or end it with pg_cancel_backend().';
	END IF;
END
$$;

COMMENT ON FUNCTION places_internal.lock_plan(places_internal.plan_definition) IS
	'makes sure that nothing else runs or changes the results of a plan until the transaction ends, or fails at once';
