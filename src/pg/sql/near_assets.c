/*
 * near_assets.c
 *	  How near the assets of a community are to its homes: places_internal.near_assets().
 *
 * Homes come by place, and within it by position, so that what stands on one spot is
 * asked for once.  Assets come in parts, by category: what of one is an area, and what is not.
 * A part is segments, those of an area the edges of its rings.  One category at a time is
 * looked at, and what comes of it is a row for each place, however many homes and assets there are.
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
	ARG_WEIGHT,
	ARG_CATEGORY,
	ARG_ASSET,
	ARG_AREAL,
	ARG_ASSET_X,
	ARG_ASSET_Y,
	ARG_PART,
	ARG_X1,
	ARG_Y1,
	ARG_X2,
	ARG_Y2,
	ARG_WITHIN,
	ARG_FARTHER_THAN
};

/* Kinds of rows that come out. */
enum
{
	OF_PLACE = 1,				/* place, the part nearest to a home of it, mean metres, homes, those farther, assets near: of each category */
	OF_ASSET					/* place of the home nearest to it, its first part, metres */
};

typedef struct PlacesNearness
{
	ReturnSetInfo *rsinfo;
	int			homes,
				parts,
				places;
	double	   *x,
			   *y,
			   *weight;
	int		   *place;			/* of each home, from 1 */
	int		   *order;			/* homes from below */
	int		   *category;		/* of each part */
	int		   *asset;
	bool	   *areal;
	int		   *part;			/* of each segment, from 0 */
	int		   *start;			/* of each part: its first segment */
	PlacesSegments segments;
	double		within;			/* NaN: it is not asked which assets are near places */
	double		farther_than;

	/* of the category at hand */
	int			first,			/* its parts */
				last;
	PlacesSegmentTree *tree;
	int		   *inside;			/* of each home: the first part that it is inside of, or -1 */
	uint8	   *around;			/* a bit for each place and part: is a home inside of it? */
	int		   *probe;			/* homes that look around */
	bool	   *near;			/* of each part: is it near to the place at hand? */
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

	near->part = ReadInOrder(PG_GETARG_DATUM(ARG_PART), &s->n);
	s->x1 = ReadCoordinates(PG_GETARG_DATUM(ARG_X1), &n[0]);
	s->y1 = ReadCoordinates(PG_GETARG_DATUM(ARG_Y1), &n[1]);
	s->x2 = ReadCoordinates(PG_GETARG_DATUM(ARG_X2), &n[2]);
	s->y2 = ReadCoordinates(PG_GETARG_DATUM(ARG_Y2), &n[3]);
	if (n[0] != s->n || n[1] != s->n || n[2] != s->n || n[3] != s->n)
		elog(ERROR, "arrays of segments are of different lengths");
	near->start = HostNewZero(int, near->parts + 1);
	for (int i = 0; i < s->n; i++)
	{
		near->part[i]--;
		if (near->part[i] < 0 || near->part[i] >= near->parts)
			elog(ERROR, "segment %d is of part %d", i + 1, near->part[i] + 1);
		near->start[near->part[i] + 1] = i + 1;
	}
	for (int a = 0; a < near->parts; a++)
		near->start[a + 1] = Max(near->start[a + 1], near->start[a]);
}

static void
ReadHomes(FunctionCallInfo fcinfo, PlacesNearness *near)
{
	PlacesRanked *ranked;
	int			n[3];

	near->x = ReadCoordinates(PG_GETARG_DATUM(ARG_X), &near->homes);
	near->y = ReadCoordinates(PG_GETARG_DATUM(ARG_Y), &n[0]);
	near->place = ReadInOrder(PG_GETARG_DATUM(ARG_PLACE), &n[1]);
	near->weight = ReadFloats(PG_GETARG_DATUM(ARG_WEIGHT), &n[2]);
	if (n[0] != near->homes || n[1] != near->homes || n[2] != near->homes)
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
ReadParts(FunctionCallInfo fcinfo, PlacesNearness *near)
{
	Datum	   *element;
	bool	   *missing;
	int			n[2];

	near->category = ReadInOrder(PG_GETARG_DATUM(ARG_CATEGORY), &near->parts);
	near->asset = ReadInOrder(PG_GETARG_DATUM(ARG_ASSET), &n[0]);
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(ARG_AREAL), BOOLOID, 1, true, TYPALIGN_CHAR, &element, &missing, &n[1]);
	if (n[0] != near->parts || n[1] != near->parts)
		elog(ERROR, "arrays of parts are of different lengths");
	near->areal = HostNew(bool, near->parts);
	for (int i = 0; i < near->parts; i++)
		near->areal[i] = DatumGetBool(element[i]);
}

static inline size_t
BitOf(const PlacesNearness *near, int place, int part)
{
	return (size_t) (place - 1) * (size_t) (near->last - near->first) + (size_t) (part - near->first);
}

/* Which homes are inside of polygons of the category, and so which places are. */
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
			size_t		bit = BitOf(near, near->place[inside[i]], a);

			near->around[bit / 8] |= 1 << bit % 8;
			if (near->inside[inside[i]] < 0)
				near->inside[inside[i]] = a;
		}
	}
	pfree(inside);
}

