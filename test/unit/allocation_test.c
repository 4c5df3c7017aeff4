/*
 * allocation_test.c
 *	  Who serves which place, against all allocations that there are.
 */
#include "check.h"
#include "engine/base/allocation.h"

#define MOST	8

typedef struct Problem
{
	int			workers,
				places,
				n;
	PlacesService service[MOST * MOST];
	double		cost[MOST][MOST];
	bool		may[MOST][MOST];
	double		need[MOST],
				capacity[MOST];
	int			held[MOST];
} Problem;

typedef struct Answer
{
	int			served,
				employed;
	double		cost;
} Answer;

static bool
Beats(Answer a, Answer b)
{
	return a.served != b.served ? a.served > b.served : a.employed != b.employed ? a.employed > b.employed : a.cost < b.cost;
}

static void
TryFrom(const Problem *p, int place, double *load, int *count, Answer now, Answer *best)
{
	if (place == p->places)
	{
		for (int w = 0; w < p->workers; w++)
			now.employed += count[w] > 0 && p->held[w] == 0;
		if (Beats(now, *best))
			*best = now;
		return;
	}
	TryFrom(p, place + 1, load, count, now, best);
	for (int w = 0; w < p->workers; w++)
	{
		Answer		then = {now.served + 1, now.employed, now.cost + p->cost[w][place]};

		if (!p->may[w][place] || count[w] + p->held[w] > 1 || (count[w] > 0 && load[w] + p->need[place] > p->capacity[w]))
			continue;
		load[w] += p->need[place];
		count[w]++;
		TryFrom(p, place + 1, load, count, then, best);
		load[w] -= p->need[place];
		count[w]--;
	}
}

/* Costs of few values tie; needs are small or fill a worker. */
static Problem
MakeProblem(int turn, int most_workers, int most_places)
{
	Problem		p = {.workers = 1 + RandomInt(most_workers),.places = 1 + RandomInt(most_places)};

	for (int j = 0; j < p.places; j++)
		p.need[j] = RandomInt(2) ? 10 + RandomInt(3) : 1 + RandomInt(6);
	for (int w = 0; w < p.workers; w++)
	{
		p.capacity[w] = RandomInt(3) ? 12 : 6;
		p.held[w] = RandomInt(6) == 0;
		for (int j = 0; j < p.places; j++)
		{
			p.cost[w][j] = RandomInt(turn % 3 ? 1000 : 3) - 300;
			p.may[w][j] = RandomInt(10) < 8 && p.need[j] <= p.capacity[w];
			if (p.may[w][j])
				p.service[p.n++] = (PlacesService) {w, j, p.cost[w][j]};
		}
	}
	return p;
}

static Answer
Solve(const Problem *p, const char *what)
{
	PlacesAllocation task = {p->workers, p->places, p->n, p->service, p->need, p->capacity, p->held, NULL};
	int			server[MOST];
	double		load[MOST] = {0};
	int			count[MOST] = {0};
	Answer		a = {0, 0, 0};

	CHECK(AllocateWorkers(&task, server) == 0, "%s: not proved", what);
	for (int j = 0; j < p->places; j++)
	{
		int			w = server[j];

		if (w < 0)
			continue;
		CHECK(w < p->workers && p->may[w][j], "%s: worker %d must not serve %d", what, w, j);
		a.served++;
		a.cost += p->cost[w][j];
		load[w] += p->need[j];
		count[w]++;
	}
	for (int w = 0; w < p->workers; w++)
	{
		a.employed += count[w] > 0 && p->held[w] == 0;
		CHECK(count[w] < 2 || load[w] <= p->capacity[w], "%s: worker %d has %g of %g", what, w, load[w], p->capacity[w]);
		CHECK(count[w] + p->held[w] <= 2, "%s: worker %d has %d places", what, w, count[w] + p->held[w]);
	}
	return a;
}

static void
TestAgainstAll(void)
{
	for (int turn = 0; turn < 1500; turn++)
	{
		Problem		p = turn % 50 ? MakeProblem(turn, 4, 7) : MakeProblem(turn, 8, 8);
		double		load[MOST] = {0};
		int			count[MOST] = {0};
		Answer		best = {-1, 0, 0};
		Answer		a;

		if (p.workers > 4 && p.places > 7)
			p.places = 7;
		p.n = 0;
		for (int w = 0; w < p.workers; w++)
			for (int j = 0; j < p.places; j++)
				if (p.may[w][j])
					p.service[p.n++] = (PlacesService) {w, j, p.cost[w][j]};
		TryFrom(&p, 0, load, count, (Answer) {0, 0, 0}, &best);
		a = Solve(&p, "random");
		CHECK(a.served == best.served && a.employed == best.employed && a.cost == best.cost,
			  "turn %d: %d served by %d at %g, not %d by %d at %g", turn, a.served, a.employed, a.cost, best.served, best.employed, best.cost);
	}
}

