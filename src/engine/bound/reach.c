/*
 * reach.c
 *	  Which points lie in some circle of radius R that holds enough homes?
 *
 * The centres fill the plane, so they are searched by squares, coarse to fine.
 * Every circle whose centre is in a square of half side h lies in the circle
 * of radius R + h sqrt(2) about the middle of the square, the outer circle.
 * A square is done with when its outer circle holds too few homes (no circle
 * of it qualifies) or no unmarked point (nothing is left to find there).
 * Otherwise the circle about its middle is tried, and the square is cut in
 * four.  At the finest squares the answer errs to the side asked for: outer
 * marks all of the outer circle, so that no point within reach is missed;
 * inner marks nothing, so that each mark has a circle to prove it.
 *
 * The same search links points that some such circle may join.  No place has
 * points of two components of these links, so components can be bounded apart.
 */
#include "engine/bound/reach.h"

typedef struct PlacesReach
{
	PlacesBoundIndex *target;
	const PlacesBoundIndex *weigh;
	double		enough;
	double		radius;
	double		slack;			/* added to a radius: rounding of distances */
	double		finest;			/* squares of this half side are not cut */
	bool		outer;
	bool	   *mark;
} PlacesReach;

static void
ReachSquare(PlacesReach *reach, double x, double y, double h)
{
	double		outer = (reach->radius + h * M_SQRT2) * (1.0 + 1e-12) + reach->slack;
	int			i;

	HostCheckCancel();
	if (BoundIndexWeight(reach->weigh, x, y, outer, reach->enough) < reach->enough ||
		BoundIndexAllMarked(reach->target, x, y, outer, reach->mark))
		return;
	if (BoundIndexWeight(reach->weigh, x, y, reach->radius, reach->enough) >= reach->enough)
		BoundIndexMark(reach->target, x, y, reach->radius, reach->mark);
	if (h <= reach->finest)
	{
		if (reach->outer)
			BoundIndexMark(reach->target, x, y, outer, reach->mark);
		return;
	}
	for (i = 0; i < 4; i++)
		ReachSquare(reach, x + (i & 1 ? h : -h) / 2, y + (i & 2 ? h : -h) / 2, h / 2);
}

/*
 * Mark the points of target within a circle of the radius that holds enough
 * weight of weigh.  A point marked before stays marked and is not looked for.
 */
void
BoundReach(PlacesBoundIndex *target, const PlacesBoundIndex *weigh, double enough,
		   double radius, double slack, double finest, bool outer, bool *mark)
{
	const PlacesBoundNode *box = &weigh->node[0];
	PlacesReach reach = {target, weigh, enough, radius, slack, finest, outer, mark};

	if (weigh->n == 0 || target->n == 0)
		return;
	/* the least circle around some points has its centre between them */
	ReachSquare(&reach, (box->lo[0] + box->hi[0]) / 2, (box->lo[1] + box->hi[1]) / 2,
				fmax(box->hi[0] - box->lo[0], box->hi[1] - box->lo[1]) / 2 * (1 + 1e-9) + slack);
}

typedef struct PlacesLinker
{
	const PlacesBoundIndex *index;
	double		enough;
	double		radius;
	double		slack;
	double		finest;
	int		   *parent;			/* per point; the root is its least point */
	int		   *list;			/* scratch */
} PlacesLinker;

/* the root of i in a forest given by parents, whose paths it halves */
int
BoundFindRoot(int *parent, int i)
{
	while (parent[i] != i)
	{
		parent[i] = parent[parent[i]];
		i = parent[i];
	}
	return i;
}

static void
LinkSquare(PlacesLinker *linker, double x, double y, double h)
{
	double		outer = (linker->radius + h * M_SQRT2) * (1.0 + 1e-12) + linker->slack;
	int			n;
	int			i;

	HostCheckCancel();
	if (BoundIndexWeight(linker->index, x, y, outer, linker->enough) < linker->enough)
		return;
	if (h > linker->finest)
	{
		for (i = 0; i < 4; i++)
			LinkSquare(linker, x + (i & 1 ? h : -h) / 2, y + (i & 2 ? h : -h) / 2, h / 2);
		return;
	}
	n = BoundIndexList(linker->index, x, y, outer, linker->list);
	for (i = 1; i < n; i++)
	{
		int			a = BoundFindRoot(linker->parent, linker->list[0]);
		int			b = BoundFindRoot(linker->parent, linker->list[i]);

		linker->parent[a > b ? a : b] = a < b ? a : b;
	}
}

/*
 * Label every point of the data with the first point of its component; points
 * that are not in the index, or in no circle, stay alone.
 */
void
BoundLink(const PlacesBoundIndex *index, double enough, double radius, double slack,
		  double finest, int *label)
{
	const PlacesBoundNode *box = &index->node[0];
	PlacesLinker linker = {index, enough, radius, slack, finest, label, NULL};
	int			i;

	for (i = 0; i < index->points->n; i++)
		label[i] = i;
	if (index->n == 0)
		return;
	linker.list = HostNew(int, index->n);
	LinkSquare(&linker, (box->lo[0] + box->hi[0]) / 2, (box->lo[1] + box->hi[1]) / 2,
			   fmax(box->hi[0] - box->lo[0], box->hi[1] - box->lo[1]) / 2 * (1 + 1e-9) + slack);
	for (i = 0; i < index->points->n; i++)
		label[i] = BoundFindRoot(label, i);
	HostFree(linker.list);
}
