/*
 * coverage_test.c
 *	  Properties of the coverage engine on random and degenerate points, and
 *	  its gap to the optimum on tiny ones.
 *
 * Prints "ok NAME" for each check, and exits with 1 at the first that fails.
 */
#include "engine/base/shape.h"
#include "engine/coverage/coverage.h"

#include <stdio.h>

#define MOST 5000

static double xs[MOST];
static double ys[MOST];
static double ws[MOST];
static int	labels[MOST];
static uint64_t seed = 1;

static double
Uniform(void)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (double) (seed >> 11) / 9007199254740992.0;
}

static void
Fail(const char *name, const char *what)
{
	printf("not ok %s: %s\n", name, what);
	exit(1);
}

typedef struct Point
{
	double		x;
	double		y;
	double		w;
} Point;

static int
ComparePoints(const void *a, const void *b)
{
	const Point *p = (const Point *) a;
	const Point *q = (const Point *) b;

	if (p->x != q->x)
		return p->x < q->x ? -1 : 1;
	return (p->y > q->y) - (p->y < q->y);
}

/* Sorts, merges equal points, and wraps what the test wrote to xs, ys, ws. */
static PlacesPoints
MakePoints(int n)
{
	Point	   *point = HostNew(Point, n);
	PlacesPoints points;

	for (int i = 0; i < n; i++)
	{
		point[i].x = xs[i];
		point[i].y = ys[i];
		point[i].w = ws[i];
	}
	qsort(point, n, sizeof(Point), ComparePoints);
	memset(&points, 0, sizeof(points));
	points.x = xs;
	points.y = ys;
	points.w = ws;
	points.whole = true;
	for (int i = 0; i < n; i++)
	{
		points.homes += point[i].w;
		points.whole = points.whole && floor(point[i].w) == point[i].w;
		if (points.n > 0 && xs[points.n - 1] == point[i].x && ys[points.n - 1] == point[i].y)
		{
			ws[points.n - 1] += point[i].w;
			continue;
		}
		xs[points.n] = point[i].x;
		ys[points.n] = point[i].y;
		ws[points.n] = point[i].w;
		points.n++;
	}
	HostFree(point);
	return points;
}

/* Could any place take the point, rounding apart? */
static bool
AnyAdmits(const PlacesShape *shapes, int k, const PlacesPoints *points, int point,
		  double max_homes, double radius)
{
	for (int j = 0; j < k; j++)
		if (shapes[j].homes + points->w[point] <= max_homes * (1 - 1e-8) &&
			ShapeAdmits(&shapes[j], points, point, radius * (1 - 1e-8)))
			return true;
	return false;
}

/* Checks every rule of the interface; returns the homes kept. */
static double
Check(const char *name, const PlacesPoints *points, double min_homes,
	  double target_homes, double max_homes, double radius, int *places)
{
	PlacesRules rules = {.method = METHOD_COVERAGE, .target_homes = target_homes,
		.min_homes = min_homes, .max_homes = max_homes, .max_radius = radius};
	int			k = CoverageCluster(points, &rules, labels);
	PlacesShape *shapes = MeasureShapes(points, labels, k);
	int		   *again = HostNew(int, points->n);
	double		kept = 0;
	int			next = 0;

	if (CoverageCluster(points, &rules, again) != k ||
		memcmp(again, labels, sizeof(int) * points->n) != 0)
		Fail(name, "another answer the second time");
	for (int i = 0; i < points->n; i++)
	{
		if (labels[i] < -1 || labels[i] >= k)
			Fail(name, "label out of range");
		if (labels[i] > next)
			Fail(name, "places not numbered by first point");
		if (labels[i] == next)
			next++;
		if (labels[i] < 0 && AnyAdmits(shapes, k, points, i, max_homes, radius))
			Fail(name, "a point left outside that a place could take");
	}
	if (next != k)
		Fail(name, "an empty place");
	for (int j = 0; j < k; j++)
	{
		double		homes = 0;
		int			count = 0;

		for (int i = 0; i < points->n; i++)
		{
			if (labels[i] != j)
				continue;
			homes += points->w[i];
			count++;
		}
		if (shapes[j].circle.radius > radius)
			Fail(name, "a place outside its circle");
		if (homes < min_homes * (1 - SIZE_ROUNDING))
			Fail(name, "a place below the minimum");
		if (homes > max_homes * (1 + SIZE_ROUNDING) && count > 1)
			Fail(name, "a place above the maximum");
		kept += homes;
	}
	HostFree(again);
	FreeShapes(shapes, k);
	if (places != NULL)
		*places = k;
	return kept;
}

