-- load.sql - a table of homes from a CSV file, for the functions of places
--
--   psql -v file=homes.csv -f load.sql
--
-- `make install` says where it is: places/load.sql in `pg_config --sharedir`.
--
-- Optional, each as -v NAME=VALUE:
--   table    the table to make, with its schema or without (default: homes)
--   replace  1: in place of the table of that name, if there is one
--   x, y     the columns of the coordinates, where they are not recognised
--   srid     the reference system of x and y, or with longitude and latitude the
--            one to transform them to (default: 27700 for eastings and northings;
--            longitude and latitude become geography)
--   skip     how many lines to leave out before the names of the columns
--
-- The file is the client's, and may be compressed by gzip.  Its first row, after the
-- lines to skip, has the names of the columns.  Commas, semicolons, tabs or bars part
-- them; text is UTF-8 or else windows-1252; rows end in any way; blank ones are
-- passed over.  Columns are recognised by the names that people give them, as the
-- functions do it (places_internal.columns_known_as).
--
-- Every column of the file becomes one of text, blanks around it removed, its name
-- in lower case with underscores; a weight becomes a number, and geom, the
-- location, is added.  No row is lost: what cannot be read is null in geom or
-- weight, and listed.  What a row has beyond the last column, or that it has too
-- few, is in the column surplus.
--
-- Needs sh, awk and gzip beside psql.

\set ON_ERROR_STOP on
\set QUIET on
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
\pset pager off
\if :{?file}
\else
\set file ''
\endif
\if :{?table}
\else
\set table homes
\endif
\if :{?replace}
\else
\set replace 0
\endif
\if :{?x}
\else
\set x ''
\endif
\if :{?y}
\else
\set y ''
\endif
\if :{?srid}
\else
\set srid ''
\endif
\if :{?skip}
\else
\set skip 0
\endif

SET client_min_messages = warning;
SET jit = off;

CREATE FUNCTION pg_temp.refuse(message text, detail text, hint text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF detail IS NULL THEN
		RAISE EXCEPTION USING MESSAGE = message, HINT = hint;
	END IF;
	RAISE EXCEPTION USING MESSAGE = message, DETAIL = detail, HINT = hint;
END $$;

SELECT pg_temp.refuse('the extension places is not in this database', NULL,
	'Have a superuser do it: CREATE EXTENSION places CASCADE;')
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname OPERATOR(pg_catalog.=) 'places')
	AND NOT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) current_user);
CREATE EXTENSION IF NOT EXISTS places CASCADE;

-- where the table goes, and then a search path on which nobody can plant anything
SELECT COALESCE(pg_catalog.current_schema()::pg_catalog.text, '') AS home_schema, pg_catalog.current_setting('client_encoding') AS talk,
	pg_catalog.current_setting('search_path') AS path \gset
SET search_path = pg_catalog, pg_temp;

-- what is asked for

\setenv PLACES_FILE :file
\set file_problem `if [ -z "$PLACES_FILE" ]; then echo 'no file is named'; elif [ -d "$PLACES_FILE" ]; then echo 'the file is a directory'; elif ! [ -r "$PLACES_FILE" ]; then echo 'the file cannot be read'; elif ! [ -s "$PLACES_FILE" ]; then echo 'the file is empty'; else case $(head -c 2 <"$PLACES_FILE" | od -An -tx1) in *ff*fe*|*fe*ff*) echo 'the file is UTF-16';; *) [ "$(case "$PLACES_FILE" in *.gz) gzip -dc <"$PLACES_FILE";; *) cat <"$PLACES_FILE";; esac | LC_ALL=C tr -dc '\000' | head -c 1 | wc -c)" -eq 0 ] || echo 'the file has zero bytes';; esac; fi`
SELECT pg_temp.refuse(:'file_problem', CASE WHEN :'file' <> '' THEN format('It is %s.', :'file') END,
	CASE WHEN :'file_problem' IN ('the file is UTF-16', 'the file has zero bytes') THEN 'Save it as CSV UTF-8.' ELSE 'Use psql -v file=homes.csv -f load.sql.' END)
WHERE :'file_problem' <> '';

SELECT pg_temp.refuse('the extension places in this database is of an earlier version', NULL, 'Use ALTER EXTENSION places UPDATE;')
WHERE to_regprocedure('places_internal.columns_known_as(text, text[])') IS NULL;

