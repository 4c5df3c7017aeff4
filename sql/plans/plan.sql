-- plans: a stock and rules under a name
--
-- What changes plans, corrections and runs goes through a door: the function of
-- places.NAME() is door(), which notes who calls and on which search path and
-- then calls places_internal.do_NAME().  That one runs as the owner of the
-- extension, on a search path of its own, and nobody may call it directly:
-- see plan_session.c.  Behind a door nothing may be decided by CURRENT_USER.

-- who calls, and the lock of a plan that is being run

CREATE OR REPLACE FUNCTION places_internal.caller()
RETURNS name AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 1;
CREATE OR REPLACE FUNCTION places_internal.caller_path()
RETURNS text AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 1;

COMMENT ON FUNCTION places_internal.caller() IS 'the role that called the function of places that is being executed';
COMMENT ON FUNCTION places_internal.caller_path() IS 'the search path that it had';

CREATE OR REPLACE FUNCTION places_internal.try_lock_plan(plans regclass, plan_id int)
RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 10;
CREATE OR REPLACE FUNCTION places_internal.await_plan(plans regclass, plan_id int)
RETURNS void AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 10;

COMMENT ON FUNCTION places_internal.try_lock_plan(regclass, int) IS
	'locks a plan, a row of the table of plans, until the transaction ends; false, at once, while another one has it. In pg_locks: locktype object, classid the table, objid the plan';
COMMENT ON FUNCTION places_internal.await_plan(regclass, int) IS 'locks a plan as try_lock_plan() does, but waits for it, no longer than lock_timeout';

CREATE OR REPLACE FUNCTION places_internal.plans_of_tree(plan_id int)
RETURNS SETOF places_internal.plan_definition LANGUAGE sql STABLE PARALLEL SAFE COST 10 ROWS 2
BEGIN ATOMIC
	SELECT t
	FROM places_internal.plan_definition d
	JOIN places_internal.plan_definition t ON COALESCE(t.parent_id, t.plan_id) = COALESCE(d.parent_id, d.plan_id)
	WHERE d.plan_id = plans_of_tree.plan_id
	ORDER BY t.level = 'place' DESC, t.level = 'patch' DESC;
END;

COMMENT ON FUNCTION places_internal.plans_of_tree(int) IS
	'the plans that stand and fall with a plan: that of places, of their patches, of their localities, in this order, as far as there are';

CREATE OR REPLACE FUNCTION places_internal.runs_of_tree(run bigint)
RETURNS SETOF places_internal.run_record LANGUAGE sql STABLE PARALLEL SAFE COST 100 ROWS 2
BEGIN ATOMIC
	SELECT DISTINCT ON (u.plan_id) u FROM places_internal.run_record u
	WHERE u.run = runs_of_tree.run OR u.parent_run = runs_of_tree.run
	ORDER BY u.plan_id, u.stored DESC, u.run DESC;
END;

COMMENT ON FUNCTION places_internal.runs_of_tree(bigint) IS
	'a run, and of the plans of patches and localities the newest one over it, if there is any that has homes and places one that has';

CREATE OR REPLACE FUNCTION places_internal.is_of_localities(plan_id int)
RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE COST 10
BEGIN ATOMIC
	SELECT d.level = 'locality' FROM places_internal.plan_definition d WHERE d.plan_id = is_of_localities.plan_id;
END;

COMMENT ON FUNCTION places_internal.is_of_localities(int) IS
	'whether what a plan stores by the ids of homes are no homes, but places, by their numbers';

