/*
 * lagrangian.c
 *	  The Lagrangian bound of one component, by column generation.
 *
 * Under dual prices u >= 0 of homes and v >= 0 of regions no set of places keeps
 * more than
 *
 *	  sum w u  +  sum over regions (places allowed) v
 *			   +  sum over cells (places allowed) max(0, best gain - prices)
 *
 * where prices are those of the regions around the cell (doc/bound.md has the
 * proof).  This holds for any prices; what follows only decides how sharp it is.
 * Each round improves the prices for the circles on the list (master.c),
 * evaluates the bound with an exact search over all circles (pricing.c), and puts
 * the best circle of every cell in which something was to be gained on the list.
 *
 * Two things keep this small.  Points near one another share a price.  And
 * the price of a home in a dense neighbourhood, with several times min_homes
 * within half a radius, is fixed at 1: there are more than enough of them.
 * Whoever shares a circle with enough dense homes can surely be kept, so their
 * price is at least 1.
 */
#include "engine/bound/lagrangian.h"

#include "engine/base/sort.h"
#include "engine/bound/pricing.h"
#include "engine/bound/reach.h"

#define ROUNDS			16
#define STEPS			80		/* of the prices, in a round */
#define FEWEST_ROUNDS	4		/* before a round without a new circle counts as stalled */
#define MAX_STALLED		3		/* rounds */
#define DENSE_FACTOR	4.0		/* times min_homes within half a radius */
#define REACH_FINEST	16.0	/* half side of the squares around dense points, */
#define GROUPS_PER_RADIUS 5.0	/* side of the square of a group */
#define CELLS_PER_RADIUS 3.0	/* and of a cell, as parts of the radius */
#define TOLERANCE		5e-5	/* of the homes, over all cells */
#define FIRST_TOLERANCE	0.05	/* of min_homes, in a cell, for the first circles */

typedef struct PlacesLagrangian
{
	const PlacesPoints *points;
	const PlacesLooseRules *rules;
	PlacesKdTree *tree;
	PlacesCells *cells;
	PlacesMaster master;
	double	   *least;			/* per point: lower limit of its price, 0 or 1 */
	double	   *u;				/* per point: its price, >= least */
	int		   *group;			/* per point: those that share its price; -1 where
								 * it is dense and the price fixed at 1 */
	int		   *found;			/* scratch, a point each */
	int64_t    *entry;			/* scratch, a group each, all -1 */
} PlacesLagrangian;

/* Mark the dense points in group, and set the lower limits of prices. */
static void
FindDense(PlacesLagrangian *l)
{
	const PlacesPoints *points = l->points;
	double	   *weight = HostNewZero(double, points->n);
	bool	   *served = HostNewZero(bool, points->n);
	double		much = DENSE_FACTOR * l->rules->min_homes;
	PlacesMarks *marks = NewMarks(l->tree, served);
	PlacesKdTree *dense;

	for (int i = 0; i < points->n; i++)
	{
		HostCheckCancel();
		l->group[i] = 0;
		if (WeightInCircle(l->tree, points->x[i], points->y[i], l->rules->max_radius / 2, much) < much)
			continue;
		l->group[i] = -1;
		weight[i] = points->w[i];
	}
	dense = BuildKdTreeOf(points, weight, NULL, points->n);
	MarkReach(marks, dense, l->rules, l->rules->max_radius / REACH_FINEST, false);
	for (int i = 0; i < points->n; i++)
		l->least[i] = l->group[i] < 0 || served[i] ? 1.0 : 0.0;
	FreeMarks(marks);
	FreeKdTree(dense);
	HostFree(weight);
	HostFree(served);
}

typedef struct PlacesGroupKey
{
	double		column,			/* square of the plane */
				row;
	double		least;
	int			point;
} PlacesGroupKey;

