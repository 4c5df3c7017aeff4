/*
 * kdtree_search.c
 *	  Looking in a kd-tree: the points nearest to a position, and what stands in
 *	  a circle.
 *
 * A box wholly inside or outside a circle is answered without its points, and a
 * sum stops as soon as it is large enough.
 */
#include "engine/base/kdtree_search.h"

/* The nearest points found so far, by squared distance; positions in the source. */
typedef struct PlacesNearest
{
	double		x,
				y;
	int			wanted;
	int			count;
	PlacesRanked *list;
} PlacesNearest;

static void
SearchNearest(const PlacesKdTree *tree, int at, PlacesNearest *near)
{
	const PlacesKdNode *node = &tree->nodes[at];

	if (near->count == near->wanted &&
		BoxDistance(node, near->x, near->y) >= near->list[near->count - 1].key)
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

		near->count = OfferRanked(near->list, near->count, near->wanted, dx * dx + dy * dy, tree->point[i]);
	}
}

/* The m points nearest to (x, y), as positions in the source, nearest first; returns how many. */
int
NearestPoints(const PlacesKdTree *tree, double x, double y, int m, int *found)
{
	PlacesNearest near = {x, y, m, 0, HostNew(PlacesRanked, m)};

	if (tree->n > 0 && m > 0)
		SearchNearest(tree, 0, &near);
	for (int i = 0; i < near.count; i++)
		found[i] = near.list[i].item;
	HostFree(near.list);
	return near.count;
}

/* The m others nearest to each of k points, m a point, nearest first; -1 behind the last. */
void
ListNeighbours(int k, const double *x, const double *y, int m, int *neighbours)
{
	PlacesKdTree *tree = BuildPlainTree(k, x, y);
	int		   *near = HostNew(int, m + 1);

	for (int j = 0; j < k; j++)
	{
		int			found = NearestPoints(tree, x[j], y[j], m + 1, near);
		int			n = 0;

		HostCheckCancelAt(j);
		for (int i = 0; i < found && n < m; i++)
			if (near[i] != j)
				neighbours[j * m + n++] = near[i];
		while (n < m)
			neighbours[j * m + n++] = -1;
	}
	HostFree(near);
	FreeKdTree(tree);
}

/* Is the node's box wholly inside a circle, given by its squared radius? */
static inline bool
BoxInside(const PlacesKdNode *node, double x, double y, double square)
{
	double		dx = Max(x - node->xmin, node->xmax - x);
	double		dy = Max(y - node->ymin, node->ymax - y);

	return dx * dx + dy * dy <= square;
}

static inline bool
PointInside(const PlacesKdTree *tree, int i, double x, double y, double square)
{
	double		dx = tree->x[i] - x;
	double		dy = tree->y[i] - y;

	return dx * dx + dy * dy <= square;
}

/* The sum so far, and what a node adds to it. */
static double
NodeWeight(const PlacesKdTree *tree, int at, double x, double y, double square, double sum, double enough)
{
	const PlacesKdNode *node = &tree->nodes[at];

	if (sum >= enough || node->w <= 0 || BoxDistance(node, x, y) > square)
		return sum;
	if (BoxInside(node, x, y, square))
		return sum + node->w;
	if (node->child)
	{
		sum = NodeWeight(tree, node->child, x, y, square, sum, enough);
		return NodeWeight(tree, node->child + 1, x, y, square, sum, enough);
	}
	for (int i = node->begin; i < node->end; i++)
		if (PointInside(tree, i, x, y, square))
			sum += tree->w[i];
	return sum;
}

/* The weight in a circle, or any value >= enough where there is that much. */
double
WeightInCircle(const PlacesKdTree *tree, double x, double y, double radius, double enough)
{
	return NodeWeight(tree, 0, x, y, radius * radius, 0, enough);
}

static int
NodePoints(const PlacesKdTree *tree, int at, double x, double y, double square, int *found, int count)
{
	const PlacesKdNode *node = &tree->nodes[at];
	bool		inside;

	if (node->begin == node->end || BoxDistance(node, x, y) > square)
		return count;
	inside = BoxInside(node, x, y, square);
	if (node->child && !inside)
	{
		count = NodePoints(tree, node->child, x, y, square, found, count);
		return NodePoints(tree, node->child + 1, x, y, square, found, count);
	}
	for (int i = node->begin; i < node->end; i++)
		if (inside || PointInside(tree, i, x, y, square))
			found[count++] = tree->point[i];
	return count;
}

/*
 * The points in a circle, as positions in the source, in the tree's order, into
 * found (room for all points); returns how many.
 */
int
PointsInCircle(const PlacesKdTree *tree, double x, double y, double radius, int *found)
{
	return NodePoints(tree, 0, x, y, radius * radius, found, 0);
}

PlacesMarks *
NewMarks(const PlacesKdTree *tree, bool *mark)
{
	PlacesMarks *marks = HostNew(PlacesMarks, 1);

	marks->tree = tree;
	marks->mark = mark;
	marks->done = HostNewZero(bool, tree->nnodes);
	return marks;
}

void
FreeMarks(PlacesMarks *marks)
{
	HostFree(marks->done);
	HostFree(marks);
}

static int
MarkNode(PlacesMarks *marks, int at, double x, double y, double square)
{
	const PlacesKdTree *tree = marks->tree;
	const PlacesKdNode *node = &tree->nodes[at];
	int			count = 0;
	int			left = 0;

	if (marks->done[at] || node->begin == node->end || BoxDistance(node, x, y) > square)
		return 0;
	if (node->child)
	{
		count = MarkNode(marks, node->child, x, y, square);
		count += MarkNode(marks, node->child + 1, x, y, square);
		marks->done[at] = marks->done[node->child] && marks->done[node->child + 1];
		return count;
	}
	for (int i = node->begin; i < node->end; i++)
	{
		bool	   *mark = &marks->mark[tree->point[i]];

		if (!*mark && PointInside(tree, i, x, y, square))
		{
			*mark = true;
			count++;
		}
		left += !*mark;
	}
	marks->done[at] = left == 0;
	return count;
}

/* Mark the points in a circle; returns how many were not marked before. */
int
MarkCircle(PlacesMarks *marks, double x, double y, double radius)
{
	return MarkNode(marks, 0, x, y, radius * radius);
}

static bool
NodeMarked(const PlacesMarks *marks, int at, double x, double y, double square)
{
	const PlacesKdTree *tree = marks->tree;
	const PlacesKdNode *node = &tree->nodes[at];

	if (marks->done[at] || node->begin == node->end || BoxDistance(node, x, y) > square)
		return true;
	if (node->child)
		return NodeMarked(marks, node->child, x, y, square) &&
			NodeMarked(marks, node->child + 1, x, y, square);
	for (int i = node->begin; i < node->end; i++)
		if (!marks->mark[tree->point[i]] && PointInside(tree, i, x, y, square))
			return false;
	return true;
}

/* Are all points in a circle marked? */
bool
CircleMarked(const PlacesMarks *marks, double x, double y, double radius)
{
	return NodeMarked(marks, 0, x, y, radius * radius);
}
