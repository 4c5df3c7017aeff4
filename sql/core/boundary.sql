-- boundaries: the ground that each place holds

CREATE OR REPLACE FUNCTION places_internal.nearest(points point[], positions point[])
RETURNS int[] AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;

COMMENT ON FUNCTION places_internal.nearest(point[], point[]) IS
	'for each position the nearest of the points, by its number in their array; null without points';

CREATE OR REPLACE FUNCTION places_internal.plane(geom geometry, degrees boolean)
RETURNS geometry LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 100
RETURN CASE WHEN degrees THEN places_internal.st_transform(geom, 3857) ELSE geom END;

COMMENT ON FUNCTION places_internal.plane(geometry, boolean) IS
	'a geometry on a plane that keeps angles: itself, or Web Mercator where it is in degrees';

CREATE OR REPLACE FUNCTION places_internal.nearest_to_parts(parts geometry, points geometry[])
RETURNS TABLE (nr int, part geometry, inside geometry, point int)
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000 ROWS 1000
BEGIN ATOMIC
	WITH part AS MATERIALIZED (
		SELECT d.path[1] AS nr, d.geom, places_internal.st_pointonsurface(d.geom) AS inside
		FROM places_internal.st_dump(parts) d)
	SELECT u.nr, u.part, u.inside, u.point
	FROM (SELECT pg_catalog.array_agg(p.nr) AS nrs,
			pg_catalog.array_agg(p.geom) AS parts,
			pg_catalog.array_agg(p.inside) AS insides,
			places_internal.nearest(
				(SELECT pg_catalog.array_agg(pg_catalog.point(places_internal.st_x(s.geom), places_internal.st_y(s.geom)) ORDER BY s.nr)
				 FROM pg_catalog.unnest(points) WITH ORDINALITY s(geom, nr)),
				pg_catalog.array_agg(pg_catalog.point(places_internal.st_x(p.inside), places_internal.st_y(p.inside)))) AS nearest
		FROM part p) a
	CROSS JOIN LATERAL unnest(a.nrs, a.parts, a.insides, a.nearest) u(nr, part, inside, point);
END;

COMMENT ON FUNCTION places_internal.nearest_to_parts(geometry, geometry[]) IS
	'for each part of a collection a point inside it and the nearest of the points to that, by its number';

-- Corners far from all keep the diagram proper for one point, or points in line.
CREATE OR REPLACE FUNCTION places_internal.voronoi_cells(points geometry[], margin float8)
RETURNS TABLE (point int, cell geometry)
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000 ROWS 1000
BEGIN ATOMIC
	SELECT n.point, n.part
	FROM (SELECT points || pg_catalog.array_agg(c.geom ORDER BY c.path) AS sites
		FROM places_internal.st_dumppoints(places_internal.st_expand(places_internal.st_collect(points), margin)) c) s
	CROSS JOIN LATERAL places_internal.nearest_to_parts(places_internal.st_voronoipolygons(places_internal.st_collect(s.sites), 0, NULL), s.sites) n;
END;

COMMENT ON FUNCTION places_internal.voronoi_cells(geometry[], float8) IS
	'the Voronoi cell of each of some distinct points, by its number, within a box that leaves a margin around them; the cells of the corners have numbers beyond those of the points';

CREATE OR REPLACE FUNCTION places_internal.checked_within(within float8)
RETURNS float8 LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF within >= 1 AND within <= 100000 THEN
		RETURN within;
	END IF;
	RAISE EXCEPTION 'within must be between 1 and 100000 metres'
		USING ERRCODE = 'invalid_parameter_value',
			DETAIL = pg_catalog.format('within is %s.', COALESCE(within::text, 'null')),
			HINT = 'It is the farthest that a boundary reaches from the homes: 250, for instance.';
END
$$;

COMMENT ON FUNCTION places_internal.checked_within(float8) IS 'the distance, or a clear error';

CREATE OR REPLACE FUNCTION places_internal.check_points(points geometry[], owners bigint[])
RETURNS void AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 1000;

COMMENT ON FUNCTION places_internal.check_points(geometry[], bigint[]) IS
	'a clear error unless the points are points of one reference system, in metres or by longitude and latitude, and each has an owner, or null for none';

/*
 * Each home holds what is nearer to it than to any other home and not farther
 * than its reach: so the parts of a place each hold a home, and places do not
 * overlap.  Rounding breaks the latter by a hair wherever one cell's edge has
 * a corner that its neighbour's lacks.  Hence all outlines are noded at once on
 * a grid, and the places put together again from the faces between them.
 *
 * Where no place is, a face smaller than a square of 0.15 of within becomes
 * the nearest place's: no point of it is farther than 0.085 of within from its
 * rim, which the reach, 0.9 of within, allows for.  The rest of the allowance
 * is for Web Mercator, whose scale is 1 / cos(latitude) to 0.7 %.
 *
 * The body is a string because it groups and sorts by geometry: pg_upgrade may
 * create it before the operators that a parsed body would name.
 */
