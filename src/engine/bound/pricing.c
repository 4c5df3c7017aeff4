/*
 * pricing.c
 *	  The pricing step of column generation: the best place of each cell under
 *	  given dual prices.
 *
 * A home in a place gains 1 and costs its price u, so a set of homes gains
 * sum w (1 - u).  The best place of a circle takes every home priced below 1
 * and, if those are fewer than min_homes, the cheapest others up to that
 * number.  Homes are cut at the last point: a set that may be cut gains at
 * least as much as one that may not, so the value is never too low.
 *
 * The centres of a cell are searched by squares (squares.h): the value of the
 * outer circle limits that of every circle with its centre in the square, since
 * a larger circle offers more to choose from.  The circle about the middle is
 * tried as a real one.  A square is cut in four while its limit exceeds the best
 * real circle by more than the tolerance, and at the finest squares the limit
 * itself counts.
 */
#include "engine/bound/pricing.h"

#include "engine/base/sort.h"

#define MAX_DEPTH		24
#define FINEST			4096.0	/* the finest squares' half sides, as parts of the radius */

typedef struct PlacesPricing
{
	const PlacesLooseRules *rules;
	const double *x;			/* the points, cheapest first */
	const double *y;
	const double *w;
	const double *gain;			/* 1 - u */
	int		   *list[MAX_DEPTH + 1];	/* points of the square at each depth */
	double		floor;			/* what is not worth knowing below */
	double		tolerance;
	double		settled;		/* limit of the finest squares so far */
	double		best;			/* the best real circle, */
	double		x_best,			/* and its centre */
				y_best;
} PlacesPricing;

/* fmax is a call, for the sake of NaN. */
static inline double
Larger(double a, double b)
{
	return a > b ? a : b;
}

/* Keep the listed points within the radius of (x, y); returns how many. */
static int
KeepWithin(const PlacesPricing *pricing, const int *list, int n, double x, double y, double radius, int *kept)
{
	double		square = radius * radius;
	int			count = 0;

	for (int i = 0; i < n; i++)
	{
		int			p = list[i];
		double		dx = pricing->x[p] - x;
		double		dy = pricing->y[p] - y;

		kept[count] = p;
		count += dx * dx + dy * dy <= square;
	}
	return count;
}

/*
 * The value of the listed points within the radius of (x, y), -INFINITY if they are too
 * few homes for a place.
 */
static double
CircleValue(const PlacesPricing *pricing, const int *list, int n, double x, double y, double radius)
{
	double		square = radius * radius;
	double		need = pricing->rules->min_homes;
	double		homes = 0.0;
	double		value = 0.0;

	for (int i = 0; i < n; i++)
	{
		int			p = list[i];
		double		dx = pricing->x[p] - x;
		double		dy = pricing->y[p] - y;
		double		gain = pricing->gain[p];
		double		w = pricing->w[p];

		/* the cheapest come first: nothing is gained any more */
		if (gain <= 0.0 && homes >= need)
			break;
		if (dx * dx + dy * dy > square)
			continue;
		if (gain < 0.0 && w >= need - homes)
		{
			/* exactly the need: a sum could miss it by a rounding */
			value += (need - homes) * gain;
			homes = need;
			break;
		}
		homes += w;
		value += w * gain;
	}
	return homes >= need ? value : -INFINITY;
}

/* Search a square, whose n points at least are in the list of its depth. */
static void
SearchSquare(PlacesPricing *pricing, int depth, int n, PlacesSquare square)
{
	double		radius = pricing->rules->max_radius;
	int		   *kept = pricing->list[depth + 1];
	double		outer = OuterRadius(pricing->rules, square);
	int			nkept;
	double		limit;
	double		value;

	HostCheckCancel();
	limit = CircleValue(pricing, pricing->list[depth], n, square.x, square.y, outer);
	if (limit <= Larger(pricing->floor, pricing->best + pricing->tolerance) || limit <= pricing->settled)
		return;
	nkept = KeepWithin(pricing, pricing->list[depth], n, square.x, square.y, outer, kept);
	value = CircleValue(pricing, kept, nkept, square.x, square.y, radius);
	Assert(value <= limit + 1e-9 * (fabs(limit) + pricing->rules->min_homes));
	if (value > pricing->best)
	{
		pricing->best = value;
		pricing->x_best = square.x;
		pricing->y_best = square.y;
	}
	if (square.half <= radius / FINEST || depth + 3 > MAX_DEPTH)
	{
		pricing->settled = Larger(pricing->settled, limit);
		return;
	}
	for (int i = 0; i < 4; i++)
		SearchSquare(pricing, depth + 1, nkept, QuarterSquare(square, i));
}

