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
 * Groups and answers are on a heap (dsa.c) in the workers' shared memory, which
 * does not grow: memory that the system refuses would be an error, here or in a
 * worker.  A group that finds no room is not offered, and one whose answer finds
 * none is solved once more by the caller.  Where there is no shared memory for
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
#include "storage/condition_variable.h"
#include "storage/dsm.h"
#include "storage/lwlock.h"
#include "utils/dsa.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/wait_event.h"

#include "pg/parallel/pack.h"
#include "pg/versions.h"

/* Groups in the queue at most: many, so that the largest of many are begun first. */
#define SLOTS			256

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

typedef enum PlacesSlotState
{
	SLOT_FREE,
	SLOT_OFFERED,
	SLOT_BEGUN,
	SLOT_SOLVED,
	SLOT_RETURNED,				/* by a worker that had no room for the answer */
	SLOT_TAKEN
} PlacesSlotState;

typedef struct PlacesSlot
{
	PlacesSlotState state;
	Size		size;			/* of the packed group */
	dsa_pointer bytes;			/* the packed group; once solved, its answer */
} PlacesSlot;

typedef struct PlacesQueue
{
	LWLock		lock;			/* of what follows */
	ConditionVariable offered;	/* or there will be no more */
	ConditionVariable solved;
	bool		closing;		/* nothing will be offered any more */
	PlacesSlot	slot[SLOTS];
} PlacesQueue;

struct PlacesPool
{
	PlacesQueue *queue;
	dsa_area   *heap;
	const PlacesTask *task;

	/* of the caller */
	ParallelContext *context;
	ResourceOwner owner;		/* of its shared memory */
	Size		heap_bytes;
	void	   *tag[SLOTS];
	int64		taken;			/* groups so far, */
	int64		helped;			/* and those of them that the caller solved */
};

/* A slot goes from one state to the next: of those in the first, the largest, or the smallest. */
static PlacesSlot *
MoveSlot(PlacesQueue *queue, PlacesSlotState from, PlacesSlotState to, bool largest)
{
	PlacesSlot *found = NULL;

	LWLockAcquire(&queue->lock, LW_EXCLUSIVE);
	for (int i = 0; i < SLOTS; i++)
	{
		PlacesSlot *slot = &queue->slot[i];

		if (slot->state == from && (found == NULL || (slot->size > found->size) == largest))
			found = slot;
	}
	if (found != NULL)
		found->state = to;
	LWLockRelease(&queue->lock);
	return found;
}

static void
SetSlot(PlacesQueue *queue, PlacesSlot *slot, PlacesSlotState state)
{
	LWLockAcquire(&queue->lock, LW_EXCLUSIVE);
	slot->state = state;
	LWLockRelease(&queue->lock);
}

/* So many bytes of the heap, if there is room. */
static dsa_pointer
AllocOnHeap(dsa_area *heap, Size size)
{
	return dsa_allocate_extended(heap, size, DSA_ALLOC_HUGE | DSA_ALLOC_NO_OOM);
}

/* Solve a group that was begun, in a worker; leaves garbage in the current memory context. */
static void
SolveSlot(PlacesPool *pool, PlacesSlot *slot)
{
	bytea	   *answer = SolvePacked(pool->task, dsa_get_address(pool->heap, slot->bytes));
	dsa_pointer at = AllocOnHeap(pool->heap, VARSIZE(answer));

	Assert(slot->state == SLOT_BEGUN);
	if (DsaPointerIsValid(at))
	{
		memcpy(dsa_get_address(pool->heap, at), answer, VARSIZE(answer));
		dsa_free(pool->heap, slot->bytes);
		slot->bytes = at;
	}
	SetSlot(pool->queue, slot, DsaPointerIsValid(at) ? SLOT_SOLVED : SLOT_RETURNED);
	ConditionVariableSignal(&pool->queue->solved);
}

/* The next group for a worker, or NULL when there will be none. */
static PlacesSlot *
AwaitOffer(PlacesQueue *queue)
{
	PlacesSlot *slot;
	bool		closing;

	for (;;)
	{
		LWLockAcquire(&queue->lock, LW_EXCLUSIVE);
		closing = queue->closing;
		LWLockRelease(&queue->lock);
		slot = MoveSlot(queue, SLOT_OFFERED, SLOT_BEGUN, true);
		if (slot != NULL || closing)
			break;
		ConditionVariableSleep(&queue->offered, PG_WAIT_EXTENSION);
	}
	ConditionVariableCancelSleep();
	return slot;
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
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
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
	pool.queue = shm_toc_lookup(toc, KEY_QUEUE, false);
	pool.heap = dsa_attach_in_place(shm_toc_lookup(toc, KEY_HEAP, false), segment);
	pool.task = shm_toc_lookup(toc, KEY_TASK, false);
	scratch = AllocSetContextCreate(CurrentMemoryContext, "places group", ALLOCSET_DEFAULT_SIZES);
	KeepFreedMemory();
	MemoryContextSwitchTo(scratch);
	while ((slot = AwaitOffer(pool.queue)) != NULL)
	{
		SolveSlot(&pool, slot);
		MemoryContextReset(scratch);
	}
	dsa_detach(pool.heap);
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

	memset(queue, 0, sizeof(PlacesQueue));
	LWLockInitialize(&queue->lock, LWTRANCHE_PARALLEL_QUERY_DSA);
	ConditionVariableInit(&queue->offered);
	ConditionVariableInit(&queue->solved);
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
	pool->context = context;
	pool->owner = owner;
	pool->heap_bytes = heap;
	ShareVersion(context);
	pool->queue = MakeQueue(context);
	pool->task = ShareTask(context, task);
	place = shm_toc_allocate(context->toc, heap);
	pool->heap = dsa_create_in_place(place, heap, LWTRANCHE_PARALLEL_QUERY_DSA, context->seg);
	dsa_set_size_limit(pool->heap, heap);
	shm_toc_insert(context->toc, KEY_HEAP, place);
	LaunchParallelWorkers(context);
	return pool;
}

