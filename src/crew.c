/*
 * crew.c
 *	  Parallel workers that solve packed groups for the process that read them.
 *
 * The caller offers groups on a board in shared memory.  A worker begins the
 * largest of them, solves it, puts the result in place of the group, and goes
 * on.  The caller takes results as they come, offers more groups, and while
 * there is nothing else to do begins the smallest.  So nobody waits for a worker
 * that has not begun, and none needs to be there: with no worker at all the
 * caller does everything.  Which process solves a group has no effect on its
 * result.
 *
 * Groups and results are on the heap (dsa.c) of the workers' shared memory.
 *
 * Workers are those of a ParallelContext: they have the caller's snapshot, user
 * and settings, count against max_parallel_workers, pass on their errors, and
 * end with the caller's transaction.
 */
#include "crew.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "storage/condition_variable.h"
#include "storage/spin.h"
#include "utils/datum.h"
#include "utils/dsa.h"
#include "utils/memutils.h"
#include "utils/wait_event.h"

#include "varlena.h"

/* Groups on the board at most: many, so that the largest of many are begun first. */
#define SLOTS			256

/*
 * They may take so many bytes, or else be two for each process.  Containers
 * often have no more than 64 MB of shared memory.
 */
#define OFFERED_BYTES	((Size) 16 * 1024 * 1024)

/* The heap begins with so many bytes, and grows. */
#define HEAP_BYTES		((Size) 256 * 1024)

/* Memory that a worker keeps between groups; not more than glibc's limit. */
#define KEPT_BYTES		((Size) 31 * 1024 * 1024)

/* Parts of the shared memory. */
enum
{
	KEY_BOARD = 1,
	KEY_RULES,
	KEY_HEAP
};

typedef enum PlacesSlotState
{
	SLOT_FREE,
	SLOT_OFFERED,
	SLOT_BEGUN,
	SLOT_SOLVED,
	SLOT_TAKEN
} PlacesSlotState;

typedef struct PlacesSlot
{
	PlacesSlotState state;
	Size		size;			/* of the packed group */
	dsa_pointer bytes;			/* the packed group; once solved, its result */
} PlacesSlot;

typedef struct PlacesCrewBoard
{
	Oid			solver;			/* function (packed bytea, rules) */
	slock_t		mutex;			/* of what follows */
	ConditionVariable offered;	/* or there will be no more */
	ConditionVariable solved;
	bool		closing;		/* nothing will be offered any more */
	PlacesSlot	slot[SLOTS];
} PlacesCrewBoard;

struct PlacesCrew
{
	PlacesCrewBoard *board;
	dsa_area   *heap;
	FmgrInfo	solver;
	NullableDatum rules;

	/* of the caller */
	ParallelContext *context;
	void	   *tag[SLOTS];
	int			offered;		/* groups that have not been taken again, */
	Size		offered_bytes;	/* and what they took */
	int64		taken;			/* groups since, */
	int64		helped;			/* and those of them that the caller solved */
};

PGDLLEXPORT void PlacesCrewMain(dsm_segment *segment, shm_toc *toc);

/* The result of a solver. */
Datum
SolvePacked(FmgrInfo *solver, bytea *packed, NullableDatum rules)
{
	LOCAL_FCINFO(fcinfo, 2);

	InitFunctionCallInfoData(*fcinfo, solver, 2, InvalidOid, NULL, NULL);
	fcinfo->args[0].value = PointerGetDatum(packed);
	fcinfo->args[0].isnull = false;
	fcinfo->args[1] = rules;
	return FunctionCallInvoke(fcinfo);
}

/* A slot goes from one state to the next: of those in the first, the largest, or the smallest. */
static PlacesSlot *
MoveSlot(PlacesCrewBoard *board, PlacesSlotState from, PlacesSlotState to, bool largest)
{
	PlacesSlot *found = NULL;

	SpinLockAcquire(&board->mutex);
	for (int i = 0; i < SLOTS; i++)
	{
		PlacesSlot *slot = &board->slot[i];

		if (slot->state == from && (found == NULL || (slot->size > found->size) == largest))
			found = slot;
	}
	if (found != NULL)
		found->state = to;
	SpinLockRelease(&board->mutex);
	return found;
}

static void
SetSlot(PlacesCrewBoard *board, PlacesSlot *slot, PlacesSlotState state)
{
	SpinLockAcquire(&board->mutex);
	slot->state = state;
	SpinLockRelease(&board->mutex);
}

