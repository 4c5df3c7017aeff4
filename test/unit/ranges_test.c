/*
 * ranges_test.c
 *	  At the limits of what is taken in nothing overflows, vanishes or runs for
 *	  ever, and everything can be cancelled at once.
 */
#include <setjmp.h>

#include "check.h"
#include "engine/base/kdtree.h"
#include "engine/base/assignment.h"
#include "engine/base/ranges.h"
#include "engine/base/sort.h"
#include "engine/engine.h"
#include "host.h"

#define MOST_POINTS		300000
#define RUN_SECONDS		2.0		/* of work that is then cancelled */
#define LONGEST_GAP		0.5		/* seconds without a look for a cancel */

static double x[MOST_POINTS];
static double y[MOST_POINTS];
static double w[MOST_POINTS];

static const double infinity = INFINITY;

/* ---- bytes and counts ---- */

static void
TestSizes(void)
{
	/* candidates (disc_candidates.c), cells of a grid, columns of the lattice */
	CHECK(10.0 * MOST_ROWS + 50000 < 2147483647.0, "%d", MOST_ROWS);
	CHECK(4.0 * MOST_ROWS + 16 < 2147483647.0, "%d", MOST_ROWS);
	CHECK(2 * FARTHEST / (LEAST_METRES / 4) + 5 < 2147483647.0, "%g", FARTHEST);
	/* whole homes add up exactly */
	CHECK(MOST_HOMES + 1 - MOST_HOMES == 1 && 2 * MOST_HOMES + 1 - 2 * MOST_HOMES == 1, "%g", MOST_HOMES);
}

static void
TestRanges(void)
{
	static const double weights[] = {0, 1e-9, 1, 1e9};
	static const double none[] = {-1, 5e-324, 9e-10, 1.0000001e9, 1e308};

	for (int i = 0; i < 4; i++)
		CHECK(IsWeight(weights[i]), "%g", weights[i]);
	for (int i = 0; i < 5; i++)
		CHECK(!IsWeight(none[i]), "%g", none[i]);
	CHECK(!IsWeight(NAN) && !IsWeight(infinity) && !IsLocation(NAN, 0) && !IsLocation(0, NAN), "NaN");
	CHECK(IsLocation(99999999, 99999999) && IsLocation(-1e8, 1e8) && !IsLocation(0, 1.00000001e8), "the edge");
	CHECK(IsTolerance(0) && !IsTolerance(-1e-300) && !IsTolerance(NAN) && !IsTolerance(1e7), "tolerance");
}

/* ---- the ends of the grid ---- */

/*
 * Clumps of five homes half a metre apart, in all corners of the grid and in
 * the middle: each is a place of the least radius, whatever lies between them.
 */
static void
TestCorners(PlacesMethod method, double radius)
{
	static const double at[5][2] = {{-1e8, -1e8}, {1e8 - 1, -1e8}, {-1e8, 1e8 - 1}, {1e8 - 1, 1e8 - 1}, {0, 0}};
	PlacesRules rules = {.method = method, .target_homes = 5, .min_homes = 5, .max_homes = 9,
	.max_radius = radius};
	PlacesSolution *s;

	if (method == METHOD_KMEANS)
		rules.max_homes = infinity;
	for (int i = 0; i < 25; i++)
	{
		x[i] = at[i / 5][0] + 0.5 * (i % 5 % 2);
		y[i] = at[i / 5][1] + 0.5 * (i % 5 / 2) * 0.5;
	}
	s = SolvePlaces(PlainRows(25, x, y, NULL, false), &rules);
	CHECK(s->k == 5, "%d places by method %d", s->k, method);
	for (int j = 0; j < s->k; j++)
		CHECK(s->places[j].reasons == 0 && s->places[j].homes == 5, "place %d: %g homes, radius %g",
			  j, s->places[j].homes, s->places[j].radius);
	CHECK(LimitCoverage(PlainRows(25, x, y, NULL, false), &rules, NULL) == 25, "bound");
}

/* Any numbers within the ranges: an answer, in which nobody is nowhere. */
static void
TestExtremes(void)
{
	static const double far[] = {0, 1, 1e-300, 1e8, -1e8, 99999999, 350000};
	static const double weights[] = {0, 1e-9, 1, 22, 1e9, 1e9};
	static const double homes[] = {LEAST_HOMES, 1, 450, 1e9, MOST_HOMES};
	static const double metres[] = {LEAST_METRES, 3000, 1e8, MOST_METRES};

	for (int trial = 0; trial < 400; trial++)
	{
		int			n = 1 + RandomInt(60);
		double		target = homes[RandomInt(5)];
		PlacesRules rules = {.method = RandomInt(3), .target_homes = target, .min_homes = target,
			.max_homes = RandomInt(2) ? infinity : RandomInt(2) ? target : fmin(2 * target, MOST_HOMES),
		.max_radius = metres[RandomInt(4)]};
		PlacesSolution *s;
		double		bound;

		if (RandomInt(2))
			rules.min_homes = homes[0];
		if (rules.method == METHOD_COVERAGE)
			rules.remainder = RandomInt(3);
		rules.attach_within = infinity;
		for (int i = 0; i < n; i++)
		{
			x[i] = far[RandomInt(7)] + (trial % 3 == 0 ? -Random() : 0);
			x[i] = fmax(x[i], -1e8);
			y[i] = far[RandomInt(7)];
			w[i] = weights[RandomInt(6)];
		}
		s = SolvePlaces(PlainRows(n, x, y, trial % 4 ? w : NULL, false), &rules);
		CHECK(s->k > 0 && s->k <= n, "%d places", s->k);
		for (int r = 0; r < n; r++)
		{
			int			place = s->point_place[s->row_point[r]];

			CHECK(place >= 0 && place < s->k, "row %d is in place %d", r, place);
		}
		bound = LimitCoverage(PlainRows(n, x, y, trial % 4 ? w : NULL, false), &rules, NULL);
		CHECK(bound >= 0 && bound <= s->points->homes, "bound %g of %g", bound, s->points->homes);
	}
}

