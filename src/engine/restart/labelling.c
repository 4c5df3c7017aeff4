/*
 * labelling.c
 *	  What all steps of a restart work on, and how good their answers are.
 */
#include "engine/restart/labelling.h"

/* The shapes of places 0 .. k - 1 with all that the rules look at, for the caller to free. */
PlacesShape *
JudgedShapes(const PlacesRestart *r, const int *label, int k)
{
	PlacesShape *shapes = MeasureShapes(r->points, label, k);

	if (LimitsGap(r->rules))
		MeasureShapeGaps(shapes, r->points, label, k);
	return shapes;
}

/*
 * Does a place of that label and shape keep the rules, or is it within its grace?  An
 * oversized block may exceed the maximum.
 */
bool
KeepsRules(const PlacesRestart *r, int label, const PlacesShape *shape)
{
	PlacesRules rules = RulesOfPlace(r->rules, r->incumbent, label);
	double		most = rules.method == METHOD_KMEANS ? INFINITY : rules.max_homes;

	return shape->homes >= rules.min_homes * (1 - SIZE_ROUNDING) &&
		(shape->homes <= most * (1 + SIZE_ROUNDING) || shape->points == 1) &&
		shape->circle.radius <= rules.max_radius &&
		(!LimitsGap(&rules) || shape->gap <= rules.max_gap);
}

/* The fewest homes with which a place of that label goes on as it is: min_homes, that of others, or less within its grace. */
double
LeastHomesOf(const PlacesRestart *r, int label, double min_homes)
{
	if (!HasGrace(r->incumbent, label))
		return min_homes;
	return Min(min_homes, RulesOfPlace(r->rules, r->incumbent, label).min_homes * (1 - SIZE_ROUNDING));
}

/* Homes of the places that keep the rules. */
double
KeptBy(const PlacesRestart *r, const PlacesShape *shapes, int k)
{
	double		kept = 0;

	for (int j = 0; j < k; j++)
		kept += KeepsRules(r, j, &shapes[j]) ? shapes[j].homes : 0;
	return kept;
}

/* The incumbent as a labelling. */
void
LabelAsIncumbent(const PlacesRestart *r, int *label)
{
	HostCheckCancel();
	for (int i = 0; i < r->points->n; i++)
		label[i] = r->pinned_outside[i] ? -1 : r->incumbent->place[i];
	AssertCheckLabelling(r, label);
}

/* Is it a labelling, as the header says? */
void
AssertCheckLabelling(const PlacesRestart *r, const int *label)
{
#ifdef PLACES_ASSERTS
	for (int i = 0; i < r->points->n; i++)
	{
		HostCheckCancelAt(i);
		Assert(label[i] >= -1);
		Assert(r->fixed[i] || !r->pinned_outside[i]);
		Assert(!r->fixed[i] ||
			   label[i] == (r->pinned_outside[i] ? -1 : r->incumbent->place[i]));
	}
#else
	(void) r, (void) label;
#endif
}
