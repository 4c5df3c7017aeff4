/*
 * coverage.c
 *	  Choose places of bounded size and radius that hold as many homes as
 *	  possible.
 *
 * Three steps: choose discs that cover most (coverage_search.c) among sets
 * whose discs can each be given the minimum (coverage_discs.c); divide what
 * they cover among compact places (coverage_divide.c); number the places.
 * A point of more than max_homes is a place of its own from the start.
 *
 * The radius is taken a billionth smaller than asked, so that a circle
 * computed by other means from the same coordinates does not exceed it; so are
 * the bounds narrowed where homes are not whole numbers.
 */
#include "coverage.h"

#include "coverage_divide.h"
#include "coverage_search.h"

#define RADIUS_MARGIN 1e-9

/* The same for the sizes, where sums of homes depend on their order. */
#define SIZE_MARGIN 1e-9

/* The points that are not towers, in their order; returns their number. */
static int
CommonPoints(const PlacesPoints *points, double max_homes, int *common)
{
	int			count = 0;
	int			i;

	for (i = 0; i < points->n; i++)
	{
		if (points->w[i] <= max_homes)
			common[count++] = i;
	}
	return count;
}

static CoverageGrid *
GridOfPoints(const PlacesPoints *points, const int *common, int count, double side)
{
	double	   *x = HostNew(double, count);
	double	   *y = HostNew(double, count);
	double	   *w = HostNew(double, count);
	CoverageGrid *grid;
	int			i;

	for (i = 0; i < count; i++)
	{
		x[i] = points->x[common[i]];
		y[i] = points->y[common[i]];
		w[i] = points->w[common[i]];
	}
	grid = CoverageGridBuild(count, x, y, w, side);
	for (i = 0; i < count; i++)
		grid->origin[i] = common[grid->origin[i]];
	HostFree(x);
	HostFree(y);
	HostFree(w);
	return grid;
}

/* Numbers the places by their first points; towers included. */
static int
NumberPlaces(const PlacesPoints *points, double max_homes, int places, int *label,
			 const double *circle_x, const double *circle_y,
			 double *centre_x, double *centre_y)
{
	int		   *number = HostNew(int, places);
	int			count = 0;
	int			i;

	for (i = 0; i < places; i++)
		number[i] = -1;
	for (i = 0; i < points->n; i++)
	{
		int			was = label[i];

		if (points->w[i] > max_homes)
			label[i] = count++;
		else if (was >= 0)
		{
			if (number[was] < 0)
				number[was] = count++;
			else
			{
				label[i] = number[was];
				continue;
			}
			label[i] = number[was];
		}
		else
			continue;
		if (centre_x != NULL)
		{
			centre_x[label[i]] = points->w[i] > max_homes ? points->x[i] : circle_x[was];
			centre_y[label[i]] = points->w[i] > max_homes ? points->y[i] : circle_y[was];
		}
	}
	HostFree(number);
	return count;
}

int
CoverageClusterCircles(const PlacesPoints *points, double min_homes,
					   double target_homes, double max_homes, double max_radius,
					   int *label, double *centre_x, double *centre_y)
{
	int		   *common = HostNew(int, points->n);
	int			count = CommonPoints(points, max_homes, common);
	int			places = 0;
	double	   *circle_x = NULL;
	double	   *circle_y = NULL;
	int			i;

	for (i = 0; i < points->n; i++)
		label[i] = -1;
	if (count > 0)
	{
		CoverageGrid *grid = GridOfPoints(points, common, count, max_radius / 8);
		double		least = points->whole ? ceil(min_homes) : min_homes * (1 + SIZE_MARGIN);
		double		most = points->whole ? floor(max_homes) : max_homes * (1 - SIZE_MARGIN);
		CoverageState *state = CoverageStateBuild(grid, fmax(least, DBL_MIN),
												  max_radius * (1 - RADIUS_MARGIN));
		CoverageDivision *division;

		CoverageSearch(state);
		division = CoverageDivide(state, fmax(target_homes, least), most);
		places = division->places;
		circle_x = HostNew(double, places);
		circle_y = HostNew(double, places);
		for (i = 0; i < places; i++)
		{
			circle_x[i] = division->place[i].circle_x;
			circle_y[i] = division->place[i].circle_y;
		}
		for (i = 0; i < count; i++)
			label[grid->origin[i]] = division->owner[i];
		CoverageDivisionFree(division);
		CoverageStateFree(state);
		CoverageGridFree(grid);
	}
	places = NumberPlaces(points, max_homes, places, label, circle_x, circle_y,
						  centre_x, centre_y);
	if (circle_x != NULL)
	{
		HostFree(circle_x);
		HostFree(circle_y);
	}
	HostFree(common);
	return places;
}

int
CoverageCluster(const PlacesPoints *points, double min_homes, double target_homes,
				double max_homes, double max_radius, int *label)
{
	return CoverageClusterCircles(points, min_homes, target_homes, max_homes,
								  max_radius, label, NULL, NULL);
}
