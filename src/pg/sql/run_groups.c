/*
 * run_groups.c
 *	  What plans ask of a stock: places_internal.describe_stock() whether it can
 *	  be run and how its locations are to be read, places_internal.run_groups()
 *	  what a run needs of each authority.
 *
 * Both read with the rights and the search path of whoever calls the functions
 * of plans, which run as their owner.
 *
 * For a run the homes are packed (pack.c) in the query that collects all
 * else about them in arrays, so that both are in one order; it runs in one
 * process, and the authorities are solved on all cores (dispatch.c).  Where other
 * servers solve groups by themselves the rows of their query are the result.
 */
#include "postgres.h"

#include "executor/executor.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

#include "pg/input/geometry.h"
#include "pg/input/ruleset.h"
#include "pg/input/srid.h"
#include "pg/parallel/dispatch.h"
#include "pg/sql/plan_session.h"
#include "pg/versions.h"

/* Locations that are looked at to find the reference system of a stock. */
#define SAMPLE			"1000"

/* What a run asks for; parts of a query, other than numbers already SQL. */
typedef struct PlacesRun
{
	int32		plan;
	int64		base;			/* run that its homes come from; 0: none */
	const char *srid;			/* a number, or NULL */
	double		tolerance;
} PlacesRun;

static const char *
TextArgument(FunctionCallInfo fcinfo, int argument, const char *name)
{
	if (PG_ARGISNULL(argument))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not be null", name)));
	return text_to_cstring(PG_GETARG_TEXT_PP(argument));
}

/* Where each home was in the base run, as CTEs. */
static void
AppendIncumbent(StringInfo query, const PlacesRun *run)
{
	/*
	 * m is where each home was in the base run, d those among them whose id
	 * another one has too: their location tells them apart; p are the pins to
	 * places that the run has.  They are no functions, since Citus plans none
	 * that has parameters and reads a table beside a distributed stock.
	 */
	appendStringInfo(query,
					 "WITH m AS NOT MATERIALIZED ("
					 "SELECT m.*, COALESCE(m.outside OPERATOR(pg_catalog.=) 'no_authority', false) AS nobody"
					 " FROM places_internal.membership m"
					 " WHERE m.plan_id OPERATOR(pg_catalog.=) %d"
					 " AND m.since_run OPERATOR(pg_catalog.<=) %lld::pg_catalog.int8"
					 " AND (m.until_run IS NULL OR m.until_run OPERATOR(pg_catalog.>) %lld::pg_catalog.int8)),"
					 " d AS NOT MATERIALIZED ("
					 "SELECT DISTINCT ON (m.home_id, m.authority, m.nobody, m.location)"
					 " m.home_id, m.authority, m.nobody, m.location, m.place, m.outside"
					 " FROM (SELECT DISTINCT m.home_id FROM m WHERE m.copy OPERATOR(pg_catalog.>) 1) c"
					 " JOIN m ON m.home_id OPERATOR(pg_catalog.=) c.home_id"
					 " ORDER BY m.home_id, m.authority, m.nobody, m.location, m.copy),"
					 " p AS NOT MATERIALIZED ("
					 "SELECT p.home_id, p.place, r.authority"
					 " FROM places_internal.pinned_home p"
					 " JOIN places_internal.place_result r ON r.place OPERATOR(pg_catalog.=) p.place"
					 " WHERE p.plan_id OPERATOR(pg_catalog.=) %d"
					 " AND r.run OPERATOR(pg_catalog.=) %lld::pg_catalog.int8"
					 " AND COALESCE(r.reason OPERATOR(pg_catalog.<>) 'dispersed', true))",
					 run->plan, (long long) run->base, (long long) run->base, run->plan, (long long) run->base);
}

