/*
 * remainder.c
 *	  What becomes of the homes outside every place: they are merely near one, or join
 *	  it, or are places of their own.  What stays together does here, too.
 */
#include "engine/remainder.h"

#include "engine/base/kdtree_search.h"
#include "engine/measure.h"
#include "engine/part.h"
#include "engine/parts.h"
#include "engine/restart/incumbent.h"

/*
 * Where no place can be made (no homes to divide by, or too few or too scattered)
 * all points but the strays are one place; also where homes are pinned to a single
 * place, too few to be one, and nobody else is in any.  So nothing vanishes.  A
 * locked place stays what it is.
 */
void
GatherAll(const PlacesPoints *points, const PlacesRules *rules, const PlacesIncumbent *incumbent,
		  int *label)
{
	int			only = -1;
	double		homes = 0;
	bool	   *stray;

	HostCheckCancel();
	for (int i = 0; i < points->n; i++)
	{
		if (label[i] < 0)
			continue;
		if (incumbent->places == 0 || incumbent->fixed[i] != FIXED_PIN ||
			(only >= 0 && label[i] != only))
			return;
		only = label[i];
		homes += points->w[i];
	}
	if (only >= 0 && homes >= RulesOfPlace(rules, incumbent, only).min_homes * (1 - SIZE_ROUNDING))
		return;
	stray = HostNew(bool, points->n);
	FindStrays(points, rules, incumbent, stray);
	for (int i = 0; i < points->n; i++)
		label[i] = stray[i] ? -1 : only >= 0 ? only : incumbent->places;
	HostFree(stray);
}

/* Give the points outside every place to the one with the nearest centre to their estate's; true: outside. */
static void
FindNearestPlaces(PlacesSolution *s, const PlacesEstates *estates, bool *outside)
{
	double	   *x = HostNew(double, s->k);
	double	   *y = HostNew(double, s->k);
	PlacesKdTree *centres;

	for (int j = 0; j < s->k; j++)
	{
		x[j] = s->places[j].x;
		y[j] = s->places[j].y;
	}
	Assert(s->k > 0);
	centres = BuildPlainTree(s->k, x, y);
	for (int i = 0; i < s->points->n; i++)
	{
		int			e = estates->estate[i];

		outside[i] = s->point_place[i] < 0;
		if (!outside[i])
			continue;
		HostCheckCancel();
		NearestPoints(centres, estates->points->x[e], estates->points->y[e], 1, &s->point_place[i]);
		Assert(s->point_place[i] >= 0 && s->point_place[i] < s->k);
	}
	FreeKdTree(centres);
	HostFree(x);
	HostFree(y);
}

/* The same, and join it where all homes of the estate are near enough. */
void
JoinNearestPlaces(PlacesSolution *s, const PlacesRules *rules, const PlacesEstates *estates)
{
	bool	   *outside = HostNew(bool, s->points->n);
	bool	   *far = HostNewZero(bool, estates->points->n);

	FindNearestPlaces(s, estates, outside);
	for (int i = 0; i < s->points->n; i++)
	{
		HostCheckCancelAt(i);
		if (outside[i] && (rules->remainder != REMAINDER_ATTACH || PointDistance(s, i) > rules->attach_within))
			far[estates->estate[i]] = true;
	}
	for (int i = 0; i < s->points->n; i++)
	{
		PlacesPlace *place = &s->places[s->point_place[i]];
		bool		attach = !far[estates->estate[i]];

		HostCheckCancelAt(i);
		if (!outside[i])
			continue;
		s->point_relation[i] = attach ? ATTACHED : OUTLYING;
		*(attach ? &place->attached : &place->outlying) += s->points->w[i];
	}
	HostFree(outside);
	HostFree(far);
}

/*
 * Form places of about target_homes of the estates outside every place (which is -1
 * then), however far apart; those of the incumbent's places that are mostly there go
 * on.  label receives what becomes of them, by estate, -1 for the others.
 */
static void
LabelRemainder(const PlacesPoints *estates, const int *place, const PlacesRules *rules,
			   const PlacesIncumbent *incumbent, int *label)
{
	int			n = estates->n;
	int		   *source = HostNew(int, n);
	PlacesPoints *rest;

	for (int e = 0; e < n; e++)
	{
		HostCheckCancelAt(e);
		label[e] = -1;
		source[e] = place[e] < 0;
	}
	rest = SelectPoints(estates, source, source);
	if (rest->n > 0)
	{
		PlacesRules about = *rules;
		PlacesIncumbent rest_incumbent = IncumbentOfRest(incumbent, estates, place, source, rest->n);
		int		   *rest_label = HostNew(int, rest->n);
		bool	   *pinned_outside = HostNewZero(bool, rest->n);	/* stays so: no radius */

		about.method = METHOD_BALANCED;
		about.min_homes = 0.9 * rules->target_homes;
		about.max_homes = 1.1 * rules->target_homes;
		about.max_radius = about.max_gap = INFINITY;
		about.remainder = REMAINDER_FLAG;
		LabelWhole(rest, &about, &rest_incumbent, rest_label, pinned_outside);
		GatherAll(rest, &about, &rest_incumbent, rest_label);
		HostCheckCancel();
		for (int i = 0; i < rest->n; i++)
		{
			Assert(rest_label[i] >= 0); /* balanced leaves nobody outside */
			label[source[i]] = rest_label[i];
		}
		HostFree(rest_label);
		HostFree(pinned_outside);
		FreeIncumbent(&rest_incumbent);
	}
	FreePoints(rest);
	HostFree(source);
}

/* Add the places of what is outside every place. */
void
GroupRemainder(PlacesSolution *s, const PlacesRules *rules, const PlacesEstates *estates,
			   const PlacesIncumbent *of_estates)
{
	int			n = s->points->n;
	int		   *place = HostNew(int, estates->points->n);
	int		   *of_estate = HostNew(int, estates->points->n);
	int		   *label = HostNew(int, n);
	int			first = s->k;

	for (int e = 0; e < estates->points->n; e++)
		place[e] = s->point_place[estates->first[e]];
	LabelRemainder(estates->points, place, rules, of_estates, of_estate);
	for (int i = 0; i < n; i++)
	{
		HostCheckCancelAt(i);
		label[i] = of_estate[estates->estate[i]];
	}
	AppendPlaces(s, label);
	for (int i = 0; i < n; i++)
		if (label[i] >= 0)
			s->point_place[i] = label[i];
	for (int j = first; j < s->k; j++)
		s->places[j].reasons = DISPERSED;
	HostFree(place);
	HostFree(of_estate);
	HostFree(label);
}
