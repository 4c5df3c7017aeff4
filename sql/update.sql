-- complain if script is sourced in psql, rather than via ALTER EXTENSION
\echo Use "ALTER EXTENSION places UPDATE" to load this file. \quit

-- 0.2.0 to 0.3.0, before the parts that are written anew: the schema, tables,
-- types, and functions that become others

CREATE SCHEMA places_internal;
COMMENT ON SCHEMA places_internal IS 'parts of the extension places that only it calls: use what is in the schema places';
GRANT USAGE ON SCHEMA places_internal TO public;

-- what is not for people moves; it keeps its identity, so that views and indexes
-- made upon it stay what they are

DO $$
DECLARE
	part record;
	public_names CONSTANT text[] := '{agreement,alter_plan,assign,boundary,boundary_wkt,cluster,cluster_places,compactness,
		compare,coverage_bound,coverage_limit,create_layers,create_plan,discard,draw_boundaries,drop_plan,explain,forget,
		frontier,geojson,headline,lock,map,map_svg,match_groups,members,moves,name_place,pin,place_tiles,publish,recluster,
		rules,run,run_job,schedule,summary,territories,unlock,unpin,unschedule,vary,
		agreement_score,clustering,compactness_score,place_list,reclustering,ruleset}';
BEGIN
	FOR part IN
		SELECT 'ROUTINE' AS kind, p.oid::pg_catalog.regprocedure::text AS name
		FROM pg_catalog.pg_proc p
		WHERE p.pronamespace = 'places'::pg_catalog.regnamespace AND p.proname <> ALL (public_names)
		UNION ALL
		SELECT CASE c.relkind WHEN 'r' THEN 'TABLE' ELSE 'TYPE' END, c.oid::pg_catalog.regclass::text
		FROM pg_catalog.pg_class c
		WHERE c.relnamespace = 'places'::pg_catalog.regnamespace AND c.relkind IN ('r', 'c')
			AND c.relname <> ALL (public_names)
	LOOP
		EXECUTE pg_catalog.format('ALTER %s %s SET SCHEMA places_internal', part.kind, part.name);
	END LOOP;
END
$$;

-- tables

DO $$
DECLARE
	reference record;
BEGIN
	FOR reference IN
		SELECT c.conname, c.conrelid::pg_catalog.regclass AS relation
		FROM pg_catalog.pg_constraint c
		WHERE c.connamespace = 'places_internal'::pg_catalog.regnamespace AND c.contype = 'f'
	LOOP
		EXECUTE pg_catalog.format('ALTER TABLE %s DROP CONSTRAINT %I', reference.relation, reference.conname);
	END LOOP;
END
$$;

ALTER TABLE places_internal.plan_definition
	ADD stock_schema name, ADD stock_name name, ADD job_id bigint, ADD job_database oid;
UPDATE places_internal.plan_definition
SET stock_schema = (pg_catalog.parse_ident(stock))[1], stock_name = (pg_catalog.parse_ident(stock))[2];
ALTER TABLE places_internal.plan_definition
	DROP stock, ALTER stock_schema SET NOT NULL, ALTER stock_name SET NOT NULL;

ALTER TABLE places_internal.run_record
	ADD srid int, ADD geodetic boolean, ADD found_rows bigint, ADD remark text;
UPDATE places_internal.run_record r SET srid = d.srid, geodetic = d.geodetic
FROM places_internal.plan_definition d WHERE d.plan_id = r.plan_id;

ALTER TABLE places_internal.authority_result
	DROP CONSTRAINT authority_result_pkey, ADD PRIMARY KEY (run, authority, status);
ALTER TABLE places_internal.lineage ADD PRIMARY KEY (run, place, event, authority);
ALTER TABLE places_internal.act ADD as_role name;

