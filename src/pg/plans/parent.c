/*
 * parent.c
 *	  A stored run as what the runs of patches and localities read.
 *
 * What it has is read by functions of the script (sql/plans/run_parent.sql), whose
 * columns are always the same, in place of a relation.
 */
#include "postgres.h"

#include "pg/plans/parent.h"

#include "utils/builtins.h"
#include "utils/fmgroids.h"

#include "pg/input/postgis.h"
#include "pg/versions.h"

/* The homes of a run to be divided, or its places to be grouped, as a stock. */
PlacesStock
StockOfParent(const PlacesParentRun *parent)
{
	PlacesStock stock = {.geodetic = parent->geodetic,.id = "s.id",.array_id = "s.id",
		.authority = "s.authority COLLATE pg_catalog.\"C\"",.geom = "s.location",.label = "s.label",.within = "s.within"};

	if (!parent->dispersed.isnull)
		stock.name = psprintf("places_internal.homes_to_divide(%d, " INT64_FORMAT ", %s, %s)", parent->plan, parent->run,
							  DatumGetBool(parent->dispersed.value) ? "true" : "false",
							  parent->loads.isnull ? "NULL" :
							  quote_literal_cstr(OidOutputFunctionCall(F_ARRAY_OUT, parent->loads.value)));
	else
		stock.name = psprintf("places_internal.places_to_group(%d, " INT64_FORMAT ", %s)", parent->plan, parent->run,
							  parent->region.isnull ? "NULL" :
							  quote_literal_cstr(NameStr(*DatumGetName(parent->region.value))));
	stock.geom_type = PostgisType(parent->geodetic ? "geography" : "geometry");
	if (parent->geodetic)
		stock.geom = psprintf("s.location::%s", format_type_be_qualified(stock.geom_type));
	if (parent->weighted)
		stock.weight = "s.weight";
	if (!parent->loads.isnull)
		stock.loads = "s.loads";
	return stock;
}
