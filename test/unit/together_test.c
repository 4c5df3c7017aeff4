/*
 * together_test.c
 *	  Homes of one group share a place, whatever the method and the rules, unless the
 *	  group breaks a bound by itself.
 */
#include "check.h"
#include "engine/base/circle.h"
#include "engine/base/disjoint_sets.h"
#include "engine/engine.h"
#include "host.h"

#define MOST_STOCK	300
#define FEW			9			/* homes and blocks where all partitions are looked at */

typedef struct Stock
{
	int			n;
	double		x[MOST_STOCK];
	double		y[MOST_STOCK];
	double		w[MOST_STOCK];
	int64_t		together[MOST_STOCK];
	int			place[MOST_STOCK];	/* of an incumbent; see StartFrom */
	uint8_t		fixed[MOST_STOCK];
	int			places;
} Stock;

/* kind 0: a town and its country; 1: a grid; 2: a line; 3: blocks of flats; 4: villages */
static void
PutHomes(Stock *s, int n, int kind)
{
	s->n = n;
	for (int i = 0; i < n; i++)
	{
		double		spread = i % 3 ? 900 : 8000;
		int			village = RandomInt(6);

		/* multiples of 1/16 m: sums of a few are exact */
		s->x[i] = kind == 1 ? 40 * RandomInt(25) : floor(16 * spread * Random()) / 16;
		s->y[i] = kind == 1 ? 40 * RandomInt(25) : kind == 2 ? 0 : floor(16 * spread * Random()) / 16;
		if (kind == 3 && i % 5)
		{
			s->x[i] = s->x[i - 1];
			s->y[i] = s->y[i - 1];
		}
		if (kind == 4)
		{
			s->x[i] = 2300 * (village % 3) + floor(16 * 400 * Random()) / 16;
			s->y[i] = 2900 * (village / 3) + floor(16 * 400 * Random()) / 16;
		}
		s->w[i] = RandomInt(12) ? 1 : RandomInt(4);
	}
}

/* groups 0: estates, of the homes near a home; 1: streets, long and thin; 2: anybody; 3: all; 4: each alone; 5: estates and single homes */
static void
PutGroups(Stock *s, int groups)
{
	int			wide = groups == 1 ? 1900 : 300;

	for (int i = 0; i < s->n; i++)
	{
		int64_t		column = (int64_t) floor(s->x[i] / wide);
		int64_t		row = (int64_t) floor(s->y[i] / (groups == 1 ? 120 : 300));

		s->together[i] = groups == 2 ? 1 + RandomInt(1 + s->n / 4) : groups == 3 ? 7 :
			groups == 4 ? -1 - i : 1 + (column * 1000003 + row) * 2654435761;
		if (groups == 5 && RandomInt(2))
			s->together[i] = 0;
		if (groups == 2 && RandomInt(3))
			s->together[i] = 0;
	}
}

static Stock
RandomStock(int n, int kind, int groups)
{
	Stock		s = {0};

	PutHomes(&s, n, kind);
	PutGroups(&s, groups);
	return s;
}

static PlacesRules
RandomRules(PlacesMethod method)
{
	PlacesRules rules = {.method = method,.remainder = RandomInt(3),.attach_within = 4000};

	rules.target_homes = 15 + RandomInt(50);
	rules.min_homes = rules.target_homes * (method == METHOD_COVERAGE ? 1 : 0.9);
	rules.max_homes = method == METHOD_KMEANS || RandomInt(3) == 0 ? INFINITY : rules.target_homes * 1.6;
	if (method == METHOD_BALANCED)
		rules.max_homes = rules.target_homes * 1.1;
	rules.max_radius = method != METHOD_COVERAGE && RandomInt(2) ? INFINITY : 700 + RandomInt(1500);
	rules.max_gap = method == METHOD_COVERAGE && RandomInt(4) == 0 ? 300 : 0;
	return rules;
}

static PlacesRows
RowsOf(const Stock *s, bool together)
{
	return (PlacesRows) {.n = s->n,.x = s->x,.y = s->y,.w = s->w,.together = together ? s->together : NULL};
}

static PlacesSolution *
Solve(const Stock *s, bool together, const PlacesRules *rules)
{
	PlacesRows	rows = RowsOf(s, together);

	return SolvePlaces(&rows, rules);
}

