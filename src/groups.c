/*
 * groups.c
 *	  The authorities of a stock, read and solved on all cores.
 *
 * PostgreSQL computes an aggregate's final functions, which is where clustering
 * spends its time, in one process, unless the table is partitioned.  So a stock
 * takes two queries, each an ordinary one that the planner may run in parallel.
 * The first packs the homes of each authority, as a partial aggregate that
 * workers share like any scan, or, for a run of a plan, beside arrays of what
 * else there is to know of each home.  Its groups are collected into batches; the
 * second query solves a batch.  It is a UNION ALL of some shares of the batch,
 * given as parameters, that is a Parallel Append, of which a process takes one
 * share after the other.  The stock is read once, and what to do with a solved
 * group is done in this process while the workers solve others.
 *
 * Small work, or any where max_parallel_workers_per_gather is 0, is done here,
 * a group at a time.
 */
#include "groups.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "executor/tstoreReceiver.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/plannodes.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "parser/parse_func.h"
#include "tcop/dest.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

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

/* A batch is solved as soon as its groups take so many bytes. */
#define BATCH_BYTES		((Size) 64 * 1024 * 1024)

/* Shares of a batch for each process: the more, the more evenly they end. */
#define SHARES_EACH		16

/* Groups may all be in memory together up to so many megabytes; a home takes about so many bytes. */
#define HASHED_MB		256
#define HOME_BYTES		36

typedef struct PlacesBatch
{
	MemoryContext context;		/* of the groups */
	const PlacesStock *stock;
	PlacesGroupTaker take;
	void	   *taker;
	int			n;
	int			capacity;
	PlacesGroup *groups;
	Size		bytes;
	double		cost;			/* of all, in microseconds */
	double		home_cost;
	PlacesEntry *progress;		/* of the stock */
} PlacesBatch;

/* Receives groups from the first query. */
typedef struct PlacesGroupReceiver
{
	DestReceiver pub;
	PlacesBatch *batch;
	int			authority;		/* attribute numbers */
	int			homes;
	int			ids;			/* 0: not asked for */
	int		   *row;			/* likewise NULL */
} PlacesGroupReceiver;

/* Receives results from the second query. */
typedef struct PlacesResultReceiver
{
	DestReceiver pub;
	const PlacesBatch *batch;
} PlacesResultReceiver;

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
				 errhint("Use places.group_query().")));
	stock.grouped = text_to_cstring(PG_GETARG_TEXT_PP(0));
	stock.packed = text_to_cstring(PG_GETARG_TEXT_PP(1));
	stock.ruleset = get_fn_expr_argtype(fcinfo->flinfo, 2);
	stock.rules = fcinfo->args[2];
	stock.with_ids = with_ids;
	stock.row = NULL;
	stock.authorities = 0;
	stock.rows = 0;
	argtypes[0] = BYTEAOID;
	argtypes[1] = stock.ruleset;
	stock.solver = LookupFuncName(list_make2(makeString(schema), makeString(pstrdup(solver))),
								  2, argtypes, false);
	return stock;
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

/* Solve a group in this process. */
static void
SolveHere(const PlacesBatch *batch, const PlacesGroup *group)
{
	LOCAL_FCINFO(fcinfo, 2);
	FmgrInfo	flinfo;

	fmgr_info(batch->stock->solver, &flinfo);
	InitFunctionCallInfoData(*fcinfo, &flinfo, 2, InvalidOid, NULL, NULL);
	fcinfo->args[0].value = PointerGetDatum(group->homes);
	fcinfo->args[0].isnull = false;
	fcinfo->args[1] = batch->stock->rules;
	batch->take(batch->taker, group, FunctionCallInvoke(fcinfo));
	CountGroup(batch->progress, group->stock_rows);
}

/* Larger groups first; of equal ones any, since the order has no effect on the results */
static int
CompareGroups(const void *a, const void *b)
{
	int			p = ((const PlacesGroup *) a)->stock_rows;
	int			q = ((const PlacesGroup *) b)->stock_rows;

	return p > q ? -1 : p < q;
}

/*
 * Deal the groups into shares of about as many homes, the largest first, each
 * to the share that has the least; then put them in the order of the shares.
 * first[s] is the first group of share s.
 */
