/*
 * solve.c
 *	  The places of one authority: the engine's front door.
 *
 * Rows become local metres (frame.c), then distinct weighted points
 * (points.c); the rules' method labels the points; the places are measured,
 * numbered and held against the rules.  Every step depends on the set of rows
 * only, not on their order.
 */
#include "engine/balanced/balanced.h"
#include "engine/base/circle.h"
#include "engine/base/ranges.h"
#include "engine/base/sort.h"
#include "engine/bound/bound.h"
#include "engine/coverage/coverage.h"
#include "engine/engine.h"
#include "engine/kmeans/kmeans.h"
#include "engine/restart/incumbent.h"
#include "engine/restart/restart.h"

/* rounding allowed when sums of fractional weights are held against a bound */
#define SIZE_ROUNDING	1e-9

#define CANCEL_ROWS		8192

/*
 * Homes per square kilometre of the uniform disc that has the same root mean
 * square distance from its centre: homes / (2 pi rms^2).  NaN when all homes
 * stand on one point.
 */
double
UniformDensity(double homes, double rms_distance)
{
	if (rms_distance <= 0)
		return NAN;
	return homes / (2 * M_PI * rms_distance * rms_distance) * 1e6;
}

static double
Distance(const PlacesPoints *points, int i, const PlacesPlace *place)
{
	double		dx = points->x[i] - place->x;
	double		dy = points->y[i] - place->y;

	return sqrt(dx * dx + dy * dy);
}

/* Distance (metres) of a point from the centroid of its place. */
double
PointDistance(const PlacesSolution *solution, int point)
{
	return Distance(solution->points, point, &solution->places[solution->point_place[point]]);
}

/* Measure the place that consists of the given points. */
static void
MeasurePlace(PlacesPlace *place, const PlacesPoints *points, const int *member, int n,
			 double *x, double *y)
{
	double		sum = 0;
	double		squares = 0;
	double		weights;

	memset(place, 0, sizeof(*place));
	place->first = member[0];
	HostCheckCancel();
	for (int i = 0; i < n; i++)
		place->homes += points->w[member[i]];
	weights = place->homes > 0 ? place->homes : n;	/* homes of no weight: count points */
	for (int i = 0; i < n; i++)
	{
		double		share = (place->homes > 0 ? points->w[member[i]] : 1) / weights;

		HostCheckCancelAt(i);
		x[i] = points->x[member[i]];
		y[i] = points->y[member[i]];
		place->x += share * x[i];
		place->y += share * y[i];
	}
	if (n == 1)
	{
		place->x = x[0];		/* exactly: no rounding, no spread */
		place->y = y[0];
	}
	for (int i = 0; i < n; i++)
	{
		double		w = place->homes > 0 ? points->w[member[i]] : 1;
		double		d = Distance(points, member[i], place);

		HostCheckCancelAt(i);
		sum += w * d;
		squares += w * d * d;
	}
	place->mean_distance = sum / weights;
	place->rms_distance = sqrt(squares / weights);
	place->radius = BoundingCircle(n, x, y).radius;
}

/*
 * Rows to points in local metres, those of different apart (may be NULL) to
 * different ones; row_point receives the point of each row, -1 without a
 * location.
 */
static PlacesPoints *
GatherPoints(PlacesFrame *frame, int nrows, const double *x, const double *y, const double *w,
			 const double *apart, bool geodetic, int *row_point)
{
	PlacesPoints *points;
	double	   *local_x = HostNew(double, nrows);
	double	   *local_y = HostNew(double, nrows);

	FitFrame(frame, geodetic, nrows, x, y);
	memcpy(local_x, x, sizeof(double) * nrows);
	memcpy(local_y, y, sizeof(double) * nrows);
	for (int r = 0; r < nrows; r++)
	{
		if (r % CANCEL_ROWS == 0)
			HostCheckCancel();
		if (!isnan(local_x[r]))
			ToLocal(frame, &local_x[r], &local_y[r]);
	}

	points = CollapseRows(nrows, local_x, local_y, w, apart, row_point);
	HostFree(local_x);
	HostFree(local_y);
	return points;
}