SELECT CASE WHEN :'table' ~ '^[^".]+$' THEN ARRAY[lower(btrim(:'table'))] ELSE parse_ident(:'table') END AS parsed \gset
SELECT coalesce((:'parsed'::text[])[cardinality(:'parsed'::text[]) - 1], :'home_schema') AS schema,
	(:'parsed'::text[])[cardinality(:'parsed'::text[])] AS name \gset
SELECT pg_temp.refuse('there is no schema to make the table in', format('The schema is %s.', coalesce(nullif(:'schema', ''), 'none of the search path')),
	'Name one: psql -v table=schema.homes.')
WHERE NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = :'schema');
SELECT pg_temp.refuse(format('you may not make tables in the schema %I', :'schema'), NULL,
	format('Name one of yours: psql -v table=schema.homes; or have its owner GRANT CREATE ON SCHEMA %I TO %I;', :'schema', current_user))
WHERE NOT has_schema_privilege(:'schema', 'CREATE');
SELECT pg_temp.refuse(format('there is a table or view %I.%I already', :'schema', :'name'), NULL,
	'Choose another name: -v table=name; or replace it: -v replace=1.')
WHERE :'replace' <> '1'
	AND EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = :'schema' AND c.relname = :'name');
SELECT pg_temp.refuse('srid must be the number of a reference system', format('srid is %s.', :'srid'), 'Use 27700 for British eastings and northings.')
WHERE :'srid' <> '' AND :'srid' !~ '^\d{1,6}$';
SELECT pg_temp.refuse('skip must be a number of lines', format('skip is %s.', :'skip'), 'Use -v skip=1 for a title above the names of the columns.')
WHERE :'skip' !~ '^\d{1,6}$';

-- The file as records that end in a line feed and have as many fields as the first,
-- and two more: the surplus and the number of its line.  A line is split at its
-- quotes: p are the pieces, inside tells which are quoted, q is what COPY reads for
-- the quote before each.  A field is quoted if it begins with a quote, blanks aside,
-- and has another before a delimiter or the end of a line, at most 50 lines further
-- on; any other quote is text.  That of an inch must not take the rows up to the next.
\set read 'case "$PLACES_FILE" in *.gz) gzip -dc <"$PLACES_FILE";; *) cat <"$PLACES_FILE";; esac | LC_ALL=C awk -v d="$PLACES_DELIMITER" -v skip="$PLACES_SKIP" '''
\set read :read 'function take() { if (at < NR) line = kept[++at]; else { if ((getline line) <= 0) return 0; at = NR; if (at == 1) sub(/^\\357\\273\\277/, "", line); sub(/\\r$/, "", line); kept[at] = line } return 1 } '
\set read :read 'function literal() { at = from; m = whole; p[m] = last; i = first; q[i] = "\\"\\"\\"\\""; open = 0 } '
\set read :read 'function quotes() { m = split(line, p, "\\""); open = inside[1] = 0; i = 2; while (1) { for (; i <= m; i++) { q[i] = "\\""; if (!open) { if (p[i - 1] ~ begun || i == 2 && p[1] ~ /^ *$/) { open = 1; bad = 0; first = i; from = at; whole = m; last = p[m] } else q[i] = i > 2 && p[i - 1] == "" ? "\\"\\"" : "\\"\\"\\"\\"" } '
\set read :read 'else if (p[i] == "" && i < m) { inside[i] = 1; q[++i] = "\\"" } else if (p[i] ~ ended || i == m && p[i] ~ /^ *$/) open = 0; else if (at > from || p[i - 1] ~ begun) literal(); else { q[i] = "\\"\\""; bad = 1 } inside[i] = open } '
\set read :read 'if (!open) return; if (bad || at - from >= 50 || !take()) { literal(); inside[i++] = 0 } else { k = split(line, more, "\\""); p[m] = p[m] "\\n" more[1]; for (j = 2; j <= k; j++) p[++m] = more[j] } } } '
\set read :read 'function fields() { record = rest = ""; over = count = 0; for (i = 1; i <= m; i++) { t = p[i]; if (over) { rest = rest "\\"" t; continue } if (i > 1) record = record q[i]; bare = t; k = inside[i] ? 0 : gsub(part, "", bare); '
\set read :read 'if (n != "" && count + k > n) { over = 1; split(t, w, part); head = w[1]; for (j = 2; j <= n - count + 1; j++) head = head d w[j]; rest = substr(t, length(head) + 2); t = head } count += k; record = record t } } '
\set read :read 'BEGIN { part = d == "" ? "[,;\\t|]" : "[" d "]"; begun = part " *$"; ended = "^ *" part; while (NR < skip && (getline line) > 0); at = NR; while (take()) { start = at; if (line ~ /^[ \\t,;|]*$/) { delete kept[at]; continue } '
\set read :read 'if (line ~ /"/) quotes(); else { m = 1; p[1] = line; inside[1] = 0 } fields(); if (n == "") { n = count; gsub(/\\n/, " ", record) } for (j = start; j <= at; j++) delete kept[j]; if (d == "") { print record; while (take()) { print line; delete kept[at] } exit } '
\set read :read 'if (count < n) rest = "too few fields"; for (; count < n; count++) record = record d; gsub(/"/, "\\"\\"", rest); print record d (rest == "" ? "" : "\\"" rest "\\"") d start } } '''
\setenv PLACES_READ :read
\setenv PLACES_DELIMITER
\setenv PLACES_SKIP :skip

