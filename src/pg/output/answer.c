/*
 * answer.c
 *	  A solution as the SQL types that describe it.
 *
 * Everything is made in the current memory context; what is not part of the
 * answer goes with it.
 */
#include "postgres.h"

#include "pg/output/answer.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

#include "pg/bytes.h"
#include "pg/output/reason.h"
#include "pg/refuse.h"
#include "pg/versions.h"

#define ROW_HEADER		128		/* bytes of a row besides its values, at most */

const char *const choice_words[] = {
	[CHOICE_FROM_SCRATCH] = "new",
	[CHOICE_KEPT] = "kept",
	[CHOICE_REPAIRED] = "mended",
};

StaticAssertDecl(MOST_ANSWERED * 12.125 + SPARE_BYTES <= MOST_BYTES &&
				 (MOST_ANSWERED + 1) * 12.125 + SPARE_BYTES > MOST_BYTES,
				 "as many answers as a value can hold");

/* An answer is one value, and PostgreSQL keeps a value below 1 GB. */
static void
CheckBytes(Size bytes)
{
	if (bytes > MOST_BYTES - ROW_HEADER)
		Refuse((errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				errmsg("too many homes in one group"),
				errdetail("The answer for all of them takes %zu bytes, of which a value may have %d.",
						   bytes, MOST_BYTES),
				errhint("Use places.assign(), or group by parts of a local authority.")));
}

static Datum
FormRow(Oid type, const Datum *values, const bool *nulls)
{
	TupleDesc	desc = lookup_rowtype_tupdesc(type, -1);
	Datum		row = HeapTupleGetDatum(heap_form_tuple(desc, (Datum *) values, (bool *) nulls));

	ReleaseTupleDesc(desc);
	return row;
}

/* A row of a type, of values that all have a length. */
static Datum
MakeRow(Oid type, Datum *values, int n)
{
	bool		nulls[RECLUSTERING_ATTRIBUTES] = {false};
	Size		bytes = 0;

	for (int i = 0; i < n; i++)
		bytes += VARSIZE_ANY(DatumGetPointer(values[i]));
	CheckBytes(bytes);
	return FormRow(type, values, nulls);
}

/* The same before the work: can there be a row for each of so many homes? */
void
CheckAnswerable(int n)
{
	if (n > MOST_ANSWERED)
		CheckBytes((Size) n * (sizeof(int32) + sizeof(float8)) + n / BITS_PER_BYTE);
}

/* An array that is written from its first element to its last. */
typedef struct PlacesArray
{
	ArrayType  *array;
	bits8	   *present;		/* bitmap; NULL when no element is null */
	int			i;				/* element to write, */
	char	   *at;				/* and where */
} PlacesArray;

/* Memory for an array of n elements, the nulls among them counted, and the bytes of the others. */
static PlacesArray
NewArray(Oid type, int n, int nulls, Size bytes)
{
	PlacesArray new = {0};
	Size		overhead = nulls > 0 ? ARR_OVERHEAD_WITHNULLS(1, n) : ARR_OVERHEAD_NONULLS(1);

	CheckBytes(overhead + bytes);
	if (n == 0)
		return (PlacesArray) {.array = construct_empty_array(type)};
	new.array = palloc0(overhead + bytes);
	SET_VARSIZE(new.array, overhead + bytes);
	new.array->ndim = 1;
	new.array->dataoffset = nulls > 0 ? overhead : 0;
	new.array->elemtype = type;
	ARR_DIMS(new.array)[0] = n;
	ARR_LBOUND(new.array)[0] = 1;
	new.present = ARR_NULLBITMAP(new.array);
	new.at = ARR_DATA_PTR(new.array);
	return new;
}

/* An element of so many bytes, aligned ones at that; a null of none. */
static inline void
PutElement(PlacesArray *array, const void *bytes, Size size)
{
	if (array->present && size > 0)
		array->present[array->i / 8] |= 1 << (array->i % 8);
	memcpy(array->at, bytes, size);
	array->at += size;
	array->i++;
}

