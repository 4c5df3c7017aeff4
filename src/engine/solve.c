/*
 * solve.c
 *	  The places of one authority: the engine's front door.
 *
 * Rows become local metres (frame.c), then distinct weighted points (points.c).
 * The rules' method labels the points, or a restart where there is an incumbent, in
 * parts that have nothing to do with each other (parts.c).
 * The labels become places, which are measured, judged and numbered (measure.c);
 * last comes the remainder, the points outside every place.  Every step depends
 * on the set of rows only, not on their order.
 */
#include "engine/engine.h"

#include "engine/bound/bound.h"
#include "engine/part.h"
#include "engine/parts.h"
#include "engine/restart/incumbent.h"
#include "engine/together.h"

#define CANCEL_ROWS		8192

/* Rows and rules are within ranges.h, as the sums of all steps rely on. */
static void
AssertCheckRows(const PlacesRows *rows, const PlacesRules *rules)
{
#ifdef PLACES_ASSERTS
	double		homes = 0;

	Assert(rows->n >= 0 && rows->n <= MOST_ROWS);
	Assert(rows->nloads >= 0 && rows->nloads <= MOST_LOADS && rows->nloads == rules->nloads);
	for (int r = 0; r < rows->n; r++)
	{
		HostCheckCancelAt(r);
		if (isnan(rows->x[r]))
			continue;
		Assert(IsLocation(rows->x[r], rows->y[r]) && (rows->w == NULL || IsWeight(rows->w[r])));
		Assert(!rows->geodetic || fabs(rows->y[r]) <= 90);
		homes += rows->w ? rows->w[r] : 1;
	}
	Assert(homes <= MOST_HOMES);
	Assert(rules->min_homes > 0 && rules->min_homes <= rules->target_homes);
	Assert(rules->target_homes <= MOST_HOMES && rules->target_homes <= rules->max_homes);
	Assert(rules->max_radius >= LEAST_METRES &&
		   (isinf(rules->max_radius) ? rules->method != METHOD_COVERAGE : rules->max_radius <= MOST_METRES));
#else
	(void) rows, (void) rules;
#endif
}

/*
 * Rows to points in local metres, those of different `apart` (may be NULL) to
 * different ones; row_point receives the point of each row, -1 without a
 * location.  The caller owns the points.
 */
static PlacesPoints *
GatherPoints(PlacesFrame *frame, const PlacesRows *rows, const double *apart, int *row_point)
{
	PlacesPoints *points;
	double	   *local_x = HostNew(double, rows->n);
	double	   *local_y = HostNew(double, rows->n);

	FitFrame(frame, rows->geodetic, rows->n, rows->x, rows->y);
	memcpy(local_x, rows->x, sizeof(double) * rows->n);
	memcpy(local_y, rows->y, sizeof(double) * rows->n);
	for (int r = 0; r < rows->n; r++)
	{
		if (r % CANCEL_ROWS == 0)
			HostCheckCancel();
		if (!isnan(local_x[r]))
			ToLocal(frame, &local_x[r], &local_y[r]);
	}

	points = CollapseRows(rows->n, local_x, local_y, rows->w, apart, row_point);
	HostFree(local_x);
	HostFree(local_y);
	return points;
}

/*
 * Where no place can be made (no homes to divide by, or too few or too scattered)
 * all points but the strays are one place; also where homes are pinned to a single
 * place, too few to be one, and nobody else is in any.  So nothing vanishes.  A
 * locked place stays what it is.
 */
static void
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

/*
 * Take the points that are pinned from outside out of their places.  mate receives
 * for each of them a point that does count there, -1 for all other points.
 */
static void
TakePinsOut(PlacesSolution *s, const bool *pinned_outside, int *mate)
{
	int			n = s->points->n;
	int			k = CountLabels(n, s->point_place);
	int		   *first = HostNew(int, k);

	HostCheckCancel();
	for (int j = 0; j < k; j++)
		first[j] = -1;
	for (int i = n - 1; i >= 0; i--)
		if (!pinned_outside[i] && s->point_place[i] >= 0)
			first[s->point_place[i]] = i;
	for (int i = 0; i < n; i++)
	{
		/* the nearest pin of a place of pins alone does count (pins.c) */
		Assert(!pinned_outside[i] || (s->point_place[i] >= 0 && first[s->point_place[i]] >= 0));
		HostCheckCancelAt(i);
		mate[i] = pinned_outside[i] ? first[s->point_place[i]] : -1;
		if (pinned_outside[i])
			s->point_place[i] = -1;
	}
	HostFree(first);
}

