/*
 * points.h
 *	  The homes of one authority as distinct weighted points.
 */
#ifndef PLACES_POINTS_H
#define PLACES_POINTS_H

#include "host.h"

typedef struct PlacesPoints
{
	int			n;				/* number of distinct points */
	double	   *x;				/* metres east of a local origin; the points */
	double	   *y;				/* are sorted by x, then y (metres north) */
	double	   *w;				/* homes standing on the point, >= 0 */
	double		homes;			/* sum of w, added in the points' order */
	bool		whole;			/* every w is a whole number */
} PlacesPoints;

typedef struct PlacesSortItem
{
	uint64_t	key;
	int			row;
} PlacesSortItem;

extern uint64_t SortKey(double value);
extern double SortKeyValue(uint64_t key);
extern PlacesSortItem *RadixSort(PlacesSortItem *items, PlacesSortItem *spare, int n);
extern PlacesPoints *CollapseRows(int nrows, const double *x, const double *y,
								  const double *w, int *row_point);
extern PlacesPoints *SelectPoints(const PlacesPoints *points, const int *wanted, int *source);
extern void SortByLabel(int n, const int *label, int k, int *start, int *member);
extern void FreePoints(PlacesPoints *points);

#endif							/* PLACES_POINTS_H */
