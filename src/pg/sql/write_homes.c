/*
 * write_homes.c
 *	  What a run has found out about homes, written down.
 *
 * Rows that are stored already, and still true, are left alone.  The others are
 * written many at a time, as COPY does.  Where that is more than the table has,
 * as in the first run of a plan, its indexes are left as they are meanwhile and
 * then built anew, in a third of the time, if nobody is reading.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/index.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "parser/parse_func.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/tuplestore.h"

#include "pg/growing.h"
#include "pg/input/geometry.h"
#include "pg/input/postgis.h"
#include "pg/input/reading.h"
#include "pg/parallel/pack.h"
#include "pg/plans/fate.h"
#include "pg/plans/outside.h"
#include "pg/versions.h"

/* What a row takes about. */
#define ROW_BYTES		100

/* Rows that are written at once. */
#define ROWS_AT_ONCE	1000

/* Columns of places_internal.membership. */
enum
{
	STORED_HOME,
	STORED_PLAN,
	STORED_AUTHORITY,
	STORED_COPY,
	STORED_SINCE,
	STORED_UNTIL,
	STORED_PLACE,
	STORED_OUTSIDE,
	STORED_WEIGHT,
	STORED_LOCATION,
	STORED_LOADS,
	STORED_COLUMNS
};

/* A table that rows are written to. */
typedef struct PlacesTable
{
	Relation	rel;
	EState	   *estate;
	ResultRelInfo *info;
	BulkInsertState bulk;
	TupleTableSlot *slot[ROWS_AT_ONCE];
	int			slots;			/* made so far */
	int			n;				/* rows waiting */
	bool		rebuild;		/* indexes are built when all is written */
	MemoryContext context;		/* of their values */
} PlacesTable;

/* Writes homes of a run. */
typedef struct PlacesStore
{
	DestReceiver pub;
	PlacesTable table;
	int32		plan;
	int64		run;
	bool		weighted;
	int64	   *place;			/* identity of each new place */
	int			places;
	Size		capacity;
	Datum		outside[OUTSIDES];
	PlacesGeometryWriter writer;
	Oid			plain;			/* function that makes another location plain */
	MemoryContext context;
	MemoryContext scratch;		/* of an authority */
	ArrayBuildState *ended;
} PlacesStore;

/* Does a query of this session that is not over, as of a cursor, read an index? */
static bool
IsInUse(Oid index)
{
	Relation	rel = index_open(index, NoLock);
	bool		used = rel->rd_refcnt > 1;

	index_close(rel, NoLock);
	return used;
}

/*
 * Lock what has to be locked to rebuild the indexes of a table, if that can be had at once,
 * and is given back soon: a transaction that goes on would keep readers of all plans waiting.
 */
static bool
LockIndexes(Relation rel)
{
	List	   *indexes = RelationGetIndexList(rel);
	List	   *locked = NIL;
	ListCell   *cell;

	if (IsTransactionBlock() || !ConditionalLockRelation(rel, ShareLock))
		return false;
	foreach(cell, indexes)
	{
		if (!ConditionalLockRelationOid(lfirst_oid(cell), AccessExclusiveLock))
			break;
		locked = lappend_oid(locked, lfirst_oid(cell));
		if (IsInUse(lfirst_oid(cell)))
			break;
	}
	if (cell == NULL)
		return true;
	foreach(cell, locked)
		UnlockRelationOid(lfirst_oid(cell), AccessExclusiveLock);
	UnlockRelation(rel, ShareLock);
	return false;
}

/* A table that so many rows are to be written to. */
static void
OpenTable(PlacesTable *table, Oid relation, double rows)
{
	table->rel = table_open(relation, RowExclusiveLock);
	if (RelationGetNumberOfAttributes(table->rel) != STORED_COLUMNS)
		elog(ERROR, "\"%s\" has other columns than homes have", RelationGetRelationName(table->rel));
	table->estate = CreateExecutorState();
	table->info = makeNode(ResultRelInfo);
	InitResultRelInfo(table->info, table->rel, 1, NULL, 0);
	table->rebuild = rows * ROW_BYTES > RelationGetNumberOfBlocks(table->rel) * (double) BLCKSZ && LockIndexes(table->rel);
	if (!table->rebuild)
		ExecOpenIndices(table->info, false);
	table->bulk = GetBulkInsertState();
	table->context = AllocSetContextCreate(CurrentMemoryContext, "places rows", ALLOCSET_DEFAULT_SIZES);
}

