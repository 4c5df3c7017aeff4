/*
 * plan_session.c
 *	  Who calls a function of plans, and the lock on a plan that is being run.
 *
 * The functions that write the tables of plans run as their owner (SECURITY
 * DEFINER) under a search path of their own.  They must know for whom: the
 * stock is read with the rights, and on the search path, of the caller.
 *
 * Inside such a function PostgreSQL no longer says who called it.  The role of
 * the session is no answer: a trigger, an expression of an index or a function
 * that runs as its owner may be another one's work, executed by a superuser or
 * by autovacuum, and would borrow their rights.  Hence doors: places.pin(), say,
 * is the C function door(), which runs with the rights of whoever calls it,
 * notes them, and then calls places_internal.do_pin() with the same arguments.
 * Nobody may call that one directly, so what was noted is the truth.
 *
 * While the stock of a plan is read its functions, policies and views run: work
 * of others in the middle of ours.  No door opens to it: a run would meet its
 * plan changed, dropped or run by itself, and the lock on it is of no help, since
 * it is one of the transaction that they share.
 *
 * The lock is one on an object of the database, the row of the plan.  Unlike
 * an advisory lock nobody can take it through SQL but by the functions below,
 * which only our own call, and it ends with the transaction, however that ends.
 *
 * Besides, what SQL cannot ask: whether policies hide rows of a table from
 * either role, and whether a name is taken by somebody who has not committed.
 */
#include "postgres.h"

#include "pg/sql/plan_session.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/parallel.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_proc.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "storage/lock.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "pg/input/reading.h"
#include "pg/refuse.h"
#include "pg/versions.h"

/* One call through a door; they nest, when reading a stock calls another one. */
typedef struct PlacesVisit
{
	Oid			caller;
	char	   *search_path;
	bool		reading;		/* a stock, now */
	struct PlacesVisit *outer;
} PlacesVisit;

static PlacesVisit *innermost = NULL;

/* The role that went through the innermost door; outside every door that of the session. */
static Oid
PlacesCaller(void)
{
	return innermost != NULL ? innermost->caller : GetOuterUserId();
}

/* The innermost call begins or ends to read a stock; an error ends the call. */
static void
NoteReading(bool reading)
{
	if (innermost != NULL)
		innermost->reading = reading;
}

/*
 * From now on, whatever function we are in, read with the rights of the role
 * behind the call, and with its search path, which views' functions may rely on.
 * An error ends that, too.
 *
 * What runs while a stock is read is the work of whoever made that: nothing that
 * it sets may outlive the reading.  SET and set_config() without LOCAL do outlive
 * a function's SET clause, so the function that reads would go on with, say, the
 * search_path of a stranger, as the owner of the extension.  Hence the settings
 * end as those of a failed subtransaction do, which takes all of them back.
 */
PlacesReader
ReadAsCaller(const NullableDatum *search_path)
{
	PlacesReader before;

	if (search_path->isnull)
		Refuse((errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				errmsg("search_path must not be null")));
	GetUserIdAndSecContext(&before.user, &before.security);
	before.settings = NewGUCNestLevel();
	SetUserIdAndSecContext(PlacesCaller(), before.security | SECURITY_LOCAL_USERID_CHANGE);
	SetForNow("search_path", TextDatumGetCString(search_path->value));
	NoteReading(true);
	return before;
}

void
EndReading(const PlacesReader *before)
{
	NoteReading(false);
	AtEOXact_GUC(false, before->settings);
	SetUserIdAndSecContext(before->user, before->security);
}

/* Refuse what a stock that is being read calls.  A parallel worker does not know what it works for, and changes nothing. */
static void
RefuseReading(const char *function)
{
	bool		reading = IsParallelWorker();

	for (const PlacesVisit *visit = innermost; visit != NULL; visit = visit->outer)
		reading = reading || visit->reading;
	if (reading)
		Refuse((errcode(ERRCODE_OBJECT_IN_USE),
				errmsg("%s cannot be called while the homes of a plan are read", function),
				errdetail("A function, view or policy of the table or view that the plan reads calls it."),
				errhint("Call it before or after the run.")));
}

/*
 * The function behind a door: in places_internal, do_ and the door's name, with
 * the same arguments.  Found once for each place in a query that calls the door.
 */
static FmgrInfo *
FunctionBehind(FmgrInfo *door)
{
	HeapTuple	tuple;
	Form_pg_proc form;
	char		name[NAMEDATALEN];
	Oid			behind;
	FmgrInfo   *found;

	if (door->fn_extra != NULL)
		return door->fn_extra;

	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(door->fn_oid));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u", door->fn_oid);
	form = (Form_pg_proc) GETSTRUCT(tuple);
	snprintf(name, sizeof(name), "do_%s", NameStr(form->proname));
	behind = GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid, CStringGetDatum(name),
							 PointerGetDatum(&form->proargtypes),
							 ObjectIdGetDatum(get_namespace_oid("places_internal", false)));
	ReleaseSysCache(tuple);
	if (!OidIsValid(behind))
		elog(ERROR, "there is no function %s behind a door", name);

	found = MemoryContextAlloc(door->fn_mcxt, sizeof(FmgrInfo));
	fmgr_info_cxt(behind, found, door->fn_mcxt);
	door->fn_extra = found;
	return found;
}

