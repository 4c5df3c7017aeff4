/*
 * kdtree.c
 *	  A kd-tree over weighted points: building it, and making it coarser.
 *
 * Points come sorted from west to east (points.c) and stay so in every node:
 * dividing a node from west to east moves nothing, and from south to north is
 * one stable pass.  The tree is a function of the points alone.
 */
#include "engine/base/kdtree.h"

#include "engine/base/sort.h"

#define LEAF_POINTS		12
#define LEAST_PART		4		/* no part is smaller than this share of the whole */
#define CANCEL_POINTS	8192	/* look for a cancel in nodes this large */

/*
 * A tree being built.  A point's position in the source and its y travel, the rest is
 * fetched from the source once it has arrived.
 */
typedef struct PlacesKdBuild
{
	PlacesKdTree *tree;			/* its point and y: in every node from west to east */
	const double *x;			/* of the source, by position */
	const double *w;
	int		   *spare_point;	/* scratch */
	double	   *spare_y;
} PlacesKdBuild;

/* The value of a given rank (from 0): Hoare's selection, which reorders the values. */
static double
SelectValue(double *values, int n, int rank)
{
	int			low = 0;
	int			high = n - 1;

	while (low < high)
	{
		double		first = values[low];
		double		middle = values[low + (high - low) / 2];
		double		last = values[high];
		double		pivot = Max(Min(first, middle), Min(Max(first, middle), last));
		int			i = low;
		int			j = high;

		if (high - low >= CANCEL_POINTS)
			HostCheckCancel();
		while (i <= j)
		{
			while (values[i] < pivot)
				i++;
			while (pivot < values[j])
				j--;
			if (i <= j)
			{
				double		value = values[i];

				values[i++] = values[j];
				values[j--] = value;
			}
		}
		if (rank <= j)
			high = j;
		else if (rank >= i)
			low = i;
		else
			break;
	}
	return values[rank];
}

/*
 * Move n points from `begin` on that are south of the cut to the front, and of those on
 * it the first so many; returns how many moved.  Both parts keep their order, and
 * there is no branch to mispredict.
 */
static int
PartitionPoints(PlacesKdBuild *build, int begin, int n, double cut, int on_cut)
{
	double	   *y = build->tree->y + begin;
	int		   *point = build->tree->point + begin;
	int			front = 0;
	int			back = 0;

	for (int i = 0; i < n; i++)
	{
		double		at = y[i];
		int			p = point[i];
		bool		on = (at == cut);
		bool		south = (at < cut) | (on & (on_cut > 0));

		y[front] = build->spare_y[back] = at;
		point[front] = build->spare_point[back] = p;
		front += south;
		back += !south;
		on_cut -= on;
	}
	memcpy(y + front, build->spare_y, sizeof(double) * back);
	memcpy(point + front, build->spare_point, sizeof(int) * back);
	return front;
}

/* Is a part neither too small nor too large? */
static inline bool
FairPart(int part, int n)
{
	return Min(part, n - part) >= n / LEAST_PART;
}

/* Divide a node's points from west to east; returns the size of the first part. */
static int
DivideByX(const PlacesKdBuild *build, const PlacesKdNode *node)
{
	const int  *point = build->tree->point + node->begin;
	double		cut = node->xmin + (node->xmax - node->xmin) / 2;
	int			n = node->end - node->begin;
	int			low = 0;
	int			high = n;

	while (low < high)
	{
		int			middle = low + (high - low) / 2;

		if (build->x[point[middle]] <= cut)
			low = middle + 1;
		else
			high = middle;
	}
	return FairPart(low, n) ? low : n / 2;
}

static int
CountSouth(const double *y, int n, double cut)
{
	int			south = 0;

	for (int i = 0; i < n; i++)
		south += y[i] < cut;
	if (n >= CANCEL_POINTS)
		HostCheckCancel();
	return south;
}

