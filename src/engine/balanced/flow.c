/*
 * flow.c
 *	  Exact assignment of points to centres under size bounds.
 *
 * Least sum of squared distances such that every centre gets between low and
 * high homes is a minimum-cost flow: homes -> centres -> hub, with the bounds
 * on the arcs into the hub.  A point may be divided between centres; with
 * whole weights and bounds only points of several homes ever are.
 *
 * The dual variables are one price a centre; the hub's is zero.  They are
 * optimal when
 *	(1) every piece is assigned to a centre of least squared distance + price,
 *	(2) a centre with a positive price is full (high), one with a negative
 *		price has just low.
 * So the places are cells of a power diagram: convex, not overlapping.
 *
 * Method: successive shortest paths (Ahuja, Magnanti, Orlin, "Network Flows",
 * 1993, section 9.7) on the small graph of centres and hub.  An assignment
 * pass under any prices establishes (1); setting the flows into the hub as (2)
 * demands leaves centres with more or fewer homes than flow on, the
 * imbalances.  Each shortest path moves homes away from a centre with too
 * many, or to one with too few, and keeps (1) and (2): no residual arc gets a
 * negative reduced cost.  It ends at the first centre that helps or at the hub,
 * whichever is nearer: the hub takes and gives any number, so the searches stay
 * local.  Prices of an earlier, similar problem leave little to move; all-zero
 * prices are the plain case.
 *
 * The cost of a residual arc between two centres is that of the cheapest piece to
 * move along it (residual_graph.c).  Only arcs between likely neighbours exist.
 * Whether they were enough is checked in the end: a pass over all points and all centres under the final
 * prices is the certificate; where it finds a cheaper centre, the missing arc
 * is added and the work goes on from the prices reached.  (A piece may find it
 * once it has moved next to a centre that its old one had no arc to; until the
 * certificate says so, such an arc counts as costing nothing.)
 */
#include "engine/balanced/flow.h"

#include "engine/balanced/residual_graph.h"

#define MAX_PASSES		100		/* seen: 1 to 3 */
#define UNIT_BITS		12		/* precision of fractional weights */

typedef struct PlacesFlowSolver
{
	PlacesGraph g;
	PlacesCentres *centres;		/* the graph's, whose prices change */
	double		unit;			/* homes move in multiples of this */
	double		low,			/* bounds, in whole units */
				high;
	double		homes;			/* in whole units, in all */
	int			search;			/* number of the current search for a path */
	PlacesHeap	queue;
	int		   *settled;		/* nodes settled by it */
	int			nsettled;
} PlacesFlowSolver;

/* The homes of a point in whole units; none only for a point of no weight. */
static inline double
WholeUnits(const PlacesFlowSolver *s, int point)
{
	double		w = s->g.tree->w[point];

	if (s->g.tree->whole || w <= 0)
		return w;
	return Max(rint(w / s->unit), 1) * s->unit;
}

/* What is fixed to a centre, in whole units, rounded down: it must fit. */
static double
FixedUnits(const PlacesFlowSolver *s, int j)
{
	return s->centres->fixed ? floor(s->centres->fixed->w[j] / s->unit) * s->unit : 0;
}

/*
 * Choose the unit in which homes move, and bounds in it that the homes can
 * keep.  Whole homes move as they are.  Fractional weights are rounded to a
 * power of two, some four thousand to a place: else every path could leave a
 * smaller splinter behind, for the next one to stumble over.
 */
static void
ChooseUnit(PlacesFlowSolver *s, double low, double high)
{
	const PlacesKdTree *tree = s->g.tree;
	int			k = s->centres->k;

	s->homes = 0;
	s->unit = tree->whole ? 1 : exp2(floor(log2(tree->nodes[0].w / k)) - UNIT_BITS);
	HostCheckCancel();
	for (int i = 0; i < tree->n; i++)
		s->homes += WholeUnits(s, i);
	for (int j = 0; j < k; j++)
		s->homes += FixedUnits(s, j);
	s->g.tiny = s->unit / 2;
	s->low = Min(ceil(low / s->unit), floor(s->homes / s->unit / k)) * s->unit;
	s->high = Max(floor(high / s->unit), ceil(s->homes / s->unit / k)) * s->unit;
}

