-- what is wrong with a stock: each problem alone, whether its advice mends it, and all of them at once
SET client_min_messages = warning;

CREATE TABLE homes AS
SELECT (100023336000 + i)::text AS uprn, CASE WHEN i <= 600 THEN 'Leeds' ELSE 'York' END AS la, 1::float8 AS w,
	ST_SetSRID(ST_MakePoint(CASE WHEN i <= 600 THEN 430000 ELSE 460000 END + i % 25 * 37.3,
		CASE WHEN i <= 600 THEN 433000 ELSE 452000 END + i / 25 * 41.7), 27700) AS geom
FROM generate_series(1, 1200) i;
CREATE TABLE homes_on_globe AS SELECT uprn, la, w, ST_Transform(geom, 4326)::geography AS geom FROM homes;

-- nothing is wrong with them
SELECT * FROM places.check_stock('homes', 'uprn', 'la', 'geom');
SELECT * FROM places.check_stock('homes', 'uprn', 'la', 'geom', weight_column => 'w');
SELECT * FROM places.check_stock('homes_on_globe', 'uprn', 'la', 'geom', weight_column => 'w');

-- Make a change, check, do what each advice says, check again: the statement mends the problem, or lists so many
-- rows.  Did assign() raise an error?  All is undone.
CREATE FUNCTION after_change(change text, stock text DEFAULT 'homes')
RETURNS TABLE (severity text, problem text, homes bigint, example text, advice text, refused boolean) LANGUAGE plpgsql AS $$
DECLARE
	found jsonb;
	f jsonb;
	statement text;
	does text;
	listed bigint;
BEGIN
	BEGIN
		EXECUTE change;
		refused := false;
		BEGIN
			PERFORM count(*) FROM places.assign(stock, 'uprn', 'la', 'geom', places.rules('kmeans'), 'w');
		EXCEPTION WHEN OTHERS THEN
			refused := true;
		END;
		SELECT jsonb_agg(to_jsonb(c) ORDER BY nr) INTO found
		FROM places.check_stock(stock, 'uprn', 'la', 'geom', weight_column => 'w') WITH ORDINALITY c(severity, problem, homes, example, advice, nr);
		FOR f IN SELECT * FROM jsonb_array_elements(found) LOOP
			statement := substring(f->>'advice',  '((?:UPDATE|SELECT|CREATE VIEW|ALTER TABLE) .*?);( --.*)?$');
			does := NULL;
			BEGIN
				IF statement LIKE 'SELECT%' THEN
					EXECUTE format('SELECT count(*) FROM (%s) s', statement) INTO listed;
					does := 'lists ' || listed;
				ELSIF statement IS NOT NULL THEN
					EXECUTE statement;
					does := CASE WHEN EXISTS (
						SELECT FROM places.check_stock(COALESCE(substring(statement FROM 'VIEW ([a-z_]+)'), stock), 'uprn', 'la', 'geom', weight_column => 'w') c
						WHERE c.problem = f->>'problem') THEN 'does not mend it' ELSE 'mends it' END;
				END IF;
				RAISE EXCEPTION SQLSTATE 'P9999';
			EXCEPTION WHEN SQLSTATE 'P9999' THEN
				NULL;
			END;
			found := jsonb_set(found, ARRAY[((f->>'nr')::int - 1)::text, 'advice'], COALESCE(to_jsonb(does), 'null'));
		END LOOP;
		RAISE EXCEPTION SQLSTATE 'P9999';
	EXCEPTION WHEN SQLSTATE 'P9999' THEN
		NULL;
	END;
	RETURN QUERY SELECT r.severity, r.problem, r.homes, r.example, r.advice, after_change.refused
		FROM jsonb_to_recordset(found) r(severity text, problem text, homes bigint, example text, advice text);
END
$$;