/* Divide a node's points from south to north; returns the size of the first part. */
static int
DivideByY(PlacesKdBuild *build, const PlacesKdNode *node)
{
	const double *y = build->tree->y + node->begin;
	double		cut = node->ymin + (node->ymax - node->ymin) / 2;
	int			n = node->end - node->begin;

	if (FairPart(CountSouth(y, n, cut), n))
		return PartitionPoints(build, node->begin, n, cut, 0);

	memcpy(build->spare_y, y, sizeof(double) * n);
	cut = SelectValue(build->spare_y, n, n / 2);
	return PartitionPoints(build, node->begin, n, cut, n / 2 - CountSouth(y, n, cut));
}

static void
MeasureBox(PlacesKdNode *node, const PlacesKdBuild *build)
{
	const PlacesKdTree *tree = build->tree;
	double		low[2] = {tree->y[node->begin], tree->y[node->begin]};
	double		high[2] = {low[0], low[0]};
	int			i = node->begin;

	/* by twos: a comparison need not wait for the last one */
	for (; i + 1 < node->end; i += 2)
		for (int lane = 0; lane < 2; lane++)
		{
			low[lane] = Min(low[lane], tree->y[i + lane]);
			high[lane] = Max(high[lane], tree->y[i + lane]);
		}
	if (i < node->end)
	{
		low[0] = Min(low[0], tree->y[i]);
		high[0] = Max(high[0], tree->y[i]);
	}
	node->xmin = build->x[tree->point[node->begin]];
	node->xmax = build->x[tree->point[node->end - 1]];
	node->ymin = Min(low[0], low[1]);
	node->ymax = Max(high[0], high[1]);
}

/* Fetch the points of a leaf, and add them up. */
static void
FillLeaf(PlacesKdNode *node, PlacesKdBuild *build)
{
	PlacesKdTree *tree = build->tree;

	node->child = 0;
	node->w = node->wx = node->wy = 0;
	for (int i = node->begin; i < node->end; i++)
	{
		tree->x[i] = build->x[tree->point[i]];
		tree->w[i] = build->w[tree->point[i]];
		node->w += tree->w[i];
		node->wx += tree->w[i] * tree->x[i];
		node->wy += tree->w[i] * tree->y[i];
	}
}

static void
SumChildren(PlacesKdNode *node, const PlacesKdNode *children)
{
	node->w = children[0].w + children[1].w;
	node->wx = children[0].wx + children[1].wx;
	node->wy = children[0].wy + children[1].wy;
}

/*
 * Measure a node and add its children, depth first.  A node is divided at the
 * middle of its box: that takes one pass, or none from west to east, and makes
 * square boxes.  Where it would leave a part too small, at the median.
 */
static void
SplitNode(PlacesKdBuild *build, int at)
{
	PlacesKdTree *tree = build->tree;
	PlacesKdNode *node = &tree->nodes[at];
	int			count = node->end - node->begin;
	int			child = tree->nnodes;
	int			front;

	if (count >= CANCEL_POINTS)
		HostCheckCancel();
	MeasureBox(node, build);
	if (count <= LEAF_POINTS)
	{
		FillLeaf(node, build);
		return;
	}
	if (node->ymax - node->ymin > node->xmax - node->xmin)
		front = DivideByY(build, node);
	else
		front = DivideByX(build, node);
	Assert(front > 0 && front < count);
	node->child = child;
	tree->nnodes += 2;
	tree->nodes[child].begin = node->begin;
	tree->nodes[child].end = tree->nodes[child + 1].begin = node->begin + front;
	tree->nodes[child + 1].end = node->end;
	SplitNode(build, child);
	SplitNode(build, child + 1);
	SumChildren(node, &tree->nodes[child]);
}

