/*
 * recluster.c
 *	  The aggregate places.recluster(): cluster() that knows its last answer.
 *
 * It gathers, besides what cluster() does, the place in which each home was
 * and whether somebody decided that it stays there.  Ids of places mean
 * nothing here but which homes were together: they become numbers in the order
 * of the ids.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

#include "answer.h"
#include "gather.h"
#include "progress.h"

/* Arguments of the transition function. */
enum
{
	ARG_STATE,
	ARG_GEOM,
	ARG_WEIGHT,
	ARG_PREVIOUS,
	ARG_HOLD,
	ARG_TOLERANCE,
	ARG_RULES
};

/* Attributes of places.reclustering behind those of places.clustering. */
enum
{
	RECLUSTERING_CHOICE = ANSWER_ATTRIBUTES,
	RECLUSTERING_LIST,
	RECLUSTERING_ATTRIBUTES
};

static const char *const choices[] = {"new", "kept", "mended"};

/* The transition state, in the aggregate's memory context. */
typedef struct PlacesRegather
{
	PlacesGather *homes;
	double		tolerance;		/* of the first row */
	int			capacity;		/* of the arrays below: */
	int64	   *previous;		/* id of the place, if was_placed */
	bool	   *was_placed;
	uint8	   *hold;			/* PlacesHold */
} PlacesRegather;

static PlacesRegather *
NewRegather(MemoryContext context, bool geodetic)
{
	PlacesRegather *state = MemoryContextAllocZero(context, sizeof(PlacesRegather));

	state->homes = NewGather(context, geodetic, true);
	state->capacity = state->homes->capacity;
	state->previous = MemoryContextAlloc(context, sizeof(int64) * state->capacity);
	state->was_placed = MemoryContextAlloc(context, sizeof(bool) * state->capacity);
	state->hold = MemoryContextAlloc(context, state->capacity);
	return state;
}

/* Have as much room as the gather has. */
static void
GrowRegather(PlacesRegather *state)
{
	state->capacity = state->homes->capacity;
	state->previous = repalloc_huge(state->previous, sizeof(int64) * state->capacity);
	state->was_placed = repalloc_huge(state->was_placed, sizeof(bool) * state->capacity);
	state->hold = repalloc_huge(state->hold, state->capacity);
}

static void
CheckTolerance(PlacesRegather *state, const NullableDatum *tolerance)
{
	double		value = tolerance->isnull ? -1 : DatumGetFloat8(tolerance->value);

	if (!(value >= 0) || isinf(value))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("tolerance must be a finite number that is not negative"),
				 tolerance->isnull ? errdetail("It is null.") : errdetail("It is %g.", value),
				 errhint("0.01 keeps the last places unless new ones are better by more than 1 %%.")));
	if (state->homes->n == 0)
		state->tolerance = value;
	else if (value != state->tolerance)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("tolerance must be the same for all homes of a group"),
				 errdetail("It is %g and %g.", state->tolerance, value),
				 errhint("Group by whatever the tolerance depends on.")));
}

static PlacesHold
ReadHold(const NullableDatum *hold, bool was_placed)
{
	char	   *value;
	PlacesHold	result;

	if (hold->isnull)
		return HOLD_NOT;
	value = TextDatumGetCString(hold->value);
	if (strcmp(value, "pin") == 0)
		result = HOLD_PIN;
	else if (strcmp(value, "lock") == 0)
		result = HOLD_LOCK;
	else
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("hold must be pin, lock or null"),
				 errdetail("It is \"%s\".", value),
				 errhint("Use null for a home that is free to move.")));
	if (!was_placed)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("a home with a hold must have a previous place"),
				 errdetail("Its hold is \"%s\".", value),
				 errhint("Give the place in which the home is held as its previous place.")));
	pfree(value);
	return result;
}

PG_FUNCTION_INFO_V1(recluster_transfn);

