
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
-- neighbours of a neighbour there, one with no more neighbours than can stand around
-- it.  Boxes come first; the planner does not know how long arrays are.
CREATE OR REPLACE FUNCTION places_internal.map_neighbours(outlines geometry[])
RETURNS TABLE (a int, b int) LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000 ROWS 1000
SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off
BEGIN ATOMIC
	WITH outline AS MATERIALIZED (
		SELECT o.ordinality::int AS i, places_internal.st_simplify(o.geom, 100, true) AS geom, places_internal.st_centroid(o.geom) AS centre,
			places_internal.st_xmin(o.geom) AS left, places_internal.st_xmax(o.geom) AS right,
			places_internal.st_ymin(o.geom) AS low, places_internal.st_ymax(o.geom) AS high
		FROM ROWS FROM (pg_catalog.unnest(outlines)) WITH ORDINALITY o(geom, ordinality)),
	centre AS MATERIALIZED (
		SELECT pg_catalog.min(o.i) AS i, places_internal.st_x(o.centre) AS x, places_internal.st_y(o.centre) AS y FROM outline o GROUP BY 2, 3),
	edge AS MATERIALIZED (
		SELECT places_internal.st_startpoint(e.geom) AS a, places_internal.st_endpoint(e.geom) AS b
		FROM places_internal.st_dump(places_internal.st_delaunaytriangles(
			(SELECT places_internal.st_collect(pg_catalog.array_agg(o.centre ORDER BY o.i)) FROM outline o), 0, 1)) e),
	near AS MATERIALIZED (
		SELECT p.i AS a, q.i AS b, pg_catalog.count(*) OVER (PARTITION BY p.i) AS others
		FROM (SELECT e.a, e.b FROM edge e UNION ALL SELECT e.b, e.a FROM edge e) w
		JOIN centre p ON p.x = places_internal.st_x(w.a) AND p.y = places_internal.st_y(w.a)
		JOIN centre q ON q.x = places_internal.st_x(w.b) AND q.y = places_internal.st_y(w.b))
	SELECT n.a, n.b FROM near n WHERE n.a > n.b
	UNION
	SELECT f.a, f.b
	FROM (SELECT DISTINCT n.a, m.b FROM near n JOIN near m ON m.a = n.b WHERE n.a > m.b AND m.others <= 50) f
	JOIN outline p ON p.i = f.a
	JOIN outline q ON q.i = f.b
	WHERE CASE WHEN p.left <= q.right + 500 AND q.left <= p.right + 500 AND p.low <= q.high + 500 AND q.low <= p.high + 500
		THEN places_internal.st_dwithin(p.geom, q.geom, 500) END
	ORDER BY 1, 2;
END;

COMMENT ON FUNCTION places_internal.map_neighbours(geometry[]) IS
	'pairs of neighbours, by their positions in the array, the larger first: the edges of the Delaunay triangulation of their centres, and those of a common neighbour that are within some 500 m';

