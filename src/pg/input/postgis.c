/*
 * postgis.c
 *	  PostGIS's functions, found by name when they are called.
 *
 * A body that was parsed when it was created holds on to the functions that it
 * calls: PostGIS could not drop one of them in an update.  One that is parsed
 * when it is called takes whichever function the search path offers, and that
 * path has to follow PostGIS from schema to schema.  Hence places_internal has,
 * for each function of PostGIS that is called here, one of the same name and
 * argument types, which all lead to postgis_function() or, if they may look up
 * a reference system, postgis_function_on_earth().  These look the namesake
 * up at the first call from a call site: by schema, name and exact types, and
 * only among what belongs to the extension.  So PostGIS may be updated and
 * moved, and what others create beside it is never called.
 *
 * The call costs a copy of its arguments more than a direct one.  Functions of
 * rows and parts of aggregates work as they are.
 */
#include "postgres.h"

#include "pg/input/postgis.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "pg/input/reading.h"
#include "pg/refuse.h"
#include "pg/versions.h"

/* The schema of PostGIS, as it is now. */
Oid
PostgisSchema(void)
{
	Relation	extensions = table_open(ExtensionRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	Oid			schema = InvalidOid;

	ScanKeyInit(&key, Anum_pg_extension_extname, BTEqualStrategyNumber, F_NAMEEQ,
				CStringGetDatum("postgis"));
	scan = systable_beginscan(extensions, ExtensionNameIndexId, true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
		schema = ((Form_pg_extension) GETSTRUCT(tuple))->extnamespace;
	systable_endscan(scan);
	table_close(extensions, AccessShareLock);
	if (!OidIsValid(schema))
		Refuse((errcode(ERRCODE_UNDEFINED_OBJECT),
				errmsg("extension \"postgis\" is not installed"),
				errhint("CREATE EXTENSION postgis;")));
	return schema;
}

/* A type of PostGIS's, by its name. */
Oid
PostgisType(const char *name)
{
	return GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum(name),
						   ObjectIdGetDatum(PostgisSchema()));
}

/* A function of PostGIS's, by name and exact types. */
static Oid
LookUpFunction(const char *name, int nargs, const Oid *types)
{
	oidvector  *signature = buildoidvector(types, nargs);
	Oid			function = GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid,
										   CStringGetDatum(name), PointerGetDatum(signature),
										   ObjectIdGetDatum(PostgisSchema()));

	if (!OidIsValid(function) ||
		getExtensionOfObject(ProcedureRelationId, function) != get_extension_oid("postgis", true))
		Refuse((errcode(ERRCODE_UNDEFINED_FUNCTION),
				errmsg("PostGIS has no function %s with %d arguments of the types that places needs", name, nargs),
				errhint("places needs PostGIS 3.1 or later: SELECT postgis_extensions_upgrade();")));
	pfree(signature);
	return function;
}

/* How to call a function of PostGIS's, for as long as a context lives. */
void
FindPostgisFunction(const char *name, int nargs, const Oid *types,
					MemoryContext context, FmgrInfo *found)
{
	fmgr_info_cxt(LookUpFunction(name, nargs, types), found, context);
}

/*
 * What was found, by our function, until some function changes: the look-up
 * reads catalogues that no cache holds, and bodies in SQL begin anew with every
 * call.
 */
typedef struct Namesake
{
	Oid			own;			/* the key, first */
	Oid			postgis;
} Namesake;

static HTAB *namesakes = NULL;
static bool watching = false;	/* changes of functions are heard of */
static bool outdated = false;

static void
FunctionsChanged(Datum arg, int cache, uint32 hash)
{
	(void) arg;
	(void) cache;
	(void) hash;
	outdated = true;
}

static HTAB *
KnownNamesakes(void)
{
	HASHCTL		layout = {.keysize = sizeof(Oid), .entrysize = sizeof(Namesake)};
	HTAB	   *old = namesakes;

	if (!watching)
		CacheRegisterSyscacheCallback(PROCOID, FunctionsChanged, (Datum) 0);
	watching = true;
	if (old && outdated)
	{
		namesakes = NULL;
		hash_destroy(old);
	}
	outdated = false;
	if (namesakes == NULL)
		namesakes = hash_create("functions of PostGIS", 64, &layout, HASH_ELEM | HASH_BLOBS);
	return namesakes;
}

/* The function of PostGIS's that has the name and types of one of ours. */
static Oid
NamesakeOf(Oid own)
{
	Namesake   *known = hash_search(KnownNamesakes(), &own, HASH_FIND, NULL);
	HeapTuple	tuple;
	Form_pg_proc proc;
	Oid			postgis;

	if (known)
		return known->postgis;
	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(own));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u", own);
	proc = (Form_pg_proc) GETSTRUCT(tuple);
	postgis = LookUpFunction(NameStr(proc->proname), proc->pronargs, proc->proargtypes.values);
	ReleaseSysCache(tuple);
	if (!outdated)
	{
		known = hash_search(namesakes, &own, HASH_ENTER, NULL);
		known->postgis = postgis;
	}
	return postgis;
}

static FmgrInfo *
FindNamesake(FmgrInfo *own)
{
	FmgrInfo   *namesake = MemoryContextAllocZero(own->fn_mcxt, sizeof(*namesake));

	fmgr_info_cxt(NamesakeOf(own->fn_oid), namesake, own->fn_mcxt);
	/* which tells what types stand for anyelement */
	fmgr_info_set_expr(own->fn_expr, namesake);
	return namesake;
}

/*
 * Call a function that may look up a reference system.  PostGIS does so by a
 * query whose operators are found through the search path.
 */
static Datum
CallOnEarth(FunctionCallInfo call)
{
	static const char *const safe = "pg_catalog, pg_temp";
	int			level;
	Datum		result;

	if (strcmp(namespace_search_path, safe) == 0)
		return FunctionCallInvoke(call);
	level = NewGUCNestLevel();
	SetForNow("search_path", safe);
	result = FunctionCallInvoke(call);
	AtEOXact_GUC(true, level);
	return result;
}

static Datum
CallNamesake(FunctionCallInfo fcinfo, Datum (*invoke) (FunctionCallInfo call))
{
	LOCAL_FCINFO(call, FUNC_MAX_ARGS);
	Datum		result;

	if (fcinfo->flinfo->fn_extra == NULL)
		fcinfo->flinfo->fn_extra = FindNamesake(fcinfo->flinfo);
	memcpy(call, fcinfo, SizeForFunctionCallInfo(fcinfo->nargs));
	call->flinfo = fcinfo->flinfo->fn_extra;
	if (call->flinfo->fn_strict)
		for (int i = 0; i < call->nargs; i++)
			if (call->args[i].isnull)
				PG_RETURN_NULL();
	result = invoke(call);
	fcinfo->isnull = call->isnull;
	return result;
}

static Datum
CallAnywhere(FunctionCallInfo call)
{
	return FunctionCallInvoke(call);
}

PG_FUNCTION_INFO_V1(postgis_function);
PG_FUNCTION_INFO_V1(postgis_function_on_earth);

Datum
postgis_function(PG_FUNCTION_ARGS)
{
	return CallNamesake(fcinfo, CallAnywhere);
}

Datum
postgis_function_on_earth(PG_FUNCTION_ARGS)
{
	return CallNamesake(fcinfo, CallOnEarth);
}
