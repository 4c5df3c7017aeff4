/*
 * run_job.c
 *	  places.run_job(): a run of a plan that commits its record before and after.
 *
 * It is in C because only so a commit that fails can be told from one that did
 * not: a run that reads a foreign server may lose it at that moment, and then
 * everything of the run is gone, its record included.  The record is written
 * again in a new transaction, with the reason.
 *
 * It is a door as those of plan_session.c are: what it executes belongs to the
 * owner of the extension and is executed as it, as a SECURITY DEFINER procedure
 * would be, which must not commit.
 *
 * The error of a run that failed says only that it did: schedulers store it
 * where more people look than may see ids of homes.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "utils/builtins.h"
#include "utils/resowner.h"
#include "utils/syscache.h"

#include "pg/sql/plan_session.h"
#include "pg/refuse.h"
#include "pg/versions.h"

/* A run at work; everything outlives the transactions of the procedure. */
typedef struct PlacesRunJob
{
	Oid			owner;			/* of the procedure */
	Oid			caller;
	const char *search_path;	/* of the caller */
	NullableDatum plan;			/* text */
	NullableDatum publish;		/* boolean */
	int64		run;
	ErrorData  *problem;		/* the first, or NULL */
} PlacesRunJob;

static Oid
OwnerOf(Oid procedure)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(procedure));
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u", procedure);
	owner = ((Form_pg_proc) GETSTRUCT(tuple))->proowner;
	ReleaseSysCache(tuple);
	return owner;
}

/* A query of one row. */
typedef struct PlacesQuestion
{
	const char *query;
	int			count;			/* of parameters */
	Oid		   *types;
	Datum		values[3];
	char		nulls[3];
} PlacesQuestion;

static void
AskNow(void *argument)
{
	PlacesQuestion *question = argument;

	if (SPI_execute_with_args(question->query, question->count, question->types, question->values,
							  question->nulls, false, 0) != SPI_OK_SELECT || SPI_processed != 1)
		elog(ERROR, "unexpected result of \"%s\"", question->query);
}

/* Executes a query as the owner, for the caller; an error undoes the change of user with the transaction. */
static void
Ask(const PlacesRunJob *job, const char *query, int count, Oid *types, const NullableDatum *arguments)
{
	PlacesQuestion question = {.query = query, .count = count, .types = types};
	Oid			user;
	int			context;

	Assert(count <= 3);
	for (int i = 0; i < count; i++)
	{
		question.values[i] = arguments[i].value;
		question.nulls[i] = arguments[i].isnull ? 'n' : ' ';
	}
	GetUserIdAndSecContext(&user, &context);
	SetUserIdAndSecContext(job->owner, context | SECURITY_LOCAL_USERID_CHANGE);
	WithCaller(job->caller, job->search_path, AskNow, &question);
	SetUserIdAndSecContext(user, context);
}

/* The current error, in a context that lives on; the first one is kept. */
static void
Remember(PlacesRunJob *job, MemoryContext context)
{
	ErrorData  *problem;

	MemoryContextSwitchTo(context);
	problem = CopyErrorData();
	FlushErrorState();
	if (job->problem == NULL)
		job->problem = problem;
}

static void
Begin(PlacesRunJob *job)
{
	Oid			types[] = {TEXTOID};
	bool		isnull;

	Ask(job, "SELECT places_internal.begin_run($1)", 1, types, &job->plan);
	job->run = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
}

/* Does the work in a subtransaction, which any error ends, be it a failed assertion or a cancellation. */
static void
Perform(PlacesRunJob *job)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	Oid			types[] = {INT8OID, BOOLOID};
	NullableDatum arguments[] = {{Int64GetDatum(job->run), false}, job->publish};

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		Ask(job, "SELECT places_internal.perform_run($1, $2)", 2, types, arguments);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		Remember(job, context);
		RollbackAndReleaseCurrentSubTransaction();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
}

static const char *
HowItEnded(const PlacesRunJob *job)
{
	return job->problem->sqlerrcode == ERRCODE_QUERY_CANCELED ? "cancelled" : "failed";
}

