/*
 * assign.c
 *	  A row for each home of a stock: places_internal.solve_homes(), the inner
 *	  side of places.assign().
 *
 * The groups of the stock are read and solved on all cores (dispatch.c), and each
 * turns at once into rows.  Where partitions or other servers solve groups by
 * themselves that is left to them: the query that groups and clusters at once
 * is run, and its groups are expanded as they come.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

#include "pg/input/geometry.h"
#include "pg/input/ids.h"
#include "pg/output/homes.h"
#include "pg/output/members.h"
#include "pg/output/reason.h"
#include "pg/parallel/dispatch.h"
#include "pg/versions.h"

/* Columns of the result, in order; those of a member come in between. */
enum
{
	ASSIGN_HOME,
	ASSIGN_AUTHORITY,
	ASSIGN_MEMBER,
	ASSIGN_WEIGHT = ASSIGN_MEMBER + MEMBER_COLUMNS,
	ASSIGN_LOCATION,
	ASSIGN_COLUMNS
};

/* Columns of the query that groups and clusters at once. */
enum
{
	GROUP_AUTHORITY,
	GROUP_IDS,
	GROUP_CLUSTER,
	GROUP_LOCATIONS,
	GROUP_WEIGHTS
};

/* What the query that packs keeps beside the homes. */
enum
{
	KEPT_LOCATIONS,
	KEPT_WEIGHTS
};

#define CANCEL_ROWS		4096

/* Where the rows of solved groups go. */
typedef struct PlacesHomeWriter
{
	Tuplestorestate *store;
	TupleDesc	desc;
	Datum		reason[REASONS];
	StringInfoData id;			/* the text of the id being written */
	bool		located;		/* weights and locations are wanted, */
	PlacesPointReader *reader;	/* and read so; */
	PlacesGeometryWriter location;	/* in the result */
	MemoryContext scratch;		/* emptied after each group */
	uint64		rows;			/* written so far */
} PlacesHomeWriter;

/* Weights and locations of the homes of a group, read in order. */
typedef struct PlacesLocations
{
	ArrayIterator locations;	/* NULL: not asked for */
	ArrayIterator weights;		/* NULL: every row is a home */
} PlacesLocations;

typedef struct PlacesGroupedRows
{
	DestReceiver pub;
	PlacesHomeWriter *writer;
} PlacesGroupedRows;

static PlacesLocations
OpenLocations(const PlacesHomeWriter *writer, struct varlena *locations, struct varlena *weights)
{
	PlacesLocations homes = {0};

	if (writer->located && locations != NULL)
	{
		homes.locations = array_create_iterator((ArrayType *) locations, 0, NULL);
		if (weights != NULL)
			homes.weights = array_create_iterator((ArrayType *) weights, 0, NULL);
	}
	return homes;
}

/* The weight and location of the next home, as far as it has such. */
static void
NextLocation(PlacesHomeWriter *writer, PlacesLocations *homes, Datum *values, bool *nulls)
{
	Datum		location;
	bool		isnull;
	double		x,
				y;
	int32		srid;

	nulls[ASSIGN_WEIGHT] = nulls[ASSIGN_LOCATION] = true;
	if (homes->locations == NULL)
		return;
	values[ASSIGN_WEIGHT] = Float8GetDatum(1);
	nulls[ASSIGN_WEIGHT] = false;
	if (homes->weights != NULL)
		array_iterate(homes->weights, &values[ASSIGN_WEIGHT], &nulls[ASSIGN_WEIGHT]);
	if (!array_iterate(homes->locations, &location, &isnull) || isnull ||
		!ReadPoint(writer->reader, location, &x, &y, &srid))
		return;
	values[ASSIGN_LOCATION] = WritePoint(&writer->location, x, y, srid);
	nulls[ASSIGN_LOCATION] = false;
}

static void
WriteRow(PlacesHomeWriter *writer, Datum *values, bool *nulls)
{
	if (writer->rows++ % CANCEL_ROWS == 0)
		CHECK_FOR_INTERRUPTS();
	tuplestore_putvalues(writer->store, writer->desc, values, nulls);
}

/* A column as bytes; NULL for none. */
static struct varlena *
GetVarlena(TupleTableSlot *slot, int column)
{
	bool		isnull;
	Datum		value = slot_getattr(slot, column + 1, &isnull);

	return isnull ? NULL : PG_DETOAST_DATUM(value);
}

/* Expand a group that others have clustered. */
static bool
ReceiveGroup(TupleTableSlot *slot, DestReceiver *self)
{
	PlacesHomeWriter *writer = ((PlacesGroupedRows *) self)->writer;
	MemoryContext caller = MemoryContextSwitchTo(writer->scratch);
	struct varlena *authority = GetVarlena(slot, GROUP_AUTHORITY);
	struct varlena *ids = GetVarlena(slot, GROUP_IDS);
	struct varlena *cluster = GetVarlena(slot, GROUP_CLUSTER);
	PlacesMembers members = OpenMembers(ids != NULL, PointerGetDatum(ids),
										cluster != NULL && authority != NULL, PointerGetDatum(cluster));
	PlacesLocations homes = {0};
	Datum		values[ASSIGN_COLUMNS];
	bool		nulls[ASSIGN_COLUMNS];

	if (writer->located)
		homes = OpenLocations(writer, GetVarlena(slot, GROUP_LOCATIONS), GetVarlena(slot, GROUP_WEIGHTS));
	values[ASSIGN_AUTHORITY] = PointerGetDatum(authority);
	nulls[ASSIGN_AUTHORITY] = authority == NULL;
	while (NextMember(&members, &values[ASSIGN_HOME], &nulls[ASSIGN_HOME],
					  values + ASSIGN_MEMBER, nulls + ASSIGN_MEMBER))
	{
		if (authority == NULL)
		{
			values[ASSIGN_MEMBER + MEMBER_REASON] = writer->reason[REASON_NO_AUTHORITY];
			nulls[ASSIGN_MEMBER + MEMBER_REASON] = false;
		}
		NextLocation(writer, &homes, values, nulls);
		WriteRow(writer, values, nulls);
	}
	MemoryContextSwitchTo(caller);
	MemoryContextReset(writer->scratch);
	CHECK_FOR_INTERRUPTS();
	return true;
}

