
-- functions of PostGIS's, each under its own name: what is here calls these
-- and none of PostGIS's, which may then be updated and moved (src/postgis.c)

CREATE OR REPLACE FUNCTION places_internal.geometry(geography) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.geography(geometry) RETURNS geography
AS 'MODULE_PATHNAME', 'postgis_function_on_earth' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.box2d(geometry) RETURNS box2d
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.box3d(geometry) RETURNS box3d
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.st_x(geometry) RETURNS float8
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.st_y(geometry) RETURNS float8
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.st_xmin(box3d) RETURNS float8
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.st_xmax(box3d) RETURNS float8
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.st_ymin(box3d) RETURNS float8
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.st_ymax(box3d) RETURNS float8
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.geometry_overlaps(geometry, geometry) RETURNS boolean
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.st_dimension(geometry) RETURNS int
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
CREATE OR REPLACE FUNCTION places_internal.st_makeenvelope(float8, float8, float8, float8, int) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
CREATE OR REPLACE FUNCTION places_internal.st_tileenvelope(int, int, int, geometry, float8) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
CREATE OR REPLACE FUNCTION places_internal.st_setsrid(geometry, int) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
CREATE OR REPLACE FUNCTION places_internal.st_multi(geometry) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
CREATE OR REPLACE FUNCTION places_internal.st_points(geometry) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
CREATE OR REPLACE FUNCTION places_internal.st_collect(geometry[]) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
CREATE OR REPLACE FUNCTION places_internal.st_unaryunion(geometry, float8) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
CREATE OR REPLACE FUNCTION places_internal.st_envelope(geometry) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
CREATE OR REPLACE FUNCTION places_internal.st_centroid(geometry) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
CREATE OR REPLACE FUNCTION places_internal.st_centroid(geography, boolean) RETURNS geography
AS 'MODULE_PATHNAME', 'postgis_function_on_earth' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
CREATE OR REPLACE FUNCTION places_internal.st_pointonsurface(geometry) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
CREATE OR REPLACE FUNCTION places_internal.st_startpoint(geometry) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
CREATE OR REPLACE FUNCTION places_internal.st_endpoint(geometry) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
CREATE OR REPLACE FUNCTION places_internal.st_exteriorring(geometry) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
CREATE OR REPLACE FUNCTION places_internal.st_makepolygon(geometry, geometry[]) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
CREATE OR REPLACE FUNCTION places_internal.st_area(geometry) RETURNS float8
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
CREATE OR REPLACE FUNCTION places_internal.st_distance(geometry, geometry) RETURNS float8
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
CREATE OR REPLACE FUNCTION places_internal.st_distance(geography, geography, boolean) RETURNS float8
AS 'MODULE_PATHNAME', 'postgis_function_on_earth' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
CREATE OR REPLACE FUNCTION places_internal.st_dump(geometry) RETURNS SETOF geometry_dump
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 100;
CREATE OR REPLACE FUNCTION places_internal.st_dumppoints(geometry) RETURNS SETOF geometry_dump
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 1000;
CREATE OR REPLACE FUNCTION places_internal.st_dumprings(geometry) RETURNS SETOF geometry_dump
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 10;
CREATE OR REPLACE FUNCTION places_internal.st_affine(geometry, float8, float8, float8, float8, float8, float8, float8, float8, float8, float8, float8, float8) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
CREATE OR REPLACE FUNCTION places_internal.st_transform(geometry, int) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function_on_earth' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
CREATE OR REPLACE FUNCTION places_internal.postgis_transform_geometry(geometry, text, text, int) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function_on_earth' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
CREATE OR REPLACE FUNCTION places_internal.st_segmentize(geometry, float8) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
CREATE OR REPLACE FUNCTION places_internal.st_simplify(geometry, float8, boolean) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
CREATE OR REPLACE FUNCTION places_internal.st_simplifypreservetopology(geometry, float8) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
CREATE OR REPLACE FUNCTION places_internal.st_covers(geometry, geometry) RETURNS boolean
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
CREATE OR REPLACE FUNCTION places_internal.st_reduceprecision(geometry, float8) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
CREATE OR REPLACE FUNCTION places_internal.st_reverse(geometry) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
CREATE OR REPLACE FUNCTION places_internal.st_forcepolygoncw(geometry) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
CREATE OR REPLACE FUNCTION places_internal.st_buffer(geometry, float8, text) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
CREATE OR REPLACE FUNCTION places_internal.st_intersection(geometry, geometry, float8) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
CREATE OR REPLACE FUNCTION places_internal.st_delaunaytriangles(geometry, float8, int) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
CREATE OR REPLACE FUNCTION places_internal.st_concavehull(geometry, float8, boolean) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
CREATE OR REPLACE FUNCTION places_internal.st_minimumboundingradius(geometry, OUT center geometry, OUT radius float8)
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
CREATE OR REPLACE FUNCTION places_internal.st_astext(geometry, int) RETURNS text
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
CREATE OR REPLACE FUNCTION places_internal.st_assvg(geometry, int, int) RETURNS text
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
CREATE OR REPLACE FUNCTION places_internal.st_asgeojson(geometry, int, int) RETURNS text
AS 'MODULE_PATHNAME', 'postgis_function_on_earth' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
CREATE OR REPLACE FUNCTION places_internal.st_astwkb(geometry, int, int, int, boolean, boolean) RETURNS bytea
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
CREATE OR REPLACE FUNCTION places_internal.st_asmvtgeom(geometry, box2d, int, int, boolean) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
CREATE OR REPLACE FUNCTION places_internal.pgis_asmvt_transfn(internal, anyelement, text, int, text) RETURNS internal
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
CREATE OR REPLACE FUNCTION places_internal.pgis_asmvt_transfn(internal, anyelement, text, int, text, text) RETURNS internal
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
CREATE OR REPLACE FUNCTION places_internal.pgis_asmvt_finalfn(internal) RETURNS bytea
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;

