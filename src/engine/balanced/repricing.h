/*
 * repricing.h
 *	  The price of one centre under which it gets the homes that it may have.
 */
#ifndef PLACES_REPRICING_H
#define PLACES_REPRICING_H

#include "engine/kmeans/filtering.h"

extern void RepriceWorst(const PlacesKdTree *tree, PlacesCentres *centres, const double *low,
						 const double *high, int *label);

#endif							/* PLACES_REPRICING_H */