static dsa_pointer
PutOnHeap(dsa_area *heap, const bytea *bytes)
{
	dsa_pointer at = dsa_allocate_extended(heap, VARSIZE(bytes), DSA_ALLOC_HUGE);

	memcpy(dsa_get_address(heap, at), bytes, VARSIZE(bytes));
	return at;
}

/* Solve a group that was begun; leaves garbage in the current memory context. */
static void
SolveSlot(PlacesCrew *crew, PlacesSlot *slot)
{
	bytea	   *packed = dsa_get_address(crew->heap, slot->bytes);
	bytea	   *result = (bytea *) DatumGetPointer(SolvePacked(&crew->solver, packed, crew->rules));

	dsa_free(crew->heap, slot->bytes);
	slot->bytes = PutOnHeap(crew->heap, result);
	SetSlot(crew->board, slot, SLOT_SOLVED);
	ConditionVariableSignal(&crew->board->solved);
}

/* The next group for a worker, or NULL when there will be none. */
static PlacesSlot *
AwaitOffer(PlacesCrewBoard *board)
{
	PlacesSlot *slot;
	bool		closing;

	for (;;)
	{
		SpinLockAcquire(&board->mutex);
		closing = board->closing;
		SpinLockRelease(&board->mutex);
		slot = MoveSlot(board, SLOT_OFFERED, SLOT_BEGUN, true);
		if (slot != NULL || closing)
			break;
		ConditionVariableSleep(&board->offered, PG_WAIT_EXTENSION);
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

/* What a worker does. */
void
PlacesCrewMain(dsm_segment *segment, shm_toc *toc)
{
	PlacesCrew	crew = {0};
	char	   *rules = shm_toc_lookup(toc, KEY_RULES, false);
	PlacesSlot *slot;
	MemoryContext scratch;

	crew.board = shm_toc_lookup(toc, KEY_BOARD, false);
	crew.heap = dsa_attach_in_place(shm_toc_lookup(toc, KEY_HEAP, false), segment);
	crew.rules.value = datumRestore(&rules, &crew.rules.isnull);
	fmgr_info(crew.board->solver, &crew.solver);
	scratch = AllocSetContextCreate(CurrentMemoryContext, "places group", ALLOCSET_DEFAULT_SIZES);
	KeepFreedMemory();
	MemoryContextSwitchTo(scratch);
	while ((slot = AwaitOffer(crew.board)) != NULL)
	{
		SolveSlot(&crew, slot);
		MemoryContextReset(scratch);
	}
	dsa_detach(crew.heap);
}

static PlacesCrewBoard *
MakeBoard(ParallelContext *context, Oid solver)
{
	PlacesCrewBoard *board = shm_toc_allocate(context->toc, sizeof(PlacesCrewBoard));

	memset(board, 0, sizeof(PlacesCrewBoard));
	board->solver = solver;
	SpinLockInit(&board->mutex);
	ConditionVariableInit(&board->offered);
	ConditionVariableInit(&board->solved);
	shm_toc_insert(context->toc, KEY_BOARD, board);
	return board;
}

static void
ShareRules(ParallelContext *context, NullableDatum rules, Size size)
{
	char	   *space = shm_toc_allocate(context->toc, size);

	shm_toc_insert(context->toc, KEY_RULES, space);
	datumSerialize(rules.value, rules.isnull, false, -1, &space);
}

/*
 * Start workers for a solver; between this and CloseCrew() nothing can be written.
 * NULL where there is no shared memory for them.  The callbacks for the context
 * of workers' errors must last as long: those of a query that is running now
 * would not.
 */
PlacesCrew *
OpenCrew(Oid solver, NullableDatum rules, int workers, ErrorContextCallback *errors)
{
	PlacesCrew *crew;
	Size		rules_size = datumEstimateSpace(rules.value, rules.isnull, false, -1);
	ParallelContext *context;
	void	   *heap;

	EnterParallelMode();
	context = CreateParallelContext("places", "PlacesCrewMain", workers);
	context->error_context_stack = errors;
	shm_toc_estimate_chunk(&context->estimator, sizeof(PlacesCrewBoard));
	shm_toc_estimate_chunk(&context->estimator, rules_size);
	shm_toc_estimate_chunk(&context->estimator, HEAP_BYTES);
	shm_toc_estimate_keys(&context->estimator, 3);
	InitializeParallelDSM(context);
	if (context->seg == NULL)
	{
		DestroyParallelContext(context);
		ExitParallelMode();
		return NULL;
	}

	crew = palloc0(sizeof(PlacesCrew));
	crew->context = context;
	crew->board = MakeBoard(context, solver);
	crew->rules = rules;
	fmgr_info(solver, &crew->solver);
	ShareRules(context, rules, rules_size);
	heap = shm_toc_allocate(context->toc, HEAP_BYTES);
	crew->heap = dsa_create_in_place(heap, HEAP_BYTES, LWTRANCHE_PARALLEL_QUERY_DSA, context->seg);
	shm_toc_insert(context->toc, KEY_HEAP, heap);
	LaunchParallelWorkers(context);
	return crew;
}

/* Let workers begin a group, unless there is no room for it now. */
bool
OfferGroup(PlacesCrew *crew, const bytea *packed, void *tag)
{
	PlacesCrewBoard *board = crew->board;
	PlacesSlot *slot;

	if (crew->offered_bytes + VARSIZE(packed) > OFFERED_BYTES &&
		crew->offered >= 2 * (crew->context->nworkers + 1))
		return false;
	slot = MoveSlot(board, SLOT_FREE, SLOT_TAKEN, false);
	if (slot == NULL)
		return false;
	slot->size = VARSIZE(packed);
	slot->bytes = PutOnHeap(crew->heap, packed);
	crew->tag[slot - board->slot] = tag;
	crew->offered++;
	crew->offered_bytes += slot->size;
	SetSlot(board, slot, SLOT_OFFERED);

	/* a signal to one could be lost on a worker that has just found another group */
	ConditionVariableBroadcast(&board->offered);
	return true;
}

/* The result of a group that is solved, if there is one, and its tag. */
bool
TakeSolved(PlacesCrew *crew, void **tag, Datum *result)
{
	PlacesSlot *slot = MoveSlot(crew->board, SLOT_SOLVED, SLOT_TAKEN, false);
	bytea	   *bytes;

	if (slot == NULL)
		return false;
	bytes = dsa_get_address(crew->heap, slot->bytes);
	*tag = crew->tag[slot - crew->board->slot];
	*result = PointerGetDatum(memcpy(palloc(VARSIZE(bytes)), bytes, VARSIZE(bytes)));
	dsa_free(crew->heap, slot->bytes);
	crew->taken++;
	crew->offered--;
	crew->offered_bytes -= slot->size;
	SetSlot(crew->board, slot, SLOT_FREE);
	return true;
}

/* Solve one of the offered groups in this process, if none has begun it. */
bool
HelpCrew(PlacesCrew *crew)
{
	PlacesSlot *slot = MoveSlot(crew->board, SLOT_OFFERED, SLOT_BEGUN, false);

	if (slot == NULL)
		return false;
	SolveSlot(crew, slot);
	crew->helped++;
	return true;
}

/* Wait for a result; false if there will be none, since no group was begun. */
bool
AwaitSolved(PlacesCrew *crew)
{
	PlacesCrewBoard *board = crew->board;
	int			begun,
				solved;

	for (;;)
	{
		begun = solved = 0;
		SpinLockAcquire(&board->mutex);
		for (int i = 0; i < SLOTS; i++)
		{
			begun += board->slot[i].state == SLOT_BEGUN;
			solved += board->slot[i].state == SLOT_SOLVED;
		}
		SpinLockRelease(&board->mutex);
		if (begun == 0 || solved > 0)
			break;
		ConditionVariableSleep(&board->solved, PG_WAIT_EXTENSION);
	}
	ConditionVariableCancelSleep();
	return solved > 0;
}

/* Nothing will be offered any more: workers end when they find nothing to begin. */
void
EndOffers(PlacesCrew *crew)
{
	SpinLockAcquire(&crew->board->mutex);
	crew->board->closing = true;
	SpinLockRelease(&crew->board->mutex);
	ConditionVariableBroadcast(&crew->board->offered);
}

/* Offers have ended, and all results have been taken. */
void
CloseCrew(PlacesCrew *crew)
{
	WaitForParallelWorkersToFinish(crew->context);
	ereport(DEBUG1,
			(errmsg_internal("%d of %d workers solved %lld of %lld groups",
							 crew->context->nworkers_launched, crew->context->nworkers,
							 (long long) (crew->taken - crew->helped), (long long) crew->taken)));
	dsa_detach(crew->heap);
	DestroyParallelContext(crew->context);
	ExitParallelMode();
}
