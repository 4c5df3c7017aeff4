/*
 * worker_pool.c
 *	  Parallel workers that solve packed groups for the process that read them.
 *
 * The caller offers groups in a queue in shared memory.  A worker begins the
 * largest of them, solves it, puts the result in place of the group, and goes
 * on.  The caller takes results as they come, offers more groups, and while
 * there is nothing else to do begins the smallest.  So nobody waits for a worker
 * that has not begun, and none needs to be there: with no worker at all the
 * caller does everything.  Which process solves a group has no effect on its
 * result.
 *
 * A group may fall into subproblems, which whoever solves it shares with the others
 * (sharing.c): so a single large group keeps all processes busy, if only it has parts.
 *
 * Groups, subproblems and answers are on a heap (dsa.c) in the workers' shared memory, which
 * does not grow: memory that the system refuses would be an error, here or in a
 * worker.  A group that finds no room is not offered, and one whose answer finds
 * none is solved once more by the caller.  (That of a subproblem is in its own
 * memory.)  Where there is no shared memory for
 * workers at all, the caller works alone.
 *
 * Workers are those of a ParallelContext: they have the caller's snapshot, user
 * and settings, count against max_parallel_workers, pass on their errors, and
 * end with the caller's transaction.
 */
#include "postgres.h"

#include "pg/parallel/worker_pool.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "miscadmin.h"
#include "storage/dsm.h"
#include "storage/lwlock.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

#include "pg/parallel/pack.h"
#include "pg/parallel/sharing.h"
#include "pg/refuse.h"
#include "pg/versions.h"

/* A heap of less is not worth having. */
#define LEAST_HEAP		((Size) 512 * 1024)

/* Memory that a worker keeps between groups; not more than glibc's limit. */
#define KEPT_BYTES		((Size) 31 * 1024 * 1024)

/* Parts of the shared memory. */
enum
{
	KEY_VERSION = 0x706c6163,	/* which no earlier version used */
	KEY_QUEUE,
	KEY_TASK,
	KEY_HEAP
};

struct PlacesPool
{
	PlacesHelpers helpers;		/* itself, to a process that solves a group */
	PlacesShared shared;
	const PlacesTask *task;

	/* of the caller */
	ParallelContext *context;
	ResourceOwner owner;		/* of its shared memory */
	Size		heap_bytes;
	void	   *tag[SLOTS];
	int64		taken;			/* groups so far, */
	int64		helped;			/* and those of them that the caller solved */
};

/* Solve the subproblems of a group. */
static void
SolveWithHelpers(PlacesHelpers *helpers, PlacesSubproblem **problem, int n)
{
	ShareSubproblems(&((PlacesPool *) helpers)->shared, problem, n);
}

/* Solve a group that was begun, in a worker; leaves garbage in the current memory context. */
static void
SolveSlot(PlacesPool *pool, PlacesSlot *slot)
{
	bytea	   *answer = SolvePacked(pool->task, slot->unit, dsa_get_address(pool->shared.heap, slot->bytes), &pool->helpers);
	dsa_pointer at = AllocOnHeap(pool->shared.heap, VARSIZE(answer));

	Assert(slot->state == SLOT_BEGUN && !slot->is_subproblem);
	if (DsaPointerIsValid(at))
	{
		memcpy(dsa_get_address(pool->shared.heap, at), answer, VARSIZE(answer));
		dsa_free(pool->shared.heap, slot->bytes);
		slot->bytes = at;
	}
	EndSlot(pool->shared.queue, slot, DsaPointerIsValid(at) ? SLOT_SOLVED : SLOT_RETURNED);
}

/*
 * Let the memory of a group be there for the next.  In a new process glibc
 * gives what is freed back to the system, which has to zero it again; it keeps
 * more once it has freed a large block.
 */
static void
KeepFreedMemory(void)
{
	pfree(palloc(KEPT_BYTES));
}

/*
 * A worker loads the library anew: where it was replaced meanwhile, the session
 * that asks for it is of another version.
 */
