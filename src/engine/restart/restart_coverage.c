/*
 * restart_coverage.c
 *	  Places of bounded size and radius, with the last ones in mind.
 *
 * Extended, an old place has its homes and those that its circle can take
 * besides.  Mended, places that have become too large let their farthest homes
 * go, those that have become too small are filled (fill.c) or dissolved,
 * and new places are made of what is outside; if that covers too little, parts
 * of the solution from scratch are taken over (transplant.c).
 *
 * Held homes come first in the solution from scratch: each of their places is
 * chosen in advance with as many homes around it as it needs, and the rest is
 * divided without them.
 */
#include "engine/base/sort.h"
#include "engine/coverage/absorb.h"
#include "engine/restart/restart.h"

/* share of the tolerance that may be left to gain by mending */
#define LEFT_TO_GAIN 0.5

/* share of its points that a place may lose to get its shape back */
#define MOST_STRAYS	0.1

static CoverageBounds
BoundsOf(const PlacesWarm *w)
{
	return NarrowBounds(w->points, w->rules->min_homes, w->rules->max_homes, w->rules->max_radius);
}

/* Points that are free, by their squared distance to (x, y), nearest first. */
static void
RankPoints(const PlacesWarm *w, const int *member, int n, double x, double y, PlacesRanked *ranked)
{
	for (int i = 0; i < n; i++)
	{
		double		dx = w->points->x[member[i]] - x;
		double		dy = w->points->y[member[i]] - y;

		ranked[i] = (PlacesRanked) {dx * dx + dy * dy, member[i]};
	}
	SortRanked(ranked, n);
}

/* Where most of the points are, whatever a few that have moved away do. */
static void
MedianOf(const PlacesWarm *w, const int *member, int n, double *x, double *y)
{
	double	   *sorted = HostNew(double, n);

	for (int i = 0; i < n; i++)
		sorted[i] = w->points->y[member[i]];
	SortDoubles(sorted, n);
	*x = w->points->x[member[n / 2]];	/* members come sorted by x */
	*y = sorted[n / 2];
	HostFree(sorted);
}

/* Does the circle hold the points but for the last `strays` of the ranked? */
static bool
FitsWithout(const PlacesWarm *w, const PlacesRanked *ranked, int n, double radius)
{
	double	   *x = HostNew(double, n);
	double	   *y = HostNew(double, n);
	bool		fits;

	for (int i = 0; i < n; i++)
	{
		x[i] = w->points->x[ranked[i].item];
		y[i] = w->points->y[ranked[i].item];
	}
	fits = n == 0 || BoundingCircle(n, x, y).radius <= radius;
	HostFree(x);
	HostFree(y);
	return fits;
}

/*
 * A place that is too wide lets the farthest of its homes go, which have moved
 * away; if those are many it has lost its shape, and lets all go that are free.
 */
static void
DropStrays(const PlacesWarm *w, const int *member, int n, double radius, int *label)
{
	PlacesRanked *ranked = HostNew(PlacesRanked, n);
	int			keep = n;
	double		x,
				y;

	MedianOf(w, member, n, &x, &y);
	RankPoints(w, member, n, x, y, ranked);
	while (keep >= n * (1 - MOST_STRAYS) && !FitsWithout(w, ranked, keep, radius))
	{
		HostCheckCancel();
		keep--;
	}
	if (keep < n * (1 - MOST_STRAYS))
		keep = 0;
	for (int i = keep; i < n; i++)
		if (!w->held[ranked[i].item])
			label[ranked[i].item] = -1;
	HostFree(ranked);
}

/* Every old place has its homes but those that no circle holds any more. */
static void
RestoreShapes(const PlacesWarm *w, double radius, int *label)
{
	int			k = w->past->places;
	PlacesShape *shapes = MeasureShapes(w->points, label, k);
	int		   *start = HostNew(int, k + 2);
	int		   *member = HostNew(int, w->points->n);

	SortByLabel(w->points->n, label, k, start, member);
	for (int j = 0; j < k; j++)
		if (shapes[j].points > 0 && shapes[j].circle.radius > radius)
			DropStrays(w, member + start[j], start[j + 1] - start[j], radius, label);
	HostFree(start);
	HostFree(member);
	FreeShapes(shapes, k);
}

/* What is outside joins places of at least min_homes. */
static void
Absorb(const PlacesWarm *w, double min_homes, int *label)
{
	CoverageBounds bounds = BoundsOf(w);

	AbsorbOutside(w->points, w->held, min_homes, bounds.most, bounds.radius,
				  CountLabels(w->points->n, label), label);
}

/* What joined a place that is too small all the same leaves it again. */
static void
ReleaseJoined(const PlacesWarm *w, double least, int *label)
{
	int			k = w->past->places;
	PlacesShape *shapes = MeasureShapes(w->points, label, k);

	for (int i = 0; i < w->points->n; i++)
		if (label[i] >= 0 && !w->held[i] && w->past->place[i] != label[i] &&
			shapes[label[i]].homes < least)
			label[i] = -1;
	FreeShapes(shapes, k);
}

void
ExtendCoverage(const PlacesWarm *w, int *label)
{
	double		least = BoundsOf(w).least;

	HostCheckCancel();
	for (int i = 0; i < w->points->n; i++)
		label[i] = w->far[i] ? -1 : w->past->place[i];
	RestoreShapes(w, w->rules->max_radius, label);
	Absorb(w, 0, label);
	ReleaseJoined(w, least, label);
	Absorb(w, least, label);
}

