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
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many homes in one group"),
				 errdetail("The answer for all of them takes %zu bytes, of which a value may have %d.",
						   bytes, MOST_BYTES),
				 errhint("Use places.assign(), or group by parts of a local authority.")));
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
	return HeapTupleGetDatum(heap_form_tuple(lookup_rowtype_tupdesc_copy(type, -1), values, nulls));
}

/* The same before the work: can there be a row for each of so many homes? */
void
CheckAnswerable(int n)
{
	if (n > MOST_ANSWERED)
		CheckBytes((Size) n * (sizeof(int32) + sizeof(float8)) + n / BITS_PER_BYTE);
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

/* Reasons by home, each text padded to the alignment of the next. */
static Datum
PutReasons(const PlacesGroup *group, const PlacesSolution *s)
{
	Datum		word[REASONS];
	Size		size[REASONS] = {0};
	int64		count[REASONS] = {0};
	Size		bytes = 0;
	PlacesArray reason;

	MakeReasonTexts(word);
	for (int i = 0; i < group->n; i++)
	{
		HostCheckCancelAt(i);
		count[HomeReason(group, s, i)]++;
	}
	for (int r = REASON_NONE + 1; r < REASONS; r++)
	{
		size[r] = word[r] ? INTALIGN(VARSIZE(DatumGetPointer(word[r]))) : 0;
		bytes += count[r] * size[r];
	}
	if (group->n == count[REASON_NONE])
		bytes = 0;
	reason = NewArray(TEXTOID, group->n, count[REASON_NONE], bytes);
	for (int i = 0; i < group->n; i++)
	{
		int			r = HomeReason(group, s, i);

		HostCheckCancelAt(i);
		PutElement(&reason, DatumGetPointer(word[r]), size[r]);
	}
	return PointerGetDatum(reason.array);
}

/* Place, distance and reason by home, in the order gathered. */
static void
PutHomes(const PlacesGroup *group, const PlacesSolution *solution, Datum *values)
{
	int			unplaced = 0;

	for (int i = 0; i < group->n; i++)
		unplaced += solution->row_point[i] < 0;
	PutPlaces(solution, group->n, unplaced, values);
	values[ANSWER_REASON] = PutReasons(group, solution);
}

/* A places.clustering, which is the type. */
Datum
AnswerByHome(const PlacesGroup *group, const PlacesSolution *solution, Oid type)
{
	Datum		values[CLUSTERING_ATTRIBUTES];

	PutHomes(group, solution, values);
	return MakeRow(type, values, CLUSTERING_ATTRIBUTES);
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
	LIST_GAP,
	LIST_ATTRIBUTES
};

/* Ten numbers and a text of a place, at most */
#define PLACE_BYTES		120

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
	Datum		word[REASONS];

	MakeReasonTexts(word);
	for (int j = 0; j < solution->k; j++)
	{
		element[j] = word[solution->places[j].reasons];
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

/* Null for those that were not measured. */
static void
PlaceGaps(const PlacesSolution *solution, Datum *element, bool *null, Datum *values)
{
	for (int j = 0; j < solution->k; j++)
	{
		element[j] = Float8GetDatum(solution->places[j].gap);
		null[j] = isnan(solution->places[j].gap);
	}
	values[LIST_GAP] = MakeArray(element, null, solution->k, FLOAT8OID);
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
	Datum	   *element = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(Datum) * solution->k);
	Datum	   *other = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(Datum) * solution->k);
	bool	   *null = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(bool) * solution->k);
	Datum		values[LIST_ATTRIBUTES];
	bool		nulls[LIST_ATTRIBUTES] = {false};

	CheckBytes((Size) solution->k * PLACE_BYTES);
	values[LIST_HOMES] = PlaceFloats(solution, offsetof(PlacesPlace, homes), element);
	values[LIST_RADIUS] = PlaceFloats(solution, offsetof(PlacesPlace, radius), element);
	values[LIST_MEAN_DISTANCE] = PlaceFloats(solution, offsetof(PlacesPlace, mean_distance), element);
	values[LIST_RMS_DISTANCE] = PlaceFloats(solution, offsetof(PlacesPlace, rms_distance), element);
	values[LIST_OUTLYING] = PlaceFloats(solution, offsetof(PlacesPlace, outlying), element);
	values[LIST_ATTACHED] = PlaceFloats(solution, offsetof(PlacesPlace, attached), element);
	PlaceReasons(solution, element, null, values);
	PlaceDensities(solution, element, null, values);
	PlaceGaps(solution, element, null, values);
	PlaceCentres(solution, element, other, values);
	values[LIST_SRID] = Int32GetDatum(group->srid);
	CountUnplaced(group, values);
	return HeapTupleGetDatum(heap_form_tuple(lookup_rowtype_tupdesc_copy(type, -1), values, nulls));
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
