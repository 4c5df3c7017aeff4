/*
 * restart_coverage.c
 *	  Restart of coverage: places of bounded size and radius.
 *
 * Kept, a place has its homes and those that its circle can take besides.
 * Repaired, places that have become too large let their farthest homes go, those
 * that have become too small are filled (fill.c) or dissolved, and new places are
 * made of what is outside; if that keeps too few homes, places are opened where
 * the solution from scratch has some, and then parts of that are taken over
 * (transplant.c).
 *
 * Fixed assignments come first in the solution from scratch: each of their places
 * is chosen in advance with as many homes around it as it needs, and the rest is
 * clustered without them.
 */
#include "engine/restart/restart_coverage.h"

#include "engine/coverage/absorb.h"
#include "engine/coverage/coverage.h"
#include "engine/coverage/main_parts.h"
#include "engine/restart/fill.h"
#include "engine/restart/from_scratch.h"
#include "engine/restart/transplant.h"

/* share of the tolerance that may be left to gain by repair */
#define LEFT_TO_GAIN 0.5

/* share of its points that a place may lose to get back within its radius */
#define MOST_VIOLATIONS	0.1

static PlacesRules
BoundsOf(const PlacesRestart *r)
{
	return NarrowRules(r->points, r->rules);
}

/* The n points of member by their squared distance to (x, y), nearest first. */
static void
RankPoints(const PlacesRestart *r, const int *member, int n, double x, double y, PlacesRanked *ranked)
{
	for (int i = 0; i < n; i++)
	{
		double		dx = r->points->x[member[i]] - x;
		double		dy = r->points->y[member[i]] - y;

		ranked[i] = (PlacesRanked) {dx * dx + dy * dy, member[i]};
	}
	SortRanked(ranked, n);
}

/* The median of the points, which a few that have moved away do not shift; members sorted by x. */
static void
MedianOf(const PlacesRestart *r, const int *member, int n, double *x, double *y)
{
	double	   *sorted = HostNew(double, n);

	for (int i = 0; i < n; i++)
		sorted[i] = r->points->y[member[i]];
	SortDoubles(sorted, n);
	*x = r->points->x[member[n / 2]];
	*y = sorted[n / 2];
	HostFree(sorted);
}

/* Is there a circle of that radius around the n points? */
static bool
FitsCircle(const PlacesRestart *r, const PlacesRanked *ranked, int n, double radius)
{
	double	   *x = HostNew(double, SpotCount(r->points));
	double	   *y = HostNew(double, SpotCount(r->points));
	int			count = 0;
	bool		fits;

	for (int i = 0; i < n; i++)
	{
		PlacesOutline outline = PointCorners(r->points, ranked[i].item);

		memcpy(x + count, outline.x, sizeof(double) * outline.n);
		memcpy(y + count, outline.y, sizeof(double) * outline.n);
		count += outline.n;
	}
	fits = n == 0 || BoundingCircle(count, x, y).radius <= radius;
	HostFree(x);
	HostFree(y);
	return fits;
}

/*
 * A place that violates the radius lets the farthest of its homes go, which have
 * moved away; if those are many it has lost its shape, and lets all go that are
 * free.
 */
static void
ReleaseViolations(const PlacesRestart *r, const int *member, int n, int *label)
{
	PlacesRanked *ranked = HostNew(PlacesRanked, n);
	int			keep = n;
	double		x,
				y;

	MedianOf(r, member, n, &x, &y);
	RankPoints(r, member, n, x, y, ranked);
	while (keep >= n * (1 - MOST_VIOLATIONS) && !FitsCircle(r, ranked, keep, r->rules->max_radius))
	{
		HostCheckCancel();
		keep--;
	}
	if (keep < n * (1 - MOST_VIOLATIONS))
		keep = 0;
	for (int i = keep; i < n; i++)
		if (!r->fixed[ranked[i].item])
			label[ranked[i].item] = -1;
	HostFree(ranked);
}

/* Every place of the incumbent has its homes but those that no circle holds any more. */
static void
EnforceRadius(const PlacesRestart *r, int *label)
{
	int			k = r->incumbent->places;
	PlacesShape *shapes = MeasureShapes(r->points, label, k);
	int		   *start = HostNew(int, k + 2);
	int		   *member = HostNew(int, r->points->n);

	SortByLabel(r->points->n, label, k, start, member);
	for (int j = 0; j < k; j++)
		if (shapes[j].points > 0 &&
			shapes[j].circle.radius > RulesOfPlace(r->rules, r->incumbent, j).max_radius)
			ReleaseViolations(r, member + start[j], start[j + 1] - start[j], label);
	HostFree(start);
	HostFree(member);
	FreeShapes(shapes, k);
}

/* Bar the homes of places whose gap is within their grace. */
static void
BarWithinGrace(const PlacesRestart *r, int k, const int *label, bool *barred)
{
	PlacesShape *shapes = JudgedShapes(r, label, k);

	for (int i = 0; i < r->points->n; i++)
	{
		HostCheckCancelAt(i);
		if (label[i] >= 0 && HasGrace(r->incumbent, label[i]) &&
			shapes[label[i]].gap <= RulesOfPlace(r->rules, r->incumbent, label[i]).max_gap)
			barred[i] = true;
	}
	FreeShapes(shapes, k);
}

