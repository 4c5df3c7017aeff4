/*
 * filtering.c
 *	  The filtering pass: the centre of least power distance for every point.
 *
 * Candidate centres travel down the kd-tree (Kanungo et al., "An efficient
 * k-means clustering algorithm", IEEE PAMI 24(7), 2002, here for power
 * distances too); at a node those drop out to which the whole box prefers the
 * candidate nearest to its middle; a node with one candidate left is given away
 * whole, by its sums.  Far from the borders between places that happens high in
 * the tree.
 *
 * The order of summation is a function of the points and centres alone.
 */
#include "engine/kmeans/filtering.h"

#define ROUNDING		1e-12	/* relative */

PlacesCentres *
NewCentres(int k)
{
	PlacesCentres *centres = HostNew(PlacesCentres, 1);

	centres->k = k;
	centres->x = HostNewZero(double, k);
	centres->y = HostNewZero(double, k);
	centres->price = HostNewZero(double, k);
	centres->fixed = NULL;
	centres->lesser = 0;
	centres->lack = 0;
	return centres;
}

void
FreeCentres(PlacesCentres *centres)
{
	HostFree(centres->x);
	HostFree(centres->y);
	HostFree(centres->price);
	if (centres->fixed)
		FreeSums(centres->fixed);
	HostFree(centres);
}

PlacesSums *
NewSums(int k)
{
	PlacesSums *sums = HostNew(PlacesSums, 1);

	sums->w = HostNewZero(double, k);
	sums->wx = HostNewZero(double, k);
	sums->wy = HostNewZero(double, k);
	return sums;
}

void
FreeSums(PlacesSums *sums)
{
	HostFree(sums->w);
	HostFree(sums->wx);
	HostFree(sums->wy);
	HostFree(sums);
}

/* Add what is fixed to the centres. */
void
AddFixed(PlacesSums *sums, const PlacesCentres *centres)
{
	for (int j = 0; centres->fixed && j < centres->k; j++)
	{
		sums->w[j] += centres->fixed->w[j];
		sums->wx[j] += centres->fixed->wx[j];
		sums->wy[j] += centres->fixed->wy[j];
	}
}

/* A centre, packed. */
typedef struct PlacesSite
{
	double		x,
				y,
				price;
} PlacesSite;

/* What a pass carries down the tree. */
typedef struct PlacesPass
{
	const PlacesKdTree *tree;
	PlacesSite *sites;			/* the centres */
	double	   *distance;		/* scratch, of the candidates */
	PlacesSums *sums;			/* may be NULL */
	int		   *label;			/* may be NULL */
	int		   *runner;			/* may be NULL */
} PlacesPass;

static inline double
PowerDistance(const PlacesPass *pass, int j, double x, double y)
{
	const PlacesSite *site = &pass->sites[j];
	double		dx = x - site->x;
	double		dy = y - site->y;

	return dx * dx + dy * dy + site->price;
}

/* Assign a whole node to one centre. */
static void
GiveNode(PlacesPass *pass, const PlacesKdNode *node, int j)
{
	if (pass->sums)
	{
		pass->sums->w[j] += node->w;
		pass->sums->wx[j] += node->wx;
		pass->sums->wy[j] += node->wy;
	}
	if (pass->label)
		for (int i = node->begin; i < node->end; i++)
			pass->label[i] = j;
	if (pass->runner)
		for (int i = node->begin; i < node->end; i++)
			pass->runner[i] = -1;
}

/* Add a point to its centre. */
static inline void
GivePoint(PlacesPass *pass, int i, int j)
{
	const PlacesKdTree *tree = pass->tree;

	if (pass->sums)
	{
		pass->sums->w[j] += tree->w[i];
		pass->sums->wx[j] += tree->w[i] * tree->x[i];
		pass->sums->wy[j] += tree->w[i] * tree->y[i];
	}
	if (pass->label)
		pass->label[i] = j;
}

/* Decide a leaf point by point; of equals the first centre wins. */
static void
GiveLeaf(PlacesPass *pass, const PlacesKdNode *node, const int *candidates, int count)
{
	const PlacesKdTree *tree = pass->tree;

	Assert(count > 0);
	for (int i = node->begin; i < node->end; i++)
	{
		double		best = INFINITY;
		int			j = candidates[0];	/* an owner in any case */

		for (int c = 0; c < count; c++)
		{
			double		d = PowerDistance(pass, candidates[c], tree->x[i], tree->y[i]);

			if (d < best)
			{
				best = d;
				j = candidates[c];
			}
		}
		GivePoint(pass, i, j);
	}
}