CREATE OR REPLACE FUNCTION places_internal.lock_plan(locked places_internal.plan_definition)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	holder record;
BEGIN
	SELECT t.* INTO locked FROM places_internal.plans_of_tree(locked.plan_id) t
	WHERE NOT places_internal.try_lock_plan('places_internal.plan_definition'::regclass, t.plan_id)
	LIMIT 1;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	SELECT l.pid, a.xact_start, a.state INTO holder
	FROM pg_catalog.pg_locks l
	JOIN pg_catalog.pg_database d ON d.oid = l.database AND d.datname = pg_catalog.current_database()
	LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
	WHERE l.locktype = 'object' AND l.classid = 'places_internal.plan_definition'::regclass
		AND l.objid = locked.plan_id::oid AND l.granted
	LIMIT 1;
	PERFORM places_internal.refuse('object_in_use', format('plan "%s" is being run', locked.plan),
		detail => CASE WHEN holder.pid IS NULL THEN 'It has just ended.'
				ELSE format('Process %s has been at it since %s.', holder.pid, holder.xact_start) END,
		hint => CASE
				WHEN holder.pid IS NULL THEN 'Try again.'
				WHEN holder.state LIKE 'idle in transaction%' THEN
					format('That session does nothing, within a transaction: let it commit, or end it with pg_terminate_backend(%s).', holder.pid)
				ELSE format('Wait for it to end, or end it with pg_cancel_backend(%s).', holder.pid) END);
END
$$;

COMMENT ON FUNCTION places_internal.lock_plan(places_internal.plan_definition) IS
	'makes sure that nothing else runs or changes the results of a plan, or of another one of its tree, until the transaction ends, or fails at once';

-- the record of what people did

CREATE OR REPLACE FUNCTION places_internal.record_act(
	plan text, action text, home_id text DEFAULT NULL, place bigint DEFAULT NULL, run bigint DEFAULT NULL,
	note text DEFAULT NULL, before jsonb DEFAULT NULL, after jsonb DEFAULT NULL)
RETURNS void LANGUAGE sql VOLATILE PARALLEL UNSAFE COST 100
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	INSERT INTO places_internal.act (at, who, as_role, plan, action, home_id, place, run, note, before, after)
	VALUES (pg_catalog.clock_timestamp(), SESSION_USER, NULLIF(places_internal.caller(), SESSION_USER),
		plan, action, home_id, place, run, note, before, after);
END;

COMMENT ON FUNCTION places_internal.record_act(text, text, text, bigint, bigint, text, jsonb, jsonb) IS
	'notes what a person did; who and when are not for the caller to say';

-- finding a plan, and its stock

CREATE OR REPLACE FUNCTION places_internal.relation_called(called text)
RETURNS regclass LANGUAGE sql STABLE PARALLEL SAFE COST 100
BEGIN ATOMIC
	SELECT c.oid::regclass
	FROM pg_catalog.pg_class c
	JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
		AND (called IN (pg_catalog.concat(n.nspname, '.', c.relname), pg_catalog.format('%I.%I', n.nspname, c.relname))
			OR called IN (c.relname, pg_catalog.quote_ident(c.relname)) AND pg_catalog.pg_table_is_visible(c.oid))
	ORDER BY c.oid
	LIMIT 1;
END;

COMMENT ON FUNCTION places_internal.relation_called(text) IS
	'the table or view that people call so, with its schema or on the search path; null: none';

CREATE OR REPLACE FUNCTION places_internal.is_plan(plan text)
RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF has_table_privilege('places_internal.plan_definition', 'SELECT') THEN
		RETURN EXISTS (SELECT FROM places_internal.plan_definition d WHERE d.plan = is_plan.plan);
	END IF;
	RETURN false;
END
$$;

COMMENT ON FUNCTION places_internal.is_plan(text) IS 'whether the caller can see a plan of this name';

CREATE OR REPLACE FUNCTION places_internal.find_plan(plan text)
RETURNS places_internal.plan_definition LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	known places_internal.plan_definition;
BEGIN
	SELECT d.* INTO known FROM places_internal.plan_definition d WHERE d.plan = find_plan.plan;
	IF NOT FOUND THEN
		PERFORM places_internal.refuse('undefined_object', format('plan %s does not exist', COALESCE('"' || plan || '"', 'null')),
			hint => COALESCE((SELECT 'There are: ' || string_agg(format('"%s"', d.plan), ', ' ORDER BY d.plan) || '.'
				FROM places_internal.plan_definition d), 'Make one with places.create_plan().'));
	END IF;
	RETURN known;
END
$$;

COMMENT ON FUNCTION places_internal.find_plan(text) IS 'a plan by its name, or a clear error';

