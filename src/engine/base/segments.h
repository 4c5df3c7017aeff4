/*
 * segments.h
 *	  Straight segments, and which of them are near a point.
 */
#ifndef PLACES_SEGMENTS_H
#define PLACES_SEGMENTS_H

#include "engine/base/host.h"

/* A point is a segment of length 0. */
typedef struct PlacesSegments
{
	int			n;
	const double *x1,
			   *y1,
			   *x2,
			   *y2;
} PlacesSegments;

typedef struct PlacesSegmentTree PlacesSegmentTree;

extern PlacesSegmentTree *BuildSegmentTree(const PlacesSegments *segments, int n, const int *item);
extern void FreeSegmentTree(PlacesSegmentTree *tree);
extern int	NearestSegment(const PlacesSegmentTree *tree, double x, double y, double *square);
extern void MarkNear(const PlacesSegmentTree *tree, const double *x, const double *y, int n, int *point, double radius,
					 const int *shape, bool *near);

#endif							/* PLACES_SEGMENTS_H */
