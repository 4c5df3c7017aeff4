/*
 * crew.h
 *	  Parallel workers that solve packed groups.
 */
#ifndef PLACES_CREW_H
#define PLACES_CREW_H

#include "postgres.h"

#include "fmgr.h"

typedef struct PlacesCrew PlacesCrew;

extern Datum SolvePacked(FmgrInfo *solver, bytea *packed, NullableDatum rules);

extern PlacesCrew *OpenCrew(Oid solver, NullableDatum rules, int workers, ErrorContextCallback *errors);
extern bool OfferGroup(PlacesCrew *crew, const bytea *packed, void *tag);
extern bool TakeSolved(PlacesCrew *crew, void **tag, Datum *result);
extern bool HelpCrew(PlacesCrew *crew);
extern bool AwaitSolved(PlacesCrew *crew);
extern void EndOffers(PlacesCrew *crew);
extern void CloseCrew(PlacesCrew *crew);

#endif							/* PLACES_CREW_H */
