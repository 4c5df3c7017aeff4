/*
 * tour_test.c
 *	  A tour through homes against 1.46 times their minimum spanning tree.
 *
 * The tours are made here: nearest neighbours first, then 2-opt and moves of one to three
 * points (Or-opt) until none makes the tour shorter; such tours are some 5 % longer
 * than the shortest (Johnson and McGeoch 1997).
 */
#include "check.h"
#include "engine/base/spanning_tree.h"

#define FACTOR	1.46			/* tour_of() in sql/people/rounds.sql */

static double
Apart(const double *x, const double *y, int a, int b)
{
	return hypot(x[a] - x[b], y[a] - y[b]);
}

static void
NearestNeighbours(int n, const double *x, const double *y, int *tour)
{
	bool	   *used = HostNewZero(bool, n);

	tour[0] = 0;
	used[0] = true;
	for (int i = 1; i < n; i++)
	{
		int			best = -1;

		for (int j = 0; j < n; j++)
			if (!used[j] && (best < 0 || Apart(x, y, tour[i - 1], j) < Apart(x, y, tour[i - 1], best)))
				best = j;
		tour[i] = best;
		used[best] = true;
	}
	HostFree(used);
}

static void
Reverse(int *tour, int from, int to)
{
	for (; from < to; from++, to--)
	{
		int			t = tour[from];

		tour[from] = tour[to];
		tour[to] = t;
	}
}

/* One pass of 2-opt: does any exchange of two edges shorten the tour? */
static bool
TwoOpt(int n, const double *x, const double *y, int *tour)
{
	bool		better = false;

	for (int i = 0; i < n - 2; i++)
		for (int j = i + 2; j < n; j++)
		{
			int			next = (j + 1) % n;

			if (next == i || Apart(x, y, tour[i], tour[i + 1]) + Apart(x, y, tour[j], tour[next]) <=
				Apart(x, y, tour[i], tour[j]) + Apart(x, y, tour[i + 1], tour[next]) + 1e-9)
				continue;
			Reverse(tour, i + 1, j);
			better = true;
		}
	return better;
}

/* One pass of moves of one to three points to elsewhere, as they are or turned: three reversals each. */
static bool
OrOpt(int n, const double *x, const double *y, int *tour)
{
	bool		better = false;

	for (int length = 1; length <= 3; length++)
		for (int i = 0; i + length < n - 1; i++)
			for (int j = i + length + 1; j < n - 1; j++)
			{
				int			a = tour[i],
							b = tour[i + 1],
							c = tour[i + length],
							d = tour[i + length + 1],
							e = tour[j],
							f = tour[j + 1];
				double		now = Apart(x, y, a, b) + Apart(x, y, c, d) + Apart(x, y, e, f);

				if (Apart(x, y, a, d) + Apart(x, y, e, c) + Apart(x, y, b, f) < now - 1e-9)
				{
					Reverse(tour, i + 1, i + length);
					Reverse(tour, i + length + 1, j);
					Reverse(tour, i + 1, j);
					Reverse(tour, j - length + 1, j);
					better = true;
				}
			}
	return better;
}

static double
TourLength(int n, const double *x, const double *y)
{
	int		   *tour = HostNew(int, n);
	double		length = 0;
	bool		better = n > 3;

	NearestNeighbours(n, x, y, tour);
	while (better)
	{
		better = TwoOpt(n, x, y, tour);
		better = OrOpt(n, x, y, tour) || better;
	}
	for (int i = 0; i < n; i++)
		length += Apart(x, y, tour[i], tour[(i + 1) % n]);
	HostFree(tour);
	return length;
}

static double
TreeLength(int n, const double *x, const double *y)
{
	double		length;

	(void) WidestGap(n, x, y, NULL, NULL, &length);
	return length;
}

/* ---- layouts of n homes ---- */

static void
PlaceAtRandom(int n, double *x, double *y)
{
	for (int i = 0; i < n; i++)
	{
		x[i] = 2000 * Random();
		y[i] = 2000 * Random();
	}
}

