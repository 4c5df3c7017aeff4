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
 * Passes that only add up remember, node by node, which candidates were left and what
 * each of them got: where the same are left, and none of them has moved since, that is
 * what they get again (Kaukoranta, Franti, Nevalainen, "A fast exact GLA based on code
 * vector activity detection", IEEE Transactions on Image Processing 9(8), 2000).  Late in
 * Lloyd's iteration few centres move.  The sums are the same to the last bit as
 * without memory, as such a node is added up by itself in any case.
 *
 * The order of summation is a function of the points and centres alone.
 */
#include "engine/kmeans/filtering.h"

#include <limits.h>

#define ROUNDING		1e-12	/* relative */
#define LEAST_POINTS	64		/* of a node that is remembered, */
#define MOST_LEFT		48		/* with so many candidates left: of more, one has moved */

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
	centres->low_share = centres->high_share = NULL;
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
	if (centres->low_share)
	{
		HostFree(centres->low_share);
		HostFree(centres->high_share);
	}
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

/* A centre in question. */
typedef struct PlacesCandidate
{
	double		x,
				y,
				price;
	int			centre;
} PlacesCandidate;

/* A candidate left at a node, and the sums of the node's points that it got. */
typedef struct PlacesLeft
{
	double		w,
				wx,
				wy;
	int			centre;
} PlacesLeft;

/* What is remembered of a node. */
typedef struct PlacesVisit
{
	int			first;			/* of the candidates left, */
	int			room;			/* for so many; */
	int			count;			/* 0: it has not been visited */
	int			pass;			/* number of the pass that visited it */
} PlacesVisit;

struct PlacesPassMemory
{
	const PlacesKdTree *tree;
	int			k;
	int			pass;			/* number of the pass at hand, from 1 */
	PlacesCandidate *centres;	/* as they were in the last one */
	int		   *moved;			/* by centre: the pass that found it elsewhere */
	PlacesVisit *visits;		/* by node */
	PlacesLeft *left;
	size_t		used,
				capacity;
};

/* What a pass carries down the tree. */
typedef struct PlacesPass
{
	const PlacesKdTree *tree;
	PlacesCandidate *candidates;	/* of a node, behind those of its parent */
	int			room;			/* for so many */
	double	   *distance;		/* scratch, by candidate of a node */
	PlacesPassMemory *memory;	/* of a pass that adds up, */
	PlacesSums *sums;			/* or NULL */
	int		   *label;			/* otherwise */
	int		   *runner;			/* may be NULL */
} PlacesPass;

static inline double
PowerDistance(const PlacesCandidate *candidate, double x, double y)
{
	double		dx = x - candidate->x;
	double		dy = y - candidate->y;

	return dx * dx + dy * dy + candidate->price;
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
		return;
	}
	for (int i = node->begin; i < node->end; i++)
		pass->label[i] = j;
	if (pass->runner)
		for (int i = node->begin; i < node->end; i++)
			pass->runner[i] = -1;
}

/* Assign a point. */
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
	else
		pass->label[i] = j;
}

/* Decide a leaf point by point; of equals the first centre wins. */
static void
GiveLeaf(PlacesPass *pass, const PlacesKdNode *node, const PlacesCandidate *candidates, int count)
{
	const PlacesKdTree *tree = pass->tree;

	Assert(count > 0);
	for (int i = node->begin; i < node->end; i++)
	{
		double		best = INFINITY;
		int			j = candidates[0].centre;	/* an owner in any case */

		for (int c = 0; c < count; c++)
		{
			double		d = PowerDistance(&candidates[c], tree->x[i], tree->y[i]);

			if (d < best)
			{
				best = d;
				j = candidates[c].centre;
			}
		}
		GivePoint(pass, i, j);
	}
}

/* The same with runners-up. */
static void
GiveLeafAndRunners(PlacesPass *pass, const PlacesKdNode *node, const PlacesCandidate *candidates,
				   int count)
{
	const PlacesKdTree *tree = pass->tree;

	for (int i = node->begin; i < node->end; i++)
	{
		int			j = candidates[0].centre;	/* an owner in any case */
		int			runner = -1;
		double		best = PowerDistance(&candidates[0], tree->x[i], tree->y[i]);
		double		second = INFINITY;

		Assert(best < INFINITY);
		for (int c = 1; c < count; c++)
		{
			double		d = PowerDistance(&candidates[c], tree->x[i], tree->y[i]);

			if (d < best)
			{
				second = best;
				runner = j;
				best = d;
				j = candidates[c].centre;
			}
			else if (d < second)
			{
				second = d;
				runner = candidates[c].centre;
			}
		}
		GivePoint(pass, i, j);
		pass->runner[i] = runner;
	}
}

