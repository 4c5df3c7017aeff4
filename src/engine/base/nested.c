/*
 * nested.c
 *	  Rules for the places that a larger one is divided into.
 *
 * A parent has the number of places that fits it best, whatever its size: that
 * whose mean is nearest to the target by ratio, and one at least.  The bounds are
 * those of the rules where these leave room around the mean, and else are moved so
 * far that they do; but not past FARTHEST_MEAN of the target, up or down, where the
 * mean itself is within that.  So compact places can be made of any parent, and the
 * only place of a small one is as large as it is, and kept.
 *
 * A number that there is remains until another is better by more than SETTLED, so
 * that parents which grow and shrink a little are not divided anew each time.
 */
#include "engine/base/nested.h"

#include "engine/base/ranges.h"

#define ROOM			0.1		/* around the mean, as a share of it */
#define FARTHEST_MEAN	0.75	/* of the target that bounds make room for; its inverse, upwards */
#define SETTLED			1.1		/* ratio by which a mean may be farther from the target than the best */

/* The number of places whose mean is nearest to the target by ratio; of equals the smaller. */
static double
NearestCount(double homes, double target)
{
	double		ratio = homes / target;
	double		fewer = Max(1, floor(ratio));

	return fewer * (fewer + 1) < ratio * ratio ? fewer + 1 : fewer;
}

/* By which ratio the mean of so many places misses the target. */
static double
Misfit(double homes, double k, double target)
{
	double		mean = homes / k;

	return Max(mean / target, target / mean);
}

/* Homes on one point from which on it is a place by itself. */
static double
OversizedFrom(const PlacesRules *rules)
{
	return rules->method == METHOD_KMEANS ? INFINITY : Max(rules->max_homes, rules->target_homes / FARTHEST_MEAN);
}

/* The rules for k places of so many homes, > 0. */
static PlacesRules
RulesFor(const PlacesRules *rules, double homes, bool whole, double k)
{
	PlacesRules own = *rules;
	double		mean = homes / k;
	double		low = Max(mean - ROOM * mean, Min(mean, FARTHEST_MEAN * rules->target_homes));
	double		high = Min(mean + ROOM * mean, Max(mean, rules->target_homes / FARTHEST_MEAN));

	if (whole)
	{
		low = Min(ceil(low), floor(mean));
		high = Max(floor(high), ceil(mean));
	}
	own.nested = false;
	own.min_homes = Max(Min(rules->min_homes, low), LEAST_HOMES);
	own.max_homes = Max(rules->max_homes, high);
	own.target_homes = Max(mean, own.min_homes);
	return own;
}

/* How many of the incumbent's places have homes on points that are not oversized. */
static int
CountKnown(const PlacesPoints *points, const PlacesIncumbent *incumbent, double oversized)
{
	bool	   *used = HostNewZero(bool, incumbent->places);
	int			known = 0;

	for (int i = 0; i < points->n && incumbent->places > 0; i++)
	{
		int			j = incumbent->place[i];

		HostCheckCancelAt(i);
		if (j < 0 || used[j] || points->w[i] <= 0 || points->w[i] > oversized)
			continue;
		used[j] = true;
		known++;
	}
	HostFree(used);
	return known;
}

/* The rules for the points of a parent, which have homes, and with them what is known of its places. */
PlacesRules
FitRules(const PlacesRules *rules, const PlacesPoints *points, const PlacesIncumbent *incumbent)
{
	double		oversized = OversizedFrom(rules);
	double		homes = 0;
	double		k;
	int			known = CountKnown(points, incumbent, oversized);

	for (int i = 0; i < points->n; i++)
	{
		HostCheckCancelAt(i);
		homes += points->w[i] > oversized ? 0 : points->w[i];
	}
	if (homes <= 0)
	{
		PlacesRules own = *rules;

		own.nested = false;
		return own;
	}
	k = NearestCount(homes, rules->target_homes);
	if (known > 0 && Misfit(homes, known, rules->target_homes) <= SETTLED * Misfit(homes, k, rules->target_homes))
		k = known;
	return RulesFor(rules, homes, points->whole, k);
}

/* The same rules for those places that a parent has: they are judged by their mean. */
PlacesRules
FittedRules(const PlacesRules *rules, const PlacesSolution *s)
{
	double		homes = 0;
	int			k = 0;

	for (int j = 0; j < s->k; j++)
		if (s->places[j].homes <= OversizedFrom(rules))
		{
			homes += s->places[j].homes;
			k++;
		}
	return homes > 0 ? RulesFor(rules, homes, s->points->whole, k) : *rules;
}