/* Homes kept; the misfit is homes in places that break the rules though nothing holds them there. */
PlacesMerit
MeritOfCoverage(const PlacesWarm *w, const int *label)
{
	int			k = CountLabels(w->points->n, label);
	PlacesShape *shapes = MeasureShapes(w->points, label, k);
	PlacesMerit merit = {0};

	for (int i = 0; i < w->points->n; i++)
		if (label[i] >= 0)
		{
			if (IsFit(w, &shapes[label[i]]))
				merit.kept += w->points->w[i];
			else if (!w->held[i])
				merit.misfit += w->points->w[i];
		}
	FreeShapes(shapes, k);
	return merit;
}

/* Make places of the points that are free and outside; new labels begin at `first`. */
static void
CoverOutside(const PlacesWarm *w, int first, int *label)
{
	int			n = w->points->n;
	int		   *source = HostNew(int, n);
	int		   *found = HostNew(int, n);
	PlacesPoints *rest;

	for (int i = 0; i < n; i++)
		source[i] = label[i] < 0 && !w->held[i];
	rest = SelectPoints(w->points, source, source);
	if (rest->homes >= w->rules->min_homes)
	{
		CoverageCluster(rest, w->rules->min_homes, w->rules->target_homes, w->rules->max_homes,
						w->rules->max_radius, found);
		for (int i = 0; i < rest->n; i++)
			if (found[i] >= 0)
				label[source[i]] = first + found[i];
	}
	FreePoints(rest);
	HostFree(source);
	HostFree(found);
}

/*
 * Give a place with held homes the free ones nearest to it, its old ones
 * first, until it has the minimum; none if it cannot have that.
 */
static void
SurroundHeld(const PlacesWarm *w, int place, PlacesShape *shape, CoverageBounds bounds, int *label)
{
	int			n = w->points->n;
	PlacesRanked *ranked = HostNew(PlacesRanked, n);
	int		   *member = HostNew(int, n);

	for (int theirs = 1; theirs >= 0 && shape->homes < bounds.least; theirs--)
	{
		int			count = 0;
		double		x,
					y;

		HostCheckCancel();
		for (int i = 0; i < n; i++)
			if (label[i] < 0 && !w->held[i] && (w->past->place[i] == place) == theirs)
				member[count++] = i;
		ShapeCentre(shape, &x, &y);
		RankPoints(w, member, count, x, y, ranked);
		for (int r = 0; r < count && shape->homes < bounds.least; r++)
		{
			int			i = ranked[r].item;

			HostCheckCancel();
			if (ranked[r].key > 4 * bounds.radius * bounds.radius)
				break;
			if (shape->homes + w->points->w[i] > bounds.most ||
				!ShapeAdmits(shape, w->points->x[i], w->points->y[i], bounds.radius))
				continue;
			label[i] = place;
			AddToShape(shape, w->points, i);
		}
	}
	for (int i = 0; i < n && shape->homes < bounds.least; i++)
		if (label[i] == place && !w->held[i])
			label[i] = -1;
	HostFree(ranked);
	HostFree(member);
}

/* The solution from scratch, which heeds the holds. */
void
FreshCoverage(const PlacesWarm *w, int *label)
{
	int			k = w->past->places;
	CoverageBounds bounds = BoundsOf(w);

	for (int i = 0; i < w->points->n; i++)
		label[i] = w->held[i] && !w->far[i] ? w->past->place[i] : -1;
	if (w->nheld > 0)
	{
		PlacesShape *shapes = MeasureShapes(w->points, label, k);

		for (int j = 0; j < k; j++)
			if (shapes[j].points > 0)
				SurroundHeld(w, j, &shapes[j], bounds, label);
		FreeShapes(shapes, k);
	}
	CoverOutside(w, k, label);
	if (w->nheld > 0)
		Absorb(w, bounds.least, label);
}

/* Places above the maximum let the farthest of their homes go. */
static void
TrimLarge(const PlacesWarm *w, int *label)
{
	CoverageBounds bounds = BoundsOf(w);
	int			k = w->past->places;
	PlacesShape *shapes = MeasureShapes(w->points, label, k);
	int		   *start = HostNew(int, k + 2);
	int		   *member = HostNew(int, w->points->n);
	PlacesRanked *ranked = HostNew(PlacesRanked, w->points->n);

	SortByLabel(w->points->n, label, k, start, member);
	for (int j = 0; j < k; j++)
	{
		int			n = start[j + 1] - start[j];
		double		x,
					y;

		HostCheckCancelAt(j);
		if (shapes[j].homes <= bounds.most || n == 1)
			continue;
		ShapeCentre(&shapes[j], &x, &y);
		RankPoints(w, member + start[j], n, x, y, ranked);
		while (n-- > 0 && shapes[j].homes > bounds.most)
			if (!w->held[ranked[n].item])
			{
				label[ranked[n].item] = -1;
				shapes[j].homes -= w->points->w[ranked[n].item];
			}
	}
	HostFree(ranked);
	HostFree(start);
	HostFree(member);
	FreeShapes(shapes, k);
}

/*
 * First what the extended places need by themselves; then places where the
 * solution from scratch has some; then parts of that.  Until what is left to
 * gain is well within the tolerance.
 */
void
MendCoverage(const PlacesWarm *w, int attempt, const int *fresh, int *label)
{
	CoverageBounds bounds = BoundsOf(w);
	double		wanted = MeritOfCoverage(w, fresh).kept - MeritOfCoverage(w, label).kept -
		LEFT_TO_GAIN * w->past->tolerance * w->points->homes;

	if (attempt == 0)
	{
		TrimLarge(w, label);
		Absorb(w, bounds.least, label);
		FillShortPlaces(w, bounds, label);
		Absorb(w, bounds.least, label);
		CoverOutside(w, w->past->places, label);
	}
	else if (attempt == 1)
		FoundPlaces(w, bounds, wanted, fresh, label);
	else
		Transplant(w, wanted, fresh, label);
	Absorb(w, bounds.least, label);
}