CREATE OR REPLACE FUNCTION places_internal.hold_plan(plan text, to_change boolean)
RETURNS places_internal.plan_definition LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	held places_internal.plan_definition;
BEGIN
	IF to_change THEN
		SELECT d.* INTO held FROM places_internal.plan_definition d WHERE d.plan = hold_plan.plan FOR UPDATE;
	ELSE
		SELECT d.* INTO held FROM places_internal.plan_definition d WHERE d.plan = hold_plan.plan FOR KEY SHARE;
	END IF;
	IF held.plan_id IS NULL THEN
		PERFORM places_internal.find_plan(plan);
		held := places_internal.hold_plan(plan, to_change);
	END IF;
	RETURN held;
END
$$;

COMMENT ON FUNCTION places_internal.hold_plan(text, boolean) IS
	'a plan by its name, or a clear error; until the transaction ends nobody else changes it, or drops and renames it';

CREATE OR REPLACE FUNCTION places_internal.plain_list(list anyarray)
RETURNS anyarray LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN CASE WHEN cardinality(list) > 0 THEN ARRAY(SELECT unnest(list)) END;
END
$$;

COMMENT ON FUNCTION places_internal.plain_list(anyarray) IS 'a list with subscripts from 1 on, whatever those that somebody gave were; null if it is empty';

CREATE OR REPLACE FUNCTION places_internal.plan_stock(p places_internal.plan_definition)
RETURNS regclass LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	stock regclass := (
		SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = p.stock_schema AND c.relname = p.stock_name);
BEGIN
	IF stock IS NULL THEN
		PERFORM places_internal.refuse('undefined_table', format('the stock of plan "%s" does not exist', p.plan),
			detail => format('There is no %I.%I.', p.stock_schema, p.stock_name),
			hint => format('Make it again, or name another one with places.alter_plan(%L, stock => ...).', p.plan));
	END IF;
	RETURN stock;
END
$$;

COMMENT ON FUNCTION places_internal.plan_stock(places_internal.plan_definition) IS
	'the table or view of homes of a plan, by its schema and name, or a clear error';

CREATE OR REPLACE FUNCTION places_internal.insist_owner(p places_internal.plan_definition, aim text)
RETURNS void LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	/* the owner may have been dropped: then superusers remain */
	IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles r
		WHERE r.rolname = p.owner AND pg_has_role(places_internal.caller(), r.oid, 'MEMBER')
			OR r.rolname = places_internal.caller() AND r.rolsuper) THEN
		PERFORM places_internal.refuse('insufficient_privilege', format('must be owner of plan "%s" to %s', p.plan, aim),
			detail => format('It belongs to %I, as whom it reads the stock when it is scheduled.', p.owner),
			hint => format('Let a member of that role or a superuser do it, or have a superuser give you the plan: SELECT places.alter_plan(%L, owner => %L);',
					p.plan, places_internal.caller()));
	END IF;
END
$$;

COMMENT ON FUNCTION places_internal.insist_owner(places_internal.plan_definition, text) IS
	'a clear error unless the caller is the owner of a plan, a member of that role or a superuser';

-- what is to be stored

CREATE OR REPLACE FUNCTION places_internal.insist_name(argument text, name text)
RETURNS void LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF name IS NULL OR btrim(name) = '' THEN
		PERFORM places_internal.refuse('invalid_parameter_value', format('%s must not be empty', argument),
			hint => CASE argument WHEN 'plan' THEN 'Name it, as in places.create_plan(''neighbourhoods'', ...).'
					WHEN 'source' THEN 'Name it after where its rows come from, as in places.add_contacts(''neighbourhoods'', ''repairs'', ...).'
					ELSE 'Give the name that people use for the place.' END);
	ELSIF length(name) > 200 THEN
		PERFORM places_internal.refuse('string_data_right_truncation', format('%s must not be longer than 200 characters', argument),
			detail => format('It has %s.', length(name)),
			hint => 'Give a name that fits a list, and say more in the note.');
	END IF;
END
$$;

COMMENT ON FUNCTION places_internal.insist_name(text, text) IS 'a clear error unless a name is there and not too long';

