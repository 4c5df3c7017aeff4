/*
 * incumbent.c
 *	  The incumbent, which is known of rows, as one of points.
 *
 * Homes on one point share a place unless somebody decided otherwise: those
 * fixed to a place are a point of their own for each such place.  Where free
 * homes on one point come from several places, the place of most of the rows
 * counts, whatever their weights; of equals the lower number.
 */
#include "engine/restart/incumbent.h"

#include "engine/base/shape.h"

/*
 * What keeps rows on one spot apart, for CollapseRows: one more than the number
 * of the place they are fixed to, 0 for free ones.  NULL when all are free.
 */
double *
FixedApart(int nrows, const PlacesIncumbent *incumbent)
{
	double	   *apart = NULL;

	if (incumbent->places == 0)
		return NULL;
	for (int r = 0; r < nrows; r++)
	{
		HostCheckCancelAt(r);
		if (incumbent->fixed[r] == FIXED_NOT)
			continue;
		Assert(incumbent->place[r] >= 0 && incumbent->place[r] < incumbent->places);
		if (apart == NULL)
			apart = HostNewZero(double, nrows);
		apart[r] = incumbent->place[r] + 1;
	}
	return apart;
}

/* The incumbent with what its rows say of its places; for ForgetPlaces(). */
PlacesIncumbent
KnowPlaces(const PlacesRows *rows, const PlacesRules *rules, const PlacesIncumbent *incumbent)
{
	PlacesIncumbent known = *incumbent;
	bool		shares = rows->share != NULL && rules->method == METHOD_BALANCED;

	if (incumbent->places == 0)
		return known;
	if (rows->was_kept != NULL && incumbent->grace > 0)
		known.kept = HostNewZero(bool, known.places);
	if (shares)
		known.share = HostNew(double, known.places);
	for (int j = 0; j < known.places && shares; j++)
		known.share[j] = 1;
	for (int r = 0; r < rows->n; r++)
	{
		int			j = incumbent->place[r];

		HostCheckCancelAt(r);
		if (j >= 0 && known.kept != NULL && rows->was_kept[r])
			known.kept[j] = true;
		if (j >= 0 && shares)
			known.share[j] = rows->share[r];
	}
	return known;
}

void
ForgetPlaces(PlacesIncumbent *incumbent)
{
	if (incumbent->kept != NULL)
		HostFree(incumbent->kept);
	if (incumbent->share != NULL)
		HostFree(incumbent->share);
}

/* The place in which most of the rows were, counting with `votes`, which is left all zero. */
static int
Majority(const PlacesIncumbent *incumbent, const int *row, int n, int *votes)
{
	int			winner = -1;

	for (int i = 0; i < n; i++)
		if (incumbent->place[row[i]] >= 0)
			votes[incumbent->place[row[i]]]++;
	for (int i = 0; i < n; i++)
	{
		int			j = incumbent->place[row[i]];

		if (j >= 0 && (winner < 0 || votes[j] > votes[winner] ||
					   (votes[j] == votes[winner] && j < winner)))
			winner = j;
	}
	for (int i = 0; i < n; i++)
		if (incumbent->place[row[i]] >= 0)
			votes[incumbent->place[row[i]]] = 0;
	return winner;
}

/* One of n free points, with the places of another and what is known of these. */
static PlacesIncumbent
NewIncumbent(const PlacesIncumbent *from, int n)
{
	PlacesIncumbent new = *from;

	new.place = HostNew(int, n);
	new.fixed = HostNewZero(uint8_t, n);
	return new;
}

/* A point is fixed as all the rows on it are, and to the same place. */
static void
AssertCheckFixed(int nrows, const PlacesIncumbent *rows, const int *row_point,
				 const PlacesIncumbent *points)
{
#ifdef PLACES_ASSERTS
	for (int r = 0; r < nrows && points->places > 0; r++)
	{
		int			p = row_point[r];

		HostCheckCancelAt(r);
		if (p < 0)
			continue;
		Assert(points->place[p] >= -1 && points->place[p] < points->places);
		Assert((rows->fixed[r] == FIXED_NOT) == (points->fixed[p] == FIXED_NOT));
		Assert(rows->fixed[r] == FIXED_NOT || rows->place[r] == points->place[p]);
	}
#else
	(void) nrows, (void) rows, (void) row_point, (void) points;
#endif
}

/*
 * The incumbent of n points from that of the rows on them (row_point: -1 for
 * none); without places if nothing is known of any.  O(nrows + n).
 */