/*
 * Homes beside the main part of a place that is in parts are outside, but for those that
 * are fixed, or whose place has a gap within its grace.
 */
static void
EnforceGap(const PlacesRestart *r, int *label)
{
	PlacesRules bounds = BoundsOf(r);
	int			k = CountLabels(r->points->n, label);
	bool	   *barred;

	if (!LimitsGap(&bounds))
		return;
	barred = HostNew(bool, r->points->n);
	HostCheckCancel();
	memcpy(barred, r->fixed, sizeof(bool) * r->points->n);
	if (r->incumbent->kept != NULL)
		BarWithinGrace(r, k, label, barred);
	ReleaseParts(r->points, barred, &bounds, k, label);
	HostFree(barred);
}

/*
 * Within its grace a place takes homes in as others do, but those that would make it
 * wider than it is.
 */
static PlacesLimits *
LimitsOf(const PlacesRestart *r, const PlacesRules *bounds, int k, const int *label)
{
	PlacesLimits *limits = HostNew(PlacesLimits, k);
	PlacesShape *shapes = MeasureShapes(r->points, label, k);

	for (int j = 0; j < k; j++)
	{
		limits[j] = (PlacesLimits) {LeastHomesOf(r, j, bounds->min_homes), bounds->max_radius};
		if (HasGrace(r->incumbent, j) &&
			shapes[j].circle.radius <= RulesOfPlace(r->rules, r->incumbent, j).max_radius)
			limits[j].max_radius = Max(limits[j].max_radius, shapes[j].circle.radius);
	}
	FreeShapes(shapes, k);
	return limits;
}

/* What is outside joins places of at least min_homes, or within their grace of that. */
static void
Absorb(const PlacesRestart *r, double min_homes, int *label)
{
	PlacesRules bounds = BoundsOf(r);
	int			k = CountLabels(r->points->n, label);
	PlacesLimits *limits;

	bounds.min_homes = min_homes;
	limits = r->incumbent->kept ? LimitsOf(r, &bounds, k, label) : NULL;
	AbsorbOutside(r->points, r->fixed, &bounds, limits, k, label);
	if (limits != NULL)
		HostFree(limits);
}

/* A block outside that has the minimum by itself becomes a place. */
static void
OpenBlocksOutside(const PlacesRestart *r, int *label)
{
	int			k = Max(CountLabels(r->points->n, label), r->incumbent->places);

	OpenBlocks(r->points, r->fixed, r->rules->min_homes, k, label);
}

/* Leaves the incumbent's places alone. */
static void
CloseNewPlaces(const PlacesRestart *r, int *label)
{
	for (int i = 0; i < r->points->n; i++)
	{
		HostCheckCancelAt(i);
		if (label[i] >= r->incumbent->places)
			label[i] = -1;
	}
}

/* What joined a place that is below the minimum all the same leaves it again. */
static void
ReleaseJoined(const PlacesRestart *r, double least, int *label)
{
	int			k = r->incumbent->places;
	PlacesShape *shapes = MeasureShapes(r->points, label, k);

	for (int i = 0; i < r->points->n; i++)
		if (label[i] >= 0 && !r->fixed[i] && r->incumbent->place[i] != label[i] &&
			shapes[label[i]].homes < LeastHomesOf(r, label[i], least))
			label[i] = -1;
	FreeShapes(shapes, k);
}

/* Every home stays; new ones join where a circle takes them, or are places if they can be. */
void
KeepCoverage(const PlacesRestart *r, int *label)
{
	double		least = BoundsOf(r).min_homes;

	LabelAsIncumbent(r, label);
	EnforceRadius(r, label);
	EnforceGap(r, label);
	Absorb(r, 0, label);
	ReleaseJoined(r, least, label);
	Absorb(r, least, label);
	OpenBlocksOutside(r, label);
}

/* The violation is homes in places that break the rules though nothing fixes them there. */
PlacesObjective
ObjectiveOfCoverage(const PlacesRestart *r, const int *label)
{
	int			k = CountLabels(r->points->n, label);
	PlacesShape *shapes = JudgedShapes(r, label, k);
	PlacesObjective objective = {.kept = KeptBy(r, shapes, k)};

	for (int i = 0; i < r->points->n; i++)
		if (label[i] >= 0 && !r->fixed[i] && !KeepsRules(r, label[i], &shapes[label[i]]))
			objective.violation += r->points->w[i];
	FreeShapes(shapes, k);
	return objective;
}

/* Make places of the points that are free and outside; new labels begin at `first`. */
static void
CoverOutside(const PlacesRestart *r, int first, int *label)
{
	int		   *chosen = HostNew(int, r->points->n);

	HostCheckCancel();
	for (int i = 0; i < r->points->n; i++)
		chosen[i] = label[i] < 0 && !r->fixed[i];
	ClusterSome(r->points, r->rules, chosen, first, label);
	HostFree(chosen);
}

