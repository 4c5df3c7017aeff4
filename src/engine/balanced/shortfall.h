/*
 * shortfall.h
 *	  One place that misses the size bounds, so that the others keep them.
 */
#ifndef PLACES_SHORTFALL_H
#define PLACES_SHORTFALL_H

#include "engine/balanced/bounds.h"

extern void GatherShortfall(const PlacesKdTree *tree, const PlacesCentres *centres,
							double low, double high, int *label);

#endif							/* PLACES_SHORTFALL_H */
