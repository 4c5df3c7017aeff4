/*
 * sort.h
 *	  Sorting that can be cancelled.
 */
#ifndef PLACES_SORT_H
#define PLACES_SORT_H

#include "engine/base/host.h"

/* An item by its number, and what it is ranked by. */
typedef struct PlacesRanked
{
	double		key;			/* not NaN */
	int			item;
} PlacesRanked;

/* A row and an integer that sorts as its value does. */
typedef struct PlacesSortItem
{
	uint64_t	key;
	int			row;
} PlacesSortItem;

extern void SortItems(void *items, size_t n, size_t size,
					  int (*compare) (const void *a, const void *b));
extern void SortRanked(PlacesRanked *ranked, size_t n);
extern void SortDoubles(double *values, size_t n);

extern uint64_t SortKey(double value);
extern double SortKeyValue(uint64_t key);
extern PlacesSortItem *RadixSort(PlacesSortItem *items, PlacesSortItem *spare, int n);

#endif							/* PLACES_SORT_H */
