/*
 * repair.h
 *	  Sizes of places whose points must stay whole.
 */
#ifndef PLACES_REPAIR_H
#define PLACES_REPAIR_H

#include "flow.h"

extern double RepairSizes(const PlacesKdTree *tree, const PlacesCentres *centres,
						  const PlacesFlow *flow, double low, double high, int *label);

#endif							/* PLACES_REPAIR_H */
