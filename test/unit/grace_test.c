/*
 * grace_test.c
 *	  Places that were kept stay kept within their grace, as they are: of towns by
 *	  hand, and of random ones week after week under all methods.
 */
#include "engine/engine.h"

#include "check.h"
#include "engine/base/circle.h"

#define MOST	3000
#define MIN		60
#define RADIUS	1000.0
#define GRACE	0.05

typedef struct Stock
{
	int			n;
	double		x[MOST];
	double		y[MOST];
	int			place[MOST];
	uint8_t		fixed[MOST];
	bool		kept[MOST];
	PlacesIncumbent incumbent;
} Stock;

static Stock stock;
static bool was_kept[MOST];	/* of rows */

static PlacesRules
MakeRules(PlacesMethod method)
{
	PlacesRules rules = {.method = method, .target_homes = MIN, .min_homes = MIN, .max_homes = 2 * MIN,
		.max_radius = RADIUS, .remainder = REMAINDER_FLAG};

	if (method == METHOD_BALANCED)
		rules.target_homes = 1.3 * MIN, rules.max_radius = INFINITY;
	return rules;
}

static void
AddHome(Stock *s, double x, double y)
{
	s->x[s->n] = x;
	s->y[s->n] = y;
	s->place[s->n] = -1;
	s->fixed[s->n++] = FIXED_NOT;
}

static void
RemoveHome(Stock *s, int i)
{
	s->n--;
	s->x[i] = s->x[s->n];
	s->y[i] = s->y[s->n];
	s->place[i] = s->place[s->n];
	s->fixed[i] = s->fixed[s->n];
}

/* So many homes around a point, the first two as far apart as `width`. */
static void
AddTown(Stock *s, double x, double y, double width, int n)
{
	AddHome(s, x - width / 2, y);
	AddHome(s, x + width / 2, y);
	for (int i = 2; i < n; i++)
		AddHome(s, x + (Random() - 0.5) * width / 2, y + (Random() - 0.5) * width / 2);
}

static PlacesSolution *
Solve(const Stock *s, const PlacesRules *rules)
{
	PlacesRows	rows = {.n = s->n, .x = s->x, .y = s->y, .was_kept = was_kept};

	for (int i = 0; i < s->n; i++)
		was_kept[i] = s->place[i] >= 0 && s->kept[s->place[i]];
	return RestartPlaces(&rows, rules, &s->incumbent, NULL);
}

static int
PlaceOf(const PlacesSolution *a, int row)
{
	return a->point_place[a->row_point[row]];
}

static bool
IsMember(const PlacesSolution *a, int row)
{
	return a->point_relation[a->row_point[row]] == MEMBER;
}

/* The answer is the incumbent, and its kept places have a grace. */
static void
Remember(Stock *s, const PlacesSolution *a, double tolerance, double grace)
{
	for (int i = 0; i < s->n; i++)
		s->place[i] = IsMember(a, i) || s->fixed[i] != FIXED_NOT ? PlaceOf(a, i) : -1;
	for (int j = 0; j < a->k; j++)
		s->kept[j] = a->places[j].reasons == 0;
	s->incumbent = (PlacesIncumbent) {.places = a->k, .place = s->place, .fixed = s->fixed, .tolerance = tolerance,
	.grace = grace};
}

static int
KeptPlaces(const PlacesSolution *a)
{
	int			count = 0;

	for (int j = 0; j < a->k; j++)
		count += a->places[j].reasons == 0;
	return count;
}

/* Members of a place before that are elsewhere now, or in other company. */
static int
Moved(const Stock *s, const PlacesSolution *a)
{
	int			becomes[MOST];
	int			moved = 0;

	for (int j = 0; j < s->incumbent.places; j++)
		becomes[j] = -1;
	for (int i = 0; i < s->n; i++)
	{
		int			j = s->place[i];

		if (j < 0)
			continue;
		if (becomes[j] < 0)
			becomes[j] = PlaceOf(a, i);
		moved += !IsMember(a, i) || PlaceOf(a, i) != becomes[j];
	}
	return moved;
}

