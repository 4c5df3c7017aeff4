/*
 * dispatch.c
 *	  The authorities of a stock, read and solved on all cores.
 *
 * PostgreSQL computes an aggregate's final functions, which is where clustering
 * spends its time, in one process, unless the table is partitioned.  So a stock
 * is read by a query that only packs the homes of each authority: an ordinary
 * one, a partial aggregate that workers share like any scan, or, for a run of a
 * plan, beside arrays of what else there is to know of each home.  Its groups
 * are offered to workers that solve them (worker_pool.c).  What to do with a solved
 * group is done in this process while they solve others.
 *
 * Small work, or any where max_parallel_workers_per_gather is 0, is done here,
 * a group at a time.
 */
#include "postgres.h"

#include "pg/parallel/dispatch.h"

#include "access/parallel.h"
#include "miscadmin.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"

#include "pg/parallel/pack.h"
#include "pg/parallel/progress.h"
#include "pg/parallel/sharing.h"
#include "pg/parallel/worker_pool.h"
#include "pg/versions.h"

/* Microseconds that a home takes, by PlacesMethod: to the order of magnitude. */
static const double home_cost[] = {20, 0.5, 0.5};

/*
 * What a unit of parallel_setup_cost stands for: by default workers must save
 * their start, some 20 ms each since every process loads PostGIS.
 */
#define SETUP_MICROSECONDS	50

/* And what a unit of it stands for where a group is handed to a worker: it must save that. */
#define HANDING_MICROSECONDS	0.02

/*
 * Bytes of shared memory in which groups wait for workers: at least these, more
 * if two groups for each process need more, but never more than all groups need.
 * Containers often have no more than 64 MB of it.
 */
#define WAITING_BYTES	(16.0 * 1024 * 1024)

/* What a home takes about, packed with its id, or with where it was. */
#define HOME_BYTES		36

/* What becomes of the groups that are read. */
struct PlacesDispatch
{
	PlacesHelpers helpers;		/* itself, to whoever solves a group here */
	MemoryContext context;		/* of the groups */
	MemoryContext scratch;		/* of an answer */
	const PlacesJob *job;
	PlacesTaker take;
	void	   *taker;
	int			units;			/* answers for each group (TaskUnits()) */
	bool		received;		/* there was a group */
	double		groups;			/* received so far */
	double		cost;			/* what these take, in microseconds */
	double		home_cost;		/* what a home takes, in microseconds */
	PlacesPool *pool;			/* the workers; NULL before there are any */
	bool		refused;		/* no shared memory for workers */
	ErrorContextCallback *errors;	/* those around the query, for the pool's errors */
	PlacesEntry *progress;		/* of the stock */
	PlacesDegrees degrees;		/* of all its homes: a group may be too small to be judged alone */
};

/* Receives groups from the query: an authority, what is kept, packed homes. */
typedef struct PlacesGroupReceiver
{
	DestReceiver pub;
	PlacesDispatch *dispatch;
} PlacesGroupReceiver;

/* Receives rows of the query that groups and solves at once, for somebody else. */
typedef struct PlacesForwarder
{
	DestReceiver pub;
	DestReceiver *dest;
	bool		received;		/* there was one */
} PlacesForwarder;

/*
 * Plan the query that groups and solves at once.  Would it be solved by others
 * than this process, by partitions in parallel or by other servers?  Then its
 * plan has no aggregate on top.
 */
bool
SolvedElsewhere(PlacesJob *job, const char *grouped)
{
	const Plan *plan;

	job->grouped = PlanReading(grouped, MakeParameter(job->ruleset, job->rules));
	plan = job->grouped.plan->planTree;
	if (!IsA(plan, Agg))
		return true;
	job->authorities = plan->plan_rows;
	job->rows = outerPlan(plan)->plan_rows;
	return false;
}

static void
ReadGrouped(void *argument, const PlacesQuery *query)
{
	PlacesForwarder *forwarder = argument;

	RunReading(query, &forwarder->pub);
}