/* Places and distances by home; null for a home without a point. */
static void
PutPlaces(const PlacesSolution *s, int n, int unplaced, Datum *values)
{
	PlacesArray place = NewArray(INT4OID, n, unplaced, sizeof(int32) * (n - unplaced));
	PlacesArray distance = NewArray(FLOAT8OID, n, unplaced, sizeof(float8) * (n - unplaced));

	for (int i = 0; i < n; i++)
	{
		int			point = s->row_point[i];
		int32		number = point < 0 ? 0 : s->point_place[point] + 1;
		float8		metres = point < 0 ? 0 : PointDistance(s, point);

		HostCheckCancelAt(i);
		PutElement(&place, &number, point < 0 ? 0 : sizeof(number));
		PutElement(&distance, &metres, point < 0 ? 0 : sizeof(metres));
	}
	values[ANSWER_PLACE] = PointerGetDatum(place.array);
	values[ANSWER_DISTANCE] = PointerGetDatum(distance.array);
}

/* Reasons as an array of texts, each padded to the alignment of the next; null for none. */
static Datum
PutReasons(const uint8 *reasons, int n)
{
	Datum		word[REASONS];
	Size		size[REASONS] = {0};
	int64		count[REASONS] = {0};
	Size		bytes = 0;
	PlacesArray array;

	for (int i = 0; i < n; i++)
	{
		HostCheckCancelAt(i);
		count[reasons[i]]++;
	}
	for (int r = REASON_NONE + 1; r < REASONS; r++)
		if (count[r] > 0)
		{
			word[r] = ReasonText(r);
			size[r] = INTALIGN(VARSIZE(DatumGetPointer(word[r])));
			bytes += count[r] * size[r];
		}
	array = NewArray(TEXTOID, n, count[REASON_NONE], bytes);
	for (int i = 0; i < n; i++)
	{
		HostCheckCancelAt(i);
		if (size[reasons[i]] > 0)
			PutElement(&array, DatumGetPointer(word[reasons[i]]), size[reasons[i]]);
		else
			array.i++;
	}
	return PointerGetDatum(array.array);
}

/* Place, distance and reason by home, in the order gathered. */
static void
PutHomes(const PlacesGroup *group, const PlacesSolution *solution, Datum *values)
{
	uint8	   *reasons = MemoryContextAllocHuge(CurrentMemoryContext, group->n);
	int			unplaced = 0;

	for (int i = 0; i < group->n; i++)
	{
		HostCheckCancelAt(i);
		unplaced += solution->row_point[i] < 0;
		reasons[i] = HomeReason(group, solution, i);
	}
	PutPlaces(solution, group->n, unplaced, values);
	values[ANSWER_REASON] = PutReasons(reasons, group->n);
}

/* A places.clustering, which is the type. */
Datum
AnswerByHome(const PlacesGroup *group, const PlacesSolution *solution, Oid type)
{
	Datum		values[CLUSTERING_ATTRIBUTES];

	PutHomes(group, solution, values);
	return MakeRow(type, values, CLUSTERING_ATTRIBUTES);
}

/* Ten numbers and a text of a place, at most, and its loads and their targets */
#define PLACE_BYTES(nloads)		(120 + 2 * sizeof(float8) * (nloads))

/* Numbers as an array of float8; null for NaN. */
static Datum
PutFloats(const double *value, int n)
{
	int			nulls = 0;
	PlacesArray array;

	for (int i = 0; i < n; i++)
		nulls += isnan(value[i]);
	array = NewArray(FLOAT8OID, n, nulls, sizeof(float8) * (n - nulls));
	for (int i = 0; i < n; i++)
		PutElement(&array, &value[i], isnan(value[i]) ? 0 : sizeof(float8));
	return PointerGetDatum(array.array);
}

/* One of the numbers of each place. */
static Datum
PlaceFloats(const PlacesSolution *solution, size_t offset, double *value)
{
	for (int j = 0; j < solution->k; j++)
		value[j] = *(const double *) ((const char *) &solution->places[j] + offset);
	return PutFloats(value, solution->k);
}

static Datum
PlaceReasons(const PlacesSolution *solution, uint8 *reasons)
{
	for (int j = 0; j < solution->k; j++)
		reasons[j] = solution->places[j].reasons;
	return PutReasons(reasons, solution->k);
}

static Datum
PlaceDensities(const PlacesSolution *solution, double *value)
{
	for (int j = 0; j < solution->k; j++)
		value[j] = UniformDensity(solution->places[j].homes, solution->places[j].rms_distance);
	return PutFloats(value, solution->k);
}

