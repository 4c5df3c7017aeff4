/*
 * residual_arcs.h
 *	  What it costs to move homes from each place to its neighbours.
 */
#ifndef PLACES_RESIDUAL_ARCS_H
#define PLACES_RESIDUAL_ARCS_H

#include "engine/coverage/partition.h"

/* Points that an arc brings at once, at most. */
#define COVERAGE_BATCH 16

/* The points that are cheapest to move along an arc. */
typedef struct CoverageArc
{
	int			known;
	int			point[COVERAGE_BATCH];
	double		key[COVERAGE_BATCH];		/* their costs per home, ascending */
	double		limit;			/* no point that is not known costs less */
	int			count;			/* the first of them, that it brings now */
	double		homes;
} CoverageArc;

/* What the search for cycles sees of it, close together. */
typedef struct CoverageLink
{
	int			to;
	double		cost;			/* per home, of all points; INFINITY: at rest */
} CoverageLink;

/* The points of one place that have homes, in the order of its list. */
typedef struct CoverageLoad
{
	int			count;
	int		   *point;
	double	   *x;
	double	   *y;
	double	   *square;			/* of the distance to the place's centroid */
} CoverageLoad;

typedef struct CoverageArcs
{
	CoverageDivision *division;
	int		   *first;			/* arc of each place; places + 1 values */
	CoverageArc *arc;
	CoverageLink *link;			/* of each arc */
	int			batch;			/* points to an arc in this pass */
	int		   *moved;			/* points moved since the places were mended, */
	int			moves;			/* at most a batch for each place */
	CoverageLoad load;			/* scratch */
} CoverageArcs;

extern CoverageArcs CoverageNewArcs(CoverageDivision *division);
extern void CoverageFreeArcs(CoverageArcs *arcs);
extern void CoverageLinkPlaces(CoverageArcs *arcs);
extern void CoverageSetBatch(CoverageArcs *arcs, int batch);
extern int	CoveragePointsFor(const CoverageArcs *arcs, const CoverageArc *arc, double homes,
							  double *sum);
extern void CoverageMoveAlong(CoverageArcs *arcs, int from, int which, double homes);
extern void CoverageMendPlace(CoverageArcs *arcs, int place);

#endif							/* PLACES_RESIDUAL_ARCS_H */
