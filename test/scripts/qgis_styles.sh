#!/usr/bin/env bash
# qgis_styles.sh - the rows that share/qgis_styles.sql leaves for QGIS
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
schema="it's \"my\" layers'); DROP TABLE stock; --"

Sql()
{
	psql -X -q -A -t -v ON_ERROR_STOP=1 -v schema="$schema" "$@"
}

Fail()
{
	echo "qgis_styles: $1" >&2
	exit 1
}

# Check WHAT: the query on standard input must answer t
Check()
{
	[ "$(Sql)" = t ] || Fail "$1"
}

Style()
{
	psql -X -q -v schema="$1" -f share/qgis_styles.sql
}

Refuses()
{
	if "$@" >"$work/refused" 2>&1; then
		Fail "styled layers that are not there"
	fi
	grep -q 'schema ".*" has no layers of a plan' "$work/refused" || Fail "$(cat "$work/refused")"
}

Sql >/dev/null <<-'END'
	SET client_min_messages = warning;
	CREATE TABLE stock AS
	SELECT i AS id, 'A' AS la, ST_SetSRID(ST_MakePoint(400000 + i * 7919 % 809, 300000 + i * 104729 % 797), 27700) AS geom
	FROM generate_series(1, 900) i;
	SELECT places.create_plan('styled', 'stock', 'id', 'la', 'geom', places.rules('balanced'));
	SELECT places.run('styled');
	CREATE SCHEMA :"schema";
	SELECT places.create_layers('styled', :'schema');
	CREATE SCHEMA bare;
END

Refuses Style bare
Refuses psql -X -q -f share/qgis_styles.sql
Check "a refusal left a table behind" <<-'END'
	SELECT to_regclass('public.layer_styles') IS NULL
END

Style "$schema" >/dev/null
Check "not one default style a view" <<-'END'
	SELECT array_agg(f_table_name::text ORDER BY f_table_name COLLATE "C")
			= '{boundaries,boundaries_4326,homes,homes_4326,places,places_4326}'
		AND bool_and(useasdefault AND f_table_catalog = current_database() AND f_table_schema = :'schema')
		AND has_table_privilege('places_reader', 'public.layer_styles', 'SELECT')
	FROM public.layer_styles
END
Check "an expression names a column that its view lacks" <<-'END'
	SELECT count(DISTINCT (s.f_table_name, c[1])) = 2 * (2 + 4 + 1) AND bool_and(EXISTS (
		SELECT FROM information_schema.columns v
		WHERE v.table_schema = s.f_table_schema AND v.table_name = s.f_table_name AND v.column_name = c[1]))
	FROM public.layer_styles s,
		xmltable('//Option[@name="expression"]/@value | //@filter | //@fieldName' PASSING s.styleqml
			COLUMNS expression text PATH '.') e,
		regexp_matches(e.expression, '"([^"]*)"', 'g') c
END
Check "colours are not those of the map" <<-'END'
	SELECT count(*) = 8 AND bool_and(ARRAY(SELECT c[1] FROM regexp_matches(e.expression, '#\w+', 'g') c) = places_internal.map_palette(false))
	FROM public.layer_styles s,
		xmltable('//Option[contains(@name, "Color")]/Option[@name="expression"]/@value' PASSING s.styleqml
			COLUMNS expression text PATH '.') e
END

# Again, over what people have done meanwhile, and over a table of an older QGIS
Sql <<-'END'
	CREATE TABLE first AS SELECT f_table_name, styleqml::text, f_table_name <> 'homes' AS useasdefault FROM public.layer_styles;
	UPDATE public.layer_styles SET styleqml = '<qgis/>' WHERE f_table_name = 'places';
	UPDATE public.layer_styles SET stylename = 'mine' WHERE f_table_name = 'homes';
	ALTER TABLE public.layer_styles DROP COLUMN type;
END
Style "$schema" >/dev/null
Style "$schema" >/dev/null
Check "not the same styles when run again" <<-'END'
	SELECT count(*) = 6 AND count(f) = 6 AND (SELECT count(*) FROM public.layer_styles) = 7
		AND (SELECT useasdefault FROM public.layer_styles WHERE stylename = 'mine')
	FROM public.layer_styles s
	LEFT JOIN first f ON (f.*) = (s.f_table_name, s.styleqml::text, s.useasdefault)
	WHERE s.stylename = 'places'
END
