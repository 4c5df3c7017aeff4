/*
 * geometry.c
 *	  PostGIS geometries at the boundary.
 *
 * The only file that knows what a PostGIS geometry looks like.  It does not link
 * PostGIS, whose library promises no interface, and does not read the on-disk
 * format, of which there are two: they come in through their type's binary
 * send function and go out through its receive function, as EWKB, which is
 * documented and stable.  That costs some 70 ns a row.
 */
#include "postgres.h"

#include "pg/input/geometry.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "port/pg_bswap.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "pg/refuse.h"
#include "pg/versions.h"

#define EWKB_SRID			0x20000000
#define EWKB_DIMENSIONS		0xC0000000	/* Z, M */

/* A cursor over EWKB in either byte order. */
typedef struct EwkbCursor
{
	const char *at;
	const char *end;
	bool		swap;			/* not this machine's byte order */
} EwkbCursor;

static void
TakeBytes(EwkbCursor *cursor, void *bytes, size_t n)
{
	if ((size_t) (cursor->end - cursor->at) < n)
		elog(ERROR, "EWKB ends too early");
	memcpy(bytes, cursor->at, n);
	cursor->at += n;
}

static uint32
TakeInt(EwkbCursor *cursor)
{
	uint32		value;

	TakeBytes(cursor, &value, sizeof(value));
	return cursor->swap ? pg_bswap32(value) : value;
}

static double
TakeDouble(EwkbCursor *cursor)
{
	uint64		bits;
	double		value;

	TakeBytes(cursor, &bits, sizeof(bits));
	if (cursor->swap)
		bits = pg_bswap64(bits);
	memcpy(&value, &bits, sizeof(value));
	return value;
}

static EwkbCursor
OpenEwkb(const char *at, const char *end)
{
	EwkbCursor	cursor = {at, end, false};
	uint8		little;

	TakeBytes(&cursor, &little, 1);
#ifdef WORDS_BIGENDIAN
	cursor.swap = little;
#else
	cursor.swap = !little;
#endif
	return cursor;
}

/* A reader for the values of a type, or of a domain over it. */
PlacesPointReader *
NewPointReader(Oid type, MemoryContext context)
{
	PlacesPointReader *reader;
	Oid			send;
	bool		varlena;
	HeapTuple	tuple;

	type = getBaseType(type);
	getTypeBinaryOutputInfo(type, &send, &varlena);
	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for type %u", type);

	reader = MemoryContextAllocZero(context, sizeof(*reader));
	reader->type = type;
	reader->geodetic = strcmp(NameStr(((Form_pg_type) GETSTRUCT(tuple))->typname), "geography") == 0;
	fmgr_info_cxt(send, &reader->send, context);
	ReleaseSysCache(tuple);
	return reader;
}

/* The reader for an argument, made at the first call from a call site. */
PlacesPointReader *
GetPointReader(FunctionCallInfo fcinfo, int argument)
{
	FmgrInfo   *site = fcinfo->flinfo;

	if (site->fn_extra == NULL)
		site->fn_extra = NewPointReader(get_fn_expr_argtype(site, argument), site->fn_mcxt);
	return site->fn_extra;
}

/* Names of the geometry types by their number in EWKB. */
static const char *
GeometryTypeName(uint32 type)
{
	static const char *const names[] = {
		"geometry", "Point", "LineString", "Polygon", "MultiPoint", "MultiLineString",
		"MultiPolygon", "GeometryCollection", "CircularString", "CompoundCurve",
		"CurvePolygon", "MultiCurve", "MultiSurface", "Curve", "Surface",
		"PolyhedralSurface", "Tin", "Triangle"
	};

	return names[type < lengthof(names) ? type : 0];
}

/* The type number at the cursor; its SRID, if it has one, goes to srid. */
static uint32
TakeType(EwkbCursor *cursor, int32 *srid)
{
	uint32		type = TakeInt(cursor);

	if (type & EWKB_SRID)
		*srid = (int32) TakeInt(cursor);
	return type & ~(EWKB_SRID | EWKB_DIMENSIONS);
}

/* The same as ReadGeometry from EWKB, whose type goes to type. */
static PlacesGeometry
ReadEwkb(bytea *ewkb, double *x, double *y, int32 *srid, uint32 *type)
{
	EwkbCursor	cursor = OpenEwkb(VARDATA_ANY(ewkb), VARDATA_ANY(ewkb) + VARSIZE_ANY_EXHDR(ewkb));

	*srid = 0;
	*type = TakeType(&cursor, srid);
	if (*type != EWKB_POINT)
	{
		uint32		parts = TakeInt(&cursor);	/* or rings, corners: for every other type */

		if (parts == 0)
			return GEOMETRY_NOWHERE;
		if (*type != EWKB_MULTIPOINT || parts != 1)
			return GEOMETRY_NOT_A_POINT;
		cursor = OpenEwkb(cursor.at, cursor.end);
		if (TakeType(&cursor, srid) != EWKB_POINT)
			elog(ERROR, "EWKB of a MultiPoint has a part that is no point");
	}
	*x = TakeDouble(&cursor);
	*y = TakeDouble(&cursor);
	return IsLocation(*x, *y) ? GEOMETRY_POINT : GEOMETRY_NOWHERE;
}

