/*
 * names.c
 *	  Hash tables of authorities, and of the rows without one.
 */
#include "postgres.h"

#include "pg/plans/names.h"

#include "common/hashfn.h"
#include "utils/memutils.h"

#include "pg/versions.h"

static uint32
HashName(const void *key, Size size)
{
	const PlacesName *name = key;

	(void) size;
	return hash_bytes((const unsigned char *) name->name, strlen(name->name)) + name->nobody;
}

static int
CompareNames(const void *a, const void *b, Size size)
{
	(void) size;
	return !SameName(*(const PlacesName *) a, *(const PlacesName *) b);
}

HTAB *
NewNameTable(Size entry, MemoryContext context)
{
	HASHCTL		control = {.keysize = sizeof(PlacesName), .entrysize = entry, .hash = HashName,
	.match = CompareNames, .hcxt = context};

	return hash_create("places authorities", 64, &control,
					   HASH_ELEM | HASH_FUNCTION | HASH_COMPARE | HASH_CONTEXT);
}

/* The entry of a name; a new one is empty, with the name copied into a context. */
void *
EnterName(HTAB *table, PlacesName name, MemoryContext context, bool *found)
{
	PlacesName *entry = hash_search(table, &name, HASH_ENTER, found);

	if (!*found)
	{
		entry->name = MemoryContextStrdup(context, name.name);
		entry->nobody = name.nobody;
	}
	return entry;
}
