/*
 * lloyd.h
 *	  Lloyd's iteration: each centre becomes the centroid of the points nearest
 *	  to it, until none moves.
 */
#ifndef PLACES_LLOYD_H
#define PLACES_LLOYD_H

#include "engine/kmeans/filtering.h"

/* Points, and what the rounds over them need. */
typedef struct PlacesLloyd
{
	const PlacesKdTree *tree;
	PlacesSums *sums;
	PlacesPassMemory *memory;	/* of the rounds so far */
	double		total;			/* sum of squares around the centroid of all */
	double		least_move;		/* a centre that moves by less has come to
								 * rest; metres */
} PlacesLloyd;

extern PlacesLloyd *NewLloyd(const PlacesKdTree *tree, int k, double precision);
extern void FreeLloyd(PlacesLloyd *lloyd);
extern bool LloydRound(PlacesLloyd *lloyd, PlacesCentres *centres, double *ss);
extern double LloydRounds(PlacesLloyd *lloyd, PlacesCentres *centres, int rounds);

#endif							/* PLACES_LLOYD_H */