#ifdef PLACES_ASSERTS
/* Every node is the union of its children, or holds its points; boxes and sums agree with them. */
static void
AssertCheckKdTree(const PlacesKdTree *tree)
{
	for (int at = 0; at < tree->nnodes; at++)
	{
		const PlacesKdNode *node = &tree->nodes[at];
		const PlacesKdNode *child = &tree->nodes[node->child];
		double		w = 0;

		HostCheckCancelAt(at);
		Assert(node->begin <= node->end && node->end <= tree->n);
		if (node->child)
		{
			Assert(node->child > at && node->child + 1 < tree->nnodes);
			Assert(child[0].begin == node->begin && child[0].end == child[1].begin &&
				   child[1].end == node->end);
			Assert(node->w == child[0].w + child[1].w);
			Assert(node->xmin == Min(child[0].xmin, child[1].xmin) &&
				   node->xmax == Max(child[0].xmax, child[1].xmax));
			Assert(node->ymin == Min(child[0].ymin, child[1].ymin) &&
				   node->ymax == Max(child[0].ymax, child[1].ymax));
			continue;
		}
		for (int i = node->begin; i < node->end; i++)
		{
			Assert(tree->x[i] >= node->xmin && tree->x[i] <= node->xmax &&
				   tree->y[i] >= node->ymin && tree->y[i] <= node->ymax);
			w += tree->w[i];
		}
		Assert(fabs(w - node->w) <= 1e-9 * w);
	}
}
#else
#define AssertCheckKdTree(tree) ((void) 0)
#endif

static PlacesKdTree *
NewKdTree(int n, int nodes)
{
	PlacesKdTree *tree = HostNewZero(PlacesKdTree, 1);

	tree->n = n;
	tree->nnodes = 1;
	tree->nodes = HostNew(PlacesKdNode, nodes);
	tree->nodes[0] = (PlacesKdNode) {.end = n};
	tree->x = HostNew(double, n);
	tree->y = HostNew(double, n);
	tree->w = HostNew(double, n);
	tree->point = HostNew(int, n);
	return tree;
}

/* A point to be sorted. */
typedef struct PlacesKdPoint
{
	double		x,
				y;
	int			point;
} PlacesKdPoint;

static int
ComparePoints(const void *a, const void *b)
{
	const PlacesKdPoint *p = a;
	const PlacesKdPoint *q = b;

	if (p->x != q->x)
		return p->x < q->x ? -1 : 1;
	if (p->y != q->y)
		return p->y < q->y ? -1 : 1;
	return p->point < q->point ? -1 : 1;
}

/* Sort positions from west to east. */
static void
SortPoints(const PlacesPoints *points, int *point, int n)
{
	PlacesKdPoint *p = HostNew(PlacesKdPoint, n);

	for (int i = 0; i < n; i++)
	{
		HostCheckCancelAt(i);
		p[i] = (PlacesKdPoint) {points->x[point[i]], points->y[point[i]], point[i]};
	}
	SortItems(p, n, sizeof(PlacesKdPoint), ComparePoints);
	HostCheckCancel();
	for (int i = 0; i < n; i++)
		point[i] = p[i].point;
	HostFree(p);
}

/*
 * A tree over n of the points (their positions in subset; the first n where that
 * is NULL), in any order; those of CollapseRows are sorted already.  w, by the
 * points' positions, replaces their homes unless it is NULL.  O(n log n).
 */
PlacesKdTree *
BuildKdTreeOf(const PlacesPoints *points, const double *w, const int *subset, int n)
{
	/* a part of more than LEAF_POINTS has at least so many points */
	PlacesKdTree *tree = NewKdTree(n, 2 * (n / (LEAF_POINTS / LEAST_PART)) + 1);
	PlacesKdBuild build = {tree, points->x, w ? w : points->w, HostNew(int, n), HostNew(double, n)};
	bool		sorted = true;

	tree->whole = true;
	for (int i = 0; i < n; i++)
	{
		int			from = tree->point[i] = subset ? subset[i] : i;

		HostCheckCancelAt(i);
		sorted = sorted && (i == 0 || build.x[tree->point[i - 1]] <= build.x[from]);
		tree->whole = tree->whole && build.w[from] == floor(build.w[from]);
	}
	if (!sorted)
		SortPoints(points, tree->point, n);
	for (int i = 0; i < n; i++)
	{
		HostCheckCancelAt(i);
		tree->y[i] = points->y[tree->point[i]];
	}
	if (n > 0)
		SplitNode(&build, 0);
	HostFree(build.spare_point);
	HostFree(build.spare_y);
	AssertCheckKdTree(tree);
	return tree;
}