/* From the incumbent of the stock. */
static PlacesSolution *
Restart(const Stock *s, const PlacesRules *rules, double tolerance)
{
	PlacesRows	rows = RowsOf(s, true);
	PlacesIncumbent incumbent = {.places = s->places,.place = (int *) s->place,
	.fixed = (uint8_t *) s->fixed,.tolerance = tolerance};

	return RestartPlaces(&rows, rules, &incumbent, NULL);
}

static void
FreeSolution(PlacesSolution *s)
{
	FreePoints(s->points);
	HostFree(s->row_point);
	HostFree(s->point_place);
	HostFree(s->point_relation);
	if (s->point_group != NULL)
		HostFree(s->point_group);
	if (s->point_divided != NULL)
		HostFree(s->point_divided);
	if (s->places != NULL)
		HostFree(s->places);
	HostFree(s);
}

static int
PlaceOf(const PlacesSolution *s, int row)
{
	return s->point_place[s->row_point[row]];
}

static bool
IsDivided(const PlacesSolution *s, int row)
{
	return s->point_divided != NULL && s->point_divided[s->row_point[row]];
}

/* ---- groups, found here in another way ---- */

/* What must stay together: rows on one point, and of one value, unless fixed. */
static void
LinkRows(const Stock *s, int *parent)
{
	InitSets(parent, s->n);
	for (int a = 0; a < s->n; a++)
		for (int b = 0; b < a; b++)
		{
			bool		free = !s->fixed[a] && !s->fixed[b];

			if (free && s->together[a] != 0 && s->together[a] == s->together[b])
				JoinSets(parent, a, b);
			if (free && s->x[a] == s->x[b] && s->y[a] == s->y[b])
				JoinSets(parent, a, b);
		}
}

/* Does the group of this root break a bound by itself? */
static bool
BreaksBound(const Stock *s, int *parent, int root, const PlacesRules *rules)
{
	double	   *x = HostNew(double, s->n);
	double	   *y = HostNew(double, s->n);
	double		homes = 0;
	int			n = 0;
	bool		breaks;

	for (int i = 0; i < s->n; i++)
		if (FindSet(parent, i) == root)
		{
			homes += s->w[i];
			x[n] = s->x[i];
			y[n++] = s->y[i];
		}
	breaks = (rules->method != METHOD_KMEANS && homes > rules->max_homes) ||
		BoundingCircle(n, x, y).radius > rules->max_radius * (1 - 1e-8);
	HostFree(x);
	HostFree(y);
	return breaks;
}

/* Every group is in one place, or is divided because it must be. */
static void
CheckGroups(const Stock *stock, const PlacesRules *rules, const PlacesSolution *s, const char *what)
{
	int		   *parent = HostNew(int, stock->n);

	LinkRows(stock, parent);
	for (int i = 0; i < stock->n; i++)
	{
		int			root = FindSet(parent, i);
		int			point = s->row_point[i];

		CHECK(IsDivided(s, i) == IsDivided(s, root), "%s: row %d", what, i);
		if (!IsDivided(s, root))
			CHECK(PlaceOf(s, i) == PlaceOf(s, root) &&
				  s->point_relation[point] == s->point_relation[s->row_point[root]],
				  "%s: rows %d and %d are in places %d and %d", what, root, i, PlaceOf(s, root), PlaceOf(s, i));
		else if (root == i)
			CHECK(BreaksBound(stock, parent, root, rules), "%s: the group of row %d is divided", what, root);
	}
	HostFree(parent);
}

/* What coverage calls a place keeps the rules, and so do its homes' circles. */
static double
CheckPlaces(const Stock *stock, const PlacesRules *rules, const PlacesSolution *s, const char *what)
{
	int		   *points = HostNewZero(int, s->k);
	double		kept = 0;

	for (int i = 0; i < s->points->n; i++)
		points[s->point_place[i]] += s->point_relation[i] == MEMBER;
	for (int j = 0; j < s->k; j++)
	{
		const PlacesPlace *place = &s->places[j];

		if (place->reasons == DISPERSED || (rules->method == METHOD_COVERAGE && s->k == 1))
			continue;
		if (rules->method == METHOD_COVERAGE)
			CHECK((place->reasons & ~IN_PARTS) == 0, "%s: place %d of %d: reasons %d, radius %g of %g, homes %g of %g",
				  what, j, s->k, place->reasons, place->radius, rules->max_radius, place->homes, rules->min_homes);
		if (rules->method == METHOD_COVERAGE && points[j] > 1)
			CHECK(place->homes <= rules->max_homes * (1 + 1e-9), "%s: place %d has %g homes", what, j, place->homes);
		kept += place->reasons == 0 ? place->homes : 0;
	}
	if (rules->method == METHOD_COVERAGE && s->k > 1)
	{
		PlacesRows	rows = RowsOf(stock, true);

		CHECK(kept <= LimitCoverage(&rows, rules, NULL) * (1 + 1e-9), "%s: %g homes are kept", what, kept);
	}
	HostFree(points);
	return kept;
}

