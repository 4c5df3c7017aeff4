/*
 * versions.h
 *	  What differs between the server's versions: the only place that asks.
 */
#ifndef PLACES_VERSIONS_H
#define PLACES_VERSIONS_H

#include "fmgr.h"

/*
 * Of the library only what PostgreSQL looks for by name can be seen from
 * outside: it is compiled with -fvisibility=hidden, and these macros mark the
 * rest, as they do since PostgreSQL 16.
 */
#if PG_VERSION_NUM < 160000 && defined(__GNUC__)
#undef PGDLLEXPORT
#define PGDLLEXPORT __attribute__((visibility("default")))
#undef PG_FUNCTION_INFO_V1
#define PG_FUNCTION_INFO_V1(name) \
	extern PGDLLEXPORT Datum name(PG_FUNCTION_ARGS); \
	extern PGDLLEXPORT const Pg_finfo_record *CppConcat(pg_finfo_, name)(void); \
	const Pg_finfo_record * \
	CppConcat(pg_finfo_, name)(void) \
	{ \
		static const Pg_finfo_record info = {1}; \
		return &info; \
	} \
	extern int	no_such_variable
#endif

/* the macros for values of variable length */
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

/* the complaint of the input of a type, which may be asked not to raise it */
#if PG_VERSION_NUM >= 160000
#define ReturnInputError(fcinfo, complaint)	ereturn((fcinfo)->context, (Datum) 0, complaint)
#else
#define ReturnInputError(fcinfo, complaint)	ereport(ERROR, complaint)
#endif

/* say that an Assert failed */
#if PG_VERSION_NUM >= 160000
#define AssertFailed(condition, file, line)	ExceptionalCondition(condition, file, line)
#else
#define AssertFailed(condition, file, line)	ExceptionalCondition(condition, "FailedAssertion", file, line)
#endif

/* run a query to its end, once */
#if PG_VERSION_NUM >= 180000
#define RunExecutor(desc)	ExecutorRun(desc, ForwardScanDirection, 0)
#else
#define RunExecutor(desc)	ExecutorRun(desc, ForwardScanDirection, 0, true)
#endif

/* build all indexes of a table anew */
#if PG_VERSION_NUM >= 170000
#define RebuildIndexes(relation)	reindex_relation(NULL, relation, 0, &(ReindexParams) {0})
#else
#define RebuildIndexes(relation)	reindex_relation(relation, 0, &(ReindexParams) {0})
#endif

/* enter a row into all indexes of its table */
#if PG_VERSION_NUM >= 160000
#define InsertIndexTuples(info, slot, estate) \
	list_free(ExecInsertIndexTuples(info, slot, estate, false, false, NULL, NIL, false))
#else
#define InsertIndexTuples(info, slot, estate) \
	list_free(ExecInsertIndexTuples(info, slot, estate, false, false, NULL, NIL))
#endif

#endif							/* PLACES_VERSIONS_H */
