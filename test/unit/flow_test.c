/*
 * flow_test.c
 *	  The assignment under size bounds: the optimum, by trying everything, and
 *	  on larger problems by the optimality conditions of linear programming.
 */
#include "check.h"
#include "engine/balanced/alternation.h"
#include "engine/kmeans/seeds.h"

#define MOST_HOMES	10
#define MOST_WORK	2			/* nodes settled, for each point, by a flow */

static PlacesPoints *
NewPoints(int n)
{
	PlacesPoints *p = HostNewZero(PlacesPoints, 1);

	p->n = n;
	p->x = HostNew(double, n);
	p->y = HostNew(double, n);
	p->w = HostNew(double, n);
	return p;
}

static double
SquaredDistance(const PlacesKdTree *tree, const PlacesCentres *c, int i, int j)
{
	return ((tree->x[i] - c->x[j]) * (tree->x[i] - c->x[j]) +
			(tree->y[i] - c->y[j]) * (tree->y[i] - c->y[j]));
}

static double
FlowCost(const PlacesKdTree *tree, const PlacesCentres *c, const PlacesFlow *flow)
{
	double		cost = 0;

	for (int i = 0; i < flow->npieces; i++)
		cost += flow->pieces[i].amount *
			SquaredDistance(tree, c, flow->pieces[i].point, flow->pieces[i].place);
	return cost;
}

/* ---- everything tried ---- */

typedef struct Trial
{
	const PlacesKdTree *tree;
	const PlacesCentres *centres;
	int			homes[MOST_HOMES];	/* the point of each home */
	int			nhomes;
	double		low,
				high;
	double		size[MOST_HOMES];
	double		best;
} Trial;

static void
TryHome(Trial *t, int home, double cost)
{
	if (cost >= t->best)
		return;
	if (home == t->nhomes)
	{
		for (int j = 0; j < t->centres->k; j++)
			if (t->size[j] < t->low)
				return;
		t->best = cost;
		return;
	}
	for (int j = 0; j < t->centres->k; j++)
		if (t->size[j] + 1 <= t->high)
		{
			t->size[j]++;
			TryHome(t, home + 1, cost + SquaredDistance(t->tree, t->centres, t->homes[home], j));
			t->size[j]--;
		}
}

/* The least cost with homes one by one: with whole bounds dividing them further gains nothing. */
static double
PlainCost(const PlacesKdTree *tree, const PlacesCentres *c, double low, double high)
{
	Trial		t = {.tree = tree, .centres = c, .low = low, .high = high, .best = INFINITY};

	for (int i = 0; i < tree->n; i++)
		for (int h = 0; h < tree->w[i]; h++)
			t.homes[t.nhomes++] = i;
	TryHome(&t, 0, 0);
	return t.best;
}

/* kind 0: anywhere; 1: a 3 x 3 grid, ties everywhere; 2: a line; 3: points of several homes */
static void
TestSmall(int kind)
{
	int			homes = 1 + RandomInt(MOST_HOMES);
	int			k = 1 + RandomInt(Min(homes, 4));
	int			low = RandomInt(homes / k + 1);
	int			high = (homes + k - 1) / k + RandomInt(3);
	PlacesPoints *p = NewPoints(homes);
	PlacesCentres *c = NewCentres(k);
	PlacesKdTree *tree;
	PlacesFlow *flow;
	double		plain;

	for (int left = homes, i = 0; left > 0; i++)
	{
		p->x[i] = kind == 1 ? RandomInt(3) : 100 * Random();
		p->y[i] = kind == 1 ? RandomInt(3) : kind == 2 ? 0 : 100 * Random();
		p->w[i] = kind == 3 ? 1 + RandomInt(left) : 1;
		left -= (int) p->w[i];
		p->n = i + 1;
	}
	for (int j = 0; j < k; j++)
	{
		c->x[j] = kind == 1 ? RandomInt(3) : 100 * Random();
		c->y[j] = kind == 1 ? RandomInt(3) : kind == 2 ? 0 : 100 * Random();
		if (RandomInt(2))
			c->price[j] = 2000 * (Random() - 0.5);
	}
	tree = BuildKdTree(p);
	plain = PlainCost(tree, c, low, high);
	flow = SolveFlow(tree, c, low, high, true);
	CHECK(fabs(FlowCost(tree, c, flow) - plain) <= 1e-9 * (1 + plain),
		  "kind %d, %d homes, k %d, %d..%d: cost %.12g, least %.12g", kind, homes, k, low, high,
		  FlowCost(tree, c, flow), plain);
	FreeFlow(flow);
	FreeKdTree(tree);
	FreeCentres(c);
	FreePoints(p);
}

/* ---- the conditions that prove an optimum ---- */

