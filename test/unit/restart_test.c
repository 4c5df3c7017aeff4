/*
 * restart_test.c
 *	  Properties of answers that start from an incumbent: nobody moves for
 *	  nothing, fixed assignments are obeyed, places keep the rules, on random
 *	  towns under all methods.
 */
#include "engine/engine.h"

#include <stdlib.h>

#include "engine/balanced/balanced.h"
#include "check.h"
#include "engine/base/circle.h"
#include "engine/kmeans/lloyd.h"

#define MOST	3000

/* A group of rows and its incumbent. */
typedef struct Stock
{
	int			n;
	double		x[MOST];
	double		y[MOST];
	double		w[MOST];
	int			place[MOST];
	uint8_t		fixed[MOST];
	PlacesIncumbent incumbent;
} Stock;

static Stock stock;
static Stock other;

static double
Around(double middle, double width)
{
	return middle + width * (Random() + Random() - 1);
}

/* A home in a town of some ten clusters; now and then on the spot of an earlier one. */
static void
PutHome(Stock *s, int i, bool weighted)
{
	int			cluster = RandomInt(10);

	s->x[i] = Around(2000 * (cluster % 4), 1500);
	s->y[i] = Around(1800 * (cluster / 4), 1200);
	if (i > 0 && RandomInt(5) == 0)
	{
		int			neighbour = RandomInt(i);

		s->x[i] = s->x[neighbour];
		s->y[i] = s->y[neighbour];
	}
	s->w[i] = weighted ? 0.25 + RandomInt(9) / 3.0 : 1;
	s->place[i] = -1;
	s->fixed[i] = FIXED_NOT;
}

static void
MakeStock(Stock *s, int n, bool weighted)
{
	s->n = n;
	for (int i = 0; i < n; i++)
		PutHome(s, i, weighted);
	s->incumbent = (PlacesIncumbent) {.place = s->place, .fixed = s->fixed, .tolerance = 0.01};
}

static PlacesRules
MakeRules(PlacesMethod method, PlacesRemainder remainder, double radius)
{
	PlacesRules rules = {.method = method, .target_homes = 60, .min_homes = 60, .max_homes = 120,
		.max_radius = radius, .remainder = remainder, .attach_within = INFINITY};

	if (method == METHOD_BALANCED)
		rules.min_homes = 54, rules.max_homes = 66;
	return rules;
}

static PlacesSolution *
Restart(const Stock *s, const PlacesRules *rules)
{
	return RestartPlaces(PlainRows(s->n, s->x, s->y, s->w, false), rules, &s->incumbent, NULL);
}

static int
PlaceOf(const PlacesSolution *a, int row)
{
	return a->point_place[a->row_point[row]];
}

static PlacesRelation
RelationOf(const PlacesSolution *a, int row)
{
	return a->point_relation[a->row_point[row]];
}

/* Make the answer the incumbent; fixed homes' places keep their numbers. */
static void
Remember(Stock *s, const PlacesSolution *a)
{
	int			number[MOST];
	int			next = s->incumbent.places;

	for (int j = 0; j < a->k; j++)
		number[j] = -1;
	for (int i = 0; i < s->n; i++)
		if (s->fixed[i] != FIXED_NOT)
			number[PlaceOf(a, i)] = s->place[i];
	for (int j = 0; j < a->k; j++)
		if (number[j] < 0)
			number[j] = next++;
	for (int i = 0; i < s->n; i++)
		s->place[i] = RelationOf(a, i) == MEMBER || s->fixed[i] != FIXED_NOT ?
			number[PlaceOf(a, i)] : -1;
	s->incumbent.places = next;
}

/* Rows that the two answers put elsewhere, or for another reason. */
static int
Differences(const PlacesSolution *a, const PlacesSolution *b, int n)
{
	int			count = 0;

	for (int i = 0; i < n; i++)
		count += PlaceOf(a, i) != PlaceOf(b, i) || RelationOf(a, i) != RelationOf(b, i);
	return count;
}

/* Homes of the places that keep the rules. */
static double
Kept(const PlacesSolution *a)
{
	double		homes = 0;

	for (int j = 0; j < a->k; j++)
		homes += a->places[j].reasons == 0 ? a->places[j].homes : 0;
	return homes;
}

static void
Replace(Stock *s, int count, bool weighted)
{
	for (; count > 0; count--)
		PutHome(s, RandomInt(s->n), weighted);
}

