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
#include "location.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "geometry.h"
#include "postgis.h"
#include "versions.h"

/* What a call site needs to know; lives as long as it does. */
typedef struct LocationCall
{
	PlacesPointReader *reader;	/* of geometry or geography */
	bool		geodesic;		/* the following are found */
	FmgrInfo	as_geography;
	FmgrInfo	distance;
} LocationCall;

typedef struct Location
{
	PlacesGeometry kind;
	int32		srid;
	double		x;
	double		y;
} Location;

/* For a function whose first argument is a location. */
static LocationCall *
GetCall(FunctionCallInfo fcinfo)
{
	MemoryContext context = fcinfo->flinfo->fn_mcxt;
	LocationCall *call = fcinfo->flinfo->fn_extra;
	HeapTuple	tuple;
	Form_pg_proc proc;

	if (call)
		return call;
	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(fcinfo->flinfo->fn_oid));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u", fcinfo->flinfo->fn_oid);
	proc = (Form_pg_proc) GETSTRUCT(tuple);
	call = MemoryContextAllocZero(context, sizeof(*call));
	call->reader = NewPointReader(proc->proargtypes.values[0], context);
	ReleaseSysCache(tuple);
	fcinfo->flinfo->fn_extra = call;
	return call;
}

static Location
ReadLocation(LocationCall *call, Datum value)
{
	Location	location = {GEOMETRY_NOWHERE, 0, 0, 0};

	location.kind = ReadGeometry(call->reader, value, &location.x, &location.y, &location.srid);
	return location;
}

static Datum
PointAt(LocationCall *call, Location location)
{
	return MakePoint(call->reader->type, location.x, location.y, location.srid);
}

bool
GetPoint(FunctionCallInfo fcinfo, double *x, double *y, int32 *srid)
{
	Location	location = ReadLocation(GetCall(fcinfo), PG_GETARG_DATUM(0));

	*x = location.x;
	*y = location.y;
	*srid = location.srid;
	return location.kind == GEOMETRY_POINT;
}

PG_FUNCTION_INFO_V1(srid_of);
PG_FUNCTION_INFO_V1(point_of);
PG_FUNCTION_INFO_V1(usable_location);
PG_FUNCTION_INFO_V1(location_problem);
PG_FUNCTION_INFO_V1(same_location);
PG_FUNCTION_INFO_V1(is_degrees);
PG_FUNCTION_INFO_V1(metres_between);

/* srid_of(location geometry) */
Datum
srid_of(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(ReadLocation(GetCall(fcinfo), PG_GETARG_DATUM(0)).srid);
}

/* point_of(location geometry): the plain point where it is, null if it is none */
Datum
point_of(PG_FUNCTION_ARGS)
{
	LocationCall *call = GetCall(fcinfo);
	Location	location = ReadLocation(call, PG_GETARG_DATUM(0));

	if (location.kind != GEOMETRY_POINT)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(PointAt(call, location));
}

