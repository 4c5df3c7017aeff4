/*
 * absorb.c
 *	  Homes outside every place join those that can take them.
 *
 * A place can take a point when it has room for its homes and a circle of
 * max_radius holds both, and it is not in parts then (main_parts.c).  Of several, the one with the nearest centroid does.
 * What one point brings may shut another out, so passes over the points follow
 * each other until none joins: a set of places that went through this once is
 * left alone the next time, whatever became of their numbers.
 *
 * A block that has the minimum by itself is never left outside: if none can take it,
 * it is a place.
 *
 * While places are being made partition.c does the same with the circles that it
 * keeps for them, at the price of a distance: that is a step on the way, and finds
 * less than a hull does.
 */
#include "engine/coverage/absorb.h"

#include "engine/base/grid.h"
#include "engine/base/shape.h"
#include "engine/coverage/main_parts.h"

static PlacesGrid *
GridOfCircles(const PlacesShape *shapes, int k, double side)
{
	double	   *x = HostNew(double, k);
	double	   *y = HostNew(double, k);
	PlacesGrid *grid;

	for (int j = 0; j < k; j++)
	{
		x[j] = shapes[j].circle.x;
		y[j] = shapes[j].circle.y;
	}
	grid = BuildGrid(k, x, y, x, side);
	HostFree(x);
	HostFree(y);
	return grid;
}

/* The place among those found that can take the point, the nearest; or -1. */
static int
NearestHost(const PlacesPoints *points, int point, const PlacesShape *shapes,
			const PlacesGrid *circles, const int *found, int count,
			const PlacesRules *rules, const PlacesLimits *limits, PlacesMainParts *parts)
{
	double		least = INFINITY;
	int			host = -1;

	for (int i = 0; i < count; i++)
	{
		int			j = circles->origin[found[i]];
		PlacesLimits own = limits ? limits[j] : (PlacesLimits) {rules->min_homes, rules->max_radius};
		double		x,
					y;

		if (shapes[j].points == 0 || shapes[j].homes < own.min_homes ||
			shapes[j].homes + points->w[point] > rules->max_homes)
			continue;
		ShapeCentre(&shapes[j], &x, &y);
		x -= points->x[point];
		y -= points->y[point];
		if ((x * x + y * y < least || (x * x + y * y == least && j < host)) &&
			ShapeAdmits(&shapes[j], points, point, own.max_radius) &&
			(parts == NULL || MayJoin(parts, j, point)))
		{
			least = x * x + y * y;
			host = j;
		}
	}
	return host;
}

/*
 * Give points labelled -1, but for those barred (NULL: none), to places 0 ..
 * k - 1 that have min_homes already, by the limits of each (NULL: by the rules).
 * Takes O(n) looks at a few places each, and a hull anew for each point that joins.
 */
void
AbsorbOutside(const PlacesPoints *points, const bool *barred, const PlacesRules *rules,
			  const PlacesLimits *limits, int k, int *label)
{
	PlacesShape *shapes = MeasureShapes(points, label, k);
	int		   *found = HostNew(int, k);
	bool		again = k > 0;

	while (again)
	{
		PlacesGrid *circles = GridOfCircles(shapes, k, rules->max_radius);
		PlacesMainParts *parts = LimitsGap(rules) ? NewMainParts(points, rules, k, label) : NULL;

		again = false;
		for (int i = 0; i < points->n; i++)
		{
			int			count;

			HostCheckCancel();
			if (label[i] >= 0 || (barred && barred[i]))
				continue;
			count = GridPoints(circles, points->x[i], points->y[i],
							   2 * rules->max_radius * (1 + 1e-9), found);
			label[i] = NearestHost(points, i, shapes, circles, found, count, rules, limits, parts);
			if (label[i] < 0)
				continue;
			AddToShape(&shapes[label[i]], points, i);
			if (parts != NULL)
				JoinPart(parts, label[i], i);
			again = true;
		}
		FreeGrid(circles);
		if (parts != NULL)
			FreeMainParts(parts);
	}
	HostFree(found);
	FreeShapes(shapes, k);
}

/*
 * Make a place of each point labelled -1 that has the minimum by itself, but for those
 * barred (NULL: none); labels go on from k.  Returns how many places there are then.
 */
int
OpenBlocks(const PlacesPoints *points, const bool *barred, double min_homes, int k, int *label)
{
	for (int i = 0; i < points->n; i++)
	{
		HostCheckCancelAt(i);
		if (label[i] < 0 && !(barred && barred[i]) && points->w[i] >= min_homes)
			label[i] = k++;
	}
	return k;
}
