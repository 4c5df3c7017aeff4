/*
 * kdtree.c
 *	  A kd-tree over weighted points, and the filtering pass over it.
 *
 * The pass finds the centre of least power distance for every point (Kanungo
 * et al., "An efficient k-means clustering algorithm", IEEE PAMI 24(7), 2002,
 * here for power distances too).  Candidate centres travel down the tree; at a
 * node those drop out to which the whole box prefers the candidate nearest to
 * its middle; a node with one candidate left is given away whole, by its sums.
 * Far from the borders between places that happens high in the tree.
 *
 * The tree is a function of the points alone, and so is every order of
 * summation.
 */
#include "kdtree.h"

#define LEAF_POINTS		12
#define CANCEL_POINTS	8192	/* look for a cancel in nodes this large */

typedef struct PlacesKdPoint
{
	double		x,
				y,
				w;
	int			point;
} PlacesKdPoint;

static inline double
Coordinate(const PlacesKdPoint *p, bool by_y)
{
	return by_y ? p->y : p->x;
}

static inline void
Swap(PlacesKdPoint *a, PlacesKdPoint *b)
{
	PlacesKdPoint t = *a;

	*a = *b;
	*b = t;
}

/*
 * Hoare's selection: afterwards no point of p[0..mid) lies beyond one of
 * p[mid..n).  Inlined for each coordinate.
 */
static inline void
SelectMiddle(PlacesKdPoint *p, int n, int mid, bool by_y)
{
	int			low = 0;
	int			high = n - 1;

	while (low < high)
	{
		double		a = Coordinate(&p[low], by_y);
		double		b = Coordinate(&p[low + (high - low) / 2], by_y);
		double		c = Coordinate(&p[high], by_y);
		double		pivot = Max(Min(a, b), Min(Max(a, b), c));
		int			i = low;
		int			j = high;

		while (i <= j)
		{
			while (Coordinate(&p[i], by_y) < pivot)
				i++;
			while (pivot < Coordinate(&p[j], by_y))
				j--;
			if (i <= j)
				Swap(&p[i++], &p[j--]);
		}
		if (mid <= j)
			high = j;
		else if (mid >= i)
			low = i;
		else
			return;
	}
}

static void
Measure(PlacesKdNode *node, const PlacesKdPoint *p)
{
	node->xmin = node->ymin = INFINITY;
	node->xmax = node->ymax = -INFINITY;
	for (int i = node->begin; i < node->end; i++)
	{
		node->xmin = Min(node->xmin, p[i].x);
		node->xmax = Max(node->xmax, p[i].x);
		node->ymin = Min(node->ymin, p[i].y);
		node->ymax = Max(node->ymax, p[i].y);
		node->w += p[i].w;
		node->wx += p[i].w * p[i].x;
		node->wy += p[i].w * p[i].y;
	}
}

/* Add the children of a node, depth first. */
static void
SplitNode(PlacesKdTree *tree, int at, PlacesKdPoint *p)
{
	PlacesKdNode *node = &tree->nodes[at];
	int			count = node->end - node->begin;
	bool		by_y = node->ymax - node->ymin > node->xmax - node->xmin;
	int			child = tree->nnodes;

	if (count >= CANCEL_POINTS)
		HostCheckCancel();
	if (count <= LEAF_POINTS)
		return;

	if (by_y)
		SelectMiddle(p + node->begin, count, count / 2, true);
	else
		SelectMiddle(p + node->begin, count, count / 2, false);
	node->child = child;
	tree->nnodes += 2;
	tree->nodes[child].begin = node->begin;
	tree->nodes[child].end = tree->nodes[child + 1].begin = node->begin + count / 2;
	tree->nodes[child + 1].end = node->end;
	for (int c = child; c <= child + 1; c++)
	{
		Measure(&tree->nodes[c], p);
		SplitNode(tree, c, p);
	}
}

