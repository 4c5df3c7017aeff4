/*
 * shared_queue.c
 *	  What the processes of a worker pool share: slots, and a heap for what is in
 *	  them.
 *
 * A slot is a group that one process has offered to all others, or a subproblem of
 * one.  Whoever moves it from one state to the next owns it until it moves it again.
 */
#include "pg/parallel/shared_queue.h"

#include "utils/wait_event.h"

#include "pg/versions.h"

void
InitQueue(PlacesQueue *queue)
{
	memset(queue, 0, sizeof(PlacesQueue));
	LWLockInitialize(&queue->lock, LWTRANCHE_PARALLEL_QUERY_DSA);
	ConditionVariableInit(&queue->offered);
	ConditionVariableInit(&queue->solved);
}

/* A slot of a kind goes from one state to the next: of those in the first, the largest, or the smallest. */
PlacesSlot *
MoveSlot(PlacesQueue *queue, PlacesKind kind, PlacesSlotState from, PlacesSlotState to, bool largest)
{
	PlacesSlot *found = NULL;

	LWLockAcquire(&queue->lock, LW_EXCLUSIVE);
	for (int i = 0; i < SLOTS; i++)
	{
		PlacesSlot *slot = &queue->slot[i];

		if (slot->state == from && (kind == KIND_ANY || slot->is_subproblem == (kind == KIND_SUBPROBLEM)) &&
			(found == NULL || (slot->size > found->size) == largest))
			found = slot;
	}
	if (found != NULL)
		found->state = to;
	LWLockRelease(&queue->lock);
	return found;
}

void
SetSlot(PlacesQueue *queue, PlacesSlot *slot, PlacesSlotState state)
{
	LWLockAcquire(&queue->lock, LW_EXCLUSIVE);
	slot->state = state;
	LWLockRelease(&queue->lock);
}

/*
 * The same for a slot whose work is done, which others may wait for: the caller, the
 * owner of a subproblem, and at the end workers that would have helped.
 */
void
EndSlot(PlacesQueue *queue, PlacesSlot *slot, PlacesSlotState state)
{
	bool		closing;

	LWLockAcquire(&queue->lock, LW_EXCLUSIVE);
	slot->state = state;
	queue->shared += state == SLOT_DONE;
	closing = queue->closing;
	LWLockRelease(&queue->lock);
	ConditionVariableBroadcast(&queue->solved);
	if (closing)
		ConditionVariableBroadcast(&queue->offered);
}

/* So many bytes for somebody to begin, in a slot that is the caller's until it is offered; NULL for no room. */
PlacesSlot *
NewSlot(const PlacesShared *shared, Size size, bool is_subproblem, int unit)
{
	PlacesSlot *slot = MoveSlot(shared->queue, KIND_ANY, SLOT_FREE, SLOT_TAKEN, false);
	dsa_pointer bytes;

	if (slot == NULL)
		return NULL;
	bytes = AllocOnHeap(shared->heap, size);
	slot->is_subproblem = is_subproblem;
	slot->unit = unit;
	slot->size = size;
	slot->bytes = bytes;
	if (DsaPointerIsValid(bytes))
		return slot;
	SetSlot(shared->queue, slot, SLOT_FREE);
	return NULL;
}

/* Whether there will be nothing more to begin: no group is left of which there could be subproblems. */
static bool
IsOver(PlacesQueue *queue)
{
	bool		over;

	LWLockAcquire(&queue->lock, LW_SHARED);
	over = queue->closing;
	for (int i = 0; i < SLOTS && over; i++)
		over = queue->slot[i].state != SLOT_OFFERED && queue->slot[i].state != SLOT_BEGUN &&
			queue->slot[i].state != SLOT_HELPED && queue->slot[i].state != SLOT_RETURNED;
	LWLockRelease(&queue->lock);
	return over;
}

/* The next group or subproblem for a worker, or NULL when there will be none. */
PlacesSlot *
AwaitOffer(PlacesQueue *queue)
{
	PlacesSlot *slot;

	for (;;)
	{
		slot = MoveSlot(queue, KIND_ANY, SLOT_OFFERED, SLOT_BEGUN, true);
		if (slot != NULL || IsOver(queue))
			break;
		ConditionVariableSleep(&queue->offered, PG_WAIT_EXTENSION);
	}
	ConditionVariableCancelSleep();
	return slot;
}

/* Wait for a worker to be done with a group, or to need help; false if none has begun one. */
bool
AwaitSolved(PlacesQueue *queue)
{
	int			begun,
				ready;

	for (;;)
	{
		begun = ready = 0;
		LWLockAcquire(&queue->lock, LW_SHARED);
		for (int i = 0; i < SLOTS; i++)
		{
			PlacesSlotState state = queue->slot[i].state;

			begun += state == SLOT_BEGUN;
			ready += state == SLOT_SOLVED || state == SLOT_RETURNED || state == SLOT_OFFERED;
		}
		LWLockRelease(&queue->lock);
		if (begun == 0 || ready > 0)
			break;
		ConditionVariableSleep(&queue->solved, PG_WAIT_EXTENSION);
	}
	ConditionVariableCancelSleep();
	return ready > 0;
}
