/*
 * heap.h
 *	  A binary heap of numbered items, the least key in front.
 *
 * Of equal keys the lesser item is first (KEY_THEN_ITEM), so that the order is a
 * function of what is in the heap; or whichever the heap happens to have in front
 * (KEY_ALONE), which is the same for the same calls and saves a comparison.  The
 * order is a constant of the caller's, the same in all calls for one heap.
 *
 * A key is never changed inside.  A search for shortest paths pushes a node again
 * when it comes nearer and passes over entries that are out of date; who wants the
 * front with another key changes it and calls HeapSink.
 *
 * Push, pop and sink take O(log n), MakeHeap O(n).  A heap of all zeros is empty;
 * its owner frees "items".
 */
#ifndef PLACES_HEAP_H
#define PLACES_HEAP_H

#include "engine/base/sort.h"

typedef enum PlacesHeapOrder
{
	KEY_ALONE,
	KEY_THEN_ITEM
} PlacesHeapOrder;

typedef struct PlacesHeap
{
	PlacesRanked *items;
	int			count;
	int			capacity;
} PlacesHeap;

static inline bool
HeapBefore(PlacesRanked a, PlacesRanked b, PlacesHeapOrder order)
{
	return a.key < b.key || (order == KEY_THEN_ITEM && a.key == b.key && a.item < b.item);
}

/* Add an item behind the last, wherever its key belongs: MakeHeap is to follow. */
static inline void
HeapAppend(PlacesHeap *heap, double key, int item)
{
	if (heap->count == heap->capacity)
	{
		heap->capacity = 2 * heap->capacity + 16;
		heap->items = heap->items ?
			HostRealloc(heap->items, sizeof(PlacesRanked) * (size_t) heap->capacity) :
			HostNew(PlacesRanked, heap->capacity);
	}
	heap->items[heap->count++] = (PlacesRanked) {key, item};
}

static inline void
HeapPush(PlacesHeap *heap, double key, int item, PlacesHeapOrder order)
{
	PlacesRanked added = {key, item};
	int			i = heap->count;

	HeapAppend(heap, key, item);
	while (i > 0 && HeapBefore(added, heap->items[(i - 1) / 2], order))
	{
		heap->items[i] = heap->items[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	heap->items[i] = added;
}

/* Let the item at a position, whose key may have grown, sink to where it belongs. */
static inline void
HeapSink(PlacesHeap *heap, int i, PlacesHeapOrder order)
{
	PlacesRanked *items = heap->items;
	PlacesRanked moving = items[i];

	for (;;)
	{
		int			child = 2 * i + 1;

		if (child + 1 < heap->count && HeapBefore(items[child + 1], items[child], order))
			child++;
		if (child >= heap->count || !HeapBefore(items[child], moving, order))
			break;
		items[i] = items[child];
		i = child;
	}
	items[i] = moving;
}

/* Take the front out; the heap must not be empty. */
static inline PlacesRanked
HeapPop(PlacesHeap *heap, PlacesHeapOrder order)
{
	PlacesRanked front;

	Assert(heap->count > 0);
	front = heap->items[0];
	heap->items[0] = heap->items[--heap->count];
	if (heap->count > 1)
		HeapSink(heap, 0, order);
	return front;
}

#ifdef PLACES_ASSERTS
/* No item is before the one above it. */
static inline void
AssertCheckHeap(const PlacesHeap *heap, PlacesHeapOrder order)
{
	for (int i = 1; i < heap->count; i++)
		Assert(!HeapBefore(heap->items[i], heap->items[(i - 1) / 2], order));
}
#else
#define AssertCheckHeap(heap, order) ((void) 0)
#endif

/* Make a heap of items in any order. */
static inline void
MakeHeap(PlacesHeap *heap, PlacesHeapOrder order)
{
	for (int i = heap->count / 2 - 1; i >= 0; i--)
		HeapSink(heap, i, order);
	AssertCheckHeap(heap, order);
}

#endif							/* PLACES_HEAP_H */
