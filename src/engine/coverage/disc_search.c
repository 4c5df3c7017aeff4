/*
 * disc_search.c
 *	  Choose the discs that cover most homes.
 *
 * Candidates stand on a lattice (disc_candidates.c).  Greedy: the
 * candidate with most homes not yet covered joins, after climbing to the best
 * spot nearby, unless the set cannot feed it (disc_set.c).  What a
 * candidate would add only shrinks as others join, and one that was refused is
 * out, so the queue is evaluated lazily.
 *
 * Then local search, by destroying and repairing: around a candidate with
 * open homes, one to three of the discs nearby are removed, the candidate
 * joins, and the neighbourhood is filled greedily again, gains multiplied by
 * factors around one.  What covers less is undone.  Choices and factors come
 * from a fixed sequence of pseudo-random numbers: the same points give the
 * same answer.  The search ends when trials have failed for long, or after an
 * amount of work, counted in points looked at, in proportion to the points.
 */
#include "engine/coverage/disc_search.h"

#include "engine/coverage/disc_candidates.h"

/* Work allowed to the local search: for each point, and in any case. */
#define WORK_PER_POINT 14000.0
#define WORK_AT_LEAST 4e6
#define WORK_AT_MOST 2e9

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

	HostCheckCancel();
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

			if (g > gain && GridWeight(s->state->grid, cx, cy, s->state->radius) >=
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
	const PlacesGrid *grid = s->state->grid;
	int			row = (int) ceil((y - reach - grid->bottom) / s->step);
	int			top = (int) floor((y + reach - grid->bottom) / s->step);
	int			from = (int) ceil((x - reach - grid->left) / s->step);
	int			upto = (int) floor((x + reach - grid->left) / s->step);

	s->heaped = 0;
	for (; row <= top; row++)
	{
		int			i = CoverageCandidateFrom(s, from, row);

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
		HostCheckCancelAt(count);
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
	double		stalled = 0;

	while (state->work < end && stalled < STALL + (double) STALL_PER_DISC * state->discs)
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
 * they own is better divided by distance (partition.c).
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
	s.draw = 1;
	CoverageFindCandidates(&s);
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
