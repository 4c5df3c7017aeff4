/*
 * cluster.c
 *	  The aggregates places.cluster(), cluster_places() and coverage_limit().
 *
 * All gather the homes of one group and do their work in the final function:
 * the first answers by home, the second by place, the third bounds what any
 * answer could reach.  They share the transition function, so that PostgreSQL
 * gathers once for all.  There is no combine function:
 * gathering in parallel to solve on one core would gain nothing.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "gather.h"

/* by PlacesRow, by a place's reasons and by PlacesRelation */
static const char *const row_reasons[] = {NULL, "no_location", "bad_weight"};
static const char *const place_reasons[] = {NULL, "too_small", "too_spread", "too_small,too_spread", "dispersed"};
static const char *const relation_reasons[] = {NULL, "outlying", "attached"};

PG_FUNCTION_INFO_V1(cluster_transfn);

/* (state, geom, rules) or (state, geom, weight, rules) */
Datum
cluster_transfn(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	PlacesPointReader *reader = GetPointReader(fcinfo, 1);
	bool		weighted = PG_NARGS() == 4;
	PlacesGather *gather;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "cluster_transfn called in non-aggregate context");
	gather = PG_ARGISNULL(0) ?
		NewGather(context, reader->geodetic, weighted) : (PlacesGather *) PG_GETARG_POINTER(0);
	GatherRules(gather, &fcinfo->args[PG_NARGS() - 1]);
	GatherHome(gather, reader, &fcinfo->args[1], weighted ? &fcinfo->args[2] : NULL);
	PG_RETURN_POINTER(gather);
}

/* The result row type of a final function. */
static TupleDesc
ResultDesc(FunctionCallInfo fcinfo)
{
	TupleDesc	desc;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	return BlessTupleDesc(desc);
}

/* A one-dimensional array of n elements; nulls may be NULL. */
static Datum
MakeArray(Datum *elements, bool *nulls, int n, Oid type)
{
	int			dims[1] = {n};
	int			lower[1] = {1};
	int16		typlen;
	bool		typbyval;
	char		typalign;

	if (n == 0)
		return PointerGetDatum(construct_empty_array(type));
	get_typlenbyvalalign(type, &typlen, &typbyval, &typalign);
	return PointerGetDatum(construct_md_array(elements, nulls, 1, dims, lower, type,
											  typlen, typbyval, typalign));
}

/* Text datums for a table of reasons; its NULL entry has none. */
static void
MakeReasons(const char *const *reasons, int n, Datum *texts)
{
	for (int i = 0; i < n; i++)
		texts[i] = reasons[i] ? CStringGetTextDatum(reasons[i]) : (Datum) 0;
}

PG_FUNCTION_INFO_V1(cluster_finalfn);

/* The group's places.clustering: place, distance and reason by home, in the order gathered. */
Datum
cluster_finalfn(PG_FUNCTION_ARGS)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext scratch;
	const PlacesGather *gather;
	PlacesSolution *solution;
	TupleDesc	desc;
	Datum	   *element;
	bool	   *null;
	Datum		of_row[lengthof(row_reasons)];
	Datum		of_place[lengthof(place_reasons)];
	Datum		of_relation[lengthof(relation_reasons)];
	Datum		values[3];
	bool		nulls[3] = {false, false, false};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	gather = (PlacesGather *) PG_GETARG_POINTER(0);
	desc = ResultDesc(fcinfo);

	scratch = AllocSetContextCreate(caller, "places scratch", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(scratch);
	solution = SolveGather(gather);
	MakeReasons(row_reasons, lengthof(row_reasons), of_row);
	MakeReasons(place_reasons, lengthof(place_reasons), of_place);
	MakeReasons(relation_reasons, lengthof(relation_reasons), of_relation);
	element = MemoryContextAllocHuge(scratch, sizeof(Datum) * gather->n);
	null = MemoryContextAllocHuge(scratch, sizeof(bool) * gather->n);

	for (int i = 0; i < gather->n; i++)
	{
		null[i] = solution->row_point[i] < 0;
		if (!null[i])
			element[i] = Int32GetDatum(solution->point_place[solution->row_point[i]] + 1);
	}
	values[0] = MakeArray(element, null, gather->n, INT4OID);

	for (int i = 0; i < gather->n; i++)
		if (!null[i])
			element[i] = Float8GetDatum(PointDistance(solution, solution->row_point[i]));
	values[1] = MakeArray(element, null, gather->n, FLOAT8OID);

	for (int i = 0; i < gather->n; i++)
	{
		int			point = solution->row_point[i];

		if (point < 0)
			element[i] = of_row[gather->row[i]];
		else if (solution->point_relation[point] != MEMBER)
			element[i] = of_relation[solution->point_relation[point]];
		else
			element[i] = of_place[solution->places[solution->point_place[point]].reasons];
		null[i] = element[i] == (Datum) 0;
	}
	values[2] = MakeArray(element, null, gather->n, TEXTOID);

	MemoryContextSwitchTo(caller);
	values[0] = HeapTupleGetDatum(heap_form_tuple(desc, values, nulls));
	MemoryContextDelete(scratch);
	PG_RETURN_DATUM(values[0]);
}

/* Attributes of places.place_list, in order. */
enum
{
	LIST_HOMES,
	LIST_REASON,
	LIST_X,
	LIST_Y,
	LIST_RADIUS,
	LIST_MEAN_DISTANCE,
	LIST_RMS_DISTANCE,
	LIST_DENSITY,
	LIST_OUTLYING,
	LIST_ATTACHED,
	LIST_SRID,
	LIST_NO_LOCATION,
	LIST_BAD_WEIGHT,
	LIST_UNLOCATED_HOMES,
	LIST_ATTRIBUTES
};

