/*
 * place_lists.c
 *	  The places of each authority of a stock: places_internal.solve_places(),
 *	  for places.headline() and, with what any places could keep,
 *	  places.coverage_bound(); and places_internal.solve_frontier(), which reads
 *	  once and finds them for each of several rules.
 *
 * Where partitions or other servers solve groups by themselves the rows of
 * their query are the result.
 */
#include "postgres.h"

#include "executor/executor.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/tuplestore.h"

#include "pg/input/ruleset.h"
#include "pg/parallel/dispatch.h"
#include "pg/versions.h"
#include "pg/refuse.h"

/* Columns of the result of solve_places(), in order. */
enum
{
	PLACES_AUTHORITY,
	PLACES_STOCK_ROWS,
	PLACES_HOMES,
	PLACES_LIST,
	PLACES_LIMIT,
	PLACES_COLUMNS
};

/* And of solve_frontier(). */
enum
{
	FRONTIER_NR,
	FRONTIER_AUTHORITY,
	FRONTIER_STOCK_ROWS,
	FRONTIER_HOMES,
	FRONTIER_LIST,
	FRONTIER_COLUMNS
};

/* Where the rows go. */
typedef struct PlacesListWriter
{
	ReturnSetInfo *rsinfo;
	const PlacesTask *task;
} PlacesListWriter;

static void
WriteList(void *taker, const PlacesAuthority *authority, bytea *answer)
{
	PlacesListWriter *writer = taker;
	bool		bounded = writer->task->solver == SOLVER_BOUNDED;
	Datum		values[PLACES_COLUMNS];
	bool		nulls[PLACES_COLUMNS] = {false};

	values[PLACES_AUTHORITY] = authority->name;
	nulls[PLACES_AUTHORITY] = nulls[PLACES_LIST] = !authority->has_name;
	values[PLACES_STOCK_ROWS] = Int64GetDatum(authority->stock_rows);
	values[PLACES_HOMES] = Float8GetDatum(authority->homes);
	values[PLACES_LIST] = PointerGetDatum(answer);
	nulls[PLACES_LIMIT] = !authority->has_name || !bounded;
	if (!nulls[PLACES_LIMIT])
		values[PLACES_LIMIT] = Float8GetDatum(((PlacesLimit *) authority->answer[1])->homes);
	tuplestore_putvalues(writer->rsinfo->setResult, writer->rsinfo->setDesc, values, nulls);
}

PG_FUNCTION_INFO_V1(solve_places);

/*
 * solve_places(stock regclass, id_column, authority_column, geom_column,
 * weight_column name, rules places.ruleset, bounded boolean, together_column name)
 */
Datum
solve_places(PG_FUNCTION_ARGS)
{
	PlacesStock stock = OpenStock(fcinfo, 8);
	PlacesSolver solver = !PG_ARGISNULL(6) && PG_GETARG_BOOL(6) ? SOLVER_BOUNDED : SOLVER_PLACES;
	PlacesJob	job = {.rules = fcinfo->args[5], .ruleset = get_fn_expr_argtype(fcinfo->flinfo, 5)};
	PlacesListWriter writer = {.rsinfo = (ReturnSetInfo *) fcinfo->resultinfo};

	InitMaterializedSRF(fcinfo, 0);
	job.task = writer.task = NewTask(solver, TupleDescAttr(writer.rsinfo->setDesc, PLACES_LIST)->atttypid, &job.rules);
	AddTogether(&stock, &fcinfo->args[7]);
	if (SolvedElsewhere(&job, GroupedPlacesQuery(&stock, solver == SOLVER_BOUNDED)))
		KeepGroups(&job, writer.rsinfo);
	else
		SolveStock(&job, PackedQuery(&stock, false, false), WriteList, &writer);
	return (Datum) 0;
}

/* A row for each of the rules; without a list if there is no authority. */
static void
WriteFrontier(void *taker, const PlacesAuthority *authority, bytea *answer)
{
	PlacesListWriter *writer = taker;

	for (int i = 0; i < writer->task->nrules; i++)
	{
		Datum		values[FRONTIER_COLUMNS];
		bool		nulls[FRONTIER_COLUMNS] = {false};

		values[FRONTIER_NR] = Int32GetDatum(i + 1);
		values[FRONTIER_AUTHORITY] = authority->name;
		values[FRONTIER_STOCK_ROWS] = Int64GetDatum(authority->stock_rows);
		values[FRONTIER_HOMES] = Float8GetDatum(authority->homes);
		nulls[FRONTIER_AUTHORITY] = nulls[FRONTIER_LIST] = answer == NULL;
		if (answer != NULL)
			values[FRONTIER_LIST] = PointerGetDatum(authority->answer ? authority->answer[i] : answer);
		tuplestore_putvalues(writer->rsinfo->setResult, writer->rsinfo->setDesc, values, nulls);
	}
}

