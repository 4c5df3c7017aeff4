/*
 * crew.h
 *	  Parallel workers that solve packed groups.
 */
#ifndef PLACES_CREW_H
#define PLACES_CREW_H

#include "postgres.h"

#include "solver.h"

typedef struct PlacesCrew PlacesCrew;

extern PlacesCrew *OpenCrew(const PlacesTask *task, int workers, Size heap, ErrorContextCallback *errors);
extern bool FitsCrew(const PlacesCrew *crew, const bytea *packed);
extern bool OfferGroup(PlacesCrew *crew, const bytea *packed, void *tag);
extern bool TakeSolved(PlacesCrew *crew, void **tag, bytea **answer);
extern bool HelpCrew(PlacesCrew *crew, void **tag, bytea **answer);
extern bool AwaitSolved(PlacesCrew *crew);
extern void EndOffers(PlacesCrew *crew);
extern void CloseCrew(PlacesCrew *crew);

#endif							/* PLACES_CREW_H */
