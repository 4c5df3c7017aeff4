/*
 * flow_arcs.h
 *	  The graph of the flow solver: for flow.c and flow_arcs.c only.
 */
#ifndef PLACES_FLOW_ARCS_H
#define PLACES_FLOW_ARCS_H

#include "engine/balanced/flow.h"
#include "engine/base/heap.h"

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
	double		excess;			/* homes held - flow into the hub */
	/* the search for a shortest path */
	double		distance;
	int			seen;			/* number of the search that set distance */
	int			settled;		/* number of the search that made it final */
	int			via;			/* the node that offered the way, -1 at the
								 * start */
	int			arc;			/* and the arc between them, by its position at
								 * the node that homes leave */
} PlacesNode;

typedef struct PlacesSolver
{
	const PlacesKdTree *tree;
	PlacesCentres *centres;
	double		unit;			/* homes move in multiples of this */
	double		low,			/* bounds, in whole units */
				high;
	double		homes;			/* in whole units, in all */
	double		tiny;			/* homes that count as none */
	PlacesFlow *flow;
	PlacesNode *nodes;			/* the centres, then the hub, which has no */
	int			hub;			/* arcs of its own; = number of centres */
	int		   *start;			/* pieces by centre after the last pass: */
	int		   *member;			/* member[start[j] .. start[j + 1]) */
	int			search;			/* number of the current search */
	PlacesHeap	queue;
	int		   *settled;		/* nodes settled by the current search */
	int			nsettled;
} PlacesSolver;

static inline double
SquaredDistance(const PlacesSolver *s, int point, int j)
{
	double		dx = s->tree->x[point] - s->centres->x[j];
	double		dy = s->tree->y[point] - s->centres->y[j];

	return dx * dx + dy * dy;
}

extern void OpenNode(PlacesSolver *s, int from);
extern PlacesRanked *BestOffer(PlacesSolver *s, int from, PlacesArc *arc);
extern void MovePiece(PlacesSolver *s, int piece, double amount, int to);
extern bool JoinCentres(PlacesSolver *s, int a, int b);
extern void JoinNearest(PlacesSolver *s);
extern void FreeArcs(PlacesNode *node);

#endif							/* PLACES_FLOW_ARCS_H */
