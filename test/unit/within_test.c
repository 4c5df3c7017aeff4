/*
 * within_test.c
 *	  Places inside of larger ones, their parents: no place crosses a border, each
 *	  parent has the number of places that fits it best, and what a parent is called
 *	  does not matter.
 */
#include "check.h"
#include "engine/engine.h"
#include "host.h"

#define MOST	6000

/* Rows, their parents and their incumbent. */
typedef struct Stock
{
	int			n;
	double		x[MOST];
	double		y[MOST];
	double		w[MOST];
	int64_t		within[MOST];
	int			place[MOST];
	uint8_t		fixed[MOST];
	bool		was_kept[MOST];
	PlacesIncumbent incumbent;
} Stock;

static Stock stock;
static Stock other;

/* Parents side by side, of homes around their middles, one of three on the spot of another home. */
static void
AddParent(Stock *s, int64_t id, double middle, int homes, bool blocks)
{
	for (int i = 0; i < homes; i++)
	{
		int			r = s->n++;

		s->x[r] = middle + 700 * (Random() + Random() - 1);
		s->y[r] = 900 * (Random() + Random() - 1);
		s->w[r] = 1;
		s->within[r] = id;
		s->place[r] = -1;
		s->fixed[r] = FIXED_NOT;
		s->was_kept[r] = false;
		if (blocks && i > 0 && RandomInt(3) == 0)
		{
			s->x[r] = s->x[r - 1 - RandomInt(Min(i, 5))];
			s->y[r] = s->y[r - 1];
		}
	}
}

static void
Empty(Stock *s)
{
	s->n = 0;
	s->incumbent = (PlacesIncumbent) {.place = s->place,.fixed = s->fixed,.tolerance = 0.01,.grace = 0.05};
}

/* Six parents that reach into each other, and homes of none everywhere. */
static void
MakeTown(Stock *s, bool blocks)
{
	Empty(s);
	for (int g = 0; g < 6; g++)
		AddParent(s, 100 + 7 * g, 900 * g, 200 + RandomInt(600), blocks);
	AddParent(s, 0, 2000, 50 + RandomInt(200), blocks);
	for (int i = 0; i < 10; i++)
	{
		int			r = RandomInt(s->n);

		s->x[r] = s->x[0];		/* homes of different parents on one spot */
		s->y[r] = s->y[0];
	}
}

static PlacesRules
NestedRules(double target)
{
	PlacesRules rules = DefaultRules(METHOD_BALANCED, target, 0);

	rules.nested = true;
	return rules;
}

static PlacesSolution *
Solve(const Stock *s, const PlacesRules *rules)
{
	PlacesRows	rows = {.n = s->n,.x = s->x,.y = s->y,.w = s->w,.within = s->within,.was_kept = s->was_kept};

	return RestartPlaces(&rows, rules, &s->incumbent, NULL);
}

static int
PlaceOf(const PlacesSolution *a, int row)
{
	return a->row_point[row] < 0 ? -1 : a->point_place[a->row_point[row]];
}

/* The answer becomes the incumbent: who is merely near a place was in none. */
static void
Settle(Stock *s, const PlacesSolution *a)
{
	s->incumbent.places = a->k;
	for (int r = 0; r < s->n; r++)
		s->was_kept[r] = PlaceOf(a, r) >= 0 && a->places[PlaceOf(a, r)].reasons == 0;
	for (int r = 0; r < s->n; r++)
		s->place[r] = a->row_point[r] >= 0 && a->point_relation[a->row_point[r]] == MEMBER ? PlaceOf(a, r) : -1;
}

/* Row r of one stock is row order[r] of the other. */
static void
CheckSame(const PlacesSolution *a, const PlacesSolution *b, const int *order, int n, const char *what)
{
	bool		same = a->k == b->k;

	for (int r = 0; r < n && same; r++)
		same = PlaceOf(a, r) == PlaceOf(b, order ? order[r] : r);
	for (int j = 0; j < a->k && same; j++)
		same = a->places[j].homes == b->places[j].homes && a->places[j].rms_distance == b->places[j].rms_distance &&
			a->places[j].reasons == b->places[j].reasons;
	CHECK(same, "%s: %d and %d places", what, a->k, b->k);
}

