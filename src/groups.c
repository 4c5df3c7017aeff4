/*
 * groups.c
 *	  The authorities of a stock, read and solved on all cores.
 *
 * PostgreSQL computes an aggregate's final functions, which is where clustering
 * spends its time, in one process, unless the table is partitioned.  So a stock
 * is read by a query that only packs the homes of each authority: an ordinary
 * one, a partial aggregate that workers share like any scan, or, for a run of a
 * plan, beside arrays of what else there is to know of each home.  Its groups
 * are offered to workers that solve them (crew.c).  What to do with a solved
 * group is done in this process while they solve others.
 *
 * Small work, or any where max_parallel_workers_per_gather is 0, is done here,
 * a group at a time.
 */
#include "groups.h"

#include "access/htup_details.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "executor/tstoreReceiver.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/plannodes.h"
#include "optimizer/clauses.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "parser/parse_func.h"
#include "tcop/dest.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/plancache.h"

#include "crew.h"
#include "pack.h"
#include "progress.h"
#include "ruleset.h"

/* Microseconds that a home takes, by PlacesMethod: to the order of magnitude. */
static const double home_cost[] = {20, 0.5, 0.5};

/*
 * What a unit of parallel_setup_cost stands for: by default workers must save
 * their start, some 20 ms each since every process loads PostGIS.
 */
#define SETUP_MICROSECONDS	50

/* Groups may all be in memory together up to so many megabytes; a home takes about so many bytes. */
#define HASHED_MB		256
#define HOME_BYTES		36

/* What becomes of the groups that are read. */
typedef struct PlacesDispatch
{
	MemoryContext context;		/* of the groups */
	MemoryContext scratch;		/* of a result */
	const PlacesStock *stock;
	PlacesGroupTaker take;
	void	   *taker;
	FmgrInfo	solver;
	double		groups;			/* so far; */
	double		cost;			/* of all, in microseconds */
	double		home_cost;
	PlacesCrew *crew;			/* NULL: none yet */
	ErrorContextCallback *errors;	/* for it: outside of the query */
	PlacesEntry *progress;		/* of the stock */
} PlacesDispatch;

/* Receives groups from the query. */
typedef struct PlacesGroupReceiver
{
	DestReceiver pub;
	PlacesDispatch *dispatch;
	int			authority;		/* attribute numbers */
	int			homes;
	int			ids;			/* 0: not asked for */
	int		   *row;			/* likewise NULL */
} PlacesGroupReceiver;

/* The arguments (grouped text, packed text, rules) of a function, and a solver of its schema. */
PlacesStock
OpenStock(FunctionCallInfo fcinfo, const char *solver, bool with_ids)
{
	char	   *schema = get_namespace_name(get_func_namespace(fcinfo->flinfo->fn_oid));
	PlacesStock stock;
	Oid			argtypes[2];

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("queries must not be null"),
				 errhint("Use places_internal.group_query().")));
	stock.grouped = text_to_cstring(PG_GETARG_TEXT_PP(0));
	stock.packed = text_to_cstring(PG_GETARG_TEXT_PP(1));
	stock.ruleset = get_fn_expr_argtype(fcinfo->flinfo, 2);
	stock.rules = fcinfo->args[2];
	stock.with_ids = with_ids;
	stock.row = NULL;
	stock.authorities = 0;
	stock.rows = 0;
	stock.unsafe = false;
	argtypes[0] = BYTEAOID;
	argtypes[1] = stock.ruleset;
	stock.solver = LookupFuncName(list_make2(makeString(schema), makeString(pstrdup(solver))),
								  2, argtypes, false);
	return stock;
}

/* Whether a query does what PostgreSQL forbids while there are workers, as far as functions are marked. */
static bool
IsUnsafe(SPIPlanPtr prepared)
{
	CachedPlanSource *source = linitial(SPI_plan_get_plan_sources(prepared));

	return max_parallel_hazard(linitial_node(Query, source->query_list)) == PROPARALLEL_UNSAFE;
}

/*
 * Whether the query that groups and clusters at once would be solved by others
 * than this process: by partitions in parallel, or by other servers.  Then its
 * plan has no aggregate on top.
 */
