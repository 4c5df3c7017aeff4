/*
 * allocation.c
 *	  Who serves which place: workers of limited capacity, places of several sizes.
 *
 * A worker serves one place, or two whose homes he can have together.  As many places
 * are served as can be; of such allocations, one that has as many workers as possible
 * serve some; of such, a cheapest one.  So nobody gets a second place while somebody
 * else stands idle.
 *
 * Without the limit on both places of one worker that is an assignment problem, in which
 * each worker has two chairs (assignment.c).  Where it gives somebody two places that are
 * too large together, one of two things is true of him: he does not serve the larger one,
 * or he serves none that is too large beside it.  Both are solved, the worse ones never,
 * as its value without the limit bounds that with it: branch and bound (Land and Doig, "An
 * automatic method of solving discrete programming problems", Econometrica 28, 1960).  On
 * the way, whoever has too much leaves the smaller place: that is an allocation already.
 *
 * The problem is hard in general: where many have two places it may not end in time.  After
 * MOST_WORK the best so far is the answer, and said not to be proved.  Costs are whole numbers, so that values are added
 * and compared exactly; of equals the one of assignment.c's rule is taken.
 */
#include "engine/base/allocation.h"

#include "engine/base/assignment.h"
#include "engine/base/rules.h"

#define MOST_WORK		5e6		/* pairs in all assignment problems, some 0.3 s */
#define MOST_PLACES		2		/* that a worker serves */

/* Of an allocation; more served places are better, then more workers, then less cost. */
typedef struct PlacesWorth
{
	int			served,
				employed;
	double		cost;
} PlacesWorth;

typedef struct PlacesBranching
{
	const PlacesAllocation *task;
	double		served;			/* what a served place is worth, beside its cost, */
	double		employed;		/* and a worker with a first place */
	double		dearest;		/* cost */
	bool	   *barred;			/* pairs that are not to be */
	PlacesOverlap *chair;		/* pairs of chairs and places in the relaxation, */
	int		   *of_chair;		/* the pair of each, */
	bool	   *matched;		/* and whether it is matched */
	int		   *server;			/* of each place in the best allocation; -1: nobody */
	PlacesWorth best;			/* of that */
	double		work;			/* pairs that may still be looked at; negative: it was given up */
} PlacesBranching;

/* What a worker has in a relaxed answer: pairs, or -1; the larger place first. */
typedef struct PlacesHands
{
	int			first,
				second;
} PlacesHands;

static bool
FitTogether(const PlacesAllocation *task, int worker, int a, int b)
{
	return task->need[a] + task->need[b] <= task->capacity[worker] * (1 + SIZE_ROUNDING);
}

/* Is a worker with a first place of these one who would stand idle without? */
static inline bool
IsIdle(const PlacesAllocation *task, int worker)
{
	return task->held[worker] == 0;
}

static bool
IsBetter(PlacesWorth a, PlacesWorth b)
{
	if (a.served != b.served)
		return a.served > b.served;
	if (a.employed != b.employed)
		return a.employed > b.employed;
	return a.cost < b.cost;
}

static void
AddService(PlacesWorth *worth, const PlacesAllocation *task, int pair, bool second)
{
	worth->served++;
	worth->employed += !second && IsIdle(task, task->pair[pair].worker);
	worth->cost += task->pair[pair].cost;
}

/* Is there a smaller place that the worker could serve beside this one? */
static void
MarkSmall(const PlacesAllocation *task, bool *small)
{
	for (int begin = 0, end; begin < task->n; begin = end)
	{
		int			worker = task->pair[begin].worker;
		int			least = begin;
		int			next = -1;

		for (end = begin; end < task->n && task->pair[end].worker == worker; end++)
			if (task->need[task->pair[end].place] < task->need[task->pair[least].place])
				least = end;
		for (int i = begin; i < end; i++)
			if (i != least && (next < 0 || task->need[task->pair[i].place] < task->need[task->pair[next].place]))
				next = i;
		for (int i = begin; i < end; i++)
		{
			int			other = i == least ? next : least;

			small[i] = task->held[worker] + 2 <= MOST_PLACES && other >= 0 &&
				FitTogether(task, worker, task->pair[i].place, task->pair[other].place);
		}
	}
}

