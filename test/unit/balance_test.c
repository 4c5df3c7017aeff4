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

/* ---- sums of squares ---- */

/* Sums over the points of a place, of which its sum of squares follows. */
typedef struct Moments
{
	double		w,
				x,
				y,
				xx;
} Moments;

static void
Count(Moments *m, const PlacesPoints *p, int i, double sign)
{
	double		w = sign * p->w[i];

	m->w += w;
	m->x += w * p->x[i];
	m->y += w * p->y[i];
	m->xx += w * (p->x[i] * p->x[i] + p->y[i] * p->y[i]);
}

static double
SquaresOf(const Moments *m)
{
	return m->w > 0 ? m->xx - (m->x * m->x + m->y * m->y) / m->w : 0;
}

static double
SumOfSquares(const PlacesPoints *p, const int *label, int k)
{
	Moments    *m = HostNewZero(Moments, k);
	double		ss = 0;

	for (int i = 0; i < p->n; i++)
		Count(&m[label[i]], p, i, 1);
	for (int j = 0; j < k; j++)
		ss += SquaresOf(&m[j]);
	HostFree(m);
	return ss;
}

typedef struct Search
{
	const PlacesPoints *points;
	int			k;
	double		low,
				high;
	Moments		place[5];
	double		best;
} Search;

/* Every division into k places of low to high homes. */
static void
TryAll(Search *s, int i, int used, double ss)
{
	if (ss >= s->best || s->k - used > s->points->n - i)
		return;
	if (i == s->points->n)
	{
		for (int j = 0; j < s->k; j++)
			if (s->place[j].w < s->low)
				return;
		s->best = ss;
		return;
	}
	for (int j = 0; j <= used && j < s->k; j++)
	{
		Moments		before = s->place[j];

		Count(&s->place[j], s->points, i, 1);
		if (s->place[j].w <= s->high)
			TryAll(s, i + 1, Max(used, j + 1), ss - SquaresOf(&before) + SquaresOf(&s->place[j]));
		s->place[j] = before;
	}
}

/* Of a few points the places are the best of all in 95 of 100 cases. */
static void
TestOptimum(int most)
{
	int			cases = 0;
	int			best = 0;

	while (cases < 100)
	{
		PlacesPoints *p = RandomPoints(5 + RandomInt(9), 0, most);
		double		target = (2 + 3 * Random()) * (1 + most) / 2;
		double		share = RandomInt(2) ? 0.25 : 0.5;
		PlacesRules rules = {.target_homes = target, .min_homes = Max(1, ceil(target * (1 - share))),
		.max_homes = floor(target * (1 + share))};
		int		   *label = HostNew(int, p->n);
		Search		s = {.points = p, .low = rules.min_homes, .high = rules.max_homes, .best = INFINITY};

		s.k = BalancedCluster(p, &rules, label);
		if (s.k <= 5)
			TryAll(&s, 0, 0, 0);
		if (!isinf(s.best))		/* the bounds can be kept */
		{
			double		ss = SumOfSquares(p, label, s.k);

			CHECK(ss >= s.best * (1 - 1e-9) || BalancedMisfit(p, s.low, target, s.high) > 0,
				  "%g is below the least, %g", ss, s.best);
			cases++;
			best += ss <= s.best * (1 + 1e-9);
		}
		HostFree(label);
		FreePoints(p);
	}
	printf("up to %d homes a point: %d of %d are the optimum\n", most, best, cases);
	CHECK(best >= 95, "%d of %d", best, cases);
}

/* Towns of different size and density in the country. */
static PlacesPoints *
Towns(int n, double turn)
{
	double	   *x = HostNew(double, n);
	double	   *y = HostNew(double, n);
	int		   *row_point = HostNew(int, n);
	PlacesPoints *p;

	for (int i = 0; i < n; i++)
	{
		int			town = i % 7 * (i % 5) % 9;
		double		spread = town == 0 ? 20000 : 300 + 200 * town;
		double		a = spread * (Random() + Random() - 1) + 3000 * (town * 5 % 9);
		double		b = spread * (Random() + Random() - 1) + 3000 * (town * town % 7);

		x[i] = cos(turn) * a - sin(turn) * b;
		y[i] = sin(turn) * a + cos(turn) * b;
	}
	p = CollapseRows(n, x, y, NULL, NULL, row_point);
	HostFree(x);
	HostFree(y);
	HostFree(row_point);
	return p;
}

/* Which way is north hardly matters to the sum of squares. */
static void
TestTurned(void)
{
	static const PlacesRules rules = {.target_homes = 150, .min_homes = 135, .max_homes = 165};
	double		least = INFINITY;
	double		most = 0;

	for (int turn = 0; turn < 12; turn++)
	{
		PlacesPoints *p;
		int		   *label;
		double		ss;
		int			k;

		random_state = 5;
		p = Towns(3000, turn * M_PI / 6);
		label = HostNew(int, p->n);
		k = BalancedCluster(p, &rules, label);
		ss = SumOfSquares(p, label, k);
		least = Min(least, ss);
		most = Max(most, ss);
		HostFree(label);
		FreePoints(p);
	}
	printf("turned: sums of squares within %.2f %% of the least\n", 100 * (most / least - 1));
	CHECK(most <= 1.02 * least, "%g .. %g", least, most);
}

/* The rules' number of places, whatever the bounds say. */
static void
TestCount(void)
{
	PlacesPoints *p = RandomPoints(120, 0, 1);
	int			label[120];

	for (int k = 1; k <= 130; k += 1 + k / 4)
	{
		PlacesRules rules = {.target_homes = 10, .min_homes = 9, .max_homes = 11, .k = k};
		int			size[121] = {0};
		int			found = BalancedCluster(p, &rules, label);

		CHECK(found == Min(k, p->n), "%d of %d", found, k);
		for (int i = 0; i < p->n; i++)
			size[label[i]]++;
		for (int j = 0; j < found; j++)
			CHECK(size[j] > 0, "place %d of %d has no homes", j, found);
	}
	/* an oversized block is one of them */
	p->w[60] = 1000;
	p->homes += 999;
	for (int k = 2; k < 20; k++)
	{
		PlacesRules rules = {.target_homes = 10, .min_homes = 9, .max_homes = 11, .k = k};

		CHECK(BalancedCluster(p, &rules, label) == k, "k = %d", k);
		for (int i = 0; i < p->n; i++)
			CHECK(k == 2 || i == 60 || label[i] != label[60], "the block is not alone");
	}
	FreePoints(p);
}

/* Of answers that miss the minimum by the same, the one that keeps most: 11 + 11 + 8, not 10 + 10 + 10. */
static void
TestShortfall(void)
{
	static const PlacesRules rules = {.target_homes = 12, .min_homes = 11, .max_homes = 13};
	PlacesPoints *p = RandomPoints(30, 0, 1);
	int			label[30];
	int			size[3] = {0};
	int			kept = 0;

	CHECK(BalancedCluster(p, &rules, label) == 3, "places");
	for (int i = 0; i < 30; i++)
		size[label[i]]++;
	for (int j = 0; j < 3; j++)
		kept += size[j] >= 11 ? size[j] : 0;
	CHECK(kept == 22, "%d + %d + %d", size[0], size[1], size[2]);
	FreePoints(p);
}

int
main(void)
{
	StartTests();
	TestOptimum(1);
	TestOptimum(4);
	TestTurned();
	TestCount();
	TestShortfall();
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