static int
CompareGroups(const PlacesGroupKey *a, const PlacesGroupKey *b)
{
	if (a->column != b->column)
		return a->column < b->column ? -1 : 1;
	if (a->row != b->row)
		return a->row < b->row ? -1 : 1;
	if (a->least != b->least)
		return a->least < b->least ? -1 : 1;
	return 0;
}

static int
CompareKeys(const void *a, const void *b)
{
	int			order = CompareGroups(a, b);

	return order != 0 ? order : ((const PlacesGroupKey *) a)->point - ((const PlacesGroupKey *) b)->point;
}

/* Put the points that are not dense into groups of one price. */
static void
MakeGroups(PlacesLagrangian *l)
{
	const PlacesPoints *points = l->points;
	PlacesMaster *master = &l->master;
	PlacesGroupKey *keys = HostNew(PlacesGroupKey, points->n);
	double		side = l->rules->max_radius / GROUPS_PER_RADIUS;
	int			n = 0;

	for (int i = 0; i < points->n; i++)
		if (l->group[i] >= 0)
			keys[n++] = (PlacesGroupKey) {
				floor(points->x[i] / side), floor(points->y[i] / side), l->least[i], i
			};
	SortItems(keys, n, sizeof(PlacesGroupKey), CompareKeys);
	master->supply = HostNewZero(double, n);
	master->least = HostNew(double, n);
	master->u = HostNew(double, n);
	l->entry = HostNew(int64_t, n);
	for (int i = 0; i < n; i++)
	{
		int			g = master->ngroups - 1;

		HostCheckCancelAt(i);
		if (i == 0 || CompareGroups(&keys[i], &keys[i - 1]) != 0)
		{
			g = master->ngroups++;
			master->u[g] = master->least[g] = keys[i].least;
			l->entry[g] = -1;
		}
		l->group[keys[i].point] = g;
		master->supply[g] += points->w[keys[i].point] / l->rules->min_homes;
	}
	HostFree(keys);
}

/* The groups of a component and the regions of its cells, without circles. */
static PlacesLagrangian *
NewLagrangian(const PlacesPoints *points, const PlacesLooseRules *rules)
{
	PlacesLagrangian *l = HostNewZero(PlacesLagrangian, 1);
	int			n = points->n;

	l->points = points;
	l->rules = rules;
	l->tree = BuildKdTree(points);
	l->least = HostNew(double, n);
	l->u = HostNew(double, n);
	l->group = HostNew(int, n);
	l->found = HostNew(int, n);
	FindDense(l);
	MakeGroups(l);
	l->cells = MakeCells(points, l->tree, rules, l->least, rules->max_radius / CELLS_PER_RADIUS / 2);
	l->master.max_columns = 64;
	l->master.columns = HostNew(PlacesDiscColumn, l->master.max_columns);
	l->master.max_entries = 4096;
	l->master.entries = HostNew(PlacesShare, l->master.max_entries);
	l->master.nregions = l->cells->nregions;
	l->master.most = l->cells->most;
	l->master.v = HostNewZero(double, l->cells->nregions);
	return l;
}

static void
FreeLagrangian(PlacesLagrangian *l)
{
	FreeMaster(&l->master);
	FreeCells(l->cells);
	FreeKdTree(l->tree);
	HostFree(l->least);
	HostFree(l->u);
	HostFree(l->group);
	HostFree(l->found);
	HostFree(l->entry);
	HostFree(l);
}