/* Nobody gets a second place while another stands idle; two small ones go together where nobody else is. */
static void
TestHandValues(void)
{
	Problem		p = {.workers = 2,.places = 2,.need = {5, 5},.capacity = {12, 12},
	.may = {{true, true}, {true, true}},.cost = {{1, 1}, {900, 900}}};
	Answer		a;

	for (int i = 0; i < 4; i++)
		p.service[p.n++] = (PlacesService) {i / 2, i % 2, p.cost[i / 2][i % 2]};
	a = Solve(&p, "idle");
	CHECK(a.served == 2 && a.employed == 2, "%d by %d", a.served, a.employed);
	p.n = 2;
	p.workers = 1;
	a = Solve(&p, "both");
	CHECK(a.served == 2 && a.employed == 1, "%d by %d", a.served, a.employed);
	p.capacity[0] = 9;
	a = Solve(&p, "one");
	CHECK(a.served == 1, "%d", a.served);
	p.n = 0;
	a = Solve(&p, "none");
	CHECK(a.served == 0, "%d", a.served);
}

/* Of the places some are small, and two of these go together: ordinary ones, a fifth of 60 to 119 homes, a fifth of 100. */
static double
NeedOf(int kind, int place)
{
	if (kind == 0 || place % 5 > 0)
		return kind == 2 ? 175 : 130 + RandomInt(110);
	return kind == 2 ? 100 : 60 + RandomInt(60);
}

/* As many as people ask for, and all of it proved; of small places less, for the sake of the time that checks take. */
static void
TestLarge(void)
{
	enum {WORKERS = 150, PLACES = 170};

	for (int kind = 0; kind < 3; kind++)
	{
		int			workers = kind == 0 ? WORKERS : 45;
		int			places = kind == 0 ? PLACES : 51;
		int			most = kind == 0 ? workers : kind == 1 ? places : workers + (places + 4) / 5 / 2;
		PlacesService *service = HostNew(PlacesService, workers * places);
		double		need[PLACES],
					capacity[WORKERS];
		int			held[WORKERS] = {0};
		int			server[PLACES];
		int			served = 0;
		double		gap;
		PlacesAllocation task = {workers, places, workers * places, service, need, capacity, held, NULL};

		for (int w = 0; w < workers; w++)
			capacity[w] = 240;
		for (int j = 0; j < places; j++)
			need[j] = NeedOf(kind, j);
		for (int i = 0; i < workers * places; i++)
			service[i] = (PlacesService) {i / places, i % places, RandomInt(5000000)};
		gap = AllocateWorkers(&task, server);
		CHECK(gap == 0, "kind %d: another may be %g better", kind, gap);
		for (int j = 0; j < places; j++)
			served += server[j] >= 0;
		CHECK(served == most, "kind %d: %d served", kind, served);
		HostFree(service);
	}
}

/* Where costs are too large to be added exactly, there is an answer but no proof. */
static void
TestHugeCosts(void)
{
	enum {WORKERS = 40, PLACES = 52};
	PlacesService service[WORKERS * PLACES];
	double		need[PLACES],
				capacity[WORKERS];
	int			held[WORKERS] = {0};
	int			server[PLACES];
	double		gap;
	PlacesAllocation task = {WORKERS, PLACES, WORKERS * PLACES, service, need, capacity, held, NULL};

	for (int w = 0; w < WORKERS; w++)
		capacity[w] = 200;
	for (int j = 0; j < PLACES; j++)
		need[j] = j % 3 == 0 ? 60 : j % 3 == 1 ? 100 : 139;
	for (int i = 0; i < WORKERS * PLACES; i++)
		service[i] = (PlacesService) {i / PLACES, i % PLACES, 1e12 * RandomInt(1000)};
	gap = AllocateWorkers(&task, server);
	CHECK(gap == INFINITY, "%g", gap);
	for (int j = 0; j < PLACES; j++)
		CHECK(server[j] >= 0, "place %d is vacant", j);
}

/* Of allocations that are as good the present one is taken, as far as it is possible still. */
static void
TestPresent(void)
{
	enum {WORKERS = 40, PLACES = 52};
	PlacesService service[WORKERS * PLACES];
	double		need[PLACES],
				capacity[WORKERS];
	int			held[WORKERS] = {0};
	int			server[PLACES],
				present[PLACES];
	PlacesAllocation task = {WORKERS, PLACES, WORKERS * PLACES, service, need, capacity, held, NULL};

	for (int w = 0; w < WORKERS; w++)
		capacity[w] = 200;
	for (int j = 0; j < PLACES; j++)
		need[j] = j % 3 == 0 ? 60 : j % 3 == 1 ? 100 : 139;
	for (int i = 0; i < WORKERS * PLACES; i++)
		service[i] = (PlacesService) {i / PLACES, i % PLACES, RandomInt(1000)};
	AllocateWorkers(&task, present);
	for (int i = 0; i < WORKERS * PLACES; i++)
		service[i].cost = 7;
	task.present = present;
	AllocateWorkers(&task, server);
	for (int j = 0; j < PLACES; j++)
		CHECK(server[j] == present[j], "place %d has worker %d, not %d", j, server[j], present[j]);

	/* somebody who has three places, and somebody who is not there, cannot stay */
	present[1] = present[2] = present[4];
	present[3] = WORKERS + 5;
	AllocateWorkers(&task, server);
	for (int j = 0; j < PLACES; j++)
		CHECK(server[j] >= 0 && server[j] < WORKERS, "place %d has worker %d", j, server[j]);
}

int
main(void)
{
	StartTests();
	TestHandValues();
	TestPresent();
	TestAgainstAll();
	TestLarge();
	TestHugeCosts();
	return FinishTests();
}
