/*
 * splitmerge.c
 *	  Local search over a converged k-means clustering.
 *
 * Lloyd's iteration cannot move a centre from where there are too many to
 * where there are too few.  Splitting one cluster in two while merging two
 * others can (Kaukoranta, Franti, Nevalainen, "Iterative split-and-merge
 * algorithm for vector quantization codebook generation", Optical Engineering
 * 37(10), 1998).  What a split gains and a merger (Ward's criterion) costs is
 * known exactly, so every pair applied lowers the sum of squares, and pairs
 * that share no cluster are applied together.  The same figures rank the pairs
 * that are worth a trial though they lose at first (swaps.c).
 */
#include "engine/kmeans/splitmerge.h"

#include "engine/base/kdtree_search.h"
#include "engine/base/sort.h"

#define NEIGHBOURS		5		/* centres tried as partners of a merger */
#define SPLIT_ROUNDS	8		/* of two-means within a cluster */
#define SWAPPED			24		/* clusters to split, and to do without, in swaps */
#define LEAST_GAIN		1e-4	/* of the sum of squares, for a pair to count */

/* One cluster: what it is, and what splitting or merging it would do. */
typedef struct PlacesCluster
{
	double		w;
	double		mean[2];
	double		ss[2];			/* sums of squared deviations, by coordinate */
	double		middle[2];		/* of the bounding box */
	double		gain;			/* sum of squares saved by the split */
	double		half[2][2];		/* centroids of its halves */
	double		cost;			/* sum of squares added by the cheapest merger */
	int			partner;		/* the neighbour it would merge with */
	bool		merge;			/* rather than dissolve among all neighbours */
	bool		used;			/* in this round */
} PlacesCluster;

static void
MeasureCluster(PlacesCluster *c, const PlacesKdTree *tree, const int *member, int n)
{
	double		low[2] = {INFINITY, INFINITY};
	double		high[2] = {-INFINITY, -INFINITY};

	memset(c, 0, sizeof(*c));
	for (int i = 0; i < n; i++)
	{
		low[0] = Min(low[0], tree->x[member[i]]);
		low[1] = Min(low[1], tree->y[member[i]]);
		high[0] = Max(high[0], tree->x[member[i]]);
		high[1] = Max(high[1], tree->y[member[i]]);
		c->w += tree->w[member[i]];
		c->mean[0] += tree->w[member[i]] * tree->x[member[i]];
		c->mean[1] += tree->w[member[i]] * tree->y[member[i]];
	}
	if (c->w <= 0)
		return;
	c->mean[0] /= c->w;
	c->mean[1] /= c->w;
	c->middle[0] = (low[0] + high[0]) / 2;
	c->middle[1] = (low[1] + high[1]) / 2;
	for (int i = 0; i < n; i++)
	{
		double		dx = tree->x[member[i]] - c->mean[0];
		double		dy = tree->y[member[i]] - c->mean[1];

		c->ss[0] += tree->w[member[i]] * dx * dx;
		c->ss[1] += tree->w[member[i]] * dy * dy;
	}
}

/*
 * What it saves to split a cluster along a line: the points beyond the cut
 * (normal . x > cut) from the rest.  It follows from the halves' weights and
 * centroids alone.  Kept in the cluster if it is the best so far.
 */
static bool
TryCut(PlacesCluster *c, const PlacesKdTree *tree, const int *member, int n,
	   const double normal[2], double cut)
{
	double		w = 0;
	double		wx = 0;
	double		wy = 0;
	double		rest,
				gain;

	for (int i = 0; i < n; i++)
	{
		int			p = member[i];

		if (normal[0] * tree->x[p] + normal[1] * tree->y[p] > cut)
		{
			w += tree->w[p];
			wx += tree->w[p] * (tree->x[p] - c->mean[0]);
			wy += tree->w[p] * (tree->y[p] - c->mean[1]);
		}
	}
	rest = c->w - w;
	if (w <= 0 || rest <= 0)
		return false;
	gain = (wx * wx + wy * wy) * (1 / w + 1 / rest);
	if (gain <= c->gain * (1 + LEAST_GAIN))
		return false;
	c->gain = gain;
	c->half[0][0] = c->mean[0] + wx / w;
	c->half[0][1] = c->mean[1] + wy / w;
	c->half[1][0] = c->mean[0] - wx / rest;
	c->half[1][1] = c->mean[1] - wy / rest;
	return true;
}

/*
 * The best split of a cluster in two: from cuts across either coordinate at
 * the mean (for two towns) and at the middle of the box (for a few homes far
 * away), two-means until nothing is gained.
 */
static void
TrySplit(PlacesCluster *c, const PlacesKdTree *tree, const int *member, int n)
{
	static const double across[2][2] = {{1, 0}, {0, 1}};

	for (int d = 0; d < 2; d++)
	{
		TryCut(c, tree, member, n, across[d], c->mean[d]);
		TryCut(c, tree, member, n, across[d], c->middle[d]);
	}
	for (int round = 0; round < SPLIT_ROUNDS && c->gain > 0; round++)
	{
		/* the next halves lie on both sides of the bisector of these centroids */
		double		normal[2] = {c->half[0][0] - c->half[1][0], c->half[0][1] - c->half[1][1]};
		double		cut = (normal[0] * (c->half[0][0] + c->half[1][0]) +
						   normal[1] * (c->half[0][1] + c->half[1][1])) / 2;

		if (!TryCut(c, tree, member, n, normal, cut))
			break;
	}
}