static void
Ok(const char *name)
{
	printf("ok %s\n", name);
}

static void
Expect(const char *name, bool held)
{
	if (!held)
		Fail(name, "unexpected result");
	Ok(name);
}

static void
TestDegenerate(void)
{
	PlacesPoints points;
	double		kept;
	int			places;

	xs[0] = 5;
	ys[0] = -7;
	ws[0] = 450;
	points = MakePoints(1);
	kept = Check("one point", &points, 450, 450, 900, 1000, &places);
	Expect("one point", kept == 450 && places == 1);
	ws[0] = 449;
	points = MakePoints(1);
	Expect("one point too small", Check("one point too small", &points, 450, 450, 900, 1000, NULL) == 0);

	for (int i = 0; i < 600; i++)
	{
		xs[i] = ys[i] = 3;
		ws[i] = 1;
	}
	points = MakePoints(600);
	Expect("all on one point", Check("all on one point", &points, 450, 450, 900, 1, NULL) == 600);

	for (int i = 0; i < 2000; i++)
	{
		xs[i] = i * 10.0;
		ys[i] = 0;
		ws[i] = 1;
	}
	points = MakePoints(2000);
	kept = Check("collinear", &points, 100, 100, 200, 600, &places);
	Expect("collinear", kept == 2000 && places >= 15);

	for (int i = 0; i < 400; i++)
	{
		xs[i] = (i % 20) * 5000.0;
		ys[i] = (i / 20) * 5000.0;
		ws[i] = 1;
	}
	points = MakePoints(400);
	kept = Check("too sparse", &points, 10, 10, 20, 1000, &places);
	Expect("too sparse", kept == 0 && places == 0);

	for (int i = 0; i < 500; i++)
		ws[i] = 0;
	points = MakePoints(400);
	Expect("weights 0", Check("weights 0", &points, 10, 10, 20, 1e6, NULL) == 0);
}

/* Towns of n points, spread over "side" metres. */
static PlacesPoints
Towns(int n, double side, double offset, double unit)
{
	int			towns = 6;
	double		tx = 0;
	double		ty = 0;

	for (int i = 0; i < n; i++)
	{
		if (i % (n / towns + 1) == 0)
		{
			tx = side * Uniform();
			ty = side * Uniform();
		}
		xs[i] = offset + tx + side * 0.2 * (Uniform() - 0.5) * Uniform();
		ys[i] = offset + ty + side * 0.2 * (Uniform() - 0.5) * Uniform();
		ws[i] = unit * (1 + (i % 7 == 0 ? i % 24 : 0));
	}
	return MakePoints(n);
}

