/*
 * load_prices.c
 *	  Loads balanced roughly: points go where distance and prices are least.
 *
 * The augmented Lagrangian of the bounds (Hestenes 1969, Powell 1969): each place asks
 * a price for each measure, which rises while it has too much of it and falls while it
 * has too little, and a square on top that grows, so that places near a bound need no
 * price that is exact.  Point after point goes to the place of those around it where
 * that is cheapest, sums and centroids following at once; after each sweep the prices
 * change.  Prices carry a load across many places, which no search among neighbours
 * does.
 */
#include "engine/balanced/load_prices.h"

#include "engine/base/kdtree_search.h"

#define NEAREST			10		/* places a point may go to */
#define SWEEPS			60
#define LIST_SWEEPS		6		/* between two looks at which places are nearest */
#define FIRST_SQUARE	1.0		/* the square's factor, in sums of squares of a mean place, */
#define CLOSE			2.0		/* to going: at no more than so many mean squares */
#define GROWTH			1.12	/* and by what it grows in a sweep */
#define MOST_PRICE		1e3		/* in the same; what no place can have is not paid for for ever */

typedef struct PlacesPricing
{
	const PlacesLoadProblem *p;
	PlacesLoadState *s;
	double	   *price;			/* by place and measure; above 0: it has too much */
	double		play;			/* share of the distance between two bounds */
	double		square;			/* the factor */
	double		demand[MOST_MEASURES];
	int		   *near;			/* the places nearest to each point, */
	int			nnear;			/* so many */
	bool	   *close;			/* which points are near to going, */
	double		spread;			/* square metres to a centroid, of a mean home */
} PlacesPricing;

/* The bounds, a little closer than they are: whole points need some play. */
static inline double
Margin(const PlacesPricing *c, size_t at)
{
	return isinf(c->p->high[at]) ? 0 : c->play * (c->p->high[at] - c->p->low[at]);
}

static inline double
Low(const PlacesPricing *c, size_t at)
{
	return c->p->low[at] + Margin(c, at);
}

static inline double
High(const PlacesPricing *c, size_t at)
{
	return c->p->high[at] - Margin(c, at);
}

/* What a place pays for a sum. */
static inline double
Penalty(const PlacesPricing *c, size_t at, double sum)
{
	double		shift = c->price[at] / c->square;
	double		over = Max(0, sum - High(c, at) + shift);
	double		under = Max(0, Low(c, at) - sum - shift);

	return c->square / 2 * (over * over + under * under);
}

/* What it adds to the penalties of a place when amounts come, or go (sign). */
static double
PenaltyOfChange(const PlacesPricing *c, int place, const double *amount, double sign)
{
	double		change = 0;

	for (int v = 0; v < c->p->measures; v++)
	{
		size_t		at = (size_t) place * c->p->measures + v;

		change += Penalty(c, at, c->s->sum[at] + sign * amount[v]) - Penalty(c, at, c->s->sum[at]);
	}
	return change;
}

/* Find the places nearest to each point. */
static void
ListNearest(PlacesPricing *c)
{
	int			k = c->p->k;
	double	   *x = HostNew(double, k);
	double	   *y = HostNew(double, k);
	PlacesKdTree *tree;

	for (int j = 0; j < k; j++)
	{
		x[j] = c->p->x + c->s->wx[j] / c->s->w[j];
		y[j] = c->p->y + c->s->wy[j] / c->s->w[j];
	}
	tree = BuildPlainTree(k, x, y);
	for (int i = 0; i < c->p->points->n; i++)
	{
		HostCheckCancelAt(i);
		NearestPoints(tree, c->p->points->x[i], c->p->points->y[i], c->nnear,
					  c->near + (size_t) i * c->nnear);
	}
	FreeKdTree(tree);
	HostFree(x);
	HostFree(y);
}

/*
 * At most what a unit of each measure lowers the penalties of a place by where it comes:
 * penalties are convex.
 */
