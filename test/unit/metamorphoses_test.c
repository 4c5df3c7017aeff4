/*
 * metamorphoses_test.c
 *	  What does not matter to a home does not change its place: a home far away, a
 *	  part of the authority that moves, all of it moving, the same homes again
 *	  elsewhere, rows in another order.
 *
 * Nothing but equality is asked for, to the last bit of a place's radius.  How much
 * changes where something may (turns of the map, jitter) is bench/quality's to say.
 */
#include "check.h"
#include "engine/engine.h"
#include "host.h"

#define MOST_HOMES_A_STOCK	500
#define FAR					3e6		/* metres */

typedef struct Stock
{
	int			n;
	double		x[2 * MOST_HOMES_A_STOCK];
	double		y[2 * MOST_HOMES_A_STOCK];
	double		w[2 * MOST_HOMES_A_STOCK];
} Stock;

/* kind 0: a town and its country; 1: a grid; 2: villages; 3: blocks of flats; of homes or weights */
static Stock
RandomStock(int n, int kind, bool weighted)
{
	Stock		s = {.n = n};

	for (int i = 0; i < n; i++)
	{
		double		spread = i % 3 ? 500 : 8000;
		int			village = RandomInt(8);

		/* multiples of 1/16 m: shifts of the grid are exact */
		s.x[i] = floor(16 * spread * Random()) / 16;
		s.y[i] = floor(16 * spread * Random()) / 16;
		if (kind == 1)
		{
			s.x[i] = 25 * RandomInt(30);
			s.y[i] = 25 * RandomInt(30);
		}
		else if (kind == 2)
		{
			s.x[i] = 2500 * (village % 4) + floor(16 * 400 * Random()) / 16;
			s.y[i] = 3000 * (village / 4) + floor(16 * 400 * Random()) / 16;
		}
		else if (kind == 3 && i % 6)
		{
			s.x[i] = s.x[i - 1];
			s.y[i] = s.y[i - 1];
		}
		s.w[i] = weighted ? 0.25 * (1 + RandomInt(12)) : 1;
	}
	return s;
}

static PlacesRules
RulesOf(PlacesMethod method)
{
	double		target = 20 + RandomInt(60);

	return DefaultRules(method, target, 300 + RandomInt(900));
}

static PlacesSolution *
Solve(const Stock *s, const PlacesRules *rules)
{
	return SolvePlaces(PlainRows(s->n, s->x, s->y, s->w, false), rules);
}

static void
AddHome(Stock *s, double x, double y)
{
	s->x[s->n] = x;
	s->y[s->n] = y;
	s->w[s->n++] = 1;
}

/* The homes of another stock, moved. */
static void
AddStock(Stock *s, const Stock *other, double x, double y)
{
	for (int i = 0; i < other->n; i++)
	{
		s->x[s->n] = other->x[i] + x;
		s->y[s->n] = other->y[i] + y;
		s->w[s->n++] = other->w[i];
	}
}

/*
 * The first n rows of a are together in a as they are in b from row `from` on, in
 * places of the same figures; the numbers of the places may differ.
 */
static void
CheckSame(const PlacesSolution *a, const PlacesSolution *b, int n, int from, const char *what)
{
	int		   *becomes = HostNew(int, a->k);
	int		   *was = HostNew(int, b->k);
	int			changed = 0;

	for (int j = 0; j < a->k; j++)
		becomes[j] = -1;
	for (int j = 0; j < b->k; j++)
		was[j] = -1;
	for (int r = 0; r < n; r++)
	{
		int			p = a->row_point[r];
		int			q = b->row_point[from + r];
		int			i = a->point_place[p];
		int			j = b->point_place[q];

		if (a->point_relation[p] != b->point_relation[q])
			changed++;
		if (a->point_relation[p] != MEMBER)
			continue;
		if (becomes[i] < 0 && was[j] < 0)
		{
			becomes[i] = j;
			was[j] = i;
			CHECK(a->places[i].homes == b->places[j].homes, "%s: %g homes become %g", what,
				  a->places[i].homes, b->places[j].homes);
			CHECK(a->places[i].radius == b->places[j].radius, "%s: radius %.17g becomes %.17g", what,
				  a->places[i].radius, b->places[j].radius);
			CHECK(a->places[i].reasons == b->places[j].reasons, "%s: reasons", what);
		}
		changed += becomes[i] != j || was[j] != i;
	}
	CHECK(changed == 0, "%s: %d of %d homes change", what, changed, n);
	HostFree(becomes);
	HostFree(was);
}

