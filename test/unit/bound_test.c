/*
 * bound_test.c
 *	  The upper bound on coverage against known and brute-force optima.
 */
#include <stdio.h>

#include "engine/bound/bound.h"

#define MAX_TINY 11
#define MAX_POINTS 20000

static double px[MAX_POINTS];
static double py[MAX_POINTS];
static double pw[MAX_POINTS];
static PlacesPoints points = {.x = px, .y = py, .w = pw, .whole = true};
static uint32_t state = 1;
static int	failures = 0;

static void
Check(bool condition, const char *name)
{
	printf("%s %s\n", condition ? "ok" : "not ok", name);
	failures += !condition;
}

static double
Bound(double min_homes, double max_radius)
{
	PlacesRules rules = {.min_homes = min_homes, .max_radius = max_radius};

	return BoundCoverage(&points, &rules, NULL);
}

/* a number in [0, 1) */
static double
Draw(void)
{
	state = state * 1664525u + 1013904223u;
	return (state >> 8) / 16777216.0;
}

static void
Clear(void)
{
	points.n = 0;
	points.homes = 0.0;
	points.whole = true;
}

static void
Add(double x, double y, double w)
{
	px[points.n] = x;
	py[points.n] = y;
	pw[points.n++] = w;
	points.homes += w;
	if (w != floor(w))
		points.whole = false;
}

/* insertion sort by x, then y, as the engine expects */
static void
Sort(void)
{
	for (int i = 1; i < points.n; i++)
	{
		for (int j = i; j > 0 && (px[j] < px[j - 1] || (px[j] == px[j - 1] && py[j] < py[j - 1])); j--)
		{
			double		x = px[j];
			double		y = py[j];
			double		w = pw[j];

			px[j] = px[j - 1];
			py[j] = py[j - 1];
			pw[j] = pw[j - 1];
			px[j - 1] = x;
			py[j - 1] = y;
			pw[j - 1] = w;
		}
	}
}

/* radius of the least circle around three points */
static double
CircleRadius(int a, int b, int c)
{
	double		ab = hypot(px[a] - px[b], py[a] - py[b]);
	double		bc = hypot(px[b] - px[c], py[b] - py[c]);
	double		ca = hypot(px[c] - px[a], py[c] - py[a]);
	double		longest = fmax(ab, fmax(bc, ca));
	double		area2 = fabs((px[b] - px[a]) * (py[c] - py[a]) - (px[c] - px[a]) * (py[b] - py[a]));

	/* right or obtuse: the longest side is a diameter */
	if (2.0 * longest * longest >= ab * ab + bc * bc + ca * ca)
		return longest / 2.0;
	return ab * bc * ca / (2.0 * area2);
}

/*
 * The optimum over all ways to make places of up to MAX_TINY points.  A set
 * fits a circle of the radius if each three of its points do (Helly).
 */
static double
Optimum(double min_homes, double radius)
{
	static double best[1 << MAX_TINY];
	static double gain[1 << MAX_TINY];	/* homes of a viable set, or 0 */
	int			sets = 1 << points.n;

	best[0] = 0.0;
	for (int set = 1; set < sets; set++)
	{
		int			low = set & -set;
		bool		fits = true;

		gain[set] = 0.0;
		for (int a = 0; a < points.n; a++)
			gain[set] += set >> a & 1 ? pw[a] : 0.0;
		for (int a = 0; a < points.n && fits; a++)
			for (int b = a; b < points.n && fits; b++)
				for (int c = b; c < points.n && fits; c++)
					if ((set >> a & 1) && (set >> b & 1) && (set >> c & 1))
						fits = CircleRadius(a, b, c) <= radius;
		if (!fits || gain[set] < min_homes)
			gain[set] = 0.0;
		best[set] = best[set ^ low];
		for (int sub = set; sub > 0; sub = (sub - 1) & set)
		{
			if ((sub & low) && gain[sub] > 0.0)
				best[set] = fmax(best[set], gain[sub] + best[set ^ sub]);
		}
	}
	return best[sets - 1];
}

