/*
 * location.h
 *	  Scalar functions on the locations of homes.
 */
#ifndef PLACES_LOCATION_H
#define PLACES_LOCATION_H

#include "fmgr.h"

/* Where the first argument is; false if it is not a point, or an empty one. */
extern bool GetPoint(FunctionCallInfo fcinfo, double *x, double *y, int32 *srid);

#endif							/* PLACES_LOCATION_H */
