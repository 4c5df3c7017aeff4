/*
 * balanced.c
 *	  Places of bounded size at the least sum of squared distances.
 *
 * Alternates the exact assignment under the size bounds (flow.c) with moving
 * the centres to the centroids (Bradley, Bennett, Demiriz, "Constrained
 * k-means clustering", Microsoft Research MSR-TR-2000-65), from seeds by
 * recursive bisection.  Most rounds work on a coarse picture of the points,
 * some thirty cells a place, whose homes move by the dozen; its centres and
 * prices are then nearly right for the points themselves, where a few rounds
 * finish the work.  Centres move past the centroids, as those will go on in the
 * same direction; the last round alone stays with them and is certified.
 *
 * The number of places is the one nearest to homes / target that lets all of
 * them keep the bounds.  Where none does, the one that leaves fewest homes
 * outside them, and the bounds are moved by just as much.  An oversized block, a
 * point of more than max_homes, is set apart as a place of its own beforehand.
 * Points that the flow divided are made whole in the end (rounding.c); should that
 * break a bound, other numbers of places are tried.
 */
#include "engine/balanced/balanced.h"

#include "engine/balanced/rounding.h"
#include "engine/balanced/search.h"
#include "engine/kmeans/seeds.h"

#define SKETCH_CELLS	12		/* a place, at least, on the picture for the search */
#define SMALL			1000	/* cells: with fewer the search has more patience */
#define LEAST_WORK		2e5		/* cells, times rounds, of the search; */
#define WORK_A_POINT	1.0		/* the same for each point */
#define CELLS_A_PLACE	30		/* of the coarse picture */
#define COARSE_ROUNDS	40
#define COARSE_GAIN		1e-3	/* stop when a round gains less than this share */
#define FINE_ROUNDS		4
#define FINE_GAIN		2e-3
#define OTHER_COUNTS	8		/* numbers of places tried when whole points do
								 * not fit */

typedef struct PlacesBounds
{
	int			k;
	double		low,
				high;
} PlacesBounds;

/* The bounds for k places, moved as little as their homes require. */
static PlacesBounds
BoundsFor(double homes, bool whole, int k, double low, double high)
{
	PlacesBounds bounds = {k, low, high};
	double		mean = homes / k;

	if (mean < low)
	{
		bounds.low = whole ? floor(mean) : mean;
		bounds.high = Max(whole ? ceil(mean) : mean, low);
	}
	else if (mean > high)
	{
		bounds.low = Min(whole ? floor(mean) : mean, high);
		bounds.high = whole ? ceil(mean) : mean;
	}
	return bounds;
}

/* Homes outside the bounds with k places: 0 where the bounds can be kept. */
static double
BoundViolation(double homes, double k, double low, double high)
{
	return Max(0, Max(k * low - homes, homes - k * high));
}

/*
 * The number of places nearest to homes / target among those with the least
 * bound violation, which is convex in the number; of equals the smaller.
 */
static double
ChooseCount(double homes, double low, double target, double high)
{
	double		wanted = Max(1, round(homes / target));
	double		most = Max(1, floor(homes / low));	/* all reach low */
	double		least = isinf(high) ? 1 : Max(1, ceil(homes / high));	/* none exceeds high */

	if (least <= most)
		return Max(least, Min(wanted, most));
	return BoundViolation(homes, most, low, high) <= BoundViolation(homes, least, low, high) ? most : least;
}

/* Centres found on a sketch of the tree's points. */
static PlacesCentres *
SketchCentres(const PlacesKdTree *tree, PlacesBounds bounds)
{
	PlacesKdTree *sketch = CoarsenKdTree(tree, tree->nodes[0].w / bounds.k / SKETCH_CELLS);
	PlacesCentres *centres = BisectionSeeds(sketch, bounds.k, 1, 0, NULL);

	if (bounds.k > 1)
	{
		PlacesFlow *flow = AlternateFlow(sketch, centres, bounds.low, bounds.high,
										 COARSE_ROUNDS, COARSE_GAIN, false);

		SearchCentres(sketch, flow, centres, bounds.low, bounds.high,
					  2 + SMALL / sketch->n, LEAST_WORK + WORK_A_POINT * tree->n);
		FreeFlow(flow);
	}
	FreeKdTree(sketch);
	return centres;
}