/* The same rows in another order: the same places. */
static void
CheckShuffled(const Stock *stock, const PlacesRules *rules, const PlacesSolution *s, const char *what)
{
	static Stock other;
	int			order[MOST_STOCK];
	PlacesSolution *t;
	int			differ = 0;

	other = *stock;
	for (int i = 0; i < stock->n; i++)
		order[i] = i;
	Shuffle(order, stock->n);
	for (int i = 0; i < stock->n; i++)
	{
		other.x[i] = stock->x[order[i]];
		other.y[i] = stock->y[order[i]];
		other.w[i] = stock->w[order[i]];
		other.together[i] = stock->together[order[i]];
	}
	t = Solve(&other, true, rules);
	for (int i = 0; i < stock->n; i++)
		differ += PlaceOf(t, i) != PlaceOf(s, order[i]);
	CHECK(differ == 0 && t->k == s->k, "%s: %d rows are elsewhere", what, differ);
	FreeSolution(t);
}

static void
TestRandom(void)
{
	for (int round = 0; round < 44; round++)
	{
		PlacesMethod method = round % 2 ? METHOD_COVERAGE : RandomInt(2) ? METHOD_BALANCED : METHOD_KMEANS;
		int			kind = RandomInt(5);
		int			groups = RandomInt(6);
		static Stock stock;
		PlacesRules rules = RandomRules(method);
		PlacesSolution *s;
		char		what[100];

		stock = RandomStock(30 + RandomInt(MOST_STOCK - 30), kind, groups);
		snprintf(what, sizeof(what), "round %d, method %d, kind %d, groups %d", round, method, kind, groups);
		s = Solve(&stock, true, &rules);
		CheckGroups(&stock, &rules, s, what);
		CheckPlaces(&stock, &rules, s, what);
		if (round % 4 < 2)
			CheckShuffled(&stock, &rules, s, what);

		/* some homes have moved, some are fixed, groups are others */
		stock.places = s->k;
		for (int i = 0; i < stock.n; i++)
		{
			stock.place[i] = RandomInt(10) ? PlaceOf(s, i) : RandomInt(3) - 1;
			stock.place[i] = Min(stock.place[i], s->k - 1);
			stock.fixed[i] = stock.place[i] >= 0 && round % 3 && RandomInt(40) == 0 ? FIXED_PIN : FIXED_NOT;
			if (RandomInt(30) == 0)
				stock.x[i] += 700;
		}
		FreeSolution(s);
		s = Restart(&stock, &rules, 0.01 * RandomInt(3));
		CheckGroups(&stock, &rules, s, what);
		FreeSolution(s);
	}
}

/* ---- the same answer otherwise ---- */

static void
CheckSame(const PlacesSolution *a, const PlacesSolution *b, const char *what)
{
	CHECK(a->k == b->k && memcmp(a->places, b->places, sizeof(PlacesPlace) * a->k) == 0, "%s", what);
	CHECK(memcmp(a->point_place, b->point_place, sizeof(int) * a->points->n) == 0, "%s", what);
	CHECK(memcmp(a->point_relation, b->point_relation, a->points->n) == 0, "%s", what);
}

/* Where each home is a group nothing changes, to the last bit. */
static void
TestEachAlone(void)
{
	for (int round = 0; round < 20; round++)
	{
		static Stock stock;
		PlacesRules rules = RandomRules(round % 2 ? METHOD_COVERAGE : round % 4 ? METHOD_BALANCED : METHOD_KMEANS);
		PlacesSolution *alone;
		PlacesSolution *plain;

		stock = RandomStock(250, round % 5, 4);
		alone = Solve(&stock, true, &rules);
		plain = Solve(&stock, false, &rules);
		CheckSame(alone, plain, "each home a group");
		FreeSolution(alone);
		FreeSolution(plain);
	}
}

