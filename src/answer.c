/*
 * answer.c
 *	  A solution as the SQL types that describe it.
 *
 * Everything is made in the current memory context; what is not part of the
 * answer goes with it.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "answer.h"

/* by PlacesRow, by a place's reasons and by PlacesRelation */
static const char *const row_reasons[] = {NULL, "no_location", "bad_weight"};
static const char *const place_reasons[] = {NULL, "too_small", "too_spread", "too_small,too_spread", "dispersed"};
static const char *const relation_reasons[] = {NULL, "outlying", "attached", "pinned"};

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

/* The arrays of places.clustering: place, distance and reason by home, in the order gathered. */
void
AnswerByHome(const PlacesGather *gather, const PlacesSolution *solution, Datum *values)
{
	Datum	   *element = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(Datum) * gather->n);
	bool	   *null = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(bool) * gather->n);
	Datum		of_row[lengthof(row_reasons)];
	Datum		of_place[lengthof(place_reasons)];
	Datum		of_relation[lengthof(relation_reasons)];

	MakeReasons(row_reasons, lengthof(row_reasons), of_row);
	MakeReasons(place_reasons, lengthof(place_reasons), of_place);
	MakeReasons(relation_reasons, lengthof(relation_reasons), of_relation);

	for (int i = 0; i < gather->n; i++)
	{
		null[i] = solution->row_point[i] < 0;
		if (!null[i])
			element[i] = Int32GetDatum(solution->point_place[solution->row_point[i]] + 1);
	}
	values[ANSWER_PLACE] = MakeArray(element, null, gather->n, INT4OID);

	for (int i = 0; i < gather->n; i++)
		if (!null[i])
			element[i] = Float8GetDatum(PointDistance(solution, solution->row_point[i]));
	values[ANSWER_DISTANCE] = MakeArray(element, null, gather->n, FLOAT8OID);

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
	values[ANSWER_REASON] = MakeArray(element, null, gather->n, TEXTOID);
}

/* The result row type of a final function. */
TupleDesc
ResultDesc(FunctionCallInfo fcinfo)
{
	TupleDesc	desc;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	return BlessTupleDesc(desc);
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

/* A places.place_list: arrays with an element for each place. */
Datum
AnswerByPlace(const PlacesGather *gather, const PlacesSolution *solution, TupleDesc desc)
{
	Datum	   *element = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(Datum) * solution->k);
	Datum	   *other = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(Datum) * solution->k);
	bool	   *null = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(bool) * solution->k);
	Datum		values[LIST_ATTRIBUTES];
	bool		nulls[LIST_ATTRIBUTES] = {false};

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
	return HeapTupleGetDatum(heap_form_tuple(desc, values, nulls));
}
