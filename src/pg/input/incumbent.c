/*
 * incumbent.c
 *	  What rows say of the incumbent: the places that homes are in so far.
 *
 * That is the place in which each home was and whether somebody decided that it
 * stays there.  Ids of places mean nothing here but which homes were together:
 * they become numbers in the order of the ids.
 */
#include "postgres.h"

#include "pg/input/incumbent.h"

#include "utils/builtins.h"
#include "utils/memutils.h"
#include "pg/refuse.h"

double
ReadTolerance(const NullableDatum *tolerance)
{
	double		value = tolerance->isnull ? -1 : DatumGetFloat8(tolerance->value);

	if (!IsTolerance(value))
		Refuse((errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("tolerance must be between 0 and %g", MOST_TOLERANCE),
				tolerance->isnull ? errdetail("It is null.") : errdetail("It is %g.", value),
				errhint("0.01 keeps the last places unless new ones are better by more than 1 %%.")));
	return value;
}

PlacesFixed
ReadFixed(const NullableDatum *hold, bool was_placed)
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
		Refuse((errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("hold must be pin, lock or null"),
				errdetail("It is \"%s\".", value),
				errhint("Use null for a home that is free to move.")));
	if (!was_placed)
		Refuse((errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				errmsg("a home with a hold must have a previous place"),
				errdetail("Its hold is \"%s\".", value),
				errhint("Give the place in which the home is held as its previous place.")));
	pfree(value);
	return result;
}

/* Of ids of places. */
int
ComparePlaces(const void *a, const void *b)
{
	int64		x = *(const int64 *) a;
	int64		y = *(const int64 *) b;

	return x < y ? -1 : x > y;
}

/* The position of an id among sorted distinct ones, of which it is one. */
static int
FindId(const int64 *ids, int n, int64 id)
{
	const int64 *found = bsearch(&id, ids, n, sizeof(int64), ComparePlaces);

	Assert(found != NULL);
	return found - ids;
}

/*
 * The incumbent of rows, its places numbered in the order of their ids; what is
 * known besides the places is up to the caller.  O(n log n); in the current
 * memory context.
 */
PlacesIncumbent
NumberPlaces(int n, const int64 *previous, const bool *was_placed)
{
	PlacesIncumbent	incumbent = {0};
	int64	   *ids = HostNew(int64, n);
	int			count = 0;

	incumbent.place = HostNew(int, n);
	for (int i = 0; i < n; i++)
		if (was_placed[i])
			ids[count++] = previous[i];
	SortItems(ids, count, sizeof(int64), ComparePlaces);
	for (int i = 0; i < count; i++)
		if (i == 0 || ids[i] != ids[i - 1])
			ids[incumbent.places++] = ids[i];
	for (int i = 0; i < n; i++)
	{
		HostCheckCancelAt(i);
		incumbent.place[i] = was_placed[i] ? FindId(ids, incumbent.places, previous[i]) : -1;
	}
	HostFree(ids);
	return incumbent;
}