/* Every row has a place, and no two rows of different parents have one, near it or in it. */
static void
CheckBorders(const Stock *s, const PlacesSolution *a)
{
	int64_t		parent[MOST];
	double		homes[MOST] = {0};
	bool		met[MOST] = {false};

	for (int r = 0; r < s->n; r++)
	{
		int			j = PlaceOf(a, r);

		CHECK(j >= 0 && j < a->k, "row %d has place %d", r, j);
		if (s->fixed[r] == FIXED_NOT)
		{
			CHECK(!met[j] || parent[j] == s->within[r], "place %d is in two parents", j);
			met[j] = true;
			parent[j] = s->within[r];
		}
		if (a->point_relation[a->row_point[r]] == MEMBER)
			homes[j] += s->w[r];
	}
	for (int j = 0; j < a->k; j++)
	{
		CHECK(fabs(homes[j] - a->places[j].homes) < 1e-6, "place %d of %g homes", j, homes[j]);
		CHECK(j == 0 || a->places[j - 1].y >= a->places[j].y ||
			  (a->places[j].reasons == DISPERSED && a->places[j - 1].reasons != DISPERSED), "place %d comes too late", j);
	}
}

/* Other numbers, and another order of rows: order[r] is where row r went. */
static void
Disguise(const Stock *s, Stock *to, int *order)
{
	static const int64_t names[] = {-5, INT64_MAX, 3, 0, INT64_MIN, 12, 4711};

	*to = *s;
	to->incumbent.place = to->place;
	to->incumbent.fixed = to->fixed;
	for (int r = 0; r < s->n; r++)
		order[r] = r;
	Shuffle(order, s->n);
	for (int r = 0; r < s->n; r++)
	{
		int			q = order[r];

		to->x[q] = s->x[r];
		to->y[q] = s->y[r];
		to->w[q] = s->w[r];
		to->within[q] = names[s->within[r] == 0 ? 6 : (s->within[r] - 100) / 7];
		to->place[q] = s->place[r];
		to->fixed[q] = s->fixed[r];
		to->was_kept[q] = s->was_kept[r];
	}
}

static void
TestBorders(PlacesRules rules)
{
	int			order[MOST];

	for (int trial = 0; trial < 2; trial++)
	{
		PlacesSolution *a;
		PlacesSolution *b;

		MakeTown(&stock, trial % 2);
		a = Solve(&stock, &rules);
		CheckBorders(&stock, a);
		Disguise(&stock, &other, order);
		b = Solve(&other, &rules);
		CheckSame(a, b, order, stock.n, "another order");

		/* a place goes on whatever its parent is called */
		Settle(&stock, a);
		Disguise(&stock, &other, order);
		b = Solve(&other, &rules);
		CheckSame(a, b, order, stock.n, "parents with other numbers");
		CHECK(b->choice == CHOICE_KEPT, "choice %d", b->choice);
	}
}

/* Parents that have nothing to do with each other are solved as if the others were not there. */
static void
TestAlone(void)
{
	PlacesRules rules = NestedRules(60);
	PlacesSolution *a;

	MakeTown(&stock, true);
	a = Solve(&stock, &rules);
	for (int g = -1; g < 6; g++)
	{
		int			places[MOST];
		int			k = 0;
		PlacesSolution *b;
		int			first[MOST];

		Empty(&other);
		for (int r = 0; r < stock.n; r++)
			if (stock.within[r] == (g < 0 ? 0 : 100 + 7 * g))
			{
				int			to = other.n++;

				other.x[to] = stock.x[r];
				other.y[to] = stock.y[r];
				other.w[to] = stock.w[r];
				other.within[to] = 9;
				other.place[to] = -1;
				other.fixed[to] = FIXED_NOT;
				places[to] = PlaceOf(a, r);
			}
		b = Solve(&other, &rules);
		for (int j = 0; j < b->k; j++)
			first[j] = -1;
		for (int r = 0; r < other.n; r++)
		{
			int			j = PlaceOf(b, r);

			if (first[j] < 0)
			{
				first[j] = places[r];
				k++;
			}
			CHECK(first[j] == places[r], "parent %d: row %d", g, r);
		}
		CHECK(k == b->k, "%d of %d places", k, b->k);
	}
}

/* Sizes that any number of places allows. */
static bool
IsAllowed(int homes, double low, double high)
{
	return ceil(homes / high) <= floor(homes / low);
}

