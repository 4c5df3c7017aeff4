/*
 * incumbent.c
 *	  What is known from the last answer, of rows and of points.
 *
 * Homes on one point share a place unless somebody decided otherwise: those
 * held in a place are a point of their own for each such place.  Where free
 * homes on one point come from several places, most of them decide; of equals
 * the lower number.
 */
#include "engine/restart/incumbent.h"

#include "engine/base/shape.h"

/* What keeps rows on one spot apart: the place in which they are held.  NULL when none is. */
double *
HeldApart(int nrows, const PlacesIncumbent *past)
{
	double	   *apart = NULL;

	if (past->places == 0)
		return NULL;
	for (int r = 0; r < nrows; r++)
	{
		HostCheckCancelAt(r);
		if (past->fixed[r] == FIXED_NOT)
			continue;
		Assert(past->place[r] >= 0);
		if (apart == NULL)
			apart = HostNewZero(double, nrows);
		apart[r] = past->place[r] + 1;
	}
	return apart;
}

/* The place in which most of the rows were, counting with `votes`, which is left all zero. */
static int
Majority(const PlacesIncumbent *past, const int *row, int n, int *votes)
{
	int			winner = -1;

	for (int i = 0; i < n; i++)
		if (past->place[row[i]] >= 0)
			votes[past->place[row[i]]]++;
	for (int i = 0; i < n; i++)
	{
		int			j = past->place[row[i]];

		if (j >= 0 && (winner < 0 || votes[j] > votes[winner] ||
					   (votes[j] == votes[winner] && j < winner)))
			winner = j;
	}
	for (int i = 0; i < n; i++)
		if (past->place[row[i]] >= 0)
			votes[past->place[row[i]]] = 0;
	return winner;
}

static PlacesIncumbent
NewPast(const PlacesIncumbent *from, int n)
{
	PlacesIncumbent	past = *from;

	past.place = HostNew(int, n);
	past.fixed = HostNewZero(uint8_t, n);
	return past;
}

/* The past of n points from that of the rows on them; no places if none is known of them. */
PlacesIncumbent
PastOfPoints(int nrows, const PlacesIncumbent *past, const int *row_point, int n)
{
	PlacesIncumbent	points = NewPast(past, n);
	int		   *start = HostNew(int, n + 2);
	int		   *member = HostNew(int, nrows);
	int		   *votes = HostNewZero(int, past->places);
	bool		known = false;

	SortByLabel(nrows, row_point, n, start, member);
	for (int p = 0; p < n && past->places > 0; p++)
	{
		HostCheckCancelAt(p);
		points.place[p] = Majority(past, member + start[p], start[p + 1] - start[p], votes);
		known = known || points.place[p] >= 0;
		for (int i = start[p]; i < start[p + 1]; i++)
			points.fixed[p] = Max(points.fixed[p], past->fixed[member[i]]);
	}
	if (!known)
		points.places = 0;
	HostFree(start);
	HostFree(member);
	HostFree(votes);
	return points;
}

/*
 * The past of the points outside every place, n of them, whose positions are
 * in source: of an old place that is mostly among them, not of one from which
 * they were left over.
 */
PlacesIncumbent
PastOfRest(const PlacesIncumbent *past, const PlacesSolution *s, const int *source, int n)
{
	PlacesIncumbent	rest = NewPast(past, n);
	double	   *outside = HostNewZero(double, past->places);
	bool		known = false;

	HostCheckCancel();
	for (int i = 0; i < s->points->n && past->places > 0; i++)
		if (past->place[i] >= 0)
			outside[past->place[i]] += s->point_place[i] < 0 ? s->points->w[i] : -s->points->w[i];
	for (int i = 0; i < n && past->places > 0; i++)
	{
		int			j = past->place[source[i]];

		rest.fixed[i] = past->fixed[source[i]];
		rest.place[i] = j >= 0 && (outside[j] > 0 || rest.fixed[i] != FIXED_NOT) ? j : -1;
		known = known || rest.place[i] >= 0;
	}
	if (!known)
		rest.places = 0;
	HostFree(outside);
	return rest;
}

/*
 * Where the remainder is grouped, homes held in a place that was dispersed are
 * held in the grouping.  Such a place was wider than places are, without its
 * pins, and those it holds are no place now.
 */
void
ReleaseDispersed(const PlacesPoints *points, const PlacesRules *rules, const PlacesIncumbent *past,
				 int *label, bool *far)
{
	int			k = Max(past->places, CountLabels(points->n, label));
	int		   *was = HostNew(int, points->n);
	PlacesShape *now = MeasureShapes(points, label, k);
	PlacesShape *before;

	HostCheckCancel();
	for (int i = 0; i < points->n; i++)
		was[i] = past->fixed[i] == FIXED_PIN ? -1 : past->place[i];
	before = MeasureShapes(points, was, past->places);
	for (int i = 0; i < points->n; i++)
	{
		int			j = past->place[i];

		if (past->fixed[i] == FIXED_NOT || before[j].circle.radius <= rules->max_radius ||
			(now[j].homes >= rules->min_homes && now[j].circle.radius <= rules->max_radius))
			continue;
		label[i] = -1;
		far[i] = false;
	}
	FreeShapes(now, k);
	FreeShapes(before, past->places);
	HostFree(was);
}

/* Are the homes that were in a place with the same homes as before, as far as these still exist? */
bool
NobodyMoved(const PlacesIncumbent *past, const PlacesSolution *s)
{
	int		   *becomes = HostNew(int, past->places);
	int		   *was = HostNew(int, s->k);
	bool		same = true;

	HostCheckCancel();
	for (int j = 0; j < past->places; j++)
		becomes[j] = -1;
	for (int j = 0; j < s->k; j++)
		was[j] = -1;
	for (int i = 0; i < s->points->n && same; i++)
	{
		int			old = past->place[i];
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
FreePast(PlacesIncumbent *past)
{
	HostFree(past->place);
	HostFree(past->fixed);
}
