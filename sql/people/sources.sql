-- sources: tables of the landlord that a plan reads beside its stock
--
-- As the stock they are known by schema and name, and read with the rights of whoever
-- asks.  Whoever may not read all of one gets an error and no figure: of half the
-- contacts most homes have not been heard from.

CREATE OR REPLACE FUNCTION places_internal.read_rows(relation regclass, columns name[], search_path text)
RETURNS SETOF record AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 100000 ROWS 100000;

COMMENT ON FUNCTION places_internal.read_rows(regclass, name[], text) IS
	'the rows of a relation, with a column for each name, cast to the type that the query declares for it; a null name makes a column of nulls. Read as the caller under a search path';

CREATE OR REPLACE FUNCTION places_internal.tree_of(plan text)
RETURNS places_internal.plan_definition LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	p places_internal.plan_definition := places_internal.find_plan(plan);
BEGIN
	IF p.parent_id IS NOT NULL THEN
		SELECT d.* INTO p FROM places_internal.plan_definition d WHERE d.plan_id = p.parent_id;
	END IF;
	RETURN p;
END
$$;

COMMENT ON FUNCTION places_internal.tree_of(text) IS 'the plan of places of the tree that a plan is of, by its name, or a clear error';

CREATE OR REPLACE FUNCTION places_internal.insist_columns(relation regclass, columns name[])
RETURNS void LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	missing name := (SELECT u.name FROM unnest(columns) WITH ORDINALITY u(name, nr)
		WHERE u.name IS NOT NULL AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a
			WHERE a.attrelid = relation AND a.attname = u.name AND a.attnum > 0 AND NOT a.attisdropped)
		ORDER BY u.nr LIMIT 1);
BEGIN
	IF missing IS NOT NULL THEN
		PERFORM places_internal.refuse('undefined_column', format('column "%s" of %s does not exist', missing, relation),
			hint => format('Its columns are %s.', (SELECT string_agg(quote_literal(a.attname), ', ' ORDER BY a.attnum)
				FROM pg_catalog.pg_attribute a WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped)));
	END IF;
END
$$;

COMMENT ON FUNCTION places_internal.insist_columns(regclass, name[]) IS 'a clear error unless a relation has columns of these names; nulls name none';

CREATE OR REPLACE FUNCTION places_internal.is_of_kind(relation regclass, column_name name, kind text)
RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE COST 100
BEGIN ATOMIC
	WITH RECURSIVE type(oid) AS (
		SELECT a.atttypid FROM pg_catalog.pg_attribute a WHERE a.attrelid = relation AND a.attname = column_name
		UNION ALL
		SELECT t.typbasetype FROM type JOIN pg_catalog.pg_type t ON t.oid = type.oid WHERE t.typtype = 'd')
	SELECT EXISTS (SELECT FROM type JOIN pg_catalog.pg_type t ON t.oid = type.oid
		WHERE CASE kind
			WHEN 'a number' THEN t.typcategory = 'N' AND t.typname NOT LIKE 'reg%' AND t.typname <> 'oid'
			WHEN 'a date or a time with one' THEN t.oid IN ('pg_catalog.date'::regtype, 'pg_catalog.timestamp'::regtype, 'pg_catalog.timestamptz'::regtype)
			WHEN 'geometry or geography' THEN t.typname IN ('geometry', 'geography')
			WHEN 'true or false' THEN t.oid = 'pg_catalog.bool'::regtype
			WHEN 'text or an array of texts' THEN t.typcategory = 'S' OR t.oid IN ('pg_catalog.text[]'::regtype, 'pg_catalog.varchar[]'::regtype)
			ELSE true END);
END;

COMMENT ON FUNCTION places_internal.is_of_kind(regclass, name, text) IS 'whether a column holds what a source needs there, in the words of an error';

/* Of any role's words: the arguments by which somebody names columns, and what each should hold. */
CREATE OR REPLACE FUNCTION places_internal.check_source(argument text, relation regclass, arguments text[], columns name[], kinds text[],
	OUT table_schema name, OUT table_name name)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	c pg_catalog.pg_class;
	wrong record;
