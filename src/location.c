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
#include "port/pg_bswap.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "geometry.h"
#include "postgis.h"

#define EWKB_TYPE		0x1FFFFFFF
#define EWKB_SRID		0x20000000
#define EWKB_DIMENSIONS	0xC0000000	/* Z, M */
#define EWKB_POINT		1
#define EWKB_MULTIPOINT	4

typedef enum LocationKind
{
	LOCATION_POINT,				/* a point, or a MultiPoint of one: x and y are set */
	LOCATION_NOWHERE,			/* one of these, but empty or with coordinates that are no numbers */
	LOCATION_OTHER				/* not a point */
} LocationKind;

typedef struct Location
{
	LocationKind kind;
	bool		plain;			/* a point without further dimensions */
	int32		srid;
	double		x;
	double		y;
} Location;

/* What a call site needs to know; lives as long as it does. */
typedef struct LocationCall
{
	Oid			type;			/* geometry or geography */
	FmgrInfo	send;			/* its binary send function */
	bool		geodesic;		/* the following are found */
	FmgrInfo	as_geography;
	FmgrInfo	distance;
} LocationCall;

/* For a function whose first argument, or else whose result, is a location. */
static LocationCall *
GetCall(FunctionCallInfo fcinfo, bool of_result)
{
	LocationCall *call = fcinfo->flinfo->fn_extra;
	MemoryContext context = fcinfo->flinfo->fn_mcxt;
	HeapTuple	tuple;
	Form_pg_proc proc;
	Oid			send;
	bool		varlena;

	if (call)
		return call;
	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(fcinfo->flinfo->fn_oid));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u", fcinfo->flinfo->fn_oid);
	proc = (Form_pg_proc) GETSTRUCT(tuple);
	call = MemoryContextAllocZero(context, sizeof(*call));
	call->type = of_result ? proc->prorettype : proc->proargtypes.values[0];
	ReleaseSysCache(tuple);
	getTypeBinaryOutputInfo(call->type, &send, &varlena);
	fmgr_info_cxt(send, &call->send, context);
	fcinfo->flinfo->fn_extra = call;
	return call;
}

/* Bytes of EWKB, which PostGIS wrote, in either byte order. */
typedef struct Bytes
{
	const char *at;
	bool		swap;			/* not this machine's order */
} Bytes;

static uint32
TakeInt(Bytes *bytes)
{
	uint32		value;

	memcpy(&value, bytes->at, sizeof(value));
	bytes->at += sizeof(value);
	return bytes->swap ? pg_bswap32(value) : value;
}

static double
TakeDouble(Bytes *bytes)
{
	uint64		bits;
	double		value;

	memcpy(&bits, bytes->at, sizeof(bits));
	bytes->at += sizeof(bits);
	if (bytes->swap)
		bits = pg_bswap64(bits);
	memcpy(&value, &bits, sizeof(value));
	return value;
}

/* The byte that says the order, and the type after it. */
static uint32
TakeType(Bytes *bytes)
{
	bool		little = *bytes->at++ != 0;

#ifdef WORDS_BIGENDIAN
	bytes->swap = little;
#else
	bytes->swap = !little;
#endif
	return TakeInt(bytes);
}

static Location
ReadLocation(LocationCall *call, Datum value)
{
	bytea	   *ewkb = DatumGetByteaPP(FunctionCall1(&call->send, value));
	Bytes		bytes = {VARDATA_ANY(ewkb), false};
	uint32		type = TakeType(&bytes);
	Location	location = {LOCATION_OTHER, (type & ~EWKB_SRID) == EWKB_POINT, 0, 0, 0};
	uint32		points = 1;

	if (type & EWKB_SRID)
		location.srid = (int32) TakeInt(&bytes);
	if ((type & EWKB_TYPE) == EWKB_MULTIPOINT)
	{
		points = TakeInt(&bytes);
		if (points == 1)
			type = TakeType(&bytes);
		else if (points == 0)
			location.kind = LOCATION_NOWHERE;
	}
	if ((type & EWKB_TYPE) == EWKB_POINT && points == 1)
	{
		location.x = TakeDouble(&bytes);
		location.y = TakeDouble(&bytes);
		/* false for NaN, as which an empty point is written */
		location.kind = fabs(location.x) <= FARTHEST && fabs(location.y) <= FARTHEST
			? LOCATION_POINT : LOCATION_NOWHERE;
	}
	pfree(ewkb);
	return location;
}

