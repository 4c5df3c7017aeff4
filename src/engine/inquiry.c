/*
 * inquiry.c
 *	  The least change of a rule that brings one home into a place, or keeps it there.
 *
 * A radius or a minimum is tried out, again and again: the smallest max_radius and the
 * largest min_homes under which the home is in a kept place are found by bisection.
 * What is kept need not grow with the radius nor shrink with the minimum, so they are
 * the best of a search, not of all; but each number that is answered is one that was
 * tried out as it stands.
 *
 * Under coverage the answer is that of the home's part of its authority alone
 * (parts.c), and mostly that of the homes around it, as if there were no others: these
 * are asked first, and what they say is then asked of the whole part.  Where they
 * mislead a few times, the part is asked throughout.
 */
#include "engine/inquiry.h"

#include "engine/engine.h"
#include "engine/coverage/coverage.h"
#include "engine/part.h"
#include "engine/parts.h"
#include "engine/together.h"

#define AROUND		3.0			/* radii from the home to those that are asked first */
#define FIRST_STEP	1.25		/* a wider radius that is tried first; doubled from there on */
#define MISLED		3			/* answers of theirs that are disproved before they are asked no more */
#define NEXT_STEP	0.02		/* what is passed over after an answer that was disproved, twice as much
								 * after the next, and so on */

/* The spots of the points, each a point with its label. */
static PlacesPoints *
SpreadPoints(const PlacesPoints *points, const int *label, int *of_spot)
{
	PlacesPoints *spots = HostNewZero(PlacesPoints, 1);
	int			n = SpotCount(points);

	spots->x = HostNew(double, n);
	spots->y = HostNew(double, n);
	spots->w = HostNew(double, n);
	for (int i = 0; i < points->n; i++)
	{
		int			upto = spots->n + CopySpots(points, i, spots->x + spots->n, spots->y + spots->n,
												spots->w + spots->n);

		HostCheckCancelAt(i);
		for (; spots->n < upto; spots->n++)
			of_spot[spots->n] = label[i];
	}
	return spots;
}

/* Is the point in a kept place, these points being all there are? */
static bool
IsKeptAmong(const PlacesPoints *points, int point, const PlacesRules *rules)
{
	static const PlacesIncumbent nothing = {0};
	PlacesSolution s = {0};
	int		   *label = HostNew(int, points->n);
	bool	   *pinned_outside = HostNewZero(bool, points->n);
	bool		kept = false;

	LabelWhole(points, rules, &nothing, label, pinned_outside);
	if (label[point] >= 0)
	{
		int			spot = points->spots.start == NULL ? point : points->spots.start[point];

		s.point_place = HostNew(int, SpotCount(points));
		s.point_relation = HostNewZero(uint8_t, SpotCount(points));
		s.points = SpreadPoints(points, label, s.point_place);
		AppendPlaces(&s, s.point_place);
		JudgePlaces(&s, rules, &nothing);
		kept = s.places[s.point_place[spot]].reasons == 0;
		HostFree(s.places);
		HostFree(s.point_place);
		HostFree(s.point_relation);
		FreePoints(s.points);
	}
	HostFree(label);
	HostFree(pinned_outside);
	return kept;
}

/* The estates of the authority under these rules, and in *at that of the point. */
static PlacesEstates
EstatesUnder(const PlacesSolution *solution, int point, const PlacesRules *rules, int *at)
{
	static const PlacesIncumbent nothing = {0};
	PlacesEstates estates = FormEstates(solution->points, solution->point_group, rules, &nothing);

	*at = estates.estate[point];
	return estates;
}

/*
 * Under coverage: as the whole authority answers, but where that has no place at all and
 * all its homes are called one, as no change of the rules is to end in that.
 */
