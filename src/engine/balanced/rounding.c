/*
 * rounding.c
 *	  Whole points from a flow that divides some of them.
 *
 * The flow divides points of several homes where that is cheapest, at most one
 * for each bound that binds.  Each such point goes wholly to one of the centres
 * that it is divided between (all are equally cheap).  Where that leaves a place
 * outside its bounds, a sequence of transfers between neighbouring places, each a
 * point moved or two exchanged, passes the violation on until some place can take
 * it (an ejection chain, found by depth-first search): the cheapest that puts the
 * first place right and none outside.  Where there is none, the single transfer
 * that lowers the violation most, and of those the cheapest.  Every step lowers
 * the sum of violations, so the search ends.  Then points move or are exchanged
 * between neighbours where that lowers the sum of squares and raises no violation,
 * all around the places that were touched.
 *
 * Fitting whole points into bounds is bin packing: the search is thorough near
 * the place in question, but proves no impossibility.  Of many weights only some
 * are tried.
 */
#include "engine/balanced/rounding.h"

#include "engine/base/kdtree_search.h"

#define NEIGHBOURS		8
#define MOST_TRANSFERS	3		/* one after another */
#define COST_ROUNDS		50
#define MOST_WEIGHTS	48		/* of a place's points that are told apart: pairs of
								 * them are tried */

/* The cheapest point of a given weight to move from one place to another. */
typedef struct PlacesMover
{
	double		w;
	double		cost;
	int			point;
} PlacesMover;

/* A point moved from one place to another, and perhaps one in return (-1: none). */
typedef struct PlacesTransfer
{
	int			from,
				to;
	int			out,
				back;
	double		homes;			/* net */
	double		violation;		/* of the two places afterwards */
	double		cost;
} PlacesTransfer;

/* Transfers one after another, each of which puts right the place that the last put outside. */
typedef struct PlacesChain
{
	PlacesTransfer transfers[MOST_TRANSFERS];
	int			length;
	double		cost;
} PlacesChain;

typedef struct PlacesRepair
{
	const PlacesKdTree *tree;
	const PlacesCentres *centres;
	double		low,
				high;
	double		tiny;			/* homes that count as none */
	int		   *label;
	double	   *size;
	int		   *first;			/* first point of each place, -1 for none */
	int		   *next;			/* next and previous point of the same place */
	int		   *prev;
	bool	   *touched;		/* places that the flow did not leave as they are */
	int		   *neighbours;		/* NEIGHBOURS a place, nearest first, -1 behind
								 * the last */
	PlacesMover *movers[2];		/* scratch */
	int			nmovers[2];
} PlacesRepair;

/* Homes by which a place, if it had that size, were outside its bounds. */
static double
Violation(const PlacesRepair *r, int place, double size)
{
	double		violation = Max(LowOf(r->centres, place, r->low) - size, size - HighOf(r->centres, place, r->high));

	return violation > r->tiny ? violation : 0;
}

/* The same of two places after homes moved from a to b. */
static double
PairViolation(const PlacesRepair *r, int a, int b, double moved)
{
	return Violation(r, a, r->size[a] - moved) + Violation(r, b, r->size[b] + moved);
}

/* What it adds to the sum of squares, the centres staying, to move a point. */
static double
MoveCost(const PlacesRepair *r, int point, int from, int to)
{
	const PlacesCentres *c = r->centres;
	double		x = r->tree->x[point];
	double		y = r->tree->y[point];
	double		there = (x - c->x[to]) * (x - c->x[to]) + (y - c->y[to]) * (y - c->y[to]);
	double		here = (x - c->x[from]) * (x - c->x[from]) + (y - c->y[from]) * (y - c->y[from]);

	return r->tree->w[point] * (there - here);
}

static bool
IsCheaper(const PlacesMover *a, const PlacesMover *b)
{
	return a->cost < b->cost || (a->cost == b->cost && a->point < b->point);
}

/*
 * Of points of more weights than that: the cheapest each in classes of similar
 * weight, four an octave, from four mean places down to the dust.
 */
