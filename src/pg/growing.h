/*
 * growing.h
 *	  Arrays that grow as elements are added to them.
 */
#ifndef PLACES_GROWING_H
#define PLACES_GROWING_H

#include "utils/memutils.h"

#define FIRST_ELEMENTS	64

/* An array of n elements of a size with room for one more, NULL to begin with: itself, or twice as large. */
static inline void *
GrowArray(MemoryContext context, void *array, Size n, Size *capacity, Size size)
{
	if (n < *capacity)
		return array;
	*capacity = Max(FIRST_ELEMENTS, 2 * *capacity);
	return array ? repalloc_huge(array, *capacity * size) : MemoryContextAllocHuge(context, *capacity * size);
}

#endif							/* PLACES_GROWING_H */
