/*
 * sort.c
 *	  Sorting that can be cancelled.
 *
 * SortItems sorts runs that qsort is done with in a moment, and merges them two
 * by two: O(n log n).  Up to one run it is qsort; as with that, the order of equal
 * items is not promised.
 *
 * RadixSort is a least-significant-digit radix sort on the doubles' bits: it is
 * linear, stable and has no bad input.  Of a few items, where counting would cost
 * more, it is an insertion sort.
 */
#include "engine/base/sort.h"

#define RUN_ITEMS		65536
#define FEW_ROWS		8192	/* up to here small digits: counting costs more
								 * than passes */
#define VERY_FEW_ROWS	32		/* up to here none */
#define SMALL_DIGIT		8
#define LARGE_DIGIT		11

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

#ifdef PLACES_ASSERTS
static void
AssertCheckSorted(const char *items, size_t n, size_t size, PlacesCompare compare)
{
	for (size_t i = 1; i < n; i++)
		Assert(compare(items + size * (i - 1), items + size * i) <= 0);
}
#else
#define AssertCheckSorted(items, n, size, compare) ((void) 0)
#endif

/* Sort items of a size as qsort would. */
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
	{
		AssertCheckSorted(items, n, size, compare);
		return;
	}
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
	AssertCheckSorted(items, n, size, compare);
}

static int
CompareRanked(const void *a, const void *b)
{
	const PlacesRanked *p = a;
	const PlacesRanked *q = b;

	if (p->key != q->key)
		return p->key < q->key ? -1 : 1;
	return (p->item > q->item) - (p->item < q->item);
}

/* The least key first, of equal keys the lesser item. */
void
SortRanked(PlacesRanked *ranked, size_t n)
{
	SortItems(ranked, n, sizeof(PlacesRanked), CompareRanked);
}

static int
CompareDoubles(const void *a, const void *b)
{
	double		x = *(const double *) a;
	double		y = *(const double *) b;

	return (x > y) - (x < y);
}

/* The least value first; none may be NaN. */
void
SortDoubles(double *values, size_t n)
{
	SortItems(values, n, sizeof(double), CompareDoubles);
}

/* Map a double to an integer that sorts the same way; -0 equals 0. */
uint64_t
SortKey(double value)
{
	uint64_t	bits;

	value += 0.0;
	memcpy(&bits, &value, sizeof(bits));
	return (bits >> 63) ? ~bits : bits | ((uint64_t) 1 << 63);
}

/* The double of a key. */
double
SortKeyValue(uint64_t key)
{
	uint64_t	bits = (key >> 63) ? key ^ ((uint64_t) 1 << 63) : ~key;
	double		value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

/* The same for a few items, in place. */
static void
InsertionSort(PlacesSortItem *items, int n)
{
	for (int i = 1; i < n; i++)
	{
		PlacesSortItem item = items[i];
		int			at = i;

		for (; at > 0 && items[at - 1].key > item.key; at--)
			items[at] = items[at - 1];
		items[at] = item;
	}
}

/* Stable sort of the items by key; returns whichever buffer holds the result. */
PlacesSortItem *
RadixSort(PlacesSortItem *items, PlacesSortItem *spare, int n)
{
	int			bits = (n <= FEW_ROWS) ? SMALL_DIGIT : LARGE_DIGIT;
	int			digits = (64 + bits - 1) / bits;
	int			buckets = 1 << bits;
	uint32_t   *counts;

	if (n <= VERY_FEW_ROWS)
	{
		InsertionSort(items, n);
		return items;
	}
	counts = HostNewZero(uint32_t, digits * buckets);
	for (int i = 0; i < n; i++)
	{
		HostCheckCancelAt(i);
		for (int d = 0; d < digits; d++)
			counts[d * buckets + ((items[i].key >> (d * bits)) & (buckets - 1))]++;
	}

	for (int d = 0; d < digits; d++)
	{
		uint32_t   *count = counts + d * buckets;
		int			shift = d * bits;
		uint32_t	start = 0;
		PlacesSortItem *swap;

		if (count[(items[0].key >> shift) & (buckets - 1)] == (uint32_t) n)
			continue;			/* all keys share this digit */

		for (int b = 0; b < buckets; b++)
		{
			uint32_t	size = count[b];

			count[b] = start;
			start += size;
		}
		for (int i = 0; i < n; i++)
		{
			HostCheckCancelAt(i);
			spare[count[(items[i].key >> shift) & (buckets - 1)]++] = items[i];
		}
		swap = items;
		items = spare;
		spare = swap;
	}

	HostFree(counts);
	return items;
}
