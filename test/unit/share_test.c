/*
 * share_test.c
 *	  Places with a share of their own under the method balanced: as many homes as
 *	  that share of the others', and nobody moves again for nothing.
 */
#include "engine/engine.h"

#include "check.h"

#define MOST	3000
#define LOW		45.0
#define TARGET	60.0
#define HIGH	80.0

static double x[MOST];
static double y[MOST];
static double w[MOST];
static int	place[MOST];
static uint8_t fixed[MOST];
static double share[MOST];	/* of places, */
static double row_share[MOST];	/* and of the rows in them */
static int	n;
static PlacesIncumbent incumbent;

static const PlacesRules rules = {.method = METHOD_BALANCED, .target_homes = TARGET, .min_homes = LOW,
.max_homes = HIGH, .max_radius = INFINITY};

static PlacesSolution *
Solve(void)
{
	PlacesRows	rows = {.n = n, .x = x, .y = y, .w = w, .share = row_share};

	for (int i = 0; i < n; i++)
		row_share[i] = place[i] >= 0 && incumbent.places > 0 ? share[place[i]] : 1;
	return RestartPlaces(&rows, &rules, &incumbent, NULL);
}

static int
PlaceOf(const PlacesSolution *a, int row)
{
	return a->point_place[a->row_point[row]];
}

/* The answer is the incumbent, with the same share for the place of each label. */
static void
Remember(const PlacesSolution *a)
{
	double		of[MOST];

	for (int j = 0; j < a->k; j++)
		of[j] = a->places[j].label < incumbent.places ? share[a->places[j].label] : 1;
	memcpy(share, of, sizeof(double) * a->k);
	for (int i = 0; i < n; i++)
		place[i] = PlaceOf(a, i);
	incumbent = (PlacesIncumbent) {.places = a->k, .place = place, .fixed = fixed, .tolerance = 0.01};
}

static void
MakeTown(int homes, bool weighted)
{
	n = homes;
	for (int i = 0; i < n; i++)
	{
		int			quarter = RandomInt(5);

		x[i] = 700 * (quarter % 3) + 900 * (Random() + Random());
		y[i] = 800 * (quarter / 3) + 900 * (Random() + Random());
		w[i] = weighted ? 0.5 + RandomInt(4) / 3.0 : 1;
		fixed[i] = FIXED_NOT;
	}
	incumbent = (PlacesIncumbent) {0, .place = place, .fixed = fixed};
}

static void
CheckSizes(const PlacesSolution *a, const char *when)
{
	double		shares = 0;
	double		all = 0;

	for (int j = 0; j < a->k; j++)
	{
		shares += a->places[j].label < incumbent.places ? share[a->places[j].label] : 1;
		all += a->places[j].homes;
	}
	for (int j = 0; j < a->k; j++)
	{
		double		own = a->places[j].label < incumbent.places ? share[a->places[j].label] : 1;

		CHECK(a->places[j].homes >= own * LOW - 1e-6 && a->places[j].homes <= own * HIGH + 1e-6,
			  "%s: place %d of share %g has %g homes", when, j, own, a->places[j].homes);
		CHECK(own == 1 || fabs(a->places[j].homes - own * all / shares) <= 0.05 * own * all / shares + 1,
			  "%s: place %d of share %g has %g homes, a place %g", when, j, own, a->places[j].homes, all / shares);
		CHECK(a->places[j].reasons == 0, "%s: reasons %d", when, a->places[j].reasons);
	}
}

static int
Moved(const PlacesSolution *a)
{
	int			moved = 0;

	for (int i = 0; i < n; i++)
		moved += a->places[PlaceOf(a, i)].label != place[i];
	return moved;
}

static double
HomesOf(const PlacesSolution *a, int label)
{
	for (int j = 0; j < a->k; j++)
		if (a->places[j].label == label)
			return a->places[j].homes;
	return 0;
}

/* A place gets 0.6 of the others, later 1.5 or all again; homes come and go. */
static void
TestShares(bool weighted)
{
	PlacesSolution *a;
	int			one;
	double		before;

	MakeTown(600 + RandomInt(900), weighted);
	Remember(Solve());
	one = RandomInt(incumbent.places);
	before = HomesOf(Solve(), one);
	share[one] = 0.6;
	a = Solve();
	CheckSizes(a, "share");
	CHECK(HomesOf(a, one) < before || before <= 0.6 * HIGH, "%g of %g homes", HomesOf(a, one), before);
	Remember(a);
	CHECK(Moved(Solve()) == 0, "unchanged");
	for (int week = 0; week < 4; week++)
	{
		for (int h = 0; h < n / 20; h++)
		{
			int			from = RandomInt(n);
			int			to = RandomInt(n);

			x[to] = x[from] + 10 * Random();
			y[to] = y[from];
			place[to] = -1;
		}
		a = Solve();
		CheckSizes(a, "week");
		Remember(a);
		CHECK(Moved(Solve()) == 0, "unchanged week");
	}
	for (int j = 0; j < incumbent.places; j++)
		share[j] = j % 3 ? 1 : j % 2 ? 0.5 : 1.5;
	a = Solve();
	CheckSizes(a, "many shares");
	Remember(a);
	CHECK(Moved(Solve()) == 0, "unchanged with many");
	for (int j = 0; j < incumbent.places; j++)
		share[j] = 1;
	CheckSizes(Solve(), "taken back");
}

int
main(void)
{
	StartTests();
	for (int round = 0; round < 6; round++)
		TestShares(round % 2);
	return FinishTests();
}