-- ids
SELECT * FROM after_change($$UPDATE homes SET uprn = '100023336003' WHERE uprn IN ('100023336001', '100023336002')$$);
SELECT * FROM after_change($$UPDATE homes SET uprn = NULLIF(left('   ', right(uprn, 1)::int), '') WHERE uprn < '100023336004'$$);
SELECT * FROM after_change($$UPDATE homes SET uprn = (ARRAY['1.00023E+11', ' 1.00024e+11', '1,00023E+11'])[right(uprn, 1)::int] WHERE uprn < '100023336004'$$);
SELECT * FROM after_change($$UPDATE homes SET uprn = (ARRAY['1E11', 'E+11', '1E+11b', '1E+', '1.5', '1.2.0', '1,200.0', '.0', '0.'])[right(uprn, 1)::int] WHERE uprn < '100023336010'$$);
SELECT * FROM after_change($$UPDATE homes SET uprn = uprn || '.0'$$);
SELECT * FROM after_change($$UPDATE homes SET uprn = right(uprn, 4); UPDATE homes SET uprn = ltrim(uprn, '0') WHERE uprn < '6021'$$);
SELECT * FROM after_change($$UPDATE homes SET uprn = lpad((uprn::bigint - 100023335995)::text, 4, '0');
	UPDATE homes SET uprn = ltrim(uprn, '0') WHERE uprn < '0021'$$);

-- locations
SELECT * FROM after_change($$UPDATE homes SET geom = (ARRAY[NULL, 'SRID=27700;POINT EMPTY', 'SRID=27700;POINT(1e9 0)', 'SRID=27700;POINT(NaN 0)']::geometry[])[right(uprn, 1)::int]
	WHERE uprn BETWEEN '100023336001' AND '100023336004'$$);
SELECT * FROM after_change($$UPDATE homes SET geom = ST_SetSRID('POINT(0 0)'::geometry, 27700) WHERE uprn < '100023336004'$$);
SELECT * FROM after_change($$UPDATE homes_on_globe SET geom = 'POINT(0 0)' WHERE uprn < '100023336004'$$, 'homes_on_globe');
SELECT * FROM after_change($$UPDATE homes SET geom = CASE WHEN uprn = '100023336001' THEN ST_Buffer(geom, 10) ELSE ST_Collect(geom, ST_Translate(geom, 9, 9)) END
	WHERE uprn < '100023336003'$$);
SELECT * FROM after_change($$UPDATE homes SET geom = ST_Multi(geom)$$);

-- axes: of some homes of an authority, whose mirrored point is among the others; off the grid; in the Indian Ocean
SELECT * FROM after_change($$UPDATE homes SET geom = ST_Translate(geom, 0, -250000); UPDATE homes SET geom = ST_FlipCoordinates(geom) WHERE uprn < '100023336101'$$);
SELECT * FROM after_change($$UPDATE homes SET geom = ST_FlipCoordinates(ST_Translate(geom, 0, 350000))$$);
SELECT * FROM after_change($$UPDATE homes_on_globe SET geom = ST_FlipCoordinates(geom::geometry)::geography$$, 'homes_on_globe');
SELECT * FROM after_change($$UPDATE homes_on_globe SET geom = ST_MakePoint(18 + ST_X(geom::geometry), ST_Y(geom::geometry))::geography;
	UPDATE homes_on_globe SET geom = ST_FlipCoordinates(geom::geometry)::geography WHERE uprn < '100023336101'$$, 'homes_on_globe');

-- degrees and metres
SELECT * FROM after_change($$UPDATE homes SET geom = ST_SetSRID(ST_Transform(geom, 4326), 27700) WHERE uprn < '100023336004'$$);
SELECT * FROM after_change($$UPDATE homes SET geom = ST_SetSRID(ST_Transform(geom, 4326), 0)$$);
SELECT * FROM after_change($$UPDATE homes SET geom = ST_SetSRID(CASE WHEN uprn < '100023336004' THEN ST_Transform(geom, 4326) ELSE geom END, 0)$$);
SELECT * FROM after_change($$UPDATE homes SET geom = ST_Transform(geom, 4326)$$);
SELECT * FROM after_change($$UPDATE homes SET geom = ST_SetSRID(geom, 4326)$$);
SELECT * FROM after_change($$UPDATE homes SET geom = ST_SetSRID(CASE WHEN uprn < '100023336004' THEN geom ELSE ST_Transform(geom, 4326) END, 4326)$$);

