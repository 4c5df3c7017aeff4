/*
 * segments.c
 *	  Straight segments, and which of them are near a point.
 *
 * Segments hang in a tree of boxes, halved by their middles along the longer side
 * (bounding volume hierarchy: Goldsmith and Salmon, "Automatic creation of object
 * hierarchies for ray tracing", IEEE CG&A 7, 1987).  A search takes the nearer box first
 * and passes over those that are farther than what it has; of equals the segment of the
 * lowest number is found, and as a box knows the lowest in it, any number on one point costs
 * no more than one.  O(log n) a search where boxes overlap little: long segments should
 * be cut.
 *
 * Which shapes are near to any of many points is asked for all points at once.  They go down
 * the tree together, those that are too far from a box stay behind, and a box that is wholly
 * within reach of one of them, or has nothing in it but shapes that are known to be near, is
 * done with.
 */
#include "engine/base/segments.h"

#include "engine/base/sort.h"

#define LEAF	8				/* segments */
#define FEW		64				/* segments of a box that are looked at before points are */

typedef struct PlacesBox
{
	double		xmin,
				ymin,
				xmax,
				ymax;
	int			lowest;			/* number of a segment in it */
	int			first,			/* its segments: so many from here on */
				n;
	int			begin,			/* of a leaf: its segments; of others: end is 0 and begin */
				end;			/* the first of two nodes beneath */
} PlacesBox;

/* Points that look for segments around them. */
typedef struct PlacesProbe
{
	const double *x,
			   *y;
	int		   *point;			/* their numbers */
	int			n;
	double		square;			/* of how far they reach */
} PlacesProbe;

struct PlacesSegmentTree
{
	const PlacesSegments *s;
	int		   *item;
	PlacesBox  *node;
	int			nodes;
};

static PlacesBox
BoxOf(const PlacesSegmentTree *tree, int begin, int end)
{
	const PlacesSegments *s = tree->s;
	PlacesBox	box = {INFINITY, INFINITY, -INFINITY, -INFINITY, tree->item[begin], begin, end - begin, begin, end};

	for (int i = begin; i < end; i++)
	{
		int			k = tree->item[i];

		box.xmin = Min(box.xmin, Min(s->x1[k], s->x2[k]));
		box.ymin = Min(box.ymin, Min(s->y1[k], s->y2[k]));
		box.xmax = Max(box.xmax, Max(s->x1[k], s->x2[k]));
		box.ymax = Max(box.ymax, Max(s->y1[k], s->y2[k]));
		box.lowest = Min(box.lowest, k);
	}
	return box;
}

/* Put the segments of a node in order along its longer side, and make two of it. */
static void
Halve(PlacesSegmentTree *tree, int at, PlacesRanked *ranked)
{
	const PlacesSegments *s = tree->s;
	PlacesBox  *box = &tree->node[at];
	int			begin = box->begin;
	int			n = box->end - begin;
	bool		wide = box->xmax - box->xmin >= box->ymax - box->ymin;

	HostCheckCancelAt(at);
	if (n <= LEAF)
		return;
	for (int i = 0; i < n; i++)
	{
		int			k = tree->item[begin + i];

		ranked[i] = (PlacesRanked) {wide ? s->x1[k] + s->x2[k] : s->y1[k] + s->y2[k], k};
	}
	SortRanked(ranked, n);
	for (int i = 0; i < n; i++)
		tree->item[begin + i] = ranked[i].item;
	box->begin = tree->nodes;
	box->end = 0;
	tree->node[tree->nodes++] = BoxOf(tree, begin, begin + n / 2);
	tree->node[tree->nodes++] = BoxOf(tree, begin + n / 2, begin + n);
}

/* Of n of the segments, by their numbers.  O(n log^2 n). */
PlacesSegmentTree *
BuildSegmentTree(const PlacesSegments *segments, int n, const int *item)
{
	PlacesSegmentTree *tree = HostNew(PlacesSegmentTree, 1);
	PlacesRanked *ranked = HostNew(PlacesRanked, n);

	*tree = (PlacesSegmentTree) {segments, HostNew(int, n), HostNew(PlacesBox, 2 * n + 1), 0};
	for (int i = 0; i < n; i++)
		tree->item[i] = item[i];
	if (n > 0)
		tree->node[tree->nodes++] = BoxOf(tree, 0, n);
	for (int at = 0; at < tree->nodes; at++)
		Halve(tree, at, ranked);
	HostFree(ranked);
	return tree;
}

void
FreeSegmentTree(PlacesSegmentTree *tree)
{
	HostFree(tree->item);
	HostFree(tree->node);
	HostFree(tree);
}

static inline double
SquareToBox(const PlacesBox *box, double x, double y)
{
	double		dx = Max(Max(box->xmin - x, x - box->xmax), 0);
	double		dy = Max(Max(box->ymin - y, y - box->ymax), 0);

	return dx * dx + dy * dy;
}

