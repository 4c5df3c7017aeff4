/*
 * kdtree_test.c
 *	  The filtering pass, the search for neighbours and circle queries against
 *	  plain scans.
 */
#include "check.h"
#include "engine/base/kdtree_search.h"
#include "engine/kmeans/filtering.h"

#define MOST_POINTS	1500
#define MOST_CENTRES 40

/* kind 0: anywhere; 1: a coarse grid with repeats; 2: a line; 3: two clumps far apart; 4: one point */
static PlacesPoints *
RandomPoints(int n, int kind)
{
	PlacesPoints *p = HostNewZero(PlacesPoints, 1);

	p->n = n;
	p->x = HostNew(double, n);
	p->y = HostNew(double, n);
	p->w = HostNew(double, n);
	for (int i = 0; i < n; i++)
	{
		p->x[i] = kind == 1 ? RandomInt(8) : kind == 4 ? 5 : 1000 * Random();
		p->y[i] = kind == 1 ? RandomInt(8) : kind == 4 ? 5 : kind == 2 ? 0 : 1000 * Random();
		if (kind == 3 && i % 2)
			p->x[i] += 1e6;
		p->w[i] = RandomInt(5) ? 1 + RandomInt(4) : 0;
		p->homes += p->w[i];
	}
	return p;
}

static PlacesCentres *
RandomCentres(const PlacesPoints *p, int k, double prices)
{
	PlacesCentres *c = NewCentres(k);

	for (int j = 0; j < k; j++)
	{
		int			at = RandomInt(p->n);

		c->x[j] = p->x[at] + (j % 3 ? 100 * Random() : 0);
		c->y[j] = p->y[at] + (j % 3 ? 100 * Random() : 0);
		c->price[j] = prices * (Random() - 0.5);
	}
	return c;
}

static double
PowerDistance(const PlacesKdTree *tree, const PlacesCentres *c, int i, int j)
{
	double		dx = tree->x[i] - c->x[j];
	double		dy = tree->y[i] - c->y[j];

	return dx * dx + dy * dy + c->price[j];
}

/* A node and all below it: their boxes, sums and ranges. */
static void
CheckNode(const PlacesKdTree *tree, int at)
{
	const PlacesKdNode *node = &tree->nodes[at];
	double		w = 0;

	for (int i = node->begin; i < node->end; i++)
	{
		w += tree->w[i];
		CHECK(tree->x[i] >= node->xmin && tree->x[i] <= node->xmax &&
			  tree->y[i] >= node->ymin && tree->y[i] <= node->ymax, "outside the box");
	}
	CHECK(w == node->w, "%g %g", w, node->w);
	if (node->child == 0)
		return;
	CHECK(tree->nodes[node->child].begin == node->begin &&
		  tree->nodes[node->child].end == tree->nodes[node->child + 1].begin &&
		  tree->nodes[node->child + 1].end == node->end, "children of node %d", at);
	CheckNode(tree, node->child);
	CheckNode(tree, node->child + 1);
}

static void
CheckTree(const PlacesKdTree *tree, const PlacesPoints *p)
{
	int		   *times = HostNewZero(int, p->n);

	CHECK(tree->n == p->n, "%d", tree->n);
	for (int i = 0; i < p->n; i++)
	{
		int			s = tree->point[i];

		times[s]++;
		CHECK(tree->x[i] == p->x[s] && tree->y[i] == p->y[s] && tree->w[i] == p->w[s], "point %d", i);
	}
	for (int i = 0; i < p->n; i++)
		CHECK(times[i] == 1, "point %d is in the tree %d times", i, times[i]);
	CheckNode(tree, 0);
	HostFree(times);
}

