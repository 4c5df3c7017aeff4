/*
 * progress.c
 *	  Shows other connections how far a statement has come.
 *
 * A statement that clusters has an entry in shared memory, to which final
 * functions add each group when it is done, be they called by the backend itself
 * or by its parallel workers; or else a function that has groups solved and
 * receives what comes of them.  places_internal.progress_entries() reads them.
 *
 * Nobody has to clear an entry: it holds the time at which its statement began,
 * and counts only while pg_stat_activity says that its backend is busy with just
 * that statement (the view places.progress).  Where all entries are in use, the
 * one of the oldest statement is given away.
 *
 * The extension need not be preloaded, so the entries are not part of what the
 * server reserved at its start; they are few enough for the room that PostgreSQL
 * leaves for such cases.  Should there be none, work goes on without them.
 */
#include "postgres.h"

#include "pg/parallel/progress.h"

#include "access/xact.h"
#include "catalog/pg_authid.h"
#include "common/hashfn.h"
#include "executor/executor.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "port/atomics.h"
#include "storage/lwlock.h"
#include "storage/proc.h"
#include "storage/procarray.h"
#include "storage/shmem.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "pg/versions.h"

/*
 * What is known of a statement from its first group on.  It may run one query
 * after another, as a function does: then this is about the one that runs now.
 */
typedef struct PlacesWork
{
	int			pid;			/* of the backend, not of its workers; 0: none */
	TimestampTz statement;		/* when the statement began, */
	TimestampTz started;		/* and its first group */
	uint32		query;			/* hash of the text of the query */
	Oid			aggregate;		/* that is counted, */
	NameData	name;			/* and its name, or another */
	double		authorities;	/* as the planner estimated them */
	double		homes;
} PlacesWork;

/* A work, and how much of it is done. */
struct PlacesEntry
{
	PlacesWork	work;
	pg_atomic_uint64 authorities;
	pg_atomic_uint64 homes;
};

#define ENTRIES	32

/* Of this layout: a library may be replaced while the server runs. */
#define SHARED_NAME		"places progress " PLACES_VERSION

typedef struct PlacesProgress
{
	LWLock		lock;			/* of the works; the counters are atomic */
	PlacesEntry entry[ENTRIES];
} PlacesProgress;

/* Find the entries, or make them. */
static PlacesProgress *
AttachProgress(void)
{
	PlacesProgress *progress;
	bool		found;

	progress = ShmemInitStruct(SHARED_NAME, sizeof(PlacesProgress), &found);
	if (!found)
	{
		memset(progress, 0, sizeof(PlacesProgress));
		LWLockInitialize(&progress->lock, LWLockNewTrancheId());
		for (int i = 0; i < ENTRIES; i++)
		{
			pg_atomic_init_u64(&progress->entry[i].authorities, 0);
			pg_atomic_init_u64(&progress->entry[i].homes, 0);
		}
	}
	LWLockRegisterTranche(progress->lock.tranche, "places_progress");
	return progress;
}

/*
 * The entries, or NULL where there is no room for them.  That error leaves nothing
 * to clean up but our lock, so it is no reason to give up a statement.  It also
 * forgets that interrupts are held off as long as we have the lock, which will
 * be counted down when that is given back.
 */
static PlacesProgress *
GetProgress(void)
{
	static PlacesProgress *progress = NULL;
	static bool tried = false;
	MemoryContext caller = CurrentMemoryContext;
	uint32		interrupts;

	if (tried)
		return progress;
	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	interrupts = InterruptHoldoffCount;
	PG_TRY();
	{
		progress = AttachProgress();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(caller);
		FlushErrorState();
		InterruptHoldoffCount = interrupts;
	}
	PG_END_TRY();
	LWLockRelease(AddinShmemInitLock);
	tried = true;
	return progress;
}

/* Whether an expression computes an aggregate. */
static bool
Computes(Node *node, void *aggregate)
{
	if (node == NULL)
		return false;
	if (IsA(node, Aggref) && ((Aggref *) node)->aggfnoid == *(Oid *) aggregate)
		return true;
	return expression_tree_walker(node, Computes, aggregate);
}

