/*
 * pack.c
 *	  Gathered homes and their ids as bytes: the aggregates places_internal.pack() and
 *	  places_internal.pack_ids().
 *
 * To solve the authorities of a stock on all cores, their homes are first read
 * on all cores and then handed out (dispatch.c).  These aggregates do the
 * reading: unlike places.cluster() they can be combined, and their results
 * are plain bytes.  Both keep the order in which the rows came, so that in one
 * query they describe the same rows.
 *
 * Packed homes are a header and the arrays of a PlacesGather; pack_past.c puts
 * something of its own behind them.  Packed ids are a length in a byte each and
 * the text; longer texts and NULLs have marks of their own in place of the
 * length.
 */
#include "postgres.h"

#include "pg/parallel/pack.h"

#include "pg/bytes.h"

#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "utils/memutils.h"

StaticAssertDecl((double) MOST_PACKED * PACKED_BYTES + SPARE_BYTES <= MOST_BYTES &&
				 (MOST_PACKED + 1.0) * PACKED_BYTES + SPARE_BYTES > MOST_BYTES &&
				 (MOST_WEIGHED + 1.0) * WEIGHED_BYTES + SPARE_BYTES > MOST_BYTES &&
				 (MOST_WITH_PAST + 1.0) * PAST_BYTES + SPARE_BYTES > MOST_BYTES,
				 "as many packed homes as a value can hold");

typedef struct PlacesPackHeader
{
	int32		vl_len_;
	int32		n;
	double		weight;			/* homes: valid weights, or rows */
	int32		srid;
	bool		has_srid;
	bool		geodetic;
	bool		weighted;
	uint32		behind;			/* bytes of something else behind the homes */
	PlacesDegrees degrees;
} PlacesPackHeader;

/* The transition state of pack_ids. */
typedef struct PlacesIds
{
	MemoryContext context;
	Size		used;
	Size		capacity;
	char	   *data;
} PlacesIds;

#define FIRST_ID_BYTES	64
#define ID_LONG		255			/* four bytes of length follow */
#define ID_NULL		254
#define ID_SHORTEST_LONG	ID_NULL

static bytea *
AllocPacked(Size size)
{
	if (size > MOST_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many homes in one group"),
				 errdetail("Its homes or their ids take more than 1 GB."),
				 errhint("Group by local authority, or by parts of one.")));
	return palloc(size);
}

/* Homes of a group, be they located or not. */
static double
GatheredWeight(const PlacesGather *gather)
{
	double		weight = 0;

	if (gather->w == NULL)
		return gather->n;
	for (int i = 0; i < gather->n; i++)
	{
		HostCheckCancelAt(i);
		if (IsWeight(gather->w[i]))
			weight += gather->w[i];
	}
	return weight;
}

static Size
PackedSize(int n, bool weighted)
{
	return sizeof(PlacesPackHeader) + (Size) (weighted ? WEIGHED_BYTES : PACKED_BYTES) * n;
}

/* The header of packed bytes, which another server may have sent. */
static PlacesPackHeader
ReadHeader(const bytea *packed)
{
	PlacesPackHeader header = {0};

	if (VARSIZE(packed) >= sizeof(header))
		memcpy(&header, packed, sizeof(header));
	if (header.n <= 0 || header.n > MOST_PACKED ||
		VARSIZE(packed) != PackedSize(header.n, header.weighted) + header.behind)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("packed homes are damaged"),
				 errdetail("There are %zu bytes.", (Size) VARSIZE(packed)),
				 errhint("Have the same version of places on all servers.")));
	return header;
}

/* How many rows packed bytes stand for, and how many homes. */
void
DescribePacked(const bytea *packed, int *rows, double *weight)
{
	PlacesPackHeader header = ReadHeader(packed);

	*rows = header.n;
	*weight = header.weight;
}

/* The same homes as degrees, which whoever reads all groups of a stock adds up. */
PlacesDegrees
DegreesOfPacked(const bytea *packed)
{
	return ReadHeader(packed).degrees;
}

