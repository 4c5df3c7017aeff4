/*
 * worker_pool.h
 *	  Parallel workers that solve packed groups.
 */
#ifndef PLACES_WORKER_POOL_H
#define PLACES_WORKER_POOL_H

#include "pg/parallel/solver.h"

typedef struct PlacesCrew PlacesCrew;

extern PlacesCrew *OpenCrew(const PlacesTask *task, int workers, Size heap, ErrorContextCallback *errors);
extern bool FitsCrew(const PlacesCrew *crew, const bytea *packed);
extern bool OfferGroup(PlacesCrew *crew, const bytea *packed, void *tag);
extern bool TakeSolved(PlacesCrew *crew, void **tag, bytea **answer);
extern bool HelpCrew(PlacesCrew *crew, void **tag, bytea **answer);
extern bool AwaitSolved(PlacesCrew *crew);
extern void EndOffers(PlacesCrew *crew);
extern void CloseCrew(PlacesCrew *crew);

#endif							/* PLACES_WORKER_POOL_H */