/*
 * Add what the planner expects of every aggregation in a plan that computes the
 * aggregate: a query may be made of parts, for workers or partitions.
 */
static void
Expect(PlacesWork *work, const Plan *plan)
{
	List	   *parts = NIL;
	ListCell   *part;

	if (plan == NULL)
		return;
	if (IsA(plan, Agg) && Computes((Node *) plan->targetlist, &work->aggregate))
	{
		work->authorities += plan->plan_rows;
		work->homes += outerPlan(plan)->plan_rows;
	}

	if (IsA(plan, Append))
		parts = ((const Append *) plan)->appendplans;
	else if (IsA(plan, MergeAppend))
		parts = ((const MergeAppend *) plan)->mergeplans;
	else if (IsA(plan, SubqueryScan))
		Expect(work, ((const SubqueryScan *) plan)->subplan);
	foreach(part, parts)
		Expect(work, lfirst(part));
	Expect(work, outerPlan(plan));
	Expect(work, innerPlan(plan));
}

/* The backend that a group is for: a parallel worker's is its leader. */
static int
LeaderPid(void)
{
	return MyProc->lockGroupLeader != NULL ? MyProc->lockGroupLeader->pid : MyProcPid;
}

/* A work of a statement, of which nothing is known yet but whose it is. */
static PlacesWork
NewWork(void)
{
	PlacesWork	work = {.pid = LeaderPid()};

	work.statement = GetCurrentStatementStartTimestamp();
	work.started = GetCurrentTimestamp();
	return work;
}

static PlacesWork
DescribeWork(FunctionCallInfo fcinfo)
{
	const EState *estate = ((AggState *) fcinfo->context)->ss.ps.state;
	const char *query = estate->es_sourceText;
	PlacesWork	work = NewWork();
	ListCell   *subplan;

	work.query = hash_bytes((const unsigned char *) query, strlen(query));
	work.aggregate = AggGetAggref(fcinfo)->aggfnoid;
	namestrcpy(&work.name, get_func_name(work.aggregate));
	Expect(&work, estate->es_plannedstmt->planTree);
	foreach(subplan, estate->es_plannedstmt->subplans)
		Expect(&work, lfirst(subplan));
	return work;
}

/* The entry of a backend, or the one to be given away. */
static PlacesEntry *
FindEntry(PlacesProgress *progress, int pid)
{
	PlacesEntry *oldest = &progress->entry[0];

	for (int i = 0; i < ENTRIES; i++)
	{
		if (progress->entry[i].work.pid == pid)
			return &progress->entry[i];
		if (progress->entry[i].work.statement < oldest->work.statement)
			oldest = &progress->entry[i];
	}
	return oldest;
}

/* Start to count, with the lock held. */
static void
BeginEntry(PlacesEntry *entry, const PlacesWork *work)
{
	entry->work = *work;
	pg_atomic_write_u64(&entry->authorities, 0);
	pg_atomic_write_u64(&entry->homes, 0);
}

/*
 * The entry of a query, the same for all of its processes.  A cursor goes on
 * with its query in one statement after another: the entry that it has counted
 * in, if any, stays its own.
 */
static PlacesEntry *
ClaimEntry(PlacesProgress *progress, FunctionCallInfo fcinfo, const PlacesEntry *counted)
{
	PlacesWork	work = DescribeWork(fcinfo);
	PlacesEntry *entry;

	LWLockAcquire(&progress->lock, LW_EXCLUSIVE);
	entry = FindEntry(progress, work.pid);
	if (entry->work.pid == work.pid && entry->work.query == work.query &&
		(entry->work.statement == work.statement || entry == counted))
		entry->work.statement = work.statement;
	else
		BeginEntry(entry, &work);
	LWLockRelease(&progress->lock);
	return entry;
}

static void
AddGroup(PlacesEntry *entry, double homes)
{
	pg_atomic_fetch_add_u64(&entry->authorities, 1);
	pg_atomic_fetch_add_u64(&entry->homes, (int64) homes);
}

