
-- map: from positions to a plane

-- Degrees go on an equal-area plane around the middle of all homes: a country
-- fits, and the antimeridian is no edge.
CREATE OR REPLACE FUNCTION places_internal.map_projection(homes geometry[])
RETURNS text LANGUAGE sql STABLE PARALLEL SAFE COST 1000
BEGIN ATOMIC
	SELECT pg_catalog.format('+proj=laea +lat_0=%s +lon_0=%s +datum=WGS84 +units=m +no_defs',
		places_internal.st_y(c.centre), places_internal.st_x(c.centre))
	FROM (SELECT places_internal.geometry(places_internal.st_centroid(
			places_internal.geography(places_internal.st_points(places_internal.st_collect(homes))), true))) c(centre);
END;

COMMENT ON FUNCTION places_internal.map_projection(geometry[]) IS
	'a projection, in the words of PROJ, for homes given by longitude and latitude';

CREATE OR REPLACE FUNCTION places_internal.map_plane(homes geometry, projection text)
RETURNS geometry LANGUAGE sql STABLE PARALLEL SAFE COST 100
RETURN places_internal.st_setsrid(CASE WHEN projection IS NULL THEN homes ELSE places_internal.postgis_transform_geometry(places_internal.st_transform(homes, 4326),
		'+proj=longlat +datum=WGS84 +no_defs', projection, 0) END, 0);

COMMENT ON FUNCTION places_internal.map_plane(geometry, text) IS
	'homes on the plane of the map: projected, or, without a projection, as they are';

CREATE OR REPLACE FUNCTION places_internal.map_size(shape geometry)
RETURNS float8 LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10
RETURN GREATEST(places_internal.st_xmax(shape) - places_internal.st_xmin(shape), places_internal.st_ymax(shape) - places_internal.st_ymin(shape));

COMMENT ON FUNCTION places_internal.map_size(geometry) IS 'the longer side of the box of a shape';

-- map: lines around homes

-- Squares a third as wide as the middle half of the homes, or as square says, hang
-- together where they touch.  What does not hang together with most is far off,
-- as long as that is a few: homes at (0, 0), or with swapped axes.
CREATE OR REPLACE FUNCTION places_internal.map_hanging(homes geometry, square float8)
RETURNS geometry LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000
BEGIN ATOMIC
	WITH dot AS MATERIALIZED (
		SELECT d.nr, d.geom, places_internal.st_x(d.geom) AS x, places_internal.st_y(d.geom) AS y
		FROM ROWS FROM (places_internal.st_dumppoints(homes)) WITH ORDINALITY d(path, geom, nr)),
	middle AS (
		SELECT pg_catalog.percentile_disc('{0.25,0.5,0.75}'::float8[]) WITHIN GROUP (ORDER BY d.x) AS x,
			pg_catalog.percentile_disc('{0.25,0.5,0.75}'::float8[]) WITHIN GROUP (ORDER BY d.y) AS y
		FROM dot d),
	grid AS (
		SELECT m.x[2] AS x, m.y[2] AS y, GREATEST(square, (m.x[3] - m.x[1]) / 3, (m.y[3] - m.y[1]) / 3) AS side FROM middle m),
	-- those beyond 32 squares are put there: as far off
	spot AS MATERIALIZED (
		SELECT d.nr, d.geom, LEAST(32, GREATEST(-32, pg_catalog.round((d.x - g.x) / g.side))) AS i,
			LEAST(32, GREATEST(-32, pg_catalog.round((d.y - g.y) / g.side))) AS j
		FROM dot d CROSS JOIN grid g),
	filled AS MATERIALIZED (
		SELECT s.i, s.j, pg_catalog.count(*) AS n, places_internal.point_at(s.i, s.j, 0) AS geom FROM spot s GROUP BY s.i, s.j),
	part AS MATERIALIZED (
		SELECT p.path, p.geom
		FROM places_internal.st_dump((SELECT places_internal.st_buffer(places_internal.st_collect(pg_catalog.array_agg(q.geom ORDER BY q.i, q.j)), 0.8, 'quad_segs=2')
			FROM filled q)) p),
	shared AS MATERIALIZED (
		SELECT q.i, q.j, q.n, p.path FROM filled q JOIN part p ON places_internal.st_dwithin(p.geom, q.geom, 0)),
	-- the smaller parts first, as long as all up to there are a few
	few AS (
		SELECT h.path
		FROM (SELECT g.path, g.n, pg_catalog.sum(g.n) OVER (ORDER BY g.n) AS up_to, pg_catalog.sum(g.n) OVER () AS of, pg_catalog.max(g.n) OVER () AS most
			FROM (SELECT t.path, pg_catalog.sum(t.n) AS n FROM shared t GROUP BY t.path) g) h
		WHERE h.n < h.most AND h.up_to <= GREATEST(0.03 * h.of, LEAST(pg_catalog.floor(h.of / 4), 1))),
	near AS MATERIALIZED (
		SELECT h.i, h.j FROM shared h WHERE h.path NOT IN (SELECT f.path FROM few f))
	SELECT CASE WHEN EXISTS (SELECT FROM few) THEN (
		SELECT places_internal.st_collect(pg_catalog.array_agg(s.geom ORDER BY s.nr)) FROM spot s JOIN near n USING (i, j))
	ELSE homes END;
