/*
 * spanning_tree_test.c
 *	  The spanning tree against Prim's, the gap against every edge taken out, and
 *	  gaps that are known by hand.
 */
#include "check.h"
#include "engine/base/spanning_tree.h"
#include "engine/engine.h"

#define MOST_POINTS	300

typedef struct Cloud
{
	int			n;
	double		x[MOST_POINTS];
	double		y[MOST_POINTS];
	double		w[MOST_POINTS];
} Cloud;

/* kind 0: anywhere; 1: a coarse grid with repeats; 2: a line; 3: two clumps far apart; 4: one spot; 5: a ring */
static Cloud
RandomCloud(int n, int kind)
{
	Cloud		c = {.n = n};

	for (int i = 0; i < n; i++)
	{
		c.x[i] = kind == 1 ? RandomInt(12) : kind == 4 ? 5 : 1000 * Random();
		c.y[i] = kind == 1 ? RandomInt(12) : kind == 4 ? 5 : kind == 2 ? 0 : 1000 * Random();
		if (kind == 3 && i % 2)
			c.x[i] += 1e6;
		if (kind == 5)
		{
			c.y[i] = 1000 * sin(c.x[i]);
			c.x[i] = 1000 * cos(c.x[i]);
		}
		c.w[i] = RandomInt(5) ? 1 + RandomInt(4) : 0;
	}
	return c;
}

static double
Square(const Cloud *c, int i, int j)
{
	double		dx = c->x[i] - c->x[j];
	double		dy = c->y[i] - c->y[j];

	return dx * dx + dy * dy;
}

static int
CompareEdges(const void *a, const void *b)
{
	double		p = ((const PlacesTreeEdge *) a)->square;
	double		q = ((const PlacesTreeEdge *) b)->square;

	return p < q ? -1 : p > q;
}

/* Prim's tree, its edges by length. */
static void
PlainTree(const Cloud *c, PlacesTreeEdge *edge)
{
	double		square[MOST_POINTS];
	int			from[MOST_POINTS] = {0};

	for (int i = 1; i < c->n; i++)
		square[i] = Square(c, 0, i);
	for (int e = 0; e < c->n - 1; e++)
	{
		int			next = -1;

		for (int i = 1; i < c->n; i++)
			if (from[i] >= 0 && (next < 0 || square[i] < square[next]))
				next = i;
		edge[e] = (PlacesTreeEdge) {from[next], next, square[next]};
		from[next] = -1;
		for (int i = 1; i < c->n; i++)
			if (from[i] >= 0 && Square(c, next, i) < square[i])
			{
				square[i] = Square(c, next, i);
				from[i] = next;
			}
	}
	SortItems(edge, c->n - 1, sizeof(PlacesTreeEdge), CompareEdges);
}

/* The weight on the side of an edge's first end when the edge is out. */
static double
WeightAside(const Cloud *c, const PlacesTreeEdge *edge, int out, bool *aside)
{
	double		sum = 0;
	bool		grows = true;

	memset(aside, 0, MOST_POINTS);
	aside[edge[out].a] = true;
	while (grows)
	{
		grows = false;
		for (int e = 0; e < c->n - 1; e++)
			if (e != out && aside[edge[e].a] != aside[edge[e].b])
				aside[edge[e].a] = aside[edge[e].b] = grows = true;
	}
	for (int i = 0; i < c->n; i++)
		sum += aside[i] ? c->w[i] : 0;
	return sum;
}

/* The gap of a tree, by taking out every edge. */
static double
PlainGap(const Cloud *c, const PlacesTreeEdge *edge)
{
	double		sum = 0;
	double		gap = 0;
	bool		aside[MOST_POINTS];

	for (int i = 0; i < c->n; i++)
		sum += c->w[i];
	for (int e = 0; e < c->n - 1; e++)
	{
		double		part = WeightAside(c, edge, e, aside);

		if (part >= 0.1 * sum && sum - part >= 0.1 * sum)
			gap = fmax(gap, sqrt(edge[e].square));
	}
	return gap;
}

static void
TestAgainstPlain(void)
{
	PlacesTreeEdge edge[MOST_POINTS];
	PlacesTreeEdge plain[MOST_POINTS];
	int			side[MOST_POINTS];

	for (int trial = 0; trial < 400; trial++)
	{
		Cloud		c = RandomCloud(1 + RandomInt(trial % 10 ? 40 : MOST_POINTS), trial % 6);
		double		sum = 0;
		double		part = 0;
		double		gap;

		CHECK(SpanningTree(c.n, c.x, c.y, edge) == c.n - 1, "%d points", c.n);
		for (int i = 0; i < c.n; i++)
			sum += c.w[i];
		if (sum <= 0)
			c.w[0] = sum = 1;
		gap = CutTree(c.n, c.w, edge, side);
		CHECK(gap == PlainGap(&c, edge), "%g, not %g", gap, PlainGap(&c, edge));
		for (int i = 0; i < c.n; i++)
			part += side[i] ? c.w[i] : 0;
		CHECK(gap == 0 || (part >= 0.1 * sum && part <= 0.9 * sum), "%g of %g", part, sum);
		SortItems(edge, c.n - 1, sizeof(PlacesTreeEdge), CompareEdges);
		PlainTree(&c, plain);
		for (int e = 0; e < c.n - 1; e++)
			CHECK(edge[e].square == plain[e].square, "edge %d of %d: %g, not %g", e, c.n,
				  edge[e].square, plain[e].square);
	}
}