/* Some of the numbers of each place, as many as there are loads, as an array of places by loads; null for no loads. */
static void
PutLoads(const PlacesSolution *solution, size_t offset, Datum *value, bool *isnull)
{
	int			nloads = solution->points->nloads;
	int			dims[2] = {solution->k, nloads};
	int			bounds[2] = {1, 1};
	Datum	   *element;

	*isnull = nloads == 0 || solution->k == 0;
	if (*isnull)
		return;
	element = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(Datum) * solution->k * nloads);
	for (int j = 0; j < solution->k; j++)
		for (int l = 0; l < nloads; l++)
			element[j * nloads + l] = Float8GetDatum(((const double *) ((const char *) &solution->places[j] + offset))[l]);
	*value = PointerGetDatum(construct_md_array(element, NULL, 2, dims, bounds, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
	pfree(element);
}

/* Centres in the coordinates of the input. */
static void
PlaceCentres(const PlacesSolution *solution, double *x, double *y, Datum *values)
{
	for (int j = 0; j < solution->k; j++)
	{
		x[j] = solution->places[j].x;
		y[j] = solution->places[j].y;
		FromLocal(&solution->frame, &x[j], &y[j]);
	}
	values[LIST_X] = PutFloats(x, solution->k);
	values[LIST_Y] = PutFloats(y, solution->k);
}

/* Count the rows that could not be placed. */
static void
CountUnplaced(const PlacesGroup *group, Datum *values)
{
	int64		counts[ROW_KINDS] = {0};
	double		homes = 0;

	for (int i = 0; i < group->n; i++)
	{
		HostCheckCancelAt(i);
		counts[group->row[i]]++;
		if (group->row[i] == ROW_NO_LOCATION)
			homes += group->w == NULL ? 1 : IsWeight(group->w[i]) ? group->w[i] : 0;
	}
	values[LIST_NO_LOCATION] = Int64GetDatum(counts[ROW_NO_LOCATION]);
	values[LIST_BAD_WEIGHT] = Int64GetDatum(counts[ROW_BAD_WEIGHT]);
	values[LIST_UNLOCATED_HOMES] = Float8GetDatum(homes);
}

/* A places.place_list, which is the type: arrays with an element for each place. */
Datum
AnswerByPlace(const PlacesGroup *group, const PlacesSolution *solution, Oid type)
{
	double	   *value = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(double) * solution->k);
	double	   *other = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(double) * solution->k);
	Datum		values[LIST_ATTRIBUTES];
	bool		nulls[LIST_ATTRIBUTES] = {false};

	CheckBytes((Size) solution->k * PLACE_BYTES(solution->points->nloads));
	values[LIST_HOMES] = PlaceFloats(solution, offsetof(PlacesPlace, homes), value);
	values[LIST_RADIUS] = PlaceFloats(solution, offsetof(PlacesPlace, radius), value);
	values[LIST_MEAN_DISTANCE] = PlaceFloats(solution, offsetof(PlacesPlace, mean_distance), value);
	values[LIST_RMS_DISTANCE] = PlaceFloats(solution, offsetof(PlacesPlace, rms_distance), value);
	values[LIST_GAP] = PlaceFloats(solution, offsetof(PlacesPlace, gap), value); /* NaN: not measured */
	values[LIST_TREE] = PlaceFloats(solution, offsetof(PlacesPlace, tree), value);
	values[LIST_OUTLYING] = PlaceFloats(solution, offsetof(PlacesPlace, outlying), value);
	values[LIST_ATTACHED] = PlaceFloats(solution, offsetof(PlacesPlace, attached), value);
	values[LIST_REASON] = PlaceReasons(solution, (uint8 *) value);
	values[LIST_DENSITY] = PlaceDensities(solution, value);
	PlaceCentres(solution, value, other, values);
	PutLoads(solution, offsetof(PlacesPlace, load), &values[LIST_LOADS], &nulls[LIST_LOADS]);
	PutLoads(solution, offsetof(PlacesPlace, load_target), &values[LIST_LOAD_TARGETS], &nulls[LIST_LOAD_TARGETS]);
	values[LIST_SRID] = Int32GetDatum(group->srid);
	CountUnplaced(group, values);
	return FormRow(type, values, nulls);
}

/* A places.reclustering, which is the type. */
Datum
AnswerReclustering(const PlacesGroup *group, const PlacesSolution *solution, Oid type)
{
	TupleDesc	desc = lookup_rowtype_tupdesc_copy(type, -1);
	Datum		values[RECLUSTERING_ATTRIBUTES];

	PutHomes(group, solution, values);
	values[ANSWER_CHOICE] = CStringGetTextDatum(choice_words[solution->choice]);
	values[ANSWER_LIST] = AnswerByPlace(group, solution, TupleDescAttr(desc, ANSWER_LIST)->atttypid);
	return MakeRow(type, values, RECLUSTERING_ATTRIBUTES);
}
