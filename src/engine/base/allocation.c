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
 * each worker has two chairs (assignment.c).  Where its answer gives nobody two places that
 * are too large together it is the answer, and so it is nearly always.  Otherwise whoever
 * has too much leaves the smaller place until nobody has: a good allocation to begin with.
 *
 * Then comes a linear program with a column for each worker with a place or with two
 * (allocation_program.c), whose bound is far better than that of the chairs.  Where it is
 * not whole, some two places have the same worker in part; either they have the same, or
 * they have not (Ryan and Foster, "An integer programming approach to scheduling", in:
 * Computer scheduling of public transport, 1981).  With all of that decided it is an
 * assignment problem again.  Branches whose bound is no better than the best allocation are
 * left: branch and bound (Land and Doig, "An automatic method of solving discrete
 * programming problems", Econometrica 28, 1960).
 *
 * The problem is hard in general.  After MOST_WORK the best so far is the answer, and the
 * bound of the first program says how much better another one may be at most.  The best
 * to begin with is what of the present allocation is still possible: nobody changes for nothing, proved
 * or not.  Costs are
 * whole numbers, so that values are added and compared exactly.  Of equals that of
 * assignment.c's rule is taken, or of the program's: the same for the same task.
 */
#include "engine/base/allocation.h"

#include "engine/base/allocation_program.h"
#include "engine/base/assignment.h"
#include "engine/base/rules.h"

#define MOST_WORK		8e8		/* numbers looked at in linear programs, some 0.5 s */
#define MOST_ROWS		2500	/* workers and places in a linear program */
#define OUTWEIGHED		0.25	/* of what a served place is worth, all else together */
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
	bool	   *barred;			/* pairs that are not to be in the relaxation */
	PlacesDemands demands;		/* of a branch on its program */
	PlacesProgram *program;
	int		   *server;			/* of each place in the best allocation; -1: nobody */
	PlacesWorth best;			/* of that */
	double		work;			/* that may still be done; negative: it was given up */
	bool		doubtful;		/* numbers were too large to tell */
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
PutChairs(const PlacesBranching *b, const bool *small, PlacesOverlap *chair, int *of_chair)
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
			of_chair[n] = i;
			chair[n++] = (PlacesOverlap) {pair->worker + (second ? task->workers : 0), pair->place,
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
	PlacesOverlap *chair = HostNew(PlacesOverlap, 2 * task->n);
	int		   *of_chair = HostNew(int, 2 * task->n);
	bool	   *matched = HostNew(bool, 2 * task->n);
	int			n = PutChairs(b, small, chair, of_chair);
	PlacesWorth worth = {0, 0, 0};

	MatchGroups(n, chair, matched);
	for (int w = 0; w < task->workers; w++)
		hands[w] = (PlacesHands) {-1, -1};
	for (int i = 0; i < n; i++)
		if (matched[i])
			TakePair(task, hands, of_chair[i]);
	for (int w = 0; w < task->workers; w++)
	{
		if (hands[w].first >= 0)
			AddService(&worth, task, hands[w].first, false);
		if (hands[w].second >= 0)
			AddService(&worth, task, hands[w].second, true);
	}
	HostFree(chair);
	HostFree(of_chair);
	HostFree(matched);
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

/* Bar those of a worker's pairs that are too large beside one of them. */
static void
BarBeside(PlacesBranching *b, int pair)
{
	const PlacesAllocation *task = b->task;
	int			worker = task->pair[pair].worker;
	int			begin = pair;

	while (begin > 0 && task->pair[begin - 1].worker == worker)
		begin--;
	for (int i = begin; i < task->n && task->pair[i].worker == worker; i++)
		if (i != pair && !FitTogether(task, worker, task->pair[pair].place, task->pair[i].place))
			b->barred[i] = true;
}

/* What is possible of the present allocation, before anything else. */
static void
OfferPresent(PlacesBranching *b)
{
	const PlacesAllocation *task = b->task;
	PlacesHands *hands = HostNew(PlacesHands, task->workers);
	PlacesWorth worth = {0, 0, 0};

	for (int w = 0; w < task->workers; w++)
		hands[w] = (PlacesHands) {-1, -1};
	for (int i = 0; i < task->n; i++)
	{
		int			worker = task->pair[i].worker;

		if (task->present[task->pair[i].place] != worker || hands[worker].second >= 0 ||
			(hands[worker].first >= 0 && task->held[worker] + 2 > MOST_PLACES))
			continue;
		AddService(&worth, task, i, hands[worker].first >= 0);
		TakePair(task, hands, i);
	}
	Offer(b, worth, hands);
	HostFree(hands);
}

/*
 * A good allocation to begin with: whoever has too much keeps the larger place, all at
 * once, until nobody has.  Returns whether nobody had from the beginning on: then it is best.
 */
static bool
Dive(PlacesBranching *b)
{
	const PlacesAllocation *task = b->task;
	PlacesHands *hands = HostNew(PlacesHands, task->workers);
	bool	   *small = HostNewZero(bool, task->n);
	int			rounds = 0;
	bool		again = true;

	b->barred = HostNewZero(bool, task->n);
	MarkSmall(task, small);
	for (; again; rounds++)
	{
		PlacesWorth worth = SolveRelaxed(b, small, hands);

		HostCheckCancel();
		again = false;
		Offer(b, worth, hands);
		for (int w = 0; w < task->workers; w++)
			if (HasTooMuch(task, hands, w))
			{
				BarBeside(b, hands[w].first);
				again = true;
			}
	}
	HostFree(b->barred);
	HostFree(small);
	HostFree(hands);
	return rounds == 1;
}

/* The allocation of a program's whole answer, if it is better than the best. */
static void
OfferWhole(PlacesBranching *b, const int *server)
{
	const PlacesAllocation *task = b->task;
	bool	   *first = HostNewZero(bool, task->workers);
	PlacesWorth worth = {0, 0, 0};

	for (int i = 0; i < task->n; i++)
		if (server[task->pair[i].place] == task->pair[i].worker)
		{
			AddService(&worth, task, i, first[task->pair[i].worker]);
			first[task->pair[i].worker] = true;
		}
	if (IsBetter(worth, b->best))
	{
		b->best = worth;
		memcpy(b->server, server, sizeof(int) * (size_t) task->places);
	}
	HostFree(first);
}

static void Branch(PlacesBranching *b);

/* Either two places have the same worker, or they have not. */
static void
BranchOn(PlacesBranching *b, int one, int other)
{
	size_t		places = (size_t) b->task->places;
	bool	   *apart = b->demands.apart;

	b->demands.partner[one] = other;
	b->demands.partner[other] = one;
	Branch(b);
	b->demands.partner[one] = b->demands.partner[other] = -1;
	apart[(size_t) one * places + (size_t) other] = apart[(size_t) other * places + (size_t) one] = true;
	Branch(b);
	apart[(size_t) one * places + (size_t) other] = apart[(size_t) other * places + (size_t) one] = false;
}

/* Look for better allocations within the demands. */
static void
Branch(PlacesBranching *b)
{
	int		   *server;
	int			one,
				other;

	HostCheckCancel();
	if (!SolveProgram(b->program, &b->work))
		return;
	if (ProgramGap(b->program, b->server) < 1)
		return;
	server = HostNew(int, b->task->places);
	if (ProgramIsWhole(b->program, server))
	{
		OfferWhole(b, server);
		b->doubtful |= ProgramGap(b->program, b->server) >= 1;
		HostFree(server);
		return;
	}
	HostFree(server);
	if (LargestFraction(b->program, &one, &other))
		BranchOn(b, one, other);
	else
		b->doubtful = true;
}

static void
BeginProgram(PlacesBranching *b, int most)
{
	b->program = NewProgram(b->task, most, b->served, b->employed, b->demands);
	EnterAllocation(b->program, b->server);
}

/*
 * Search by linear programs.  Where the first one serves half a place more than can be,
 * the next one is told how many can, or its bound would be no good for costs.  Returns how much less cost any other allocation may have at
 * most: less than 1, and the best is proved; INFINITY if more places may be served, or by more.
 */
static double
SearchPrograms(PlacesBranching *b)
{
	size_t		places = (size_t) b->task->places;
	double		gap = 0;

	if (b->task->workers + b->task->places > MOST_ROWS || !ProgramIsExact(b->served))
		return INFINITY;
	b->demands.apart = HostNewZero(bool, places * places);
	b->demands.partner = HostNew(int, places);
	for (size_t j = 0; j < places; j++)
		b->demands.partner[j] = -1;
	BeginProgram(b, b->task->places + 1);
	if (SolveProgram(b->program, &b->work))
	{
		int			most = b->best.served + (int) floor(ProgramGap(b->program, b->server) / b->served + OUTWEIGHED);

		if (ProgramServes(b->program) > most + 0.001)
		{
			FreeProgram(b->program);
			BeginProgram(b, most);
		}
	}
	Branch(b);
	if (b->work < 0 || b->doubtful)
		gap = FirstGap(b->program, b->server);
	FreeProgram(b->program);
	HostFree(b->demands.apart);
	HostFree(b->demands.partner);
	return gap < b->employed / 2 ? gap : INFINITY;
}

/* What outweighs what: a place all workers, by far; a worker all costs. */
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
	b->served = (b->employed + highest - lowest + 1) * (task->places + 1) / OUTWEIGHED;
}

/*
 * server receives the worker of each place, -1 for none; of equals the present ones.  Returns by how much less another
 * allocation may cost at most: 0 where none is better, INFINITY where more may be served.
 * O((workers + places) n log n) unless people have two places that are too large.
 */
double
AllocateWorkers(const PlacesAllocation *task, int *server)
{
	PlacesBranching b = {.task = task,.server = server,.best = {-1, 0, 0},.work = MOST_WORK};
	double		gap;

	for (int j = 0; j < task->places; j++)
		server[j] = -1;
	if (task->n == 0)
		return 0;
	SetWeights(&b);
	if (task->present != NULL)
		OfferPresent(&b);
	gap = Dive(&b) ? 0 : SearchPrograms(&b);
	return gap < 1 ? 0 : gap;
}