static int
ListClasses(const PlacesRepair *r, PlacesMover *movers, int from, int to)
{
	PlacesMover classes[MOST_WEIGHTS] = {{0}};
	double		scale = log2(r->tree->nodes[0].w / r->centres->k) + 2;
	int			n = 0;

	for (int i = r->first[from]; i >= 0; i = r->next[i])
	{
		PlacesMover mover = {r->tree->w[i], 0, i};
		int			c;

		HostCheckCancel();
		if (mover.w <= 0)
			continue;
		mover.cost = MoveCost(r, i, from, to);
		c = (int) Max(0, Min(4 * (scale - log2(mover.w)), MOST_WEIGHTS - 1));
		if (classes[c].w == 0 || IsCheaper(&mover, &classes[c]))
			classes[c] = mover;
	}
	for (int c = 0; c < MOST_WEIGHTS; c++)
		if (classes[c].w > 0)
			movers[n++] = classes[c];
	return n;
}

/* Fill scratch list `which` with the cheapest point of each weight in `from`; of equals the first. */
static void
ListMovers(PlacesRepair *r, int which, int from, int to)
{
	PlacesMover *movers = r->movers[which];
	int			n = 0;

	for (int i = r->first[from]; i >= 0; i = r->next[i])
	{
		PlacesMover mover = {r->tree->w[i], 0, i};
		int			m = 0;

		HostCheckCancel();
		if (mover.w <= 0)
			continue;
		mover.cost = MoveCost(r, i, from, to);
		while (m < n && movers[m].w != mover.w)
			m++;
		if (m == MOST_WEIGHTS)
		{
			n = ListClasses(r, movers, from, to);
			break;
		}
		if (m == n)
			movers[n++] = mover;
		else if (IsCheaper(&mover, &movers[m]))
			movers[m] = mover;
	}
	r->nmovers[which] = n;
}

static double
SumOfViolations(const PlacesRepair *r)
{
	double		sum = 0;

	for (int j = 0; j < r->centres->k; j++)
		sum += Violation(r, j, r->size[j]);
	return sum;
}

#ifdef PLACES_ASSERTS
/* Every point is in the list of its place, and the sizes are those of the lists. */
static void
AssertCheckSizes(const PlacesRepair *r)
{
	int			listed = 0;

	for (int j = 0; j < r->centres->k; j++)
	{
		double		size = HomesBeforehand(r->centres, j);

		for (int i = r->first[j]; i >= 0; i = r->next[i])
		{
			Assert(r->label[i] == j);
			Assert(r->next[i] < 0 || r->prev[r->next[i]] == i);
			size += r->tree->w[i];
			listed++;
		}
		Assert(fabs(size - r->size[j]) <= r->tiny);
	}
	Assert(listed == r->tree->n);
}
#else
#define AssertCheckSizes(r) ((void) 0)
#endif

/* Put a point into a place's list and size. */
static void
Enter(PlacesRepair *r, int point, int place)
{
	r->label[point] = place;
	r->size[place] += r->tree->w[point];
	r->prev[point] = -1;
	r->next[point] = r->first[place];
	if (r->first[place] >= 0)
		r->prev[r->first[place]] = point;
	r->first[place] = point;
}

static void
MovePoint(PlacesRepair *r, int point, int to)
{
	int			from = r->label[point];

	r->touched[from] = r->touched[to] = true;
	r->size[from] -= r->tree->w[point];
	if (r->prev[point] >= 0)
		r->next[r->prev[point]] = r->next[point];
	else
		r->first[from] = r->next[point];
	if (r->next[point] >= 0)
		r->prev[r->next[point]] = r->prev[point];
	Enter(r, point, to);
}

static void
ApplyTransfer(PlacesRepair *r, const PlacesTransfer *t)
{
	MovePoint(r, t->out, t->to);
	if (t->back >= 0)
		MovePoint(r, t->back, t->from);
}

static void
UndoTransfer(PlacesRepair *r, const PlacesTransfer *t)
{
	MovePoint(r, t->out, t->from);
	if (t->back >= 0)
		MovePoint(r, t->back, t->to);
}

/*
 * The transfer of homes between two places after which their violation is least,
 * the cheapest of those; with cure >= 0, among those that put place `cure` within
 * its bounds.  False if there is none.
 */
