/*
 * explain.c
 *	  Why a home is, or is not, in a kept place: places_internal.explain_home(),
 *	  the inner side of places.explain().
 *
 * Its authority is read like any other and solved here, and what other rules would
 * do for the home is tried out (engine/inquiry.h): whole metres and whole homes,
 * which can be read out.
 */
#include "postgres.h"

#include <math.h>

#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

#include "engine/engine.h"
#include "engine/inquiry.h"
#include "pg/input/columns.h"
#include "pg/input/ids.h"
#include "pg/input/ruleset.h"
#include "pg/output/reason.h"
#include "pg/parallel/dispatch.h"
#include "pg/parallel/pack.h"
#include "pg/refuse.h"
#include "pg/versions.h"

/* Columns of the result, in order. */
enum
{
	EXPLAIN_HOME,
	EXPLAIN_AUTHORITY,
	EXPLAIN_PLACE,
	EXPLAIN_KEPT,
	EXPLAIN_REASON,
	EXPLAIN_DISTANCE,
	EXPLAIN_GAP,
	EXPLAIN_HOMES_WITHIN,
	EXPLAIN_MISSING_HOMES,
	EXPLAIN_TOTAL,
	EXPLAIN_MAX_RADIUS,
	EXPLAIN_MIN_HOMES,
	EXPLAIN_COLUMNS
};

/* A home that is explained. */
typedef struct PlacesCase
{
	PlacesGroup *homes;		/* of its authority */
	int			home;			/* its position among them */
	PlacesRules rules;
	MemoryContext scratch;		/* of what is tried out */
} PlacesCase;

/* What stands around a home. */
typedef struct PlacesSurroundings
{
	double		total;			/* homes of the authority, */
	double		within;			/* within max_radius, */
	double		reach;			/* and within twice that, as far as a place around the home can lie */
	double		near;			/* metres to the home that makes them min_homes; infinite: there are fewer */
	double		farthest;		/* and to the farthest */
} PlacesSurroundings;

typedef struct PlacesNeighbour
{
	double		metres;
	double		weight;
} PlacesNeighbour;

/* Where the explanation goes. */
typedef struct PlacesExplainer
{
	ReturnSetInfo *rsinfo;
	const PlacesTask *task;
	const char *id;				/* of the home */
	bool		found;
} PlacesExplainer;

static int
CompareNeighbours(const void *a, const void *b)
{
	double		x = ((const PlacesNeighbour *) a)->metres;
	double		y = ((const PlacesNeighbour *) b)->metres;

	return x < y ? -1 : x > y;
}

/* The located homes of the authority by their distance. */
static PlacesNeighbour *
SortNeighbours(const PlacesCase *c, const PlacesSolution *solution, int *n)
{
	const PlacesGroup *homes = c->homes;
	const PlacesPoints *points = solution->points;
	PlacesNeighbour *neighbour = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(PlacesNeighbour) * homes->n);
	int			from = solution->row_point[c->home];

	*n = 0;
	for (int i = 0; i < homes->n; i++)
	{
		int			to = solution->row_point[i];
		double		dx,
					dy;

		HostCheckCancelAt(i);
		if (to < 0)
			continue;
		/* on a plane, from the coordinates as they are */
		dx = homes->geodetic ? points->x[to] - points->x[from] : homes->x[i] - homes->x[c->home];
		dy = homes->geodetic ? points->y[to] - points->y[from] : homes->y[i] - homes->y[c->home];
		neighbour[*n].metres = sqrt(dx * dx + dy * dy);
		neighbour[(*n)++].weight = homes->w ? homes->w[i] : 1;
	}
	SortItems(neighbour, *n, sizeof(PlacesNeighbour), CompareNeighbours);
	return neighbour;
}

static PlacesSurroundings
LookAround(const PlacesCase *c, const PlacesSolution *solution)
{
	PlacesSurroundings around = {.near = INFINITY};
	double		radius = c->rules.max_radius;
	int			n;
	PlacesNeighbour *neighbour = SortNeighbours(c, solution, &n);

	for (int i = 0; i < n; i++)
	{
		double		metres = neighbour[i].metres;

		around.total += neighbour[i].weight;
		if (i + 1 < n && neighbour[i + 1].metres == metres)
			continue;			/* those at one distance count together */
		if (metres <= radius)
			around.within = around.total;
		if (metres <= 2 * radius)
			around.reach = around.total;
		if (around.total >= c->rules.min_homes)
			around.near = Min(around.near, metres);
		around.farthest = metres;
	}
	return around;
}

/* What would have to change. */
static void
SetChanges(const PlacesCase *c, const PlacesSolution *solution, const PlacesSurroundings *around, bool kept,
		   Datum *values, bool *nulls)
{
	const PlacesGroup *homes = c->homes;
	const PlacesRows rows = RowsOfGroup(homes);
	const PlacesInquiry inquiry = {.rows = &rows,.rules = c->rules,.row = c->home,.solution = solution};
	bool		limited = !isinf(c->rules.max_radius);
	double		radius = INFINITY;
	double		minimum;
	MemoryContext caller = MemoryContextSwitchTo(c->scratch);

	values[EXPLAIN_TOTAL] = Float8GetDatum(around->total);
	nulls[EXPLAIN_TOTAL] = false;
	values[EXPLAIN_HOMES_WITHIN] = Float8GetDatum(around->within);
	values[EXPLAIN_MISSING_HOMES] = Float8GetDatum(Max(c->rules.min_homes - around->within, 0));
	nulls[EXPLAIN_HOMES_WITHIN] = nulls[EXPLAIN_MISSING_HOMES] = !limited;
	if (!isinf(around->near))
		radius = SmallestRadius(&inquiry, around->near, around->farthest);
	minimum = LargestMinimum(&inquiry, kept ? around->reach : Min(around->reach, c->rules.min_homes));
	MemoryContextSwitchTo(caller);
	values[EXPLAIN_MAX_RADIUS] = Float8GetDatum(radius);
	nulls[EXPLAIN_MAX_RADIUS] = isinf(radius);
	values[EXPLAIN_MIN_HOMES] = Float8GetDatum(minimum);
	nulls[EXPLAIN_MIN_HOMES] = isnan(minimum);
}