static void
DealGroups(PlacesBatch *batch, int nshares, int *first)
{
	int64	   *homes = palloc0(sizeof(int64) * nshares);
	int		   *count = palloc0(sizeof(int) * nshares);
	int		   *share = palloc(sizeof(int) * batch->n);
	PlacesGroup *dealt = palloc(sizeof(PlacesGroup) * batch->n);

	qsort(batch->groups, batch->n, sizeof(PlacesGroup), CompareGroups);
	for (int i = 0; i < batch->n; i++)
	{
		int			least = 0;

		for (int s = 1; s < nshares; s++)
			if (homes[s] < homes[least])
				least = s;
		homes[least] += batch->groups[i].stock_rows;
		count[least]++;
		share[i] = least;
	}
	first[0] = 0;
	for (int s = 0; s < nshares; s++)
		first[s + 1] = first[s] + count[s];
	for (int i = batch->n - 1; i >= 0; i--)
		dealt[first[share[i]] + --count[share[i]]] = batch->groups[i];
	memcpy(batch->groups, dealt, sizeof(PlacesGroup) * batch->n);
}

/* The homes of a share's groups as a bytea[]; the groups' own go. */
static Datum
ShareHomes(PlacesGroup *groups, int n)
{
	Datum	   *homes = palloc(sizeof(Datum) * n);
	ArrayType  *array;

	for (int i = 0; i < n; i++)
		homes[i] = PointerGetDatum(groups[i].homes);
	array = construct_array(homes, n, BYTEAOID, -1, false, TYPALIGN_INT);
	for (int i = 0; i < n; i++)
	{
		pfree(groups[i].homes);
		groups[i].homes = NULL;
	}
	return PointerGetDatum(array);
}

static bool
ReceiveResult(TupleTableSlot *slot, DestReceiver *self)
{
	PlacesResultReceiver *r = (PlacesResultReceiver *) self;
	bool		isnull;
	int			group = DatumGetInt32(slot_getattr(slot, 1, &isnull));

	r->batch->take(r->batch->taker, &r->batch->groups[group], slot_getattr(slot, 2, &isnull));
	CountGroup(r->batch->progress, r->batch->groups[group].stock_rows);
	CHECK_FOR_INTERRUPTS();
	return true;
}

static void
StartResults(DestReceiver *self, int operation, TupleDesc desc)
{
	(void) self;
	(void) operation;
	(void) desc;
}

/*
 * Solve a batch by a query that the planner may run in parallel.  The parameters
 * are not marked constant: the planner would write their bytes into the plan,
 * as text, for every worker to read.
 */
static void
SolveShares(PlacesBatch *batch)
{
	const PlacesStock *stock = batch->stock;
	int			nshares = Min(batch->n, SHARES_EACH * (max_parallel_workers_per_gather + 1));
	int		   *first = palloc(sizeof(int) * (nshares + 1));
	ParamListInfo params = makeParamList(1 + nshares);
	PlacesResultReceiver receiver = {.pub = {ReceiveResult, StartResults, EndReceiver, EndReceiver, DestTuplestore}, batch};
	char	   *solver = quote_qualified_identifier(get_namespace_name(get_func_namespace(stock->solver)),
													get_func_name(stock->solver));
	StringInfoData query;

	DealGroups(batch, nshares, first);
	memset(params->params, 0, sizeof(ParamExternData) * (1 + nshares));
	params->params[0].ptype = stock->ruleset;
	params->params[0].value = stock->rules.value;
	params->params[0].isnull = stock->rules.isnull;
	initStringInfo(&query);
	for (int s = 0; s < nshares; s++)
	{
		params->params[s + 1].ptype = BYTEAARRAYOID;
		params->params[s + 1].value = ShareHomes(batch->groups + first[s], first[s + 1] - first[s]);
		appendStringInfo(&query, "%sSELECT %d + i, %s(($%d)[i], $1)"
						 " FROM pg_catalog.generate_series(1, pg_catalog.cardinality($%d)) i",
						 s > 0 ? " UNION ALL " : "", first[s] - 1, solver, s + 2, s + 2);
	}
	RunQuery(query.data, params, &receiver.pub);
}

