/*
 * residual_graph.c
 *	  The residual graph of the flow: arcs between centres, the pieces that can
 *	  move along them, and the moving.
 *
 * The cost of an arc is that of the cheapest piece to move along it.  An arc keeps
 * the pieces that its centre offers in a heap, filled when the centre is first
 * looked at in a pass, and made a heap when a second best is asked for.  At first
 * only pieces near the border with the other centre are listed; the others are
 * once these run out.  A piece that has left is passed over when it comes to the
 * front.
 */
#include "engine/balanced/residual_graph.h"

#include "engine/base/kdtree_search.h"

#define NEAREST_CENTRES 2		/* arcs from each centre to begin with, */
#define SECTORS			6		/* and in each direction one */
#define CENTRES_AROUND	12		/* of so many */
#define BORDER			0.1		/* pieces this near a border, as a share of the
								 * distance of the centres, are likely to move */
#define ARCS_AT_ONCE	8
#define CANCEL_CENTRES	256

/* Offer a piece; of equal costs the one further ahead in the tree is first. */
static void
AddOffer(PlacesArc *arc, double cost, int piece)
{
	PlacesHeap *offers = &arc->offers;
	PlacesRanked offer = {cost, piece};

	if (arc->ordered)
	{
		HeapPush(offers, cost, piece, KEY_THEN_ITEM);
		return;
	}
	HeapAppend(offers, cost, piece);
	if (HeapBefore(offer, offers->items[0], KEY_THEN_ITEM))
	{
		offers->items[offers->count - 1] = offers->items[0];
		offers->items[0] = offer;
	}
}

/* Drop the offer in front. */
static void
DropOffer(PlacesArc *arc)
{
	if (!arc->ordered)
		MakeHeap(&arc->offers, KEY_THEN_ITEM);
	arc->ordered = true;
	(void) HeapPop(&arc->offers, KEY_THEN_ITEM);
}

static double
MoveCost(const PlacesGraph *g, int from, int to, int piece)
{
	int			point = g->flow->pieces[piece].point;

	return SquaredDistance(g, point, to) - SquaredDistance(g, point, from);
}

/*
 * List the offers above arc->listed, up to a limit, of the pieces that have been
 * the centre's since the pass.
 */
static void
ListOffers(PlacesGraph *g, int from, PlacesArc *arc, double limit)
{
	for (int i = g->start[from]; i < g->start[from + 1]; i++)
	{
		double		cost = MoveCost(g, from, arc->to, g->member[i]);

		HostCheckCancelAt(i);
		if (cost > arc->listed && cost <= limit && g->flow->pieces[g->member[i]].place == from)
			AddOffer(arc, cost, g->member[i]);
	}
	arc->listed = limit;
}

/*
 * List the offers of some arcs, which have none, up to a limit each: every piece is
 * looked at once for all of them.
 */
static void
FirstOffers(PlacesGraph *g, int from, PlacesArc *arcs, const double *limit, int count)
{
	double		x[ARCS_AT_ONCE],
				y[ARCS_AT_ONCE];

	Assert(count <= ARCS_AT_ONCE);
	for (int a = 0; a < count; a++)
	{
		x[a] = g->centres->x[arcs[a].to];
		y[a] = g->centres->y[arcs[a].to];
		arcs[a].listed = limit[a];
	}
	for (int i = g->start[from]; i < g->start[from + 1]; i++)
	{
		const PlacesPiece *piece = &g->flow->pieces[g->member[i]];
		double		px = g->tree->x[piece->point];
		double		py = g->tree->y[piece->point];
		double		here = SquaredDistance(g, piece->point, from);

		HostCheckCancelAt(i);
		for (int a = 0; a < count; a++)
		{
			double		cost = (px - x[a]) * (px - x[a]) + (py - y[a]) * (py - y[a]) - here;

			if (cost <= limit[a] && piece->place == from)
				AddOffer(&arcs[a], cost, g->member[i]);
		}
	}
}

/* The cheapest piece that the arc can move, and its cost; NULL when it has none. */
PlacesRanked *
BestOffer(PlacesGraph *g, int from, PlacesArc *arc)
{
	for (;;)
	{
		const PlacesPiece *piece;

		if (arc->offers.count == 0 || arc->offers.items[0].key > arc->listed)
		{
			if (isinf(arc->listed))
				return NULL;
			ListOffers(g, from, arc, INFINITY);
			continue;
		}
		piece = &g->flow->pieces[arc->offers.items[0].item];
		if (piece->place == from && piece->amount > 0)
			return &arc->offers.items[0];
		HostCheckCancel();
		DropOffer(arc);
	}
}

/* Fill the arcs that leave a centre, unless that was done in this pass. */
void
OpenNode(PlacesGraph *g, int from)
{
	PlacesNode *node = &g->nodes[from];

	if (node->open)
		return;
	for (int first = 0; first < node->narcs; first += ARCS_AT_ONCE)
	{
		int			count = Min(node->narcs - first, ARCS_AT_ONCE);
		double		limit[ARCS_AT_ONCE];

		for (int a = 0; a < count; a++)
		{
			PlacesArc  *arc = &node->arcs[first + a];
			double		dx = g->centres->x[arc->to] - g->centres->x[from];
			double		dy = g->centres->y[arc->to] - g->centres->y[from];

			arc->offers.count = 0;
			arc->ordered = false;
			/* the difference of squared distances grows by 2 |d| with the way to the border */
			limit[a] = 2 * BORDER * (dx * dx + dy * dy) +
				g->centres->price[from] - g->centres->price[arc->to];
		}
		FirstOffers(g, from, &node->arcs[first], limit, count);
	}
	node->open = true;
	HostCheckCancel();
}

