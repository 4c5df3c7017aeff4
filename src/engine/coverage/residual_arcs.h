/*
 * residual_arcs.h
 *	  What it costs to move homes from each place to its neighbours.
 */
#ifndef PLACES_RESIDUAL_ARCS_H
#define PLACES_RESIDUAL_ARCS_H

#include "engine/coverage/division.h"

/* Points that an arc brings at once, at most. */
#define MOST_BATCH 16

/* The points that are cheapest to move along an arc. */
typedef struct PlacesResidualArc
{
	int			known;
	int			point[MOST_BATCH];
	double		key[MOST_BATCH];		/* their costs per home, ascending */
	double		limit;			/* no point that is not known costs less */
	int			count;			/* the first of them, that it brings now */
	double		homes;
} PlacesResidualArc;

/* What the search for cycles sees of it, close together. */
typedef struct PlacesArcCost
{
	int			to;
	double		cost;			/* per home, of all points; INFINITY: none, or shut */
} PlacesArcCost;

/* The points of one place that have homes, in the order of its list. */
typedef struct PlacesMovable
{
	int			count;
	int		   *point;
	double	   *x;
	double	   *y;
	double	   *square;			/* of the distance to the place's centroid */
} PlacesMovable;

typedef struct PlacesResidualArcs
{
	PlacesDivision *division;
	int		   *first;			/* arc of each place; places + 1 values */
	PlacesResidualArc *arc;
	PlacesArcCost *link;			/* of each arc */
	int			batch;			/* points to an arc in this pass */
	int		   *moved;			/* points moved since the places were mended, */
	int			moves;			/* at most a batch for each place */
	PlacesMovable load;			/* scratch */
} PlacesResidualArcs;

extern PlacesResidualArcs NewResidualArcs(PlacesDivision *division);
extern void FreeResidualArcs(PlacesResidualArcs *arcs);
extern void LinkDrafts(PlacesResidualArcs *arcs);
extern void SetBatch(PlacesResidualArcs *arcs, int batch);
extern int	PointsFor(const PlacesResidualArcs *arcs, const PlacesResidualArc *arc, double homes,
					  double *sum);
extern void MoveAlong(PlacesResidualArcs *arcs, int from, int which, double homes);
extern void UpdateArcs(PlacesResidualArcs *arcs, int place);

#endif							/* PLACES_RESIDUAL_ARCS_H */