static void
CheckOptimal(const PlacesKdTree *tree, const PlacesCentres *c, const PlacesFlow *flow,
			 double low, double high)
{
	double	   *size = HostNewZero(double, c->k);
	double	   *given = HostNewZero(double, tree->n);
	double		tiny = 1e-6 * (1 + tree->nodes[0].w / c->k);
	double		homes = 0;
	double		unit = 1;		/* homes move in these: see ChooseUnit */

	for (int i = 0; i < tree->n; i++)
		if (tree->w[i] != floor(tree->w[i]))
			unit = exp2(floor(log2(tree->nodes[0].w / c->k)) - 12);
	for (int p = 0; p < flow->npieces; p++)
		homes += flow->pieces[p].amount;
	low = Min(ceil(low / unit), floor(homes / unit / c->k)) * unit;
	high = Max(floor(high / unit), ceil(homes / unit / c->k)) * unit;

	for (int p = 0; p < flow->npieces; p++)
	{
		const PlacesPiece *piece = &flow->pieces[p];
		double		here = SquaredDistance(tree, c, piece->point, piece->place) + c->price[piece->place];

		CHECK(piece->amount >= 0, "%g", piece->amount);
		size[piece->place] += piece->amount;
		given[piece->point] += piece->amount;
		for (int j = 0; j < c->k && piece->amount > 0; j++)
		{
			double		there = SquaredDistance(tree, c, piece->point, j) + c->price[j];

			CHECK(here <= there + 1e-8 * (1e6 + fabs(here)), "a piece is %g cheaper elsewhere", here - there);
		}
	}
	for (int i = 0; i < tree->n; i++)
		CHECK(unit == 1 ? given[i] == tree->w[i] : fabs(given[i] - tree->w[i]) <= unit,
			  "%g of %g", given[i], tree->w[i]);
	for (int j = 0; j < c->k; j++)
	{
		CHECK(size[j] >= low - tiny && size[j] <= high + tiny, "%g not in %g..%g", size[j], low, high);
		if (c->price[j] > 1e-3)
			CHECK(size[j] >= high - tiny, "price %g at %g of %g", c->price[j], size[j], high);
		if (c->price[j] < -1e-3)
			CHECK(size[j] <= low + tiny, "price %g at %g of %g", c->price[j], size[j], low);
	}
	HostFree(size);
	HostFree(given);
}

/* Every point's pieces are one ring. */
static void
CheckRings(const PlacesKdTree *tree, const PlacesFlow *flow)
{
	int			seen = 0;

	for (int i = 0; i < tree->n; i++)
	{
		int			at = i;

		do
		{
			CHECK(flow->pieces[at].point == i, "piece %d is of point %d", at, flow->pieces[at].point);
			at = flow->pieces[at].sibling;
			seen++;
		} while (at != i && seen <= flow->npieces);
	}
	CHECK(seen == flow->npieces, "%d of %d pieces", seen, flow->npieces);
}

static double
CheckSolved(const PlacesKdTree *tree, PlacesCentres *c, double low, double high)
{
	PlacesFlow *flow = SolveFlow(tree, c, low, high, true);
	double		cost = FlowCost(tree, c, flow);

	CheckOptimal(tree, c, flow, low, high);
	CheckRings(tree, flow);
	FreeFlow(flow);
	return cost;
}

/* A tree of the rows, some of which may stand on one spot; frees them. */
static PlacesKdTree *
TreeOfRows(PlacesPoints *rows)
{
	int		   *row_point = HostNew(int, rows->n);
	PlacesPoints *distinct = CollapseRows(rows->n, rows->x, rows->y, rows->w, NULL, row_point);
	PlacesKdTree *tree = BuildKdTree(distinct);

	FreePoints(distinct);
	FreePoints(rows);
	HostFree(row_point);
	return tree;
}

/* kind 0: anywhere; 1: a grid; 2: a line; 3: dense and thin; 4: a few places only. weights 0: one; 1: whole; 2: fractional */
static PlacesKdTree *
LargerTree(int n, int kind, int weights)
{
	PlacesPoints *p = NewPoints(n);

	for (int i = 0; i < n; i++)
	{
		double		spread = kind == 3 && i % 4 ? 30 : 1000;

		p->x[i] = kind == 1 ? 50 * RandomInt(20) : kind == 4 ? RandomInt(6) : spread * Random();
		p->y[i] = kind == 1 ? 50 * RandomInt(20) : kind == 4 ? RandomInt(6) : kind == 2 ? 0 : spread * Random();
		p->w[i] = weights == 0 ? 1 : weights == 1 ? RandomInt(6) : 3 * Random();
	}
	return TreeOfRows(p);
}

