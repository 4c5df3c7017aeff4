/*
 * reading.c
 *	  Queries that this extension makes, planned and run.
 *
 * They go to the planner and the executor directly and not by way of SPI, which
 * would plan once more what has been looked at, and would put the text of the
 * query under each error.  They read with the snapshot of the statement that
 * calls, like any function that is not volatile.
 */
#include "postgres.h"

#include "pg/input/reading.h"

#include "access/xact.h"
#include "catalog/pg_proc.h"
#include "executor/executor.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"
#include "utils/tuplestore.h"

#include "pg/versions.h"

/* A position in our own text is none in the client's. */
static void
HidePosition(void *arg)
{
	(void) arg;
	if (geterrposition() > 0)
		errposition(0);
}

/* A parameter $1 for a query. */
ParamListInfo
MakeParameter(Oid type, NullableDatum value)
{
	ParamListInfo params = makeParamList(1);

	params->params[0] = (ParamExternData) {value.value, value.isnull, PARAM_FLAG_CONST, type};
	return params;
}

/*
 * Plan a query, which selects; with one parameter $1, or none.  The planner sees its
 * value: Citus plans no query that it does not know all of.
 */
PlacesQuery
PlanReading(const char *text, ParamListInfo params)
{
	ErrorContextCallback callback = {.callback = HidePosition, .previous = error_context_stack};
	PlacesQuery query = {.text = text, .params = params};
	List	   *list;
	Query	   *parsed;

	error_context_stack = &callback;
	list = pg_analyze_and_rewrite_fixedparams(linitial_node(RawStmt, pg_parse_query(text)), text,
											  params ? &params->params[0].ptype : NULL, params ? 1 : 0, NULL);
	if (list_length(list) != 1)
		elog(ERROR, "a query of groups became %d", list_length(list));
	parsed = linitial_node(Query, list);
	query.unsafe = max_parallel_hazard(parsed) == PROPARALLEL_UNSAFE;
	query.plan = pg_plan_query(parsed, text, CURSOR_OPT_PARALLEL_OK, params);
	if (query.plan->commandType != CMD_SELECT || query.plan->planTree == NULL)
		elog(ERROR, "a query of groups does not select");
	error_context_stack = callback.previous;
	return query;
}

static void
StartReceiver(DestReceiver *self, int operation, TupleDesc desc)
{
	(void) self;
	(void) operation;
	(void) desc;
}

static void
EndReceiver(DestReceiver *self)
{
	(void) self;
}

/* A receiver that wants nothing but rows. */
DestReceiver
RowReceiver(bool (*receive) (TupleTableSlot *slot, DestReceiver *self))
{
	return (DestReceiver) {receive, StartReceiver, EndReceiver, EndReceiver, DestTuplestore};
}

/* Columns that the function's result has and the query has not are null. */
static bool
KeepRow(TupleTableSlot *slot, DestReceiver *self)
{
	ReturnSetInfo *rsinfo = ((PlacesKeeper *) self)->rsinfo;
	int			n = rsinfo->setDesc->natts;
	Datum	   *values = palloc0(sizeof(Datum) * n);
	bool	   *nulls = palloc0(sizeof(bool) * n);

	for (int i = 0; i < n; i++)
		if (i < slot->tts_tupleDescriptor->natts)
			values[i] = slot_getattr(slot, i + 1, &nulls[i]);
		else
			nulls[i] = true;
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	pfree(values);
	pfree(nulls);
	return true;
}

/* A receiver whose rows are a function's result. */
PlacesKeeper
RowKeeper(ReturnSetInfo *rsinfo)
{
	return (PlacesKeeper) {RowReceiver(KeepRow), rsinfo};
}

/* Run a query for a receiver. */
void
RunReading(const PlacesQuery *query, DestReceiver *dest)
{
	ErrorContextCallback callback = {.callback = HidePosition, .previous = error_context_stack};
	QueryDesc  *desc;

	error_context_stack = &callback;
	desc = CreateQueryDesc(query->plan, query->text, GetActiveSnapshot(), InvalidSnapshot, dest, query->params, NULL, 0);
	ExecutorStart(desc, 0);
	RunExecutor(desc);
	ExecutorFinish(desc);
	ExecutorEnd(desc);
	FreeQueryDesc(desc);
	error_context_stack = callback.previous;
}

/* Plan and run a query for a receiver. */
void
ReadQuery(const char *text, ParamListInfo params, DestReceiver *dest)
{
	PlacesQuery query = PlanReading(text, params);

	RunReading(&query, dest);
}

/*
 * Read by a plan that has workers of its own; false if the system has no shared
 * memory for them and no row has been received.  PostgreSQL makes an error of
 * that, behind which only the end of a subtransaction can clean up.
 */
static bool
TryReading(PlacesReading read, void *argument, const PlacesQuery *query, const bool *received)
{
	ResourceOwner owner = CurrentResourceOwner;
	MemoryContext context = CurrentMemoryContext;
	ErrorData  *volatile error = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		read(argument, query);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	if (error == NULL)
		return true;
	if (*received || ERRCODE_TO_CATEGORY(error->sqlerrcode) != ERRCODE_INSUFFICIENT_RESOURCES)
		ReThrowError(error);
	FreeErrorData(error);
	return false;
}

/*
 * Have a function read, as its query is planned, or without workers where there
 * is no shared memory for them.  Below somebody else's workers there is no
 * subtransaction: then an error is an error.
 */
void
ReadWithWorkers(PlacesReading read, void *argument, const PlacesQuery *query, const bool *received)
{
	PlacesQuery alone;
	int			settings;

	if (!query->plan->parallelModeNeeded || IsInParallelMode())
		read(argument, query);
	else if (!TryReading(read, argument, query, received))
	{
		settings = NewGUCNestLevel();
		SetForNow("max_parallel_workers_per_gather", "0");
		alone = PlanReading(query->text, query->params);
		read(argument, &alone);
		AtEOXact_GUC(true, settings);
	}
}

/* Set a parameter until the caller's GUC nest level ends. */
void
SetForNow(const char *name, const char *value)
{
	set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}
