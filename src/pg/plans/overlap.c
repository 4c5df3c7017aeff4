/*
 * overlap.c
 *	  What the places of a run have in common with those of its base run.
 */
#include "postgres.h"

#include "pg/plans/overlap.h"

#include "utils/memutils.h"

#include "pg/input/incumbent.h"
#include "pg/plans/outside.h"
#include "pg/versions.h"

static PlacesPairs
NewPairs(int most)
{
	Size		n = Max(most, 1);

	return (PlacesPairs) {0, MemoryContextAllocHuge(CurrentMemoryContext, sizeof(int64) * n),
		MemoryContextAllocHuge(CurrentMemoryContext, sizeof(int) * n),
		MemoryContextAllocHuge(CurrentMemoryContext, sizeof(double) * n)};
}

static void
AddPair(PlacesPairs *pairs, int64 was, int made)
{
	if (was == 0 && made == 0)
		return;
	pairs->was[pairs->n] = was;
	pairs->made[pairs->n] = made;
	pairs->shared[pairs->n++] = 1;
}

/* Each pair once. */
static void
SumPairs(PlacesPairs *pairs)
{
	Size		n = Max(pairs->n, 1);
	bool	   *has = MemoryContextAllocHuge(CurrentMemoryContext, n);
	PlacesSortItem *items = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(PlacesSortItem) * n);
	PlacesSortItem *spare = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(PlacesSortItem) * n);
	PlacesPairs	sums = NewPairs(pairs->n);
	PlacesIncumbent numbers;

	for (int i = 0; i < pairs->n; i++)
		has[i] = pairs->was[i] != 0;
	numbers = NumberPlaces(pairs->n, pairs->was, has);
	for (int i = 0; i < pairs->n; i++)
		items[i] = (PlacesSortItem) {(uint64) (numbers.place[i] + 1) << 32 | pairs->made[i], i};
	items = RadixSort(items, spare, pairs->n);
	for (int i = 0; i < pairs->n; i++)
	{
		if (i == 0 || items[i].key != items[i - 1].key)
		{
			AddPair(&sums, pairs->was[items[i].row], pairs->made[items[i].row]);
			sums.shared[sums.n - 1] = 0;
		}
		sums.shared[sums.n - 1] += pairs->shared[items[i].row];
	}
	*pairs = sums;
}

/* What old and new places have in common; homes that are in none, or gone, count with the other alone. */
PlacesPairs
FindPairs(const PlacesFates *fates, const PlacesLost *lost)
{
	PlacesPairs	pairs = NewPairs(fates->n + lost->n);

	for (int i = 0; i < fates->n; i++)
		AddPair(&pairs, fates->fate[i].was_in, IsIn(fates->fate[i].outside) ? fates->fate[i].made : 0);
	for (int i = 0; i < lost->n; i++)
		AddPair(&pairs, lost->place[i], 0);
	SumPairs(&pairs);
	return pairs;
}

/* Which must be the same, since homes are held in them; no rows are counted. */
PlacesPairs
FindRequired(const PlacesFates *fates)
{
	PlacesPairs	pairs = NewPairs(fates->n);

	for (int i = 0; i < fates->n; i++)
		if (fates->fate[i].fixed != FIXED_NOT && fates->fate[i].made != 0)
		{
			AddPair(&pairs, fates->fate[i].asked, fates->fate[i].made);
			pairs.shared[pairs.n - 1] = 0;
		}
	SumPairs(&pairs);
	return pairs;
}