static int
ComparePlaces(const void *a, const void *b)
{
	const PlacesPlace *p = a;
	const PlacesPlace *q = b;

	if (p->y != q->y)
		return p->y > q->y ? -1 : 1;
	if (p->x != q->x)
		return p->x < q->x ? -1 : 1;
	return p->first < q->first ? -1 : 1;
}

/* Why a place breaks the rules. */
static int
JudgePlace(const PlacesPlace *place, const PlacesRules *rules)
{
	int			reasons = 0;

	if (place->homes < rules->min_homes * (1 - SIZE_ROUNDING))
		reasons |= TOO_SMALL;
	if (place->radius > rules->max_radius)
		reasons |= TOO_SPREAD;
	return reasons;
}

/*
 * Append the k places that the labels describe, measured and numbered, and
 * replace the labels by the places' numbers.  Points labelled -1 are passed
 * over; labels without points vanish.
 */
static void
AppendPlaces(PlacesSolution *s, int k, int *label)
{
	int			n = s->points->n;
	int		   *start = HostNew(int, k + 2);
	int		   *member = HostNew(int, n);
	double	   *x = HostNew(double, n);
	double	   *y = HostNew(double, n);
	int			first = s->k;

	SortByLabel(n, label, k, start, member);

	s->places = s->places ?
		HostRealloc(s->places, sizeof(PlacesPlace) * ((size_t) s->k + k)) : HostNew(PlacesPlace, k);
	for (int j = 0; j < k; j++)
	{
		if (start[j + 1] == start[j])
			continue;
		HostCheckCancel();
		MeasurePlace(&s->places[s->k++], s->points, member + start[j], start[j + 1] - start[j], x, y);
	}
	SortItems(s->places + first, s->k - first, sizeof(PlacesPlace), ComparePlaces);

	/* a place is found again by the label of its first point */
	for (int j = first; j < s->k; j++)
		start[label[s->places[j].first]] = j;
	HostCheckCancel();
	for (int i = 0; i < n; i++)
		if (label[i] >= 0)
			label[i] = start[label[i]];

	HostFree(start);
	HostFree(member);
	HostFree(x);
	HostFree(y);
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
			Distance(s->points, i, place) <= rules->attach_within;
		s->point_relation[i] = attach ? ATTACHED : OUTLYING;
		*(attach ? &place->attached : &place->outlying) += s->points->w[i];
	}
	FreeKdTree(centres);
	HostFree(x);
	HostFree(y);
}

/*
 * Without weight to divide by, or without any viable place, all points are one
 * place, which may hold some of them: nothing vanishes.
 */
static void
GatherAll(const PlacesPoints *points, const PlacesPast *past, int *label)
{
	int			only = -1;

	HostCheckCancel();
	for (int i = 0; i < points->n; i++)
	{
		if (label[i] < 0)
			continue;
		if (past->places == 0 || past->hold[i] == HOLD_NOT || (only >= 0 && label[i] != only))
			return;
		only = label[i];
	}
	for (int i = 0; i < points->n; i++)
		label[i] = Max(only, 0);
}

/*
 * Label the points by the rules' method, -1 outside every place.  far, all
 * false on entry, receives the pinned points that do not count in theirs.
 * Without any viable place all points are one, or all are outside if the
 * remainder is to be grouped.
 */
static PlacesChoice
LabelPoints(const PlacesPoints *points, const PlacesRules *rules, const PlacesPast *past,
			int *label, bool *far)
{
	PlacesChoice choice = CHOICE_NEW;

	for (int i = 0; i < points->n; i++)
		label[i] = -1;
	if (points->homes > 0 && past->places > 0)
		choice = WarmLabel(points, rules, past, label, far);
	else if (points->homes > 0)
		switch (rules->method)
		{
			case METHOD_COVERAGE:
				CoverageCluster(points, rules->min_homes, rules->target_homes,
								rules->max_homes, rules->max_radius, label);
				break;
			case METHOD_BALANCED:
				BalancedCluster(points, rules, label);
				break;
			case METHOD_KMEANS:
				KMeansCluster(points, rules, label);
				break;
		}
	if (rules->remainder != REMAINDER_GROUP)
		GatherAll(points, past, label);
	return choice;
}

