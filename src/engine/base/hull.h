/*
 * hull.h
 *	  The corners of a convex hull.
 */
#ifndef PLACES_HULL_H
#define PLACES_HULL_H

#include "engine/base/host.h"

extern void MarkCorners(int n, const double *x, const double *y, int *chain, bool *corner);

#endif							/* PLACES_HULL_H */
