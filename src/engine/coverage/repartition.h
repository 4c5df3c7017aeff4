/*
 * repartition.h
 *	  Divide groups of neighbouring places anew where that is more compact.
 */
#ifndef PLACES_REPARTITION_H
#define PLACES_REPARTITION_H

#include "engine/coverage/partition.h"
#include "engine/kmeans/filtering.h"

/* Places in a pool, at most. */
#define COVERAGE_POOL 8

/* Share of the pool's cost that a trial must save. */
#define COVERAGE_LEAST_GAIN 5e-4

typedef struct CoverageRedivider
{
	CoverageDivision *division;
	double		penalty;		/* per squared deviation from the target */
	CoverageDivision part;		/* the pool as a division; shares the arrays
								 * of points with the whole */
	int			pool[COVERAGE_POOL];		/* its places in the division */
	int			swapped;		/* the one whose centre was moved, or -1 */
	bool		reverted[COVERAGE_POOL]; /* has its former circle again */
	CoveragePlace before[COVERAGE_POOL]; /* as they were */
	int			points;			/* in the pool */
	int			start[COVERAGE_POOL + 1];	/* first point of each of its places */
	int		   *point;
	int		   *owner;			/* their places and links before the trial */
	int		   *next;
	double	   *x;				/* scratch: points of one place */
	double	   *y;
	int		   *found;			/* scratch: places */
	PlacesKdTree **cells;		/* per place: its coarse picture, or NULL */
	int		   *failed;			/* per place: trials around it without success */
	uint64_t	draw;			/* state of CoverageDraw */
} CoverageRedivider;

extern void CoverageRedivide(CoverageDivision *division);
extern double CoverageDraw(CoverageRedivider *r);
extern double CoverageCost(const CoverageRedivider *r, const CoveragePlace *place, int count);

/* neighbourhood.c */
extern PlacesCentres *CoveragePoolCentres(CoverageRedivider *r, bool swap);
extern void CoverageDividePool(CoverageRedivider *r, PlacesCentres *centres);
extern void CoverageForgetCells(CoverageRedivider *r, int place);

/* radius_violations.c */
extern bool CoverageCirclePool(CoverageRedivider *r);

#endif							/* PLACES_REPARTITION_H */