/* With room for so many bytes behind the homes, which the caller fills. */
bytea *
PackGather(const PlacesGather *gather, Size behind, char **room)
{
	PlacesPackHeader header = {0};
	Size		doubles = sizeof(double) * gather->n;
	Size		size = PackedSize(gather->n, gather->w != NULL) + behind;
	bytea	   *packed = AllocPacked(size);
	char	   *at;

	SET_VARSIZE(&header, size);
	header.n = gather->n;
	header.weight = GatheredWeight(gather);
	header.srid = gather->srid;
	header.has_srid = gather->has_srid;
	header.geodetic = gather->geodetic;
	header.weighted = gather->w != NULL;
	header.behind = behind;
	header.degrees = gather->degrees;
	at = PutBytes((char *) packed, &header, sizeof(header));
	at = PutBytes(at, gather->x, doubles);
	at = PutBytes(at, gather->y, doubles);
	if (gather->w)
		at = PutBytes(at, gather->w, doubles);
	*room = PutBytes(at, gather->row, gather->n);
	return packed;
}

/* The bytes behind packed homes. */
const char *
BehindHomes(const bytea *packed, Size *size)
{
	PlacesPackHeader header = ReadHeader(packed);

	*size = header.behind;
	return (const char *) packed + PackedSize(header.n, header.weighted);
}

/* Copies, since bytes in a row are not aligned for doubles. */
PlacesGather *
UnpackGather(const bytea *packed)
{
	PlacesPackHeader header = ReadHeader(packed);
	const char *at = (const char *) packed + sizeof(header);
	Size		doubles = sizeof(double) * header.n;
	PlacesGather *gather = NewGather(CurrentMemoryContext, header.geodetic, header.weighted);

	ReserveHomes(gather, header.n);
	gather->n = header.n;
	gather->srid = header.srid;
	gather->has_srid = header.has_srid;
	at = TakeBytes(at, gather->x, doubles);
	at = TakeBytes(at, gather->y, doubles);
	if (header.weighted)
		at = TakeBytes(at, gather->w, doubles);
	TakeBytes(at, gather->row, header.n);
	CheckGather(gather);
	return gather;
}

/* The memory context of an aggregate's state. */
static MemoryContext
StateContext(FunctionCallInfo fcinfo)
{
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "aggregate function called in non-aggregate context");
	return context;
}

/* A group of as many homes as can be packed. */
static PlacesGather *
NewPackable(FunctionCallInfo fcinfo, bool geodetic, bool weighted)
{
	PlacesGather *gather = NewGather(StateContext(fcinfo), geodetic, weighted);

	gather->most = weighted ? MOST_WEIGHED : MOST_PACKED;
	return gather;
}

PG_FUNCTION_INFO_V1(pack_transfn);

/* (state, geom) or (state, geom, weight) */
Datum
pack_transfn(PG_FUNCTION_ARGS)
{
	PlacesPointReader *reader = GetPointReader(fcinfo, 1);
	bool		weighted = PG_NARGS() == 3;
	PlacesGather *gather = PG_ARGISNULL(0) ?
		NewPackable(fcinfo, reader->geodetic, weighted) : (PlacesGather *) PG_GETARG_POINTER(0);

	GatherHome(gather, reader, &fcinfo->args[1], weighted ? &fcinfo->args[2] : NULL);
	PG_RETURN_POINTER(gather);
}

PG_FUNCTION_INFO_V1(pack_combinefn);

/* The second state's homes behind those of the first */
Datum
pack_combinefn(PG_FUNCTION_ARGS)
{
	PlacesGather *a = PG_ARGISNULL(0) ? NULL : (PlacesGather *) PG_GETARG_POINTER(0);
	PlacesGather *b = PG_ARGISNULL(1) ? NULL : (PlacesGather *) PG_GETARG_POINTER(1);

	if (b == NULL)
	{
		if (a == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(a);
	}
	if (a == NULL)
		a = NewPackable(fcinfo, b->geodetic, b->w != NULL);
	AppendGather(a, b);
	PG_RETURN_POINTER(a);
}

PG_FUNCTION_INFO_V1(pack_serialfn);

/* also the final function */
Datum
pack_serialfn(PG_FUNCTION_ARGS)
{
	char	   *end;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_BYTEA_P(PackGather((PlacesGather *) PG_GETARG_POINTER(0), 0, &end));
}

PG_FUNCTION_INFO_V1(pack_deserialfn);

Datum
pack_deserialfn(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(UnpackGather(PG_GETARG_BYTEA_P(0)));
}

static PlacesIds *
NewIds(MemoryContext context)
{
	PlacesIds  *ids = MemoryContextAlloc(context, sizeof(PlacesIds));

	ids->context = context;
	ids->used = 0;
	ids->capacity = FIRST_ID_BYTES;
	ids->data = MemoryContextAlloc(context, FIRST_ID_BYTES);
	return ids;
}

/* Room for so many bytes more, which the caller fills. */
static char *
AddIdBytes(PlacesIds *ids, Size size)
{
	char	   *added;

	if (ids->used + size > MOST_BYTES - VARHDRSZ)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many homes in one group"),
				 errdetail("Their ids take more than 1 GB."),
				 errhint("Group by local authority, or by parts of one.")));
	if (ids->used + size > ids->capacity)
	{
		ids->capacity = Max(2 * ids->capacity, ids->used + size);
		ids->data = repalloc_huge(ids->data, ids->capacity);
	}
	added = ids->data + ids->used;
	ids->used += size;
	return added;
}

