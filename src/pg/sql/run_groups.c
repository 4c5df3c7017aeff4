/*
 * run_groups.c
 *	  What a run of a plan finds out about each authority:
 *	  places_internal.run_groups().
 *
 * The stock is read once, with the rights and the search path of whoever calls
 * the functions of plans, which run as their owner.  An authority whose rows are
 * those of the base run is left at that: it keeps its places.  The others wait
 * until all is read; then what is stored of them is read too, some millions of
 * homes at a time, they are held against it (fate.c), and solved on all cores
 * (dispatch.c).
 *
 * Patches and localities have no stock: a stored run of their parent takes its place,
 * which is read with the rights of the tables' owner (parent.c).
 *
 * Where the stock is distributed, other servers pack the homes of each authority,
 * and what is stored stays where it is.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

#include "pg/growing.h"
#include "pg/input/postgis.h"
#include "pg/input/ruleset.h"
#include "pg/output/answer.h"
#include "pg/output/homes.h"
#include "pg/parallel/dispatch.h"
#include "pg/parallel/pack.h"
#include "pg/plans/fate.h"
#include "pg/plans/id_count.h"
#include "pg/plans/known.h"
#include "pg/plans/names.h"
#include "pg/plans/outside.h"
#include "pg/plans/overlap.h"
#include "pg/plans/parent.h"
#include "pg/sql/plan_session.h"
#include "pg/refuse.h"
#include "pg/versions.h"

/* Homes whose past is in memory at a time, some hundred bytes each. */
#define HOMES_AT_A_TIME		4000000

/* Arguments, behind those of every stock. */
enum
{
	ARG_WEIGHT = 4,
	ARG_LABEL,
	ARG_PLAN,
	ARG_BASE_RUN,
	ARG_SRID,
	ARG_TOLERANCE,
	ARG_RULES,
	ARG_KNOWN,
	ARG_DIGESTS,
	ARG_SEARCH_PATH,
	ARG_TOGETHER,
	ARG_BALANCE_COLUMNS,
	ARG_BALANCE_TOLERANCE,
	ARG_GRACE,
	ARG_PARENT,
	ARG_PARENT_RUN,
	ARG_DISPERSED,
	ARG_REGION,
	ARG_GEODETIC,
	ARGUMENTS
};

/* Columns of the result, in order. */
enum
{
	GROUP_AUTHORITY,
	GROUP_STATUS,
	GROUP_DIGEST,
	GROUP_STOCK_ROWS,
	GROUP_HOMES,
	GROUP_FOUND_ROWS,
	GROUP_STAYED_OUT,
	GROUP_NO_LOCATION,
	GROUP_BAD_WEIGHT,
	GROUP_DUPLICATE_IDS,
	GROUP_LIST,
	GROUP_WAS,
	GROUP_MADE,
	GROUP_SHARED,
	GROUP_REQUIRED,
	GROUP_ROWS,
	GROUP_FATES,
	GROUP_COLUMNS
};

/* An authority to be solved, or gone. */
typedef struct PlacesChanged
{
	PlacesName	name;
	const char *digest;
	int			rows;			/* 0: it is in the stock no more */
} PlacesChanged;

typedef struct PlacesRun
{
	PlacesPastOf of;
	NullableDatum srid;
	double		tolerance;
	double		grace;
	bool		weighted;
	PlacesPointReader *reader;	/* of locations of the stock */

	/* reading */
	HTAB	   *known;			/* of PlacesKnown */
	PlacesChanged *changed;
	Size		nchanged;
	Size		changed_capacity;
	Tuplestorestate *packed;	/* the rows of those that are in the stock, in order */
	TupleDesc	packed_desc;
	PlacesIdCount ids;
	ReturnSetInfo *result;
	PlacesDispatch *dispatch;
	MemoryContext context;
	MemoryContext scratch;		/* of the authority that is being read or prepared */
} PlacesRun;

