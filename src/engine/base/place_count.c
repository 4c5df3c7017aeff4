/*
 * place_count.c
 *	  How many places the rules ask for, and how large that makes them.
 *
 * A target gives an authority as many places as its homes need, and k just so
 * many.  With k the bounds that nobody asked for follow from the authority: its
 * places are balanced to within a tenth of their mean, and judged by what was
 * asked for alone.
 */
#include "engine/base/place_count.h"

#define TENTH		0.1			/* of the mean: by default balanced keeps as near to its target */

/*
 * round(homes / target_homes) or k places, of at least one, but no more than there
 * are points that carry homes.
 */
int
WantedPlaces(const PlacesRules *rules, const PlacesPoints *points)
{
	int			heavy = 0;

	for (int i = 0; i < points->n; i++)
	{
		HostCheckCancelAt(i);
		heavy += points->w[i] > 0;
	}
	if (rules->k > 0)
		return Max(1, Min(rules->k, heavy));
	return (int) Max(1, Min(round(points->homes / rules->target_homes), heavy));
}

/* The point that adds most to the sum of squares of a place that has others; label[i] < k. */
static int
WorstPoint(const PlacesPoints *points, int k, const int *label)
{
	double	   *w = HostNewZero(double, k);
	double	   *wx = HostNewZero(double, k);
	double	   *wy = HostNewZero(double, k);
	int		   *heavy = HostNewZero(int, k);
	double		most = -1;
	int			worst = -1;

	for (int i = 0; i < points->n; i++)
	{
		HostCheckCancelAt(i);
		w[label[i]] += points->w[i];
		wx[label[i]] += points->w[i] * points->x[i];
		wy[label[i]] += points->w[i] * points->y[i];
		heavy[label[i]] += points->w[i] > 0;
	}
	for (int i = 0; i < points->n; i++)
	{
		int			j = label[i];
		double		dx,
					dy;

		HostCheckCancelAt(i);
		if (points->w[i] <= 0 || heavy[j] < 2)
			continue;
		dx = points->x[i] - wx[j] / w[j];
		dy = points->y[i] - wy[j] / w[j];
		if (points->w[i] * (dx * dx + dy * dy) > most)
		{
			most = points->w[i] * (dx * dx + dy * dy);
			worst = i;
		}
	}
	HostFree(w);
	HostFree(wx);
	HostFree(wy);
	HostFree(heavy);
	return worst;
}

/*
 * Give each of k places, of the labels 0 .. k - 1, a point that carries homes: there
 * are as many.  Whole blocks can leave a place without any.
 */
void
UseAllPlaces(const PlacesPoints *points, int k, int *label)
{
	bool	   *used = HostNewZero(bool, k);

	for (int i = 0; i < points->n; i++)
	{
		HostCheckCancelAt(i);
		Assert(label[i] >= 0 && label[i] < k);
		if (points->w[i] > 0)
			used[label[i]] = true;
	}
	for (int j = 0; j < k; j++)
		if (!used[j])
		{
			int			worst = WorstPoint(points, k, label);

			Assert(worst >= 0);
			label[worst] = j;
		}
	HostFree(used);
}

/* The fewest homes of a place where balanced divides so many among k. */
double
LowBound(const PlacesRules *rules, double homes, bool whole, int k)
{
	double		mean;

	if (!rules->low_from_k)
		return whole ? ceil(rules->min_homes) : rules->min_homes;
	mean = homes / k;
	return whole ? Min(ceil(mean - TENTH * mean), floor(mean)) : mean - TENTH * mean;
}

/* And the most. */
double
HighBound(const PlacesRules *rules, double homes, bool whole, int k)
{
	double		mean;

	if (!rules->high_from_k)
		return whole ? floor(rules->max_homes) : rules->max_homes;
	mean = homes / k;
	return whole ? Max(floor(mean + TENTH * mean), ceil(mean)) : mean + TENTH * mean;
}