BEGIN
	SELECT k.* INTO c FROM pg_catalog.pg_class k WHERE k.oid = relation;
	IF NOT FOUND THEN
		PERFORM places_internal.refuse('undefined_table', format('%s does not exist', argument),
			detail => format('%s is %s.', argument, COALESCE(relation::oid::text, 'null')),
			hint => 'Name a table or view.');
	ELSIF c.relkind NOT IN ('r', 'p', 'v', 'm', 'f') THEN
		PERFORM places_internal.refuse('wrong_object_type', format('%s must be a table or view', argument),
			detail => format('%s is of another kind.', relation),
			hint => 'Name a table or view.');
	ELSIF c.relpersistence = 't' THEN
		PERFORM places_internal.refuse('wrong_object_type', format('%s must not be temporary', argument),
			detail => format('%I goes with this session, and a plan does not.', c.relname),
			hint => 'Make a table or view that stays.');
	END IF;
	PERFORM places_internal.insist_columns(relation, columns);
	SELECT u.* INTO wrong FROM unnest(arguments, columns, kinds) WITH ORDINALITY u(argument, name, kind, nr)
	WHERE u.name IS NULL AND u.kind LIKE 'needed%' OR NOT places_internal.is_of_kind(relation, u.name, replace(u.kind, 'needed: ', '')) AND u.name IS NOT NULL
	ORDER BY u.nr LIMIT 1;
	IF FOUND THEN
		IF wrong.name IS NULL THEN
			PERFORM places_internal.refuse('null_value_not_allowed', format('%s must not be null', wrong.argument),
				hint => format('Name a column of %s.', relation));
		END IF;
		PERFORM places_internal.refuse('datatype_mismatch', format('%s must be %s', wrong.argument, replace(wrong.kind, 'needed: ', '')),
			detail => (SELECT format('Column %I of %s is of type %s.', a.attname, relation, format_type(a.atttypid, a.atttypmod))
				FROM pg_catalog.pg_attribute a WHERE a.attrelid = relation AND a.attname = wrong.name),
			hint => 'Make a view with the column cast to what it should be.');
	END IF;
	SELECT n.nspname, c.relname INTO table_schema, table_name FROM pg_catalog.pg_namespace n WHERE n.oid = c.relnamespace;
END
$$;

COMMENT ON FUNCTION places_internal.check_source(text, regclass, text[], name[], text[]) IS
	'the schema and name of a table or view that somebody names for a plan, or a clear error: for one that cannot be, and for columns that are missing or of another kind than they should be; a kind that begins with "needed: " may not be null';

/*
 * A view reads with the rights of its owner, but one with security_invoker with those of
 * whoever asks, wherever it is used.
 */
CREATE OR REPLACE FUNCTION places_internal.hidden_table(relation regclass)
RETURNS regclass LANGUAGE sql STABLE PARALLEL RESTRICTED COST 1000
BEGIN ATOMIC
	WITH RECURSIVE read(oid, as_caller) AS (
		SELECT relation::oid, true
		UNION
		SELECT d.refobjid, COALESCE((SELECT o.option_value::boolean FROM pg_catalog.pg_options_to_table(v.reloptions) o WHERE o.option_name = 'security_invoker'), false)
		FROM read
		JOIN pg_catalog.pg_class v ON v.oid = read.oid AND v.relkind = 'v'
		JOIN pg_catalog.pg_rewrite w ON w.ev_class = v.oid
		JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = w.oid
			AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> v.oid)
	SELECT r.oid::regclass FROM read r JOIN pg_catalog.pg_class c ON c.oid = r.oid
	WHERE r.as_caller AND c.relkind IN ('r', 'p') AND places_internal.rows_hidden(r.oid)
	ORDER BY r.oid LIMIT 1;
END;

COMMENT ON FUNCTION places_internal.hidden_table(regclass) IS
	'a table of which row-level security hides rows from the caller: a relation, or one that it reads with the rights of the caller; null: none';

CREATE OR REPLACE FUNCTION places_internal.open_source(p places_internal.plan_definition, what text, table_schema name, table_name name, columns name[])
RETURNS regclass LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	c pg_catalog.pg_class;
	hidden regclass;
BEGIN
	SELECT k.* INTO c FROM pg_catalog.pg_class k JOIN pg_catalog.pg_namespace n ON n.oid = k.relnamespace
	WHERE n.nspname = table_schema AND k.relname = table_name;
	IF NOT FOUND THEN
		PERFORM places_internal.refuse('undefined_table', format('the %s of plan "%s" do not exist', what, p.plan),
			detail => format('There is no %I.%I.', table_schema, table_name),
			hint => 'Make it again, or name another one.');
	END IF;
	PERFORM places_internal.insist_columns(c.oid, columns);
	PERFORM places_internal.insist_readable(format('The table of %s of plan "%s"', what, p.plan), c, columns);
	hidden := places_internal.hidden_table(c.oid);
	IF hidden IS NOT NULL THEN
		PERFORM places_internal.refuse('insufficient_privilege',
			format('row-level security hides rows of %s from role "%s"', hidden, places_internal.caller()),
			detail => format('Of a part of the %s figures would be wrong.', what),
			hint => 'Ask as a role to which no policy applies.');
	END IF;
	RETURN c.oid;
END
$$;

COMMENT ON FUNCTION places_internal.open_source(places_internal.plan_definition, text, name, name, name[]) IS
	'a table or view that a plan reads beside its stock, or a clear error: if it is gone, or the caller may not read all of some columns';