CREATE OR REPLACE FUNCTION places_internal.check_plan(checked places_internal.plan_definition)
RETURNS void LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM places_internal.insist_name('plan', checked.plan);
	IF checked.rules IS NULL THEN
		PERFORM places_internal.refuse('null_value_not_allowed', 'rules must not be null',
			hint => 'Use places.rules().');
	END IF;
	IF NOT COALESCE(checked.tolerance >= 0 AND checked.tolerance <= 1e6, false) THEN
		PERFORM places_internal.refuse('invalid_parameter_value', 'tolerance must be between 0 and 1e+06',
			detail => format('tolerance is %s.', COALESCE(checked.tolerance::text, 'null')),
			hint => '0.01 keeps an old division until a new one is 1 % better.');
	END IF;
	IF NOT COALESCE(checked.max_drop >= 0 AND checked.max_drop <= 'Infinity'
		AND checked.max_shrink >= 0 AND checked.max_shrink <= 'Infinity', false) THEN
		PERFORM places_internal.refuse('invalid_parameter_value', 'max_drop and max_shrink must not be negative',
			detail => format('max_drop is %s, max_shrink %s.',
					COALESCE(checked.max_drop::text, 'null'), COALESCE(checked.max_shrink::text, 'null')),
			hint => 'They are percentage points of kept homes and per cent of the stock; ''Infinity'' sets no limit.');
	END IF;
	IF NOT COALESCE(checked.keep_runs >= 1, false) THEN
		PERFORM places_internal.refuse('invalid_parameter_value', 'keep_runs must be at least 1',
			detail => format('keep_runs is %s.', COALESCE(checked.keep_runs::text, 'null')),
			hint => 'It is the number of runs whose homes and places are kept.');
	END IF;
	IF NOT COALESCE(checked.grace >= 0 AND checked.grace < 1, false) THEN
		PERFORM places_internal.refuse('invalid_parameter_value', 'grace must be at least 0 and below 1',
			detail => format('grace is %s.', COALESCE(checked.grace::text, 'null')),
			hint => 'With 0.05 a place that was kept stays so until it has 5 % fewer homes than min_homes, or reaches 5 % farther than max_radius.');
	END IF;
	IF NOT COALESCE(checked.boundary_within >= 1 AND checked.boundary_within <= 100000, true) THEN
		PERFORM places_internal.refuse('invalid_parameter_value', 'boundary_within must be between 1 and 100000 metres',
			detail => format('boundary_within is %s.', checked.boundary_within),
			hint => 'It is the farthest that a boundary reaches from the homes: 250, for instance. 0 draws none.');
	END IF;
	IF checked.level <> 'place' THEN
		PERFORM places_internal.check_rules_of_child(checked.rules, checked.level);
	END IF;
END
$$;

COMMENT ON FUNCTION places_internal.check_plan(places_internal.plan_definition) IS 'a clear error for what makes no plan, whatever its stock';

CREATE OR REPLACE FUNCTION places_internal.warn_of_tolerance(tolerance float8)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF tolerance > 1 THEN
		RAISE WARNING 'tolerance is a share, and no percentage'
			USING DETAIL = format('With %s an old division is kept until a new one is %s %% better.', tolerance, tolerance * 100),
				HINT = format('For %s %% use places.alter_plan(..., tolerance => %s).', tolerance, tolerance / 100);
	END IF;
END
$$;

COMMENT ON FUNCTION places_internal.warn_of_tolerance(float8) IS 'a warning where a percentage seems to be meant';

CREATE OR REPLACE FUNCTION places_internal.with_stock(p places_internal.plan_definition, stock regclass)
RETURNS places_internal.plan_definition LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	described record;
	persistence "char";
BEGIN
	SELECT c.id_column, c.authority_column, c.geom_column INTO p.id_column, p.authority_column, p.geom_column
	FROM places_internal.stock_columns(stock, p.id_column, p.authority_column, p.geom_column) c;
	described := places_internal.describe_stock(stock, p.id_column, p.authority_column, p.geom_column,
		p.weight_column, p.label_column, p.rules, places_internal.caller_path(), p.together_column, p.balance_columns, p.balance_tolerance);
	SELECT n.nspname, c.relname, c.relpersistence INTO p.stock_schema, p.stock_name, persistence
	FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	WHERE c.oid = stock;
	IF persistence = 't' THEN
		PERFORM places_internal.refuse('wrong_object_type', 'stock must not be temporary',
			detail => format('%I goes with this session, and a plan does not.', p.stock_name),
			hint => 'Make a table or view that stays, or ask places.assign() once.');
	END IF;
	p.srid := described.srid;
	p.geodetic := described.geodetic;
	RETURN p;