static bool
IsKeptInPart(const PlacesSolution *solution, int point, const PlacesRules *rules)
{
	int			at;
	PlacesEstates estates = EstatesUnder(solution, point, rules, &at);
	PlacesPoints *part = PartOfPoint(estates.points, rules, at, &at);
	bool		kept = part->homes >= rules->min_homes * (1 - SIZE_ROUNDING) && IsKeptAmong(part, at, rules);

	FreePoints(part);
	FreeEstates(&estates);
	return kept;
}

/* The same, as it seems from the homes around. */
static bool
SeemsKept(const PlacesSolution *solution, int point, const PlacesRules *rules)
{
	int			centre;
	PlacesEstates estates = EstatesUnder(solution, point, rules, &centre);
	const PlacesPoints *points = estates.points;
	int		   *around = HostNew(int, points->n);
	double		reach = AROUND * rules->max_radius;
	PlacesPoints *part;
	int			n = 0;
	int			at = 0;
	bool		kept;

	for (int i = 0; i < points->n; i++)
	{
		double		dx = points->x[i] - points->x[centre];
		double		dy = points->y[i] - points->y[centre];

		HostCheckCancelAt(i);
		if (i == centre)
			at = n;
		if (dx * dx + dy * dy <= reach * reach)
			around[n++] = i;
	}
	part = TakePoints(points, around, n);
	kept = part->homes >= rules->min_homes * (1 - SIZE_ROUNDING) && SeemsCovered(part, rules, at);
	FreePoints(part);
	FreeEstates(&estates);
	HostFree(around);
	return kept;
}

/* Is a row in a kept place of a solution? */
static bool
IsKeptIn(const PlacesSolution *s, int row)
{
	int			point = s->row_point[row];

	return s->point_relation[point] == MEMBER && s->places[s->point_place[point]].reasons == 0;
}

/* By any other method: in the answer for the whole. */
static bool
IsKeptInWhole(const PlacesInquiry *q, const PlacesRules *rules)
{
	PlacesSolution *s = SolvePlaces(q->rows, rules);
	bool		kept = IsKeptIn(s, q->row);

	HostFree(s->row_point);
	if (s->point_group != NULL)
		HostFree(s->point_group);
	if (s->point_divided != NULL)
		HostFree(s->point_divided);
	HostFree(s->point_place);
	HostFree(s->point_relation);
	HostFree(s->places);
	FreePoints(s->points);
	HostFree(s);
	return kept;
}

/* Where a minimum exceeds the target, that grows with it, and max_homes in proportion, as far as it may. */
void
GrowTarget(PlacesRules *rules, double min_homes)
{
	double		target = fmax(rules->target_homes, min_homes);
	double		most = rules->max_homes * (target / rules->target_homes);

	rules->max_homes = isinf(rules->max_homes) ? most : fmin(most, MOST_HOMES);
	rules->target_homes = target;
}

/* Whether the home would be in a kept place; for certain, or as it seems. */
static bool
Ask(const PlacesInquiry *q, double min_homes, double max_radius, bool certain)
{
	PlacesRules rules = q->rules;
	int			point = q->solution->row_point[q->row];

	/* as places.vary() has it */
	rules.low_from_k = rules.low_from_k && min_homes == rules.min_homes;
	rules.min_homes = min_homes;
	rules.max_radius = max_radius;
	GrowTarget(&rules, min_homes);
	if (rules.method != METHOD_COVERAGE)
		return IsKeptInWhole(q, &rules);
	if (certain || q->thorough)
		return IsKeptInPart(q->solution, point, &rules);
	return SeemsKept(q->solution, point, &rules);
}

/* Whether the home would be in a kept place under another minimum and radius. */
bool
IsKeptUnder(const PlacesInquiry *q, double min_homes, double max_radius)
{
	return Ask(q, min_homes, max_radius, true);
}

/*
 * By bisection, to 1 m or 0.5 %: a small max_radius above one, in whole metres, under
 * which the home is kept, or seems to be; infinite if none is found.
 */
