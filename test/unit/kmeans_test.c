/*
 * kmeans_test.c
 *	  k-means ends where it should: every point nearest to its own centroid.
 */
#include "check.h"
#include "engine/kmeans/kmeans.h"
#include "engine/kmeans/seeds.h"
#include "engine/kmeans/swaps.h"

#define MOST_POINTS	500

/* kind 0: anywhere; 1: a grid; 2: a line; 3: dense and thin */
static PlacesPoints *
RandomPoints(int n, int kind)
{
	double		x[MOST_POINTS],
				y[MOST_POINTS],
				w[MOST_POINTS];
	int			row_point[MOST_POINTS];

	for (int i = 0; i < n; i++)
	{
		double		spread = kind == 3 && i % 4 ? 50 : 1000;

		x[i] = kind == 1 ? RandomInt(15) : spread * Random();
		y[i] = kind == 1 ? RandomInt(15) : kind == 2 ? 0 : spread * Random();
		w[i] = RandomInt(6) ? 1 + RandomInt(3) : 0;
	}
	return CollapseRows(n, x, y, w, NULL, row_point);
}

typedef struct Centroid
{
	double		w,
				x,
				y;
} Centroid;

static Centroid *
Centroids(const PlacesPoints *p, const int *label, int k)
{
	Centroid   *c = HostNewZero(Centroid, k);

	for (int i = 0; i < p->n; i++)
	{
		c[label[i]].w += p->w[i];
		c[label[i]].x += p->w[i] * p->x[i];
		c[label[i]].y += p->w[i] * p->y[i];
	}
	for (int j = 0; j < k; j++)
	{
		CHECK(c[j].w > 0, "place %d of %d has no homes", j, k);
		c[j].x /= c[j].w;
		c[j].y /= c[j].w;
	}
	return c;
}

static double
Squares(const PlacesPoints *p, int i, const Centroid *c)
{
	return (p->x[i] - c->x) * (p->x[i] - c->x) + (p->y[i] - c->y) * (p->y[i] - c->y);
}

static void
TestFixpoint(int kind)
{
	PlacesPoints *p = RandomPoints(1 + RandomInt(MOST_POINTS), kind);
	int		   *label = HostNew(int, p->n);
	PlacesRules rules = {.target_homes = 1 + RandomInt(60)};
	double		wanted = fmax(1, round(p->homes / rules.target_homes));
	int			heavy = 0;
	int			k;
	Centroid   *c;

	if (p->homes == 0)
		return;
	for (int i = 0; i < p->n; i++)
		heavy += p->w[i] > 0;
	k = KMeansCluster(p, &rules, label);
	CHECK(k == fmin(wanted, heavy), "k %d, wanted %g, %d points", k, wanted, heavy);
	c = Centroids(p, label, k);
	for (int i = 0; i < p->n; i++)
		for (int j = 0; j < k; j++)
			CHECK(Squares(p, i, &c[label[i]]) <= Squares(p, i, &c[j]) + 1e-4,
				  "kind %d: point %d is nearer to place %d by %g", kind, i, j,
				  Squares(p, i, &c[label[i]]) - Squares(p, i, &c[j]));
	HostFree(c);
	HostFree(label);
	FreePoints(p);
}

static double
SumOfSquares(const PlacesPoints *p, const int *label, int k)
{
	Centroid   *c = HostNewZero(Centroid, k);
	double		ss = 0;

	for (int i = 0; i < p->n; i++)
	{
		c[label[i]].w += p->w[i];
		c[label[i]].x += p->w[i] * p->x[i];
		c[label[i]].y += p->w[i] * p->y[i];
	}
	for (int i = 0; i < p->n; i++)
	{
		Centroid	mean = {c[label[i]].w, c[label[i]].x / c[label[i]].w, c[label[i]].y / c[label[i]].w};

		ss += p->w[i] * Squares(p, i, &mean);
	}
	HostFree(c);
	return ss;
}

/* Against all 3^n labellings of a few points: never below the best, seldom far above. */
static void
TestQuality(void)
{
	double		ours = 0,
				all = 0;

	for (int trial = 0; trial < 60; trial++)
	{
		PlacesPoints *p = RandomPoints(9, 0);
		int			label[9],
					best_label[9];
		double		best = INFINITY;
		int			codes = 1;
		double		ss;
		PlacesRules rules = {.target_homes = p->n / 3.0};

		p->homes = p->n;
		for (int i = 0; i < p->n; i++, codes *= 3)
			p->w[i] = 1;
		for (int code = 0; code < codes; code++)
		{
			for (int i = 0, rest = code; i < p->n; i++, rest /= 3)
				best_label[i] = rest % 3;
			ss = SumOfSquares(p, best_label, 3);
			best = fmin(best, ss);
		}
		CHECK(KMeansCluster(p, &rules, label) == 3, "k");
		ss = SumOfSquares(p, label, 3);
		CHECK(ss >= best * (1 - 1e-9), "%g is below the least, %g", ss, best);
		ours += ss;
		all += best;
		FreePoints(p);
	}
	CHECK(ours <= 1.15 * all, "%.3f times the least sum of squares", ours / all);
	printf("sum of squares %.3f times the least\n", ours / all);
}

