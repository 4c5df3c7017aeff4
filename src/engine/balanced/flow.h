/*
 * flow.h
 *	  Exact assignment of points to centres under size bounds.
 */
#ifndef PLACES_FLOW_H
#define PLACES_FLOW_H

#include "engine/kmeans/filtering.h"

/* Part of a point held by one centre. */
typedef struct PlacesPiece
{
	int			point;			/* in the tree's order */
	int			place;			/* the centre that holds it */
	int			sibling;		/* next piece of the same point, in a ring */
	double		amount;			/* homes, > 0 but for merged pieces: 0 */
} PlacesPiece;

typedef struct PlacesFlow
{
	PlacesPiece *pieces;		/* the first n are the points' first pieces */
	int			npieces;
	int			capacity;
	int			passes;			/* assignment passes until the certificate */
	int			augmentations;	/* shortest paths used */
} PlacesFlow;

extern PlacesFlow *SolveFlow(const PlacesKdTree *tree, PlacesCentres *centres,
							 double low, double high, bool certify);
extern void FreeFlow(PlacesFlow *flow);

#endif							/* PLACES_FLOW_H */