/*
 * Give a place with fixed homes the free ones nearest to it, first those that
 * were its own, until it has the minimum; none if it cannot have that.
 */
static void
SurroundFixed(const PlacesRestart *r, int place, PlacesShape *shape, PlacesRules bounds, int *label)
{
	int			n = r->points->n;
	PlacesRanked *ranked = HostNew(PlacesRanked, n);
	int		   *member = HostNew(int, n);

	for (int own = 1; own >= 0 && shape->homes < bounds.min_homes; own--)
	{
		int			count = 0;
		double		x,
					y;

		HostCheckCancel();
		for (int i = 0; i < n; i++)
			if (label[i] < 0 && !r->fixed[i] && (r->incumbent->place[i] == place) == own)
				member[count++] = i;
		ShapeCentre(shape, &x, &y);
		RankPoints(r, member, count, x, y, ranked);
		for (int c = 0; c < count && shape->homes < bounds.min_homes; c++)
		{
			int			i = ranked[c].item;

			HostCheckCancel();
			if (ranked[c].key > 4 * bounds.max_radius * bounds.max_radius)
				break;
			if (shape->homes + r->points->w[i] > bounds.max_homes ||
				!ShapeAdmits(shape, r->points, i, bounds.max_radius))
				continue;
			label[i] = place;
			AddToShape(shape, r->points, i);
		}
	}
	for (int i = 0; i < n && shape->homes < bounds.min_homes; i++)
		if (label[i] == place && !r->fixed[i])
			label[i] = -1;
	HostFree(ranked);
	HostFree(member);
}

/* The solution from scratch, around the fixed assignments. */
void
ResolveCoverage(const PlacesRestart *r, int *label)
{
	int			k = r->incumbent->places;
	PlacesRules bounds = BoundsOf(r);

	for (int i = 0; i < r->points->n; i++)
		label[i] = r->fixed[i] && !r->pinned_outside[i] ? r->incumbent->place[i] : -1;
	if (r->nfixed > 0)
	{
		PlacesShape *shapes = MeasureShapes(r->points, label, k);

		for (int j = 0; j < k; j++)
			if (shapes[j].points > 0)
				SurroundFixed(r, j, &shapes[j], bounds, label);
		FreeShapes(shapes, k);
	}
	CoverOutside(r, k, label);
	if (r->nfixed > 0)
		Absorb(r, bounds.min_homes, label);
}

/* Places above the maximum let the farthest of their homes go. */
static void
EnforceMaximum(const PlacesRestart *r, int *label)
{
	PlacesRules bounds = BoundsOf(r);
	int			k = r->incumbent->places;
	PlacesShape *shapes = MeasureShapes(r->points, label, k);
	int		   *start = HostNew(int, k + 2);
	int		   *member = HostNew(int, r->points->n);
	PlacesRanked *ranked = HostNew(PlacesRanked, r->points->n);

	SortByLabel(r->points->n, label, k, start, member);
	for (int j = 0; j < k; j++)
	{
		int			n = start[j + 1] - start[j];
		double		x,
					y;

		HostCheckCancelAt(j);
		if (shapes[j].homes <= bounds.max_homes || n == 1)
			continue;
		ShapeCentre(&shapes[j], &x, &y);
		RankPoints(r, member + start[j], n, x, y, ranked);
		while (n-- > 0 && shapes[j].homes > bounds.max_homes)
			if (!r->fixed[ranked[n].item])
			{
				label[ranked[n].item] = -1;
				shapes[j].homes -= r->points->w[ranked[n].item];
			}
	}
	HostFree(ranked);
	HostFree(start);
	HostFree(member);
	FreeShapes(shapes, k);
}

/*
 * First what the kept places need by themselves; then new places where the
 * solution from scratch has some; then parts of that.  Until what is left to gain
 * is well within the tolerance.
 */
void
RepairCoverage(const PlacesRestart *r, int attempt, const int *resolved, int *label)
{
	PlacesRules bounds = BoundsOf(r);
	double		kept = ObjectiveOfCoverage(r, label).kept;
	double		wanted = ObjectiveOfCoverage(r, resolved).kept - kept -
		LEFT_TO_GAIN * r->incumbent->tolerance * r->points->homes;

	if (attempt == 0)
	{
		CloseNewPlaces(r, label);
		EnforceMaximum(r, label);
		Absorb(r, bounds.min_homes, label);
		FillShortPlaces(r, bounds, label);
		Absorb(r, bounds.min_homes, label);
		CoverOutside(r, r->incumbent->places, label);
	}
	else if (attempt == 1)
		OpenPlaces(r, bounds, wanted, resolved, label);
	else
		Transplant(r, wanted, resolved, label);
	EnforceGap(r, label);
	Absorb(r, bounds.min_homes, label);
	OpenBlocksOutside(r, label);
	/* a transplant only gains; the others may leave a place on the way short */
	Assert(attempt < 2 || ObjectiveOfCoverage(r, label).kept >=
		   kept - SIZE_ROUNDING * r->points->homes);
}
