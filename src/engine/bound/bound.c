/*
 * bound.c
 *	  A proven upper bound on coverage.
 *
 * How many homes can any set of disjoint places keep, each with at least
 * min_homes homes inside a circle of max_radius?  The bound tells how much a
 * better plan could still gain, whatever method found the present one.
 *
 * 1. Homes in no circle of max_radius with min_homes homes cannot be kept
 *	  (reach.c), and what is left falls into independent components.
 * 2. A component is bounded by the Lagrangian dual of the linear program over
 *	  all circles, whose dual prices are found by column generation
 *	  (lagrangian.c).
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

#define REACH_FINEST	512.0	/* the finest squares, as parts of the radius */
#define LINK_FINEST		16.0
#define COARSE_FINEST	4.0		/* for components that need not be the smallest */

/* A component, to be bounded by whichever process is free. */
typedef struct PlacesComponent
{
	PlacesSubproblem problem;
	PlacesLooseRules rules;
	int			n;				/* points */
	double		homes;			/* on them */
	bool		whole;
	double		bound;			/* receives the answer */
	double		column[];		/* x of each point, y of each, homes on each */
} PlacesComponent;

/* The rules with room for rounding, also that of whoever built the places. */
static PlacesLooseRules
LoosenRules(const PlacesRules *rules, const PlacesKdTree *tree)
{
	const PlacesKdNode *box = tree->nodes;
	double		extent = fmax(fmax(fabs(box->xmin), fabs(box->xmax)),
							  fmax(fabs(box->ymin), fabs(box->ymax)));

	return (PlacesLooseRules) {
		.min_homes = rules->min_homes * (1.0 - 1e-9),
		/* a radius of nothing would never be reached by halving squares */
		.max_radius = fmax(rules->max_radius * (1.0 + 1e-8), extent * 1e-9),
		.slack = extent * 1e-14
	};
}

/*
 * Label each point with the first point of its component; a point out of reach
 * is alone in one of its own.
 */
static void
LabelComponents(const PlacesPoints *points, const PlacesKdTree *tree,
				const PlacesLooseRules *rules, double reach_finest, double link_finest, int *label)
{
	bool	   *mark = HostNewZero(bool, points->n);
	int		   *subset = HostNew(int, points->n);
	PlacesMarks *marks = NewMarks(tree, mark);
	PlacesKdTree *reachable;
	int			n = 0;

	MarkReach(marks, tree, rules, rules->max_radius / reach_finest, true);
	FreeMarks(marks);
	for (int i = 0; i < points->n; i++)
	{
		HostCheckCancelAt(i);
		if (mark[i])
			subset[n++] = i;
	}
	reachable = BuildKdTreeOf(points, NULL, subset, n);
	LinkReach(reachable, points->n, rules, rules->max_radius / link_finest, label);
	FreeKdTree(reachable);
	HostFree(mark);
	HostFree(subset);
}

/*
 * Label each point with the first of those that it might share a place with, directly or
 * by way of others; one that is in no place under these rules is alone.
 */
void
LabelReachable(const PlacesPoints *points, const PlacesRules *rules, int *label)
{
	PlacesKdTree *tree = BuildKdTree(points);
	PlacesLooseRules loose = LoosenRules(rules, tree);

	LabelComponents(points, tree, &loose, COARSE_FINEST, COARSE_FINEST, label);
	FreeKdTree(tree);
}

/* Bound a component. */
void
BoundComponent(PlacesSubproblem *problem)
{
	PlacesComponent *component = (PlacesComponent *) problem;
	double	   *x = component->column;
	double	   *y = x + component->n;
	const PlacesPoints points = {.n = component->n, .x = x, .y = y, .w = y + component->n, .homes = component->homes,
	.whole = component->whole};
	double		bound = LagrangianBound(&points, &component->rules);

	if (component->whole)
		bound = floor(bound + 1e-6);
	/* no place at all, or one of min_homes */
	component->bound = bound < component->rules.min_homes ? 0 : bound;
}

/* The n points at these positions as a component; NULL if they are too few homes for a place. */
static PlacesComponent *
TakeComponent(const PlacesPoints *points, const int *member, int n, const PlacesLooseRules *rules)
{
	size_t		size = offsetof(PlacesComponent, column) + 3 * sizeof(double) * (size_t) n;
	PlacesComponent *component;
	double		homes = 0;

	for (int i = 0; i < n; i++)
		homes += points->w[member[i]];
	if (homes < rules->min_homes)
		return NULL;
	component = HostAlloc(size);
	*component = (PlacesComponent) {.problem = {size, SUBPROBLEM_BOUND, n}, .rules = *rules, .n = n,
	.homes = homes, .whole = points->whole};
	for (int i = 0; i < n; i++)
	{
		HostCheckCancelAt(i);
		component->column[i] = points->x[member[i]];
		component->column[n + i] = points->y[member[i]];
		component->column[2 * n + i] = points->w[member[i]];
	}
	return component;
}