static bool
ForwardRow(TupleTableSlot *slot, DestReceiver *self)
{
	PlacesForwarder *forwarder = (PlacesForwarder *) self;

	forwarder->received = true;
	return forwarder->dest->receiveSlot(slot, forwarder->dest);
}

/* Run that query for a receiver of rows. */
void
RunGrouped(const PlacesJob *job, DestReceiver *dest)
{
	PlacesForwarder forwarder = {RowReceiver(ForwardRow), dest, false};

	ReadWithWorkers(ReadGrouped, &forwarder, &job->grouped, &forwarder.received);
}

/* Let the rows of that query be a function's result. */
void
KeepGroups(const PlacesJob *job, ReturnSetInfo *rsinfo)
{
	PlacesKeeper keeper = RowKeeper(rsinfo);

	RunGrouped(job, &keeper.pub);
}

static void
FreeAuthority(PlacesAuthority *authority, int units)
{
	if (authority->has_name)
		pfree(DatumGetPointer(authority->name));
	if (authority->ids.at)
		pfree((char *) authority->ids.at);
	for (int i = 0; i < KEPT_COLUMNS; i++)
		if (authority->kept[i])
			pfree(authority->kept[i]);
	for (int i = 0; i < units && authority->answer != NULL; i++)
		pfree(authority->answer[i]);
	if (authority->answer != NULL)
		pfree(authority->answer);
	pfree(authority);
}

/* How often the homes of a group are gone through: under each of several rules. */
static double
Rounds(const PlacesDispatch *dispatch)
{
	return dispatch->job->task->nrules;
}

/* An authority has its answers, one of which is in the scratch context. */
static void
FinishAuthority(PlacesDispatch *dispatch, PlacesAuthority *authority, bytea *answer)
{
	double		counted = Rounds(dispatch) > 1 ? authority->solved : 0;

	Assert(CurrentMemoryContext == dispatch->scratch);
	dispatch->take(dispatch->taker, authority, answer);
	CountGroup(dispatch->progress, authority->stock_rows * (Rounds(dispatch) - counted));
	MemoryContextReset(dispatch->scratch);
	FreeAuthority(authority, dispatch->units);
	CHECK_FOR_INTERRUPTS();
}

/* One of the questions about an authority has its answer, which is in the scratch context. */
static void
FinishUnit(PlacesDispatch *dispatch, PlacesSolved solved)
{
	PlacesAuthority *authority = solved.tag;
	Size		size;

	if (dispatch->units > 1)
	{
		size = VARSIZE(solved.answer);
		authority->answer[solved.unit] = memcpy(MemoryContextAllocHuge(dispatch->context, size), solved.answer, size);
		MemoryContextReset(dispatch->scratch);
		if (Rounds(dispatch) > 1)
			CountHomes(dispatch->progress, authority->stock_rows);
		if (++authority->solved < dispatch->units)
			return;
		solved.answer = authority->answer[0];
	}
	FinishAuthority(dispatch, authority, solved.answer);
}

/* Take an answer of the workers, if there is one. */
static bool
TakeAnswer(PlacesDispatch *dispatch)
{
	PlacesSolved solved;

	if (!TakeSolved(dispatch->pool, &solved))
		return false;
	FinishUnit(dispatch, solved);
	return true;
}

/* Do one of the things that bring offered groups to their end; false if there are none left. */
static bool
Advance(PlacesDispatch *dispatch)
{
	PlacesSolved solved;

	if (TakeAnswer(dispatch) || HelpWorker(dispatch->pool))
		return true;
	if (!HelpPool(dispatch->pool, &solved))
		return AwaitPool(dispatch->pool);
	FinishUnit(dispatch, solved);
	return true;
}

/* Bytes for groups that wait for workers. */
static Size
WaitingBytes(const PlacesDispatch *dispatch, int workers)
{
	const PlacesJob *job = dispatch->job;
	double		groups = Max(Max(dispatch->groups, job->authorities), 1);
	double		all = Max(job->rows * HOME_BYTES, dispatch->cost / dispatch->home_cost * HOME_BYTES * 4);
	double		two_each = 2 * (workers + 1) * all / groups;

	return (Size) Min(Min(Max(two_each, WAITING_BYTES), 2 * all * dispatch->units), 1e9);
}

