-- the boundaries of a run: those of the run before where nothing has changed, the others drawn
--
-- What is within 3.2 times the reach of one of its homes decides on the ground of a
-- place: cells meet at less than twice, and who fills a small gap, all around it says
-- (engine/territory).  Homes are found by squares of four times the reach or more:
-- those around the squares of a place's homes hold all that matters.
--
-- Drawn is an authority at a time, as far as it has places without a boundary, with
-- what is around these.  So memory is what the largest authority takes, and what
-- cannot be drawn costs the boundaries of one.  It makes no difference to a boundary
-- what it is drawn together with.

CREATE OR REPLACE FUNCTION places_internal.square_of(location geometry, side float8)
RETURNS bigint AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;

COMMENT ON FUNCTION places_internal.square_of(geometry, float8) IS
	'the square of a grid that a location is in, as a number to which one for each square to the north can be added, and 2^20 for each to the east; null for what is no point';

CREATE OR REPLACE FUNCTION places_internal.side_of_squares(r places_internal.run_record)
RETURNS float8 LANGUAGE sql STABLE PARALLEL SAFE COST 1000
BEGIN ATOMIC
	/* by longitude and latitude as wide as needed where a place reaches farthest from the equator */
	SELECT pg_catalog.max(GREATEST(4 * (r).boundary_within, 1000) / CASE WHEN places_internal.is_degrees(places_internal.srid_of(g.centre))
		THEN 111000 * pg_catalog.cosd(LEAST(85, pg_catalog.abs(g.latitude) + (2 * g.radius + 4 * (r).boundary_within) / 111000))
		ELSE 1 END)
	FROM places_internal.place_result g
	WHERE g.run = (r).run AND g.reason IS NULL;
END;

COMMENT ON FUNCTION places_internal.side_of_squares(places_internal.run_record) IS
	'the side of the squares by which the homes of a run are found, in the unit of their coordinates';

CREATE OR REPLACE FUNCTION places_internal.with_neighbours(square bigint)
RETURNS TABLE (square bigint) LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10 ROWS 9
BEGIN ATOMIC
	SELECT with_neighbours.square + east * 1048576 + north
	FROM (VALUES (-1), (0), (1)) e(east), (VALUES (-1), (0), (1)) n(north);
END;

COMMENT ON FUNCTION places_internal.with_neighbours(bigint) IS 'a square and the eight around it';

CREATE OR REPLACE FUNCTION places_internal.claims_in_run(r places_internal.run_record, side float8)
RETURNS TABLE (authority text, owner bigint, location geometry, square bigint)
LANGUAGE sql STABLE PARALLEL SAFE COST 10000 ROWS 10000
BEGIN ATOMIC
	SELECT m.authority, CASE WHEN places_internal.is_member(m.outside) AND g.reason IS NULL THEN m.place END, m.location,
		places_internal.square_of(m.location, side)
	FROM places_internal.homes_in_run((r).plan_id, (r).run) m
	JOIN places_internal.place_result g ON g.run = (r).run AND g.place = m.place AND g.authority = m.authority;
END;

COMMENT ON FUNCTION places_internal.claims_in_run(places_internal.run_record, float8) IS
	'the homes of a run that hold ground: for the kept place that they are in, or for nobody, and then they keep others off';

-- kept

CREATE OR REPLACE FUNCTION places_internal.places_near_changes(r places_internal.run_record, before bigint)
RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE COST 100000
BEGIN ATOMIC
	WITH grid AS MATERIALIZED (SELECT places_internal.side_of_squares(r) AS side),
	turned AS (
		SELECT g.place
		FROM places_internal.place_result g
		JOIN places_internal.place_result b ON b.run = before AND b.place = g.place AND b.authority = g.authority
		WHERE g.run = (r).run AND (b.reason IS NULL) <> (g.reason IS NULL)),
	changed AS (
		SELECT DISTINCT places_internal.square_of(m.location, d.side) AS square
		FROM places_internal.membership m, grid d
		WHERE m.plan_id = (r).plan_id AND m.place IS NOT NULL
			AND (m.since_run = (r).run OR m.until_run = (r).run OR m.until_run IS NULL AND m.place IN (SELECT t.place FROM turned t)))
	SELECT COALESCE(pg_catalog.array_agg(DISTINCT c.owner), '{}')
	FROM grid d
	CROSS JOIN LATERAL places_internal.claims_in_run(r, d.side) c
	WHERE c.owner IS NOT NULL AND c.square IN (
		SELECT n.square FROM changed h CROSS JOIN LATERAL places_internal.with_neighbours(h.square) n);
END;

