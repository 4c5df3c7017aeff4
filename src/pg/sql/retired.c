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

#include "pg/parallel/worker_pool.h"
#include "pg/refuse.h"
#include "pg/versions.h"

#define RETIRED(name) \
	PG_FUNCTION_INFO_V1(name); \
	Datum \
	name(PG_FUNCTION_ARGS) \
	{ \
		(void) fcinfo; \
		Refuse((errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE), \
				errmsg("this database has an earlier version of the extension places"), \
				errdetail("The library no longer has the function %s().", #name), \
				errhint("Update it: ALTER EXTENSION places UPDATE;"))); \
	}

/* of 0.2.0 */
RETIRED(assign_groups)
RETIRED(assign_stock)
RETIRED(bounded_lists)
RETIRED(pack_ids_combinefn)
RETIRED(pack_ids_deserialfn)
RETIRED(pack_ids_serialfn)
RETIRED(pack_ids_transfn)
RETIRED(pack_past_finalfn)
RETIRED(place_lists)
RETIRED(progress_board)
RETIRED(solve_bounded)
RETIRED(solve_recluster)

/* The workers of a session of 0.2.0 begin here: they say that it is of another version. */
PGDLLEXPORT void PlacesCrewMain(dsm_segment *segment, shm_toc *toc);

void
PlacesCrewMain(dsm_segment *segment, shm_toc *toc)
{
	PlacesPoolMain(segment, toc);
}