/* Does what is behind a door, for a caller who is noted until it is done, however it ends. */
void
WithCaller(Oid caller, const char *search_path, void (*work) (void *), void *argument)
{
	PlacesVisit visit = {.caller = caller, .search_path = pstrdup(search_path), .outer = innermost};

	innermost = &visit;
	PG_TRY();
	{
		work(argument);
	}
	PG_FINALLY();
	{
		innermost = visit.outer;
	}
	PG_END_TRY();
}

/* A call of the function behind a door, and its result. */
typedef struct PlacesCall
{
	FunctionCallInfo call;
	Datum		result;
} PlacesCall;

static void
Invoke(void *argument)
{
	PlacesCall *it = argument;

	it->result = FunctionCallInvoke(it->call);
}

PG_FUNCTION_INFO_V1(door);

/* Any arguments and any result: those of the function behind the door. */
Datum
door(PG_FUNCTION_ARGS)
{
	LOCAL_FCINFO(call, FUNC_MAX_ARGS);
	PlacesCall	it = {.call = call};

	RefuseReading(psprintf("%s()", get_func_name(fcinfo->flinfo->fn_oid)));
	InitFunctionCallInfoData(*call, FunctionBehind(fcinfo->flinfo), fcinfo->nargs, fcinfo->fncollation,
							 fcinfo->context, fcinfo->resultinfo);
	memcpy(call->args, fcinfo->args, fcinfo->nargs * sizeof(NullableDatum));
	WithCaller(GetUserId(), namespace_search_path, Invoke, &it);
	fcinfo->isnull = call->isnull;
	return it.result;
}

PG_FUNCTION_INFO_V1(caller);

/* caller(): the name of the role behind the call */
Datum
caller(PG_FUNCTION_ARGS)
{
	Name		name = palloc0(sizeof(NameData));

	(void) fcinfo;
	namestrcpy(name, GetUserNameFromId(PlacesCaller(), false));
	PG_RETURN_NAME(name);
}

PG_FUNCTION_INFO_V1(caller_path);

/* caller_path(): the search path of the role behind the call */
Datum
caller_path(PG_FUNCTION_ARGS)
{
	(void) fcinfo;
	PG_RETURN_TEXT_P(cstring_to_text(innermost != NULL ? innermost->search_path : namespace_search_path));
}

static LockAcquireResult
LockPlan(Oid plans, int32 plan, bool wait)
{
	LOCKTAG		tag;

	RefuseReading("a function that changes plans");
	SET_LOCKTAG_OBJECT(tag, MyDatabaseId, plans, (Oid) plan, 0);
	return LockAcquire(&tag, ExclusiveLock, false, !wait);
}

PG_FUNCTION_INFO_V1(try_lock_plan);

/* try_lock_plan(plans regclass, plan_id int): false, at once, while another transaction has the lock */
Datum
try_lock_plan(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(LockPlan(PG_GETARG_OID(0), PG_GETARG_INT32(1), false) != LOCKACQUIRE_NOT_AVAIL);
}

PG_FUNCTION_INFO_V1(await_plan);

/* await_plan(plans regclass, plan_id int): waits for the lock, as long as lock_timeout allows */
Datum
await_plan(PG_FUNCTION_ARGS)
{
	(void) LockPlan(PG_GETARG_OID(0), PG_GETARG_INT32(1), true);
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(rows_hidden);

/* rows_hidden(relation regclass): whether policies apply to the role in effect, or to the one behind the call */
Datum
rows_hidden(PG_FUNCTION_ARGS)
{
	Oid			relation = PG_GETARG_OID(0);

	PG_RETURN_BOOL(check_enable_rls(relation, InvalidOid, true) == RLS_ENABLED ||
				   check_enable_rls(relation, PlacesCaller(), true) == RLS_ENABLED);
}

PG_FUNCTION_INFO_V1(name_taken);

/*
 * name_taken(names regclass, plan_id int, name text): whether a place of a plan
 * has a name, also in transactions that are not over yet.  names is the unique
 * index on (plan_id, name).  To insert the name and see would be to wait for
 * them.
 */
Datum
name_taken(PG_FUNCTION_ARGS)
{
	Oid			names = PG_GETARG_OID(0);
	Relation	index = index_open(names, AccessShareLock);
	Relation	table = table_open(index->rd_index->indrelid, AccessShareLock);
	SnapshotData dirty;
	ScanKeyData keys[2];
	SysScanDesc scan;
	bool		taken;

	ScanKeyInit(&keys[0], index->rd_index->indkey.values[0], BTEqualStrategyNumber, F_INT4EQ, PG_GETARG_DATUM(1));
	ScanKeyEntryInitialize(&keys[1], 0, index->rd_index->indkey.values[1], BTEqualStrategyNumber, InvalidOid,
						   index->rd_indcollation[1], F_TEXTEQ, PG_GETARG_DATUM(2));
	InitDirtySnapshot(dirty);
	scan = systable_beginscan(table, names, true, &dirty, 2, keys);
	taken = HeapTupleIsValid(systable_getnext(scan));
	systable_endscan(scan);
	table_close(table, AccessShareLock);
	index_close(index, AccessShareLock);
	PG_RETURN_BOOL(taken);
}
