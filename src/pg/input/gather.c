/*
 * gather.c
 *	  The homes of one group, as aggregates gather them.
 *
 * A home that cannot be placed is gathered too, for its row in the result.
 */
#include "postgres.h"

#include "pg/input/gather.h"

#include <math.h>

#include "utils/memutils.h"

#include "pg/input/ruleset.h"

#define FIRST_CAPACITY	16

static void
AssertCheckGather(const PlacesGather *gather)
{
	Assert(gather->n >= 0 && gather->n <= gather->capacity);
	Assert(gather->capacity <= Max(gather->most, FIRST_CAPACITY) && gather->most <= MOST_ROWS);
	Assert(gather->homes >= 0 && gather->homes <= MOST_HOMES);
	(void) gather;
}

/* An empty group; a weighted one takes a weight with every home. */
PlacesGather *
NewGather(MemoryContext context, bool geodetic, bool weighted)
{
	PlacesGather *gather = MemoryContextAllocZero(context, sizeof(PlacesGather));

	gather->context = context;
	gather->geodetic = geodetic;
	gather->capacity = FIRST_CAPACITY;
	gather->most = MOST_ROWS;
	gather->row = MemoryContextAlloc(context, FIRST_CAPACITY);
	gather->x = MemoryContextAlloc(context, sizeof(double) * FIRST_CAPACITY);
	gather->y = MemoryContextAlloc(context, sizeof(double) * FIRST_CAPACITY);
	if (weighted)
		gather->w = MemoryContextAlloc(context, sizeof(double) * FIRST_CAPACITY);
	return gather;
}

/* Room for more homes, by doubling. */
void
ReserveHomes(PlacesGather *gather, int more)
{
	int64		capacity = gather->capacity;

	if (more > gather->most - gather->n)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many homes in one group"),
				 errdetail("A group may have up to %d rows here.", gather->most),
				 errhint("Group by local authority, or by parts of one.")));
	if (gather->n + (int64) more <= capacity)
		return;
	while (capacity < gather->n + (int64) more)
		capacity *= 2;
	gather->capacity = Min(capacity, Max(gather->most, FIRST_CAPACITY));
	gather->row = repalloc_huge(gather->row, gather->capacity);
	gather->x = repalloc_huge(gather->x, sizeof(double) * gather->capacity);
	gather->y = repalloc_huge(gather->y, sizeof(double) * gather->capacity);
	if (gather->w)
		gather->w = repalloc_huge(gather->w, sizeof(double) * gather->capacity);
}

/*
 * Take the rules from the first row, and insist on the same for the rest.  As a
 * rule they come in the same bytes; only others are read.
 */
void
GatherRules(PlacesGather *gather, const NullableDatum *ruleset)
{
	struct varlena *bytes;
	PlacesRules rules;

	if (ruleset->isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("rules must not be null"),
				 errhint("Use places.rules().")));

	bytes = PG_DETOAST_DATUM_PACKED(ruleset->value);
	if (gather->ruleset != NULL &&
		VARSIZE_ANY(bytes) == VARSIZE_ANY(gather->ruleset) &&
		memcmp(bytes, gather->ruleset, VARSIZE_ANY(bytes)) == 0)
		return;

	rules = ReadRuleset(ruleset->value);
	if (gather->ruleset == NULL)
	{
		gather->rules = rules;
		gather->ruleset = MemoryContextAlloc(gather->context, VARSIZE_ANY(bytes));
		memcpy(gather->ruleset, bytes, VARSIZE_ANY(bytes));
	}
	else if (!EqualRules(&rules, &gather->rules))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("rules must be the same for all homes of a group"),
				 errhint("Group by whatever the rules depend on.")));
}

/* The first system met is that of the group. */
static void
GatherSrid(PlacesGather *gather, int32 srid)
{
	if (gather->has_srid)
		CheckSameSrid(gather->srid, srid);
	gather->srid = srid;
	gather->has_srid = true;
}

