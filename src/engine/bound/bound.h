/*
 * bound.h
 *	  A proven upper bound on coverage.
 */
#ifndef PLACES_BOUND_H
#define PLACES_BOUND_H

#include "engine/base/points.h"
#include "engine/base/rules.h"
#include "engine/base/subproblem.h"

extern double BoundCoverage(const PlacesPoints *points, const PlacesRules *rules, PlacesHelpers *helpers);
extern void LabelReachable(const PlacesPoints *points, const PlacesRules *rules, int *label);
extern void BoundComponent(PlacesSubproblem *problem);

#endif							/* PLACES_BOUND_H */