/* Lock one place whole, and pin some homes to it and others. */
static void
FixSome(Stock *s, int pins)
{
	int			locked = s->place[RandomInt(s->n)];

	for (int i = 0; i < s->n; i++)
		if (locked >= 0 && s->place[i] == locked)
			s->fixed[i] = FIXED_LOCK;
	for (; pins > 0; pins--)
	{
		int			i = RandomInt(s->n);
		int			to = s->place[RandomInt(s->n)];

		if (to < 0 || s->fixed[i] == FIXED_LOCK)
			continue;
		s->place[i] = to;
		s->fixed[i] = FIXED_PIN;
	}
}

/* Every home that is fixed is in its place, and in no other's. */
static void
CheckFixed(const Stock *s, const PlacesSolution *a)
{
	int		   *number = HostNew(int, s->incumbent.places + 1);
	int		   *holder = HostNew(int, a->k);

	for (int j = 0; j < s->incumbent.places; j++)
		number[j] = -1;
	for (int j = 0; j < a->k; j++)
		holder[j] = -1;
	for (int i = 0; i < s->n; i++)
	{
		int			now = PlaceOf(a, i);

		if (s->fixed[i] == FIXED_NOT)
		{
			CHECK(RelationOf(a, i) != PINNED, "home %d is not fixed", i);
			continue;
		}
		if (number[s->place[i]] < 0)
			number[s->place[i]] = now;
		if (holder[now] < 0)
			holder[now] = s->place[i];
		CHECK(number[s->place[i]] == now, "place %d in two", s->place[i]);
		CHECK(holder[now] == s->place[i], "places %d and %d in one", holder[now], s->place[i]);
		CHECK(RelationOf(a, i) == MEMBER || RelationOf(a, i) == PINNED, "home %d let go", i);
		CHECK(s->fixed[i] == FIXED_PIN || RelationOf(a, i) == MEMBER, "locked home %d", i);
	}
	HostFree(number);
	HostFree(holder);
}

/* A place that is kept has the size and the circle it must have, by its members' own count. */
static void
CheckPlaces(const Stock *s, const PlacesSolution *a, const PlacesRules *rules)
{
	for (int j = 0; j < a->k; j++)
	{
		double		x[MOST];
		double		y[MOST];
		double		homes = 0;
		int			n = 0;

		for (int i = 0; i < s->n; i++)
			if (PlaceOf(a, i) == j && RelationOf(a, i) == MEMBER)
			{
				x[n] = s->x[i];
				y[n++] = s->y[i];
				homes += s->w[i];
			}
		CHECK(n > 0, "place %d has no members", j);
		if (n == 0)
			continue;
		CHECK(fabs(homes - a->places[j].homes) < 1e-6, "%g and %g homes", homes, a->places[j].homes);
		if (a->places[j].reasons != 0)
			continue;
		CHECK(homes >= rules->min_homes * (1 - 1e-9), "%g homes", homes);
		CHECK(BoundingCircle(n, x, y).radius <= rules->max_radius * (1 + 1e-12), "place %d", j);
		CHECK(rules->method != METHOD_COVERAGE || homes <= rules->max_homes * (1 + 1e-9) ||
			  BoundingCircle(n, x, y).radius == 0, "%g homes", homes);
	}
}

/* The same rows in another order, the old places by other numbers. */
static void
ShuffleStock(const Stock *from, Stock *to, int *position)
{
	for (int i = 0; i < from->n; i++)
		position[i] = i;
	Shuffle(position, from->n);
	*to = *from;
	to->incumbent.place = to->place;
	to->incumbent.fixed = to->fixed;
	for (int i = 0; i < from->n; i++)
	{
		to->x[position[i]] = from->x[i];
		to->y[position[i]] = from->y[i];
		to->w[position[i]] = from->w[i];
		to->place[position[i]] = from->place[i];
		to->fixed[position[i]] = from->fixed[i];
	}
}

static void
CheckShuffled(const PlacesSolution *a, const PlacesRules *rules)
{
	int			position[MOST];
	PlacesSolution *b;

	ShuffleStock(&stock, &other, position);
	b = Restart(&other, rules);
	CHECK(b->choice == a->choice, "%d and %d", a->choice, b->choice);
	for (int i = 0; i < stock.n; i++)
		CHECK(PlaceOf(a, i) == PlaceOf(b, position[i]) &&
			  RelationOf(a, i) == RelationOf(b, position[i]), "row %d", i);
}