/* Some 14 homes a street, 8 to 14 m apart, in a town of streets in two directions. */
static void
PlaceOnStreets(int n, double *x, double *y)
{
	double		x0 = 0,
				y0 = 0,
				step = 0;
	bool		upright = false;

	for (int i = 0; i < n; i++)
	{
		if (i % 14 == 0)
		{
			x0 = 1500 * Random();
			y0 = 1500 * Random();
			step = 8 + 6 * Random();
			upright = RandomInt(2);
		}
		x[i] = x0 + (upright ? RandomInt(2) * 9 : step * (i % 14));
		y[i] = y0 + (upright ? step * (i % 14) : RandomInt(2) * 9);
	}
}

/* Hamlets of a few homes, far apart. */
static void
PlaceInHamlets(int n, double *x, double *y)
{
	double		x0 = 0,
				y0 = 0;

	for (int i = 0; i < n; i++)
	{
		if (i % 9 == 0)
		{
			x0 = 30000 * Random();
			y0 = 30000 * Random();
		}
		x[i] = x0 + 150 * Random();
		y[i] = y0 + 150 * Random();
	}
}

/* Rows of ten, a house apart, the last one not full. */
static void
PlaceOnGrid(int n, double *x, double *y)
{
	for (int i = 0; i < n; i++)
	{
		x[i] = 20 * (i % 10);
		y[i] = 20 * (i / 10);
	}
}

/* A road from end to end of a valley, homes here and there along it. */
static void
PlaceOnLine(int n, double *x, double *y)
{
	for (int i = 0; i < n; i++)
	{
		x[i] = 9000 * Random();
		y[i] = 10 * RandomInt(2);
	}
}

/* The mean error of the estimate, as a share, and the mean factor, over some layouts. */
static double
MeanError(void (*lay_out) (int n, double *x, double *y), double *factor)
{
	double		x[175],
				y[175];
	double		error = 0;

	*factor = 0;
	for (int turn = 0; turn < 12; turn++)
	{
		int			n = 120 + RandomInt(56);
		double		tour,
					tree;

		lay_out(n, x, y);
		tour = TourLength(n, x, y);
		tree = TreeLength(n, x, y);
		CHECK(tour > tree && tour < 2.2 * tree, "a tour of %g m over a tree of %g", tour, tree);
		error += fabs(FACTOR * tree / tour - 1) / 12;
		*factor += tour / tree / 12;
	}
	return error;
}

static void
TestLayouts(void)
{
	double		factor;
	double		error = MeanError(PlaceOnStreets, &factor);

	CHECK(error < 0.12, "streets: mean error %g, factor %g", error, factor);
	error = MeanError(PlaceInHamlets, &factor);
	CHECK(error < 0.16, "hamlets: mean error %g, factor %g", error, factor);
	/* homes are not like this: the estimate is an upper one */
	error = MeanError(PlaceAtRandom, &factor);
	CHECK(factor > 1.1 && factor < 1.3, "at random: mean error %g, factor %g", error, factor);
	/* the ends: a grid is passed through once, of a road one comes back; no layout is beyond them by much */
	error = MeanError(PlaceOnGrid, &factor);
	CHECK(factor >= 1 && factor < 1.15, "grid: mean error %g, factor %g", error, factor);
	error = MeanError(PlaceOnLine, &factor);
	CHECK(factor > 1.7 && factor < 2.01, "line: mean error %g, factor %g", error, factor);
}

/* Along a line there and back; around a ring once; on one spot not at all. */
static void
TestHandValues(void)
{
	double		x[] = {0, 10, 20, 30};
	double		y[] = {0, 0, 0, 0};
	double		corner_x[] = {0, 100, 100, 0};
	double		corner_y[] = {0, 0, 100, 100};

	CHECK(TreeLength(4, x, y) == 30 && TourLength(4, x, y) == 60, "%g, %g", TreeLength(4, x, y), TourLength(4, x, y));
	CHECK(TreeLength(4, corner_x, corner_y) == 300 && TourLength(4, corner_x, corner_y) == 400, "a square");
	CHECK(TreeLength(4, y, y) == 0 && TreeLength(1, x, y) == 0, "one spot");
}

int
main(void)
{
	StartTests();
	TestHandValues();
	TestLayouts();
	return FinishTests();
}
