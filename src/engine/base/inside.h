/*
 * inside.h
 *	  Which points are inside a polygon.
 */
#ifndef PLACES_INSIDE_H
#define PLACES_INSIDE_H

#include "engine/base/segments.h"

extern int	PointsInside(const PlacesSegments *segments, int begin, int end,
						 int n, const double *x, const double *y, const int *order, int *inside);

#endif							/* PLACES_INSIDE_H */
