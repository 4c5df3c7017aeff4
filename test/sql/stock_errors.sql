-- every complaint of assign(), summary() and headline() about their arguments
CREATE TABLE flawed (id int, la text, geom geometry, note text, weight float8, gone int, line geometry, feet geometry(Point, 2263), degrees geometry(Point, 4326));
ALTER TABLE flawed DROP COLUMN gone;
CREATE INDEX flawed_index ON flawed (id, la);
INSERT INTO flawed VALUES (1, 'A', 'POINT(0 0)', 'x', 1, 'LINESTRING(0 0, 1 1)', 'SRID=2263;POINT(1 1)', 'SRID=4326;POINT(1 1)');
CREATE TABLE dropped (id int);
SELECT 'dropped'::regclass::oid AS dropped \gset
DROP TABLE dropped;

-- the complaint of all three functions, or what each says where they differ
CREATE FUNCTION complaints(arguments text) RETURNS TABLE ("from" text, code text, message text, detail text, hint text) LANGUAGE plpgsql AS $$
DECLARE f text;
BEGIN
	FOREACH f IN ARRAY '{assign,summary,headline}'::text[] LOOP
		BEGIN
			EXECUTE format('SELECT * FROM places.%s(%s)', f, arguments);
			RETURN QUERY SELECT f, NULL, 'none', NULL, NULL;
		EXCEPTION WHEN OTHERS THEN
			GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
			RETURN QUERY SELECT f, code, message, detail, hint;
		END;
	END LOOP;
END $$;
CREATE FUNCTION complaint(arguments text) RETURNS TABLE ("from" text, code text, message text, detail text, hint text) LANGUAGE sql AS $$
	SELECT CASE count(*) WHEN 3 THEN 'all three' ELSE string_agg(c."from", ',') END, c.code, c.message, c.detail, c.hint
	FROM complaints(arguments) c GROUP BY 2, 3, 4, 5 ORDER BY 1 $$;

\x on
\t on
-- columns
SELECT * FROM complaint($$'flawed', 'uprn', 'la', 'geom'$$);
SELECT * FROM complaint($$'flawed', 'id', 'authority', 'geom'$$);
SELECT * FROM complaint($$'flawed', 'id', 'la', 'Geom'$$);
SELECT * FROM complaint($$'flawed', 'id', 'la', 'geom', places.rules(), 'dwellings'$$);
SELECT * FROM complaint($$'flawed', 'id', 'gone', 'geom'$$);
SELECT * FROM complaint($$'flawed', 'id', '........pg.dropped.6........', 'geom'$$);
SELECT * FROM complaint($$'flawed', 'id', '', 'geom'$$);
SELECT * FROM complaint($$'flawed', 'id', 'la', 'note'$$);
SELECT * FROM complaint($$'flawed', 'id', 'la', 'geom', places.rules(), 'note'$$);
SELECT * FROM complaint($$'flawed', 'id', 'la', 'geom', places.rules(), 'geom'$$);

-- NULLs
SELECT * FROM complaint($$NULL, 'id', 'la', 'geom'$$);
SELECT * FROM complaint($$'flawed', 'id', 'la', 'geom', NULL$$);
SELECT * FROM complaint($$'flawed', 'id', 'la', 'geom', places.rules(), NULL$$);

-- relations
SELECT * FROM complaint($$'no_such_table', 'id', 'la', 'geom'$$);
SELECT "from", code, message, replace(detail, :'dropped', 'OID') AS detail, hint FROM complaint(format($$%s, 'id', 'la', 'geom'$$, :'dropped'));
SELECT * FROM complaint($$'flawed_index', 'id', 'la', 'geom'$$);

-- rules
SELECT * FROM complaint($$'flawed', 'id', 'la', 'geom', places.rules('voronoi')$$);
SELECT * FROM complaint($$'flawed', 'id', 'la', 'geom', ROW('balanced', 1, 2, 3, 4, NULL, NULL, NULL, NULL)::places.ruleset$$);

-- geometries
SELECT * FROM complaint($$'flawed', 'id', 'la', 'line'$$);
SELECT * FROM complaint($$'flawed', 'id', 'la', 'feet'$$);
SELECT * FROM complaint($$'flawed', 'id', 'la', 'degrees'$$);
\x off
\t off

DROP TABLE flawed;
DROP FUNCTION complaint, complaints;