CREATE OR REPLACE FUNCTION places.territories(points geometry[], owners bigint[], within float8 DEFAULT 250)
RETURNS TABLE (owner bigint, boundary geometry)
LANGUAGE sql STABLE PARALLEL SAFE COST 10000 ROWS 100
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT places_internal.check_points(points, owners);
	SELECT places_internal.checked_within(within);
	WITH place_on_point AS (
		SELECT l.point, h.owner, pg_catalog.count(*) AS homes
		FROM unnest(points, owners) h(point, owner)
		CROSS JOIN LATERAL (SELECT places_internal.point_of(h.point)) l(point)
		WHERE l.point IS NOT NULL
		GROUP BY 1, 2),
	system AS MATERIALIZED (
		SELECT s.srid, places_internal.is_degrees(s.srid) AS degrees,
			CASE WHEN places_internal.is_degrees(s.srid) THEN 1e-8 ELSE 0.001 END AS grid
		FROM (SELECT pg_catalog.max(places_internal.srid_of(p.point)) AS srid FROM place_on_point p) s),
	home AS MATERIALIZED (
		SELECT pg_catalog.row_number() OVER (ORDER BY d.owner IS NULL, d.point) AS nr, d.owner,
			places_internal.plane(d.point, s.degrees) AS point,
			0.9 * within
				/ CASE WHEN s.degrees THEN pg_catalog.cosd(places_internal.st_y(d.point)) ELSE 1 END AS reach
		FROM (SELECT DISTINCT ON (p.point) p.point, p.owner
			FROM place_on_point p
			ORDER BY p.point, p.owner IS NULL, p.homes DESC, p.owner) d
		CROSS JOIN system s),
	piece AS MATERIALIZED (
		SELECT h.owner, places_internal.st_unaryunion(places_internal.st_collect(pg_catalog.array_agg(
				places_internal.st_intersection(c.cell, places_internal.st_buffer(h.point, h.reach, ''), -1) ORDER BY h.nr)), 0.001) AS geom
		FROM (SELECT pg_catalog.array_agg(h.point ORDER BY h.nr) AS points,
				3 * pg_catalog.max(h.reach) AS margin
			FROM home h) a
		CROSS JOIN LATERAL places_internal.voronoi_cells(a.points, a.margin) c
		JOIN home h ON h.nr = c.point
		WHERE h.owner IS NOT NULL
		GROUP BY h.owner),
	outline AS (
		SELECT places_internal.st_collect(pg_catalog.array_agg(places_internal.st_boundary(p.geom) ORDER BY p.owner)) AS geom FROM piece p),
	faces AS MATERIALIZED (
		SELECT f.geom, places_internal.plane(f.geom, s.degrees) AS plane
		FROM outline o
		CROSS JOIN system s
		CROSS JOIN LATERAL places_internal.st_polygonize(ARRAY[places_internal.st_unaryunion(
			CASE WHEN s.degrees THEN places_internal.st_transform(o.geom, s.srid) ELSE o.geom END, s.grid)]) f(geom)),
	kept AS MATERIALIZED (
		SELECT pg_catalog.array_agg(h.point ORDER BY h.nr) AS points
		FROM home h
		WHERE h.owner IS NOT NULL)
	SELECT p.owner, places_internal.st_normalize(places_internal.st_multi(places_internal.st_unaryunion(places_internal.st_collect(pg_catalog.array_agg(d.geom)), -1)))
	FROM faces f
	CROSS JOIN kept k
	CROSS JOIN LATERAL places_internal.nearest_to_parts(f.plane, k.points) n
	JOIN LATERAL places_internal.st_dump(f.geom) d ON d.path[1] = n.nr
	JOIN home h ON h.nr = n.point
	JOIN piece p ON p.owner = h.owner
	WHERE places_internal.st_area(n.part) < (h.reach / 6) ^ 2 OR places_internal.st_covers(p.geom, n.inside)
	GROUP BY p.owner
	ORDER BY p.owner
$$;

CREATE OR REPLACE FUNCTION places.territories(points geography[], owners bigint[], within float8 DEFAULT 250)
RETURNS TABLE (owner bigint, boundary geometry)
LANGUAGE sql STABLE PARALLEL SAFE COST 10000 ROWS 100
BEGIN ATOMIC
	SELECT t.owner, t.boundary
	FROM (SELECT pg_catalog.array_agg(places_internal.geometry(p.geog) ORDER BY p.nr) AS points
		FROM pg_catalog.unnest(territories.points) WITH ORDINALITY p(geog, nr)) g
	CROSS JOIN LATERAL places.territories(g.points, owners, within) t;
END;

COMMENT ON FUNCTION places.territories(geometry[], bigint[], float8) IS
	'for each owner of points, places for instance, the ground nearer to one of its points than to any other and not farther than within: a MultiPolygon in the system of the points; no two overlap; points of no owner keep others off';
