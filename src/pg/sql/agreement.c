/*
 * agreement.c
 *	  The aggregate places.agreement(): how far two groupings of the same homes
 *	  agree.
 *
 * The state numbers the values of both groupings in one table as they come and
 * counts the homes of each pair of numbers in another, so its size is that of
 * the distinct values and pairs.  What is made of the counts depends neither on
 * the numbers nor on the order of the rows, which is why parts of the rows may
 * be counted by themselves and added up.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "common/hashfn.h"
#include "fmgr.h"
#include "funcapi.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/typcache.h"

#include "engine/engine.h"
#include "pg/refuse.h"
#include "pg/versions.h"

#define FIRST_SIZE	16			/* of both tables */

typedef struct PlacesValue
{
	Datum		value;			/* in the state's memory, not toasted */
	int			number;
	uint32		hash;
	char		status;
} PlacesValue;

typedef struct PlacesPairCount
{
	uint64		key;			/* numbers of a and b, 32 bits each */
	int64		homes;
	char		status;
} PlacesPairCount;

typedef struct PlacesCounts PlacesCounts;

static uint32 HashValue(const PlacesCounts *counts, Datum value);
static bool EqualValues(const PlacesCounts *counts, Datum a, Datum b);

#define SH_PREFIX		values
#define SH_ELEMENT_TYPE	PlacesValue
#define SH_KEY_TYPE		Datum
#define SH_KEY			value
#define SH_HASH_KEY(table, key)		HashValue((table)->private_data, key)
#define SH_EQUAL(table, a, b)		EqualValues((table)->private_data, a, b)
#define SH_STORE_HASH
#define SH_GET_HASH(table, entry)	((entry)->hash)
#define SH_SCOPE		static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

#define SH_PREFIX		pairs
#define SH_ELEMENT_TYPE	PlacesPairCount
#define SH_KEY_TYPE		uint64
#define SH_KEY			key
#define SH_HASH_KEY(table, key)	\
	hash_combine(murmurhash32((uint32) ((key) >> 32)), murmurhash32((uint32) (key)))
#define SH_EQUAL(table, a, b)	((a) == (b))
#define SH_SCOPE		static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* Transition state. */
struct PlacesCounts
{
	MemoryContext context;
	TypeCacheEntry *type;		/* of the values */
	Oid			collation;
	values_hash *values;
	pairs_hash *pairs;
};

static uint32
HashValue(const PlacesCounts *counts, Datum value)
{
	return DatumGetUInt32(FunctionCall1Coll(&counts->type->hash_proc_finfo, counts->collation, value));
}

static bool
EqualValues(const PlacesCounts *counts, Datum a, Datum b)
{
	return DatumGetBool(FunctionCall2Coll(&counts->type->eq_opr_finfo, counts->collation, a, b));
}

static TypeCacheEntry *
LookUpType(Oid typid)
{
	TypeCacheEntry *type = lookup_type_cache(typid, TYPECACHE_HASH_PROC_FINFO | TYPECACHE_EQ_OPR_FINFO);

	if (!OidIsValid(type->hash_proc_finfo.fn_oid) || !OidIsValid(type->eq_opr_finfo.fn_oid))
		Refuse((errcode(ERRCODE_UNDEFINED_FUNCTION),
				errmsg("a and b must be of a type that can be hashed"),
				errdetail("Type %s has no hash operator class.", format_type_be(typid)),
				errhint("Cast both to one that has, such as text: places.agreement(a::text, b::text).")));
	return type;
}

static PlacesCounts *
NewCounts(MemoryContext context, Oid typid, Oid collation, uint32 nvalues, uint32 npairs)
{
	PlacesCounts *counts = MemoryContextAlloc(context, sizeof(PlacesCounts));

	counts->context = context;
	counts->type = LookUpType(typid);
	counts->collation = collation;
	counts->values = values_create(context, nvalues, counts);
	counts->pairs = pairs_create(context, npairs, NULL);
	return counts;
}

static MemoryContext
AggregateContext(FunctionCallInfo fcinfo)
{
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "agreement called in non-aggregate context");
	return context;
}

/* The number of a value, a new one for a new value. */
static int
NumberOf(PlacesCounts *counts, Datum value)
{
	PlacesValue *entry;
	bool		found;

	if (counts->type->typlen == -1)
		value = PointerGetDatum(PG_DETOAST_DATUM_PACKED(value));
	entry = values_insert(counts->values, value, &found);
	if (!found)
	{
		MemoryContext caller = MemoryContextSwitchTo(counts->context);

		entry->value = datumCopy(value, counts->type->typbyval, counts->type->typlen);
		entry->number = counts->values->members - 1;
		MemoryContextSwitchTo(caller);
	}
	return entry->number;
}

