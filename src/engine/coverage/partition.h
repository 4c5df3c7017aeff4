/*
 * partition.h
 *	  Divide covered homes among compact places of about the target size.
 */
#ifndef PLACES_PARTITION_H
#define PLACES_PARTITION_H

#include "engine/coverage/disc_set.h"

/* Neighbours of a place that it exchanges homes with, by distance of centroids. */
#define COVERAGE_NEIGHBOURS 10

/* Weight of the deviation from the target size against the spread. */
#define COVERAGE_SIZE_PENALTY 0.1

/* A place, and the centre of a circle of the radius around its points. */
typedef struct CoveragePlace
{
	double		x;				/* centroid of its homes */
	double		y;
	double		homes;
	double		spread;			/* sum of squared distances to the centroid */
	double		reach;			/* from the centroid to the farthest point */
	double		circle_x;
	double		circle_y;
	int			first;			/* its points, linked by next; -1 when none */
	int			points;
	int			moved;			/* the last sweep that changed it */
} CoveragePlace;

typedef struct CoverageDivision
{
	const PlacesGrid *grid;
	double		min_homes;
	double		target_homes;
	double		max_homes;
	double		radius;
	CoveragePlace *place;
	int			places;
	int			room;
	int		   *next;			/* per point: the next of its place, or -1 */
	int		   *owner;			/* per point: its place, or -1 */
	int		   *member;			/* scratch: points, and what they are */
	double	   *key;			/* sorted by */
} CoverageDivision;

extern CoverageDivision *CoverageDivide(const CoverageState *state,
										double target_homes, double max_homes);
extern void CoverageDivisionFree(CoverageDivision *division);

/* exchange.c */
extern void CoverageRefine(CoverageDivision *division, int sweeps);
extern void CoverageMeasure(CoverageDivision *division, int place);
extern void CoverageSortByKey(CoverageDivision *division, int count);
extern PlacesGrid *CoverageGridOfCentres(const CoverageDivision *division);
extern int	CoverageNeighbours(const PlacesGrid *centres, double x, double y,
							   int self, int *found, int *neighbour);

/* negative_cycles.c */
extern void CoverageExchange(CoverageDivision *division);

#endif							/* PLACES_PARTITION_H */
