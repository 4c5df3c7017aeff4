/*
 * components.c
 *	  Which points are linked, directly or by way of others, by steps of a length.
 *
 * These are the clusters of single linkage, cut at that length, and so depend on
 * nothing but the points: no grid, no order, no direction.  Two nodes of a kd-tree
 * are farther apart than the length, or within it altogether, or the question is
 * passed on to their children; nodes that are one set already have no question.
 * Where the reach is long, a coarse grid often answers without a tree.
 */
#include "engine/base/components.h"

#include "engine/base/disjoint_sets.h"
#include "engine/base/kdtree.h"

#define ROUNDING	1e-9		/* relative */

typedef struct PlacesLinkage
{
	const PlacesKdTree *tree;
	double		square;			/* of the reach */
	int		   *parent;			/* sets of points, as the source numbers them */
	bool	   *joined;			/* by node: its points are one set */
} PlacesLinkage;

static int
SetOfNode(PlacesLinkage *l, const PlacesKdNode *node)
{
	return FindSet(l->parent, l->tree->point[node->begin]);
}

/* Join all points of a node. */
static void
JoinNode(PlacesLinkage *l, int at)
{
	const PlacesKdNode *node = &l->tree->nodes[at];

	if (l->joined[at])
		return;
	l->joined[at] = true;
	for (int i = node->begin + 1; i < node->end; i++)
	{
		HostCheckCancelAt(i);
		JoinSets(l->parent, l->tree->point[node->begin], l->tree->point[i]);
	}
}

/* Is the node known to be one set?  It may have become one by way of others. */
static bool
IsJoined(PlacesLinkage *l, int at)
{
	const PlacesKdNode *node = &l->tree->nodes[at];

	if (!l->joined[at] && node->child && l->joined[node->child] && l->joined[node->child + 1])
		l->joined[at] = SetOfNode(l, &l->tree->nodes[node->child]) ==
			SetOfNode(l, &l->tree->nodes[node->child + 1]);
	return l->joined[at];
}

/* Squared, between the nearest and between the farthest points of two boxes. */
static void
BoxDistances(const PlacesKdNode *a, const PlacesKdNode *b, double *least, double *most)
{
	double		dx = Max(Max(a->xmin - b->xmax, b->xmin - a->xmax), 0);
	double		dy = Max(Max(a->ymin - b->ymax, b->ymin - a->ymax), 0);
	double		wide = Max(a->xmax - b->xmin, b->xmax - a->xmin);
	double		high = Max(a->ymax - b->ymin, b->ymax - a->ymin);

	*least = dx * dx + dy * dy;
	*most = wide * wide + high * high;
}

static void
LinkLeaves(PlacesLinkage *l, const PlacesKdNode *a, const PlacesKdNode *b)
{
	const PlacesKdTree *tree = l->tree;

	for (int i = a->begin; i < a->end; i++)
		for (int j = b->begin; j < b->end; j++)
		{
			double		dx = tree->x[i] - tree->x[j];
			double		dy = tree->y[i] - tree->y[j];

			if (dx * dx + dy * dy <= l->square)
				JoinSets(l->parent, tree->point[i], tree->point[j]);
		}
}

/* Link the points of two nodes, which are different or the same. */
static void
LinkNodes(PlacesLinkage *l, int a, int b)
{
	const PlacesKdNode *p = &l->tree->nodes[a];
	const PlacesKdNode *q = &l->tree->nodes[b];
	double		least,
				most;

	HostCheckCancel();
	if (IsJoined(l, a) && IsJoined(l, b) && SetOfNode(l, p) == SetOfNode(l, q))
		return;
	BoxDistances(p, q, &least, &most);
	if (least > l->square)
		return;
	if (most <= l->square)
	{
		JoinNode(l, a);
		JoinNode(l, b);
		JoinSets(l->parent, l->tree->point[p->begin], l->tree->point[q->begin]);
	}
	else if (a == b && p->child)
	{
		LinkNodes(l, p->child, p->child);
		LinkNodes(l, p->child + 1, p->child + 1);
		LinkNodes(l, p->child, p->child + 1);
	}
	else if (p->child && (!q->child || p->end - p->begin >= q->end - q->begin))
	{
		LinkNodes(l, p->child, b);
		LinkNodes(l, p->child + 1, b);
	}
	else if (q->child)
	{
		LinkNodes(l, a, q->child);
		LinkNodes(l, a, q->child + 1);
	}
	else
		LinkLeaves(l, p, q);
}

/* Square cells, of which two that touch hold no two points farther apart than the reach. */
typedef struct PlacesCellGrid
{
	double		left,
				bottom;
	double		side;
	int			columns,
				rows;
} PlacesCellGrid;