/* Notes the problem in the record of the run. */
static void
End(const PlacesRunJob *job)
{
	Oid			types[] = {INT8OID, TEXTOID, TEXTOID};
	NullableDatum arguments[3];
	StringInfoData error;

	initStringInfo(&error);
	appendStringInfoString(&error, job->problem->message);
	if (job->problem->detail != NULL)
		appendStringInfo(&error, "\n%s", job->problem->detail);
	if (job->problem->hint != NULL)
		appendStringInfo(&error, "\n%s", job->problem->hint);
	memset(arguments, 0, sizeof(arguments));
	arguments[0].value = Int64GetDatum(job->run);
	arguments[1].value = CStringGetTextDatum(HowItEnded(job));
	arguments[2].value = CStringGetTextDatum(error.data);
	Ask(job, "SELECT places_internal.end_run($1, $2, $3)", 3, types, arguments);
}

/* Commits; a failure is remembered, and a new transaction has begun either way. */
static bool
Commit(PlacesRunJob *job)
{
	MemoryContext context = CurrentMemoryContext;
	volatile bool done = false;

	PG_TRY();
	{
		SPI_commit();
		done = true;
	}
	PG_CATCH();
	{
		Remember(job, context);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	return done;
}

/* Why a run that is done is not published, if it should have been; else NULL */
static char *
HeldBack(const PlacesRunJob *job)
{
	Oid			types[] = {INT8OID};
	NullableDatum argument = {Int64GetDatum(job->run), false};

	Ask(job, "SELECT u.held_back FROM places_internal.run_record u WHERE u.run OPERATOR(pg_catalog.=) $1",
		1, types, &argument);
	return SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
}

/* What a run that has begun comes to: its record says it, whatever happens, unless the server goes. */
static void
Execute(PlacesRunJob *job)
{
	Perform(job);
	if (job->problem != NULL)
		End(job);
	if (!Commit(job))
	{
		End(job);
		SPI_commit();
	}
}

PG_FUNCTION_INFO_V1(run_job);

/* run_job(plan text, publish boolean) */
Datum
run_job(PG_FUNCTION_ARGS)
{
	PlacesRunJob	job = {0};
	char	   *plan;
	char	   *held_back;

	if (fcinfo->context == NULL || !IsA(fcinfo->context, CallContext) ||
		((CallContext *) fcinfo->context)->atomic)
		Refuse((errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				errmsg("places.run_job() cannot be called inside a transaction block"),
				errhint("Call it on its own, outside BEGIN and COMMIT; inside, use places.run().")));
	job.owner = OwnerOf(fcinfo->flinfo->fn_oid);
	job.caller = GetUserId();
	SPI_connect_ext(SPI_OPT_NONATOMIC);
	job.search_path = pstrdup(namespace_search_path);
	plan = PG_ARGISNULL(0) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(0));
	job.plan.isnull = plan == NULL;
	job.plan.value = plan == NULL ? (Datum) 0 : CStringGetTextDatum(plan);
	job.publish.isnull = PG_ARGISNULL(1);
	job.publish.value = PG_GETARG_DATUM(1);

	/* a transaction in which nothing has been read yet */
	SPI_commit();
	SPI_execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED", false, 0);
	Begin(&job);
	SPI_commit();
	SPI_execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED", false, 0);
	Execute(&job);

	if (job.problem != NULL)
		Refuse((errcode(job.problem->sqlerrcode),
				errmsg("run " INT64_FORMAT " of plan \"%s\" %s", job.run, plan, HowItEnded(&job)),
				errhint("What was published before still is. Why is in the view places.run_history.")));
	held_back = HeldBack(&job);
	if (held_back != NULL)
		ereport(WARNING,
				(errmsg("run " INT64_FORMAT " of plan \"%s\" is not published", job.run, plan),
				 errdetail("%s.", held_back),
				 errhint("Look at it, then use places.publish() or places.discard().")));
	SPI_finish();
	PG_RETURN_VOID();
}
