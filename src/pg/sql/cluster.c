/*
 * cluster.c
 *	  The aggregates places.cluster(), cluster_places(), coverage_limit() and
 *	  recluster().
 *
 * All gather the homes of one group and do their work in the final function:
 * the first answers by home, the second by place, the third bounds what any
 * answer could reach, and the last is cluster() that knows its last answer.  The
 * first three share the transition function, so that PostgreSQL gathers once for
 * all.  There is no combine function: gathering in parallel to solve on one core
 * would gain nothing.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "pg/parallel/progress.h"
#include "pg/parallel/solver.h"
#include "pg/versions.h"

PG_FUNCTION_INFO_V1(cluster_transfn);

/* (state, geom, [weight, [together,]] rules) */
Datum
cluster_transfn(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(GatherRow(fcinfo));
}

PG_FUNCTION_INFO_V1(recluster_transfn);

/* (state, geom, weight, [together,] previous, hold, tolerance, rules) */
Datum
recluster_transfn(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(GatherRow(fcinfo));
}

/* A final function: what a solver makes of the gathered group, which stays as it is. */
static Datum
Solve(FunctionCallInfo fcinfo, PlacesSolver solver)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext scratch;
	Oid			type = get_fn_expr_rettype(fcinfo->flinfo);
	const PlacesGroup *group;
	int16		typlen;
	bool		typbyval;
	Datum		answer;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	group = (PlacesGroup *) PG_GETARG_POINTER(0);
	get_typlenbyval(type, &typlen, &typbyval);
	StartGroup(fcinfo);
	scratch = AllocSetContextCreate(caller, "places scratch", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(scratch);
	answer = SolveGroup(solver, type, group);
	MemoryContextSwitchTo(caller);
	answer = datumCopy(answer, typbyval, typlen);
	MemoryContextDelete(scratch);
	EndGroup(fcinfo, group->n);
	return answer;
}

PG_FUNCTION_INFO_V1(cluster_finalfn);

/* The group's places.clustering. */
Datum
cluster_finalfn(PG_FUNCTION_ARGS)
{
	return Solve(fcinfo, SOLVER_CLUSTER);
}

PG_FUNCTION_INFO_V1(cluster_places_finalfn);

/* The group's places.place_list. */
Datum
cluster_places_finalfn(PG_FUNCTION_ARGS)
{
	return Solve(fcinfo, SOLVER_LIST);
}

PG_FUNCTION_INFO_V1(coverage_limit_finalfn);

/* An upper bound of the homes that any places of the group could keep under its rules. */
Datum
coverage_limit_finalfn(PG_FUNCTION_ARGS)
{
	return Solve(fcinfo, SOLVER_LIMIT);
}

PG_FUNCTION_INFO_V1(recluster_finalfn);

/* The group's places.reclustering. */
Datum
recluster_finalfn(PG_FUNCTION_ARGS)
{
	return Solve(fcinfo, SOLVER_RECLUSTER);
}