PG_FUNCTION_INFO_V1(pack_ids_transfn);

Datum
pack_ids_transfn(PG_FUNCTION_ARGS)
{
	PlacesIds  *ids = PG_ARGISNULL(0) ? NewIds(StateContext(fcinfo)) : (PlacesIds *) PG_GETARG_POINTER(0);
	text	   *id;
	uint32		length;
	uint8		mark;
	char	   *at;

	if (PG_ARGISNULL(1))
	{
		*(uint8 *) AddIdBytes(ids, 1) = ID_NULL;
		PG_RETURN_POINTER(ids);
	}
	id = PG_GETARG_TEXT_PP(1);
	length = VARSIZE_ANY_EXHDR(id);
	mark = length < ID_SHORTEST_LONG ? length : ID_LONG;
	at = AddIdBytes(ids, 1 + (mark == ID_LONG ? sizeof(length) : 0) + length);
	at = PutBytes(at, &mark, 1);
	if (mark == ID_LONG)
		at = PutBytes(at, &length, sizeof(length));
	PutBytes(at, VARDATA_ANY(id), length);
	PG_RETURN_POINTER(ids);
}

PG_FUNCTION_INFO_V1(pack_ids_combinefn);

Datum
pack_ids_combinefn(PG_FUNCTION_ARGS)
{
	PlacesIds  *a = PG_ARGISNULL(0) ? NULL : (PlacesIds *) PG_GETARG_POINTER(0);
	PlacesIds  *b = PG_ARGISNULL(1) ? NULL : (PlacesIds *) PG_GETARG_POINTER(1);

	if (b == NULL)
	{
		if (a == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(a);
	}
	if (a == NULL)
		a = NewIds(StateContext(fcinfo));
	memcpy(AddIdBytes(a, b->used), b->data, b->used);
	PG_RETURN_POINTER(a);
}

PG_FUNCTION_INFO_V1(pack_ids_serialfn);

/* also the final function */
Datum
pack_ids_serialfn(PG_FUNCTION_ARGS)
{
	PlacesIds  *ids;
	bytea	   *packed;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	ids = (PlacesIds *) PG_GETARG_POINTER(0);
	packed = AllocPacked(VARHDRSZ + ids->used);
	SET_VARSIZE(packed, VARHDRSZ + ids->used);
	memcpy(VARDATA(packed), ids->data, ids->used);
	PG_RETURN_BYTEA_P(packed);
}

PG_FUNCTION_INFO_V1(pack_ids_deserialfn);

Datum
pack_ids_deserialfn(PG_FUNCTION_ARGS)
{
	bytea	   *packed = PG_GETARG_BYTEA_PP(0);
	PlacesIds  *ids = NewIds(CurrentMemoryContext);
	Size		size = VARSIZE_ANY_EXHDR(packed);

	memcpy(AddIdBytes(ids, size), VARDATA_ANY(packed), size);
	PG_RETURN_POINTER(ids);
}

static inline void
CheckIdBytes(const PlacesIdReader *reader, uint32 bytes)
{
	if ((Size) (reader->end - reader->at) < bytes)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("packed ids are damaged"),
				 errdetail("There are fewer ids than homes."),
				 errhint("Have the same version of places on all servers.")));
}

/* The next id; false for NULL.  There must be one. */
bool
NextId(PlacesIdReader *reader, const char **id, uint32 *length)
{
	uint8		mark;

	CheckIdBytes(reader, 1);
	reader->at = TakeBytes(reader->at, &mark, 1);
	if (mark == ID_NULL)
		return false;
	*length = mark;
	if (mark == ID_LONG)
	{
		CheckIdBytes(reader, sizeof(*length));
		reader->at = TakeBytes(reader->at, length, sizeof(*length));
	}
	CheckIdBytes(reader, *length);
	pg_verifymbstr(reader->at, *length, false);	/* another server may have packed them */
	*id = reader->at;
	reader->at += *length;
	return true;
}