/*
 * Called before the work on a group.  The entry is looked up once an executor,
 * and again when it was given away or a cursor came to its next statement.  That
 * needs no lock: nobody else puts our own pid there.
 */
void
StartGroup(FunctionCallInfo fcinfo)
{
	PlacesProgress *progress = GetProgress();
	PlacesEntry *entry = fcinfo->flinfo->fn_extra;

	if (progress == NULL || !IsA(fcinfo->context, AggState))
		return;
	if (entry == NULL || entry->work.pid != LeaderPid() ||
		entry->work.statement != GetCurrentStatementStartTimestamp())
		fcinfo->flinfo->fn_extra = ClaimEntry(progress, fcinfo, entry);
}

/*
 * Called after it, with the number of rows.  A query may compute several
 * aggregates for the same groups: the first that came is counted.
 */
void
EndGroup(FunctionCallInfo fcinfo, int homes)
{
	PlacesEntry *entry = fcinfo->flinfo->fn_extra;

	if (entry == NULL || entry->work.aggregate != AggGetAggref(fcinfo)->aggfnoid)
		return;
	AddGroup(entry, homes);
}

/*
 * For a function that has groups solved and knows what it does: begins to count
 * under a name, with what it expects.  NULL where there are no entries.
 */
PlacesEntry *
StartProgress(const char *name, double authorities, double homes)
{
	PlacesProgress *progress = GetProgress();
	PlacesWork	work = NewWork();
	PlacesEntry *entry;

	if (progress == NULL)
		return NULL;
	namestrcpy(&work.name, name);
	work.authorities = authorities;
	work.homes = homes;
	LWLockAcquire(&progress->lock, LW_EXCLUSIVE);
	entry = FindEntry(progress, work.pid);
	BeginEntry(entry, &work);
	LWLockRelease(&progress->lock);
	return entry;
}

/* Of a group that is asked several things, one is done. */
void
CountHomes(PlacesEntry *entry, double homes)
{
	if (entry == NULL || entry->work.pid != MyProcPid)
		return;
	pg_atomic_fetch_add_u64(&entry->homes, (int64) homes);
}

/* A group is done, and these of its homes are not counted yet. */
void
CountGroup(PlacesEntry *entry, double homes)
{
	if (entry == NULL || entry->work.pid != MyProcPid)
		return;
	AddGroup(entry, homes);
}

PG_FUNCTION_INFO_V1(progress_entries);

/* Whether the current user may see what a backend does, as in pg_stat_activity. */
static bool
MaySee(int pid)
{
	PGPROC	   *proc = BackendPidGetProc(pid);

	return proc != NULL &&
		(has_privs_of_role(GetUserId(), ROLE_PG_READ_ALL_STATS) || has_privs_of_role(GetUserId(), proc->roleId));
}

/* A row for each entry of a session that the current user may see. */
Datum
progress_entries(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	PlacesProgress *progress = GetProgress();
	PlacesWork	work[ENTRIES];

	InitMaterializedSRF(fcinfo, 0);
	if (progress == NULL)
		return (Datum) 0;

	LWLockAcquire(&progress->lock, LW_SHARED);
	for (int i = 0; i < ENTRIES; i++)
		work[i] = progress->entry[i].work;
	LWLockRelease(&progress->lock);

	for (int i = 0; i < ENTRIES; i++)
	{
		bool		nulls[8] = {false};
		Datum		values[8] = {
			Int32GetDatum(work[i].pid),
			TimestampTzGetDatum(work[i].statement),
			TimestampTzGetDatum(work[i].started),
			NameGetDatum(&work[i].name),
			Float8GetDatum(work[i].authorities),
			Float8GetDatum(work[i].homes),
			Int64GetDatum(pg_atomic_read_u64(&progress->entry[i].authorities)),
			Int64GetDatum(pg_atomic_read_u64(&progress->entry[i].homes))
		};

		if (work[i].pid != 0 && MaySee(work[i].pid))
			tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}