static void
TestBruteForce(bool whole, double offset, const char *name)
{
	double		optima = 0.0;
	double		bounds = 0.0;
	bool		valid = true;

	for (int trial = 0; trial < 60; trial++)
	{
		int			n = 2 + (int) (Draw() * (MAX_TINY - 1));
		double		need = 2.0 + floor(Draw() * 8.0);
		double		radius = 0.05 + Draw() * 0.5;
		double		optimum;
		double		bound;

		Clear();
		for (int i = 0; i < n; i++)
			Add(offset + Draw(), offset + Draw(), whole ? floor(Draw() * 5.0) : Draw() * 4.0);
		Sort();
		optimum = Optimum(need, radius);
		bound = Bound(need, radius);
		valid = valid && bound >= optimum && bound <= points.homes;
		optima += optimum;
		bounds += bound;
	}
	printf("# %s: optimum %.1f, bound %.1f\n", name, optima, bounds);
	Check(valid, name);
	Check(bounds <= 1.01 * optima, "and_within_one_percent_in_the_sum");
}

/* points on a lattice: many ties, and circles that fit to the last digit */
static void
TestLattice(void)
{
	bool		valid = true;

	for (int trial = 0; trial < 40; trial++)
	{
		double		radius[] = {0.5, M_SQRT1_2, 1.0, 1.5, M_SQRT2};
		double		r = radius[trial % 5] * (1.0 + 1e-12);
		double		need = 2.0 + trial % 4;

		Clear();
		for (int i = 0; i < 16 && points.n < MAX_TINY; i++)
		{
			if (Draw() < 0.6)
				Add(i / 4, i % 4, 1.0 + floor(Draw() * 2.0));
		}
		valid = valid && Bound(need, r) >= Optimum(need, r);
	}
	Check(valid, "lattice_bound_at_least_optimum");
}

/* places that exist by construction, overlapping, among stray homes */
static void
TestPlanted(double stray, double side, const char *name)
{
	const double need = 40.0;
	const double radius = 1000.0;
	bool		valid = true;

	for (int trial = 0; trial < 4; trial++)
	{
		double		planted = 0.0;
		double		bound;

		Clear();
		for (int place = 0; place < 12; place++)
		{
			double		cx = Draw() * side;
			double		cy = Draw() * side;
			double		homes = 0.0;

			while (homes < need)
			{
				double		angle = Draw() * 6.283185307179586;
				double		r = radius * sqrt(Draw()) * (1.0 - 1e-12);
				double		w = 1.0 + floor(Draw() * Draw() * 6.0);

				Add(cx + r * cos(angle), cy + r * sin(angle), w);
				homes += w;
			}
			planted += homes;
		}
		for (int i = 0; i < stray * planted; i++)
			Add(Draw() * side * 1.2, Draw() * side * 1.2, 1.0);
		Sort();
		bound = Bound(need, radius);
		valid = valid && bound >= planted && bound <= points.homes;
		valid = valid && bound == Bound(need, radius);
	}
	Check(valid, name);
}

/* what is known by hand */
static void
TestKnown(void)
{
	Clear();
	Add(0.0, 0.0, 315.0);
	Add(1900.0, 0.0, 180.0);
	Add(3800.0, 0.0, 315.0);
	Check(Bound(450.0, 1000.0) == 495.0, "one_place_of_two_wanting_it");
	points.w[1] = 270.0;
	points.homes = 900.0;
	Check(Bound(450.0, 1000.0) >= 585.0, "middle_is_not_cut");
	Check(Bound(450.0, 2000.0) == 900.0, "all_in_one_circle");
	Check(Bound(450.0, 900.0) == 0.0, "radius_too_small");
	Check(Bound(901.0, 1e6) == 0.0, "too_few_homes");
	Check(Bound(270.0, 1.0) == 900.0, "each_point_a_place");
	Check(Bound(300.0, 1.0) == 630.0, "two_points_are_places");
	Clear();
	Add(0.0, 0.0, 100.0);
	Add(0.0, 2000.0, 100.0);
	Add(0.0, 5000.0, 500.0);
	Check(Bound(200.0, 1000.0) == 700.0, "closed_circle_and_tower");
}

