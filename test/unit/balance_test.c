/*
 * balance_test.c
 *	  Sizes of balanced places, against every way of dividing a few points.
 */
#include "check.h"
#include "engine/balanced/balanced.h"

#define MOST_POINTS	10

static const PlacesRules near_ten = {.target_homes = 10, .min_homes = 9, .max_homes = 11};

static double
Misfit(double size, double low, double high)
{
	return fmax(0, fmax(low - size, size - high));
}

/* ---- every division of the points into places ---- */

typedef struct Division
{
	const PlacesPoints *points;
	double		low,
				high;
	double		size[MOST_POINTS];
	double		least;			/* homes outside the bounds */
} Division;

static void
TryPoint(Division *d, int i, int k)
{
	double		misfit = 0;

	if (d->least == 0)
		return;
	if (i == d->points->n)
	{
		for (int j = 0; j < k; j++)
			misfit += Misfit(d->size[j], d->low, d->high);
		d->least = fmin(d->least, misfit);
		return;
	}
	/* an old place, or the next new one */
	for (int j = 0; j <= k; j++)
	{
		if (j == k)
			d->size[j] = 0;
		d->size[j] += d->points->w[i];
		TryPoint(d, i + 1, Max(k, j + 1));
		d->size[j] -= d->points->w[i];
	}
}

static double
LeastMisfit(const PlacesPoints *points, double low, double high)
{
	Division	d = {.points = points, .low = low, .high = high, .least = INFINITY};

	TryPoint(&d, 0, 0);
	return d.least;
}

/* ---- what the engine does ---- */

/* The homes outside the bounds after BalancedCluster; checks its labels. */
static double
BalancedMisfit(const PlacesPoints *p, double low, double target, double high)
{
	int		   *label = HostNew(int, p->n);
	PlacesRules rules = {.target_homes = target, .min_homes = low, .max_homes = high};
	int			k = BalancedCluster(p, &rules, label);
	double	   *size = HostNewZero(double, k);
	int		   *count = HostNewZero(int, k);
	double		misfit = 0;

	for (int i = 0; i < p->n; i++)
	{
		CHECK(label[i] >= 0 && label[i] < k, "%d of %d", label[i], k);
		size[label[i]] += p->w[i];
		count[label[i]]++;
	}
	for (int j = 0; j < k; j++)
		if (count[j])
			misfit += Misfit(size[j], low * (1 - 1e-9), high * (1 + 1e-9));
	HostFree(label);
	HostFree(size);
	HostFree(count);
	return misfit;
}

/* n distinct points of 1 .. most homes; kind 0: anywhere; 1: a grid; 2: a line */
static PlacesPoints *
RandomPoints(int n, int kind, int most)
{
	double		x[500],
				y[500],
				w[500];
	int			row_point[500];

	for (int i = 0; i < n; i++)
	{
		x[i] = kind == 1 ? i % 20 : 1000 * Random();
		y[i] = kind == 1 ? i / 20 : kind == 2 ? 0 : 1000 * Random();
		w[i] = 1 + RandomInt(most);
	}
	return CollapseRows(n, x, y, w, NULL, row_point);
}

/* Homes one by one: the least misfit that any number of places allows is reached. */
static void
TestSingleHomes(void)
{
	int			n = 1 + RandomInt(300);
	PlacesPoints *p = RandomPoints(n, RandomInt(3), 1);
	double		target = 1 + RandomInt(60);
	double		low = Max(1, target - RandomInt((int) target));
	double		high = target + RandomInt(20);
	double		least = INFINITY;
	double		seen = BalancedMisfit(p, low, target, high);

	for (int k = 1; k <= n; k++)
		least = fmin(least, fmax(0, fmax(k * low - n, n - k * high)));
	CHECK(seen <= least + 1e-6, "%d homes in %g..%g: %g outside, least is %g", n, low, high, seen, least);
	FreePoints(p);
}

