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
 *
 * Besides, what SQL cannot ask: whether policies hide rows of a table from
 * either role, and whether a name is taken by somebody who has not committed.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/table.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "storage/lock.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"

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

PG_FUNCTION_INFO_V1(rows_hidden);

/* rows_hidden(relation regclass): whether policies apply to the role in effect, or to the one behind the call */
Datum
rows_hidden(PG_FUNCTION_ARGS)
{
	Oid			relation = PG_GETARG_OID(0);

	PG_RETURN_BOOL(check_enable_rls(relation, InvalidOid, true) == RLS_ENABLED ||
				   check_enable_rls(relation, GetOuterUserId(), true) == RLS_ENABLED);
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
