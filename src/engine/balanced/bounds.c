/*
 * bounds.c
 *	  How many places, and of what sizes.
 *
 * The number of places is the one nearest to homes / target that lets all of them
 * keep the bounds.  Where none does, it is the one that leaves fewest homes outside
 * them, and the bounds are moved by just as much; so they are where the rules say how
 * many places there are (base/place_count.c).
 */
#include "engine/balanced/bounds.h"

/* All homes, but of each point no more than `most`: what counts towards that many in one place. */
static double
CappedHomes(const PlacesPoints *points, double most)
{
	double		homes = 0;

	for (int i = 0; i < points->n; i++)
	{
		HostCheckCancelAt(i);
		homes += Min(points->w[i], most);
	}
	return homes;
}

/* Homes outside the bounds with k places, at least: 0 where the bounds may be kept. */
double
BoundViolation(const PlacesPoints *points, double k, double low, double high)
{
	return Max(0, Max(k * low - CappedHomes(points, low), points->homes - k * high));
}

/*
 * The number of places nearest to homes / target among those with the least
 * bound violation, which is convex in the number; of equals the smaller.  A block
 * of more than target is one place, not several.
 */
double
ChooseCount(const PlacesPoints *points, double low, double target, double high)
{
	double		wanted = Max(1, round(CappedHomes(points, target) / target));
	double		most = Max(1, floor(CappedHomes(points, low) / low));	/* all reach low */
	double		least = isinf(high) ? 1 : Max(1, ceil(points->homes / high));	/* none exceeds high */

	if (least <= most)
		return Max(least, Min(wanted, most));
	return BoundViolation(points, most, low, high) <= BoundViolation(points, least, low, high) ? most : least;
}

/*
 * The bounds moved as little as their homes require, for places that count as so many
 * of the lower and of the upper bound.
 */
static PlacesBounds
MoveBounds(double homes, bool whole, double lows, double highs, PlacesBounds bounds)
{
	double		low = bounds.low;
	double		high = bounds.high;

	if (homes / lows < low)
	{
		bounds.low = whole ? floor(homes / lows) : homes / lows;
		bounds.high = Max(whole ? ceil(homes / highs) : homes / highs, low);
	}
	else if (homes / highs > high)
	{
		bounds.low = Min(whole ? floor(homes / lows) : homes / lows, high);
		bounds.high = whole ? ceil(homes / highs) : homes / highs;
	}
	return bounds;
}

/* The bounds for k places, moved as little as their homes require. */
PlacesBounds
BoundsFor(double homes, bool whole, int k, double low, double high)
{
	return MoveBounds(homes, whole, k, k, (PlacesBounds) {k, low, high});
}

/*
 * The bounds for the centres and what is fixed to them, moved as little as needed
 * for the tree's homes to bring all of them to low, and to find room below high.
 * Each turn moves a bound past at least one centre, or by all that lacks.
 */
PlacesBounds
BoundsWithFixed(const PlacesKdTree *tree, const PlacesCentres *centres, bool whole,
				double low, double high)
{
	double		homes = tree->nodes[0].w;
	double		all = homes;
	double		lows = 0;
	double		highs = 0;
	PlacesBounds bounds;
	double		change = 1;

	for (int j = 0; j < centres->k; j++)
	{
		all += Min(centres->fixed->w[j], HighOf(centres, j, high));
		lows += LowOf(centres, j, 1);
		highs += HighOf(centres, j, 1);
	}
	bounds = MoveBounds(all, whole, lows, highs, (PlacesBounds) {centres->k, low, high});
	Assert(centres->k > 0 && homes > 0);
	while (change > 0)
	{
		PlacesBounds before = bounds;
		double		lack = -homes;
		double		room = -homes;
		double		lacking = 0;
		double		roomy = 0;

		for (int j = 0; j < centres->k; j++)
		{
			double		fixed = centres->fixed->w[j];
			double		least = LowOf(centres, j, bounds.low);
			double		most = HighOf(centres, j, bounds.high);

			lack += Max(0, least - fixed);
			lacking += fixed < least ? LowOf(centres, j, 1) : 0;
			room += Max(0, most - fixed);
			roomy += fixed < most ? HighOf(centres, j, 1) : 0;
		}
		change = 0;
		if (lack > 1e-9 * homes)
			bounds.low -= change = whole ? ceil(lack / lacking) : lack / lacking;
		if (room < -1e-9 * homes)
		{
			if (roomy == 0)
				roomy = highs;
			bounds.high += change = whole ? ceil(-room / roomy) : -room / roomy;
		}
		/* what is left may be less than the bounds' last digit */
		if (bounds.low == before.low && bounds.high == before.high)
			break;
		HostCheckCancel();
	}
	return bounds;
}