/* Start over: every point whole, with the centre that the pass gave it. */
static void
ResetPieces(PlacesFlowSolver *s, const int *label)
{
	s->g.flow->npieces = s->g.tree->n;
	HostCheckCancel();
	for (int i = 0; i < s->g.tree->n; i++)
		s->g.flow->pieces[i] = (PlacesPiece) {i, label[i], i, WholeUnits(s, i)};
}

/* ---- shortest paths ---- */

/*
 * Offer a way to a node; cost is reduced by the prices, so >= 0 but for
 * rounding.
 */
static inline void
Relax(PlacesFlowSolver *s, int via, int arc, int to, double cost)
{
	PlacesNode *node = &s->g.nodes[to];
	double		distance = s->g.nodes[via].distance + Max(cost, 0);

	if (node->seen == s->search && node->distance <= distance)
		return;
	node->seen = s->search;
	node->distance = distance;
	node->via = via;
	node->arc = arc;
	HeapPush(&s->queue, distance, to, KEY_ALONE);
}

/* Relax the arcs that leave a centre, in a search for room. */
static void
ScanForward(PlacesFlowSolver *s, int from)
{
	PlacesNode *node = &s->g.nodes[from];
	double		price = s->centres->price[from];

	OpenNode(&s->g, from);
	for (int a = 0; a < node->narcs; a++)
	{
		int			to = node->arcs[a].to;
		PlacesRanked *offer;

		if (s->g.nodes[to].settled == s->search)
			continue;
		offer = BestOffer(&s->g, from, &node->arcs[a]);
		if (offer)
			Relax(s, from, a, to, offer->key + s->centres->price[to] - price);
	}
	if (s->high - node->out > s->g.tiny)
		Relax(s, from, -1, s->g.hub, -price);
}

/* Relax the arcs that lead to a centre, in a search for homes. */
static void
ScanBackward(PlacesFlowSolver *s, int to)
{
	PlacesNode *node = &s->g.nodes[to];
	double		price = s->centres->price[to];

	for (int a = 0; a < node->narcs; a++)
	{
		int			from = node->arcs[a].to;
		int			arc = node->arcs[a].back;
		PlacesRanked *offer;

		if (s->g.nodes[from].settled == s->search)
			continue;
		OpenNode(&s->g, from);
		offer = BestOffer(&s->g, from, &s->g.nodes[from].arcs[arc]);
		if (offer)
			Relax(s, to, arc, from, offer->key + price - s->centres->price[from]);
	}
	if (node->out - s->low > s->g.tiny)
		Relax(s, to, -1, s->g.hub, price);
}

/*
 * Dijkstra's search from a centre in imbalance to the nearest node that can
 * help: the hub or a centre in the opposite imbalance.  It follows the arcs
 * forward from too many homes, backward from too few.  Returns the node
 * reached, or -1.
 */
static int
FindPath(PlacesFlowSolver *s, int start, bool forward)
{
	double		sign = forward ? 1 : -1;

	s->search++;
	s->queue.count = 0;
	s->nsettled = 0;
	s->g.nodes[start].seen = s->search;
	s->g.nodes[start].distance = 0;
	s->g.nodes[start].via = -1;
	HeapPush(&s->queue, 0, start, KEY_ALONE);

	while (s->queue.count > 0)
	{
		int			next = HeapPop(&s->queue, KEY_ALONE).item;
		PlacesNode *node = &s->g.nodes[next];

		HostCheckCancel();
		if (node->settled == s->search)
			continue;
		node->settled = s->search;
		if (next == s->g.hub || sign * node->excess < -s->g.tiny)
			return next;
		s->settled[s->nsettled++] = next;
		if (forward)
			ScanForward(s, next);
		else
			ScanBackward(s, next);
	}
	return -1;
}

/* Change the prices short of the path's end so that its arcs cost nothing and none less. */
static void
UpdatePrices(PlacesFlowSolver *s, int end, bool forward)
{
	double		distance = s->g.nodes[end].distance;

	for (int i = 0; i < s->nsettled; i++)
	{
		int			node = s->settled[i];
		double		change = distance - s->g.nodes[node].distance;

		s->centres->price[node] += forward ? change : -change;
	}
}

