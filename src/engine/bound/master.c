/*
 * master.c
 *	  The restricted master program of column generation, and its dual prices.
 *
 * The linear program over a list of circles: circle D is used y_D times and
 * takes the homes a_Dg that group g has in it x_Dg <= y_D times, altogether at
 * least need_D y_D; no group gives more than it has; a region holds at most its
 * limit of circles.  As many homes as possible are to be taken.  Its dual prices
 * are u of the groups, p of the needs and v of the regions.  They need not be
 * exact: whatever they are, lagrangian.c makes a valid bound of u and v.
 *
 * The method is the primal-dual hybrid gradient with one step size per
 * variable and row (Chambolle and Pock 2011, Pock and Chambolle 2011).  The
 * cone 0 <= x_Dg <= y_D is handled by projection, which takes a few passes
 * over the circle's groups, so that only the rows of groups, needs and
 * regions have dual prices.  The answer is the average over the later half of
 * the steps, which converges where the iterates circle around.
 */
#include "engine/bound/master.h"

#define MAX_ENTRIES		50000000	/* memory for circles: 1.2 GB */
#define MAX_PASSES		20		/* of a projection */

typedef struct PlacesStepSizes
{
	double	   *group;			/* steps of the duals: 1 / row sums */
	double	   *need;
	double	   *region;
	double	   *column;			/* step of y: 1 / column sum */
	double	   *taken;			/* per group: sum of a x, extrapolated */
	double	   *placed;			/* per region: sum of y, extrapolated */
	double	   *sum_u;
	double	   *sum_p;
	double	   *sum_v;
	double	   *sum_x;
	double	   *sum_y;
} PlacesStepSizes;

/* fmin and fmax are calls, for the sake of NaN; this is the innermost loop. */
static inline double
Clamp(double value, double least, double most)
{
	return value < least ? least : value > most ? most : value;
}

/*
 * Add a column with room for so many entries, all of them still to be added;
 * NULL where that would be too many.
 */
PlacesDiscColumn *
NewColumn(PlacesMaster *master, int most_entries)
{
	PlacesDiscColumn *column;

	if (master->nentries + most_entries > MAX_ENTRIES)
		return NULL;
	if (master->ncolumns == master->max_columns)
	{
		master->max_columns *= 2;
		master->columns = HostRealloc(master->columns, sizeof(PlacesDiscColumn) * (size_t) master->max_columns);
	}
	if (master->nentries + most_entries > master->max_entries)
	{
		master->max_entries = Max(master->nentries + most_entries, 2 * master->max_entries);
		master->entries = HostRealloc(master->entries, sizeof(PlacesShare) * (size_t) master->max_entries);
	}
	column = &master->columns[master->ncolumns++];
	*column = (PlacesDiscColumn) {.first = (int) master->nentries, .last = (int) master->nentries};
	return column;
}

static void
SetSteps(const PlacesMaster *master, PlacesStepSizes *steps)
{
	for (int i = 0; i < master->ncolumns; i++)
	{
		const PlacesDiscColumn *column = &master->columns[i];
		double		row = column->need;

		HostCheckCancelAt(i);
		for (int k = column->first; k < column->last; k++)
		{
			row += master->entries[k].a;
			steps->group[master->entries[k].group] += master->entries[k].a;
		}
		for (int l = 0; l < REGION_LEVELS; l++)
			steps->region[column->region[l]] += 1.0;
		steps->need[i] = 1.0 / row;
		steps->column[i] = 1.0 / (column->need + REGION_LEVELS);
	}
	for (int i = 0; i < master->ngroups; i++)
		steps->group[i] = 1.0 / fmax(steps->group[i], 1e-9);
	for (int i = 0; i < master->nregions; i++)
		steps->region[i] = 1.0 / fmax(steps->region[i], 1.0);
}

/* All of the steps' arrays in one block, which starts with those of groups. */
static void
NewSteps(const PlacesMaster *master, PlacesStepSizes *steps)
{
	size_t		groups = master->ngroups;
	size_t		regions = master->nregions;
	size_t		columns = master->ncolumns;

	steps->group = HostNewZero(double, 3 * groups + 3 * regions + 4 * columns + master->nentries);
	steps->taken = steps->group + groups;
	steps->sum_u = steps->taken + groups;
	steps->region = steps->sum_u + groups;
	steps->placed = steps->region + regions;
	steps->sum_v = steps->placed + regions;
	steps->need = steps->sum_v + regions;
	steps->column = steps->need + columns;
	steps->sum_p = steps->column + columns;
	steps->sum_y = steps->sum_p + columns;
	steps->sum_x = steps->sum_y + columns;
	SetSteps(master, steps);
}

/*
 * The y nearest to (xhat, yhat) in the cone 0 <= x <= y, x_k weighted by
 * 2 a_k and y by 1 / step: the root of an increasing, piecewise linear
 * function, by Newton's method from the left, which cannot overshoot.
 */