/*
 * Copy behind a node's candidates those, in order, that some point of its box may
 * prefer to the one nearest to the middle of the box; returns how many.  The
 * difference of two power distances is linear: from the middle to a corner it changes
 * by at most twice the centres' distance, coordinate by coordinate, times half the
 * width of the box.
 */
static int
FilterCandidates(PlacesPass *pass, const PlacesKdNode *node, int begin, int count)
{
	const PlacesCandidate *candidates = pass->candidates + begin;
	PlacesCandidate *left = pass->candidates + begin + count;
	double	   *distance = pass->distance;
	double		mx = (node->xmin + node->xmax) / 2;
	double		my = (node->ymin + node->ymax) / 2;
	double		width = (node->xmax - node->xmin) * (1 + ROUNDING);
	double		height = (node->ymax - node->ymin) * (1 + ROUNDING);
	double		least = INFINITY;
	PlacesCandidate nearest = candidates[0];
	int			nleft = 0;

	for (int i = 0; i < count; i++)
	{
		distance[i] = PowerDistance(&candidates[i], mx, my);
		if (distance[i] < least)
		{
			least = distance[i];
			nearest = candidates[i];
		}
	}
	least += ROUNDING * fabs(least);
	for (int i = 0; i < count; i++)
	{
		/* no branch to mispredict: the next one overwrites what does not stay */
		left[nleft] = candidates[i];
		nleft += (distance[i] - least <=
				  fabs(candidates[i].x - nearest.x) * width + fabs(candidates[i].y - nearest.y) * height);
	}
	Assert(nleft > 0);			/* the nearest is among them */
	return nleft;
}

static void VisitNode(PlacesPass *pass, int at, int begin, int count);

/* Assign the points of a node, for which so many candidates are left, part by part. */
static void
VisitBelow(PlacesPass *pass, const PlacesKdNode *node, int begin, int count)
{
	if (node->child)
	{
		VisitNode(pass, node->child, begin, count);
		VisitNode(pass, node->child + 1, begin, count);
	}
	else if (pass->runner)
		GiveLeafAndRunners(pass, node, pass->candidates + begin, count);
	else
		GiveLeaf(pass, node, pass->candidates + begin, count);
}

/* ---- what is remembered ---- */

/* Are the same candidates left as on the last visit, and where they were then? */
static bool
IsUnchanged(const PlacesPassMemory *memory, const PlacesVisit *visit,
			const PlacesCandidate *candidates, int count)
{
	const PlacesLeft *left = memory->left + visit->first;

	if (visit->count != count)
		return false;
	for (int i = 0; i < count; i++)
		if (left[i].centre != candidates[i].centre || memory->moved[left[i].centre] > visit->pass)
			return false;
	return true;
}

/* Room for so many candidates left at a node. */
static void
MakeRoom(PlacesPassMemory *memory, PlacesVisit *visit, int count)
{
	if (count <= visit->room)
		return;
	visit->room = count + count / 4;
	visit->first = memory->used;
	memory->used += visit->room;
	Assert(memory->used < INT_MAX);
	if (memory->used > memory->capacity)
	{
		memory->capacity = 2 * memory->used;
		memory->left = HostRealloc(memory->left, sizeof(PlacesLeft) * memory->capacity);
	}
}

/* Add up the points of a node by itself, and remember what each candidate gets. */
static void
VisitAnew(PlacesPass *pass, const PlacesKdNode *node, PlacesVisit *visit, int begin, int count)
{
	PlacesSums *sums = pass->sums;
	PlacesLeft *left;

	MakeRoom(pass->memory, visit, count);
	left = pass->memory->left + visit->first;
	for (int i = 0; i < count; i++)
	{
		int			j = pass->candidates[begin + i].centre;

		left[i] = (PlacesLeft) {sums->w[j], sums->wx[j], sums->wy[j], j};
		sums->w[j] = sums->wx[j] = sums->wy[j] = 0;
	}
	VisitBelow(pass, node, begin, count);
	left = pass->memory->left + visit->first;	/* it may stand elsewhere now */
	for (int i = 0; i < count; i++)
	{
		int			j = left[i].centre;
		PlacesLeft	before = left[i];

		left[i] = (PlacesLeft) {sums->w[j], sums->wx[j], sums->wy[j], j};
		sums->w[j] = before.w;
		sums->wx[j] = before.wx;
		sums->wy[j] = before.wy;
	}
	visit->count = count;
	visit->pass = pass->memory->pass;
}

