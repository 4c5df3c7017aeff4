/*
 * ids.c
 *	  Ids of homes as bytes, one behind the other.
 *
 * An id is its length in a byte and its text; longer texts and nulls have marks
 * of their own in place of the length.  There is no index: ids are read in the
 * order in which they were added.
 */
#include "postgres.h"

#include "pg/input/ids.h"

#include "mb/pg_wchar.h"
#include "utils/memutils.h"

#include "pg/bytes.h"
#include "pg/refuse.h"
#include "pg/versions.h"

#define FIRST_BYTES		64

/* in place of a length */
#define ID_LONG			255		/* four bytes of length follow */
#define ID_NULL			254

/* Room for so many bytes more, which the caller fills. */
static char *
AddBytes(PlacesIds *ids, MemoryContext context, Size size)
{
	char	   *added;

	if (ids->used + size > MOST_BYTES)
		Refuse((errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				errmsg("too many homes in one group"),
				errdetail("Their ids take more than 1 GB."),
				errhint("Group by local authority, or by parts of one.")));
	if (ids->used + size > ids->capacity)
	{
		ids->capacity = Max(2 * ids->capacity, Max(ids->used + size, FIRST_BYTES));
		ids->data = ids->data ? repalloc_huge(ids->data, ids->capacity) :
			MemoryContextAllocHuge(context, ids->capacity);
	}
	added = ids->data + ids->used;
	ids->used += size;
	return added;
}

static void
AddNulls(PlacesIds *ids, MemoryContext context, int rows)
{
	if (rows > 0)
		memset(AddBytes(ids, context, rows), ID_NULL, rows);
}

/* Add the id of a row behind those of so many; NULL for none.  New memory is of the context. */
void
AddId(PlacesIds *ids, MemoryContext context, int rows, const struct varlena *id)
{
	uint32		length;
	char	   *at;

	if (id == NULL)
	{
		if (ids->data != NULL)
			AddNulls(ids, context, 1);
		return;
	}
	if (ids->data == NULL)
		AddNulls(ids, context, rows);
	length = VARSIZE_ANY_EXHDR(id);
	if (length < ID_NULL)
	{
		at = AddBytes(ids, context, 1 + length);
		*(uint8 *) at++ = length;
	}
	else
	{
		at = AddBytes(ids, context, 1 + sizeof(length) + length);
		*(uint8 *) at++ = ID_LONG;
		memcpy(at, &length, sizeof(length));
		at += sizeof(length);
	}
	memcpy(at, VARDATA_ANY(id), length);
}

/* Add the ids of other rows behind those of so many. */
void
AppendIds(PlacesIds *ids, MemoryContext context, int rows, const PlacesIds *other, int other_rows)
{
	if (ids->data == NULL && other->data == NULL)
		return;
	if (ids->data == NULL)
		AddNulls(ids, context, rows);
	if (other->data == NULL)
		AddNulls(ids, context, other_rows);
	else
		memcpy(AddBytes(ids, context, other->used), other->data, other->used);
}

static inline void
CheckBytes(const PlacesIdReader *reader, uint32 bytes)
{
	if ((Size) (reader->end - reader->at) < bytes)
		Refuse((errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				errmsg("packed ids are damaged"),
				errdetail("There are fewer ids than homes."),
				errhint("Have the same version of places on all servers.")));
}

/* The bytes of the next row; false for null.  There must be one. */
bool
NextBytes(PlacesIdReader *reader, const char **bytes, uint32 *length)
{
	uint8		mark;

	if (reader->at == NULL)
		return false;
	CheckBytes(reader, 1);
	mark = *(const uint8 *) reader->at++;
	if (mark == ID_NULL)
		return false;
	*length = mark;
	if (mark == ID_LONG)
	{
		CheckBytes(reader, sizeof(*length));
		memcpy(length, reader->at, sizeof(*length));
		reader->at += sizeof(*length);
	}
	CheckBytes(reader, *length);
	*bytes = reader->at;
	reader->at += *length;
	return true;
}

/* The next id; false for null.  There must be one. */
bool
NextId(PlacesIdReader *reader, const char **id, uint32 *length)
{
	if (!NextBytes(reader, id, length))
		return false;
	pg_verifymbstr(*id, *length, false);	/* another server may have packed them */
	return true;
}
