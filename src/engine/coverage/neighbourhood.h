/*
 * neighbourhood.h
 *	  Some neighbouring places, whose homes are divided among them anew.
 */
#ifndef PLACES_NEIGHBOURHOOD_H
#define PLACES_NEIGHBOURHOOD_H

#include "engine/base/kdtree.h"
#include "engine/coverage/division.h"

/* Places of a neighbourhood, at most. */
#define MOST_CHOSEN 8

/* Share of the neighbourhood's cost that a trial must save. */
#define LEAST_GAIN 5e-4

typedef struct PlacesNeighbourhood
{
	PlacesDivision *division;	/* the whole */
	double		penalty;		/* per squared deviation from the target */
	PlacesDivision part;		/* the neighbourhood as a division of its own,
								 * places 0 .. part.places - 1; it shares the
								 * arrays of points with the whole */
	int			chosen[MOST_CHOSEN];	/* its places in the whole */
	int			swapped;		/* the one whose centre was moved, or -1 */
	bool		reverted[MOST_CHOSEN];	/* has its former circle again */
	PlacesDraft before[MOST_CHOSEN];	/* as they were */
	int			points;			/* of all its places */
	int			start[MOST_CHOSEN + 1]; /* first point of each */
	int		   *point;
	int		   *owner;			/* their places and links before the trial */
	int		   *next;
	double	   *x;				/* scratch: points of one place */
	double	   *y;
	int		   *found;			/* scratch: places */
	PlacesKdTree **cells;		/* per place of the whole: its coarse picture, or
								 * NULL */
	int		   *failed;			/* per place of the whole: trials around it
								 * without success */
	uint64_t	draw;			/* state of DrawUniform */
} PlacesNeighbourhood;

extern double CostOf(const PlacesNeighbourhood *r, const PlacesDraft *place, int count);
extern bool DivideNeighbourhood(PlacesNeighbourhood *r, bool swap);
extern void ForgetCells(PlacesNeighbourhood *r, int place);

#endif							/* PLACES_NEIGHBOURHOOD_H */
