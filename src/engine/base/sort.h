/*
 * sort.h
 *	  qsort that can be cancelled.
 */
#ifndef PLACES_SORT_H
#define PLACES_SORT_H

#include "engine/base/host.h"

extern void SortItems(void *items, size_t n, size_t size,
					  int (*compare) (const void *a, const void *b));

#endif							/* PLACES_SORT_H */
