/*
 * circle.h
 *	  Minimum bounding circle.
 */
#ifndef PLACES_CIRCLE_H
#define PLACES_CIRCLE_H

#include "engine/base/host.h"

typedef struct PlacesCircle
{
	double		x,
				y,
				radius;
} PlacesCircle;

extern PlacesCircle BoundingCircle(int n, const double *x, const double *y);

#endif							/* PLACES_CIRCLE_H */
