/*
 * settlements_test.c
 *	  The rule max_gap: no place is in parts, the search knows it, and a restart
 *	  leaves its answers alone.
 */
#include "check.h"
#include "engine/base/spanning_tree.h"
#include "engine/engine.h"

#define TEST_ROWS	6000

static int	rows;
static double xs[TEST_ROWS];
static double ys[TEST_ROWS];
static double ws[TEST_ROWS];

/* n homes evenly over a disc. */
static void
AddVillage(int n, double x, double y, double across)
{
	for (int i = 0; i < n; i++, rows++)
	{
		xs[rows] = x + across * sqrt((i + 0.5) / n) * cos(i * 2.39996);
		ys[rows] = y + across * sqrt((i + 0.5) / n) * sin(i * 2.39996);
		ws[rows] = 1;
	}
}

static PlacesRules
Rules(double max_gap)
{
	return (PlacesRules) {.method = METHOD_COVERAGE, .target_homes = 450, .min_homes = 450,
		.max_homes = 900, .max_radius = 3000, .max_gap = max_gap};
}

/* Checks every kept place by its members; returns the homes kept. */
static double
CheckPlaces(const PlacesSolution *s, const PlacesRules *rules, const char *what)
{
	double	   *x = HostNew(double, s->points->n);
	double	   *y = HostNew(double, s->points->n);
	double	   *w = HostNew(double, s->points->n);
	double		kept = 0;

	for (int j = 0; j < s->k; j++)
	{
		int			n = 0;
		double		homes = 0;

		if (s->places[j].reasons)
			continue;
		for (int i = 0; i < s->points->n; i++)
			if (s->point_place[i] == j && s->point_relation[i] == MEMBER)
			{
				x[n] = s->points->x[i];
				y[n] = s->points->y[i];
				homes += w[n++] = s->points->w[i];
			}
		CHECK(homes >= rules->min_homes, "%s: %g homes", what, homes);
		CHECK(homes <= rules->max_homes, "%s: %g homes", what, homes);
		CHECK(!LimitsGap(rules) || WidestGap(n, x, y, w, NULL, NULL) <= rules->max_gap,
			  "%s: a gap of %g", what, WidestGap(n, x, y, w, NULL, NULL));
		kept += homes;
	}
	HostFree(x);
	HostFree(y);
	HostFree(w);
	return kept;
}

static double
Kept(double max_gap, const char *what)
{
	PlacesRules rules = Rules(max_gap);

	return CheckPlaces(SolvePlaces(PlainRows(rows, xs, ys, ws, false), &rules), &rules, what);
}

static void
TestVillages(void)
{
	rows = 0;
	AddVillage(300, 0, 0, 400);
	AddVillage(300, 2500, 0, 400);
	CHECK(Kept(0, "two villages") == 600, "one place where a gap may be");
	CHECK(Kept(INFINITY, "two villages") == 600, "or any");
	CHECK(Kept(1500, "two villages") == 0, "none in two parts");
	CHECK(Kept(1800, "two villages") == 600, "the gap is narrower than that");
	AddVillage(200, 1250, 0, 300);
	CHECK(Kept(1500, "three villages") == 800, "a third links them");

	rows = 0;
	AddVillage(500, 0, 0, 400);
	AddVillage(40, 2300, 0, 50);
	AddVillage(11, -2300, 0, 50);
	CHECK(Kept(1500, "hamlets") == 551, "hamlets of less than a tenth are no parts");
	AddVillage(40, 0, 2300, 50);
	CHECK(Kept(1500, "more hamlets") == 555, "nor what is less than a tenth in all: %g", Kept(1500, ""));

	rows = 0;
	AddVillage(430, 0, 0, 400);
	AddVillage(40, 2300, 0, 50);
	CHECK(Kept(1500, "short") == 470, "the hamlet brings the village to the minimum");
}

/* A region of villages and hamlets, by chance. */
static void
Region(int n, double side)
{
	rows = 0;
	while (rows < n)
	{
		int			homes = 5 + RandomInt(RandomInt(3) ? 120 : 500);

		AddVillage(Min(homes, n - rows), side * Random(), side * Random(), 50 + homes);
	}
}

/* The search keeps twice what trimming the answer without the rule would. */
static void
TestRegions(void)
{
	double		kept = 0;
	double		trimmed = 0;

	for (int trial = 0; trial < 12; trial++)
	{
		PlacesRules free = Rules(0);
		PlacesSolution *s;

		Region(3000, 12000);
		s = SolvePlaces(PlainRows(rows, xs, ys, ws, false), &free);
		MeasureGaps(s);
		for (int j = 0; j < s->k; j++)
			if (s->places[j].reasons == 0 && s->places[j].gap <= 1000)
				trimmed += s->places[j].homes;
		kept += Kept(1000, "region");
	}
	CHECK(kept > 2 * trimmed, "%g by trimming, %g by the search", trimmed, kept);
}

/* The same homes again, and some that come and go. */
static void
TestRestart(void)
{
	PlacesRules rules = Rules(1000);

	for (int trial = 0; trial < 6; trial++)
	{
		PlacesIncumbent incumbent = {.tolerance = 0.02};
		PlacesSolution *s;
		PlacesSolution *again;

		Region(2500, 9000);
		s = SolvePlaces(PlainRows(rows, xs, ys, ws, false), &rules);
		incumbent.places = s->k;
		incumbent.place = HostNew(int, rows);
		incumbent.fixed = HostNewZero(uint8_t, rows);
		for (int i = 0; i < rows; i++)
		{
			int			p = s->row_point[i];

			incumbent.place[i] = s->point_relation[p] == MEMBER && s->places[s->point_place[p]].reasons == 0 ?
				s->point_place[p] : -1;
		}
		again = RestartPlaces(PlainRows(rows, xs, ys, ws, false), &rules, &incumbent, NULL);
		CHECK(again->choice == CHOICE_KEPT, "choice %d", again->choice);
		CHECK(CheckPlaces(again, &rules, "again") == CheckPlaces(s, &rules, "once"), "other homes are kept");
		/* a tenth of the homes move away */
		for (int i = 0; i < rows; i += 10)
		{
			xs[i] = 9000 * Random();
			ys[i] = 9000 * Random();
		}
		again = RestartPlaces(PlainRows(rows, xs, ys, ws, false), &rules, &incumbent, NULL);
		CHECK(CheckPlaces(again, &rules, "moved") >= 0.93 *
			  CheckPlaces(SolvePlaces(PlainRows(rows, xs, ys, ws, false), &rules), &rules, "anew"), "much less is kept");
	}
}

int
main(void)
{
	StartTests();
	TestVillages();
	TestRegions();
	TestRestart();
	return FinishTests();
}