bool
SolvedElsewhere(PlacesStock *stock)
{
	SPIPlanPtr	prepared;
	CachedPlan *cached;
	Plan	   *plan;
	bool		elsewhere;

	SPI_connect();
	prepared = SPI_prepare_cursor(stock->grouped, 1, &stock->ruleset, CURSOR_OPT_PARALLEL_OK);
	cached = prepared ? SPI_plan_get_cached_plan(prepared) : NULL;
	if (cached == NULL)
		elog(ERROR, "could not plan a query of groups");
	plan = linitial_node(PlannedStmt, cached->stmt_list)->planTree;
	stock->unsafe = IsUnsafe(prepared);
	elsewhere = !IsA(plan, Agg);
	if (!elsewhere)
	{
		stock->authorities = plan->plan_rows;
		stock->rows = outerPlan(plan)->plan_rows;
	}
	ReleaseCachedPlan(cached, NULL);	/* that of a plan not saved has no owner */
	SPI_finish();
	return elsewhere;
}

/* Run a query for a receiver. */
void
RunQuery(const char *query, ParamListInfo params, DestReceiver *dest)
{
	SPIExecuteOptions options = {.read_only = true, .must_return_tuples = true};

	options.params = params;
	options.dest = dest;
	SPI_connect();
	if (SPI_execute_extended(query, &options) != SPI_OK_SELECT)
		elog(ERROR, "query of groups did not select");
	SPI_finish();
}

/* Let the rows of the query that groups and clusters at once be a function's result. */
void
KeepGroups(const PlacesStock *stock, ReturnSetInfo *rsinfo)
{
	DestReceiver *dest = CreateDestReceiver(DestTuplestore);
	ParamListInfo params = makeParamList(1);

	SetTuplestoreDestReceiverParams(dest, rsinfo->setResult, CurrentMemoryContext, false, rsinfo->setDesc,
									"query of groups does not return what its function does");
	params->params[0].ptype = stock->ruleset;
	params->params[0].pflags = PARAM_FLAG_CONST;
	params->params[0].isnull = stock->rules.isnull;
	params->params[0].value = stock->rules.value;
	RunQuery(stock->grouped, params, dest);
	dest->rDestroy(dest);
}

static void
EndReceiver(DestReceiver *self)
{
	(void) self;
}

static void
FreeGroup(PlacesGroup *group)
{
	if (group->has_authority)
		pfree(DatumGetPointer(group->authority));
	if (group->ids)
		pfree(group->ids);
	if (group->row)
		heap_freetuple(group->row);
	pfree(group);
}

/* A group has its result, which is in the scratch context. */
static void
FinishGroup(PlacesDispatch *dispatch, PlacesGroup *group, Datum result)
{
	dispatch->take(dispatch->taker, group, result);
	CountGroup(dispatch->progress, group->stock_rows);
	MemoryContextReset(dispatch->scratch);
	FreeGroup(group);
	CHECK_FOR_INTERRUPTS();
}

/* Take a result of the workers, if there is one. */
static bool
TakeResult(PlacesDispatch *dispatch)
{
	void	   *group;
	Datum		result;

	if (!TakeSolved(dispatch->crew, &group, &result))
		return false;
	FinishGroup(dispatch, group, result);
	return true;
}

/* Do one of the things that bring offered groups to their end; false if there are none left. */
static bool
Advance(PlacesDispatch *dispatch)
{
	if (TakeResult(dispatch))
		return true;
	if (!HelpCrew(dispatch->crew))
		return AwaitSolved(dispatch->crew);
	MemoryContextReset(dispatch->scratch);
	return true;
}

/* Have workers, as soon as what was read or what the planner expects is worth their start. */
static void
HireCrew(PlacesDispatch *dispatch)
{
	const PlacesStock *stock = dispatch->stock;
	double		cost = Max(dispatch->cost, stock->rows * dispatch->home_cost);
	int			workers = Min(max_parallel_workers_per_gather, Max(dispatch->groups, stock->authorities) - 1);

	if (workers > 0 && cost >= parallel_setup_cost * SETUP_MICROSECONDS)
	{
		MemoryContext caller = MemoryContextSwitchTo(dispatch->context);

		dispatch->crew = OpenCrew(stock->solver, stock->rules, workers, dispatch->errors);
		MemoryContextSwitchTo(caller);
	}
}

