/*
 * bound.h
 *	  A proven upper bound on coverage.
 */
#ifndef PLACES_BOUND_H
#define PLACES_BOUND_H

#include "engine/base/points.h"

extern double CoverageBound(const PlacesPoints *points, double min_homes, double max_radius);

#endif							/* PLACES_BOUND_H */
