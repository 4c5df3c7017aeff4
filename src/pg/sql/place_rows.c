/*
 * place_rows.c
 *	  A row for each place of a stock: places_internal.solve_summary(), the inner
 *	  side of places.summary().
 *
 * Where partitions or other servers solve groups by themselves the lists of
 * their query are expanded.  There may be few places in each of very many
 * authorities, so a list becomes rows without a set-returning function of its own.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"
#include "utils/typcache.h"

#include "pg/input/geometry.h"
#include "pg/output/answer.h"
#include "pg/output/members.h"
#include "pg/parallel/dispatch.h"
#include "pg/versions.h"

/* Columns of the result, in order. */
enum
{
	SUMMARY_AUTHORITY,
	SUMMARY_PLACE,
	SUMMARY_KEPT,
	SUMMARY_CENTRE,
	SUMMARY_LISTED,				/* and from here on those of the list, */
	SUMMARY_COLUMNS = SUMMARY_LISTED + 9
};

/* which are these attributes of it. */
static const int listed[] = {
	LIST_HOMES, LIST_REASON, LIST_RADIUS, LIST_GAP, LIST_MEAN_DISTANCE, LIST_RMS_DISTANCE, LIST_DENSITY,
	LIST_OUTLYING, LIST_ATTACHED
};

#define LISTED_REASON	(SUMMARY_LISTED + 1)

StaticAssertDecl(lengthof(listed) == SUMMARY_COLUMNS - SUMMARY_LISTED, "the columns are those listed");

/* Columns of the query that groups and clusters at once. */
enum
{
	GROUP_AUTHORITY,
	GROUP_LIST = 3
};

#define CANCEL_ROWS		4096

/* Where the rows go. */
typedef struct PlacesSummary
{
	ReturnSetInfo *rsinfo;
	TupleDesc	list;			/* of a places.place_list */
	PlacesGeometryWriter centre;
	MemoryContext scratch;		/* emptied after each authority */
} PlacesSummary;

typedef struct PlacesListReceiver
{
	DestReceiver pub;
	PlacesSummary *summary;
} PlacesListReceiver;

/* An attribute of a list: an array of float8, or of text. */
static PlacesColumn
OpenListed(int attribute, const Datum *values)
{
	ArrayType  *array = DatumGetArrayTypeP(values[attribute]);
	PlacesColumn column = {ARR_DATA_PTR(array), ARR_NULLBITMAP(array), sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE};

	if (attribute == LIST_REASON)
	{
		column.typlen = -1;
		column.typbyval = false;
		column.typalign = TYPALIGN_INT;
	}
	return column;
}

/* Write a row for each place of an authority. */
static void
WritePlaces(PlacesSummary *summary, Datum authority, HeapTupleHeader header)
{
	HeapTupleData tuple = {.t_len = HeapTupleHeaderGetDatumLength(header), .t_data = header};
	Datum		list[LIST_ATTRIBUTES];
	bool		isnull[LIST_ATTRIBUTES];
	PlacesColumn column[lengthof(listed)];
	PlacesColumn x,
				y;
	Datum		values[SUMMARY_COLUMNS];
	bool		nulls[SUMMARY_COLUMNS] = {false};
	int			places;

	heap_deform_tuple(&tuple, summary->list, list, isnull);
	places = ArrayGetNItems(ARR_NDIM(DatumGetArrayTypeP(list[LIST_HOMES])), ARR_DIMS(DatumGetArrayTypeP(list[LIST_HOMES])));
	x = OpenListed(LIST_X, list);
	y = OpenListed(LIST_Y, list);
	for (int c = 0; c < (int) lengthof(listed); c++)
		column[c] = OpenListed(listed[c], list);
	values[SUMMARY_AUTHORITY] = authority;
	for (int j = 0; j < places; j++)
	{
		double		metres_x = DatumGetFloat8(ReadElement(&x, j, &nulls[SUMMARY_CENTRE]));
		double		metres_y = DatumGetFloat8(ReadElement(&y, j, &nulls[SUMMARY_CENTRE]));

		if (j % CANCEL_ROWS == 0)
			CHECK_FOR_INTERRUPTS();
		for (int c = 0; c < (int) lengthof(listed); c++)
			values[SUMMARY_LISTED + c] = ReadElement(&column[c], j, &nulls[SUMMARY_LISTED + c]);
		values[SUMMARY_PLACE] = Int32GetDatum(j + 1);
		values[SUMMARY_KEPT] = BoolGetDatum(nulls[LISTED_REASON]);
		values[SUMMARY_CENTRE] = WritePoint(&summary->centre, metres_x, metres_y, DatumGetInt32(list[LIST_SRID]));
		tuplestore_putvalues(summary->rsinfo->setResult, summary->rsinfo->setDesc, values, nulls);
	}
}

