/*
 * loads_test.c
 *	  Loads shared out between balanced places: against every way of dividing a few
 *	  points, and what must hold of many.
 */
#include "check.h"
#include "host.h"
#include "engine/engine.h"
#include "engine/balanced/balanced.h"
#include "engine/balanced/load_state.h"
#include "engine/part.h"

#define MOST_ROWS_HERE	1500
#define FEW				9

/* ---- every division of a few points ---- */

typedef struct Division
{
	const PlacesPoints *points;
	const PlacesRules *rules;
	int			k;
	int			label[FEW];
	PlacesLoadScore best;
} Division;

static PlacesLoadScore
ScoreOf(const PlacesPoints *points, const PlacesRules *rules, int k, int *label)
{
	PlacesLoadProblem *problem = NewLoadProblem(&(PlacesLoadTask) {.points = points, .rules = rules, .k = k}, label);
	PlacesLoadState *state = NewLoadState(problem, label);
	PlacesLoadScore score = ScoreLoads(state);

	FreeLoadState(state);
	FreeLoadProblem(problem);
	return score;
}

static void
TryPoint(Division *d, int i, int used)
{
	PlacesLoadScore score;

	if (i < d->points->n)
	{
		for (int j = 0; j <= Min(used, d->k - 1); j++)
		{
			d->label[i] = j;
			TryPoint(d, i + 1, Max(used, j + 1));
		}
		return;
	}
	if (used < d->k)
		return;
	score = ScoreOf(d->points, d->rules, d->k, d->label);
	if (IsBetterScore(score, d->best))
		d->best = score;
}

/* n points of some homes each, anywhere or on a line or grid, with so many loads. */
static PlacesPoints *
MakePoints(int n, int most, int nloads)
{
	static double x[MOST_ROWS_HERE],
				y[MOST_ROWS_HERE],
				w[MOST_ROWS_HERE],
				load[MOST_LOADS][MOST_ROWS_HERE];
	static int	row_point[MOST_ROWS_HERE];
	PlacesRows	rows = {.n = n,.nloads = nloads};
	PlacesPoints *points;
	int			kind = RandomInt(3);

	for (int i = 0; i < n; i++)
	{
		x[i] = kind == 1 ? 100 * (i % 20) : 2000 * Random();
		y[i] = kind == 1 ? 100 * (i / 20) : kind == 2 ? 0 : 2000 * Random();
		w[i] = 1 + RandomInt(most);
		for (int l = 0; l < nloads; l++)
			load[l][i] = l % 2 ? RandomInt(3) : w[i] * (0.5 + x[i] / 2000 + Random());
	}
	points = CollapseRows(n, x, y, w, NULL, row_point);
	for (int l = 0; l < nloads; l++)
		rows.load[l] = load[l];
	CarryLoads(points, &rows, row_point);
	return points;
}

static PlacesRules
LoadRules(double homes, int k, double bound, int nloads, double tolerance)
{
	PlacesRules rules = {.method = METHOD_BALANCED, .target_homes = homes / k, .min_homes = (1 - bound) * homes / k,
		.max_homes = (1 + bound) * homes / k, .max_radius = INFINITY, .attach_within = INFINITY,
		.max_gap = INFINITY, .k = k, .nloads = nloads};

	for (int l = 0; l < nloads; l++)
		rules.load_tolerance[l] = tolerance;
	return rules;
}

static int	possible = 0;
static int	missed = 0;
static int	beaten = 0;
static double excess = 0;

/* Among all divisions there is hardly a better one. */
static void
TestFew(void)
{
	int			nloads = 1 + RandomInt(2);
	PlacesPoints *points = MakePoints(5 + RandomInt(FEW - 4), 2, nloads);
	int			k = 2 + RandomInt(2);
	PlacesRules rules = LoadRules(points->homes, k, 0.4, nloads, 0.25 + 0.25 * RandomInt(2));
	Division	d = {.points = points,.rules = &rules,.k = k,.best = {INFINITY, INFINITY, INFINITY}};
	int			label[FEW];
	PlacesLoadScore score;

	CHECK(BalancedCluster(points, &rules, label) == k, "not %d places", k);
	score = ScoreOf(points, &rules, k, label);
	TryPoint(&d, 0, 0);
	CHECK(!IsBetterScore(score, d.best), "better than all");
	if (IsBalanced(d.best))
	{
		possible++;
		missed += !IsBalanced(score);
		if (IsBalanced(score) && d.best.squares > 0)
			excess += score.squares / d.best.squares - 1;
	}
	else
		beaten += d.best.sizes < score.sizes - 1e-9 ||
			(d.best.sizes > score.sizes - 1e-9 && d.best.loads < score.loads - 1e-9);
	FreePoints(points);
}

/* ---- many points ---- */