static int	possible = 0;
static int	missed = 0;

/* Whole points of several homes: fitting them is bin packing. */
static void
TestWholePoints(void)
{
	PlacesPoints *p = RandomPoints(2 + RandomInt(MOST_POINTS - 1), RandomInt(3), 1 + RandomInt(6));
	double		target = 3 + RandomInt(10);
	double		low = Max(1, target - RandomInt(4));
	double		high = target + RandomInt(4);
	double		least,
				seen;

	/* a block above max_homes is a place by itself, and not for the bounds */
	for (int i = 0; i < p->n; i++)
		if (p->w[i] > high)
		{
			FreePoints(p);
			return;
		}
	least = LeastMisfit(p, low, high);
	seen = BalancedMisfit(p, low, target, high);
	CHECK(seen >= least - 1e-6, "%g outside, least is %g", seen, least);
	possible += least == 0;
	missed += least == 0 && seen > 0;
	FreePoints(p);
}

/* A block above max_homes stands alone, and does not disturb the others. */
static void
TestOversizedBlock(void)
{
	double		x[41],
				y[41],
				w[41];
	int			row_point[41],
				label[41],
				with_block = 0;
	PlacesPoints *p;
	int			k;

	for (int i = 0; i < 41; i++)
	{
		x[i] = i;
		y[i] = 0;
		w[i] = 1;
	}
	x[40] = 20.5;
	w[40] = 30;
	p = CollapseRows(41, x, y, w, NULL, row_point);
	k = BalancedCluster(p, &near_ten, label);
	CHECK(k == 5, "%d", k);
	for (int i = 0; i < p->n; i++)
		with_block += label[i] == label[row_point[40]];
	CHECK(with_block == 1, "%d points share the oversized block's place", with_block);
	CHECK(fabs(BalancedMisfit(p, 9, 10, 11) - 19) < 1e-6, "all but the oversized block keep the bounds");
	FreePoints(p);
}

/* Homes in four equal clumps of 10 become these clumps. */
static void
TestClumps(void)
{
	double		x[40],
				y[40];
	int			row_point[40],
				label[40];
	PlacesPoints *p;

	for (int i = 0; i < 40; i++)
	{
		x[i] = (i % 2) * 1000 + Random();
		y[i] = (i / 2 % 2) * 1000 + Random();
	}
	p = CollapseRows(40, x, y, NULL, NULL, row_point);
	CHECK(BalancedCluster(p, &near_ten, label) == 4, "places");
	for (int i = 0; i < 40; i++)
		CHECK(label[row_point[i]] == label[row_point[i % 4]], "home %d", i);
	FreePoints(p);
}

/* Weights no landlord has must not keep it busy for ever. */
static void
TestOddWeights(void)
{
	static const double odd[] = {0, 1e-300, 1e-9, 0.1, 1, 1e9, 1e100};

	for (int trial = 0; trial < 200; trial++)
	{
		PlacesPoints *p = RandomPoints(2 + RandomInt(60), RandomInt(3), 1);

		p->homes = 0;
		p->whole = false;
		for (int i = 0; i < p->n; i++)
			p->homes += p->w[i] = odd[RandomInt(trial % 2 ? 5 : 7)];
		if (p->homes > 0)
			BalancedMisfit(p, 9, 10, 11);
		FreePoints(p);
	}
}

int
main(void)
{
	StartTests();
	TestClumps();
	TestOversizedBlock();
	for (int i = 0; i < 300; i++)
		TestSingleHomes();
	for (int i = 0; i < 1500; i++)
		TestWholePoints();
	/* the repair is a search, no proof (rounding.c): it may miss one in some 500 */
	printf("whole points: %d of %d possible divisions within the bounds missed\n", missed, possible);
	CHECK(possible > 300 && missed * 500 <= possible, "%d of %d missed", missed, possible);
	TestOddWeights();
	return FinishTests();
}