/* What rows take about, in microseconds: coverage is done at once with fewer homes than a place needs. */
static double
CostOf(const PlacesDispatch *dispatch, double rows, double homes)
{
	const PlacesRules *rules = dispatch->job->task->rules;
	bool		hopeless = rules->method == METHOD_COVERAGE && homes < rules->min_homes;

	return rows * (hopeless ? home_cost[METHOD_BALANCED] * dispatch->units : dispatch->home_cost);
}

/*
 * Have workers, as many as there is work for, if that is worth their start.
 * Not in a parallel worker, which cannot launch any.
 */
static void
HireWorkers(PlacesDispatch *dispatch, double cost, double most)
{
	const PlacesJob *job = dispatch->job;
	int			workers = Min(max_parallel_workers_per_gather, most);
	MemoryContext caller;

	if (dispatch->refused || workers <= 0 || cost < parallel_setup_cost * SETUP_MICROSECONDS ||
		IsParallelWorker() || job->task->solver == SOLVER_EXPLAIN)
		return;
	caller = MemoryContextSwitchTo(dispatch->context);
	dispatch->pool = OpenPool(job->task, workers, WaitingBytes(dispatch, workers), dispatch->errors);
	dispatch->refused = dispatch->pool == NULL;
	MemoryContextSwitchTo(caller);
}

/*
 * The same, as soon as what was read or what the planner expects is worth it: for
 * each group but one, and under coverage for parts of them, too.  What parts a
 * single group has is seen later.
 */
static void
HireForGroups(PlacesDispatch *dispatch)
{
	const PlacesJob *job = dispatch->job;
	double		expected = CostOf(dispatch, job->rows, job->rows / Max(job->authorities, 1));
	double		cost = Max(dispatch->cost, expected);
	double		most = Max(dispatch->groups, job->authorities) * dispatch->units - 1;

	if (most > 0 && job->task->rules[0].method == METHOD_COVERAGE)
		most = Max(most, cost / Max(parallel_setup_cost * SETUP_MICROSECONDS, 1));
	HireWorkers(dispatch, cost, most);
}

/* The same, if the parts of a group are worth it, of which the largest is solved here in any case. */
static void
HireForParts(PlacesDispatch *dispatch, PlacesSubproblem **problem, int n)
{
	double		points = 0;
	int			most = 0;
	int			offered = 0;

	for (int i = 0; i < n; i++)
		if (problem[i]->points >= LEAST_OFFERED)
		{
			offered++;
			points += problem[i]->points;
			most = Max(most, problem[i]->points);
		}
	HireWorkers(dispatch, (points - most) * dispatch->home_cost / dispatch->units, offered - 1);
}

/* Solve the subproblems of a group that is solved here. */
static void
SolveHere(PlacesHelpers *helpers, PlacesSubproblem **problem, int n)
{
	PlacesDispatch *dispatch = (PlacesDispatch *) helpers;

	if (dispatch->pool == NULL)
		HireForParts(dispatch, problem, n);
	if (dispatch->pool != NULL)
		ShareInPool(dispatch->pool, problem, n);
	else
		for (int i = 0; i < n; i++)
			SolveSubproblem(problem[i]);
}

/* Have one of the questions about a group answered, and take answers for others meanwhile. */
static void
DispatchUnit(PlacesDispatch *dispatch, PlacesAuthority *authority, int unit, const bytea *packed)
{
	const PlacesTask *task = dispatch->job->task;
	double		cost = CostOf(dispatch, authority->stock_rows, authority->homes) / dispatch->units;
	bool		offered = false;

	if (dispatch->pool != NULL && cost >= parallel_setup_cost * HANDING_MICROSECONDS &&
		FitsPool(dispatch->pool, packed))
		do
			offered = OfferGroup(dispatch->pool, packed, unit, authority);
		while (!offered && Advance(dispatch));
	if (!offered)
		FinishUnit(dispatch, (PlacesSolved) {authority, unit, SolvePacked(task, unit, packed, &dispatch->helpers)});
	while (dispatch->pool != NULL && TakeAnswer(dispatch))
		;
}

