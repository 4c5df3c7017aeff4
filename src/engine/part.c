/*
 * part.c
 *	  A part of an authority that has nothing to do with the rest, as a
 *	  subproblem.
 *
 * Its points are in coordinates from its own corner, to the last bit the same
 * wherever it lies.
 */
#include "engine/part.h"

#include "engine/base/nested.h"
#include "engine/restart/from_scratch.h"
#include "engine/restart/restart.h"

/*
 * Label the points by the rules' method, starting from the incumbent if it has
 * places; -1 outside every place.  Where places are parts of larger ones the points
 * are those of one, or all that are in none.  pinned_outside, all false on entry, receives the
 * points that do not count in the place they are pinned to.
 */
PlacesChoice
LabelWhole(const PlacesPoints *points, const PlacesRules *rules, const PlacesIncumbent *incumbent,
		   int *label, bool *pinned_outside)
{
	PlacesRules own;

	for (int i = 0; i < points->n; i++)
		label[i] = -1;
	if (points->homes <= 0)
		return CHOICE_FROM_SCRATCH;
	if (IsFitted(rules))
	{
		own = FitRules(rules, points, incumbent);
		rules = &own;
	}
	if (incumbent->places > 0)
		return LabelFromIncumbent(points, rules, incumbent, label, pinned_outside);
	ClusterPoints(points, rules, label);
	return CHOICE_FROM_SCRATCH;
}

/* How many spots the n points at these positions have; -1 where points have none. */
static int
CountSpots(const PlacesPoints *points, const int *member, int n)
{
	int			count = 0;

	if (points->spots.start == NULL)
		return -1;
	for (int i = 0; i < n; i++)
		count += points->spots.start[member[i] + 1] - points->spots.start[member[i]];
	return count;
}

/*
 * Bytes of a part of n points with loads and so many spots, -1 without, of which places
 * may be known, perhaps which were kept, and shares.
 */
static size_t
PartSize(int n, int nloads, int spots, int places, bool has_kept, bool has_share)
{
	size_t		bytes = (3 + nloads) * sizeof(double) + sizeof(int) + sizeof(bool);
	size_t		size = offsetof(PlacesPart, column) +
		(bytes + (places > 0 ? sizeof(int) + sizeof(uint8_t) : 0)) * (size_t) n +
		((has_kept ? sizeof(bool) : 0) + (has_share ? sizeof(double) : 0)) * (size_t) places;

	if (spots >= 0)
		size += 3 * sizeof(double) * (size_t) spots + (sizeof(double) + 2 * sizeof(int)) * (size_t) n + sizeof(int);
	return size;
}

/* The spots of the n points at these positions, as the part's own. */
static void
PutSpots(PlacesPart *part, PlacesSpots own, const PlacesSpots *spots, const int *member,
		 double left, double bottom)
{
	if (part->spots < 0)
		return;
	own.start[0] = 0;
	for (int i = 0; i < part->n; i++)
	{
		int			from = spots->start[member[i]];
		int			to = own.start[i];

		HostCheckCancelAt(i);
		for (; from < spots->start[member[i] + 1]; from++, to++)
		{
			own.x[to] = spots->x[from] - left;
			own.y[to] = spots->y[from] - bottom;
			own.w[to] = spots->w[from];
		}
		own.start[i + 1] = to;
		own.corners[i] = spots->corners[member[i]];
		own.reach[i] = spots->reach[member[i]];
		part->farthest = Max(part->farthest, own.reach[i]);
	}
}

/*
 * The n points at these positions, which ascend, as a part; if it has places of the
 * incumbent the caller fills in which point is in which of them, and what is known of these.
 * The caller frees it.
 */
PlacesPart *
NewPart(const PlacesPoints *points, const int *member, int n, const PlacesRules *rules, int places,
		const PlacesIncumbent *incumbent)
{
	bool		has_kept = incumbent->kept != NULL;
	bool		has_share = incumbent->share != NULL;
	int			spots = CountSpots(points, member, n);
	size_t		size = PartSize(n, points->nloads, spots, places, has_kept, has_share);
	PlacesPart *part = HostAlloc(size);
	PlacesPoints own;
	double		bottom = INFINITY;

	*part = (PlacesPart) {.problem = {size, SUBPROBLEM_PART, n}, .rules = *rules, .n = n, .nloads = points->nloads, .whole = true,
	.spots = spots, .places = places, .tolerance = incumbent->tolerance, .has_kept = has_kept, .grace = incumbent->grace,
	.has_share = has_share};
	own = ViewPart(part).points;
	HostCheckCancel();
	for (int i = 0; i < n; i++)
		bottom = Min(bottom, points->y[member[i]]);
	for (int i = 0; i < n; i++)
	{
		HostCheckCancelAt(i);
		own.x[i] = points->x[member[i]] - points->x[member[0]]; /* sorted by x */
		own.y[i] = points->y[member[i]] - bottom;
		own.w[i] = points->w[member[i]];
		part->homes += own.w[i];
		part->whole = part->whole && own.w[i] == floor(own.w[i]);
	}
	PutSpots(part, own.spots, &points->spots, member, points->x[member[0]], bottom);
	for (int l = 0; l < points->nloads; l++)
	{
		HostCheckCancel();
		for (int i = 0; i < n; i++)
			own.load[l][i] = points->load[l][member[i]];
	}
	return part;
}

PlacesPartView
ViewPart(PlacesPart *part)
{
	size_t		n = part->n;
	PlacesPartView view = {.points = {.n = part->n, .homes = part->homes, .whole = part->whole,
	.nloads = part->nloads},
	.incumbent = {.places = part->places, .tolerance = part->tolerance, .grace = part->grace}};
	char	   *at;

	view.points.x = part->column;
	view.points.y = view.points.x + n;
	view.points.w = view.points.y + n;
	for (int l = 0; l < part->nloads; l++)
		view.points.load[l] = view.points.w + n * (l + 1);
	at = (char *) (view.points.w + n * (part->nloads + 1));
	if (part->spots >= 0)
	{
		PlacesSpots *spots = &view.points.spots;

		spots->farthest = part->farthest;
		spots->reach = (double *) at;
		spots->x = spots->reach + n;
		spots->y = spots->x + part->spots;
		spots->w = spots->y + part->spots;
		spots->start = (int *) (spots->w + part->spots);
		spots->corners = spots->start + n + 1;
		at = (char *) (spots->corners + n);
	}
	if (part->has_share)
	{
		view.incumbent.share = (double *) at;
		at = (char *) (view.incumbent.share + part->places);
	}
	view.label = (int *) at;
	at = (char *) (view.label + n);
	if (part->places > 0)
	{
		view.incumbent.place = (int *) at;
		view.incumbent.fixed = (uint8_t *) (view.incumbent.place + n);
		at = (char *) (view.incumbent.fixed + n);
	}
	view.pinned_outside = (bool *) at;
	at += sizeof(bool) * n;
	if (part->has_kept)
	{
		view.incumbent.kept = (bool *) at;
		at += sizeof(bool) * part->places;
	}
	Assert(at == (char *) part + part->problem.size);
	return view;
}

/* Label the points of a part. */
void
SolvePart(PlacesSubproblem *problem)
{
	PlacesPart *part = (PlacesPart *) problem;
	PlacesPartView view = ViewPart(part);

	memset(view.pinned_outside, false, part->n);
	part->choice = LabelWhole(&view.points, &part->rules, &view.incumbent, view.label,
							  view.pinned_outside);
}
