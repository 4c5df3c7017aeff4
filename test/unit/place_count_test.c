/*
 * place_count_test.c
 *	  Where the rules say how many places there are, there are so many: of nearly
 *	  equal homes where homes allow it, whatever the weights, and after a restart.
 */
#include "check.h"
#include "engine/engine.h"

#define TEST_ROWS	200

typedef struct Stock
{
	int			n;
	double		x[TEST_ROWS];
	double		y[TEST_ROWS];
	double		w[TEST_ROWS];
} Stock;

/* weights 0: one home each; 1: some; 2: blocks of flats; 3: as far apart as the limits allow */
static Stock
RandomStock(int n, int weights)
{
	Stock		s = {.n = n};

	for (int i = 0; i < n; i++)
	{
		double		spread = i % 3 ? 500 : 8000;

		s.x[i] = spread * Random();
		s.y[i] = RandomInt(50) ? spread * Random() : 0;
		if (weights == 2 && i % 4)
		{
			s.x[i] = s.x[i - 1];
			s.y[i] = s.y[i - 1];
		}
		s.w[i] = weights == 0 ? 1 : weights == 3 ? pow(10, RandomInt(16) - 9) : RandomInt(8) ? 1 + RandomInt(20) : 0;
	}
	return s;
}

static PlacesRules
RulesOf(PlacesMethod method, int k)
{
	return (PlacesRules) {.method = method, .target_homes = 450, .min_homes = LEAST_HOMES,
	.max_homes = INFINITY, .max_radius = INFINITY, .attach_within = INFINITY, .max_gap = INFINITY,
	.k = k, .low_from_k = true, .high_from_k = true};
}

static int
HeavyPoints(const PlacesSolution *s)
{
	int			heavy = 0;

	for (int i = 0; i < s->points->n; i++)
		heavy += s->points->w[i] > 0;
	return heavy;
}

/*
 * So many places, or one for each point that carries homes; all are kept that have
 * as many homes as can be asked for.
 */
static void
CheckCount(const PlacesSolution *s, int k, const char *what)
{
	int			most = HeavyPoints(s);
	int			wanted = most < 1 ? 1 : k < most ? k : most;

	CHECK(s->k == wanted, "%s: %d places instead of %d of %d points", what, s->k, wanted, s->points->n);
	for (int j = 0; j < s->k; j++)
		CHECK(s->places[j].reasons == 0 || s->places[j].homes < LEAST_HOMES, "%s: place %d of %g homes has reasons %d", what, j, s->places[j].homes,
			  s->places[j].reasons);
}

/* None is more than a tenth from the mean, but for what whole homes need. */
static void
CheckBalance(const PlacesSolution *s)
{
	double		mean = s->points->homes / s->k;

	for (int j = 0; j < s->k; j++)
		CHECK(s->places[j].homes >= fmin(floor(mean), 0.9 * mean) - 1e-9 &&
			  s->places[j].homes <= fmax(ceil(mean), 1.1 * mean) + 1e-9,
			  "%g homes in one of %d places, %g on average", s->places[j].homes, s->k, mean);
}

/* The same number from the last answer, and another when it is asked for. */
static void
TestRestart(const Stock *stock, PlacesRules rules, const PlacesSolution *last)
{
	PlacesIncumbent incumbent = {.places = last->k, .place = HostNew(int, stock->n),
	.fixed = HostNewZero(uint8_t, stock->n), .tolerance = 0.5};
	PlacesSolution *again;

	for (int r = 0; r < stock->n; r++)
		incumbent.place[r] = last->point_place[last->row_point[r]];
	again = RestartPlaces(PlainRows(stock->n, stock->x, stock->y, stock->w, false), &rules, &incumbent, NULL);
	CheckCount(again, rules.k, "again");
	CHECK(again->choice == CHOICE_KEPT, "choice %d", again->choice);
	rules.k += 1 + RandomInt(3);
	again = RestartPlaces(PlainRows(stock->n, stock->x, stock->y, stock->w, false), &rules, &incumbent, NULL);
	CheckCount(again, rules.k, "more");
	HostFree(incumbent.place);
	HostFree(incumbent.fixed);
}

static void
TestStock(int n, int weights)
{
	Stock		stock = RandomStock(n, weights);

	for (int trial = 0; trial < 5; trial++)
		for (int method = METHOD_BALANCED; method <= METHOD_KMEANS; method++)
		{
			int			k = trial == 0 ? 1 : trial == 1 ? n + 1 : 1 + RandomInt(trial % 2 ? n : 1 + n / 10);
			PlacesRules rules = RulesOf(method, k);
			PlacesSolution *s = SolvePlaces(PlainRows(n, stock.x, stock.y, stock.w, false), &rules);

			CheckCount(s, k, method == METHOD_KMEANS ? "kmeans" : "balanced");
			if (weights == 0 && method == METHOD_BALANCED)
				CheckBalance(s);
			if (s->points->homes > 0)
				TestRestart(&stock, rules, s);
		}
}

/* Bounds that are given are kept to as they are without k: so far as the number allows. */
static void
TestGivenBounds(void)
{
	Stock		stock = RandomStock(TEST_ROWS, 0);
	PlacesRules rules = RulesOf(METHOD_BALANCED, 4);
	PlacesSolution *s;

	rules.min_homes = 40;
	rules.low_from_k = false;
	rules.max_homes = 120;
	rules.high_from_k = false;
	rules.target_homes = 40;
	s = SolvePlaces(PlainRows(stock.n, stock.x, stock.y, NULL, false), &rules);
	CheckCount(s, 4, "within bounds");
	rules.min_homes = rules.target_homes = 60;
	s = SolvePlaces(PlainRows(stock.n, stock.x, stock.y, NULL, false), &rules);
	CHECK(s->k == 4, "%d places", s->k);
	for (int j = 0; j < s->k; j++)
		CHECK(s->places[j].homes >= 50 && s->places[j].homes <= 60, "%g homes", s->places[j].homes);
}

/* A block of half the homes is a place, and the others share the rest. */
static void
TestBlock(void)
{
	Stock		stock = RandomStock(101, 0);
	PlacesRules rules = RulesOf(METHOD_BALANCED, 5);
	PlacesSolution *s;

	stock.w[50] = 100;
	s = SolvePlaces(PlainRows(stock.n, stock.x, stock.y, stock.w, false), &rules);
	CheckCount(s, 5, "with a block");
	for (int j = 0; j < s->k; j++)
		CHECK(s->places[j].homes == 100 || (s->places[j].homes >= 22 && s->places[j].homes <= 28),
			  "%g homes", s->places[j].homes);
}

int
main(void)
{
	static const int sizes[] = {1, 2, 9, 60, TEST_ROWS};

	StartTests();
	for (int size = 0; size < 5; size++)
		for (int weights = 0; weights < 4; weights++)
			TestStock(sizes[size], weights);
	TestGivenBounds();
	TestBlock();
	return FinishTests();
}
