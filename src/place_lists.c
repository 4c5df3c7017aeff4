/*
 * place_lists.c
 *	  places.place_lists(): the places of each authority of a stock, for
 *	  places.summary() and places.headline().
 *
 * Where partitions or other servers solve groups by themselves the rows of
 * their query are the result.
 */
#include "postgres.h"

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
	LISTS_COLUMNS
};

static void
WriteList(void *taker, const PlacesGroup *group, Datum result)
{
	ReturnSetInfo *rsinfo = taker;
	Datum		values[LISTS_COLUMNS];
	bool		nulls[LISTS_COLUMNS] = {false};

	values[LISTS_AUTHORITY] = group->authority;
	nulls[LISTS_AUTHORITY] = nulls[LISTS_PLACES] = !group->has_authority;
	values[LISTS_STOCK_ROWS] = Int64GetDatum(group->stock_rows);
	values[LISTS_HOMES] = Float8GetDatum(group->weight);
	values[LISTS_PLACES] = result;
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

PG_FUNCTION_INFO_V1(place_lists);

/* place_lists(grouped text, packed text, rules places.ruleset) */
Datum
place_lists(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	PlacesStock stock = OpenStock(fcinfo, "solve_places", false);

	InitMaterializedSRF(fcinfo, 0);
	if (SolvedElsewhere(&stock))
		KeepGroups(&stock, rsinfo);
	else
		SolveGroups(&stock, WriteList, rsinfo);
	return (Datum) 0;
}