/* How many homes one step of a path can take. */
static double
StepCapacity(PlacesFlowSolver *s, int from, int to, int arc)
{
	if (to == s->g.hub)
		return s->high - s->g.nodes[from].out;
	if (from == s->g.hub)
		return s->g.nodes[to].out - s->low;
	return s->g.flow->pieces[BestOffer(&s->g, from, &s->g.nodes[from].arcs[arc])->item].amount;
}

static void
TakeStep(PlacesFlowSolver *s, int from, int to, int arc, double amount)
{
	if (to == s->g.hub)
		s->g.nodes[from].out += amount;
	else if (from == s->g.hub)
		s->g.nodes[to].out -= amount;
	else
		MovePiece(&s->g, BestOffer(&s->g, from, &s->g.nodes[from].arcs[arc])->item, amount, to);
}

/* Move as many homes as fit along the path found. */
static void
Augment(PlacesFlowSolver *s, int start, int end, bool forward)
{
	double		amount = fabs(s->g.nodes[start].excess);

	if (end != s->g.hub)
		amount = Min(amount, fabs(s->g.nodes[end].excess));
	for (int node = end; node != start; node = s->g.nodes[node].via)
	{
		int			via = s->g.nodes[node].via;

		amount = Min(amount, StepCapacity(s, forward ? via : node, forward ? node : via,
										  s->g.nodes[node].arc));
	}
	Assert(amount > 0);			/* or the search would find the same path for ever */
	for (int node = end; node != start; node = s->g.nodes[node].via)
	{
		int			via = s->g.nodes[node].via;

		TakeStep(s, forward ? via : node, forward ? node : via, s->g.nodes[node].arc, amount);
	}
	s->g.nodes[start].excess -= forward ? amount : -amount;
	s->g.nodes[end].excess += forward ? amount : -amount;
	s->g.flow->augmentations++;
}

/* Join the centres that the last search did not reach to the nearest that it did. */
static void
JoinUnreached(PlacesFlowSolver *s)
{
	const PlacesCentres *c = s->centres;

	for (int j = 0; j < c->k; j++)
	{
		double		least = INFINITY;
		int			nearest = j;

		HostCheckCancel();
		if (s->g.nodes[j].settled == s->search)
			continue;
		for (int i = 0; i < s->nsettled; i++)
		{
			double		dx = c->x[s->settled[i]] - c->x[j];
			double		dy = c->y[s->settled[i]] - c->y[j];

			if (dx * dx + dy * dy < least)
			{
				least = dx * dx + dy * dy;
				nearest = s->settled[i];
			}
		}
		JoinCentres(&s->g, nearest, j);
	}
}

/* Move homes until no centre is in imbalance; false when an arc was missing for it. */
static bool
ClearImbalances(PlacesFlowSolver *s)
{
	for (int pass = 0; pass < 2; pass++)
	{
		bool		forward = (pass == 0);

		for (int start = 0; start < s->g.hub; start++)
			while ((forward ? 1 : -1) * s->g.nodes[start].excess > s->g.tiny)
			{
				int			end = FindPath(s, start, forward);

				if (end < 0)
				{
					JoinUnreached(s);
					return false;
				}
				UpdatePrices(s, end, forward);
				Augment(s, start, end, forward);
			}
	}
	return true;
}

/* ---- the whole ---- */

/*
 * Set the flows into the hub as the prices demand, and with them the
 * imbalances.  On entry a node's excess is its whole load.
 */
static void
SetImbalances(PlacesFlowSolver *s)
{
	double		out = 0;

	for (int j = 0; j < s->g.hub; j++)
	{
		PlacesNode *node = &s->g.nodes[j];
		double		load = node->excess;

		if (s->centres->price[j] > 0)
			node->out = s->high;
		else if (s->centres->price[j] < 0)
			node->out = s->low;
		else
			node->out = Max(s->low, Min(load, s->high));
		node->excess = load - node->out;
		out += node->out;
	}
	s->g.nodes[s->g.hub].excess = out - s->homes;
}