/* Have a group solved. */
static void
DispatchGroup(PlacesDispatch *dispatch, PlacesAuthority *authority, bytea *packed)
{
	if (dispatch->job->task->solver == SOLVER_EXPLAIN)
	{
		FinishAuthority(dispatch, authority, packed);
		return;
	}
	dispatch->groups++;
	dispatch->cost += CostOf(dispatch, authority->stock_rows, authority->homes);
	if (dispatch->pool == NULL)
		HireForGroups(dispatch);
	if (dispatch->units > 1)
		authority->answer = MemoryContextAllocZero(dispatch->context, sizeof(bytea *) * dispatch->units);
	for (int unit = 0; unit < dispatch->units; unit++)
		DispatchUnit(dispatch, authority, unit, packed);
}

/* All groups have been offered. */
static void
FinishPool(PlacesDispatch *dispatch)
{
	MemoryContext caller = MemoryContextSwitchTo(dispatch->scratch);

	EndOffers(dispatch->pool);
	while (Advance(dispatch))
		;
	ClosePool(dispatch->pool);
	dispatch->pool = NULL;
	MemoryContextSwitchTo(caller);
}

/* Ids that outlive the packed bytes that they are in. */
static PlacesIdReader
CopyIds(PlacesIdReader ids)
{
	Size		size = ids.end - ids.at;
	char	   *copy;

	if (ids.at == NULL)
		return ids;
	copy = memcpy(MemoryContextAllocHuge(CurrentMemoryContext, size), ids.at, size);
	return (PlacesIdReader) {copy, copy + size};
}

/* An authority, or the rows without one, whose name is copied. */
PlacesAuthority *
NewAuthority(PlacesDispatch *dispatch, bool has_name, Datum name)
{
	MemoryContext caller = MemoryContextSwitchTo(dispatch->context);
	PlacesAuthority *authority = palloc0(sizeof(PlacesAuthority));

	authority->has_name = has_name;
	if (has_name)
		authority->name = PointerGetDatum(DatumGetTextPCopy(name));
	MemoryContextSwitchTo(caller);
	return authority;
}

/* The authority of a row, whose last column are the packed homes. */
static PlacesAuthority *
CopyAuthority(PlacesDispatch *dispatch, TupleTableSlot *slot, const bytea *packed)
{
	int			kept = slot->tts_tupleDescriptor->natts - 2;
	bool		isnull;
	Datum		name = slot_getattr(slot, 1, &isnull);
	PlacesAuthority *authority = NewAuthority(dispatch, !isnull, name);

	Assert(kept <= KEPT_COLUMNS);
	for (int i = 0; i < kept; i++)
	{
		Datum		value = slot_getattr(slot, i + 2, &isnull);

		authority->kept[i] = isnull ? NULL : PG_DETOAST_DATUM_COPY(value);
	}
	authority->ids = CopyIds(TextsOfPacked(packed, TEXT_ID));
	return authority;
}

/* Have the packed homes of an authority solved; rows without one need no solving. */
void
Dispatch(PlacesDispatch *dispatch, PlacesAuthority *authority, bytea *packed)
{
	MemoryContext caller = MemoryContextSwitchTo(dispatch->scratch);
	PlacesDegrees degrees;

	DescribePacked(packed, &authority->stock_rows, &authority->homes, &degrees);
	AddDegrees(&dispatch->degrees, &degrees);
	if (authority->has_name)
		DispatchGroup(dispatch, authority, packed);
	else
		FinishAuthority(dispatch, authority, NULL);
	MemoryContextSwitchTo(caller);
	CHECK_FOR_INTERRUPTS();
}

