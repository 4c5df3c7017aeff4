/*
 * disc_candidates.h
 *	  Where a disc may be put: the state of the search for discs.
 */
#ifndef PLACES_DISC_CANDIDATES_H
#define PLACES_DISC_CANDIDATES_H

#include "engine/coverage/disc_set.h"

typedef struct CoverageCandidate
{
	int			column;			/* on the lattice */
	int			row;
	double		x;
	double		y;
	double		gain;			/* open homes in a disc here, when last counted */
	double		favour;			/* by which the gain is multiplied to be ranked */
} CoverageCandidate;

typedef struct CoverageSearcher
{
	CoverageState *state;
	double		step;			/* of the lattice */
	CoverageCandidate *candidate;	/* by row, then column */
	int			candidates;
	int		   *heap;			/* candidates, the greatest gain first */
	int			heaped;
	int		   *turn;			/* candidates in the order of a round */
	int		   *near;			/* scratch: discs near a candidate */
	uint64_t	draw;			/* state of NextDraw */
} CoverageSearcher;

extern void CoverageFindCandidates(CoverageSearcher *s);
extern int	CoverageCandidateFrom(const CoverageSearcher *s, int column, int row);

#endif							/* PLACES_DISC_CANDIDATES_H */
