/*
 * paths.h
 *	  The flow at work, and its shortest augmenting paths.
 */
#ifndef PLACES_PATHS_H
#define PLACES_PATHS_H

#include "engine/balanced/residual_graph.h"

typedef struct PlacesFlowSolver
{
	double	   *low,			/* bounds of each centre, in whole units */
			   *high;
	PlacesGraph g;
	PlacesCentres *centres;		/* the graph's, whose prices change */
	double		unit;			/* homes move in multiples of this */
	const double *amount;		/* the homes of each point, in whole units: the */
	double	   *rounded;		/* tree's, or these */
	double		homes;			/* in whole units, in all */
	int			search;			/* number of the current search for a path */
	PlacesHeap	queue;
	int		   *settled;		/* nodes settled by it */
	int			nsettled;
	double		work;			/* nodes settled by all searches of this pass, */
	double		patience;		/* and how many may be before it is cut short */
	bool		cut;			/* it was */
	double		most_work;		/* of all passes, at which the flow gives up */
} PlacesFlowSolver;

extern bool ClearImbalances(PlacesFlowSolver *s);

#endif							/* PLACES_PATHS_H */
