
-- locations of homes: geometry, or geography, of whatever kind

CREATE OR REPLACE FUNCTION places_internal.srid_of(location geometry)
RETURNS int AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;

COMMENT ON FUNCTION places_internal.srid_of(geometry) IS 'the number of the reference system of a location; 0 if it has none';

CREATE OR REPLACE FUNCTION places_internal.point_at(x float8, y float8, srid int)
RETURNS geometry AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;

COMMENT ON FUNCTION places_internal.point_at(float8, float8, int) IS 'a point geometry from its coordinates';

CREATE OR REPLACE FUNCTION places_internal.point_of(location geometry)
RETURNS geometry AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;

COMMENT ON FUNCTION places_internal.point_of(geometry) IS
	'the plain point where a home is, also of a MultiPoint of one; null for what is no point, is empty or too far to be drawn';

CREATE OR REPLACE FUNCTION places_internal.usable_location(location geometry, srid int)
RETURNS geometry AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.usable_location(location geography, srid int)
RETURNS geography AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;

COMMENT ON FUNCTION places_internal.usable_location(geometry, int) IS 'the point where a home is, if it is one in a reference system, otherwise null';
COMMENT ON FUNCTION places_internal.usable_location(geography, int) IS 'the point where a home is, if it is one in a reference system, otherwise null';

CREATE OR REPLACE FUNCTION places_internal.is_degrees(srid int)
RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION places_internal.is_degrees(int) IS
	'whether the coordinates of a spatial reference system are longitude and latitude';

CREATE OR REPLACE FUNCTION places_internal.metres_between(a geometry, b geometry)
RETURNS float8 AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 10;
CREATE OR REPLACE FUNCTION places_internal.metres_between(a geography, b geography)
RETURNS float8 LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000
RETURN places_internal.st_distance(a, b, true);

COMMENT ON FUNCTION places_internal.metres_between(geometry, geometry) IS
	'the distance of two points of a plane, or of the Earth where their reference system is in degrees; null unless both are points in one system';
COMMENT ON FUNCTION places_internal.metres_between(geography, geography) IS 'the distance of two locations on the Earth';

-- of points no more than x and y, nor that a MultiPoint has one
CREATE OR REPLACE FUNCTION places_internal.plain_location(location geometry)
RETURNS geometry LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN COALESCE(places_internal.point_of(location), location);
CREATE OR REPLACE FUNCTION places_internal.plain_location(location geography)
RETURNS geometry LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN places_internal.plain_location(places_internal.geometry(location));

COMMENT ON FUNCTION places_internal.plain_location(geometry) IS 'a location as plans store it: as geometry, of a point x and y alone';
COMMENT ON FUNCTION places_internal.plain_location(geography) IS 'a location as plans store it: as geometry, of a point x and y alone';

-- Where a point of another system has no position, as far beyond its area, PROJ
-- raises an error, which must not end a run.
CREATE OR REPLACE FUNCTION places_internal.transformed_if_known(shape geometry, srid int)
RETURNS geometry LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF places_internal.srid_of(shape) = 0 THEN
		RETURN NULL;
	END IF;
	RETURN places_internal.st_transform(shape, srid);
EXCEPTION WHEN internal_error THEN
	RETURN NULL;
END
$$;

COMMENT ON FUNCTION places_internal.transformed_if_known(geometry, int) IS
	'a geometry in another reference system; null where its own is unknown, or has no such position there';

CREATE OR REPLACE FUNCTION places_internal.centre_of(x float8, y float8, srid int,
	OUT centre geometry, OUT longitude float8, OUT latitude float8)
LANGUAGE sql STABLE PARALLEL UNSAFE COST 1000
BEGIN ATOMIC
	SELECT c.centre, places_internal.st_x(w.point), places_internal.st_y(w.point)
	FROM (SELECT places_internal.point_at(x, y, srid) AS centre) c
	CROSS JOIN LATERAL (SELECT places_internal.transformed_if_known(c.centre, 4326) AS point) w;
END;

COMMENT ON FUNCTION places_internal.centre_of(float8, float8, int) IS 'a centre as a point of the stock, and by longitude and latitude';

CREATE OR REPLACE FUNCTION places_internal.is_geography(stock regclass, geom_column name)
RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE COST 100
BEGIN ATOMIC
	WITH RECURSIVE type(oid) AS (
		SELECT a.atttypid FROM pg_catalog.pg_attribute a WHERE a.attrelid = stock AND a.attname = geom_column
		UNION ALL
		SELECT t.typbasetype FROM type JOIN pg_catalog.pg_type t ON t.oid = type.oid WHERE t.typtype = 'd')
	SELECT EXISTS (SELECT FROM type JOIN pg_catalog.pg_type t ON t.oid = type.oid WHERE t.typname = 'geography');
END;

COMMENT ON FUNCTION places_internal.is_geography(regclass, name) IS 'whether a column is of type geography, or of a domain over it';
