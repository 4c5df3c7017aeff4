#!/usr/bin/env bash
# planted.sh - functions and operators that another user plants on the search path: none of them is called
#
# For every function of pg_catalog whose name the code of the extension mentions
# there is one of the same arguments in public, and more that would fit better; so
# for every operator over the types it uses.  All of them write down who called.
set -euo pipefail

Sql()
{
	PGOPTIONS='-c search_path=pg_catalog' psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

Fail()
{
	printf 'planted: %s\n' "$1" >&2
	exit 1
}

CleanUp()
{
	local role

	for role in planter admin; do
		Sql -c "DROP OWNED BY places_planted_$role CASCADE" -c "DROP ROLE places_planted_$role" >/dev/null 2>&1 || true
	done
}
CleanUp
trap CleanUp EXIT

Sql <<-'EOF'
	CREATE ROLE places_planted_planter LOGIN;
	CREATE ROLE places_planted_admin LOGIN IN ROLE places_admin;
	CREATE SCHEMA stocks AUTHORIZATION places_planted_admin;
	GRANT CREATE, USAGE ON SCHEMA public TO places_planted_planter;
	CREATE TABLE stocks.caught (what text);
	GRANT USAGE ON SCHEMA stocks TO PUBLIC;
	GRANT INSERT ON stocks.caught TO PUBLIC;
	CREATE TABLE stocks.homes AS SELECT i AS id, 'E' || i % 2 AS la, 'Stowe' AS ward, 1.0::float8 AS w,
		public.ST_SetSRID(public.ST_MakePoint(400000 + i % 2 * 1000 + i, 300000), 27700) AS geom FROM generate_series(1, 80) i;
	ALTER TABLE stocks.homes OWNER TO places_planted_admin;
EOF
Sql -U places_planted_planter <<-'EOF' >/dev/null
	/* what the code mentions: names before a parenthesis */
	CREATE TEMP TABLE mentioned AS
	SELECT DISTINCT lower(w[1]) AS name FROM pg_proc p, regexp_matches(COALESCE(p.prosrc, '') || COALESCE(pg_get_function_sqlbody(p.oid), ''), '([a-zA-Z_][a-zA-Z_0-9]*)\(', 'g') w
	WHERE p.pronamespace IN ('places'::regnamespace, 'places_internal'::regnamespace)
	UNION SELECT unnest('{lower,btrim,count,array_agg,to_regclass,current_setting,set_config,pg_has_role}'::text[]);
	CREATE TEMP TABLE planted AS
	SELECT DISTINCT p.proname AS name, pg_get_function_identity_arguments(p.oid) AS arguments
	FROM pg_proc p JOIN mentioned m ON m.name = p.proname
	WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind IN ('f', 'a') AND p.provariadic = 0
		AND NOT EXISTS (SELECT FROM unnest(p.proargtypes) t JOIN pg_type y ON y.oid = t WHERE y.typtype = 'p')
	UNION SELECT n, a FROM unnest('{unnest}'::text[]) n, unnest('{name[],text[],int[],bigint[],float8[],boolean[],public.geometry[]}'::text[]) a
	UNION SELECT n, a FROM unnest('{format,concat_ws,num_nonnulls,jsonb_build_object}'::text[]) n,
		unnest('{"text,text","text,name","text,int","text,bigint","text,text,text","text,name,name","text,bigint,text","text,text,text,text","text,jsonb","name,name","name,name,name","float8,float8"}'::text[]) a
	UNION SELECT n, a FROM unnest('{array_agg,count,max,min,sum,jsonb_agg,string_agg,mode,cardinality,array_length,quote_literal,quote_nullable,to_jsonb,pg_typeof}'::text[]) n,
		unnest('{text,name,int,bigint,float8,boolean,public.geometry,oid,"text[]","bigint[]"}'::text[]) a
	UNION SELECT n, a FROM unnest('{st_srid,st_x,st_y,st_geometrytype,st_isempty,st_astext,st_asbinary,srid_of,find_plan,caller,numbered,is_in,mentions,rules,cluster}'::text[]) n,
		unnest('{public.geometry,text,float8,boolean,""}'::text[]) a;
	CREATE FUNCTION public.plant(statement text) RETURNS void LANGUAGE plpgsql AS $$
	BEGIN EXECUTE statement; EXCEPTION WHEN OTHERS THEN NULL; END $$;
	SELECT public.plant(format($f$CREATE FUNCTION public.%I(%s) RETURNS %s LANGUAGE plpgsql AS $b$BEGIN INSERT INTO stocks.caught VALUES (%L); RETURN NULL; END$b$ $f$,
		p.name, p.arguments, COALESCE((SELECT format_type(min(c.prorettype::oid::int)::oid, NULL) FROM pg_proc c JOIN pg_type y ON y.oid = c.prorettype
			WHERE c.proname = p.name AND c.pronamespace = 'pg_catalog'::regnamespace AND NOT c.proretset AND y.typtype <> 'p'), 'text'), p.name)) FROM planted p;
	/* operators: those of pg_catalog over these types, and those that would fit two different ones better */
	SELECT public.plant(format($f$CREATE FUNCTION public.planted_operator(%1$s, %2$s) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN INSERT INTO stocks.caught VALUES (''operator %1$s %2$s''); RETURN NULL; END'$f$, l, r))
	FROM unnest('{text,name,oid,regclass,int,bigint,smallint,float8,boolean,"char",jsonb,numeric,timestamptz,"text[]","name[]","oid[]",public.geometry}'::text[]) l,
		unnest('{text,name,oid,regclass,int,bigint,smallint,float8,boolean,"char",jsonb,numeric,timestamptz,"text[]","name[]","oid[]",public.geometry}'::text[]) r;
	SELECT public.plant(format('CREATE OPERATOR public.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = public.planted_operator)',
		o, format_type(p.proargtypes[0], NULL), format_type(p.proargtypes[1], NULL)))
	FROM pg_proc p, unnest('{=,<>,<,>,<=,>=,||,+,-,*,/,^,->,->>,#>>,~,~*,!~,~~,@>,<@,&&}'::text[]) o
	WHERE p.pronamespace = 'public'::regnamespace AND p.proname = 'planted_operator';
EOF
planted=$(Sql -c "SELECT (SELECT count(*) FROM pg_proc WHERE proowner = 'places_planted_planter'::regrole), (SELECT count(*) FROM pg_operator WHERE oprowner = 'places_planted_planter'::regrole)")
[ "$(cut -d'|' -f1 <<<"$planted")" -gt 500 ] && [ "$(cut -d'|' -f2 <<<"$planted")" -gt 3000 ] || Fail "too little is planted: $planted"

# a planted one is called where a name is left to the search path
Sql -c "SET search_path = public, pg_catalog" -c "SELECT lower('X'), 'a'::text = 'a'::name" >/dev/null
[ "$(Sql -c 'SELECT count(*) FROM stocks.caught')" -ge 1 ] || Fail 'nothing planted can be called'
Sql -c 'TRUNCATE stocks.caught'

# What anybody does with plans.  All that is written here is free of operators and functions but ours.
Statements()
{
	cat <<-EOF
		SELECT places.create_plan('$1', 'stocks.homes', 'id', 'la', 'geom', places.rules('balanced', 20), 'w', 'ward');
		SELECT places.alter_plan('$1', stock => 'stocks.homes', max_drop => 100, max_shrink => 100, weight_column => '', note => 'so');
		SELECT * FROM places.run('$1');
		CALL places.run_job('$1', false);
		SELECT places.pin('$1', '1', place) FROM places.place LIMIT 1;
		SELECT places.pin('$1', '1', place) FROM places.place LIMIT 1;
		SELECT places.lock('$1', place), places.name_place('$1', place, 'Lanes') FROM places.place LIMIT 1;
		SELECT * FROM places.run('$1');
		SELECT places.unpin('$1', '1');
		SELECT places.unlock('$1', place) FROM places.correction LIMIT 1;
		SELECT places.publish('$1', base_run) FROM places.run_history WHERE published;
		SELECT c.* FROM places.run_history h, places.compare(h.run, h.run) c WHERE published;
		SELECT c.* FROM places.run_history h, places.moves(h.run, h.run) c WHERE published;
		TABLE places.place; TABLE places.home; TABLE places.remainder; TABLE places.run_history; TABLE places.authority;
		TABLE places.change; TABLE places.correction; TABLE places.audit_log;
		SELECT places.schedule('$1', '0 2 * * *');
		SELECT places.unschedule('$1');
		SELECT places.forget('80');
		SELECT places.alter_plan('nothing');
		SELECT places.drop_plan('$1');
	EOF
}
for role in postgres places_planted_admin; do
	for path in public 'public, pg_catalog'; do
		{ printf 'SET search_path = %s;\n' "$path"; Statements n; } >"$PLACES_WORK/planted.sql"
		PGOPTIONS='-c client_min_messages=error' psql -X -q -U "$role" -v SHOW_CONTEXT=never -f "$PLACES_WORK/planted.sql" >"$PLACES_WORK/planted.said" 2>&1 || true
		caught=$(Sql -c 'SELECT DISTINCT what FROM stocks.caught ORDER BY 1')
		[ "$caught" = '' ] || Fail "under search_path $path $role called: $caught"
		errors=$(grep ERROR "$PLACES_WORK/planted.said" | grep -v -e 'pg_cron is not' -e 'pg_cron belongs in' -e 'plan "nothing" does not exist' || true)
		[ "$errors" = '' ] || Fail "under search_path $path $role: $errors"
	done
done