/* Each parent has the number of places with the nearest mean by ratio, all within three quarters and four thirds. */
static void
TestSizes(void)
{
	PlacesRules rules = NestedRules(175);

	for (int homes = 1; homes < 2000; homes += homes < 20 ? 1 : homes < 500 ? 31 : 211)
	{
		PlacesSolution *a;
		double		misfit;

		Empty(&stock);
		AddParent(&stock, 17, 0, homes, false);
		AddParent(&stock, 18, 400, 300, false);
		a = Solve(&stock, &rules);
		CheckBorders(&stock, a);
		misfit = fabs(log(homes / (a->k - 2.0) / 175));
		for (int k = 1; k < 20; k++)
			CHECK(misfit <= fabs(log(homes / (double) k / 175)) + 1e-9, "%d homes in %d places", homes, a->k - 2);
		for (int j = 0; j < a->k; j++)
		{
			CHECK(a->places[j].reasons == 0, "%d homes in %d places: %g", homes, a->k, a->places[j].homes);
			if (IsAllowed(homes, 131, 233))
				CHECK(a->places[j].homes >= 131 && a->places[j].homes <= 233, "%d homes in %d places: %g", homes, a->k,
					  a->places[j].homes);
		}
	}
}

/* A block is a place by itself where it is too large for one; a small parent's only place is kept. */
static void
TestBlocks(void)
{
	PlacesRules rules = NestedRules(175);
	PlacesSolution *a;
	int			kept = 0;

	Empty(&stock);
	AddParent(&stock, 1, 0, 500, false);
	AddParent(&stock, 2, 9000, 3, false);
	stock.w[0] = 400;
	stock.w[500] = 230;
	a = Solve(&stock, &rules);
	CheckBorders(&stock, a);
	CHECK(a->k == 5, "%d places", a->k);
	for (int j = 0; j < a->k; j++)
		kept += a->places[j].reasons == 0;
	CHECK(kept == a->k, "%d of %d kept", kept, a->k);
	CHECK(a->places[PlaceOf(a, 0)].homes == 400, "the block's place has %g homes", a->places[PlaceOf(a, 0)].homes);
	CHECK(a->places[PlaceOf(a, 500)].homes == 232, "the small parent has a place of %g homes",
		  a->places[PlaceOf(a, 500)].homes);

	/* nothing but homes without weight is still one place */
	for (int r = 500; r < 503; r++)
		stock.w[r] = 0;
	a = Solve(&stock, &rules);
	CheckBorders(&stock, a);
	CHECK(a->k == 5, "%d places", a->k);
}

/* Who is far from all others is near a place of its own parent, not the nearest of all. */
static void
TestStrays(void)
{
	PlacesRules rules = NestedRules(175);
	PlacesSolution *a;

	Empty(&stock);
	AddParent(&stock, 5, 0, 400, false);
	AddParent(&stock, 6, 100e3, 400, false);
	stock.x[0] = 100e3;
	a = Solve(&stock, &rules);
	CheckBorders(&stock, a);
	CHECK(a->point_relation[a->row_point[0]] == OUTLYING, "it is %d", a->point_relation[a->row_point[0]]);
	CHECK(a->k == 4, "%d places", a->k);
}

/* Homes fixed to a place stay in it, whatever parent they are in; nobody else crosses a border. */
static void
TestFixed(void)
{
	PlacesRules rules = NestedRules(60);
	PlacesSolution *a;

	MakeTown(&stock, false);
	a = Solve(&stock, &rules);
	Settle(&stock, a);
	for (int i = 0; i < 200; i++)
	{
		int			r = RandomInt(stock.n);
		int			q = RandomInt(stock.n);

		stock.place[r] = PlaceOf(a, q);
		stock.fixed[r] = i % 2 ? FIXED_PIN : FIXED_LOCK;
	}
	a = Solve(&stock, &rules);
	CheckBorders(&stock, a);
	for (int r = 0; r < stock.n; r++)
		for (int q = 0; q < r && stock.fixed[r]; q++)
			if (stock.fixed[q] && stock.place[q] == stock.place[r])
				CHECK(PlaceOf(a, r) == PlaceOf(a, q), "rows %d and %d of place %d", r, q, stock.place[r]);
}

/* Whose company changed: rows that are in no continued place, each continuing the one that most come from. */
static int
CountMoved(const Stock *s, const PlacesSolution *a)
{
	int			moved = 0;
	int		   *shared = HostNewZero(int, s->incumbent.places * a->k);

	for (int r = 0; r < s->n; r++)
		if (s->place[r] >= 0)
			shared[s->place[r] * a->k + PlaceOf(a, r)]++;
	for (int j = 0; j < s->incumbent.places; j++)
	{
		int			all = 0;
		int			most = 0;

		for (int i = 0; i < a->k; i++)
		{
			all += shared[j * a->k + i];
			most = Max(most, shared[j * a->k + i]);
		}
		moved += all - most;
	}
	HostFree(shared);
	return moved;
}

