/*
 * lagrangian.c
 *	  The Lagrangian bound of a component, and the search for good prices.
 *
 * Under prices u >= 0 of homes and tolls v of regions no set of places keeps
 * more than
 *
 *	  sum w u  +  sum over regions (places allowed) v
 *			   +  sum over cells (places allowed) max(0, best gain - tolls)
 *
 * (doc/bound.md has the proof).  This holds for any prices; what follows only
 * decides how sharp it is.  Each round improves the prices for the circles on
 * the list (prices.c), evaluates the bound with an exact search over all
 * circles (pricing.c), and puts the best circle of every cell in which
 * something was to be gained on the list.
 *
 * Two things keep this small.  Points near one another share a price.  And
 * the price of a home in a rich neighbourhood, with several times min_homes
 * within half a radius, is fixed at 1: there are more than enough of them.
 * Whoever shares a circle with enough rich homes can surely be kept, so their
 * price is at least 1.
 */
#include "engine/bound/lagrangian.h"

#include "engine/base/sort.h"
#include "engine/bound/reach.h"

#define RICH_FACTOR 4.0			/* times min_homes within half a radius */
#define GROUPS_PER_RADIUS 5.0	/* side of a price group */
#define CELLS_PER_RADIUS 3.0	/* side of a cell of centres */
#define FINEST 4096.0			/* half side of the finest squares, in R */
#define TOLERANCE 5e-5			/* of the homes, over all cells */
#define MAX_ITEMS 50000000		/* memory for circles: 1.2 GB */

/* rich points, and those that share a circle with enough of them */
static void
FindRich(PlacesBoundModel *model)
{
	const PlacesPoints *points = &model->points;
	const PlacesBoundRules *rules = &model->rules;
	double	   *weight = HostNewZero(double, points->n);
	bool	   *served = HostNewZero(bool, points->n);
	double		much = RICH_FACTOR * rules->need;
	PlacesBoundIndex *weigh;
	int			i;

	for (i = 0; i < points->n; i++)
	{
		HostCheckCancel();
		model->rich[i] = BoundIndexWeight(model->index, points->x[i], points->y[i],
										  rules->radius / 2, much) >= much;
		weight[i] = model->rich[i] ? points->w[i] : 0.0;
	}
	weigh = BoundIndexBuild(points, weight, NULL, points->n);
	BoundReach(model->index, weigh, rules->need, rules->radius, rules->slack,
			   rules->radius / 16, false, served);
	for (i = 0; i < points->n; i++)
		model->least[i] = model->rich[i] || served[i] ? 1.0 : 0.0;
	BoundIndexFree(weigh);
	HostFree(weight);
	HostFree(served);
}

typedef struct GroupKey
{
	double		kx;				/* square of the plane */
	double		ky;
	double		least;
	int			point;
} GroupKey;

static int
CompareSquares(const GroupKey *a, const GroupKey *b)
{
	if (a->kx != b->kx)
		return a->kx < b->kx ? -1 : 1;
	if (a->ky != b->ky)
		return a->ky < b->ky ? -1 : 1;
	if (a->least != b->least)
		return a->least < b->least ? -1 : 1;
	return 0;
}

static int
CompareGroups(const void *a, const void *b)
{
	int			order = CompareSquares(a, b);

	return order != 0 ? order : ((const GroupKey *) a)->point - ((const GroupKey *) b)->point;
}

/* put the points that are not rich into groups of one price */
static void
MakeGroups(PlacesBoundModel *model)
{
	const PlacesPoints *points = &model->points;
	PlacesPrice *price = &model->price;
	GroupKey   *key = HostNew(GroupKey, points->n);
	double		side = model->rules.radius / GROUPS_PER_RADIUS;
	int			n = 0;
	int			i;

	for (i = 0; i < points->n; i++)
	{
		model->group[i] = -1;
		if (model->rich[i])
			continue;
		key[n].kx = floor(points->x[i] / side);
		key[n].ky = floor(points->y[i] / side);
		key[n].least = model->least[i];
		key[n++].point = i;
	}
	SortItems(key, n, sizeof(GroupKey), CompareGroups);
	price->supply = HostNewZero(double, n);
	price->least = HostNewZero(double, n);
	price->u = HostNewZero(double, n);
	model->slot = HostNew(int, n);
	for (i = 0; i < n; i++)
	{
		int			g;

		HostCheckCancelAt(i);
		if (i == 0 || CompareSquares(&key[i], &key[i - 1]) != 0)
			model->slot[price->ngroup++] = -1;
		g = price->ngroup - 1;
		model->group[key[i].point] = g;
		price->supply[g] += points->w[key[i].point] / model->rules.need;
		price->least[g] = key[i].least;
		price->u[g] = key[i].least;
	}
	HostFree(key);
}

static void
MakeRegionPrices(PlacesBoundModel *model)
{
	PlacesPrice *price = &model->price;
	int			n = model->cells->nregion;

	price->nregion = n;
	price->most = HostNew(double, n);
	price->v = HostNewZero(double, n);
	memcpy(price->most, model->cells->most, sizeof(double) * (size_t) n);
}

/* room for one more circle of up to n groups */
static void
ReserveCircle(PlacesPrice *price, int n)
{
	if (price->ncircle == price->maxcircle)
	{
		price->maxcircle *= 2;
		price->circle = HostRealloc(price->circle,
									sizeof(PlacesPriceCircle) * (size_t) price->maxcircle);
	}
	while (price->nitem + n > price->maxitem)
	{
		price->maxitem *= 2;
		price->item = HostRealloc(price->item,
								  sizeof(PlacesPriceItem) * (size_t) price->maxitem);
	}
}

