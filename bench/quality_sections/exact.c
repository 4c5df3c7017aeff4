/*
 * exact.c
 *	  The best division of a few points, by going through all of them.
 */
#include <math.h>
#include <stdlib.h>

#define MOST_POINTS 16

static double
Squares(int n, const double *x, const double *y, const double *w, unsigned set, double *homes)
{
	double		h = 0,
				hx = 0,
				hy = 0,
				squares = 0;

	for (int i = 0; i < n; i++)
		if (set >> i & 1)
		{
			h += w[i];
			hx += w[i] * x[i];
			hy += w[i] * y[i];
		}
	*homes = h;
	for (int i = 0; i < n; i++)
		if (set >> i & 1)
			squares += w[i] * ((x[i] - hx / h) * (x[i] - hx / h) + (y[i] - hy / h) * (y[i] - hy / h));
	return squares;
}

/*
 * The least sum of squares of n weighted points in k places of low to high homes
 * each; infinite where there is no such division.  Each place is taken with the
 * first of the points not yet in one, so no division is seen twice: 3^n steps a place.
 */
double
BestDivision(int n, const double *x, const double *y, const double *w, int k, double low, double high)
{
	unsigned	all = (1u << n) - 1;
	double	   *cost,
			   *best,
			   *next,
				result;

	if (n < 1 || n > MOST_POINTS)
		return NAN;
	cost = malloc(sizeof(double) * (all + 1));
	best = malloc(sizeof(double) * (all + 1));
	next = malloc(sizeof(double) * (all + 1));
	for (unsigned set = 0; set <= all; set++)
	{
		double		homes = 0;

		cost[set] = set == 0 ? INFINITY : Squares(n, x, y, w, set, &homes);
		if (homes < low * (1 - 1e-9) || homes > high * (1 + 1e-9))
			cost[set] = INFINITY;
		best[set] = set == 0 ? 0 : INFINITY;
	}
	for (int j = 0; j < k; j++)
	{
		next[0] = INFINITY;
		for (unsigned set = 1; set <= all; set++)
		{
			unsigned	first = set & -set;
			unsigned	rest = set ^ first;

			next[set] = INFINITY;
			for (unsigned part = rest;; part = (part - 1) & rest)
			{
				double		sum = cost[part | first] + best[rest ^ part];

				next[set] = sum < next[set] ? sum : next[set];
				if (part == 0)
					break;
			}
		}
		for (unsigned set = 0; set <= all; set++)
			best[set] = next[set];
	}
	result = best[all];
	free(cost);
	free(best);
	free(next);
	return result;
}

/* Blocks from `at` on are still to be taken or left; rest[at] are the homes of all of them. */
static int
ListFrom(int n, const double *homes, const double *rest, int at, unsigned chosen, double held,
		 double low, double high, int room, unsigned *found, int count)
{
	if (held + rest[at] < low || count == room)
		return count;
	if (at == n)
	{
		found[count++] = chosen;
		return count;
	}
	if (held + homes[at] <= high)
		count = ListFrom(n, homes, rest, at + 1, chosen | 1u << at, held + homes[at], low, high,
						 room, found, count);
	return ListFrom(n, homes, rest, at + 1, chosen, held, low, high, room, found, count);
}

/*
 * The sets of blocks with low to high homes, as bits; returns their number, or room
 * where there are as many or more.  homes 0: the block is not to be had.
 */
int
ListPlaces(int n, const double *homes, double low, double high, int room, unsigned *found)
{
	double		rest[33] = {0};
	double		taken[32];
	int			source[32];
	int			m = 0;
	int			count;

	for (int i = 0; i < n; i++)
		if (homes[i] > 0)
		{
			taken[m] = homes[i];
			source[m++] = i;
		}
	for (int i = m - 1; i >= 0; i--)
		rest[i] = rest[i + 1] + taken[i];
	count = ListFrom(m, taken, rest, 0, 0, 0, low, high, room, found, 0);
	for (int s = 0; s < count; s++)
	{
		unsigned	set = 0;

		for (int i = 0; i < m; i++)
			if (found[s] >> i & 1)
				set |= 1u << source[i];
		found[s] = set;
	}
	return count;
}
