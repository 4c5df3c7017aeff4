/*
 * retired.c
 *	  Functions of earlier versions that the present one no longer has.
 *
 * A server whose library is already new, but whose database still has the
 * objects of the old version, calls them by name; so does pg_upgrade, which
 * makes those objects again.  Here they are found, and say what to do.
 */
#include "postgres.h"

#include "fmgr.h"

#define RETIRED(name) \
	PG_FUNCTION_INFO_V1(name); \
	Datum \
	name(PG_FUNCTION_ARGS) \
	{ \
		(void) fcinfo; \
		ereport(ERROR, \
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE), \
				 errmsg("this database has an earlier version of the extension places"), \
				 errdetail("The library no longer has the function %s().", #name), \
				 errhint("Update it: ALTER EXTENSION places UPDATE;"))); \
	}

/* of 0.2.0 */
RETIRED(assign_groups)
RETIRED(assign_stock)
RETIRED(bounded_lists)
RETIRED(place_lists)
RETIRED(solve_bounded)
RETIRED(solve_recluster)