static void
CheckPass(const PlacesKdTree *tree, const PlacesCentres *c)
{
	int		   *label = HostNew(int, tree->n);
	int		   *runner = HostNew(int, tree->n);
	PlacesSums *sums = NewSums(c->k);
	PlacesSums *plain = NewSums(c->k);
	PlacesPassMemory *memory = NewPassMemory(tree, c->k);

	AssignPass(tree, c, label, runner);
	SumPass(memory, c, sums);
	for (int i = 0; i < tree->n; i++)
	{
		double		least = INFINITY;
		double		scale = 1e-12;

		for (int j = 0; j < c->k; j++)
		{
			least = fmin(least, PowerDistance(tree, c, i, j));
			scale = fmax(scale, 1e-12 * fabs(PowerDistance(tree, c, i, j)));
		}
		CHECK(label[i] >= 0 && label[i] < c->k, "%d", label[i]);
		CHECK(PowerDistance(tree, c, i, label[i]) <= least + scale, "point %d: %g, least is %g", i,
			  PowerDistance(tree, c, i, label[i]), least);
		CHECK(runner[i] >= -1 && runner[i] < c->k && runner[i] != label[i], "%d", runner[i]);
		plain->w[label[i]] += tree->w[i];
		plain->wx[label[i]] += tree->w[i] * tree->x[i];
		plain->wy[label[i]] += tree->w[i] * tree->y[i];
	}
	for (int j = 0; j < c->k; j++)
	{
		CHECK(sums->w[j] == plain->w[j], "%g %g", sums->w[j], plain->w[j]);
		CHECK(fabs(sums->wx[j] - plain->wx[j]) <= 1e-9 * (1 + fabs(plain->wx[j])), "%g %g",
			  sums->wx[j], plain->wx[j]);
		CHECK(fabs(sums->wy[j] - plain->wy[j]) <= 1e-9 * (1 + fabs(plain->wy[j])), "%g %g",
			  sums->wy[j], plain->wy[j]);
	}
	FreePassMemory(memory);
	FreeSums(sums);
	FreeSums(plain);
	HostFree(label);
	HostFree(runner);
}

/* Passes that remember the last ones add up to the same, to the last bit, as one that does not. */
static void
CheckMemory(const PlacesKdTree *tree, PlacesCentres *c)
{
	PlacesPassMemory *memory = NewPassMemory(tree, c->k);
	PlacesSums *sums = NewSums(c->k);
	PlacesSums *anew = NewSums(c->k);

	for (int round = 0; round < 12; round++)
	{
		PlacesPassMemory *nothing = NewPassMemory(tree, c->k);
		size_t		size = sizeof(double) * c->k;

		SumPass(memory, c, sums);
		SumPass(nothing, c, anew);
		CHECK(memcmp(sums->w, anew->w, size) == 0 && memcmp(sums->wx, anew->wx, size) == 0 &&
			  memcmp(sums->wy, anew->wy, size) == 0, "round %d", round);
		for (int moves = RandomInt(3); moves > 0; moves--)
		{
			int			j = RandomInt(c->k);

			/* somewhere else, near by, or where another one is */
			c->x[j] = round % 3 ? c->x[j] + 20 * Random() : c->x[RandomInt(c->k)];
			c->y[j] = round % 4 ? c->y[j] - 20 * Random() : 1000 * Random();
			c->price[j] += round % 5 ? 0 : 1e3 * Random();
		}
		FreePassMemory(nothing);
	}
	FreePassMemory(memory);
	FreeSums(sums);
	FreeSums(anew);
}

/* Squared distances from (x, y) to the sources found, in order, are the least there are. */
static void
CheckNearest(const PlacesKdTree *tree, const PlacesPoints *p, double x, double y, int m)
{
	int		   *found = HostNew(int, m);
	bool	   *taken = HostNewZero(bool, p->n);
	int			count = NearestPoints(tree, x, y, m, found);

	CHECK(count == Min(m, p->n), "%d of %d", count, m);
	for (int f = 0; f < count; f++)
	{
		double		least = INFINITY;
		double		d = ((p->x[found[f]] - x) * (p->x[found[f]] - x) +
						 (p->y[found[f]] - y) * (p->y[found[f]] - y));

		for (int i = 0; i < p->n; i++)
			if (!taken[i])
				least = fmin(least, (p->x[i] - x) * (p->x[i] - x) + (p->y[i] - y) * (p->y[i] - y));
		CHECK(!taken[found[f]], "found twice");
		CHECK(d == least, "number %d at %g, least is %g", f, d, least);
		taken[found[f]] = true;
	}
	HostFree(found);
	HostFree(taken);
}

static bool
InCircle(const PlacesPoints *p, int i, double x, double y, double radius)
{
	return (p->x[i] - x) * (p->x[i] - x) + (p->y[i] - y) * (p->y[i] - y) <= radius * radius;
}