static void
FindDemand(PlacesPricing *c)
{
	HostCheckCancel();
	for (int v = 0; v < c->p->measures; v++)
	{
		c->demand[v] = 0;
		for (int j = 0; j < c->p->k; j++)
		{
			size_t		at = (size_t) j * c->p->measures + v;

			c->demand[v] = Max(c->demand[v], c->square * (Low(c, at) - c->s->sum[at]) - c->price[at]);
		}
	}
}

/*
 * The place where a point is cheapest, -1 where that is its own.  *margin receives what
 * it costs there beyond its own, or elsewhere if it stays.
 */
static int
CheapestPlace(const PlacesPricing *c, int point, double *margin)
{
	const double *amount = c->p->amount + (size_t) point * c->p->measures;
	int			from = c->s->label[point];
	double		leaving = PenaltyOfChange(c, from, amount, -1);
	double		hope = 0;
	double		least = INFINITY;
	int			to = -1;

	for (int v = 0; v < c->p->measures; v++)
		hope += amount[v] * c->demand[v];
	for (int m = 0; m < c->nnear; m++)
	{
		int			j = c->near[(size_t) point * c->nnear + m];
		double		cost;

		if (j == from)
			continue;
		cost = SquaresOfMove(c->s, point, j) + leaving;
		if (cost - hope >= least)
			continue;
		cost += PenaltyOfChange(c, j, amount, 1);
		if (cost < least)
		{
			least = cost;
			to = j;
		}
	}
	*margin = least;
	return least < 0 ? to : -1;
}

/*
 * Send points where they are cheapest, all of them or those alone that were near to
 * going in the last full sweep; returns how many went.
 */
static int
Sweep(PlacesPricing *c, bool full)
{
	int			moved = 0;

	FindDemand(c);
	for (int i = 0; i < c->p->points->n; i++)
	{
		double		margin;
		int			to;

		HostCheckCancelAt(i);
		if (c->p->stays[i] || (!full && !c->close[i]))
			continue;
		to = CheapestPlace(c, i, &margin);
		if (full)
			c->close[i] = margin <= CLOSE * c->spread * Max(c->p->points->w[i], c->p->dust);
		if (to >= 0)
			MoveLoad(c->s, i, to);
		moved += to >= 0;
	}
	return moved;
}

/* Let the prices follow the sums. */
static void
ChangePrices(PlacesPricing *c, double unit)
{
	HostCheckCancel();
	for (size_t at = 0; at < (size_t) c->p->k * c->p->measures; at++)
	{
		double		price = c->price[at];
		double		over = c->s->sum[at] - High(c, at);
		double		under = Low(c, at) - c->s->sum[at];
		double		up = Max(0, price + c->square * over);
		double		down = Max(0, -price + c->square * under);

		price = up > 0 ? up : -down;
		c->price[at] = Max(-MOST_PRICE * unit, Min(price, MOST_PRICE * unit));
	}
}

/*
 * Change the labels so that the bounds are nearly kept, and play, a share of the distance
 * between two of them, is left on either side.  Returns the last prices, by
 * place and measure, in square metres times homes for what a mean place has; the
 * caller frees them.  O(n) a sweep.
 */
double *
PriceLoads(const PlacesLoadProblem *problem, double play, int *label)
{
	PlacesPricing c = {.p = problem, .s = NewLoadState(problem, label), .play = play};
	double		unit = SquaresOfMeanPlace(c.s);

	c.price = HostNewZero(double, (size_t) problem->k * problem->measures);
	c.nnear = Min(NEAREST, problem->k);
	c.near = HostNew(int, (size_t) problem->points->n * c.nnear);
	c.close = HostNewZero(bool, problem->points->n);
	c.spread = unit * problem->k / problem->points->homes;
	c.square = FIRST_SQUARE * unit;
	for (int sweep = 0; sweep < SWEEPS; sweep++)
	{
		int			moved;

		if (sweep % LIST_SWEEPS == 0)
			ListNearest(&c);
		moved = Sweep(&c, sweep % LIST_SWEEPS == 0);
		if (moved == 0 && IsBalanced(ScoreLoads(c.s)))
			break;
		ChangePrices(&c, unit);
		c.square *= GROWTH;
	}
	HostFree(c.near);
	HostFree(c.close);
	FreeLoadState(c.s);
	return c.price;
}
