/*
 * territories.c
 *	  The ground that each of several owners of points holds:
 *	  places_internal.draw_territories(), behind places.territories().
 *
 * Points have to pass what homes do, but for degrees whose reference system says
 * that they are.  Boundaries leave as EWKB (pg/input/geometry.c).
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

#include "engine/engine.h"
#include "pg/input/geometry.h"
#include "pg/input/incumbent.h"
#include "pg/input/srid.h"
#include "pg/refuse.h"
#include "pg/versions.h"

/* Points with a location, and the ids of their owners. */
typedef struct Claims
{
	int			n;
	double	   *x;
	double	   *y;
	int64	   *id;
	bool	   *owned;			/* has it an owner? */
	int		   *owner;			/* the position of the id among owners, or NOBODY */
	int			owners;
	int64	   *owner_id;		/* ascending */
	int32		srid;
	bool		degrees;
} Claims;

static int
CountElements(FunctionCallInfo fcinfo, int argument)
{
	ArrayType  *array = PG_ARGISNULL(argument) ? NULL : PG_GETARG_ARRAYTYPE_P(argument);

	return array == NULL ? 0 : ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
}

/* Number the owners by their ids, as places are. */
static void
NumberOwners(Claims *claims)
{
	PlacesIncumbent numbers = NumberPlaces(claims->n, claims->id, claims->owned);

	claims->owner = numbers.place;
	claims->owners = numbers.places;
	claims->owner_id = HostNew(int64, claims->owners);
	for (int i = 0; i < claims->n; i++)
		if (claims->owner[i] != NOBODY)
			claims->owner_id[claims->owner[i]] = claims->id[i];
}

/* The first of the points says in which reference system all are. */
static void
LookAtSystem(Claims *claims, PlacesPointReader *reader, int32 srid)
{
	if (claims->n > 0)
	{
		CheckSameSrid(claims->srid, srid);
		return;
	}
	claims->srid = srid;
	claims->degrees = reader->geodetic || IsDegrees(srid);
	if (!claims->degrees)
		CheckSrid(reader, srid);
}

/* Read the points that have a location. */
static void
ReadClaims(ArrayType *points, ArrayType *owners, Claims *claims)
{
	PlacesPointReader *reader = NewPointReader(ARR_ELEMTYPE(points), CurrentMemoryContext);
	ArrayIterator point_at = array_create_iterator(points, 0, NULL);
	ArrayIterator owner_at = array_create_iterator(owners, 0, NULL);
	int			room = ArrayGetNItems(ARR_NDIM(points), ARR_DIMS(points));
	PlacesDegrees degrees = {0};
	Datum		point;
	Datum		id;
	bool		no_point;
	bool		no_owner;

	claims->x = HostNew(double, room);
	claims->y = HostNew(double, room);
	claims->id = HostNew(int64, room);
	claims->owned = HostNew(bool, room);
	for (int i = 0; array_iterate(point_at, &point, &no_point) && array_iterate(owner_at, &id, &no_owner); i++)
	{
		int			n = claims->n;
		int32		srid;

		HostCheckCancelAt(i);
		if (no_point || !ReadPoint(reader, point, &claims->x[n], &claims->y[n], &srid))
			continue;
		LookAtSystem(claims, reader, srid);
		if (!claims->degrees)
			WatchDegrees(&degrees, claims->x[n], claims->y[n]);
		claims->id[n] = no_owner ? 0 : DatumGetInt64(id);
		claims->owned[n] = !no_owner;
		claims->n++;
	}
	array_free_iterator(point_at);
	array_free_iterator(owner_at);
	RefuseDegrees(&degrees);
}

static void
PutRing(StringInfo ewkb, const PlacesTerritories *t, const PlacesRing *ring)
{
	int			n = ring->end - ring->begin;

	PutEwkbInt(ewkb, n + 1);
	enlargeStringInfo(ewkb, (n + 1) * 2 * (int) sizeof(double));
	for (int i = 0; i <= n; i++)
	{
		int			corner = t->rings->corner[ring->begin + (i < n ? i : 0)];

		PutEwkbPosition(ewkb, t->x[corner], t->y[corner]);
	}
}

/* The rings of one owner as a MultiPolygon. */
static void
PutTerritory(StringInfo ewkb, const PlacesTerritories *t, int begin, int end, int32 srid)
{
	const PlacesRing *ring = t->rings->ring;
	int			parts = 0;

	for (int i = begin; i < end; i++)
		parts += !ring[i].hole;
	PutEwkbHeader(ewkb, EWKB_MULTIPOLYGON, srid);
	PutEwkbInt(ewkb, parts);
	for (int i = begin; i < end;)
	{
		int			next = i + 1;

		while (next < end && ring[next].hole)
			next++;
		PutEwkbHeader(ewkb, EWKB_POLYGON, 0);
		PutEwkbInt(ewkb, next - i);
		for (; i < next; i++)
			PutRing(ewkb, t, &ring[i]);
	}
}

static void
KeepTerritories(const Claims *claims, const PlacesTerritories *t, ReturnSetInfo *rsinfo)
{
	const PlacesRing *ring = t->rings->ring;
	MemoryContext row = AllocSetContextCreate(CurrentMemoryContext, "places row", ALLOCSET_DEFAULT_SIZES);
	PlacesGeometryWriter writer = NewGeometryWriter(TupleDescAttr(rsinfo->setDesc, 1)->atttypid, CurrentMemoryContext);

	for (int i = 0; i < t->rings->n;)
	{
		MemoryContext caller = MemoryContextSwitchTo(row);
		int			begin = i;
		StringInfoData ewkb;
		Datum		values[2];
		bool		nulls[2] = {false};

		HostCheckCancel();
		while (i < t->rings->n && ring[i].owner == ring[begin].owner)
			i++;
		initStringInfo(&ewkb);
		PutTerritory(&ewkb, t, begin, i, claims->srid);
		values[0] = Int64GetDatum(claims->owner_id[ring[begin].owner]);
		values[1] = WriteGeometry(&writer, &ewkb);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(row);
	}
}

PG_FUNCTION_INFO_V1(draw_territories);

/* draw_territories(points geometry[] or geography[], owners bigint[], within float8) */
Datum
draw_territories(PG_FUNCTION_ARGS)
{
	int			points = CountElements(fcinfo, 0);
	int			owners = CountElements(fcinfo, 1);
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext scratch;
	Claims		claims = {0};

	if (points != owners)
		Refuse((errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				errmsg("points and owners must have the same length"),
				errdetail("points has %d elements, owners %d.", points, owners),
				errhint("Aggregate both in the same query level: array_agg(geom), array_agg(owner); a point of no owner has a null there.")));
	InitMaterializedSRF(fcinfo, 0);
	if (points == 0 || PG_ARGISNULL(2))
		return (Datum) 0;
	scratch = AllocSetContextCreate(caller, "places scratch", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(scratch);
	ReadClaims(PG_GETARG_ARRAYTYPE_P(0), PG_GETARG_ARRAYTYPE_P(1), &claims);
	NumberOwners(&claims);
	if (claims.owners > 0)
		KeepTerritories(&claims,
						DrawTerritories(claims.n, claims.x, claims.y, claims.owner, claims.owners,
										claims.degrees, PG_GETARG_FLOAT8(2)),
						(ReturnSetInfo *) fcinfo->resultinfo);
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(scratch);
	return (Datum) 0;
}
