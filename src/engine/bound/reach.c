/*
 * reach.c
 *	  Which points lie in some circle of max_radius that holds min_homes?
 *
 * The centres are searched by squares (squares.h).  A square is done with when
 * its outer circle holds too few homes (no circle of it qualifies) or no unmarked
 * point (nothing is left to find there).  Otherwise the circle about its middle
 * is tried, and the square is cut in four.
 *
 * The same search links points that some such circle may join.  No place has
 * points of two components of these links, so components can be bounded apart.
 */
#include "engine/bound/reach.h"

#include "engine/base/disjoint_sets.h"

typedef struct PlacesReach
{
	PlacesMarks *marks;
	const PlacesKdTree *weights;
	const PlacesLooseRules *rules;
	double		finest;
	bool		outer;
} PlacesReach;

static bool
HoldsEnough(const PlacesKdTree *tree, PlacesSquare square, double radius, const PlacesLooseRules *rules)
{
	return WeightInCircle(tree, square.x, square.y, radius, rules->min_homes) >= rules->min_homes;
}

static void
MarkSquare(const PlacesReach *reach, PlacesSquare square)
{
	const PlacesLooseRules *rules = reach->rules;
	double		outer = OuterRadius(rules, square);

	HostCheckCancel();
	if (!HoldsEnough(reach->weights, square, outer, rules) ||
		CircleMarked(reach->marks, square.x, square.y, outer))
		return;
	if (HoldsEnough(reach->weights, square, rules->max_radius, rules))
		MarkCircle(reach->marks, square.x, square.y, rules->max_radius);
	if (square.half > reach->finest)
	{
		for (int i = 0; i < 4; i++)
			MarkSquare(reach, QuarterSquare(square, i));
	}
	else if (reach->outer)
		MarkCircle(reach->marks, square.x, square.y, outer);
}

/*
 * Mark the points within a circle of max_radius that holds min_homes of the
 * weights.  Points marked before stay so and are not looked for.  Squares of the
 * half side finest (metres) are not cut; there the answer errs to the side asked
 * for: with outer all of the outer circle is marked, so that no point within
 * reach is missed; without, each mark has a circle to prove it.
 */
void
MarkReach(PlacesMarks *marks, const PlacesKdTree *weights, const PlacesLooseRules *rules,
		  double finest, bool outer)
{
	PlacesReach reach = {marks, weights, rules, finest, outer};

	if (weights->n > 0 && marks->tree->n > 0)
		MarkSquare(&reach, SquareAround(weights, rules));
}

typedef struct PlacesLinks
{
	const PlacesKdTree *tree;
	const PlacesLooseRules *rules;
	double		finest;
	int		   *parent;			/* of each point: disjoint sets */
	int		   *found;			/* scratch */
} PlacesLinks;

static void
LinkSquare(const PlacesLinks *links, PlacesSquare square)
{
	double		outer = OuterRadius(links->rules, square);
	int			n;

	HostCheckCancel();
	if (!HoldsEnough(links->tree, square, outer, links->rules))
		return;
	if (square.half > links->finest)
	{
		for (int i = 0; i < 4; i++)
			LinkSquare(links, QuarterSquare(square, i));
		return;
	}
	n = PointsInCircle(links->tree, square.x, square.y, outer, links->found);
	for (int i = 1; i < n; i++)
		JoinSets(links->parent, links->found[0], links->found[i]);
}

/*
 * Label each of the npoints points that the tree is taken from with the first
 * point of its component; those that are not in the tree, or in no circle, are
 * alone.  Squares of the half side finest are not cut: points of their outer
 * circles are linked.
 */
void
LinkReach(const PlacesKdTree *tree, int npoints, const PlacesLooseRules *rules,
		  double finest, int *label)
{
	PlacesLinks links = {tree, rules, finest, label, HostNew(int, tree->n)};

	InitSets(label, npoints);
	if (tree->n > 0)
		LinkSquare(&links, SquareAround(tree, rules));
	for (int i = 0; i < npoints; i++)
		label[i] = FindSet(label, i);
	HostFree(links.found);
}
