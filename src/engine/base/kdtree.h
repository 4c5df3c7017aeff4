/*
 * kdtree.h
 *	  A kd-tree over weighted points.
 *
 * The tree keeps copies of coordinates (metres) and weights (homes), in its own
 * order, and is a function of the points alone.  Building takes O(n log n) and the
 * caller frees it.  A tree over no points has one empty node.
 */
#ifndef PLACES_KDTREE_H
#define PLACES_KDTREE_H

#include "engine/base/points.h"

typedef struct PlacesKdNode
{
	double		xmin,
				xmax,
				ymin,
				ymax;			/* bounding box of the node's points */
	double		w,
				wx,
				wy;				/* sums of w, w*x, w*y over them */
	int			begin,
				end;			/* the points, in the tree's order */
	int			child;			/* first child, the second is child + 1; 0 in
								 * a leaf */
} PlacesKdNode;

typedef struct PlacesKdTree
{
	int			n;				/* number of points */
	bool		whole;			/* every w is a whole number */
	int			nnodes;
	PlacesKdNode *nodes;		/* nodes[0] is the root */
	double	   *x;				/* the points in the tree's order, */
	double	   *y;				/* where every node is one range */
	double	   *w;
	int		   *point;			/* their positions in the source */
} PlacesKdTree;

/* Squared, from a position to the nearest of a node's box. */
static inline double
BoxDistance(const PlacesKdNode *node, double x, double y)
{
	double		dx = Max(Max(node->xmin - x, x - node->xmax), 0);
	double		dy = Max(Max(node->ymin - y, y - node->ymax), 0);

	return dx * dx + dy * dy;
}

extern PlacesKdTree *BuildKdTree(const PlacesPoints *points);
extern PlacesKdTree *BuildKdTreeOf(const PlacesPoints *points, const double *w,
								   const int *subset, int n);
extern PlacesKdTree *BuildPlainTree(int n, const double *x, const double *y);
extern void FreeKdTree(PlacesKdTree *tree);
extern PlacesKdTree *CoarsenKdTree(const PlacesKdTree *tree, double max_homes);

#endif							/* PLACES_KDTREE_H */