/* What is known of an authority while it is solved. */
typedef struct PlacesRunGroup
{
	MemoryContext context;
	const PlacesChanged *changed;
	bytea	   *packed;
	PlacesFates *fates;
	PlacesLost	lost;
} PlacesRunGroup;

typedef struct PlacesRunReceiver
{
	DestReceiver pub;
	PlacesRun  *run;
	bool		received;
} PlacesRunReceiver;

/* Reading */

/* The digest of rows, and the larger places that they are in; their ids are counted. */
static char *
DigestRows(PlacesRun *run, const bytea *packed, int n)
{
	PlacesHomeKey *keys = KeysOfPacked(packed, run->reader, run->weighted);
	PlacesGroup *group = ViewPacked(packed);
	PlacesDigest digest = {0};

	for (int i = 0; i < n; i++)
	{
		AddToDigest(&digest, &keys[i], group->within ? group->within[i] : 0,
					group->together ? group->together[i] : 0);
		CountId(&run->ids, run->context, &keys[i]);
	}
	pfree(keys);
	pfree(group);
	return DigestText(&digest);
}

static void
PutSame(PlacesRun *run, PlacesName name, const char *digest, int rows)
{
	Datum		values[GROUP_COLUMNS] = {0};
	bool		nulls[GROUP_COLUMNS];

	memset(nulls, true, sizeof(nulls));
	values[GROUP_AUTHORITY] = CStringGetTextDatum(name.name);
	nulls[GROUP_AUTHORITY] = name.nobody;
	values[GROUP_STATUS] = CStringGetTextDatum("same");
	values[GROUP_DIGEST] = CStringGetTextDatum(digest);
	values[GROUP_STOCK_ROWS] = Int64GetDatum(rows);
	nulls[GROUP_STATUS] = nulls[GROUP_DIGEST] = nulls[GROUP_STOCK_ROWS] = false;
	tuplestore_putvalues(run->result->setResult, run->result->setDesc, values, nulls);
	SkipRows(run->dispatch, rows);
}

/* An authority waits to be solved. */
static void
AddChanged(PlacesRun *run, PlacesName name, const char *digest, int rows)
{
	run->changed = GrowArray(run->context, run->changed, run->nchanged, &run->changed_capacity, sizeof(PlacesChanged));
	name.name = MemoryContextStrdup(run->context, name.name);
	run->changed[run->nchanged++] = (PlacesChanged) {name, MemoryContextStrdup(run->context, digest), rows};
}

/* Receive an authority: it is as it was, or waits to be solved. */
static bool
ReceiveAuthority(TupleTableSlot *slot, DestReceiver *self)
{
	PlacesRunReceiver *receiver = (PlacesRunReceiver *) self;
	PlacesRun  *run = receiver->run;
	MemoryContext caller = MemoryContextSwitchTo(run->scratch);
	bool		isnull;
	Datum		authority = slot_getattr(slot, 1, &isnull);
	PlacesName	name = {isnull ? "" : TextDatumGetCString(authority), isnull};
	bytea	   *packed = DatumGetByteaP(slot_getattr(slot, 2, &isnull));
	PlacesKnown *known = hash_search(run->known, &name, HASH_FIND, NULL);
	PlacesDegrees degrees;
	Datum		rows;
	double		homes;
	int			n;
	char	   *digest;

	receiver->received = true;
	if (packed != (bytea *) TYPEALIGN(sizeof(double), packed))
		packed = DatumGetByteaPCopy(PointerGetDatum(packed));
	rows = PointerGetDatum(packed);
	DescribePacked(packed, &n, &homes, &degrees);
	digest = DigestRows(run, packed, n);
	if (known != NULL)
		known->met = true;
	if (known != NULL && known->digest != NULL && strcmp(known->digest, digest) == 0)
		PutSame(run, name, digest, n);
	else
	{
		AddChanged(run, name, digest, n);
		tuplestore_putvalues(run->packed, run->packed_desc, &rows, &isnull);
	}
	MemoryContextSwitchTo(caller);
	MemoryContextReset(run->scratch);
	CHECK_FOR_INTERRUPTS();
	return true;
}

