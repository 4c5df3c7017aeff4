/*
 * sharing.c
 *	  Subproblems of a group, solved by whoever is free.
 *
 * The process that solves the group, the caller or a worker, owns them: it offers
 * them, begins the largest itself, takes back what nobody has begun, and waits for
 * the others.  Nobody waits for one who waits, since a subproblem has none of its own.
 */
#include "pg/parallel/sharing.h"

#include "utils/wait_event.h"

#include "pg/versions.h"

/* Solve a subproblem that was begun, where it is. */
void
SolveShared(const PlacesShared *shared, PlacesSlot *slot)
{
	Assert(slot->state == SLOT_BEGUN && slot->is_subproblem);
	SolveSubproblem(dsa_get_address(shared->heap, slot->bytes));
	EndSlot(shared->queue, slot, SLOT_DONE);
}

/* Let others begin a subproblem; NULL if there is no room for it now. */
static PlacesSlot *
OfferSubproblem(const PlacesShared *shared, const PlacesSubproblem *problem)
{
	PlacesSlot *slot = NewSlot(shared, problem->size, true, 0);

	if (slot == NULL)
		return NULL;
	memcpy(dsa_get_address(shared->heap, slot->bytes), problem, problem->size);
	SetSlot(shared->queue, slot, SLOT_OFFERED);
	ConditionVariableBroadcast(&shared->queue->offered);
	ConditionVariableBroadcast(&shared->queue->solved);
	return slot;
}

/* Of the offered subproblems of this process, one that is in a state, the largest, or -1; *left: how many there are. */
static int
FindOffered(const PlacesShared *shared, PlacesSlot **slot, int n, PlacesSlotState state, int *left)
{
	int			found = -1;

	*left = 0;
	LWLockAcquire(&shared->queue->lock, LW_EXCLUSIVE);
	for (int i = 0; i < n; i++)
	{
		*left += slot[i] != NULL;
		if (slot[i] != NULL && slot[i]->state == state && (found < 0 || slot[i]->size > slot[found]->size))
			found = i;
	}
	if (found >= 0)
		slot[found]->state = SLOT_TAKEN;
	LWLockRelease(&shared->queue->lock);
	return found;
}

/* Give a slot of this process free. */
static void
DropSlot(const PlacesShared *shared, PlacesSlot **slot)
{
	dsa_free(shared->heap, (*slot)->bytes);
	SetSlot(shared->queue, *slot, SLOT_FREE);
	*slot = NULL;
}

/* Wait for those that others have begun. */
static void
AwaitOffered(const PlacesShared *shared, PlacesSubproblem **problem, PlacesSlot **slot, int n)
{
	int			left;

	for (;;)
	{
		int			i = FindOffered(shared, slot, n, SLOT_DONE, &left);

		if (left == 0)
			break;
		if (i >= 0)
		{
			memcpy(problem[i], dsa_get_address(shared->heap, slot[i]->bytes), problem[i]->size);
			DropSlot(shared, &slot[i]);
		}
		else
			ConditionVariableSleep(&shared->queue->solved, PG_WAIT_EXTENSION);
	}
	ConditionVariableCancelSleep();
}

/*
 * Solve the subproblems of a group together with whoever is free: the largest
 * here at once, then those that nobody else has begun, the small ones last.
 */
void
ShareSubproblems(const PlacesShared *shared, PlacesSubproblem **problem, int n)
{
	PlacesSlot **slot = palloc0(sizeof(PlacesSlot *) * n);
	bool	   *mine = palloc(sizeof(bool) * n);
	int			largest = 0;
	int			left;

	for (int i = 1; i < n; i++)
		if (problem[i]->points > problem[largest]->points)
			largest = i;
	for (int i = 0; i < n; i++)
	{
		if (i != largest && problem[i]->points >= LEAST_OFFERED)
			slot[i] = OfferSubproblem(shared, problem[i]);
		mine[i] = i != largest && slot[i] == NULL;
	}
	for (int i = n > 0 ? largest : -1; i >= 0; i = FindOffered(shared, slot, n, SLOT_OFFERED, &left))
	{
		if (slot[i] != NULL)
			DropSlot(shared, &slot[i]);
		SolveSubproblem(problem[i]);
	}
	for (int i = 0; i < n; i++)
		if (mine[i])
			SolveSubproblem(problem[i]);
	AwaitOffered(shared, problem, slot, n);
	pfree(slot);
	pfree(mine);
}