static void
TestRandom(void)
{
	double		kept;
	int			places;
	PlacesPoints points;

	points = Towns(3000, 20000, 0, 1);
	Check("towns", &points, 450, 450, INFINITY, 2000, NULL);
	Ok("towns");
	Check("towns max 900", &points, 450, 450, 900, 2000, NULL);
	Ok("towns max 900");
	kept = Check("huge radius", &points, 450, 450, 900, 1e7, &places);
	Expect("huge radius", kept == points.homes && places >= 2);
	Check("huge radius no max", &points, 450, 600, INFINITY, 1e9, NULL);
	Ok("huge radius no max");
	Check("tight bounds", &points, 450, 470, 500, 2000, NULL);
	Ok("tight bounds");
	Check("tiny radius", &points, 20, 20, 40, 1e-3, NULL);
	Ok("tiny radius");
	Check("tiny minimum", &points, 0.5, 1, 2, 10, NULL);
	Ok("tiny minimum");
	points.w[points.n / 2] = 5000;
	points.w[points.n / 3] = 1200;
	points.homes = 0;
	for (int i = 0; i < points.n; i++)
		points.homes += points.w[i];
	kept = Check("tower above max", &points, 450, 450, 900, 2000, NULL);
	Expect("tower above max", kept >= 6200);
	points = Towns(3000, 20000, 1e6, 1);
	Check("far from the origin", &points, 450, 450, 900, 1500, NULL);
	Ok("far from the origin");
	points = Towns(3000, 20000, -1e6, 0.1);
	Check("fractional weights", &points, 45, 45, 90, 1500, NULL);
	Ok("fractional weights");
	points = Towns(3000, 20000, 0, 1);
	for (int i = 0; i < points.n; i += 3)
		points.w[i] = 0;
	points.homes = 0;
	for (int i = 0; i < points.n; i++)
		points.homes += points.w[i];
	Check("some weights 0", &points, 300, 400, 700, 1500, NULL);
	Ok("some weights 0");
}

/* n homes evenly over a disc, and places of them. */
static void
ExpectPlaces(const char *name, int n, double across, double min_homes, double target_homes,
			 double max_homes, double radius, int wanted)
{
	PlacesPoints points;
	int			places;

	for (int i = 0; i < n; i++)
	{
		xs[i] = across * sqrt((i + 0.5) / n) * cos(i * 2.39996);
		ys[i] = across * sqrt((i + 0.5) / n) * sin(i * 2.39996);
		ws[i] = 1;
	}
	points = MakePoints(n);
	if (Check(name, &points, min_homes, target_homes, max_homes, radius, &places) != n)
		Fail(name, "homes left outside");
	if (places != wanted)
		printf("%d places, not %d\n", places, wanted);
	Expect(name, places == wanted);
}

/* As many places as the target asks for and the other rules allow. */
static void
TestNumber(void)
{
	ExpectPlaces("every place that the minimum allows", 3200, 1000, 450, 450, 900, 1500, 7);
	ExpectPlaces("also of several circles", 3200, 2200, 450, 450, 900, 1500, 7);
	ExpectPlaces("places of the target", 3000, 1000, 450, 750, 1500, 1500, 4);
	ExpectPlaces("also of several circles, target", 3000, 2200, 300, 750, 1500, 2000, 4);
	ExpectPlaces("no place larger than its circle", 1800, 2200, 200, 1800, 1800, 2000, 3);
}

/* Is there a circle of the radius around the points of the set? */
static bool
FitsCircle(const PlacesPoints *points, unsigned set, double radius)
{
	int			n = points->n;

	for (int i = 0; i < n; i++)
	{
		for (int j = i; j < n; j++)
		{
			double		dx = points->x[j] - points->x[i];
			double		dy = points->y[j] - points->y[i];
			double		d = hypot(dx, dy);

			if (!(set >> i & 1) || !(set >> j & 1) || d > 2 * radius)
				continue;
			for (int side = -1; side <= 1; side += 2)
			{
				double		h = d > 0 ? sqrt(fmax(0, radius * radius - d * d / 4)) / d : 0;
				double		cx = points->x[i] + dx / 2 - side * h * dy;
				double		cy = points->y[i] + dy / 2 + side * h * dx;
				bool		all = true;

				for (int k = 0; k < n && all; k++)
					all = !(set >> k & 1) ||
						hypot(points->x[k] - cx, points->y[k] - cy) <= radius * (1 + 1e-9);
				if (all)
					return true;
			}
		}
	}
	return false;
}

