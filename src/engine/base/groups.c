/*
 * groups.c
 *	  Points in groups of neighbours, none of fewer than so many.
 *
 * All points are halved along the longer side of their box, the halves too, and so on for as
 * long as both halves are large enough (LeFevre, DeWitt and Ramakrishnan, "Mondrian
 * multidimensional k-anonymity", ICDE 2006).  A group is large enough if its points are
 * so many, and weigh so much: one heavy point is one point, and many light ones are little.
 * Of points of weight 1 or more a group has fewer than twice as many as it must.
 */
#include "engine/base/groups.h"

#include "engine/base/sort.h"

/* Put the points from begin to end in order along the longer side of their box. */
static void
SortAlong(const double *x, const double *y, int *item, int begin, int end, PlacesRanked *ranked)
{
	double		low[2] = {INFINITY, INFINITY};
	double		high[2] = {-INFINITY, -INFINITY};
	bool		wide;

	for (int i = begin; i < end; i++)
	{
		low[0] = Min(low[0], x[item[i]]);
		high[0] = Max(high[0], x[item[i]]);
		low[1] = Min(low[1], y[item[i]]);
		high[1] = Max(high[1], y[item[i]]);
	}
	wide = high[0] - low[0] >= high[1] - low[1];
	for (int i = begin; i < end; i++)
		ranked[i - begin] = (PlacesRanked) {wide ? x[item[i]] : y[item[i]], item[i]};
	SortRanked(ranked, end - begin);
	for (int i = begin; i < end; i++)
		item[i] = ranked[i - begin].item;
}

static bool
IsEnough(const double *weight, const int *item, int begin, int end, int least)
{
	double		sum = 0;

	for (int i = begin; i < end; i++)
		sum += weight[item[i]];
	return end - begin >= least && sum >= least - 1e-6;
}

/*
 * Groups of n points, by their numbers: those of group g are item[start[g]] to
 * item[start[g + 1] - 1].  There is room in item for n, in start for n + 1.  Returns the number of
 * groups, 0 if all points together are too few.  O(n log^2 n).
 */
int
GroupPoints(int n, const double *x, const double *y, const double *weight, int least, int *item, int *start)
{
	PlacesRanked *ranked = HostNew(PlacesRanked, n);
	int			groups = 0;
	int			end[64];		/* of what is still to be halved, the first on top; a half has half as many */
	int			depth;

	for (int i = 0; i < n; i++)
		item[i] = i;
	end[0] = n;
	start[0] = 0;
	depth = IsEnough(weight, item, 0, n, least) ? 1 : 0;
	while (depth > 0)
	{
		int			begin = start[groups];
		int			middle = begin + (end[depth - 1] - begin) / 2;

		HostCheckCancel();
		SortAlong(x, y, item, begin, end[depth - 1], ranked);
		if (IsEnough(weight, item, begin, middle, least) && IsEnough(weight, item, middle, end[depth - 1], least))
			end[depth++] = middle;
		else
			start[++groups] = end[--depth];
	}
	HostFree(ranked);
	return groups;
}
