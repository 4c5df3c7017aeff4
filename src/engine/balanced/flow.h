/*
 * flow.h
 *	  Exact assignment of points to centres under size bounds.
 */
#ifndef PLACES_FLOW_H
#define PLACES_FLOW_H

#include "engine/balanced/pieces.h"
#include "engine/kmeans/filtering.h"

extern PlacesFlow *SolveFlow(const PlacesKdTree *tree, PlacesCentres *centres,
							 double low, double high, bool certify);

#endif							/* PLACES_FLOW_H */
