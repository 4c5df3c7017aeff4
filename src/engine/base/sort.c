/*
 * sort.c
 *	  qsort that can be cancelled.
 *
 * Runs that are sorted in a moment, then merged two by two.  Up to one run it
 * is qsort; as with that, the order of equal items is not promised.
 */
#include "engine/base/sort.h"

#include <stdlib.h>

#define RUN_ITEMS	65536

typedef int (*PlacesCompare) (const void *a, const void *b);

/* Merge two runs of items of the given size. */
static void
MergeRuns(const char *a, size_t count_a, const char *b, size_t count_b, char *to,
		  size_t size, PlacesCompare compare)
{
	for (size_t i = 0; count_a > 0 && count_b > 0; i++)
	{
		bool		second = compare(a, b) > 0;

		HostCheckCancelAt(i);
		memcpy(to, second ? b : a, size);
		to += size;
		a += second ? 0 : size;
		b += second ? size : 0;
		count_a -= !second;
		count_b -= second;
	}
	memcpy(to, a, size * count_a);
	memcpy(to + size * count_a, b, size * count_b);
}

void
SortItems(void *items, size_t n, size_t size, PlacesCompare compare)
{
	char	   *from = items;
	char	   *to;

	for (size_t i = 0; i < n; i += RUN_ITEMS)
	{
		HostCheckCancel();
		qsort(from + size * i, Min(n - i, RUN_ITEMS), size, compare);
	}
	if (n <= RUN_ITEMS)
		return;
	to = HostNew(char, size * n);
	for (size_t run = RUN_ITEMS; run < n; run *= 2)
	{
		char	   *swap = from;

		for (size_t i = 0; i < n; i += 2 * run)
		{
			size_t		first = Min(n - i, run);

			MergeRuns(from + size * i, first, from + size * (i + first), Min(n - i - first, run),
					  to + size * i, size, compare);
		}
		from = to;
		to = swap;
	}
	if (from != items)
	{
		memcpy(items, from, size * n);
		to = from;
	}
	HostFree(to);
}
