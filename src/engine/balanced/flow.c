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

#include "engine/balanced/paths.h"
#include "engine/balanced/repricing.h"

#define MAX_PASSES		100		/* seen: 1 to 3 */
#define UNIT_BITS		12		/* precision of fractional weights, */
#define WHOLE_BITS		20		/* and of whole ones, in shares of a mean place */
#define MOST_WORK		1e5		/* nodes settled, in any case, */
#define WORK_PER_POINT	100.0	/* and for each point; seen: a tenth of one */

/* The homes that a centre has beforehand, in whole units, rounded down: they must fit. */
static double
FixedUnits(const PlacesFlowSolver *s, int j)
{
	return floor(HomesBeforehand(s->centres, j) / s->unit) * s->unit;
}

/* Homes in whole units; what is rounded off a point counts for the next. */
static void
RoundAmounts(PlacesFlowSolver *s)
{
	const PlacesKdTree *tree = s->g.tree;
	double		sum = 0;

	s->rounded = HostNew(double, tree->n);
	s->homes = 0;
	for (int i = 0; i < tree->n; i++)
	{
		HostCheckCancelAt(i);
		sum += tree->w[i];
		s->rounded[i] = rint(sum / s->unit) * s->unit - s->homes;
		s->homes += s->rounded[i];
	}
	s->amount = s->rounded;
}

/* The bounds of each centre, in whole units, that all of them can keep. */
static void
ChooseBounds(PlacesFlowSolver *s, double low, double high)
{
	const PlacesCentres *centres = s->centres;
	double		units = s->homes / s->unit;
	double		lows = 0;
	double		highs = 0;

	s->low = HostNew(double, centres->k);
	s->high = HostNew(double, centres->k);
	for (int j = 0; j < centres->k; j++)
	{
		lows += LowOf(centres, j, 1);
		highs += HighOf(centres, j, 1);
	}
	for (int j = 0; j < centres->k; j++)
	{
		s->low[j] = Min(ceil(LowOf(centres, j, low) / s->unit), floor(units / (lows / LowOf(centres, j, 1)))) * s->unit;
		s->high[j] = Max(floor(HighOf(centres, j, high) / s->unit), ceil(units / (highs / HighOf(centres, j, 1)))) * s->unit;
	}
}

/*
 * Choose the unit in which homes move, and bounds in it that the homes can
 * keep.  Whole homes move as they are.  Fractional weights are rounded to a
 * power of two, some four thousand to a place: else every path could leave a
 * smaller splinter behind, for the next one to stumble over.  What is rounded
 * off one point counts for the next in the tree, which is near: so dust is
 * not lost, nor taken for more than it is.
 */
static void
ChooseUnit(PlacesFlowSolver *s, double low, double high)
{
	const PlacesKdTree *tree = s->g.tree;
	int			k = s->centres->k;

	s->unit = exp2(floor(log2(tree->nodes[0].w / k)) - (tree->whole ? WHOLE_BITS : UNIT_BITS));
	if (tree->whole)
		s->unit = Max(s->unit, 1);
	if (tree->whole && s->unit == 1)
	{
		s->amount = tree->w;
		s->homes = tree->nodes[0].w;
	}
	else
		RoundAmounts(s);
	for (int j = 0; j < k; j++)
		s->homes += FixedUnits(s, j);
	s->g.tiny = s->unit / 2;
	ChooseBounds(s, low, high);
}

/* Start over: every point whole, with the centre that the pass gave it. */
static void
ResetPieces(PlacesFlowSolver *s, const int *label)
{
	s->g.flow->npieces = s->g.tree->n;
	HostCheckCancel();
	for (int i = 0; i < s->g.tree->n; i++)
		s->g.flow->pieces[i] = (PlacesPiece) {i, label[i], i, s->amount[i]};
}

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
			node->out = s->high[j];
		else if (s->centres->price[j] < 0)
			node->out = s->low[j];
		else
			node->out = Max(s->low[j], Min(load, s->high[j]));
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
	if (isinf(s->high[0]))
		for (int j = 0; j < s->g.hub; j++)
			s->centres->price[j] = Min(s->centres->price[j], 0);
	AssignPass(s->g.tree, s->centres, label, runner);
}

/* Sort the points that have homes to move by the centre they are assigned to, and add up its load. */
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
		if (s->amount[i] > 0)
		{
			s->g.start[label[i] + 2]++;
			s->g.nodes[label[i]].excess += s->amount[i];
		}
	for (int j = 0; j < k; j++)
		s->g.start[j + 2] += s->g.start[j + 1];
	HostCheckCancel();
	for (int i = 0; i < tree->n; i++)
		if (s->amount[i] > 0)
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
	s->work = 0;
	s->cut = false;
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
		Assert(load[j] >= s->low[j] - slack && load[j] <= s->high[j] + slack);
		Assert(price <= 0 || none || load[j] >= s->high[j] - slack);
		Assert(price >= 0 || none || load[j] <= s->low[j] + slack);
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
 * for, unless MAX_PASSES or the work do not suffice: seen only where weights or
 * distances of many magnitudes leave nothing of the differences.  Then loads may
 * miss the bounds.  low * k <= homes <= high * k must hold, each centre counting as its
 * share of the bounds; high may be infinite.
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
	s.patience = tree->n;		/* seen where all is well: a tenth of that */
	s.most_work = MOST_WORK + WORK_PER_POINT * tree->n;
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
		if ((cleared && !certify) || flow->work > s.most_work)
			break;

		AssignAll(&s, label, runner);
		if (s.cut)
		{
			RepriceWorst(tree, centres, s.low, s.high, label);
			AssignAll(&s, label, runner);
		}
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
	if (s.rounded)
		HostFree(s.rounded);
	HostFree(s.settled);
	HostFree(s.low);
	HostFree(s.high);
	if (s.queue.items)
		HostFree(s.queue.items);
	FreeGraph(&s.g);
	return flow;
}
