/*
 * coverage_search.c
 *	  Choose the discs that cover most homes.
 *
 * Candidates stand on a lattice of a quarter of the radius, moved within their
 * square to a spot that holds the minimum where the lattice point does not
 * (branch and bound).  Greedy: the candidate with most homes not yet covered
 * joins, after climbing to the best spot nearby, unless the set cannot feed
 * it (coverage_discs.c).  What a candidate would add only shrinks as others
 * join, and one that was refused is out, so the queue is evaluated lazily.
 *
 * Then local search, by destroying and repairing: around a candidate with
 * open homes, one to three of the discs nearby are removed, the candidate
 * joins, and the neighbourhood is filled greedily again, gains multiplied by
 * factors around one.  What covers less is undone.  Choices and factors come
 * from a fixed sequence of pseudo-random numbers: the same points give the
 * same answer.  The search ends when trials have failed for long, or after an
 * amount of work, counted in points looked at, in proportion to the points.
 */
#include "coverage_search.h"

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

/* Lattice steps to a radius; candidates stand up to WIDE steps from a home. */
#define STEPS_PER_RADIUS 4.0
#define WIDE 4

/* Lattice points looked at for each point, beyond which WIDE is less. */
#define LATTICE_PER_POINT 10.0

/* Work allowed to the local search: for each point, and in any case. */
#define WORK_PER_POINT 14000.0
#define WORK_AT_LEAST 4e6
#define WORK_AT_MOST 2e9

/* Squares looked into for a spot with the minimum, near one candidate. */
#define MAX_NODES 100

/* Discs removed in one trial: one to this many. */
#define REMOVALS 3

/* Range of the random factor of gains, within half of this around one. */
#define FAVOUR_RANGE 0.6

/* Trials on one list of candidates. */
#define TRIALS_PER_LIST 30

/* Trials without success, in any case and for each disc, that end the search. */
#define STALL 400
#define STALL_PER_DISC 80

/* Discs near a candidate that are tried for removal. */
#define MAX_REMOVALS 8

static const double compass[8][2] = {
	{1, 0}, {0.7, 0.7}, {0, 1}, {-0.7, 0.7}, {-1, 0}, {-0.7, -0.7}, {0, -1}, {0.7, -0.7}
};

static int
CompareCandidates(const void *a, const void *b)
{
	const CoverageCandidate *p = (const CoverageCandidate *) a;
	const CoverageCandidate *q = (const CoverageCandidate *) b;

	if (p->row != q->row)
		return p->row < q->row ? -1 : 1;
	return (p->column > q->column) - (p->column < q->column);
}

/* Sorts and drops doubles; returns how many are left. */
static int
UniqueCandidates(CoverageCandidate *candidate, int count)
{
	int			kept = 0;
	int			i;

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
	const CoverageGrid *grid = s->state->grid;

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
	const CoverageGrid *grid = state->grid;
	double		reach = state->radius + (WIDE + 0.9) * s->step;
	int			count = 0;
	int			kept = 0;
	int			i;

	for (i = 0; i < grid->n; i++)
	{
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
		if (CoverageGridWeight(grid, out[i].x, out[i].y, reach) >= state->min_homes)
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
		c->gain = CoverageGridWeight(state->grid, cx, cy, state->radius);
		if (c->gain >= state->min_homes)
		{
			c->x = cx;
			c->y = cy;
			return true;
		}
		bound[i] = CoverageGridWeight(state->grid, cx, cy, state->radius + half * 0.70711);
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
	if (CoverageGridWeight(state->grid, c->x, c->y,
						   state->radius + s->step * 0.70711) < state->min_homes)
		return false;
	return FindSpot(s, c, c->x, c->y, s->step / 2, 6, &nodes);
}

/*
 * The candidates: the occupied lattice, widened by up to WIDE steps, where a
 * disc holds enough homes.
 */
static void
FindCandidates(CoverageSearcher *s)
{
	CoverageState *state = s->state;
	CoverageCandidate *seed = HostNew(CoverageCandidate, state->grid->n);
	int			seeds;
	int			wide;
	double		most = LATTICE_PER_POINT * state->grid->n + 50000;
	int			count = 0;
	int			kept = 0;
	int			i;

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
		c->gain = CoverageGridWeight(state->grid, c->x, c->y, state->radius);
		if (Settle(s, c))
			s->candidate[kept++] = *c;
	}
	s->candidates = kept;
}

/*
 * A heap of candidates, the greatest gain first, ties to the lower index.
 */
static bool
Before(const CoverageSearcher *s, int a, int b)
{
	double		p = s->candidate[a].gain * s->candidate[a].favour;
	double		q = s->candidate[b].gain * s->candidate[b].favour;

	return p > q || (p == q && a < b);
}

