/*
 * pack.c
 *	  Groups as bytes: the aggregates places_internal.pack() and pack_run().
 *
 * To solve the authorities of a stock on all cores, their homes are first read
 * on all cores and then handed out (dispatch.c).  These aggregates do the
 * reading: unlike places.cluster() they can be combined, and their results are
 * plain bytes.  pack_run() keeps all that a run of a plan has to know of a home.
 *
 * The bytes are a header, the columns that the group has, those of wider
 * elements first, and the texts, such as ids.  The homes without the texts are a
 * prefix, which is all that whoever solves the group needs.
 *
 * Where they are aligned, columns are used in place: a group of packed bytes
 * lasts as long as they do, and is only to be read.
 */
#include "postgres.h"

#include "pg/parallel/pack.h"

#include "utils/memutils.h"

#include "pg/bytes.h"
#include "pg/refuse.h"
#include "pg/versions.h"

typedef struct PlacesPackHeader
{
	int32		vl_len_;
	int32		n;
	double		homes;			/* valid weights, or rows */
	double		tolerance;
	double		grace;
	PlacesDegrees degrees;
	uint32		text[TEXTS];	/* bytes of each of the texts behind the columns; 0: all are null */
	int32		srid;
	uint8		has_srid;
	uint8		geodetic;
	uint32		columns;		/* bits: which there are */
} PlacesPackHeader;

#define COLUMN_BIT(c)	(1 << (c))
#define ALWAYS			(COLUMN_BIT(COLUMN_X) | COLUMN_BIT(COLUMN_Y) | COLUMN_BIT(COLUMN_ROW))
#define INCUMBENT		(COLUMN_BIT(COLUMN_PREVIOUS) | COLUMN_BIT(COLUMN_WAS_PLACED) | COLUMN_BIT(COLUMN_FIXED))

#define HEADER_BYTES	TYPEALIGN(sizeof(double), sizeof(PlacesPackHeader))

StaticAssertDecl(HEADER_BYTES <= SPARE_BYTES, "a header takes less than the bytes left over");

/* Bytes of the homes, without texts. */
static Size
SizeOf(const PlacesPackHeader *header)
{
	Size		bytes = 0;

	for (int c = 0; c < COLUMNS; c++)
		if (header->columns & COLUMN_BIT(c))
			bytes += group_columns[c].width;
	return HEADER_BYTES + bytes * header->n;
}

/* Bytes of the texts. */
static Size
SizeOfTexts(const PlacesPackHeader *header)
{
	Size		bytes = 0;

	for (int t = 0; t < TEXTS; t++)
		bytes += header->text[t];
	return bytes;
}

/* Texts have a byte at least for each row, or none. */
static bool
AreTexts(const PlacesPackHeader *header)
{
	for (int t = 0; t < TEXTS; t++)
		if (header->text[t] > 0 && header->text[t] < (uint32) header->n)
			return false;
	return true;
}

/* The columns that every group has are there, of the incumbent's all or none, and no others. */
static bool
AreColumns(uint32 columns)
{
	return (columns & ALWAYS) == ALWAYS && columns < COLUMN_BIT(COLUMNS) &&
		((columns & INCUMBENT) == INCUMBENT || (columns & INCUMBENT) == 0);
}

/* The header of packed bytes, which another server may have sent. */
static PlacesPackHeader
ReadHeader(const bytea *packed)
{
	PlacesPackHeader header = {0};

	if (VARSIZE(packed) >= sizeof(header))
		memcpy(&header, packed, sizeof(header));
	if (header.n <= 0 || header.n > MOST_ROWS || !AreColumns(header.columns) ||
		!AreTexts(&header) || !IsTolerance(header.tolerance) || !IsGrace(header.grace) ||
		VARSIZE(packed) != SizeOf(&header) + SizeOfTexts(&header))
		Refuse((errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				errmsg("packed homes are damaged"),
				errdetail("There are %zu bytes.", (Size) VARSIZE(packed)),
				errhint("Have the same version of places on all servers.")));
	return header;
}

/* How many rows packed bytes stand for, how many homes, and those as degrees. */
void
DescribePacked(const bytea *packed, int *rows, double *homes, PlacesDegrees *degrees)
{
	PlacesPackHeader header = ReadHeader(packed);

	*rows = header.n;
	*homes = header.homes;
	*degrees = header.degrees;
}

/* One of the texts of packed bytes, which must last as long as they are read. */
PlacesIdReader
TextsOfPacked(const bytea *packed, int text)
{
	PlacesPackHeader header = ReadHeader(packed);
	const char *at = (const char *) packed + SizeOf(&header);

	for (int t = 0; t < text; t++)
		at += header.text[t];
	return (PlacesIdReader) {header.text[text] > 0 ? at : NULL, at + header.text[text]};
}

/* Bytes of packed homes without their texts. */
Size
HomesSize(const bytea *packed)
{
	PlacesPackHeader header = ReadHeader(packed);

	return SizeOf(&header);
}