/* Centres and prices from a coarse picture of the tree's points. */
static PlacesCentres *
CoarseCentres(const PlacesKdTree *tree, PlacesBounds bounds)
{
	PlacesCentres *centres = SketchCentres(tree, bounds);
	PlacesKdTree *coarse = CoarsenKdTree(tree, tree->nodes[0].w / bounds.k / CELLS_A_PLACE);

	if (coarse->n < tree->n / 2)
	{
		PlacesFlow *flow = AlternateFlow(coarse, centres, bounds.low, bounds.high,
										 COARSE_ROUNDS, COARSE_GAIN, false);

		MoveCentres(coarse, flow, centres, 1);
		FreeFlow(flow);
	}
	FreeKdTree(coarse);
	return centres;
}

/* Label the tree's points with k places; returns the homes that whole points keep outside the bounds. */
static double
ClusterTree(const PlacesKdTree *tree, PlacesBounds bounds, int *label)
{
	PlacesCentres *centres = CoarseCentres(tree, bounds);
	PlacesFlow *flow = AlternateFlow(tree, centres, bounds.low, bounds.high,
									 FINE_ROUNDS, FINE_GAIN, true);
	double		violation = RepairSizes(tree, centres, flow, bounds.low, bounds.high, label);

	FreeFlow(flow);
	FreeCentres(centres);
	return violation;
}

/* The same with the best number of places; returns that number.  No point is oversized. */
static int
ClusterBest(const PlacesPoints *points, const PlacesRules *rules, int *label)
{
	double		low = points->whole ? ceil(rules->min_homes) : rules->min_homes;
	double		high = points->whole ? floor(rules->max_homes) : rules->max_homes;
	PlacesKdTree *tree = BuildKdTree(points);
	int		   *trial = HostNew(int, points->n);
	int			heavy = 0;
	double		wanted = ChooseCount(points->homes, low, rules->target_homes, high);
	double		best = INFINITY;
	int			best_k = 1;

	HostCheckCancel();
	for (int i = 0; i < points->n; i++)
		heavy += points->w[i] > 0;
	Assert(heavy > 0);			/* some homes, or there is nothing to divide by */

	/* wanted, wanted + 1, wanted - 1, wanted + 2, ... */
	for (int attempt = 0; attempt <= OTHER_COUNTS && best > 0; attempt++)
	{
		double		k = wanted + ((attempt % 2) ? 1 : -1) * ((attempt + 1) / 2);
		double		violation;

		if (attempt == 0)
			k = Max(1, Min(wanted, heavy));
		else if (k < 1 || k > heavy || BoundViolation(points->homes, k, low, high) > 0)
			continue;
		violation = ClusterTree(tree, BoundsFor(points->homes, points->whole, k, low, high), trial);
		if (violation < best)
		{
			best = violation;
			best_k = k;
			HostCheckCancel();
			for (int i = 0; i < points->n; i++)
				label[tree->point[i]] = trial[i];
		}
	}
	HostFree(trial);
	FreeKdTree(tree);
	return best_k;
}

/* A centre with more fixed homes than the bound allows is full: it counts as just that. */
static void
CapFixed(PlacesSums *fixed, int k, double high)
{
	for (int j = 0; j < k; j++)
		if (fixed->w[j] > high)
		{
			fixed->wx[j] *= high / fixed->w[j];
			fixed->wy[j] *= high / fixed->w[j];
			fixed->w[j] = high;
		}
}

/*
 * The bounds for the centres and what is fixed to them, moved as little as needed
 * for the tree's homes to bring all of them to low, and to find room below high.
 * Each turn moves a bound past at least one centre, or by all that lacks.
 */
