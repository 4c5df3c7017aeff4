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

/*
 * Offer an item to a list of so many at most, of which there are count, the smallest
 * key first; of equals the first offered.  Returns how many there are then.
 */
static inline int
OfferRanked(PlacesRanked *list, int count, int most, double key, int item)
{
	int			at = count < most ? count : most - 1;

	if (most == 0 || (count == most && key >= list[at].key))
		return count;
	for (; at > 0 && list[at - 1].key > key; at--)
		list[at] = list[at - 1];
	list[at] = (PlacesRanked) {key, item};
	return count < most ? count + 1 : most;
}

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

/* The finalizer of MurmurHash3, of A. Appleby: each bit of the result depends on all. */
static inline uint64_t
MixBits(uint64_t bits)
{
	bits = (bits ^ (bits >> 33)) * UINT64_C(0xff51afd7ed558ccd);
	bits = (bits ^ (bits >> 33)) * UINT64_C(0xc4ceb9fe1a85ec53);
	return bits ^ (bits >> 33);
}
extern double SortKeyValue(uint64_t key);
extern PlacesSortItem *RadixSort(PlacesSortItem *items, PlacesSortItem *spare, int n);

#endif							/* PLACES_SORT_H */
