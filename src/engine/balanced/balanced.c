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
 * break a bound, other numbers of places are tried.  Where the rules say how many
 * places there are, that is their number, and the bounds that they leave open
 * follow from it (place_count.c).
 */
#include "engine/balanced/balanced.h"

#include "engine/balanced/rounding.h"
#include "engine/base/place_count.h"
#include "engine/base/sort.h"
#include "engine/kmeans/seeds.h"

#define CELLS_A_PLACE	30
#define COARSE_ROUNDS	40
#define COARSE_GAIN		4e-4	/* stop when a round gains less than this share */
#define FINE_ROUNDS		20
#define FINE_GAIN		2e-3
#define STRIDE			1.7		/* centres overshoot the centroids: fewer rounds */
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

/*
 * Move the centres to the centroids of what is assigned to them, or so many times
 * as far in their direction; returns the sum of squares before.
 */
static double
MoveCentres(const PlacesKdTree *tree, const PlacesFlow *flow, PlacesCentres *centres,
			double stride)
{
	PlacesSums *sums = NewSums(centres->k);
	double		ss = 0;

	AddFixed(sums, centres);
	for (int i = 0; i < flow->npieces; i++)
	{
		const PlacesPiece *piece = &flow->pieces[i];
		int			j = piece->place;
		double		x = tree->x[piece->point];
		double		y = tree->y[piece->point];
		double		dx = x - centres->x[j];
		double		dy = y - centres->y[j];

		HostCheckCancelAt(i);
		ss += piece->amount * (dx * dx + dy * dy);
		sums->w[j] += piece->amount;
		sums->wx[j] += piece->amount * x;
		sums->wy[j] += piece->amount * y;
	}
	for (int j = 0; j < centres->k; j++)
		if (sums->w[j] > 0)
		{
			centres->x[j] += stride * (sums->wx[j] / sums->w[j] - centres->x[j]);
			centres->y[j] += stride * (sums->wy[j] / sums->w[j] - centres->y[j]);
		}
	FreeSums(sums);
	return ss;
}

/*
 * Assign and move the centres in turn until a round gains less than the given
 * share, or for so many rounds.  Returns the last assignment, and leaves the
 * centres it was made for.  One that is to be certified is made for the very
 * centroids of the one before, unless the rounds ended first.
 */
PlacesFlow *
AlternateFlow(const PlacesKdTree *tree, PlacesCentres *centres, double low, double high,
			  int rounds, double gain, bool certify)
{
	double	   *x = HostNew(double, centres->k);
	double	   *y = HostNew(double, centres->k);
	double		last = INFINITY;
	bool		settled = false;	/* the next assignment is the last */
	PlacesFlow *flow;

	for (int round = 1;; round++)
	{
		double		ss;

		HostCheckCancel();
		settled = settled || round == rounds;
		flow = SolveFlow(tree, centres, low, high, certify && settled);
		if (settled)
			break;
		memcpy(x, centres->x, sizeof(double) * centres->k);
		memcpy(y, centres->y, sizeof(double) * centres->k);
		ss = MoveCentres(tree, flow, centres, STRIDE);
		settled = last - ss <= gain * ss;
		last = ss;
		if (settled)
			for (int j = 0; j < centres->k; j++)
			{
				centres->x[j] = x[j] + (certify ? (centres->x[j] - x[j]) / STRIDE : 0);
				centres->y[j] = y[j] + (certify ? (centres->y[j] - y[j]) / STRIDE : 0);
			}
		if (settled && !certify)
			break;
		FreeFlow(flow);
	}
	HostFree(x);
	HostFree(y);
	return flow;
}

/* Centres and prices from a coarse picture of the tree's points. */
static PlacesCentres *
CoarseCentres(const PlacesKdTree *tree, PlacesBounds bounds)
{
	PlacesKdTree *coarse = CoarsenKdTree(tree, tree->nodes[0].w / bounds.k / CELLS_A_PLACE);
	PlacesCentres *centres = BisectionSeeds(coarse, bounds.k);

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

/*
 * The same with `asked` places, or the best number of them if that is 0; returns
 * the number.  No point is oversized.
 */
static int
ClusterBest(const PlacesPoints *points, const PlacesRules *rules, int asked, int *label)
{
	double		low = LowBound(rules, points->homes, points->whole, asked);
	double		high = HighBound(rules, points->homes, points->whole, asked);
	PlacesKdTree *tree = BuildKdTree(points);
	int		   *trial = HostNew(int, points->n);
	int			heavy = 0;
	double		wanted = asked > 0 ? asked : ChooseCount(points->homes, low, rules->target_homes, high);
	double		best = INFINITY;
	int			best_k = 1;

	HostCheckCancel();
	for (int i = 0; i < points->n; i++)
		heavy += points->w[i] > 0;
	Assert(heavy > 0);			/* some homes, or there is nothing to divide by */

	/* wanted, wanted + 1, wanted - 1, wanted + 2, ... */
	for (int attempt = 0; attempt <= (asked > 0 ? 0 : OTHER_COUNTS) && best > 0; attempt++)
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
	if (asked > 0)
		UseAllPlaces(points, best_k, label);
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
 * Label the oversized points 0, 1, ... and the others -1; returns the number of
 * the former.  Where the rules say how many places there are, asked of them, they
 * are the heaviest, which leave a place for the others.
 */
static int
SetOversizedApart(const PlacesPoints *points, const PlacesRules *rules, int asked, int *label)
{
	PlacesRanked *heaviest = HostNew(PlacesRanked, points->n);
	double		rest = points->homes;
	int			k = 0;

	for (int i = 0; i < points->n; i++)
	{
		HostCheckCancelAt(i);
		label[i] = asked == 0 && points->w[i] > rules->max_homes ? k++ : -1;
		heaviest[i] = (PlacesRanked) {-points->w[i], i};
	}
	if (asked > 0)
		SortRanked(heaviest, points->n);
	while (k < asked - 1 && -heaviest[k].key > HighBound(rules, rest, points->whole, asked - k))
	{
		rest += heaviest[k].key;
		label[heaviest[k].item] = k;
		k++;
	}
	HostFree(heaviest);
	return k;
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
	int			asked = rules->k > 0 ? WantedPlaces(rules, points) : 0;
	int			k = SetOversizedApart(points, rules, asked, label);
	PlacesPoints *rest;

	for (int i = 0; i < points->n; i++)
	{
		HostCheckCancelAt(i);
		source[i] = label[i] < 0;
	}
	rest = SelectPoints(points, source, source);

	if (rest->n > 0)
	{
		int			rest_k = 1;

		if (rest->homes > 0)
			rest_k = ClusterBest(rest, rules, Max(0, asked - k), rest_label);
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