static void
TestLarger(int kind, int weights)
{
	int			n = 30 + RandomInt(400);
	int			k = 1 + RandomInt(20);
	PlacesKdTree *tree = LargerTree(n, kind, weights);
	double		mean = tree->nodes[0].w / k;
	double		low = mean * (RandomInt(3) ? 0.5 * (1 + Random()) : 1);
	double		high = RandomInt(4) ? mean * (1 + Random()) : INFINITY;
	PlacesCentres *c = NewCentres(k);
	double		cold,
				warm;

	if (weights < 2)
	{
		low = floor(low);
		high = ceil(high);
	}
	for (int j = 0; j < k; j++)
	{
		/* some centres coincide, some are far off */
		c->x[j] = j % 5 == 4 ? c->x[j - 1] : 1000 * Random() + (j % 7 == 6 ? 5000 : 0);
		c->y[j] = j % 5 == 4 ? c->y[j - 1] : kind == 2 ? 0 : 1000 * Random();
	}
	cold = CheckSolved(tree, c, low, high);
	for (int j = 0; j < k; j++)
		c->price[j] += 1e5 * (Random() - 0.5);
	warm = CheckSolved(tree, c, low, high);
	CHECK(fabs(cold - warm) <= 1e-8 * (1 + cold), "cost %.12g from no prices, %.12g from others", cold, warm);
	FreeCentres(c);
	FreeKdTree(tree);
}

/* A point of several homes is divided where that is cheapest. */
static void
TestDivided(void)
{
	double		x[] = {0, 10};
	double		y[] = {0, 0};
	double		w[] = {4, 2};
	PlacesPoints p = {.n = 2, .x = x, .y = y, .w = w, .homes = 6, .whole = true};
	PlacesKdTree *tree = BuildKdTree(&p);
	PlacesCentres *c = NewCentres(2);
	double		cost;

	c->x[1] = 10;
	cost = CheckSolved(tree, c, 3, 3);
	CHECK(cost == 100, "one home goes 10 m: %g", cost);
	CHECK(c->price[0] - c->price[1] == 100, "%g", c->price[0] - c->price[1]);
	FreeCentres(c);
	FreeKdTree(tree);
}

/* kind 0: anywhere; 1: twenty copies of each home on a line, 3 m apart; 2: one home far away;
 * 3: half of them in a tower; 4: distances and weights of every scale */
static PlacesKdTree *
HardTree(int n, int kind)
{
	PlacesPoints *p = NewPoints(n);
	double		x = 0;
	double		y = 0;

	for (int i = 0; i < n; i++)
	{
		int			copy = i % 20;
		double		scale = exp(14 * Random() - 7);

		if (kind != 1 || copy == 0)
		{
			x = floor(10000 * Random());
			y = floor(10000 * Random());
		}
		p->x[i] = kind == 1 ? x + 3 * copy : kind == 3 && i % 2 ? 5 * Random() : kind == 4 ? scale * x : x;
		p->y[i] = kind == 1 ? y + i / 20 * copy % 17 : kind == 3 && i % 2 ? 5 * Random() : kind == 4 ? scale * y : y;
		p->w[i] = kind == 4 ? scale : 1;
	}
	if (kind == 2)
		p->x[0] = p->y[0] = 1e8;
	return TreeOfRows(p);
}

/* Work, counted and not timed, stays within that of a few passes over the points. */
static void
TestWork(int kind)
{
	int			n = 8000;
	int			k = 100;
	PlacesKdTree *tree = HardTree(n, kind);
	PlacesCentres *c = BisectionSeeds(tree, k, 0, NULL);
	double		mean = tree->nodes[0].w / k;
	double		work = 0;

	for (int round = 0; round < 6; round++)
	{
		PlacesFlow *flow = AlternateFlow(tree, c, 0.9 * mean, 1.1 * mean, 1, 0, true);

		work += flow->work;
		CHECK(flow->passes <= 8, "kind %d: %d passes", kind, flow->passes);
		MoveCentres(tree, flow, c, 1.7);
		FreeFlow(flow);
	}
	printf("kind %d: %.2f nodes settled for each point and round\n", kind, work / n / 6);
	CHECK(work <= 6 * MOST_WORK * n, "kind %d: %g nodes settled", kind, work);
	FreeCentres(c);
	FreeKdTree(tree);
}

int
main(void)
{
	StartTests();
	for (int kind = 0; kind < 5; kind++)
		TestWork(kind);
	TestDivided();
	for (int trial = 0; trial < 300; trial++)
		for (int kind = 0; kind < 4; kind++)
			TestSmall(kind);
	for (int trial = 0; trial < 15; trial++)
		for (int kind = 0; kind < 5; kind++)
			for (int weights = 0; weights < 3; weights++)
				TestLarger(kind, weights);
	return FinishTests();
}
