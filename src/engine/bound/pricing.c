/*
 * pricing.c
 *	  The most that a place can gain under given prices, for every cell.
 *
 * A home in a place gains 1 and costs its price u, so a set of homes gains
 * sum w (1 - u).  The best place of a circle takes every home priced below 1
 * and, if those are fewer than min_homes, the cheapest others up to that
 * number.  Homes are cut at the last point: a set that may be cut gains at
 * least as much as one that may not, so the value is never too low.
 *
 * The centres of a cell are searched by squares, coarse to fine: the value of
 * the outer circle (see reach.c) limits that of every circle with its
 * centre in the square, since a larger circle offers more to choose from.  The
 * circle about the middle is tried as a real one.  A square is cut in four
 * while its limit exceeds the best real circle by more than the tolerance, and
 * at the finest squares the limit itself counts.
 */
#include "engine/bound/pricing.h"

#include "engine/base/sort.h"

#define MAX_DEPTH 24

typedef struct PriceSearch
{
	const PlacesBoundRules *rules;
	const double *x;			/* points in order of price */
	const double *y;
	const double *w;
	const double *gain;			/* 1 - u */
	int		   *list[MAX_DEPTH + 1];	/* points of the square at each depth */
	double		floor;			/* what is not worth knowing below */
	double		tolerance;
	double		finest;
	double		settled;		/* limit of the finest squares so far */
	double		best;			/* real circle */
	double		bestx;
	double		besty;
} PriceSearch;

static inline double
Larger(double a, double b)
{
	return a > b ? a : b;
}

/*
 * Keep the points within the radius and return the value of the circle,
 * -INFINITY if it has too few homes for a place.
 */
static double
CircleValue(const PriceSearch *search, const int *list, int n, double x, double y,
			double radius, int *kept, int *nkept)
{
	double		radius2 = radius * radius;
	double		need = search->rules->need;
	double		homes = 0.0;
	double		value = 0.0;
	int			count = 0;
	int			i;

	for (i = 0; i < n; i++)
	{
		int			p = list[i];
		double		dx = search->x[p] - x;
		double		dy = search->y[p] - y;
		double		gain = search->gain[p];
		double		w = search->w[p];

		if (dx * dx + dy * dy > radius2)
			continue;
		kept[count++] = p;
		if (gain <= 0.0 && homes >= need)
			continue;
		if (gain < 0.0 && w >= need - homes)
		{
			/* exactly the need: a sum could miss it by a rounding */
			value += (need - homes) * gain;
			homes = need;
			continue;
		}
		homes += w;
		value += w * gain;
	}
	*nkept = count;
	return homes >= need ? value : -INFINITY;
}

static void
SearchSquare(PriceSearch *search, int depth, int n, double x, double y, double h)
{
	double		outer = (search->rules->radius + h * M_SQRT2) * (1.0 + 1e-12) + search->rules->slack;
	int		   *kept = search->list[depth + 1];
	int			nkept;
	int			i;
	double		limit;
	double		value;

	HostCheckCancel();
	limit = CircleValue(search, search->list[depth], n, x, y, outer, kept, &nkept);
	if (limit <= Larger(search->floor, search->best + search->tolerance) || limit <= search->settled)
		return;
	/* the deeper list is free until the children need it */
	value = CircleValue(search, kept, nkept, x, y, search->rules->radius,
						search->list[depth + 2], &i);
	if (value > search->best)
	{
		search->best = value;
		search->bestx = x;
		search->besty = y;
	}
	if (h <= search->finest || depth + 3 > MAX_DEPTH)
	{
		search->settled = Larger(search->settled, limit);
		return;
	}
	for (i = 0; i < 4; i++)
		SearchSquare(search, depth + 1, nkept, x + (i & 1 ? h : -h) / 2,
					 y + (i & 2 ? h : -h) / 2, h / 2);
}

/* what a place with its centre in the cell pays for that, but for the cell's own */
double
BoundCellToll(const PlacesBoundCell *cell, const double *v)
{
	double		toll = 0.0;
	int			l;

	for (l = 1; l < PLACES_BOUND_LEVELS; l++)
		toll += cell->region[l] < 0 ? 0.0 : v[cell->region[l]];
	return toll;
}

