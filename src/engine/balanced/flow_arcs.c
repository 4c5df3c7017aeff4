/*
 * flow_arcs.c
 *	  The graph of the flow solver: arcs between centres, what they can move,
 *	  and the moving.
 *
 * The cost of an arc is that of the cheapest piece to move along it.  The
 * pieces on offer stand in a heap an arc, made when its centre is first looked
 * at, and only as a heap when a second best is asked for.  At first only pieces
 * near the border with the other centre are listed; the rest are once these
 * run out.
 */
#include "engine/balanced/flow_arcs.h"

#include "engine/base/kdtree_search.h"

#define NEAREST_CENTRES 2		/* arcs from each centre to begin with */
#define MORE_CENTRES	4		/* the same where places have few points, */
#define FEW_POINTS		60		/* fewer than this: they miss some borders */
#define BORDER			0.1		/* pieces this near a border, as a share of the
								 * distance of the centres, are likely to move */
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
MoveCost(const PlacesSolver *s, int from, int to, int piece)
{
	int			point = s->flow->pieces[piece].point;

	return SquaredDistance(s, point, to) - SquaredDistance(s, point, from);
}

/*
 * List the offers above arc->listed, up to a limit, of the pieces that the
 * centre has held since the pass.
 */
static void
ListOffers(PlacesSolver *s, int from, PlacesArc *arc, double limit)
{
	for (int i = s->start[from]; i < s->start[from + 1]; i++)
	{
		double		cost = MoveCost(s, from, arc->to, s->member[i]);

		HostCheckCancelAt(i);
		if (cost > arc->listed && cost <= limit && s->flow->pieces[s->member[i]].place == from)
			AddOffer(arc, cost, s->member[i]);
	}
	arc->listed = limit;
}

/* The cheapest piece that the arc can move, or NULL. */
PlacesRanked *
BestOffer(PlacesSolver *s, int from, PlacesArc *arc)
{
	for (;;)
	{
		const PlacesPiece *piece;

		if (arc->offers.count == 0 || arc->offers.items[0].key > arc->listed)
		{
			if (isinf(arc->listed))
				return NULL;
			ListOffers(s, from, arc, INFINITY);
			continue;
		}
		piece = &s->flow->pieces[arc->offers.items[0].item];
		if (piece->place == from && piece->amount > 0)
			return &arc->offers.items[0];
		HostCheckCancel();
		DropOffer(arc);
	}
}

void
OpenNode(PlacesSolver *s, int from)
{
	PlacesNode *node = &s->nodes[from];

	if (node->open)
		return;
	for (int a = 0; a < node->narcs; a++)
	{
		PlacesArc  *arc = &node->arcs[a];
		double		dx = s->centres->x[arc->to] - s->centres->x[from];
		double		dy = s->centres->y[arc->to] - s->centres->y[from];

		arc->offers.count = 0;
		arc->ordered = false;
		arc->listed = -INFINITY;
		/* the difference of squared distances grows by 2 |d| with the way to the border */
		ListOffers(s, from, arc, 2 * BORDER * (dx * dx + dy * dy) +
				   s->centres->price[from] - s->centres->price[arc->to]);
	}
	node->open = true;
	HostCheckCancel();
}

void
FreeArcs(PlacesNode *node)
{
	for (int a = 0; a < node->narcs; a++)
		if (node->arcs[a].offers.items)
			HostFree(node->arcs[a].offers.items);
	if (node->arcs)
		HostFree(node->arcs);
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

/* Join two centres by arcs both ways, unless they are; says whether it did. */
bool
JoinCentres(PlacesSolver *s, int a, int b)
{
	int			ab,
				ba;

	if (a == b)
		return false;
	for (int i = 0; i < s->nodes[a].narcs; i++)
		if (s->nodes[a].arcs[i].to == b)
			return false;
	ab = AppendArc(&s->nodes[a], b);
	ba = AppendArc(&s->nodes[b], a);
	s->nodes[a].arcs[ab].back = ba;
	s->nodes[b].arcs[ba].back = ab;
	return true;
}

/* Join each centre to those nearest to it. */
void
JoinNearest(PlacesSolver *s)
{
	const PlacesCentres *c = s->centres;
	PlacesKdTree *tree = BuildPlainTree(c->k, c->x, c->y);
	int			wanted = 1 + (s->tree->n < FEW_POINTS * c->k ? MORE_CENTRES : NEAREST_CENTRES);
	int			near[MORE_CENTRES + 1];

	for (int j = 0; j < c->k; j++)
	{
		int			count = NearestPoints(tree, c->x[j], c->y[j], wanted, near);

		if (j % CANCEL_CENTRES == 0)
			HostCheckCancel();
		for (int i = 0; i < count; i++)
			JoinCentres(s, j, near[i]);
	}
	FreeKdTree(tree);
}

/* The piece of the same point that a centre holds already, or -1. */
static int
FindSibling(const PlacesFlow *flow, int piece, int place)
{
	for (int i = flow->pieces[piece].sibling; i != piece; i = flow->pieces[i].sibling)
		if (flow->pieces[i].place == place && flow->pieces[i].amount > 0)
			return i;
	return -1;
}

/* An empty piece of the same point; offers of it are those of any piece of the point. */
static int
SparePiece(PlacesFlow *flow, int piece)
{
	int			part = flow->pieces[piece].sibling;

	while (part != piece && flow->pieces[part].amount > 0)
		part = flow->pieces[part].sibling;
	if (part != piece)
		return part;

	part = flow->npieces++;
	if (flow->npieces > flow->capacity)
	{
		flow->capacity += flow->capacity / 2 + 64;
		flow->pieces = HostRealloc(flow->pieces, sizeof(PlacesPiece) * flow->capacity);
	}
	flow->pieces[part] = flow->pieces[piece];
	flow->pieces[piece].sibling = part;
	return part;
}

static int
SplitPiece(PlacesFlow *flow, int piece, double amount)
{
	int			part = SparePiece(flow, piece);

	flow->pieces[part].amount = amount;
	flow->pieces[piece].amount -= amount;
	return part;
}

/* Move some homes of a piece to a centre, which offers them on along its own arcs. */
void
MovePiece(PlacesSolver *s, int piece, double amount, int to)
{
	PlacesFlow *flow = s->flow;
	int			there = FindSibling(flow, piece, to);

	if (flow->pieces[piece].amount - amount > s->tiny)
	{
		if (there >= 0)
		{
			flow->pieces[piece].amount -= amount;
			flow->pieces[there].amount += amount;
			return;
		}
		piece = SplitPiece(flow, piece, amount);
	}
	else if (there >= 0)
	{
		flow->pieces[there].amount += flow->pieces[piece].amount;
		flow->pieces[piece].amount = 0;
		return;
	}
	OpenNode(s, to);
	flow->pieces[piece].place = to;
	for (int a = 0; a < s->nodes[to].narcs; a++)
		AddOffer(&s->nodes[to].arcs[a], MoveCost(s, to, s->nodes[to].arcs[a].to, piece), piece);
}
