/*
 * repricing.c
 *	  The price of one centre under which it gets the homes that it may have.
 *
 * Where homes are far from each other on several scales (a home beyond the sea, a
 * tower among villages) one centre serves both sides, and its price decides for all
 * centres of one side at once.  When it is wrong, a flow repairs that home by home,
 * and every home pushes others on.  So the price of the centre that is furthest
 * outside the bounds is set first, with all the others kept: coordinate ascent on the
 * dual of the flow, which cannot make the prices worse.
 */
#include "engine/balanced/repricing.h"

#include "engine/base/sort.h"

/* The centre whose load is furthest outside the bounds, or -1, and that load. */
static int
FindWorst(const PlacesKdTree *tree, const PlacesCentres *centres, const double *low, const double *high,
		  const int *label, double *load)
{
	PlacesSums *sums = NewSums(centres->k);
	double		most = 0;
	int			worst = -1;

	for (int j = 0; j < centres->k; j++)
		sums->w[j] = HomesBeforehand(centres, j);
	for (int i = 0; i < tree->n; i++)
	{
		HostCheckCancelAt(i);
		sums->w[label[i]] += tree->w[i];
	}
	for (int j = 0; j < centres->k; j++)
	{
		double		outside = Max(sums->w[j] - high[j], low[j] - sums->w[j]);

		if (outside > most)
		{
			most = outside;
			worst = j;
			*load = sums->w[j];
		}
	}
	FreeSums(sums);
	return worst;
}

/* Label the points as if centre j did not exist. */
static void
AssignWithout(const PlacesKdTree *tree, const PlacesCentres *centres, int j, int *label)
{
	PlacesCentres *others = NewCentres(centres->k - 1);

	for (int o = 0; o < others->k; o++)
	{
		others->x[o] = centres->x[o + (o >= j)];
		others->y[o] = centres->y[o + (o >= j)];
		others->price[o] = centres->price[o + (o >= j)];
	}
	AssignPass(tree, others, label, NULL);
	for (int i = 0; i < tree->n; i++)
	{
		HostCheckCancelAt(i);
		label[i] += label[i] >= j;
	}
	FreeCentres(others);
}

static double
SquaredDistance(const PlacesKdTree *tree, const PlacesCentres *centres, int i, int j)
{
	double		dx = tree->x[i] - centres->x[j];
	double		dy = tree->y[i] - centres->y[j];

	return dx * dx + dy * dy;
}

/*
 * Set the price of the centre that has most homes too many or too few under the
 * prices at hand so that it gets as many as the nearer bound.  label is that of the points
 * on entry, and scratch afterwards.  O(n log n).
 */
void
RepriceWorst(const PlacesKdTree *tree, PlacesCentres *centres, const double *low, const double *high,
			 int *label)
{
	double		load = 0;
	int			j = FindWorst(tree, centres, low, high, label, &load);
	PlacesRanked *rank;
	double		wanted;
	int			last = 0;

	if (j < 0 || centres->k < 2)
		return;
	AssignWithout(tree, centres, j, label);
	/* the price at which each point would leave the centre for another, the dearest first */
	rank = HostNew(PlacesRanked, tree->n);
	for (int i = 0; i < tree->n; i++)
	{
		HostCheckCancelAt(i);
		rank[i] = (PlacesRanked) {SquaredDistance(tree, centres, i, j) -
			SquaredDistance(tree, centres, i, label[i]) - centres->price[label[i]], i};
	}
	SortRanked(rank, tree->n);
	wanted = (load > high[j] ? high[j] : low[j]) - HomesBeforehand(centres, j);
	while (last < tree->n - 1 && wanted > tree->w[rank[last].item])
		wanted -= tree->w[rank[last++].item];
	centres->price[j] = -rank[last].key;
	HostFree(rank);
}