/* Room for one more arc at the end of a node's list; returns its position. */
static int
AppendArc(PlacesNode *node, int to)
{
	if (node->narcs == node->capacity)
	{
		node->capacity = 2 * node->capacity + 8;
		node->arcs = node->arcs ?
			HostRealloc(node->arcs, sizeof(PlacesArc) * node->capacity) :
			HostNew(PlacesArc, node->capacity);
	}
	node->arcs[node->narcs] = (PlacesArc) {.to = to, .listed = -INFINITY};
	return node->narcs++;
}

/* Join two centres by arcs both ways, unless they are.  As long as the first has arcs. */
void
JoinCentres(PlacesGraph *g, int a, int b)
{
	int			ab,
				ba;

	if (a == b)
		return;
	for (int i = 0; i < g->nodes[a].narcs; i++)
		if (g->nodes[a].arcs[i].to == b)
			return;
	ab = AppendArc(&g->nodes[a], b);
	ba = AppendArc(&g->nodes[b], a);
	g->nodes[a].arcs[ab].back = ba;
	g->nodes[b].arcs[ba].back = ab;
}

/* The sector of a direction, the first being around that of another. */
static int
SectorOf(double dx, double dy, double first_dx, double first_dy)
{
	double		turn = atan2(first_dx * dy - first_dy * dx, first_dx * dx + first_dy * dy);

	return (int) floor(turn / (2 * M_PI) * SECTORS + SECTORS + 0.5) % SECTORS;
}

/* Join a centre to some of those near it, nearest first. */
static void
JoinSectors(PlacesGraph *g, int j, const int *near, int count)
{
	const PlacesCentres *c = g->centres;
	bool		joined[SECTORS] = {false};
	double		first_dx = 0;
	double		first_dy = 0;
	int			nearest = NEAREST_CENTRES;

	for (int i = 0; i < count; i++)
	{
		double		dx = c->x[near[i]] - c->x[j];
		double		dy = c->y[near[i]] - c->y[j];
		int			sector;

		if (near[i] == j)
			continue;
		if (first_dx == 0 && first_dy == 0)
		{
			first_dx = dx;
			first_dy = dy;
		}
		sector = SectorOf(dx, dy, first_dx, first_dy);
		if (nearest-- > 0 || !joined[sector])
			JoinCentres(g, j, near[i]);
		joined[sector] = true;
	}
}

/*
 * Join each centre to the nearest, and in every direction to the nearest there, of
 * so many around it (Yao, "On constructing minimum spanning trees in k-dimensional
 * spaces and related problems", SIAM Journal on Computing 11(4), 1982): where centres
 * stand in rows, those nearest of all are on two sides only.
 */
void
JoinAround(PlacesGraph *g, int count)
{
	const PlacesCentres *c = g->centres;
	PlacesKdTree *tree = BuildPlainTree(c->k, c->x, c->y);
	int		   *near = HostNew(int, count + 1);

	for (int j = 0; j < c->k; j++)
	{
		int			found = NearestPoints(tree, c->x[j], c->y[j], count + 1, near);

		if (j % CANCEL_CENTRES == 0)
			HostCheckCancel();
		JoinSectors(g, j, near, found);
	}
	HostFree(near);
	FreeKdTree(tree);
}

/* Move some homes of a piece to a centre, which offers them on along its own arcs. */
void
MovePiece(PlacesGraph *g, int piece, double amount, int to)
{
	PlacesNode *node = &g->nodes[to];

	piece = DetachHomes(g->flow, piece, amount, to, g->tiny);
	if (piece < 0)
		return;
	OpenNode(g, to);
	g->flow->pieces[piece].place = to;
	for (int a = 0; a < node->narcs; a++)
		AddOffer(&node->arcs[a], MoveCost(g, to, node->arcs[a].to, piece), piece);
}

/* A graph in which the nearest centres are joined, for pieces yet to be made. */
void
InitGraph(PlacesGraph *g, const PlacesKdTree *tree, const PlacesCentres *centres)
{
	int			k = centres->k;

	*g = (PlacesGraph) {.tree = tree, .centres = centres, .hub = k};
	g->nodes = HostNewZero(PlacesNode, k + 1);
	g->start = HostNew(int, k + 2);
	g->member = HostNew(int, tree->n);
	g->flow = HostNewZero(PlacesFlow, 1);
	g->flow->capacity = tree->n + 64;
	g->flow->pieces = HostNew(PlacesPiece, g->flow->capacity);
	JoinAround(g, CENTRES_AROUND);
}

/* Free all but the flow. */
void
FreeGraph(PlacesGraph *g)
{
	for (int j = 0; j < g->hub; j++)
	{
		PlacesNode *node = &g->nodes[j];

		for (int a = 0; a < node->narcs; a++)
			if (node->arcs[a].offers.items)
				HostFree(node->arcs[a].offers.items);
		if (node->arcs)
			HostFree(node->arcs);
	}
	HostFree(g->nodes);
	HostFree(g->start);
	HostFree(g->member);
}
