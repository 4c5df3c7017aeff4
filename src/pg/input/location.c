/*
 * location.c
 *	  Scalar functions on the locations of homes.
 *
 * They are in C, and read a location through the binary send function of its
 * type, so that views, indexes and bodies that call them depend on the types of
 * PostGIS alone: its functions may be replaced and moved, and pg_upgrade meets
 * none of its operators.
 *
 * A location is whatever geometry a stock has.  None of these functions fails
 * because it is no point: they answer null, or say what it is.
 */
#include "postgres.h"

#include "pg/input/location.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "pg/input/geometry.h"
#include "pg/input/postgis.h"
#include "pg/input/srid.h"
#include "pg/versions.h"

typedef struct Location
{
	PlacesGeometry kind;
	int32		srid;
	double		x;
	double		y;
} Location;

/* The first argument of a call. */
static Location
ReadLocation(FunctionCallInfo fcinfo)
{
	Location	location = {GEOMETRY_NOWHERE, 0, 0, 0};

	location.kind = ReadGeometry(GetPointReader(fcinfo, 0), PG_GETARG_DATUM(0),
								 &location.x, &location.y, &location.srid);
	return location;
}

bool
GetPoint(FunctionCallInfo fcinfo, double *x, double *y, int32 *srid)
{
	return ReadGeometry(GetPointReader(fcinfo, 0), PG_GETARG_DATUM(0), x, y, srid) == GEOMETRY_POINT;
}

PG_FUNCTION_INFO_V1(srid_of);
PG_FUNCTION_INFO_V1(point_of);
PG_FUNCTION_INFO_V1(usable_location);
PG_FUNCTION_INFO_V1(is_degrees);
PG_FUNCTION_INFO_V1(metres_between);

/* srid_of(location geometry) */
Datum
srid_of(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(ReadSrid(GetPointReader(fcinfo, 0), PG_GETARG_DATUM(0)));
}

/* point_of(location geometry): the plain point where it is, null if it is none */
Datum
point_of(PG_FUNCTION_ARGS)
{
	Location	location = ReadLocation(fcinfo);

	if (location.kind != GEOMETRY_POINT)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(MakePoint(GetPointReader(fcinfo, 0)->type, location.x, location.y, location.srid));
}

/* usable_location(location, srid int): null unless it is a point in that system */
Datum
usable_location(PG_FUNCTION_ARGS)
{
	Location	location = ReadLocation(fcinfo);

	if (location.kind != GEOMETRY_POINT || location.srid != PG_GETARG_INT32(1))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

/* is_degrees(srid int) */
Datum
is_degrees(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(IsDegrees(PG_GETARG_INT32(0)));
}

/* How a call site measures; lives as long as it does. */
typedef struct Measure
{
	PlacesPointReader *reader;
	bool		geodesic;		/* the following are found */
	FmgrInfo	as_geography;
	FmgrInfo	distance;
} Measure;

/* By PostGIS, on its spheroid. */
static Datum
GeodesicDistance(Measure *measure, MemoryContext context, Location a, Location b)
{
	Oid			type = measure->reader->type;

	if (!measure->geodesic)
	{
		Oid			geography = PostgisType("geography");
		Oid			types[3] = {geography, geography, BOOLOID};

		FindPostgisFunction("geography", 1, &type, context, &measure->as_geography);
		FindPostgisFunction("st_distance", 3, types, context, &measure->distance);
		measure->geodesic = true;
	}
	return FunctionCall3(&measure->distance,
						 FunctionCall1(&measure->as_geography, MakePoint(type, a.x, a.y, a.srid)),
						 FunctionCall1(&measure->as_geography, MakePoint(type, b.x, b.y, b.srid)),
						 BoolGetDatum(true));
}

/* metres_between(a geometry, b geometry): null unless both are points in one system */
Datum
metres_between(PG_FUNCTION_ARGS)
{
	FmgrInfo   *site = fcinfo->flinfo;
	Measure    *measure = site->fn_extra;
	Location	at[2];

	if (measure == NULL)
	{
		site->fn_extra = measure = MemoryContextAllocZero(site->fn_mcxt, sizeof(Measure));
		measure->reader = NewPointReader(get_fn_expr_argtype(site, 0), site->fn_mcxt);
	}
	for (int i = 0; i < 2; i++)
		at[i].kind = ReadGeometry(measure->reader, PG_GETARG_DATUM(i), &at[i].x, &at[i].y, &at[i].srid);
	if (at[0].kind != GEOMETRY_POINT || at[1].kind != GEOMETRY_POINT || at[0].srid != at[1].srid)
		PG_RETURN_NULL();
	if (IsDegrees(at[0].srid))
		PG_RETURN_DATUM(GeodesicDistance(measure, site->fn_mcxt, at[0], at[1]));
	PG_RETURN_FLOAT8(sqrt((at[1].x - at[0].x) * (at[1].x - at[0].x) + (at[1].y - at[0].y) * (at[1].y - at[0].y)));
}