-- reference systems
SELECT * FROM after_change($$UPDATE homes SET geom = ST_Transform(geom, 3857)$$);
SELECT * FROM after_change($$UPDATE homes SET geom = ST_SetSRID(geom, 2249)$$);
SELECT * FROM after_change($$UPDATE homes SET geom = ST_SetSRID(geom, 900000)$$);
SELECT * FROM after_change($$UPDATE homes SET geom = ST_Transform(geom, 32630) WHERE uprn < '100023336004'$$);
SELECT * FROM after_change($$UPDATE homes SET geom = ST_Transform(geom, 32630) WHERE la = 'York'$$);
SELECT * FROM after_change($$UPDATE homes SET geom = ST_Translate(geom, 0, 1300000) WHERE uprn < '100023336004'$$);

-- far: a typing error of 100 km; not a farm 20 km off, nor a second town of many homes
SELECT * FROM after_change($$UPDATE homes SET geom = ST_Translate(geom, 100000, 0) WHERE uprn < '100023336004'$$);
SELECT * FROM after_change($$UPDATE homes SET geom = ST_Translate(geom, 20000, 0) WHERE uprn < '100023336004'$$);
SELECT * FROM after_change($$UPDATE homes SET geom = ST_Translate(geom, 100000, 0) WHERE uprn < '100023336101'$$);
SELECT * FROM after_change($$UPDATE homes SET geom = ST_Translate(geom, 48000 + right(uprn, 1)::int * 30000, 0) WHERE uprn < '100023336004'$$);
SELECT * FROM after_change($$UPDATE homes_on_globe SET geom = ST_MakePoint(ST_X(geom::geometry) + 1, ST_Y(geom::geometry))::geography WHERE uprn < '100023336004'$$, 'homes_on_globe');
-- across the antimeridian nobody is far
SELECT * FROM after_change($$UPDATE homes_on_globe SET geom = ST_MakePoint(CASE WHEN x > 180 THEN x - 360 ELSE x END, -16.8)::geography
	FROM (SELECT h.uprn AS u, 179.99 + right(h.uprn, 2)::int / 5000.0 + right(h.uprn, 4)::int / 1e7 AS x FROM homes_on_globe h) o WHERE uprn = u$$, 'homes_on_globe');

-- authorities
SELECT * FROM after_change($$UPDATE homes SET la = NULL WHERE uprn < '100023336004'$$);
SELECT * FROM after_change($$UPDATE homes SET la = '  ' WHERE uprn < '100023336004'$$);
SELECT severity, problem, homes, replace(example, U&'\00A0', '(nbsp)') AS example, advice, refused
FROM after_change($$UPDATE homes SET la = (ARRAY['LEEDS', ' Leeds', 'Leeds' || U&'\00A0'])[right(uprn, 1)::int] WHERE uprn < '100023336004'$$)
WHERE current_setting('server_encoding') = 'UTF8';
SELECT * FROM after_change($$DELETE FROM homes WHERE la = 'York' AND right(uprn, 1) > '2'$$);

-- two authorities: first one, then the other
SELECT * FROM after_change($$UPDATE homes SET la = upper(la) WHERE right(uprn, 3) IN ('001', '601', '602')$$);
CREATE TEMP TABLE kept AS TABLE homes;
UPDATE homes SET la = upper(la) WHERE right(uprn, 3) IN ('001', '601', '602');
SELECT advice FROM places.check_stock('homes', 'uprn', 'la', 'geom');
UPDATE homes SET la = 'York' WHERE la IN ('YORK');
SELECT advice FROM places.check_stock('homes', 'uprn', 'la', 'geom');
TRUNCATE homes;
INSERT INTO homes TABLE kept;

-- weights
SELECT * FROM after_change($$UPDATE homes SET w = (ARRAY[NULL, -1, 'NaN', 1e10, 1e-12, 'Infinity', 0]::float8[])[right(uprn, 1)::int] WHERE uprn BETWEEN '100023336001' AND '100023336007'$$);
SELECT * FROM after_change($$UPDATE homes SET w = 1200 WHERE uprn < '100023336004'$$);
SELECT * FROM after_change($$UPDATE homes SET w = 400 WHERE uprn < '100023336004'$$);

