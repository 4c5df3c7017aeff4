/*
 * solve.c
 *	  The places of one authority: the engine's front door.
 *
 * Rows become local metres (frame.c), then distinct weighted points
 * (points.c); the rules' method labels the points; the places are measured,
 * numbered and held against the rules.  Every step depends on the set of rows
 * only, not on their order.
 */
#include "balance.h"
#include "circle.h"
#include "kmeans.h"
#include "solve.h"

/* rounding allowed when sums of fractional weights are held against a bound */
#define SIZE_ROUNDING	1e-9

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
	for (int i = 0; i < n; i++)
		place->homes += points->w[member[i]];
	weights = place->homes > 0 ? place->homes : n;	/* homes of no weight: count points */
	for (int i = 0; i < n; i++)
	{
		double		share = (place->homes > 0 ? points->w[member[i]] : 1) / weights;

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

		sum += w * d;
		squares += w * d * d;
	}
	place->mean_distance = sum / weights;
	place->rms_distance = sqrt(squares / weights);
	place->radius = BoundingCircle(n, x, y).radius;
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

/* Measure, judge and number the k places that the labels describe; labels without points vanish. */
static void
DescribePlaces(PlacesSolution *s, const PlacesRules *rules, int k)
{
	int			n = s->points->n;
	int		   *label = s->point_place;
	int		   *start = HostNewZero(int, k + 2);
	int		   *member = HostNew(int, n);
	int		   *number = HostNew(int, n);
	double	   *x = HostNew(double, n);
	double	   *y = HostNew(double, n);

	for (int i = 0; i < n; i++)
		start[label[i] + 2]++;
	for (int j = 0; j < k; j++)
		start[j + 2] += start[j + 1];
	for (int i = 0; i < n; i++)
		member[start[label[i] + 1]++] = i;

	s->places = HostNew(PlacesPlace, k);
	s->k = 0;
	for (int j = 0; j < k; j++)
	{
		PlacesPlace *place = &s->places[s->k];

		if (start[j + 1] == start[j])
			continue;
		HostCheckCancel();
		MeasurePlace(place, s->points, member + start[j], start[j + 1] - start[j], x, y);
		if (place->homes < rules->min_homes * (1 - SIZE_ROUNDING))
			place->reasons |= TOO_SMALL;
		if (place->radius > rules->max_radius)
			place->reasons |= TOO_SPREAD;
		s->k++;
	}
	qsort(s->places, s->k, sizeof(PlacesPlace), ComparePlaces);

	/* a place is found again by the label of its first point */
	for (int j = 0; j < s->k; j++)
		start[label[s->places[j].first]] = j;
	for (int i = 0; i < n; i++)
		number[i] = start[label[i]];
	memcpy(label, number, sizeof(int) * n);

	HostFree(start);
	HostFree(member);
	HostFree(number);
	HostFree(x);
	HostFree(y);
}

/*
 * Find the places of one authority.
 *
 * x, y are coordinates in metres, or longitude and latitude in degrees when
 * geodetic; x is NaN for a row without a location.  w are finite weights >= 0,
 * or NULL for one home a row.
 */
PlacesSolution *
SolvePlaces(int nrows, const double *x, const double *y, const double *w,
			bool geodetic, const PlacesRules *rules)
{
	PlacesSolution *s = HostNewZero(PlacesSolution, 1);
	double	   *local_x = HostNew(double, nrows);
	double	   *local_y = HostNew(double, nrows);
	int			k = 0;

	FitFrame(&s->frame, geodetic, nrows, x, y);
	memcpy(local_x, x, sizeof(double) * nrows);
	memcpy(local_y, y, sizeof(double) * nrows);
	for (int r = 0; r < nrows; r++)
		if (!isnan(local_x[r]))
			ToLocal(&s->frame, &local_x[r], &local_y[r]);

	s->row_point = HostNew(int, nrows);
	s->points = CollapseRows(nrows, local_x, local_y, w, s->row_point);
	HostFree(local_x);
	HostFree(local_y);
	s->point_place = HostNewZero(int, s->points->n);

	if (s->points->n == 0)
		return s;
	if (s->points->homes <= 0)
		k = 1;					/* no weight to divide by */
	else
		switch (rules->method)
		{
			case METHOD_KMEANS:
				k = KMeansCluster(s->points, rules->target_homes, s->point_place);
				break;
			case METHOD_BALANCED:
				k = BalancedCluster(s->points, rules->min_homes, rules->target_homes,
									rules->max_homes, s->point_place);
				break;
		}
	DescribePlaces(s, rules, k);
	return s;
}