/* Copy packed homes without their texts. */
bytea *
PutHomes(void *to, const bytea *packed)
{
	PlacesPackHeader header = ReadHeader(packed);
	Size		size = SizeOf(&header);

	memcpy(to, packed, size);
	memset(header.text, 0, sizeof(header.text));
	SET_VARSIZE(&header, size);
	return memcpy(to, &header, sizeof(header));
}

/* A group, with so many of its texts. */
static bytea *
PackGroup(const PlacesGroup *group, int texts)
{
	PlacesPackHeader header = {0};
	Size		size;
	char	   *packed;
	char	   *at;

	header.n = group->n;
	header.homes = group->homes;
	header.tolerance = group->tolerance;
	header.grace = group->grace;
	header.degrees = group->degrees;
	for (int t = 0; t < texts; t++)
		header.text[t] = group->text[t].used;
	header.srid = group->srid;
	header.has_srid = group->has_srid;
	header.geodetic = group->geodetic;
	for (int c = 0; c < COLUMNS; c++)
		if (*ColumnOf(group, c) != NULL)
			header.columns |= COLUMN_BIT(c);
	Assert(AreColumns(header.columns));
	size = SizeOf(&header) + SizeOfTexts(&header);
	if (size > MOST_BYTES)
		Refuse((errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				errmsg("too many homes in one group"),
				errdetail("Its homes and their ids take more than 1 GB."),
				errhint("Group by local authority, or by parts of one.")));
	packed = palloc(size);
	SET_VARSIZE(&header, size);
	memcpy(packed, &header, sizeof(header));
	at = packed + HEADER_BYTES;
	for (int c = 0; c < COLUMNS; c++)
		if (header.columns & COLUMN_BIT(c))
		{
			memcpy(at, *ColumnOf(group, c), group_columns[c].width * group->n);
			at += group_columns[c].width * group->n;
		}
	for (int t = 0; t < texts; t++)
		if (header.text[t] > 0)
		{
			memcpy(at, group->text[t].data, header.text[t]);
			at += header.text[t];
		}
	Assert(at == packed + size);
	return (bytea *) packed;
}

/* A group without its texts. */
bytea *
PackHomes(const PlacesGroup *group)
{
	return PackGroup(group, 0);
}

/* The group of packed bytes, in place, not checked, and at an address that they may not be read at. */
PlacesGroup *
ViewPacked(const bytea *packed)
{
	PlacesPackHeader header = ReadHeader(packed);
	PlacesGroup *group = palloc0(sizeof(PlacesGroup));
	char	   *at = (char *) packed + HEADER_BYTES;

	group->context = CurrentMemoryContext;
	group->geodetic = header.geodetic;
	group->has_srid = header.has_srid;
	group->srid = header.srid;
	group->tolerance = header.tolerance;
	group->grace = header.grace;
	group->n = group->capacity = group->most = header.n;
	for (int c = 0; c < COLUMNS; c++)
		if (header.columns & COLUMN_BIT(c))
		{
			*ColumnOf(group, c) = at;
			at += group_columns[c].width * header.n;
		}
	for (int t = 0; t < TEXTS; t++)
		if (header.text[t] > 0)
		{
			group->text[t] = (PlacesIds) {at, header.text[t], header.text[t]};
			at += header.text[t];
		}
	return group;
}

/*
 * The group of packed bytes, checked, to be solved; without texts.  It is in the
 * current memory context, or in place if they are aligned.
 */
PlacesGroup *
UnpackGroup(const bytea *packed)
{
	PlacesGroup *group;

	if (packed != (const bytea *) TYPEALIGN(sizeof(double), packed))
		packed = PutHomes(MemoryContextAllocHuge(CurrentMemoryContext, HomesSize(packed)), packed);
	group = ViewPacked(packed);
	CheckRows(group, 0);
	return group;
}

PG_FUNCTION_INFO_V1(pack_transfn);

/* (state, geom, weight, id, together, loads) or (state, geom, weight, id, label, srid, together, loads, within) */
Datum
pack_transfn(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(GatherRow(fcinfo));
}

PG_FUNCTION_INFO_V1(pack_combinefn);

/* The second state's homes behind those of the first */
Datum
pack_combinefn(PG_FUNCTION_ARGS)
{
	PlacesGroup *a = PG_ARGISNULL(0) ? NULL : (PlacesGroup *) PG_GETARG_POINTER(0);
	PlacesGroup *b = PG_ARGISNULL(1) ? NULL : (PlacesGroup *) PG_GETARG_POINTER(1);
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "pack_combinefn called in non-aggregate context");
	if (b != NULL)
	{
		if (a == NULL)
			a = NewGroup(context, b->geodetic, true);
		AppendGroup(a, b);
	}
	if (a == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(a);
}

PG_FUNCTION_INFO_V1(pack_serialfn);

/* also the final function */
Datum
pack_serialfn(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_BYTEA_P(PackGroup((PlacesGroup *) PG_GETARG_POINTER(0), TEXTS));
}

PG_FUNCTION_INFO_V1(pack_deserialfn);

/* For pack_combinefn, which takes the state at once and checks it. */
Datum
pack_deserialfn(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(ViewPacked(PG_GETARG_BYTEA_P(0)));
}
