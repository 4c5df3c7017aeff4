/*
 * exchanges.c
 *	  Whole points moved and exchanged between places while that lowers the sum of squares.
 *
 * For few points: where a place has hundreds of homes none of them matters to its
 * centroid, but where it has five a move changes both centroids, which assignment and
 * centroids in turn do not foresee (Hartigan and Wong, "Algorithm AS 136: a k-means
 * clustering algorithm", Applied Statistics 28, 1979).  Here every move of a point, and
 * every exchange of two, is judged by what it really does to the sum of squares.  The
 * homes outside the bounds never become more.
 */
#include "engine/balanced/exchanges.h"

#define MOST_ROUNDS		100
#define LEAST_GAIN		1e-9	/* of the sum of squares */

typedef struct PlacesExchange
{
	const PlacesKdTree *tree;
	int			k;
	double		low,
				high;
	int		   *label;
	double	   *w;				/* of each place: homes, */
	double	   *wx;				/* and sums of coordinates around the middle of all */
	double	   *wy;
	double		x,
				y;				/* that middle */
	double		least;			/* what counts as a gain */
} PlacesExchange;

/* The part of a place's sum of squares that depends on which points it has together. */
static double
Scatter(const PlacesExchange *e, int j, double w, double wx, double wy)
{
	w += e->w[j];
	wx += e->wx[j];
	wy += e->wy[j];
	return w > 0 ? -(wx * wx + wy * wy) / w : 0;
}

static double
Violation(const PlacesExchange *e, double size)
{
	return Max(0, Max(e->low - size, size - e->high));
}

static void
AddPoint(PlacesExchange *e, int j, int point, double sign)
{
	double		w = sign * e->tree->w[point];

	e->w[j] += w;
	e->wx[j] += w * (e->tree->x[point] - e->x);
	e->wy[j] += w * (e->tree->y[point] - e->y);
}

/* What it adds to the sum of squares that a point goes to another place, and one comes back (-1: none); infinite if not allowed. */
static double
ExchangeCost(const PlacesExchange *e, int out, int to, int back)
{
	const PlacesKdTree *t = e->tree;
	int			from = e->label[out];
	double		w = t->w[out];
	double		wx = w * (t->x[out] - e->x);
	double		wy = w * (t->y[out] - e->y);

	if (back >= 0)
	{
		w -= t->w[back];
		wx -= t->w[back] * (t->x[back] - e->x);
		wy -= t->w[back] * (t->y[back] - e->y);
	}
	if (e->w[from] - w <= 0 ||
		Violation(e, e->w[from] - w) + Violation(e, e->w[to] + w) >
		Violation(e, e->w[from]) + Violation(e, e->w[to]))
		return INFINITY;
	return (Scatter(e, from, -w, -wx, -wy) + Scatter(e, to, w, wx, wy) -
			Scatter(e, from, 0, 0, 0) - Scatter(e, to, 0, 0, 0));
}

static void
MovePoint(PlacesExchange *e, int point, int to)
{
	AddPoint(e, e->label[point], point, -1);
	AddPoint(e, to, point, 1);
	e->label[point] = to;
}

/* Make the best move or exchange of a point; false if none helps. */
static bool
ImprovePoint(PlacesExchange *e, int point)
{
	double		least = -e->least;
	int			to = -1;
	int			back = -1;

	for (int j = 0; j < e->k; j++)
	{
		double		cost = j == e->label[point] ? INFINITY : ExchangeCost(e, point, j, -1);

		if (cost < least)
		{
			least = cost;
			to = j;
		}
	}
	for (int other = 0; other < e->tree->n; other++)
	{
		double		cost;

		if (e->label[other] == e->label[point] || e->tree->w[other] <= 0)
			continue;
		cost = ExchangeCost(e, point, e->label[other], other);
		if (cost < least)
		{
			least = cost;
			to = e->label[other];
			back = other;
		}
	}
	if (to < 0)
		return false;
	if (back >= 0)
		MovePoint(e, back, e->label[point]);
	MovePoint(e, point, to);
	return true;
}

/* The sum of squares of the places. */
static double
SumOfSquares(const PlacesExchange *e)
{
	double		ss = 0;

	for (int i = 0; i < e->tree->n; i++)
	{
		double		dx = e->tree->x[i] - e->x;
		double		dy = e->tree->y[i] - e->y;

		ss += e->tree->w[i] * (dx * dx + dy * dy);
	}
	for (int j = 0; j < e->k; j++)
		ss += Scatter(e, j, 0, 0, 0);
	return ss;
}

/*
 * Improve the labels of the tree's points; returns the sum of squares.  O(n * n) a
 * round, of which there are few.
 */
double
ExchangePoints(const PlacesKdTree *tree, int k, double low, double high, int *label)
{
	PlacesExchange e = {.tree = tree, .k = k, .low = low, .high = high, .label = label};
	bool		again = true;
	double		ss;

	e.w = HostNewZero(double, k);
	e.wx = HostNewZero(double, k);
	e.wy = HostNewZero(double, k);
	e.x = tree->nodes[0].wx / tree->nodes[0].w;
	e.y = tree->nodes[0].wy / tree->nodes[0].w;
	for (int i = 0; i < tree->n; i++)
		AddPoint(&e, label[i], i, 1);
	ss = SumOfSquares(&e);
	e.least = LEAST_GAIN * ss;
	for (int round = 0; again && round < MOST_ROUNDS; round++)
	{
		again = false;
		for (int i = 0; i < tree->n; i++)
		{
			HostCheckCancel();
			if (tree->w[i] > 0 && ImprovePoint(&e, i))
				again = true;
		}
	}
	ss = SumOfSquares(&e);
	HostFree(e.w);
	HostFree(e.wx);
	HostFree(e.wy);
	return ss;
}