static void
AddHomes(PlacesCounts *counts, int a, int b, int64 homes)
{
	bool		found;
	PlacesPairCount *entry = pairs_insert(counts->pairs, (uint64) a << 32 | (uint32) b, &found);

	entry->homes = homes + (found ? entry->homes : 0);
}

static int
GroupA(const PlacesPairCount *entry)
{
	return (int) (entry->key >> 32);
}

static int
GroupB(const PlacesPairCount *entry)
{
	return (int) (uint32) entry->key;
}

/* The values by their numbers. */
static Datum *
NumberedValues(const PlacesCounts *counts)
{
	Datum	   *numbered = HostNew(Datum, counts->values->members);
	values_iterator i;
	PlacesValue *entry;

	values_start_iterate(counts->values, &i);
	while ((entry = values_iterate(counts->values, &i)) != NULL)
		numbered[entry->number] = entry->value;
	return numbered;
}

PG_FUNCTION_INFO_V1(agreement_transfn);

/* (state, a, b[, homes bigint]); rows in which either is null do not count */
Datum
agreement_transfn(PG_FUNCTION_ARGS)
{
	MemoryContext context = AggregateContext(fcinfo);
	PlacesCounts *counts = PG_ARGISNULL(0) ? NULL : (PlacesCounts *) PG_GETARG_POINTER(0);

	if (counts == NULL)
		counts = NewCounts(context, get_fn_expr_argtype(fcinfo->flinfo, 1), PG_GET_COLLATION(),
						   FIRST_SIZE, FIRST_SIZE);
	if (!PG_ARGISNULL(1) && !PG_ARGISNULL(2))
	{
		int			a = NumberOf(counts, PG_GETARG_DATUM(1));

		AddHomes(counts, a, NumberOf(counts, PG_GETARG_DATUM(2)), PG_NARGS() > 3 ? PG_GETARG_INT64(3) : 1);
	}
	PG_RETURN_POINTER(counts);
}

/* Add the counts of one part of the rows to another's. */
static void
AddCounts(PlacesCounts *to, const PlacesCounts *from)
{
	Datum	   *value = NumberedValues(from);
	int		   *number = HostNew(int, from->values->members);
	pairs_iterator i;
	PlacesPairCount *entry;

	for (uint32 v = 0; v < from->values->members; v++)
	{
		HostCheckCancelAt(v);
		number[v] = NumberOf(to, value[v]);
	}
	pairs_start_iterate(from->pairs, &i);
	for (int n = 0; (entry = pairs_iterate(from->pairs, &i)) != NULL; n++)
	{
		HostCheckCancelAt(n);
		AddHomes(to, number[GroupA(entry)], number[GroupB(entry)], entry->homes);
	}
	pfree(value);
	pfree(number);
}

PG_FUNCTION_INFO_V1(agreement_combinefn);