bool
GetPoint(FunctionCallInfo fcinfo, double *x, double *y, int32 *srid)
{
	Location	location = ReadLocation(GetCall(fcinfo, false), PG_GETARG_DATUM(0));

	*x = location.x;
	*y = location.y;
	*srid = location.srid;
	return location.kind == LOCATION_POINT;
}

PG_FUNCTION_INFO_V1(srid_of);
PG_FUNCTION_INFO_V1(point_at);
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
	PG_RETURN_INT32(ReadLocation(GetCall(fcinfo, false), PG_GETARG_DATUM(0)).srid);
}

/* point_at(x, y, srid): a geometry */
Datum
point_at(PG_FUNCTION_ARGS)
{
	LocationCall *call = GetCall(fcinfo, true);

	PG_RETURN_DATUM(MakePoint(call->type, PG_GETARG_FLOAT8(0), PG_GETARG_FLOAT8(1), PG_GETARG_INT32(2)));
}

/* point_of(location geometry): the point where it is, null if it is none */
Datum
point_of(PG_FUNCTION_ARGS)
{
	LocationCall *call = GetCall(fcinfo, false);
	Location	location = ReadLocation(call, PG_GETARG_DATUM(0));

	if (location.kind != LOCATION_POINT)
		PG_RETURN_NULL();
	if (location.plain)
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	PG_RETURN_DATUM(MakePoint(call->type, location.x, location.y, location.srid));
}

/* usable_location(location, srid int): null unless it is a point, maybe an empty one, in that system */
Datum
usable_location(PG_FUNCTION_ARGS)
{
	LocationCall *call = GetCall(fcinfo, false);
	Location	location = ReadLocation(call, PG_GETARG_DATUM(0));

	if (location.kind != LOCATION_POINT || location.srid != PG_GETARG_INT32(1))
		PG_RETURN_NULL();
	if (location.plain)
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	PG_RETURN_DATUM(MakePoint(call->type, location.x, location.y, location.srid));
}

/* location_problem(location geometry, srid int) */
Datum
location_problem(PG_FUNCTION_ARGS)
{
	const char *problem = "no_location";

	if (!PG_ARGISNULL(0))
	{
		Location	location = ReadLocation(GetCall(fcinfo, false), PG_GETARG_DATUM(0));

		if (location.kind == LOCATION_OTHER)
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
	x = (struct varlena *) DatumGetByteaPP(FunctionCall1(&call->send, a));
	y = (struct varlena *) DatumGetByteaPP(FunctionCall1(&call->send, b));
	return VARSIZE_ANY_EXHDR(x) == VARSIZE_ANY_EXHDR(y) &&
		memcmp(VARDATA_ANY(x), VARDATA_ANY(y), VARSIZE_ANY_EXHDR(x)) == 0;
}

/* same_location(a geometry, b geometry): or both null */
Datum
same_location(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_BOOL(PG_ARGISNULL(0) && PG_ARGISNULL(1));
	PG_RETURN_BOOL(SameValue(GetCall(fcinfo, false), PG_GETARG_DATUM(0), PG_GETARG_DATUM(1)));
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

		FindPostgisFunction("geography", 1, &call->type, context, &call->as_geography);
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
	LocationCall *call = GetCall(fcinfo, false);
	Location	a = ReadLocation(call, PG_GETARG_DATUM(0));
	Location	b = ReadLocation(call, PG_GETARG_DATUM(1));

	if (a.kind != LOCATION_POINT || b.kind != LOCATION_POINT || a.srid != b.srid)
		PG_RETURN_NULL();
	if (IsDegrees(a.srid))
		PG_RETURN_DATUM(GeodesicDistance(call, fcinfo->flinfo->fn_mcxt,
										 MakePoint(call->type, a.x, a.y, a.srid),
										 MakePoint(call->type, b.x, b.y, b.srid)));
	PG_RETURN_FLOAT8(sqrt((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y)));
}
