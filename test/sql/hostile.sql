-- functions, operators and types that others have planted are never called, wherever they come in the search path
SET client_min_messages = warning;
\set SHOW_CONTEXT never
CREATE TABLE quarry AS SELECT i AS id, 'A' || i % 3 AS la, ST_SetSRID(ST_MakePoint(i * 7 % 101, i * 11 % 103), 27700) AS geom, 1 + i % 2 AS w, 'label' AS label FROM generate_series(1, 90) i;
CREATE SCHEMA trap;
CREATE TABLE caught (what text);
GRANT SELECT ON quarry TO PUBLIC;

-- a trap for each function that a body or a query of ours may call, by its name in pg_catalog, and with the very argument types
CREATE FUNCTION trap.spring(what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'caught by %', what;
END $$;
CREATE FUNCTION set_traps() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	p record;
	planted bigint := 0;
BEGIN
	FOR p IN
		SELECT f.proname, oidvectortypes(f.proargtypes) AS arguments, format_type(f.prorettype, NULL) AS result, f.proretset
		FROM pg_proc f
		WHERE f.pronamespace = 'pg_catalog'::regnamespace AND f.prokind = 'f' AND f.provariadic = 0 AND f.prorettype <> 'cstring'::regtype
			AND NOT 'internal'::regtype = ANY (f.prorettype || f.proargtypes::oid[]) AND NOT 'cstring'::regtype = ANY (f.proargtypes::oid[])
			AND f.proname IN ('unnest', 'round', 'ceil', 'floor', 'replace', 'octet_length', 'quote_ident', 'array_position', 'cardinality', 'current_setting', 'set_config', 'clock_timestamp', 'btrim', 'lower', 'text', 'float8', 'int4', 'int8', 'numeric', 'array_length', 'pg_has_role')
	LOOP
		EXECUTE format('CREATE FUNCTION trap.%I(%s) RETURNS %s %s LANGUAGE plpgsql AS $f$ BEGIN PERFORM trap.spring(%L); END $f$',
			p.proname, p.arguments, CASE WHEN p.proretset THEN 'SETOF' END, p.result, p.proname);
		planted := planted + 1;
	END LOOP;
	/* more exact than any in pg_catalog */
	FOR p IN SELECT unnest('{name[],text[],float8[],geometry[]}'::text[]) AS arguments LOOP
		EXECUTE format('CREATE FUNCTION trap.unnest(%1$s) RETURNS SETOF %2$s LANGUAGE plpgsql AS $f$ BEGIN PERFORM trap.spring(''unnest''); END $f$', p.arguments, trim(TRAILING '[]' FROM p.arguments));
		planted := planted + 1;
	END LOOP;
	FOR p IN SELECT * FROM (VALUES ('pack', 'geometry, float8, text'), ('cluster', 'geometry, places.ruleset'), ('count', '"any"'), ('sum', 'float8'), ('sum', 'bigint'), ('array_agg', 'text'), ('array_agg', 'geometry'), ('rules', ''), ('vary', 'places.ruleset, float8, float8'), ('st_distance', 'geometry, geometry'), ('st_setsrid', 'geometry, int'), ('st_makepoint', 'float8, float8'), ('point_at', 'float8, float8, int'), ('plain_location', 'geometry'), ('usable_location', 'geometry, int'), ('is_in', 'text'), ('rank', ''), ('percentile_cont', 'float8')) v(name, arguments) LOOP
		CONTINUE WHEN p.arguments = '"any"';
		EXECUTE format('CREATE FUNCTION trap.%s(%s) RETURNS text LANGUAGE plpgsql AS $f$ BEGIN PERFORM trap.spring(%L); END $f$', p.name, p.arguments, p.name);
	END LOOP;
	/* operators for the types that are compared, the same and mixed */
	FOR p IN
		SELECT o.name, l.l, r.r FROM unnest('{=,<>,<,<=,>,>=,||,-,+,*,/,~}'::text[]) o(name),
			unnest('{text,name,oid,regclass,regtype,int,bigint,float8,numeric,boolean,"\"char\"",geometry,places.ruleset}'::text[]) l(l), unnest('{text,name,oid,regclass,regtype,int,bigint,float8,numeric,boolean,"\"char\"",geometry,places.ruleset}'::text[]) r(r)
	LOOP
		IF to_regprocedure(format('trap.spring(%s, %s)', p.l, p.r)) IS NULL THEN
			EXECUTE format('CREATE FUNCTION trap.spring(%s, %s) RETURNS boolean LANGUAGE plpgsql AS $f$ BEGIN PERFORM trap.spring(%L); END $f$', p.l, p.r, 'an operator of ' || p.l || ' and ' || p.r);
		END IF;
		EXECUTE format('CREATE OPERATOR trap.%s (FUNCTION = trap.spring, LEFTARG = %s, RIGHTARG = %s)', p.name, p.l, p.r);
		planted := planted + 1;
	END LOOP;
	CREATE DOMAIN trap.text AS pg_catalog.text CHECK (trap.spring('the type text') IS NOT NULL);
	CREATE DOMAIN trap.float8 AS pg_catalog.float8 CHECK (trap.spring('the type float8') IS NOT NULL);
	CREATE DOMAIN trap.name AS pg_catalog.name CHECK (trap.spring('the type name') IS NOT NULL);
	CREATE DOMAIN trap.regclass AS pg_catalog.regclass CHECK (trap.spring('the type regclass') IS NOT NULL);
	RETURN planted;
END $$;
SELECT set_traps() > 1000 AS planted;

-- they are there to be stepped into
SET search_path = trap, pg_catalog, public;
\set VERBOSITY terse
SELECT 'a' OPERATOR(pg_catalog.||) (1 = 1)::pg_catalog.text;
SELECT * FROM unnest('{a}'::pg_catalog.name[]);
\set VERBOSITY default

SELECT pg_catalog.count(*), pg_catalog.sum(a.place) FROM places.assign('public.quarry', 'id', 'la', 'geom', places.rules('balanced', 10)) a;
SELECT pg_catalog.count(*), pg_catalog.sum(a.place) FROM places.assign('public.quarry', 'id', 'la', 'geom', places.rules('balanced', 10), 'w') a;
SELECT pg_catalog.count(*) FROM places.summary('public.quarry', 'id', 'la', 'geom', places.rules('balanced', 10));
SELECT homes, places, kept_places FROM places.headline('public.quarry', 'id', 'la', 'geom', places.rules('balanced', 10), 'w');
SELECT authority, homes, kept_homes, bound_homes FROM places.coverage_bound('public.quarry', 'id', 'la', 'geom', places.rules('coverage', 10, max_radius => 40));
SELECT at_min_homes, at_max_radius, kept_places FROM places.frontier('public.quarry', 'id', 'la', 'geom', places.rules('coverage', 10, max_radius => 40), NULL, '{5,10}', '{30,40}');
SELECT home_id, authority, kept, sentence FROM places.explain('public.quarry', 'id', 'la', 'geom', places.rules('coverage', 10, max_radius => 40), home => '17');
SELECT pg_catalog.count(*), pg_catalog.count(weight), pg_catalog.count(location) FROM places_internal.solve_homes('public.quarry', 'id', 'la', 'geom', 'w', places.rules('balanced', 10), true);
SELECT * FROM places_internal.describe_stock('public.quarry', 'id', 'la', 'geom', 'w', 'label', places.rules(), 'trap, pg_catalog, public');
SELECT authority, status, stock_rows, duplicate_ids FROM places_internal.run_groups('public.quarry', 'id', 'la', 'geom', 'w', 'label', 0, NULL, 27700, 0, places.rules('balanced', 10), NULL, NULL, 'trap, pg_catalog, public') ORDER BY 1;
SELECT pid FROM places.progress LIMIT 0;
-- errors, too, are made without them
SELECT * FROM places.assign('public.quarry', 'uprn', 'la', 'geom');
SELECT * FROM places.explain('public.quarry', 'id', 'la', 'geom', home => 'nobody');

RESET search_path;
DROP SCHEMA trap CASCADE;
DROP TABLE quarry, caught;
DROP FUNCTION set_traps;
