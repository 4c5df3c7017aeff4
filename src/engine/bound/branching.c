/*
 * branching.c
 *	  Branch and bound on where the places of a component are.
 *
 * The linear program may use a third of one circle and two thirds of another;
 * in truth the number of places with their centre in a region is whole.  So
 * the cases "at most k" and "at least k + 1" cover everything, and the larger
 * of their two bounds is a bound.  The case with the largest bound is always
 * the next to be divided, at a region whose number of places is farthest from
 * whole; the largest that remains when the work allowed is used up is the
 * answer.  No solution has to be known for that.
 *
 * A case starts from the prices of the one it came from.  The list of circles
 * is shared by all and only grows.
 */
#include "engine/bound/branching.h"

typedef struct BoundCase
{
	double		bound;
	bool		open;			/* can still be divided */
	int			parent;			/* or -1 */
	int			region;			/* limits set here, on top of the parent's */
	double		fewest;
	double		most;
	int			split;			/* where to divide: a region, and the k of */
	double		k;				/* "at most k" */
	double	   *u;				/* prices to start from; NULL once divided */
	double	   *v;
	PlacesPriceCircle *circle;
	double	   *x;
	int			ncircle;
	int64_t		nitem;
} BoundCase;

typedef struct BoundTree
{
	PlacesBoundModel *model;
	BoundCase  *node;
	int			n;
	int			room;
} BoundTree;

/* remember the prices of the model in the case */
static void
StorePrices(BoundCase *node, const PlacesPrice *price)
{
	int64_t		k;

	node->ncircle = price->ncircle;
	node->nitem = price->nitem;
	node->u = HostNew(double, price->ngroup);
	node->v = HostNew(double, price->nregion);
	node->x = HostNew(double, price->nitem);
	node->circle = HostNew(PlacesPriceCircle, price->ncircle);
	memcpy(node->u, price->u, sizeof(double) * (size_t) price->ngroup);
	memcpy(node->v, price->v, sizeof(double) * (size_t) price->nregion);
	memcpy(node->circle, price->circle, sizeof(PlacesPriceCircle) * (size_t) price->ncircle);
	for (k = 0; k < price->nitem; k++)
		node->x[k] = price->item[k].x;
}

static void
DropPrices(BoundCase *node)
{
	if (node->u == NULL)
		return;
	HostFree(node->u);
	HostFree(node->v);
	HostFree(node->x);
	HostFree(node->circle);
	node->u = NULL;
}

/* bring the prices of a case back; circles found since are not used yet */
static void
RestorePrices(const BoundCase *node, PlacesPrice *price)
{
	int			i;
	int64_t		k;

	memcpy(price->u, node->u, sizeof(double) * (size_t) price->ngroup);
	memcpy(price->v, node->v, sizeof(double) * (size_t) price->nregion);
	for (i = 0; i < price->ncircle; i++)
	{
		price->circle[i].y = i < node->ncircle ? node->circle[i].y : 0.0;
		price->circle[i].p = i < node->ncircle ? node->circle[i].p : 0.0;
	}
	for (k = 0; k < price->nitem; k++)
		price->item[k].x = k < node->nitem ? node->x[k] : 0.0;
}

/* set the limits of a case: the component's own, narrowed on the way to it */
static void
SetLimits(BoundTree *tree, int at)
{
	PlacesPrice *price = &tree->model->price;
	int			r;

	for (r = 0; r < price->nregion; r++)
	{
		price->most[r] = tree->model->cells->most[r];
		price->fewest[r] = 0.0;
	}
	for (; tree->node[at].parent >= 0; at = tree->node[at].parent)
	{
		const BoundCase *node = &tree->node[at];

		price->most[node->region] = fmin(price->most[node->region], node->most);
		price->fewest[node->region] = fmax(price->fewest[node->region], node->fewest);
	}
}

/* where the last answer is farthest from whole numbers; larger regions first */
static void
ChooseSplit(BoundCase *node, const PlacesPrice *price)
{
	double		worst = 0.02;
	int			r;

	node->open = false;
	for (r = price->nregion - 1; r >= 0; r--)
	{
		double		below = floor(price->placed[r]);
		double		part = fmin(price->placed[r] - below, below + 1.0 - price->placed[r]);

		if (below < price->fewest[r] || below + 1.0 > price->most[r] || part <= worst)
			continue;
		worst = part + 0.1;
		node->open = true;
		node->split = r;
		node->k = below;
	}
}

static void
AddCase(BoundTree *tree, int parent, double fewest, double most)
{
	PlacesBoundModel *model = tree->model;
	BoundCase  *node;
	BoundCase  *from;

	if (tree->n == tree->room)
	{
		tree->room *= 2;
		tree->node = HostRealloc(tree->node, sizeof(BoundCase) * (size_t) tree->room);
	}
	from = &tree->node[parent];
	node = &tree->node[tree->n++];
	memset(node, 0, sizeof(BoundCase));
	node->parent = parent;
	node->region = from->split;
	node->fewest = fewest;
	node->most = most;
	SetLimits(tree, tree->n - 1);
	RestorePrices(from, &model->price);
	node->bound = fmin(from->bound, BoundModelImprove(model, 4, 60));
	if (isinf(node->bound))
		return;					/* impossible */
	ChooseSplit(node, &model->price);
	if (node->open)
		StorePrices(node, &model->price);
}

/* the case with the largest bound, the first of equals */
static int
LargestCase(const BoundTree *tree)
{
	int			at = 0;
	int			i;

	for (i = 1; i < tree->n; i++)
	{
		if (tree->node[i].bound > tree->node[at].bound)
			at = i;
	}
	return at;
}

/*
 * Lower the bound of the model, whose prices have just been improved to root.
 * Stops when the bound is down to goal (there is nothing to be had below) or
 * the work is done.
 */
double
BoundBranch(PlacesBoundModel *model, double root, double goal, int64_t work)
{
	BoundTree	tree = {model, HostNew(BoundCase, 64), 1, 64};
	int64_t		end = model->work + work;
	double		bound;
	int			at = 0;
	int			i;

	memset(&tree.node[0], 0, sizeof(BoundCase));
	tree.node[0].parent = -1;
	tree.node[0].bound = root;
	ChooseSplit(&tree.node[0], &model->price);
	StorePrices(&tree.node[0], &model->price);
	while (tree.node[at].open && tree.node[at].bound > goal && model->work < end)
	{
		HostCheckCancel();
		AddCase(&tree, at, 0.0, tree.node[at].k);
		AddCase(&tree, at, tree.node[at].k + 1.0, INFINITY);
		DropPrices(&tree.node[at]);
		tree.node[at].bound = -INFINITY;
		tree.node[at].open = false;
		at = LargestCase(&tree);
	}
	bound = tree.node[at].bound;
	for (i = 0; i < tree.n; i++)
		DropPrices(&tree.node[i]);
	HostFree(tree.node);
	return bound;
}
