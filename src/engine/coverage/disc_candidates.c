/*
 * disc_candidates.c
 *	  Where a disc may be put.
 *
 * Candidates stand on a lattice of a quarter of the radius, near homes.  Where
 * the lattice point's disc does not hold the minimum, the candidate moves
 * within its square to a spot that does, found by branch and bound, or is
 * dropped.
 */
#include "engine/coverage/disc_candidates.h"

#include <limits.h>

/* Lattice steps to a radius; candidates stand up to WIDE steps from a home. */
#define STEPS_PER_RADIUS 4.0
#define WIDE 4

/* Lattice points looked at for each point, beyond which WIDE is less. */
#define LATTICE_PER_POINT 10.0

/* Candidates sorted, or seeds laid out, between two looks for a cancel. */
#define SORT_AT_ONCE 20000

/* Squares looked into for a spot with the minimum, near one candidate. */
#define MAX_NODES 100

static int
CompareCandidates(const void *a, const void *b)
{
	const CoverageCandidate *p = (const CoverageCandidate *) a;
	const CoverageCandidate *q = (const CoverageCandidate *) b;

	if (p->row != q->row)
		return p->row < q->row ? -1 : 1;
	return (p->column > q->column) - (p->column < q->column);
}

/* Merges two sorted runs, the second behind the first; doubles are dropped. */
static int
MergeCandidates(CoverageCandidate *candidate, int first, int second)
{
	CoverageCandidate *run = HostNew(CoverageCandidate, first);
	CoverageCandidate *rest = candidate + first;
	int			kept = 0;
	int			i = 0;
	int			j = 0;

	memcpy(run, candidate, sizeof(CoverageCandidate) * first);
	while (i < first || j < second)
	{
		int			order = i == first ? 1 : j == second ? -1 : CompareCandidates(&run[i], &rest[j]);

		HostCheckCancelAt(kept);
		candidate[kept++] = order <= 0 ? run[i] : rest[j];
		i += order <= 0;
		j += order >= 0;
	}
	HostFree(run);
	return kept;
}

/*
 * Sorts and drops doubles; returns how many are left.  By halves, so that a
 * cancel need not wait for the whole.
 */
static int
UniqueCandidates(CoverageCandidate *candidate, int count)
{
	int			kept = 0;
	int			i;

	HostCheckCancel();
	if (count > SORT_AT_ONCE)
	{
		int			half = count / 2;
		int			second;

		kept = UniqueCandidates(candidate, half);
		second = UniqueCandidates(candidate + half, count - half);
		memmove(candidate + kept, candidate + half, sizeof(CoverageCandidate) * second);
		return MergeCandidates(candidate, kept, second);
	}
	qsort(candidate, count, sizeof(CoverageCandidate), CompareCandidates);
	for (i = 0; i < count; i++)
	{
		if (kept == 0 || CompareCandidates(&candidate[kept - 1], &candidate[i]) != 0)
			candidate[kept++] = candidate[i];
	}
	return kept;
}

static void
SetCandidate(CoverageSearcher *s, CoverageCandidate *c, double column, double row)
{
	const PlacesGrid *grid = s->state->grid;

	/* ranges.h: the grid is not that wide, nor the radius that small */
	Assert(fabs(column) < INT_MAX && fabs(row) < INT_MAX);
	memset(c, 0, sizeof(*c));
	c->favour = 1;
	c->column = (int) column;
	c->row = (int) row;
	c->x = grid->left + column * s->step;
	c->y = grid->bottom + row * s->step;
}

/* The lattice points nearest to the points, where a wider disc has enough. */
static int
OccupiedLattice(CoverageSearcher *s, CoverageCandidate *out)
{
	CoverageState *state = s->state;
	const PlacesGrid *grid = state->grid;
	double		reach = state->radius + (WIDE + 0.9) * s->step;
	int			count = 0;
	int			kept = 0;
	int			i;

	for (i = 0; i < grid->n; i++)
	{
		if (i % SORT_AT_ONCE == 0)
			HostCheckCancel();
		SetCandidate(s, &out[count],
					 floor((grid->x[i] - grid->left) / s->step + 0.5),
					 floor((grid->y[i] - grid->bottom) / s->step + 0.5));
		if (count == 0 || CompareCandidates(&out[count - 1], &out[count]) != 0)
			count++;
	}
	count = UniqueCandidates(out, count);
	for (i = 0; i < count; i++)
	{
		CoverageCountWork(state, 50);
		if (GridWeight(grid, out[i].x, out[i].y, reach) >= state->min_homes)
			out[kept++] = out[i];
	}
	return kept;
}

