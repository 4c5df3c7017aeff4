/*
 * splitmerge.h
 *	  Local search over a converged k-means clustering.
 */
#ifndef PLACES_SPLITMERGE_H
#define PLACES_SPLITMERGE_H

#include "kdtree.h"

extern bool SplitAndMerge(const PlacesKdTree *tree, PlacesCentres *centres,
						  double *sum_of_squares);

#endif							/* PLACES_SPLITMERGE_H */
