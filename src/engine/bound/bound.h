/*
 * bound.h
 *	  A proven upper bound on coverage.
 */
#ifndef PLACES_BOUND_H
#define PLACES_BOUND_H

#include "engine/base/points.h"
#include "engine/base/rules.h"

extern double BoundCoverage(const PlacesPoints *points, const PlacesRules *rules);

#endif							/* PLACES_BOUND_H */
