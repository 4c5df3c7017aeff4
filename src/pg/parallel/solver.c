/*
 * solver.c
 *	  What is made of a group of homes, in whichever process.
 *
 * SolveGroup() does the work of final functions, which have their group, and of
 * workers, which get it as bytes and answer in bytes (SolvePacked()).  No SQL
 * function gets there with bytes of a user's.
 *
 * Everything is made in the current memory context, which its caller deletes or
 * resets when the answer is where it belongs.
 */
#include "postgres.h"

#include "pg/parallel/solver.h"

#include "access/htup_details.h"
#include "utils/array.h"
#include "utils/memutils.h"

#include "pg/input/ruleset.h"
#include "pg/output/answer.h"
#include "pg/output/homes.h"
#include "pg/parallel/pack.h"
#include "pg/refuse.h"
#include "pg/versions.h"

/* As places.progress shows what tasks compute. */
const char *
SolverName(PlacesSolver solver)
{
	static const char *const names[] = {
		[SOLVER_HOMES] = "solve_homes",
		[SOLVER_PLACES] = "solve_places",
		[SOLVER_MEASURED] = "solve_places",
		[SOLVER_BOUNDED] = "solve_bounded",
		[SOLVER_FRONTIER] = "solve_frontier",
		[SOLVER_RUN] = "solve_recluster",
		[SOLVER_EXPLAIN] = "explain_home",
	};

	Assert(names[solver] != NULL);
	return names[solver];
}

static PlacesTask *
AllocTask(PlacesSolver solver, Oid type, int nrules)
{
	PlacesTask *task = palloc0(TaskSize(nrules));

	task->solver = solver;
	task->type = type;
	task->nrules = nrules;
	return task;
}

PlacesTask *
NewTask(PlacesSolver solver, Oid type, const NullableDatum *ruleset)
{
	PlacesTask *task = AllocTask(solver, type, 1);

	task->rules[0] = ReadRules(ruleset);
	return task;
}

/* Of an array of rules, which is not null. */
PlacesTask *
NewFrontierTask(Oid type, const NullableDatum *rulesets)
{
	ArrayType  *array = DatumGetArrayTypeP(rulesets->value);
	PlacesTask *task = AllocTask(SOLVER_FRONTIER, type, ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)));
	ArrayIterator iterator = array_create_iterator(array, 0, NULL);
	NullableDatum ruleset;

	for (int i = 0; array_iterate(iterator, &ruleset.value, &ruleset.isnull); i++)
		task->rules[i] = ReadRules(&ruleset);
	return task;
}

/* Of rules with each of n tolerances for all of their loads. */
PlacesTask *
NewBalanceTask(Oid type, const PlacesRules *rules, const Datum *tolerance, int n)
{
	PlacesTask *task = AllocTask(SOLVER_FRONTIER, type, n);

	for (int i = 0; i < n; i++)
	{
		task->rules[i] = *rules;
		for (int l = 0; l < rules->nloads; l++)
			task->rules[i].load_tolerance[l] = DatumGetFloat8(tolerance[i]);
	}
	return task;
}

/* The places of a group, whose gaps are measured. */
static PlacesSolution *
FindMeasured(const PlacesGroup *group)
{
	PlacesSolution *solution = FindPlaces(group);

	MeasureGaps(solution);
	return solution;
}

static double
LimitOfGroup(const PlacesGroup *group)
{
	PlacesRows	rows = RowsOfGroup(group);

	return LimitCoverage(&rows, &group->rules, group->helpers);
}

/* What a solver makes of a group under its rules; a row is of a type. */
Datum
SolveGroup(PlacesSolver solver, Oid type, const PlacesGroup *group)
{
	switch (solver)
	{
		case SOLVER_CLUSTER:
			CheckAnswerable(group->n);
			return AnswerByHome(group, FindPlaces(group), type);
		case SOLVER_RECLUSTER:
			CheckAnswerable(group->n);
			return AnswerReclustering(group, FindMeasured(group), type);
		case SOLVER_HOMES:
			return PointerGetDatum(AnswerHomes(group, FindPlaces(group)));
		case SOLVER_LIMIT:
			RefuseDegrees(&group->degrees);
			return Float8GetDatum(LimitOfGroup(group));
		case SOLVER_LIST:
		case SOLVER_MEASURED:
			return AnswerByPlace(group, FindMeasured(group), type);
		default:
			return AnswerByPlace(group, FindPlaces(group), type);
	}
}

static bytea *
AnswerLimit(double homes)
{
	PlacesLimit *limit = palloc0(sizeof(PlacesLimit));

	SET_VARSIZE(limit, sizeof(PlacesLimit));
	limit->homes = homes;
	return (bytea *) limit;
}

static bytea *
AnswerRun(const PlacesTask *task, const PlacesGroup *group)
{
	PlacesSolution *solution = FindMeasured(group);
	PlacesHomes *homes = AnswerHomes(group, solution);
	HeapTupleHeader list = DatumGetHeapTupleHeader(AnswerByPlace(group, solution, task->type));
	Size		at = MAXALIGN(VARSIZE(homes));
	Size		size = offsetof(PlacesRunAnswer, homes) + at + VARSIZE(list);
	PlacesRunAnswer *answer = MemoryContextAllocHuge(CurrentMemoryContext, size);

	if (!AllocSizeIsValid(size))
		Refuse((errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				errmsg("too many homes in one group"),
				errdetail("The answer for all of them takes more than 1 GB."),
				errhint("Group by local authority, or by parts of one.")));
	SET_VARSIZE(answer, size);
	answer->choice = solution->choice;
	answer->list = at;
	memcpy(answer->homes, homes, VARSIZE(homes));
	memcpy(answer->homes + at, list, VARSIZE(list));
	return (bytea *) answer;
}

/* How many questions a task asks of each group, which can be answered one by one. */
int
TaskUnits(const PlacesTask *task)
{
	return task->solver == SOLVER_BOUNDED ? 2 : task->nrules;
}

/* Answer one of them for a packed group; helpers may be NULL. */
bytea *
SolvePacked(const PlacesTask *task, int unit, const bytea *packed, PlacesHelpers *helpers)
{
	PlacesGroup *group = UnpackGroup(packed);

	Assert(task->nrules == 1 || task->solver == SOLVER_FRONTIER);
	Assert(task->solver != SOLVER_EXPLAIN && unit >= 0 && unit < TaskUnits(task));
	group->helpers = helpers;
	group->rules = task->rules[task->solver == SOLVER_FRONTIER ? unit : 0];
	if (task->solver == SOLVER_BOUNDED && unit == 1)
		return AnswerLimit(DatumGetFloat8(SolveGroup(SOLVER_LIMIT, InvalidOid, group)));
	if (task->solver == SOLVER_RUN)
		return AnswerRun(task, group);
	return (bytea *) DatumGetPointer(SolveGroup(task->solver, task->type, group));
}
