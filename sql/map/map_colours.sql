
-- map: colours

-- Found by a search over sRGB for the six whose least difference (CIEDE2000) is
-- largest, for normal sight and for none of the middle, long and short cones as
-- simulated by the matrices of Machado, Oliveira and Fernandes, "A physiologically-based
-- model for simulation of color vision deficiency", IEEE Transactions on
-- Visualization and Computer Graphics 15 (2009): 20 and more without the middle or
-- long ones.  All stand out from the ground and from the grey of other homes.
CREATE OR REPLACE FUNCTION places_internal.map_palette(dark boolean)
RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN CASE WHEN dark
	THEN '{#77eebb,#dd5511,#eebbee,#119977,#ddee11,#9955ee}'::text[]
	ELSE '{#1133ee,#779911,#551155,#3399ee,#115511,#bb5577}'::text[] END;

COMMENT ON FUNCTION places_internal.map_palette(boolean) IS
	'the colours of places, on light and on dark ground, for readers of every colour vision';

-- Places that touch need not share an edge of the triangulation, but they are
-- neighbours of a neighbour there.
CREATE OR REPLACE FUNCTION places_internal.map_neighbours(outlines geometry[])
RETURNS TABLE (a int, b int) LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000 ROWS 1000
BEGIN ATOMIC
	WITH outline AS MATERIALIZED (
		SELECT o.ordinality::int AS i, o.geom, places_internal.st_centroid(o.geom) AS centre
		FROM ROWS FROM (pg_catalog.unnest(outlines)) WITH ORDINALITY o(geom, ordinality)),
	centre AS MATERIALIZED (
		SELECT o.i, places_internal.st_x(o.centre) AS x, places_internal.st_y(o.centre) AS y FROM outline o),
	edge AS MATERIALIZED (
		SELECT places_internal.st_startpoint(e.geom) AS a, places_internal.st_endpoint(e.geom) AS b
		FROM places_internal.st_dump(places_internal.st_delaunaytriangles(
			(SELECT places_internal.st_collect(pg_catalog.array_agg(o.centre ORDER BY o.i)) FROM outline o), 0, 1)) e),
	near AS MATERIALIZED (
		SELECT p.i AS a, q.i AS b
		FROM edge e
		CROSS JOIN LATERAL (VALUES (e.a, e.b), (e.b, e.a)) w(a, b)
		JOIN centre p ON p.x = places_internal.st_x(w.a) AND p.y = places_internal.st_y(w.a)
		JOIN centre q ON q.x = places_internal.st_x(w.b) AND q.y = places_internal.st_y(w.b))
	SELECT n.a, n.b FROM near n WHERE n.a > n.b
	UNION
	SELECT f.a, f.b
	FROM (SELECT DISTINCT n.a, m.b FROM near n JOIN near m ON m.a = n.b WHERE n.a > m.b) f
	JOIN outline p ON p.i = f.a
	JOIN outline q ON q.i = f.b
	WHERE places_internal.st_dwithin(p.geom, q.geom, 500)
	ORDER BY 1, 2;
END;

COMMENT ON FUNCTION places_internal.map_neighbours(geometry[]) IS
	'pairs of neighbours, by their positions in the array, the larger first: the edges of the Delaunay triangulation of their centres, and those of a common neighbour that are within 500 m';

-- Places with at most five neighbours are set aside, then those with at most five
-- among the rest, and so on; a planar graph always has some.  Coloured in the
-- opposite order, each meets at most five coloured neighbours, so six colours do
-- (Matula and Beck, "Smallest-last ordering", Journal of the ACM 30, 1983).
CREATE OR REPLACE FUNCTION places_internal.map_turns(n int, a int[], b int[])
RETURNS int[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	remaining int[] := ARRAY(SELECT pg_catalog.generate_series(1, n));
	aside int[] := '{}';
	now_aside int[];
BEGIN
	WHILE pg_catalog.cardinality(remaining) > 0 LOOP
		WITH edge AS (
			SELECT w.x FROM ROWS FROM (pg_catalog.unnest(a), pg_catalog.unnest(b)) e(a, b)
			JOIN pg_catalog.unnest(remaining) p ON p = e.a
			JOIN pg_catalog.unnest(remaining) q ON q = e.b
			CROSS JOIN LATERAL (VALUES (e.a), (e.b)) w(x)),
		degree AS (
			SELECT r.i, pg_catalog.count(e.x) AS degree FROM pg_catalog.unnest(remaining) r(i) LEFT JOIN edge e ON e.x = r.i GROUP BY r.i)
		SELECT pg_catalog.array_agg(d.i ORDER BY d.degree, d.i) INTO now_aside
		FROM degree d WHERE d.degree <= GREATEST(5, (SELECT pg_catalog.min(o.degree) FROM degree o));
		aside := aside || now_aside;
		remaining := ARRAY(SELECT r FROM pg_catalog.unnest(remaining) r EXCEPT SELECT s FROM pg_catalog.unnest(now_aside) s ORDER BY 1);
	END LOOP;
	RETURN ARRAY(SELECT s.i FROM ROWS FROM (pg_catalog.unnest(aside)) WITH ORDINALITY s(i, nr) ORDER BY s.nr DESC);
END
$$;

COMMENT ON FUNCTION places_internal.map_turns(int, int[], int[]) IS
	'the order in which to colour n places, given pairs of neighbours';

-- In turn each place takes the colour that its neighbours use least, and of
-- these the one that fewest places have.
CREATE OR REPLACE FUNCTION places_internal.map_colours(outlines geometry[], colours int)
RETURNS int[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	a int[];
	b int[];
	chosen int[];
	used int[] := pg_catalog.array_fill(0, ARRAY[colours]);
	near record;
	best int;
BEGIN
	IF COALESCE(pg_catalog.cardinality(outlines), 0) = 0 THEN
		RETURN '{}';
	END IF;
	SELECT pg_catalog.array_agg(n.a), pg_catalog.array_agg(n.b) INTO a, b FROM places_internal.map_neighbours(outlines) n;
	FOR near IN
		SELECT t.i, pg_catalog.array_agg(e.b ORDER BY e.b) AS others
		FROM ROWS FROM (pg_catalog.unnest(places_internal.map_turns(pg_catalog.cardinality(outlines), a, b))) WITH ORDINALITY t(i, nr)
		LEFT JOIN (SELECT w.a, w.b FROM ROWS FROM (pg_catalog.unnest(a), pg_catalog.unnest(b)) p(a, b)
			CROSS JOIN LATERAL (VALUES (p.a, p.b), (p.b, p.a)) w(a, b)) e ON e.a = t.i
		GROUP BY t.nr, t.i ORDER BY t.nr
	LOOP
		SELECT c INTO best
		FROM pg_catalog.generate_series(1, colours) c
		ORDER BY (SELECT pg_catalog.count(*) FROM pg_catalog.unnest(near.others) o WHERE chosen[o] = c - 1), used[c], c
		LIMIT 1;
		used[best] := used[best] + 1;
		chosen[near.i] := best - 1;
	END LOOP;
	RETURN chosen;
END
$$;

COMMENT ON FUNCTION places_internal.map_colours(geometry[], int) IS
	'a colour, from 0, for each outline, such that neighbours differ';
