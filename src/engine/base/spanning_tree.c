/*
 * spanning_tree.c
 *	  The Euclidean minimum spanning tree, and the gap that it shows.
 *
 * The tree is Boruvka's (1926): every fragment of the tree is joined to the point
 * nearest to it, all at once, until one is left.  Distances are looked up in a
 * kd-tree, in which a node whose points are all of the fragment that asks is passed
 * over (Bentley and Friedman, 1978).  What a point has learned of its nearest
 * neighbour in another fragment holds as a bound for good, as fragments only grow;
 * most points ask once or twice in all.  Where distances tie, any of the shortest
 * is taken, and a join that an earlier one of the pass has made needless is left out:
 * that still is a minimum spanning tree.  O(n log n) for points in a plane that have
 * few neighbours at equal distances each, whatever stands on one spot.
 *
 * A gap is the longest edge that leaves GAP_SHARE of the weight on each side: where
 * a place falls into two parts.  The tree depends on the points and their order alone.
 */
#include "engine/base/spanning_tree.h"

#include "engine/base/disjoint_sets.h"
#include "engine/base/kdtree.h"
#include "engine/base/rules.h"

/* The tree on its way; points by their positions in the kd-tree. */
typedef struct PlacesBoruvka
{
	const PlacesKdTree *tree;
	int		   *parent;			/* disjoint sets: the fragments */
	int		   *fragment;		/* of each point, in this pass */
	int		   *of_node;		/* of all points of a node of the kd-tree; -1: several */
	int		   *near;			/* of each point: the nearest in another fragment
								 * when it last asked, or -1 */
	double	   *bound;			/* its squared distance: none is nearer */
	PlacesTreeEdge *best;		/* per fragment: the shortest way out so far */
} PlacesBoruvka;

/* The nearest point of another fragment that is nearer than *square, which falls; or -1. */
static int
NearestOther(const PlacesBoruvka *b, int at, int point, int nearest, double *square)
{
	const PlacesKdTree *tree = b->tree;
	const PlacesKdNode *node = &tree->nodes[at];
	double		x = tree->x[point];
	double		y = tree->y[point];

	if (node->child)
	{
		const PlacesKdNode *child = &tree->nodes[node->child];
		double		reach[2] = {BoxDistance(child, x, y), BoxDistance(child + 1, x, y)};
		int			first = reach[1] < reach[0];

		for (int turn = 0; turn < 2; turn++)
		{
			int			i = turn ? !first : first;

			if (reach[i] < *square && b->of_node[node->child + i] != b->fragment[point])
				nearest = NearestOther(b, node->child + i, point, nearest, square);
		}
		return nearest;
	}
	for (int i = node->begin; i < node->end; i++)
	{
		double		dx = tree->x[i] - x;
		double		dy = tree->y[i] - y;

		if (dx * dx + dy * dy < *square && b->fragment[i] != b->fragment[point])
		{
			*square = dx * dx + dy * dy;
			nearest = i;
		}
	}
	return nearest;
}

static inline void
OfferEdge(PlacesBoruvka *b, int from, int to, double square)
{
	PlacesTreeEdge *best = &b->best[b->fragment[from]];

	if (square < best->square)
		*best = (PlacesTreeEdge) {from, to, square};
}

/* Which fragment each point and each node is of; no fragment knows a way out. */
static void
NameFragments(PlacesBoruvka *b)
{
	const PlacesKdTree *tree = b->tree;

	for (int i = 0; i < tree->n; i++)
	{
		HostCheckCancelAt(i);
		b->fragment[i] = FindSet(b->parent, i);
		b->best[i] = (PlacesTreeEdge) {-1, -1, INFINITY};
	}
	/* children come after their parents */
	for (int at = tree->nnodes - 1; at >= 0; at--)
	{
		const PlacesKdNode *node = &tree->nodes[at];
		int			fragment = node->child ? b->of_node[node->child] : b->fragment[node->begin];

		HostCheckCancelAt(at);
		if (node->child && b->of_node[node->child + 1] != fragment)
			fragment = -1;
		for (int i = node->begin; i < node->end && !node->child; i++)
			if (b->fragment[i] != fragment)
				fragment = -1;
		b->of_node[at] = fragment;
	}
}

/* The shortest way out of every fragment. */
static void
FindWaysOut(PlacesBoruvka *b)
{
	int			n = b->tree->n;

	/* what is known already keeps most points from asking */
	HostCheckCancel();
	for (int i = 0; i < n; i++)
		if (b->near[i] >= 0 && b->fragment[b->near[i]] != b->fragment[i])
			OfferEdge(b, i, b->near[i], b->bound[i]);
	for (int i = 0; i < n; i++)
	{
		double		square = b->best[b->fragment[i]].square;

		HostCheckCancelAt(i << 4);
		if (b->bound[i] >= square)
			continue;
		b->near[i] = NearestOther(b, 0, i, -1, &square);
		b->bound[i] = square;
		if (b->near[i] < 0)
			continue;
		OfferEdge(b, i, b->near[i], square);
		OfferEdge(b, b->near[i], i, square);
	}
}

/*
 * The n - 1 edges of a minimum spanning tree of n points, in no order; returns their
 * number.
 */