/* Solve the groups collected, and forget them. */
static void
SolveBatch(PlacesBatch *batch)
{
	MemoryContext caller = MemoryContextSwitchTo(batch->context);

	if (batch->n > 1 && batch->cost >= parallel_setup_cost * SETUP_MICROSECONDS)
		SolveShares(batch);
	else
		for (int i = 0; i < batch->n; i++)
			SolveHere(batch, &batch->groups[i]);
	MemoryContextSwitchTo(caller);
	MemoryContextReset(batch->context);
	batch->n = 0;
	batch->bytes = 0;
	batch->cost = 0;
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
	TupleDesc	row = r->batch->stock->row;
	const char *hint = row ? "Use places.run_query(..., true)." :
		"Use places.group_query(..., 'packed_ids', 'packed').";

	(void) operation;
	r->authority = FindColumn(desc, "authority", TEXTOID, hint);
	r->homes = FindColumn(desc, "packed", BYTEAOID, hint);
	r->ids = r->batch->stock->with_ids ? FindColumn(desc, "packed_ids", BYTEAOID, hint) : 0;
	r->row = row ? palloc(sizeof(int) * row->natts) : NULL;
	for (int i = 0; row && i < row->natts - 1; i++)
	{
		Form_pg_attribute column = TupleDescAttr(row, i);

		r->row[i] = FindColumn(desc, NameStr(column->attname), column->atttypid, hint);
	}
}

/* A column's bytes; a null has none, as no group has. */
static bytea *
CopyBytea(TupleTableSlot *slot, int column)
{
	bool		isnull;
	Datum		bytes = slot_getattr(slot, column, &isnull);

	return isnull ? (bytea *) cstring_to_text("") : DatumGetByteaPCopy(bytes);
}

/* What else the query says of a group, in front of a null. */
static HeapTuple
CopyRow(TupleTableSlot *slot, const PlacesGroupReceiver *r)
{
	TupleDesc	desc = r->batch->stock->row;
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

/* Keep a group for its batch, or deal with it at once where there are no workers. */
static bool
ReceiveGroup(TupleTableSlot *slot, DestReceiver *self)
{
	PlacesGroupReceiver *r = (PlacesGroupReceiver *) self;
	PlacesBatch *batch = r->batch;
	MemoryContext caller = MemoryContextSwitchTo(batch->context);
	PlacesGroup group;
	bool		isnull;

	group.authority = slot_getattr(slot, r->authority, &isnull);
	group.has_authority = !isnull;
	if (!isnull)
		group.authority = PointerGetDatum(DatumGetTextPCopy(group.authority));
	group.homes = CopyBytea(slot, r->homes);
	group.ids = r->ids > 0 ? CopyBytea(slot, r->ids) : NULL;
	group.row = r->row ? CopyRow(slot, r) : NULL;
	DescribePacked(group.homes, &group.stock_rows, &group.weight);

	if (!group.has_authority)
		batch->take(batch->taker, &group, (Datum) 0);
	else
	{
		if (batch->n == 0 || batch->n == batch->capacity)
		{
			batch->capacity = batch->n == 0 ? 64 : 2 * batch->capacity;
			batch->groups = batch->n == 0 ? palloc(sizeof(PlacesGroup) * batch->capacity) :
				repalloc(batch->groups, sizeof(PlacesGroup) * batch->capacity);
		}
		batch->groups[batch->n++] = group;
		batch->bytes += VARSIZE(group.homes) + (group.ids ? VARSIZE(group.ids) : 0) +
			(group.row ? group.row->t_len : 0);
		batch->cost += group.stock_rows * batch->home_cost;
	}
	MemoryContextSwitchTo(caller);
	if (max_parallel_workers_per_gather == 0 || batch->bytes >= BATCH_BYTES)
		SolveBatch(batch);
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
 * Solve the groups of a stock.  Where whole rows of the query are kept, how it
 * groups is up to PostgreSQL, as in any query of arrays.
 */
void
SolveGroups(const PlacesStock *stock, PlacesGroupTaker take, void *taker)
{
	PlacesBatch batch = {.stock = stock, .take = take, .taker = taker};
	PlacesGroupReceiver receiver = {.pub = {ReceiveGroup, StartGroups, EndReceiver, EndReceiver, DestTuplestore}};
	int			settings = NewGUCNestLevel();

	batch.context = AllocSetContextCreate(CurrentMemoryContext, "places groups", ALLOCSET_DEFAULT_SIZES);
	if (!stock->rules.isnull)
		batch.home_cost = home_cost[ReadRuleset(stock->rules.value).method];
	batch.progress = StartProgress(get_func_name(stock->solver), stock->authorities, stock->rows);
	receiver.batch = &batch;
	SetForNow("jit", "off");
	if (stock->row == NULL)
		ChooseGrouping(stock->rows);
	RunQuery(stock->packed, NULL, &receiver.pub);
	AtEOXact_GUC(true, settings);
	SolveBatch(&batch);
	MemoryContextDelete(batch.context);
}
