/*
 * load_exchanges.c
 *	  Loads balanced exactly: points moved and exchanged between neighbouring places.
 *
 * Between two places a point moves, or two change places, that lowers the sum of squares
 * and what is outside the bounds, the latter at a rate that grows from round to round
 * until nothing is dearer; homes count a hundred times as much as loads.  Which points
 * are tried follows from prices, if there are any: those nearest to where the two
 * places meet, prices included.  Only places around which something has changed are
 * looked at again.  What no neighbour of a place can take is passed on by several of
 * them (an ejection chain, found by depth-first search), as in rounding.c.
 */
#include "engine/balanced/load_exchanges.h"

#include "engine/base/kdtree_search.h"
#include "engine/base/sort.h"

#define NEIGHBOURS		8
#define CANDIDATES		24		/* points of a place that are tried with those of another */
#define FIRST_RATE		4.0		/* of what is outside, in sums of squares of a mean place */
#define GROWTH			32.0
#define RATES			4		/* that there are */
#define ROUNDS			30		/* at each rate */
#define SIZES			100.0	/* what homes outside cost, in loads outside */
#define SPREAD			20.0	/* what the square of it costs in the same, but at the last rate: what
								 * one place cannot pass on at once it shares with its neighbours */
#define MOST_TRANSFERS	4		/* of a chain */
#define BRANCHES		3		/* places with which a chain may go on */
#define CURE_ROUNDS		3
#define LEAST_CURE		1e-4	/* of a mean place: what a transfer must bring within bounds */
#define LEAST_GAIN		1e-10	/* of the sum of squares of a mean place: what counts as a gain, */
#define ROUNDING		1e-12	/* and of that around the middle of all: less may be none */
#define BUDGET			40		/* looks at every place with each of its neighbours that a search may take */

typedef struct PlacesLoadExchange
{
	const PlacesLoadProblem *p;
	PlacesLoadState *s;
	const double *price;		/* may be NULL */
	double		rate;
	bool		last;			/* of the rates */
	double		unit;			/* sum of squares of a mean place */
	double		least;			/* what counts as a gain */
	double		budget;			/* work that a search may take: points and transfers looked at, */
	double		left;			/* and what is left of it */
	int		   *neighbours;		/* NEIGHBOURS a place, nearest first, -1 behind the last */
	bool	   *touched;
	int		   *first;			/* first point of each place that may move, -1 for none */
	int		   *next;			/* next and previous of the same place */
	int		   *prev;
	int		   *movable;		/* how many of them a place has */
} PlacesLoadExchange;

/* A point moved from one place to another, and one in return; either may be -1 for none. */
typedef struct PlacesLoadTransfer
{
	int			from,
				to;
	int			out,
				back;
	double		cost;
} PlacesLoadTransfer;

/* Transfers one after another, each of which puts right the place that the last put outside. */
typedef struct PlacesLoadChain
{
	PlacesLoadTransfer transfers[MOST_TRANSFERS];
	int			length;
	double		cost;
} PlacesLoadChain;

static void
Enter(PlacesLoadExchange *e, int point, int place)
{
	e->prev[point] = -1;
	e->next[point] = e->first[place];
	if (e->first[place] >= 0)
		e->prev[e->first[place]] = point;
	e->first[place] = point;
	e->movable[place]++;
}

static void
Move(PlacesLoadExchange *e, int point, int to)
{
	int			from = e->s->label[point];

	if (e->prev[point] >= 0)
		e->next[e->prev[point]] = e->next[point];
	else
		e->first[from] = e->next[point];
	if (e->next[point] >= 0)
		e->prev[e->next[point]] = e->prev[point];
	e->movable[from]--;
	MoveLoad(e->s, point, to);
	Enter(e, point, to);
	e->touched[from] = e->touched[to] = true;
}

static void
Apply(PlacesLoadExchange *e, const PlacesLoadTransfer *t)
{
	if (t->out >= 0)
		Move(e, t->out, t->to);
	if (t->back >= 0)
		Move(e, t->back, t->from);
}

static void
Undo(PlacesLoadExchange *e, const PlacesLoadTransfer *t)
{
	Apply(e, &(PlacesLoadTransfer) {.from = t->to,.to = t->from,.out = t->out,.back = t->back});
}

