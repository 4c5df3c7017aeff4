/*
 * coverage.c
 *	  Choose places of bounded size and radius that hold as many homes as
 *	  possible.
 *
 * Four steps: choose discs that cover most (disc_search.c) among sets
 * whose discs can each be given the minimum (disc_set.c); divide what
 * they cover among compact places (partition.c); let what is left join
 * where it can (absorb.c); number the places.
 * An oversized block, a point of more than max_homes, is a place of its own from
 * the start.  The answer is that of a local search: good, not proven best.
 *
 * The radius is taken a billionth smaller than asked, so that a circle
 * computed by other means from the same coordinates does not exceed it.
 */
#include "engine/coverage/coverage.h"

#include "engine/coverage/absorb.h"
#include "engine/coverage/disc_search.h"
#include "engine/coverage/exact.h"
#include "engine/coverage/partition.h"

#define RADIUS_MARGIN 1e-9

/* The share of its work that the search for discs is given where a look is enough. */
#define SHORT_SEARCH 0.2

/* The points that are not oversized blocks, in their order; returns their number. */
static int
CommonPoints(const PlacesPoints *points, double max_homes, int *common)
{
	int			count = 0;

	HostCheckCancel();
	for (int i = 0; i < points->n; i++)
	{
		if (points->w[i] <= max_homes)
			common[count++] = i;
	}
	return count;
}

static PlacesGrid *
GridOfPoints(const PlacesPoints *points, const int *common, int count, double side)
{
	double	   *x = HostNew(double, count);
	double	   *y = HostNew(double, count);
	double	   *w = HostNew(double, count);
	PlacesGrid *grid;

	for (int i = 0; i < count; i++)
	{
		HostCheckCancelAt(i);
		x[i] = points->x[common[i]];
		y[i] = points->y[common[i]];
		w[i] = points->w[common[i]];
	}
	grid = BuildGrid(count, x, y, w, side);
	for (int i = 0; i < count; i++)
		grid->origin[i] = common[grid->origin[i]];
	grid->spots = points->spots;
	HostFree(x);
	HostFree(y);
	HostFree(w);
	return grid;
}

/* Let places of fewer homes go, and number the others by their first points; returns how many. */
int
RenumberPlaces(const PlacesPoints *points, double least, int k, int *label)
{
	double	   *homes = HostNewZero(double, k);
	int		   *number = HostNew(int, k);
	int			count = 0;

	HostCheckCancel();
	for (int i = 0; i < points->n; i++)
		if (label[i] >= 0)
			homes[label[i]] += points->w[i];
	for (int j = 0; j < k; j++)
		number[j] = -1;
	for (int i = 0; i < points->n; i++)
	{
		if (label[i] < 0)
			continue;
		if (number[label[i]] < 0 && homes[label[i]] >= least)
			number[label[i]] = count++;
		label[i] = number[label[i]];
	}
	HostFree(homes);
	HostFree(number);
	return count;
}

/*
 * The rules changed so that sums and circles made elsewhere, in another order,
 * keep those asked for: circles are a little smaller, and sums may miss their
 * limits by less than the judgement lets pass, so that fractions which add up
 * to a limit keep it.
 */
PlacesRules
NarrowRules(const PlacesPoints *points, const PlacesRules *rules)
{
	PlacesRules narrow = *rules;

	narrow.min_homes = Max(points->whole ? ceil(rules->min_homes) :
						   rules->min_homes * (1 - SIZE_ROUNDING / 2), DBL_MIN);
	narrow.max_homes = points->whole ? floor(rules->max_homes) : rules->max_homes * (1 + SIZE_ROUNDING / 2);
	narrow.target_homes = Max(rules->target_homes, narrow.min_homes);
	narrow.max_radius = rules->max_radius * (1 - RADIUS_MARGIN);
	narrow.max_gap = rules->max_gap * (1 - RADIUS_MARGIN);
	return narrow;
}

/*
 * Fill label[i] with 0 .. k - 1, or -1 where a point is outside every place, and
 * return k (0 when no viable place exists).  Every place holds min_homes to
 * max_homes homes, or is one point of more than max_homes, and fits a circle
 * of max_radius.  min_homes <= target_homes <= max_homes; max_homes may be
 * infinite; max_radius is finite and positive.  Labels run from west to east,
 * by the first point of each place.
 */
int
CoverageCluster(const PlacesPoints *points, const PlacesRules *rules, int *label)
{
	PlacesRules narrow = NarrowRules(points, rules);
	int		   *common = HostNew(int, points->n);
	int			count = CommonPoints(points, narrow.max_homes, common);
	int			places;

	for (int i = 0; i < points->n; i++)
		label[i] = -1;
	places = CoverFewPoints(points, &narrow, rules->min_homes, common, count, label);
	if (places < 0)
	{
		PlacesGrid *grid = GridOfPoints(points, common, count, rules->max_radius / 8);
		PlacesDiscSet *set = NewDiscSet(grid, &narrow);
		PlacesDivision *division;

		SearchDiscs(set, 1);
		division = DivideCovered(set);
		places = division->places;
		for (int i = 0; i < count; i++)
			label[grid->origin[i]] = division->owner[i];
		FreeDivision(division);
		FreeDiscSet(set);
		FreeGrid(grid);
	}
	AbsorbOutside(points, NULL, &narrow, NULL, places, label);
	HostFree(common);
	places = OpenBlocks(points, NULL, rules->min_homes, places, label);
	return RenumberPlaces(points, 0, places, label);
}

/*
 * Whether CoverageCluster would give the point a place, as it seems from a short search
 * for discs alone: sooner known by far, and rarely wrong.
 */
bool
SeemsCovered(const PlacesPoints *points, const PlacesRules *rules, int point)
{
	PlacesRules narrow = NarrowRules(points, rules);
	int		   *common = HostNew(int, points->n);
	int			count = CommonPoints(points, narrow.max_homes, common);
	bool		covered = points->w[point] > narrow.max_homes || points->w[point] >= rules->min_homes;
	PlacesGrid *grid;
	PlacesDiscSet *set;

	if (count > 0 && !covered)
	{
		grid = GridOfPoints(points, common, count, rules->max_radius / 8);
		set = NewDiscSet(grid, &narrow);
		SearchDiscs(set, SHORT_SEARCH);
		for (int i = 0; i < count; i++)
			if (grid->origin[i] == point)
				covered = set->owner[i] >= 0;
		FreeDiscSet(set);
		FreeGrid(grid);
	}
	HostFree(common);
	return covered;
}
