#!/usr/bin/env bash
# planted_drawings.sh - functions and operators that somebody else has made never run in
# drawings, wherever they stand in the search path, and wherever PostGIS is
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PGOPTIONS='-c client_min_messages=warning'

Sql()
{
	psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

# Draw SEARCH_PATH
Draw()
{
	echo "SET search_path = $1;"
	cat <<-'END'
		\set stock '''public.stock'', ''id'', ''la'', ''geom'''
		\set rules 'places.rules(target_homes => 15, max_radius => 600)'
		SELECT pg_catalog.md5(places.map(:stock, :rules)), pg_catalog.md5(places.map_svg(:stock, :rules));
		SELECT pg_catalog.md5(places.map('public.degrees', 'id', 'la', 'geom', :rules));
		SELECT pg_catalog.md5(places.map('planted')), pg_catalog.md5(places.map_svg('planted'));
		SELECT pg_catalog.md5(places.map('planted', background => 'public.areas')), pg_catalog.md5(places.map_svg(:stock, :rules, background => 'public.areas'));
		SELECT authority, place, boundary FROM places.boundary(:stock, :rules);
		SELECT authority, place, boundary FROM places.boundary('public.degrees', 'id', 'la', 'geom', :rules);
		SELECT places.boundary_wkt(boundary, 300) FROM places.territory;
		SELECT places.draw_boundaries('planted');
		SELECT places.create_layers('planted', 'layers');
		SELECT key, geom, distance FROM layers.homes_4326;
		SELECT key, geom FROM layers.places;
		SELECT key, geom FROM layers.boundaries_4326;
		SELECT pg_catalog.md5(places.geojson('planted')::pg_catalog.text);
		SELECT pg_catalog.md5(places.place_tiles(0, 0, 0)), pg_catalog.md5(places.place_tiles(9, 252, 168)), pg_catalog.md5(places.place_tiles(14, 8093, 5387));
		SELECT place, centre, density FROM places.place;
		SELECT home_id, distance FROM places.home;
	END
}

# Check WHEN SEARCH_PATH
Check()
{
	Draw "$2" | Sql >"$work/now" || { echo "planted_drawings: a planted function ran, $1" >&2; exit 1; }
	sort -o "$work/now" "$work/now"
	cmp "$work/before" "$work/now" || { echo "planted_drawings: other answers, $1" >&2; exit 1; }
}

Sql >/dev/null <<-'END'
	CREATE TABLE stock AS
	SELECT i AS id, 'A' || i % 2 AS la,
		ST_SetSRID(ST_MakePoint(400000 + i % 2 * 3000 + i % 5 * 700 + i * 7919 % 401, 300000 + i % 3 * 900 + i * 104729 % 397), 27700) AS geom
	FROM generate_series(1, 200) i;
	CREATE TABLE degrees AS SELECT id, la, ST_Transform(geom, 4326)::geography AS geom FROM stock;
	CREATE TABLE areas AS SELECT 'area ' || la AS name, ST_Transform(ST_Buffer(ST_Collect(geom), 900), 4326) AS geom FROM stock GROUP BY la;
	CREATE SCHEMA layers;
	CREATE SCHEMA gis;
	CREATE SCHEMA evil;
	SELECT places.create_plan('planted', 'stock', 'id', 'la', 'geom', places.rules(target_homes => 15, max_radius => 600));
	SELECT places.run('planted'), places.draw_boundaries('planted');
END
Draw 'public' | Sql | sort >"$work/before"

# For every function of PostgreSQL and PostGIS whose name is in a body of ours a
# twin of the same types, and for every operator on common types
cat >"$work/plant.sql" <<-'END'
	CREATE FUNCTION pg_temp.plant(schema name) RETURNS bigint LANGUAGE plpgsql SET search_path = pg_catalog AS $$
	DECLARE
		f record;
		planted bigint := 0;
	BEGIN
		FOR f IN
			WITH word AS (
				SELECT DISTINCT lower(w[1]) AS name
				FROM pg_proc p CROSS JOIN LATERAL regexp_matches(pg_get_functiondef(p.oid), '\w+', 'g') w
				WHERE p.pronamespace IN ('places'::regnamespace, 'places_internal'::regnamespace) AND p.prokind <> 'a')
			SELECT DISTINCT p.proname, oidvectortypes(p.proargtypes) AS arguments, format_type(p.prorettype, NULL) AS result, p.proretset
			FROM pg_proc p
			JOIN pg_namespace n ON n.oid = p.pronamespace AND n.nspname IN ('pg_catalog', 'public', 'gis')
			JOIN word ON word.name = p.proname
			WHERE p.provariadic = 0 AND NOT p.prorettype = ANY ('{internal,trigger,cstring,record}'::regtype[])
				AND NOT EXISTS (SELECT FROM unnest(p.proargtypes) a WHERE a = ANY ('{internal,cstring,pg_catalog.\"any\"}'::regtype[]))
				AND NOT EXISTS (SELECT FROM pg_proc q WHERE q.pronamespace = schema::regnamespace AND q.proname = p.proname AND q.proargtypes = p.proargtypes)
		LOOP
			BEGIN
				EXECUTE format('CREATE FUNCTION %I.%I(%s) RETURNS %s%s LANGUAGE plpgsql AS $f$ BEGIN RAISE EXCEPTION ''planted: %I''; END $f$',
					schema, f.proname, f.arguments, CASE WHEN f.proretset THEN 'SETOF ' ELSE '' END, f.result, f.proname);
				planted := planted + 1;
			EXCEPTION WHEN OTHERS THEN
				NULL;
			END;
		END LOOP;
		FOR f IN
			SELECT o.oprname, l::text AS "left", r::text AS "right"
			FROM (VALUES ('='), ('<>'), ('<'), ('>'), ('<='), ('>='), ('+'), ('-'), ('*'), ('/'), ('%'), ('^'), ('||'), ('&&'), ('~'), ('->>')) o(oprname),
				unnest('{bool,int4,int8,float8,numeric,text,name,oid,regclass,regtype,int4[],box,json}'::regtype[]) l,
				unnest('{bool,int4,int8,float8,numeric,text,name,oid,regclass,regtype,int4[],box,json}'::regtype[]) r
		LOOP
			EXECUTE format('CREATE FUNCTION %1$I.%2$I(%3$s, %4$s) RETURNS %5$s LANGUAGE plpgsql AS $f$ BEGIN RAISE EXCEPTION ''planted: an operator''; END $f$;
				CREATE OPERATOR %1$I.%6$s (LEFTARG = %3$s, RIGHTARG = %4$s, FUNCTION = %1$I.%2$I)',
				schema, 'op_' || md5(f.oprname || f."left" || ' ' || f."right"), f."left", f."right",
				CASE WHEN f.oprname ~ '[=<>~]|&&' THEN 'bool' ELSE f."left" END, f.oprname);
			planted := planted + 1;
		END LOOP;
		RETURN planted;
	END $$;
END
Sql -f "$work/plant.sql" -c "SELECT pg_temp.plant('evil')"
Check 'before PostgreSQL in the search path' 'evil, pg_catalog, public'

Sql -o /dev/null <<-'END'
	UPDATE pg_extension SET extrelocatable = true WHERE extname = 'postgis';
	ALTER EXTENSION postgis SET SCHEMA gis;
	SET search_path = public, gis;
	SELECT gis.postgis_extensions_upgrade();
END
Sql -f "$work/plant.sql" -c "SELECT pg_temp.plant('public')"
Check 'with PostGIS in a schema of its own' 'evil, public, pg_catalog, gis'