/* Rows of an authority that need no solving. */
void
SkipRows(PlacesDispatch *dispatch, int rows)
{
	CountGroup(dispatch->progress, rows * Rounds(dispatch));
}

/* Receive a group. */
static bool
ReceiveGroup(TupleTableSlot *slot, DestReceiver *self)
{
	PlacesDispatch *dispatch = ((PlacesGroupReceiver *) self)->dispatch;
	MemoryContext caller = MemoryContextSwitchTo(dispatch->context);
	bool		isnull;
	Datum		bytes = slot_getattr(slot, slot->tts_tupleDescriptor->natts, &isnull);
	bytea	   *packed = isnull ? (bytea *) cstring_to_text("") : DatumGetByteaP(bytes);

	dispatch->received = true;
	Dispatch(dispatch, CopyAuthority(dispatch, slot, packed), packed);
	MemoryContextSwitchTo(caller);
	if (PointerGetDatum(packed) != bytes)
		pfree(packed);
	return true;
}

/*
 * Plan the query that packs.  Where its groups would not fit into the memory
 * that the session lets a hash table take they are sorted: PostgreSQL does not
 * know how large packed groups become.  Workers for solving are started while
 * rows come, so a query that is unsafe then must be over before: it is sorted
 * once more, by what no plan gives an order to.
 */
static PlacesQuery
PlanPacked(const PlacesJob *job, const char *packed)
{
	PlacesQuery query;

	if (job->rows * HOME_BYTES > get_hash_memory_limit())
		SetForNow("enable_hashagg", "off");
	query = PlanReading(packed, NULL);
	if (query.unsafe)
		query = PlanReading(psprintf("SELECT * FROM (%s) g ORDER BY pg_catalog.octet_length(g.packed) DESC", packed), NULL);
	return query;
}

/* Read groups and solve them. */
static void
ReadGroups(void *argument, const PlacesQuery *query)
{
	PlacesDispatch *dispatch = argument;
	PlacesGroupReceiver receiver = {RowReceiver(ReceiveGroup), dispatch};

	RunReading(query, &receiver.pub);
	if (dispatch->pool != NULL)
		FinishPool(dispatch);
}

/* Groups will come, one after the other, whose answers somebody takes. */
PlacesDispatch *
BeginDispatch(const PlacesJob *job, PlacesTaker take, void *taker)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "places groups", ALLOCSET_DEFAULT_SIZES);
	PlacesDispatch *dispatch = MemoryContextAllocZero(context, sizeof(PlacesDispatch));

	dispatch->helpers.solve = SolveHere;
	dispatch->context = context;
	dispatch->scratch = AllocSetContextCreate(context, "places answer", ALLOCSET_DEFAULT_SIZES);
	dispatch->job = job;
	dispatch->take = take;
	dispatch->taker = taker;
	dispatch->errors = error_context_stack;
	dispatch->units = TaskUnits(job->task);
	dispatch->home_cost = home_cost[job->task->rules[0].method] * dispatch->units;
	dispatch->progress = StartProgress(SolverName(job->task->solver), job->authorities, job->rows * Rounds(dispatch));
	return dispatch;
}

/* No more groups will come. */
void
EndDispatch(PlacesDispatch *dispatch)
{
	if (dispatch->pool != NULL)
		FinishPool(dispatch);
	RefuseDegrees(&dispatch->degrees);
	MemoryContextDelete(dispatch->context);
}

/* Solve the groups of a stock, read by a query that packs them. */
void
SolveStock(const PlacesJob *job, const char *packed, PlacesTaker take, void *taker)
{
	int			settings = NewGUCNestLevel();
	PlacesDispatch *dispatch;
	PlacesQuery query;

	SetForNow("jit", "off");
	dispatch = BeginDispatch(job, take, taker);
	query = PlanPacked(job, packed);
	ReadWithWorkers(ReadGroups, dispatch, &query, &dispatch->received);
	AtEOXact_GUC(true, settings);
	EndDispatch(dispatch);
}