static void
TestDegenerate(void)
{
	Clear();
	Check(Bound(450.0, 1000.0) == 0.0, "no_points");
	Add(5e5, 2e5, 450.0);
	Check(Bound(450.0, 1000.0) == 450.0, "one_point_enough");
	Check(Bound(451.0, 1000.0) == 0.0, "one_point_too_few");
	Check(Bound(450.0, 0.0) == 450.0, "no_radius");
	Add(5e5 + 10.0, 2e5, 449.0);
	Check(Bound(450.0, 0.0) == 450.0, "no_radius_two_points");
	Check(Bound(450.0, 1e-300) == 450.0, "tiny_radius");
	Check(Bound(450.0, 1e300) == 899.0, "huge_radius");
	Check(Bound(450.0, INFINITY) == 899.0, "infinite_radius");
	Check(Bound(INFINITY, 100.0) == 0.0, "infinite_minimum");
	Check(Bound(0.0, 1.0) == 899.0, "no_minimum");
	Clear();
	for (int i = 0; i < 3000; i++)
		Add(i * 10.0, 0.0, 1.0);
	Check(Bound(100.0, 495.0) == 3000.0, "collinear_all");
	Check(Bound(101.0, 495.0) == 0.0, "collinear_none");
	Clear();
	for (int i = 0; i < 500; i++)
		Add(i, (i * 7919) % 500, 0.0);
	Check(Bound(10.0, 50.0) == 0.0, "no_homes");
	for (int i = 0; i < 500; i++)
		pw[i] = 0.1;
	points.homes = 50.0;
	points.whole = false;
	Check(Bound(0.1, 1e-3) >= 50.0 * (1 - 1e-12), "fractions_each_a_place");
	Check(Bound(49.9999999, 1e3) >= 50.0 * (1 - 1e-12), "fractions_all_one_place");
}

/*
 * Villages that are linked by dense towns alone: a block of cells lies in two
 * components, and must count in both.  Every home is in a place of its own point
 * or of a town next to it.
 */
static void
TestDividedBlock(void)
{
	const double homes[][3] = {
		{271, 3195, 500}, {1449, 128, 2000}, {1708, 3374, 500}, {2226, 1452, 1},
		{2251, 1359, 2000}, {2440, 1224, 1}, {2813, 4543, 500}, {4060, 70, 500},
		{4666, -1826, 1}, {4724, -2007, 2000}, {5233, 2369, 500}, {5400, -2991, 2000},
		{5769, -950, 1}, {5821, -858, 1}, {5906, -902, 2000}, {5976, -1074, 2000},
		{6487, 823, 1}, {6652, -2117, 2000}, {6683, 581, 2000}, {6953, -998, 2000},
		{6972, -1289, 2000}, {7014, -536, 2000}, {7179, -947, 2000}, {7427, -2082, 2000},
		{7722, -917, 2000}
	};

	Clear();
	for (size_t i = 0; i < sizeof(homes) / sizeof(homes[0]); i++)
		Add(homes[i][0], homes[i][1], homes[i][2]);
	Check(Bound(450.0, 1000.0) == points.homes, "block_in_two_components");
}

int
main(void)
{
	TestKnown();
	TestDegenerate();
	TestDividedBlock();
	TestBruteForce(true, 0.0, "whole_bound_at_least_optimum");
	TestBruteForce(false, 0.0, "fractions_bound_at_least_optimum");
	TestBruteForce(true, 1e6, "offset_bound_at_least_optimum");
	TestLattice();
	TestPlanted(0.0, 6000.0, "planted_overlapping");
	TestPlanted(0.5, 6000.0, "planted_among_strays");
	TestPlanted(0.3, 15000.0, "planted_thin");
	TestPlanted(0.1, 2500.0, "planted_dense");
	return failures > 0;
}
