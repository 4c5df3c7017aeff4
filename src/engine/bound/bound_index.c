/*
 * bound_index.c
 *	  A static kd-tree over weighted points for circle queries.
 *
 * The bound asks the same few questions millions of times: do the homes in
 * this circle reach a given number, which points are in it, are they all
 * marked.  Splits halve the points along the longer side of the box, so that
 * neither clustered nor collinear points unbalance the tree; a box wholly
 * inside or outside the circle is answered without its points, and a sum
 * stops as soon as it is large enough.
 *
 * A circle is closed, and its radius is taken as given: who needs a margin
 * for rounding has added it.
 */
#include "engine/bound/bound_index.h"

#define LEAF_POINTS 8

static double
Coordinate(const PlacesBoundIndex *index, int point, int axis)
{
	return axis == 0 ? index->points->x[point] : index->points->y[point];
}

/* order by coordinate, then by point, so that the tree depends on no sort */
static bool
Precedes(const PlacesBoundIndex *index, int a, int b, int axis)
{
	double		ca = Coordinate(index, a, axis);
	double		cb = Coordinate(index, b, axis);

	return ca < cb || (ca == cb && a < b);
}

/* quickselect: the element of rank k of order[first .. last - 1] in its place */
static void
SelectRank(PlacesBoundIndex *index, int first, int last, int k, int axis)
{
	int		   *order = index->order;

	while (last - first > 1)
	{
		int			pivot = order[first + (last - first) / 2];
		int			i = first;
		int			j = last - 1;

		HostCheckCancel();
		while (i <= j)
		{
			int			swap;

			while (Precedes(index, order[i], pivot, axis))
				i++;
			while (Precedes(index, pivot, order[j], axis))
				j--;
			if (i > j)
				break;
			swap = order[i];
			order[i++] = order[j];
			order[j--] = swap;
		}
		if (k <= j)
			last = j + 1;
		else if (k >= i)
			first = i;
		else
			return;
	}
}

static void
MeasureNode(const PlacesBoundIndex *index, PlacesBoundNode *node)
{
	int			i;

	node->lo[0] = node->lo[1] = INFINITY;
	node->hi[0] = node->hi[1] = -INFINITY;
	node->weight = 0.0;
	node->done = false;
	node->child = 0;
	for (i = node->first; i < node->last; i++)
	{
		int			p = index->order[i];
		int			axis;

		node->weight += index->weight[p];
		for (axis = 0; axis < 2; axis++)
		{
			double		c = Coordinate(index, p, axis);

			node->lo[axis] = fmin(node->lo[axis], c);
			node->hi[axis] = fmax(node->hi[axis], c);
		}
	}
}

static void
SplitNode(PlacesBoundIndex *index, int at)
{
	PlacesBoundNode *node = &index->node[at];
	int			middle = node->first + (node->last - node->first) / 2;
	int			axis = node->hi[0] - node->lo[0] < node->hi[1] - node->lo[1];
	int			child = index->nnode;

	SelectRank(index, node->first, node->last, middle, axis);
	index->nnode += 2;
	node->child = child;
	index->node[child].first = node->first;
	index->node[child].last = middle;
	index->node[child + 1].first = middle;
	index->node[child + 1].last = node->last;
	MeasureNode(index, &index->node[child]);
	MeasureNode(index, &index->node[child + 1]);
}

/*
 * Index a subset of the points (all when subset is NULL) under the given
 * weights, which must stay in place as long as the index.
 */
PlacesBoundIndex *
BoundIndexBuild(const PlacesPoints *points, const double *weight, const int *subset, int n)
{
	PlacesBoundIndex *index = HostNew(PlacesBoundIndex, 1);
	int			i;

	index->points = points;
	index->weight = weight;
	index->n = n;
	index->order = HostNew(int, n);
	for (i = 0; i < n; i++)
		index->order[i] = subset ? subset[i] : i;
	/* a node is split while it has more than LEAF_POINTS, so none has < 4 */
	index->node = HostNew(PlacesBoundNode, n / 2 + 3);
	index->nnode = 1;
	index->node[0].first = 0;
	index->node[0].last = n;
	MeasureNode(index, &index->node[0]);
	for (i = 0; i < index->nnode; i++)
	{
		HostCheckCancel();
		if (index->node[i].last - index->node[i].first > LEAF_POINTS)
			SplitNode(index, i);
	}
	return index;
}

void
BoundIndexFree(PlacesBoundIndex *index)
{
	HostFree(index->order);
	HostFree(index->node);
	HostFree(index);
}

/* fmax is a call, for the sake of NaN */
static inline double
Larger(double a, double b)
{
	return a > b ? a : b;
}

