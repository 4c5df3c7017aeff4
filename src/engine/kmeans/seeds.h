/*
 * seeds.h
 *	  Centres to begin with.
 */
#ifndef PLACES_SEEDS_H
#define PLACES_SEEDS_H

#include "engine/kmeans/filtering.h"

extern PlacesCentres *VarianceSeeds(const PlacesKdTree *tree, int k);
extern PlacesCentres *BisectionSeeds(const PlacesKdTree *tree, int k, double spread,
									 uint64_t *draw);

#endif							/* PLACES_SEEDS_H */
