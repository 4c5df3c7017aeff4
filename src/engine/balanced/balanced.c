/*
 * balanced.c
 *	  Places of bounded size at the least sum of squared distances.
 *
 * Assignment under the size bounds and centroids alternate (alternation.c), from
 * seeds by recursive bisection.  That finds the nearest optimum, not the best one; so
 * centres are searched for first (search.c), on a sketch of the points, a dozen cells
 * a place or more.  Some rounds follow on a coarse picture, some thirty cells a place, whose homes
 * move by the dozen; its centres and prices are then nearly right for the points
 * themselves, where few rounds finish the work.
 *
 * An oversized block, a point of more homes than a place may have, is set apart as
 * a place of its own beforehand.  Points that the flow divided are made whole in the
 * end (rounding.c); should that break a bound, other numbers of places are tried,
 * without a search.
 */
#include "engine/balanced/balanced.h"

#include "engine/balanced/bounds.h"
#include "engine/balanced/exchanges.h"
#include "engine/balanced/loads.h"
#include "engine/balanced/rounding.h"
#include "engine/balanced/search.h"
#include "engine/balanced/shortfall.h"
#include "engine/base/place_count.h"
#include "engine/base/sort.h"
#include "engine/kmeans/seeds.h"

#define SKETCH_CELLS	12		/* a place, at least, on the picture for the search */
#define SMALL			500		/* cells: with fewer the search has more patience */
#define LEAST_WORK		2e5		/* cells, times rounds, of the search; */
#define WORK_A_POINT	1.0		/* the same for each point */
#define CELLS_A_PLACE	30		/* of the coarse picture */
#define COARSE_ROUNDS	40
#define COARSE_GAIN		1e-3	/* stop when a round gains less than this share */
#define FINE_ROUNDS		4
#define FINE_GAIN		2e-3
#define FEW_POINTS		60		/* with no more than that, every exchange is tried, */
#define START_POINTS	300		/* from so many starts, for each point, */
#define MOST_STARTS		5		/* and so many at most */
#define OTHER_COUNTS	8		/* numbers of places tried when whole points do
								 * not fit */

/* Centres found on a sketch of the tree's points. */
static PlacesCentres *
SketchCentres(const PlacesKdTree *tree, PlacesBounds bounds, bool search)
{
	PlacesKdTree *sketch = CoarsenKdTree(tree, tree->nodes[0].w / bounds.k / SKETCH_CELLS);
	PlacesCentres *centres = BisectionSeeds(sketch, bounds.k, 0, NULL);

	if (search && bounds.k > 1)
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
CoarseCentres(const PlacesKdTree *tree, PlacesBounds bounds, bool search)
{
	PlacesCentres *centres = SketchCentres(tree, bounds, search);
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

/*
 * Label the tree's points with places of those bounds; returns the homes that whole
 * points keep outside them.
 */
static double
LabelTree(const PlacesKdTree *tree, PlacesCentres *centres, PlacesBounds bounds, int *label)
{
	PlacesFlow *flow = AlternateFlow(tree, centres, bounds.low, bounds.high,
									 FINE_ROUNDS, FINE_GAIN, true);
	double		violation = RepairSizes(tree, centres, flow, bounds.low, bounds.high, label);

	FreeFlow(flow);
	return violation;
}

/* The same for few points: the best of many searches, and every exchange tried. */
static double
LabelFew(const PlacesKdTree *tree, PlacesCentres *centres, PlacesBounds bounds, int *label)
{
	int		   *trial = HostNew(int, tree->n);
	double		best = INFINITY;
	double		least = INFINITY;
	uint64_t	draw = 1;

	for (int start = 0; start < Min(MOST_STARTS, START_POINTS / tree->n); start++)
	{
		PlacesCentres *own = start == 0 ? centres :
			BisectionSeeds(tree, centres->k, M_PI / 2, &draw);
		double		violation = LabelTree(tree, own, bounds, trial);
		double		ss = ExchangePoints(tree, own->k, bounds.low, bounds.high, trial);

		if (violation < best || (violation == best && ss < least))
		{
			best = violation;
			least = ss;
			memcpy(label, trial, sizeof(int) * tree->n);
		}
		if (start > 0)
			FreeCentres(own);
	}
	HostFree(trial);
	return best;
}

/*
 * Label the tree's points with k places, between low and high homes each if that can
 * be; returns the homes that whole points keep outside the bounds.
 */
static double
ClusterTree(const PlacesKdTree *tree, int k, double low, double high, bool search, int *label)
{
	PlacesBounds bounds = BoundsFor(tree->nodes[0].w, tree->whole, k, low, high);
	PlacesCentres *centres = CoarseCentres(tree, bounds, search);
	double		violation = tree->n <= FEW_POINTS ?
		LabelFew(tree, centres, bounds, label) : LabelTree(tree, centres, bounds, label);

	if (bounds.low < low)
		GatherShortfall(tree, centres, low, high, label);
	FreeCentres(centres);
	return violation;
}

/*
 * The same as labels of the points, with `asked` places, or the best number of them
 * if that is 0; returns the number.  No point is oversized.
 */
static int
ClusterBest(const PlacesPoints *points, const PlacesRules *rules, int asked, int *label)
{
	double		low = LowBound(rules, points->homes, points->whole, asked);
	double		high = HighBound(rules, points->homes, points->whole, asked);
	PlacesKdTree *tree = BuildKdTree(points);
	int		   *trial = HostNew(int, points->n);
	int			heavy = 0;
	double		wanted = asked > 0 ? asked : ChooseCount(points, low, rules->target_homes, high);
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
		else if (k < 1 || k > heavy || BoundViolation(points, k, low, high) > 0)
			continue;
		violation = ClusterTree(tree, k, low, high, attempt == 0, trial);
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
CapFixed(const PlacesCentres *centres, double high)
{
	PlacesSums *fixed = centres->fixed;

	for (int j = 0; j < centres->k; j++)
	{
		double		most = HighOf(centres, j, high);

		if (fixed->w[j] > most)
		{
			fixed->wx[j] *= most / fixed->w[j];
			fixed->wy[j] *= most / fixed->w[j];
			fixed->w[j] = most;
		}
	}
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

	CapFixed(centres, bounds.high);
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

	CapFixed(centres, bounds.high);
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

/* Label the points as BalancedCluster() does, without regard to loads. */
static int
ClusterHomes(const PlacesPoints *points, const PlacesRules *rules, int *label)
{
	int			asked = rules->k > 0 ? WantedPlaces(rules, points) : 0;
	int			k = SetOversizedApart(points, rules, asked, label);
	int		   *source;
	int		   *rest_label;
	PlacesPoints *rest;

	if (k == 0 && points->homes > 0)
		return ClusterBest(points, rules, asked, label);
	source = HostNew(int, points->n);
	rest_label = HostNew(int, points->n);
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
/*
 * Label the points 0 .. k - 1 and return k; 0 < min_homes <= target_homes <=
 * max_homes, which may be infinite.
 *
 * Every place holds between min_homes and max_homes wherever a number of
 * places exists that allows it, oversized blocks apart.  What the points carry of loads
 * is shared out between as many places (loads.c).
 */
int
BalancedCluster(const PlacesPoints *points, const PlacesRules *rules, int *label)
{
	int			k = ClusterHomes(points, rules, label);

	if (BalancesLoads(rules) && points->homes > 0)
		BalanceLoads(&(PlacesLoadTask) {.points = points, .rules = rules, .k = k}, label);
	return k;
}
