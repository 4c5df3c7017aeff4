/*
 * solve.c
 *	  The places of one authority: the engine's front door.
 *
 * Rows become local metres (frame.c), then distinct weighted points (points.c).
 * The rules' method labels the points, or a restart where there is an incumbent, in
 * parts that have nothing to do with each other (parts.c).
 * The labels become places, which are measured, judged and numbered (measure.c);
 * last comes the remainder, the points outside every place.  Where homes are in parents
 * each of these is such an authority (parents.c).  Every step depends
 * on the set of rows only, not on their order.
 */
#include "engine/engine.h"

#include "engine/base/nested.h"
#include "engine/bound/bound.h"
#include "engine/parents.h"
#include "engine/part.h"
#include "engine/parts.h"
#include "engine/restart/incumbent.h"

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
GatherPoints(const PlacesFrame *frame, const PlacesRows *rows, const double *apart, int *row_point)
{
	PlacesPoints *points;
	double	   *local_x = HostNew(double, rows->n);
	double	   *local_y = HostNew(double, rows->n);

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
	CarryLoads(points, rows, row_point);
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

/* Give the points outside every place to the one with the nearest centre. */
static void
JoinNearestPlaces(PlacesSolution *s, const PlacesRules *rules)
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
		PlacesPlace *place;
		bool		attach;

		if (s->point_place[i] >= 0)
			continue;
		HostCheckCancel();
		NearestPoints(centres, s->points->x[i], s->points->y[i], 1, &s->point_place[i]);
		Assert(s->point_place[i] >= 0 && s->point_place[i] < s->k);
		place = &s->places[s->point_place[i]];
		attach = rules->remainder == REMAINDER_ATTACH &&
			PointDistance(s, i) <= rules->attach_within;
		s->point_relation[i] = attach ? ATTACHED : OUTLYING;
		*(attach ? &place->attached : &place->outlying) += s->points->w[i];
	}
	FreeKdTree(centres);
	HostFree(x);
	HostFree(y);
}

/*
 * Form places of about target_homes of the points outside every place, however
 * far apart; those of the incumbent's places that are mostly there go on.
 */
static void
GroupRemainder(PlacesSolution *s, const PlacesRules *rules, const PlacesIncumbent *incumbent)
{
	int			n = s->points->n;
	int		   *source = HostNew(int, n);
	int		   *label = HostNew(int, n);
	int		   *rest_label = HostNew(int, n);
	bool	   *pinned_outside = HostNewZero(bool, n); /* stays so: no radius */
	int			first = s->k;
	PlacesPoints *rest;

	for (int i = 0; i < n; i++)
	{
		HostCheckCancelAt(i);
		label[i] = -1;
		source[i] = s->point_place[i] < 0;
	}
	rest = SelectPoints(s->points, source, source);
	if (rest->n > 0)
	{
		PlacesRules about = *rules;
		PlacesIncumbent rest_incumbent = IncumbentOfRest(incumbent, s, source, rest->n);

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
		AppendPlaces(s, label);
		for (int i = 0; i < rest->n; i++)
			s->point_place[source[i]] = label[source[i]];
		for (int j = first; j < s->k; j++)
			s->places[j].reasons = DISPERSED;
		FreeIncumbent(&rest_incumbent);
	}
	FreePoints(rest);
	HostFree(source);
	HostFree(label);
	HostFree(rest_label);
	HostFree(pinned_outside);
}