/* (state, geom, weight, previous, hold, tolerance, rules) */
Datum
recluster_transfn(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	PlacesPointReader *reader = GetPointReader(fcinfo, ARG_GEOM);
	PlacesRegather *state;
	bool		was_placed = !PG_ARGISNULL(ARG_PREVIOUS);
	PlacesHold	hold = ReadHold(&fcinfo->args[ARG_HOLD], was_placed);
	int			row;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "recluster_transfn called in non-aggregate context");
	state = PG_ARGISNULL(ARG_STATE) ?
		NewRegather(context, reader->geodetic) : (PlacesRegather *) PG_GETARG_POINTER(ARG_STATE);
	CheckTolerance(state, &fcinfo->args[ARG_TOLERANCE]);
	row = state->homes->n;
	GatherRules(state->homes, &fcinfo->args[ARG_RULES]);
	GatherHome(state->homes, reader, &fcinfo->args[ARG_GEOM], &fcinfo->args[ARG_WEIGHT]);
	if (state->capacity < state->homes->capacity)
		GrowRegather(state);
	state->was_placed[row] = was_placed;
	state->previous[row] = was_placed ? PG_GETARG_INT64(ARG_PREVIOUS) : 0;
	state->hold[row] = hold;
	PG_RETURN_POINTER(state);
}

static int
CompareIds(const void *a, const void *b)
{
	int64		x = *(const int64 *) a;
	int64		y = *(const int64 *) b;

	return x < y ? -1 : x > y;
}

/* The position of an id among sorted distinct ones, of which it is one. */
static int
FindId(const int64 *ids, int n, int64 id)
{
	const int64 *found = bsearch(&id, ids, n, sizeof(int64), CompareIds);

	return found - ids;
}

/* The past of the gathered rows, their places numbered in the order of the ids. */
static PlacesPast
NumberPast(const PlacesRegather *state)
{
	PlacesPast	past = {0};
	int			n = state->homes->n;
	int64	   *ids = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(int64) * n);
	int			count = 0;

	past.tolerance = state->tolerance;
	past.hold = state->hold;
	past.place = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(int) * n);
	for (int i = 0; i < n; i++)
		if (state->was_placed[i])
			ids[count++] = state->previous[i];
	qsort(ids, count, sizeof(int64), CompareIds);
	for (int i = 0; i < count; i++)
		if (i == 0 || ids[i] != ids[i - 1])
			ids[past.places++] = ids[i];
	for (int i = 0; i < n; i++)
		past.place[i] = state->was_placed[i] ? FindId(ids, past.places, state->previous[i]) : -1;
	pfree(ids);
	return past;
}

PG_FUNCTION_INFO_V1(recluster_finalfn);

/* The group's places.reclustering. */
Datum
recluster_finalfn(PG_FUNCTION_ARGS)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext scratch;
	const PlacesRegather *state;
	const PlacesGather *homes;
	PlacesPast	past;
	PlacesSolution *solution;
	TupleDesc	desc;
	Datum		values[RECLUSTERING_ATTRIBUTES];
	bool		nulls[RECLUSTERING_ATTRIBUTES] = {false};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = (PlacesRegather *) PG_GETARG_POINTER(0);
	homes = state->homes;
	desc = ResultDesc(fcinfo);

	StartGroup(fcinfo);
	scratch = AllocSetContextCreate(caller, "places scratch", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(scratch);
	past = NumberPast(state);
	solution = ResolvePlaces(homes->n, homes->x, homes->y, homes->w, homes->geodetic,
							 &homes->rules, &past);
	AnswerByHome(homes, solution, values);
	values[RECLUSTERING_CHOICE] = CStringGetTextDatum(choices[solution->choice]);
	values[RECLUSTERING_LIST] =
		AnswerByPlace(homes, solution,
					  lookup_rowtype_tupdesc_copy(TupleDescAttr(desc, RECLUSTERING_LIST)->atttypid, -1));
	MemoryContextSwitchTo(caller);
	values[0] = HeapTupleGetDatum(heap_form_tuple(desc, values, nulls));
	MemoryContextDelete(scratch);
	EndGroup(fcinfo, homes->n);
	PG_RETURN_DATUM(values[0]);
}
