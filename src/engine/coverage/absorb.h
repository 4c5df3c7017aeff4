/*
 * absorb.h
 *	  Homes outside every place join those that can take them.
 */
#ifndef PLACES_ABSORB_H
#define PLACES_ABSORB_H

#include "engine/base/points.h"
#include "engine/base/rules.h"

/* Of a place that goes on under other bounds than the rules'. */
typedef struct PlacesLimits
{
	double		min_homes;
	double		max_radius;
} PlacesLimits;

extern void AbsorbOutside(const PlacesPoints *points, const bool *barred,
						  const PlacesRules *rules, const PlacesLimits *limits, int k,
						  int *label);
extern int	OpenBlocks(const PlacesPoints *points, const bool *barred, double min_homes,
					   int k, int *label);

#endif							/* PLACES_ABSORB_H */