/* squared distances from (x, y) to the nearest and the farthest of the box */
static void
BoxDistance(const PlacesBoundNode *node, double x, double y, double *nearest, double *farthest)
{
	double		dx = Larger(Larger(node->lo[0] - x, x - node->hi[0]), 0.0);
	double		dy = Larger(Larger(node->lo[1] - y, y - node->hi[1]), 0.0);
	double		fx = Larger(x - node->lo[0], node->hi[0] - x);
	double		fy = Larger(y - node->lo[1], node->hi[1] - y);

	*nearest = dx * dx + dy * dy;
	*farthest = fx * fx + fy * fy;
}

static bool
Within(const PlacesBoundIndex *index, int point, double x, double y, double radius2)
{
	double		dx = index->points->x[point] - x;
	double		dy = index->points->y[point] - y;

	return dx * dx + dy * dy <= radius2;
}

static double
NodeWeight(const PlacesBoundIndex *index, int at, double x, double y, double radius2,
		   double sum, double enough)
{
	const PlacesBoundNode *node = &index->node[at];
	double		nearest;
	double		farthest;
	int			i;

	if (sum >= enough || node->weight <= 0.0)
		return sum;
	BoxDistance(node, x, y, &nearest, &farthest);
	if (nearest > radius2)
		return sum;
	if (farthest <= radius2)
		return sum + node->weight;
	if (node->child)
	{
		sum = NodeWeight(index, node->child, x, y, radius2, sum, enough);
		return NodeWeight(index, node->child + 1, x, y, radius2, sum, enough);
	}
	for (i = node->first; i < node->last; i++)
	{
		if (Within(index, index->order[i], x, y, radius2))
			sum += index->weight[index->order[i]];
	}
	return sum;
}

/* weight within the circle, or any value >= enough when there is that much */
double
BoundIndexWeight(const PlacesBoundIndex *index, double x, double y, double radius, double enough)
{
	return NodeWeight(index, 0, x, y, radius * radius, 0.0, enough);
}

static int
NodeList(const PlacesBoundIndex *index, int at, double x, double y, double radius2,
		 int *list, int count)
{
	const PlacesBoundNode *node = &index->node[at];
	double		nearest;
	double		farthest;
	int			i;

	BoxDistance(node, x, y, &nearest, &farthest);
	if (nearest > radius2 || node->first == node->last)
		return count;
	if (farthest > radius2 && node->child)
	{
		count = NodeList(index, node->child, x, y, radius2, list, count);
		return NodeList(index, node->child + 1, x, y, radius2, list, count);
	}
	for (i = node->first; i < node->last; i++)
	{
		if (farthest <= radius2 || Within(index, index->order[i], x, y, radius2))
			list[count++] = index->order[i];
	}
	return count;
}

/* the points within the circle, into list (room for all); returns how many */
int
BoundIndexList(const PlacesBoundIndex *index, double x, double y, double radius, int *list)
{
	return NodeList(index, 0, x, y, radius * radius, list, 0);
}

static int
NodeMark(PlacesBoundIndex *index, int at, double x, double y, double radius2, bool *mark)
{
	PlacesBoundNode *node = &index->node[at];
	double		nearest;
	double		farthest;
	int			count = 0;
	int			left = 0;
	int			i;

	if (node->done || node->first == node->last)
		return 0;
	BoxDistance(node, x, y, &nearest, &farthest);
	if (nearest > radius2)
		return 0;
	if (node->child)
	{
		count = NodeMark(index, node->child, x, y, radius2, mark);
		count += NodeMark(index, node->child + 1, x, y, radius2, mark);
		node->done = index->node[node->child].done && index->node[node->child + 1].done;
		return count;
	}
	for (i = node->first; i < node->last; i++)
	{
		int			p = index->order[i];

		if (!mark[p] && Within(index, p, x, y, radius2))
		{
			mark[p] = true;
			count++;
		}
		left += !mark[p];
	}
	node->done = left == 0;
	return count;
}

/* mark the points within the circle; returns how many were not marked before */
int
BoundIndexMark(PlacesBoundIndex *index, double x, double y, double radius, bool *mark)
{
	return NodeMark(index, 0, x, y, radius * radius, mark);
}

static bool
NodeAllMarked(const PlacesBoundIndex *index, int at, double x, double y, double radius2,
			  const bool *mark)
{
	const PlacesBoundNode *node = &index->node[at];
	double		nearest;
	double		farthest;
	int			i;

	if (node->done || node->first == node->last)
		return true;
	BoxDistance(node, x, y, &nearest, &farthest);
	if (nearest > radius2)
		return true;
	if (node->child)
		return NodeAllMarked(index, node->child, x, y, radius2, mark) &&
			NodeAllMarked(index, node->child + 1, x, y, radius2, mark);
	for (i = node->first; i < node->last; i++)
	{
		if (!mark[index->order[i]] && Within(index, index->order[i], x, y, radius2))
			return false;
	}
	return true;
}

bool
BoundIndexAllMarked(const PlacesBoundIndex *index, double x, double y, double radius,
					const bool *mark)
{
	return NodeAllMarked(index, 0, x, y, radius * radius, mark);
}