PlacesKdTree *
BuildKdTree(const PlacesPoints *points)
{
	PlacesKdTree *tree = HostNewZero(PlacesKdTree, 1);
	PlacesKdPoint *p = HostNew(PlacesKdPoint, points->n);
	int			n = points->n;

	for (int i = 0; i < n; i++)
		p[i] = (PlacesKdPoint) {points->x[i], points->y[i], points->w[i], i};

	/* halving ranges of more than LEAF_POINTS leaves more than half of that */
	tree->n = n;
	tree->nodes = HostNewZero(PlacesKdNode, 2 * (n / (LEAF_POINTS / 2)) + 1);
	tree->nodes[0].end = n;
	tree->nnodes = 1;
	Measure(&tree->nodes[0], p);
	SplitNode(tree, 0, p);

	tree->x = HostNew(double, n);
	tree->y = HostNew(double, n);
	tree->w = HostNew(double, n);
	tree->point = HostNew(int, n);
	for (int i = 0; i < n; i++)
	{
		tree->x[i] = p[i].x;
		tree->y[i] = p[i].y;
		tree->w[i] = p[i].w;
		tree->point[i] = p[i].point;
	}
	HostFree(p);
	return tree;
}

/* A tree over points of no weight, for NearestPoints. */
PlacesKdTree *
BuildPlainTree(int n, double *x, double *y)
{
	PlacesPoints points = {.n = n, .x = x, .y = y, .w = HostNewZero(double, n)};
	PlacesKdTree *tree = BuildKdTree(&points);

	HostFree(points.w);
	return tree;
}

void
FreeKdTree(PlacesKdTree *tree)
{
	HostFree(tree->nodes);
	HostFree(tree->x);
	HostFree(tree->y);
	HostFree(tree->w);
	HostFree(tree->point);
	HostFree(tree);
}

/* Emit the topmost cells below a node. */
static void
AddCells(const PlacesKdTree *tree, int at, double max_homes, PlacesPoints *cells)
{
	const PlacesKdNode *node = &tree->nodes[at];

	if (node->w <= max_homes)
	{
		if (node->w > 0)
		{
			cells->x[cells->n] = node->wx / node->w;
			cells->y[cells->n] = node->wy / node->w;
			cells->w[cells->n++] = node->w;
		}
	}
	else if (node->child)
	{
		AddCells(tree, node->child, max_homes, cells);
		AddCells(tree, node->child + 1, max_homes, cells);
	}
	else
		for (int i = node->begin; i < node->end; i++)
			if (tree->w[i] > 0)
			{
				cells->x[cells->n] = tree->x[i];
				cells->y[cells->n] = tree->y[i];
				cells->w[cells->n++] = tree->w[i];
			}
}

/*
 * A coarser picture of the points: each of the topmost nodes of at most
 * max_homes as one point at its centroid, heavier points as they are.  In the
 * tree's order, not sorted.
 */
PlacesPoints *
KdTreeCells(const PlacesKdTree *tree, double max_homes)
{
	PlacesPoints *cells = HostNewZero(PlacesPoints, 1);

	cells->x = HostNew(double, tree->n);
	cells->y = HostNew(double, tree->n);
	cells->w = HostNew(double, tree->n);
	cells->homes = tree->nodes[0].w;
	cells->whole = true;
	AddCells(tree, 0, max_homes, cells);
	for (int i = 0; i < cells->n; i++)
		cells->whole = cells->whole && cells->w[i] == floor(cells->w[i]);
	return cells;
}

PlacesCentres *
NewCentres(int k)
{
	PlacesCentres *centres = HostNew(PlacesCentres, 1);

	centres->k = k;
	centres->x = HostNewZero(double, k);
	centres->y = HostNewZero(double, k);
	centres->price = HostNewZero(double, k);
	return centres;
}

void
FreeCentres(PlacesCentres *centres)
{
	HostFree(centres->x);
	HostFree(centres->y);
	HostFree(centres->price);
	HostFree(centres);
}