/* Give every point to the centre that is best under the prices. */
static void
AssignAll(PlacesFlowSolver *s, int *label, int *runner)
{
	/* without an upper bound no centre is full, and a positive price mere rounding */
	if (isinf(s->high))
		for (int j = 0; j < s->g.hub; j++)
			s->centres->price[j] = Min(s->centres->price[j], 0);
	AssignPass(s->g.tree, s->centres, NULL, label, runner);
}

/* Sort the points that carry weight by the centre they are assigned to, and add up its load. */
static void
ListMembers(PlacesFlowSolver *s, const int *label)
{
	const PlacesKdTree *tree = s->g.tree;
	int			k = s->centres->k;

	memset(s->g.start, 0, sizeof(int) * ((size_t) k + 2));
	for (int j = 0; j < k; j++)
		s->g.nodes[j].excess = FixedUnits(s, j);
	HostCheckCancel();
	for (int i = 0; i < tree->n; i++)
		if (tree->w[i] > 0)
		{
			s->g.start[label[i] + 2]++;
			s->g.nodes[label[i]].excess += s->g.flow->pieces[i].amount;
		}
	for (int j = 0; j < k; j++)
		s->g.start[j + 2] += s->g.start[j + 1];
	HostCheckCancel();
	for (int i = 0; i < tree->n; i++)
		if (tree->w[i] > 0)
			s->g.member[s->g.start[label[i] + 1]++] = i;
}

/* Join the centres that some point likes best and second best. */
static void
JoinRunners(PlacesFlowSolver *s, const int *label, const int *runner)
{
	int			a = -1;
	int			b = -1;

	for (int i = 0; i < s->g.tree->n; i++)
	{
		HostCheckCancelAt(i);
		if (runner[i] < 0 || (label[i] == a && runner[i] == b))
			continue;
		a = label[i];
		b = runner[i];
		JoinCentres(&s->g, a, b);
	}
}

/* Square metres, of which nothing is thought: 1e-9 of the squared diagonal. */
static double
PriceSlack(const PlacesFlowSolver *s)
{
	const PlacesKdNode *root = &s->g.tree->nodes[0];
	double		dx = root->xmax - root->xmin;
	double		dy = root->ymax - root->ymin;

	return 1e-9 * (dx * dx + dy * dy);
}

/* Is a piece's own centre dearer to it than another, rounding apart? */
static bool
IsDearer(const PlacesFlowSolver *s, const PlacesPiece *piece, int other)
{
	const double *price = s->centres->price;
	double		here = SquaredDistance(&s->g, piece->point, piece->place);
	double		there = SquaredDistance(&s->g, piece->point, other);

	return here + price[piece->place] - there - price[other] >
		PriceSlack(s) +
		1e-12 * (here + there + fabs(price[piece->place]) + fabs(price[other]));
}

/* Assign every point to its best centre, and see which imbalances that leaves. */
static void
StartPass(PlacesFlowSolver *s, const int *label, const int *runner)
{
	s->g.flow->passes++;
	for (int j = 0; j < s->g.hub; j++)
		s->g.nodes[j].open = false;
	JoinRunners(s, label, runner);
	ResetPieces(s, label);
	ListMembers(s, label);
	SetImbalances(s);
}

/*
 * The certificate: under the final prices no piece is with a centre that is
 * dearer to it than the one it has by label, the best of all.  Joins the centres
 * between which one is.
 */
static bool
Certify(PlacesFlowSolver *s, const int *label)
{
	bool		proven = true;

	for (int i = 0; i < s->g.flow->npieces; i++)
	{
		const PlacesPiece *piece = &s->g.flow->pieces[i];
		int			better = label[piece->point];

		HostCheckCancelAt(i);
		if (piece->amount > 0 && piece->place != better && IsDearer(s, piece, better))
		{
			JoinCentres(&s->g, piece->place, better);
			proven = false;
		}
	}
	return proven;
}