/* Years of a stock: homes come and go, some are fixed; every answer stands by itself. */
static void
TestYears(PlacesMethod method, PlacesRemainder remainder, double radius, double tolerance,
		  bool weighted)
{
	PlacesRules rules = MakeRules(method, remainder, radius);
	PlacesSolution *a;

	MakeStock(&stock, 300 + RandomInt(500), weighted);
	stock.incumbent.tolerance = tolerance;
	a = Restart(&stock, &rules);
	CHECK(a->choice == CHOICE_FROM_SCRATCH, "%d", a->choice);
	CHECK(Differences(a, SolvePlaces(PlainRows(stock.n, stock.x, stock.y, stock.w, false), &rules),
					  stock.n) == 0, "without an incumbent");
	for (int year = 0; year < 6; year++)
	{
		PlacesSolution *again;

		Remember(&stock, a);
		again = Restart(&stock, &rules);
		CHECK(Differences(a, again, stock.n) == 0, "method %d remainder %d year %d: %d moved",
			  method, remainder, year, Differences(a, again, stock.n));
		CHECK(again->choice == CHOICE_KEPT, "method %d remainder %d year %d: choice %d",
			  method, remainder, year, again->choice);
		if (year == 2)
			FixSome(&stock, 12);
		else
			Replace(&stock, stock.n / (year % 2 ? 100 : 20), weighted);
		a = Restart(&stock, &rules);
		CheckFixed(&stock, a);
		CheckPlaces(&stock, a, &rules);
		CheckShuffled(a, &rules);
		if (year < 2 && method == METHOD_COVERAGE)
		{
			PlacesSolution *resolved = SolvePlaces(PlainRows(stock.n, stock.x, stock.y, stock.w, false), &rules);

			CHECK(Kept(a) >= Kept(resolved) - (tolerance + 1e-9) * resolved->points->homes,
				  "%g of %g kept", Kept(a), Kept(resolved));
		}
	}
}

/* Fixed homes pull their centre and take up its room. */
static void
TestFixedMass(void)
{
	double		x[] = {0, 1, 2, 3};
	double		y[] = {0, 0, 0, 0};
	double		w[] = {1, 1, 1, 1};
	PlacesPoints points = {.n = 4, .x = x, .y = y, .w = w, .homes = 4, .whole = true};
	PlacesKdTree *tree = BuildKdTree(&points);
	PlacesCentres *centres = NewCentres(2);
	PlacesLloyd *lloyd = NewLloyd(tree, 2, 1e-9);
	double		ss;
	int			label[4];

	centres->fixed = NewSums(2);
	centres->fixed->w[0] = 2;
	centres->fixed->wx[0] = -2;
	centres->x[1] = 3;
	LloydRound(lloyd, centres, &ss);
	FreeLloyd(lloyd);
	CHECK(centres->x[0] == -0.25 && centres->x[1] == 2.5, "%g and %g", centres->x[0], centres->x[1]);

	centres->x[0] = 0;
	centres->x[1] = 3;
	BalanceFrom(tree, centres, true, 3, 3, 2, label);
	for (int i = 0; i < 4; i++)
		CHECK(label[i] == (tree->x[i] > 0), "point %g in %d", tree->x[i], label[i]);
	CHECK(centres->x[0] < 0, "centre at %g", centres->x[0]);
	FreeCentres(centres);
	FreeKdTree(tree);
}

/* A new block that is viable alone is a place, however little there is to gain. */
static void
TestNewBlock(void)
{
	PlacesRules rules = MakeRules(METHOD_COVERAGE, REMAINDER_FLAG, 500);
	PlacesSolution *a;

	MakeStock(&stock, 2000, false);
	a = Restart(&stock, &rules);
	Remember(&stock, a);
	stock.incumbent.tolerance = 1;
	for (int w = 60; w <= 240; w += 60)
	{
		stock.x[stock.n] = 50000 + 2000 * w;
		stock.y[stock.n] = 50000;
		stock.w[stock.n] = w;
		stock.place[stock.n] = -1;
		stock.fixed[stock.n++] = FIXED_NOT;
		a = Restart(&stock, &rules);
		CHECK(a->choice != CHOICE_FROM_SCRATCH, "block of %d", w);
		CHECK(RelationOf(a, stock.n - 1) == MEMBER && a->places[PlaceOf(a, stock.n - 1)].homes == w, "block of %d", w);
	}
}

int
main(void)
{
	StartTests();
	TestFixedMass();
	TestYears(METHOD_COVERAGE, REMAINDER_FLAG, 1100, 0.01, true);
	TestYears(METHOD_COVERAGE, REMAINDER_ATTACH, 1100, 0, false);
	/* wide groups: a group as compact as a place may become one */
	TestYears(METHOD_COVERAGE, REMAINDER_GROUP, 700, 0.01, true);
	TestYears(METHOD_BALANCED, REMAINDER_FLAG, INFINITY, 0.01, false);
	TestYears(METHOD_BALANCED, REMAINDER_FLAG, 1100, 0.01, true);
	TestYears(METHOD_KMEANS, REMAINDER_FLAG, INFINITY, 0.01, false);
	TestYears(METHOD_KMEANS, REMAINDER_FLAG, 1100, 0, true);
	TestNewBlock();
	return FinishTests();
}