/* A text datum of an id; it lasts until the next. */
static Datum
IdDatum(PlacesHomeWriter *writer, const char *id, uint32 length)
{
	StringInfo	buffer = &writer->id;

	resetStringInfo(buffer);
	enlargeStringInfo(buffer, VARHDRSZ + length);
	SET_VARSIZE(buffer->data, VARHDRSZ + length);
	memcpy(VARDATA(buffer->data), id, length);
	return PointerGetDatum(buffer->data);
}

/* What a row says of a home's place. */
static void
SetMember(const PlacesHomeWriter *writer, const PlacesHomes *homes, int i, Datum *values, bool *nulls)
{
	int			reason = homes ? HOMES_REASON(homes)[i] : REASON_NO_AUTHORITY;
	bool		placed = homes && HOMES_PLACE(homes)[i] > 0;

	nulls[MEMBER_PLACE] = nulls[MEMBER_DISTANCE] = !placed;
	if (placed)
	{
		values[MEMBER_PLACE] = Int32GetDatum(HOMES_PLACE(homes)[i]);
		values[MEMBER_DISTANCE] = Float8GetDatum(HOMES_DISTANCE(homes)[i]);
	}
	values[MEMBER_KEPT] = BoolGetDatum(IsKept(reason));
	nulls[MEMBER_KEPT] = false;
	values[MEMBER_REASON] = writer->reason[reason];
	nulls[MEMBER_REASON] = reason == REASON_NONE;
}

/* Write a row for each home of a solved group; one without an authority has no answer. */
static void
WriteHomes(void *taker, const PlacesAuthority *authority, bytea *answer)
{
	PlacesHomeWriter *writer = taker;
	PlacesHomes *homes = (PlacesHomes *) answer;
	PlacesIdReader ids = authority->ids;
	PlacesLocations locations = OpenLocations(writer, authority->kept[KEPT_LOCATIONS], authority->kept[KEPT_WEIGHTS]);
	Datum		values[ASSIGN_COLUMNS];
	bool		nulls[ASSIGN_COLUMNS];

	values[ASSIGN_AUTHORITY] = authority->name;
	nulls[ASSIGN_AUTHORITY] = !authority->has_name;
	for (int i = 0; i < authority->stock_rows; i++)
	{
		const char *id;
		uint32		length;

		nulls[ASSIGN_HOME] = !NextId(&ids, &id, &length);
		if (!nulls[ASSIGN_HOME])
			values[ASSIGN_HOME] = IdDatum(writer, id, length);
		SetMember(writer, homes, i, values + ASSIGN_MEMBER, nulls + ASSIGN_MEMBER);
		NextLocation(writer, &locations, values, nulls);
		WriteRow(writer, values, nulls);
	}
}

PG_FUNCTION_INFO_V1(solve_homes);

/*
 * solve_homes(stock regclass, id_column, authority_column, geom_column,
 * weight_column name, rules places.ruleset, located boolean, together_column name,
 * balance_columns name[], balance_tolerance float8[])
 */
Datum
solve_homes(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	PlacesStock stock = OpenStock(fcinfo, 10);
	PlacesHomeWriter writer = {.located = !PG_ARGISNULL(6) && PG_GETARG_BOOL(6)};
	PlacesJob	job = {.rules = fcinfo->args[5], .ruleset = get_fn_expr_argtype(fcinfo->flinfo, 5)};
	PlacesTask *task;

	job.task = task = NewTask(SOLVER_HOMES, InvalidOid, &job.rules);
	AddTogether(&stock, &fcinfo->args[7]);
	AddLoads(&stock, &fcinfo->args[8], &fcinfo->args[9], task->rules);
	InitMaterializedSRF(fcinfo, 0);
	writer.store = rsinfo->setResult;
	writer.desc = rsinfo->setDesc;
	writer.location = NewGeometryWriter(TupleDescAttr(writer.desc, ASSIGN_LOCATION)->atttypid, CurrentMemoryContext);
	writer.reader = NewPointReader(stock.geom_type, CurrentMemoryContext);
	writer.scratch = AllocSetContextCreate(CurrentMemoryContext, "places group", ALLOCSET_DEFAULT_SIZES);
	MakeReasonTexts(writer.reason);
	initStringInfo(&writer.id);
	if (SolvedElsewhere(&job, GroupedHomesQuery(&stock, writer.located)) && IsPlain(&stock))
	{
		PlacesGroupedRows receiver = {RowReceiver(ReceiveGroup), &writer};

		RunGrouped(&job, &receiver.pub);
	}
	else
		SolveStock(&job, PackedQuery(&stock, true, writer.located), WriteHomes, &writer);
	return (Datum) 0;
}
