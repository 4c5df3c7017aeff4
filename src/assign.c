/*
 * assign.c
 *	  places.assign_groups(): the rows of many groups as they come.
 *
 * The inner side of places.assign().  It runs the query that reads and clusters
 * a stock, which gives a row an authority, and turns each at once into a row a
 * home.  The query is planned like any other, so it may use parallel workers
 * where it can, and no group is held in memory longer than it takes to write
 * its rows.
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

#include "members.h"

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
	Datum		no_authority;	/* the reason of a group without one */
	MemoryContext scratch;		/* emptied after each group */
} PlacesGroupReceiver;

static void
StartGroups(DestReceiver *self, int operation, TupleDesc desc)
{
	PlacesGroupReceiver *r = (PlacesGroupReceiver *) self;

	(void) operation;
	for (int c = 0; c < GROUP_COLUMNS; c++)
	{
		r->column[c] = SPI_fnumber(desc, group_columns[c]);
		if (r->column[c] <= 0 || SPI_gettypeid(desc, r->column[c]) != r->type[c])
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("query must have a column \"%s\" of type %s",
							group_columns[c], format_type_be(r->type[c])),
					 errhint("Use places.group_query(..., 'ids', 'cluster').")));
	}
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
			values[ASSIGN_MEMBER + MEMBER_REASON] = r->no_authority;
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

PG_FUNCTION_INFO_V1(assign_groups);

/* assign_groups(query text, rules places.ruleset): rules are the query's $1 */
Datum
assign_groups(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	PlacesGroupReceiver receiver = {.pub = {ReceiveGroup, StartGroups, EndGroups, EndGroups, DestTuplestore}};
	SPIExecuteOptions options = {.read_only = true, .must_return_tuples = true};
	Oid			ruleset = get_fn_expr_argtype(fcinfo->flinfo, 1);
	ParamListInfo params = makeParamList(1);

	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("query must not be null"),
				 errhint("Use places.group_query(..., 'ids', 'cluster').")));

	InitMaterializedSRF(fcinfo, 0);
	receiver.store = rsinfo->setResult;
	receiver.desc = rsinfo->setDesc;
	receiver.type[GROUP_AUTHORITY] = TEXTOID;
	receiver.type[GROUP_IDS] = TEXTARRAYOID;
	receiver.type[GROUP_CLUSTER] = SiblingType(ruleset, "clustering");
	receiver.no_authority = CStringGetTextDatum("no_authority");
	receiver.scratch = AllocSetContextCreate(CurrentMemoryContext, "places groups", ALLOCSET_DEFAULT_SIZES);

	params->params[0].ptype = ruleset;
	params->params[0].pflags = PARAM_FLAG_CONST;
	params->params[0].isnull = PG_ARGISNULL(1);
	params->params[0].value = PG_GETARG_DATUM(1);
	options.params = params;
	options.dest = &receiver.pub;

	SPI_connect();
	if (SPI_execute_extended(text_to_cstring(PG_GETARG_TEXT_PP(0)), &options) != SPI_OK_SELECT)
		elog(ERROR, "query of groups did not select");
	SPI_finish();
	MemoryContextDelete(receiver.scratch);
	return (Datum) 0;
}
