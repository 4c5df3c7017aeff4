/*
 * shortfall.c
 *	  One place that is too small, so that the others are not.
 *
 * Where no number of places lets all of them have the minimum, moving the minimum for
 * all of them leaves none that has it: 1,180 homes under 405 .. 495 would be
 * 393 + 393 + 394.  But 405 + 405 + 370 misses it by just as much, and two
 * places have it.  So one place lacks what is missing: the one whose choice costs least,
 * as long as it is half of the minimum at most.
 */
#include "engine/balanced/shortfall.h"

#include "engine/balanced/alternation.h"
#include "engine/balanced/rounding.h"
#include "engine/base/sort.h"

#define MOST_LACK		0.5		/* of the minimum, for one place to have it all */
#define MOST_TRIED		8		/* places that are tried for it */
#define ROUNDS			8
#define ROUND_GAIN		1e-3

/* How good labels are. */
typedef struct PlacesMisfit
{
	double		outside;		/* homes outside the bounds, fewest first */
	double		kept;			/* homes in places that are not too small: most; */
	double		ss;				/* sum of squares */
} PlacesMisfit;

static PlacesMisfit
MeasureMisfit(const PlacesKdTree *tree, const int *label, int k, double low, double high)
{
	double	   *size = HostNewZero(double, k);
	PlacesMisfit misfit = {0};

	for (int i = 0; i < tree->n; i++)
	{
		HostCheckCancelAt(i);
		size[label[i]] += tree->w[i];
	}
	for (int j = 0; j < k; j++)
	{
		misfit.outside += Max(0, Max(low - size[j], size[j] - high));
		if (size[j] >= low * (1 - SIZE_ROUNDING))
			misfit.kept += size[j];
	}
	HostFree(size);
	return misfit;
}

static bool
IsBetter(const PlacesMisfit *a, const PlacesMisfit *b, double slack)
{
	if (fabs(a->outside - b->outside) > slack)
		return a->outside < b->outside;
	if (fabs(a->kept - b->kept) > slack)
		return a->kept > b->kept;
	return a->ss < b->ss;
}

static PlacesCentres *
CopyCentres(const PlacesCentres *centres)
{
	PlacesCentres *copy = NewCentres(centres->k);

	memcpy(copy->x, centres->x, sizeof(double) * centres->k);
	memcpy(copy->y, centres->y, sizeof(double) * centres->k);
	memcpy(copy->price, centres->price, sizeof(double) * centres->k);
	return copy;
}

/* Label the points with one place that has the lack; returns the sum of squares of the flow. */
static double
ClusterLesser(const PlacesKdTree *tree, const PlacesCentres *centres, int lesser, double lack,
			  double low, double high, int *label)
{
	PlacesCentres *own = CopyCentres(centres);
	PlacesFlow *flow;
	double		ss;

	own->lesser = lesser;
	own->lack = lack;
	flow = AlternateFlow(tree, own, low, high, ROUNDS, ROUND_GAIN, true);
	(void) RepairSizes(tree, own, flow, low, high, label);
	ss = MoveCentres(tree, flow, own, 1);
	FreeFlow(flow);
	FreeCentres(own);
	return ss;
}

/* Centres by price, the least first: from there homes go to others at the least cost. */
static PlacesRanked *
RankByPrice(const PlacesCentres *centres)
{
	PlacesRanked *rank = HostNew(PlacesRanked, centres->k);

	for (int j = 0; j < centres->k; j++)
		rank[j] = (PlacesRanked) {centres->price[j], j};
	SortRanked(rank, centres->k);
	return rank;
}

/*
 * On entry the labels of the tree's points are those under bounds that were moved for all
 * places, with these centres; low and high are the bounds as they should be.  Takes over
 * labels with one place that is too small where they miss the bounds by no more, and
 * keep more.
 */
void
GatherShortfall(const PlacesKdTree *tree, const PlacesCentres *centres, double low, double high,
				int *label)
{
	int			k = centres->k;
	double		lack = k * low - tree->nodes[0].w;
	PlacesMisfit best = MeasureMisfit(tree, label, k, low, high);
	PlacesRanked *rank;
	int		   *trial;

	if (lack <= 0 || k < 2 || lack > MOST_LACK * low)
		return;
	rank = RankByPrice(centres);
	trial = HostNew(int, tree->n);
	best.ss = -INFINITY;		/* that alone is no reason for a lesser place */
	for (int t = 0; t < Min(k, MOST_TRIED); t++)
	{
		double		ss = ClusterLesser(tree, centres, rank[t].item, lack, low, high, trial);
		PlacesMisfit misfit = MeasureMisfit(tree, trial, k, low, high);

		misfit.ss = ss;
		if (!IsBetter(&misfit, &best, SIZE_ROUNDING * tree->nodes[0].w))
			continue;
		best = misfit;
		memcpy(label, trial, sizeof(int) * tree->n);
	}
	HostFree(trial);
	HostFree(rank);
}
