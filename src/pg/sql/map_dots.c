/*
 * map_dots.c
 *	  The homes of a place for a map: places_internal.map_gathered(), an
 *	  aggregate, and places_internal.map_thinned().
 *
 * Homes are gathered in the order of Hilbert's curve, which fills the plane: every
 * nth of them is a fair sample.  What is gathered is bytes that no other function
 * takes, sixteen a home, until it is known how many homes there are in all.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"

#include "engine/engine.h"
#include "pg/growing.h"
#include "pg/input/geometry.h"
#include "pg/refuse.h"
#include "pg/versions.h"

#define CURVE_BITS			28		/* of a coordinate, along the side of the curve's square */

typedef struct Dot
{
	double		x,
				y;
} Dot;

typedef struct Dots
{
	int32		vl_len_;		/* as a bytea */
	int32		srid;
	Dot			dot[FLEXIBLE_ARRAY_MEMBER];
} Dots;

typedef struct DotsState
{
	int			n;
	Size		room;
	int32		srid;
	Dot		   *dot;
} DotsState;

PG_FUNCTION_INFO_V1(map_gathered_transfn);
PG_FUNCTION_INFO_V1(map_gathered_finalfn);
PG_FUNCTION_INFO_V1(map_thinned);

/* map_gathered_transfn(internal, location geometry): one more home, unless it is no point */
Datum
map_gathered_transfn(PG_FUNCTION_ARGS)
{
	DotsState  *state = PG_ARGISNULL(0) ? NULL : (DotsState *) PG_GETARG_POINTER(0);
	MemoryContext context;
	Dot			dot;
	int32		srid;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "map_gathered_transfn called outside an aggregate");
	if (PG_ARGISNULL(1) ||
		ReadGeometry(GetPointReader(fcinfo, 1), PG_GETARG_DATUM(1), &dot.x, &dot.y, &srid) != GEOMETRY_POINT)
	{
		if (state == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(state);
	}
	if (state == NULL)
	{
		state = MemoryContextAllocZero(context, sizeof(*state));
		state->srid = srid;
	}
	state->dot = GrowArray(context, state->dot, state->n, &state->room, sizeof(Dot));
	state->dot[state->n++] = dot;
	PG_RETURN_POINTER(state);
}

/* The position of a cell along the curve (D. Hilbert, Mathematische Annalen 38, 1891). */
static uint64
CurvePosition(uint32 x, uint32 y)
{
	uint64		position = 0;

	for (uint32 side = 1U << (CURVE_BITS - 1); side > 0; side >>= 1)
	{
		bool		east = (x & side) != 0;
		bool		north = (y & side) != 0;

		position = position << 2 | (east ? (north ? 2 : 3) : (north ? 1 : 0));
		if (!north)
		{
			uint32		other = x;

			if (east)
			{
				x = ~x;
				y = ~y;
				other = x;
			}
			x = y;
			y = other;
		}
	}
	return position;
}

static int
CompareDots(const void *a, const void *b)
{
	const Dot  *p = a;
	const Dot  *q = b;

	if (p->x != q->x)
		return p->x < q->x ? -1 : 1;
	return (p->y > q->y) - (p->y < q->y);
}

/* The dots along the curve, whatever order they came in. */
static void
SortDots(const DotsState *state, Dot *sorted)
{
	PlacesSortItem *items = HostNew(PlacesSortItem, state->n);
	PlacesSortItem *spare = HostNew(PlacesSortItem, state->n);
	double		left = HUGE_VAL;
	double		bottom = HUGE_VAL;
	double		side = 0;

	for (int i = 0; i < state->n; i++)
	{
		left = Min(left, state->dot[i].x);
		bottom = Min(bottom, state->dot[i].y);
	}
	for (int i = 0; i < state->n; i++)
		side = Max(side, Max(state->dot[i].x - left, state->dot[i].y - bottom));
	side = side > 0 ? ((1 << CURVE_BITS) - 1) / side : 0;
	for (int i = 0; i < state->n; i++)
		items[i] = (PlacesSortItem)
	{
		CurvePosition((uint32) ((state->dot[i].x - left) * side), (uint32) ((state->dot[i].y - bottom) * side)), i
	};
	items = RadixSort(items, spare, state->n);
	for (int i = 0; i < state->n; i++)
		sorted[i] = state->dot[items[i].row];
	/* those of one cell */
	for (int first = 0, end; first < state->n; first = end)
	{
		for (end = first + 1; end < state->n && items[end].key == items[first].key; end++)
			;
		if (end - first > 1)
			SortItems(sorted + first, end - first, sizeof(Dot), CompareDots);
	}
}

/* map_gathered_finalfn(internal) */
Datum
map_gathered_finalfn(PG_FUNCTION_ARGS)
{
	const DotsState *state = PG_ARGISNULL(0) ? NULL : (DotsState *) PG_GETARG_POINTER(0);
	Size		size;
	Dots	   *dots;

	if (state == NULL)
		PG_RETURN_NULL();
	size = offsetof(Dots, dot) + sizeof(Dot) * (Size) state->n;
	dots = palloc(size);
	SET_VARSIZE(dots, size);
	dots->srid = state->srid;
	SortDots(state, dots->dot);
	PG_RETURN_BYTEA_P(dots);
}

/* map_thinned(dots bytea, some bigint, all bigint): at least one of them, and some of all evenly */
Datum
map_thinned(PG_FUNCTION_ARGS)
{
	const Dots *dots = (Dots *) PG_GETARG_BYTEA_P(0);
	int64		some = PG_GETARG_INT64(1);
	int64		all = PG_GETARG_INT64(2);
	int			n = (int) ((VARSIZE(dots) - VARHDRSZ) / sizeof(Dot));
	uint32		kept = 0;
	PlacesGeometryWriter writer = NewGeometryWriter(get_fn_expr_rettype(fcinfo->flinfo), CurrentMemoryContext);
	StringInfoData ewkb;
	int			count;			/* where the number of points is */

	if (VARSIZE(dots) != offsetof(Dots, dot) + sizeof(Dot) * (Size) n || n == 0 ||
		some < 0 || some > MOST_ROWS || all < 1)
		Refuse((errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("dots must come from map_gathered, some be from 0 to %d and all at least 1", MOST_ROWS)));
	initStringInfo(&ewkb);
	PutEwkbHeader(&ewkb, EWKB_MULTIPOINT, dots->srid);
	count = ewkb.len;
	PutEwkbInt(&ewkb, 0);
	for (int64 i = 0; i < n; i++)
	{
		if (i > 0 && (i + 1) * some / all == i * some / all)
			continue;
		kept++;
		PutEwkbHeader(&ewkb, EWKB_POINT, 0);
		PutEwkbPosition(&ewkb, dots->dot[i].x, dots->dot[i].y);
	}
	memcpy(ewkb.data + count, &kept, sizeof(kept));
	PG_RETURN_DATUM(WriteGeometry(&writer, &ewkb));
}
