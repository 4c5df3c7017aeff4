/*
 * heap_test.c
 *	  The heap, rankings, disjoint sets and the random sequence against plain
 *	  ways to the same.
 */
#include "check.h"
#include "engine/base/disjoint_sets.h"
#include "engine/base/heap.h"
#include "engine/base/random.h"

#define MOST_ITEMS	300

/* Everything comes out in the order of a sort, however it went in. */
static void
TestHeap(int n)
{
	PlacesRanked ranked[MOST_ITEMS];
	PlacesHeap	heap = {0};
	int			appended = RandomInt(n + 1);

	for (int i = 0; i < n; i++)
	{
		ranked[i] = (PlacesRanked) {RandomInt(20), i};
		if (i < appended)
			HeapAppend(&heap, ranked[i].key, i);
		if (i == appended)
			MakeHeap(&heap, KEY_THEN_ITEM);
		if (i >= appended)
			HeapPush(&heap, ranked[i].key, i, KEY_THEN_ITEM);
	}
	if (appended == n)
		MakeHeap(&heap, KEY_THEN_ITEM);
	if (n > 0)
	{
		int			front = heap.items[0].item;

		heap.items[0].key = ranked[front].key += 5;
		HeapSink(&heap, 0, KEY_THEN_ITEM);
	}
	SortRanked(ranked, n);
	for (int i = 0; i < n; i++)
	{
		PlacesRanked next = HeapPop(&heap, KEY_THEN_ITEM);

		CHECK(next.key == ranked[i].key && next.item == ranked[i].item, "%d: %g, %d", i, next.key, next.item);
	}
	CHECK(heap.count == 0, "%d are left", heap.count);
	if (heap.items)
		HostFree(heap.items);
}

/* Keys alone: pushes and pops in any order; no key comes after a greater one that was there. */
static void
TestKeysAlone(void)
{
	PlacesHeap	heap = {0};

	for (int step = 0; step < 2000; step++)
	{
		if (heap.count == 0 || RandomInt(3))
			HeapPush(&heap, RandomInt(50), step, KEY_ALONE);
		else
		{
			double		key = HeapPop(&heap, KEY_ALONE).key;

			for (int i = 0; i < heap.count; i++)
				CHECK(heap.items[i].key >= key, "%g after %g", heap.items[i].key, key);
		}
		AssertCheckHeap(&heap, KEY_ALONE);
	}
	HostFree(heap.items);
}

/* Against labels that are all rewritten at a join. */
static void
TestSets(int n)
{
	int			parent[MOST_ITEMS];
	int			label[MOST_ITEMS];

	InitSets(parent, n);
	for (int i = 0; i < n; i++)
		label[i] = i;
	for (int joins = RandomInt(n + 1); joins > 0; joins--)
	{
		int			a = RandomInt(n);
		int			b = RandomInt(n);
		int			from = Max(label[a], label[b]);
		int			to = Min(label[a], label[b]);

		JoinSets(parent, a, b);
		for (int i = 0; i < n; i++)
			if (label[i] == from)
				label[i] = to;
	}
	for (int i = 0; i < n; i++)
		CHECK(FindSet(parent, i) == label[i], "%d is in %d, not %d", i, FindSet(parent, i), label[i]);
}

/* The numbers that answers have been made with; a change of them changes answers. */
static void
TestRandom(void)
{
	uint64_t	state = 1;

	CHECK(DrawUniform(&state) == (double) (UINT64_C(7806831264735756412) >> 11) / 9007199254740992.0, "first");
	CHECK(DrawUniform(&state) == (double) (UINT64_C(9396908728118811419) >> 11) / 9007199254740992.0, "second");
	for (int i = 0; i < 1000; i++)
	{
		double		u = DrawUniform(&state);

		CHECK(u >= 0 && u < 1, "%g", u);
	}
}

int
main(void)
{
	StartTests();
	for (int trial = 0; trial < 300; trial++)
	{
		TestHeap(RandomInt(MOST_ITEMS));
		TestSets(1 + RandomInt(MOST_ITEMS));
	}
	TestKeysAlone();
	TestRandom();
	return FinishTests();
}