/* Cells for the points; false where there would be more than one for each point. */
static bool
FitCells(const PlacesPoints *points, double reach, PlacesCellGrid *grid)
{
	double		right = -INFINITY;
	double		top = -INFINITY;
	double		columns,
				rows;

	*grid = (PlacesCellGrid) {INFINITY, INFINITY, reach / sqrt(8) * (1 - ROUNDING), 0, 0};
	for (int i = 0; i < points->n; i++)
	{
		HostCheckCancelAt(i);
		grid->left = Min(grid->left, points->x[i]);
		right = Max(right, points->x[i]);
		grid->bottom = Min(grid->bottom, points->y[i]);
		top = Max(top, points->y[i]);
	}
	columns = floor((right - grid->left) / grid->side) + 1;
	rows = floor((top - grid->bottom) / grid->side) + 1;
	if (!(columns * rows <= points->n))
		return false;
	grid->columns = (int) columns;
	grid->rows = (int) rows;
	return true;
}

/* Join a cell that is in use to the next ones, east and north of it, that are. */
static void
JoinCells(const PlacesCellGrid *grid, int at, const bool *used, int *parent)
{
	bool		east = at % grid->columns + 1 < grid->columns;
	bool		west = at % grid->columns > 0;
	int			north = at + grid->columns;

	if (east && used[at + 1])
		JoinSets(parent, at, at + 1);
	if (at / grid->columns + 1 == grid->rows)
		return;
	for (int to = north - west; to <= north + east; to++)
		if (used[to])
			JoinSets(parent, at, to);
}

/*
 * Do cells of a grid show that steps of the reach (metres) link all points?  Where
 * they do not, the points may be linked all the same.  O(n), and no tree.
 */
bool
AreLinked(const PlacesPoints *points, double reach)
{
	PlacesCellGrid grid;
	int			cells;
	bool	   *used;
	int		   *parent;
	int			sets = 0;

	if (!FitCells(points, reach, &grid))
		return false;
	cells = grid.columns * grid.rows;
	used = HostNewZero(bool, cells);
	parent = HostNew(int, cells);
	InitSets(parent, cells);
	for (int i = 0; i < points->n; i++)
	{
		int			column = (int) ((points->x[i] - grid.left) / grid.side);
		int			row = (int) ((points->y[i] - grid.bottom) / grid.side);

		HostCheckCancelAt(i);
		used[row * grid.columns + column] = true;
	}
	for (int at = 0; at < cells; at++)
		if (used[at])
			JoinCells(&grid, at, used, parent);
	for (int at = 0; at < cells; at++)
		sets += used[at] && FindSet(parent, at) == at;
	HostFree(used);
	HostFree(parent);
	return sets <= 1;
}

/* Join the sets of all of n spots that are within reach of each other. */
static void
JoinSpots(int n, const double *x, const double *y, double reach, int *parent)
{
	PlacesLinkage l = {.square = reach * reach, .parent = parent};
	PlacesKdTree *tree = BuildPlainTree(n, x, y);

	l.tree = tree;
	l.joined = HostNewZero(bool, tree->nnodes);
	if (tree->n > 0)
		LinkNodes(&l, 0, 0);
	HostFree(l.joined);
	FreeKdTree(tree);
}

/*
 * Join the sets (disjoint_sets.h) of all points that are within reach (metres) of
 * each other, or have spots that are.  O(n log n) for the building of a tree; what
 * follows is little where few distances are near the reach.
 */
void
JoinWithin(const PlacesPoints *points, double reach, int *parent)
{
	const PlacesSpots *spots = &points->spots;
	int			n = SpotCount(points);
	int		   *of_spots;
	int		   *owner;

	if (spots->start == NULL)
	{
		JoinSpots(n, points->x, points->y, reach, parent);
		return;
	}
	of_spots = HostNew(int, n);
	owner = HostNew(int, n);
	InitSets(of_spots, n);
	JoinSpots(n, spots->x, spots->y, reach, of_spots);
	for (int i = 0; i < points->n; i++)
		for (int s = spots->start[i]; s < spots->start[i + 1]; s++)
		{
			HostCheckCancelAt(s);
			owner[s] = i;
			JoinSets(parent, i, owner[FindSet(of_spots, s)]);
		}
	HostFree(of_spots);
	HostFree(owner);
}

/* Number the sets of 0 .. n - 1 by their least members; returns how many there are. */
int
NumberSets(int n, int *parent, int *number)
{
	int			sets = 0;

	for (int i = 0; i < n; i++)
	{
		int			least = FindSet(parent, i);

		HostCheckCancelAt(i);
		number[i] = least == i ? sets++ : number[least];
	}
	return sets;
}
