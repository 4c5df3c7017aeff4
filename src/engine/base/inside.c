/*
 * inside.c
 *	  Which points are inside a polygon.
 *
 * Whether a point is inside a polygon says the number of edges to the right of it, odd or
 * even (Shimrat, "Algorithm 112", CACM 5, 1962).  Points and edges are gone through from below,
 * so that a point looks at those edges alone that pass its height.
 *
 * Where these are many, as of a comb, edges hang in a tree of boxes.  An edge passes a height if
 * one end of it is above and the other is not.  So of the edges of a box that is wholly to the right
 * of a point it takes how many of their ends are not above it, odd or even; an end where two edges
 * meet counts twice, and is left out.  A box has few other ends: O(log n) a point then, and
 * O(sqrt(n) log n) whatever the edges.
 */
#include "engine/base/inside.h"

#include "engine/base/sort.h"

#define LEAF	8				/* edges */
#define MANY	64				/* edges that pass a height from which on there is a tree */

typedef struct PlacesFence
{
	double		xmin,
				ymin,
				xmax,
				ymax;
	int			first,			/* its edges */
				n;
	int			below;			/* the first of two beneath; 0: none */
	int			ends;
	double	   *end;			/* heights of ends that are not left out, from below */
} PlacesFence;

typedef struct PlacesFences
{
	const PlacesSegments *s;
	int		   *item;
	PlacesFence *fence;
	int			n;
} PlacesFences;

/* Does the edge pass the height of a point to the right of it?  Its lower end counts, its upper one does not. */
static inline bool
PassesRight(const PlacesSegments *s, int k, double x, double y)
{
	double		low = Min(s->y1[k], s->y2[k]);
	double		high = Max(s->y1[k], s->y2[k]);

	if (!(low <= y && y < high))
		return false;
	return s->x1[k] + (y - s->y1[k]) / (s->y2[k] - s->y1[k]) * (s->x2[k] - s->x1[k]) > x;
}