/* Whether a home has a usable location, and which; without one its SRID does not matter. */
static bool
GatherPoint(PlacesGather *gather, PlacesPointReader *reader, Datum point, double *x, double *y)
{
	int32		srid;

	if (!ReadPoint(reader, point, x, y, &srid))
		return false;
	if (!gather->has_srid)
		CheckSrid(reader, srid);
	GatherSrid(gather, srid);
	return true;
}

/* Count the homes of rows, whose number must stay exact. */
static void
CountHomes(PlacesGather *gather, double homes)
{
	if (gather->homes + homes > MOST_HOMES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many homes in one group"),
				 errdetail("Its weights add up to more than %g.", MOST_HOMES),
				 errhint("Give weights in a larger unit, or group by parts of a local authority.")));
	gather->homes += homes;
}

/* Add a home; weight is that of a weighted group, else NULL. */
void
GatherHome(PlacesGather *gather, PlacesPointReader *reader,
		   const NullableDatum *point, const NullableDatum *weight)
{
	PlacesRow	row = ROW_LOCATED;
	double		x = NAN;
	double		y = NAN;
	double		w = 1;

	AssertCheckGather(gather);
	if (weight)
	{
		w = weight->isnull ? NAN : DatumGetFloat8(weight->value);
		if (!IsWeight(w))
			row = ROW_BAD_WEIGHT;
	}
	if (point->isnull || !GatherPoint(gather, reader, point->value, &x, &y))
		row = ROW_NO_LOCATION;
	if (row != ROW_LOCATED)
		x = y = NAN;
	else if (!gather->geodetic)
		WatchDegrees(&gather->degrees, x, y);

	if (gather->n == gather->capacity || gather->n == gather->most)
		ReserveHomes(gather, 1);
	CountHomes(gather, IsWeight(w) ? w : 0);
	gather->row[gather->n] = row;
	gather->x[gather->n] = x;
	gather->y[gather->n] = y;
	if (weight)
		gather->w[gather->n] = w;
	gather->n++;
	AssertCheckGather(gather);
}

/* Add the homes of another group behind those of the first. */
void
AppendGather(PlacesGather *gather, const PlacesGather *other)
{
	Size		doubles = sizeof(double) * other->n;

	if (other->has_srid)
		GatherSrid(gather, other->srid);
	ReserveHomes(gather, other->n);
	memcpy(gather->row + gather->n, other->row, other->n);
	memcpy(gather->x + gather->n, other->x, doubles);
	memcpy(gather->y + gather->n, other->y, doubles);
	if (gather->w)
		memcpy(gather->w + gather->n, other->w, doubles);
	gather->n += other->n;
	CountHomes(gather, other->homes);
	AddDegrees(&gather->degrees, &other->degrees);
	AssertCheckGather(gather);
}

/*
 * Refuse a group that GatherHome could not have made: its bytes may come from
 * anywhere.  Its homes are counted again.
 */
void
CheckGather(PlacesGather *gather)
{
	gather->homes = 0;
	for (int i = 0; i < gather->n; i++)
	{
		double		w = gather->w ? gather->w[i] : 1;
		bool		sound = gather->row[i] < ROW_KINDS;

		HostCheckCancelAt(i);
		if (gather->row[i] == ROW_LOCATED)
			sound = IsLocation(gather->x[i], gather->y[i]) && IsWeight(w);
		else
			sound = sound && isnan(gather->x[i]);
		if (!sound)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
					 errmsg("packed homes are damaged"),
					 errdetail("Home %d is none that could have been packed.", i + 1),
					 errhint("Have the same version of places on all servers.")));
		CountHomes(gather, IsWeight(w) ? w : 0);
		if (gather->row[i] == ROW_LOCATED && !gather->geodetic)
			WatchDegrees(&gather->degrees, gather->x[i], gather->y[i]);
	}
}

/* Solve a group in the current memory context. */
PlacesSolution *
SolveGather(const PlacesGather *gather)
{
	AssertCheckGather(gather);
	RefuseDegrees(&gather->degrees);
	return SolvePlaces(gather->n, gather->x, gather->y, gather->w, gather->geodetic,
					   &gather->rules);
}