END
$$;

COMMENT ON FUNCTION places_internal.with_stock(places_internal.plan_definition, regclass) IS
	'a plan over a stock, with the columns that are recognised and what they say of locations, or a clear error for what cannot be run';

CREATE OR REPLACE FUNCTION places_internal.plan_as_json(p places_internal.plan_definition)
RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE COST 100
RETURN pg_catalog.to_jsonb(p) - '{plan_id,plan,published_run,created_at,job_id,job_database,parent_id}'::text[]
	- CASE WHEN (p).level = 'place' THEN '{level,dispersed,region_column}'::text[]
		ELSE '{stock_schema,stock_name,id_column,authority_column,geom_column,weight_column,label_column}'::text[] END;

COMMENT ON FUNCTION places_internal.plan_as_json(places_internal.plan_definition) IS 'the definition of a plan, for the record';

-- made, changed, dropped

CREATE OR REPLACE FUNCTION places_internal.do_create_plan(
	plan text, stock regclass, id_column name, authority_column name, geom_column name,
	rules places.ruleset, weight_column name, label_column name,
	tolerance float8, max_drop float8, max_shrink float8, keep_runs int, boundary_within float8,
	together_column name, balance_columns name[], balance_tolerance float8[], grace float8)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	made places_internal.plan_definition;
BEGIN
	made.plan := plan;
	made.level := 'place';
	made.owner := places_internal.caller();
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
	made.boundary_within := NULLIF(boundary_within, 0);
	made.together_column := together_column;
	made.balance_columns := places_internal.plain_list(balance_columns);
	made.balance_tolerance := places_internal.plain_list(balance_tolerance);
	made.grace := grace;
	PERFORM places_internal.check_plan(made);
	PERFORM places_internal.warn_of_tolerance(tolerance);
	made := places_internal.with_stock(made, stock);
	BEGIN
		INSERT INTO places_internal.plan_definition (plan, owner, stock_schema, stock_name, id_column, authority_column,
			geom_column, weight_column, label_column, rules, tolerance, max_drop, max_shrink, keep_runs, boundary_within,
			together_column, balance_columns, balance_tolerance, grace, srid, geodetic, created_at)
		SELECT made.plan, made.owner, made.stock_schema, made.stock_name, made.id_column, made.authority_column,
			made.geom_column, made.weight_column, made.label_column, made.rules, made.tolerance, made.max_drop,
			made.max_shrink, made.keep_runs, made.boundary_within,
			made.together_column, made.balance_columns, made.balance_tolerance, made.grace, made.srid, made.geodetic, clock_timestamp();
	EXCEPTION WHEN unique_violation THEN
		PERFORM places_internal.refuse('duplicate_object', format('plan "%s" exists already', plan),
			hint => 'Change it with places.alter_plan(), or choose another name.');
	END;
	PERFORM places_internal.record_act(plan, 'create_plan', after => places_internal.plan_as_json(made));
END
$$;

CREATE OR REPLACE FUNCTION places.create_plan(
	plan text, stock regclass, id_column name DEFAULT NULL, authority_column name DEFAULT NULL, geom_column name DEFAULT NULL,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL, label_column name DEFAULT NULL,
	tolerance float8 DEFAULT 0.01, max_drop float8 DEFAULT 5, max_shrink float8 DEFAULT 10, keep_runs int DEFAULT 10,
	boundary_within float8 DEFAULT 250, together_column name DEFAULT NULL, balance_columns name[] DEFAULT NULL,
	balance_tolerance float8[] DEFAULT NULL, grace float8 DEFAULT 0.05)
RETURNS void AS 'MODULE_PATHNAME', 'door' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000;