/* A seed for each centre, within the box of the points, and about the middle for one. */
static void
TestSeeds(void)
{
	PlacesPoints *p = RandomPoints(200, 0);
	PlacesKdTree *tree = BuildKdTree(p);
	PlacesCentres *c;

	for (int k = 1; k <= p->n; k += 1 + k / 3)
	{
		c = BisectionSeeds(tree, k, 0, NULL);
		CHECK(c->k == k, "%d of %d", c->k, k);
		for (int j = 0; j < c->k; j++)
			CHECK(c->x[j] >= 0 && c->x[j] <= 1000 && c->y[j] >= 0 && c->y[j] <= 1000, "%g %g",
				  c->x[j], c->y[j]);
		FreeCentres(c);
	}
	c = BisectionSeeds(tree, p->n + 5, 0, NULL);
	CHECK(c->k == p->n, "more seeds than points: %d", c->k);
	FreeCentres(c);
	FreeKdTree(tree);
	FreePoints(p);
}

/* The sum of squares that a round reports is that of the labels it gave. */
static void
TestRoundSquares(int kind)
{
	PlacesPoints *p = RandomPoints(MOST_POINTS, kind);
	PlacesKdTree *tree = BuildKdTree(p);
	PlacesCentres *c = VarianceSeeds(tree, 7);
	PlacesLloyd *lloyd = NewLloyd(tree, c->k, 1e-9);
	int		   *label = HostNew(int, p->n);
	int		   *source = HostNew(int, p->n);
	double		ss,
				plain;

	AssignPass(tree, c, label, NULL);
	for (int i = 0; i < p->n; i++)
		source[tree->point[i]] = label[i];
	plain = SumOfSquares(p, source, c->k);
	LloydRound(lloyd, c, &ss);
	CHECK(fabs(ss - plain) <= 1e-9 * lloyd->total, "%g %g", ss, plain);
	HostFree(label);
	HostFree(source);
	FreeLloyd(lloyd);
	FreeCentres(c);
	FreeKdTree(tree);
	FreePoints(p);
}

/*
 * Five towns in a row, two centres in the first, one between the last two:
 * Lloyd's iteration stays there, a swap gets out, to a centre for each town.
 */
static void
TestSwap(void)
{
	double		x[100],
				y[100];
	int			row_point[100];
	PlacesPoints *p;
	PlacesKdTree *tree;
	PlacesCentres *c = NewCentres(5);
	PlacesLloyd *lloyd;
	double		before,
				after;

	for (int i = 0; i < 100; i++)
	{
		x[i] = i % 5 * 10000 + 100 * Random();
		y[i] = 100 * Random();
	}
	p = CollapseRows(100, x, y, NULL, NULL, row_point);
	tree = BuildKdTree(p);
	lloyd = NewLloyd(tree, 5, 1e-9);
	c->x[1] = 100;
	c->x[2] = 10000;
	c->x[3] = 20000;
	c->x[4] = 35000;
	before = LloydRounds(lloyd, c, 100);
	CHECK(before > 9e8, "%g", before);
	SwapCentres(lloyd, c);
	after = LloydRounds(lloyd, c, 100);
	CHECK(after < 1e6, "%g", after);
	FreeLloyd(lloyd);
	FreeCentres(c);
	FreeKdTree(tree);
	FreePoints(p);
}

/* Centres that nobody is nearest to all find use at once, not in a round each. */
static void
TestUnused(void)
{
	PlacesPoints *p = RandomPoints(MOST_POINTS, 0);
	PlacesKdTree *tree = BuildKdTree(p);
	PlacesCentres *c = NewCentres(150);
	PlacesLloyd *lloyd = NewLloyd(tree, c->k, 1e-9);

	for (int j = 0; j < c->k; j++)
		c->x[j] = c->y[j] = 500;
	(void) LloydRounds(lloyd, c, c->k / 2);
	for (int j = 0; j < c->k; j++)
		CHECK(lloyd->sums->w[j] > 0, "centre %d has no homes", j);
	FreeLloyd(lloyd);
	FreeCentres(c);
	FreeKdTree(tree);
	FreePoints(p);
}

int
main(void)
{
	StartTests();
	for (int trial = 0; trial < 60; trial++)
		for (int kind = 0; kind < 4; kind++)
			TestFixpoint(kind);
	for (int kind = 0; kind < 4; kind++)
		TestRoundSquares(kind);
	TestQuality();
	TestSeeds();
	TestSwap();
	TestUnused();
	return FinishTests();
}