static void
CheckVersion(shm_toc *toc)
{
	const char *version = shm_toc_lookup(toc, KEY_VERSION, true);

	if (version == NULL || strcmp(version, PLACES_VERSION) != 0)
		Refuse((errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("the library of the extension places was replaced during this session"),
				errhint("Connect again.")));
}

static void
ShareVersion(ParallelContext *context)
{
	char	   *space = shm_toc_allocate(context->toc, sizeof(PLACES_VERSION));

	memcpy(space, PLACES_VERSION, sizeof(PLACES_VERSION));
	shm_toc_insert(context->toc, KEY_VERSION, space);
}

/* What a worker does. */
void
PlacesPoolMain(dsm_segment *segment, shm_toc *toc)
{
	PlacesPool	pool = {0};
	PlacesSlot *slot;
	MemoryContext scratch;

	CheckVersion(toc);
	pool.shared.queue = shm_toc_lookup(toc, KEY_QUEUE, false);
	pool.shared.heap = dsa_attach_in_place(shm_toc_lookup(toc, KEY_HEAP, false), segment);
	pool.task = shm_toc_lookup(toc, KEY_TASK, false);
	pool.helpers.solve = SolveWithHelpers;
	scratch = AllocSetContextCreate(CurrentMemoryContext, "places group", ALLOCSET_DEFAULT_SIZES);
	KeepFreedMemory();
	MemoryContextSwitchTo(scratch);
	while ((slot = AwaitOffer(pool.shared.queue)) != NULL)
	{
		if (slot->is_subproblem)
			SolveShared(&pool.shared, slot);
		else
			SolveSlot(&pool, slot);
		MemoryContextReset(scratch);
	}
	dsa_detach(pool.shared.heap);
}

/* What an owner has, and the owner itself. */
static void
GiveBack(ResourceOwner owner)
{
	ResourceOwnerRelease(owner, RESOURCE_RELEASE_BEFORE_LOCKS, false, false);
	ResourceOwnerRelease(owner, RESOURCE_RELEASE_LOCKS, false, false);
	ResourceOwnerRelease(owner, RESOURCE_RELEASE_AFTER_LOCKS, false, false);
	ResourceOwnerDelete(owner);
}

/* Whether an error says that the system has no room, and not that somebody wants us to stop. */
static bool
LacksRoom(int code)
{
	return ERRCODE_TO_CATEGORY(code) != ERRCODE_OPERATOR_INTERVENTION &&
		ERRCODE_TO_CATEGORY(code) != ERRCODE_TO_CATEGORY(ERRCODE_INTERNAL_ERROR);
}

/*
 * Have a function make shared memory that belongs to an owner of its own; false
 * if the system refuses it.  That error is no reason to give up a statement: it
 * leaves nothing that the owner does not know of.
 */
static bool
TryShared(void (*make) (void *), void *argument, ResourceOwner owner)
{
	ResourceOwner before = CurrentResourceOwner;
	MemoryContext context = CurrentMemoryContext;
	uint32		interrupts = InterruptHoldoffCount;
	uint32		cancels = QueryCancelHoldoffCount;
	volatile bool made = true;

	CurrentResourceOwner = owner;
	PG_TRY();
	{
		make(argument);
	}
	PG_CATCH();
	{
		CurrentResourceOwner = before;
		if (!LacksRoom(geterrcode()))
			PG_RE_THROW();
		MemoryContextSwitchTo(context);
		FlushErrorState();
		/* a lock of the memory that is not to be; and what errfinish() has forgotten */
		LWLockReleaseAll();
		InterruptHoldoffCount = interrupts;
		QueryCancelHoldoffCount = cancels;
		made = false;
	}
	PG_END_TRY();
	CurrentResourceOwner = before;
	return made;
}

static void
MakeContext(void *context)
{
	InitializeParallelDSM(context);
}

