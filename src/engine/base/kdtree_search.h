/*
 * kdtree_search.h
 *	  Looking in a kd-tree: the points nearest to a position, and what stands in
 *	  a circle.
 *
 * Circles are closed, and of any radius (metres), taken as given: who needs a
 * margin for rounding has added it.  A query takes O(log n), and as long as the
 * rim of the circle meets leaves.  For one radius and weights that change, see
 * grid.h.
 */
#ifndef PLACES_KDTREE_SEARCH_H
#define PLACES_KDTREE_SEARCH_H

#include "engine/base/kdtree.h"

/* Which points have been marked. */
typedef struct PlacesMarks
{
	const PlacesKdTree *tree;
	bool	   *mark;			/* of each point of the source; the caller's, who
								 * may set but not clear any */
	bool	   *done;			/* of each node: all its points are marked */
} PlacesMarks;

extern int	NearestPoints(const PlacesKdTree *tree, double x, double y, int m, int *found);
extern void ListNeighbours(int k, const double *x, const double *y, int m, int *neighbours);
extern double WeightInCircle(const PlacesKdTree *tree, double x, double y, double radius, double enough);
extern int	PointsInCircle(const PlacesKdTree *tree, double x, double y, double radius, int *found);

extern PlacesMarks *NewMarks(const PlacesKdTree *tree, bool *mark);
extern void FreeMarks(PlacesMarks *marks);
extern int	MarkCircle(PlacesMarks *marks, double x, double y, double radius);
extern bool CircleMarked(const PlacesMarks *marks, double x, double y, double radius);

#endif							/* PLACES_KDTREE_SEARCH_H */
