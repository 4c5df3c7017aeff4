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
	stock regclass, id_column name DEFAULT NULL, authority_column name DEFAULT NULL, geom_column name DEFAULT NULL,
	rules places.ruleset DEFAULT places.rules(), weight_column name DEFAULT NULL,
	within float8 DEFAULT 250,
	together_column name DEFAULT NULL)
RETURNS TABLE (authority text, place int, boundary geometry)
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000 ROWS 100
BEGIN ATOMIC
	SELECT places_internal.checked_within(within);
	WITH home AS MATERIALIZED (
		SELECT h.authority, CASE WHEN h.kept THEN h.place END AS place, h.location
		FROM places_internal.solve_homes(stock, id_column, authority_column, geom_column, weight_column, rules, true, together_column, NULL, NULL) h
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

COMMENT ON FUNCTION places.boundary(regclass, name, name, name, places.ruleset, name, float8, name) IS
	'for each kept place of a table or view the ground that it holds: a MultiPolygon that contains its homes, overlaps no other place''s and lies within a distance (metres) of them';

-- for programs that take a boundary as text
--
-- A text lies inside its boundary, so those of neighbours cannot overlap, though
-- each is simplified alone: the ground is eroded by more than simplifying and
-- rounding can move a line.

CREATE OR REPLACE FUNCTION places_internal.inside(part geometry, tolerance float8)
RETURNS geometry LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000
/* PostGIS crashes on a buffer that is not a number wide.  Its arcs are off by 8 %; the
   simplifier may be off by twice its tolerance where a ring begins, and by more
   where it has to leave three corners to a ring or a hole. */
RETURN (SELECT t.inner FROM (SELECT CASE WHEN tolerance < 'Infinity' THEN places_internal.st_multi(places_internal.st_reduceprecision(
	places_internal.st_simplifypreservetopology(
		places_internal.st_buffer(part, -1.1 * (tolerance + 1e-5), 'quad_segs=2'), tolerance / 2),
	1e-5)) END OFFSET 0) t("inner") WHERE places_internal.st_covers(part, t.inner));

COMMENT ON FUNCTION places_internal.inside(geometry, float8) IS
	'a polygon by longitude and latitude without details smaller than a tolerance (degrees), to 5 decimals: a valid MultiPolygon that lies inside it';

CREATE OR REPLACE FUNCTION places_internal.text_inside(parts geometry[], tolerance float8, max_characters int,
	OUT wkt text, OUT ground float8, OUT characters bigint)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10000
BEGIN ATOMIC
	SELECT 'MULTIPOLYGON(' || pg_catalog.string_agg(t.polygons, ',' ORDER BY t.nr) FILTER (WHERE t.upto <= max_characters) || ')',
		pg_catalog.sum(t.area) FILTER (WHERE t.upto <= max_characters), pg_catalog.max(t.upto)
	FROM (
		SELECT p.nr, p.area, p.polygons,
			13 + pg_catalog.sum(pg_catalog.length(p.polygons) + 1) OVER (ORDER BY p.area DESC, p.nr) AS upto
		FROM (
			SELECT a.nr, places_internal.st_area(a.part) AS area,
				pg_catalog."substring"(places_internal.st_astext(places_internal.inside(a.part, tolerance), 5), '^MULTIPOLYGON\((.*)\)$') AS polygons
			FROM unnest(parts) WITH ORDINALITY a(part, nr)) p
		WHERE p.polygons IS NOT NULL) t;
END;

COMMENT ON FUNCTION places_internal.text_inside(geometry[], float8, int) IS
	'the largest of some polygons, as many as fit into so many characters at a tolerance, as text; the ground that they stand for, and how many characters all of them take';

-- Tolerances from a metre grow to a third of a degree, by the root of two at least,
-- faster while the text is far too long, until all parts fit.  That with the most
-- ground is taken, of equals the finest.
CREATE OR REPLACE FUNCTION places.boundary_wkt(boundary geometry, max_characters int DEFAULT 32000)
RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10000
BEGIN ATOMIC
	WITH RECURSIVE degrees AS MATERIALIZED (
		SELECT pg_catalog.array_agg(d.geom ORDER BY d.path) AS parts
		FROM places_internal.st_dump(places_internal.st_transform(boundary, 4326)) d),
	attempt AS (
		SELECT 0 AS step, t.*
		FROM degrees d
		CROSS JOIN LATERAL places_internal.text_inside(d.parts, 0, max_characters) t
		UNION ALL
		SELECT n.step, t.*
		FROM attempt a
		CROSS JOIN LATERAL (SELECT a.step + GREATEST(1, pg_catalog.log(2.0, a.characters / GREATEST(max_characters, 1)::numeric)::int) AS step) n
		CROSS JOIN degrees d
		CROSS JOIN LATERAL places_internal.text_inside(d.parts, 1e-5 * 2 ^ ((n.step - 1) / 2.0), max_characters) t
		WHERE a.characters > max_characters AND n.step <= 30)
	SELECT a.wkt
	FROM attempt a
	WHERE a.wkt IS NOT NULL
	ORDER BY a.ground DESC, a.step
	LIMIT 1;
END;

COMMENT ON FUNCTION places.boundary_wkt(geometry, int) IS
	'a boundary as WKT by longitude and latitude to 5 decimals, simplified as little as makes it fit into so many characters (Power BI takes 32,000), a metre or more inside it, so that texts of neighbours do not overlap; its smallest parts go where they do not fit; null where none does';
