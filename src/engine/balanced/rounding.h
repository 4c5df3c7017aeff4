/*
 * rounding.h
 *	  Whole points from a flow that divides some of them.
 */
#ifndef PLACES_ROUNDING_H
#define PLACES_ROUNDING_H

#include "engine/balanced/flow.h"

extern double RepairSizes(const PlacesKdTree *tree, const PlacesCentres *centres,
						  const PlacesFlow *flow, double low, double high, int *label);

#endif							/* PLACES_ROUNDING_H */