/* What a place costs outside its bounds when amounts have come and others gone (NULL: none). */
static double
Penalty(const PlacesLoadExchange *e, int place, const double *come, const double *gone)
{
	size_t		at = (size_t) place * e->p->measures;
	double		penalty = 0;

	for (int v = 0; v < e->p->measures; v++, at++)
	{
		double		sum = e->s->sum[at] + (come ? come[v] : 0) - (gone ? gone[v] : 0);
		double		excess = Excess(e->p->low[at], e->p->high[at], sum);

		if (excess <= 0)
			continue;
		penalty += v == 0 ? SIZES * (1 + excess) : excess;
		penalty += e->last ? 0 : SPREAD * excess * excess;
	}
	return e->rate * penalty;
}

/* The part of a place's sum of squares that depends on which points it has together. */
static double
Scatter(const PlacesLoadState *s, int j, double w, double wx, double wy)
{
	w += s->w[j];
	wx += s->wx[j];
	wy += s->wy[j];
	return w > 0 ? -(wx * wx + wy * wy) / w : 0;
}

/* What a transfer adds to the sum of squares. */
static double
SquaresOfTransfer(const PlacesLoadState *s, const PlacesLoadTransfer *t)
{
	const PlacesPoints *points = s->problem->points;
	double		w,
				x,
				y;

	if (t->back < 0)
		return SquaresOfMove(s, t->out, t->to);
	if (t->out < 0)
		return SquaresOfMove(s, t->back, t->from);
	if (points->w[t->out] <= 0 || points->w[t->back] <= 0)
		return SquaresOfMove(s, t->out, t->to) + SquaresOfMove(s, t->back, t->from);
	w = points->w[t->out] - points->w[t->back];
	x = points->w[t->out] * (points->x[t->out] - s->problem->x) -
		points->w[t->back] * (points->x[t->back] - s->problem->x);
	y = points->w[t->out] * (points->y[t->out] - s->problem->y) -
		points->w[t->back] * (points->y[t->back] - s->problem->y);
	return Scatter(s, t->from, -w, -x, -y) - Scatter(s, t->from, 0, 0, 0) +
		Scatter(s, t->to, w, x, y) - Scatter(s, t->to, 0, 0, 0);
}

/* The measure that a place is most outside of. */
static int
WorstMeasure(const PlacesLoadExchange *e, int place)
{
	size_t		at = (size_t) place * e->p->measures;
	double		most = 0;
	int			worst = 0;

	for (int v = 0; v < e->p->measures; v++)
	{
		double		excess = Excess(e->p->low[at + v], e->p->high[at + v], e->s->sum[at + v]);

		if (excess > most)
		{
			most = excess;
			worst = v;
		}
	}
	return worst;
}

/*
 * The points of a place that are nearest to going to another, at the prices; measure >= 0:
 * of those that have some of it.
 */
static int
ListCandidates(PlacesLoadExchange *e, int from, int to, int measure, int *list)
{
	int			measures = e->p->measures;
	PlacesRanked ranked[CANDIDATES];
	int			n = 0;

	e->left -= e->movable[from];
	for (int i = e->first[from]; i >= 0; i = e->next[i])
	{
		const double *amount = e->p->amount + (size_t) i * measures;
		double		cost;

		HostCheckCancel();
		if (measure >= 0 && amount[measure] <= 0)
			continue;
		cost = SquaresOfMove(e->s, i, to);
		if (isinf(cost))
			cost = 0;			/* the last of its place goes in exchange for another alone */
		for (int v = 0; v < measures && e->price != NULL; v++)
			cost += amount[v] * (e->price[(size_t) to * measures + v] -
								 e->price[(size_t) from * measures + v]);
		n = OfferRanked(ranked, n, CANDIDATES, cost, i);
	}
	for (int c = 0; c < n; c++)
		list[c] = ranked[c].item;
	return n;
}

/*
 * Find the transfer between two places that costs least, and less than best->cost; with
 * cure >= 0 among those after which that one of them is within its bounds.
 */