/* Put the circle found in a cell on the list, unless that is too long. */
static void
AddCircle(PlacesLagrangian *l, const PlacesCell *cell)
{
	PlacesMaster *master = &l->master;
	int			n = PointsInCircle(l->tree, cell->x, cell->y, l->rules->max_radius, l->found);
	PlacesDiscColumn *column = NewColumn(master, n);

	HostCheckCancel();
	if (column == NULL)
		return;
	column->need = 1.0;
	for (int i = 0; i < n; i++)
	{
		int			g = l->group[l->found[i]];
		double		a = l->points->w[l->found[i]] / l->rules->min_homes;

		if (g < 0)
		{
			column->need -= a;
			continue;
		}
		if (l->entry[g] < 0)
		{
			l->entry[g] = master->nentries;
			master->entries[master->nentries++] = (PlacesShare) {.group = g};
		}
		master->entries[l->entry[g]].a += a;
	}
	column->need = fmax(column->need, 0.0);
	column->last = (int) master->nentries;
	for (int k = column->first; k < column->last; k++)
		l->entry[master->entries[k].group] = -1;
	memcpy(column->region, cell->region, sizeof(column->region));
}

/* Add the circles with a reduced gain above least (homes); returns how many. */
static int
AddCircles(PlacesLagrangian *l, double least)
{
	int			added = 0;

	for (int i = 0; i < l->cells->n; i++)
		if (l->cells->cells[i].reduced_found > least)
		{
			AddCircle(l, &l->cells->cells[i]);
			added++;
		}
	return added;
}

/*
 * The bound under the present prices, rounded up.  It is at most the tolerance
 * in every cell above what these prices prove.
 */
static double
Evaluate(PlacesLagrangian *l, double tolerance)
{
	const PlacesPoints *points = l->points;
	const PlacesCells *cells = l->cells;
	double	   *v = HostNew(double, cells->nregions);
	double		sum = 0.0;
	double		size = points->homes;

	for (int i = 0; i < cells->nregions; i++)
	{
		/* a cell's own price is the best one: its reduced gain, which is added below */
		v[i] = i < cells->n ? 0.0 : l->master.v[i] * l->rules->min_homes;
		Assert(v[i] >= 0.0);
		sum += v[i] * cells->most[i];
		size += v[i] * cells->most[i];
	}
	for (int i = 0; i < points->n; i++)
	{
		int			g = l->group[i];
		double		u = g < 0 ? 1.0 : fmax(l->master.u[g], l->least[i]);

		/* almost 1 is 1, to spare the search */
		l->u[i] = fabs(u - 1.0) < 1e-4 ? 1.0 : u;
		Assert(l->u[i] >= l->least[i]);
		sum += points->w[i] * l->u[i];
		size += points->w[i] * l->u[i];
	}
	PriceCells(l->cells, points, l->rules, l->u, v, tolerance);
	for (int i = 0; i < cells->n; i++)
		sum += cells->cells[i].reduced_limit * cells->most[cells->cells[i].region[0]];
	HostFree(v);
	return sum + 1e-9 * size;
}

/* Improve the prices for a number of rounds, fewer if it stalls; the least bound seen. */
static double
Improve(PlacesLagrangian *l)
{
	double		homes = l->points->homes;
	double		tolerance = TOLERANCE * homes / (l->cells->n + 1);
	double		best = INFINITY;
	int			stalled = 0;

	Evaluate(l, FIRST_TOLERANCE * l->rules->min_homes);
	AddCircles(l, 0.0);
	for (int round = 0; round < ROUNDS && stalled < MAX_STALLED; round++)
	{
		double		bound;

		ImprovePrices(&l->master, STEPS);
		bound = Evaluate(l, tolerance);
		stalled = bound < best - 1e-4 * homes ? 0 : stalled + 1;
		best = fmin(best, bound);
		if (AddCircles(l, 4.0 * tolerance) == 0 && round >= FEWEST_ROUNDS)
			stalled++;
	}
	return best;
}

/*
 * Upper bound on the homes of the points that places by the rules could keep, at
 * most all of them.  Where no cell has anything to gain, all may be kept.
 */
double
LagrangianBound(const PlacesPoints *points, const PlacesLooseRules *rules)
{
	PlacesLagrangian *l = NewLagrangian(points, rules);
	double		bound = l->cells->n > 0 ? Improve(l) : INFINITY;

	FreeLagrangian(l);
	return fmin(bound, points->homes);
}
