/*
 * measure.c
 *	  Places measured, numbered and held against the rules.
 *
 * Distances are in metres, in the plane of the solution's frame.  Members are
 * visited in the order of the points, so that no sum depends on that of the rows.
 */
#include "engine/measure.h"

#include "engine/base/circle.h"
#include "engine/base/sort.h"
#include "engine/base/spanning_tree.h"

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
DistanceFrom(const PlacesPlace *place, const PlacesPoints *points, int i)
{
	double		dx = points->x[i] - place->x;
	double		dy = points->y[i] - place->y;

	return sqrt(dx * dx + dy * dy);
}

/* Distance (metres) of a point from the centroid of its place. */
double
PointDistance(const PlacesSolution *s, int point)
{
	return DistanceFrom(&s->places[s->point_place[point]], s->points, point);
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
		double		d = DistanceFrom(place, points, member[i]);

		HostCheckCancelAt(i);
		sum += w * d;
		squares += w * d * d;
	}
	for (int l = 0; l < points->nloads; l++)
		for (int i = 0; i < n; i++)
			place->load[l] += points->load[l][member[i]];
	place->mean_distance = sum / weights;
	place->rms_distance = sqrt(squares / weights);
	place->gap = place->tree = NAN; /* until somebody asks */
	place->radius = BoundingCircle(n, x, y).radius;
}

/* From north to south, then from west to east. */
int
ComparePositions(const void *a, const void *b)
{
	const PlacesPlace *p = a;
	const PlacesPlace *q = b;

	if (p->y != q->y)
		return p->y > q->y ? -1 : 1;
	if (p->x != q->x)
		return p->x < q->x ? -1 : 1;
	return p->first < q->first ? -1 : 1;
}

/*
 * Append the places that the labels describe, measured and in their order, and
 * replace the labels by the places' numbers in s.  Points labelled -1 are passed
 * over; labels without points vanish.  O(n log n).
 */
void
AppendPlaces(PlacesSolution *s, int *label)
{
	int			n = s->points->n;
	int			k = CountLabels(n, label);
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
	SortItems(s->places + first, s->k - first, sizeof(PlacesPlace), ComparePositions);

	/* a place is found again by the label of its first point */
	for (int j = first; j < s->k; j++)
	{
		s->places[j].label = label[s->places[j].first];
		start[s->places[j].label] = j;
	}
	HostCheckCancel();
	for (int i = 0; i < n; i++)
		if (label[i] >= 0)
			label[i] = start[label[i]];

	HostFree(start);
	HostFree(member);
	HostFree(x);
	HostFree(y);
}

/*
 * Measure the trees and gaps of the places, which takes longer than all else: only for those
 * who ask.  Again it takes nothing.
 */
void
MeasureGaps(PlacesSolution *s)
{
	const PlacesPoints *points = s->points;
	int		   *label;
	int		   *start;
	int		   *member;
	double	   *of_place[3];
	bool		known = true;

	for (int j = 0; j < s->k; j++)
		known = known && !isnan(s->places[j].gap);
	if (known)
		return;
	label = HostNew(int, points->n);
	for (int i = 0; i < points->n; i++)
	{
		HostCheckCancelAt(i);
		label[i] = s->point_relation[i] == MEMBER ? s->point_place[i] : -1;
	}
	start = HostNew(int, s->k + 2);
	member = HostNew(int, points->n);
	SortByLabel(points->n, label, s->k, start, member);
	for (int c = 0; c < 3; c++)
		of_place[c] = HostNew(double, points->n);
	for (int i = 0; i < start[s->k]; i++)
	{
		HostCheckCancelAt(i);
		of_place[0][i] = points->x[member[i]];
		of_place[1][i] = points->y[member[i]];
		of_place[2][i] = points->w[member[i]];
	}
	for (int j = 0; j < s->k; j++)
		if (isnan(s->places[j].gap))
			s->places[j].gap = WidestGap(start[j + 1] - start[j], of_place[0] + start[j],
										 of_place[1] + start[j], of_place[2] + start[j], NULL, &s->places[j].tree);
	HostFree(label);
	HostFree(start);
	HostFree(member);
	for (int c = 0; c < 3; c++)
		HostFree(of_place[c]);
}

/*
 * What places are to carry of each load: the mean of all, or their share of what the
 * others carry; those of the remainder apart, whose sizes are their own.
 */
void
SetLoadTargets(PlacesSolution *s, const PlacesIncumbent *incumbent)
{
	for (int dispersed = 0; dispersed <= 1; dispersed++)
		for (int l = 0; l < s->points->nloads; l++)
		{
			double		all = 0;
			double		shares = 0;

			HostCheckCancel();
			for (int j = 0; j < s->k; j++)
				if ((s->places[j].reasons == DISPERSED) == dispersed)
				{
					all += s->places[j].load[l];
					shares += ShareOf(incumbent, s->places[j].label);
				}
			for (int j = 0; j < s->k; j++)
				if ((s->places[j].reasons == DISPERSED) == dispersed)
					s->places[j].load_target[l] = all * ShareOf(incumbent, s->places[j].label) / shares;
		}
}

/* Why a place breaks the rules: bits of solution.h, 0 for none. */
static int
JudgePlace(const PlacesPlace *place, const PlacesRules *rules)
{
	int			reasons = 0;

	if (place->homes < rules->min_homes * (1 - SIZE_ROUNDING))
		reasons |= TOO_SMALL;
	if (place->radius > rules->max_radius)
		reasons |= TOO_SPREAD;
	if (LimitsGap(rules) && place->gap > rules->max_gap)
		reasons |= IN_PARTS;
	return reasons;
}

/* Hold all places that there are against the rules, those of the incumbent within their grace. */
void
JudgePlaces(PlacesSolution *s, const PlacesRules *rules, const PlacesIncumbent *incumbent)
{
	if (LimitsGap(rules))
		MeasureGaps(s);
	for (int j = 0; j < s->k; j++)
	{
		PlacesRules own = RulesOfPlace(rules, incumbent, s->places[j].label);

		s->places[j].reasons = JudgePlace(&s->places[j], &own);
	}
}