/* usable_location(location, srid int): null unless it is a point in that system */
Datum
usable_location(PG_FUNCTION_ARGS)
{
	Location	location = ReadLocation(GetCall(fcinfo), PG_GETARG_DATUM(0));

	if (location.kind != GEOMETRY_POINT || location.srid != PG_GETARG_INT32(1))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

/* location_problem(location geometry, srid int) */
Datum
location_problem(PG_FUNCTION_ARGS)
{
	const char *problem = "no_location";

	if (!PG_ARGISNULL(0))
	{
		Location	location = ReadLocation(GetCall(fcinfo), PG_GETARG_DATUM(0));

		if (location.kind == GEOMETRY_NOT_A_POINT)
			problem = "not_a_point";
		else if (!PG_ARGISNULL(1) && location.srid != PG_GETARG_INT32(1))
			problem = "other_srid";
	}
	PG_RETURN_TEXT_P(cstring_to_text(problem));
}

/*
 * Whether two values have the same bytes.  If stored in different ways, which
 * two versions of PostGIS may do, they still have the same EWKB.
 */
static bool
SameValue(LocationCall *call, Datum a, Datum b)
{
	struct varlena *x = PG_DETOAST_DATUM_PACKED(a);
	struct varlena *y = PG_DETOAST_DATUM_PACKED(b);

	if (VARSIZE_ANY_EXHDR(x) == VARSIZE_ANY_EXHDR(y) &&
		memcmp(VARDATA_ANY(x), VARDATA_ANY(y), VARSIZE_ANY_EXHDR(x)) == 0)
		return true;
	x = (struct varlena *) DatumGetByteaPP(FunctionCall1(&call->reader->send, a));
	y = (struct varlena *) DatumGetByteaPP(FunctionCall1(&call->reader->send, b));
	return VARSIZE_ANY_EXHDR(x) == VARSIZE_ANY_EXHDR(y) &&
		memcmp(VARDATA_ANY(x), VARDATA_ANY(y), VARSIZE_ANY_EXHDR(x)) == 0;
}

/* same_location(a geometry, b geometry): or both null */
Datum
same_location(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_BOOL(PG_ARGISNULL(0) && PG_ARGISNULL(1));
	PG_RETURN_BOOL(SameValue(GetCall(fcinfo), PG_GETARG_DATUM(0), PG_GETARG_DATUM(1)));
}

#define DEGREES_QUERY \
	"SELECT pg_catalog.bool_or(proj4text OPERATOR(pg_catalog.~) '[+]proj=(longlat|latlong)'" \
	"  OR srtext OPERATOR(pg_catalog.~) '^GEO(GCS|GCRS|DCRS)')" \
	" FROM %s.spatial_ref_sys WHERE srid OPERATOR(pg_catalog.=) $1"

#define REMEMBERED	16			/* systems, by turns */

/* Whether the coordinates of a system are degrees: looked up once a session. */
static bool
IsDegrees(int32 srid)
{
	static struct
	{
		int32		srid;
		bool		degrees;
	}			known[REMEMBERED];
	static int	nknown = 0;
	Oid			types[1] = {INT4OID};
	Datum		values[1] = {Int32GetDatum(srid)};
	char	   *answer;
	bool		degrees;

	if (srid == 0)
		return false;
	for (int i = 0; i < Min(nknown, REMEMBERED); i++)
		if (known[i].srid == srid)
			return known[i].degrees;
	SPI_connect();
	if (SPI_execute_with_args(psprintf(DEGREES_QUERY, quote_identifier(get_namespace_name(PostgisSchema()))),
							  1, types, values, NULL, true, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not read spatial_ref_sys");
	answer = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	degrees = answer != NULL && *answer == 't';
	SPI_finish();
	known[nknown % REMEMBERED].srid = srid;
	known[nknown++ % REMEMBERED].degrees = degrees;
	return degrees;
}

/* is_degrees(srid int) */
Datum
is_degrees(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(IsDegrees(PG_GETARG_INT32(0)));
}

/* By PostGIS, on its spheroid. */
static Datum
GeodesicDistance(LocationCall *call, MemoryContext context, Datum a, Datum b)
{
	if (!call->geodesic)
	{
		Oid			geography = PostgisType("geography");
		Oid			types[3] = {geography, geography, BOOLOID};

		FindPostgisFunction("geography", 1, &call->reader->type, context, &call->as_geography);
		FindPostgisFunction("st_distance", 3, types, context, &call->distance);
		call->geodesic = true;
	}
	return FunctionCall3(&call->distance, FunctionCall1(&call->as_geography, a),
						 FunctionCall1(&call->as_geography, b), BoolGetDatum(true));
}

/* metres_between(a geometry, b geometry): null unless both are points in one system */
Datum
metres_between(PG_FUNCTION_ARGS)
{
	LocationCall *call = GetCall(fcinfo);
	Location	a = ReadLocation(call, PG_GETARG_DATUM(0));
	Location	b = ReadLocation(call, PG_GETARG_DATUM(1));

	if (a.kind != GEOMETRY_POINT || b.kind != GEOMETRY_POINT || a.srid != b.srid)
		PG_RETURN_NULL();
	if (IsDegrees(a.srid))
		PG_RETURN_DATUM(GeodesicDistance(call, fcinfo->flinfo->fn_mcxt,
										 PointAt(call, a), PointAt(call, b)));
	PG_RETURN_FLOAT8(sqrt((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y)));
}