/*
 * Read a geometry without an error for what is not a point.  srid is set in
 * any case, x and y for a point only.
 */
PlacesGeometry
ReadGeometry(PlacesPointReader *reader, Datum value, double *x, double *y, int32 *srid)
{
	bytea	   *ewkb = DatumGetByteaPP(FunctionCall1(&reader->send, value));
	uint32		type;
	PlacesGeometry kind = ReadEwkb(ewkb, x, y, srid, &type);

	pfree(ewkb);
	return kind;
}

/* The reference system of a location of whatever kind. */
int32
ReadSrid(PlacesPointReader *reader, Datum location)
{
	double		x,
				y;
	int32		srid;

	(void) ReadGeometry(reader, location, &x, &y, &srid);
	return srid;
}

/*
 * Read a point.  False when it has no location.  An error when it is not a
 * point; an empty geometry of another type is merely empty.
 */
bool
ReadPoint(PlacesPointReader *reader, Datum point, double *x, double *y, int32 *srid)
{
	bytea	   *ewkb = DatumGetByteaPP(FunctionCall1(&reader->send, point));
	uint32		type;
	PlacesGeometry kind = ReadEwkb(ewkb, x, y, srid, &type);

	if (kind == GEOMETRY_NOT_A_POINT)
		Refuse((errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("geom must be a point"),
				errdetail("A home has a geometry of type %s%s.", GeometryTypeName(type),
						   type == EWKB_MULTIPOINT ? " with several points" : ""),
				type == EWKB_MULTIPOINT ?
				errhint("Use ST_PointOnSurface(geom) to stand a point for each geometry. To find them: WHERE ST_NumGeometries(geom::geometry) > 1.") :
				errhint("Use ST_PointOnSurface(geom) to stand a point for each geometry. To find them: WHERE ST_GeometryType(geom::geometry) = 'ST_%s'.",
						 GeometryTypeName(type))));
	pfree(ewkb);
	return kind == GEOMETRY_POINT;
}

PlacesGeometryWriter
NewGeometryWriter(Oid type, MemoryContext context)
{
	PlacesGeometryWriter writer;
	Oid			receive;

	getTypeBinaryInputInfo(type, &receive, &writer.typioparam);
	fmgr_info_cxt(receive, &writer.receive, context);
	return writer;
}

/* The beginning of a geometry, in this machine's byte order; parts of one have the system 0. */
void
PutEwkbHeader(StringInfo ewkb, uint32 type, int32 srid)
{
#ifdef WORDS_BIGENDIAN
	appendStringInfoCharMacro(ewkb, 0);
#else
	appendStringInfoCharMacro(ewkb, 1);
#endif
	PutEwkbInt(ewkb, type | (srid ? EWKB_SRID : 0));
	if (srid)
		PutEwkbInt(ewkb, (uint32) srid);
}

void
PutEwkbInt(StringInfo ewkb, uint32 value)
{
	appendBinaryStringInfo(ewkb, (const char *) &value, sizeof(value));
}

void
PutEwkbPosition(StringInfo ewkb, double x, double y)
{
	double		position[2] = {x, y};

	appendBinaryStringInfo(ewkb, (const char *) position, sizeof(position));
}

/* The geometry, of the writer's type, that was put together; its bytes are freed. */
Datum
WriteGeometry(PlacesGeometryWriter *writer, StringInfo ewkb)
{
	Datum		geometry = ReceiveFunctionCall(&writer->receive, ewkb, writer->typioparam, -1);

	pfree(ewkb->data);
	return geometry;
}

/* A point. */
Datum
WritePoint(PlacesGeometryWriter *writer, double x, double y, int32 srid)
{
	StringInfoData ewkb;

	initStringInfo(&ewkb);
	PutEwkbHeader(&ewkb, EWKB_POINT, srid);
	PutEwkbPosition(&ewkb, x, y);
	return WriteGeometry(writer, &ewkb);
}

/* A point value of a PostGIS type, once. */
Datum
MakePoint(Oid type, double x, double y, int32 srid)
{
	PlacesGeometryWriter writer = NewGeometryWriter(type, CurrentMemoryContext);

	return WritePoint(&writer, x, y, srid);
}

PG_FUNCTION_INFO_V1(point_at);

/* point_at(x float8, y float8, srid int): a geometry */
Datum
point_at(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(MakePoint(get_fn_expr_rettype(fcinfo->flinfo), PG_GETARG_FLOAT8(0), PG_GETARG_FLOAT8(1),
							  PG_GETARG_INT32(2)));
}