static void
ReadStock(void *argument, const PlacesQuery *query)
{
	RunReading(query, argument);
}

/* Solving */

static Datum
ArrayDatum(Datum *elements, int n, Oid type)
{
	bool		fixed = type == BOOLOID;

	return PointerGetDatum(construct_array(elements, n, type, fixed ? 1 : type == INT4OID ? 4 : 8, true,
										   fixed ? TYPALIGN_CHAR : type == INT4OID ? TYPALIGN_INT : TYPALIGN_DOUBLE));
}

/* What places rows have in common with the old ones, and which must be the same. */
static void
PutPairs(const PlacesRunGroup *group, Datum *values)
{
	PlacesPairs pairs[2] = {FindPairs(group->fates, &group->lost), FindRequired(group->fates)};
	int			n = pairs[0].n + pairs[1].n;
	Datum	   *column[4];

	for (int c = 0; c < 4; c++)
		column[c] = palloc(sizeof(Datum) * Max(n, 1));
	for (int p = 0, at = 0; p < 2; p++)
		for (int i = 0; i < pairs[p].n; i++, at++)
		{
			column[0][at] = Int64GetDatum(pairs[p].was[i]);
			column[1][at] = Int32GetDatum(pairs[p].made[i]);
			column[2][at] = Float8GetDatum(pairs[p].shared[i]);
			column[3][at] = BoolGetDatum(p == 1);
		}
	values[GROUP_WAS] = ArrayDatum(column[0], n, INT8OID);
	values[GROUP_MADE] = ArrayDatum(column[1], n, INT4OID);
	values[GROUP_SHARED] = ArrayDatum(column[2], n, FLOAT8OID);
	values[GROUP_REQUIRED] = ArrayDatum(column[3], n, BOOLOID);
}

/* Counts of rows, by what became of them. */
static void
PutCounts(const PlacesFates *fates, Datum *values)
{
	int64		found = 0;
	int64		stayed_out = 0;
	int64		no_location = 0;
	int64		bad_weight = 0;

	for (int i = 0; i < fates->n; i++)
	{
		const PlacesFate *fate = &fates->fate[i];

		found += fate->existed;
		stayed_out += fate->existed && fate->was_in == 0 && (fate->made == 0 || !IsIn(fate->outside));
		bad_weight += fate->outside == OUTSIDE_BAD_WEIGHT;
		no_location += fate->outside == OUTSIDE_NO_LOCATION || fate->outside == OUTSIDE_NOT_A_POINT ||
			fate->outside == OUTSIDE_OTHER_SRID;
	}
	values[GROUP_STOCK_ROWS] = Int64GetDatum(fates->n);
	values[GROUP_HOMES] = Float8GetDatum(fates->homes);
	values[GROUP_FOUND_ROWS] = Int64GetDatum(found);
	values[GROUP_STAYED_OUT] = Int64GetDatum(stayed_out);
	values[GROUP_NO_LOCATION] = Int64GetDatum(no_location);
	values[GROUP_BAD_WEIGHT] = Int64GetDatum(bad_weight);
}

/* Write a row of the result, but for the answer. */
static void
PutGroup(PlacesRun *run, const PlacesRunGroup *group, const char *status, Datum *values, bool *nulls)
{
	values[GROUP_AUTHORITY] = CStringGetTextDatum(group->changed->name.name);
	nulls[GROUP_AUTHORITY] = group->changed->name.nobody;
	values[GROUP_STATUS] = CStringGetTextDatum(status);
	values[GROUP_DIGEST] = CStringGetTextDatum(group->changed->digest);
	PutCounts(group->fates, values);
	nulls[GROUP_DUPLICATE_IDS] = true;
	PutPairs(group, values);
	values[GROUP_ROWS] = PointerGetDatum(group->packed);
	nulls[GROUP_ROWS] = group->packed == NULL;
	values[GROUP_FATES] = PointerGetDatum(group->fates);
	tuplestore_putvalues(run->result->setResult, run->result->setDesc, values, nulls);
}