/* The first of the points, in an order from below, that is not below a height. */
static int
FirstFrom(int n, const double *y, const int *order, double height)
{
	int			low = 0;
	int			high = n;

	while (low < high)
	{
		int			middle = (low + high) / 2;

		if (y[order[middle]] < height)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static PlacesFence
FenceOf(const PlacesFences *fences, int first, int n)
{
	const PlacesSegments *s = fences->s;
	PlacesFence fence = {INFINITY, INFINITY, -INFINITY, -INFINITY, first, n, 0, 0, NULL};

	for (int i = first; i < first + n; i++)
	{
		int			k = fences->item[i];

		fence.xmin = Min(fence.xmin, Min(s->x1[k], s->x2[k]));
		fence.ymin = Min(fence.ymin, Min(s->y1[k], s->y2[k]));
		fence.xmax = Max(fence.xmax, Max(s->x1[k], s->x2[k]));
		fence.ymax = Max(fence.ymax, Max(s->y1[k], s->y2[k]));
	}
	return fence;
}

/* Put the edges of a box in order along its longer side, and make two of it. */
static void
Halve(PlacesFences *fences, int at, PlacesRanked *ranked)
{
	const PlacesSegments *s = fences->s;
	PlacesFence *fence = &fences->fence[at];
	int		   *item = fences->item + fence->first;
	bool		wide = fence->xmax - fence->xmin >= fence->ymax - fence->ymin;

	if (fence->n <= LEAF)
		return;
	for (int i = 0; i < fence->n; i++)
		ranked[i] = (PlacesRanked) {wide ? s->x1[item[i]] + s->x2[item[i]] : s->y1[item[i]] + s->y2[item[i]], item[i]};
	SortRanked(ranked, fence->n);
	for (int i = 0; i < fence->n; i++)
		item[i] = ranked[i].item;
	fence->below = fences->n;
	fences->fence[fences->n++] = FenceOf(fences, fence->first, fence->n / 2);
	fences->fence[fences->n++] = FenceOf(fences, fence->first + fence->n / 2, fence->n - fence->n / 2);
}

/* The ends of a box, of its edges or of the two beneath; of those at one height two are none. */
static void
FindEnds(PlacesFences *fences, int at)
{
	PlacesFence *fence = &fences->fence[at];
	const PlacesFence *below = &fences->fence[fence->below];
	int			n = fence->below > 0 ? below[0].ends + below[1].ends : 2 * fence->n;
	int			left = 0;

	fence->end = HostNew(double, n);
	for (int i = 0; i < n; i++)
	{
		int			k = fence->below > 0 ? 0 : fences->item[fence->first + i / 2];

		if (fence->below > 0)
			fence->end[i] = i < below[0].ends ? below[0].end[i] : below[1].end[i - below[0].ends];
		else
			fence->end[i] = i % 2 == 0 ? fences->s->y1[k] : fences->s->y2[k];
	}
	SortDoubles(fence->end, n);
	for (int i = 0; i < n; i++)
	{
		if (left > 0 && fence->end[left - 1] == fence->end[i])
			left--;
		else
			fence->end[left++] = fence->end[i];
	}
	fence->ends = left;
}

static PlacesFences
BuildFences(const PlacesSegments *segments, int begin, int end)
{
	int			n = end - begin;
	PlacesFences fences = {segments, HostNew(int, n), HostNew(PlacesFence, 2 * n + 1), 1};
	PlacesRanked *ranked = HostNew(PlacesRanked, n);

	for (int i = 0; i < n; i++)
		fences.item[i] = begin + i;
	fences.fence[0] = FenceOf(&fences, 0, n);
	for (int at = 0; at < fences.n; at++)
	{
		HostCheckCancelAt(at);
		Halve(&fences, at, ranked);
	}
	for (int at = fences.n - 1; at >= 0; at--)
	{
		HostCheckCancelAt(at);
		FindEnds(&fences, at);
	}
	HostFree(ranked);
	return fences;
}

static void
FreeFences(PlacesFences *fences)
{
	for (int at = 0; at < fences->n; at++)
		HostFree(fences->fence[at].end);
	HostFree(fences->fence);
	HostFree(fences->item);
}

/* How many of the ends are not above a height. */
static int
EndsUpTo(const PlacesFence *fence, double height)
{
	int			low = 0;
	int			high = fence->ends;

	while (low < high)
	{
		int			middle = (low + high) / 2;

		if (fence->end[middle] <= height)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* How many edges of a box pass the height of a point to the right of it: odd or even is right. */
static int
CountRight(const PlacesFences *fences, int at, double x, double y)
{
	const PlacesFence *fence = &fences->fence[at];
	int			right = 0;

	if (y < fence->ymin || y >= fence->ymax || fence->xmax <= x)
		return 0;
	if (fence->xmin > x)
		return EndsUpTo(fence, y);
	if (fence->below > 0)
		return CountRight(fences, fence->below, x, y) + CountRight(fences, fence->below + 1, x, y);
	for (int i = fence->first; i < fence->first + fence->n; i++)
		right += PassesRight(fences->s, fences->item[i], x, y);
	return right;
}

/* Of the edges that were known to pass, those that pass a height above.  Returns their number. */
static int
StillPassing(const PlacesSegments *s, int *passing, int n, double height)
{
	int			left = 0;

	for (int p = 0; p < n; p++)
		if (Max(s->y1[passing[p]], s->y2[passing[p]]) > height)
			passing[left++] = passing[p];
	return left;
}

/*
 * The points inside the polygon whose rings are the segments from begin to end, holes
 * among them, without most of those on its edges.  order: the points from below.  inside
 * has room for all.  Returns their number.
 */
int
PointsInside(const PlacesSegments *segments, int begin, int end, int n, const double *x, const double *y, const int *order, int *inside)
{
	PlacesRanked *edge = HostNew(PlacesRanked, end - begin);
	int		   *passing = HostNew(int, end - begin);
	PlacesFences fences = {0};
	int			npassing = 0;
	int			next = 0;
	int			found = 0;
	double		top = -INFINITY;

	for (int k = begin; k < end; k++)
	{
		edge[k - begin] = (PlacesRanked) {Min(segments->y1[k], segments->y2[k]), k};
		top = Max(top, Max(segments->y1[k], segments->y2[k]));
	}
	SortRanked(edge, end - begin);
	for (int o = end > begin ? FirstFrom(n, y, order, edge[0].key) : n; o < n && y[order[o]] < top; o++)
	{
		int			i = order[o];
		int			right = 0;

		HostCheckCancelAt(o);
		while (fences.n == 0 && next < end - begin && edge[next].key <= y[i])
			passing[npassing++] = edge[next++].item;
		if (fences.n == 0)
			npassing = StillPassing(segments, passing, npassing, y[i]);
		if (fences.n == 0 && npassing > MANY)
			fences = BuildFences(segments, begin, end);
		if (fences.n > 0)
			right = CountRight(&fences, 0, x[i], y[i]);
		else
			for (int p = 0; p < npassing; p++)
				right += PassesRight(segments, passing[p], x[i], y[i]);
		if (right % 2 == 1)
			inside[found++] = i;
	}
	if (fences.n > 0)
		FreeFences(&fences);
	HostFree(edge);
	HostFree(passing);
	return found;
}
