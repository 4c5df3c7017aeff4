/*
 * kmeans.c
 *	  k-means: the least sum of squared distances to so many centres, without
 *	  regard to sizes.
 *
 * The search takes place on a coarse picture of the points, some thirty cells a
 * place, where it costs little: seeds, Lloyd's iteration (lloyd.c), splits and
 * mergers of many clusters at once (splitmerge.c), then of single ones
 * (swaps.c).  From the centres found there, Lloyd's iteration runs to its end
 * on the points themselves.
 */
#include "engine/kmeans/kmeans.h"

#include "engine/base/place_count.h"
#include "engine/kmeans/lloyd.h"
#include "engine/kmeans/seeds.h"
#include "engine/kmeans/splitmerge.h"
#include "engine/kmeans/swaps.h"

#define CELLS_A_PLACE	30
#define MAX_ROUNDS		1000
#define MAX_SPLITMERGES	100
#define MANY_PLACES		128		/* swaps one by one would take too long */
#define COARSE			1e-3	/* of the spread of a place: precision of the search, */
#define FINE			1e-9	/* and of the result */

/* Good centres for the tree's points, at most k. */
static PlacesCentres *
SearchCentres(const PlacesKdTree *tree, int k)
{
	PlacesCentres *centres = VarianceSeeds(tree, k);
	PlacesLloyd *lloyd = NewLloyd(tree, centres->k, COARSE);

	for (int i = 0; i < MAX_SPLITMERGES; i++)
	{
		LloydRounds(lloyd, centres, MAX_ROUNDS);
		if (!SplitAndMerge(tree, centres))
			break;
	}
	if (centres->k > 1 && centres->k < MANY_PLACES)
		SwapCentres(lloyd, centres);
	FreeLloyd(lloyd);
	return centres;
}

/*
 * Label the points, whose homes are > 0, 0 .. k - 1 and return k: as many places
 * as the rules ask for, or fewer where the search finds no use for one; not where
 * the number itself is the rule.
 */
int
KMeansCluster(const PlacesPoints *points, const PlacesRules *rules, int *label)
{
	int			wanted = WantedPlaces(rules, points);
	PlacesKdTree *tree = BuildKdTree(points);
	PlacesKdTree *coarse = CoarsenKdTree(tree, points->homes / wanted / CELLS_A_PLACE);
	bool		enough = coarse->n < tree->n / 2 && (rules->k == 0 || coarse->n >= CELLS_A_PLACE / 10 * wanted);
	PlacesCentres *centres = SearchCentres(enough ? coarse : tree, wanted);
	PlacesLloyd *lloyd = NewLloyd(tree, centres->k, FINE);
	int		   *tree_label = HostNew(int, points->n);
	int			k = centres->k;

	Assert(k >= 1 && k <= wanted);
	FreeKdTree(coarse);
	LloydRounds(lloyd, centres, MAX_ROUNDS);
	AssignPass(tree, centres, tree_label, NULL);
	for (int i = 0; i < tree->n; i++)
	{
		HostCheckCancelAt(i);
		Assert(tree_label[i] >= 0 && tree_label[i] < k);
		label[tree->point[i]] = tree_label[i];
	}
	if (rules->k > 0)
		UseAllPlaces(points, k = wanted, label);
	FreeLloyd(lloyd);
	FreeCentres(centres);
	HostFree(tree_label);
	FreeKdTree(tree);
	return k;
}