/* Put the pins back into the place of their mates. */
static void
PutPinsBack(PlacesSolution *s, const int *mate)
{
	HostCheckCancel();
	for (int i = 0; i < s->points->n; i++)
		if (mate[i] >= 0)
		{
			s->point_place[i] = s->point_place[mate[i]];
			s->point_relation[i] = PINNED;
		}
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
static void
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
static void
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

/* From the labels in point_place to places, and what is outside them. */
static void
DescribePlaces(PlacesSolution *s, const PlacesRules *rules, const PlacesEstates *estates,
			   const PlacesIncumbent *of_points, const PlacesIncumbent *of_estates, bool *pinned_outside)
{
	int		   *mate = HostNew(int, s->points->n);

	if (rules->remainder == REMAINDER_GROUP && of_points->places > 0)
		ReleaseDispersed(s->points, rules, of_points, s->point_place, pinned_outside);
	TakePinsOut(s, pinned_outside, mate);
	AppendPlaces(s, s->point_place);
	JudgePlaces(s, rules, of_points);
	PutPinsBack(s, mate);
	if (rules->remainder == REMAINDER_GROUP)
		GroupRemainder(s, rules, estates, of_estates);
	else
		JoinNearestPlaces(s, rules, estates);
	HostFree(mate);
}

/* Label the points as their estates are labelled by the rules' method, or a restart. */
static void
LabelEstates(PlacesSolution *s, const PlacesRules *rules, const PlacesEstates *estates,
			 const PlacesIncumbent *of_estates, PlacesHelpers *helpers, bool *pinned_outside)
{
	int			n = estates->points->n;
	int		   *label = HostNew(int, n);
	bool	   *pinned = HostNewZero(bool, n);

	s->choice = LabelByParts(estates->points, rules, of_estates, estates->stray, helpers, label, pinned);
	for (int i = 0; i < s->points->n; i++)
	{
		HostCheckCancelAt(i);
		s->point_place[i] = label[estates->estate[i]];
		pinned_outside[i] = pinned[estates->estate[i]];
	}
	HostFree(label);
	HostFree(pinned);
}

/* The incumbent of estates, from that of the rows. */
static PlacesIncumbent
IncumbentOfEstates(int nrows, const PlacesIncumbent *incumbent, const int *row_point,
				   const PlacesEstates *estates)
{
	int		   *row_estate = HostNew(int, nrows);
	PlacesIncumbent of_estates;

	for (int r = 0; r < nrows; r++)
	{
		HostCheckCancelAt(r);
		row_estate[r] = row_point[r] < 0 ? -1 : estates->estate[row_point[r]];
	}
	of_estates = IncumbentOfPoints(nrows, incumbent, row_estate, estates->points->n);
	HostFree(row_estate);
	return of_estates;
}

/* The points fixed to one place of the incumbent are in one place, and no remainder. */
static void
AssertCheckFixed(const PlacesSolution *s, const PlacesIncumbent *incumbent)
{
#ifdef PLACES_ASSERTS
	int		   *becomes = HostNew(int, incumbent->places);

	for (int j = 0; j < incumbent->places; j++)
		becomes[j] = -1;
	for (int i = 0; i < s->points->n && incumbent->places > 0; i++)
	{
		int		   *place = &becomes[Max(incumbent->place[i], 0)];

		HostCheckCancelAt(i);
		if (incumbent->fixed[i] == FIXED_NOT)
			continue;
		Assert(s->point_relation[i] == MEMBER ||
			   (s->point_relation[i] == PINNED && incumbent->fixed[i] == FIXED_PIN));
		Assert(*place < 0 || *place == s->point_place[i]);
		*place = s->point_place[i];
	}
	HostFree(becomes);
#else
	(void) s, (void) incumbent;
#endif
}

/* Every point has a place, and every place its homes, its figures and its number. */
static void
AssertCheckSolution(const PlacesSolution *s)
{
#ifdef PLACES_ASSERTS
	double	   *homes = HostNewZero(double, s->k);

	for (int i = 0; i < s->points->n; i++)
	{
		HostCheckCancelAt(i);
		Assert(s->point_place[i] >= 0 && s->point_place[i] < s->k);
		Assert(s->point_relation[i] <= PINNED);
		if (s->point_relation[i] == MEMBER)
			homes[s->point_place[i]] += s->points->w[i];
	}
	for (int j = 0; j < s->k; j++)
	{
		const PlacesPlace *place = &s->places[j];

		HostCheckCancelAt(j);
		Assert(place->homes >= 0 && fabs(place->homes - homes[j]) <= SIZE_ROUNDING * homes[j]);
		Assert(isfinite(place->radius) && isfinite(place->x) && isfinite(place->rms_distance));
		Assert(j == 0 || place[-1].y >= place->y ||
			   (place->reasons == DISPERSED && place[-1].reasons != DISPERSED));
	}
	HostFree(homes);
#else
	(void) s;
#endif
}

/* The points of an estate are one thing to one place. */
static void
AssertCheckTogether(const PlacesSolution *s, const PlacesEstates *estates)
{
#ifdef PLACES_ASSERTS
	for (int i = 0; i < s->points->n; i++)
	{
		int			first = estates->first[estates->estate[i]];

		HostCheckCancelAt(i);
		Assert(s->point_place[i] == s->point_place[first]);
		Assert(s->point_relation[i] == s->point_relation[first]);
	}
#else
	(void) s, (void) estates;
#endif
}

/*
 * Find the places of one authority.
 *
 * The rows (base/rows.h) and the rules are within ranges.h.  The caller owns the
 * solution, and the rows as before.
 */
PlacesSolution *
SolvePlaces(const PlacesRows *rows, const PlacesRules *rules)
{
	static const PlacesIncumbent nothing = {0};

	return RestartPlaces(rows, rules, &nothing, NULL);
}

/*
 * The same, starting from the incumbent, which is by row: nobody moves who has no
 * need to (restart.c).  Helpers, which may be NULL, do not change the answer.
 */
PlacesSolution *
RestartPlaces(const PlacesRows *rows, const PlacesRules *rules, const PlacesIncumbent *incumbent,
			  PlacesHelpers *helpers)
{
	PlacesSolution *s = HostNewZero(PlacesSolution, 1);
	double	   *apart = FixedApart(rows->n, incumbent);
	PlacesIncumbent of_points;
	PlacesIncumbent of_estates;
	PlacesEstates estates;
	bool	   *pinned_outside;

	AssertCheckRows(rows, rules);
	s->row_point = HostNew(int, rows->n);
	s->points = GatherPoints(&s->frame, rows, apart, s->row_point);
	s->point_place = HostNew(int, s->points->n);
	s->point_relation = HostNewZero(uint8_t, s->points->n);
	if (s->points->n == 0)
		return s;

	of_points = IncumbentOfPoints(rows->n, incumbent, s->row_point, s->points->n);
	s->point_group = LinkTogether(rows, incumbent, s->row_point, s->points->n);
	estates = FormEstates(s->points, s->point_group, rules, &of_points);
	of_estates = IncumbentOfEstates(rows->n, incumbent, s->row_point, &estates);
	pinned_outside = HostNewZero(bool, s->points->n);
	LabelEstates(s, rules, &estates, &of_estates, helpers, pinned_outside);
	if (rules->remainder != REMAINDER_GROUP)
		GatherAll(s->points, rules, &of_points, s->point_place);
	DescribePlaces(s, rules, &estates, &of_points, &of_estates, pinned_outside);
	if (of_points.places > 0 && NobodyMoved(&of_points, s))
		s->choice = CHOICE_KEPT;
	AssertCheckSolution(s);
	AssertCheckFixed(s, &of_points);
	AssertCheckTogether(s, &estates);
	s->point_divided = estates.divided;
	estates.divided = NULL;
	FreeEstates(&estates);
	HostFree(pinned_outside);
	FreeIncumbent(&of_points);
	FreeIncumbent(&of_estates);
	return s;
}

/*
 * An upper bound of the homes that any places under the rules could keep; the
 * arguments are those of SolvePlaces.
 */
double
LimitCoverage(const PlacesRows *rows, const PlacesRules *rules, PlacesHelpers *helpers)
{
	PlacesFrame frame;
	int		   *row_point = HostNew(int, rows->n);
	PlacesPoints *points = GatherPoints(&frame, rows, NULL, row_point);
	double		limit = points->homes >= rules->min_homes * (1 - SIZE_ROUNDING) ? points->homes : 0;

	if (limit > 0 && !isinf(rules->max_radius))
		limit = BoundCoverage(points, rules, helpers);
	FreePoints(points);
	HostFree(row_point);
	return limit;
}

/* Solve a part of a problem, wherever it is (subproblem.h). */
void
SolveSubproblem(PlacesSubproblem *problem)
{
	switch (problem->kind)
	{
		case SUBPROBLEM_PART:
			SolvePart(problem);
			break;
		case SUBPROBLEM_BOUND:
			BoundComponent(problem);
			break;
	}
}