/* ---- a sort of many runs ---- */

static int
CompareDoubles(const void *a, const void *b)
{
	double		p = *(const double *) a;
	double		q = *(const double *) b;

	return p < q ? -1 : p > q;
}

static void
TestSort(void)
{
	static const int sizes[] = {0, 1, 2, 1000, 65536, 65537, 131072, 131073, 200000, 300000};

	for (int s = 0; s < 10; s++)
	{
		double		sum = 0;
		int			wrong = 0;

		for (int i = 0; i < sizes[s]; i++)
			sum += x[i] = RandomInt(1 << 20);
		SortItems(x, sizes[s], sizeof(double), CompareDoubles);
		for (int i = 0; i < sizes[s]; i++)
		{
			sum -= x[i];
			wrong += i > 0 && x[i - 1] > x[i];
		}
		CHECK(wrong == 0 && sum == 0, "%d items: %d wrong, %g lost", sizes[s], wrong, sum);
	}
}

/* ---- cancel ---- */

static jmp_buf cancelled;
static bool counting = false;
static double began;
static double looked;
static double longest;

/* The engine looks for a cancel: how long has it been, and is it time? */
static void
OnLook(void)
{
	double		now;

	if (!counting)
		return;
	now = ProcessorSeconds();
	longest = fmax(longest, now - looked);
	looked = now;
	if (now - began > RUN_SECONDS)
	{
		counting = false;
		longjmp(cancelled, 1);
	}
}

static void
StartClock(void)
{
	LookWith(OnLook);
	counting = true;
	longest = 0;
	began = looked = ProcessorSeconds();
}

static void
StopClock(const char *what)
{
	if (counting)
		longest = fmax(longest, ProcessorSeconds() - looked);
	counting = false;
	CHECK(longest < LONGEST_GAP, "%s: %.2f seconds without a look", what, longest);
}

/* A town, and a home at the end of the grid: all of the town is in one cell of most grids. */
static void
MakeTown(int n, int weights)
{
	for (int i = 0; i < n; i++)
	{
		x[i] = i == 0 ? 99999999 : floor(5000 * Random());
		y[i] = i == 0 ? 99999999 : floor(5000 * Random());
		w[i] = weights == 1 ? 1 : 1 + Random();
	}
}

static void
TestCancelSolve(const char *what, int n, const PlacesRules *rules)
{
	if (setjmp(cancelled) == 0)
	{
		StartClock();
		SolvePlaces(PlainRows(n, x, y, w, false), rules);
	}
	StopClock(what);
}

static void
TestCancelBound(const char *what, int n, const PlacesRules *rules)
{
	if (setjmp(cancelled) == 0)
	{
		StartClock();
		LimitCoverage(PlainRows(n, x, y, w, false), rules, NULL);
	}
	StopClock(what);
}

static void
TestCancelMatching(void)
{
	int			groups = 400;
	PlacesOverlap *overlap = HostNew(PlacesOverlap, groups * groups);
	bool	   *matched = HostNew(bool, groups * groups);

	for (int i = 0; i < groups * groups; i++)
		overlap[i] = (PlacesOverlap) {i / groups, i % groups, 1 + RandomInt(3), false};
	if (setjmp(cancelled) == 0)
	{
		StartClock();
		MatchGroups(groups * groups, overlap, matched);
	}
	StopClock("matching");
}

static void
TestCancel(void)
{
	PlacesRules coverage = {.method = METHOD_COVERAGE, .target_homes = 450, .min_homes = 450,
	.max_homes = 900, .max_radius = 3000, .attach_within = infinity};
	PlacesRules small = {.method = METHOD_COVERAGE, .target_homes = 1e-6, .min_homes = 1e-6,
	.max_homes = 3, .max_radius = 1, .attach_within = infinity};
	PlacesRules balanced = {.method = METHOD_BALANCED, .target_homes = 20000, .min_homes = 19999,
	.max_homes = 20001, .max_radius = infinity, .attach_within = infinity};
	PlacesRules kmeans = {.method = METHOD_KMEANS, .target_homes = 2, .min_homes = 2,
	.max_homes = infinity, .max_radius = infinity, .attach_within = infinity};

	MakeTown(20000, 1);
	TestCancelSolve("coverage with a home far away", 20000, &coverage);
	TestCancelSolve("coverage with small places", 20000, &small);
	TestCancelSolve("k-means with as many places as it can", 20000, &kmeans);
	TestCancelBound("bound with a home far away", 20000, &coverage);
	TestCancelBound("bound with small places", 20000, &small);
	MakeTown(60000, 0);
	TestCancelSolve("balanced with as many weights as homes", 60000, &balanced);
	MakeTown(MOST_POINTS, 1);
	TestCancelSolve("k-means of many points", MOST_POINTS, &kmeans);
	TestCancelMatching();
}

int
main(void)
{
	StartTests();
	TestSizes();
	TestRanges();
	for (int method = 0; method < 3; method++)
		TestCorners(method, LEAST_METRES);
	TestCorners(METHOD_COVERAGE, 3000);
	TestExtremes();
	TestSort();
	TestCancel();
	return FinishTests();
}
