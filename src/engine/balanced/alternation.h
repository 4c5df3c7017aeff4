/*
 * alternation.h
 *	  Assignment under size bounds and centroids in turn.
 */
#ifndef PLACES_ALTERNATION_H
#define PLACES_ALTERNATION_H

#include "engine/balanced/flow.h"

extern double MoveCentres(const PlacesKdTree *tree, const PlacesFlow *flow,
						  PlacesCentres *centres, double stride);
extern PlacesFlow *AlternateFlow(const PlacesKdTree *tree, PlacesCentres *centres,
								 double low, double high, int rounds, double gain,
								 bool certify);

#endif							/* PLACES_ALTERNATION_H */
