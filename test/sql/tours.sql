-- the tour of a place is 1.46 times the minimum spanning tree of its members, by an algorithm of one's own
SET client_min_messages = error;
\set SHOW_CONTEXT never
CREATE SCHEMA tours;
SET search_path = tours, public;

-- Prim's, on the points that PostGIS has
CREATE FUNCTION tree_length(points geometry[]) RETURNS float8 LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
	near float8[] := array_fill('Infinity'::float8, ARRAY[cardinality(points)]);
	length float8 := 0;
	nearest int := 1;
BEGIN
	near[1] := 0;
	FOR step IN 1 .. cardinality(points) LOOP
		SELECT i INTO nearest FROM unnest(near) WITH ORDINALITY n(metres, i) WHERE metres >= 0 ORDER BY metres, i LIMIT 1;
		length := length + near[nearest];
		near[nearest] := -1;
		SELECT array_agg(CASE WHEN metres < 0 THEN metres ELSE LEAST(metres, ST_Distance(points[i], points[nearest])) END ORDER BY i) INTO near
		FROM unnest(near) WITH ORDINALITY n(metres, i);
	END LOOP;
	RETURN length;
END $$;
SELECT tree_length(ARRAY['POINT(0 0)', 'POINT(0 3)', 'POINT(4 0)', 'POINT(0 3)']::geometry[]) AS seven;

-- a town, blocks of flats, a street, hamlets far apart, some homes on one spot, one home; rows of several homes
CREATE TABLE stock AS
SELECT i AS id, CASE i / 40 WHEN 0 THEN 'town' WHEN 1 THEN 'blocks' WHEN 2 THEN 'street' WHEN 3 THEN 'hamlets' WHEN 4 THEN 'spot' ELSE 'one' END AS la,
	1 + i % 3 AS w, ST_SetSRID(CASE i / 40
		WHEN 0 THEN ST_MakePoint(400000 + i * 7919 % 997, 300000 + i * 104729 % 1009)
		WHEN 1 THEN ST_MakePoint(420000 + i / 8 * 211 % 1000, 300000 + i / 8 * 307 % 1000)
		WHEN 2 THEN ST_MakePoint(440000 + i * 12, 300000 + i % 2 * 9)
		WHEN 3 THEN ST_MakePoint(460000 + i / 5 * 3701 % 17000 + i % 5 * 31, 300000 + i / 5 * 2903 % 13000 + i % 5 * i % 3 * 40)
		ELSE ST_MakePoint(480000, 300000) END, 27700) AS geom
FROM generate_series(0, 200) i;
CREATE VIEW compared AS
SELECT d.plan, d.level, g.place, g.homes, g.tour, t.points, t.metres
FROM places_internal.plan_definition d
JOIN places_internal.place_result g ON g.run = d.published_run AND d.plan IN ('metres', 'patches', 'degrees')
JOIN (SELECT h.plan_id, h.place, count(*) AS points, 1.46 * tree_length(array_agg(s.geom ORDER BY s.id)) AS metres
	FROM places_internal.membership h JOIN stock s ON s.id::text = h.home_id
	WHERE h.until_run IS NULL AND places_internal.is_member(h.outside) GROUP BY 1, 2) t ON t.plan_id = g.plan_id AND t.place = g.place;
CREATE VIEW wrong AS SELECT * FROM compared WHERE NOT COALESCE(abs(tour - metres) <= CASE plan WHEN 'degrees' THEN 0.01 * metres ELSE 1e-6 END, false);
SELECT places.create_plan('metres', 'stock', 'id', 'la', 'geom', places.rules('balanced', 40, min_homes => 20, max_homes => 60, max_radius => 5000),
	weight_column => 'w', boundary_within => 0, max_drop => 100);
SELECT places.create_patches('patches', 'metres', places.rules('balanced', 15));
SELECT places.create_localities('localities', 'metres', places.rules('balanced', 200));
SELECT places > 5 AS places, published FROM places.run('metres');
SELECT * FROM wrong;
SELECT level, sum(points) AS points, count(*) > 5 AS places FROM compared GROUP BY level ORDER BY level;
SELECT p.authority, r.tour FROM places.round('metres') r JOIN places.place p USING (place) WHERE p.authority IN ('spot', 'one') ORDER BY 1;
SELECT bool_and(abs(r.tour - (SELECT sum(t.tour) FROM places_internal.place_result t WHERE t.parent = r.place)) <= 0.5) AS of_its_places FROM places.round('localities') r;