/* A lonely place, or two near each other, of just the minimum: each home lost, one after the other. */
static void
TestMinimum(bool lonely)
{
	PlacesRules rules = MakeRules(METHOD_COVERAGE);

	for (int grace = 0; grace <= 1; grace++)
	{
		stock = (Stock) {0};
		AddTown(&stock, 0, 0, 1000, MIN);
		AddTown(&stock, lonely ? 50000 : 1500, 0, 1000, MIN + 20);
		Remember(&stock, Solve(&stock, &rules), 0, grace * GRACE);
		CHECK(KeptPlaces(Solve(&stock, &rules)) == 2, "%d", stock.incumbent.places);
		for (int homes = MIN - 1; homes > MIN - 6; homes--)
		{
			bool		within = grace && homes >= (1 - GRACE) * MIN;
			PlacesSolution *a;

			RemoveHome(&stock, 2 + MIN - 1 - homes);
			a = Solve(&stock, &rules);
			CHECK((Moved(&stock, a) == 0 && KeptPlaces(a) == 2) == within, "lonely %d grace %d homes %d: %d moved, %d kept",
				  lonely, grace, homes, Moved(&stock, a), KeptPlaces(a));
			if (within)
			{
				CHECK(a->choice == CHOICE_KEPT, "%d", a->choice);
				Remember(&stock, a, 0, GRACE);	/* and from there on no further */
			}
		}
	}
}

/* What is new has no grace, and what fell once has none when it comes back. */
static void
TestNewPlace(void)
{
	PlacesRules rules = MakeRules(METHOD_COVERAGE);
	PlacesSolution *a;

	stock = (Stock) {0};
	AddTown(&stock, 0, 0, 1000, MIN);
	Remember(&stock, Solve(&stock, &rules), 0, GRACE);
	AddTown(&stock, 50000, 0, 1000, 0.96 * MIN + 1);
	a = Solve(&stock, &rules);
	CHECK(KeptPlaces(a) == 1 && !IsMember(a, stock.n - 1), "%d kept", KeptPlaces(a));
	Remember(&stock, a, 0, GRACE);
	for (int lost = 0; lost < 5; lost++)
		RemoveHome(&stock, 2 + lost);
	Remember(&stock, Solve(&stock, &rules), 0, GRACE);
	for (int back = 0; back < 4; back++)
		AddHome(&stock, 0, back);
	a = Solve(&stock, &rules);
	CHECK(KeptPlaces(a) == 0, "%d kept with %d homes", KeptPlaces(a), MIN - 1);
	AddHome(&stock, 0, 100);
	CHECK(KeptPlaces(Solve(&stock, &rules)) == 1, "with the minimum");
}

/* A home moves out a little, and again: the limit is that of the rules. */
static void
TestRadius(void)
{
	PlacesRules rules = MakeRules(METHOD_COVERAGE);

	stock = (Stock) {0};
	AddTown(&stock, 0, 0, 1.999 * RADIUS, 1.5 * MIN);
	Remember(&stock, Solve(&stock, &rules), 0, GRACE);
	for (double radius = 1.005; radius < 1.06; radius += 0.01)
	{
		bool		within = radius < 1 + GRACE;
		PlacesSolution *a;

		stock.x[1] = stock.x[0] + 2 * radius * RADIUS;
		if (radius > 1.02 && radius < 1.03)	/* somebody new in the midst joins */
			AddHome(&stock, 3, 4);
		a = Solve(&stock, &rules);
		CHECK((Moved(&stock, a) == 0) == within, "radius %g: %d moved", radius, Moved(&stock, a));
		CHECK(KeptPlaces(a) == 1 && IsMember(a, stock.n - 1), "radius %g", radius);
		Remember(&stock, a, 0, GRACE);
	}
}

