/*
 * home_regions.c
 *	  In which region each home of a stock is: places_internal.home_regions().
 *
 * Localities do not cross regions.  A plan stores none of homes: the stock is read
 * for them, with the rights and the search path of whoever calls the functions of
 * plans, which run as their owner.
 */
#include "postgres.h"

#include "funcapi.h"
#include "miscadmin.h"

#include "pg/input/reading.h"
#include "pg/input/stock.h"
#include "pg/refuse.h"
#include "pg/sql/plan_session.h"
#include "pg/versions.h"

/* Arguments, behind those of every stock. */
enum
{
	ARG_REGION = 5,
	ARG_SEARCH_PATH,
	ARGUMENTS
};

PG_FUNCTION_INFO_V1(home_regions);

/*
 * home_regions(stock regclass, id_column, authority_column, geom_column,
 * weight_column, region_column name, search_path text): a row for each home
 */
Datum
home_regions(PG_FUNCTION_ARGS)
{
	PlacesStock stock = OpenStock(fcinfo, ARGUMENTS);
	const char *region = TextColumn(&stock, "region_column", &fcinfo->args[ARG_REGION]);
	PlacesKeeper keeper = RowKeeper((ReturnSetInfo *) fcinfo->resultinfo);
	PlacesReader before;

	if (region == NULL)
		Refuse((errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				errmsg("region_column must not be null")));
	InitMaterializedSRF(fcinfo, 0);
	before = ReadAsCaller(&fcinfo->args[ARG_SEARCH_PATH]);
	ReadQuery(psprintf("SELECT COALESCE(places_internal.short_key((%s)::pg_catalog.text), ''),"
					   " places_internal.short_key((%s)::pg_catalog.text), %s FROM %s s",
					   stock.id, stock.authority, region, stock.name), NULL, &keeper.pub);
	EndReading(&before);
	return (Datum) 0;
}