static void
SiftDown(CoverageSearcher *s, int at)
{
	int			moving = s->heap[at];

	for (;;)
	{
		int			child = 2 * at + 1;

		if (child >= s->heaped)
			break;
		if (child + 1 < s->heaped && Before(s, s->heap[child + 1], s->heap[child]))
			child++;
		if (!Before(s, s->heap[child], moving))
			break;
		s->heap[at] = s->heap[child];
		at = child;
	}
	s->heap[at] = moving;
}

static void
Heapify(CoverageSearcher *s)
{
	int			i;

	for (i = s->heaped / 2 - 1; i >= 0; i--)
		SiftDown(s, i);
}

/*
 * Moves (x, y) to where a disc takes in more open homes, by steps from half
 * of the lattice's down; returns the gain there.
 */
static double
Climb(CoverageSearcher *s, double *x, double *y, double gain)
{
	double		step = s->step / 2;
	int			level;

	for (level = 0; level < 4; level++, step /= 2)
	{
		int			tries;
		int			d = 0;

		for (tries = 0; tries < 8; tries++, d = (d + 1) & 7)
		{
			double		cx = *x + step * compass[d][0];
			double		cy = *y + step * compass[d][1];
			double		g = CoverageGain(s->state, cx, cy);

			if (g > gain && CoverageGridWeight(s->state->grid, cx, cy, s->state->radius) >=
				s->state->min_homes)
			{
				gain = g;
				*x = cx;
				*y = cy;
				tries = -1;
				d = (d + 7) & 7;
			}
		}
	}
	return gain;
}

/* Adds a disc at the best spot near the candidate, or else right there. */
static bool
AddNear(CoverageSearcher *s, double x, double y, double gain)
{
	double		best_x = x;
	double		best_y = y;

	if (Climb(s, &best_x, &best_y, gain) > gain &&
		CoverageAddDisc(s->state, best_x, best_y))
		return true;
	return CoverageAddDisc(s->state, x, y);
}

/*
 * Adds candidates of the heap until none is left that covers more.
 */
static void
FillFromHeap(CoverageSearcher *s)
{
	while (s->heaped > 0)
	{
		CoverageCandidate *c = &s->candidate[s->heap[0]];
		double		gain = CoverageGain(s->state, c->x, c->y);

		if (gain < c->gain)
		{
			c->gain = gain;
			if (gain <= 0)
				s->heap[0] = s->heap[--s->heaped];
			SiftDown(s, 0);
			continue;
		}
		if (!AddNear(s, c->x, c->y, gain))
		{
			s->heap[0] = s->heap[--s->heaped];
			SiftDown(s, 0);
		}
	}
}

/* First candidate at or after the place on the lattice. */
static int
CandidateFrom(const CoverageSearcher *s, int column, int row)
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

/* A number in [0, 1) that depends on nothing but how often it was asked for. */
static double
NextDraw(CoverageSearcher *s)
{
	s->draw = s->draw * 6364136223846793005ULL + 1442695040888963407ULL;
	return (double) (s->draw >> 11) / 9007199254740992.0;
}

/* Fills greedily from the candidates within reach of (x, y). */
static void
FillAround(CoverageSearcher *s, double x, double y, double reach)
{
	const CoverageGrid *grid = s->state->grid;
	int			row = (int) ceil((y - reach - grid->bottom) / s->step);
	int			top = (int) floor((y + reach - grid->bottom) / s->step);
	int			from = (int) ceil((x - reach - grid->left) / s->step);
	int			upto = (int) floor((x + reach - grid->left) / s->step);

	s->heaped = 0;
	for (; row <= top; row++)
	{
		int			i = CandidateFrom(s, from, row);

		for (; i < s->candidates && s->candidate[i].row == row &&
			 s->candidate[i].column <= upto; i++)
		{
			CoverageCandidate *c = &s->candidate[i];

			c->gain = CoverageGain(s->state, c->x, c->y);
			c->favour = 1 + FAVOUR_RANGE * (NextDraw(s) - 0.5);
			if (c->gain > 0)
				s->heap[s->heaped++] = i;
		}
	}
	Heapify(s);
	FillFromHeap(s);
}

/* The discs nearest to (x, y), that a disc there could take homes from. */
static int
DiscsNear(CoverageSearcher *s, double x, double y)
{
	CoverageState *state = s->state;
	double		square[MAX_REMOVALS];
	int			count = 0;
	int			d;

	for (d = 0; d < state->discs; d++)
	{
		double		dx = state->disc[d].x - x;
		double		dy = state->disc[d].y - y;
		double		q = dx * dx + dy * dy;
		int			i;

		if (!state->disc[d].active || q > 4 * state->radius * state->radius ||
			(count == MAX_REMOVALS && q >= square[count - 1]))
			continue;
		if (count < MAX_REMOVALS)
			count++;
		for (i = count - 1; i > 0 && square[i - 1] > q; i--)
		{
			square[i] = square[i - 1];
			s->near[i] = s->near[i - 1];
		}
		square[i] = q;
		s->near[i] = d;
	}
	return count;
}