/* The same for an authority that was solved, or the rows without one. */
static void
PutSolved(void *taker, const PlacesAuthority *authority, bytea *bytes)
{
	PlacesRun  *run = taker;
	PlacesRunGroup *group = authority->state;
	const PlacesRunAnswer *answer = (const PlacesRunAnswer *) bytes;
	Datum		values[GROUP_COLUMNS] = {0};
	bool		nulls[GROUP_COLUMNS] = {false};

	CompleteFates(group->fates, group->packed, answer ? (const PlacesHomes *) answer->homes : NULL, run->reader, &run->srid);
	if (answer)
		values[GROUP_LIST] = PointerGetDatum(answer->homes + answer->list);
	nulls[GROUP_LIST] = answer == NULL;
	PutGroup(run, group, answer ? choice_words[answer->choice] : "none", values, nulls);
	MemoryContextDelete(group->context);
}

/* And for one that is in the stock no more: its stored rows end. */
static void
PutGone(PlacesRun *run, PlacesPast *past, const PlacesChanged *changed)
{
	MemoryContext caller = MemoryContextSwitchTo(run->scratch);
	PlacesRunGroup group = {.changed = changed};
	PlacesGroup nothing = {0};
	Datum		values[GROUP_COLUMNS] = {0};
	bool		nulls[GROUP_COLUMNS] = {false};

	group.fates = FindFates(&nothing, NULL, past, PastOfAuthority(past, changed->name), &group.lost);
	nulls[GROUP_LIST] = true;
	PutGroup(run, &group, "gone", values, nulls);
	MemoryContextSwitchTo(caller);
	MemoryContextReset(run->scratch);
}

/* The group of packed rows with the incumbent that their fates tell. */
static bytea *
WithIncumbent(PlacesGroup *group, const PlacesFates *fates, const PlacesPast *past, const PlacesRun *run)
{
	bool		any = false;

	for (int i = 0; i < fates->n && !any; i++)
		any = fates->fate[i].asked != 0;
	group->tolerance = run->tolerance;
	group->grace = run->grace;
	if (any && HasTargets(past))
	{
		group->share = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(double) * group->n);
		for (int i = 0; i < group->n; i++)
			group->share[i] = TargetOf(past, fates->fate[i].asked);
	}
	if (any)
	{
		group->previous = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(int64) * group->n);
		group->was_placed = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(bool) * group->n);
		group->fixed = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(uint8) * group->n);
		if (run->grace > 0)
			group->was_kept = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(bool) * group->n);
		for (int i = 0; i < group->n; i++)
		{
			group->previous[i] = fates->fate[i].asked;
			group->was_placed[i] = fates->fate[i].asked != 0;
			group->fixed[i] = fates->fate[i].fixed;
			if (run->grace > 0)
				group->was_kept[i] = WasKept(past, fates->fate[i].asked);
		}
	}
	return PackHomes(group);
}

