/*
 * worker_pool.h
 *	  Parallel workers that solve packed groups.
 */
#ifndef PLACES_WORKER_POOL_H
#define PLACES_WORKER_POOL_H

#include "storage/dsm.h"
#include "storage/shm_toc.h"

#include "pg/parallel/solver.h"
#include "pg/versions.h"

typedef struct PlacesPool PlacesPool;

/* An answer, and what was offered. */
typedef struct PlacesSolved
{
	void	   *tag;			/* of the group */
	int			unit;			/* what was asked of it */
	bytea	   *answer;
} PlacesSolved;

extern PlacesPool *OpenPool(const PlacesTask *task, int workers, Size heap, ErrorContextCallback *errors);
extern bool FitsPool(const PlacesPool *pool, const bytea *packed);
extern bool OfferGroup(PlacesPool *pool, const bytea *packed, int unit, void *tag);
extern bool TakeSolved(PlacesPool *pool, PlacesSolved *solved);
extern bool HelpPool(PlacesPool *pool, PlacesSolved *solved);
extern bool HelpWorker(PlacesPool *pool);
extern bool AwaitPool(PlacesPool *pool);
extern void ShareInPool(PlacesPool *pool, PlacesSubproblem **problem, int n);
extern void EndOffers(PlacesPool *pool);
extern void ClosePool(PlacesPool *pool);

/* A worker's main function, which PostgreSQL finds by its name. */
extern PGDLLEXPORT void PlacesPoolMain(dsm_segment *segment, shm_toc *toc);

#endif							/* PLACES_WORKER_POOL_H */
