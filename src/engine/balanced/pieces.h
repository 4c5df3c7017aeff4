/*
 * pieces.h
 *	  Points, whole or divided, and the centres that they are assigned to.
 */
#ifndef PLACES_PIECES_H
#define PLACES_PIECES_H

#include "engine/base/host.h"

/* The part of a point that is assigned to one centre. */
typedef struct PlacesPiece
{
	int			point;			/* in the tree's order */
	int			place;			/* the centre, from 0 */
	int			sibling;		/* next piece of the same point, in a ring */
	double		amount;			/* homes, >= 0; 0: of a point of no weight, or to
								 * be used again */
} PlacesPiece;

/* An assignment of all points. */
typedef struct PlacesFlow
{
	PlacesPiece *pieces;		/* the first n are the points' first pieces */
	int			npieces;
	int			capacity;
	int			passes;			/* assignment passes until the certificate */
	int			augmentations;	/* shortest paths used */
	double		work;			/* nodes settled in the search for them */
} PlacesFlow;

extern int	DetachHomes(PlacesFlow *flow, int piece, double amount, int to, double tiny);
extern void FreeFlow(PlacesFlow *flow);

#endif							/* PLACES_PIECES_H */
