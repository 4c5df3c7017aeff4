#!/usr/bin/env bash
# update - ALTER EXTENSION places UPDATE from the last release gives the same
# objects, with the same definitions, rights and comments, as a new installation
set -euo pipefail

Sql()
{
	psql -X -q -At -v ON_ERROR_STOP=1 "$@"
}

# Every member of the extension as text: what PostgreSQL's own functions say
# that would make it again.
Describe()
{
	Sql -d "$1" <<-'EOF'
		SET search_path = pg_catalog;
		CREATE TEMP VIEW member AS
		SELECT d.classid, d.objid FROM pg_depend d JOIN pg_extension e ON d.refobjid = e.oid
		WHERE d.refclassid = 'pg_extension'::regclass AND e.extname = 'places' AND d.deptype = 'e';
		SELECT pg_describe_object(m.classid, m.objid, 0), obj_description(m.objid, m.classid::regclass::name)
		FROM member m ORDER BY 1;
		SELECT p.oid::regprocedure, p.proacl, p.prokind, p.procost, p.prorows, p.provolatile, p.proparallel,
			p.proisstrict, p.prosecdef, p.proconfig, pg_get_function_result(p.oid), pg_get_function_arguments(p.oid),
			CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) END
		FROM member m JOIN pg_proc p ON m.classid = 'pg_proc'::regclass AND p.oid = m.objid
		ORDER BY p.oid::regprocedure::text;
		SELECT (to_jsonb(a) - 'aggfnoid') || jsonb_build_object('name', a.aggfnoid::regprocedure)
		FROM member m JOIN pg_aggregate a ON m.classid = 'pg_proc'::regclass AND a.aggfnoid = m.objid
		ORDER BY a.aggfnoid::regprocedure::text;
		SELECT c.oid::regclass, c.relkind, c.relacl, c.reloptions, c.relrowsecurity, a.attnum, a.attname,
			format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
			pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum)
		FROM member m
		LEFT JOIN pg_type t ON m.classid = 'pg_type'::regclass AND t.oid = m.objid
		JOIN pg_class c ON c.oid = CASE m.classid WHEN 'pg_class'::regclass THEN m.objid ELSE t.typrelid END
		JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
		LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
		ORDER BY c.oid::regclass::text, a.attnum;
		SELECT c.oid::regclass, pg_get_viewdef(c.oid)
		FROM member m JOIN pg_class c ON m.classid = 'pg_class'::regclass AND c.oid = m.objid
		WHERE c.relkind = 'v' ORDER BY c.oid::regclass::text;
		SELECT c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)
		FROM member m JOIN pg_constraint c ON m.classid = 'pg_class'::regclass AND c.conrelid = m.objid
		ORDER BY c.conrelid::regclass::text, 2;
		SELECT pg_get_indexdef(i.indexrelid)
		FROM member m JOIN pg_index i ON m.classid = 'pg_class'::regclass AND i.indrelid = m.objid ORDER BY 1;
		SELECT c::regclass, f FROM pg_extension e, unnest(e.extconfig, e.extcondition) AS u(c, f)
		WHERE e.extname = 'places' ORDER BY c::regclass::text;
		SELECT extversion FROM pg_extension WHERE extname = 'places';
		SELECT n.nspacl FROM pg_namespace n WHERE n.nspname = 'places';
	EOF
}

release=0.1.0
createdb places_updated
Sql -d places_updated -c 'SET client_min_messages = warning' -c 'CREATE EXTENSION postgis' \
	-c "CREATE EXTENSION places VERSION '$release'" -c 'ALTER EXTENSION places UPDATE'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
Describe "$PGDATABASE" >"$work/new"
Describe places_updated >"$work/updated"
wc -l <"$work/new"
diff "$work/new" "$work/updated"
dropdb places_updated
