/*
 * flow.c
 *	  Exact assignment of points to centres under size bounds.
 *
 * Least sum of squared distances such that every centre holds between low and
 * high homes is a minimum-cost flow: homes -> centres -> hub, with the bounds
 * on the arcs into the hub.  A point may be divided between centres; with
 * whole weights and bounds only points of several homes ever are.
 *
 * The dual variables are one price a centre; the hub's is zero.  They are
 * optimal when
 *	(1) every piece lies with a centre of least squared distance + price,
 *	(2) a centre with a positive price is full (high), one with a negative
 *		price holds just low.
 * So the places are cells of a power diagram: convex, not overlapping.
 *
 * Method: successive shortest paths (Ahuja, Magnanti, Orlin, "Network Flows",
 * 1993, section 9.7) on the small graph of centres and hub.  An assignment
 * pass under any prices establishes (1); setting the flows into the hub as (2)
 * demands leaves centres with more or fewer homes than flow on, the
 * imbalances.  Each shortest path moves homes away from a centre with too
 * many, or to one with too few, and keeps (1) and (2).  It ends at the first
 * centre that helps or at the hub, whichever is nearer: the hub takes and
 * gives any number, so the searches stay local.  Prices of an earlier, similar
 * problem leave little to move; all-zero prices are the plain case.
 *
 * The cost of an arc between two centres is that of the cheapest piece to move
 * along it, found by a heap an arc, built when its centre is first looked at.
 * Only arcs between likely neighbours exist.  Whether they were enough is
 * checked in the end: a pass over all points and all centres under the final
 * prices is the certificate; where it finds a cheaper centre, the missing arc
 * is added and the work goes on from the prices reached.  (A piece may find it
 * once it has moved next to a centre that its old one had no arc to; until the
 * certificate says so, such an arc counts as costing nothing.)
 */
#include "engine/balanced/flow_arcs.h"

#define MAX_PASSES		100		/* seen: 1 to 3 */
#define UNIT_BITS		12		/* precision of fractional weights */

/* The homes of a point in whole units; none only for a point of no weight. */
static inline double
WholeUnits(const PlacesSolver *s, int point)
{
	double		w = s->tree->w[point];

	if (s->tree->whole || w <= 0)
		return w;
	return Max(rint(w / s->unit), 1) * s->unit;
}

/* What a centre holds beforehand, in whole units, rounded down: it must fit. */
static double
HeldUnits(const PlacesSolver *s, int j)
{
	return s->centres->held ? floor(s->centres->held->w[j] / s->unit) * s->unit : 0;
}

/*
 * Choose the unit in which homes move, and bounds in it that the homes can
 * keep.  Whole homes move as they are.  Fractional weights are rounded to a
 * power of two, some four thousand to a place: else every path could leave a
 * smaller splinter behind, for the next one to stumble over.
 */
static void
ChooseUnit(PlacesSolver *s, double low, double high)
{
	const PlacesKdTree *tree = s->tree;
	int			k = s->centres->k;

	s->unit = tree->whole ? 1 : exp2(floor(log2(tree->nodes[0].w / k)) - UNIT_BITS);
	HostCheckCancel();
	for (int i = 0; i < tree->n; i++)
		s->homes += WholeUnits(s, i);
	for (int j = 0; j < k; j++)
		s->homes += HeldUnits(s, j);
	s->low = Min(ceil(low / s->unit), floor(s->homes / s->unit / k)) * s->unit;
	s->high = Max(floor(high / s->unit), ceil(s->homes / s->unit / k)) * s->unit;
}

/* Start over: every point whole, with the centre that the pass gave it. */
static void
ResetPieces(PlacesSolver *s, const int *label)
{
	s->flow->npieces = s->tree->n;
	HostCheckCancel();
	for (int i = 0; i < s->tree->n; i++)
		s->flow->pieces[i] = (PlacesPiece) {i, label[i], i, WholeUnits(s, i)};
}
/* ---- shortest paths ---- */

