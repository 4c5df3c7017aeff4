-- boundaries: the ground that each place holds

CREATE OR REPLACE FUNCTION places_internal.checked_within(within float8)
RETURNS float8 LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF within >= 1 AND within <= 100000 THEN
		RETURN within;
	END IF;
	PERFORM places_internal.refuse('invalid_parameter_value', 'within must be between 1 and 100000 metres',
		detail => pg_catalog.format('within is %s.', COALESCE(within::text, 'null')),
		hint => 'It is the farthest that a boundary reaches from the homes: 250, for instance.');
END
$$;

COMMENT ON FUNCTION places_internal.checked_within(float8) IS 'the distance, or a clear error';

CREATE OR REPLACE FUNCTION places_internal.draw_territories(points geometry[], owners bigint[], within float8)
RETURNS TABLE (owner bigint, boundary geometry)
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 10000 ROWS 100;
CREATE OR REPLACE FUNCTION places_internal.draw_territories(points geography[], owners bigint[], within float8)
RETURNS TABLE (owner bigint, boundary geometry)
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 10000 ROWS 100;

COMMENT ON FUNCTION places_internal.draw_territories(geometry[], bigint[], float8) IS
	'the territories of the owners of points; a clear error unless these are points of one reference system, in metres or by longitude and latitude, and each has an owner, or null for none';
COMMENT ON FUNCTION places_internal.draw_territories(geography[], bigint[], float8) IS
	'the territories of the owners of points by longitude and latitude';

CREATE OR REPLACE FUNCTION places.territories(points geometry[], owners bigint[], within float8 DEFAULT 250)
RETURNS TABLE (owner bigint, boundary geometry)
LANGUAGE sql STABLE PARALLEL SAFE COST 10000 ROWS 100
BEGIN ATOMIC
	SELECT t.owner, t.boundary
	FROM places_internal.draw_territories(territories.points, territories.owners, places_internal.checked_within(territories.within)) t;
END;

CREATE OR REPLACE FUNCTION places.territories(points geography[], owners bigint[], within float8 DEFAULT 250)
RETURNS TABLE (owner bigint, boundary geometry)
LANGUAGE sql STABLE PARALLEL SAFE COST 10000 ROWS 100
BEGIN ATOMIC
	SELECT t.owner, t.boundary
	FROM places_internal.draw_territories(territories.points, territories.owners, places_internal.checked_within(territories.within)) t;
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
