/*
 * spanning_tree.h
 *	  The Euclidean minimum spanning tree, and the gap that it shows.
 */
#ifndef PLACES_SPANNING_TREE_H
#define PLACES_SPANNING_TREE_H

#include "engine/base/host.h"

/* A gap has so much of the weight, at least, on each of its sides. */
#define GAP_SHARE	0.1

typedef struct PlacesTreeEdge
{
	int			a,				/* the points it joins */
				b;
	double		square;			/* of its length, square metres */
} PlacesTreeEdge;

extern int	SpanningTree(int n, const double *x, const double *y, PlacesTreeEdge *edge);
extern double CutTree(int n, const double *w, const PlacesTreeEdge *edge, int *side);
extern double WidestGap(int n, const double *x, const double *y, const double *w, int *side, double *length);

#endif							/* PLACES_SPANNING_TREE_H */
