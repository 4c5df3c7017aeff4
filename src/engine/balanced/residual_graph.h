/*
 * residual_graph.h
 *	  The residual graph of the flow: arcs between centres, and the pieces that
 *	  can move along them.
 */
#ifndef PLACES_RESIDUAL_GRAPH_H
#define PLACES_RESIDUAL_GRAPH_H

#include "engine/balanced/pieces.h"
#include "engine/base/heap.h"
#include "engine/kmeans/filtering.h"

typedef struct PlacesArc
{
	int			to;
	int			back;			/* position of the opposite arc at `to` */
	PlacesHeap	offers;			/* pieces that may move along it; the key is
								 * the cost of a home, squared distance to the
								 * new centre - to the old.  Those that have
								 * left remain until they come to the front */
	bool		ordered;		/* offers are a heap; until a second best is
								 * asked for, merely the cheapest is in front */
	double		listed;			/* offers up to this cost are all there */
} PlacesArc;

typedef struct PlacesNode
{
	PlacesArc  *arcs;
	int			narcs;
	int			capacity;
	bool		open;			/* the offers have been collected */
	double		out;			/* flow into the hub */
	double		excess;			/* homes assigned to it - flow into the hub */
	/* the search for a shortest path */
	double		distance;
	int			seen;			/* number of the search that set distance */
	int			settled;		/* number of the search that made it final */
	int			via;			/* the node that offered the way, -1 at the
								 * start */
	int			arc;			/* and the arc between them, by its position at
								 * the node that homes leave */
} PlacesNode;

typedef struct PlacesGraph
{
	const PlacesKdTree *tree;
	const PlacesCentres *centres;
	PlacesFlow *flow;
	PlacesNode *nodes;			/* the centres, then the hub, which has no */
	int			hub;			/* arcs of its own; = number of centres */
	int		   *start;			/* pieces by centre after the last pass: */
	int		   *member;			/* member[start[j] .. start[j + 1]) */
	double		tiny;			/* homes that count as none */
} PlacesGraph;

static inline double
SquaredDistance(const PlacesGraph *g, int point, int j)
{
	double		dx = g->tree->x[point] - g->centres->x[j];
	double		dy = g->tree->y[point] - g->centres->y[j];

	return dx * dx + dy * dy;
}

extern void InitGraph(PlacesGraph *g, const PlacesKdTree *tree, const PlacesCentres *centres);
extern void FreeGraph(PlacesGraph *g);
extern void JoinAround(PlacesGraph *g, int count);
extern void JoinCentres(PlacesGraph *g, int a, int b);
extern void OpenNode(PlacesGraph *g, int from);
extern PlacesRanked *BestOffer(PlacesGraph *g, int from, PlacesArc *arc);
extern void MovePiece(PlacesGraph *g, int piece, double amount, int to);

#endif							/* PLACES_RESIDUAL_GRAPH_H */