/* The rows without an authority have no places. */
static void
WriteSolved(void *taker, const PlacesAuthority *authority, bytea *answer)
{
	if (answer != NULL)
		WritePlaces(taker, authority->name, (HeapTupleHeader) answer);
}

/* The same for a group that others have clustered. */
static bool
ReceiveList(TupleTableSlot *slot, DestReceiver *self)
{
	PlacesSummary *summary = ((PlacesListReceiver *) self)->summary;
	MemoryContext caller = MemoryContextSwitchTo(summary->scratch);
	bool		no_authority,
				no_list;
	Datum		authority = slot_getattr(slot, GROUP_AUTHORITY + 1, &no_authority);
	Datum		list = slot_getattr(slot, GROUP_LIST + 1, &no_list);

	if (!no_authority && !no_list)
		WritePlaces(summary, authority, DatumGetHeapTupleHeader(list));
	MemoryContextSwitchTo(caller);
	MemoryContextReset(summary->scratch);
	return true;
}

/* places.place_list */
static Oid
ListType(void)
{
	return GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum("place_list"),
						   ObjectIdGetDatum(get_namespace_oid("places", false)));
}

PG_FUNCTION_INFO_V1(solve_summary);

/*
 * solve_summary(stock regclass, id_column, authority_column, geom_column,
 * weight_column name, rules places.ruleset, together_column name, balance_columns name[],
 * balance_tolerance float8[])
 */
Datum
solve_summary(PG_FUNCTION_ARGS)
{
	PlacesStock stock = OpenStock(fcinfo, 9);
	PlacesJob	job = {.rules = fcinfo->args[5], .ruleset = get_fn_expr_argtype(fcinfo->flinfo, 5)};
	PlacesSummary summary = {.rsinfo = (ReturnSetInfo *) fcinfo->resultinfo};
	Oid			list = ListType();
	PlacesTask *task;

	InitMaterializedSRF(fcinfo, 0);
	job.task = task = NewTask(SOLVER_MEASURED, list, &job.rules);
	AddTogether(&stock, &fcinfo->args[6]);
	AddLoads(&stock, &fcinfo->args[7], &fcinfo->args[8], task->rules);
	summary.list = lookup_rowtype_tupdesc_copy(list, -1);
	summary.centre = NewGeometryWriter(TupleDescAttr(summary.rsinfo->setDesc, SUMMARY_CENTRE)->atttypid, CurrentMemoryContext);
	summary.scratch = AllocSetContextCreate(CurrentMemoryContext, "places list", ALLOCSET_DEFAULT_SIZES);
	if (SolvedElsewhere(&job, GroupedPlacesQuery(&stock, false)) && IsPlain(&stock))
	{
		PlacesListReceiver receiver = {RowReceiver(ReceiveList), &summary};

		RunGrouped(&job, &receiver.pub);
	}
	else
		SolveStock(&job, PackedQuery(&stock, false, false), WriteSolved, &summary);
	return (Datum) 0;
}