/* Explain a home of a group that has an authority. */
static void
ExplainCase(PlacesCase *c, Datum *values, bool *nulls)
{
	Datum		reasons[REASONS];
	PlacesSolution *solution;
	PlacesSurroundings around;
	int			point;
	int			reason;

	MakeReasonTexts(reasons);
	c->homes->rules = c->rules;
	solution = FindPlaces(c->homes);
	point = solution->row_point[c->home];
	reason = HomeReason(c->homes, solution, c->home);
	values[EXPLAIN_KEPT] = BoolGetDatum(IsKept(reason));
	values[EXPLAIN_REASON] = reasons[reason];
	nulls[EXPLAIN_REASON] = reason == REASON_NONE;
	if (point < 0)
		return;
	values[EXPLAIN_PLACE] = Int32GetDatum(solution->point_place[point] + 1);
	values[EXPLAIN_DISTANCE] = Float8GetDatum(PointDistance(solution, point));
	nulls[EXPLAIN_PLACE] = nulls[EXPLAIN_DISTANCE] = false;
	values[EXPLAIN_GAP] = Float8GetDatum(solution->places[solution->point_place[point]].gap);
	nulls[EXPLAIN_GAP] = isnan(solution->places[solution->point_place[point]].gap);
	around = LookAround(c, solution);
	SetChanges(c, solution, &around, IsKept(reason), values, nulls);
}

/* The first home of an id among packed ids, or -1. */
static int
FindHome(const PlacesAuthority *authority, const char *wanted)
{
	PlacesIdReader ids = authority->ids;
	size_t		size = strlen(wanted);

	for (int i = 0; i < authority->stock_rows; i++)
	{
		const char *id;
		uint32		length;

		HostCheckCancelAt(i);
		if (NextId(&ids, &id, &length) && length == size && memcmp(id, wanted, size) == 0)
			return i;
	}
	return -1;
}

/* Explain the home if it is of this group. */
static void
ExplainGroup(void *taker, const PlacesAuthority *authority, bytea *packed)
{
	PlacesExplainer *explainer = taker;
	PlacesCase	c = {.home = FindHome(authority, explainer->id)};
	Datum		values[EXPLAIN_COLUMNS] = {0};
	bool		nulls[EXPLAIN_COLUMNS];
	Datum		reasons[REASONS];

	if (c.home < 0)
		return;
	explainer->found = true;
	memset(nulls, true, sizeof(nulls));
	MakeReasonTexts(reasons);
	values[EXPLAIN_HOME] = CStringGetTextDatum(explainer->id);
	values[EXPLAIN_AUTHORITY] = authority->name;
	values[EXPLAIN_KEPT] = BoolGetDatum(false);
	values[EXPLAIN_REASON] = reasons[REASON_NO_AUTHORITY];
	nulls[EXPLAIN_HOME] = nulls[EXPLAIN_KEPT] = nulls[EXPLAIN_REASON] = false;
	nulls[EXPLAIN_AUTHORITY] = !authority->has_name;
	if (authority->has_name)
	{
		c.homes = UnpackGroup(packed);
		c.rules = explainer->task->rules[0];
		c.scratch = AllocSetContextCreate(CurrentMemoryContext, "places solution", ALLOCSET_DEFAULT_SIZES);
		ExplainCase(&c, values, nulls);
	}
	tuplestore_putvalues(explainer->rsinfo->setResult, explainer->rsinfo->setDesc, values, nulls);
}

PG_FUNCTION_INFO_V1(explain_home);

/*
 * explain_home(stock regclass, id_column, authority_column, geom_column,
 * weight_column name, rules places.ruleset, home text, together_column name): a row for each
 * authority that has a home of this id
 */
Datum
explain_home(PG_FUNCTION_ARGS)
{
	PlacesStock stock = OpenStock(fcinfo, 8);
	PlacesJob	job = {0};
	PlacesExplainer explainer = {.rsinfo = (ReturnSetInfo *) fcinfo->resultinfo};

	job.task = explainer.task = NewTask(SOLVER_EXPLAIN, InvalidOid, &fcinfo->args[5]);
	if (PG_ARGISNULL(6))
		Refuse((errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				errmsg("home must not be null"),
				errhint("Name a home by its id: home => '100012345678'.")));
	explainer.id = text_to_cstring(PG_GETARG_TEXT_PP(6));
	AddTogether(&stock, &fcinfo->args[7]);
	InitMaterializedSRF(fcinfo, 0);
	SolveStock(&job, PackedQuery(&stock, true, false), ExplainGroup, &explainer);
	if (!explainer.found)
		Refuse((errcode(ERRCODE_NO_DATA_FOUND),
				errmsg("home \"%s\" is not in the stock", explainer.id),
				errdetail("No row of %s has this %s.", StockName(stock.relation), stock.id + strlen("s.")),
				errhint("Give the id as text, as places.assign() shows it; a home whose id is null cannot be named.")));
	return (Datum) 0;
}