/* A context of workers, its shared memory not made yet. */
static ParallelContext *
NewContext(const PlacesTask *task, int workers, Size heap, ErrorContextCallback *errors)
{
	ParallelContext *context = CreateParallelContext("places", "PlacesPoolMain", workers);

	context->error_context_stack = errors;
	shm_toc_estimate_chunk(&context->estimator, sizeof(PlacesQueue));
	shm_toc_estimate_chunk(&context->estimator, TaskSize(task->nrules));
	shm_toc_estimate_chunk(&context->estimator, heap);
	shm_toc_estimate_chunk(&context->estimator, sizeof(PLACES_VERSION));
	shm_toc_estimate_keys(&context->estimator, 4);
	return context;
}

/* The same, made, with a heap of a size or of as much as there is; NULL for too little. */
static ParallelContext *
MakeShared(const PlacesTask *task, int workers, Size *heap, ErrorContextCallback *errors, ResourceOwner owner)
{
	for (; *heap >= LEAST_HEAP; *heap = MAXALIGN(*heap / 4))
	{
		ParallelContext *context = NewContext(task, workers, *heap, errors);
		bool		made = TryShared(MakeContext, context, owner);

		if (made && context->seg != NULL)
			return context;
		DestroyParallelContext(context);
		if (made)
			break;				/* no slot for a segment of any size */
	}
	return NULL;
}

static PlacesQueue *
MakeQueue(ParallelContext *context)
{
	PlacesQueue *queue = shm_toc_allocate(context->toc, sizeof(PlacesQueue));

	InitQueue(queue);
	shm_toc_insert(context->toc, KEY_QUEUE, queue);
	return queue;
}

static const PlacesTask *
ShareTask(ParallelContext *context, const PlacesTask *task)
{
	PlacesTask *space = shm_toc_allocate(context->toc, TaskSize(task->nrules));

	memcpy(space, task, TaskSize(task->nrules));
	shm_toc_insert(context->toc, KEY_TASK, space);
	return space;
}

/*
 * Start workers for a task, with a heap of so many bytes if there are; between
 * this and ClosePool() nothing can be written.  NULL where there is no shared
 * memory for them.  The callbacks for the context of workers' errors must last
 * as long: those of a query that is running now would not.
 */
PlacesPool *
OpenPool(const PlacesTask *task, int workers, Size heap, ErrorContextCallback *errors)
{
	PlacesPool *pool;
	ParallelContext *context;
	ResourceOwner owner;
	void	   *place;

	heap = MAXALIGN(Max(heap, LEAST_HEAP));
	EnterParallelMode();
	owner = ResourceOwnerCreate(CurrentResourceOwner, "places worker pool");
	context = MakeShared(task, workers, &heap, errors, owner);
	if (context == NULL)
	{
		GiveBack(owner);
		ExitParallelMode();
		return NULL;
	}

	pool = palloc0(sizeof(PlacesPool));
	pool->helpers.solve = SolveWithHelpers;
	pool->context = context;
	pool->owner = owner;
	pool->heap_bytes = heap;
	ShareVersion(context);
	pool->shared.queue = MakeQueue(context);
	pool->task = ShareTask(context, task);
	place = shm_toc_allocate(context->toc, heap);
	pool->shared.heap = dsa_create_in_place(place, heap, LWTRANCHE_PARALLEL_QUERY_DSA, context->seg);
	dsa_set_size_limit(pool->shared.heap, heap);
	shm_toc_insert(context->toc, KEY_HEAP, place);
	LaunchParallelWorkers(context);
	return pool;
}

/* Solve subproblems of a group that the caller solves by itself. */
void
ShareInPool(PlacesPool *pool, PlacesSubproblem **problem, int n)
{
	ShareSubproblems(&pool->shared, problem, n);
}

/* Whether there can be room for a group at all. */
bool
FitsPool(const PlacesPool *pool, const bytea *packed)
{
	return HomesSize(packed) < pool->heap_bytes / 2;
}

