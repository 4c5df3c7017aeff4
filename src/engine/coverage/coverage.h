/*
 * coverage.h
 *	  Choose places of bounded size and radius that hold as many homes as
 *	  possible.
 */
#ifndef PLACES_COVERAGE_H
#define PLACES_COVERAGE_H

#include "engine/base/points.h"

/*
 * Fills label[i] with 0..k-1, or -1 where a point is outside every place, and
 * returns k (0 when no viable place exists).  Every place holds min_homes to
 * max_homes homes, or is one point of more than max_homes, and fits a circle
 * of max_radius.  min_homes <= target_homes <= max_homes; max_homes may be
 * INFINITY; max_radius is finite and positive.  Labels run from west to east,
 * by the first point of each place.
 */
extern int	CoverageCluster(const PlacesPoints *points, double min_homes,
							double target_homes, double max_homes,
							double max_radius, int *label);

/* Bounds narrowed by what rounding may add. */
typedef struct CoverageBounds
{
	double		least;			/* homes */
	double		most;
	double		radius;
} CoverageBounds;

extern CoverageBounds NarrowBounds(const PlacesPoints *points, double min_homes,
								   double max_homes, double max_radius);

#endif							/* PLACES_COVERAGE_H */
