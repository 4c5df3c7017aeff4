/*
 * disc_search.c
 *	  Choose the discs that cover most homes.
 *
 * Candidates stand on a lattice (disc_candidates.c).  Greedy: the
 * candidate with most homes not yet covered joins, after climbing to the best
 * spot nearby, unless it cannot be given the minimum (disc_set.c).  What a
 * candidate would add only shrinks as others join, and one that was refused is
 * out, so the queue is evaluated lazily.
 *
 * Then local search, by destroying and repairing: around a candidate with
 * open homes, one to three of the discs nearby are removed, the candidate
 * joins, and the neighbourhood is filled greedily again, gains multiplied by
 * factors around one.  What covers less is undone.  Choices and factors come
 * from a fixed sequence of pseudo-random numbers: the same points give the
 * same answer.  The search ends when trials have failed for long, or after an
 * amount of work, counted in points looked at, in proportion to the points, within limits.
 */
#include "engine/coverage/disc_search.h"

#include "engine/base/random.h"
#include "engine/base/sort.h"
#include "engine/coverage/disc_candidates.h"
#include "engine/coverage/open_points.h"

/* Work allowed to the local search: for each point, and in any case. */
#define WORK_PER_POINT 2500.0
#define WORK_AT_LEAST 7.5e5
#define WORK_AT_MOST 4e8

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

/* What a candidate is ranked by in the heap: the greatest gain is in front. */
static double
KeyOf(const PlacesCandidate *c)
{
	return -(c->gain * c->favour);
}

/* Gathers the open points that a disc up to a step of the lattice from (x, y) would take; returns their homes. */
static double
GatherAround(PlacesDiscSearch *s, double x, double y)
{
	return GatherOpen(s->set, x, y, (s->set->rules.max_radius + s->step) * (1 + 1e-9));
}

/*
 * Moves (x, y), around which the open points have been gathered, to where a disc takes in
 * more open homes, by steps from half of the lattice's down; returns the gain there.
 */
