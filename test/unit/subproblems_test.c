/*
 * subproblems_test.c
 *	  An authority in parts that others solve, at another address and in another
 *	  order: the answer is that of one after the other.
 */
#include "check.h"
#include "engine/engine.h"
#include "host.h"

#define TOWNS	9
#define ROWS	(TOWNS * 260)

static int	most;				/* subproblems at a time, so far */

/* Each is moved to memory of its own, the last first, and its own memory spoilt meanwhile. */
static void
SolveElsewhere(PlacesHelpers *helpers, PlacesSubproblem **problem, int n)
{
	(void) helpers;
	most = Max(most, n);
	for (int i = n - 1; i >= 0; i--)
	{
		size_t		size = problem[i]->size;
		PlacesSubproblem *copy = HostAlloc(size);

		memcpy(copy, problem[i], size);
		memset(problem[i], 0xff, size);
		SolveSubproblem(copy);
		memcpy(problem[i], copy, size);
		HostFree(copy);
	}
}

/* Towns of different sizes 60 km apart, some homes on one point and a few between the towns. */
static void
BuildTowns(double *x, double *y, double *w)
{
	for (int i = 0; i < ROWS; i++)
	{
		int			town = i / 260;
		double		wide = 500 + 400 * town;

		x[i] = 60000.0 * (town % 3) + (i % 7 == 0 ? 0 : wide * Random());
		y[i] = 60000.0 * (town / 3) + (i % 7 == 0 ? 0 : wide * Random());
		w[i] = i % 5 == 0 ? 1.5 : 1;
	}
	x[ROWS - 1] += 27000;
}

static void
CheckSame(const PlacesSolution *a, const PlacesSolution *b, const char *what)
{
	CHECK(a->k == b->k && a->choice == b->choice, "%s: %d and %d places", what, a->k, b->k);
	CHECK(memcmp(a->point_place, b->point_place, sizeof(int) * a->points->n) == 0 &&
		  memcmp(a->point_relation, b->point_relation, a->points->n) == 0, "%s: places", what);
	for (int j = 0; j < a->k; j++)
		CHECK(a->places[j].homes == b->places[j].homes && a->places[j].radius == b->places[j].radius &&
			  a->places[j].x == b->places[j].x && a->places[j].rms_distance == b->places[j].rms_distance,
			  "%s: place %d", what, j);
}

static void
TestMethod(PlacesMethod method, bool weighted, const char *what)
{
	double		x[ROWS],
				y[ROWS],
				w[ROWS];
	int			place[ROWS];
	uint8_t		fixed[ROWS] = {0};
	PlacesHelpers helpers = {SolveElsewhere};
	PlacesRules rules = DefaultRules(method, 60, 1500);
	PlacesIncumbent incumbent = {.place = place, .fixed = fixed};
	PlacesSolution *alone;
	PlacesSolution *helped;

	BuildTowns(x, y, w);
	most = 0;
	alone = SolvePlaces(PlainRows(ROWS, x, y, weighted ? w : NULL, false), &rules);
	incumbent.places = 0;
	helped = RestartPlaces(PlainRows(ROWS, x, y, weighted ? w : NULL, false), &rules, &incumbent, &helpers);
	CheckSame(alone, helped, what);
	CHECK(most >= TOWNS, "%s: %d subproblems", what, most);

	/* again from that, after some have moved to other towns, a pin stayed behind and a place has been locked */
	incumbent.places = alone->k;
	for (int i = 0; i < ROWS; i++)
	{
		int			point = alone->row_point[i];

		place[i] = alone->point_relation[point] == MEMBER ? alone->point_place[point] : -1;
		if (place[i] == 3)
			fixed[i] = FIXED_LOCK;
		if (i % 17 == 0 && fixed[i] == FIXED_NOT)
			x[i] = x[(i + 600) % ROWS] + 1;
		else if (i % 97 == 5 && place[i] >= 0)
			fixed[i] = FIXED_PIN;
	}
	alone = RestartPlaces(PlainRows(ROWS, x, y, weighted ? w : NULL, false), &rules, &incumbent, NULL);
	helped = RestartPlaces(PlainRows(ROWS, x, y, weighted ? w : NULL, false), &rules, &incumbent, &helpers);
	CheckSame(alone, helped, what);
}

static void
TestBound(bool weighted)
{
	double		x[ROWS],
				y[ROWS],
				w[ROWS];
	PlacesHelpers helpers = {SolveElsewhere};
	PlacesRules rules = DefaultRules(METHOD_COVERAGE, 60, 1500);
	double		alone,
				helped;

	BuildTowns(x, y, w);
	most = 0;
	alone = LimitCoverage(PlainRows(ROWS, x, y, weighted ? w : NULL, false), &rules, NULL);
	helped = LimitCoverage(PlainRows(ROWS, x, y, weighted ? w : NULL, false), &rules, &helpers);
	CHECK(alone > 0 && alone == helped && most > 1, "bounds %g and %g, %d components", alone, helped, most);
}

int
main(void)
{
	StartTests();
	for (int weighted = 0; weighted < 2; weighted++)
	{
		TestMethod(METHOD_COVERAGE, weighted, "coverage");
		TestMethod(METHOD_BALANCED, weighted, "balanced");
		TestMethod(METHOD_KMEANS, weighted, "kmeans");
		TestBound(weighted);
	}
	return FinishTests();
}