/* A tree over all the points. */
PlacesKdTree *
BuildKdTree(const PlacesPoints *points)
{
	return BuildKdTreeOf(points, NULL, NULL, points->n);
}

/* A tree over points of no weight, for NearestPoints. */
PlacesKdTree *
BuildPlainTree(int n, const double *x, const double *y)
{
	PlacesPoints points = {.n = n, .x = (double *) x, .y = (double *) y, .w = HostNewZero(double, n)};
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

/* Add a point to a tree that is filled from its first leaf to its last. */
static void
AddCell(PlacesKdTree *tree, double x, double y, double w)
{
	int			i = tree->n++;

	tree->x[i] = x;
	tree->y[i] = y;
	tree->w[i] = w;
	tree->point[i] = i;
}

/* Make a coarse node the parent of two, of which one may be empty, or a leaf of both. */
static void
JoinNodes(PlacesKdTree *coarse, int at, int child)
{
	PlacesKdNode *node = &coarse->nodes[at];
	const PlacesKdNode *children = &coarse->nodes[child];
	int			begin = children[0].begin;

	if (children[0].begin == children[0].end)
		*node = children[1];
	else if (children[1].begin == children[1].end)
		*node = children[0];
	else
	{
		node->xmin = Min(children[0].xmin, children[1].xmin);
		node->xmax = Max(children[0].xmax, children[1].xmax);
		node->ymin = Min(children[0].ymin, children[1].ymin);
		node->ymax = Max(children[0].ymax, children[1].ymax);
		node->child = child;
		SumChildren(node, children);
	}
	node->begin = begin;
	node->end = coarse->n;
	if (node->end - node->begin <= LEAF_POINTS)
	{
		node->child = 0;
		coarse->nnodes = child;
	}
}

/* Copy a node: its points, or one point for all of them if they are light enough. */
static void
CopyNode(const PlacesKdTree *tree, int from, double max_homes, PlacesKdTree *coarse, int to)
{
	const PlacesKdNode *node = &tree->nodes[from];
	PlacesKdNode *copy = &coarse->nodes[to];
	int			child = coarse->nnodes;

	if (node->end - node->begin >= CANCEL_POINTS)
		HostCheckCancel();
	if (node->child && node->w > max_homes)
	{
		coarse->nnodes += 2;
		CopyNode(tree, node->child, max_homes, coarse, child);
		CopyNode(tree, node->child + 1, max_homes, coarse, child + 1);
		JoinNodes(coarse, to, child);
		return;
	}
	*copy = *node;
	copy->child = 0;
	copy->begin = coarse->n;
	if (node->w > max_homes)
		for (int i = node->begin; i < node->end; i++)
		{
			if (tree->w[i] > 0)
				AddCell(coarse, tree->x[i], tree->y[i], tree->w[i]);
		}
	else if (node->w > 0)
	{
		AddCell(coarse, node->wx / node->w, node->wy / node->w, node->w);
		copy->xmin = copy->xmax = coarse->x[copy->begin];
		copy->ymin = copy->ymax = coarse->y[copy->begin];
	}
	copy->end = coarse->n;
}

/*
 * A coarser picture of a tree: each of the topmost nodes of at most max_homes
 * is one point at its centroid, heavier points are as they were, and points of
 * no weight are left out.
 */
PlacesKdTree *
CoarsenKdTree(const PlacesKdTree *tree, double max_homes)
{
	PlacesKdTree *coarse = NewKdTree(tree->n, tree->nnodes);

	coarse->n = 0;
	coarse->whole = tree->whole;
	CopyNode(tree, 0, max_homes, coarse, 0);
	AssertCheckKdTree(coarse);
	return coarse;
}