/* Towns of so many homes 5 m apart on a road, each 1 km after the last; the gap, each home of weight w. */
static double
GapOfTowns(int towns, const int *homes, double w)
{
	Cloud		c = {0};

	for (int t = 0; t < towns; t++)
		for (int i = 0; i < homes[t]; i++)
		{
			c.x[c.n] = (c.n ? c.x[c.n - 1] : 0) + (i ? 5 : t ? 1000 : 0);
			c.w[c.n++] = w;
		}
	CHECK(w != 1 || WidestGap(c.n, c.x, c.y, c.w, NULL, NULL) == WidestGap(c.n, c.x, c.y, NULL, NULL, NULL),
		  "no weights are weights of one");
	return WidestGap(c.n, c.x, c.y, c.w, NULL, NULL);
}

static void
TestKnownGaps(void)
{
	static const double same[] = {7, 7, 7};
	static const double apart[] = {0, 5, 600};
	static const double last_heavy[] = {45, 44, 11};
	static const double last_light[] = {45, 46, 9};
	static const double nothing[] = {0, 0, 0};

	CHECK(GapOfTowns(2, (int[]) {60, 40}, 1) == 1000, "two towns");
	CHECK(GapOfTowns(2, (int[]) {91, 9}, 1) == 5, "a hamlet of 9 in 100 is no part");
	CHECK(GapOfTowns(2, (int[]) {90, 10}, 1) == 1000, "one of 10 is");
	CHECK(GapOfTowns(2, (int[]) {90, 10}, 0.1) == 1000, "whatever a home weighs");
	CHECK(GapOfTowns(3, (int[]) {6, 88, 6}, 1) == 5, "nor are two of 6, each for itself");
	CHECK(GapOfTowns(3, (int[]) {6, 6, 88}, 1) == 1000, "but behind each other they are");
	CHECK(WidestGap(1, apart, apart, same, NULL, NULL) == 0, "one point");
	CHECK(WidestGap(3, same, same, same, NULL, NULL) == 0, "one spot");
	CHECK(WidestGap(3, apart, same, last_heavy, NULL, NULL) == 595, "a block of 11 in 100 is a part");
	CHECK(WidestGap(3, apart, same, last_light, NULL, NULL) == 5, "a block of 9 is none");
	CHECK(WidestGap(3, apart, same, nothing, NULL, NULL) == 595, "points of no weight count one each");
}

/* Long lines, large grids and many repeats end soon (the test's own limit). */
static void
TestLarge(void)
{
	int			n = 200000;
	double	   *x = HostNew(double, n);
	double	   *y = HostNew(double, n);
	PlacesTreeEdge *edge = HostNew(PlacesTreeEdge, n);

	for (int kind = 0; kind < 4; kind++)
	{
		double		length = 0;

		for (int i = 0; i < n; i++)
		{
			x[i] = kind == 0 ? i : kind == 1 ? i / 400 : kind == 2 ? i / 50000 : i / 1000;
			y[i] = kind == 0 ? 0 : kind == 1 ? i % 400 : kind == 2 ? 0 : 3000 * (i % 1000);
		}
		SpanningTree(n, x, y, edge);
		for (int e = 0; e < n - 1; e++)
			length += sqrt(edge[e].square);
		CHECK(length == (kind == 2 ? 3 : kind == 3 ? 199 * 1000 + 999 * 3000 : n - 1), "kind %d: %g", kind, length);
	}
	HostFree(x);
	HostFree(y);
	HostFree(edge);
}

/* The engine tells the gap, and the rule whether it is too wide. */
static void
TestRule(void)
{
	double		x[40];
	double		y[40] = {0};
	PlacesRules rules = {.method = METHOD_KMEANS, .target_homes = 40, .min_homes = 40,
	.max_homes = INFINITY, .max_radius = INFINITY, .max_gap = 600};
	PlacesSolution *s;

	for (int i = 0; i < 40; i++)
		x[i] = i % 4 ? i : 700 + i;
	s = SolvePlaces(PlainRows(40, x, y, NULL, false), &rules);
	CHECK(s->k == 1 && s->places[0].gap == 700 - 39 && s->places[0].reasons == IN_PARTS,
		  "%d places, gap %g, reasons %d", s->k, s->places[0].gap, s->places[0].reasons);
	rules.max_gap = 700 - 39;
	CHECK(SolvePlaces(PlainRows(40, x, y, NULL, false), &rules)->places[0].reasons == 0, "a gap as wide as may be");
	rules.max_gap = INFINITY;
	s = SolvePlaces(PlainRows(40, x, y, NULL, false), &rules);
	CHECK(s->places[0].reasons == 0 && isnan(s->places[0].gap), "no rule, nothing measured");
	MeasureGaps(s);
	CHECK(s->places[0].gap == 700 - 39, "but when asked for");
}

int
main(void)
{
	StartTests();
	TestAgainstPlain();
	TestKnownGaps();
	TestLarge();
	TestRule();
	return FinishTests();
}