-- Places with at most five neighbours are set aside, which leaves others with
-- fewer, and so on; a planar graph always has some.  Coloured in the opposite order,
-- each meets at most five coloured neighbours, so six colours do (Matula and Beck,
-- "Smallest-last ordering", Journal of the ACM 30, 1983).  Where all have more, those
-- with the fewest are next.
CREATE OR REPLACE FUNCTION places_internal.map_turns(first int[], others int[])
RETURNS int[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	n int := cardinality(first) - 1;
	remaining int[] := ARRAY(SELECT generate_series(1, n));
	degree int[] := ARRAY(SELECT first[i + 1] - first[i] FROM generate_series(1, n) i);
	waits boolean[] := array_fill(true, ARRAY[n]);
	aside int[] := array_fill(0, ARRAY[n]);
	set_aside int := 0;
	most int;
	other int;
BEGIN
	FOR turn IN 1 .. n LOOP
		IF set_aside < turn THEN
			remaining := ARRAY(SELECT r FROM unnest(remaining) r WHERE waits[r]);
			most := GREATEST(5, (SELECT min(degree[r]) FROM unnest(remaining) r));
			FOR other IN SELECT r FROM unnest(remaining) r WHERE degree[r] <= most ORDER BY r LOOP
				set_aside := set_aside + 1;
				aside[set_aside] := other;
				waits[other] := false;
			END LOOP;
		END IF;
		FOR k IN first[aside[turn]] .. first[aside[turn] + 1] - 1 LOOP
			other := others[k];
			degree[other] := degree[other] - 1;
			IF degree[other] = most AND waits[other] THEN
				set_aside := set_aside + 1;
				aside[set_aside] := other;
				waits[other] := false;
			END IF;
		END LOOP;
	END LOOP;
	RETURN aside;
END
$$;

COMMENT ON FUNCTION places_internal.map_turns(int[], int[]) IS
	'in what order to set places aside, the last of which is coloured first; the neighbours of place i are those from first[i] to before first[i + 1] among others';

-- In turn each place takes the colour that its neighbours use least, and of
-- these the one that fewest places have.
CREATE OR REPLACE FUNCTION places_internal.map_coloured(first int[], others int[], colours int)
RETURNS int[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	aside int[] := places_internal.map_turns(first, others);
	chosen int[] := array_fill(0, ARRAY[cardinality(aside)]);
	used int[] := array_fill(0, ARRAY[colours]);
	near int[];
	best int;
BEGIN
	FOR turn IN REVERSE cardinality(aside) .. 1 LOOP
		near := array_fill(0, ARRAY[colours]);
		FOR k IN first[aside[turn]] .. first[aside[turn] + 1] - 1 LOOP
			IF chosen[others[k]] > 0 THEN
				near[chosen[others[k]]] := near[chosen[others[k]]] + 1;
			END IF;
		END LOOP;
		best := 1;
		FOR colour IN 2 .. colours LOOP
			IF near[colour] < near[best] OR near[colour] = near[best] AND used[colour] < used[best] THEN
				best := colour;
			END IF;
		END LOOP;
		used[best] := used[best] + 1;
		chosen[aside[turn]] := best;
	END LOOP;
	RETURN ARRAY(SELECT c - 1 FROM ROWS FROM (unnest(chosen)) WITH ORDINALITY u(c, nr) ORDER BY nr);
END
$$;

COMMENT ON FUNCTION places_internal.map_coloured(int[], int[], int) IS
	'a colour, from 0, for each place; its neighbours are as for map_turns';

CREATE OR REPLACE FUNCTION places_internal.map_colours(outlines geometry[], colours int)
RETURNS int[] LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000
SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off
BEGIN ATOMIC
	WITH pair AS MATERIALIZED (
		SELECT n.a, n.b FROM places_internal.map_neighbours(outlines) n),
	neighbour AS (
		SELECT p.a, p.b FROM pair p UNION ALL SELECT p.b, p.a FROM pair p),
	list AS (
		SELECT i, 1 + (pg_catalog.sum(COALESCE(l.others, 0)) OVER (ORDER BY i) - COALESCE(l.others, 0))::int AS first
		FROM pg_catalog.generate_series(1, pg_catalog.cardinality(outlines) + 1) i
		LEFT JOIN (SELECT e.a, pg_catalog.count(*) AS others FROM neighbour e GROUP BY e.a) l ON l.a = i)
	SELECT CASE WHEN pg_catalog.cardinality(outlines) > 0 THEN places_internal.map_coloured(
		(SELECT pg_catalog.array_agg(l.first ORDER BY l.i) FROM list l),
		(SELECT COALESCE(pg_catalog.array_agg(e.b ORDER BY e.a, e.b), '{}') FROM neighbour e), colours)
		ELSE '{}' END;
END;

COMMENT ON FUNCTION places_internal.map_colours(geometry[], int) IS
	'a colour, from 0, for each outline, such that neighbours differ';
