/*
 * filtering.h
 *	  The filtering pass: the centre of least power distance for every point.
 */
#ifndef PLACES_FILTERING_H
#define PLACES_FILTERING_H

#include "engine/base/kdtree.h"

/* Sums over the points of each centre. */
typedef struct PlacesSums
{
	double	   *w;
	double	   *wx;
	double	   *wy;
} PlacesSums;

/* Centres of places.  A point belongs to the centre with the least power
 * distance: squared distance + price. */
typedef struct PlacesCentres
{
	int			k;
	double	   *x;
	double	   *y;
	double	   *price;			/* square metres; all 0: the nearest centre */
	PlacesSums *fixed;			/* fixed assignments: homes of a centre that
								 * are none of the points; NULL for none */
} PlacesCentres;

extern PlacesCentres *NewCentres(int k);
extern void FreeCentres(PlacesCentres *centres);
extern PlacesSums *NewSums(int k);
extern void FreeSums(PlacesSums *sums);
extern void AddFixed(PlacesSums *sums, const PlacesCentres *centres);
extern void AssignPass(const PlacesKdTree *tree, const PlacesCentres *centres,
					   PlacesSums *sums, int *label, int *runner);

#endif							/* PLACES_FILTERING_H */