/* A row for each home of the stock, with where it was. */
static void
AppendHomes(StringInfo query, const PlacesStock *stock, const PlacesRun *run)
{
	StringInfoData weight;

	initStringInfo(&weight);
	if (stock->weight)
		appendStringInfo(&weight, "COALESCE(%s, 'NaN')", stock->weight);
	else
		appendStringInfoString(&weight, "1::pg_catalog.float8");
	appendStringInfo(query,
					 " FROM (SELECT h.home_id, h.authority, h.location, h.weight, h.label, h.existed,"
					 " CASE WHEN places_internal.is_in(h.outside) THEN h.place END AS was_in,"
					 " COALESCE(p.place, CASE WHEN h.outside IS NULL THEN h.place END) AS asked,"
					 " CASE WHEN p.place IS NOT NULL THEN 'pin' WHEN l.place IS NOT NULL THEN 'lock' END AS hold"
					 " FROM (SELECT h.*, COALESCE(m.home_id, d.home_id) IS NOT NULL AS existed,"
					 " CASE WHEN d.home_id IS NULL THEN m.place ELSE d.place END AS place,"
					 " CASE WHEN d.home_id IS NULL THEN m.outside ELSE d.outside END AS outside"
					 " FROM (SELECT COALESCE(places_internal.short_key((%s)::pg_catalog.text), '') AS home_id,"
					 " places_internal.short_key((%s)::pg_catalog.text) AS authority, %s AS location, %s AS weight, %s AS label FROM %s s) h",
					 stock->id, stock->authority, stock->geom, weight.data,
					 stock->label ? stock->label : "NULL::pg_catalog.text", stock->name);
	appendStringInfo(query,
					 " LEFT JOIN m ON m.home_id OPERATOR(pg_catalog.=) h.home_id"
					 " AND m.authority OPERATOR(pg_catalog.=) COALESCE(h.authority, '')"
					 " AND m.nobody OPERATOR(pg_catalog.=) (h.authority IS NULL)"
					 " AND m.copy OPERATOR(pg_catalog.=) 1"
					 " LEFT JOIN d ON d.home_id OPERATOR(pg_catalog.=) h.home_id"
					 " AND d.authority OPERATOR(pg_catalog.=) COALESCE(h.authority, '')"
					 " AND d.nobody OPERATOR(pg_catalog.=) (h.authority IS NULL)"
					 " AND places_internal.same_location(d.location, places_internal.plain_location(h.location))) h"
					 " LEFT JOIN p ON p.home_id OPERATOR(pg_catalog.=) h.home_id"
					 " AND p.authority OPERATOR(pg_catalog.=) h.authority"
					 " LEFT JOIN places_internal.locked_place l ON l.plan_id OPERATOR(pg_catalog.=) %d"
					 " AND l.place OPERATOR(pg_catalog.=) h.place AND h.outside IS NULL) s"
					 " GROUP BY s.authority", run->plan);
}

/*
 * The query that reads the homes of a plan by authority, with where they were in
 * a run, what people decided, and the places found for them, rules being $1; or,
 * packed, the homes for whoever finds them.
 */
static char *
RunQuery(const PlacesStock *stock, const PlacesRun *run, bool packed)
{
	StringInfoData query;

	initStringInfo(&query);
	AppendIncumbent(&query, run);
	appendStringInfo(&query,
					 " SELECT s.authority, pg_catalog.array_agg(s.home_id) AS ids,"
					 " pg_catalog.array_agg(places_internal.plain_location(s.location)) AS locations,"
					 " %s AS weights, %s AS labels,"
					 " pg_catalog.array_agg(s.existed) AS existed, pg_catalog.array_agg(s.was_in) AS was_in,"
					 " pg_catalog.array_agg(s.asked) AS asked, pg_catalog.array_agg(s.hold) AS hold,",
					 stock->weight ? "pg_catalog.array_agg(s.weight)" : "NULL::pg_catalog.float8[]",
					 stock->label ? "pg_catalog.array_agg(s.label)" : "NULL::pg_catalog.text[]");
	if (packed)
		appendStringInfo(&query, " places_internal.pack_incumbent("
						 "CASE WHEN s.authority IS NOT NULL THEN places_internal.usable_location(s.location, %s) END,"
						 " s.weight, s.asked, s.hold, '%.17g'::pg_catalog.float8) AS packed", run->srid, run->tolerance);
	else
		appendStringInfo(&query, " places.recluster(places_internal.usable_location(s.location, %s),"
						 " s.weight, s.asked, s.hold, '%.17g'::pg_catalog.float8, $1)"
						 " FILTER (WHERE s.authority IS NOT NULL) AS result", run->srid, run->tolerance);
	AppendHomes(&query, stock, run);
	return query.data;
}