/* The same with runners-up. */
static void
GiveLeafAndRunners(PlacesPass *pass, const PlacesKdNode *node, const int *candidates, int count)
{
	const PlacesKdTree *tree = pass->tree;

	for (int i = node->begin; i < node->end; i++)
	{
		int			j = candidates[0];	/* an owner in any case */
		int			runner = -1;
		double		best = PowerDistance(pass, j, tree->x[i], tree->y[i]);
		double		second = INFINITY;

		Assert(best < INFINITY);
		for (int c = 1; c < count; c++)
		{
			double		d = PowerDistance(pass, candidates[c], tree->x[i], tree->y[i]);

			if (d < best)
			{
				second = best;
				runner = j;
				best = d;
				j = candidates[c];
			}
			else if (d < second)
			{
				second = d;
				runner = candidates[c];
			}
		}
		GivePoint(pass, i, j);
		pass->runner[i] = runner;
	}
}

/*
 * Copy to "kept" the candidates, in order, that some point of the node's box
 * may prefer to the one nearest to the middle of the box.  The difference of
 * two power distances is linear: from the middle to a corner it changes by at
 * most twice the centres' distance, coordinate by coordinate, times half the
 * width of the box.
 */
static int
FilterCandidates(PlacesPass *pass, const PlacesKdNode *node, const int *candidates, int count, int *kept)
{
	double		mx = (node->xmin + node->xmax) / 2;
	double		my = (node->ymin + node->ymax) / 2;
	double		width = (node->xmax - node->xmin) * (1 + ROUNDING);
	double		height = (node->ymax - node->ymin) * (1 + ROUNDING);
	double		least = INFINITY;
	PlacesSite	nearest = {0};
	int			nkept = 0;

	for (int i = 0; i < count; i++)
	{
		pass->distance[i] = PowerDistance(pass, candidates[i], mx, my);
		if (pass->distance[i] < least)
		{
			least = pass->distance[i];
			nearest = pass->sites[candidates[i]];
		}
	}
	least += ROUNDING * fabs(least);
	for (int i = 0; i < count; i++)
	{
		const PlacesSite *site = &pass->sites[candidates[i]];

		if (pass->distance[i] - least <=
			fabs(site->x - nearest.x) * width + fabs(site->y - nearest.y) * height)
			kept[nkept++] = candidates[i];
	}
	Assert(nkept > 0);			/* the nearest is among them */
	return nkept;
}

/* Assign a node's points.  candidates[0 .. count) are in question, and behind them is room for as many at each level below. */
static void
VisitNode(PlacesPass *pass, int at, int *candidates, int count)
{
	const PlacesKdNode *node = &pass->tree->nodes[at];
	int		   *kept = candidates + count;

	HostCheckCancel();
	if (count > 1)
		count = FilterCandidates(pass, node, candidates, count, kept);
	else
		kept = candidates;

	if (count == 1)
		GiveNode(pass, node, kept[0]);
	else if (node->child)
	{
		VisitNode(pass, node->child, kept, count);
		VisitNode(pass, node->child + 1, kept, count);
	}
	else if (pass->runner)
		GiveLeafAndRunners(pass, node, kept, count);
	else
		GiveLeaf(pass, node, kept, count);
}

#ifdef PLACES_ASSERTS
/* Every home is with one centre. */
static void
AssertCheckSums(const PlacesSums *sums, int k, double homes)
{
	double		assigned = 0;

	for (int j = 0; j < k; j++)
		assigned += sums->w[j];
	Assert(fabs(assigned - homes) <= 1e-9 * homes);
}
#else
#define AssertCheckSums(sums, k, homes) ((void) 0)
#endif

/*
 * Find the centre of least power distance for every point.
 *
 * sums (set to zero first), label and runner may each be NULL; label and
 * runner are in the tree's order.  A point's runner-up is the second best of
 * the centres that were still in question at its leaf, -1 where none was.  Of
 * equals the first centre wins.
 *
 * O(k) for the nodes near the root, then as long as the borders between places
 * are; O(n) with labels.
 */
void
AssignPass(const PlacesKdTree *tree, const PlacesCentres *centres,
		   PlacesSums *sums, int *label, int *runner)
{
	int			k = centres->k;
	PlacesPass	pass = {tree, HostNew(PlacesSite, k), HostNew(double, k), sums, label, runner};
	int		   *candidates = HostNew(int, (size_t) k * (tree->depth + 1));

	Assert(k > 0 || tree->n == 0);
	for (int j = 0; j < k; j++)
	{
		candidates[j] = j;
		pass.sites[j] = (PlacesSite) {centres->x[j], centres->y[j], centres->price[j]};
	}
	if (sums)
	{
		memset(sums->w, 0, sizeof(double) * (size_t) k);
		memset(sums->wx, 0, sizeof(double) * (size_t) k);
		memset(sums->wy, 0, sizeof(double) * (size_t) k);
	}
	if (tree->n > 0)
		VisitNode(&pass, 0, candidates, k);
	if (sums && tree->n > 0)
		AssertCheckSums(sums, k, tree->nodes[0].w);
	HostFree(pass.sites);
	HostFree(pass.distance);
	HostFree(candidates);
}