/* Have a group solved, and take results of others meanwhile. */
static void
DispatchGroup(PlacesDispatch *dispatch, PlacesGroup *group, bytea *homes)
{
	dispatch->groups++;
	dispatch->cost += group->stock_rows * dispatch->home_cost;
	if (dispatch->crew == NULL)
		HireCrew(dispatch);
	if (dispatch->crew == NULL)
	{
		FinishGroup(dispatch, group, SolvePacked(&dispatch->solver, homes, dispatch->stock->rules));
		return;
	}
	while (!OfferGroup(dispatch->crew, homes, group))
		Advance(dispatch);
	while (TakeResult(dispatch))
		;
}

/* All groups have been offered. */
static void
FinishCrew(PlacesDispatch *dispatch)
{
	MemoryContext caller = MemoryContextSwitchTo(dispatch->scratch);

	EndOffers(dispatch->crew);
	while (Advance(dispatch))
		;
	CloseCrew(dispatch->crew);
	MemoryContextSwitchTo(caller);
}

/* The number of a column of a query's result. */
int
FindColumn(TupleDesc desc, const char *name, Oid type, const char *hint)
{
	int			column = SPI_fnumber(desc, name);

	if (column <= 0 || SPI_gettypeid(desc, column) != type)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("query must have a column \"%s\" of type %s", name, format_type_be(type)),
				 errhint("%s", hint)));
	return column;
}

static void
StartGroups(DestReceiver *self, int operation, TupleDesc desc)
{
	PlacesGroupReceiver *r = (PlacesGroupReceiver *) self;
	TupleDesc	row = r->dispatch->stock->row;
	const char *hint = row ? "Use places_internal.run_query(..., true)." :
		"Use places_internal.group_query(..., 'packed_ids', 'packed').";

	(void) operation;
	r->authority = FindColumn(desc, "authority", TEXTOID, hint);
	r->homes = FindColumn(desc, "packed", BYTEAOID, hint);
	r->ids = r->dispatch->stock->with_ids ? FindColumn(desc, "packed_ids", BYTEAOID, hint) : 0;
	r->row = row ? palloc(sizeof(int) * row->natts) : NULL;
	for (int i = 0; row && i < row->natts - 1; i++)
	{
		Form_pg_attribute column = TupleDescAttr(row, i);

		r->row[i] = FindColumn(desc, NameStr(column->attname), column->atttypid, hint);
	}
}

/* Bytes; a null has none, as no group has. */
static bytea *
GetBytes(Datum bytes, bool isnull)
{
	return isnull ? (bytea *) cstring_to_text("") : DatumGetByteaP(bytes);
}

static bytea *
CopyBytes(Datum bytes, bool isnull)
{
	return isnull ? (bytea *) cstring_to_text("") : DatumGetByteaPCopy(bytes);
}

/* What else the query says of a group, in front of a null. */
static HeapTuple
CopyRow(TupleTableSlot *slot, const PlacesGroupReceiver *r)
{
	TupleDesc	desc = r->dispatch->stock->row;
	Datum	   *values = palloc0(sizeof(Datum) * desc->natts);
	bool	   *nulls = palloc(sizeof(bool) * desc->natts);
	HeapTuple	row;

	for (int i = 0; i < desc->natts - 1; i++)
		values[i] = slot_getattr(slot, r->row[i], &nulls[i]);
	nulls[desc->natts - 1] = true;
	row = heap_form_tuple(desc, values, nulls);
	pfree(values);
	pfree(nulls);
	return row;
}

