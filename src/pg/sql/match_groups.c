/*
 * match_groups.c
 *	  The function places.match_groups(): which new group carries on which old
 *	  one, from the homes that they share.
 *
 * The rows are sorted by old and new group before they are numbered and
 * matched, so that the answer depends on no order of the input.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/tuplestore.h"

#include "engine/engine.h"
#include "pg/refuse.h"
#include "pg/versions.h"

/* Arguments of match_groups(), in order. */
enum
{
	ARG_OLD,
	ARG_NEW,
	ARG_HOMES,
	ARG_REQUIRED
};

/* A row of the input. */
typedef struct PlacesShare
{
	int64		old;
	int32		new;
	PlacesOverlap overlap;		/* its groups are numbered last */
} PlacesShare;

static int
CompareNew(const void *a, const void *b)
{
	int32		x = ((const PlacesShare *) a)->new;
	int32		y = ((const PlacesShare *) b)->new;

	return (x > y) - (x < y);
}

static int
CompareShares(const void *a, const void *b)
{
	int64		x = ((const PlacesShare *) a)->old;
	int64		y = ((const PlacesShare *) b)->old;

	return x == y ? CompareNew(a, b) : (x > y) - (x < y);
}

/* The elements of an array argument; a null argument counts as an empty one. */
static Datum *
ReadArray(FunctionCallInfo fcinfo, int arg, const char *name, Oid type, int *n)
{
	Datum	   *elements;
	bool	   *nulls;
	int16		typlen;
	bool		typbyval;
	char		typalign;

	*n = 0;
	if (PG_ARGISNULL(arg))
		return NULL;
	get_typlenbyvalalign(type, &typlen, &typbyval, &typalign);
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(arg), type, typlen, typbyval, typalign, &elements, &nulls, n);
	for (int i = 0; i < *n; i++)
		if (nulls[i])
			Refuse((errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					errmsg("%s must not contain nulls", name),
					errdetail("Element %d is null.", i + 1),
					errhint("Leave such pairs out of all arrays; in required, false stands for a pair that is not.")));
	return elements;
}

static void
CheckSameLength(const char *name, int n, int expected)
{
	if (n != expected)
		Refuse((errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				errmsg("old, new, homes and required must have the same length"),
				errdetail("There are %d elements of old and %d of %s.", expected, n, name),
				errhint("Aggregate all of them in the same query level: array_agg(old), array_agg(new), array_agg(homes).")));
}

static void
CheckHomes(const PlacesShare *share)
{
	if (!(share->overlap.homes >= 0) || isinf(share->overlap.homes))
		Refuse((errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("homes must be finite numbers that are not negative"),
				errdetail("Old group %lld and new group %d share %g homes.",
						   (long long) share->old, share->new, share->overlap.homes),
				errhint("Give the number of homes that each pair of groups has in common.")));
}

static PlacesShare *
ReadShares(FunctionCallInfo fcinfo, int *n)
{
	int			nnew,
				nhomes,
				nrequired;
	Datum	   *old = ReadArray(fcinfo, ARG_OLD, "old", INT8OID, n);
	Datum	   *new = ReadArray(fcinfo, ARG_NEW, "new", INT4OID, &nnew);
	Datum	   *homes = ReadArray(fcinfo, ARG_HOMES, "homes", FLOAT8OID, &nhomes);
	Datum	   *required = ReadArray(fcinfo, ARG_REQUIRED, "required", BOOLOID, &nrequired);
	PlacesShare *shares = HostNewZero(PlacesShare, *n);

	CheckSameLength("new", nnew, *n);
	CheckSameLength("homes", nhomes, *n);
	if (required)
		CheckSameLength("required", nrequired, *n);
	for (int i = 0; i < *n; i++)
	{
		HostCheckCancelAt(i);
		shares[i].old = DatumGetInt64(old[i]);
		shares[i].new = DatumGetInt32(new[i]);
		shares[i].overlap.homes = DatumGetFloat8(homes[i]);
		shares[i].overlap.required = required && DatumGetBool(required[i]);
		CheckHomes(&shares[i]);
	}
	return shares;
}

/* Sort by old and new group and number both without gaps. */
static void
NumberGroups(int n, PlacesShare *shares)
{
	SortItems(shares, n, sizeof(PlacesShare), CompareNew);
	for (int i = 1; i < n; i++)
		shares[i].overlap.right = shares[i - 1].overlap.right + (shares[i].new != shares[i - 1].new);
	SortItems(shares, n, sizeof(PlacesShare), CompareShares);
	for (int i = 1; i < n; i++)
		shares[i].overlap.left = shares[i - 1].overlap.left + (shares[i].old != shares[i - 1].old);
}

static void
CheckDistinct(int n, const PlacesShare *shares)
{
	for (int i = 1; i < n; i++)
		if (CompareShares(&shares[i - 1], &shares[i]) == 0)
			Refuse((errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("pairs of old and new must be distinct"),
					errdetail("Old group %lld and new group %d are given more than once.",
							   (long long) shares[i].old, shares[i].new),
					errhint("Count the homes of each pair first: GROUP BY old, new.")));
}

/* A group that two required pairs share; by_side: the required share of each group, if any. */
static void
CheckRequiredOnce(PlacesShare **by_side, int group, PlacesShare *share)
{
	PlacesShare *other = by_side[group];

	if (other)
		Refuse((errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("required pairs must not share a group"),
				errdetail("Old group %lld with new group %d and old group %lld with new group %d are both required.",
						   (long long) other->old, other->new, (long long) share->old, share->new),
				errhint("Require at most one pair for each old and each new group.")));
	by_side[group] = share;
}

static void
CheckRequired(int n, PlacesShare *shares)
{
	PlacesShare **by_old = HostNewZero(PlacesShare *, n);
	PlacesShare **by_new = HostNewZero(PlacesShare *, n);

	for (int i = 0; i < n; i++)
		if (shares[i].overlap.required)
		{
			CheckRequiredOnce(by_old, shares[i].overlap.left, &shares[i]);
			CheckRequiredOnce(by_new, shares[i].overlap.right, &shares[i]);
		}
}

static void
PutMatches(ReturnSetInfo *rsinfo, int n, const PlacesShare *shares, const bool *matched)
{
	bool		nulls[3] = {false, false, false};

	for (int i = 0; i < n; i++)
	{
		Datum		values[3];

		HostCheckCancelAt(i);
		if (!matched[i])
			continue;
		values[0] = Int64GetDatum(shares[i].old);
		values[1] = Int32GetDatum(shares[i].new);
		values[2] = Float8GetDatum(shares[i].overlap.homes);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
}

PG_FUNCTION_INFO_V1(match_groups);

/* match_groups(old bigint[], new int[], homes float8[], required boolean[]): the pairs matched, by old group */
Datum
match_groups(PG_FUNCTION_ARGS)
{
	int			n;
	PlacesShare *shares = ReadShares(fcinfo, &n);
	PlacesOverlap *overlap = HostNew(PlacesOverlap, n);
	bool	   *matched = HostNew(bool, n);

	NumberGroups(n, shares);
	CheckDistinct(n, shares);
	CheckRequired(n, shares);
	for (int i = 0; i < n; i++)
		overlap[i] = shares[i].overlap;
	MatchGroups(n, overlap, matched);

	InitMaterializedSRF(fcinfo, 0);
	PutMatches((ReturnSetInfo *) fcinfo->resultinfo, n, shares, matched);
	return (Datum) 0;
}
