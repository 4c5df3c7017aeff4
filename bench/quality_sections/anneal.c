/*
 * anneal.c
 *	  Places under a capacity by simulated annealing, the peer of balanced on other
 *	  people's instances, whose published optima are of distances and not of squares.
 *
 * A point moves to another place, or two points of different places change places,
 * never above the capacity.  What a place costs is had from three sums, so a move
 * takes no time; most go to places whose centre is near (S. Kirkpatrick, C. D. Gelatt,
 * M. P. Vecchi, "Optimization by simulated annealing", Science 220, 1983).
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

typedef struct Place
{
	double		w,
				x,				/* sums of homes times coordinates */
				y,
				s;				/* and squared coordinates */
} Place;

static uint64_t state;

static double
Random(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (double) (state >> 11) / 9007199254740992.0;
}

static double
Cost(Place p)
{
	return p.w > 0 ? p.s - (p.x * p.x + p.y * p.y) / p.w : 0;
}

static Place
With(Place p, double sign, double w, double x, double y)
{
	return (Place) {p.w + sign * w, p.x + sign * w * x, p.y + sign * w * y,
		p.s + sign * w * (x * x + y * y)};
}

static double
Distance(Place p, double x, double y)
{
	return p.w > 0 ? (p.x / p.w - x) * (p.x / p.w - x) + (p.y / p.w - y) * (p.y / p.w - y) : INFINITY;
}

/* The nearest of a few places at random, not the given one. */
static int
SomePlace(int k, const Place *place, int not, double x, double y)
{
	int			best = -1;

	for (int t = 0; t < 1 + k / 3; t++)
	{
		int			j = (int) (k * Random());

		if (j != not && (best < 0 || Distance(place[j], x, y) < Distance(place[best], x, y)))
			best = j;
	}
	return best;
}

/*
 * Anneal from the given places (label, all within the capacity), which receive the
 * best found; returns its sum of squares.  The coordinates are around their mean.
 */
double
Anneal(int n, const double *x, const double *y, const double *w, int k, double capacity,
	   double steps, int seed, int *label)
{
	Place	   *place = calloc(k, sizeof(Place));
	int		   *best = malloc(sizeof(int) * n);
	double		now = 0,
				least,
				hot;

	state = 88172645463325252ULL + 1000003ULL * seed;
	for (int i = 0; i < n; i++)
	{
		place[label[i]] = With(place[label[i]], 1, w[i], x[i], y[i]);
		best[i] = label[i];
	}
	for (int j = 0; j < k; j++)
		now += Cost(place[j]);
	least = now;
	hot = now / n;
	for (double step = 0; step < steps; step++)
	{
		double		heat = hot * exp(-9 * step / steps);
		int			i = (int) (n * Random());
		int			a = label[i];
		int			b = SomePlace(k, place, a, x[i], y[i]);
		int			q = -1;
		Place		from,
					to;
		double		change;

		if (b < 0)
			continue;
		if (Random() < 0.5 || place[b].w + w[i] > capacity)
		{
			/* change places with somebody of b */
			for (int t = 0; t < 2 * k && q < 0; t++)
			{
				int			p = (int) (n * Random());

				if (label[p] == b)
					q = p;
			}
			if (q < 0)
				continue;
		}
		from = With(place[a], -1, w[i], x[i], y[i]);
		to = With(place[b], 1, w[i], x[i], y[i]);
		if (q >= 0)
		{
			from = With(from, 1, w[q], x[q], y[q]);
			to = With(to, -1, w[q], x[q], y[q]);
		}
		if (to.w > capacity || from.w > capacity || from.w <= 0)
			continue;
		change = Cost(from) + Cost(to) - Cost(place[a]) - Cost(place[b]);
		if (change > 0 && Random() >= exp(-change / heat))
			continue;
		place[a] = from;
		place[b] = to;
		label[i] = b;
		if (q >= 0)
			label[q] = a;
		now += change;
		if (now < least * (1 - 1e-12))
		{
			least = now;
			/* copying is dear: only where it may be the last */
			if (step > 0.7 * steps)
				for (int p = 0; p < n; p++)
					best[p] = label[p];
		}
	}
	for (int i = 0; i < n; i++)
		label[i] = best[i];
	free(place);
	free(best);
	return least;
}