static double
ProjectCone(const PlacesShare *entries, int n, const double *xhat, double yhat, double step)
{
	double		y = yhat > 0.0 ? yhat : 0.0;

	for (int pass = 0; pass < MAX_PASSES; pass++)
	{
		double		num = yhat / step;
		double		den = 1.0 / step;
		double		next;

		for (int k = 0; k < n; k++)
			if (xhat[k] > y)
			{
				num += 2.0 * entries[k].a * xhat[k];
				den += 2.0 * entries[k].a;
			}
		next = num > 0.0 ? num / den : 0.0;
		if (fabs(next - y) <= 1e-9)
			return next;
		y = next;
	}
	return y;
}

/* A step of a column's x, y and p; xhat is scratch. */
static void
StepColumn(PlacesMaster *master, PlacesStepSizes *steps, int at, double *xhat, bool sum)
{
	PlacesDiscColumn *column = &master->columns[at];
	PlacesShare *entries = master->entries + column->first;
	int			n = column->last - column->first;
	double		gain = -column->need * column->p;
	double		got = 0.0;
	double		y;

	for (int l = 0; l < REGION_LEVELS; l++)
		gain -= master->v[column->region[l]];
	for (int k = 0; k < n; k++)
		xhat[k] = entries[k].x + 0.5 * (1.0 - master->u[entries[k].group] + column->p);
	y = ProjectCone(entries, n, xhat, column->y + steps->column[at] * gain, steps->column[at]);
	Assert(y >= 0.0);
	for (int k = 0; k < n; k++)
	{
		double		x = Clamp(xhat[k], 0.0, y);
		double		ahead = entries[k].a * (2.0 * x - entries[k].x);

		entries[k].x = x;
		steps->taken[entries[k].group] += ahead;
		got += ahead;
		if (sum)
			steps->sum_x[column->first + k] += x;
	}
	for (int l = 0; l < REGION_LEVELS; l++)
		steps->placed[column->region[l]] += 2.0 * y - column->y;
	column->p = fmax(0.0, column->p + steps->need[at] * (column->need * (2.0 * y - column->y) - got));
	column->y = y;
	if (sum)
	{
		steps->sum_y[at] += y;
		steps->sum_p[at] += column->p;
	}
}

/* A step of the prices of groups and regions. */
static void
StepPrices(PlacesMaster *master, PlacesStepSizes *steps, bool sum)
{
	for (int i = 0; i < master->ngroups; i++)
	{
		master->u[i] = Clamp(master->u[i] + steps->group[i] * (steps->taken[i] - master->supply[i]),
							 master->least[i], INFINITY);
		steps->taken[i] = 0.0;
		if (sum)
			steps->sum_u[i] += master->u[i];
	}
	for (int i = 0; i < master->nregions; i++)
	{
		master->v[i] = Clamp(master->v[i] + steps->region[i] * (steps->placed[i] - master->most[i]),
							 0.0, INFINITY);
		steps->placed[i] = 0.0;
		if (sum)
			steps->sum_v[i] += master->v[i];
	}
}

static void
TakeAverage(PlacesMaster *master, const PlacesStepSizes *steps, double count)
{
	for (int i = 0; i < master->ngroups; i++)
		master->u[i] = steps->sum_u[i] / count;
	for (int i = 0; i < master->nregions; i++)
		master->v[i] = steps->sum_v[i] / count;
	for (int i = 0; i < master->ncolumns; i++)
	{
		master->columns[i].y = steps->sum_y[i] / count;
		master->columns[i].p = steps->sum_p[i] / count;
	}
	for (int64_t k = 0; k < master->nentries; k++)
		master->entries[k].x = steps->sum_x[k] / count;
}

/*
 * Improve the prices (and the primal answer beside them) from where they stand,
 * by so many steps, at least one; a step takes time in proportion to the entries.
 */
void
ImprovePrices(PlacesMaster *master, int steps)
{
	PlacesStepSizes s;
	double	   *xhat = HostNew(double, master->ngroups);

	NewSteps(master, &s);
	for (int step = 0; step < steps; step++)
	{
		bool		sum = step >= steps / 2;

		for (int i = 0; i < master->ncolumns; i++)
		{
			HostCheckCancel();
			StepColumn(master, &s, i, xhat, sum);
		}
		StepPrices(master, &s, sum);
	}
	TakeAverage(master, &s, steps - steps / 2);
	HostFree(s.group);
	HostFree(xhat);
}

/* Free what the program owns: not itself, and not the regions' limits. */
void
FreeMaster(PlacesMaster *master)
{
	HostFree(master->supply);
	HostFree(master->least);
	HostFree(master->u);
	HostFree(master->v);
	HostFree(master->columns);
	HostFree(master->entries);
}