/* Write the rows that wait. */
static void
FlushTable(PlacesTable *table)
{
	MemoryContext caller = MemoryContextSwitchTo(table->context);

	if (table->n > 0)
		table_multi_insert(table->rel, table->slot, table->n, GetCurrentCommandId(true), 0, table->bulk);
	MemoryContextSwitchTo(caller);
	for (int i = 0; i < table->n; i++)
	{
		if (table->info->ri_NumIndices > 0)
		{
			InsertIndexTuples(table->info, table->slot[i], table->estate);
			ResetPerTupleExprContext(table->estate);
		}
		ExecClearTuple(table->slot[i]);
	}
	table->n = 0;
	MemoryContextReset(table->context);
	CHECK_FOR_INTERRUPTS();
}

static void
CloseTable(PlacesTable *table)
{
	Oid			relation;

	FlushTable(table);
	for (int i = 0; i < table->slots; i++)
		ExecDropSingleTupleTableSlot(table->slot[i]);
	FreeBulkInsertState(table->bulk);
	table_finish_bulk_insert(table->rel, 0);
	if (!table->rebuild)
		ExecCloseIndices(table->info);
	FreeExecutorState(table->estate);
	relation = RelationGetRelid(table->rel);
	table_close(table->rel, NoLock);
	if (table->rebuild)
	{
		CommandCounterIncrement();
		RebuildIndexes(relation);
	}
}

/* The values of the next row are to be put into this slot. */
static TupleTableSlot *
NextSlot(PlacesTable *table)
{
	if (table->n == ROWS_AT_ONCE)
		FlushTable(table);
	if (table->n == table->slots)
	{
		MemoryContext caller = MemoryContextSwitchTo(table->estate->es_query_cxt);

		table->slot[table->slots++] = table_slot_create(table->rel, NULL);
		MemoryContextSwitchTo(caller);
	}
	return table->slot[table->n++];
}

/* The packed rows of an authority, side by side. */
typedef struct PlacesStoredGroup
{
	Datum		authority;
	int			made_before;	/* places of authorities before it */
	PlacesGroup *group;
	PlacesFates *fates;
	const char **text[TEXTS];	/* by row; NULL: none */
	uint32	   *length[TEXTS];
} PlacesStoredGroup;

/* Texts can be read in order only, and rows are wanted in another. */
static void
FindTexts(PlacesStoredGroup *stored, const bytea *packed, int text)
{
	PlacesIdReader reader = TextsOfPacked(packed, text);
	int			n = stored->group->n;

	stored->text[text] = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(char *) * n);
	stored->length[text] = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(uint32) * n);
	for (int i = 0; i < n; i++)
		if (!NextBytes(&reader, &stored->text[text][i], &stored->length[text][i]))
			stored->text[text][i] = NULL;
}

/* The identity of the place of a row; 0: none. */
static int64
PlaceOf(const PlacesStore *store, const PlacesStoredGroup *stored, int row)
{
	int			made = stored->fates->fate[row].made;

	if (made == 0)
		return 0;
	if (stored->made_before + made > store->places)
		elog(ERROR, "place %d has no identity", stored->made_before + made);
	return store->place[stored->made_before + made - 1];
}

static void
PutLocation(PlacesStore *store, const PlacesStoredGroup *stored, int row, Datum *values, bool *nulls)
{
	const PlacesGroup *group = stored->group;

	if (group->row[row] == ROW_LOCATED)
		values[STORED_LOCATION] = WritePoint(&store->writer, group->x[row], group->y[row], group->srid);
	else if (stored->text[TEXT_LOCATION][row] != NULL)
		values[STORED_LOCATION] = OidFunctionCall1(store->plain,
												   PointerGetDatum(cstring_to_text_with_len(stored->text[TEXT_LOCATION][row],
																							 stored->length[TEXT_LOCATION][row])));
	else
		nulls[STORED_LOCATION] = true;
}