/* A tree over every second point, of other weights. */
static void
CheckCircles(const PlacesPoints *p)
{
	int		   *subset = HostNew(int, p->n);
	int		   *found = HostNew(int, p->n);
	double	   *w = HostNew(double, p->n);
	bool	   *mark = HostNewZero(bool, p->n);
	bool	   *expected = HostNewZero(bool, p->n);
	PlacesKdTree *tree;
	PlacesMarks *marks;
	int			n = 0;

	for (int i = 0; i < p->n; i++)
	{
		w[i] = RandomInt(9);
		if (i % 2)
			subset[n++] = i;
	}
	tree = BuildKdTreeOf(p, w, subset, n);
	marks = NewMarks(tree, mark);
	for (int q = 0; q < 10; q++)
	{
		double		x = 1200 * Random() - 100;
		double		y = 1200 * Random() - 100;
		double		radius = q == 9 ? 1e7 : 500 * Random();
		double		enough = RandomInt(100);
		double		weight = 0;
		int			count = 0;
		int			fresh = 0;

		for (int i = 1; i < p->n; i += 2)
			if (InCircle(p, i, x, y, radius))
			{
				weight += w[i];
				count++;
				fresh += !expected[i];
			}
		CHECK(WeightInCircle(tree, x, y, radius, INFINITY) == weight, "%g", weight);
		CHECK((WeightInCircle(tree, x, y, radius, enough) >= enough) == (weight >= enough), "%g, %g", weight, enough);
		CHECK(PointsInCircle(tree, x, y, radius, found) == count, "%d", count);
		for (int i = 0; i < count; i++)
			CHECK(found[i] % 2 == 1 && InCircle(p, found[i], x, y, radius), "point %d", found[i]);
		CHECK(CircleMarked(marks, x, y, radius) == (fresh == 0), "%d are not marked", fresh);
		CHECK(MarkCircle(marks, x, y, radius) == fresh, "%d", fresh);
		CHECK(CircleMarked(marks, x, y, radius), "marked");
		for (int i = 0; i < count; i++)
			expected[found[i]] = true;
		CHECK(memcmp(mark, expected, sizeof(bool) * p->n) == 0, "marks");
	}
	FreeMarks(marks);
	FreeKdTree(tree);
	HostFree(subset);
	HostFree(found);
	HostFree(w);
	HostFree(mark);
	HostFree(expected);
}

static void
CheckCells(const PlacesKdTree *tree, double max_homes)
{
	PlacesKdTree *cells = CoarsenKdTree(tree, max_homes);
	double		w = 0,
				wx = 0,
				tree_wx = 0;
	double		heaviest = 0;

	for (int i = 0; i < tree->n; i++)
	{
		heaviest = fmax(heaviest, tree->w[i]);
		tree_wx += tree->w[i] * tree->x[i];
	}
	for (int i = 0; i < cells->n; i++)
	{
		CHECK(cells->w[i] > 0 && cells->w[i] <= fmax(max_homes, heaviest), "%g", cells->w[i]);
		w += cells->w[i];
		wx += cells->w[i] * cells->x[i];
	}
	CHECK(w == tree->nodes[0].w, "%g %g", w, tree->nodes[0].w);
	CHECK(fabs(wx - tree_wx) <= 1e-9 * (1 + fabs(tree_wx)), "%g %g", wx, tree_wx);
	CHECK(cells->whole == tree->whole, "whole");
	if (cells->n > 0)
		CheckNode(cells, 0);
	FreeKdTree(cells);
}

static void
TestPoints(int n, int kind)
{
	PlacesPoints *p = RandomPoints(n, kind);
	PlacesKdTree *tree = BuildKdTree(p);

	CheckTree(tree, p);
	for (int prices = 0; prices < 3; prices++)
	{
		PlacesCentres *c = RandomCentres(p, 1 + RandomInt(MOST_CENTRES),
										 prices == 2 ? 1e7 : prices * 1e4);

		CheckPass(tree, c);
		CheckMemory(tree, c);
		FreeCentres(c);
	}
	for (int q = 0; q < 5; q++)
		CheckNearest(tree, p, 1200 * Random() - 100, 1200 * Random() - 100, 1 + RandomInt(20));
	CheckCells(tree, RandomInt(20));
	CheckCircles(p);
	FreeKdTree(tree);
	FreePoints(p);
}

/* Of equals the first centre wins. */
static void
TestTies(void)
{
	double		x[] = {0, 0, 0};
	double		y[] = {1, 2, 3};
	double		w[] = {1, 1, 1};
	PlacesPoints p = {.n = 3, .x = x, .y = y, .w = w, .homes = 3, .whole = true};
	PlacesKdTree *tree = BuildKdTree(&p);
	PlacesCentres *c = NewCentres(3);
	int			label[3],
				runner[3];

	c->x[0] = 9;
	c->x[1] = 5;
	c->x[2] = -5;
	AssignPass(tree, c, label, runner);
	for (int i = 0; i < 3; i++)
		CHECK(label[i] == 1 && runner[i] == 2, "%d %d", label[i], runner[i]);
	FreeCentres(c);
	FreeKdTree(tree);
}

int
main(void)
{
	static const int sizes[] = {1, 2, 8, 9, 17, 100, MOST_POINTS};

	StartTests();
	TestTies();
	for (int trial = 0; trial < 10; trial++)
		for (int s = 0; s < 7; s++)
			for (int kind = 0; kind < 5; kind++)
				TestPoints(sizes[s], kind);
	return FinishTests();
}