/* Whether there can be room for a group at all. */
bool
FitsPool(const PlacesPool *pool, const bytea *packed)
{
	return HomesSize(packed) < pool->heap_bytes / 2;
}

/* Let workers begin a group, unless there is no room for it now. */
bool
OfferGroup(PlacesPool *pool, const bytea *packed, void *tag)
{
	PlacesQueue *queue = pool->queue;
	PlacesSlot *slot = MoveSlot(queue, SLOT_FREE, SLOT_TAKEN, false);

	if (slot == NULL)
		return false;
	slot->size = HomesSize(packed);
	slot->bytes = AllocOnHeap(pool->heap, slot->size);
	if (!DsaPointerIsValid(slot->bytes))
	{
		SetSlot(queue, slot, SLOT_FREE);
		return false;
	}
	PutHomes(dsa_get_address(pool->heap, slot->bytes), packed);
	pool->tag[slot - queue->slot] = tag;
	SetSlot(queue, slot, SLOT_OFFERED);

	/* a signal to one could be lost on a worker that has just found another group */
	ConditionVariableBroadcast(&queue->offered);
	return true;
}

/* Give a slot that was taken free; its group has its answer. */
static void
FreeSlot(PlacesPool *pool, PlacesSlot *slot, void **tag)
{
	Assert(slot->state == SLOT_TAKEN);
	dsa_free(pool->heap, slot->bytes);
	*tag = pool->tag[slot - pool->queue->slot];
	pool->taken++;
	SetSlot(pool->queue, slot, SLOT_FREE);
}

/* The answer for a group that is solved, if there is one, and its tag. */
bool
TakeSolved(PlacesPool *pool, void **tag, bytea **answer)
{
	PlacesSlot *slot = MoveSlot(pool->queue, SLOT_SOLVED, SLOT_TAKEN, false);
	bytea	   *bytes;

	if (slot == NULL)
		return false;
	bytes = dsa_get_address(pool->heap, slot->bytes);
	*answer = memcpy(palloc(VARSIZE(bytes)), bytes, VARSIZE(bytes));
	FreeSlot(pool, slot, tag);
	return true;
}

/* Solve a group in this process: one that a worker returned, or one that was offered and none has begun. */
bool
HelpPool(PlacesPool *pool, void **tag, bytea **answer)
{
	PlacesSlot *slot = MoveSlot(pool->queue, SLOT_RETURNED, SLOT_TAKEN, false);

	if (slot == NULL)
		slot = MoveSlot(pool->queue, SLOT_OFFERED, SLOT_TAKEN, false);
	if (slot == NULL)
		return false;
	*answer = SolvePacked(pool->task, dsa_get_address(pool->heap, slot->bytes));
	FreeSlot(pool, slot, tag);
	pool->helped++;
	return true;
}

/* Wait for a worker to be done with a group; false if none was begun. */
bool
AwaitSolved(PlacesPool *pool)
{
	PlacesQueue *queue = pool->queue;
	int			begun,
				done;

	for (;;)
	{
		begun = done = 0;
		LWLockAcquire(&queue->lock, LW_EXCLUSIVE);
		for (int i = 0; i < SLOTS; i++)
		{
			begun += queue->slot[i].state == SLOT_BEGUN;
			done += queue->slot[i].state == SLOT_SOLVED || queue->slot[i].state == SLOT_RETURNED;
		}
		LWLockRelease(&queue->lock);
		if (begun == 0 || done > 0)
			break;
		ConditionVariableSleep(&queue->solved, PG_WAIT_EXTENSION);
	}
	ConditionVariableCancelSleep();
	return done > 0;
}

/* Nothing will be offered any more: workers end when they find nothing to begin. */
void
EndOffers(PlacesPool *pool)
{
	LWLockAcquire(&pool->queue->lock, LW_EXCLUSIVE);
	pool->queue->closing = true;
	LWLockRelease(&pool->queue->lock);
	ConditionVariableBroadcast(&pool->queue->offered);
}

/* Offers have ended, and all answers have been taken. */
void
ClosePool(PlacesPool *pool)
{
	WaitForParallelWorkersToFinish(pool->context);
	for (int i = 0; i < SLOTS; i++)
		Assert(pool->queue->slot[i].state == SLOT_FREE);
	ereport(DEBUG1,
			(errmsg_internal("%d of %d workers solved %lld of %lld groups",
							 pool->context->nworkers_launched, pool->context->nworkers,
							 (long long) (pool->taken - pool->helped), (long long) pool->taken)));
	dsa_detach(pool->heap);
	DestroyParallelContext(pool->context);
	GiveBack(pool->owner);
	ExitParallelMode();
}
