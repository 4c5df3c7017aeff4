/*
 * solve_test.c
 *	  The places of an authority depend on its homes and the rules alone: not
 *	  on the order of the rows, nor on where on the grid it lies.
 */
#include "check.h"
#include "engine/engine.h"

#define TEST_ROWS	600

typedef struct Stock
{
	int			n;
	double		x[TEST_ROWS];
	double		y[TEST_ROWS];
	double		w[TEST_ROWS];
} Stock;

/* kind 0: a town and its country; 1: a grid, ties everywhere; 2: a line; 3: one point; 4: blocks of flats */
static Stock
RandomStock(int n, int kind)
{
	Stock		s = {.n = n};

	for (int i = 0; i < n; i++)
	{
		double		spread = i % 3 ? 500 : 8000;

		/* multiples of 1/16 m: shifts of the grid are exact */
		s.x[i] = kind == 1 ? RandomInt(12) : kind == 3 ? 5 : floor(16 * spread * Random()) / 16;
		s.y[i] = kind == 1 ? RandomInt(12) : kind == 3 ? 5 : kind == 2 ? 0 : floor(16 * spread * Random()) / 16;
		if (kind == 4 && i % 4)
		{
			s.x[i] = s.x[i - 1];
			s.y[i] = s.y[i - 1];
		}
		s.w[i] = RandomInt(8) ? 0.1 * (1 + RandomInt(20)) : 0;
	}
	return s;
}

static PlacesRules
RandomRules(void)
{
	PlacesRules rules = {.method = RandomInt(2) ? METHOD_BALANCED : METHOD_KMEANS};

	rules.target_homes = 2 + RandomInt(80);
	rules.min_homes = rules.target_homes * 0.9;
	rules.max_homes = rules.method == METHOD_KMEANS ? INFINITY : rules.target_homes * 1.1;
	rules.max_radius = RandomInt(2) ? 600 : INFINITY;
	return rules;
}

static PlacesSolution *
Solve(const Stock *s, bool weighted, const PlacesRules *rules)
{
	return SolvePlaces(PlainRows(s->n, s->x, s->y, weighted ? s->w : NULL, false), rules);
}

static int
PlaceOf(const PlacesSolution *s, int row)
{
	return s->point_place[s->row_point[row]];
}

/* ---- one solution ---- */

static void
CheckSolution(const Stock *stock, bool weighted, const PlacesRules *rules, const PlacesSolution *s)
{
	double	   *homes = HostNewZero(double, s->k);
	double	   *farthest = HostNewZero(double, s->k);
	double		least = INFINITY,
				most = 0;

	for (int r = 0; r < stock->n; r++)
	{
		int			j = PlaceOf(s, r);

		CHECK(j >= 0 && j < s->k, "row %d is in place %d of %d", r, j, s->k);
		homes[j] += weighted ? stock->w[r] : 1;
		farthest[j] = fmax(farthest[j], PointDistance(s, s->row_point[r]));
		for (int q = 0; q < r && q < 40; q++)
			if (stock->x[q] == stock->x[r] && stock->y[q] == stock->y[r])
				CHECK(PlaceOf(s, q) == j, "rows %d and %d share a point, but no place", q, r);
	}
	for (int j = 0; j < s->k; j++)
	{
		const PlacesPlace *p = &s->places[j];
		bool		small = homes[j] < rules->min_homes * (1 - 1e-9);

		least = fmin(least, p->homes);
		most = fmax(most, p->homes);
		CHECK(fabs(p->homes - homes[j]) < 1e-9 * (1 + homes[j]), "%g %g", p->homes, homes[j]);
		CHECK(p->mean_distance <= p->rms_distance * (1 + 1e-9) + 1e-9 &&
			  p->rms_distance <= farthest[j] * (1 + 1e-9) + 1e-9, "mean %g rms %g most %g", p->mean_distance,
			  p->rms_distance, farthest[j]);
		CHECK(p->radius <= farthest[j] * (1 + 1e-9) + 1e-9 && 2 * p->radius * (1 + 1e-9) + 1e-9 >= farthest[j],
			  "radius %g, farthest %g", p->radius, farthest[j]);
		CHECK(((p->reasons & TOO_SMALL) != 0) == small, "%g homes: reasons %d", homes[j], p->reasons);
		CHECK(((p->reasons & TOO_SPREAD) != 0) == (p->radius > rules->max_radius), "radius %g: %d", p->radius,
			  p->reasons);
		if (j > 0)
			CHECK(s->places[j - 1].y > p->y || (s->places[j - 1].y == p->y && s->places[j - 1].x <= p->x),
				  "places %d and %d are not numbered north to south", j, j + 1);
	}
	HostFree(homes);
	HostFree(farthest);
}

