/*
 * shared_queue.h
 *	  What the processes of a worker pool share: slots, and a heap for what is in
 *	  them.
 */
#ifndef PLACES_SHARED_QUEUE_H
#define PLACES_SHARED_QUEUE_H

#include "postgres.h"

#include "storage/condition_variable.h"
#include "storage/lwlock.h"
#include "utils/dsa.h"

/* Groups and subproblems in the queue at most: many, so that the largest of many are begun first. */
#define SLOTS			256

typedef enum PlacesSlotState
{
	SLOT_FREE,
	SLOT_OFFERED,
	SLOT_BEGUN,					/* by a worker, or a subproblem by anybody */
	SLOT_HELPED,				/* a group that the caller has begun */
	SLOT_SOLVED,
	SLOT_RETURNED,				/* by a worker that had no room for the answer */
	SLOT_TAKEN,
	SLOT_DONE					/* a subproblem, which its owner will take */
} PlacesSlotState;

typedef struct PlacesSlot
{
	PlacesSlotState state;
	bool		is_subproblem;	/* not a group: of who solves the group it is of */
	int			unit;			/* what is asked of the group (TaskUnits()) */
	Size		size;			/* of the packed group, or the subproblem */
	dsa_pointer bytes;			/* the packed group, once solved its answer; or the subproblem */
} PlacesSlot;

typedef struct PlacesQueue
{
	LWLock		lock;			/* of what follows */
	ConditionVariable offered;	/* or there will be no more */
	ConditionVariable solved;	/* or there is something to help with */
	bool		closing;		/* no group will be offered any more */
	int64		shared;			/* subproblems that others than their owners have solved */
	PlacesSlot	slot[SLOTS];
} PlacesQueue;

/* Both, as a process sees them. */
typedef struct PlacesShared
{
	PlacesQueue *queue;
	dsa_area   *heap;
} PlacesShared;

/* The kinds of slots that a process looks for. */
typedef enum PlacesKind
{
	KIND_ANY,
	KIND_GROUP,
	KIND_SUBPROBLEM
} PlacesKind;

extern void InitQueue(PlacesQueue *queue);
extern PlacesSlot *NewSlot(const PlacesShared *shared, Size size, bool is_subproblem, int unit);
extern PlacesSlot *MoveSlot(PlacesQueue *queue, PlacesKind kind, PlacesSlotState from, PlacesSlotState to,
							bool largest);
extern void SetSlot(PlacesQueue *queue, PlacesSlot *slot, PlacesSlotState state);
extern void EndSlot(PlacesQueue *queue, PlacesSlot *slot, PlacesSlotState state);
extern PlacesSlot *AwaitOffer(PlacesQueue *queue);
extern bool AwaitSolved(PlacesQueue *queue);

/* So many bytes of the heap, if there is room. */
static inline dsa_pointer
AllocOnHeap(dsa_area *heap, Size size)
{
	return dsa_allocate_extended(heap, size, DSA_ALLOC_HUGE | DSA_ALLOC_NO_OOM);
}

#endif							/* PLACES_SHARED_QUEUE_H */
