/*
 * bounds.h
 *	  How many places, and of what sizes.
 */
#ifndef PLACES_BOUNDS_H
#define PLACES_BOUNDS_H

#include "engine/base/points.h"
#include "engine/base/rules.h"
#include "engine/kmeans/filtering.h"

/* Homes of each of k places. */
typedef struct PlacesBounds
{
	int			k;
	double		low,
				high;
} PlacesBounds;

extern double BoundViolation(const PlacesPoints *points, double k, double low, double high);
extern double ChooseCount(const PlacesPoints *points, double low, double target, double high);
extern PlacesBounds BoundsFor(double homes, bool whole, int k, double low, double high);
extern PlacesBounds BoundsWithFixed(const PlacesKdTree *tree, const PlacesCentres *centres,
									bool whole, double low, double high);

#endif							/* PLACES_BOUNDS_H */
