-- the tree: patches divide the places of a plan, localities group them
--
-- Each level is a plan of its own, with its rules, runs, places and corrections.
-- One of patches or localities has no stock: each of its runs reads a run of its
-- parent, the plan of places, and names it (run_record.parent_run).  What is
-- published of a tree belongs together: a run of the parent, and runs that read
-- that one.  So the plans of a tree are locked, run, published and discarded
-- together (run.sql, run_publish.sql).

-- what a plan of patches or localities may be

CREATE OR REPLACE FUNCTION places_internal.levels_of(level text)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN CASE level WHEN 'patch' THEN 'patches' WHEN 'locality' THEN 'localities' ELSE 'places' END;

COMMENT ON FUNCTION places_internal.levels_of(text) IS 'a level as a word for several: patches, places, localities';

CREATE OR REPLACE FUNCTION places_internal.check_rules_of_child(rules places.ruleset, level text)
RETURNS void LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	/* a row that somebody made by hand may hold anything */
	PERFORM places.rules(rules.method, rules.target_homes, rules.min_homes, rules.max_homes, rules.max_radius,
		rules.remainder, rules.attach_within, rules.max_gap, rules.k);
	IF rules.method <> 'balanced' THEN
		PERFORM places_internal.refuse('invalid_parameter_value', format('%s are found by the method balanced only', places_internal.levels_of(level)),
			detail => format('The rules have method %s.', rules.method),
			hint => format('Use places.rules(''balanced'', %s).', CASE level WHEN 'patch' THEN 175 ELSE 4000 END));
	END IF;
END
$$;

COMMENT ON FUNCTION places_internal.check_rules_of_child(places.ruleset, text) IS 'a clear error for rules by which no patches, or localities, are made';

CREATE OR REPLACE FUNCTION places_internal.refuse_of_child(p places_internal.plan_definition)
RETURNS void LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM places_internal.refuse('invalid_parameter_value', format('plan "%s" has no stock, columns and owner of its own', p.plan),
		detail => format('It is a plan of %s, and has those of the plan of its places.', places_internal.levels_of(p.level)),
		hint => (SELECT format('Change them there, with places.alter_plan(%L, ...).', d.plan)
			FROM places_internal.plan_definition d WHERE d.plan_id = p.parent_id));
END
$$;

COMMENT ON FUNCTION places_internal.refuse_of_child(places_internal.plan_definition) IS
	'a clear error where somebody changes of a plan of patches or localities what its parent has';

CREATE OR REPLACE FUNCTION places_internal.insist_childless(p places_internal.plan_definition)
RETURNS void LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	child places_internal.plan_definition;
BEGIN
	SELECT d.* INTO child FROM places_internal.plan_definition d WHERE d.parent_id = p.plan_id ORDER BY d.level DESC LIMIT 1;
	IF FOUND THEN
		PERFORM places_internal.refuse('dependent_objects_still_exist', format('plan "%s" has %s', p.plan, places_internal.levels_of(child.level)),
			detail => format('Plan "%s" %s its places.', child.plan, CASE child.level WHEN 'patch' THEN 'divides' ELSE 'groups' END),
			hint => format('Drop that first, with places.drop_plan(%L).', child.plan));
	END IF;
END
$$;

COMMENT ON FUNCTION places_internal.insist_childless(places_internal.plan_definition) IS
	'a clear error if a plan has patches or localities';

CREATE OR REPLACE FUNCTION places_internal.hold_parent(argument text, parent text, level text)
RETURNS places_internal.plan_definition LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.find_plan(parent);
	sibling text;
BEGIN
	PERFORM places_internal.insist_owner(p, format('make %s of its places', places_internal.levels_of(level)));
	/* a run that has begun does not see the plan that is being made */
	PERFORM places_internal.lock_plan(p);
	p := places_internal.hold_plan(parent, true);
	PERFORM places_internal.insist_owner(p, format('make %s of its places', places_internal.levels_of(level)));
	IF p.level <> 'place' THEN
		PERFORM places_internal.refuse('wrong_object_type', format('%s must name a plan of places', argument),
			detail => format('Plan "%s" has %s.', p.plan, places_internal.levels_of(p.level)),
			hint => (SELECT format('Name the plan of its places, %L.', d.plan) FROM places_internal.plan_definition d WHERE d.plan_id = p.parent_id));
	END IF;
	SELECT d.plan INTO sibling FROM places_internal.plan_definition d WHERE d.parent_id = p.plan_id AND d.level = hold_parent.level;
	IF FOUND THEN
		PERFORM places_internal.refuse('duplicate_object', format('plan "%s" has %s already', p.plan, places_internal.levels_of(level)),
			detail => format('They are those of plan "%s".', sibling),
			hint => format('Change that with places.alter_plan(%L, ...), or drop it first with places.drop_plan(%1$L).', sibling));
	END IF;
	RETURN p;
