/*
 * cells.h
 *	  The cells of centres over which the bound adds up, and their regions.
 */
#ifndef PLACES_CELLS_H
#define PLACES_CELLS_H

#include "engine/bound/master.h"
#include "engine/bound/squares.h"

/* A square of centres.  What is gained and paid is in homes. */
typedef struct PlacesCell
{
	PlacesSquare square;
	int64_t		column,			/* of squares, from west to east */
				row;			/* from south to north */
	int64_t		first;			/* the points that some circle of it reaches: */
	int			count;			/* members[first .. first + count - 1] */
	int			region[REGION_LEVELS];	/* the cell itself comes first */
	double		reduced_limit;	/* upper limit of a place's reduced gain: its gain
								 * less the dual prices of the regions; >= 0 */
	double		reduced_found;	/* that of a circle that was found, */
	double		x,				/* and its centre */
				y;
} PlacesCell;

typedef struct PlacesCells
{
	PlacesCell *cells;
	int			n;
	int			max;
	int		   *members;		/* points, cell by cell */
	int64_t		nmembers;
	int64_t		max_members;
	int			nregions;		/* those of level 0 are the cells */
	double	   *most;			/* places of a region, at most: >= 1, whole */
} PlacesCells;

extern PlacesCells *MakeCells(const PlacesPoints *points, const PlacesKdTree *tree,
							  const PlacesLooseRules *rules, const double *least, double half);
extern void FreeCells(PlacesCells *cells);

#endif							/* PLACES_CELLS_H */