-- First as lines, in an encoding that takes every byte: the header, and whether it is UTF-8.
CREATE FUNCTION pg_temp.is_utf8(line text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	PERFORM convert_from(convert_to(line, 'LATIN1'), 'UTF8');
	RETURN true;
EXCEPTION WHEN character_not_in_repertoire OR untranslatable_character THEN
	RETURN false;
END $$;
BEGIN;
CREATE TEMP TABLE line (nr bigint GENERATED ALWAYS AS IDENTITY, content text) ON COMMIT DROP;
SET client_encoding = LATIN1;
\copy line (content) from program 'eval "$PLACES_READ"' with (format csv, delimiter E'\001', quote E'\002') where nr = 1 or content ~ '[^\x01-\x7f]' and not pg_temp.is_utf8(content)
SET client_encoding = :'talk';
SELECT pg_temp.refuse('the file has no rows', format('It is %s.', :'file'), 'The first row has the names of the columns.')
WHERE NOT EXISTS (SELECT FROM line);
SELECT CASE WHEN NOT EXISTS (SELECT FROM line WHERE NOT pg_temp.is_utf8(content)) THEN 'UTF8'
		WHEN current_setting('server_encoding') <> 'UTF8' OR EXISTS (SELECT FROM line WHERE content ~ ('[' || chr(129) || chr(141) || chr(143) || chr(144) || chr(157) || ']')) THEN 'LATIN1'
		ELSE 'WIN1252' END AS encoding,
	h.delimiter, length(h.header) - length(replace(h.header, h.delimiter, '')) + 1 AS fields
FROM (SELECT p.header, d AS delimiter
	FROM (SELECT regexp_replace(content, '"[^"]*"', '', 'g') AS header FROM line WHERE nr = 1) p,
		unnest(ARRAY[',', ';', E'\t', '|']) WITH ORDINALITY u(d, n)
	ORDER BY length(p.header) - length(replace(p.header, d, '')) DESC, n
	LIMIT 1) h \gset

-- Then as a table of texts, its first row the names.
\setenv PLACES_DELIMITER :delimiter
SELECT format('CREATE TEMP TABLE record (nr bigint GENERATED ALWAYS AS IDENTITY, %s, surplus text, line bigint) ON COMMIT DROP',
	string_agg(format('c%s text', i), ', ')) AS make_record,
	string_agg(format('c%s', i), ', ') AS columns
FROM generate_series(1, :fields) i \gset
:make_record;
\set copy '\\copy record (' :columns ', surplus, line) from program ''eval "$PLACES_READ"'' with (format csv, delimiter ' :'delimiter' ')'
SET client_encoding = :'encoding';
\set SHOW_CONTEXT errors
:copy
\set SHOW_CONTEXT never
SET client_encoding = :'talk';

-- the columns: their names in the file and in the table, and what they are taken for

CREATE TEMP TABLE field ON COMMIT DROP AS
SELECT i, btrim(header) AS header,
	CASE WHEN row_number() OVER (PARTITION BY name ORDER BY i) = 1 THEN name ELSE concat(name, '_', i) END AS name
FROM (SELECT u.i, coalesce(u.header, '') AS header, CASE WHEN w.word = '' THEN concat('column_', u.i)
		WHEN w.word = ANY ('{geom,surplus,tableoid,ctid,xmin,xmax,cmin,cmax}') THEN concat(w.word, '_text') ELSE w.word END AS name
	FROM record r, unnest(ARRAY[:columns]) WITH ORDINALITY u(header, i),
		LATERAL (SELECT btrim(left(regexp_replace(lower(coalesce(u.header, '')), '[^[:alnum:]]+', '_', 'g'), 40), '_')) w(word)
	WHERE r.nr = 1) h;
DELETE FROM record WHERE nr = 1;

-- those that fit a role best, but for coordinates that are named
CREATE TEMP TABLE candidate ON COMMIT DROP AS
SELECT r.role, f.*
FROM unnest('{id,authority,location,x,y,longitude,latitude,weight,postcode}'::text[]) r(role)
JOIN field f ON f.i = ANY (places_internal.columns_known_as(r.role, (SELECT array_agg(CASE WHEN name ~ '_text$' THEN header ELSE name END ORDER BY i) FROM field)))
WHERE r.role NOT IN ('x', 'y', 'longitude', 'latitude') OR :'x' = '' OR :'y' = '';
INSERT INTO candidate
SELECT CASE WHEN :'srid' = '4326' OR places_internal.columns_known_as('longitude', ARRAY[:'x']) <> '{}' THEN n.degrees ELSE n.metres END, f.*
FROM (VALUES ('x', 'longitude', :'x'), ('y', 'latitude', :'y')) n(metres, degrees, called)
JOIN field f ON n.called IN (f.header, f.name)
WHERE :'x' <> '' AND :'y' <> '';

SELECT CASE
		WHEN x = 1 AND y = 1 THEN 'metres'
		WHEN x > 0 AND y > 0 THEN 'unclear'
		WHEN lon = 1 AND lat = 1 THEN 'degrees'
		WHEN lon > 0 AND lat > 0 THEN 'unclear'
		WHEN texts = 1 AND :'x' = '' AND :'y' = '' THEN 'text'
		ELSE 'none' END AS kind
FROM (SELECT count(*) FILTER (WHERE role = 'x') AS x, count(*) FILTER (WHERE role = 'y') AS y,
		count(*) FILTER (WHERE role = 'longitude') AS lon, count(*) FILTER (WHERE role = 'latitude') AS lat,
		count(*) FILTER (WHERE role = 'location') AS texts FROM candidate) n \gset
SELECT pg_temp.refuse('several columns may be the coordinates of a home',
	(SELECT format('They are %s.', string_agg(format('"%s"', header), ', ' ORDER BY i)) FROM candidate WHERE role IN ('x', 'y', 'longitude', 'latitude')),
	'Name them, both: -v x="Easting" -v y="Northing".')
WHERE :'kind' = 'unclear';
SELECT pg_temp.refuse('no columns of the file say where a home is',
	(SELECT format('Its columns are %s.', string_agg(format('"%s"', header), ', ' ORDER BY i)) FROM field),
	concat((SELECT format('Postcodes, as in "%s", do not: add the easting and northing of each, from a directory of postcodes such as that of the ONS, or of the home itself. ', min(header))
		FROM candidate WHERE role = 'postcode' HAVING count(*) > 0),
		'It takes an easting and a northing, or a longitude and a latitude. Where they have other names: -v x=name -v y=name. Where lines stand above the names of the columns: -v skip=1, or how many they are.'))
WHERE :'kind' = 'none';

-- numbers as people write them: 412345.6, 412,345.6, 412 345.6, 412.345,6 or 412345,6
CREATE FUNCTION pg_temp.number(word text) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
	WHEN word ~ '^[-+]?([0-9]{1,30}([.][0-9]*)?|[.][0-9]+)([eE][-+]?[0-9]{1,2})?$' THEN word::float8
	WHEN word ~ '^[-+]?[0-9]{1,3}([, ][0-9]{3}){1,9}([.][0-9]*)?$' THEN translate(word, ', ', '')::float8
	WHEN word ~ '^[-+]?[0-9]{1,3}([. ][0-9]{3}){1,9},[0-9]+$' THEN translate(word, ',. ', '.')::float8
	WHEN word ~ '^[-+]?[0-9]{1,30},[0-9]+$' THEN translate(word, ',', '.')::float8 END;

-- of degrees no thousands are written
CREATE FUNCTION pg_temp.degrees(word text, most float8) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN abs(pg_temp.number(translate(word, ',', '.'))) <= most THEN pg_temp.number(translate(word, ',', '.')) END;

-- the table

SELECT max(format('btrim(c%s)', i)) FILTER (WHERE role IN ('x', 'longitude', 'location')) AS first,
	coalesce(max(format('btrim(c%s)', i)) FILTER (WHERE role IN ('y', 'latitude')), 'NULL::text') AS second,
	max(format('"%s"', header)) FILTER (WHERE role IN ('x', 'longitude', 'location')) AS first_header,
	coalesce(max(format(' and "%s"', header)) FILTER (WHERE role IN ('y', 'latitude')), '') AS second_header,
	(SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'postgis') AS gis,
	CASE :'srid' WHEN '' THEN '27700' ELSE :'srid' END AS system
FROM candidate
WHERE role = ANY (CASE :'kind' WHEN 'metres' THEN '{x,y}' WHEN 'degrees' THEN '{longitude,latitude}' ELSE '{location}' END::text[]) \gset
SELECT CASE
		WHEN :'kind' = 'metres' THEN format('places_internal.point_at(pg_temp.number(%s), pg_temp.number(%s), %s)::%s.geometry(Point, %3$s)',
			:'first', :'second', :'system', :'gis')
		WHEN :'kind' = 'degrees' AND :'srid' IN ('', '4326') THEN
			format('places_internal.geography(places_internal.point_at(pg_temp.degrees(%s, 180), pg_temp.degrees(%s, 90), 4326))::%s.geography(Point, 4326)',
				:'first', :'second', :'gis')
		WHEN :'kind' = 'degrees' THEN
			format('places_internal.transformed_if_known(places_internal.point_at(pg_temp.degrees(%s, 180), pg_temp.degrees(%s, 90), 4326), %s)::%s.geometry(Point, %3$s)',
				:'first', :'second', :'system', :'gis')
		ELSE format($f$CASE WHEN %1$s ~* '^(SRID=[0-9]{1,6};)? *POINT *[(] *[-+0-9.eE]+ +[-+0-9.eE]+ *[)]$'
				THEN places_internal.point_at(pg_temp.number(substring(%1$s, '[(] *([^ ]+)')), pg_temp.number(substring(%1$s, '([^ ]+) *[)]')),
					coalesce(substring(%1$s, '^[^0-9]{5}([0-9]+);')::int, %2$s))
				WHEN %1$s ~* '^01010000(00|20[0-9A-F]{8})[0-9A-F]{32}$' THEN %1$s::%3$s.geometry END$f$,
			:'first', :'system', :'gis') END AS location,
	CASE WHEN EXISTS (SELECT FROM record WHERE surplus IS NOT NULL) THEN ', surplus' ELSE '' END AS surplus,
	coalesce((SELECT min(i)::text FROM candidate WHERE role = 'weight' HAVING count(*) = 1), '') AS weight \gset
\if :replace
SELECT format('DROP TABLE IF EXISTS %I.%I', :'schema', :'name') \gexec
\endif
SELECT format('CREATE TABLE %I.%I AS SELECT %s%s, %s AS geom FROM record ORDER BY nr', :'schema', :'name',
	string_agg(CASE WHEN i::text = :'weight' THEN format('pg_temp.number(btrim(c%s)) AS %I', i, name)
		ELSE format('nullif(btrim(c%s), '''') AS %I', i, name) END, ', ' ORDER BY i), :'surplus', :'location')
FROM field \gexec
SELECT format('ANALYZE %I.%I', :'schema', :'name') \gexec

-- what was taken for what

SELECT CASE WHEN :'schema' = :'home_schema' THEN quote_ident(:'name') ELSE format('%I.%I', :'schema', :'name') END AS called \gset
SELECT format('%s of %s in the table %s.', CASE count(*) WHEN 1 THEN '1 row' ELSE concat(count(*), ' rows') END, :'file', :'called') FROM record;
SELECT format('  %-10s %s', r.title || ':', CASE
		WHEN r.role = 'location' THEN format('%s%s, as %s in the column geom', :'first_header', :'second_header',
			CASE WHEN :'kind' = 'text' THEN 'geometry' WHEN :'kind' = 'degrees' AND :'srid' IN ('', '4326') THEN 'geography (EPSG:4326)' ELSE format('geometry (EPSG:%s)', :'system') END)
		WHEN count(c.i) = 1 THEN format('"%s"%s', min(c.header), CASE WHEN min(c.header) = min(c.name) THEN '' ELSE format(', in the column %I', min(c.name)) END)
		WHEN count(c.i) > 1 THEN format('not clear, name one: %s => %s', r.argument, string_agg(quote_literal(c.name), ' or ' ORDER BY c.i))
		WHEN r.role = 'weight' THEN 'none, a row is a home'
		ELSE format('not recognised, name one: %s => ''...''', r.argument) END)
FROM (VALUES (1, 'id', 'id', 'id_column'), (2, 'authority', 'authority', 'authority_column'), (3, 'location', 'location', NULL),
	(4, 'weight', 'homes', 'weight_column')) r(nr, role, title, argument)
LEFT JOIN candidate c ON c.role = r.role
GROUP BY r.nr, r.role, r.title, r.argument
ORDER BY r.nr;
SELECT format('  others:    %s', string_agg(quote_ident(name), ', ' ORDER BY i))
FROM field f
WHERE NOT EXISTS (SELECT FROM candidate c WHERE c.i = f.i AND c.role IN ('id', 'authority', 'weight'))
	AND format('btrim(c%s)', i) NOT IN (:'first', :'second')
HAVING count(*) > 0;
SELECT format('  text:      %s, fields parted by %s', :'encoding', CASE :'delimiter' WHEN E'\t' THEN 'tabs' ELSE quote_literal(:'delimiter') END);

-- what could not be read

CREATE FUNCTION pg_temp.examples(problem text, of_rows bigint, shown text[]) RETURNS text LANGUAGE sql IMMUTABLE
RETURN CASE WHEN of_rows > 0 THEN concat(of_rows, CASE of_rows WHEN 1 THEN ' row ' ELSE ' rows ' END, problem, E':\n  ', array_to_string(shown, E'\n  '),
	CASE WHEN of_rows > cardinality(shown) THEN E'\n  ...' END) END;
SELECT format('SELECT count(*) AS no_geom FROM %I.%I WHERE geom IS NULL', :'schema', :'name') AS counted \gset
:counted \gset
SELECT no_location, unread FROM (SELECT :no_geom - count(*) AS unread, count(*) AS no_location
	FROM record WHERE :no_geom > 0 AND nullif(concat(:first, :second), '') IS NULL) n \gset
SELECT pg_temp.examples('without a location, loaded with geom null', :no_location, ARRAY(
	SELECT format('line %s', line) FROM record WHERE nullif(concat(:first, :second), '') IS NULL ORDER BY nr LIMIT 5)) WHERE :no_location > 0;
SELECT pg_temp.examples('with a location that could not be read, loaded with geom null', :unread, ARRAY(
	SELECT format('line %s: %s', line, concat_ws(' and ', quote_nullable(left(:first, 60)), CASE WHEN :'kind' <> 'text' THEN quote_nullable(left(:second, 60)) END))
	FROM record WHERE :location IS NULL AND nullif(concat(:first, :second), '') IS NOT NULL ORDER BY nr LIMIT 5)) WHERE :unread > 0;
SELECT CASE :'weight' WHEN '' THEN 'NULL::text' ELSE concat('btrim(c', :'weight', ')') END AS weight \gset
SELECT pg_temp.examples('with a number of homes that could not be read, loaded as null', count(*), (array_agg(format('line %s: %s', line, quote_literal(left(:weight, 60))) ORDER BY nr))[:5])
FROM record WHERE pg_temp.number(:weight) IS NULL AND nullif(:weight, '') IS NOT NULL
HAVING count(*) > 0;
SELECT pg_temp.examples('with another number of fields than there are columns', count(*), (array_agg(format('line %s: %s', line, left(surplus, 60)) ORDER BY nr))[:5])
FROM record WHERE surplus IS NOT NULL
HAVING count(*) > 0;

-- what to ask next: functions find the id and the authority themselves, a weight never
SELECT format('Next%s: SELECT * FROM places.headline(%L%s);', CASE WHEN bool_or(argument ~ '[.]{3}') THEN ', with the column''s name for each ...' END,
	:'called', string_agg(', ' || argument, '' ORDER BY nr)) AS next
FROM (SELECT r.nr, CASE WHEN count(c.i) > 1 OR count(c.i) = 0 AND r.role <> 'weight' THEN format('%s_column => ''...''', r.role)
		WHEN count(c.i) = 1 AND r.role = 'weight' THEN format('weight_column => %L', min(c.name)) END AS argument
	FROM (VALUES (1, 'id'), (2, 'authority'), (3, 'weight')) r(nr, role)
	LEFT JOIN candidate c ON c.role = r.role
	GROUP BY r.nr, r.role) a \gset
COMMIT;
SELECT set_config('search_path', :'path', false) AS path \gset
RESET jit;
RESET client_min_messages;

\echo :next