/* Of a hundred homes three come or go: few others move, be their parents on the edge of another number. */
static void
TestChurn(void)
{
	PlacesRules rules = NestedRules(175);
	PlacesSolution *a;
	int			moved = 0;
	int			all = 0;

	for (int trial = 0; trial < 2; trial++)
	{
		Empty(&stock);
		for (int g = 0; g < 6; g++)
			AddParent(&stock, g + 1, 1100 * g, 590 + 7 * g, false); /* three places or four from 607 on */
		a = Solve(&stock, &rules);
		for (int week = 0; week < 4; week++)
		{
			Settle(&stock, a);
			for (int i = 0; i < stock.n * 3 / 100; i++)
			{
				int			r = RandomInt(stock.n);
				int			end = stock.n;

				AddParent(&stock, stock.within[r], 1100 * (stock.within[r] - 1), 1, false);
				stock.n = end;
				stock.x[r] = stock.x[end];
				stock.y[r] = stock.y[end];
				stock.place[r] = -1;
				stock.was_kept[r] = false;
			}
			a = Solve(&stock, &rules);
			CheckBorders(&stock, a);
			moved += CountMoved(&stock, a);
			all += stock.n;
		}
	}
	CHECK(moved <= 0.02 * all, "%d of %d moved", moved, all);
}

/* A parent that takes in another one, or falls in two, keeps their places. */
static void
TestMergers(void)
{
	PlacesRules rules = NestedRules(175);
	PlacesSolution *a;
	PlacesSolution *b;

	Empty(&stock);
	AddParent(&stock, 1, 0, 525, false);
	AddParent(&stock, 2, 1500, 525, false);
	a = Solve(&stock, &rules);
	Settle(&stock, a);
	for (int r = 0; r < stock.n; r++)
		stock.within[r] = 3;
	b = Solve(&stock, &rules);
	CHECK(b->k == 6 && CountMoved(&stock, b) <= stock.n / 50, "%d places, %d moved", b->k, CountMoved(&stock, b));
	for (int r = 0; r < stock.n; r++)
		stock.within[r] = r < 525 ? 8 : 7;
	b = Solve(&stock, &rules);
	CHECK(b->k == 6 && CountMoved(&stock, b) == 0 && b->choice == CHOICE_KEPT, "%d places, %d moved", b->k,
		  CountMoved(&stock, b));
}

static int	asked;				/* subproblems at once, at most */

static void
SolveBackwards(PlacesHelpers *helpers, PlacesSubproblem **problem, int n)
{
	(void) helpers;
	asked = Max(asked, n);
	for (int i = n - 1; i >= 0; i--)
		SolveSubproblem(problem[i]);
}

/* The parents of an authority are shared out. */
static void
TestHelpers(void)
{
	PlacesRules rules = NestedRules(60);
	PlacesHelpers helpers = {SolveBackwards};
	PlacesRows	rows = {.x = stock.x,.y = stock.y,.w = stock.w,.within = stock.within};

	MakeTown(&stock, true);
	rows.n = stock.n;
	CheckSame(Solve(&stock, &rules), RestartPlaces(&rows, &rules, &stock.incumbent, &helpers), NULL, stock.n, "with helpers");
	CHECK(asked >= 6, "%d at once", asked);
}

/* Rows without a location, and none at all. */
static void
TestNowhere(void)
{
	PlacesRules rules = NestedRules(175);
	PlacesSolution *a;

	Empty(&stock);
	CHECK(Solve(&stock, &rules)->k == 0, "places of nobody");
	AddParent(&stock, 1, 0, 5, false);
	AddParent(&stock, 2, 0, 300, false);
	for (int r = 0; r < 6; r++)
		stock.x[r] = stock.y[r] = NAN;
	a = Solve(&stock, &rules);
	CHECK(a->k == 2 && PlaceOf(a, 0) == -1 && PlaceOf(a, 5) == -1 && PlaceOf(a, 6) >= 0, "%d places", a->k);
}

int
main(void)
{
	PlacesRules coverage = DefaultRules(METHOD_COVERAGE, 60, 600);
	PlacesRules kmeans = DefaultRules(METHOD_KMEANS, 60, 0);

	StartTests();
	kmeans.nested = coverage.nested = true;
	TestBorders(NestedRules(60));
	TestBorders(NestedRules(175));
	TestBorders(DefaultRules(METHOD_BALANCED, 60, 0));
	TestBorders(kmeans);
	TestBorders(coverage);
	coverage.remainder = REMAINDER_GROUP;
	TestBorders(coverage);
	TestAlone();
	TestSizes();
	TestBlocks();
	TestStrays();
	TestFixed();
	TestChurn();
	TestMergers();
	TestHelpers();
	TestNowhere();
	return FinishTests();
}
