/*
 * assign.c
 *	  A row for each home of a stock: places_internal.assign_stock(), the inner side of
 *	  places.assign(), and places_internal.assign_groups().
 *
 * assign_stock() has the groups of a stock read and solved on all cores
 * (groups.c) and turns each at once into rows.  Where partitions or other
 * servers solve groups by themselves it leaves that to them: it runs the query
 * that groups and clusters at once, as assign_groups() always does, and expands
 * the groups as they come.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "tcop/dest.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"

#include "groups.h"
#include "homes.h"
#include "members.h"
#include "pack.h"
#include "reason.h"

/* Columns of the query that count here, by name. */
static const char *const group_columns[] = {"authority", "ids", "cluster"};

enum
{
	GROUP_AUTHORITY,
	GROUP_IDS,
	GROUP_CLUSTER,
	GROUP_COLUMNS
};

/* Columns of the result, in order; those of a member come last. */
enum
{
	ASSIGN_HOME,
	ASSIGN_AUTHORITY,
	ASSIGN_MEMBER,
	ASSIGN_COLUMNS = ASSIGN_MEMBER + MEMBER_COLUMNS
};

/* A destination of query results that expands groups. */
typedef struct PlacesGroupReceiver
{
	DestReceiver pub;
	Tuplestorestate *store;
	TupleDesc	desc;
	Oid			type[GROUP_COLUMNS];	/* of the query's columns, */
	int			column[GROUP_COLUMNS];	/* and their attribute numbers */
	Datum		reason[REASONS];
	MemoryContext scratch;		/* emptied after each group */
} PlacesGroupReceiver;

static void
StartGroups(DestReceiver *self, int operation, TupleDesc desc)
{
	PlacesGroupReceiver *r = (PlacesGroupReceiver *) self;

	(void) operation;
	for (int c = 0; c < GROUP_COLUMNS; c++)
		r->column[c] = FindColumn(desc, group_columns[c], r->type[c],
								  "Use places_internal.group_query(..., 'ids', 'cluster').");
}

static bool
ReceiveGroup(TupleTableSlot *slot, DestReceiver *self)
{
	PlacesGroupReceiver *r = (PlacesGroupReceiver *) self;
	MemoryContext caller = MemoryContextSwitchTo(r->scratch);
	Datum		group[GROUP_COLUMNS];
	bool		isnull[GROUP_COLUMNS];
	Datum		values[ASSIGN_COLUMNS];
	bool		nulls[ASSIGN_COLUMNS];
	PlacesMembers members;

	for (int c = 0; c < GROUP_COLUMNS; c++)
		group[c] = slot_getattr(slot, r->column[c], &isnull[c]);
	values[ASSIGN_AUTHORITY] = group[GROUP_AUTHORITY];
	nulls[ASSIGN_AUTHORITY] = isnull[GROUP_AUTHORITY];

	members = OpenMembers(!isnull[GROUP_IDS], group[GROUP_IDS],
						  !isnull[GROUP_CLUSTER] && !isnull[GROUP_AUTHORITY], group[GROUP_CLUSTER]);
	while (NextMember(&members, &values[ASSIGN_HOME], &nulls[ASSIGN_HOME],
					  values + ASSIGN_MEMBER, nulls + ASSIGN_MEMBER))
	{
		if (isnull[GROUP_AUTHORITY])
		{
			values[ASSIGN_MEMBER + MEMBER_REASON] = r->reason[REASON_NO_AUTHORITY];
			nulls[ASSIGN_MEMBER + MEMBER_REASON] = false;
		}
		tuplestore_putvalues(r->store, r->desc, values, nulls);
	}
	MemoryContextSwitchTo(caller);
	MemoryContextReset(r->scratch);
	CHECK_FOR_INTERRUPTS();
	return true;
}

static void
EndGroups(DestReceiver *self)
{
	(void) self;
}

/* A type by its name, in the schema of another. */
static Oid
SiblingType(Oid type, const char *name)
{
	HeapTuple	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	Oid			sibling;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for type %u", type);
	sibling = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum(name),
							  ObjectIdGetDatum(((Form_pg_type) GETSTRUCT(tuple))->typnamespace));
	ReleaseSysCache(tuple);
	return sibling;
}