/* Chairs are numbered by worker, the second ones behind all first ones. */
static int
PutChairs(PlacesBranching *b, const bool *small)
{
	const PlacesAllocation *task = b->task;
	int			n = 0;

	for (int second = 0; second <= 1; second++)
		for (int i = 0; i < task->n; i++)
		{
			const PlacesService *pair = &task->pair[i];

			HostCheckCancelAt(i);
			if (b->barred[i] || (second && !small[i]))
				continue;
			b->of_chair[n] = i;
			b->chair[n++] = (PlacesOverlap) {pair->worker + (second ? task->workers : 0), pair->place,
				b->served + (!second && IsIdle(task, pair->worker) ? b->employed : 0) + b->dearest - pair->cost, false};
		}
	return n;
}

static void
TakePair(const PlacesAllocation *task, PlacesHands *hands, int pair)
{
	PlacesHands *h = &hands[task->pair[pair].worker];

	if (h->first < 0)
		h->first = pair;
	else if (task->need[task->pair[pair].place] > task->need[task->pair[h->first].place])
		*h = (PlacesHands) {pair, h->first};
	else
		h->second = pair;
}

/* Has a worker two places that are too large together? */
static bool
HasTooMuch(const PlacesAllocation *task, const PlacesHands *hands, int worker)
{
	PlacesHands h = hands[worker];

	return h.second >= 0 && !FitTogether(task, worker, task->pair[h.first].place, task->pair[h.second].place);
}

/* Solve without the limit on both places. */
static PlacesWorth
SolveRelaxed(PlacesBranching *b, const bool *small, PlacesHands *hands)
{
	const PlacesAllocation *task = b->task;
	int			n = PutChairs(b, small);
	PlacesWorth worth = {0, 0, 0};

	MatchGroups(n, b->chair, b->matched);
	for (int w = 0; w < task->workers; w++)
		hands[w] = (PlacesHands) {-1, -1};
	for (int i = 0; i < n; i++)
		if (b->matched[i])
			TakePair(task, hands, b->of_chair[i]);
	for (int w = 0; w < task->workers; w++)
	{
		if (hands[w].first >= 0)
			AddService(&worth, task, hands[w].first, false);
		if (hands[w].second >= 0)
			AddService(&worth, task, hands[w].second, true);
	}
	return worth;
}

/* The allocation in which whoever has too much leaves the smaller place, if it is better than the best. */
static void
Offer(PlacesBranching *b, PlacesWorth worth, const PlacesHands *hands)
{
	const PlacesAllocation *task = b->task;

	for (int w = 0; w < task->workers; w++)
		if (HasTooMuch(task, hands, w))
		{
			worth.served--;
			worth.cost -= task->pair[hands[w].second].cost;
		}
	if (!IsBetter(worth, b->best))
		return;
	b->best = worth;
	for (int j = 0; j < task->places; j++)
		b->server[j] = -1;
	for (int w = 0; w < task->workers; w++)
	{
		if (hands[w].first >= 0)
			b->server[task->pair[hands[w].first].place] = w;
		if (hands[w].second >= 0 && !HasTooMuch(task, hands, w))
			b->server[task->pair[hands[w].second].place] = w;
	}
}

/* Bar those of a worker's pairs that are too large beside one of them; or that one alone. */
static void
BarBeside(PlacesBranching *b, int pair, bool alone)
{
	const PlacesAllocation *task = b->task;
	int			worker = task->pair[pair].worker;
	int			begin = pair;

	while (begin > 0 && task->pair[begin - 1].worker == worker)
		begin--;
	for (int i = begin; i < task->n && task->pair[i].worker == worker; i++)
		if (alone ? i == pair : i != pair && !FitTogether(task, worker, task->pair[pair].place, task->pair[i].place))
			b->barred[i] = true;
}