COMMENT ON FUNCTION places_internal.places_near_changes(places_internal.run_record, bigint) IS
	'the kept places of the newest run of a plan in reach of a home that came, went, moved or changed its place since the run before, or whose place is kept in only one of the two';

CREATE OR REPLACE FUNCTION places_internal.keep_drawings(r places_internal.run_record)
RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	before places_internal.run_record;
	near bigint[] := '{}';
BEGIN
	SELECT u.* INTO before FROM places_internal.run_record u
	WHERE u.plan_id = r.plan_id AND u.stored AND u.run < r.run
	ORDER BY u.run DESC LIMIT 1;
	IF before.boundary_within IS DISTINCT FROM r.boundary_within OR r.boundary_within IS NULL THEN
		RETURN;
	ELSIF places_internal.is_of_localities(r.plan_id) THEN
		PERFORM places_internal.keep_unions(r, before);
		RETURN;
	END IF;
	IF EXISTS (SELECT FROM pg_temp.places_run_authority a WHERE a.status <> 'same') THEN
		near := places_internal.places_near_changes(r, before.run);
	END IF;
	UPDATE places_internal.place_result g SET drawing = b.drawing
	FROM places_internal.place_result b
	WHERE g.run = r.run AND b.run = before.run AND b.place = g.place AND b.authority = g.authority
		AND g.reason IS NULL AND b.drawing IS NOT NULL AND g.place <> ALL (near)
		AND places_internal.srid_of(b.centre) = places_internal.srid_of(g.centre);
END
$$;

COMMENT ON FUNCTION places_internal.keep_drawings(places_internal.run_record) IS
	'gives places of the newest run of a plan the boundaries that they had in the run before, where nothing in reach has changed';

CREATE OR REPLACE FUNCTION places_internal.drop_drawings(plan_id int)
RETURNS void LANGUAGE sql VOLATILE PARALLEL UNSAFE COST 1000
BEGIN ATOMIC
	DELETE FROM places_internal.place_boundary b
	WHERE b.plan_id = drop_drawings.plan_id AND NOT EXISTS (
		SELECT FROM places_internal.place_result g WHERE g.plan_id = drop_drawings.plan_id AND g.drawing = b.drawing);
END;

COMMENT ON FUNCTION places_internal.drop_drawings(int) IS 'removes the boundaries of a plan that no run shows any more';

-- drawn

CREATE OR REPLACE FUNCTION places_internal.sketch_of(outline geometry)
RETURNS geometry LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10000
RETURN places_internal.st_simplify(outline, 60, true);

COMMENT ON FUNCTION places_internal.sketch_of(geometry) IS 'an outline with as much detail as tiles below zoom 12 can show, where a pixel is 76 m and more';

CREATE OR REPLACE FUNCTION places_internal.draw_authority(r places_internal.run_record, authority text, points geometry[], owners bigint[])
RETURNS void LANGUAGE sql VOLATILE PARALLEL UNSAFE COST 100000
BEGIN ATOMIC
	WITH drawn AS (
		INSERT INTO places_internal.place_boundary (plan_id, place, run, boundary, outline, sketch)
		SELECT (r).plan_id, t.owner, (r).run, t.boundary, w.outline, places_internal.sketch_of(w.outline)
		FROM (
			SELECT d.* FROM places_internal.draw_territories(points, owners, (r).boundary_within) d
			JOIN places_internal.place_result g ON g.place = d.owner
			WHERE g.run = (r).run AND g.authority = draw_authority.authority AND g.reason IS NULL AND g.drawing IS NULL
			OFFSET 0) t
		CROSS JOIN LATERAL (SELECT places_internal.transformed_if_known(t.boundary, 3857) AS outline OFFSET 0) w
		RETURNING place, drawing)
	UPDATE places_internal.place_result g
	SET drawing = COALESCE((SELECT d.drawing FROM drawn d WHERE d.place = g.place), 0)
	WHERE g.run = (r).run AND g.authority = draw_authority.authority AND g.reason IS NULL AND g.drawing IS NULL;
END;

COMMENT ON FUNCTION places_internal.draw_authority(places_internal.run_record, text, geometry[], bigint[]) IS
	'draws the boundaries that an authority lacks in a run, among the homes that decide on them';

CREATE OR REPLACE FUNCTION places_internal.draw_authorities(r places_internal.run_record)
RETURNS text LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	side CONSTANT float8 := places_internal.side_of_squares(r);
	parts refcursor;
	part record;
	failed text[] := '{}';
	problem text;
