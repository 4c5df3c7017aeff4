/*
 * known.h
 *	  The authorities that a run finds stored.
 */
#ifndef PLACES_KNOWN_H
#define PLACES_KNOWN_H

#include "fmgr.h"
#include "utils/hsearch.h"

#include "pg/plans/names.h"

/* An authority of which there are stored rows. */
typedef struct PlacesKnown
{
	PlacesName	name;
	const char *digest;			/* need not be solved if its rows have this one; NULL: must be */
	bool		met;			/* in the stock */
} PlacesKnown;

extern HTAB *ReadKnown(const NullableDatum *names, const NullableDatum *digests, MemoryContext context);

#endif							/* PLACES_KNOWN_H */
