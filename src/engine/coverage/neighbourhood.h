/*
 * neighbourhood.h
 *	  Some neighbouring places, whose homes are divided among them anew.
 */
#ifndef PLACES_NEIGHBOURHOOD_H
#define PLACES_NEIGHBOURHOOD_H

#include "engine/base/kdtree.h"
#include "engine/coverage/division.h"

/* Places of a neighbourhood, at most. */
#define MOST_CHOSEN 32

/* Share of the neighbourhood's cost that a trial must save. */
#define LEAST_GAIN 5e-4

/* What a trial does with the centres before it divides the homes. */
typedef enum PlacesMove
{
	CENTRES_STAY,
	CENTRE_MOVED,				/* one of them is set down elsewhere */
	CENTRE_ADDED,				/* a place more */
	CENTRE_GONE					/* a place less */
} PlacesMove;

typedef struct PlacesNeighbourhood
{
	PlacesDivision *division;	/* the whole */
	double		penalty;		/* per squared deviation from the target */
	int			wanted;			/* places of about the target in the whole */
	PlacesDivision part;		/* the neighbourhood as a division of its own,
								 * places 0 .. part.places - 1; it shares the
								 * arrays of points with the whole */
	int			places;			/* that it was chosen of */
	int			chosen[MOST_CHOSEN + 1];	/* in the whole; the last is the one whose
										 * centre is gone */
	PlacesDraft before[MOST_CHOSEN];	/* as they were */
	int			swapped;		/* the one whose centre was moved or added, or -1 */
	bool		reverted[MOST_CHOSEN + 1];	/* has its former circle again */
	int			points;			/* of all its places */
	int			start[MOST_CHOSEN + 1]; /* first point of each */
	int		   *point;
	int		   *owner;			/* their places and links before the trial */
	int		   *next;
	double	   *x;				/* scratch: points of one place */
	double	   *y;
	int			room;			/* places that the whole may come to have */
	int		   *found;			/* scratch: places */
	PlacesKdTree **cells;		/* per place of the whole: its coarse picture, or
								 * NULL */
	int		   *failed;			/* per place of the whole: trials around it
								 * without success */
	uint64_t	draw;			/* state of DrawUniform */
} PlacesNeighbourhood;

extern double CostOf(const PlacesNeighbourhood *r, const PlacesDraft *place, int count);
extern void ListPoints(PlacesNeighbourhood *r);
extern bool DivideNeighbourhood(PlacesNeighbourhood *r, PlacesMove move, double wanted);
extern void ForgetCells(PlacesNeighbourhood *r, int place);

#endif							/* PLACES_NEIGHBOURHOOD_H */