static void
SearchCell(PriceSearch *search, PlacesBoundCell *cell, int n, double half,
		   const PlacesBoundPrices *prices)
{
	double		toll = BoundCellToll(cell, prices->v);
	int			own = cell->region[0];
	double		value;

	cell->found = -INFINITY;
	cell->excess = 0.0;
	if (prices->most[own] <= 0.0)
		return;
	/* a place that gains no more is not made: the cell stays empty */
	search->floor = toll;
	search->settled = -INFINITY;
	search->best = -INFINITY;
	SearchSquare(search, 0, n, cell->x, cell->y, half);
	value = Larger(search->settled, Larger(search->best + search->tolerance, search->floor));
	cell->excess = value - toll;
	cell->found = search->best - toll;
	cell->foundx = search->bestx;
	cell->foundy = search->besty;
}

typedef struct RankKey
{
	double		u;
	int			point;
} RankKey;

static int
CompareRank(const void *a, const void *b)
{
	const RankKey *ka = a;
	const RankKey *kb = b;

	if (ka->u != kb->u)
		return ka->u < kb->u ? -1 : 1;
	return ka->point - kb->point;
}

/* Sort the members of every cell by price, by dealing them out in that order. */
static void
DealMembers(PlacesBoundCells *cells, const int *rank, int npoints, int *sorted)
{
	int64_t    *start = HostNewZero(int64_t, npoints + 1);
	int		   *owner = HostNew(int, cells->nmember);
	int64_t    *fill = HostNew(int64_t, cells->ncell);
	int64_t		k;
	int			i;

	HostCheckCancel();
	for (k = 0; k < cells->nmember; k++)
		start[rank[cells->member[k]] + 1]++;
	for (i = 0; i < npoints; i++)
		start[i + 1] += start[i];
	for (i = 0; i < cells->ncell; i++)
	{
		HostCheckCancel();
		fill[i] = cells->cell[i].first;
		for (k = fill[i]; k < fill[i] + cells->cell[i].count; k++)
			owner[start[rank[cells->member[k]]]++] = i;
	}
	/* start[r] now is the end of rank r, which is where r + 1 began */
	for (i = 0, k = 0; i < npoints; i++)
	{
		for (; k < start[i]; k++)
			sorted[fill[owner[k]]++] = i;
	}
	HostFree(start);
	HostFree(owner);
	HostFree(fill);
}

/*
 * Set excess, found and its centre in every cell.  The excess is at most the
 * tolerance above the truth where the squares become fine enough.
 */
void
BoundSearch(PlacesBoundCells *cells, const PlacesPoints *points, const PlacesBoundRules *rules,
			const PlacesBoundPrices *prices, double tolerance, double finest)
{
	int			n = points->n;
	RankKey    *key = HostNew(RankKey, n);
	int		   *rank = HostNew(int, n);
	double	   *sorted = HostNew(double, 4 * (size_t) n);
	int		   *dealt = HostNew(int, cells->nmember);
	int			longest = 0;
	int			i;
	PriceSearch search = {rules, sorted, sorted + n, sorted + 2 * (size_t) n,
	sorted + 3 * (size_t) n, {NULL}, 0.0, tolerance, finest, 0.0, 0.0, 0.0, 0.0};

	for (i = 0; i < n; i++)
	{
		key[i].u = prices->u[i];
		key[i].point = i;
	}
	SortItems(key, n, sizeof(RankKey), CompareRank);
	for (i = 0; i < n; i++)
	{
		int			p = key[i].point;

		rank[p] = i;
		sorted[i] = points->x[p];
		sorted[n + i] = points->y[p];
		sorted[2 * (size_t) n + i] = points->w[p];
		sorted[3 * (size_t) n + i] = 1.0 - key[i].u;
	}
	DealMembers(cells, rank, n, dealt);
	for (i = 0; i < cells->ncell; i++)
		longest = cells->cell[i].count > longest ? cells->cell[i].count : longest;
	for (i = 1; i <= MAX_DEPTH; i++)
		search.list[i] = HostNew(int, longest);
	for (i = 0; i < cells->ncell; i++)
	{
		search.list[0] = dealt + cells->cell[i].first;
		SearchCell(&search, &cells->cell[i], cells->cell[i].count, cells->half, prices);
	}
	for (i = 1; i <= MAX_DEPTH; i++)
		HostFree(search.list[i]);
	HostFree(dealt);
	HostFree(sorted);
	HostFree(rank);
	HostFree(key);
}