static bool
BestTransfer(PlacesLoadExchange *e, int from, int to, int cure, PlacesLoadTransfer *best)
{
	int			out[CANDIDATES];
	int			back[CANDIDATES];
	double		before = Penalty(e, from, NULL, NULL) + Penalty(e, to, NULL, NULL);
	int			worst = cure < 0 ? -1 : WorstMeasure(e, cure);
	bool		over = cure >= 0 && e->s->sum[(size_t) cure * e->p->measures + worst] >
		e->p->high[(size_t) cure * e->p->measures + worst];
	int			nout = ListCandidates(e, from, to, over ? worst : -1, out);
	int			nback = ListCandidates(e, to, from, over ? -1 : worst, back);
	bool		found = false;

	e->left -= (nout + 1) * (nback + 1);
	for (int o = -1; o < nout; o++)
	{
		HostCheckCancel();
		for (int i = o < 0 ? 0 : -1; i < nback; i++)
		{
			PlacesLoadTransfer t = {from, to, o < 0 ? -1 : out[o], i < 0 ? -1 : back[i], 0};
			const double *gone = o < 0 ? NULL : e->p->amount + (size_t) t.out * e->p->measures;
			const double *come = i < 0 ? NULL : e->p->amount + (size_t) t.back * e->p->measures;
			double		penalty;

			t.cost = SquaresOfTransfer(e->s, &t) - before;
			if (t.cost >= best->cost)
				continue;
			penalty = Penalty(e, from, come, gone);
			if (cure >= 0 && penalty > 0)
				continue;
			t.cost += penalty;
			if (t.cost >= best->cost)
				continue;
			t.cost += Penalty(e, to, gone, come);
			if (t.cost < best->cost)
			{
				*best = t;
				found = true;
			}
		}
	}
	return found;
}

static void
FindNeighbours(PlacesLoadExchange *e)
{
	int			k = e->p->k;
	double	   *x = HostNew(double, k);
	double	   *y = HostNew(double, k);

	for (int j = 0; j < k; j++)
	{
		x[j] = e->s->wx[j] / e->s->w[j];
		y[j] = e->s->wy[j] / e->s->w[j];
	}
	ListNeighbours(k, x, y, NEIGHBOURS, e->neighbours);
	HostFree(x);
	HostFree(y);
}

/* The transfers with neighbours after which a place is within its bounds, the cheapest first; returns how many. */
static int
ListCures(PlacesLoadExchange *e, int place, PlacesLoadTransfer *cures)
{
	int			n = 0;

	for (int i = 0; i < NEIGHBOURS; i++)
	{
		int			other = e->neighbours[place * NEIGHBOURS + i];
		PlacesLoadTransfer t = {.cost = INFINITY};
		int			at;

		if (other < 0 || !BestTransfer(e, place, other, place, &t))
			continue;
		for (at = n++; at > 0 && cures[at - 1].cost > t.cost; at--)
			cures[at] = cures[at - 1];
		cures[at] = t;
	}
	return n;
}

/*
 * Find the cheapest sequence of so many transfers that passes on, place by place, what a
 * place has outside its bounds, until one can take it.  The chain has length transfers
 * so far, which are applied; best is the cheapest one found.
 */
static void
FindChain(PlacesLoadExchange *e, int place, int most, PlacesLoadChain *chain, PlacesLoadChain *best)
{
	PlacesLoadTransfer cures[NEIGHBOURS];
	int			n = ListCures(e, place, cures);

	for (int i = 0; i < (chain->length + 1 < most ? Min(n, BRANCHES) : n); i++)
	{
		PlacesLoadTransfer *t = &chain->transfers[chain->length];
		double		cost = chain->cost;
		double		before;

		*t = cures[i];
		if (cost + t->cost >= best->cost)
			break;
		before = Penalty(e, t->to, NULL, NULL);
		Apply(e, t);
		chain->cost += t->cost;
		chain->length++;
		if (Penalty(e, t->to, NULL, NULL) <= before)
			*best = *chain;
		else if (chain->length < most)
			FindChain(e, t->to, most, chain, best);
		chain->length--;
		chain->cost = cost;
		Undo(e, t);
	}
}

/* Put places within their bounds by chains of transfers, as far as that can be; false if none could be. */
static bool
CurePlaces(PlacesLoadExchange *e)
{
	bool		cured = false;

	e->left = e->budget;
	for (int j = 0; j < e->p->k && e->left > 0; j++)
		for (int most = 1; most <= MOST_TRANSFERS && Penalty(e, j, NULL, NULL) > 0; most++)
		{
			PlacesLoadChain chain = {0};
			PlacesLoadChain best = {.cost = INFINITY};

			HostCheckCancel();
			FindChain(e, j, most, &chain, &best);
			for (int i = 0; i < best.length; i++)
				Apply(e, &best.transfers[i]);
			cured = cured || best.length > 0;
		}
	return cured;
}

/* Transfer between two places while that lowers the cost, and not for ever; false if nothing does. */
static bool
TransferBetween(PlacesLoadExchange *e, int j, int other)
{
	int			most = e->movable[j] + e->movable[other];
	int			transfers = 0;

	while (transfers < most && e->left > 0)
	{
		PlacesLoadTransfer t = {.cost = -e->least};

		if (!BestTransfer(e, j, other, -1, &t))
			break;
		Apply(e, &t);
		transfers++;
	}
	return transfers > 0;
}