static double
BisectRadius(const PlacesInquiry *q, double shortest, double enough, double farthest, bool certain)
{
	while (!Ask(q, q->rules.min_homes, enough, certain))
	{
		if (enough >= farthest)
			return INFINITY;
		shortest = enough;
		enough = Min(2 * enough, ceil(farthest));
	}
	while (enough - shortest > Max(1, enough / 200))
	{
		double		middle = floor((enough + shortest) / 2);

		Assert(middle > shortest && middle < enough);
		if (Ask(q, q->rules.min_homes, middle, certain))
			enough = middle;
		else
			shortest = middle;
	}
	return enough;
}

/* Is there nothing more to be asked for certain than has been asked? */
static bool
IsCertain(const PlacesInquiry *q, int misled)
{
	return q->thorough || q->rules.method != METHOD_COVERAGE || misled == MISLED;
}

/*
 * The same, for certain: what seems to be enough is asked again, and where it is disproved
 * the search goes on behind it.
 */
static double
RadiusAbove(const PlacesInquiry *q, double shortest, double first, double farthest)
{
	double		enough = Max(ceil(first), LEAST_METRES);

	for (int misled = 0;; misled++)
	{
		bool		certain = IsCertain(q, misled);
		double		found = BisectRadius(q, shortest, enough, farthest, certain);

		if (certain || (!isinf(found) && Ask(q, q->rules.min_homes, found, true)))
			return found;
		if (isinf(found))
			misled = MISLED - 1;
		else
		{
			shortest = found;
			enough = Min(ceil(found * (1 + ldexp(NEXT_STEP, misled))), Max(ceil(farthest), found));
		}
	}
}

/*
 * A small max_radius (metres) under which the home is kept, infinite if none is found.
 * Within near metres of it there are min_homes, and all homes within farthest.
 *
 * A wider radius is what a home outside needs, as a rule.  Where none helps, a
 * smaller one can under coverage, which then makes other places; the other methods
 * make the same ones under every radius.
 */
double
SmallestRadius(const PlacesInquiry *q, double near, double farthest)
{
	double		now = q->rules.max_radius;
	double		radius = INFINITY;

	if (IsKeptIn(q->solution, q->row))
	{
		radius = RadiusAbove(q, near / 2, Min(near, now), Min(now, farthest));
		return isinf(radius) ? now : radius;
	}
	if (now < farthest)
		radius = RadiusAbove(q, now, Max(near, Min(FIRST_STEP * now, farthest)), farthest);
	if (isinf(radius) && q->rules.method == METHOD_COVERAGE)
		radius = RadiusAbove(q, near / 2, near, farthest);
	return radius;
}

/* By bisection, to one home: the largest whole number below excess, from enough on, under which the home is kept, or seems so. */
static double
BisectMinimum(const PlacesInquiry *q, double enough, double excess, bool certain)
{
	while (excess - enough > 1)
	{
		double		middle = floor((enough + excess) / 2);

		if (Ask(q, middle, q->rules.max_radius, certain))
			enough = middle;
		else
			excess = middle;
	}
	return enough;
}

/*
 * A large min_homes, up to the most that could be, under which the home is kept; NaN if
 * there is none.
 */
double
LargestMinimum(const PlacesInquiry *q, double most)
{
	double		least = IsKeptIn(q->solution, q->row) ? Max(1, floor(q->rules.min_homes)) : 1;
	double		excess = floor(most) + 1;

	least = Min(least, q->rules.min_homes);
	for (int misled = 0;; misled++)
	{
		bool		certain = IsCertain(q, misled);
		double		enough = BisectMinimum(q, least, excess, certain);

		if (enough == least && !(IsKeptIn(q->solution, q->row) && least == q->rules.min_homes))
			return Ask(q, least, q->rules.max_radius, true) ? least : NAN;
		if (certain || enough == least || Ask(q, enough, q->rules.max_radius, true))
			return enough;
		excess = misled < MISLED - 1 ? Max(ceil(enough * (1 - ldexp(NEXT_STEP, misled))), least + 1) : enough;
	}
}
