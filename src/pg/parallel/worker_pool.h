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

extern PlacesPool *OpenPool(const PlacesTask *task, int workers, Size heap, ErrorContextCallback *errors);
extern bool FitsPool(const PlacesPool *pool, const bytea *packed);
extern bool OfferGroup(PlacesPool *pool, const bytea *packed, void *tag);
extern bool TakeSolved(PlacesPool *pool, void **tag, bytea **answer);
extern bool HelpPool(PlacesPool *pool, void **tag, bytea **answer);
extern bool AwaitSolved(PlacesPool *pool);
extern void EndOffers(PlacesPool *pool);
extern void ClosePool(PlacesPool *pool);

/* A worker's main function, which PostgreSQL finds by its name. */
extern PGDLLEXPORT void PlacesPoolMain(dsm_segment *segment, shm_toc *toc);

#endif							/* PLACES_WORKER_POOL_H */
