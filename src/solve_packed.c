/*
 * solve_packed.c
 *	  What workers do: solve a group that places_internal.pack() made.
 *
 * Other than the final functions of cluster.c these take their group from
 * bytes, so that it may come from another process.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/datum.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

#include "answer.h"
#include "homes.h"
#include "pack.h"
#include "reason.h"

/* The group of the arguments (packed, rules), in the current memory context. */
static PlacesGather *
PackedArgument(FunctionCallInfo fcinfo)
{
	PlacesGather *gather = UnpackGather(PG_GETARG_BYTEA_P(0));

	GatherRules(gather, &fcinfo->args[1]);
	return gather;
}

/* The answer for each home, in the order of the packed homes. */
static PlacesHomes *
PackAnswer(const PlacesGather *gather, const PlacesSolution *solution)
{
	PlacesHomes *homes = NewHomes(gather->n);

	for (int i = 0; i < gather->n; i++)
	{
		int			point = solution->row_point[i];

		HostCheckCancelAt(i);
		HOMES_PLACE(homes)[i] = point < 0 ? 0 : solution->point_place[point] + 1;
		HOMES_DISTANCE(homes)[i] = point < 0 ? 0 : PointDistance(solution, point);
		HOMES_REASON(homes)[i] = HomeReason(gather, solution, i);
	}
	return homes;
}

PG_FUNCTION_INFO_V1(solve_homes);

/* solve_homes(packed bytea, rules): a PlacesHomes */
Datum
solve_homes(PG_FUNCTION_ARGS)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext scratch;
	PlacesGather *gather;
	PlacesSolution *solution;
	PlacesHomes *homes;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	scratch = AllocSetContextCreate(caller, "places scratch", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(scratch);
	gather = PackedArgument(fcinfo);
	solution = SolveGather(gather);
	MemoryContextSwitchTo(caller);
	homes = PackAnswer(gather, solution);
	MemoryContextDelete(scratch);
	PG_RETURN_POINTER(homes);
}

PG_FUNCTION_INFO_V1(solve_places);

/* solve_places(packed bytea, rules): the group's places.place_list */
Datum
solve_places(PG_FUNCTION_ARGS)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext scratch;
	PlacesGather *gather;
	TupleDesc	desc;
	Datum		list;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	desc = ResultDesc(fcinfo);
	scratch = AllocSetContextCreate(caller, "places scratch", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(scratch);
	gather = PackedArgument(fcinfo);
	list = AnswerByPlace(gather, SolveGather(gather), desc);
	MemoryContextSwitchTo(caller);
	list = datumCopy(list, false, -1);
	MemoryContextDelete(scratch);
	PG_RETURN_DATUM(list);
}

PG_FUNCTION_INFO_V1(solve_bounded);

/* solve_bounded(packed bytea, rules): the group's places_internal.bounded_places */
Datum
solve_bounded(PG_FUNCTION_ARGS)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext scratch;
	PlacesGather *gather;
	TupleDesc	desc;
	Oid			list;
	Datum		values[2];
	bool		nulls[2] = {false};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	desc = ResultDesc(fcinfo);
	list = TupleDescAttr(desc, 0)->atttypid;
	scratch = AllocSetContextCreate(caller, "places scratch", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(scratch);
	gather = PackedArgument(fcinfo);
	values[0] = AnswerByPlace(gather, SolveGather(gather), lookup_rowtype_tupdesc_copy(list, -1));
	values[1] = Float8GetDatum(LimitCoverage(gather->n, gather->x, gather->y, gather->w, gather->geodetic,
											 &gather->rules));
	MemoryContextSwitchTo(caller);
	values[0] = HeapTupleGetDatum(heap_form_tuple(desc, values, nulls));
	MemoryContextDelete(scratch);
	PG_RETURN_DATUM(values[0]);
}