/* Let workers begin a group, unless there is no room for it now. */
bool
OfferGroup(PlacesPool *pool, const bytea *packed, int unit, void *tag)
{
	PlacesQueue *queue = pool->shared.queue;
	PlacesSlot *slot = NewSlot(&pool->shared, HomesSize(packed), false, unit);

	if (slot == NULL)
		return false;
	PutHomes(dsa_get_address(pool->shared.heap, slot->bytes), packed);
	pool->tag[slot - queue->slot] = tag;
	SetSlot(queue, slot, SLOT_OFFERED);

	/* a signal to one could be lost on a worker that has just found another group */
	ConditionVariableBroadcast(&queue->offered);
	return true;
}

/* Give a slot that was taken free; its group has its answer. */
static PlacesSolved
FreeSlot(PlacesPool *pool, PlacesSlot *slot, bytea *answer)
{
	PlacesSolved solved = {pool->tag[slot - pool->shared.queue->slot], slot->unit, answer};

	Assert(!slot->is_subproblem && (slot->state == SLOT_TAKEN || slot->state == SLOT_HELPED));
	dsa_free(pool->shared.heap, slot->bytes);
	pool->taken++;
	EndSlot(pool->shared.queue, slot, SLOT_FREE);
	return solved;
}

/* The answer for a group that is solved, if there is one. */
bool
TakeSolved(PlacesPool *pool, PlacesSolved *solved)
{
	PlacesSlot *slot = MoveSlot(pool->shared.queue, KIND_GROUP, SLOT_SOLVED, SLOT_TAKEN, false);
	bytea	   *bytes;

	if (slot == NULL)
		return false;
	bytes = dsa_get_address(pool->shared.heap, slot->bytes);
	*solved = FreeSlot(pool, slot, memcpy(palloc(VARSIZE(bytes)), bytes, VARSIZE(bytes)));
	return true;
}

/* Solve a group in this process: one that a worker returned, or one that was offered and none has begun. */
bool
HelpPool(PlacesPool *pool, PlacesSolved *solved)
{
	PlacesSlot *slot = MoveSlot(pool->shared.queue, KIND_GROUP, SLOT_RETURNED, SLOT_HELPED, false);

	if (slot == NULL)
		slot = MoveSlot(pool->shared.queue, KIND_GROUP, SLOT_OFFERED, SLOT_HELPED, false);
	if (slot == NULL)
		return false;
	*solved = FreeSlot(pool, slot,
					   SolvePacked(pool->task, slot->unit, dsa_get_address(pool->shared.heap, slot->bytes), &pool->helpers));
	pool->helped++;
	return true;
}

/* Solve a subproblem of a worker's in this process, if there is one that none has begun. */
bool
HelpWorker(PlacesPool *pool)
{
	PlacesSlot *slot = MoveSlot(pool->shared.queue, KIND_SUBPROBLEM, SLOT_OFFERED, SLOT_BEGUN, false);

	if (slot == NULL)
		return false;
	SolveShared(&pool->shared, slot);
	return true;
}

/* Wait for there to be something to do; false if all that was begun has been taken. */
bool
AwaitPool(PlacesPool *pool)
{
	return AwaitSolved(pool->shared.queue);
}

/* No group will be offered any more: workers end when there is nothing left to begin. */
void
EndOffers(PlacesPool *pool)
{
	LWLockAcquire(&pool->shared.queue->lock, LW_EXCLUSIVE);
	pool->shared.queue->closing = true;
	LWLockRelease(&pool->shared.queue->lock);
	ConditionVariableBroadcast(&pool->shared.queue->offered);
}

/* Offers have ended, and all answers have been taken. */
void
ClosePool(PlacesPool *pool)
{
	WaitForParallelWorkersToFinish(pool->context);
	for (int i = 0; i < SLOTS; i++)
		Assert(pool->shared.queue->slot[i].state == SLOT_FREE);
	ereport(DEBUG1,
			(errmsg_internal("%d of %d workers solved %lld of %lld groups, and %lld subproblems were shared",
							 pool->context->nworkers_launched, pool->context->nworkers,
							 (long long) (pool->taken - pool->helped), (long long) pool->taken,
							 (long long) pool->shared.queue->shared)));
	dsa_detach(pool->shared.heap);
	DestroyParallelContext(pool->context);
	GiveBack(pool->owner);
	ExitParallelMode();
}