int
SpanningTree(int n, const double *x, const double *y, PlacesTreeEdge *edge)
{
	PlacesKdTree *tree = BuildPlainTree(n, x, y);
	PlacesBoruvka b = {tree, HostNew(int, n), HostNew(int, n), HostNew(int, tree->nnodes),
	HostNew(int, n), HostNewZero(double, n), HostNew(PlacesTreeEdge, n)};
	int			edges = 0;

	InitSets(b.parent, n);
	for (int i = 0; i < n; i++)
		b.near[i] = -1;
	while (edges < n - 1)
	{
		int			before = edges;

		NameFragments(&b);
		FindWaysOut(&b);
		for (int i = 0; i < n; i++)
		{
			const PlacesTreeEdge *best = &b.best[i];

			if (best->a < 0 || FindSet(b.parent, best->a) == FindSet(b.parent, best->b))
				continue;
			JoinSets(b.parent, best->a, best->b);
			edge[edges++] = (PlacesTreeEdge) {tree->point[best->a], tree->point[best->b], best->square};
		}
		Assert(edges >= before + (n - before) / 2 || edges == n - 1);
		(void) before;
	}
	HostFree(b.parent);
	HostFree(b.fragment);
	HostFree(b.of_node);
	HostFree(b.near);
	HostFree(b.bound);
	HostFree(b.best);
	FreeKdTree(tree);
	return edges;
}

/*
 * The points in an order in which each but the first comes after the point that up
 * names, which the edge `by` joins it to.
 */
static void
OrderTree(int n, const PlacesTreeEdge *edge, int *order, int *up, int *by)
{
	int		   *start = HostNewZero(int, n + 2);
	int		   *around = HostNew(int, 2 * n);
	int			tail = 1;

	HostCheckCancel();
	for (int e = 0; e < n - 1; e++)
	{
		start[edge[e].a + 2]++;
		start[edge[e].b + 2]++;
	}
	for (int i = 0; i < n; i++)
		start[i + 2] += start[i + 1];
	for (int e = 0; e < n - 1; e++)
	{
		around[start[edge[e].a + 1]++] = e;
		around[start[edge[e].b + 1]++] = e;
	}
	order[0] = 0;
	up[0] = by[0] = -1;
	for (int head = 0; head < tail; head++)
	{
		int			i = order[head];

		HostCheckCancelAt(head);
		for (int s = start[i]; s < start[i + 1]; s++)
		{
			const PlacesTreeEdge *to = &edge[around[s]];

			if (around[s] == by[i])
				continue;
			order[tail] = to->a == i ? to->b : to->a;
			up[order[tail]] = i;
			by[order[tail++]] = around[s];
		}
	}
	Assert(tail == n);
	HostFree(start);
	HostFree(around);
}

/* The point above the longest edge that is a gap, where "below" has the weight under each; or -1. */
static int
FindGap(int n, const PlacesTreeEdge *edge, const int *order, const int *by, const double *below)
{
	double		least = GAP_SHARE * (1 - SIZE_ROUNDING) * below[order[0]];
	double		most = below[order[0]] - least;
	int			gap = -1;

	for (int o = 1; o < n; o++)
	{
		int			i = order[o];

		if (below[i] >= least && below[i] <= most &&
			(gap < 0 || edge[by[i]].square > edge[by[gap]].square))
			gap = i;
	}
	return gap;
}

/*
 * The length of the tree's gap, 0 where it has none.  w are weights, NULL for one a
 * point; where none has weight, points are counted.  side, unless it is NULL,
 * receives 1 for the points on one side of the gap and 0 for all others.
 */
double
CutTree(int n, const double *w, const PlacesTreeEdge *edge, int *side)
{
	int		   *order = HostNew(int, n);
	int		   *up = HostNew(int, n);
	int		   *by = HostNew(int, n);
	double	   *below = HostNew(double, n);
	double		sum = 0;
	int			gap;

	Assert(n > 0);
	OrderTree(n, edge, order, up, by);
	for (int i = 0; i < n && w; i++)
		sum += w[i];
	for (int i = 0; i < n; i++)
		below[i] = sum > 0 ? w[i] : 1;
	HostCheckCancel();
	for (int o = n - 1; o > 0; o--)
		below[up[order[o]]] += below[order[o]];
	gap = FindGap(n, edge, order, by, below);
	for (int o = 0; o < n && side; o++)
	{
		int			i = order[o];

		side[i] = i == gap || (o > 0 && side[up[i]]);
	}
	sum = gap < 0 ? 0 : sqrt(edge[by[gap]].square);
	HostFree(order);
	HostFree(up);
	HostFree(by);
	HostFree(below);
	return sum;
}

/*
 * The same of the points themselves: how wide the gap is between two parts of them.
 * *length, unless it is NULL, receives the length of the tree.
 */
double
WidestGap(int n, const double *x, const double *y, const double *w, int *side, double *length)
{
	PlacesTreeEdge *edge = HostNew(PlacesTreeEdge, n);
	int			edges = SpanningTree(n, x, y, edge);
	double		gap = CutTree(n, w, edge, side);

	if (length)
		*length = 0;
	for (int e = 0; e < edges && length; e++)
		*length += sqrt(edge[e].square);
	HostFree(edge);
	return gap;
}
