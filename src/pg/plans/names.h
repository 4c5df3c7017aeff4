/*
 * names.h
 *	  Hash tables of authorities, and of the rows without one.
 */
#ifndef PLACES_NAMES_H
#define PLACES_NAMES_H

#include "utils/hsearch.h"

/* An entry of a table begins with it. */
typedef struct PlacesName
{
	const char *name;			/* '' for nobody */
	bool		nobody;			/* the rows without an authority */
} PlacesName;

static inline bool
SameName(PlacesName a, PlacesName b)
{
	return a.nobody == b.nobody && strcmp(a.name, b.name) == 0;
}

extern HTAB *NewNameTable(Size entry, MemoryContext context);
extern void *EnterName(HTAB *table, PlacesName name, MemoryContext context, bool *found);

#endif							/* PLACES_NAMES_H */
