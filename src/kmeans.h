/*
 * kmeans.h
 *	  k-means: seeds for centres, and Lloyd's iteration.
 */
#ifndef PLACES_KMEANS_H
#define PLACES_KMEANS_H

#include "kdtree.h"

extern PlacesCentres *BisectionSeeds(const PlacesPoints *points, int k);
extern int	KMeansCluster(const PlacesPoints *points, double target_homes, int *label);

#endif							/* PLACES_KMEANS_H */
