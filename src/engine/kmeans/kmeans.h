/*
 * kmeans.h
 *	  k-means: the least sum of squared distances to so many centres, without
 *	  regard to sizes.
 */
#ifndef PLACES_KMEANS_H
#define PLACES_KMEANS_H

#include "engine/base/points.h"
#include "engine/base/rules.h"

extern int	KMeansCluster(const PlacesPoints *points, const PlacesRules *rules, int *label);

#endif							/* PLACES_KMEANS_H */