static bool
BestTransfer(PlacesRepair *r, int from, int to, int cure, PlacesTransfer *best)
{
	bool		found = false;

	ListMovers(r, 0, from, to);
	ListMovers(r, 1, to, from);
	for (int o = 0; o < r->nmovers[0]; o++)
	{
		HostCheckCancel();
		for (int b = -1; b < r->nmovers[1]; b++)
		{
			const PlacesMover *out = &r->movers[0][o];
			const PlacesMover *back = (b < 0) ? NULL : &r->movers[1][b];
			double		homes = out->w - (back ? back->w : 0);
			double		cost = out->cost + (back ? back->cost : 0);
			double		violation = PairViolation(r, from, to, homes);

			if (homes <= 0 || (found && (violation > best->violation ||
										 (violation == best->violation && cost >= best->cost))))
				continue;
			if (cure >= 0 && Violation(r, cure, r->size[cure] + (cure == from ? -homes : homes)) > 0)
				continue;
			*best = (PlacesTransfer) {from, to, out->point, back ? back->point : -1, homes, violation, cost};
			found = true;
		}
	}
	return found;
}

/* The best transfer between a place outside its bounds and one of its neighbours. */
static bool
TransferWith(PlacesRepair *r, int place, int other, int cure, PlacesTransfer *best)
{
	if (r->size[place] > HighOf(r->centres, place, r->high))
		return BestTransfer(r, place, other, cure, best);
	return BestTransfer(r, other, place, cure, best);
}

/* The transfer with a neighbour that lowers the violation most; false if none does. */
static bool
ImprovePlace(PlacesRepair *r, int place)
{
	PlacesTransfer best = {0};
	double		most = r->tiny;

	for (int i = 0; i < NEIGHBOURS; i++)
	{
		int			other = r->neighbours[place * NEIGHBOURS + i];
		PlacesTransfer t;
		double		gain;

		if (other < 0 || !TransferWith(r, place, other, -1, &t))
			continue;
		gain = PairViolation(r, place, other, 0) - t.violation;
		if (gain > most)
		{
			most = gain;
			best = t;
		}
	}
	if (most <= r->tiny)
		return false;
	ApplyTransfer(r, &best);
	return true;
}

/*
 * Find the cheapest sequence of transfers that passes the violation of a place
 * on, place by place, until one can take it.  The chain has length transfers so
 * far, which are applied; best is the cheapest one found.
 */
static void
FindChain(PlacesRepair *r, int place, PlacesChain *chain, PlacesChain *best)
{
	for (int i = 0; i < NEIGHBOURS; i++)
	{
		int			other = r->neighbours[place * NEIGHBOURS + i];
		PlacesTransfer *t = &chain->transfers[chain->length];
		double		cost = chain->cost;
		double		before;

		if (other < 0 || !TransferWith(r, place, other, place, t) || cost + t->cost >= best->cost)
			continue;
		before = Violation(r, other, r->size[other]);
		ApplyTransfer(r, t);
		chain->cost += t->cost;
		chain->length++;
		if (Violation(r, other, r->size[other]) <= before)
			*best = *chain;
		else if (chain->length < MOST_TRANSFERS)
			FindChain(r, other, chain, best);
		chain->length--;
		chain->cost = cost;
		UndoTransfer(r, t);
	}
}

/* Put a place within its bounds by the cheapest chain of transfers; false if there is none. */
static bool
CurePlace(PlacesRepair *r, int place)
{
	PlacesChain chain = {0};
	PlacesChain best = {.cost = INFINITY};

	FindChain(r, place, &chain, &best);
	for (int i = 0; i < best.length; i++)
		ApplyTransfer(r, &best.transfers[i]);
	return best.length > 0;
}

/*
 * Give every point to its centre: undivided ones first, then each divided one to
 * that of its centres where it adds least violation, of equals to the one that has
 * most of it.
 */
static void
RoundPieces(PlacesRepair *r, const PlacesFlow *flow)
{
	for (int split = 0; split <= 1; split++)
		for (int i = 0; i < r->tree->n; i++)
		{
			int			best = flow->pieces[i].place;
			double		least = INFINITY;
			double		most = 0;
			int			at = i;

			HostCheckCancelAt(i);
			if ((flow->pieces[i].sibling != i) != split)
				continue;
			do
			{
				const PlacesPiece *piece = &flow->pieces[at];
				double		violation = (Violation(r, piece->place, r->size[piece->place] + r->tree->w[i]) -
									  Violation(r, piece->place, r->size[piece->place]));

				if (piece->amount > 0 &&
					(violation < least || (violation == least && piece->amount > most)))
				{
					least = violation;
					most = piece->amount;
					best = piece->place;
				}
				at = piece->sibling;
			} while (at != i);
			Enter(r, i, best);
			for (at = flow->pieces[i].sibling; at != i; at = flow->pieces[at].sibling)
				r->touched[flow->pieces[at].place] = r->touched[best] = true;
		}
}