END
$$;

COMMENT ON FUNCTION places_internal.hold_parent(text, text, text) IS
	'a plan of places that can get patches, or localities, or a clear error; until the transaction ends nobody runs or changes it';

-- made

CREATE OR REPLACE FUNCTION places_internal.create_child(made places_internal.plan_definition, parent places_internal.plan_definition, action text)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	made.owner := parent.owner;
	made.tolerance := parent.tolerance;
	made.max_drop := parent.max_drop;
	/* of what is lost of the stock the parent knows */
	made.max_shrink := 'Infinity';
	made.keep_runs := parent.keep_runs;
	made.boundary_within := parent.boundary_within;
	made.grace := parent.grace;
	made.srid := parent.srid;
	made.geodetic := parent.geodetic;
	made.parent_id := parent.plan_id;
	PERFORM places_internal.check_plan(made);
	BEGIN
		INSERT INTO places_internal.plan_definition (plan, owner, rules, tolerance, max_drop, max_shrink, keep_runs,
			boundary_within, grace, srid, geodetic, created_at, level, parent_id, dispersed, region_column,
			balance_columns, balance_tolerance)
		SELECT made.plan, made.owner, made.rules, made.tolerance, made.max_drop, made.max_shrink, made.keep_runs,
			made.boundary_within, made.grace, made.srid, made.geodetic, clock_timestamp(), made.level, made.parent_id, made.dispersed, made.region_column,
			made.balance_columns, made.balance_tolerance;
	EXCEPTION WHEN unique_violation THEN
		PERFORM places_internal.refuse('duplicate_object', format('plan "%s" exists already', made.plan),
			hint => 'Change it with places.alter_plan(), or choose another name.');
	END;
	PERFORM places_internal.record_act(made.plan, action, after => places_internal.plan_as_json(made) || jsonb_build_object('parent', parent.plan));
END
$$;

COMMENT ON FUNCTION places_internal.create_child(places_internal.plan_definition, places_internal.plan_definition, text) IS
	'stores a plan of patches or localities; what it has not is as its parent''s';

/* The homes of patches are those of a stored run: what is balanced between them has to be in there. */
CREATE OR REPLACE FUNCTION places_internal.have_parent_read(parent places_internal.plan_definition, columns name[], tolerances float8[])
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	was CONSTANT places_internal.plan_definition := parent;
	has CONSTANT name[] := COALESCE(parent.balance_columns, '{}');
	missing CONSTANT name[] := ARRAY(SELECT c.name FROM unnest(columns) WITH ORDINALITY c(name, nr) WHERE c.name <> ALL (has) ORDER BY c.nr);
	checked places_internal.plan_definition := parent;
BEGIN
	/* the columns as patches will have them, and then the parent with what it lacks */
	checked.rules := places.rules('balanced');
	checked.balance_columns := columns;
	checked.balance_tolerance := tolerances;
	PERFORM places_internal.with_stock(checked, places_internal.plan_stock(parent));
	IF missing = '{}' THEN
		RETURN;
	END IF;
	parent.balance_columns := has || missing;
	parent.balance_tolerance := CASE WHEN has = '{}' THEN '{Infinity}'::float8[]
		ELSE CASE WHEN parent.balance_tolerance IS NULL THEN array_fill(0.1::float8, ARRAY[cardinality(has)])
			WHEN cardinality(parent.balance_tolerance) = 1 THEN array_fill(parent.balance_tolerance[1], ARRAY[cardinality(has)])
			ELSE parent.balance_tolerance END || array_fill('Infinity'::float8, ARRAY[cardinality(missing)]) END;
	PERFORM places_internal.with_stock(parent, places_internal.plan_stock(parent));
	UPDATE places_internal.plan_definition d
	SET balance_columns = parent.balance_columns, balance_tolerance = parent.balance_tolerance
	WHERE d.plan_id = parent.plan_id;
	PERFORM places_internal.record_act(parent.plan, 'alter_plan', note => 'for its patches',
		before => places_internal.plan_as_json(was), after => places_internal.plan_as_json(parent));
END
$$;