static double
SquareToSegment(const PlacesSegments *s, int k, double x, double y)
{
	double		dx = s->x2[k] - s->x1[k];
	double		dy = s->y2[k] - s->y1[k];
	double		px = x - s->x1[k];
	double		py = y - s->y1[k];
	double		length = dx * dx + dy * dy;
	double		along = length > 0 ? (px * dx + py * dy) / length : 0;

	if (along >= 1)
	{
		px = x - s->x2[k];
		py = y - s->y2[k];
	}
	else if (along > 0)
	{
		double		across = (px * dy - py * dx);

		return across * across / length;
	}
	return px * px + py * py;
}

static void
SearchNearest(const PlacesSegmentTree *tree, int at, double x, double y, int *nearest, double *square)
{
	const PlacesBox *box = &tree->node[at];

	if (box->end == 0)
	{
		const PlacesBox *below = &tree->node[box->begin];
		double		reach[2] = {SquareToBox(&below[0], x, y), SquareToBox(&below[1], x, y)};
		int			first = reach[1] < reach[0];

		for (int turn = 0; turn < 2; turn++)
		{
			int			i = turn ? !first : first;

			if (reach[i] < *square || (reach[i] == *square && below[i].lowest < *nearest))
				SearchNearest(tree, box->begin + i, x, y, nearest, square);
		}
		return;
	}
	for (int i = box->begin; i < box->end; i++)
	{
		int			k = tree->item[i];
		double		away = SquareToSegment(tree->s, k, x, y);

		if (away < *square || (away == *square && k < *nearest))
		{
			*square = away;
			*nearest = k;
		}
	}
}

/* The segment nearest to a point, of equals the first; *square receives the squared distance.  -1: there is none. */
int
NearestSegment(const PlacesSegmentTree *tree, double x, double y, double *square)
{
	int			nearest = -1;

	*square = INFINITY;
	if (tree->nodes > 0)
		SearchNearest(tree, 0, x, y, &nearest, square);
	return nearest;
}

/* To the farthest corner. */
static inline double
SquareAcrossBox(const PlacesBox *box, double x, double y)
{
	double		dx = Max(fabs(x - box->xmin), fabs(x - box->xmax));
	double		dy = Max(fabs(y - box->ymin), fabs(y - box->ymax));

	return dx * dx + dy * dy;
}

static bool
AllAreNear(const PlacesSegmentTree *tree, const PlacesBox *box, const int *shape, const bool *near)
{
	for (int i = box->first; i < box->first + box->n; i++)
		if (!near[shape[tree->item[i]]])
			return false;
	return true;
}

/* Is the segment within reach of one of the points? */
static bool
IsWithin(const PlacesSegments *s, int k, const PlacesProbe *probe)
{
	for (int i = 0; i < probe->n; i++)
		if (SquareToSegment(s, k, probe->x[probe->point[i]], probe->y[probe->point[i]]) <= probe->square)
			return true;
	return false;
}

/* The points of the probe within reach of the box come first; returns how many, or -1 if one reaches all of it. */
static int
PointsReaching(const PlacesBox *box, const PlacesProbe *probe)
{
	int			n = 0;

	for (int i = 0; i < probe->n; i++)
	{
		int			h = probe->point[i];

		if (SquareAcrossBox(box, probe->x[h], probe->y[h]) <= probe->square)
			return -1;
		if (SquareToBox(box, probe->x[h], probe->y[h]) <= probe->square)
		{
			probe->point[i] = probe->point[n];
			probe->point[n++] = h;
		}
	}
	return n;
}

static void
MarkBeneath(const PlacesSegmentTree *tree, int at, PlacesProbe probe, const int *shape, bool *near)
{
	const PlacesBox *box = &tree->node[at];
	int			n;

	HostCheckCancel();
	if (box->n <= FEW && AllAreNear(tree, box, shape, near))
		return;
	n = PointsReaching(box, &probe);
	probe.n = Max(n, 0);
	if (n > 0 && box->end == 0)
	{
		MarkBeneath(tree, box->begin, probe, shape, near);
		MarkBeneath(tree, box->begin + 1, probe, shape, near);
	}
	else if (n != 0)
		for (int i = box->first; i < box->first + box->n; i++)
		{
			int			k = tree->item[i];

			near[shape[k]] = near[shape[k]] || n < 0 || IsWithin(tree->s, k, &probe);
		}
}

/*
 * The shapes, shape[k] being that of segment k, of which a segment is within a distance of one of n points, by their numbers in
 * point, which are put into another order: near[shape] becomes true.  Those of which it is
 * true already are passed over.
 */
void
MarkNear(const PlacesSegmentTree *tree, const double *x, const double *y, int n, int *point, double radius, const int *shape, bool *near)
{
	PlacesProbe probe = {x, y, point, n, radius * radius};

	if (tree->nodes > 0)
		MarkBeneath(tree, 0, probe, shape, near);
}
