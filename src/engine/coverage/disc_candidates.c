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

#include "engine/base/sort.h"

#include <limits.h>

/* Lattice steps to a radius; candidates stand up to WIDE steps from a home. */
#define STEPS_PER_RADIUS 4.0
#define WIDE 4

/* Lattice points looked at for each point, beyond which WIDE is less. */
#define LATTICE_PER_POINT 10.0

/* Squares looked into for a spot with the minimum, near one candidate. */
#define MAX_NODES 100

static int
CompareCandidates(const void *a, const void *b)
{
	const PlacesCandidate *p = (const PlacesCandidate *) a;
	const PlacesCandidate *q = (const PlacesCandidate *) b;

	if (p->row != q->row)
		return p->row < q->row ? -1 : 1;
	return (p->column > q->column) - (p->column < q->column);
}

/* Sorts and drops doubles; returns how many are left. */
static int
UniqueCandidates(PlacesCandidate *candidate, int count)
{
	int			kept = 0;

	SortItems(candidate, count, sizeof(PlacesCandidate), CompareCandidates);
	for (int i = 0; i < count; i++)
	{
		HostCheckCancelAt(i);
		if (kept == 0 || CompareCandidates(&candidate[kept - 1], &candidate[i]) != 0)
			candidate[kept++] = candidate[i];
	}
	return kept;
}

static void
SetCandidate(PlacesDiscSearch *s, PlacesCandidate *c, double column, double row)
{
	const PlacesGrid *grid = s->set->grid;

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
OccupiedLattice(PlacesDiscSearch *s, PlacesCandidate *out)
{
	PlacesDiscSet *set = s->set;
	const PlacesGrid *grid = set->grid;
	double		reach = set->rules.max_radius + (WIDE + 0.9) * s->step;
	int			count = 0;
	int			kept = 0;

	for (int i = 0; i < grid->n; i++)
	{
		HostCheckCancelAt(i);
		SetCandidate(s, &out[count],
					 floor((grid->x[i] - grid->left) / s->step + 0.5),
					 floor((grid->y[i] - grid->bottom) / s->step + 0.5));
		if (count == 0 || CompareCandidates(&out[count - 1], &out[count]) != 0)
			count++;
	}
	count = UniqueCandidates(out, count);
	for (int i = 0; i < count; i++)
	{
		CountWork(set, 50);
		if (GridWeight(grid, out[i].x, out[i].y, reach) >= set->rules.min_homes)
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
FindSpot(PlacesDiscSearch *s, PlacesCandidate *c, double x, double y,
		 double half, int depth, int *nodes)
{
	PlacesDiscSet *set = s->set;
	double		bound[4];

	for (int i = 0; i < 4; i++)
	{
		double		cx = x + ((i & 1) ? half : -half) / 2;
		double		cy = y + ((i & 2) ? half : -half) / 2;

		CountWork(set, 100);
		c->gain = GridWeight(set->grid, cx, cy, set->rules.max_radius);
		if (c->gain >= set->rules.min_homes)
		{
			c->x = cx;
			c->y = cy;
			return true;
		}
		bound[i] = GridWeight(set->grid, cx, cy, set->rules.max_radius + half * 0.70711);
	}
	for (int tries = 0; tries < 4 && depth > 0; tries++)
	{
		int			best = 0;

		for (int i = 1; i < 4; i++)
		{
			if (bound[i] > bound[best])
				best = i;
		}
		if (bound[best] < set->rules.min_homes || --*nodes < 0)
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
Settle(PlacesDiscSearch *s, PlacesCandidate *c)
{
	PlacesDiscSet *set = s->set;
	int			nodes = MAX_NODES;

	if (c->gain >= set->rules.min_homes)
		return true;
	if (GridWeight(set->grid, c->x, c->y,
				   set->rules.max_radius + s->step * 0.70711) < set->rules.min_homes)
		return false;
	return FindSpot(s, c, c->x, c->y, s->step / 2, 6, &nodes);
}

/*
 * The candidates: the occupied lattice, widened by up to WIDE steps, where a
 * disc holds enough homes.
 */
void
FindCandidates(PlacesDiscSearch *s)
{
	PlacesDiscSet *set = s->set;
	PlacesCandidate *seed = HostNew(PlacesCandidate, set->grid->n);
	int			seeds;
	int			wide;
	double		most = LATTICE_PER_POINT * set->grid->n + 50000;
	int			count = 0;
	int			kept = 0;

	s->step = set->rules.max_radius / STEPS_PER_RADIUS;
	seeds = OccupiedLattice(s, seed);
	for (wide = WIDE; wide > 0; wide--)
	{
		if (seeds * (2 * wide + 1.0) * (2 * wide + 1) <= most)
			break;
	}
	s->candidate = HostNew(PlacesCandidate, seeds * (2 * wide + 1.0) * (2 * wide + 1));
	for (int i = 0; i < seeds; i++)
	{
		HostCheckCancelAt(16 * i);
		for (int dy = -wide; dy <= wide; dy++)
		{
			for (int dx = -wide; dx <= wide; dx++)
				SetCandidate(s, &s->candidate[count++], seed[i].column + dx, seed[i].row + dy);
		}
	}
	HostFree(seed);
	count = UniqueCandidates(s->candidate, count);
	for (int i = 0; i < count; i++)
	{
		PlacesCandidate *c = &s->candidate[i];

		CountWork(set, 50);
		c->gain = GridWeight(set->grid, c->x, c->y, set->rules.max_radius);
		if (Settle(s, c))
			s->candidate[kept++] = *c;
	}
	s->candidates = kept;
}

/* First candidate at or after the place on the lattice. */
int
CandidateFrom(const PlacesDiscSearch *s, int column, int row)
{
	PlacesCandidate key;
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