/*
 * Removes a few discs near the candidate, puts one there, and fills the
 * neighbourhood again; undone unless it covers as much as before.  Returns
 * whether it covers more.
 */
static bool
TryAt(CoverageSearcher *s, const CoverageCandidate *c)
{
	CoverageState *state = s->state;
	double		before = state->kept;
	int			count = DiscsNear(s, c->x, c->y);
	int			removals = 1 + (int) (NextDraw(s) * REMOVALS);
	double		x = c->x;
	double		y = c->y;

	for (; removals > 0 && count > 0; removals--)
	{
		int			i = (int) (NextDraw(s) * count);

		CoverageRemoveDisc(state, s->near[i]);
		s->near[i] = s->near[--count];
	}
	if (AddNear(s, x, y, CoverageGain(state, x, y)))
	{
		FillAround(s, x, y, 2 * state->radius);
		if (state->kept >= before)
		{
			CoverageForget(state);
			return state->kept > before;
		}
	}
	CoverageUndo(state, 0);
	return false;
}

/* Counts all gains and lists the candidates that have one, greatest first. */
static int
ListCandidates(CoverageSearcher *s)
{
	int			count = 0;
	int			i;

	s->heaped = 0;
	for (i = 0; i < s->candidates; i++)
	{
		CoverageCandidate *c = &s->candidate[i];

		c->gain = CoverageGain(s->state, c->x, c->y);
		if (c->gain > 0)
			s->heap[s->heaped++] = i;
	}
	Heapify(s);
	while (s->heaped > 0)
	{
		s->turn[count++] = s->heap[0];
		s->heap[0] = s->heap[--s->heaped];
		SiftDown(s, 0);
	}
	return count;
}

/*
 * Local search: trials at candidates with open homes, those with many more
 * often, until the budget is spent or success has become rare.
 */
static void
Improve(CoverageSearcher *s, double budget)
{
	CoverageState *state = s->state;
	double		end = state->work + budget;
	int			stalled = 0;

	while (state->work < end && stalled < STALL + STALL_PER_DISC * state->discs)
	{
		int			count = ListCandidates(s);
		int			i;

		if (count == 0)
			break;
		for (i = 0; i < TRIALS_PER_LIST && state->work < end; i++)
		{
			double		u = NextDraw(s);
			const CoverageCandidate *c = &s->candidate[s->turn[(int) (u * u * count)]];

			stalled++;
			if (CoverageGain(state, c->x, c->y) > 0 && TryAt(s, c))
				stalled = 0;
		}
	}
}

/*
 * Removes discs that cover nothing of their own, the lightest first: what
 * they own is better divided by distance (coverage_divide.c).
 */
static void
Prune(CoverageState *state)
{
	bool	   *tried = HostNewZero(bool, state->discs);

	for (;;)
	{
		double		before = state->kept;
		int			lightest = -1;
		int			d;

		for (d = 0; d < state->discs; d++)
		{
			if (state->disc[d].active && !tried[d] &&
				(lightest < 0 || state->disc[d].load < state->disc[lightest].load))
				lightest = d;
		}
		if (lightest < 0)
			break;
		tried[lightest] = true;
		CoverageRemoveDisc(state, lightest);
		if (state->kept < before)
			CoverageUndo(state, 0);
		else
			CoverageForget(state);
	}
	HostFree(tried);
}

/*
 * Adds discs to the empty state until the search finds no better set.
 */
void
CoverageSearch(CoverageState *state)
{
	CoverageSearcher s;
	int			i;

	memset(&s, 0, sizeof(s));
	s.state = state;
	s.step = state->radius / STEPS_PER_RADIUS;
	s.draw = 1;
	FindCandidates(&s);
	s.heap = HostNew(int, s.candidates);
	s.turn = HostNew(int, s.candidates);
	s.near = HostNew(int, MAX_REMOVALS);
	for (i = 0; i < s.candidates; i++)
		s.heap[i] = i;
	s.heaped = s.candidates;
	Heapify(&s);
	FillFromHeap(&s);
	CoverageForget(state);
	Improve(&s, fmin(WORK_AT_MOST, fmax(WORK_AT_LEAST, WORK_PER_POINT * state->grid->n)));
	Prune(state);
	HostFree(s.candidate);
	HostFree(s.heap);
	HostFree(s.turn);
	HostFree(s.near);
}