/* Authority, what was kept, and the answer in the last column. */
static void
WriteGroup(void *taker, const PlacesAuthority *authority, bytea *answer)
{
	ReturnSetInfo *rsinfo = taker;
	Datum		values[KEPT_COLUMNS + 2];
	bool		nulls[KEPT_COLUMNS + 2];

	Assert(rsinfo->setDesc->natts == KEPT_COLUMNS + 2);
	values[0] = authority->name;
	nulls[0] = !authority->has_name;
	for (int i = 0; i < KEPT_COLUMNS; i++)
	{
		values[i + 1] = PointerGetDatum(authority->kept[i]);
		nulls[i + 1] = authority->kept[i] == NULL;
	}
	values[KEPT_COLUMNS + 1] = PointerGetDatum(answer);
	nulls[KEPT_COLUMNS + 1] = answer == NULL;
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

PG_FUNCTION_INFO_V1(run_groups);

/*
 * run_groups(stock regclass, id_column, authority_column, geom_column,
 * weight_column, label_column name, plan_id int, base_run bigint, srid int,
 * tolerance float8, rules places.ruleset, search_path text)
 */
Datum
run_groups(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	PlacesStock stock = OpenStock(fcinfo, 12);
	PlacesJob	job = {.rules = fcinfo->args[10], .ruleset = get_fn_expr_argtype(fcinfo->flinfo, 10)};
	PlacesRun	run = {.srid = "NULL::pg_catalog.int4"};
	PlacesReader before;

	AddLabel(&stock, &fcinfo->args[5]);
	if (PG_ARGISNULL(6) || PG_ARGISNULL(9))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("plan_id and tolerance must not be null")));
	run.plan = PG_GETARG_INT32(6);
	run.base = PG_ARGISNULL(7) ? 0 : PG_GETARG_INT64(7);
	if (!PG_ARGISNULL(8))
		run.srid = psprintf("(%d)", PG_GETARG_INT32(8));
	run.tolerance = PG_GETARG_FLOAT8(9);
	InitMaterializedSRF(fcinfo, 0);
	job.task = NewTask(SOLVER_RECLUSTER, TupleDescAttr(rsinfo->setDesc, rsinfo->setDesc->natts - 1)->atttypid, &job.rules);

	before = ReadAsCaller(TextArgument(fcinfo, 11, "search_path"));
	if (SolvedElsewhere(&job, RunQuery(&stock, &run, false)))
		KeepGroups(&job, rsinfo);
	else
		SolveStock(&job, RunQuery(&stock, &run, true), WriteGroup, rsinfo);
	EndReading(&before);
	return (Datum) 0;
}

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
 * OUT srid int, OUT geodetic boolean): srid is null where no home has a location
 */
Datum
describe_stock(PG_FUNCTION_ARGS)
{
	PlacesStock stock = OpenStock(fcinfo, 8);
	PlacesSystems systems = {.pub = RowReceiver(CountSystem)};
	TupleDesc	desc;
	PlacesReader before;
	PlacesQuery query;
	int			most;
	Datum		values[2];
	bool		nulls[2] = {false};

	AddLabel(&stock, &fcinfo->args[5]);
	ReadRules(&fcinfo->args[6]);
	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	systems.reader = NewPointReader(stock.geom_type, CurrentMemoryContext);

	/* all columns, for the right to read them */
	before = ReadAsCaller(TextArgument(fcinfo, 7, "search_path"));
	query = PlanReading(psprintf("SELECT %s, %s, %s, %s, %s FROM %s s WHERE %s IS NOT NULL LIMIT " SAMPLE,
								 stock.geom, stock.id, stock.authority, stock.weight ? stock.weight : "NULL",
								 stock.label ? stock.label : "NULL", stock.name, stock.geom), InvalidOid);
	RunReading(&query, NULL, &systems.pub);
	EndReading(&before);

	most = MostFrequent(&systems);
	if (most >= 0)
		CheckSrid(systems.reader, systems.srid[most]);
	values[0] = Int32GetDatum(most < 0 ? 0 : systems.srid[most]);
	nulls[0] = most < 0;
	values[1] = BoolGetDatum(stock.geodetic);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
}
