-- Styles for QGIS of the views that places.create_layers() has made in a schema:
--
--   psql -v schema=neighbourhood_layers -f share/qgis_styles.sql yourdatabase
--
-- QGIS reads public.layer_styles, its own table, whenever it adds a layer.  The
-- styles are named "places".  Running this again puts them back as they are
-- here; other styles, and a default that someone else has chosen, stay.

\set ON_ERROR_STOP on
\set QUIET on
\if :{?schema}
\else
\set schema ''
\endif

BEGIN;

-- A QGIS expression that picks by the number of a place: a place has its colour
-- and shape as long as it has its number, whatever becomes of the others.
CREATE OR REPLACE FUNCTION pg_temp.pick(field text, choices text[]) RETURNS text LANGUAGE sql IMMUTABLE
RETURN pg_catalog.format('array_get(array(%s), "%s" %% %s)',
	(SELECT pg_catalog.string_agg(pg_catalog.quote_literal(c), ', ' ORDER BY n)
	 FROM pg_catalog.unnest(choices) WITH ORDINALITY u(c, n)),
	field, pg_catalog.cardinality(choices));

CREATE OR REPLACE FUNCTION pg_temp.colour_of(field text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN pg_temp.pick(field, places_internal.map_palette(false));

-- The order of shapes is that of places.map()
CREATE OR REPLACE FUNCTION pg_temp.shape_of(field text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN pg_temp.pick(field, '{circle,square,diamond,triangle}');

-- Properties that follow an expression, as QGIS writes them; 3 stands for that.
CREATE OR REPLACE FUNCTION pg_temp.expressions(properties jsonb) RETURNS xml LANGUAGE sql IMMUTABLE
RETURN (
	SELECT xmlelement(name "Option", xmlattributes('Map' AS type),
		xmlelement(name "Option", xmlattributes('properties' AS name, 'Map' AS type), xmlagg(
			xmlelement(name "Option", xmlattributes(p.key AS name, 'Map' AS type),
				xmlelement(name "Option", xmlattributes('active' AS name, 'bool' AS type, 'true' AS value)),
				xmlelement(name "Option", xmlattributes('expression' AS name, 'QString' AS type, p.value AS value)),
				xmlelement(name "Option", xmlattributes('type' AS name, 'int' AS type, 3 AS value)))
			ORDER BY p.key COLLATE "C")),
		xmlelement(name "Option", xmlattributes('type' AS name, 'QString' AS type, 'collection' AS value)))
	FROM pg_catalog.jsonb_each_text(properties) p);

-- Symbols of a higher pass are drawn over those of a lower one.
CREATE OR REPLACE FUNCTION pg_temp.symbol(pass int, kind text, class text, properties jsonb, expressions jsonb)
RETURNS xml LANGUAGE sql IMMUTABLE
RETURN xmlelement(name symbol, xmlattributes(pass AS name, kind AS type),
	xmlelement(name layer, xmlattributes(class AS class, pass AS pass, 1 AS enabled),
		(SELECT xmlagg(xmlelement(name prop, xmlattributes(p.key AS k, p.value AS v)) ORDER BY p.key COLLATE "C")
		 FROM pg_catalog.jsonb_each_text(properties) p),
		xmlelement(name data_defined_properties, pg_temp.expressions(expressions))));

CREATE OR REPLACE FUNCTION pg_temp.marker(pass int, properties jsonb, expressions jsonb)
RETURNS xml LANGUAGE sql IMMUTABLE
RETURN pg_temp.symbol(pass, 'marker', 'SimpleMarker', properties, expressions);

-- What is kept has a symbol of pass 1, the rest one of pass 0.
CREATE OR REPLACE FUNCTION pg_temp.kept_and_rest(kept_label text, rest_label text, symbols xml)
RETURNS xml LANGUAGE sql IMMUTABLE
RETURN xmlelement(name "renderer-v2", xmlattributes('RuleRenderer' AS type, 1 AS symbollevels),
	xmlelement(name rules, xmlattributes('places' AS key),
		xmlelement(name rule, xmlattributes('kept' AS key, '"kept"' AS filter, 1 AS symbol, kept_label AS label)),
		xmlelement(name rule, xmlattributes('rest' AS key, 'ELSE' AS filter, 0 AS symbol, rest_label AS label))),
	xmlelement(name symbols, symbols));

CREATE OR REPLACE FUNCTION pg_temp.homes() RETURNS xml LANGUAGE sql IMMUTABLE
RETURN pg_temp.kept_and_rest('Homes of places', 'Other homes', xmlconcat(
	pg_temp.marker(0, '{"size": "0.9", "color": "150,150,150,255", "outline_style": "no"}', '{}'),
	pg_temp.marker(1, '{"size": "1.4", "outline_style": "no"}', pg_catalog.jsonb_build_object(
		'fillColor', pg_temp.colour_of('place'), 'name', pg_temp.shape_of('place')))));

-- The area goes with the homes, up to 2 cm across for 14,400 of them.
CREATE OR REPLACE FUNCTION pg_temp.centres() RETURNS xml LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT pg_temp.kept_and_rest('Places', 'Not kept', xmlconcat(
		pg_temp.marker(0, '{"color": "150,150,150,80", "outline_color": "150,150,150,255"}', s.size),
		pg_temp.marker(1, '{"outline_color": "255,255,255,255", "outline_width": "0.4"}', s.size
			|| pg_catalog.jsonb_build_object('fillColor', pg_temp.colour_of('key'), 'name', pg_temp.shape_of('key')))))
	FROM (SELECT '{"size": "max(2, min(20, sqrt(\"homes\") / 6))"}'::jsonb AS size) s;
END;

CREATE OR REPLACE FUNCTION pg_temp.boundaries() RETURNS xml LANGUAGE sql IMMUTABLE
RETURN xmlelement(name "renderer-v2", xmlattributes('singleSymbol' AS type), xmlelement(name symbols,
	pg_temp.symbol(0, 'fill', 'SimpleFill', '{"outline_width": "0.4"}', pg_catalog.jsonb_build_object(
		'fillColor', pg_catalog.format('set_color_part(%s, ''alpha'', 60)', pg_temp.colour_of('key')),
		'outlineColor', pg_temp.colour_of('key')))));

-- Where labels collide, the place with more homes has its own.
CREATE OR REPLACE FUNCTION pg_temp.labels() RETURNS xml LANGUAGE sql IMMUTABLE
RETURN xmlelement(name labeling, xmlattributes('simple' AS type), xmlelement(name settings,
	xmlelement(name "text-style", xmlattributes('if("kept", "name", NULL)' AS "fieldName", 1 AS "isExpression",
			9 AS "fontSize", 'Point' AS "fontSizeUnit", '30,30,30,255' AS "textColor"),
		xmlelement(name "text-buffer", xmlattributes(1 AS "bufferDraw", 0.8 AS "bufferSize", 'MM' AS "bufferSizeUnits",
			'255,255,255,255' AS "bufferColor"))),
	xmlelement(name placement, xmlattributes(6 AS placement, 1 AS "offsetType", 0.5 AS dist, 'MM' AS "distUnits")),
	xmlelement(name dd_properties, pg_temp.expressions('{"Priority": "min(10, sqrt(\"homes\") / 10)"}'))));

CREATE OR REPLACE FUNCTION pg_temp.style(renderer xml, labels xml DEFAULT NULL) RETURNS xml LANGUAGE sql IMMUTABLE
RETURN xmlelement(name qgis, xmlattributes('3.22.0' AS version, 'Symbology|Labeling' AS "styleCategories",
		(labels IS NOT NULL)::int AS "labelsEnabled"),
	renderer, labels);

-- As QGIS makes it
SELECT pg_catalog.to_regclass('public.layer_styles') IS NULL AS table_is_missing \gset
\if :table_is_missing
CREATE TABLE public.layer_styles (
	id serial PRIMARY KEY,
	f_table_catalog varchar,
	f_table_schema varchar,
	f_table_name varchar,
	f_geometry_column varchar,
	stylename text,
	styleqml xml,
	stylesld xml,
	useasdefault boolean,
	description text,
	owner varchar(63) DEFAULT CURRENT_USER,
	ui xml,
	update_time timestamp DEFAULT CURRENT_TIMESTAMP,
	type varchar
);
GRANT SELECT ON public.layer_styles TO places_reader;
\endif

-- A style without a type (the kind of geometry) is found however a layer was
-- added, and fits the table that older versions of QGIS made, without that column.
CREATE OR REPLACE FUNCTION pg_temp.style_layers(schema name) RETURNS bigint LANGUAGE plpgsql
AS $$
DECLARE
	styled bigint;
BEGIN
	DELETE FROM public.layer_styles s
	WHERE s.f_table_catalog = pg_catalog.current_database() AND s.f_table_schema = schema AND s.stylename = 'places';

	INSERT INTO public.layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column,
		stylename, styleqml, description, useasdefault)
	SELECT pg_catalog.current_database(), schema, v.viewname, 'geom', 'places', l.style,
		'Colours by place, as qgis_styles.sql of the extension places makes them',
		NOT EXISTS (SELECT FROM public.layer_styles s
			WHERE s.f_table_catalog = pg_catalog.current_database() AND s.f_table_schema = schema
				AND s.f_table_name = v.viewname AND s.useasdefault)
	FROM (VALUES
		('homes', pg_temp.style(pg_temp.homes())),
		('places', pg_temp.style(pg_temp.centres(), pg_temp.labels())),
		('boundaries', pg_temp.style(pg_temp.boundaries()))) l(name, style)
	JOIN pg_catalog.pg_views v ON v.schemaname = schema AND v.viewname IN (l.name, l.name || '_4326')
	ORDER BY v.viewname;

	GET DIAGNOSTICS styled = ROW_COUNT;
	IF styled = 0 THEN
		RAISE EXCEPTION 'schema "%" has no layers of a plan', schema
			USING ERRCODE = 'undefined_table',
				HINT = 'Make them with places.create_layers(), and name the schema: psql -v schema=NAME -f share/qgis_styles.sql';
	END IF;
	RETURN styled;
END
$$;

SELECT pg_temp.style_layers(:'schema') AS styled_layers;

COMMIT;
