/*
 * disc_candidates.h
 *	  Where a disc may be put: the set of the search for discs.
 */
#ifndef PLACES_DISC_CANDIDATES_H
#define PLACES_DISC_CANDIDATES_H

#include "engine/base/heap.h"
#include "engine/coverage/disc_set.h"

typedef struct PlacesCandidate
{
	int			column;			/* on the lattice */
	int			row;
	double		x;
	double		y;
	double		gain;			/* open homes in a disc here, when last counted, */
	int			counted;		/* and how many discs had been added by then */
	double		favour;			/* by which the gain is multiplied to be ranked */
} PlacesCandidate;

typedef struct PlacesDiscSearch
{
	PlacesDiscSet *set;
	double		step;			/* of the lattice */
	PlacesCandidate *candidate;	/* by row, then column */
	int			candidates;
	PlacesHeap	heap;			/* candidates, the greatest gain first */
	int			added;			/* discs added so far, and one */
	int		   *turn;			/* candidates in the order of a round */
	uint64_t	draw;			/* state of DrawUniform */
} PlacesDiscSearch;

extern void FindCandidates(PlacesDiscSearch *s);
extern int	CandidateFrom(const PlacesDiscSearch *s, int column, int row);

#endif							/* PLACES_DISC_CANDIDATES_H */