/*
 * Offer a way to a node; cost is reduced by the prices, so >= 0 but for
 * rounding.
 */
static inline void
Relax(PlacesSolver *s, int via, int arc, int to, double cost)
{
	PlacesNode *node = &s->nodes[to];
	double		distance = s->nodes[via].distance + Max(cost, 0);

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
ScanForward(PlacesSolver *s, int from)
{
	PlacesNode *node = &s->nodes[from];
	double		price = s->centres->price[from];

	OpenNode(s, from);
	for (int a = 0; a < node->narcs; a++)
	{
		int			to = node->arcs[a].to;
		PlacesRanked *offer;

		if (s->nodes[to].settled == s->search)
			continue;
		offer = BestOffer(s, from, &node->arcs[a]);
		if (offer)
			Relax(s, from, a, to, offer->key + s->centres->price[to] - price);
	}
	if (s->high - node->out > s->tiny)
		Relax(s, from, -1, s->hub, -price);
}

/* Relax the arcs that lead to a centre, in a search for homes. */
static void
ScanBackward(PlacesSolver *s, int to)
{
	PlacesNode *node = &s->nodes[to];
	double		price = s->centres->price[to];

	for (int a = 0; a < node->narcs; a++)
	{
		int			from = node->arcs[a].to;
		int			arc = node->arcs[a].back;
		PlacesRanked *offer;

		if (s->nodes[from].settled == s->search)
			continue;
		OpenNode(s, from);
		offer = BestOffer(s, from, &s->nodes[from].arcs[arc]);
		if (offer)
			Relax(s, to, arc, from, offer->key + price - s->centres->price[from]);
	}
	if (node->out - s->low > s->tiny)
		Relax(s, to, -1, s->hub, price);
}

/*
 * Dijkstra's search from a centre in imbalance to the nearest node that can
 * help: the hub or a centre in the opposite imbalance.  It follows the arcs
 * forward from too many homes, backward from too few.  Returns the node
 * reached, or -1.
 */
static int
FindPath(PlacesSolver *s, int start, bool forward)
{
	double		sign = forward ? 1 : -1;

	s->search++;
	s->queue.count = 0;
	s->nsettled = 0;
	s->nodes[start].seen = s->search;
	s->nodes[start].distance = 0;
	s->nodes[start].via = -1;
	HeapPush(&s->queue, 0, start, KEY_ALONE);

	while (s->queue.count > 0)
	{
		int			next = HeapPop(&s->queue, KEY_ALONE).item;
		PlacesNode *node = &s->nodes[next];

		HostCheckCancel();
		if (node->settled == s->search)
			continue;
		node->settled = s->search;
		if (next == s->hub || sign * node->excess < -s->tiny)
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
UpdatePrices(PlacesSolver *s, int end, bool forward)
{
	double		distance = s->nodes[end].distance;

	for (int i = 0; i < s->nsettled; i++)
	{
		int			node = s->settled[i];
		double		change = distance - s->nodes[node].distance;

		s->centres->price[node] += forward ? change : -change;
	}
}

/* How many homes one step of a path can take. */
static double
StepCapacity(PlacesSolver *s, int from, int to, int arc)
{
	if (to == s->hub)
		return s->high - s->nodes[from].out;
	if (from == s->hub)
		return s->nodes[to].out - s->low;
	return s->flow->pieces[BestOffer(s, from, &s->nodes[from].arcs[arc])->item].amount;
}

static void
TakeStep(PlacesSolver *s, int from, int to, int arc, double amount)
{
	if (to == s->hub)
		s->nodes[from].out += amount;
	else if (from == s->hub)
		s->nodes[to].out -= amount;
	else
		MovePiece(s, BestOffer(s, from, &s->nodes[from].arcs[arc])->item, amount, to);
}

/* Move as many homes as fit along the path found. */
static void
Augment(PlacesSolver *s, int start, int end, bool forward)
{
	double		amount = fabs(s->nodes[start].excess);

	if (end != s->hub)
		amount = Min(amount, fabs(s->nodes[end].excess));
	for (int node = end; node != start; node = s->nodes[node].via)
	{
		int			via = s->nodes[node].via;

		amount = Min(amount, StepCapacity(s, forward ? via : node, forward ? node : via,
										  s->nodes[node].arc));
	}
	Assert(amount > 0);			/* or the search would find the same path for ever */
	for (int node = end; node != start; node = s->nodes[node].via)
	{
		int			via = s->nodes[node].via;

		TakeStep(s, forward ? via : node, forward ? node : via, s->nodes[node].arc, amount);
	}
	s->nodes[start].excess -= forward ? amount : -amount;
	s->nodes[end].excess += forward ? amount : -amount;
	s->flow->augmentations++;
}

/* Join the centres that the last search did not reach to the nearest that it did. */
static void
JoinUnreached(PlacesSolver *s)
{
	const PlacesCentres *c = s->centres;

	for (int j = 0; j < c->k; j++)
	{
		double		least = INFINITY;
		int			nearest = j;

		HostCheckCancel();
		if (s->nodes[j].settled == s->search)
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
		JoinCentres(s, nearest, j);
	}
}

/* Move homes until no centre is in imbalance; false when an arc was missing for it. */
static bool
ClearImbalances(PlacesSolver *s)
{
	for (int pass = 0; pass < 2; pass++)
	{
		bool		forward = (pass == 0);

		for (int start = 0; start < s->hub; start++)
			while ((forward ? 1 : -1) * s->nodes[start].excess > s->tiny)
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
 * imbalances.  On entry a node's excess is all it holds.
 */
static void
SetImbalances(PlacesSolver *s)
{
	double		out = 0;

	for (int j = 0; j < s->hub; j++)
	{
		PlacesNode *node = &s->nodes[j];
		double		held = node->excess;

		if (s->centres->price[j] > 0)
			node->out = s->high;
		else if (s->centres->price[j] < 0)
			node->out = s->low;
		else
			node->out = Max(s->low, Min(held, s->high));
		node->excess = held - node->out;
		out += node->out;
	}
	s->nodes[s->hub].excess = out - s->homes;
}

/* Give every point to the centre that is best under the prices. */
static void
AssignAll(PlacesSolver *s, int *label, int *runner)
{
	/* without an upper bound no centre is full, and a positive price mere rounding */
	if (isinf(s->high))
		for (int j = 0; j < s->hub; j++)
			s->centres->price[j] = Min(s->centres->price[j], 0);
	AssignPass(s->tree, s->centres, NULL, label, runner);
}

/* Sort the points that carry weight by the centre that holds them, and add up what each holds. */
static void
ListMembers(PlacesSolver *s, const int *label)
{
	const PlacesKdTree *tree = s->tree;
	int			k = s->centres->k;

	memset(s->start, 0, sizeof(int) * ((size_t) k + 2));
	for (int j = 0; j < k; j++)
		s->nodes[j].excess = HeldUnits(s, j);
	HostCheckCancel();
	for (int i = 0; i < tree->n; i++)
		if (tree->w[i] > 0)
		{
			s->start[label[i] + 2]++;
			s->nodes[label[i]].excess += s->flow->pieces[i].amount;
		}
	for (int j = 0; j < k; j++)
		s->start[j + 2] += s->start[j + 1];
	HostCheckCancel();
	for (int i = 0; i < tree->n; i++)
		if (tree->w[i] > 0)
			s->member[s->start[label[i] + 1]++] = i;
}

/* Join the centres that some point likes best and second best. */
static void
JoinRunners(PlacesSolver *s, const int *label, const int *runner)
{
	int			a = -1;
	int			b = -1;

	for (int i = 0; i < s->tree->n; i++)
	{
		HostCheckCancelAt(i);
		if (runner[i] < 0 || (label[i] == a && runner[i] == b))
			continue;
		a = label[i];
		b = runner[i];
		JoinCentres(s, a, b);
	}
}

/*
 * The certificate: under the final prices no piece lies with a centre that is
 * dearer to it than another, rounding apart.  Joins the centres between which
 * one does.
 */
static bool
Certify(PlacesSolver *s, const int *label)
{
	const PlacesKdNode *root = &s->tree->nodes[0];
	double		dx = root->xmax - root->xmin;
	double		dy = root->ymax - root->ymin;
	const double *price = s->centres->price;
	bool		proven = true;

	for (int i = 0; i < s->flow->npieces; i++)
	{
		const PlacesPiece *piece = &s->flow->pieces[i];
		int			better = label[piece->point];
		double		here,
					there;

		HostCheckCancelAt(i);
		if (piece->amount <= 0 || piece->place == better)
			continue;
		here = SquaredDistance(s, piece->point, piece->place);
		there = SquaredDistance(s, piece->point, better);
		if (here + price[piece->place] - there - price[better] >
			1e-9 * (dx * dx + dy * dy) +
			1e-12 * (here + there + fabs(price[piece->place]) + fabs(price[better])))
		{
			JoinCentres(s, piece->place, better);
			proven = false;
		}
	}
	return proven;
}

static PlacesSolver *
NewSolver(const PlacesKdTree *tree, PlacesCentres *centres, double low, double high)
{
	PlacesSolver *s = HostNewZero(PlacesSolver, 1);
	int			k = centres->k;

	s->tree = tree;
	s->centres = centres;
	ChooseUnit(s, low, high);
	s->tiny = s->unit / 2;
	s->hub = k;
	s->nodes = HostNewZero(PlacesNode, k + 1);
	s->start = HostNew(int, k + 2);
	s->member = HostNew(int, tree->n);
	s->settled = HostNew(int, k + 1);
	s->flow = HostNewZero(PlacesFlow, 1);
	s->flow->capacity = tree->n + 64;
	s->flow->pieces = HostNew(PlacesPiece, s->flow->capacity);
	return s;
}

static PlacesFlow *
FreeSolver(PlacesSolver *s)
{
	PlacesFlow *flow = s->flow;

	for (int j = 0; j < s->hub; j++)
		FreeArcs(&s->nodes[j]);
	HostFree(s->nodes);
	HostFree(s->start);
	HostFree(s->member);
	if (s->queue.items)
		HostFree(s->queue.items);
	HostFree(s->settled);
	HostFree(s);
	return flow;
}

/*
 * Assign the tree's points to the centres, between low and high homes each, at
 * the least sum of squared distances, which the certificate proves if asked
 * for.  low * k <= homes <= high * k must hold; high may be infinite.
 *
 * Homes that centres hold beforehand count in all of this; none may hold more
 * than high, and the others' low must be within reach.
 *
 * On entry the centres' prices may be those of a similar problem, or zero; on
 * return they are optimal.  O(n) a pass and
 * O(k log k) a path; the number of paths is that of the homes the prices on
 * entry misplace, less where points carry many homes.
 */
PlacesFlow *
SolveFlow(const PlacesKdTree *tree, PlacesCentres *centres, double low, double high, bool certify)
{
	PlacesSolver *s = NewSolver(tree, centres, low, high);
	int		   *label = HostNew(int, tree->n);
	int		   *runner = HostNew(int, tree->n);

	JoinNearest(s);
	AssignAll(s, label, runner);
	for (;;)
	{
		bool		cleared;

		s->flow->passes++;
		for (int j = 0; j < s->hub; j++)
			s->nodes[j].open = false;
		JoinRunners(s, label, runner);
		ResetPieces(s, label);
		ListMembers(s, label);
		SetImbalances(s);
		cleared = ClearImbalances(s);
		if (cleared && !certify)
			break;

		AssignAll(s, label, runner);
		if ((cleared && Certify(s, label)) || s->flow->passes == MAX_PASSES)
			break;
	}

	HostFree(label);
	HostFree(runner);
	return FreeSolver(s);
}

void
FreeFlow(PlacesFlow *flow)
{
	HostFree(flow->pieces);
	HostFree(flow);
}