/* Squares alone: a group is as good as a block at its centroid. */
static void
TestCentroids(void)
{
	for (int round = 0; round < 30; round++)
	{
		static Stock stock;
		static Stock blocks;
		PlacesRules rules = RandomRules(round % 2 ? METHOD_BALANCED : METHOD_KMEANS);
		int			parent[MOST_STOCK];
		PlacesSolution *s;
		PlacesSolution *t;
		int			differ = 0;

		rules.max_radius = INFINITY;
		stock = RandomStock(120, round % 4, 0);
		blocks = (Stock) {.n = stock.n};
		LinkRows(&stock, parent);
		for (int i = 0; i < stock.n; i++)
		{
			double		w = 0;
			int			n = 0;

			for (int j = 0; j < stock.n; j++)
				w += FindSet(parent, j) == FindSet(parent, i) ? stock.w[j] : 0;
			for (int j = 0; j < stock.n; j++)
				n += FindSet(parent, j) == FindSet(parent, i);
			for (int j = 0; j < stock.n; j++)
				if (FindSet(parent, j) == FindSet(parent, i))
				{
					blocks.x[i] += (w > 0 ? stock.w[j] / w : 1.0 / n) * stock.x[j];
					blocks.y[i] += (w > 0 ? stock.w[j] / w : 1.0 / n) * stock.y[j];
				}
			blocks.w[i] = stock.w[i];
		}
		s = Solve(&stock, true, &rules);
		t = Solve(&blocks, false, &rules);
		for (int i = 0; i < stock.n && s->point_divided == NULL; i++)
			for (int j = 0; j < i; j++)
				differ += (PlaceOf(s, i) == PlaceOf(s, j)) != (PlaceOf(t, i) == PlaceOf(t, j));
		/* sums in another order may decide ties otherwise */
		CHECK(differ <= (round % 4 == 1 || round % 4 == 2 ? stock.n * stock.n : 0),
			  "round %d: %d pairs of homes", round, differ);
		FreeSolution(s);
		FreeSolution(t);
	}
}

/* ---- few homes: the best of all partitions ---- */

/* The most homes in places by the rules, with the units from the given one on still to be put. */
static double
BestCoverage(const Stock *s, const int *unit, int units, int next, int *set, int sets, const PlacesRules *rules)
{
	double		best = 0;

	if (next == units)
	{
		for (int j = 0; j < sets; j++)
		{
			double		x[FEW],
						y[FEW];
			double		homes = 0;
			int			n = 0;

			for (int i = 0; i < s->n; i++)
				if (set[unit[i]] == j)
				{
					x[n] = s->x[i];
					y[n++] = s->y[i];
					homes += s->w[i];
				}
			if (homes >= rules->min_homes && homes <= rules->max_homes &&
				BoundingCircle(n, x, y).radius <= rules->max_radius * (1 - 1e-9))
				best += homes;
		}
		return best;
	}
	for (set[next] = 0; set[next] <= sets; set[next]++)
	{
		int			mine = set[next];
		double		value = BestCoverage(s, unit, units, next + 1, set, Max(sets, mine + 1), rules);

		set[next] = mine;
		best = Max(best, value);
	}
	return best;
}

static void
TestFew(void)
{
	for (int round = 0; round < 150; round++)
	{
		static Stock s;
		int			parent[MOST_STOCK];
		int			unit[MOST_STOCK];
		int			set[FEW + 1];
		int			units = 0;
		PlacesRules rules = {.method = METHOD_COVERAGE,.min_homes = 4,.target_homes = 5,.max_homes = 9,
		.max_radius = 500};
		PlacesSolution *found;
		double		kept = 0;
		double		best;

		s = (Stock) {.n = 5 + RandomInt(FEW - 4)};
		for (int i = 0; i < s.n; i++)
		{
			s.x[i] = RandomInt(1400);
			s.y[i] = RandomInt(900);
			s.w[i] = 1 + RandomInt(3);
			s.together[i] = RandomInt(5);
		}
		LinkRows(&s, parent);
		for (int i = 0; i < s.n; i++)
			unit[i] = FindSet(parent, i) == i ? units++ : unit[FindSet(parent, i)];
		found = Solve(&s, true, &rules);
		CheckGroups(&s, &rules, found, "few");
		if (found->point_divided == NULL)
		{
			best = BestCoverage(&s, unit, units, 0, set, 0, &rules);
			for (int j = 0; j < found->k; j++)
				kept += found->places[j].reasons == 0 && found->places[j].homes <= rules.max_homes ?
					found->places[j].homes : 0;
			CHECK(kept == best, "round %d: %g of %g homes", round, kept, best);
		}
		FreeSolution(found);
	}
}