/* One array attribute: a float8 for each place. */
static Datum
PlaceFloats(const PlacesSolution *solution, size_t offset, Datum *element)
{
	for (int j = 0; j < solution->k; j++)
		element[j] = Float8GetDatum(*(const double *) ((const char *) &solution->places[j] + offset));
	return MakeArray(element, NULL, solution->k, FLOAT8OID);
}

static void
PlaceReasons(const PlacesSolution *solution, Datum *element, bool *null, Datum *values)
{
	Datum		of_place[lengthof(place_reasons)];

	MakeReasons(place_reasons, lengthof(place_reasons), of_place);
	for (int j = 0; j < solution->k; j++)
	{
		element[j] = of_place[solution->places[j].reasons];
		null[j] = element[j] == (Datum) 0;
	}
	values[LIST_REASON] = MakeArray(element, null, solution->k, TEXTOID);
}

static void
PlaceDensities(const PlacesSolution *solution, Datum *element, bool *null, Datum *values)
{
	for (int j = 0; j < solution->k; j++)
	{
		double		density = UniformDensity(solution->places[j].homes,
											 solution->places[j].rms_distance);

		element[j] = Float8GetDatum(density);
		null[j] = isnan(density);
	}
	values[LIST_DENSITY] = MakeArray(element, null, solution->k, FLOAT8OID);
}

/* Centres in the coordinates of the input. */
static void
PlaceCentres(const PlacesSolution *solution, Datum *x, Datum *y, Datum *values)
{
	for (int j = 0; j < solution->k; j++)
	{
		double		cx = solution->places[j].x;
		double		cy = solution->places[j].y;

		FromLocal(&solution->frame, &cx, &cy);
		x[j] = Float8GetDatum(cx);
		y[j] = Float8GetDatum(cy);
	}
	values[LIST_X] = MakeArray(x, NULL, solution->k, FLOAT8OID);
	values[LIST_Y] = MakeArray(y, NULL, solution->k, FLOAT8OID);
}

/* Count the rows that could not be placed. */
static void
CountUnplaced(const PlacesGather *gather, Datum *values)
{
	int64		counts[lengthof(row_reasons)] = {0};
	double		homes = 0;

	for (int i = 0; i < gather->n; i++)
	{
		counts[gather->row[i]]++;
		if (gather->row[i] == ROW_NO_LOCATION)
			homes += gather->w == NULL ? 1 :
				(gather->w[i] >= 0 && !isinf(gather->w[i])) ? gather->w[i] : 0;
	}
	values[LIST_NO_LOCATION] = Int64GetDatum(counts[ROW_NO_LOCATION]);
	values[LIST_BAD_WEIGHT] = Int64GetDatum(counts[ROW_BAD_WEIGHT]);
	values[LIST_UNLOCATED_HOMES] = Float8GetDatum(homes);
}

PG_FUNCTION_INFO_V1(cluster_places_finalfn);

/* The group's places.place_list: arrays with an element for each place. */
Datum
cluster_places_finalfn(PG_FUNCTION_ARGS)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext scratch;
	const PlacesGather *gather;
	PlacesSolution *solution;
	TupleDesc	desc;
	Datum	   *element;
	Datum	   *other;
	bool	   *null;
	Datum		values[LIST_ATTRIBUTES];
	bool		nulls[LIST_ATTRIBUTES] = {false};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	gather = (PlacesGather *) PG_GETARG_POINTER(0);
	desc = ResultDesc(fcinfo);

	scratch = AllocSetContextCreate(caller, "places scratch", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(scratch);
	solution = SolveGather(gather);
	element = MemoryContextAllocHuge(scratch, sizeof(Datum) * solution->k);
	other = MemoryContextAllocHuge(scratch, sizeof(Datum) * solution->k);
	null = MemoryContextAllocHuge(scratch, sizeof(bool) * solution->k);

	values[LIST_HOMES] = PlaceFloats(solution, offsetof(PlacesPlace, homes), element);
	values[LIST_RADIUS] = PlaceFloats(solution, offsetof(PlacesPlace, radius), element);
	values[LIST_MEAN_DISTANCE] = PlaceFloats(solution, offsetof(PlacesPlace, mean_distance), element);
	values[LIST_RMS_DISTANCE] = PlaceFloats(solution, offsetof(PlacesPlace, rms_distance), element);
	values[LIST_OUTLYING] = PlaceFloats(solution, offsetof(PlacesPlace, outlying), element);
	values[LIST_ATTACHED] = PlaceFloats(solution, offsetof(PlacesPlace, attached), element);
	PlaceReasons(solution, element, null, values);
	PlaceDensities(solution, element, null, values);
	PlaceCentres(solution, element, other, values);
	values[LIST_SRID] = Int32GetDatum(gather->srid);
	CountUnplaced(gather, values);

	MemoryContextSwitchTo(caller);
	values[0] = HeapTupleGetDatum(heap_form_tuple(desc, values, nulls));
	MemoryContextDelete(scratch);
	PG_RETURN_DATUM(values[0]);
}

PG_FUNCTION_INFO_V1(coverage_limit_finalfn);

/* An upper bound of the homes that any places of the group could keep under its rules. */
Datum
coverage_limit_finalfn(PG_FUNCTION_ARGS)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext scratch;
	const PlacesGather *gather;
	double		limit;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	gather = (PlacesGather *) PG_GETARG_POINTER(0);

	scratch = AllocSetContextCreate(caller, "places scratch", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(scratch);
	limit = LimitCoverage(gather->n, gather->x, gather->y, gather->w, gather->geodetic,
						  &gather->rules);
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(scratch);
	PG_RETURN_FLOAT8(limit);
}