-- home_minutes has the same trees: together they are the tour through an authority, however rows are ordered
SELECT count(*) AS differ FROM (
	SELECT m.authority, sum(m.minutes) AS minutes FROM places.home_minutes('stock', visit_minutes => 0, metres_per_minute => 100) m GROUP BY 1) m
JOIN (SELECT la, 1.46 * tree_length(array_agg(geom ORDER BY id)) AS metres FROM stock GROUP BY 1) t ON t.la = m.authority
WHERE abs(m.minutes - t.metres / 100) > 1e-6;
CREATE TABLE shuffled AS SELECT * FROM stock ORDER BY id * 7919 % 211;
SELECT count(*) AS differ FROM places.home_minutes('stock') a FULL JOIN places.home_minutes('shuffled') b USING (home_id) WHERE a.minutes IS DISTINCT FROM b.minutes;

-- a home pinned into another place, a place that is solved again and others that are not
SELECT places.pin('metres', '3', (SELECT place FROM places.place WHERE plan = 'metres' AND authority = 'town' ORDER BY place DESC LIMIT 1));
UPDATE stock SET geom = ST_Translate(geom, 500, 0) WHERE la = 'street' AND id % 7 = 0;
SELECT published FROM places.run('metres');
SELECT count(*) FILTER (WHERE status <> 'kept') > 0 AS solved, count(*) FILTER (WHERE status = 'kept') > 0 AS kept FROM places.authority WHERE plan = 'metres';
SELECT * FROM wrong;
SELECT published FROM places.run('metres');
SELECT * FROM wrong;

-- in degrees
CREATE TABLE degrees AS SELECT id, la, w, ST_Transform(geom, 4326)::geography AS geom FROM stock;
SELECT places.create_plan('degrees', 'degrees', 'id', 'la', 'geom', places.rules('balanced', 40, min_homes => 20, max_homes => 60, max_radius => 5000), weight_column => 'w');
SELECT published FROM places.run('degrees');
SELECT * FROM wrong;
SELECT count(*) AS differ FROM places.home_minutes('stock') a FULL JOIN places.home_minutes('degrees') b USING (home_id)
WHERE NOT COALESCE(abs(a.minutes - b.minutes) <= 0.01 * a.minutes, false);

-- as the column of a view that is a stock: in a materialized view, and not while the stock is read
CREATE MATERIALIZED VIEW visit_minutes AS SELECT home_id, minutes FROM places.home_minutes('stock');
CREATE VIEW with_minutes AS SELECT s.*, coalesce(m.minutes, 30) AS minutes FROM stock s LEFT JOIN visit_minutes m ON m.home_id = s.id::text;
INSERT INTO stock SELECT 300, 'town', 1, ST_SetSRID(ST_MakePoint(400100, 300100), 27700);
SELECT places.create_plan('minutes', 'with_minutes', 'id', 'la', 'geom', places.rules('balanced', 20), balance_columns => '{minutes}');
SELECT homes, published FROM places.run('minutes');
REFRESH MATERIALIZED VIEW visit_minutes;
SELECT homes, published FROM places.run('minutes');
CREATE VIEW at_once AS SELECT s.*, m.minutes FROM stock s JOIN places.home_minutes('stock') m ON m.home_id = s.id::text;
SELECT places.create_plan('at_once', 'at_once', 'id', 'la', 'geom', places.rules('balanced', 20), balance_columns => '{minutes}');

-- minutes for a full-time equivalent: all of them over all of these
CREATE TABLE staff (id text, fte float8);
INSERT INTO staff VALUES ('full', 1), ('half', 0.5);
CREATE TABLE two AS SELECT i AS id, 'A' AS la, ST_SetSRID(ST_MakePoint(1000 + i % 2 * 5000, 1000), 27700) AS geom FROM generate_series(1, 90) i WHERE i % 2 = 0 OR i <= 60;
SELECT places.create_plan('two', 'two', 'id', 'la', 'geom', places.rules('balanced', 40, min_homes => 20, max_homes => 60, max_radius => 100), boundary_within => 0);
SELECT places FROM places.run('two');
SELECT places.set_staff('two', 'staff', 'id', fte_column => 'fte');
SELECT served FROM places.allocate('two');
SELECT worker, homes, minutes, ratio FROM places.fairness('two') ORDER BY 1;
SELECT round((45 * 30 / ((45 + 30) * 30 / 1.5))::numeric, 4) AS full, round((30 * 30 / 0.5 / ((45 + 30) * 30 / 1.5))::numeric, 4) AS half;

SELECT count(places.drop_plan(plan)) AS dropped FROM unnest('{localities,patches,metres,degrees,minutes,two}'::text[]) plan;
DROP SCHEMA tours CASCADE;