BEGIN
	OPEN parts FOR
		SELECT n.authority, pg_catalog.array_agg(places_internal.point_of(c.location)) AS points, pg_catalog.array_agg(c.owner) AS owners
		FROM places_internal.claims_in_run(r, side) c
		JOIN (
			SELECT DISTINCT h.authority, s.square
			FROM (
				SELECT DISTINCT o.authority, o.square
				FROM places_internal.claims_in_run(r, side) o
				JOIN places_internal.place_result g ON g.run = r.run AND g.place = o.owner AND g.drawing IS NULL) h
			CROSS JOIN LATERAL places_internal.with_neighbours(h.square) s) n ON n.square = c.square
		GROUP BY n.authority ORDER BY n.authority COLLATE "C";
	LOOP
		FETCH parts INTO part;
		EXIT WHEN NOT FOUND;
		BEGIN
			PERFORM places_internal.draw_authority(r, part.authority, part.points, part.owners);
		EXCEPTION WHEN OTHERS THEN
			failed := failed || part.authority;
			problem := COALESCE(problem, SQLERRM);
		END;
	END LOOP;
	CLOSE parts;
	IF problem IS NOT NULL THEN
		RAISE WARNING 'boundaries of authority "%" are not drawn', failed[1]
			USING DETAIL = problem, HINT = 'The run has all else; the next one tries again.';
		RETURN pg_catalog.format(CASE WHEN pg_catalog.cardinality(failed) = 1 THEN 'the boundaries of "%s" are not drawn'
			ELSE 'the boundaries of "%s" and %s other authorities are not drawn' END, failed[1], pg_catalog.cardinality(failed) - 1);
	END IF;
	RETURN NULL;
END
$$;

COMMENT ON FUNCTION places_internal.draw_authorities(places_internal.run_record) IS
	'draws the boundaries that kept places lack in a run, authority by authority; what could not be drawn, or null';

/* As in a run, all joins are of whole stocks, and of what was just written there are no statistics. */
CREATE OR REPLACE FUNCTION places_internal.draw_missing(r places_internal.run_record)
RETURNS text LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000000
SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off
AS $$
BEGIN
	IF r.boundary_within IS NULL OR NOT EXISTS (
		SELECT FROM places_internal.place_result g WHERE g.run = r.run AND g.reason IS NULL AND g.drawing IS NULL)
	THEN
		RETURN NULL;
	ELSIF places_internal.is_of_localities(r.plan_id) THEN
		PERFORM places_internal.unite_drawings(r);
		RETURN NULL;
	END IF;
	RETURN places_internal.draw_authorities(r);
EXCEPTION WHEN OTHERS THEN
	RAISE WARNING 'the boundaries of run % are not drawn', r.run
		USING DETAIL = SQLERRM, HINT = 'The run has all else; the next one tries again.';
	RETURN 'its boundaries are not drawn';
END
$$;

COMMENT ON FUNCTION places_internal.draw_missing(places_internal.run_record) IS
	'draws the boundaries that kept places lack in a run, if it has any; whatever goes wrong costs the boundaries, and is told, or null';

-- the ground of a locality is that of its places, together

CREATE OR REPLACE FUNCTION places_internal.grounds_of(r places_internal.run_record)
RETURNS TABLE (place bigint, drawings bigint[]) LANGUAGE sql STABLE PARALLEL SAFE COST 1000 ROWS 10
BEGIN ATOMIC
	SELECT m.place, pg_catalog.array_agg(g.drawing ORDER BY g.drawing)
	FROM places_internal.homes_in_run((r).plan_id, (r).run) m
	JOIN places_internal.place_result g ON g.run = (r).parent_run AND g.place::text = m.home_id AND g.drawing IS NOT NULL
	WHERE places_internal.is_in(m.outside)
	GROUP BY m.place;
END;

COMMENT ON FUNCTION places_internal.grounds_of(places_internal.run_record) IS
	'the localities of a run, with the boundaries of their places, as far as these are drawn';

CREATE OR REPLACE FUNCTION places_internal.keep_unions(r places_internal.run_record, before places_internal.run_record)
RETURNS void LANGUAGE sql VOLATILE PARALLEL UNSAFE COST 10000
BEGIN ATOMIC
	UPDATE places_internal.place_result g SET drawing = b.drawing
	FROM places_internal.grounds_of(r) n
	JOIN places_internal.grounds_of(before) o ON o.place = n.place AND o.drawings = n.drawings
	JOIN places_internal.place_result b ON b.run = (before).run AND b.place = n.place AND b.drawing IS NOT NULL
	WHERE g.run = (r).run AND g.place = n.place AND g.reason IS NULL AND b.reason IS NULL;
END;

COMMENT ON FUNCTION places_internal.keep_unions(places_internal.run_record, places_internal.run_record) IS
	'gives localities of a run the boundaries that they had in the run before, where those of their places are the same';

