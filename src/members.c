/*
 * members.c
 *	  places.members(): one group's clustering as rows, beside its ids.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/tuplestore.h"
#include "utils/typcache.h"

/* Attributes of places.clustering, in order. */
enum
{
	CLUSTERING_PLACE,
	CLUSTERING_DISTANCE,
	CLUSTERING_REASON,
	CLUSTERING_ATTRIBUTES
};

/* Columns of the result, in order. */
enum
{
	MEMBER_HOME,
	MEMBER_PLACE,
	MEMBER_DISTANCE,
	MEMBER_KEPT,
	MEMBER_REASON,
	MEMBER_COLUMNS
};

#define CANCEL_ROWS		4096

static ArrayIterator
IterateAttribute(HeapTupleHeader clustering, int attribute, int *length)
{
	bool		isnull;
	Datum		datum = GetAttributeByNum(clustering, attribute + 1, &isnull);
	ArrayType  *array;

	if (isnull)
		array = construct_empty_array(TEXTOID);
	else
		array = DatumGetArrayTypeP(datum);
	*length = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	return array_create_iterator(array, 0, NULL);
}

static void
CheckLength(const char *what, int length, int ids)
{
	if (length != ids)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("ids and result must have the same length"),
				 errdetail("There are %d ids and %d elements of %s.", ids, length, what),
				 errhint("Aggregate both in the same query level without ORDER BY, DISTINCT or FILTER: array_agg(id), places.cluster(geom, ...).")));
}

PG_FUNCTION_INFO_V1(members);

/*
 * members(ids anyarray, result places.clustering): a row for each id.  A null
 * argument counts as an empty one: a group without rows.
 */
Datum
members(PG_FUNCTION_ARGS)
{
	static const char *const names[] = {"place", "distance", "reason"};
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	ArrayType  *ids = PG_ARGISNULL(0) ? construct_empty_array(TEXTOID) : PG_GETARG_ARRAYTYPE_P(0);
	int			n = ArrayGetNItems(ARR_NDIM(ids), ARR_DIMS(ids));
	ArrayIterator each = array_create_iterator(ids, 0, NULL);
	ArrayIterator attribute[CLUSTERING_ATTRIBUTES];
	int			length = 0;
	Datum		values[MEMBER_COLUMNS];
	bool		nulls[MEMBER_COLUMNS];

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(1))
		CheckLength("the null result", 0, n);
	else
		for (int a = 0; a < CLUSTERING_ATTRIBUTES; a++)
		{
			attribute[a] = IterateAttribute(PG_GETARG_HEAPTUPLEHEADER(1), a, &length);
			CheckLength(names[a], length, n);
		}

	for (int i = 0; i < n; i++)
	{
		if (i % CANCEL_ROWS == 0)
			CHECK_FOR_INTERRUPTS();
		array_iterate(each, &values[MEMBER_HOME], &nulls[MEMBER_HOME]);
		array_iterate(attribute[CLUSTERING_PLACE], &values[MEMBER_PLACE], &nulls[MEMBER_PLACE]);
		array_iterate(attribute[CLUSTERING_DISTANCE], &values[MEMBER_DISTANCE], &nulls[MEMBER_DISTANCE]);
		array_iterate(attribute[CLUSTERING_REASON], &values[MEMBER_REASON], &nulls[MEMBER_REASON]);
		values[MEMBER_KEPT] = BoolGetDatum(nulls[MEMBER_REASON]);
		nulls[MEMBER_KEPT] = false;
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}