CREATE OR REPLACE AGGREGATE places_internal.st_asmvt(anyelement, text, int, text) (
	SFUNC = places_internal.pgis_asmvt_transfn, STYPE = internal,
	FINALFUNC = places_internal.pgis_asmvt_finalfn, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE places_internal.st_asmvt(anyelement, text, int, text, text) (
	SFUNC = places_internal.pgis_asmvt_transfn, STYPE = internal,
	FINALFUNC = places_internal.pgis_asmvt_finalfn, PARALLEL = SAFE);

-- with what PostGIS does by a cast, or by a function in SQL that leaves types open
CREATE OR REPLACE FUNCTION places_internal.st_force2d(geometry) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
CREATE OR REPLACE FUNCTION places_internal.st_curvetoline(geometry, float8, int, int) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
CREATE OR REPLACE FUNCTION places_internal.st_clipbybox2d(geometry, box2d) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
CREATE OR REPLACE FUNCTION places_internal.st_collectionextract(geometry, int) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
CREATE OR REPLACE FUNCTION places_internal.st_removerepeatedpoints(geometry, float8) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
CREATE OR REPLACE FUNCTION places_internal.st_simplifyvw(geometry, float8) RETURNS geometry
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
CREATE OR REPLACE FUNCTION places_internal.st_dwithin(geometry, geometry, float8) RETURNS boolean
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
CREATE OR REPLACE FUNCTION places_internal.st_npoints(geometry) RETURNS int
AS 'MODULE_PATHNAME', 'postgis_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
CREATE OR REPLACE FUNCTION places_internal.st_xmin(shape geometry)
RETURNS float8 LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1
RETURN places_internal.st_xmin(places_internal.box3d(shape));
CREATE OR REPLACE FUNCTION places_internal.st_xmax(shape geometry)
RETURNS float8 LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1
RETURN places_internal.st_xmax(places_internal.box3d(shape));
CREATE OR REPLACE FUNCTION places_internal.st_ymin(shape geometry)
RETURNS float8 LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1
RETURN places_internal.st_ymin(places_internal.box3d(shape));
CREATE OR REPLACE FUNCTION places_internal.st_ymax(shape geometry)
RETURNS float8 LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1
RETURN places_internal.st_ymax(places_internal.box3d(shape));
CREATE OR REPLACE FUNCTION places_internal.st_transscale(shape geometry, dx float8, dy float8, xfactor float8, yfactor float8)
RETURNS geometry LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10
RETURN places_internal.st_affine(shape, xfactor, 0, 0, 0, yfactor, 0, 0, 0, 1, dx * xfactor, dy * yfactor, 0);

DO $$
DECLARE
	signature regprocedure;
BEGIN
	FOR signature IN
		SELECT p.oid FROM pg_catalog.pg_proc p
		WHERE p.pronamespace = 'places_internal'::pg_catalog.regnamespace
			AND (p.prosrc LIKE 'postgis\_function%' OR p.proname LIKE 'st\_%')
	LOOP
		EXECUTE pg_catalog.format('COMMENT ON ROUTINE %s IS %L', signature, 'PostGIS''s function of this name, wherever it is');
	END LOOP;
END
$$;