END;

COMMENT ON FUNCTION places_internal.map_hanging(geometry, float8) IS 'what map_bulk leaves of homes that are not all in one square';

CREATE OR REPLACE FUNCTION places_internal.map_bulk(homes geometry, square float8)
RETURNS geometry LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000
RETURN CASE WHEN places_internal.st_npoints(homes) < 4 OR places_internal.map_size(homes) <= square THEN homes
	ELSE places_internal.map_hanging(homes, square) END;

COMMENT ON FUNCTION places_internal.map_bulk(geometry, float8) IS
	'homes without those far from the rest: with more than about square metres between, and together no more than 3 % of them, or one';

CREATE OR REPLACE FUNCTION places_internal.map_ground(kept_homes geometry[], other_homes geometry[])
RETURNS geometry LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000
BEGIN ATOMIC
	WITH near AS MATERIALIZED (
		SELECT places_internal.st_envelope(places_internal.st_collect(ARRAY[places_internal.map_bulk(places_internal.st_collect(kept_homes || other_homes), 20000),
			places_internal.st_collect(kept_homes)])) AS box)
	SELECT places_internal.st_makeenvelope(places_internal.st_xmin(b.box) - b.margin, places_internal.st_ymin(b.box) - b.margin,
		places_internal.st_xmax(b.box) + b.margin, places_internal.st_ymax(b.box) + b.margin, 0)
	FROM (SELECT n.box, 100 + places_internal.map_size(n.box) / 4 AS margin
		FROM near n) b;
END;

COMMENT ON FUNCTION places_internal.map_ground(geometry[], geometry[]) IS
	'the part of the plane that is drawn: a box around all kept homes and the others that are not far from the rest, with a margin';

CREATE OR REPLACE FUNCTION places_internal.map_inside(homes geometry, ground geometry)
RETURNS geometry LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000
RETURN CASE WHEN places_internal.st_xmin(homes) >= places_internal.st_xmin(ground) AND places_internal.st_xmax(homes) <= places_internal.st_xmax(ground)
		AND places_internal.st_ymin(homes) >= places_internal.st_ymin(ground) AND places_internal.st_ymax(homes) <= places_internal.st_ymax(ground)
	THEN homes
	ELSE (SELECT places_internal.st_collect(pg_catalog.array_agg(d.geom ORDER BY d.path))
		FROM places_internal.st_dumppoints(homes) d
		WHERE places_internal.st_dwithin(d.geom, ground, 0)) END;

COMMENT ON FUNCTION places_internal.map_inside(geometry, geometry) IS 'those of the homes that stand on the ground that is drawn';

CREATE OR REPLACE FUNCTION places_internal.map_outline(homes geometry, detail float8)
RETURNS geometry LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000
BEGIN ATOMIC
	SELECT places_internal.st_simplifypreservetopology(
		places_internal.st_buffer(places_internal.st_concavehull(homes, detail, false), m.pad, 'quad_segs=3'), m.pad / 8)
	FROM (SELECT GREATEST(10, r.radius / 20)
		FROM places_internal.st_minimumboundingradius(homes) r) m(pad);
END;

COMMENT ON FUNCTION places_internal.map_outline(geometry, float8) IS
	'a line around homes, a little away from them; detail 1 is the convex hull, less follows them more closely';