COMMENT ON FUNCTION places_internal.have_parent_read(places_internal.plan_definition, name[], float8[]) IS
	'has the runs of a plan read the measures that its patches balance, without balancing them itself; or a clear error';

CREATE OR REPLACE FUNCTION places_internal.balance_child(p places_internal.plan_definition)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	parent places_internal.plan_definition;
BEGIN
	IF p.level = 'locality' THEN
		PERFORM places_internal.refuse('feature_not_supported', format('localities of plan "%s" have no measures to balance', p.plan),
			detail => 'They are grouped from whole places.',
			hint => 'Balance patches, with places.create_patches(), or the places, with places.alter_plan().');
	END IF;
	SELECT d.* INTO parent FROM places_internal.plan_definition d WHERE d.plan_id = p.parent_id FOR UPDATE;
	PERFORM places_internal.have_parent_read(parent, p.balance_columns, p.balance_tolerance);
END
$$;

COMMENT ON FUNCTION places_internal.balance_child(places_internal.plan_definition) IS
	'sees to it that a plan of patches can balance what it is to, or a clear error';

CREATE OR REPLACE FUNCTION places_internal.do_create_patches(
	plan text, within text, rules places.ruleset, dispersed boolean, balance_columns name[], balance_tolerance float8[])
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	parent places_internal.plan_definition := places_internal.hold_parent('within', within, 'patch');
	made places_internal.plan_definition;
BEGIN
	IF dispersed IS NULL THEN
		PERFORM places_internal.refuse('null_value_not_allowed', 'dispersed must not be null',
			hint => 'true divides homes outside every kept place into patches too, by authority; false leaves them out.');
	END IF;
	made.plan := plan;
	made.level := 'patch';
	made.rules := rules;
	made.dispersed := dispersed;
	made.parent_id := parent.plan_id;
	made.balance_columns := places_internal.plain_list(balance_columns);
	made.balance_tolerance := CASE WHEN made.balance_columns IS NOT NULL THEN places_internal.plain_list(balance_tolerance) END;
	PERFORM places_internal.create_child(made, parent, 'create_patches');
	IF made.balance_columns IS NOT NULL THEN
		PERFORM places_internal.balance_child(made);
	END IF;
END
$$;

CREATE OR REPLACE FUNCTION places.create_patches(
	plan text, within text, rules places.ruleset DEFAULT places.rules('balanced', 175), dispersed boolean DEFAULT true,
	balance_columns name[] DEFAULT NULL, balance_tolerance float8[] DEFAULT NULL)
RETURNS void AS 'MODULE_PATHNAME', 'door' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000;

COMMENT ON FUNCTION places_internal.do_create_patches(text, text, places.ruleset, boolean, name[], float8[]) IS 'behind the door of places.create_patches()';
COMMENT ON FUNCTION places.create_patches(text, text, places.ruleset, boolean, name[], float8[]) IS
	'a plan of patches, which divide each kept place of a plan, and with dispersed the homes outside every kept place too, by authority. They are run and published with that plan, by its name; nothing is divided before places.run(). balance_columns, balance_tolerance: columns of its stock of which each patch has about as much, and how far each may be from its mean, as a share';

CREATE OR REPLACE FUNCTION places_internal.do_create_localities(plan text, over text, rules places.ruleset, region_column name)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	parent places_internal.plan_definition := places_internal.hold_parent('over', over, 'locality');
	made places_internal.plan_definition;
BEGIN
	IF region_column IS NOT NULL THEN
		PERFORM places_internal.insist_columns(places_internal.plan_stock(parent), ARRAY[region_column]);
	END IF;
	made.plan := plan;
	made.level := 'locality';
	made.rules := rules;
	made.region_column := region_column;
	PERFORM places_internal.create_child(made, parent, 'create_localities');
END
$$;

CREATE OR REPLACE FUNCTION places.create_localities(
	plan text, over text, rules places.ruleset DEFAULT places.rules('balanced', 4000), region_column name DEFAULT NULL)
RETURNS void AS 'MODULE_PATHNAME', 'door' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000;

COMMENT ON FUNCTION places_internal.do_create_localities(text, text, places.ruleset, name) IS 'behind the door of places.create_localities()';
COMMENT ON FUNCTION places.create_localities(text, text, places.ruleset, name) IS
	'a plan of localities, which group whole places of a plan and may cross authorities, but not the regions that a column of its stock names. They are run and published with that plan, by its name; nothing is grouped before places.run()';
