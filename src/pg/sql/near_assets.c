/*
 * near_assets.c
 *	  How near the assets of a community are to its homes: places_internal.near_assets().
 *
 * Homes come by place, and within it by position, so that what stands on one spot is
 * asked for once.  Assets come by category, and are segments: those of a polygon are
 * the edges of its rings.  One category at a time is looked at.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/tuplestore.h"

#include "engine/engine.h"
#include "pg/input/arrays.h"
#include "pg/versions.h"

/* Arguments, in order. */
enum
{
	ARG_X,
	ARG_Y,
	ARG_PLACE,
	ARG_CATEGORY,
	ARG_AREAL,
	ARG_ASSET_X,
	ARG_ASSET_Y,
	ARG_ASSET,
	ARG_X1,
	ARG_Y1,
	ARG_X2,
	ARG_Y2,
	ARG_WITHIN
};

/* Kinds of rows that come out. */
enum
{
	NEAREST_TO_HOME = 1,		/* home, asset, metres: of each category */
	NEAR_PLACE,					/* place, asset */
	NEAREST_TO_ASSET			/* asset, home, metres */
};

typedef struct PlacesNearness
{
	ReturnSetInfo *rsinfo;
	int			homes,
				assets,
				places;
	double	   *x,
			   *y;
	int		   *place;			/* of each home, from 1 */
	int		   *order;			/* homes from below */
	int		   *category;		/* of each asset */
	bool	   *areal;
	int		   *asset;			/* of each segment, from 0 */
	int		   *start;			/* of each asset: its first segment */
	PlacesSegments segments;
	double		within;			/* NaN: it is not asked which assets are near places */

	/* of the category at hand */
	int			first,			/* its assets */
				last;
	int		   *inside;			/* of each home: the first asset that it is inside of, or -1 */
	uint8	   *near;			/* a bit for each place and asset */
} PlacesNearness;

/* By place, by category or by asset: in order. */
static int *
ReadInOrder(Datum array, int *n)
{
	int		   *value = ReadInts(array, n);

	for (int i = 1; i < *n; i++)
		if (value[i] < value[i - 1])
			elog(ERROR, "element %d comes too late", i + 1);
	return value;
}

static void
ReadSegments(FunctionCallInfo fcinfo, PlacesNearness *near)
{
	PlacesSegments *s = &near->segments;
	int			n[4];

	near->asset = ReadInOrder(PG_GETARG_DATUM(ARG_ASSET), &s->n);
	s->x1 = ReadCoordinates(PG_GETARG_DATUM(ARG_X1), &n[0]);
	s->y1 = ReadCoordinates(PG_GETARG_DATUM(ARG_Y1), &n[1]);
	s->x2 = ReadCoordinates(PG_GETARG_DATUM(ARG_X2), &n[2]);
	s->y2 = ReadCoordinates(PG_GETARG_DATUM(ARG_Y2), &n[3]);
	if (n[0] != s->n || n[1] != s->n || n[2] != s->n || n[3] != s->n)
		elog(ERROR, "arrays of segments are of different lengths");
	near->start = HostNewZero(int, near->assets + 1);
	for (int i = 0; i < s->n; i++)
	{
		near->asset[i]--;
		if (near->asset[i] < 0 || near->asset[i] >= near->assets)
			elog(ERROR, "segment %d is of asset %d", i + 1, near->asset[i] + 1);
		near->start[near->asset[i] + 1] = i + 1;
	}
	for (int a = 0; a < near->assets; a++)
		near->start[a + 1] = Max(near->start[a + 1], near->start[a]);
}

static void
ReadHomes(FunctionCallInfo fcinfo, PlacesNearness *near)
{
	PlacesRanked *ranked;
	int			n[2];

	near->x = ReadCoordinates(PG_GETARG_DATUM(ARG_X), &near->homes);
	near->y = ReadCoordinates(PG_GETARG_DATUM(ARG_Y), &n[0]);
	near->place = ReadInOrder(PG_GETARG_DATUM(ARG_PLACE), &n[1]);
	if (n[0] != near->homes || n[1] != near->homes)
		elog(ERROR, "arrays of homes are of different lengths");
	near->places = near->homes > 0 ? near->place[near->homes - 1] : 0;
	ranked = HostNew(PlacesRanked, near->homes);
	near->order = HostNew(int, near->homes);
	for (int i = 0; i < near->homes; i++)
		ranked[i] = (PlacesRanked) {near->y[i], i};
	SortRanked(ranked, near->homes);
	for (int i = 0; i < near->homes; i++)
		near->order[i] = ranked[i].item;
	pfree(ranked);
}

static void
ReadAssets(FunctionCallInfo fcinfo, PlacesNearness *near)
{
	Datum	   *element;
	bool	   *missing;
	int			n;

	near->category = ReadInOrder(PG_GETARG_DATUM(ARG_CATEGORY), &near->assets);
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(ARG_AREAL), BOOLOID, 1, true, TYPALIGN_CHAR, &element, &missing, &n);
	if (n != near->assets)
		elog(ERROR, "%d of %d assets are areas", n, near->assets);
	near->areal = HostNew(bool, n);
	for (int i = 0; i < n; i++)
		near->areal[i] = DatumGetBool(element[i]);
	near->inside = HostNew(int, near->homes);
}