/*
 * The move or exchange between two places that lowers the sum of squares most
 * and does not raise their violation.  False if there is none.
 */
static bool
CheapestTransfer(PlacesRepair *r, int a, int b, PlacesTransfer *best)
{
	static const PlacesMover nobody = {0, 0, -1};
	double		before = PairViolation(r, a, b, 0);

	*best = (PlacesTransfer) {.from = a, .to = b, .cost = 0};
	ListMovers(r, 0, a, b);
	ListMovers(r, 1, b, a);
	for (int o = -1; o < r->nmovers[0]; o++)
	{
		HostCheckCancel();
		for (int i = -1; i < r->nmovers[1]; i++)
		{
			const PlacesMover *out = (o < 0) ? &nobody : &r->movers[0][o];
			const PlacesMover *back = (i < 0) ? &nobody : &r->movers[1][i];
			double		scale = fabs(out->cost) + fabs(back->cost);

			if (out->cost + back->cost < best->cost - 1e-9 * scale &&
				PairViolation(r, a, b, out->w - back->w) <= before)
			{
				best->cost = out->cost + back->cost;
				best->out = out->point;
				best->back = back->point;
			}
		}
	}
	return best->cost < 0;
}

/* Move and exchange points around the touched places while that lowers the sum of squares, for so many rounds at most. */
static void
ReduceCost(PlacesRepair *r)
{
	bool		again = true;

	for (int round = 0; again && round < COST_ROUNDS; round++)
	{
		again = false;
		for (int j = 0; j < r->centres->k; j++)
		{
			if (!r->touched[j])
				continue;
			r->touched[j] = false;
			for (int i = 0; i < NEIGHBOURS; i++)
			{
				int			other = r->neighbours[j * NEIGHBOURS + i];
				PlacesTransfer t;

				while (other >= 0 && CheapestTransfer(r, j, other, &t))
				{
					if (t.out >= 0)
						MovePoint(r, t.out, other);
					if (t.back >= 0)
						MovePoint(r, t.back, j);
					again = true;
				}
			}
		}
	}
}

/*
 * Turn the flow, made for these centres and bounds (homes), into one label a
 * point, in the tree's order.  Returns the sum of the violations that remain.
 * In practice O(n), and a few neighbours' points for each place that is touched.
 */
double
RepairSizes(const PlacesKdTree *tree, const PlacesCentres *centres,
			const PlacesFlow *flow, double low, double high, int *label)
{
	int			k = centres->k;
	PlacesRepair r = {.tree = tree, .centres = centres, .low = low, .high = high, .label = label};
	double		violation;
	bool		again = true;

	r.tiny = 1e-9 * Max(1, tree->nodes[0].w / k);
	r.size = HostNewZero(double, k);
	r.first = HostNew(int, k);
	r.touched = HostNewZero(bool, k);
	r.next = HostNew(int, tree->n);
	r.prev = HostNew(int, tree->n);
	r.neighbours = HostNew(int, (size_t) k * NEIGHBOURS);
	r.movers[0] = HostNew(PlacesMover, tree->n);
	r.movers[1] = HostNew(PlacesMover, tree->n);
	for (int j = 0; j < k; j++)
	{
		r.first[j] = -1;
		r.size[j] = HomesBeforehand(centres, j);
	}
	RoundPieces(&r, flow);
	ListNeighbours(k, centres->x, centres->y, NEIGHBOURS, r.neighbours);

	while (again)
	{
		again = false;
		for (int j = 0; j < k; j++)
			while (Violation(&r, j, r.size[j]) > 0 &&
				   (CurePlace(&r, j) || ImprovePlace(&r, j)))
				again = true;
	}
	violation = SumOfViolations(&r);
	ReduceCost(&r);
	Assert(SumOfViolations(&r) <= violation + r.tiny * k);
	violation = SumOfViolations(&r);
	AssertCheckSizes(&r);

	HostFree(r.size);
	HostFree(r.first);
	HostFree(r.touched);
	HostFree(r.next);
	HostFree(r.prev);
	HostFree(r.neighbours);
	HostFree(r.movers[0]);
	HostFree(r.movers[1]);
	return violation;
}