static void
MakeTowns(Stock *s, int n)
{
	*s = (Stock) {0};
	for (int i = 0; i < n; i++)
	{
		int			town = RandomInt(8);

		AddHome(s, 1500 * (town % 4) + 1500 * (Random() + Random()),
				1700 * (town / 4) + 1500 * (Random() + Random()));
	}
}

/* Homes go, come and move a little. */
static void
Churn(Stock *s, int homes)
{
	for (int h = 0; h < homes; h++)
	{
		int			at = RandomInt(s->n);

		switch (RandomInt(4))
		{
			case 0:
				RemoveHome(s, at);
				break;
			case 1:
				AddHome(s, s->x[at] + 20 * Random(), s->y[at]);
				break;
			default:
				s->x[at] += 60 * (Random() - 0.5);
				s->y[at] += 60 * (Random() - 0.5);
		}
	}
}

/* Is every kept place of the incumbent within its grace with what is left of it? */
static bool
AllWithinGrace(const Stock *s, const PlacesRules *rules)
{
	for (int j = 0; j < s->incumbent.places; j++)
	{
		double		x[MOST];
		double		y[MOST];
		int			n = 0;

		for (int i = 0; i < s->n; i++)
			if (s->place[i] == j)
			{
				x[n] = s->x[i];
				y[n++] = s->y[i];
			}
		if (s->kept[j] && (n < (1 - GRACE) * rules->min_homes ||
						   BoundingCircle(n, x, y).radius > (1 + GRACE) * rules->max_radius))
			return false;
	}
	return true;
}

/* Kept are the places that keep the rules, and those before that are within their grace. */
static void
CheckKept(const Stock *s, const PlacesSolution *a, const PlacesRules *rules)
{
	for (int j = 0; j < a->k; j++)
	{
		const PlacesPlace *place = &a->places[j];
		bool		before = place->label < s->incumbent.places && s->kept[place->label];
		double		grace = before ? GRACE : 0;
		bool		kept = place->homes >= (1 - grace) * rules->min_homes - 1e-6 &&
			place->radius <= (1 + grace) * rules->max_radius;

		CHECK((place->reasons == 0) == kept, "%g homes within %g m, kept before %d: reasons %d", place->homes,
			  place->radius, before, place->reasons);
	}
}

/* Weeks of a stock: while all places are within their grace nobody moves, and what is answered is answered again. */
static void
TestWeeks(PlacesMethod method, double tolerance)
{
	PlacesRules rules = MakeRules(method);
	int			weeks = 0;

	MakeTowns(&stock, 500 + RandomInt(500));
	Remember(&stock, Solve(&stock, &rules), tolerance, GRACE);
	for (int week = 0; week < 12; week++)
	{
		PlacesSolution *a;

		int			places = round(stock.n / rules.target_homes);	/* that kmeans makes */

		Churn(&stock, 8);
		a = Solve(&stock, &rules);
		CheckKept(&stock, a, &rules);
		if (places == round(stock.n / rules.target_homes) && tolerance >= 1 && AllWithinGrace(&stock, &rules))
		{
			weeks++;
			CHECK(Moved(&stock, a) == 0 && a->choice == CHOICE_KEPT, "method %d week %d: %d moved, choice %d", method,
				  week, Moved(&stock, a), a->choice);
		}
		Remember(&stock, a, tolerance, GRACE);
		a = Solve(&stock, &rules);
		CHECK(Moved(&stock, a) == 0 && a->choice == CHOICE_KEPT, "method %d week %d again: %d moved, choice %d", method,
			  week, Moved(&stock, a), a->choice);
	}
	CHECK(weeks > 0 || tolerance < 1, "method %d: no week like that", method);
}

int
main(void)
{
	StartTests();
	TestMinimum(true);
	TestMinimum(false);
	TestNewPlace();
	TestRadius();
	for (int round = 0; round < 2; round++)
		for (int method = METHOD_COVERAGE; method <= METHOD_KMEANS; method++)
		{
			TestWeeks(method, 1);
			TestWeeks(method, 0.01);
		}
	return FinishTests();
}