/* Loads that single homes can share out are shared out, and sizes stay in their bounds. */
static void
TestMany(void)
{
	int			nloads = 1 + RandomInt(3);
	PlacesPoints *points = MakePoints(600 + RandomInt(600), 1, nloads);
	int			k = 4 + RandomInt(8);
	PlacesRules rules = LoadRules(points->homes, k, 0.25, nloads, 0.2);
	int		   *label = HostNew(int, points->n);
	int		   *again = HostNew(int, points->n);
	PlacesLoadScore score;
	PlacesLoadScore before;

	CHECK(BalancedCluster(points, &rules, label) == k, "not %d places", k);
	score = ScoreOf(points, &rules, k, label);
	CHECK(IsBalanced(score), "%d homes in %d places, %d loads: %g and %g outside", points->n, k, nloads,
		  score.sizes, score.loads);
	points->nloads = 0;
	BalancedCluster(points, &rules, again);
	points->nloads = nloads;
	before = ScoreOf(points, &rules, k, again);
	CHECK(before.sizes == 0 && score.squares < 4 * before.squares, "%g of %g", score.squares, before.squares);

	/* without a limit they are as if nobody knew of loads */
	rules = LoadRules(points->homes, k, 0.25, nloads, INFINITY);
	BalancedCluster(points, &rules, label);
	CHECK(memcmp(label, again, sizeof(int) * points->n) == 0, "a load without limit changes places");
	HostFree(label);
	HostFree(again);
	FreePoints(points);
}

/* One point has all of a load: the place around it cannot keep the bound, and no other. */
static void
TestOneCarriesAll(void)
{
	PlacesPoints *points = MakePoints(200, 1, 1);
	PlacesRules rules = LoadRules(points->homes, 5, 0.25, 1, 0.1);
	int		   *label = HostNew(int, points->n);
	PlacesLoadScore score;

	for (int i = 0; i < points->n; i++)
		points->load[0][i] = i == 17 ? 100 : 0;
	BalancedCluster(points, &rules, label);
	score = ScoreOf(points, &rules, 5, label);
	CHECK(score.sizes == 0 && fabs(score.loads - (3.9 + 4 * 0.9)) < 1e-6, "%g and %g", score.sizes, score.loads);
	HostFree(label);
	FreePoints(points);
}

/* A place for each home: nothing can move, and no exchange of two is a gain, so the search ends. */
static void
TestHomesAlone(void)
{
	PlacesPoints *points = MakePoints(200, 1, 1);
	PlacesRules rules = LoadRules(points->n, points->n, 0.25, 1, 0.1);
	int		   *label = HostNew(int, points->n);
	PlacesLoadScore score;

	for (int i = 0; i < points->n; i++)
		points->load[0][i] = 10 * Random();
	CHECK(BalancedCluster(points, &rules, label) == points->n, "homes share places");
	score = ScoreOf(points, &rules, points->n, label);
	CHECK(score.sizes <= points->homes - points->n, "%g homes outside", score.sizes);
	HostFree(label);
	FreePoints(points);
}

/* Loads far apart, at the ends of a strip, are shared out all the same. */
static void
TestStrip(void)
{
	static double x[1000],
				y[1000],
				load[1000];
	static int	row_point[1000];
	PlacesRows	rows = {.n = 1000, .nloads = 1, .load = {load}};
	PlacesPoints *points;
	PlacesRules rules = LoadRules(1000, 20, 0.1, 1, 0.1);
	int			label[1000];
	PlacesLoadScore score;

	for (int i = 0; i < rows.n; i++)
	{
		x[i] = i * 7919 % 4000;
		y[i] = 40 * i;
		load[i] = i < 300 ? 1 : 2;
	}
	points = CollapseRows(rows.n, x, y, NULL, NULL, row_point);
	CarryLoads(points, &rows, row_point);
	BalancedCluster(points, &rules, label);
	score = ScoreOf(points, &rules, 20, label);
	CHECK(IsBalanced(score), "%g and %g outside", score.sizes, score.loads);
	FreePoints(points);
}

/* A group of all homes, which is divided, has its loads shared out, and that ends. */
static void
TestOneGroup(void)
{
	static double x[750],
				y[750],
				load[750];
	static int64_t group[750];
	PlacesRows	rows = {.n = 750, .x = x, .y = y, .together = group, .nloads = 1, .load = {load}};
	PlacesRules rules = LoadRules(750, 3, 0.1, 1, 0.1);
	const PlacesSolution *s;

	for (int i = 0; i < rows.n; i++)
	{
		x[i] = 1000 * Random();
		y[i] = 1000 * Random();
		load[i] = 10 * Random();
		group[i] = 1;
	}
	s = SolvePlaces(&rows, &rules);
	CHECK(s->k == 3, "%d places", s->k);
}