COMMENT ON FUNCTION places_internal.do_create_plan(text, regclass, name, name, name, places.ruleset, name, name, float8, float8, float8, int, float8, name, name[], float8[], float8) IS
	'behind the door of places.create_plan()';
COMMENT ON FUNCTION places.create_plan(text, regclass, name, name, name, places.ruleset, name, name, float8, float8, float8, int, float8, name, name[], float8[], float8) IS
	'names a stock and its rules; nothing is clustered before places.run(). tolerance: share by which a new division must beat the old one to replace it; max_drop (percentage points of kept homes) and max_shrink (per cent of the stock): a run that loses more stays a draft; keep_runs: runs whose homes and places are kept; boundary_within: how far from the homes, in metres, the boundaries reach that each run draws, null or 0 for none; together_column: homes of an authority with one value in it stay in one place; balance_columns, balance_tolerance: measures that each place has about as much of (balanced), and how far each may be from its mean, as a share; grace: share of min_homes and max_radius by which a place that was kept may break them and stay so';

CREATE OR REPLACE FUNCTION places_internal.insist_heir(p places_internal.plan_definition, owner name)
RETURNS void LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	heir pg_catalog.pg_roles;
BEGIN
	SELECT r.* INTO heir FROM pg_catalog.pg_roles r WHERE r.rolname = owner;
	IF NOT FOUND THEN
		PERFORM places_internal.refuse('undefined_object', format('role "%s" does not exist', owner),
			hint => 'Name a role that is a member of places_editor.');
	ELSIF NOT pg_has_role(places_internal.caller(), heir.oid, 'MEMBER') THEN
		PERFORM places_internal.refuse('insufficient_privilege', format('must be a member of role "%s" to give it a plan', owner),
			detail => format('Scheduled runs of plan "%s" would read its stock as %I.', p.plan, owner),
			hint => format('Let a superuser do it, or somebody who is a member of %I.', owner));
	ELSIF NOT pg_has_role(heir.oid, 'places_editor', 'USAGE') THEN
		PERFORM places_internal.refuse('insufficient_privilege', format('role "%s" may not run plans', owner),
			hint => format('GRANT places_editor TO %I;', owner));
	ELSIF places_internal.has_job(p) AND NOT heir.rolcanlogin THEN
		PERFORM places_internal.refuse('insufficient_privilege', format('role "%s" cannot log in', owner),
			detail => format('Plan "%s" is scheduled, and pg_cron logs in as its owner.', p.plan),
			hint => 'Use places.unschedule() first, or name a role that can log in.');
	END IF;
END
$$;

COMMENT ON FUNCTION places_internal.insist_heir(places_internal.plan_definition, name) IS
	'a clear error unless the caller may give a plan to a role, and that can run it';

CREATE OR REPLACE FUNCTION places_internal.do_alter_plan(
	plan text, stock regclass, id_column name, authority_column name, geom_column name, rules places.ruleset,
	weight_column name, label_column name, tolerance float8, max_drop float8, max_shrink float8, keep_runs int,
	new_name text, owner name, note text, boundary_within float8, together_column name, balance_columns name[],
	balance_tolerance float8[], grace float8)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	/* of two changes at once the later sees the earlier one */
	was places_internal.plan_definition := places_internal.hold_plan(plan, true);
	altered places_internal.plan_definition := was;
	reads boolean := num_nonnulls(stock, id_column, authority_column, geom_column, rules, weight_column, label_column,
		together_column, balance_columns, balance_tolerance) > 0;
