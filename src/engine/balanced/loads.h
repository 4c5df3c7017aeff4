/*
 * loads.h
 *	  Places that share out loads as evenly as asked for.
 */
#ifndef PLACES_LOADS_H
#define PLACES_LOADS_H

#include "engine/base/points.h"
#include "engine/base/rules.h"

/* What is known of a place beyond the rules. */
typedef struct PlacesLoadPlace
{
	double		low;			/* homes; */
	double		high;			/* may be infinite */
	double		share;			/* of what others carry; 1 of those themselves */
} PlacesLoadPlace;

/* A division whose loads are to be shared out. */
typedef struct PlacesLoadTask
{
	const PlacesPoints *points;
	const PlacesRules *rules;
	int			k;				/* places, labels 0 .. k - 1 */
	const PlacesLoadPlace *own; /* of each; NULL: as the rules say */
	const bool *stays;			/* points that keep their label, -1 where they are in
								 * no place; NULL: none does */
} PlacesLoadTask;

extern void BalanceLoads(const PlacesLoadTask *task, int *label);
extern void RepairLoads(const PlacesLoadTask *task, bool others, int *label);
extern double LoadViolation(const PlacesLoadTask *task, int *label);

#endif							/* PLACES_LOADS_H */