static PlacesBounds
BoundsWithFixed(const PlacesKdTree *tree, const PlacesCentres *centres, bool whole,
			   double low, double high)
{
	double		homes = tree->nodes[0].w;
	double		all = homes;
	PlacesBounds bounds;
	double		change = 1;

	for (int j = 0; j < centres->k; j++)
		all += Min(centres->fixed->w[j], high);
	bounds = BoundsFor(all, whole, centres->k, low, high);
	Assert(centres->k > 0 && homes > 0);
	while (change > 0)
	{
		PlacesBounds before = bounds;
		double		lack = -homes;
		double		room = -homes;
		int			low_count = 0;
		int			room_count = 0;

		for (int j = 0; j < centres->k; j++)
		{
			lack += Max(0, bounds.low - centres->fixed->w[j]);
			low_count += centres->fixed->w[j] < bounds.low;
			room += Max(0, bounds.high - centres->fixed->w[j]);
			room_count += centres->fixed->w[j] < bounds.high;
		}
		change = 0;
		if (lack > 1e-9 * homes)
			bounds.low -= change = whole ? ceil(lack / low_count) : lack / low_count;
		if (room < -1e-9 * homes && room_count > 0)
			bounds.high += change = whole ? ceil(-room / room_count) : -room / room_count;
		else if (room < -1e-9 * homes)
			bounds.high += change = whole ? ceil(-room / centres->k) : -room / centres->k;
		/* what is left may be less than the bounds' last digit */
		if (bounds.low == before.low && bounds.high == before.high)
			break;
		HostCheckCancel();
	}
	return bounds;
}

/*
 * Label the tree's points (in its order) from centres that are nearly right
 * already, with fixed assignments (may be of no homes, not NULL), which are capped
 * at the upper bound: no more than `rounds` of moving the centres.  whole: homes
 * are whole numbers, those fixed to centres too.
 */
void
BalanceFrom(const PlacesKdTree *tree, PlacesCentres *centres, bool whole,
			double low, double high, int rounds, int *label)
{
	PlacesBounds bounds = BoundsWithFixed(tree, centres, whole, low, high);
	PlacesFlow *flow;

	CapFixed(centres->fixed, centres->k, bounds.high);
	flow = AlternateFlow(tree, centres, bounds.low, bounds.high, rounds, FINE_GAIN, true);
	RepairSizes(tree, centres, flow, bounds.low, bounds.high, label);
	FreeFlow(flow);
}

/*
 * The same without moving the centres, from labels that are nearly right:
 * homes move between neighbours only where a bound demands it.
 */
void
BalanceLabels(const PlacesKdTree *tree, PlacesCentres *centres, bool whole,
			  double low, double high, int *label)
{
	PlacesBounds bounds = BoundsWithFixed(tree, centres, whole, low, high);
	PlacesFlow	flow = {.npieces = tree->n, .pieces = HostNew(PlacesPiece, tree->n)};

	CapFixed(centres->fixed, centres->k, bounds.high);
	for (int i = 0; i < tree->n; i++)
	{
		Assert(label[i] >= 0 && label[i] < centres->k);
		HostCheckCancelAt(i);
		flow.pieces[i] = (PlacesPiece) {i, label[i], i, tree->w[i]};
	}
	RepairSizes(tree, centres, &flow, bounds.low, bounds.high, label);
	HostFree(flow.pieces);
}

/*
 * Label the points 0 .. k - 1 and return k; 0 < min_homes <= target_homes <=
 * max_homes, which may be infinite.
 *
 * Every place holds between min_homes and max_homes wherever a number of
 * places exists that allows it, oversized blocks apart.
 */
int
BalancedCluster(const PlacesPoints *points, const PlacesRules *rules, int *label)
{
	int		   *source = HostNew(int, points->n);
	int		   *rest_label = HostNew(int, points->n);
	PlacesPoints *rest;
	int			k = 0;

	for (int i = 0; i < points->n; i++)
	{
		HostCheckCancelAt(i);
		source[i] = points->w[i] <= rules->max_homes;
		if (!source[i])
			label[i] = k++;
	}
	rest = SelectPoints(points, source, source);

	if (rest->n > 0)
	{
		int			rest_k = 1;

		if (rest->homes > 0)
			rest_k = ClusterBest(rest, rules, rest_label);
		else
			memset(rest_label, 0, sizeof(int) * (size_t) rest->n);
		HostCheckCancel();
		for (int i = 0; i < rest->n; i++)
		{
			Assert(rest_label[i] >= 0 && rest_label[i] < rest_k);
			label[source[i]] = k + rest_label[i];
		}
		k += rest_k;
	}

	FreePoints(rest);
	HostFree(source);
	HostFree(rest_label);
	return k;
}