/* ---- two solutions that must be the same ---- */

static void
CheckSame(const PlacesSolution *a, const PlacesSolution *b, const int *row_of, int n, const char *what)
{
	CHECK(a->k == b->k, "%s: %d and %d places", what, a->k, b->k);
	for (int r = 0; r < n; r++)
		CHECK(PlaceOf(b, r) == PlaceOf(a, row_of ? row_of[r] : r), "%s: row %d", what, r);
	for (int j = 0; j < Min(a->k, b->k); j++)
	{
		CHECK(a->places[j].homes == b->places[j].homes, "%s: homes", what);
		CHECK(a->places[j].radius == b->places[j].radius, "%s: radius %.17g %.17g", what,
			  a->places[j].radius, b->places[j].radius);
		CHECK(a->places[j].rms_distance == b->places[j].rms_distance, "%s: rms", what);
		CHECK(a->places[j].x == b->places[j].x && a->places[j].y == b->places[j].y, "%s: centre", what);
	}
}

static void
TestShuffled(const Stock *stock, bool weighted, const PlacesRules *rules, const PlacesSolution *s)
{
	int			order[TEST_ROWS];
	Stock		t = *stock;

	for (int r = 0; r < t.n; r++)
		order[r] = r;
	for (int trial = 0; trial < 3; trial++)
	{
		Shuffle(order, t.n);
		for (int r = 0; r < t.n; r++)
		{
			t.x[r] = stock->x[order[r]];
			t.y[r] = stock->y[order[r]];
			t.w[r] = stock->w[order[r]];
		}
		CheckSame(s, Solve(&t, weighted, rules), order, t.n, "shuffled");
	}
}

static void
TestMoved(const Stock *stock, bool weighted, const PlacesRules *rules, const PlacesSolution *s)
{
	static const double shifts[] = {1e6, -1e7, 3e7};
	Stock		t = *stock;

	for (int i = 0; i < 3; i++)
	{
		for (int r = 0; r < t.n; r++)
		{
			t.x[r] = stock->x[r] + shifts[i];
			t.y[r] = stock->y[r] - 3 * shifts[i];
		}
		CheckSame(s, Solve(&t, weighted, rules), NULL, t.n, "moved");
	}
}

/* Two rows of a home each are a row of two. */
static void
TestDoubled(const Stock *stock, const PlacesRules *rules)
{
	Stock		t = *stock;
	int			row_of[TEST_ROWS];
	PlacesSolution *s;

	if (2 * stock->n > TEST_ROWS)
		return;
	for (int r = 0; r < t.n; r++)
		t.w[r] = 2;
	s = Solve(&t, true, rules);
	t.n = 2 * stock->n;
	for (int r = 0; r < t.n; r++)
	{
		row_of[r] = r / 2;
		t.x[r] = stock->x[r / 2];
		t.y[r] = stock->y[r / 2];
	}
	CheckSame(s, Solve(&t, false, rules), row_of, t.n, "doubled");
}

static void
TestStock(int n, int kind)
{
	Stock		stock = RandomStock(n, kind);
	PlacesRules rules = RandomRules();

	for (int weighted = 0; weighted < 2; weighted++)
	{
		PlacesSolution *s = Solve(&stock, weighted, &rules);

		CheckSolution(&stock, weighted, &rules, s);
		TestShuffled(&stock, weighted, &rules, s);
		TestMoved(&stock, weighted, &rules, s);
		if (!weighted)
			TestDoubled(&stock, &rules);
	}
}