BEGIN
	IF was.level <> 'place' AND num_nonnulls(stock, id_column, authority_column, geom_column, weight_column, label_column, together_column, owner) > 0 THEN
		PERFORM places_internal.refuse_of_child(was);
	END IF;
	IF reads OR new_name IS NOT NULL OR owner IS NOT NULL THEN
		PERFORM places_internal.insist_owner(was, CASE WHEN reads THEN 'change what it reads'
			WHEN owner IS NOT NULL THEN 'give it away' ELSE 'rename it' END);
	END IF;
	altered.plan := COALESCE(new_name, was.plan);
	altered.id_column := COALESCE(id_column, was.id_column);
	altered.authority_column := COALESCE(authority_column, was.authority_column);
	altered.geom_column := COALESCE(geom_column, was.geom_column);
	altered.weight_column := NULLIF(COALESCE(weight_column, was.weight_column), '');
	altered.label_column := NULLIF(COALESCE(label_column, was.label_column), '');
	altered.rules := COALESCE(rules, was.rules);
	altered.tolerance := COALESCE(tolerance, was.tolerance);
	altered.max_drop := COALESCE(max_drop, was.max_drop);
	altered.max_shrink := COALESCE(max_shrink, was.max_shrink);
	altered.keep_runs := COALESCE(keep_runs, was.keep_runs);
	altered.boundary_within := NULLIF(COALESCE(boundary_within, was.boundary_within), 0);
	altered.together_column := NULLIF(COALESCE(together_column, was.together_column), '');
	altered.balance_columns := places_internal.plain_list(COALESCE(balance_columns, was.balance_columns));
	altered.balance_tolerance := CASE WHEN altered.balance_columns IS NOT NULL
		THEN places_internal.plain_list(COALESCE(balance_tolerance, was.balance_tolerance)) END;
	altered.grace := COALESCE(grace, was.grace);
	IF owner IS NOT NULL THEN
		PERFORM places_internal.insist_heir(was, owner);
		altered.owner := owner;
	END IF;
	PERFORM places_internal.check_plan(altered);
	PERFORM places_internal.warn_of_tolerance(tolerance);
	IF was.level <> 'place' AND altered.balance_columns IS NOT NULL THEN
		PERFORM places_internal.balance_child(altered);
	END IF;
	IF reads AND was.level = 'place' THEN
		altered := places_internal.with_stock(altered, COALESCE(stock, places_internal.plan_stock(was)));
		IF altered.srid IS NULL AND stock IS NULL AND geom_column IS NULL THEN
			altered.srid := was.srid;
		END IF;
	END IF;
	BEGIN
		UPDATE places_internal.plan_definition d
		SET plan = altered.plan, owner = altered.owner, stock_schema = altered.stock_schema, stock_name = altered.stock_name,
			id_column = altered.id_column, authority_column = altered.authority_column, geom_column = altered.geom_column,
			weight_column = altered.weight_column, label_column = altered.label_column, rules = altered.rules,
			tolerance = altered.tolerance, max_drop = altered.max_drop, max_shrink = altered.max_shrink,
			keep_runs = altered.keep_runs, boundary_within = altered.boundary_within,
			together_column = altered.together_column, balance_columns = altered.balance_columns,
			balance_tolerance = altered.balance_tolerance, grace = altered.grace, srid = altered.srid, geodetic = altered.geodetic
		WHERE d.plan_id = was.plan_id;
	EXCEPTION WHEN unique_violation THEN
		PERFORM places_internal.refuse('duplicate_object', format('plan "%s" exists already', new_name),
			hint => 'Choose another name.');
	END;
	IF altered.owner <> was.owner THEN
		UPDATE places_internal.plan_definition d SET owner = altered.owner WHERE d.parent_id = was.plan_id;
		PERFORM places_internal.move_job(altered);
	END IF;
	PERFORM places_internal.record_act(was.plan, 'alter_plan', note => note, before => places_internal.plan_as_json(was),
		after => places_internal.plan_as_json(altered)
			|| CASE WHEN altered.plan <> was.plan THEN jsonb_build_object('plan', altered.plan) ELSE '{}' END);
END
$$;

CREATE OR REPLACE FUNCTION places.alter_plan(
	plan text, stock regclass DEFAULT NULL, id_column name DEFAULT NULL, authority_column name DEFAULT NULL,
	geom_column name DEFAULT NULL, rules places.ruleset DEFAULT NULL, weight_column name DEFAULT NULL,
	label_column name DEFAULT NULL, tolerance float8 DEFAULT NULL, max_drop float8 DEFAULT NULL,
	max_shrink float8 DEFAULT NULL, keep_runs int DEFAULT NULL, new_name text DEFAULT NULL,
	owner name DEFAULT NULL, note text DEFAULT NULL, boundary_within float8 DEFAULT NULL,
	together_column name DEFAULT NULL, balance_columns name[] DEFAULT NULL, balance_tolerance float8[] DEFAULT NULL,
	grace float8 DEFAULT NULL)
