/*
 * from_scratch.h
 *	  Places by the rules' method alone, as if there were no incumbent.
 */
#ifndef PLACES_FROM_SCRATCH_H
#define PLACES_FROM_SCRATCH_H

#include "engine/base/points.h"
#include "engine/base/rules.h"

extern void ClusterPoints(const PlacesPoints *points, const PlacesRules *rules, int *label);
extern void ClusterSome(const PlacesPoints *points, const PlacesRules *rules, int *chosen,
						int first, int *label);

#endif							/* PLACES_FROM_SCRATCH_H */
