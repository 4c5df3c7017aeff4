-- every complaint about the geometries of a group and its rules
\set SHOW_CONTEXT never
CREATE FUNCTION complaint(statement text, OUT code text, OUT message text, OUT detail text, OUT hint text)
LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE statement;
	message := 'none';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT,
		detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
END
$$;

-- what is given to cluster and to compactness is judged alike
CREATE FUNCTION judge(what text, geometries text)
RETURNS TABLE ("for" text, code text, message text, detail text, hint text)
LANGUAGE sql AS $$
	SELECT what, c.*
	FROM complaint(format('SELECT places.cluster(g, places.rules()) FROM unnest(ARRAY[%s]) g', geometries)) c
	UNION ALL
	SELECT 'by compactness', c.*
	FROM complaint(format('SELECT places.compactness(g) FROM unnest(ARRAY[%s]) g', geometries)) c
	WHERE c IS DISTINCT FROM complaint(format('SELECT places.cluster(g, places.rules()) FROM unnest(ARRAY[%s]) g', geometries))
$$;

\x on
\t on

-- not a point
SELECT * FROM judge('line', $$'LINESTRING(0 0, 1 1)'::geometry$$);
SELECT * FROM judge('polygon', $$ST_MakeEnvelope(0, 0, 1, 1)$$);
SELECT * FROM judge('multipoint', $$'MULTIPOINT(0 0, 1 1)'::geometry$$);
SELECT * FROM judge('collection', $$'GEOMETRYCOLLECTION(POINT(0 0))'::geometry$$);
SELECT * FROM judge('geography polygon', $$ST_MakeEnvelope(0, 0, 1, 1, 4326)::geography$$);
SELECT * FROM judge('an empty polygon is merely empty', $$'POLYGON EMPTY'::geometry$$);
SELECT * FROM judge('the first that is not a point', $$'POINT(0 0)'::geometry, 'LINESTRING M (0 0 0, 1 1 1)'$$);

-- two systems in one group
SELECT * FROM judge('mixed', $$'SRID=27700;POINT(0 0)'::geometry, 'SRID=32630;POINT(0 0)'$$);
SELECT * FROM judge('mixed with none', $$'SRID=27700;POINT(0 0)'::geometry, 'POINT(0 0)'$$);
SELECT * FROM judge('mixed by an empty one', $$'SRID=27700;POINT(0 0)'::geometry, 'SRID=32630;POINT EMPTY'$$);
SELECT * FROM judge('mixed geographies', $$'SRID=4326;POINT(0 0)'::geography, 'SRID=4258;POINT(0 0)'$$);

-- degrees are never read as metres
SELECT * FROM judge('longitude and latitude', $$'SRID=4326;POINT(-1 52)'::geometry$$);
SELECT * FROM judge('another geographic system', $$'SRID=4258;POINT(-1 52)'::geometry$$);
SELECT * FROM judge('geographic in three dimensions', $$'SRID=4979;POINT Z (-1 52 0)'::geometry$$);

-- nor are feet
SELECT * FROM judge('US survey feet', $$'SRID=2263;POINT(980000 200000)'::geometry$$);
SELECT * FROM judge('feet', $$'SRID=2222;POINT(980000 200000)'::geometry$$);
SELECT * FROM judge('earth-centred', $$'SRID=4978;POINT(4000000 0)'::geometry$$);

-- systems in metres, and none
SELECT srid, j.code, j.message
FROM unnest(ARRAY[0, 27700, 2154, 25832, 32661, 3035, 29903, 5514]) srid,
	judge('metres', format('ST_SetSRID(ST_MakePoint(1, 1), %s)', srid)) j;

-- a system nobody knows
SELECT * FROM judge('unknown', $$'SRID=910001;POINT(0 0)'::geometry$$);

-- rules
SELECT * FROM complaint($$SELECT places.cluster('POINT(0 0)'::geometry, NULL)$$);
SELECT * FROM complaint($$SELECT places.cluster(ST_MakePoint(i, 0), places.rules(target_homes => i)) FROM generate_series(1, 2) i$$);
SELECT * FROM complaint($$SELECT places.cluster(ST_MakePoint(i, 0), CASE i WHEN 1 THEN places.rules() END) FROM generate_series(1, 2) i$$);
SELECT * FROM complaint($$SELECT places.cluster(NULL::geometry, 1, NULL)$$);
\x off
\t off

-- equal rules are equal, wherever they come from
CREATE TEMP TABLE kept_rules AS SELECT places.rules() AS r;
SELECT (places.cluster(ST_MakePoint(i, 0), CASE i WHEN 1 THEN r ELSE places.rules() END)).reason
FROM kept_rules, generate_series(1, 2) i;

-- no trouble in one group is another's
SELECT (places.cluster(ST_SetSRID(ST_MakePoint(i, 0), CASE i WHEN 1 THEN 27700 ELSE 32630 END), places.rules(target_homes => i))).place
FROM generate_series(1, 2) i GROUP BY i ORDER BY i;

DROP FUNCTION judge;
DROP FUNCTION complaint;
