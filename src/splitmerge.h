/*
 * splitmerge.h
 *	  Local search over a converged k-means clustering.
 */
#ifndef PLACES_SPLITMERGE_H
#define PLACES_SPLITMERGE_H

#include "kdtree.h"

extern bool SplitAndMerge(const PlacesKdTree *tree, PlacesCentres *centres);

#endif							/* PLACES_SPLITMERGE_H */
