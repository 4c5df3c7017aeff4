/*
 * cells.h
 *	  The squares of centres over which the bound adds up.
 */
#ifndef PLACES_CELLS_H
#define PLACES_CELLS_H

#include "engine/bound/bound_index.h"
#include "engine/bound/prices.h"

/* what a place is, with room for the rounding of its maker */
typedef struct PlacesBoundRules
{
	double		need;			/* homes, just below min_homes */
	double		radius;			/* just above max_radius */
	double		slack;			/* rounding of coordinate differences */
} PlacesBoundRules;

typedef struct PlacesBoundCell
{
	double		x;				/* middle of the square */
	double		y;
	int64_t		ix;				/* its column and row */
	int64_t		iy;
	int64_t		first;			/* points some circle of it reaches: */
	int			count;			/* member[first .. first + count - 1] */
	int			region[PLACES_BOUND_LEVELS];
	double		excess;			/* proven upper limit of a place's gain there, */
								/* less the tolls of the regions around it */
	double		found;			/* the gain of a circle that was found, */
	double		foundx;			/* and its centre */
	double		foundy;
} PlacesBoundCell;

typedef struct PlacesBoundCells
{
	double		half;			/* half side of a square */
	PlacesBoundCell *cell;
	int			ncell;
	int			maxcell;
	int		   *member;			/* points of the cells, in rank order */
	int64_t		nmember;
	int64_t		maxmember;
	int			nregion;
	double	   *most;			/* places of a region; cells come first */
} PlacesBoundCells;

extern PlacesBoundCells *BoundCellsMake(const PlacesBoundIndex *index,
										const PlacesBoundRules *rules,
										const double *least, double half);
extern void BoundCellsFree(PlacesBoundCells *cells);

#endif							/* PLACES_CELLS_H */