/* Form places of about target_homes of the points outside every place, however far apart. */
static void
GroupRemainder(PlacesSolution *s, const PlacesRules *rules, const PlacesPast *past)
{
	int			n = s->points->n;
	int		   *source = HostNew(int, n);
	int		   *label = HostNew(int, n);
	int		   *rest_label = HostNew(int, n);
	bool	   *far = HostNewZero(bool, n);	/* no radius, no pin too far */
	int			first = s->k;
	PlacesPoints *rest;

	for (int i = 0; i < n; i++)
	{
		HostCheckCancelAt(i);
		rest_label[i] = -1;
		source[i] = s->point_place[i] < 0;
	}
	rest = SelectPoints(s->points, source, source);
	if (rest->n > 0)
	{
		PlacesRules about = *rules;
		PlacesPast	rest_past = PastOfRest(past, s, source, rest->n);

		about.method = METHOD_BALANCED;
		about.min_homes = 0.9 * rules->target_homes;
		about.max_homes = 1.1 * rules->target_homes;
		about.max_radius = INFINITY;
		about.remainder = REMAINDER_FLAG;
		LabelPoints(rest, &about, &rest_past, label, far);
		HostCheckCancel();
		for (int i = 0; i < rest->n; i++)
		{
			Assert(label[i] >= 0);	/* balanced leaves nobody outside */
			rest_label[source[i]] = label[i];
		}
		AppendPlaces(s, CountLabels(n, rest_label), rest_label);
		for (int i = 0; i < rest->n; i++)
			s->point_place[source[i]] = rest_label[source[i]];
		for (int j = first; j < s->k; j++)
			s->places[j].reasons = DISPERSED;
		FreePast(&rest_past);
	}
	FreePoints(rest);
	HostFree(source);
	HostFree(label);
	HostFree(rest_label);
	HostFree(far);
}

/*
 * Pinned points that do not count in their places are taken out of them; host
 * receives one that does count, -1 for all others.
 */
static void
TakePinsOut(PlacesSolution *s, const bool *far, int *host)
{
	int			n = s->points->n;
	int			k = CountLabels(n, s->point_place);
	int		   *first = HostNew(int, k);

	HostCheckCancel();
	for (int j = 0; j < k; j++)
		first[j] = -1;
	for (int i = n - 1; i >= 0; i--)
		if (!far[i] && s->point_place[i] >= 0)
			first[s->point_place[i]] = i;
	for (int i = 0; i < n; i++)
	{
		/* the nearest pin of a place of pins alone is not far (pins.c) */
		Assert(!far[i] || (s->point_place[i] >= 0 && first[s->point_place[i]] >= 0));
		HostCheckCancelAt(i);
		host[i] = far[i] ? first[s->point_place[i]] : -1;
		if (far[i])
			s->point_place[i] = -1;
	}
	HostFree(first);
}

static void
PutPinsBack(PlacesSolution *s, const int *host)
{
	HostCheckCancel();
	for (int i = 0; i < s->points->n; i++)
		if (host[i] >= 0)
		{
			s->point_place[i] = s->point_place[host[i]];
			s->point_relation[i] = PINNED;
		}
}

/* Measure, number and judge the places that the labels describe, and see to the rest. */
static void
DescribePlaces(PlacesSolution *s, const PlacesRules *rules, const PlacesPast *past,
			   bool *far)
{
	int		   *host = HostNew(int, s->points->n);

	if (rules->remainder == REMAINDER_GROUP && past->places > 0)
		ReleaseDispersed(s->points, rules, past, s->point_place, far);
	TakePinsOut(s, far, host);
	AppendPlaces(s, CountLabels(s->points->n, s->point_place), s->point_place);
	for (int j = 0; j < s->k; j++)
		s->places[j].reasons = JudgePlace(&s->places[j], rules);
	PutPinsBack(s, host);
	if (rules->remainder == REMAINDER_GROUP)
		GroupRemainder(s, rules, past);
	else
		JoinNearestPlaces(s, rules);
	HostFree(host);
}