COMMENT ON FUNCTION places.territories(geography[], bigint[], float8) IS
	'the same by longitude and latitude';

CREATE OR REPLACE FUNCTION places.boundary(
	stock regclass, id_column name, authority_column name, geom_column name,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL,
	within float8 DEFAULT 250)
RETURNS TABLE (authority text, place int, boundary geometry)
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000 ROWS 100
BEGIN ATOMIC
	SELECT places_internal.checked_within(within);
	WITH home AS MATERIALIZED (
		SELECT h.authority, CASE WHEN h.kept THEN h.place END AS place, h.location
		FROM places_internal.solve_homes(stock, id_column, authority_column, geom_column, weight_column, rules, true) h
		WHERE h.place IS NOT NULL),
	place AS (
		SELECT h.authority, h.place,
			pg_catalog.row_number() OVER (ORDER BY h.authority, h.place) AS owner
		FROM home h WHERE h.place IS NOT NULL GROUP BY 1, 2)
	SELECT p.authority, p.place, t.boundary
	FROM (SELECT pg_catalog.array_agg(h.location) AS points, pg_catalog.array_agg(p.owner) AS owners
		FROM home h LEFT JOIN place p USING (authority, place)) a
	CROSS JOIN LATERAL places.territories(a.points, a.owners, within) t
	JOIN place p ON p.owner = t.owner
	ORDER BY p.owner;
END;

COMMENT ON FUNCTION places.boundary(regclass, name, name, name, places.ruleset, name, float8) IS
	'for each kept place of a table or view the ground that it holds: a MultiPolygon that contains its homes, overlaps no other place''s and lies within a distance (metres) of them';

-- for programs that take a boundary as text

CREATE OR REPLACE FUNCTION places_internal.without_small(boundary geometry, area float8)
RETURNS geometry LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000
BEGIN ATOMIC
	SELECT places_internal.st_collect(pg_catalog.array_agg(places_internal.st_makepolygon(places_internal.st_exteriorring(p.geom), ARRAY(
			SELECT places_internal.st_exteriorring(r.geom)
			FROM places_internal.st_dumprings(p.geom) r
			WHERE r.path[1] > 0 AND places_internal.st_area(r.geom) >= area
			ORDER BY r.path)) ORDER BY p.path))
	FROM (SELECT d.path, d.geom, places_internal.st_area(d.geom) AS area,
			pg_catalog.row_number() OVER (ORDER BY places_internal.st_area(d.geom) DESC, d.path) AS nr
		FROM places_internal.st_dump(boundary) d) p
	WHERE p.area >= without_small.area OR p.nr = 1;
END;

COMMENT ON FUNCTION places_internal.without_small(geometry, float8) IS
	'a MultiPolygon without the parts and holes smaller than an area; its largest part stays';

-- Out and in again by the tolerance closes gaps, so that scattered parts join before they vanish.
CREATE OR REPLACE FUNCTION places_internal.coarser(boundary geometry, tolerance float8, grid float8)
RETURNS geometry LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000
/* PostGIS crashes on a buffer that is not a number wide */
RETURN CASE WHEN tolerance < 'Infinity' THEN places_internal.st_multi(places_internal.st_reduceprecision(
	places_internal.st_simplifypreservetopology(
		places_internal.without_small(places_internal.st_buffer(places_internal.st_buffer(boundary, tolerance, 'quad_segs=2'), -tolerance, 'quad_segs=2'), tolerance ^ 2),
		tolerance),
	grid)) END;

COMMENT ON FUNCTION places_internal.coarser(geometry, float8, float8) IS
	'a valid MultiPolygon without gaps, parts and corners smaller than a tolerance, and its coordinates on a grid';

-- Tolerances from a metre grow by the root of two, to a third of a degree.
CREATE OR REPLACE FUNCTION places.boundary_wkt(boundary geometry, max_characters int DEFAULT 32000)
RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10000
BEGIN ATOMIC
	WITH RECURSIVE degrees AS MATERIALIZED (
		SELECT places_internal.st_transform(boundary, 4326) AS geom),
	attempt(step, wkt) AS (
		SELECT 0, places_internal.st_astext(places_internal.coarser(d.geom, 0, 1e-5), 5)
		FROM degrees d
		UNION ALL
		SELECT a.step + 1, places_internal.st_astext(places_internal.coarser(d.geom, 1e-5 * 2 ^ (a.step / 2.0), 1e-5), 5)
		FROM attempt a
		CROSS JOIN degrees d
		WHERE pg_catalog.length(a.wkt) > max_characters AND a.step < 30)
	SELECT a.wkt
	FROM attempt a
	WHERE pg_catalog.length(a.wkt) <= max_characters;
END;

COMMENT ON FUNCTION places.boundary_wkt(geometry, int) IS
	'a boundary as WKT by longitude and latitude to 5 decimals, simplified as little as makes it fit into so many characters (Power BI takes 32,000); null where not even its coarsest shape does';
