/*
 * solve_packed.c
 *	  What workers do: solve a group that an aggregate packed.
 *
 * Unlike the final functions of cluster.c these take their group from bytes, so
 * that it may come from another process, and answer in bytes.  No SQL function
 * gets here with bytes of a user's.
 */
#include "postgres.h"

#include "pg/parallel/solver.h"

#include "access/htup_details.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

#include "pg/output/answer.h"
#include "pg/output/homes.h"
#include "pg/output/reason.h"
#include "pg/parallel/pack.h"
#include "pg/parallel/pack_past.h"
#include "pg/sql/recluster.h"

/* As places.progress shows what is computed. */
const char *
SolverName(PlacesSolver solver)
{
	static const char *const names[] = {
		[SOLVER_HOMES] = "solve_homes",
		[SOLVER_PLACES] = "solve_places",
		[SOLVER_BOUNDED] = "solve_bounded",
		[SOLVER_FRONTIER] = "solve_frontier",
		[SOLVER_RECLUSTER] = "solve_recluster",
		[SOLVER_EXPLAIN] = "explain_home",
	};

	return names[solver];
}

/* The answer for each home, in the order of the packed homes. */
static bytea *
AnswerHomes(const PlacesTask *task, PlacesGather *gather, MemoryContext context)
{
	PlacesSolution *solution;
	PlacesHomes *homes;

	gather->rules = task->rules[0];
	solution = SolveGather(gather);
	MemoryContextSwitchTo(context);
	homes = NewHomes(gather->n);
	for (int i = 0; i < gather->n; i++)
	{
		int			point = solution->row_point[i];

		HostCheckCancelAt(i);
		HOMES_PLACE(homes)[i] = point < 0 ? 0 : solution->point_place[point] + 1;
		HOMES_DISTANCE(homes)[i] = point < 0 ? 0 : PointDistance(solution, point);
		HOMES_REASON(homes)[i] = HomeReason(gather, solution, i);
	}
	return (bytea *) homes;
}

/* A list of places for each of the rules. */
static bytea *
AnswerLists(const PlacesTask *task, PlacesGather *gather, MemoryContext context)
{
	HeapTupleHeader *list = palloc(sizeof(HeapTupleHeader) * task->nrules);
	Size		size = offsetof(PlacesLists, list);
	PlacesLists *lists;
	char	   *at;

	for (int i = 0; i < task->nrules; i++)
	{
		TupleDesc	desc = lookup_rowtype_tupdesc_copy(task->type, -1);

		gather->rules = task->rules[i];
		list[i] = DatumGetHeapTupleHeader(AnswerByPlace(gather, SolveGather(gather), desc));
		size += MAXALIGN(VARSIZE(list[i]));
	}
	if (!AllocSizeIsValid(size))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many places in one group"),
				 errdetail("Their description takes more than 1 GB."),
				 errhint("Use fewer min_homes and max_radius at a time, or group by local authority.")));
	lists = MemoryContextAllocZero(context, size);
	SET_VARSIZE(lists, size);
	lists->n = task->nrules;
	if (task->solver == SOLVER_BOUNDED)
		lists->limit = LimitCoverage(gather->n, gather->x, gather->y, gather->w, gather->geodetic,
									 &gather->rules);
	at = lists->list;
	for (int i = 0; i < task->nrules; i++)
	{
		memcpy(at, list[i], VARSIZE(list[i]));
		at += MAXALIGN(VARSIZE(list[i]));
	}
	return (bytea *) lists;
}

static bytea *
AnswerReclustering(const PlacesTask *task, const bytea *packed, MemoryContext context)
{
	PlacesRegather *state = UnpackRegather(packed);
	HeapTuple	tuple;
	bytea	   *answer;

	state->homes->rules = task->rules[0];
	tuple = SolveRegather(state, lookup_rowtype_tupdesc_copy(task->type, -1));
	answer = MemoryContextAllocHuge(context, tuple->t_len);
	memcpy(answer, tuple->t_data, tuple->t_len);
	return answer;
}

/* Do a task on a group; the answer is made in the current memory context, which keeps nothing else. */
bytea *
SolvePacked(const PlacesTask *task, const bytea *packed)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext scratch = AllocSetContextCreate(caller, "places scratch", ALLOCSET_DEFAULT_SIZES);
	bytea	   *answer = NULL;

	MemoryContextSwitchTo(scratch);
	switch (task->solver)
	{
		case SOLVER_HOMES:
			answer = AnswerHomes(task, UnpackGather(packed), caller);
			break;
		case SOLVER_PLACES:
		case SOLVER_BOUNDED:
		case SOLVER_FRONTIER:
			answer = AnswerLists(task, UnpackGather(packed), caller);
			break;
		case SOLVER_RECLUSTER:
			answer = AnswerReclustering(task, packed, caller);
			break;
		case SOLVER_EXPLAIN:
			answer = MemoryContextAlloc(caller, VARSIZE(packed));
			memcpy(answer, packed, VARSIZE(packed));
			break;
	}
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(scratch);
	return answer;
}