/*
 * What it adds to the sum of squares to give the points of a cluster to the
 * nearest of its neighbours each.
 */
static double
DissolveCost(const PlacesCluster *clusters, int j, const int *near, int nnear,
			 const PlacesKdTree *tree, const int *member, int n)
{
	double		cost = -(clusters[j].ss[0] + clusters[j].ss[1]);

	for (int i = 0; i < n; i++)
	{
		double		least = INFINITY;

		for (int c = 0; c < nnear; c++)
		{
			double		dx = tree->x[member[i]] - clusters[near[c]].mean[0];
			double		dy = tree->y[member[i]] - clusters[near[c]].mean[1];

			if (near[c] != j)
				least = Min(least, dx * dx + dy * dy);
		}
		cost += tree->w[member[i]] * least;
	}
	return cost;
}

/* The cheapest way to do without each cluster. */
static void
FindRemovals(PlacesCluster *clusters, int k, const PlacesKdTree *tree,
			 const int *start, const int *member)
{
	double	   *x = HostNew(double, k);
	double	   *y = HostNew(double, k);
	PlacesKdTree *means;
	int			near[NEIGHBOURS + 1];

	for (int j = 0; j < k; j++)
	{
		x[j] = clusters[j].mean[0];
		y[j] = clusters[j].mean[1];
	}
	means = BuildPlainTree(k, x, y);
	for (int j = 0; j < k; j++)
	{
		PlacesCluster *c = &clusters[j];
		int			found = NearestPoints(means, x[j], y[j], NEIGHBOURS + 1, near);
		double		dissolve = DissolveCost(clusters, j, near, found, tree,
											member + start[j], start[j + 1] - start[j]);

		c->cost = INFINITY;
		c->partner = j;
		for (int i = 0; i < found; i++)
		{
			const PlacesCluster *other = &clusters[near[i]];
			double		dx = other->mean[0] - c->mean[0];
			double		dy = other->mean[1] - c->mean[1];
			double		cost = c->w * other->w / (c->w + other->w) * (dx * dx + dy * dy);

			if (near[i] != j && cost < c->cost)
			{
				c->cost = cost;
				c->partner = near[i];
			}
		}
		c->merge = c->cost <= dissolve;
		c->cost = Min(c->cost, dissolve);
		HostCheckCancel();
	}
	FreeKdTree(means);
	HostFree(x);
	HostFree(y);
}

/* Clusters by what they gain by a split, the most first, and by what it costs to do without, the least first. */
static void
RankClusters(const PlacesCluster *clusters, int k, PlacesRanked *splits, PlacesRanked *mergers)
{
	for (int j = 0; j < k; j++)
	{
		splits[j] = (PlacesRanked) {-clusters[j].gain, j};
		mergers[j] = (PlacesRanked) {clusters[j].cost, j};
	}
	SortRanked(splits, k);
	SortRanked(mergers, k);
}

/* Pair the best splits with the cheapest mergers, and move the centres there; returns how many. */
static int
ApplyPairs(PlacesCluster *clusters, PlacesCentres *centres, double least)
{
	int			k = centres->k;
	PlacesRanked *splits = HostNew(PlacesRanked, k);
	PlacesRanked *mergers = HostNew(PlacesRanked, k);
	int			applied = 0;
	int			m = 0;

	RankClusters(clusters, k, splits, mergers);
	for (int i = 0; i < k && m < k; i++)
	{
		int			s = splits[i].item;
		int			r,
					q;

		if (clusters[s].used)
			continue;
		while (m < k && (clusters[mergers[m].item].used ||
						 clusters[clusters[mergers[m].item].partner].used))
			m++;
		if (m == k || clusters[s].gain - mergers[m].key <= least)
			break;
		r = mergers[m].item;
		q = clusters[r].partner;
		if (r == s || q == s)
			continue;			/* its own neighbourhood: leave the split alone */
		clusters[s].used = clusters[r].used = clusters[q].used = true;
		if (clusters[r].merge)
		{
			double		share = clusters[r].w / (clusters[q].w + clusters[r].w);

			centres->x[q] += share * (centres->x[r] - centres->x[q]);
			centres->y[q] += share * (centres->y[r] - centres->y[q]);
		}
		centres->x[s] = clusters[s].half[0][0];
		centres->y[s] = clusters[s].half[0][1];
		centres->x[r] = clusters[s].half[1][0];
		centres->y[r] = clusters[s].half[1][1];
		applied++;
	}
	HostFree(splits);
	HostFree(mergers);
	return applied;
}

/*
 * Divide pairs of neighbouring clusters anew where their union has a better
 * split than the one they are; returns how many.
 */