RETURNS void AS 'MODULE_PATHNAME', 'door' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000;

COMMENT ON FUNCTION places_internal.do_alter_plan(text, regclass, name, name, name, places.ruleset, name, name, float8, float8, float8, int, text, name, text, float8, name, name[], float8[], float8) IS
	'behind the door of places.alter_plan()';
COMMENT ON FUNCTION places.alter_plan(text, regclass, name, name, name, places.ruleset, name, name, float8, float8, float8, int, text, name, text, float8, name, name[], float8[], float8) IS
	'changes what is given and leaves what is null; an empty weight_column, label_column, together_column or array of balance_columns removes it, and with a boundary_within of 0 runs draw no boundaries. What a plan reads, its rules, name and owner only its owner may change. The next run follows the change';

CREATE OR REPLACE FUNCTION places_internal.do_drop_plan(plan text, note text)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	dropped places_internal.plan_definition := places_internal.find_plan(plan);
BEGIN
	PERFORM places_internal.insist_owner(dropped, 'drop it');
	PERFORM places_internal.lock_plan(dropped);
	/* as it is now; whoever is about to pin a home waits, and then finds no plan */
	dropped := places_internal.hold_plan(plan, true);
	PERFORM places_internal.insist_owner(dropped, 'drop it');
	PERFORM places_internal.insist_childless(dropped);
	PERFORM places_internal.end_job(dropped);
	IF dropped.level = 'locality' THEN
		UPDATE places_internal.place_result r SET parent = NULL WHERE r.plan_id = dropped.parent_id AND r.parent IS NOT NULL;
	END IF;
	DELETE FROM places_internal.membership m WHERE m.plan_id = dropped.plan_id;
	DELETE FROM places_internal.place_result r WHERE r.plan_id = dropped.plan_id;
	DELETE FROM places_internal.authority_result r WHERE r.plan_id = dropped.plan_id;
	DELETE FROM places_internal.lineage l WHERE l.plan_id = dropped.plan_id;
	DELETE FROM places_internal.place_boundary b WHERE b.plan_id = dropped.plan_id;
	DELETE FROM places_internal.pinned_home h WHERE h.plan_id = dropped.plan_id;
	DELETE FROM places_internal.locked_place l WHERE l.plan_id = dropped.plan_id;
	DELETE FROM places_internal.place_target t WHERE t.plan_id = dropped.plan_id;
	DELETE FROM places_internal.staff_source s WHERE s.plan_id = dropped.plan_id;
	DELETE FROM places_internal.allocation a WHERE a.plan_id = dropped.plan_id;
	DELETE FROM places_internal.placed_worker w WHERE w.plan_id = dropped.plan_id;
	DELETE FROM places_internal.required_skill k WHERE k.plan_id = dropped.plan_id;
	DELETE FROM places_internal.contact_source s WHERE s.plan_id = dropped.plan_id;
	DELETE FROM places_internal.asset_source s WHERE s.plan_id = dropped.plan_id;
	DELETE FROM places_internal.place_history h WHERE h.plan_id = dropped.plan_id;
	DELETE FROM places_internal.place_identity i WHERE i.plan_id = dropped.plan_id;
	DELETE FROM places_internal.run_record r WHERE r.plan_id = dropped.plan_id;
	DELETE FROM places_internal.plan_definition d WHERE d.plan_id = dropped.plan_id;
	PERFORM places_internal.record_act(dropped.plan, 'drop_plan', note => note, before => places_internal.plan_as_json(dropped));
END
$$;

CREATE OR REPLACE FUNCTION places.drop_plan(plan text, note text DEFAULT NULL)
RETURNS void AS 'MODULE_PATHNAME', 'door' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000;

COMMENT ON FUNCTION places_internal.do_drop_plan(text, text) IS 'behind the door of places.drop_plan()';
COMMENT ON FUNCTION places.drop_plan(text, text) IS
	'removes a plan with its schedule, all its runs, places and corrections, and what it knows of staff, contacts and assets; the record of what people did stays. Only its owner may';