CREATE OR REPLACE FUNCTION places_internal.unite_drawings(r places_internal.run_record)
RETURNS void LANGUAGE sql VOLATILE PARALLEL UNSAFE COST 100000
BEGIN ATOMIC
	WITH united AS (
		INSERT INTO places_internal.place_boundary (plan_id, place, run, boundary, outline, sketch)
		SELECT (r).plan_id, t.place, (r).run, t.boundary, w.outline, places_internal.sketch_of(w.outline)
		FROM (
			SELECT n.place, places_internal.st_multi(places_internal.st_unaryunion(places_internal.st_collect(
				ARRAY(SELECT b.boundary FROM places_internal.place_boundary b WHERE b.drawing = ANY (n.drawings) ORDER BY b.drawing)), -1)) AS boundary
			FROM places_internal.grounds_of(r) n
			JOIN places_internal.place_result g ON g.run = (r).run AND g.place = n.place AND g.reason IS NULL AND g.drawing IS NULL
			WHERE n.drawings <> '{0}'
			OFFSET 0) t
		CROSS JOIN LATERAL (SELECT places_internal.transformed_if_known(t.boundary, 3857) AS outline OFFSET 0) w
		RETURNING place, drawing)
	UPDATE places_internal.place_result g SET drawing = u.drawing
	FROM united u WHERE g.run = (r).run AND g.place = u.place;
END;

COMMENT ON FUNCTION places_internal.unite_drawings(places_internal.run_record) IS
	'draws the boundaries that localities lack in a run, from those of their places';

-- a forgotten home has had a part in the ground of its place, and of all in reach

CREATE OR REPLACE FUNCTION places_internal.in_reach(boundary geometry, location geometry, within float8)
RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE COST 1000
RETURN CASE WHEN places_internal.srid_of(boundary) = places_internal.srid_of(location) THEN
	places_internal.st_distance(boundary, places_internal.point_of(location)) <= within
		/ CASE WHEN places_internal.is_degrees(places_internal.srid_of(boundary)) THEN
			111000 * pg_catalog.cosd(LEAST(85, pg_catalog.abs(places_internal.st_y(places_internal.point_of(location))) + 1))
		ELSE 1 END
	ELSE false END;

COMMENT ON FUNCTION places_internal.in_reach(geometry, geometry, float8) IS 'whether a home is not farther from some ground than within metres';

CREATE OR REPLACE FUNCTION places_internal.forget_drawings(gone places_internal.membership[])
RETURNS void LANGUAGE sql VOLATILE PARALLEL UNSAFE COST 10000
BEGIN ATOMIC
	DELETE FROM places_internal.place_boundary b
	USING unnest(gone) h, places_internal.place_result g, places_internal.run_record u
	WHERE h.place IS NOT NULL AND b.plan_id = h.plan_id AND g.drawing = b.drawing AND u.run = g.run
		AND g.run >= h.since_run AND (h.until_run IS NULL OR g.run < h.until_run)
		AND (b.place = h.place OR places_internal.in_reach(b.boundary, h.location, COALESCE(u.boundary_within, 100000)));
	UPDATE places_internal.place_result g SET drawing = NULL
	WHERE g.plan_id IN (SELECT h.plan_id FROM unnest(gone) h) AND g.drawing IS NOT NULL
		AND NOT EXISTS (SELECT FROM places_internal.place_boundary b WHERE b.drawing = g.drawing);
END;

COMMENT ON FUNCTION places_internal.forget_drawings(places_internal.membership[]) IS
	'removes the boundaries that homes had a part in, in any run';

CREATE OR REPLACE FUNCTION places_internal.forget_unions(plan_id int)
RETURNS void LANGUAGE sql VOLATILE PARALLEL UNSAFE COST 10000
BEGIN ATOMIC
	UPDATE places_internal.place_result l SET drawing = NULL
	WHERE l.plan_id = forget_unions.plan_id AND l.drawing IS NOT NULL AND EXISTS (
		SELECT FROM places_internal.run_record u
		CROSS JOIN LATERAL places_internal.homes_in_run(u.plan_id, u.run) m
		JOIN places_internal.place_result g ON g.run = u.parent_run AND g.place::text = m.home_id
		WHERE u.run = l.run AND m.place = l.place AND g.reason IS NULL AND g.drawing IS NULL);
	SELECT places_internal.drop_drawings(forget_unions.plan_id);
END;

COMMENT ON FUNCTION places_internal.forget_unions(int) IS
	'removes from a plan of localities the boundaries that places had a part in whose own are gone';
