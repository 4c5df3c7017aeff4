/*
 * search.h
 *	  Better centres for places of bounded size.
 */
#ifndef PLACES_SEARCH_H
#define PLACES_SEARCH_H

#include "engine/balanced/pieces.h"
#include "engine/kmeans/filtering.h"

extern void SearchCentres(const PlacesKdTree *tree, const PlacesFlow *flow,
						  PlacesCentres *centres, double low, double high, int patience, double work);

#endif							/* PLACES_SEARCH_H */