static int
ResplitPairs(PlacesCluster *clusters, PlacesCentres *centres, const PlacesKdTree *tree,
			 const int *start, const int *member, double least)
{
	int		   *both = HostNew(int, tree->n);
	int			applied = 0;

	for (int j = 0; j < centres->k; j++)
	{
		int			q = clusters[j].partner;
		int			nj = start[j + 1] - start[j];
		int			nq = start[q + 1] - start[q];
		double		dx = clusters[q].mean[0] - clusters[j].mean[0];
		double		dy = clusters[q].mean[1] - clusters[j].mean[1];
		double		weight = clusters[j].w + clusters[q].w;
		PlacesCluster joint;

		HostCheckCancel();
		if (q == j || weight <= 0 || clusters[j].used || clusters[q].used)
			continue;
		memcpy(both, member + start[j], sizeof(int) * nj);
		memcpy(both + nj, member + start[q], sizeof(int) * nq);
		MeasureCluster(&joint, tree, both, nj + nq);
		TrySplit(&joint, tree, both, nj + nq);
		if (joint.gain - clusters[j].w * clusters[q].w / weight * (dx * dx + dy * dy) <= least)
			continue;
		clusters[j].used = clusters[q].used = true;
		centres->x[j] = joint.half[0][0];
		centres->y[j] = joint.half[0][1];
		centres->x[q] = joint.half[1][0];
		centres->y[q] = joint.half[1][1];
		applied++;
	}
	HostFree(both);
	return applied;
}

/* The clusters of the centres, and their points sorted by cluster. */
typedef struct PlacesClusters
{
	PlacesCluster *clusters;
	int		   *start;			/* member[start[j] .. start[j + 1]) are those of j */
	int		   *member;
	double		ss;				/* sum of squares of all */
} PlacesClusters;

static PlacesClusters
MeasureClusters(const PlacesKdTree *tree, const PlacesCentres *centres)
{
	int			k = centres->k;
	int		   *label = HostNew(int, tree->n);
	PlacesClusters c = {HostNew(PlacesCluster, k), HostNew(int, k + 2), HostNew(int, tree->n), 0};

	AssignPass(tree, centres, label, NULL);
	SortByLabel(tree->n, label, k, c.start, c.member);
	HostFree(label);
	for (int j = 0; j < k; j++)
	{
		const int  *member = c.member + c.start[j];
		int			n = c.start[j + 1] - c.start[j];

		MeasureCluster(&c.clusters[j], tree, member, n);
		TrySplit(&c.clusters[j], tree, member, n);
		c.ss += c.clusters[j].ss[0] + c.clusters[j].ss[1];
		HostCheckCancel();
	}
	FindRemovals(c.clusters, k, tree, c.start, c.member);
	return c;
}

static void
FreeClusters(PlacesClusters *c)
{
	HostFree(c->clusters);
	HostFree(c->start);
	HostFree(c->member);
}

/*
 * Split and merge clusters once, wherever a pair lowers the sum of squares, or
 * else divide pairs anew.
 * Says whether any did; the caller lets the centres converge again.
 */
bool
SplitAndMerge(const PlacesKdTree *tree, PlacesCentres *centres)
{
	PlacesClusters c = MeasureClusters(tree, centres);
	double		least = LEAST_GAIN * c.ss / centres->k;
	int			applied = ApplyPairs(c.clusters, centres, least);

	if (applied == 0)
		applied = ResplitPairs(c.clusters, centres, tree, c.start, c.member, least);
	FreeClusters(&c);
	return applied > 0;
}

/* Largest gain first. */
static int
CompareSwaps(const void *a, const void *b)
{
	const PlacesSwap *x = a;
	const PlacesSwap *y = b;

	if (x->gain != y->gain)
		return x->gain > y->gain ? -1 : 1;
	if (x->split != y->split)
		return x->split < y->split ? -1 : 1;
	return x->removed < y->removed ? -1 : 1;
}

/*
 * The swaps of two clusters, among those that gain most by their split and cost
 * least to do without, the most promising first.
 */
PlacesSwap *
RankSwaps(const PlacesKdTree *tree, const PlacesCentres *centres, int *count)
{
	int			k = centres->k;
	int			most = Min(k, SWAPPED);
	PlacesClusters c = MeasureClusters(tree, centres);
	PlacesRanked *splits = HostNew(PlacesRanked, k);
	PlacesRanked *mergers = HostNew(PlacesRanked, k);
	PlacesSwap *swaps = HostNew(PlacesSwap, most * most);
	int			n = 0;

	RankClusters(c.clusters, k, splits, mergers);
	for (int i = 0; i < most; i++)
		for (int j = 0; j < most; j++)
		{
			int			s = splits[i].item;
			int			r = mergers[j].item;

			if (s == r || c.clusters[s].gain <= 0)
				continue;
			swaps[n] = (PlacesSwap) {-splits[i].key - mergers[j].key, s, r, {{0}}};
			memcpy(swaps[n++].half, c.clusters[s].half, sizeof(swaps->half));
		}
	SortItems(swaps, n, sizeof(PlacesSwap), CompareSwaps);
	HostFree(splits);
	HostFree(mergers);
	FreeClusters(&c);
	*count = n;
	return swaps;
}
