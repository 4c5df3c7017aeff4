/*
 * spots.h
 *	  Where the homes of points stand that are groups of homes which stay together.
 *
 * To all sums such a point is its homes at their centroid, which is exact but for a
 * constant: they share a place whatever it is.  To circles and gaps it is the spots
 * that its homes stand on: a circle holds it if it holds all of these, or the corners
 * of their hull, which come first.
 */
#ifndef PLACES_SPOTS_H
#define PLACES_SPOTS_H

#include "engine/base/host.h"

typedef struct PlacesSpots
{
	int		   *start;			/* spots start[i] .. start[i + 1] - 1 are those of
								 * point i; NULL: each point is a spot of its own */
	int		   *corners;		/* of each point: so many of them are its hull's */
	double	   *reach;			/* of each point: metres to its farthest spot */
	double		farthest;		/* the greatest reach */
	double	   *x;
	double	   *y;
	double	   *w;
} PlacesSpots;

/* Some spots of a point. */
typedef struct PlacesOutline
{
	int			n;
	const double *x;
	const double *y;
} PlacesOutline;

/* The corners of a point's hull; of one without spots the point itself, which is at (*x, *y). */
static inline PlacesOutline
CornersOf(const PlacesSpots *spots, int i, const double *x, const double *y)
{
	if (spots->start == NULL)
		return (PlacesOutline) {1, x, y};
	return (PlacesOutline) {spots->corners[i], spots->x + spots->start[i], spots->y + spots->start[i]};
}

/* Does a circle around (x, y) that holds the point, so far from its centre (squared), hold all its spots? */
static inline bool
CircleHoldsSpots(const PlacesSpots *spots, int i, double x, double y, double radius, double square)
{
	double		inner = radius - spots->reach[i];
	int			end = spots->start[i] + spots->corners[i];

	if (inner >= 0 && square <= inner * inner * (1 - 1e-12))
		return true;
	for (int s = spots->start[i]; s < end; s++)
	{
		double		dx = spots->x[s] - x;
		double		dy = spots->y[s] - y;

		if (dx * dx + dy * dy > radius * radius)
			return false;
	}
	return true;
}

extern PlacesSpots NewSpots(int n, int count);
extern void MeasureSpots(PlacesSpots *spots, int n, const double *x, const double *y);
extern PlacesSpots TakeSpots(const PlacesSpots *spots, const int *position, int n);
extern void ShiftSpots(PlacesSpots *spots, int n, double x, double y);
extern void FreeSpots(PlacesSpots *spots);

#endif							/* PLACES_SPOTS_H */
