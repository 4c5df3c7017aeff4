/*
 * members.c
 *	  One group's clustering as rows, beside its ids: places.members(), and what
 *	  places.assign() needs of it for many groups.
 */
#include "postgres.h"

#include "pg/output/members.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/lsyscache.h"
#include "utils/tuplestore.h"

#include "pg/output/answer.h"
#include "pg/output/reason.h"
#include "pg/refuse.h"
#include "pg/versions.h"

#define CANCEL_ROWS		4096

static void
CheckLength(const char *what, int length, int ids)
{
	if (length != ids)
		Refuse((errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				errmsg("ids and result must have the same length"),
				errdetail("There are %d ids and %d elements of %s.", ids, length, what),
				errhint("Aggregate both in the same query level without ORDER BY, DISTINCT or FILTER: array_agg(id), places.cluster(geom, ...).")));
}

static PlacesColumn
OpenColumn(ArrayType *array)
{
	PlacesColumn column;

	column.data = ARR_DATA_PTR(array);
	column.present = ARR_NULLBITMAP(array);
	get_typlenbyvalalign(ARR_ELEMTYPE(array), &column.typlen, &column.typbyval, &column.typalign);
	return column;
}

static PlacesColumn
OpenAttribute(Datum clustering, int attribute, const char *name, int ids)
{
	bool		isnull;
	Datum		datum = GetAttributeByNum(DatumGetHeapTupleHeader(clustering), attribute + 1, &isnull);
	ArrayType  *array = isnull ? construct_empty_array(TEXTOID) : DatumGetArrayTypeP(datum);

	CheckLength(name, ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)), ids);
	return OpenColumn(array);
}

/*
 * Open a group.  Without ids it has no rows; without a result its rows have
 * neither place nor reason.
 */
PlacesMembers
OpenMembers(bool has_ids, Datum ids, bool has_result, Datum result)
{
	ArrayType  *array = has_ids ? DatumGetArrayTypeP(ids) : construct_empty_array(TEXTOID);
	PlacesMembers members = {0};

	members.n = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	members.ids = OpenColumn(array);
	members.clustered = has_result;
	if (has_result)
	{
		members.place = OpenAttribute(result, ANSWER_PLACE, "place", members.n);
		members.distance = OpenAttribute(result, ANSWER_DISTANCE, "distance", members.n);
		members.reason = OpenAttribute(result, ANSWER_REASON, "reason", members.n);
	}
	return members;
}

/* The next home; false behind the last. */
bool
NextMember(PlacesMembers *members, Datum *id, bool *id_isnull, Datum *values, bool *nulls)
{
	int			i = members->next;

	if (i == members->n)
		return false;
	*id = ReadElement(&members->ids, i, id_isnull);
	nulls[MEMBER_PLACE] = nulls[MEMBER_DISTANCE] = nulls[MEMBER_REASON] = true;
	if (members->clustered)
	{
		values[MEMBER_PLACE] = ReadElement(&members->place, i, &nulls[MEMBER_PLACE]);
		values[MEMBER_DISTANCE] = ReadElement(&members->distance, i, &nulls[MEMBER_DISTANCE]);
		values[MEMBER_REASON] = ReadElement(&members->reason, i, &nulls[MEMBER_REASON]);
	}
	values[MEMBER_KEPT] = BoolGetDatum(members->clustered &&
									   (nulls[MEMBER_REASON] || IsKeptByText((struct varlena *) DatumGetPointer(values[MEMBER_REASON]))));
	nulls[MEMBER_KEPT] = false;
	members->next++;
	return true;
}

PG_FUNCTION_INFO_V1(members);

/*
 * members(ids anyarray, result places.clustering): a row for each id.  A null
 * argument counts as an empty one: a group without rows.
 */
Datum
members(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	PlacesMembers group = OpenMembers(!PG_ARGISNULL(0), PG_GETARG_DATUM(0),
									  !PG_ARGISNULL(1), PG_GETARG_DATUM(1));
	Datum		values[1 + MEMBER_COLUMNS];
	bool		nulls[1 + MEMBER_COLUMNS];

	if (PG_ARGISNULL(1))
		CheckLength("the null result", 0, group.n);
	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; NextMember(&group, &values[0], &nulls[0], values + 1, nulls + 1); i++)
	{
		if (i % CANCEL_ROWS == 0)
			CHECK_FOR_INTERRUPTS();
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}