/* The most homes that any division into places keeps, by trying all sets. */
static double
Optimum(const PlacesPoints *points, double min_homes, double max_homes, double radius)
{
	unsigned	all = (1u << points->n) - 1;
	double	   *best = HostNewZero(double, all + 1);
	bool	   *place = HostNewZero(bool, all + 1);
	double	   *weight = HostNewZero(double, all + 1);
	double		optimum;
	unsigned	s;

	for (s = 1; s <= all; s++)
	{
		for (int i = 0; i < points->n; i++)
			weight[s] += (s >> i & 1) ? points->w[i] : 0;
		place[s] = weight[s] >= min_homes && (weight[s] <= max_homes || (s & (s - 1)) == 0) &&
			FitsCircle(points, s, radius);
	}
	for (s = 1; s <= all; s++)
	{
		unsigned	low = s & -s;
		unsigned	rest = s ^ low;
		unsigned	t = rest;

		/* the lowest point is outside, or with some of the others */
		best[s] = best[rest];
		for (;;)
		{
			if (place[t | low] && best[rest ^ t] + weight[t | low] > best[s])
				best[s] = best[rest ^ t] + weight[t | low];
			if (t == 0)
				break;
			t = (t - 1) & rest;
		}
	}
	optimum = best[all];
	HostFree(best);
	HostFree(place);
	HostFree(weight);
	return optimum;
}

/* Few points, each of so many homes at most: all that could be kept is. */
static void
TestOptimum(const char *name, int most_weight, double max_homes)
{
	for (int trial = 0; trial < 60; trial++)
	{
		PlacesPoints points;

		for (int i = 0; i < 11; i++)
		{
			xs[i] = floor(100 * Uniform());
			ys[i] = floor(100 * Uniform());
			ws[i] = 1 + floor(most_weight * Uniform());
		}
		points = MakePoints(11);
		if (Check(name, &points, 2 + most_weight, 2 + most_weight, max_homes, 20 + trial % 20, NULL) !=
			Optimum(&points, 2 + most_weight, max_homes, 20 + trial % 20))
			Fail(name, "not the optimum");
	}
	Ok(name);
}

/* Blocks of up to "most" homes of that size, on a square of a thousand metres. */
static PlacesPoints
Blocks(int n, double most, double unit)
{
	for (int i = 0; i < n; i++)
	{
		xs[i] = floor(1000 * Uniform());
		ys[i] = floor(1000 * Uniform());
		ws[i] = unit * (1 + floor(most * Uniform()));
	}
	return MakePoints(n);
}

/* A few blocks, of which places are made in all ways. */
static void
TestBlocks(const char *name, double unit)
{
	for (int trial = 0; trial < 200; trial++)
	{
		PlacesPoints points = Blocks(3 + trial % 8, trial % 3 ? 800 : 200, unit);
		double		radius = 100 + 900 * Uniform();
		double		max_homes = (trial % 4 ? 900 : 500) * unit;
		double		kept = Check(name, &points, 450 * unit, 450 * unit, max_homes, radius, NULL);
		/* a hair above and below: a sum on a bound may be either */
		double		most = Optimum(&points, 450 * unit * (1 - 1e-9), max_homes * (1 + 1e-9), radius);
		double		least = Optimum(&points, 450 * unit * (1 + 2e-9), max_homes * (1 - 2e-9), radius);

		if (kept > most * (1 + 1e-9) || kept < (unit == 1 ? most : least) * (1 - 1e-9))
			Fail(name, "not the optimum");
	}
	Ok(name);
}

