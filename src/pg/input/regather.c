/*
 * regather.c
 *	  The homes of one group and their past, as aggregates gather them.
 *
 * Besides what other groups have this is the place in which each home was and
 * whether somebody decided that it stays there.  Ids of places mean nothing
 * here but which homes were together: they become numbers in the order of the
 * ids.
 */
#include "postgres.h"

#include "pg/input/regather.h"

#include "engine/engine.h"

#include "utils/builtins.h"
#include "utils/memutils.h"

/* The past of homes, of as many as there is room for. */
PlacesRegather *
NewRegather(PlacesGather *homes)
{
	MemoryContext context = homes->context;
	PlacesRegather *state = MemoryContextAllocZero(context, sizeof(PlacesRegather));

	state->homes = homes;
	state->capacity = homes->capacity;
	state->previous = MemoryContextAllocHuge(context, sizeof(int64) * state->capacity);
	state->was_placed = MemoryContextAllocHuge(context, sizeof(bool) * state->capacity);
	state->hold = MemoryContextAllocHuge(context, state->capacity);
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

	if (!IsTolerance(value))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("tolerance must be between 0 and %g", MOST_TOLERANCE),
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

static PlacesFixed
ReadHold(const NullableDatum *hold, bool was_placed)
{
	char	   *value;
	PlacesFixed	result;

	if (hold->isnull)
		return FIXED_NOT;
	value = TextDatumGetCString(hold->value);
	if (strcmp(value, "pin") == 0)
		result = FIXED_PIN;
	else if (strcmp(value, "lock") == 0)
		result = FIXED_LOCK;
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

/* Add a home and its past. */
void
RegatherHome(PlacesRegather *state, PlacesPointReader *reader, const NullableDatum *row)
{
	bool		was_placed = !row[PAST_PREVIOUS].isnull;
	PlacesFixed	hold = ReadHold(&row[PAST_HOLD], was_placed);
	int			i = state->homes->n;

	CheckTolerance(state, &row[PAST_TOLERANCE]);
	GatherHome(state->homes, reader, &row[PAST_GEOM], &row[PAST_WEIGHT]);
	if (state->capacity < state->homes->capacity)
		GrowRegather(state);
	state->was_placed[i] = was_placed;
	state->previous[i] = was_placed ? DatumGetInt64(row[PAST_PREVIOUS].value) : 0;
	state->hold[i] = hold;
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
PlacesIncumbent
NumberPast(const PlacesRegather *state)
{
	PlacesIncumbent	past = {0};
	int			n = state->homes->n;
	int64	   *ids = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(int64) * n);
	int			count = 0;

	past.tolerance = state->tolerance;
	past.fixed = state->hold;
	past.place = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(int) * n);
	for (int i = 0; i < n; i++)
		if (state->was_placed[i])
			ids[count++] = state->previous[i];
	SortItems(ids, count, sizeof(int64), CompareIds);
	for (int i = 0; i < count; i++)
		if (i == 0 || ids[i] != ids[i - 1])
			ids[past.places++] = ids[i];
	for (int i = 0; i < n; i++)
	{
		HostCheckCancelAt(i);
		past.place[i] = state->was_placed[i] ? FindId(ids, past.places, state->previous[i]) : -1;
	}
	pfree(ids);
	return past;
}
