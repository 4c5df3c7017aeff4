/*
 * absorb.h
 *	  Homes outside every place join those that can take them.
 */
#ifndef PLACES_ABSORB_H
#define PLACES_ABSORB_H

#include "engine/base/points.h"

extern void AbsorbOutside(const PlacesPoints *points, const bool *barred, double min_homes,
						  double max_homes, double max_radius, int k, int *label);

#endif							/* PLACES_ABSORB_H */
