/*
 * groups.h
 *	  Points in groups of neighbours, none of fewer than so many.
 */
#ifndef PLACES_GROUPS_H
#define PLACES_GROUPS_H

#include "engine/base/host.h"

extern int	GroupPoints(int n, const double *x, const double *y, const double *weight, int least, int *item, int *start);

#endif							/* PLACES_GROUPS_H */
