/*
 * points.h
 *	  The homes of one authority as distinct weighted points.
 */
#ifndef PLACES_POINTS_H
#define PLACES_POINTS_H

#include "engine/base/rows.h"
#include "engine/base/sort.h"
#include "engine/base/spots.h"

typedef struct PlacesPoints
{
	int			n;				/* number of distinct points */
	double	   *x;				/* metres east of a local origin; the points */
	double	   *y;				/* are sorted by x, then y (metres north) */
	double	   *w;				/* homes standing on the point, >= 0 */
	double		homes;			/* sum of w, added in the points' order */
	bool		whole;			/* every w is a whole number */
	PlacesSpots spots;			/* where the homes of a point stand, unless on it */
	int			nloads;			/* measures beside homes, */
	double	   *load[MOST_LOADS];	/* and what stands on the point of each, >= 0 */
} PlacesPoints;

/* The corners of a point's hull. */
static inline PlacesOutline
PointCorners(const PlacesPoints *points, int i)
{
	return CornersOf(&points->spots, i, points->x + i, points->y + i);
}

/* How many spots the points are. */
static inline int
SpotCount(const PlacesPoints *points)
{
	return points->spots.start == NULL ? points->n : points->spots.start[points->n];
}

/* Copies where the homes of a point stand, and how many on each spot; returns how many spots they are. */
static inline int
CopySpots(const PlacesPoints *points, int i, double *x, double *y, double *w)
{
	const PlacesSpots *spots = &points->spots;
	int			n = spots->start == NULL ? 1 : spots->start[i + 1] - spots->start[i];

	memcpy(x, spots->start == NULL ? points->x + i : spots->x + spots->start[i], sizeof(double) * n);
	memcpy(y, spots->start == NULL ? points->y + i : spots->y + spots->start[i], sizeof(double) * n);
	memcpy(w, spots->start == NULL ? points->w + i : spots->w + spots->start[i], sizeof(double) * n);
	return n;
}

/* One more than the largest label. */
static inline int
CountLabels(int n, const int *label)
{
	int			k = 0;

	for (int i = 0; i < n; i++)
		k = Max(k, label[i] + 1);
	return k;
}

extern PlacesPoints *CollapseRows(int nrows, const double *x, const double *y,
								  const double *w, const double *apart, int *row_point);
extern void CarryLoads(PlacesPoints *points, const PlacesRows *rows, const int *row_point);
extern void SumLoads(PlacesPoints *points, const PlacesPoints *parts, const int *part_point);
extern PlacesPoints *TakePoints(const PlacesPoints *points, const int *position, int n);
extern PlacesPoints *SelectPoints(const PlacesPoints *points, const int *wanted, int *source);
extern void SortByLabel(int n, const int *label, int k, int *start, int *member);
extern void FreePoints(PlacesPoints *points);

#endif							/* PLACES_POINTS_H */
