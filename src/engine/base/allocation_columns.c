/*
 * allocation_columns.c
 *	  The columns of an allocation's linear program: workers with a place or with two.
 *
 * There are workers times places squared of them, so none is written down.  The one of a
 * worker that is worth most at given prices of the places is found in one pass over the
 * places, sorted by need.
 */
#include "engine/base/allocation_columns.h"

#include "engine/base/rules.h"
#include "engine/base/sort.h"

static inline bool
MustBeApart(const PlacesColumns *p, int a, int b)
{
	return p->demands.apart[(size_t) a * (size_t) p->task->places + (size_t) b];
}

/* Does a column keep the demands? */
static bool
IsAllowed(const PlacesColumns *p, PlacesColumn c)
{
	if (c.second < 0)
		return p->demands.partner[c.first] < 0;
	if (p->demands.partner[c.first] >= 0 || p->demands.partner[c.second] >= 0)
		return p->demands.partner[c.first] == c.second;
	return !MustBeApart(p, c.first, c.second);
}

/* What a column is worth; one that is not allowed (any more) less than nothing, so that it leaves. */
double
ColumnWorth(const PlacesColumns *p, PlacesColumn c)
{
	if (c.worker < 0)
		return 0;
	if (!IsAllowed(p, c))
		return -4 * (p->served + p->employed);
	return FirstWorth(p, c.worker) + WorthOf(p, c.worker, c.first) + (c.second >= 0 ? WorthOf(p, c.worker, c.second) : 0);
}

static bool
MayHaveBoth(const PlacesAllocation *task, int worker, int a, int b)
{
	return task->held[worker] == 0 && task->need[a] + task->need[b] <= task->capacity[worker] * (1 + SIZE_ROUNDING);
}

/* The smaller place that goes best with one, of so many in order; -1: none. */
static int
BestPartner(const PlacesColumns *p, const double *price, int worker, int place, int among)
{
	int			best = p->leader[among];
	double		most = -INFINITY;

	if (best < 0 || !MustBeApart(p, place, best))
		return best;
	best = -1;
	for (int i = 0; i < among; i++)
	{
		int			other = p->by_need[i];
		double		gain = WorthOf(p, worker, other) - price[other];

		if (gain > most && p->demands.partner[other] < 0 && !MustBeApart(p, place, other))
		{
			best = other;
			most = gain;
		}
	}
	return best;
}

/*
 * The column of a worker that is worth most at prices of places, if it is worth more than
 * a value; that becomes what it is worth.  A place goes with a smaller one before it in
 * order; the larger it is, the fewer of these go with it.
 */
PlacesColumn
BestColumn(PlacesColumns *p, const double *price, int worker, double *value)
{
	const PlacesAllocation *task = p->task;
	PlacesColumn best = {-1, -1, -1};
	int			fitting = task->places;
	double		leading = -INFINITY;
	double		first = FirstWorth(p, worker);

	p->leader[0] = -1;
	for (int i = 0; i < task->places; i++)
	{
		int			place = p->by_need[i];
		int			partner = p->demands.partner[place];
		double		gain = WorthOf(p, worker, place) - price[place];

		while (fitting > 0 && !MayHaveBoth(task, worker, place, p->by_need[fitting - 1]))
			fitting--;
		p->leader[i + 1] = p->leader[i];
		if (partner < 0)
		{
			Improve(&best, value, (PlacesColumn) {worker, place, -1}, first + gain);
			partner = BestPartner(p, price, worker, place, Min(i, fitting));
			p->leader[i + 1] = gain > leading ? place : p->leader[i];
			leading = Max(leading, gain);
		}
		else if (!MayHaveBoth(task, worker, place, partner))
			continue;
		if (partner >= 0)
			Improve(&best, value, (PlacesColumn) {worker, place, partner}, first + gain + WorthOf(p, worker, partner) - price[partner]);
	}
	return best;
}

static void
SortByNeed(PlacesColumns *p)
{
	PlacesRanked *ranked = HostNew(PlacesRanked, p->task->places);

	for (int j = 0; j < p->task->places; j++)
		ranked[j] = (PlacesRanked) {p->task->need[j], j};
	SortRanked(ranked, (size_t) p->task->places);
	for (int j = 0; j < p->task->places; j++)
		p->by_need[j] = ranked[j].item;
	HostFree(ranked);
}

static void
SetWorth(PlacesColumns *p)
{
	size_t		cells = (size_t) p->task->workers * (size_t) p->task->places;

	HostCheckCancel();
	for (size_t cell = 0; cell < cells; cell++)
		p->worth[cell] = -INFINITY;
	for (int i = 0; i < p->task->n; i++)
	{
		const PlacesService *pair = &p->task->pair[i];

		HostCheckCancelAt(i);
		p->worth[(size_t) pair->worker * (size_t) p->task->places + (size_t) pair->place] = p->served - pair->cost;
	}
}

/* Of a task, demands, served and employed all the rest. */
void
MakeColumns(PlacesColumns *p)
{
	p->worth = HostNew(double, (size_t) p->task->workers * (size_t) p->task->places);
	p->by_need = HostNew(int, p->task->places);
	p->leader = HostNew(int, p->task->places + 1);
	SetWorth(p);
	SortByNeed(p);
}

void
FreeColumns(PlacesColumns *p)
{
	HostFree(p->worth);
	HostFree(p->by_need);
	HostFree(p->leader);
}