/* Expand the groups of a query whose parameter $1 are the rules. */
static void
ExpandGroups(FunctionCallInfo fcinfo, const char *query, Oid ruleset, NullableDatum rules)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	PlacesGroupReceiver receiver = {.pub = {ReceiveGroup, StartGroups, EndGroups, EndGroups, DestTuplestore}};
	ParamListInfo params = makeParamList(1);

	receiver.store = rsinfo->setResult;
	receiver.desc = rsinfo->setDesc;
	receiver.type[GROUP_AUTHORITY] = TEXTOID;
	receiver.type[GROUP_IDS] = TEXTARRAYOID;
	receiver.type[GROUP_CLUSTER] = SiblingType(ruleset, "clustering");
	MakeReasonTexts(receiver.reason);
	receiver.scratch = AllocSetContextCreate(CurrentMemoryContext, "places groups", ALLOCSET_DEFAULT_SIZES);

	params->params[0].ptype = ruleset;
	params->params[0].pflags = PARAM_FLAG_CONST;
	params->params[0].isnull = rules.isnull;
	params->params[0].value = rules.value;
	RunQuery(query, params, &receiver.pub);
	MemoryContextDelete(receiver.scratch);
}

PG_FUNCTION_INFO_V1(assign_groups);

/* assign_groups(query text, rules places.ruleset): rules are the query's $1 */
Datum
assign_groups(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("query must not be null"),
				 errhint("Use places_internal.group_query(..., 'ids', 'cluster').")));
	InitMaterializedSRF(fcinfo, 0);
	ExpandGroups(fcinfo, text_to_cstring(PG_GETARG_TEXT_PP(0)),
				 get_fn_expr_argtype(fcinfo->flinfo, 1), fcinfo->args[1]);
	return (Datum) 0;
}

/* Where the rows of solved groups go. */
typedef struct PlacesHomeWriter
{
	Tuplestorestate *store;
	TupleDesc	desc;
	Datum		reason[REASONS];
	StringInfoData id;			/* the text of the id being written */
} PlacesHomeWriter;

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

/* Write a row for each home of a solved group; one without an authority has no result. */
static void
WriteHomes(void *taker, const PlacesGroup *group, Datum result)
{
	PlacesHomeWriter *writer = taker;
	PlacesHomes *homes = group->has_authority ? (PlacesHomes *) PG_DETOAST_DATUM(result) : NULL;
	PlacesIdReader ids = {VARDATA(group->ids), (char *) group->ids + VARSIZE(group->ids)};
	Datum		values[ASSIGN_COLUMNS];
	bool		nulls[ASSIGN_COLUMNS];
	int			n = homes ? homes->n : group->stock_rows;

	values[ASSIGN_AUTHORITY] = group->authority;
	nulls[ASSIGN_AUTHORITY] = !group->has_authority;
	nulls[ASSIGN_MEMBER + MEMBER_KEPT] = false;
	for (int i = 0; i < n; i++)
	{
		int			reason = homes ? HOMES_REASON(homes)[i] : REASON_NO_AUTHORITY;
		bool		placed = homes && HOMES_PLACE(homes)[i] > 0;
		const char *id;
		uint32		length;

		nulls[ASSIGN_HOME] = !NextId(&ids, &id, &length);
		if (!nulls[ASSIGN_HOME])
			values[ASSIGN_HOME] = IdDatum(writer, id, length);
		nulls[ASSIGN_MEMBER + MEMBER_PLACE] = nulls[ASSIGN_MEMBER + MEMBER_DISTANCE] = !placed;
		if (placed)
		{
			values[ASSIGN_MEMBER + MEMBER_PLACE] = Int32GetDatum(HOMES_PLACE(homes)[i]);
			values[ASSIGN_MEMBER + MEMBER_DISTANCE] = Float8GetDatum(HOMES_DISTANCE(homes)[i]);
		}
		values[ASSIGN_MEMBER + MEMBER_KEPT] = BoolGetDatum(reason == REASON_NONE);
		values[ASSIGN_MEMBER + MEMBER_REASON] = writer->reason[reason];
		nulls[ASSIGN_MEMBER + MEMBER_REASON] = reason == REASON_NONE;
		tuplestore_putvalues(writer->store, writer->desc, values, nulls);
	}
}

PG_FUNCTION_INFO_V1(assign_stock);

/* assign_stock(grouped text, packed text, rules places.ruleset) */
Datum
assign_stock(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	PlacesStock stock = OpenStock(fcinfo, "solve_homes", true);
	PlacesHomeWriter writer;

	InitMaterializedSRF(fcinfo, 0);
	if (SolvedElsewhere(&stock))
		ExpandGroups(fcinfo, stock.grouped, stock.ruleset, stock.rules);
	else
	{
		writer.store = rsinfo->setResult;
		writer.desc = rsinfo->setDesc;
		MakeReasonTexts(writer.reason);
		initStringInfo(&writer.id);
		SolveGroups(&stock, WriteHomes, &writer);
	}
	return (Datum) 0;
}
