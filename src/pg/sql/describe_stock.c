/*
 * describe_stock.c
 *	  Whether a stock can be run by a plan, and how its locations are to be read:
 *	  places_internal.describe_stock().
 *
 * It is read with the rights and the search path of whoever calls the functions
 * of plans, which run as their owner.
 */
#include "postgres.h"

#include "executor/executor.h"
#include "funcapi.h"

#include "pg/input/geometry.h"
#include "pg/input/reading.h"
#include "pg/input/ruleset.h"
#include "pg/input/srid.h"
#include "pg/input/stock.h"
#include "pg/sql/plan_session.h"
#include "pg/versions.h"

/* Locations that are looked at to find the reference system of a stock. */
#define SAMPLE			"1000"

/* How often each reference system was met. */
typedef struct PlacesSystems
{
	DestReceiver pub;
	PlacesPointReader *reader;
	int			n;
	int32		srid[8];
	int			count[8];
} PlacesSystems;

/* Systems beyond the first few do not count. */
static bool
CountSystem(TupleTableSlot *slot, DestReceiver *self)
{
	PlacesSystems *systems = (PlacesSystems *) self;
	bool		isnull;
	Datum		location = slot_getattr(slot, 1, &isnull);
	int32		srid = ReadSrid(systems->reader, location);
	int			i = 0;

	while (i < systems->n && systems->srid[i] != srid)
		i++;
	if (i == lengthof(systems->srid))
		return true;
	if (i == systems->n)
		systems->srid[systems->n++] = srid;
	systems->count[i]++;
	return true;
}

/* The position of the most frequent system, the lowest number of equals; -1: none. */
static int
MostFrequent(const PlacesSystems *systems)
{
	int			most = -1;

	for (int i = 0; i < systems->n; i++)
		if (most < 0 || systems->count[i] > systems->count[most] ||
			(systems->count[i] == systems->count[most] && systems->srid[i] < systems->srid[most]))
			most = i;
	return most;
}

PG_FUNCTION_INFO_V1(describe_stock);

/*
 * describe_stock(stock regclass, id_column, authority_column, geom_column,
 * weight_column, label_column name, rules places.ruleset, search_path text,
 * together_column name, balance_columns name[], balance_tolerance float8[],
 * OUT srid int, OUT geodetic boolean): srid is null where no home has a location
 */
Datum
describe_stock(PG_FUNCTION_ARGS)
{
	PlacesStock stock = OpenStock(fcinfo, 11);
	PlacesSystems systems = {.pub = RowReceiver(CountSystem)};
	TupleDesc	desc;
	PlacesReader before;
	PlacesRules rules;
	int			most;
	Datum		values[2];
	bool		nulls[2] = {false};

	AddLabel(&stock, &fcinfo->args[5]);
	rules = ReadRules(&fcinfo->args[6]);
	AddTogether(&stock, &fcinfo->args[8]);
	AddLoads(&stock, &fcinfo->args[9], &fcinfo->args[10], &rules);
	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	systems.reader = NewPointReader(stock.geom_type, CurrentMemoryContext);

	/* all columns, for the right to read them */
	before = ReadAsCaller(&fcinfo->args[7]);
	ReadQuery(psprintf("SELECT %s, %s, %s, %s, %s, %s, %s FROM %s s WHERE %s IS NOT NULL LIMIT " SAMPLE,
					   stock.geom, stock.id, stock.authority, stock.weight ? stock.weight : "NULL",
					   stock.label ? stock.label : "NULL", OrNull(stock.together, "text"), OrNull(stock.loads, "float8[]"), stock.name, stock.geom), NULL, &systems.pub);
	EndReading(&before);

	most = MostFrequent(&systems);
	if (most >= 0)
		CheckSrid(systems.reader, systems.srid[most]);
	values[0] = Int32GetDatum(most < 0 ? 0 : systems.srid[most]);
	nulls[0] = most < 0;
	values[1] = BoolGetDatum(stock.geodetic);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
}