-- points: an office of 501, a tower of 400, a box of several authorities, rounded
SELECT * FROM after_change($$UPDATE homes SET geom = ST_SetSRID(ST_MakePoint(430123.4, 433321.5), 27700) WHERE uprn <= '100023336501'$$);
SELECT * FROM after_change($$UPDATE homes SET geom = ST_SetSRID(ST_MakePoint(430123.4, 433321.5), 27700) WHERE uprn <= '100023336400'$$);
SELECT * FROM after_change($$UPDATE homes SET geom = ST_SetSRID(ST_MakePoint(430123.4, 433321.5), 27700) WHERE uprn BETWEEN '100023336591' AND '100023336610'$$);
SELECT * FROM after_change($$UPDATE homes SET geom = ST_SnapToGrid(geom, 100)$$);
SELECT * FROM after_change($$UPDATE homes_on_globe SET geom = ST_SnapToGrid(geom::geometry, 0.001)::geography$$, 'homes_on_globe');

SELECT * FROM after_change($$DELETE FROM homes$$);

-- all at once, of a view whose names have blanks, quotes, per cents and capitals, in any order of rows
CREATE SCHEMA "odd s'chema";
CREATE TABLE "odd s'chema"."Stock ""%s"" of homes" AS
SELECT CASE WHEN i <= 2 THEN NULL WHEN i <= 5 THEN '1.00023E+11' WHEN i <= 9 THEN '12' || i || '.0' ELSE (100023336000 + i)::text END AS "U P R N",
	CASE WHEN i BETWEEN 11 AND 12 THEN NULL WHEN i BETWEEN 13 AND 15 THEN 'leeds ' WHEN i = 16 THEN '' WHEN i <= 600 THEN 'Leeds' ELSE 'O''York' END AS "l'a %I",
	CASE WHEN i = 17 THEN -1 WHEN i = 18 THEN 5000 ELSE 1 END AS "w%",
	CASE i WHEN 19 THEN NULL WHEN 20 THEN ST_Buffer(p, 1) WHEN 21 THEN ST_SetSRID('POINT(0 0)'::geometry, 27700)
		WHEN 22 THEN ST_Transform(p, 4326) WHEN 23 THEN ST_Transform(p, 3857) WHEN 24 THEN ST_SetSRID(p, 900000)
		WHEN 25 THEN ST_SetSRID(ST_Transform(p, 4326), 27700) WHEN 26 THEN ST_Translate(p, -200000, 0) WHEN 27 THEN ST_Translate(p, 900000, 0) ELSE p END AS "Geom"
FROM generate_series(1, 1200) i, LATERAL (SELECT ST_SetSRID(ST_MakePoint(430000 + i % 25 * 37.3, 433000 + i / 25 * 41.7), 27700) AS p) o;
CREATE VIEW "V%" AS SELECT * FROM "odd s'chema"."Stock ""%s"" of homes" ORDER BY random();
SELECT severity, problem, homes, example FROM places.check_stock('"odd s''chema"."Stock ""%s"" of homes"', 'U P R N', 'l''a %I', 'Geom', weight_column => 'w%');
SELECT count(*) AS different_in_another_order FROM (
	SELECT severity, problem, homes, example FROM places.check_stock('"V%"', 'U P R N', 'l''a %I', 'Geom', weight_column => 'w%')
	EXCEPT SELECT severity, problem, homes, example FROM places.check_stock('"odd s''chema"."Stock ""%s"" of homes"', 'U P R N', 'l''a %I', 'Geom', weight_column => 'w%')) d;
SELECT advice FROM places.check_stock('"V%"', 'U P R N', 'l''a %I', 'Geom', weight_column => 'w%') WHERE problem IN ('null island', 'bad weight', 'authority spelled differently', 'SRID in degrees');