PlacesSums *
NewSums(int k)
{
	PlacesSums *sums = HostNew(PlacesSums, 1);

	sums->w = HostNewZero(double, k);
	sums->wx = HostNewZero(double, k);
	sums->wy = HostNewZero(double, k);
	return sums;
}

void
FreeSums(PlacesSums *sums)
{
	HostFree(sums->w);
	HostFree(sums->wx);
	HostFree(sums->wy);
	HostFree(sums);
}

/* What an assignment pass carries down the tree. */
typedef struct PlacesPass
{
	const PlacesKdTree *tree;
	const PlacesCentres *centres;
	PlacesSums *sums;			/* may be NULL */
	int		   *label;			/* may be NULL */
	int		   *runner;			/* may be NULL */
} PlacesPass;

static inline double
PowerDistance(const PlacesCentres *c, int j, double x, double y)
{
	double		dx = x - c->x[j];
	double		dy = y - c->y[j];

	return dx * dx + dy * dy + c->price[j];
}

/* Give a whole node to one centre. */
static void
GiveNode(PlacesPass *pass, const PlacesKdNode *node, int j)
{
	if (pass->sums)
	{
		pass->sums->w[j] += node->w;
		pass->sums->wx[j] += node->wx;
		pass->sums->wy[j] += node->wy;
	}
	if (pass->label)
		for (int i = node->begin; i < node->end; i++)
			pass->label[i] = j;
	if (pass->runner)
		for (int i = node->begin; i < node->end; i++)
			pass->runner[i] = -1;
}

/* Decide a leaf point by point; of equals the first centre wins. */
static void
GiveLeaf(PlacesPass *pass, const PlacesKdNode *node, const int *candidates, int count)
{
	const PlacesKdTree *tree = pass->tree;

	for (int i = node->begin; i < node->end; i++)
	{
		double		best = INFINITY;
		double		second = INFINITY;
		int			j = -1;
		int			runner = -1;

		for (int c = 0; c < count; c++)
		{
			double		d = PowerDistance(pass->centres, candidates[c], tree->x[i], tree->y[i]);

			if (d < best)
			{
				second = best;
				runner = j;
				best = d;
				j = candidates[c];
			}
			else if (d < second)
			{
				second = d;
				runner = candidates[c];
			}
		}
		if (pass->sums)
		{
			pass->sums->w[j] += tree->w[i];
			pass->sums->wx[j] += tree->w[i] * tree->x[i];
			pass->sums->wy[j] += tree->w[i] * tree->y[i];
		}
		if (pass->label)
			pass->label[i] = j;
		if (pass->runner)
			pass->runner[i] = runner;
	}
}

/*
 * Copy to "kept" the candidates, in order, that some point of the node's box
 * may prefer to the one nearest to the middle of the box.  The difference of
 * two power distances is linear, so one corner of the box decides.
 */
static int
FilterCandidates(const PlacesCentres *c, const PlacesKdNode *node,
				 const int *candidates, int count, int *kept)
{
	double		mx = (node->xmin + node->xmax) / 2;
	double		my = (node->ymin + node->ymax) / 2;
	double		least = INFINITY;
	int			nearest = candidates[0];
	int			nkept = 0;

	for (int i = 0; i < count; i++)
	{
		double		d = PowerDistance(c, candidates[i], mx, my);

		if (d < least)
		{
			least = d;
			nearest = candidates[i];
		}
	}
	for (int i = 0; i < count; i++)
	{
		int			j = candidates[i];
		double		x = (c->x[j] > c->x[nearest]) ? node->xmax : node->xmin;
		double		y = (c->y[j] > c->y[nearest]) ? node->ymax : node->ymin;

		if (j == nearest || PowerDistance(c, j, x, y) <= PowerDistance(c, nearest, x, y))
			kept[nkept++] = j;
	}
	return nkept;
}

