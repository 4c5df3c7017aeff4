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
#include "engine/remainder.h"
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

/* From the labels in point_place to places, and what is outside them. */
static void
DescribePlaces(PlacesSolution *s, const PlacesRules *rules, const PlacesEstates *estates,
			   const PlacesIncumbent *of_points, const PlacesIncumbent *of_estates, bool *pinned_outside)
{
	int		   *mate = HostNew(int, s->points->n);
	PlacesRules fitted;

	if (rules->remainder == REMAINDER_GROUP && of_points->places > 0)
		ReleaseDispersed(s->points, rules, of_points, s->point_place, pinned_outside);
	TakePinsOut(s, pinned_outside, mate);
	AppendPlaces(s, s->point_place);
	fitted = IsFitted(rules) ? FittedRules(rules, s) : *rules;
	JudgePlaces(s, &fitted, of_points);
	PutPinsBack(s, mate);
	if (rules->remainder == REMAINDER_GROUP)
		GroupRemainder(s, rules, estates, of_estates);
	else
		JoinNearestPlaces(s, rules, estates);
	HostFree(mate);
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

/* A parent on its way from rows to places. */
typedef struct PlacesTask
{
	PlacesSolution *solution;
	PlacesEstates estates;
	PlacesIncumbent of_points;
	PlacesIncumbent of_estates;
	PlacesLabelled labelled;	/* the estates */
} PlacesTask;

/* The estates of a solution's points, of which there are some, to be labelled. */
static void
PutEstates(PlacesTask *task, const PlacesRows *rows, const PlacesRules *rules, const PlacesIncumbent *incumbent)
{
	PlacesSolution *s = task->solution;

	s->point_group = LinkTogether(rows, incumbent, s->row_point, s->points->n);
	task->estates = FormEstates(s->points, s->point_group, rules, &task->of_points);
	task->of_estates = IncumbentOfEstates(rows->n, incumbent, s->row_point, &task->estates);
	task->labelled = (PlacesLabelled) {.points = task->estates.points, .rules = rules,
		.incumbent = &task->of_estates, .stray = task->estates.stray,
		.label = HostNew(int, task->estates.points->n),
	.pinned_outside = HostNewZero(bool, task->estates.points->n)};
}

/* From the labels of the estates to places. */
static void
EndSolution(PlacesTask *task)
{
	PlacesSolution *s = task->solution;
	const PlacesRules *rules = task->labelled.rules;
	bool	   *pinned_outside = HostNew(bool, s->points->n);

	for (int i = 0; i < s->points->n; i++)
	{
		HostCheckCancelAt(i);
		s->point_place[i] = task->labelled.label[task->estates.estate[i]];
		pinned_outside[i] = task->labelled.pinned_outside[task->estates.estate[i]];
	}
	s->choice = task->labelled.choice;
	if (rules->remainder != REMAINDER_GROUP)
		GatherAll(s->points, rules, &task->of_points, s->point_place);
	DescribePlaces(s, rules, &task->estates, &task->of_points, &task->of_estates, pinned_outside);
	SetLoadTargets(s, &task->of_points);
	if (task->of_points.places > 0 && NobodyMoved(&task->of_points, s))
		s->choice = CHOICE_KEPT;
	AssertCheckSolution(s);
	AssertCheckFixed(s, &task->of_points);
	AssertCheckTogether(s, &task->estates);
	s->point_divided = task->estates.divided;
	task->estates.divided = NULL;
	HostFree(pinned_outside);
}

static void
EndTask(PlacesTask *task)
{
	FreeIncumbent(&task->of_points);
	if (task->solution->points->n == 0)
		return;
	HostFree(task->labelled.label);
	HostFree(task->labelled.pinned_outside);
	FreeIncumbent(&task->of_estates);
	FreeEstates(&task->estates);
}

/* Solve parents, or an authority as if it were one, each by itself. */
static void
SolveParents(PlacesParent *parent, int n, const PlacesFrame *frame, const PlacesRules *rules,
			 PlacesHelpers *helpers)
{
	PlacesTask *task = HostNewZero(PlacesTask, n);
	PlacesLabelled *labelled = HostNew(PlacesLabelled, n);
	int		   *which = HostNew(int, n);
	int			count = 0;

	for (int g = 0; g < n; g++)
	{
		parent[g].incumbent = KnowPlaces(&parent[g].rows, rules, &parent[g].incumbent);
		task[g].solution = BeginSolution(frame, &parent[g].rows, &parent[g].incumbent, &task[g].of_points);
		parent[g].solution = task[g].solution;
		if (task[g].solution->points->n == 0)
			continue;
		PutEstates(&task[g], &parent[g].rows, rules, &parent[g].incumbent);
		labelled[count] = task[g].labelled;
		which[count++] = g;
	}
	LabelByParts(labelled, count, helpers);
	for (int i = 0; i < count; i++)
	{
		task[which[i]].labelled = labelled[i];
		EndSolution(&task[which[i]]);
	}
	for (int g = 0; g < n; g++)
	{
		EndTask(&task[g]);
		ForgetPlaces(&parent[g].incumbent);
	}
	HostFree(task);
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
