/*
 * coverage.c
 *	  Choose places of bounded size and radius that hold as many homes as
 *	  possible.
 *
 * Four steps: choose discs that cover most (disc_search.c) among sets
 * whose discs can each be given the minimum (disc_set.c); divide what
 * they cover among compact places (partition.c); let what is left join
 * where it can (absorb.c); number the places.
 * A point of more than max_homes is a place of its own from the start.
 *
 * The radius is taken a billionth smaller than asked, so that a circle
 * computed by other means from the same coordinates does not exceed it; so are
 * the bounds narrowed where homes are not whole numbers.
 */
#include "engine/coverage/coverage.h"

#include "engine/coverage/absorb.h"
#include "engine/coverage/disc_search.h"
#include "engine/coverage/partition.h"

#define RADIUS_MARGIN 1e-9

/* The same for the sizes, where sums of homes depend on their order. */
#define SIZE_MARGIN 1e-9

/* The points that are not towers, in their order; returns their number. */
static int
CommonPoints(const PlacesPoints *points, double max_homes, int *common)
{
	int			count = 0;
	int			i;

	HostCheckCancel();
	for (i = 0; i < points->n; i++)
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
	int			i;

	for (i = 0; i < count; i++)
	{
		HostCheckCancelAt(i);
		x[i] = points->x[common[i]];
		y[i] = points->y[common[i]];
		w[i] = points->w[common[i]];
	}
	grid = BuildGrid(count, x, y, w, side);
	for (i = 0; i < count; i++)
		grid->origin[i] = common[grid->origin[i]];
	HostFree(x);
	HostFree(y);
	HostFree(w);
	return grid;
}

/* Numbers the places by their first points; towers included. */
static int
NumberPlaces(const PlacesPoints *points, double max_homes, int places, int *label)
{
	int		   *number = HostNew(int, places);
	int			count = 0;
	int			i;

	for (i = 0; i < places; i++)
		number[i] = -1;
	HostCheckCancel();
	for (i = 0; i < points->n; i++)
	{
		if (points->w[i] > max_homes)
			label[i] = count++;
		else if (label[i] >= 0)
		{
			if (number[label[i]] < 0)
				number[label[i]] = count++;
			label[i] = number[label[i]];
		}
	}
	HostFree(number);
	return count;
}

/* The bounds within which sums and circles made elsewhere keep those asked for. */
CoverageBounds
NarrowBounds(const PlacesPoints *points, double min_homes, double max_homes, double max_radius)
{
	CoverageBounds bounds;

	bounds.least = fmax(points->whole ? ceil(min_homes) : min_homes * (1 + SIZE_MARGIN), DBL_MIN);
	bounds.most = points->whole ? floor(max_homes) : max_homes * (1 - SIZE_MARGIN);
	bounds.radius = max_radius * (1 - RADIUS_MARGIN);
	return bounds;
}

int
CoverageCluster(const PlacesPoints *points, double min_homes, double target_homes,
				double max_homes, double max_radius, int *label)
{
	int		   *common = HostNew(int, points->n);
	int			count = CommonPoints(points, max_homes, common);
	int			places = 0;
	int			i;

	for (i = 0; i < points->n; i++)
		label[i] = -1;
	if (count > 0)
	{
		PlacesGrid *grid = GridOfPoints(points, common, count, max_radius / 8);
		CoverageBounds bounds = NarrowBounds(points, min_homes, max_homes, max_radius);
		CoverageState *state = CoverageStateBuild(grid, bounds.least, bounds.radius);
		CoverageDivision *division;

		CoverageSearch(state);
		division = CoverageDivide(state, fmax(target_homes, bounds.least), bounds.most);
		places = division->places;
		for (i = 0; i < count; i++)
			label[grid->origin[i]] = division->owner[i];
		CoverageDivisionFree(division);
		CoverageStateFree(state);
		FreeGrid(grid);
		AbsorbOutside(points, NULL, 0, bounds.most, bounds.radius, places, label);
	}
	HostFree(common);
	return NumberPlaces(points, max_homes, places, label);
}
