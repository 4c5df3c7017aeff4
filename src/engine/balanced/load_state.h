/*
 * load_state.h
 *	  Places that share out loads: what they are to carry, and what they do.
 *
 * The measures that are balanced are homes, the first of them, and those loads that
 * have a tolerance and are carried by anybody.  All amounts are multiples of what a
 * mean place has, so that one measure counts as much as another.
 */
#ifndef PLACES_LOAD_STATE_H
#define PLACES_LOAD_STATE_H

#include "engine/balanced/load_task.h"

#define MOST_MEASURES	(MOST_LOADS + 1)
#define LOAD_ROUNDING	1e-9	/* of a mean place: less is nothing */

/* The question. */
typedef struct PlacesLoadProblem
{
	const PlacesPoints *points;
	int			k;
	int			measures;
	double	   *amount;			/* of each point, measures in a row */
	double	   *low;			/* of each place, the same */
	double	   *high;
	double		oversized;		/* homes of a point beyond which it is a place by itself */
	bool	   *stays;			/* which points nobody moves */
	double		x,
				y;				/* the middle of all: sums are around it */
	double		dust;			/* homes that a point without any counts as, where it
								 * is asked how far off it is */
	double		squares;		/* sum of squares of all around the middle */
} PlacesLoadProblem;

/* An answer, and what follows from it. */
typedef struct PlacesLoadState
{
	const PlacesLoadProblem *problem;
	int		   *label;			/* of each point: the caller's */
	double	   *w;				/* homes of each place, */
	double	   *wx;				/* sums of coordinates around the middle, */
	double	   *wy;
	int		   *heavy;			/* points that carry homes, */
	double	   *sum;			/* and amounts, measures in a row */
} PlacesLoadState;

/* How good an answer is: the less the better, the first first. */
typedef struct PlacesLoadScore
{
	double		sizes;			/* outside the bounds of homes, in mean places */
	double		loads;			/* outside those of loads */
	double		squares;		/* sum of squares, of the points that are in a place */
} PlacesLoadScore;

/* Of an amount outside its bounds. */
static inline double
Excess(double low, double high, double sum)
{
	double		excess = Max(low - sum, sum - high);

	return excess > LOAD_ROUNDING ? excess : 0;
}

extern PlacesLoadProblem *NewLoadProblem(const PlacesLoadTask *task, const int *label);
extern void FreeLoadProblem(PlacesLoadProblem *problem);
extern PlacesLoadState *NewLoadState(const PlacesLoadProblem *problem, int *label);
extern void FreeLoadState(PlacesLoadState *state);
extern void MoveLoad(PlacesLoadState *state, int point, int to);
extern double SquaresOfMove(const PlacesLoadState *state, int point, int to);
extern double SquaresOfMeanPlace(const PlacesLoadState *state);
extern PlacesLoadScore ScoreLoads(const PlacesLoadState *state);
extern bool IsBalanced(PlacesLoadScore score);
extern bool IsBetterScore(PlacesLoadScore a, PlacesLoadScore b);

#endif							/* PLACES_LOAD_STATE_H */