/* The sum of the bounds of all components, found one after the other or, where there are helpers, side by side. */
static double
SumComponents(const PlacesPoints *points, const int *label, const PlacesLooseRules *rules,
			  PlacesHelpers *helpers)
{
	int			n = points->n;
	int		   *start = HostNew(int, n + 2);
	int		   *member = HostNew(int, n);
	PlacesSubproblem **problem = HostNew(PlacesSubproblem *, n);
	int			count = 0;
	double		sum = 0;

	SortByLabel(n, label, n, start, member);
	for (int c = 0; c < n; c++)
	{
		PlacesComponent *component = NULL;

		HostCheckCancelAt(c);
		if (start[c] < start[c + 1])
			component = TakeComponent(points, member + start[c], start[c + 1] - start[c], rules);
		if (component != NULL)
			problem[count++] = &component->problem;
	}
	HostFree(start);
	HostFree(member);
	if (helpers != NULL)
		helpers->solve(helpers, problem, count);
	for (int i = 0; i < count; i++)
	{
		if (helpers == NULL)
			BoundComponent(problem[i]);
		sum += ((PlacesComponent *) problem[i])->bound;
		HostFree(problem[i]);
	}
	HostFree(problem);
	return sum;
}

#ifdef PLACES_ASSERTS
/* The bound is no less than what a simple plan keeps: circles about points, first come, first served. */
static void
AssertCheckBound(const PlacesPoints *points, const PlacesKdTree *tree, const PlacesRules *rules,
				 double bound)
{
	bool	   *taken = HostNewZero(bool, points->n);
	int		   *found = HostNew(int, points->n);
	double		kept = 0;

	for (int i = 0; i < points->n; i++)
	{
		double		homes = 0;
		int			n = 0;

		HostCheckCancel();
		if (!taken[i])
			n = PointsInCircle(tree, points->x[i], points->y[i], rules->max_radius, found);
		for (int j = 0; j < n; j++)
			homes += taken[found[j]] ? 0 : points->w[found[j]];
		if (homes < rules->min_homes)
			continue;
		for (int j = 0; j < n; j++)
			taken[found[j]] = true;
		kept += homes;
	}
	Assert(kept <= bound * (1.0 + 1e-9));
	Assert(bound <= points->homes);
	HostFree(taken);
	HostFree(found);
}
#endif

/* The bound where some points can be kept and not all are in one circle. */
static double
BoundPoints(const PlacesPoints *points, const PlacesKdTree *tree, const PlacesRules *rules,
			PlacesHelpers *helpers)
{
	PlacesLooseRules loose = LoosenRules(rules, tree);
	int		   *label = HostNew(int, points->n);
	double		bound;

	LabelComponents(points, tree, &loose, REACH_FINEST, LINK_FINEST, label);
	bound = SumComponents(points, label, &loose, helpers);
	HostFree(label);
	/* sums of fractions may differ in their last digits */
	bound = fmin(points->whole ? bound : bound * (1.0 + 1e-9), points->homes);
#ifdef PLACES_ASSERTS
	AssertCheckBound(points, tree, rules, bound);
#endif
	return bound;
}

/*
 * Upper bound on the homes that any set of places by the rules (min_homes,
 * max_radius) could keep: 0 to all of them.  Takes about a second for 45,000
 * homes in towns and villages; a minute for 450,000 where the radius is small.
 * Helpers, which may be NULL, do not change it.
 */
double
BoundCoverage(const PlacesPoints *points, const PlacesRules *rules, PlacesHelpers *helpers)
{
	PlacesKdTree *tree;
	const PlacesKdNode *box;
	double		bound = points->homes;

	if (points->n == 0 || !(rules->max_radius >= 0) ||
		!(rules->min_homes * (1.0 - 1e-9) <= points->homes))
		return 0;
	tree = BuildKdTree(points);
	box = tree->nodes;
	if (rules->min_homes > 0 && hypot(box->xmax - box->xmin, box->ymax - box->ymin) / 2 > rules->max_radius)
		bound = BoundPoints(points, tree, rules, helpers);
	FreeKdTree(tree);
	return bound;
}