/* What SolvePlaces relies on: ranges.h. */
static void
AssertCheckRows(int nrows, const double *x, const double *y, const double *w, bool geodetic,
				const PlacesRules *rules)
{
#ifdef PLACES_ASSERTS
	double		homes = 0;

	Assert(nrows >= 0 && nrows <= MOST_ROWS);
	for (int r = 0; r < nrows; r++)
	{
		HostCheckCancelAt(r);
		if (isnan(x[r]))
			continue;
		Assert(IsLocation(x[r], y[r]) && (w == NULL || IsWeight(w[r])));
		Assert(!geodetic || fabs(y[r]) <= 90);
		homes += w ? w[r] : 1;
	}
	Assert(homes <= MOST_HOMES);
	Assert(rules->min_homes > 0 && rules->min_homes <= rules->target_homes);
	Assert(rules->target_homes <= MOST_HOMES && rules->target_homes <= rules->max_homes);
	Assert(rules->max_radius >= LEAST_METRES &&
		   (isinf(rules->max_radius) ? rules->method != METHOD_COVERAGE : rules->max_radius <= MOST_METRES));
#else
	(void) nrows, (void) x, (void) y, (void) w, (void) geodetic, (void) rules;
#endif
}

/* What a caller of it relies on: every point has a place, and every place points. */
static void
AssertCheckSolution(const PlacesSolution *s)
{
#ifdef PLACES_ASSERTS
	for (int i = 0; i < s->points->n; i++)
	{
		HostCheckCancelAt(i);
		Assert(s->point_place[i] >= 0 && s->point_place[i] < s->k);
		Assert(s->point_relation[i] <= PINNED);
	}
	for (int j = 0; j < s->k; j++)
	{
		HostCheckCancelAt(j);
		Assert(s->places[j].homes >= 0 && isfinite(s->places[j].radius));
		Assert(isfinite(s->places[j].x) && isfinite(s->places[j].rms_distance));
	}
#else
	(void) s;
#endif
}

/*
 * Find the places of one authority.
 *
 * x, y are coordinates in metres, or longitude and latitude in degrees when
 * geodetic; x is NaN for a row without a location.  w are the rows' homes, or
 * NULL for one home a row.  All of them, and the rules, are within ranges.h.
 */
PlacesSolution *
SolvePlaces(int nrows, const double *x, const double *y, const double *w,
			bool geodetic, const PlacesRules *rules)
{
	static const PlacesPast nothing = {0};

	return ResolvePlaces(nrows, x, y, w, geodetic, rules, &nothing);
}

/*
 * The same, with the last answer in mind.
 */
PlacesSolution *
ResolvePlaces(int nrows, const double *x, const double *y, const double *w,
			  bool geodetic, const PlacesRules *rules, const PlacesPast *past)
{
	PlacesSolution *s = HostNewZero(PlacesSolution, 1);
	double	   *apart = HeldApart(nrows, past);
	PlacesPast	points_past;
	bool	   *far;

	AssertCheckRows(nrows, x, y, w, geodetic, rules);
	s->row_point = HostNew(int, nrows);
	s->points = GatherPoints(&s->frame, nrows, x, y, w, apart, geodetic, s->row_point);
	s->point_place = HostNew(int, s->points->n);
	s->point_relation = HostNewZero(uint8_t, s->points->n);
	if (s->points->n == 0)
		return s;

	points_past = PastOfPoints(nrows, past, s->row_point, s->points->n);
	far = HostNewZero(bool, s->points->n);
	s->choice = LabelPoints(s->points, rules, &points_past, s->point_place, far);
	DescribePlaces(s, rules, &points_past, far);
	if (points_past.places > 0 && NobodyMoved(&points_past, s))
		s->choice = CHOICE_KEPT;
	AssertCheckSolution(s);
	HostFree(far);
	FreePast(&points_past);
	return s;
}

/*
 * An upper bound of the homes that any places under the rules could keep; the
 * arguments are those of SolvePlaces.
 */
double
LimitCoverage(int nrows, const double *x, const double *y, const double *w,
			  bool geodetic, const PlacesRules *rules)
{
	PlacesFrame frame;
	int		   *row_point = HostNew(int, nrows);
	PlacesPoints *points = GatherPoints(&frame, nrows, x, y, w, NULL, geodetic, row_point);
	double		limit = points->homes >= rules->min_homes * (1 - SIZE_ROUNDING) ? points->homes : 0;

	if (limit > 0 && !isinf(rules->max_radius))
		limit = BoundCoverage(points, rules);
	FreePoints(points);
	HostFree(row_point);
	return limit;
}
