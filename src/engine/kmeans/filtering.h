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
	int			lesser;			/* a centre that counts as having so many homes */
	double		lack;			/* more than it has, for the size bounds; 0: none does */
	double	   *low_share;		/* of the bounds, which each centre has for its own: */
	double	   *high_share;		/* of the lower, of the upper; NULL, both: 1 */
} PlacesCentres;

/* What passes over one tree remember of the last ones. */
typedef struct PlacesPassMemory PlacesPassMemory;

/* Homes that count for a centre though none of the points has them. */
static inline double
HomesBeforehand(const PlacesCentres *centres, int j)
{
	return (centres->fixed ? centres->fixed->w[j] : 0) + (j == centres->lesser ? centres->lack : 0);
}

/* The bounds of one centre, where these are those of a centre that has no own. */
static inline double
LowOf(const PlacesCentres *centres, int j, double low)
{
	return centres->low_share ? centres->low_share[j] * low : low;
}

static inline double
HighOf(const PlacesCentres *centres, int j, double high)
{
	return centres->high_share ? centres->high_share[j] * high : high;
}

extern PlacesCentres *NewCentres(int k);
extern void FreeCentres(PlacesCentres *centres);
extern PlacesSums *NewSums(int k);
extern void FreeSums(PlacesSums *sums);
extern void AddFixed(PlacesSums *sums, const PlacesCentres *centres);
extern void AssignPass(const PlacesKdTree *tree, const PlacesCentres *centres, int *label, int *runner);
extern PlacesPassMemory *NewPassMemory(const PlacesKdTree *tree, int k);
extern void FreePassMemory(PlacesPassMemory *memory);
extern void SumPass(PlacesPassMemory *memory, const PlacesCentres *centres, PlacesSums *sums);

#endif							/* PLACES_FILTERING_H */