/* The group of a row, of which homes are a part. */
static PlacesGroup *
CopyGroup(TupleTableSlot *slot, const PlacesGroupReceiver *r, const bytea *homes)
{
	PlacesGroup *group = palloc0(sizeof(PlacesGroup));
	bool		isnull;

	group->authority = slot_getattr(slot, r->authority, &isnull);
	group->has_authority = !isnull;
	if (!isnull)
		group->authority = PointerGetDatum(DatumGetTextPCopy(group->authority));
	if (r->ids > 0)
	{
		Datum		ids = slot_getattr(slot, r->ids, &isnull);

		group->ids = CopyBytes(ids, isnull);
	}
	group->row = r->row ? CopyRow(slot, r) : NULL;
	DescribePacked(homes, &group->stock_rows, &group->weight);
	return group;
}

/* Receive a group; one without an authority needs no solving. */
static bool
ReceiveGroup(TupleTableSlot *slot, DestReceiver *self)
{
	PlacesGroupReceiver *r = (PlacesGroupReceiver *) self;
	PlacesDispatch *dispatch = r->dispatch;
	MemoryContext caller = MemoryContextSwitchTo(dispatch->context);
	bool		isnull;
	Datum		bytes = slot_getattr(slot, r->homes, &isnull);
	bytea	   *homes = GetBytes(bytes, isnull);
	PlacesGroup *group = CopyGroup(slot, r, homes);

	MemoryContextSwitchTo(dispatch->scratch);
	if (group->has_authority)
		DispatchGroup(dispatch, group, homes);
	else
		FinishGroup(dispatch, group, (Datum) 0);
	MemoryContextSwitchTo(caller);
	if (PointerGetDatum(homes) != bytes)
		pfree(homes);
	CHECK_FOR_INTERRUPTS();
	return true;
}

/* Set a parameter until the caller's GUC nest level ends. */
static void
SetForNow(const char *name, const char *value)
{
	set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

/*
 * Many rows are read by sorting, since hashing would hold all groups in memory.
 * Fewer are hashed without going to disk: PostgreSQL does not know how large
 * packed groups are, nor that they will be needed together.
 */
static void
ChooseGrouping(double rows)
{
	if (rows * HOME_BYTES <= HASHED_MB * 1024.0 * 1024.0)
		SetForNow("work_mem", psprintf("%dkB", Max(work_mem, HASHED_MB * 1024)));
	else if (rows * HOME_BYTES > get_hash_memory_limit())
		SetForNow("enable_hashagg", "off");
}

/*
 * The query that packs.  Workers for solving are started while its rows come,
 * so one that is unsafe then must be over before: it is sorted, by what no plan
 * gives an order to.
 */
static const char *
PackedQuery(const PlacesStock *stock)
{
	if (!stock->unsafe)
		return stock->packed;
	return psprintf("SELECT * FROM (%s) g ORDER BY pg_catalog.octet_length(g.packed) DESC", stock->packed);
}

/*
 * Solve the groups of a stock.  Where whole rows of the query are kept, how it
 * groups is up to PostgreSQL, as in any query of arrays.
 */
void
SolveGroups(const PlacesStock *stock, PlacesGroupTaker take, void *taker)
{
	PlacesDispatch dispatch = {.stock = stock, .take = take, .taker = taker};
	PlacesGroupReceiver receiver = {.pub = {ReceiveGroup, StartGroups, EndReceiver, EndReceiver, DestTuplestore}, &dispatch};
	int			settings = NewGUCNestLevel();

	dispatch.errors = error_context_stack;
	dispatch.context = AllocSetContextCreate(CurrentMemoryContext, "places groups", ALLOCSET_DEFAULT_SIZES);
	dispatch.scratch = AllocSetContextCreate(dispatch.context, "places result", ALLOCSET_DEFAULT_SIZES);
	fmgr_info(stock->solver, &dispatch.solver);
	if (!stock->rules.isnull)
		dispatch.home_cost = home_cost[ReadRuleset(stock->rules.value).method];
	dispatch.progress = StartProgress(get_func_name(stock->solver), stock->authorities, stock->rows);
	SetForNow("jit", "off");
	if (stock->row == NULL)
		ChooseGrouping(stock->rows);
	RunQuery(PackedQuery(stock), NULL, &receiver.pub);
	AtEOXact_GUC(true, settings);
	if (dispatch.crew != NULL)
		FinishCrew(&dispatch);
	MemoryContextDelete(dispatch.context);
}