#ifdef PLACES_ASSERTS
/* The flow at its end: loads within the bounds, and full or just low where prices say so. */
static void
AssertCheckLoads(const PlacesFlowSolver *s)
{
	const PlacesFlow *flow = s->g.flow;
	int			k = s->centres->k;
	double	   *load = HostNew(double, k);
	double		homes = 0;

	for (int j = 0; j < k; j++)
		load[j] = FixedUnits(s, j);
	for (int i = 0; i < flow->npieces; i++)
	{
		Assert(flow->pieces[i].place >= 0 && flow->pieces[i].place < k);
		Assert(flow->pieces[i].amount >= 0);
		load[flow->pieces[i].place] += flow->pieces[i].amount;
	}
	for (int j = 0; j < k; j++)
	{
		double		slack = 2 * s->g.tiny + 1e-9 * s->homes;
		double		price = s->centres->price[j];
		bool		none = fabs(price) <= PriceSlack(s);

		homes += load[j];
		Assert(load[j] >= s->low - slack && load[j] <= s->high + slack);
		Assert(price <= 0 || none || load[j] >= s->high - slack);
		Assert(price >= 0 || none || load[j] <= s->low + slack);
	}
	Assert(fabs(homes - s->homes) <= 1e-9 * s->homes);
	HostFree(load);
}

/*
 * No residual arc has a negative reduced cost, rounding apart: that of the largest
 * price, since a far centre's best piece hides behind it how much nearer others are.
 */
static void
AssertCheckArcs(const PlacesFlowSolver *s)
{
	const PlacesFlow *flow = s->g.flow;
	const double *price = s->centres->price;
	double		most = 0;

	for (int j = 0; j < s->centres->k; j++)
		most = Max(most, fabs(price[j]));
	for (int i = 0; i < flow->npieces; i++)
	{
		const PlacesPiece *piece = &flow->pieces[i];
		const PlacesNode *node = &s->g.nodes[piece->place];
		double		here = SquaredDistance(&s->g, piece->point, piece->place);

		for (int a = 0; a < node->narcs && piece->amount > 0; a++)
		{
			int			other = node->arcs[a].to;
			double		there = SquaredDistance(&s->g, piece->point, other);

			Assert(here + price[piece->place] - there - price[other] <=
				   PriceSlack(s) + 2e-12 * (here + there + 2 * most));
		}
	}
}
#else
#define AssertCheckLoads(s) ((void) 0)
#define AssertCheckArcs(s) ((void) 0)
#endif

/*
 * Assign the tree's points to the centres, between low and high homes each, at
 * the least sum of squared distances.  The certificate proves that if it is asked
 * for, unless MAX_PASSES do not suffice, which was never seen.  low * k <= homes <= high * k must hold; high may be infinite.
 *
 * Homes fixed to centres count in all of this; none may have more than high, and
 * the others' low must be within reach.
 *
 * On entry the centres' prices (square metres) may be those of a similar problem,
 * or zero; on return they are those of the assignment.  The caller frees the flow.  O(n) a pass
 * and O(k log k) a path; the number of paths is that of the homes the prices on
 * entry misplace, less where points carry many homes.
 */
PlacesFlow *
SolveFlow(const PlacesKdTree *tree, PlacesCentres *centres, double low, double high, bool certify)
{
	PlacesFlowSolver s = {.centres = centres};
	int		   *label = HostNew(int, tree->n);
	int		   *runner = HostNew(int, tree->n);
	PlacesFlow *flow;

	InitGraph(&s.g, tree, centres);
	ChooseUnit(&s, low, high);
	s.settled = HostNew(int, centres->k + 1);
	flow = s.g.flow;
	AssignAll(&s, label, runner);
	for (;;)
	{
		bool		cleared;

		StartPass(&s, label, runner);
		cleared = ClearImbalances(&s);
		if (cleared)
			AssertCheckLoads(&s);
		if (cleared && !certify)
			break;

		AssignAll(&s, label, runner);
		if (cleared && Certify(&s, label))
		{
			AssertCheckArcs(&s);
			break;
		}
		if (flow->passes == MAX_PASSES)
			break;
	}

	HostFree(label);
	HostFree(runner);
	HostFree(s.settled);
	if (s.queue.items)
		HostFree(s.queue.items);
	FreeGraph(&s.g);
	return flow;
}
