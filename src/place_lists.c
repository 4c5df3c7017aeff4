/*
 * place_lists.c
 *	  places_internal.place_lists(): the places of each authority of a stock, for
 *	  places.summary() and places.headline(); and places_internal.bounded_lists(), which
 *	  for places.coverage_bound() adds what any places could keep.
 *
 * Where partitions or other servers solve groups by themselves the rows of
 * their query are the result.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "executor/executor.h"
#include "funcapi.h"
#include "utils/tuplestore.h"

#include "groups.h"

/* Columns of the result, in order. */
enum
{
	LISTS_AUTHORITY,
	LISTS_STOCK_ROWS,
	LISTS_HOMES,
	LISTS_PLACES,
	LISTS_LIMIT,				/* only of bounded_lists */
	LISTS_COLUMNS
};

/* What is known of a group whatever its places. */
static void
DescribeGroup(const PlacesGroup *group, Datum *values, bool *nulls)
{
	values[LISTS_AUTHORITY] = group->authority;
	nulls[LISTS_AUTHORITY] = nulls[LISTS_PLACES] = nulls[LISTS_LIMIT] = !group->has_authority;
	values[LISTS_STOCK_ROWS] = Int64GetDatum(group->stock_rows);
	values[LISTS_HOMES] = Float8GetDatum(group->weight);
}

static void
WriteList(void *taker, const PlacesGroup *group, Datum result)
{
	ReturnSetInfo *rsinfo = taker;
	Datum		values[LISTS_COLUMNS];
	bool		nulls[LISTS_COLUMNS] = {false};

	DescribeGroup(group, values, nulls);
	values[LISTS_PLACES] = result;
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

/* The result is a places_internal.bounded_places. */
static void
WriteBoundedList(void *taker, const PlacesGroup *group, Datum result)
{
	ReturnSetInfo *rsinfo = taker;
	Datum		values[LISTS_COLUMNS];
	bool		nulls[LISTS_COLUMNS] = {false};

	DescribeGroup(group, values, nulls);
	if (group->has_authority)
	{
		HeapTupleHeader bounded = DatumGetHeapTupleHeader(result);

		values[LISTS_PLACES] = GetAttributeByNum(bounded, 1, &nulls[LISTS_PLACES]);
		values[LISTS_LIMIT] = GetAttributeByNum(bounded, 2, &nulls[LISTS_LIMIT]);
	}
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

/* The lists of a stock, (grouped text, packed text, rules places.ruleset). */
static Datum
WriteLists(FunctionCallInfo fcinfo, const char *solver, PlacesGroupTaker write)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	PlacesStock stock = OpenStock(fcinfo, solver, false);

	InitMaterializedSRF(fcinfo, 0);
	if (SolvedElsewhere(&stock))
		KeepGroups(&stock, rsinfo);
	else
		SolveGroups(&stock, write, rsinfo);
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(place_lists);

Datum
place_lists(PG_FUNCTION_ARGS)
{
	return WriteLists(fcinfo, "solve_places", WriteList);
}

PG_FUNCTION_INFO_V1(bounded_lists);

Datum
bounded_lists(PG_FUNCTION_ARGS)
{
	return WriteLists(fcinfo, "solve_bounded", WriteBoundedList);
}