/* Have an authority solved whose past is known. */
static void
SolveAuthority(PlacesRun *run, PlacesPast *past, const PlacesChanged *changed, Datum rows)
{
	MemoryContext context = AllocSetContextCreate(run->context, "places run group", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	PlacesRunGroup *group = palloc(sizeof(PlacesRunGroup));
	PlacesAuthority *authority;
	PlacesGroup *homes;
	PlacesHomeKey *keys;

	group->context = context;
	group->changed = changed;
	group->packed = DatumGetByteaPCopy(rows);
	MemoryContextSwitchTo(run->scratch);
	keys = KeysOfPacked(group->packed, run->reader, run->weighted);
	homes = ViewPacked(group->packed);
	CheckRows(homes, 0);
	MemoryContextSwitchTo(context);
	group->fates = FindFates(homes, keys, past, PastOfAuthority(past, changed->name), &group->lost);
	MemoryContextSwitchTo(run->scratch);
	authority = NewAuthority(run->dispatch, !changed->name.nobody, CStringGetTextDatum(changed->name.name));
	authority->state = group;
	Dispatch(run->dispatch, authority, WithIncumbent(homes, group->fates, past, run));
	MemoryContextSwitchTo(caller);
	MemoryContextReset(run->scratch);
}

/* The past of the authorities from one on, as many as may be in memory; *end receives the first that is not among them. */
static PlacesPast *
ReadNextPast(PlacesRun *run, Size first, Size *end)
{
	PlacesName *names = palloc(sizeof(PlacesName) * (run->nchanged - first));
	double		homes = 0;
	PlacesPast *past;

	for (*end = first; *end < run->nchanged && homes < HOMES_AT_A_TIME; ++*end)
	{
		names[*end - first] = run->changed[*end].name;
		homes += run->changed[*end].rows;
	}
	past = ReadPast(&run->of, names, (int) (*end - first));
	pfree(names);
	return past;
}

/* Have all authorities solved that are not as they were. */
static void
SolveChanged(PlacesRun *run)
{
	TupleTableSlot *slot = MakeSingleTupleTableSlot(run->packed_desc, &TTSOpsMinimalTuple);
	PlacesPast *past = NULL;
	Size		known = 0;

	for (Size i = 0; i < run->nchanged; i++)
	{
		bool		isnull;

		if (i == known)
		{
			if (past != NULL)
				FreePast(past);
			past = ReadNextPast(run, i, &known);
		}
		if (run->changed[i].rows == 0)
			PutGone(run, past, &run->changed[i]);
		else if (tuplestore_gettupleslot(run->packed, true, false, slot))
			SolveAuthority(run, past, &run->changed[i], slot_getattr(slot, 1, &isnull));
	}
	if (past != NULL)
		FreePast(past);
	ExecDropSingleTupleTableSlot(slot);
}

/* Of what the stock does not have any more nothing is left to solve. */
static void
AddGone(PlacesRun *run)
{
	HASH_SEQ_STATUS sequence;
	PlacesKnown *known;

	hash_seq_init(&sequence, run->known);
	while ((known = hash_seq_search(&sequence)) != NULL)
		if (!known->met)
			AddChanged(run, known->name, "", 0);
}

static TupleDesc
PackedDesc(void)
{
	TupleDesc	desc = CreateTemplateTupleDesc(1);

	TupleDescInitEntry(desc, 1, "packed", BYTEAOID, -1, 0);
	return desc;
}

/* A row that only counts rows whose id is missing, or that of another row. */
static void
PutDuplicates(PlacesRun *run)
{
	Datum		values[GROUP_COLUMNS] = {0};
	bool		nulls[GROUP_COLUMNS];

	memset(nulls, true, sizeof(nulls));
	values[GROUP_DUPLICATE_IDS] = Int64GetDatum(CountDuplicates(&run->ids));
	nulls[GROUP_DUPLICATE_IDS] = false;
	tuplestore_putvalues(run->result->setResult, run->result->setDesc, values, nulls);
}

/* What patches or localities read. */
static PlacesStock
OpenParent(const NullableDatum *args)
{
	PlacesParentRun parent = {.plan = DatumGetInt32(args[ARG_PARENT].value),
		.run = args[ARG_PARENT_RUN].isnull ? 0 : DatumGetInt64(args[ARG_PARENT_RUN].value),
		.dispersed = args[ARG_DISPERSED],.region = args[ARG_REGION],.loads = args[ARG_BALANCE_COLUMNS],
		.geodetic = !args[ARG_GEODETIC].isnull && DatumGetBool(args[ARG_GEODETIC].value),
		.weighted = !args[ARG_WEIGHT].isnull};

	return StockOfParent(&parent);
}

PG_FUNCTION_INFO_V1(run_groups);

/*
 * run_groups(stock regclass, id_column, authority_column, geom_column,
 * weight_column, label_column name, plan_id int, base_run bigint, srid int,
 * tolerance float8, rules places.ruleset, known text[], digests text[],
 * search_path text, together_column name, balance_columns name[], balance_tolerance
 * float8[], grace float8, parent_id int, parent_run bigint, dispersed boolean,
 * region_column name, geodetic boolean): a row for each authority, and one more with the number of
 * duplicate ids.  Known are the authorities with stored rows.  Of one whose rows
 * still have its digest there is nothing but that and their number, and its
 * status is same; of one that is not in the stock any more, with the status gone,
 * only what it had.
 */
Datum
run_groups(PG_FUNCTION_ARGS)
{
	const NullableDatum *args = fcinfo->args;
	bool		nested = PG_NARGS() == ARGUMENTS && !args[ARG_PARENT].isnull;
	PlacesStock stock = nested ? OpenParent(args) : OpenStock(fcinfo, ARGUMENTS);
	PlacesJob	job = {0};
	PlacesRun	run = {0};
	PlacesTask *task;
	PlacesRunReceiver receiver = {RowReceiver(ReceiveAuthority), &run, false};
	PlacesReader before;
	PlacesQuery query;

	if (args[ARG_PLAN].isnull || args[ARG_TOLERANCE].isnull || args[ARG_GRACE].isnull)
		Refuse((errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				errmsg("plan_id, tolerance and grace must not be null")));
	InitMaterializedSRF(fcinfo, 0);
	run.result = (ReturnSetInfo *) fcinfo->resultinfo;
	if (run.result->setDesc->natts != GROUP_COLUMNS)
		elog(ERROR, "return type must have %d columns", GROUP_COLUMNS);
	run.of = (PlacesPastOf) {DatumGetInt32(args[ARG_PLAN].value),
		args[ARG_BASE_RUN].isnull ? 0 : DatumGetInt64(args[ARG_BASE_RUN].value), PostgisType("geometry"),
		DatumGetFloat8(args[ARG_GRACE].value) > 0};
	run.srid = args[ARG_SRID];
	run.tolerance = DatumGetFloat8(args[ARG_TOLERANCE].value);
	run.grace = DatumGetFloat8(args[ARG_GRACE].value);
	run.weighted = stock.weight != NULL;
	run.context = AllocSetContextCreate(CurrentMemoryContext, "places run", ALLOCSET_DEFAULT_SIZES);
	run.scratch = AllocSetContextCreate(run.context, "places run rows", ALLOCSET_DEFAULT_SIZES);
	run.reader = NewPointReader(stock.geom_type, run.context);
	run.known = ReadKnown(&args[ARG_KNOWN], &args[ARG_DIGESTS], run.context);
	run.packed_desc = PackedDesc();
	run.packed = tuplestore_begin_heap(false, false, work_mem);
	job.task = task = NewTask(SOLVER_RUN, TupleDescAttr(run.result->setDesc, GROUP_LIST)->atttypid, &args[ARG_RULES]);
	task->rules[0].nested = nested && !args[ARG_DISPERSED].isnull;
	if (nested)
		ReadLoads(&args[ARG_BALANCE_COLUMNS], &args[ARG_BALANCE_TOLERANCE], task->rules);
	else
	{
		AddLabel(&stock, &args[ARG_LABEL]);
		AddTogether(&stock, &args[ARG_TOGETHER]);
		AddLoads(&stock, &args[ARG_BALANCE_COLUMNS], &args[ARG_BALANCE_TOLERANCE], task->rules);
		before = ReadAsCaller(&args[ARG_SEARCH_PATH]);
		SetForNow("jit", "off");
	}
	query = PlanReading(psprintf("SELECT FROM %s s", stock.name), NULL);
	job.rows = query.plan->planTree->plan_rows;
	query = PlanReading(RunQuery(&stock, &args[ARG_SRID]), NULL);
	job.authorities = query.plan->planTree->plan_rows;
	run.dispatch = BeginDispatch(&job, PutSolved, &run);
	ReadWithWorkers(ReadStock, &receiver, &query, &receiver.received);
	if (!nested)
		EndReading(&before);

	AddGone(&run);
	SolveChanged(&run);
	EndDispatch(run.dispatch);
	PutDuplicates(&run);
	tuplestore_end(run.packed);
	MemoryContextDelete(run.context);
	return (Datum) 0;
}