static double
Climb(PlacesDiscSearch *s, double *x, double *y, double gain)
{
	double		step = s->step / 2;
	double		around_x = *x;
	double		around_y = *y;

	for (int level = 0; level < 4; level++, step /= 2)
	{
		int			d = 0;

		for (int tries = 0; tries < 8; tries++, d = (d + 1) & 7)
		{
			double		cx = *x + step * compass[d][0];
			double		cy = *y + step * compass[d][1];
			double		g;

			if ((cx - around_x) * (cx - around_x) + (cy - around_y) * (cy - around_y) > s->step * s->step)
				GatherAround(s, around_x = *x, around_y = *y);
			g = GainAmong(s->set, cx, cy);
			if (g > gain && GridWeight(s->set->grid, cx, cy, s->set->rules.max_radius) >=
				s->set->rules.min_homes)
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

/* Adds a disc at (x, y), where so many homes are open. */
static bool
AddAt(PlacesDiscSearch *s, double x, double y, double gain)
{
	if (!MightAddDisc(s->set, x, y, 0, gain) || !AddDisc(s->set, x, y))
		return false;
	s->added++;
	return true;
}

/* Adds a disc at the best spot near the candidate, or else right there. */
static bool
AddNear(PlacesDiscSearch *s, double x, double y, double gain)
{
	double		best_x = x;
	double		best_y = y;
	double		best;

	if (!MightAddDisc(s->set, x, y, s->step, GatherAround(s, x, y)))
		return false;
	best = Climb(s, &best_x, &best_y, gain);
	return (best > gain && AddAt(s, best_x, best_y, best)) || AddAt(s, x, y, gain);
}

/*
 * Adds candidates of the heap until none is left that covers more.
 */
static void
FillFromHeap(PlacesDiscSearch *s)
{
	PlacesHeap *heap = &s->heap;

	while (heap->count > 0)
	{
		PlacesCandidate *c = &s->candidate[heap->items[0].item];
		double		gain = c->counted == s->added ? c->gain : GainAt(s->set, c->x, c->y);

		c->counted = s->added;
		if (gain >= c->gain)
		{
			if (!AddNear(s, c->x, c->y, gain))
				HeapPop(heap, KEY_THEN_ITEM);
			continue;
		}
		c->gain = gain;
		if (gain <= 0)
		{
			HeapPop(heap, KEY_THEN_ITEM);
			continue;
		}
		heap->items[0].key = KeyOf(c);
		HeapSink(heap, 0, KEY_THEN_ITEM);
	}
}

/* Fills greedily from the candidates within reach of (x, y). */
static void
FillAround(PlacesDiscSearch *s, double x, double y, double reach)
{
	const PlacesGrid *grid = s->set->grid;
	int			row = (int) ceil((y - reach - grid->bottom) / s->step);
	int			top = (int) floor((y + reach - grid->bottom) / s->step);
	int			from = (int) ceil((x - reach - grid->left) / s->step);
	int			upto = (int) floor((x + reach - grid->left) / s->step);

	s->heap.count = 0;
	for (; row <= top; row++)
	{
		int			i = CandidateFrom(s, from, row);

		for (; i < s->candidates && s->candidate[i].row == row &&
			 s->candidate[i].column <= upto; i++)
		{
			PlacesCandidate *c = &s->candidate[i];

			c->gain = GainAt(s->set, c->x, c->y);
			c->counted = s->added;
			c->favour = 1 + FAVOUR_RANGE * (DrawUniform(&s->draw) - 0.5);
			if (c->gain > 0)
				HeapAppend(&s->heap, KeyOf(c), i);
		}
	}
	MakeHeap(&s->heap, KEY_THEN_ITEM);
	FillFromHeap(s);
}

/* The discs nearest to (x, y), MAX_REMOVALS at most, that a disc there could take homes from. */
static int
DiscsNear(const PlacesDiscSet *set, double x, double y, PlacesRanked *near)
{
	int			count = 0;

	for (int d = 0; d < set->discs; d++)
	{
		double		dx = set->disc[d].x - x;
		double		dy = set->disc[d].y - y;
		double		q = dx * dx + dy * dy;

		if (set->disc[d].active && q <= 4 * set->rules.max_radius * set->rules.max_radius)
			count = OfferRanked(near, count, MAX_REMOVALS, q, d);
	}
	return count;
}

/*
 * Removes a few discs near the candidate, puts one there, and fills the
 * neighbourhood again; undone unless it covers as much as before.  Returns
 * whether it covers more.
 */
static bool
TryAt(PlacesDiscSearch *s, const PlacesCandidate *c)
{
	PlacesDiscSet *set = s->set;
	double		before = set->kept;
	PlacesRanked near[MAX_REMOVALS];
	int			count = DiscsNear(set, c->x, c->y, near);
	int			removals = 1 + (int) (DrawUniform(&s->draw) * REMOVALS);
	double		x = c->x;
	double		y = c->y;

	for (; removals > 0 && count > 0; removals--)
	{
		int			i = (int) (DrawUniform(&s->draw) * count);

		RemoveDisc(set, near[i].item);
		near[i] = near[--count];
	}
	if (AddNear(s, x, y, GainAt(set, x, y)))
	{
		FillAround(s, x, y, 2 * set->rules.max_radius);
		if (set->kept >= before)
		{
			KeepChanges(set);
			return set->kept > before;
		}
	}
	UndoChanges(set, 0);
	return false;
}

/* Counts all gains and lists the candidates that have one, greatest first. */
static int
ListCandidates(PlacesDiscSearch *s)
{
	int			count = 0;

	s->heap.count = 0;
	for (int i = 0; i < s->candidates; i++)
	{
		PlacesCandidate *c = &s->candidate[i];

		c->gain = GainAt(s->set, c->x, c->y);
		if (c->gain > 0)
			HeapAppend(&s->heap, KeyOf(c), i);
	}
	MakeHeap(&s->heap, KEY_THEN_ITEM);
	while (s->heap.count > 0)
	{
		HostCheckCancelAt(count);
		s->turn[count++] = HeapPop(&s->heap, KEY_THEN_ITEM).item;
	}
	return count;
}

/*
 * Local search: trials at candidates with open homes, those with many more
 * often, until the budget is spent or success has become rare.
 */
static void
Improve(PlacesDiscSearch *s, double budget)
{
	PlacesDiscSet *set = s->set;
	double		end = set->work + budget;
	double		stalled = 0;

	while (set->work < end && stalled < STALL + (double) STALL_PER_DISC * set->discs)
	{
		int			count = ListCandidates(s);

		if (count == 0)
			break;
		for (int i = 0; i < TRIALS_PER_LIST && set->work < end; i++)
		{
			double		u = DrawUniform(&s->draw);
			const PlacesCandidate *c = &s->candidate[s->turn[(int) (u * u * count)]];

			stalled++;
			if (GainAt(set, c->x, c->y) > 0 && TryAt(s, c))
				stalled = 0;
		}
	}
}

/*
 * Removes discs that cover nothing of their own, the lightest first: what
 * they own is better divided by distance (partition.c).
 */
static void
Prune(PlacesDiscSet *set)
{
	bool	   *tried = HostNewZero(bool, set->discs);

	for (;;)
	{
		double		before = set->kept;
		int			lightest = -1;

		for (int d = 0; d < set->discs; d++)
		{
			if (set->disc[d].active && !tried[d] &&
				(lightest < 0 || set->disc[d].load < set->disc[lightest].load))
				lightest = d;
		}
		if (lightest < 0)
			break;
		tried[lightest] = true;
		RemoveDisc(set, lightest);
		if (set->kept < before)
			UndoChanges(set, 0);
		else
			KeepChanges(set);
	}
	HostFree(tried);
}

/*
 * Add discs to the empty set until the search gains no more or its budget of work is used
 * up, or a share of that.
 */
void
SearchDiscs(PlacesDiscSet *set, double share)
{
	PlacesDiscSearch s = {.set = set, .added = 1,.draw = 1};

	FindCandidates(&s);
	s.turn = HostNew(int, s.candidates);
	for (int i = 0; i < s.candidates; i++)
		HeapAppend(&s.heap, KeyOf(&s.candidate[i]), i);
	MakeHeap(&s.heap, KEY_THEN_ITEM);
	FillFromHeap(&s);
	KeepChanges(set);
	Improve(&s, share * Min(WORK_AT_MOST, Max(WORK_AT_LEAST, WORK_PER_POINT * set->grid->n)));
	Prune(set);
	AssertCheckDiscSet(set);
	HostFree(s.candidate);
	if (s.heap.items != NULL)
		HostFree(s.heap.items);
	HostFree(s.turn);
}
