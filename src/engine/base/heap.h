/*
 * heap.h
 *	  The queue of a search for shortest paths: a binary heap, the nearest node
 *	  in front.
 *
 * A node that comes nearer is queued again; who takes it out passes over the
 * entries that are out of date.  Between equal distances the order is that of
 * the heap: the same for the same calls, and nothing more.
 */
#ifndef PLACES_HEAP_H
#define PLACES_HEAP_H

#include "engine/base/host.h"

typedef struct PlacesQueued
{
	double		distance;
	int			node;
} PlacesQueued;

typedef struct PlacesQueue
{
	PlacesQueued *items;
	int			count;
	int			capacity;
} PlacesQueue;

static inline void
InitQueue(PlacesQueue *queue)
{
	queue->count = 0;
	queue->capacity = 64;
	queue->items = HostNew(PlacesQueued, queue->capacity);
}

static inline void
Enqueue(PlacesQueue *queue, double distance, int node)
{
	int			i = queue->count++;

	if (queue->count > queue->capacity)
	{
		queue->capacity *= 2;
		queue->items = HostRealloc(queue->items, sizeof(PlacesQueued) * queue->capacity);
	}
	while (i > 0 && distance < queue->items[(i - 1) / 2].distance)
	{
		queue->items[i] = queue->items[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	queue->items[i] = (PlacesQueued) {distance, node};
}

static inline PlacesQueued
Dequeue(PlacesQueue *queue)
{
	PlacesQueued *items = queue->items;
	PlacesQueued top = items[0];
	PlacesQueued last = items[--queue->count];
	int			i = 0;

	for (;;)
	{
		int			child = 2 * i + 1;

		if (child + 1 < queue->count && items[child + 1].distance < items[child].distance)
			child++;
		if (child >= queue->count || items[child].distance >= last.distance)
			break;
		items[i] = items[child];
		i = child;
	}
	items[i] = last;
	return top;
}

#endif							/* PLACES_HEAP_H */