-- ids and authorities of any type, a type of its own for the locations
CREATE DOMAIN spot AS geometry(Point, 27700);
CREATE VIEW typed AS
SELECT uprn::bigint AS i, md5(uprn)::uuid AS u, ARRAY[uprn] AS a, to_json(uprn) AS j, uprn::numeric(14, 2) AS n, uprn::bytea AS b,
	CASE la WHEN 'York' THEN 1 ELSE 2 END AS la_i, la::char(20) AS la_c, to_json(la) AS la_j, la = 'York' AS la_b, geom::spot AS s, w::int AS w_i, w::numeric::money AS w_m
FROM homes;
SELECT id, la, geom, weight, c.*
FROM (VALUES ('i', 'la_i', 's', 'w_i'), ('u', 'la_c', 's', 'w_m'), ('a', 'la_j', 's', 'w_i'), ('j', 'la_b', 's', NULL), ('b', 'la_i', 's', NULL)) t(id, la, geom, weight),
	places.check_stock('typed', id, la, geom, weight_column => weight) c;
SELECT severity, problem, homes FROM places.check_stock('typed', 'n', 'la_i', 's');

-- read once, by whoever calls, in a transaction that may only read
CREATE SEQUENCE reads;
CREATE FUNCTION one_more() RETURNS boolean LANGUAGE sql VOLATILE AS 'SELECT nextval(''reads'') > 0';
CREATE VIEW counted AS SELECT * FROM homes WHERE one_more();
SELECT count(*) FROM places.check_stock('counted', 'uprn', 'la', 'geom');
SELECT last_value AS rows_read FROM reads;
CREATE ROLE places_check_stock;
BEGIN READ ONLY;
SELECT count(*) FROM places.check_stock('homes', 'uprn', 'la', 'geom');
SET LOCAL ROLE places_check_stock;
SELECT count(*) FROM places.check_stock('homes', 'uprn', 'la', 'geom');
ROLLBACK;
DROP ROLE places_check_stock;

-- only for parameters an error
SELECT * FROM places.check_stock(NULL, 'uprn', 'la', 'geom');
SELECT * FROM places.check_stock('homes', 'upnr', 'la', 'geom');
SELECT * FROM places.check_stock('homes', 'uprn', 'la', 'w');
SELECT * FROM places.check_stock('homes', 'uprn', 'la', 'geom', NULL);
SELECT * FROM places.check_stock('homes', 'uprn', 'la', 'geom', weight_column => 'la');

-- columns that are left out are recognised
CREATE VIEW named AS SELECT uprn, la AS "Local Authority", NULLIF(uprn, '100023336001')::bigint AS ref, CASE WHEN uprn > '100023336003' THEN geom END AS geom FROM homes;
SELECT problem, homes, advice FROM places.check_stock('named');
SELECT problem, homes, advice FROM places.check_stock('named', 'ref', geom_column => 'geom') WHERE severity = 'warning';

-- the rules say what is small
SELECT * FROM places.check_stock('homes', 'uprn', 'la', 'geom', places.rules(target_homes => 1201, min_homes => 1201));
SELECT * FROM places.check_stock('homes', 'uprn', 'la', 'geom', places.rules('kmeans', k => 3));

DROP SCHEMA "odd s'chema" CASCADE;
DROP TABLE homes, homes_on_globe CASCADE;
DROP DOMAIN spot;
DROP FUNCTION after_change, one_more;
DROP SEQUENCE reads;

-- numbers that numeric holds and float8 does not
CREATE TABLE heavy AS SELECT i AS id, 'A' AS la, ST_SetSRID(ST_MakePoint(400000 + i, 300000), 27700) AS geom,
	CASE i WHEN 1 THEN 1e400 WHEN 2 THEN 1e-400 WHEN 3 THEN NULL WHEN 4 THEN 'NaN' WHEN 5 THEN 0 ELSE 2 END::numeric AS w FROM generate_series(1, 30) i;
SELECT problem, homes FROM places.check_stock('heavy', weight_column => 'w') WHERE problem ~ 'weight' ORDER BY 1;
SELECT homes, bad_weight FROM places.headline('heavy', rules => places.rules('kmeans', 10), weight_column => 'w');
DROP TABLE heavy;