/* Transfer around touched places while that lowers the cost, and the budget lasts. */
static void
TransferAll(PlacesLoadExchange *e)
{
	bool		again = true;

	e->left = e->budget;
	for (int round = 0; again && round < ROUNDS; round++)
	{
		again = false;
		for (int j = 0; j < e->p->k && e->left > 0; j++)
		{
			if (!e->touched[j])
				continue;
			e->touched[j] = false;
			for (int i = 0; i < NEIGHBOURS && e->neighbours[j * NEIGHBOURS + i] >= 0; i++)
				again = TransferBetween(e, j, e->neighbours[j * NEIGHBOURS + i]) || again;
		}
	}
}

/* Lower by single transfers what places have outside their bounds; false if none does. */
static bool
ImprovePlaces(PlacesLoadExchange *e)
{
	bool		improved = false;

	e->left = e->budget;
	for (int j = 0; j < e->p->k && e->left > 0; j++)
		for (int i = 0; i < NEIGHBOURS && Penalty(e, j, NULL, NULL) > 0; i++)
		{
			int			other = e->neighbours[j * NEIGHBOURS + i];
			PlacesLoadTransfer t = {.cost = -LEAST_CURE * e->rate};

			HostCheckCancel();
			if (other < 0 || !BestTransfer(e, j, other, -1, &t))
				continue;
			Apply(e, &t);
			improved = true;
		}
	return improved;
}

static PlacesLoadExchange
StartExchange(const PlacesLoadProblem *problem, const double *price, int *label)
{
	int			k = problem->k;
	PlacesLoadExchange e = {.p = problem, .s = NewLoadState(problem, label), .price = price};
	double		listed;

	e.unit = SquaresOfMeanPlace(e.s);
	e.neighbours = HostNew(int, (size_t) k * NEIGHBOURS);
	e.touched = HostNew(bool, k);
	e.first = HostNew(int, k);
	e.next = HostNew(int, problem->points->n);
	e.prev = HostNew(int, problem->points->n);
	e.movable = HostNewZero(int, k);
	e.least = Max(LEAST_GAIN * e.unit, ROUNDING * problem->squares);
	listed = Min(CANDIDATES, 1.0 + problem->points->n / k);
	e.budget = BUDGET * NEIGHBOURS * (2.0 * problem->points->n + k * listed * listed);
	for (int j = 0; j < k; j++)
		e.first[j] = -1;
	for (int i = problem->points->n - 1; i >= 0; i--)
	{
		HostCheckCancelAt(i);
		if (!problem->stays[i])
			Enter(&e, i, label[i]);
	}
	FindNeighbours(&e);
	return e;
}

static void
EndExchange(PlacesLoadExchange *e)
{
	HostFree(e->neighbours);
	HostFree(e->touched);
	HostFree(e->first);
	HostFree(e->next);
	HostFree(e->prev);
	HostFree(e->movable);
	FreeLoadState(e->s);
}

static void
SetRate(PlacesLoadExchange *e, int turn)
{
	e->rate = FIRST_RATE * pow(GROWTH, turn) * e->unit;
	e->last = turn == RATES - 1;
}

/* Transfer all around, with what is outside the bounds at the first of so many rates that grow, and then the next. */
static void
TransferAtRates(PlacesLoadExchange *e, int first)
{
	for (int turn = first; turn < RATES; turn++)
	{
		SetRate(e, turn);
		for (int j = 0; j < e->p->k; j++)
			e->touched[j] = true;
		TransferAll(e);
	}
	for (int round = 0; round < CURE_ROUNDS && CurePlaces(e); round++)
		TransferAll(e);
}

/*
 * Change the labels so that as little as possible is outside the bounds, at a sum of
 * squares as small as may be.  price, by place and measure, may be NULL: then from labels
 * that are nearly right, which are left less readily.
 */
void
ExchangeLoads(const PlacesLoadProblem *problem, const double *price, int *label)
{
	PlacesLoadExchange e = StartExchange(problem, price, label);

	TransferAtRates(&e, price == NULL ? RATES - 1 : 0);
	EndExchange(&e);
}

/* Change labels that are nearly right only where something is outside the bounds. */
void
CureLoads(const PlacesLoadProblem *problem, int *label)
{
	PlacesLoadExchange e = StartExchange(problem, NULL, label);

	SetRate(&e, RATES - 1);
	for (int round = 0; round < CURE_ROUNDS; round++)
	{
		bool		cured = CurePlaces(&e);

		if (!ImprovePlaces(&e) && !cured)
			break;
	}
	EndExchange(&e);
}