/* Begin with the circle that was best under the prices before: it mostly still is a good one. */
static void
TryFormerBest(PlacesPricing *pricing, const PlacesCell *cell)
{
	pricing->best = CircleValue(pricing, pricing->list[0], cell->count, cell->x, cell->y,
								pricing->rules->max_radius);
	pricing->x_best = cell->x;
	pricing->y_best = cell->y;
}

/* Search a cell, whose points are in the first list. */
static void
SearchCell(PlacesPricing *pricing, PlacesCell *cell, const double *v)
{
	double		price = 0.0;	/* of the regions around it */

	for (int level = 1; level < REGION_LEVELS; level++)
		price += v[cell->region[level]];
	/* a place that gains less than it costs is not made: the cell stays empty */
	pricing->floor = price;
	pricing->settled = -INFINITY;
	TryFormerBest(pricing, cell);
	SearchSquare(pricing, 0, cell->count, cell->square);
	cell->reduced_limit = Larger(pricing->settled, Larger(pricing->best + pricing->tolerance, price)) - price;
	cell->reduced_found = pricing->best - price;
	cell->x = pricing->x_best;
	cell->y = pricing->y_best;
	Assert(cell->reduced_limit >= 0.0 && cell->reduced_found <= cell->reduced_limit);
}

/* Sort the members of every cell by price, by dealing the points out in that order. */
static void
DealMembers(const PlacesCells *cells, const int *rank, int npoints, int *dealt)
{
	int64_t    *start = HostNewZero(int64_t, npoints + 1);
	int		   *owner = HostNew(int, cells->nmembers);
	int64_t    *fill = HostNew(int64_t, cells->n);

	HostCheckCancel();
	for (int64_t k = 0; k < cells->nmembers; k++)
		start[rank[cells->members[k]] + 1]++;
	for (int i = 0; i < npoints; i++)
		start[i + 1] += start[i];
	for (int i = 0; i < cells->n; i++)
	{
		HostCheckCancel();
		fill[i] = cells->cells[i].first;
		for (int64_t k = fill[i]; k < fill[i] + cells->cells[i].count; k++)
			owner[start[rank[cells->members[k]]]++] = i;
	}
	/* start[r] now is the end of rank r, which is where r + 1 began */
	for (int64_t i = 0, k = 0; i < npoints; i++)
		for (; k < start[i]; k++)
			dealt[fill[owner[k]]++] = (int) i;
	for (int i = 0; i < cells->n; i++)
		Assert(fill[i] == cells->cells[i].first + cells->cells[i].count);
	HostFree(start);
	HostFree(owner);
	HostFree(fill);
}

/*
 * Set what a place of each cell can gain under the prices u of points and v of
 * regions (both >= 0; v in homes).  The limit is at most the tolerance above the
 * truth where the squares become fine enough.
 */
void
PriceCells(PlacesCells *cells, const PlacesPoints *points, const PlacesLooseRules *rules,
		   const double *u, const double *v, double tolerance)
{
	size_t		n = points->n;
	PlacesRanked *ranked = HostNew(PlacesRanked, n);
	int		   *rank = HostNew(int, n);
	double	   *sorted = HostNew(double, 4 * n);	/* x, y, w and gain */
	int		   *dealt = HostNew(int, cells->nmembers);
	int			longest = 0;
	PlacesPricing pricing = {
		.rules = rules, .x = sorted, .y = sorted + n, .w = sorted + 2 * n, .gain = sorted + 3 * n,
		.tolerance = tolerance
	};

	for (size_t i = 0; i < n; i++)
	{
		Assert(u[i] >= 0.0);
		ranked[i] = (PlacesRanked) {u[i], (int) i};
	}
	SortRanked(ranked, n);
	for (size_t i = 0; i < n; i++)
	{
		int			p = ranked[i].item;

		rank[p] = (int) i;
		sorted[i] = points->x[p];
		sorted[n + i] = points->y[p];
		sorted[2 * n + i] = points->w[p];
		sorted[3 * n + i] = 1.0 - u[p];
	}
	DealMembers(cells, rank, (int) n, dealt);
	for (int i = 0; i < cells->n; i++)
		longest = Max(longest, cells->cells[i].count);
	for (int i = 1; i <= MAX_DEPTH; i++)
		pricing.list[i] = HostNew(int, longest);
	for (int i = 0; i < cells->n; i++)
	{
		pricing.list[0] = dealt + cells->cells[i].first;
		SearchCell(&pricing, &cells->cells[i], v);
	}
	for (int i = 1; i <= MAX_DEPTH; i++)
		HostFree(pricing.list[i]);
	HostFree(dealt);
	HostFree(sorted);
	HostFree(rank);
	HostFree(ranked);
}