static void
PutRow(PlacesNearness *near, int kind, int a, int b, double metres)
{
	Datum		values[4] = {Int32GetDatum(kind), Int32GetDatum(a + 1), Int32GetDatum(b + 1), Float8GetDatum(metres)};
	bool		nulls[4] = {false, false, false, false};

	tuplestore_putvalues(near->rsinfo->setResult, near->rsinfo->setDesc, values, nulls);
}

static void
PutNear(PlacesNearness *near, int home, int asset)
{
	size_t		bit = (size_t) (near->place[home] - 1) * (size_t) (near->last - near->first) + (size_t) (asset - near->first);

	if (near->near == NULL || (near->near[bit / 8] & (1 << bit % 8)) != 0)
		return;
	near->near[bit / 8] |= 1 << bit % 8;
	PutRow(near, NEAR_PLACE, near->place[home] - 1, asset, 0);
}

/* Which homes are inside of polygons of the category. */
static void
LookInside(PlacesNearness *near)
{
	int		   *inside = HostNew(int, near->homes);

	for (int i = 0; i < near->homes; i++)
		near->inside[i] = -1;
	for (int a = near->first; a < near->last; a++)
	{
		int			n = near->areal[a] ? PointsInside(&near->segments, near->start[a], near->start[a + 1],
													  near->homes, near->x, near->y, near->order, inside) : 0;

		HostCheckCancel();
		for (int i = 0; i < n; i++)
		{
			if (near->inside[inside[i]] < 0)
				near->inside[inside[i]] = a;
			PutNear(near, inside[i], a);
		}
	}
	pfree(inside);
}

/* What is nearest to each home, and what is near its place. */
static void
LookAround(PlacesNearness *near)
{
	int			begin = near->start[near->first];
	int			n = near->start[near->last] - begin;
	int		   *item = HostNew(int, n);
	int		   *found = HostNew(int, n);
	PlacesSegmentTree *tree;
	int			segment = -1;
	double		square = INFINITY;

	for (int i = 0; i < n; i++)
		item[i] = begin + i;
	tree = BuildSegmentTree(&near->segments, n, item);
	for (int h = 0; h < near->homes; h++)
	{
		bool		again = h > 0 && near->x[h] == near->x[h - 1] && near->y[h] == near->y[h - 1];
		int			count = 0;

		HostCheckCancelAt(h << 6);
		if (!again)
			segment = NearestSegment(tree, near->x[h], near->y[h], &square);
		if (near->inside[h] >= 0)
			PutRow(near, NEAREST_TO_HOME, h, near->inside[h], 0);
		else if (segment >= 0)
			PutRow(near, NEAREST_TO_HOME, h, near->asset[segment], sqrt(square));
		if (near->near && !(again && near->place[h] == near->place[h - 1]))
			count = SegmentsWithin(tree, near->x[h], near->y[h], near->within, found);
		for (int i = 0; i < count; i++)
			PutNear(near, h, near->asset[found[i]]);
	}
	FreeSegmentTree(tree);
	pfree(item);
	pfree(found);
}

static void
LookFromAssets(FunctionCallInfo fcinfo, PlacesNearness *near)
{
	int			n[2];
	double	   *x = ReadCoordinates(PG_GETARG_DATUM(ARG_ASSET_X), &n[0]);
	double	   *y = ReadCoordinates(PG_GETARG_DATUM(ARG_ASSET_Y), &n[1]);
	PlacesKdTree *tree;

	if (n[0] != near->assets || n[1] != near->assets)
		elog(ERROR, "arrays of assets are of different lengths");
	if (near->homes == 0)
		return;
	tree = BuildPlainTree(near->homes, near->x, near->y);
	for (int a = 0; a < near->assets; a++)
	{
		int			home;

		HostCheckCancelAt(a << 6);
		if (NearestPoints(tree, x[a], y[a], 1, &home) == 1)
			PutRow(near, NEAREST_TO_ASSET, a, home, hypot(x[a] - near->x[home], y[a] - near->y[home]));
	}
	FreeKdTree(tree);
}

PG_FUNCTION_INFO_V1(near_assets);

/*
 * near_assets(x, y float8[], place int[], category int[], areal boolean[], asset_x,
 * asset_y float8[], asset int[], x1, y1, x2, y2 float8[], within float8): rows of several kinds
 */
Datum
near_assets(PG_FUNCTION_ARGS)
{
	PlacesNearness near = {.rsinfo = (ReturnSetInfo *) fcinfo->resultinfo};

	InitMaterializedSRF(fcinfo, 0);
	ReadHomes(fcinfo, &near);
	ReadAssets(fcinfo, &near);
	ReadSegments(fcinfo, &near);
	near.within = PG_GETARG_FLOAT8(ARG_WITHIN);
	for (near.first = 0; near.first < near.assets; near.first = near.last)
	{
		near.last = near.first + 1;
		while (near.last < near.assets && near.category[near.last] == near.category[near.first])
			near.last++;
		near.near = near.within >= 0 ? HostNewZero(uint8, ((size_t) near.places * (size_t) (near.last - near.first) + 7) / 8 + 1) : NULL;
		LookInside(&near);
		LookAround(&near);
		if (near.near)
			pfree(near.near);
	}
	if (near.within >= 0)
		LookFromAssets(fcinfo, &near);
	return (Datum) 0;
}