/* From the labels in point_place to places, and what is outside them. */
static void
DescribePlaces(PlacesSolution *s, const PlacesRules *rules, const PlacesIncumbent *incumbent,
			   bool *pinned_outside)
{
	int		   *mate = HostNew(int, s->points->n);
	PlacesRules fitted;

	if (rules->remainder == REMAINDER_GROUP && incumbent->places > 0)
		ReleaseDispersed(s->points, rules, incumbent, s->point_place, pinned_outside);
	TakePinsOut(s, pinned_outside, mate);
	AppendPlaces(s, s->point_place);
	fitted = IsFitted(rules) ? FittedRules(rules, s) : *rules;
	JudgePlaces(s, &fitted, incumbent);
	PutPinsBack(s, mate);
	if (rules->remainder == REMAINDER_GROUP)
		GroupRemainder(s, rules, incumbent);
	else
		JoinNearestPlaces(s, rules);
	HostFree(mate);
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

/* The points of rows in a frame, and what the incumbent is of them; nothing is labelled yet. */
static PlacesSolution *
BeginSolution(const PlacesFrame *frame, const PlacesRows *rows, const PlacesIncumbent *incumbent,
			  PlacesIncumbent *of_points)
{
	PlacesSolution *s = HostNewZero(PlacesSolution, 1);
	double	   *apart = FixedApart(rows->n, incumbent);

	s->frame = *frame;
	s->row_point = HostNew(int, rows->n);
	s->points = GatherPoints(frame, rows, apart, s->row_point);
	s->point_place = HostNew(int, s->points->n);
	s->point_relation = HostNewZero(uint8_t, s->points->n);
	*of_points = IncumbentOfPoints(rows->n, incumbent, s->row_point, s->points->n);
	return s;
}

/* From labels to places. */
static void
EndSolution(PlacesSolution *s, const PlacesLabelled *labelled)
{
	s->choice = labelled->choice;
	if (labelled->rules->remainder != REMAINDER_GROUP)
		GatherAll(s->points, labelled->rules, labelled->incumbent, s->point_place);
	DescribePlaces(s, labelled->rules, labelled->incumbent, labelled->pinned_outside);
	SetLoadTargets(s);
	if (labelled->incumbent->places > 0 && NobodyMoved(labelled->incumbent, s))
		s->choice = CHOICE_KEPT;
	AssertCheckSolution(s);
	AssertCheckFixed(s, labelled->incumbent);
}

/* Solve parents, or an authority as if it were one, each by itself. */
static void
SolveParents(PlacesParent *parent, int n, const PlacesFrame *frame, const PlacesRules *rules,
			 PlacesHelpers *helpers)
{
	PlacesIncumbent *of_points = HostNew(PlacesIncumbent, n);
	PlacesLabelled *labelled = HostNew(PlacesLabelled, n);
	int		   *which = HostNew(int, n);
	int			count = 0;

	for (int g = 0; g < n; g++)
	{
		PlacesSolution *s;

		parent[g].incumbent = KnowPlaces(&parent[g].rows, rules, &parent[g].incumbent);
		s = BeginSolution(frame, &parent[g].rows, &parent[g].incumbent, &of_points[g]);
		parent[g].solution = s;
		if (s->points->n == 0)
			continue;
		labelled[count] = (PlacesLabelled) {.points = s->points, .rules = rules, .incumbent = &of_points[g],
		.label = s->point_place, .pinned_outside = HostNewZero(bool, s->points->n)};
		which[count++] = g;
	}
	LabelByParts(labelled, count, helpers);
	for (int i = 0; i < count; i++)
	{
		EndSolution(parent[which[i]].solution, &labelled[i]);
		HostFree(labelled[i].pinned_outside);
	}
	for (int g = 0; g < n; g++)
	{
		FreeIncumbent(&of_points[g]);
		ForgetPlaces(&parent[g].incumbent);
	}
	HostFree(of_points);
	HostFree(labelled);
	HostFree(which);
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
	PlacesParent whole = {.rows = *rows, .incumbent = *incumbent};
	PlacesParent *parent;
	PlacesFrame frame;
	int			parents;

	AssertCheckRows(rows, rules);
	FitFrame(&frame, rows->geodetic, rows->n, rows->x, rows->y);
	if (rows->within == NULL || rows->n == 0)
	{
		SolveParents(&whole, 1, &frame, rules, helpers);
		return whole.solution;
	}
	parent = CutRows(rows, incumbent, &parents);
	SolveParents(parent, parents, &frame, rules, helpers);
	whole.solution = JoinSolutions(parent, parents, rows->n);
	FreeParents(parent, parents);
	AssertCheckSolution(whole.solution);
	return whole.solution;
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
	PlacesPoints *points;
	double		limit;

	FitFrame(&frame, rows->geodetic, rows->n, rows->x, rows->y);
	points = GatherPoints(&frame, rows, NULL, row_point);
	limit = points->homes >= rules->min_homes * (1 - SIZE_ROUNDING) ? points->homes : 0;
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
