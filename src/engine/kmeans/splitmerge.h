/*
 * splitmerge.h
 *	  Splits and mergers of k-means clusters, and what they gain.
 */
#ifndef PLACES_SPLITMERGE_H
#define PLACES_SPLITMERGE_H

#include "engine/kmeans/filtering.h"

/* One cluster's centre taken away to split another. */
typedef struct PlacesSwap
{
	double		gain;			/* sum of squares saved at once; may be negative */
	int			split;
	int			removed;
	double		half[2][2];		/* centroids of the halves of the cluster split */
} PlacesSwap;

extern bool SplitAndMerge(const PlacesKdTree *tree, PlacesCentres *centres);
extern PlacesSwap *RankSwaps(const PlacesKdTree *tree, const PlacesCentres *centres, int *count);

#endif							/* PLACES_SPLITMERGE_H */