/* A good allocation to begin with: whoever has too much keeps the larger place, all at once, until nobody has. */
static void
Dive(PlacesBranching *b, const bool *small)
{
	const PlacesAllocation *task = b->task;
	PlacesHands *hands = HostNew(PlacesHands, task->workers);
	bool		again = true;

	while (again && b->work >= 0)
	{
		PlacesWorth worth = SolveRelaxed(b, small, hands);

		HostCheckCancel();
		b->work -= task->n;
		again = false;
		Offer(b, worth, hands);
		for (int w = 0; w < task->workers; w++)
			if (HasTooMuch(task, hands, w))
			{
				BarBeside(b, hands[w].first, false);
				again = true;
			}
	}
	memset(b->barred, 0, sizeof(bool) * (size_t) task->n);
	HostFree(hands);
}

static void Branch(PlacesBranching *b, const bool *small);

static void
BranchBarred(PlacesBranching *b, const bool *small, int pair, bool alone)
{
	size_t		size = sizeof(bool) * (size_t) b->task->n;
	bool	   *before = HostNew(bool, b->task->n);

	memcpy(before, b->barred, size);
	BarBeside(b, pair, alone);
	Branch(b, small);
	memcpy(b->barred, before, size);
	HostFree(before);
}

static void
Branch(PlacesBranching *b, const bool *small)
{
	PlacesHands *hands;
	PlacesWorth worth;
	int			over = 0;

	HostCheckCancel();
	if (b->work < 0)
		return;
	b->work -= b->task->n;
	hands = HostNew(PlacesHands, b->task->workers);
	worth = SolveRelaxed(b, small, hands);
	if (IsBetter(worth, b->best))
	{
		Offer(b, worth, hands);
		while (over < b->task->workers && !HasTooMuch(b->task, hands, over))
			over++;
		if (over < b->task->workers && IsBetter(worth, b->best))
		{
			BranchBarred(b, small, hands[over].first, false);
			BranchBarred(b, small, hands[over].first, true);
		}
	}
	HostFree(hands);
}

/* What outweighs what in the relaxation: a place all workers, a worker all costs. */
static void
SetWeights(PlacesBranching *b)
{
	const PlacesAllocation *task = b->task;
	double		lowest = INFINITY;
	double		highest = -INFINITY;

	for (int i = 0; i < task->n; i++)
	{
		HostCheckCancelAt(i);
		lowest = Min(lowest, task->pair[i].cost);
		highest = Max(highest, task->pair[i].cost);
	}
	b->dearest = highest;
	b->employed = (highest - lowest + 1) * (task->places + 1);
	b->served = (b->employed + highest - lowest + 1) * (task->places + 1);
}

/*
 * server receives the worker of each place, -1 for none.  Returns whether no other
 * allocation is better, which is proved but for problems that take too long.
 * O((workers + places) n log n) unless people have two places that are too large.
 */
bool
AllocateWorkers(const PlacesAllocation *task, int *server)
{
	PlacesBranching b = {.task = task,.server = server,.best = {-1, 0, 0},.work = MOST_WORK};
	bool	   *small;

	for (int j = 0; j < task->places; j++)
		server[j] = -1;
	if (task->n == 0)
		return true;
	b.barred = HostNewZero(bool, task->n);
	b.chair = HostNew(PlacesOverlap, 2 * task->n);
	b.of_chair = HostNew(int, 2 * task->n);
	b.matched = HostNew(bool, 2 * task->n);
	small = HostNewZero(bool, task->n);
	SetWeights(&b);
	MarkSmall(task, small);
	Dive(&b, small);
	Branch(&b, small);
	HostFree(b.barred);
	HostFree(b.chair);
	HostFree(b.of_chair);
	HostFree(b.matched);
	HostFree(small);
	return b.work >= 0;
}
