/*
 * id_count.h
 *	  How many rows of a stock have an id that another row has, or none.
 */
#ifndef PLACES_ID_COUNT_H
#define PLACES_ID_COUNT_H

#include "pg/plans/keys.h"

/* Empty to begin with. */
typedef struct PlacesIdCount
{
	int64		rows;
	uint64	   *id;				/* a hash of each that is not missing */
	Size		n;
	Size		capacity;
} PlacesIdCount;

extern void CountId(PlacesIdCount *count, MemoryContext context, const PlacesHomeKey *key);
extern int64 CountDuplicates(PlacesIdCount *count);

#endif							/* PLACES_ID_COUNT_H */