static void
TestFarHomes(const Stock *stock, const PlacesRules *rules, const PlacesSolution *s)
{
	static const double at[3][2] = {{FAR, 0}, {-FAR, 2 * FAR}, {99999999, 99999999}};
	Stock		t = *stock;

	for (int i = 0; i < 3; i++)
	{
		PlacesSolution *with;

		AddHome(&t, at[i][0], at[i][1]);
		with = Solve(&t, rules);
		CheckSame(s, with, stock->n, 0, "homes far away");
		CHECK(with->k == s->k, "homes far away: %d places become %d", s->k, with->k);
		for (int r = stock->n; r < t.n; r++)
			CHECK(with->point_relation[with->row_point[r]] == OUTLYING, "home %d far away is in a place",
				  r - stock->n);
	}
}

static void
TestShifted(const Stock *stock, const PlacesRules *rules, const PlacesSolution *s)
{
	static const double shifts[] = {1, 4097, -1e7};
	Stock		t = {0};

	for (int i = 0; i < 3; i++)
	{
		t.n = 0;
		AddStock(&t, stock, shifts[i], -3 * shifts[i]);
		CheckSame(s, Solve(&t, rules), t.n, 0, "shifted");
	}
}

static void
TestReversed(const Stock *stock, const PlacesRules *rules, const PlacesSolution *s)
{
	Stock		t = *stock;
	PlacesSolution *reversed;

	for (int r = 0; r < t.n; r++)
	{
		t.x[r] = stock->x[t.n - 1 - r];
		t.y[r] = stock->y[t.n - 1 - r];
		t.w[r] = stock->w[t.n - 1 - r];
	}
	reversed = Solve(&t, rules);
	for (int r = 0; r < t.n / 2; r++)
	{
		int			last = reversed->row_point[t.n - 1 - r];

		reversed->row_point[t.n - 1 - r] = reversed->row_point[r];
		reversed->row_point[r] = last;
	}
	CheckSame(s, reversed, t.n, 0, "reversed");
}

/* Another town of the same authority, near or far, is no business of this one. */
static void
TestParts(const Stock *stock, const PlacesRules *rules, const PlacesSolution *s)
{
	Stock		other = RandomStock(stock->n, RandomInt(4), false);
	Stock		near = *stock;
	Stock		away = *stock;
	Stock		twice = *stock;
	PlacesSolution *found;
	int			kept = 0;

	AddStock(&near, &other, 11000, -500);
	AddStock(&away, &other, -FAR, 7 * FAR);
	AddStock(&twice, stock, 0, FAR);
	/* without any place all are gathered in one, wherever they are */
	for (int j = 0; j < s->k; j++)
		kept += s->places[j].reasons == 0;
	if (kept == 0)
		return;
	found = Solve(&near, rules);
	CheckSame(found, Solve(&away, rules), near.n, 0, "a part moved away");
	CheckSame(s, found, stock->n, 0, "another part");
	found = Solve(&twice, rules);
	CheckSame(s, found, stock->n, 0, "twice");
	CheckSame(s, found, stock->n, stock->n, "the second time");
}

static void
TestStock(int n, int kind, bool weighted)
{
	Stock		stock = RandomStock(n, kind, weighted);

	for (int method = METHOD_COVERAGE; method <= METHOD_KMEANS; method++)
	{
		PlacesRules rules = RulesOf(method);
		PlacesSolution *s = Solve(&stock, &rules);

		TestShifted(&stock, &rules, s);
		TestReversed(&stock, &rules, s);
		TestFarHomes(&stock, &rules, s);
		if (method == METHOD_COVERAGE)
			TestParts(&stock, &rules, s);
	}
}

int
main(void)
{
	static const int sizes[] = {60, 180, 420};

	StartTests();
	for (int size = 0; size < 3; size++)
		for (int kind = 0; kind < 4; kind++)
			TestStock(sizes[size], kind, (size + kind) % 2);
	return FinishTests();
}