/* ---- degenerate stocks ---- */

static void
TestDegenerate(void)
{
	PlacesRules rules = {.method = METHOD_BALANCED, .target_homes = 2, .min_homes = 2, .max_homes = 2,
		.max_radius = INFINITY, .attach_within = INFINITY};
	double		nowhere[] = {NAN, NAN};
	double		x[] = {3, NAN, 7};
	double		y[] = {4, NAN, 4};
	double		none[] = {0, 0, 0};
	PlacesSolution *s = SolvePlaces(PlainRows(0, x, y, NULL, false), &rules);

	CHECK(s->k == 0, "%d", s->k);
	s = SolvePlaces(PlainRows(2, nowhere, nowhere, NULL, true), &rules);
	CHECK(s->k == 0 && s->row_point[0] == -1 && s->row_point[1] == -1, "%d", s->k);
	s = SolvePlaces(PlainRows(1, x, y, NULL, false), &rules);
	CHECK(s->k == 1 && s->places[0].radius == 0 && s->places[0].rms_distance == 0 &&
		  s->places[0].reasons == TOO_SMALL, "one home");
	CHECK(isnan(UniformDensity(1, s->places[0].rms_distance)), "density");
	s = SolvePlaces(PlainRows(3, x, y, NULL, false), &rules);
	CHECK(s->k == 1 && s->places[0].homes == 2 && s->places[0].reasons == 0 && s->places[0].radius == 2 &&
		  s->places[0].rms_distance == 2 && s->places[0].mean_distance == 2, "two homes");
	CHECK(fabs(UniformDensity(2, 2) - 2e6 / (8 * M_PI)) < 1e-6, "%g", UniformDensity(2, 2));
	s = SolvePlaces(PlainRows(3, x, y, none, false), &rules);
	CHECK(s->k == 1 && s->places[0].homes == 0 && s->places[0].radius == 2, "weights of nothing");
	rules = (PlacesRules) {.method = METHOD_BALANCED, .target_homes = 1, .min_homes = 1, .max_homes = 1,
		.max_radius = INFINITY, .attach_within = INFINITY};
	s = SolvePlaces(PlainRows(3, x, y, NULL, false), &rules);
	CHECK(s->k == 2 && s->places[0].reasons == 0 && s->places[1].reasons == 0, "a place for each home");
	CHECK(PlaceOf(s, 0) == 0 && PlaceOf(s, 2) == 1, "as far north: west to east");
}

/* Sizes and coordinates no authority has: any answer, but one. */
static void
TestExtremes(void)
{
	static const double far[] = {0, 1, 1e-9, 99999999, -1e8, 350000};
	static const double odd[] = {0, 1e-9, 1, 3, 1e6, 1e9};

	for (int trial = 0; trial < 300; trial++)
	{
		Stock		s = {.n = 1 + RandomInt(50)};
		PlacesRules rules = RandomRules();
		PlacesSolution *found;

		for (int r = 0; r < s.n; r++)
		{
			s.x[r] = far[RandomInt(6)] + (trial % 3 ? Random() : 0);
			s.y[r] = far[RandomInt(6)];
			s.w[r] = odd[RandomInt(trial % 2 ? 4 : 6)];
		}
		found = Solve(&s, trial % 5 > 0, &rules);
		for (int r = 0; r < s.n; r++)
			CHECK(PlaceOf(found, r) >= 0 && PlaceOf(found, r) < found->k, "row %d", r);
	}
}

int
main(void)
{
	static const int sizes[] = {1, 2, 9, 60, 250, TEST_ROWS};

	StartTests();
	TestDegenerate();
	for (int trial = 0; trial < 4; trial++)
		for (int size = 0; size < 6; size++)
			for (int kind = 0; kind < 5; kind++)
				TestStock(sizes[size], kind);
	TestExtremes();
	return FinishTests();
}