PlacesIncumbent
IncumbentOfPoints(int nrows, const PlacesIncumbent *incumbent, const int *row_point, int n)
{
	PlacesIncumbent points = NewIncumbent(incumbent, n);
	int		   *start = HostNew(int, n + 2);
	int		   *member = HostNew(int, nrows);
	int		   *votes = HostNewZero(int, incumbent->places);
	bool		known = false;

	SortByLabel(nrows, row_point, n, start, member);
	for (int p = 0; p < n && incumbent->places > 0; p++)
	{
		HostCheckCancelAt(p);
		points.place[p] = Majority(incumbent, member + start[p], start[p + 1] - start[p], votes);
		known = known || points.place[p] >= 0;
		for (int i = start[p]; i < start[p + 1]; i++)
			points.fixed[p] = Max(points.fixed[p], incumbent->fixed[member[i]]);
	}
	if (!known)
		points.places = 0;
	AssertCheckFixed(nrows, incumbent, row_point, &points);
	HostFree(start);
	HostFree(member);
	HostFree(votes);
	return points;
}

/*
 * The incumbent of the points outside every place (which is -1 then), n of them, whose
 * positions are in source.  A place of the incumbent goes on among them if most
 * of its homes are there, or for those fixed to it; if the rest of its homes went
 * elsewhere, these are left over from it and count as new.
 */
PlacesIncumbent
IncumbentOfRest(const PlacesIncumbent *incumbent, const PlacesPoints *points, const int *place,
				const int *source, int n)
{
	PlacesIncumbent rest = NewIncumbent(incumbent, n);
	double	   *outside = HostNewZero(double, incumbent->places);
	bool		known = false;

	HostCheckCancel();
	for (int i = 0; i < points->n && incumbent->places > 0; i++)
		if (incumbent->place[i] >= 0)
			outside[incumbent->place[i]] += place[i] < 0 ? points->w[i] : -points->w[i];
	for (int i = 0; i < n && incumbent->places > 0; i++)
	{
		int			j = incumbent->place[source[i]];

		rest.fixed[i] = incumbent->fixed[source[i]];
		rest.place[i] = j >= 0 && (outside[j] > 0 || rest.fixed[i] != FIXED_NOT) ? j : -1;
		known = known || rest.place[i] >= 0;
	}
	if (!known)
		rest.places = 0;
	rest.kept = NULL;			/* what is dispersed was not */
	rest.share = NULL;
	HostFree(outside);
	return rest;
}

/*
 * Where the remainder is grouped, homes fixed to a dispersed place of the
 * incumbent stay fixed among the remainder: label and pinned_outside forget
 * them.  A dispersed place is known by a circle, without its pins, wider than
 * max_radius (metres); unless the homes that share its label now are a place by
 * the rules.
 */
void
ReleaseDispersed(const PlacesPoints *points, const PlacesRules *rules, const PlacesIncumbent *incumbent,
				 int *label, bool *pinned_outside)
{
	int			k = Max(incumbent->places, CountLabels(points->n, label));
	int		   *was = HostNew(int, points->n);
	PlacesShape *now = MeasureShapes(points, label, k);
	PlacesShape *before;

	HostCheckCancel();
	for (int i = 0; i < points->n; i++)
		was[i] = incumbent->fixed[i] == FIXED_PIN ? -1 : incumbent->place[i];
	before = MeasureShapes(points, was, incumbent->places);
	for (int i = 0; i < points->n; i++)
	{
		int			j = incumbent->place[i];
		PlacesRules own;

		if (incumbent->fixed[i] == FIXED_NOT)
			continue;
		own = RulesOfPlace(rules, incumbent, j);
		if (before[j].circle.radius <= own.max_radius ||
			(now[j].homes >= own.min_homes && now[j].circle.radius <= own.max_radius))
			continue;
		label[i] = -1;
		pinned_outside[i] = false;
	}
	FreeShapes(now, k);
	FreeShapes(before, incumbent->places);
	HostFree(was);
}

/*
 * Has every home of the incumbent's places the same company as before, among
 * those that still exist?  New homes may have joined.
 */
bool
NobodyMoved(const PlacesIncumbent *incumbent, const PlacesSolution *s)
{
	int		   *becomes = HostNew(int, incumbent->places);
	int		   *was = HostNew(int, s->k);
	bool		same = true;

	HostCheckCancel();
	for (int j = 0; j < incumbent->places; j++)
		becomes[j] = -1;
	for (int j = 0; j < s->k; j++)
		was[j] = -1;
	for (int i = 0; i < s->points->n && same; i++)
	{
		int			old = incumbent->place[i];
		int			now = s->point_place[i];

		if (old < 0)
			continue;
		if (becomes[old] < 0 && was[now] < 0)
		{
			becomes[old] = now;
			was[now] = old;
		}
		same = becomes[old] == now && was[now] == old &&
			(s->point_relation[i] == MEMBER || s->point_relation[i] == PINNED);
	}
	HostFree(becomes);
	HostFree(was);
	return same;
}

void
FreeIncumbent(PlacesIncumbent *incumbent)
{
	HostFree(incumbent->place);
	HostFree(incumbent->fixed);
}