static void
PutLoads(const PlacesGroup *group, int row, Datum *values, bool *nulls)
{
	Datum		load[MOST_LOADS];
	int			n = CountLoads(group);

	for (int l = 0; l < n; l++)
		load[l] = Float8GetDatum(group->load[l][row]);
	nulls[STORED_LOADS] = n == 0;
	if (n > 0)
		values[STORED_LOADS] = PointerGetDatum(construct_array(load, n, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

static void
StoreRow(PlacesStore *store, const PlacesStoredGroup *stored, int row, int64 place)
{
	const PlacesFate *fate = &stored->fates->fate[row];
	TupleTableSlot *slot = NextSlot(&store->table);
	MemoryContext caller = MemoryContextSwitchTo(store->table.context);
	Datum	   *values = slot->tts_values;
	bool	   *nulls = slot->tts_isnull;

	ExecClearTuple(slot);
	memset(nulls, false, sizeof(bool) * STORED_COLUMNS);
	values[STORED_HOME] = PointerGetDatum(cstring_to_text_with_len(stored->text[TEXT_ID][row],
																   stored->length[TEXT_ID][row]));
	values[STORED_PLAN] = Int32GetDatum(store->plan);
	values[STORED_AUTHORITY] = PointerGetDatum(DatumGetTextPCopy(stored->authority));
	values[STORED_COPY] = Int32GetDatum(fate->copy);
	values[STORED_SINCE] = Int64GetDatum(store->run);
	nulls[STORED_UNTIL] = true;
	values[STORED_PLACE] = Int64GetDatum(place);
	nulls[STORED_PLACE] = place == 0;
	values[STORED_OUTSIDE] = store->outside[fate->outside];
	nulls[STORED_OUTSIDE] = fate->outside == OUTSIDE_NOT;
	values[STORED_WEIGHT] = Float8GetDatum(stored->group->w ? stored->group->w[row] : 1);
	nulls[STORED_WEIGHT] = !store->weighted;
	PutLocation(store, stored, row, values, nulls);
	PutLoads(stored->group, row, values, nulls);
	ExecStoreVirtualTuple(slot);
	MemoryContextSwitchTo(caller);
}

static void
EndRow(PlacesStore *store, const ItemPointerData *row)
{
	ItemPointerData copy = *row;

	store->ended = accumArrayResult(store->ended, PointerGetDatum(&copy), false, TIDOID, store->context);
}

/* Write the rows of an authority that are not stored as they are, by place. */
static void
StoreRows(PlacesStore *store, const PlacesStoredGroup *stored)
{
	PlacesFates *fates = stored->fates;
	Size		n = Max(fates->n, 1);
	PlacesSortItem *items = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(PlacesSortItem) * n);
	PlacesSortItem *spare = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(PlacesSortItem) * n);
	int			changed = 0;

	for (int i = 0; i < fates->n; i++)
	{
		const PlacesFate *fate = &fates->fate[i];
		int64		place = PlaceOf(store, stored, i);
		bool		has = ItemPointerIsValid(&fate->stored);

		HostCheckCancelAt(i);
		if (has && fate->same && fate->stored_place == place && fate->stored_outside == fate->outside)
			continue;
		if (has)
			EndRow(store, &fate->stored);
		items[changed++] = (PlacesSortItem) {place, i};
	}
	items = RadixSort(items, spare, changed);
	for (int i = 0; i < changed; i++)
		StoreRow(store, stored, items[i].row, items[i].key);
	for (int i = 0; i < fates->ended; i++)
		EndRow(store, &FATES_ENDED(fates)[i]);
}

/* A value as bytes at an address where numbers may be. */
static struct varlena *
AlignedColumn(TupleTableSlot *slot, int column)
{
	bool		isnull;
	Datum		value = slot_getattr(slot, column, &isnull);

	return isnull ? NULL : PG_DETOAST_DATUM_COPY(value);
}

/* Receive an authority: name, places before it, rows, fates. */
static bool
ReceiveGroup(TupleTableSlot *slot, DestReceiver *self)
{
	PlacesStore *store = (PlacesStore *) self;
	MemoryContext caller = MemoryContextSwitchTo(store->scratch);
	PlacesStoredGroup stored = {0};
	bytea	   *packed = AlignedColumn(slot, 3);
	bool		isnull;

	stored.authority = slot_getattr(slot, 1, &isnull);
	stored.made_before = DatumGetInt32(slot_getattr(slot, 2, &isnull));
	stored.fates = (PlacesFates *) AlignedColumn(slot, 4);
	if (packed != NULL)
	{
		stored.group = ViewPacked(packed);
		FindTexts(&stored, packed, TEXT_ID);
		FindTexts(&stored, packed, TEXT_LOCATION);
	}
	StoreRows(store, &stored);
	MemoryContextSwitchTo(caller);
	MemoryContextReset(store->scratch);
	CHECK_FOR_INTERRUPTS();
	return true;
}

typedef struct PlacesIdentities
{
	DestReceiver pub;
	PlacesStore *store;
} PlacesIdentities;

/* Receive the identity of the next place. */
static bool
ReceiveIdentity(TupleTableSlot *slot, DestReceiver *self)
{
	PlacesStore *store = ((PlacesIdentities *) self)->store;
	bool		isnull;

	store->place = GrowArray(store->context, store->place, store->places, &store->capacity, sizeof(int64));
	store->place[store->places++] = DatumGetInt64(slot_getattr(slot, 1, &isnull));
	return true;
}

PG_FUNCTION_INFO_V1(write_homes);

/*
 * write_homes(homes regclass, plan_id int, run bigint, weighted boolean,
 * geodetic boolean, rows float8): writes what the tables of a run have, some so
 * many rows, and returns those that are true no more
 */
Datum
write_homes(PG_FUNCTION_ARGS)
{
	PlacesStore store = {.pub = RowReceiver(ReceiveGroup)};
	PlacesIdentities identities = {RowReceiver(ReceiveIdentity), &store};
	Oid			location = PostgisType(PG_GETARG_BOOL(4) ? "geography" : "geometry");
	Datum		ended;

	store.plan = PG_GETARG_INT32(1);
	store.run = PG_GETARG_INT64(2);
	store.weighted = PG_GETARG_BOOL(3);
	store.context = CurrentMemoryContext;
	store.scratch = AllocSetContextCreate(CurrentMemoryContext, "places authority", ALLOCSET_DEFAULT_SIZES);
	store.writer = NewGeometryWriter(PostgisType("geometry"), CurrentMemoryContext);
	store.plain = LookupFuncName(list_make2(makeString("places_internal"), makeString("plain_location")), 1, &location, false);
	for (int i = OUTSIDE_NOT + 1; i < OUTSIDES; i++)
		store.outside[i] = CStringGetTextDatum(OutsideWord(i));
	OpenTable(&store.table, PG_GETARG_OID(0), PG_GETARG_FLOAT8(5));
	ReadQuery("SELECT n.place FROM pg_temp.places_run_place n ORDER BY n.made", NULL, &identities.pub);
	ReadQuery("SELECT a.authority, a.made_before, a.rows, a.fates FROM pg_temp.places_run_authority a"
			" WHERE a.fates IS NOT NULL ORDER BY a.authority, a.nobody", NULL, &store.pub);
	CloseTable(&store.table);
	ended = store.ended ? makeArrayResult(store.ended, CurrentMemoryContext) :
		PointerGetDatum(construct_empty_array(TIDOID));
	PG_RETURN_DATUM(ended);
}

/* Where labels go. */
typedef struct PlacesLabels
{
	DestReceiver pub;
	ReturnSetInfo *result;
} PlacesLabels;

/* Receive an authority: places before it, rows, fates. */
static bool
ReceiveLabels(TupleTableSlot *slot, DestReceiver *self)
{
	ReturnSetInfo *result = ((PlacesLabels *) self)->result;
	bool		isnull;
	int			made_before = DatumGetInt32(slot_getattr(slot, 1, &isnull));
	bytea	   *packed = AlignedColumn(slot, 2);
	PlacesFates *fates = (PlacesFates *) AlignedColumn(slot, 3);
	PlacesGroup *group = ViewPacked(packed);
	PlacesIdReader labels = TextsOfPacked(packed, TEXT_LABEL);

	for (int i = 0; i < fates->n; i++)
	{
		const PlacesFate *fate = &fates->fate[i];
		Datum		values[3] = {Int32GetDatum(made_before + fate->made)};
		bool		nulls[3] = {false};
		const char *label;
		uint32		length;

		HostCheckCancelAt(i);
		if (!NextBytes(&labels, &label, &length) || fate->made == 0 || !IsIn(fate->outside))
			continue;
		values[1] = PointerGetDatum(cstring_to_text_with_len(label, length));
		values[2] = Float8GetDatum(group->w ? group->w[i] : 1);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		pfree(DatumGetPointer(values[1]));
	}
	pfree(group);
	pfree(packed);
	pfree(fates);
	return true;
}

PG_FUNCTION_INFO_V1(run_labels);

/* run_labels(): the number of its place, the label and the weight of each home in one, of authorities with a place that has no identity yet */
Datum
run_labels(PG_FUNCTION_ARGS)
{
	PlacesLabels labels = {RowReceiver(ReceiveLabels), (ReturnSetInfo *) fcinfo->resultinfo};

	InitMaterializedSRF(fcinfo, 0);
	ReadQuery("SELECT a.made_before, a.rows, a.fates FROM pg_temp.places_run_authority a WHERE a.rows IS NOT NULL"
			" AND a.authority IN (SELECT n.authority FROM pg_temp.places_run_place n WHERE n.place IS NULL)", NULL, &labels.pub);
	return (Datum) 0;
}