/* Add up the points of a node, from memory if what happened on the last visit would happen again. */
static void
VisitRemembered(PlacesPass *pass, const PlacesKdNode *node, PlacesVisit *visit, int begin, int count)
{
	PlacesSums *sums = pass->sums;
	const PlacesLeft *left;

	if (!IsUnchanged(pass->memory, visit, pass->candidates + begin, count))
		VisitAnew(pass, node, visit, begin, count);
	left = pass->memory->left + visit->first;
	for (int i = 0; i < count; i++)
	{
		sums->w[left[i].centre] += left[i].w;
		sums->wx[left[i].centre] += left[i].wx;
		sums->wy[left[i].centre] += left[i].wy;
	}
}

/* ---- passes ---- */

/* Assign a node's points to the candidates from `begin` on, the last on the stack. */
static void
VisitNode(PlacesPass *pass, int at, int begin, int count)
{
	const PlacesKdNode *node = &pass->tree->nodes[at];

	HostCheckCancel();
	if (count > 1)
	{
		if (begin + 2 * count > pass->room)
		{
			pass->room = 2 * (begin + 2 * count);
			pass->candidates = HostRealloc(pass->candidates, sizeof(PlacesCandidate) * pass->room);
		}
		begin += count;
		count = FilterCandidates(pass, node, begin - count, count);
	}
	if (count == 1)
		GiveNode(pass, node, pass->candidates[begin].centre);
	else if (pass->memory && count <= MOST_LEFT && node->end - node->begin >= LEAST_POINTS)
		VisitRemembered(pass, node, &pass->memory->visits[at], begin, count);
	else
		VisitBelow(pass, node, begin, count);
}

/*
 * A pass over all points: O(k) for the nodes near the root, then as long as the borders
 * between places are.
 */
static void
VisitAll(PlacesPass *pass, const PlacesCentres *centres)
{
	int			k = centres->k;

	Assert(k > 0 || pass->tree->n == 0);
	pass->room = 4 * k;
	pass->candidates = HostNew(PlacesCandidate, pass->room);
	pass->distance = HostNew(double, k);
	for (int j = 0; j < k; j++)
		pass->candidates[j] = (PlacesCandidate) {centres->x[j], centres->y[j], centres->price[j], j};
	if (pass->tree->n > 0)
		VisitNode(pass, 0, 0, k);
	HostFree(pass->candidates);
	HostFree(pass->distance);
}

/*
 * Find the centre of least power distance for every point.
 *
 * label and runner, which may be NULL, are in the tree's order.  A point's runner-up
 * is the second best of the centres that were still in question at its leaf, -1 where
 * none was.  Of equals the first centre wins.  O(n).
 */
void
AssignPass(const PlacesKdTree *tree, const PlacesCentres *centres, int *label, int *runner)
{
	PlacesPass	pass = {.tree = tree, .label = label, .runner = runner};

	VisitAll(&pass, centres);
}

/* For passes that add up the tree's points by k centres; the caller frees it before the tree. */
PlacesPassMemory *
NewPassMemory(const PlacesKdTree *tree, int k)
{
	PlacesPassMemory *memory = HostNewZero(PlacesPassMemory, 1);

	memory->tree = tree;
	memory->k = k;
	memory->centres = HostNewZero(PlacesCandidate, k);
	memory->moved = HostNewZero(int, k);
	memory->visits = HostNewZero(PlacesVisit, tree->nnodes);
	memory->capacity = 8 * (size_t) k;
	memory->left = HostNew(PlacesLeft, memory->capacity);
	return memory;
}

void
FreePassMemory(PlacesPassMemory *memory)
{
	HostFree(memory->centres);
	HostFree(memory->moved);
	HostFree(memory->visits);
	HostFree(memory->left);
	HostFree(memory);
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

/* Add up the points by the centre of least power distance: what AssignPass labels them with. */
void
SumPass(PlacesPassMemory *memory, const PlacesCentres *centres, PlacesSums *sums)
{
	int			k = centres->k;
	PlacesPass	pass = {.tree = memory->tree, .memory = memory, .sums = sums};

	Assert(k == memory->k);
	memory->pass++;
	for (int j = 0; j < k; j++)
	{
		PlacesCandidate now = {centres->x[j], centres->y[j], centres->price[j], j};
		PlacesCandidate *last = &memory->centres[j];

		if (now.x != last->x || now.y != last->y || now.price != last->price)
			memory->moved[j] = memory->pass;
		*last = now;
	}
	memset(sums->w, 0, sizeof(double) * (size_t) k);
	memset(sums->wx, 0, sizeof(double) * (size_t) k);
	memset(sums->wy, 0, sizeof(double) * (size_t) k);
	VisitAll(&pass, centres);
	if (memory->tree->n > 0)
		AssertCheckSums(sums, k, memory->tree->nodes[0].w);
}