/* ---- single cases ---- */

/* What breaks a bound is in as few pieces as may be, of one place or two. */
static void
TestDivided(void)
{
	static Stock s;
	PlacesRules rules = {.method = METHOD_COVERAGE,.min_homes = 10,.target_homes = 10,.max_homes = 60,
	.max_radius = 1000};
	PlacesSolution *found;

	s = (Stock) {.n = 110};
	for (int i = 0; i < s.n; i++)
	{
		s.x[i] = 10 * (i % 11);
		s.y[i] = 10 * (i / 11);
		s.w[i] = 1;
		s.together[i] = 5;
	}
	found = Solve(&s, true, &rules);
	CHECK(found->k == 2 && IsDivided(found, 0), "110 homes are %d places", found->k);
	FreeSolution(found);

	/* a lane of 5 km is three pieces of circles of 1 km */
	for (int i = 0; i < s.n; i++)
	{
		s.x[i] = i * 5000.0 / (s.n - 1);
		s.y[i] = 0;
	}
	found = Solve(&s, true, &rules);
	CHECK(found->k == 3 && IsDivided(found, 50), "a lane is %d places", found->k);
	rules.max_radius = 2600;
	rules.max_homes = INFINITY;
	FreeSolution(found);
	found = Solve(&s, true, &rules);
	CHECK(found->k == 1 && found->point_divided == NULL, "a lane is %d places", found->k);
	CHECK(found->places[0].reasons == 0, "for reasons %d", found->places[0].reasons);
	FreeSolution(found);
}

/* One wrong coordinate does not drag its estate along, nor divide it. */
static void
TestStray(void)
{
	for (int round = 0; round < 6; round++)
	{
		static Stock s;
		PlacesRules rules = RandomRules(round % 3 == 0 ? METHOD_COVERAGE : round % 3 == 1 ? METHOD_BALANCED : METHOD_KMEANS);
		PlacesSolution *with;
		PlacesSolution *without;
		int			differ = 0;

		rules.remainder = REMAINDER_FLAG;
		s = RandomStock(200, 0, 0);
		s.n--;
		without = Solve(&s, true, &rules);
		s.x[s.n] = 4e6;
		s.y[s.n] = 3e6;
		s.w[s.n] = 1;
		s.together[s.n] = s.together[0];
		s.n++;
		with = Solve(&s, true, &rules);
		for (int i = 0; i < s.n - 1; i++)
			differ += PlaceOf(with, i) != PlaceOf(without, i) || IsDivided(with, i) != IsDivided(without, i);
		CHECK(differ == 0, "%d homes are elsewhere", differ);
		CHECK(with->point_relation[with->row_point[s.n - 1]] == OUTLYING, "a stray is in a place");
		FreeSolution(with);
		FreeSolution(without);
	}
}

/* A pin wins over a group; the others of the group stay together. */
static void
TestPins(void)
{
	static Stock s;
	PlacesRules rules = {.method = METHOD_BALANCED,.min_homes = 40,.target_homes = 50,.max_homes = 60,
	.max_radius = INFINITY};
	PlacesSolution *found;
	int			far = 0;

	s = RandomStock(200, 1, 0);
	found = Solve(&s, true, &rules);
	s.places = found->k;
	for (int i = 0; i < s.n; i++)
		s.place[i] = PlaceOf(found, i);
	for (int i = 0; i < s.n; i++)
		if (s.together[i] == s.together[0])
			far = i;
	CHECK(far > 0, "no group");
	s.place[far] = (s.place[far] + 1) % s.places;
	s.fixed[far] = FIXED_PIN;
	FreeSolution(found);
	found = Restart(&s, &rules, 0.01);
	CheckGroups(&s, &rules, found, "pins");
	CHECK(PlaceOf(found, far) != PlaceOf(found, 0), "the pin is in place %d", PlaceOf(found, far));
	FreeSolution(found);
}

int
main(void)
{
	StartTests();
	TestDivided();
	TestStray();
	TestPins();
	TestFew();
	TestEachAlone();
	TestCentroids();
	TestRandom();
	return FinishTests();
}
