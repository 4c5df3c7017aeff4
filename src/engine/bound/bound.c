/*
 * bound.c
 *	  A proven upper bound on coverage.
 *
 * How many homes can any set of disjoint places keep, each with at least
 * min_homes homes inside a circle of max_radius?  Knowing a limit tells how
 * much a better plan could still gain, whatever method found the present one.
 *
 * 1. Homes in no circle of max_radius with min_homes homes cannot be kept
 *	  (reach.c), and what is left falls into independent components.
 * 2. A component is bounded by the dual of the linear program over all
 *	  circles: prices for homes, and tolls for regions that cannot hold more
 *	  than so many places (lagrangian.c).
 *
 * doc/bound.md proves that each step is valid.  An upper limit on homes per
 * place is left out, as is the rule that the homes of a point stay together:
 * both would only lower what can be kept.
 *
 * All of this allows for rounding: circles are taken a little larger and
 * min_homes a little smaller than asked for, and results are rounded up.
 */
#include "engine/bound/bound.h"

#include "engine/bound/lagrangian.h"
#include "engine/bound/reach.h"

#define ROOT_ROUNDS 16
#define ROOT_STEPS 80
#define REACH_FINEST 512.0		/* half side of the finest squares, in R */
#define LINK_FINEST 16.0

/* rules with room for rounding, also that of whoever built the places */
static PlacesBoundRules
LooseRules(const PlacesPoints *points, double min_homes, double max_radius)
{
	PlacesBoundRules rules;
	double		extent = 0.0;
	int			i;

	HostCheckCancel();
	for (i = 0; i < points->n; i++)
		extent = fmax(extent, fmax(fabs(points->x[i]), fabs(points->y[i])));
	rules.need = min_homes * (1.0 - 1e-9);
	/* a radius of nothing would never be reached by halving squares */
	rules.radius = fmax(max_radius * (1.0 + 1e-8), extent * 1e-9);
	rules.slack = extent * 1e-14;
	return rules;
}

static double
BoundComponent(const PlacesPoints *points, const PlacesBoundRules *rules)
{
	PlacesBoundModel *model;
	double		bound = points->homes;

	if (points->homes < rules->need)
		return 0.0;
	model = BoundModelMake(points, rules);
	if (model->cells->ncell > 0)
		bound = fmin(bound, BoundModelImprove(model, ROOT_ROUNDS, ROOT_STEPS));
	BoundModelFree(model);
	if (points->whole)
		bound = floor(bound + 1e-6);
	/* no place at all, or one of min_homes */
	return bound < rules->need ? 0.0 : bound;
}

/* sort the points by component, those of one in their own order */
static void
SortByComponent(const int *label, int n, int *start, int *order)
{
	int			i;

	memset(start, 0, sizeof(int) * ((size_t) n + 1));
	for (i = 0; i < n; i++)
		start[label[i] + 1]++;
	for (i = 0; i < n; i++)
		start[i + 1] += start[i];
	HostCheckCancel();
	for (i = 0; i < n; i++)
		order[start[label[i]]++] = i;
	/* start[c] now is the end of component c */
}

static double
BoundComponents(const PlacesPoints *points, const bool *mark, const int *label,
				const PlacesBoundRules *rules)
{
	int			n = points->n;
	int		   *start = HostNew(int, n + 1);
	int		   *order = HostNew(int, n);
	PlacesPoints part = {0, HostNew(double, n), HostNew(double, n), HostNew(double, n),
	0.0, points->whole};
	double		sum = 0.0;
	int			c;
	int			i = 0;

	SortByComponent(label, n, start, order);
	for (c = 0; c < n; c++)
	{
		HostCheckCancelAt(c);
		part.n = 0;
		part.homes = 0.0;
		for (; i < start[c]; i++)
		{
			int			p = order[i];

			if (!mark[p])
				continue;
			part.x[part.n] = points->x[p];
			part.y[part.n] = points->y[p];
			part.w[part.n++] = points->w[p];
			part.homes += points->w[p];
		}
		if (part.n > 0)
			sum += BoundComponent(&part, rules);
	}
	HostFree(start);
	HostFree(order);
	HostFree(part.x);
	HostFree(part.y);
	HostFree(part.w);
	return sum;
}

/* every home is in one circle, or none can be in any */
static bool
IsTrivial(const PlacesPoints *points, double min_homes, double max_radius, double *bound)
{
	double		lo[2] = {INFINITY, INFINITY};
	double		hi[2] = {-INFINITY, -INFINITY};
	int			i;

	*bound = 0.0;
	if (points->n == 0 || !(max_radius >= 0.0) || !(min_homes * (1.0 - 1e-9) <= points->homes))
		return true;
	for (i = 0; i < points->n; i++)
	{
		HostCheckCancelAt(i);
		lo[0] = fmin(lo[0], points->x[i]);
		hi[0] = fmax(hi[0], points->x[i]);
		lo[1] = fmin(lo[1], points->y[i]);
		hi[1] = fmax(hi[1], points->y[i]);
	}
	*bound = points->homes;
	return min_homes <= 0.0 || hypot(hi[0] - lo[0], hi[1] - lo[1]) / 2 <= max_radius;
}

/*
 * Upper bound on the homes that any set of places of at least min_homes
 * within max_radius could keep.  Takes a second or two for 45,000 homes in
 * towns and villages; a minute for 450,000 where the radius is small.
 */
double
CoverageBound(const PlacesPoints *points, double min_homes, double max_radius)
{
	PlacesBoundRules rules;
	PlacesBoundIndex *index;
	bool	   *mark;
	int		   *subset;
	int		   *label;
	double		bound;
	int			n = 0;
	int			i;

	if (IsTrivial(points, min_homes, max_radius, &bound))
		return bound;
	rules = LooseRules(points, min_homes, max_radius);
	mark = HostNewZero(bool, points->n);
	subset = HostNew(int, points->n);
	label = HostNew(int, points->n);
	index = BoundIndexBuild(points, points->w, NULL, points->n);
	BoundReach(index, index, rules.need, rules.radius, rules.slack,
			   rules.radius / REACH_FINEST, true, mark);
	BoundIndexFree(index);
	HostCheckCancel();
	for (i = 0; i < points->n; i++)
	{
		if (mark[i])
			subset[n++] = i;
	}
	index = BoundIndexBuild(points, points->w, subset, n);
	BoundLink(index, rules.need, rules.radius, rules.slack, rules.radius / LINK_FINEST, label);
	BoundIndexFree(index);
	bound = BoundComponents(points, mark, label, &rules);
	HostFree(mark);
	HostFree(subset);
	HostFree(label);
	/* sums of fractions may differ in their last digits */
	return fmin(points->whole ? bound : bound * (1.0 + 1e-9), points->homes);
}