/* How many assets of the category are near to homes from begin to end, of one place. */
static int
CountNear(PlacesNearness *near, int begin, int end)
{
	int			probes = 0;
	int			count = 0;

	for (int a = near->first; a < near->last; a++)
	{
		size_t		bit = BitOf(near, near->place[begin], a);

		near->near[a] = (near->around[bit / 8] & (1 << bit % 8)) != 0;
	}
	for (int h = begin; h < end; h++)
		if (h == begin || near->x[h] != near->x[h - 1] || near->y[h] != near->y[h - 1])
			near->probe[probes++] = h;
	MarkNear(near->tree, near->x, near->y, probes, near->probe, near->within, near->part, near->near);
	for (int a = near->first, counted = 0; a < near->last; a++)
		if (near->near[a] && near->asset[a] != counted)
		{
			counted = near->asset[a];
			count++;
		}
	return count;
}

static void
PutRow(PlacesNearness *near, int kind, int place, int part, double metres, double homes, double farther, int nearby)
{
	Datum		values[7] = {Int32GetDatum(kind), Int32GetDatum(place), Int32GetDatum(part + 1),
	Float8GetDatum(metres), Float8GetDatum(homes), Float8GetDatum(farther), Int32GetDatum(nearby)};
	bool		nulls[7] = {false};

	nulls[4] = nulls[5] = kind != OF_PLACE;
	nulls[6] = kind != OF_PLACE || isnan(near->within);
	tuplestore_putvalues(near->rsinfo->setResult, near->rsinfo->setDesc, values, nulls);
}

/* What is nearest to homes from begin to end, of one place, and what is near it. */
static void
LookAround(PlacesNearness *near, int begin, int end)
{
	int			nearest = -1;
	double		least = INFINITY;
	double		homes = 0;
	double		farther = 0;
	double		sum = 0;
	int			part = -1;
	double		metres = 0;

	for (int h = begin; h < end; h++)
	{
		HostCheckCancelAt(h << 6);
		if (h == begin || near->x[h] != near->x[h - 1] || near->y[h] != near->y[h - 1])
		{
			double		square = 0;

			part = near->inside[h] >= 0 ? near->inside[h] : near->part[NearestSegment(near->tree, near->x[h], near->y[h], &square)];
			metres = sqrt(square);
		}
		if (metres < least)
		{
			least = metres;
			nearest = part;
		}
		homes += near->weight[h];
		sum += near->weight[h] * metres;
		farther += metres > near->farther_than ? near->weight[h] : 0;
	}
	PutRow(near, OF_PLACE, near->place[begin], nearest, homes > 0 ? sum / homes : 0, homes, farther,
		   isnan(near->within) ? 0 : CountNear(near, begin, end));
}

static void
LookAtCategory(PlacesNearness *near)
{
	int			begin = near->start[near->first];
	int			n = near->start[near->last] - begin;
	int		   *item = HostNew(int, n);

	for (int i = 0; i < n; i++)
		item[i] = begin + i;
	near->tree = BuildSegmentTree(&near->segments, n, item);
	near->around = HostNewZero(uint8, ((size_t) near->places * (size_t) (near->last - near->first) + 7) / 8 + 1);
	LookInside(near);
	for (int h = 0, end; n > 0 && h < near->homes; h = end)
	{
		for (end = h + 1; end < near->homes && near->place[end] == near->place[h]; end++)
			;
		LookAround(near, h, end);
	}
	pfree(near->around);
	FreeSegmentTree(near->tree);
	pfree(item);
}

static void
LookFromAssets(FunctionCallInfo fcinfo, PlacesNearness *near)
{
	int			n[2];
	double	   *x = ReadCoordinates(PG_GETARG_DATUM(ARG_ASSET_X), &n[0]);
	double	   *y = ReadCoordinates(PG_GETARG_DATUM(ARG_ASSET_Y), &n[1]);
	PlacesKdTree *tree;

	if (n[0] != near->parts || n[1] != near->parts)
		elog(ERROR, "arrays of assets are of different lengths");
	if (near->homes == 0)
		return;
	tree = BuildPlainTree(near->homes, near->x, near->y);
	for (int a = 0; a < near->parts; a++)
	{
		int			home;

		HostCheckCancelAt(a << 6);
		if ((a == 0 || near->asset[a] != near->asset[a - 1]) && NearestPoints(tree, x[a], y[a], 1, &home) == 1)
			PutRow(near, OF_ASSET, near->place[home], a, hypot(x[a] - near->x[home], y[a] - near->y[home]), 0, 0, 0);
	}
	FreeKdTree(tree);
}

PG_FUNCTION_INFO_V1(near_assets);

/*
 * near_assets(x, y float8[], place int[], weight float8[], category, asset int[], areal
 * boolean[], asset_x, asset_y float8[], part int[], x1, y1, x2, y2 float8[], within,
 * farther_than float8): rows of two kinds
 */
Datum
near_assets(PG_FUNCTION_ARGS)
{
	PlacesNearness near = {.rsinfo = (ReturnSetInfo *) fcinfo->resultinfo};

	InitMaterializedSRF(fcinfo, 0);
	ReadHomes(fcinfo, &near);
	ReadParts(fcinfo, &near);
	ReadSegments(fcinfo, &near);
	near.within = PG_GETARG_FLOAT8(ARG_WITHIN);
	near.farther_than = PG_GETARG_FLOAT8(ARG_FARTHER_THAN);
	near.inside = HostNew(int, near.homes);
	near.probe = HostNew(int, near.homes);
	near.near = HostNew(bool, near.parts);
	for (near.first = 0; near.first < near.parts; near.first = near.last)
	{
		near.last = near.first + 1;
		while (near.last < near.parts && near.category[near.last] == near.category[near.first])
			near.last++;
		LookAtCategory(&near);
	}
	if (!isnan(near.within))
		LookFromAssets(fcinfo, &near);
	return (Datum) 0;
}
