/*
 * cluster.c
 *	  The aggregates places.cluster(), cluster_places() and coverage_limit().
 *
 * All gather the homes of one group and do their work in the final function:
 * the first answers by home, the second by place, the third bounds what any
 * answer could reach.  They share the transition function, so that PostgreSQL
 * gathers once for all.  There is no combine function: gathering in parallel to
 * solve on one core would gain nothing.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/datum.h"
#include "utils/memutils.h"

#include "pg/input/gather.h"
#include "pg/output/answer.h"
#include "pg/parallel/progress.h"

PG_FUNCTION_INFO_V1(cluster_transfn);

/* (state, geom, rules) or (state, geom, weight, rules) */
Datum
cluster_transfn(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	PlacesPointReader *reader = GetPointReader(fcinfo, 1);
	bool		weighted = PG_NARGS() == 4;
	PlacesGather *gather;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "cluster_transfn called in non-aggregate context");
	gather = PG_ARGISNULL(0) ?
		NewGather(context, reader->geodetic, weighted) : (PlacesGather *) PG_GETARG_POINTER(0);
	GatherRules(gather, &fcinfo->args[PG_NARGS() - 1]);
	GatherHome(gather, reader, &fcinfo->args[1], weighted ? &fcinfo->args[2] : NULL);
	PG_RETURN_POINTER(gather);
}

PG_FUNCTION_INFO_V1(cluster_finalfn);

/* The group's places.clustering. */
Datum
cluster_finalfn(PG_FUNCTION_ARGS)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext scratch;
	const PlacesGather *gather;
	TupleDesc	desc;
	Datum		values[ANSWER_ATTRIBUTES];
	bool		nulls[ANSWER_ATTRIBUTES] = {false};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	gather = (PlacesGather *) PG_GETARG_POINTER(0);
	desc = ResultDesc(fcinfo);
	CheckAnswerable(gather->n);

	StartGroup(fcinfo);
	scratch = AllocSetContextCreate(caller, "places scratch", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(scratch);
	AnswerByHome(gather, SolveGather(gather), values);
	MemoryContextSwitchTo(caller);
	values[0] = HeapTupleGetDatum(heap_form_tuple(desc, values, nulls));
	MemoryContextDelete(scratch);
	EndGroup(fcinfo, gather->n);
	PG_RETURN_DATUM(values[0]);
}

PG_FUNCTION_INFO_V1(cluster_places_finalfn);

/* The group's places.place_list. */
Datum
cluster_places_finalfn(PG_FUNCTION_ARGS)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext scratch;
	const PlacesGather *gather;
	TupleDesc	desc;
	Datum		list;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	gather = (PlacesGather *) PG_GETARG_POINTER(0);
	desc = ResultDesc(fcinfo);

	StartGroup(fcinfo);
	scratch = AllocSetContextCreate(caller, "places scratch", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(scratch);
	list = AnswerByPlace(gather, SolveGather(gather), desc);
	MemoryContextSwitchTo(caller);
	list = datumCopy(list, false, -1);
	MemoryContextDelete(scratch);
	EndGroup(fcinfo, gather->n);
	PG_RETURN_DATUM(list);
}

PG_FUNCTION_INFO_V1(coverage_limit_finalfn);

/* An upper bound of the homes that any places of the group could keep under its rules. */
Datum
coverage_limit_finalfn(PG_FUNCTION_ARGS)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext scratch;
	const PlacesGather *gather;
	double		limit;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	gather = (PlacesGather *) PG_GETARG_POINTER(0);

	RefuseDegrees(&gather->degrees);
	StartGroup(fcinfo);
	scratch = AllocSetContextCreate(caller, "places scratch", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(scratch);
	limit = LimitCoverage(gather->n, gather->x, gather->y, gather->w, gather->geodetic,
						  &gather->rules);
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(scratch);
	EndGroup(fcinfo, gather->n);
	PG_RETURN_FLOAT8(limit);
}
