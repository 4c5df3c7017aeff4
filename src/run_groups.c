/*
 * run_groups.c
 *	  places_internal.run_groups(): what a run of a plan needs of each authority.
 *
 * The homes are packed (pack_past.c) in the query that collects all else about
 * them in arrays, so that both are in one order; it runs in one process, and
 * the authorities are solved on all cores (groups.c).  Where other servers
 * solve groups by themselves the rows of their query are the result.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "funcapi.h"
#include "utils/tuplestore.h"

#include "groups.h"

/* The row of a group, and its result in the last column. */
static void
WriteGroup(void *taker, const PlacesGroup *group, Datum result)
{
	ReturnSetInfo *rsinfo = taker;
	int			last = rsinfo->setDesc->natts;
	bool		isnull = !group->has_authority;
	HeapTuple	row = heap_modify_tuple_by_cols(group->row, rsinfo->setDesc, 1, &last, &result, &isnull);

	tuplestore_puttuple(rsinfo->setResult, row);
	heap_freetuple(row);
}

PG_FUNCTION_INFO_V1(run_groups);

/* run_groups(grouped text, packed text, rules places.ruleset) */
Datum
run_groups(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	PlacesStock stock = OpenStock(fcinfo, "solve_recluster", false);

	InitMaterializedSRF(fcinfo, 0);
	stock.row = rsinfo->setDesc;
	if (SolvedElsewhere(&stock))
		KeepGroups(&stock, rsinfo);
	else
		SolveGroups(&stock, WriteGroup, rsinfo);
	return (Datum) 0;
}
