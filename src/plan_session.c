/*
 * plan_session.c
 *	  Who calls a function of plans, and the lock on a plan that is being run.
 *
 * The functions that write the tables of plans run as their owner (SECURITY
 * DEFINER).  They ask here for the role behind the call: the one in effect
 * outside every such function, be it that of the login or of SET ROLE.
 *
 * The lock is one on an object of the database, the row of the plan.  Unlike
 * an advisory lock nobody can take it through SQL but by the function below,
 * which is for those who may run plans, and it ends with the transaction,
 * however that ends.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "storage/lock.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(caller);

/* caller(): the name of the role behind the call */
Datum
caller(PG_FUNCTION_ARGS)
{
	Name		name = palloc0(sizeof(NameData));

	(void) fcinfo;
	namestrcpy(name, GetUserNameFromId(GetOuterUserId(), false));
	PG_RETURN_NAME(name);
}

PG_FUNCTION_INFO_V1(try_lock_plan);

/* try_lock_plan(plans regclass, plan_id int): false, at once, while another transaction has the lock */
Datum
try_lock_plan(PG_FUNCTION_ARGS)
{
	LOCKTAG		tag;

	SET_LOCKTAG_OBJECT(tag, MyDatabaseId, PG_GETARG_OID(0), (Oid) PG_GETARG_INT32(1), 0);
	PG_RETURN_BOOL(LockAcquire(&tag, ExclusiveLock, false, true) != LOCKACQUIRE_NOT_AVAIL);
}
