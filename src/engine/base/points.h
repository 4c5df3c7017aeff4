/*
 * points.h
 *	  The homes of one authority as distinct weighted points.
 */
#ifndef PLACES_POINTS_H
#define PLACES_POINTS_H

#include "engine/base/rows.h"
#include "engine/base/sort.h"

typedef struct PlacesPoints
{
	int			n;				/* number of distinct points */
	double	   *x;				/* metres east of a local origin; the points */
	double	   *y;				/* are sorted by x, then y (metres north) */
	double	   *w;				/* homes standing on the point, >= 0 */
	double		homes;			/* sum of w, added in the points' order */
	bool		whole;			/* every w is a whole number */
	int			nloads;			/* measures beside homes, */
	double	   *load[MOST_LOADS];	/* and what stands on the point of each, >= 0 */
} PlacesPoints;

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