/*
 * Looks for a spot with the minimum in the square of half-side "half" around
 * (x, y), by halving: no disc in the square holds more than the disc around
 * its middle that is wider by half a diagonal.  Fills the candidate's place.
 */
static bool
FindSpot(CoverageSearcher *s, CoverageCandidate *c, double x, double y,
		 double half, int depth, int *nodes)
{
	CoverageState *state = s->state;
	double		bound[4];
	int			tries;
	int			i;

	for (i = 0; i < 4; i++)
	{
		double		cx = x + ((i & 1) ? half : -half) / 2;
		double		cy = y + ((i & 2) ? half : -half) / 2;

		CoverageCountWork(state, 100);
		c->gain = GridWeight(state->grid, cx, cy, state->radius);
		if (c->gain >= state->min_homes)
		{
			c->x = cx;
			c->y = cy;
			return true;
		}
		bound[i] = GridWeight(state->grid, cx, cy, state->radius + half * 0.70711);
	}
	for (tries = 0; tries < 4 && depth > 0; tries++)
	{
		int			best = 0;

		for (i = 1; i < 4; i++)
		{
			if (bound[i] > bound[best])
				best = i;
		}
		if (bound[best] < state->min_homes || --*nodes < 0)
			return false;
		bound[best] = -1;
		if (FindSpot(s, c, x + ((best & 1) ? half : -half) / 2,
					 y + ((best & 2) ? half : -half) / 2, half / 2, depth - 1, nodes))
			return true;
	}
	return false;
}

/* Moves a candidate that holds too few homes to a spot in its square with enough. */
static bool
Settle(CoverageSearcher *s, CoverageCandidate *c)
{
	CoverageState *state = s->state;
	int			nodes = MAX_NODES;

	if (c->gain >= state->min_homes)
		return true;
	if (GridWeight(state->grid, c->x, c->y,
						   state->radius + s->step * 0.70711) < state->min_homes)
		return false;
	return FindSpot(s, c, c->x, c->y, s->step / 2, 6, &nodes);
}

/*
 * The candidates: the occupied lattice, widened by up to WIDE steps, where a
 * disc holds enough homes.
 */
void
CoverageFindCandidates(CoverageSearcher *s)
{
	CoverageState *state = s->state;
	CoverageCandidate *seed = HostNew(CoverageCandidate, state->grid->n);
	int			seeds;
	int			wide;
	double		most = LATTICE_PER_POINT * state->grid->n + 50000;
	int			count = 0;
	int			kept = 0;
	int			i;

	s->step = state->radius / STEPS_PER_RADIUS;
	seeds = OccupiedLattice(s, seed);
	for (wide = WIDE; wide > 0; wide--)
	{
		if (seeds * (2 * wide + 1.0) * (2 * wide + 1) <= most)
			break;
	}
	s->candidate = HostNew(CoverageCandidate, seeds * (2 * wide + 1.0) * (2 * wide + 1));
	for (i = 0; i < seeds; i++)
	{
		int			dx;
		int			dy;

		if (i % (SORT_AT_ONCE / 16) == 0)
			HostCheckCancel();
		for (dy = -wide; dy <= wide; dy++)
		{
			for (dx = -wide; dx <= wide; dx++)
				SetCandidate(s, &s->candidate[count++], seed[i].column + dx, seed[i].row + dy);
		}
	}
	HostFree(seed);
	count = UniqueCandidates(s->candidate, count);
	for (i = 0; i < count; i++)
	{
		CoverageCandidate *c = &s->candidate[i];

		CoverageCountWork(state, 50);
		c->gain = GridWeight(state->grid, c->x, c->y, state->radius);
		if (Settle(s, c))
			s->candidate[kept++] = *c;
	}
	s->candidates = kept;
}

/* First candidate at or after the place on the lattice. */
int
CoverageCandidateFrom(const CoverageSearcher *s, int column, int row)
{
	CoverageCandidate key;
	int			low = 0;
	int			high = s->candidates;

	key.column = column;
	key.row = row;
	while (low < high)
	{
		int			middle = low + (high - low) / 2;

		if (CompareCandidates(&s->candidate[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