PG_FUNCTION_INFO_V1(solve_frontier);

/*
 * solve_frontier(stock regclass, id_column, authority_column, geom_column,
 * weight_column name, rules places.ruleset[], together_column name): no rows for no rules
 */
Datum
solve_frontier(PG_FUNCTION_ARGS)
{
	PlacesStock stock = OpenStock(fcinfo, 7);
	PlacesJob	job = {.rules = {.isnull = true}, .ruleset = get_element_type(get_fn_expr_argtype(fcinfo->flinfo, 5))};
	PlacesListWriter writer = {.rsinfo = (ReturnSetInfo *) fcinfo->resultinfo};

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(5))
		return (Datum) 0;
	job.task = writer.task = NewFrontierTask(TupleDescAttr(writer.rsinfo->setDesc, FRONTIER_LIST)->atttypid,
											 &fcinfo->args[5]);
	if (job.task->nrules == 0)
		return (Datum) 0;
	AddTogether(&stock, &fcinfo->args[6]);
	/* for what it tells of the stock; nobody else takes several rules */
	SolvedElsewhere(&job, GroupedPlacesQuery(&stock, false));
	SolveStock(&job, PackedQuery(&stock, false, false), WriteFrontier, &writer);
	return (Datum) 0;
}

/* The tolerances that are to be tried, none of them null or negative. */
static Datum *
ReadTolerances(const NullableDatum *tolerances, int *n)
{
	Datum	   *value;
	bool	   *missing;

	deconstruct_array(DatumGetArrayTypeP(tolerances->value), FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &value, &missing, n);
	for (int i = 0; i < *n; i++)
		if (missing[i] || !(DatumGetFloat8(value[i]) >= 0))
			Refuse((errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("tolerance must not be null or negative"),
					errdetail("It is %s.", missing[i] ? "null" : psprintf("%g", DatumGetFloat8(value[i]))),
					errhint("Name shares of the mean, as in tolerance => '{0.05,0.1,0.2}'; Infinity is no limit.")));
	return value;
}

PG_FUNCTION_INFO_V1(solve_balance);

/*
 * solve_balance(stock regclass, id_column, authority_column, geom_column,
 * weight_column name, rules places.ruleset, tolerances float8[], together_column name,
 * balance_columns name[]): as solve_frontier, for each tolerance of all measures
 */
Datum
solve_balance(PG_FUNCTION_ARGS)
{
	PlacesStock stock = OpenStock(fcinfo, 9);
	PlacesJob	job = {.rules = {.isnull = true}, .ruleset = get_fn_expr_argtype(fcinfo->flinfo, 5)};
	PlacesListWriter writer = {.rsinfo = (ReturnSetInfo *) fcinfo->resultinfo};
	NullableDatum usual = {.isnull = true};
	PlacesRules rules;
	Datum	   *tolerance;
	int			n;

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(8) || ArrayGetNItems(ARR_NDIM(PG_GETARG_ARRAYTYPE_P(8)), ARR_DIMS(PG_GETARG_ARRAYTYPE_P(8))) == 0)
		Refuse((errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				errmsg("balance_columns must name a column"),
				errhint("Name measures of the stock, as in balance_columns => '{workload}'.")));
	if (PG_ARGISNULL(6))
		return (Datum) 0;
	tolerance = ReadTolerances(&fcinfo->args[6], &n);
	if (n == 0)
		return (Datum) 0;
	rules = ReadRules(&fcinfo->args[5]);
	AddTogether(&stock, &fcinfo->args[7]);
	AddLoads(&stock, &fcinfo->args[8], &usual, &rules);
	job.task = writer.task = NewBalanceTask(TupleDescAttr(writer.rsinfo->setDesc, FRONTIER_LIST)->atttypid,
											&rules, tolerance, n);
	SolvedElsewhere(&job, GroupedPlacesQuery(&stock, false));
	SolveStock(&job, PackedQuery(&stock, false, false), WriteFrontier, &writer);
	return (Datum) 0;
}