/* Rules that allow more keep no less. */
static void
TestMonotone(const char *name)
{
	for (int trial = 0; trial < 8; trial++)
	{
		PlacesPoints points = Blocks(6 + trial, trial % 3 ? 800 : 200, trial % 2 ? 1 : 0.37);
		double		unit = trial % 2 ? 1 : 0.37;
		double		before = 0;

		for (double radius = 50; radius < 1500; radius *= 1.2)
		{
			double		kept = Check(name, &points, 450 * unit, 450 * unit, 900 * unit, radius, NULL);

			if (kept < before * (1 - 1e-12))
				Fail(name, "a larger radius keeps less");
			before = kept;
		}
		before = 0;
		for (double min_homes = 650; min_homes >= 150; min_homes -= 50)
		{
			double		kept = Check(name, &points, min_homes * unit, min_homes * unit, 900 * unit, 300, NULL);

			if (kept < before * (1 - 1e-12))
				Fail(name, "a lower minimum keeps less");
			before = kept;
		}
		before = 0;
		for (double max_homes = 500; max_homes <= 1500; max_homes += 100)
		{
			double		kept = Check(name, &points, 450 * unit, 450 * unit, max_homes * unit, 300, NULL);

			if (kept < before * (1 - 1e-12))
				Fail(name, "a higher maximum keeps less");
			before = kept;
		}
	}
	Ok(name);
}

/* Homes of the blocks that could be a place by themselves, and are outside. */
static double
ViableOutside(const PlacesPoints *points, double min_homes)
{
	double		outside = 0;

	for (int i = 0; i < points->n; i++)
		if (labels[i] < 0 && points->w[i] >= min_homes)
			outside += points->w[i];
	return outside;
}

/* Stocks too large for trying everything: no block that is viable alone is outside. */
static void
TestManyBlocks(const char *name)
{
	for (int trial = 0; trial < 3; trial++)
	{
		PlacesPoints points = Blocks(100 + 150 * trial, 800, trial % 3 ? 1 : 1e-3);
		double		unit = trial % 3 ? 1 : 1e-3;
		double		kept = 0;

		for (double radius = 30; radius <= 1000; radius *= 2.4)
		{
			kept = Check(name, &points, 450 * unit, 600 * unit, 900 * unit, radius, NULL);
			if (ViableOutside(&points, 450 * unit) > 0)
				Fail(name, "a viable block is outside");
		}
		if (kept < 0.995 * points.homes)
			Fail(name, "homes are lost where all can be kept");
	}
	Ok(name);
}

/* Each two of three blocks are more than a place may hold, and one needs another. */
static void
TestThreeBlocks(void)
{
	static const double block[3][3] = {{943, 81, 710}, {511, 607, 170}, {976, 376, 770}};
	PlacesPoints points;
	int			places;

	for (int i = 0; i < 3; i++)
	{
		xs[i] = block[i][0];
		ys[i] = block[i][1];
		ws[i] = block[i][2];
	}
	points = MakePoints(3);
	Expect("three blocks", Check("three blocks", &points, 450, 600, 900, 3000, &places) == 1650 && places == 2);
}

/*
 * Three villages far apart of just as many homes as a place needs, or may have, in
 * fractions that hardly add up: all is kept.
 */
static void
TestExactBounds(const char *name, double homes, double min_homes, double max_homes)
{
	PlacesPoints points;
	int			places;

	for (int i = 0; i < 900; i++)
	{
		xs[i] = i / 300 * 50000 + i % 30 * 10;
		ys[i] = i / 30 % 10 * 10;
		ws[i] = homes / 300;
	}
	points = MakePoints(900);
	Expect(name, Check(name, &points, min_homes, min_homes, max_homes, 1000, &places) > 2.9999 * homes && places == 3);
}

int
main(void)
{
	TestDegenerate();
	TestRandom();
	TestNumber();
	TestOptimum("optimum, homes", 1, INFINITY);
	TestOptimum("optimum, blocks", 4, INFINITY);
	TestOptimum("optimum, homes, max", 1, 6);
	TestOptimum("optimum, blocks, max", 4, 12);
	TestThreeBlocks();
	TestBlocks("few blocks", 1);
	TestBlocks("few blocks, weights", 0.37);
	TestMonotone("monotone");
	TestManyBlocks("many blocks");
	TestExactBounds("halves at the minimum", 150, 150, 300);
	TestExactBounds("decimals at the minimum", 300 * 1.37, 411, 900);
	TestExactBounds("decimals at the maximum", 300 * 1.37, 300, 411);
	return 0;
}