/* A load that nobody has, and a block that is a place by itself, change nothing and break nothing. */
static void
TestNothingAndBlock(void)
{
	PlacesPoints *points = MakePoints(200, 1, 1);
	PlacesRules rules = {.method = METHOD_BALANCED, .target_homes = 20, .min_homes = 18, .max_homes = 22,
		.max_radius = INFINITY, .max_gap = INFINITY, .nloads = 1, .load_tolerance = {0.2}};
	int		   *label = HostNew(int, points->n);
	int		   *plain = HostNew(int, points->n);
	int			with_block = 0;

	memset(points->load[0], 0, sizeof(double) * points->n);
	BalancedCluster(points, &rules, label);
	points->nloads = 0;
	BalancedCluster(points, &rules, plain);
	points->nloads = 1;
	CHECK(memcmp(label, plain, sizeof(int) * points->n) == 0, "an empty load changes places");
	points->w[100] = 40;
	points->homes += 39;
	for (int i = 0; i < points->n; i++)
		points->load[0][i] = points->w[i];
	BalancedCluster(points, &rules, label);
	for (int i = 0; i < points->n; i++)
		with_block += label[i] == label[100];
	CHECK(with_block == 1, "%d points in the place of the block", with_block);
	HostFree(label);
	HostFree(plain);
	FreePoints(points);
}

/* ---- from an incumbent ---- */

/* Label the points from an incumbent, of which some are fixed; returns how many moved. */
static int
Restart(const PlacesPoints *points, const PlacesRules *rules, int places, const int *was, int nfixed,
		int *label)
{
	int		   *place = HostNew(int, points->n);
	uint8_t    *fixed = HostNewZero(uint8_t, points->n);
	bool	   *pinned_outside = HostNewZero(bool, points->n);
	PlacesIncumbent incumbent = {.places = places, .place = place, .fixed = fixed, .tolerance = 0.01};
	int			moved = 0;

	memcpy(place, was, sizeof(int) * points->n);
	for (int i = 0; i < nfixed; i++)
		fixed[7 * i % points->n] = FIXED_PIN;
	LabelWhole(points, rules, &incumbent, label, pinned_outside);
	for (int i = 0; i < points->n; i++)
	{
		moved += label[i] != was[i];
		CHECK(!fixed[i] || label[i] == was[i], "a fixed home moved");
	}
	HostFree(place);
	HostFree(fixed);
	HostFree(pinned_outside);
	return moved;
}

/* The same homes again are the same places; where loads change few move, and all is balanced again. */
static void
TestRestart(void)
{
	int			nloads = 1 + RandomInt(2);
	PlacesPoints *points = MakePoints(900, 1, nloads);
	int			k = 6;
	PlacesRules rules = LoadRules(points->homes, k, 0.25, nloads, 0.15);
	int		   *label = HostNew(int, points->n);
	int		   *again = HostNew(int, points->n);
	int			moved;

	BalancedCluster(points, &rules, label);
	moved = Restart(points, &rules, k, label, 0, again);
	CHECK(moved == 0, "%d of %d moved for nothing", moved, points->n);

	/* one place has a fifth more to do */
	for (int i = 0; i < points->n; i++)
		if (label[i] == 2)
			points->load[0][i] *= 1.2;
	moved = Restart(points, &rules, k, label, 0, again);
	CHECK(IsBalanced(ScoreOf(points, &rules, k, again)), "not balanced after %d moves", moved);
	CHECK(moved < points->n / 6, "%d of %d moved", moved, points->n);
	memcpy(label, again, sizeof(int) * points->n);
	moved = Restart(points, &rules, k, label, 0, again);
	CHECK(moved == 0, "%d of %d moved for nothing after a change", moved, points->n);

	/* homes that are held stay, and so do all others the second time */
	for (int i = 0; i < points->n; i++)
		points->load[0][i] *= label[i] == 3 ? 1.3 : 1;
	Restart(points, &rules, k, label, 40, again);
	CHECK(IsBalanced(ScoreOf(points, &rules, k, again)), "not balanced around fixed homes");
	memcpy(label, again, sizeof(int) * points->n);
	moved = Restart(points, &rules, k, label, 40, again);
	CHECK(moved == 0, "%d of %d moved for nothing around fixed homes", moved, points->n);
	HostFree(label);
	HostFree(again);
	FreePoints(points);
}

int
main(void)
{
	StartTests();
	for (int i = 0; i < 100; i++)
		TestFew();
	for (int i = 0; i < 12; i++)
		TestMany();
	for (int i = 0; i < 8; i++)
		TestRestart();
	TestOneCarriesAll();
	TestHomesAlone();
	TestOneGroup();
	TestStrip();
	TestNothingAndBlock();
	printf("few points: %d of %d missed, %d times more outside than need be, %.1f %% above the least\n",
		   missed, possible, beaten, 100 * excess / Max(possible - missed, 1));
	CHECK(possible > 50, "%d", possible);
	CHECK(missed * 20 <= possible, "%d of %d that can be balanced are not", missed, possible);
	CHECK(excess <= 0.05 * possible, "%g of %d", excess, possible);
	return FinishTests();
}