/* candidates[0..count) may own the node; the space behind them is free */
static void
VisitNode(PlacesPass *pass, int at, int *candidates, int count)
{
	const PlacesKdNode *node = &pass->tree->nodes[at];
	int		   *kept = candidates + count;

	if (node->end - node->begin >= CANCEL_POINTS)
		HostCheckCancel();
	if (count > 1)
		count = FilterCandidates(pass->centres, node, candidates, count, kept);
	else
		kept = candidates;

	if (count == 1)
		GiveNode(pass, node, kept[0]);
	else if (node->child == 0)
		GiveLeaf(pass, node, kept, count);
	else
	{
		VisitNode(pass, node->child, kept, count);
		VisitNode(pass, node->child + 1, kept, count);
	}
}

/*
 * Find the centre of least power distance for every point.
 *
 * sums (set to zero first), label and runner may each be NULL; label and
 * runner are in the tree's order.  A point's runner-up is the second best of
 * the centres that were still in question at its leaf, -1 where none was.
 */
void
AssignPass(const PlacesKdTree *tree, const PlacesCentres *centres,
		   PlacesSums *sums, int *label, int *runner)
{
	PlacesPass	pass = {tree, centres, sums, label, runner};
	int		   *candidates;
	int			depth = 2;

	if (tree->n == 0)
		return;
	for (int points = tree->n; points > LEAF_POINTS; points = (points + 1) / 2)
		depth++;
	candidates = HostNew(int, (size_t) centres->k * depth);
	for (int j = 0; j < centres->k; j++)
		candidates[j] = j;
	if (sums)
	{
		memset(sums->w, 0, sizeof(double) * centres->k);
		memset(sums->wx, 0, sizeof(double) * centres->k);
		memset(sums->wy, 0, sizeof(double) * centres->k);
	}
	VisitNode(&pass, 0, candidates, centres->k);
	HostFree(candidates);
}

/* The nearest points found so far, nearest first. */
typedef struct PlacesNearest
{
	double		x,
				y;
	int			wanted;
	int			count;
	int		   *found;			/* positions in the source */
	double	   *distance;		/* squared */
} PlacesNearest;

static void
OfferNearest(PlacesNearest *near, int point, double distance)
{
	int			i;

	if (near->count == near->wanted && distance >= near->distance[near->count - 1])
		return;
	i = (near->count < near->wanted) ? near->count++ : near->count - 1;
	for (; i > 0 && distance < near->distance[i - 1]; i--)
	{
		near->distance[i] = near->distance[i - 1];
		near->found[i] = near->found[i - 1];
	}
	near->distance[i] = distance;
	near->found[i] = point;
}

static double
BoxDistance(const PlacesKdNode *node, double x, double y)
{
	double		dx = Max(Max(node->xmin - x, x - node->xmax), 0);
	double		dy = Max(Max(node->ymin - y, y - node->ymax), 0);

	return dx * dx + dy * dy;
}

static void
SearchNearest(const PlacesKdTree *tree, int at, PlacesNearest *near)
{
	const PlacesKdNode *node = &tree->nodes[at];

	if (near->count == near->wanted &&
		BoxDistance(node, near->x, near->y) >= near->distance[near->count - 1])
		return;
	if (node->child)
	{
		int			nearer = (BoxDistance(&tree->nodes[node->child + 1], near->x, near->y) <
							  BoxDistance(&tree->nodes[node->child], near->x, near->y));

		SearchNearest(tree, node->child + nearer, near);
		SearchNearest(tree, node->child + !nearer, near);
		return;
	}
	for (int i = node->begin; i < node->end; i++)
	{
		double		dx = tree->x[i] - near->x;
		double		dy = tree->y[i] - near->y;

		OfferNearest(near, tree->point[i], dx * dx + dy * dy);
	}
}

/* The m points nearest to (x, y), as positions in the source, nearest first; returns how many. */
int
NearestPoints(const PlacesKdTree *tree, double x, double y, int m, int *found)
{
	PlacesNearest near = {x, y, m, 0, found, HostNew(double, m)};

	if (tree->n > 0 && m > 0)
		SearchNearest(tree, 0, &near);
	HostFree(near.distance);
	return near.count;
}
