/*
 * kdtree.h
 *	  A kd-tree over weighted points, and the filtering pass over it.
 */
#ifndef PLACES_KDTREE_H
#define PLACES_KDTREE_H

#include "points.h"

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
	int			nnodes;
	PlacesKdNode *nodes;		/* nodes[0] is the root */
	double	   *x;				/* the points in the tree's order, */
	double	   *y;				/* where every node is one range */
	double	   *w;
	int		   *point;			/* their positions in the source */
} PlacesKdTree;

/* Centres of places.  A point belongs to the centre with the least power
 * distance: squared distance + price. */
typedef struct PlacesCentres
{
	int			k;
	double	   *x;
	double	   *y;
	double	   *price;			/* square metres; all 0: the nearest centre */
} PlacesCentres;

/* Sums over the points of each centre. */
typedef struct PlacesSums
{
	double	   *w;
	double	   *wx;
	double	   *wy;
} PlacesSums;

extern PlacesKdTree *BuildKdTree(const PlacesPoints *points);
extern PlacesKdTree *BuildPlainTree(int n, double *x, double *y);
extern void FreeKdTree(PlacesKdTree *tree);
extern PlacesPoints *KdTreeCells(const PlacesKdTree *tree, double max_homes);

extern PlacesCentres *NewCentres(int k);
extern void FreeCentres(PlacesCentres *centres);
extern PlacesSums *NewSums(int k);
extern void FreeSums(PlacesSums *sums);
extern void AssignPass(const PlacesKdTree *tree, const PlacesCentres *centres,
					   PlacesSums *sums, int *label, int *runner);

extern int	NearestPoints(const PlacesKdTree *tree, double x, double y, int m, int *found);

#endif							/* PLACES_KDTREE_H */