/* put the circle found in a cell on the list */
static void
AddCircle(PlacesBoundModel *model, const PlacesBoundCell *cell)
{
	PlacesPrice *price = &model->price;
	int			n = BoundIndexList(model->index, cell->foundx, cell->foundy,
								   model->rules.radius, model->list);
	PlacesPriceCircle *circle;
	int			i;

	HostCheckCancel();
	if (price->nitem + n > MAX_ITEMS)
		return;
	ReserveCircle(price, n);
	circle = &price->circle[price->ncircle++];
	circle->first = price->nitem;
	circle->need = 1.0;
	for (i = 0; i < n; i++)
	{
		int			g = model->group[model->list[i]];
		double		a = model->points.w[model->list[i]] / model->rules.need;

		if (g < 0)
		{
			circle->need -= a;
			continue;
		}
		if (model->slot[g] < 0)
		{
			PlacesPriceItem item = {g, 0.0, 0.0};

			model->slot[g] = price->nitem;
			price->item[price->nitem++] = item;
		}
		price->item[model->slot[g]].a += a;
	}
	circle->last = price->nitem;
	for (i = circle->first; i < circle->last; i++)
		model->slot[price->item[i].group] = -1;
	circle->need = fmax(circle->need, 0.0);
	memcpy(circle->region, cell->region, sizeof(circle->region));
	circle->y = 0.0;
	circle->p = 0.0;
}

/* prices of points from those of groups; almost 1 is 1, to spare the search */
static void
SetPointPrices(PlacesBoundModel *model)
{
	int			i;

	for (i = 0; i < model->points.n; i++)
	{
		int			g = model->group[i];
		double		u = g < 0 ? 1.0 : fmax(model->price.u[g], model->least[i]);

		model->u[i] = fabs(u - 1.0) < 1e-4 ? 1.0 : u;
	}
}

/* the bound under the present prices, rounded up */
static double
Evaluate(PlacesBoundModel *model, double tolerance)
{
	PlacesBoundCells *cells = model->cells;
	PlacesPrice *price = &model->price;
	double	   *v = HostNew(double, price->nregion);
	PlacesBoundPrices prices = {model->u, v, price->most};
	double		sum = 0.0;
	double		size = model->points.homes;
	int			i;

	for (i = 0; i < price->nregion; i++)
	{
		/* the first regions are the cells: their own prices are not used */
		v[i] = i < cells->ncell ? 0.0 : price->v[i] * model->rules.need;
		sum += v[i] * price->most[i];
		size += v[i] * price->most[i];
	}
	BoundSearch(cells, &model->points, &model->rules, &prices, tolerance,
				model->rules.radius / FINEST);
	for (i = 0; i < model->points.n; i++)
	{
		sum += model->points.w[i] * model->u[i];
		size += model->points.w[i] * model->u[i];
	}
	for (i = 0; i < cells->ncell; i++)
		sum += cells->cell[i].excess * price->most[cells->cell[i].region[0]];
	HostFree(v);
	return sum + 1e-9 * size;
}

static int
AddFound(PlacesBoundModel *model, double least)
{
	int			added = 0;
	int			i;

	for (i = 0; i < model->cells->ncell; i++)
	{
		if (model->cells->cell[i].found <= least)
			continue;
		AddCircle(model, &model->cells->cell[i]);
		added++;
	}
	return added;
}

/*
 * Improve the prices by so many rounds of so many steps, fewer if it stalls,
 * and return the least bound seen.
 */
double
BoundModelImprove(PlacesBoundModel *model, int rounds, int steps)
{
	double		homes = model->points.homes;
	double		tolerance = TOLERANCE * homes / (model->cells->ncell + 1);
	double		best = INFINITY;
	int			stalled = 0;
	int			round;

	for (round = 0; round < rounds && stalled < 3; round++)
	{
		double		bound;

		PriceImprove(&model->price, steps);
		SetPointPrices(model);
		bound = Evaluate(model, tolerance);
		stalled = bound < best - 1e-4 * homes ? 0 : stalled + 1;
		best = fmin(best, bound);
		if (AddFound(model, 4.0 * tolerance) == 0 && round > 3)
			stalled++;
	}
	return best;
}

/* The model of a component, with a first list of circles. */
PlacesBoundModel *
BoundModelMake(const PlacesPoints *points, const PlacesBoundRules *rules)
{
	PlacesBoundModel *model = HostNewZero(PlacesBoundModel, 1);
	int			n = points->n;

	model->points = *points;
	model->rules = *rules;
	model->index = BoundIndexBuild(&model->points, points->w, NULL, n);
	model->least = HostNewZero(double, n);
	model->rich = HostNewZero(bool, n);
	model->u = HostNew(double, n);
	model->group = HostNew(int, n);
	model->list = HostNew(int, n);
	FindRich(model);
	model->cells = BoundCellsMake(model->index, rules, model->least,
								  rules->radius / CELLS_PER_RADIUS / 2);
	model->price.maxcircle = 64;
	model->price.circle = HostNew(PlacesPriceCircle, model->price.maxcircle);
	model->price.maxitem = 4096;
	model->price.item = HostNew(PlacesPriceItem, model->price.maxitem);
	MakeGroups(model);
	MakeRegionPrices(model);
	SetPointPrices(model);
	Evaluate(model, 0.05 * rules->need);
	AddFound(model, 0.0);
	return model;
}

void
BoundModelFree(PlacesBoundModel *model)
{
	PriceFree(&model->price);
	BoundCellsFree(model->cells);
	BoundIndexFree(model->index);
	HostFree(model->least);
	HostFree(model->rich);
	HostFree(model->u);
	HostFree(model->group);
	HostFree(model->list);
	HostFree(model->slot);
	HostFree(model);
}