Datum
agreement_combinefn(PG_FUNCTION_ARGS)
{
	MemoryContext context = AggregateContext(fcinfo);
	PlacesCounts *a = PG_ARGISNULL(0) ? NULL : (PlacesCounts *) PG_GETARG_POINTER(0);
	PlacesCounts *b = PG_ARGISNULL(1) ? NULL : (PlacesCounts *) PG_GETARG_POINTER(1);

	if (b == NULL)
	{
		if (a == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(a);
	}
	/* as large as b: its entries come in the order of their hashes, which crowds a small table */
	if (a == NULL)
		a = NewCounts(context, b->type->type_id, b->collation,
					  b->values->members + FIRST_SIZE, b->pairs->members + FIRST_SIZE);
	AddCounts(a, b);
	PG_RETURN_POINTER(a);
}

static void
SendValue(StringInfo buf, Datum value, const TypeCacheEntry *type)
{
	char	   *end;

	enlargeStringInfo(buf, datumEstimateSpace(value, false, type->typbyval, type->typlen));
	end = buf->data + buf->len;
	datumSerialize(value, false, type->typbyval, type->typlen, &end);
	buf->len = end - buf->data;
}

PG_FUNCTION_INFO_V1(agreement_serialfn);

Datum
agreement_serialfn(PG_FUNCTION_ARGS)
{
	PlacesCounts *counts = (PlacesCounts *) PG_GETARG_POINTER(0);
	Datum	   *value = NumberedValues(counts);
	StringInfoData buf;
	pairs_iterator i;
	PlacesPairCount *entry;

	pq_begintypsend(&buf);
	pq_sendint32(&buf, counts->type->type_id);
	pq_sendint32(&buf, counts->collation);
	pq_sendint32(&buf, counts->values->members);
	pq_sendint32(&buf, counts->pairs->members);
	for (uint32 v = 0; v < counts->values->members; v++)
	{
		HostCheckCancelAt(v);
		SendValue(&buf, value[v], counts->type);
	}
	pairs_start_iterate(counts->pairs, &i);
	while ((entry = pairs_iterate(counts->pairs, &i)) != NULL)
	{
		pq_sendint64(&buf, entry->key);
		pq_sendint64(&buf, entry->homes);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

PG_FUNCTION_INFO_V1(agreement_deserialfn);

Datum
agreement_deserialfn(PG_FUNCTION_ARGS)
{
	bytea	   *bytes = PG_GETARG_BYTEA_PP(0);
	StringInfoData buf;
	PlacesCounts *counts;
	uint32		nvalues,
				npairs;
	Oid			typid,
				collation;
	char	   *next;

	initStringInfo(&buf);
	appendBinaryStringInfo(&buf, VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes));
	typid = pq_getmsgint(&buf, 4);
	collation = pq_getmsgint(&buf, 4);
	nvalues = pq_getmsgint(&buf, 4);
	npairs = pq_getmsgint(&buf, 4);
	counts = NewCounts(CurrentMemoryContext, typid, collation, nvalues, npairs);

	/* in the order of their numbers, which they get again */
	next = buf.data + buf.cursor;
	for (uint32 v = 0; v < nvalues; v++)
	{
		bool		isnull;

		HostCheckCancelAt(v);
		(void) NumberOf(counts, datumRestore(&next, &isnull));
	}
	buf.cursor = next - buf.data;
	for (uint32 p = 0; p < npairs; p++)
	{
		uint64		key = pq_getmsgint64(&buf);

		HostCheckCancelAt(p);
		AddHomes(counts, (int) (key >> 32), (int) (uint32) key, pq_getmsgint64(&buf));
	}
	pq_getmsgend(&buf);
	pfree(buf.data);
	PG_RETURN_POINTER(counts);
}

/* Attributes of places.agreement_score, in order. */
enum
{
	SCORE_HOMES,
	SCORE_GROUPS_A,
	SCORE_GROUPS_B,
	SCORE_MOVED_SHARE,
	SCORE_ADJUSTED_RAND_INDEX,
	SCORE_VARIATION_OF_INFORMATION,
	SCORE_ATTRIBUTES
};

static PlacesAgreement
CompareCounts(const PlacesCounts *counts)
{
	PlacesPair *pairs = HostNew(PlacesPair, counts->pairs->members);
	int			n = 0;
	pairs_iterator i;
	PlacesPairCount *entry;

	pairs_start_iterate(counts->pairs, &i);
	while ((entry = pairs_iterate(counts->pairs, &i)) != NULL)
		pairs[n++] = (PlacesPair) {GroupA(entry), GroupB(entry), entry->homes};
	return ComparePartitions(n, pairs, counts->values->members);
}

PG_FUNCTION_INFO_V1(agreement_finalfn);

Datum
agreement_finalfn(PG_FUNCTION_ARGS)
{
	PlacesAgreement agreement;
	TupleDesc	desc;
	Datum		values[SCORE_ATTRIBUTES];
	bool		nulls[SCORE_ATTRIBUTES] = {false};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	agreement = CompareCounts((PlacesCounts *) PG_GETARG_POINTER(0));

	values[SCORE_HOMES] = Int64GetDatum(agreement.homes);
	values[SCORE_GROUPS_A] = Int64GetDatum(agreement.groups_a);
	values[SCORE_GROUPS_B] = Int64GetDatum(agreement.groups_b);
	values[SCORE_MOVED_SHARE] = Float8GetDatum(agreement.moved_share);
	values[SCORE_ADJUSTED_RAND_INDEX] = Float8GetDatum(agreement.adjusted_rand_index);
	values[SCORE_VARIATION_OF_INFORMATION] = Float8GetDatum(agreement.variation_of_information);
	for (int i = SCORE_MOVED_SHARE; i < SCORE_ATTRIBUTES; i++)
		nulls[i] = agreement.homes == 0;
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
}
