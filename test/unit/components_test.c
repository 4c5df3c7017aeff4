/*
 * components_test.c
 *	  Single linkage against all pairs, and parts of an authority that do not
 *	  notice each other.
 */
#include "check.h"
#include "engine/base/components.h"
#include "engine/base/disjoint_sets.h"
#include "engine/engine.h"
#include "host.h"

#define POINTS	400
#define ROWS	1200

/* kind 0: anywhere; 1: a grid, with distances of just the reach; 2: a line; 3: towns */
static PlacesPoints *
RandomPoints(int n, int kind)
{
	double		x[POINTS],
				y[POINTS];
	int			row_point[POINTS];

	for (int i = 0; i < n; i++)
	{
		x[i] = kind == 1 ? RandomInt(30) : kind == 3 ? 40 * RandomInt(4) + Random() : 100 * Random();
		y[i] = kind == 1 ? RandomInt(30) : kind == 2 ? 0 : kind == 3 ? 40 * RandomInt(3) + Random() : 100 * Random();
	}
	return CollapseRows(n, x, y, NULL, NULL, row_point);
}

static void
TestAllPairs(void)
{
	int			parent[POINTS],
				other[POINTS],
				number[POINTS];
	int			linked = 0;

	for (int t = 0; t < 600; t++)
	{
		PlacesPoints *p = RandomPoints(1 + RandomInt(POINTS), t % 4);
		double		reach = t % 3 == 0 ? 1 + RandomInt(4) : t % 3 == 1 ? 12 * Random() : 45 * Random();

		InitSets(parent, p->n);
		InitSets(other, p->n);
		JoinWithin(p, reach, parent);
		for (int i = 0; i < p->n; i++)
			for (int j = 0; j < i; j++)
			{
				double		dx = p->x[i] - p->x[j];
				double		dy = p->y[i] - p->y[j];

				if (dx * dx + dy * dy <= reach * reach)
					JoinSets(other, i, j);
			}
		for (int i = 0; i < p->n; i++)
			CHECK(FindSet(parent, i) == FindSet(other, i), "kind %d, reach %g: point %d", t % 4, reach, i);
		CHECK(NumberSets(p->n, parent, number) > 0 && number[0] == 0, "the first set is that of the first point");
		if (AreLinked(p, reach))
		{
			linked++;
			CHECK(NumberSets(p->n, parent, number) == 1, "kind %d, reach %g: cells link what no steps do", t % 4, reach);
		}
		FreePoints(p);
	}
	CHECK(linked > 100, "cells told %d times", linked);
}

typedef struct Stock
{
	int			n;
	double		x[ROWS + 1];
	double		y[ROWS + 1];
} Stock;

/* Two towns, some 30 km apart, and some villages; in sixteenths of a metre, so that shifts are exact. */
static void
MakeStock(Stock *s)
{
	s->n = ROWS;
	for (int i = 0; i < s->n; i++)
	{
		double		spread = i % 5 ? 1500 : 9000;

		s->x[i] = 400000 + (i % 2 ? 0 : 30000) + floor(16 * spread * (Random() + Random() - 1)) / 16;
		s->y[i] = 300000 + floor(16 * spread * (Random() + Random() - 1)) / 16;
	}
}

/* Have the rows from .. to of two solutions, of which every second may be asked alone, the same company? */
static bool
SameCompany(const PlacesSolution *a, const PlacesSolution *b, int from, int to, int step)
{
	int			becomes[ROWS];
	bool		taken[ROWS] = {false};

	for (int j = 0; j < a->k; j++)
		becomes[j] = -1;
	for (int r = from; r < to; r += step)
	{
		int			p = a->row_point[r];
		int			q = b->row_point[r];

		if (a->point_relation[p] != b->point_relation[q])
			return false;
		if (a->point_relation[p] != MEMBER)
			continue;
		if (becomes[a->point_place[p]] < 0 && taken[b->point_place[q]])
			return false;
		if (becomes[a->point_place[p]] < 0)
			becomes[a->point_place[p]] = b->point_place[q];
		taken[b->point_place[q]] = true;
		if (becomes[a->point_place[p]] != b->point_place[q])
			return false;
	}
	return true;
}

static void
TestFarHome(void)
{
	static const double far[][2] = {{500000, 400000}, {300000, 200000}, {99999999, 99999999}, {-1e8, 3e5}, {0, 0}};
	Stock		s;

	for (int t = 0; t < 30; t++)
	{
		PlacesRules rules = DefaultRules(t % 3, 100, 1500);
		PlacesSolution *alone;
		PlacesSolution *with;
		int			last;

		MakeStock(&s);
		alone = SolvePlaces(PlainRows(s.n, s.x, s.y, NULL, false), &rules);
		s.x[s.n] = far[t % 5][0];
		s.y[s.n] = far[t % 5][1];
		with = SolvePlaces(PlainRows(s.n + 1, s.x, s.y, NULL, false), &rules);
		last = with->row_point[s.n];
		CHECK(with->point_relation[last] == OUTLYING, "method %d: the far home is outside", rules.method);
		CHECK(with->k == alone->k && SameCompany(alone, with, 0, s.n, 1),
			  "method %d: a home at %g, %g changes others", rules.method, s.x[s.n], s.y[s.n]);
		for (int j = 0; j < alone->k; j++)
			CHECK(with->places[j].homes == alone->places[j].homes &&
				  with->places[j].radius == alone->places[j].radius, "place %d", j);
	}
}

/* With coverage a town does not notice what becomes of the other; with the rest if it is far. */
static void
TestTownMoved(void)
{
	Stock		s;

	for (int t = 0; t < 15; t++)
	{
		PlacesRules rules = DefaultRules(t % 3, 100, 1500);
		PlacesSolution *before;
		PlacesSolution *after;

		MakeStock(&s);
		for (int i = 0; i < s.n && t % 3 > 0; i += 2)
			s.x[i] += 60000;
		before = SolvePlaces(PlainRows(s.n, s.x, s.y, NULL, false), &rules);
		for (int i = 0; i < s.n; i += 2)
		{
			s.x[i] += 12345;
			s.y[i] -= t % 2 ? 23456 : 98765;
		}
		after = SolvePlaces(PlainRows(s.n, s.x, s.y, NULL, false), &rules);
		CHECK(SameCompany(before, after, 0, s.n, 2), "a town that was moved has other places");
		CHECK(SameCompany(before, after, 1, s.n, 2), "a town that stayed has other places");
	}
}

/* Homes that are no few are no strays, and an only home is not one either. */
static void
TestNoStrays(void)
{
	double		x[40],
				y[40];
	PlacesRules rules = DefaultRules(METHOD_BALANCED, 100, INFINITY);
	PlacesSolution *s;

	for (int i = 0; i < 40; i++)
	{
		x[i] = i < 3 ? 200000 + i : i;
		y[i] = 0;
	}
	s = SolvePlaces(PlainRows(40, x, y, NULL, false), &rules);
	for (int i = 0; i < 40; i++)
		CHECK(s->point_relation[s->row_point[i]] == MEMBER, "home %d is outside", i);
	s = SolvePlaces(PlainRows(1, x, y, NULL, false), &rules);
	CHECK(s->k == 1 && s->point_relation[0] == MEMBER, "an only home");
}

/*
 * A place whose homes are in three towns belongs to the one with most of them, also
 * where somebody joined the other two, and a home fixed to it there stays in it.
 */
static void
TestTownsJoined(void)
{
	Stock		s = {.n = 300};
	int			place[300];
	uint8_t		fixed[300] = {0};
	PlacesRules rules = DefaultRules(METHOD_COVERAGE, 100, 1500);
	PlacesIncumbent incumbent = {.places = 3, .place = place, .fixed = fixed};
	PlacesSolution *now;

	/* 100 homes in each; of place 0 there are 40, 30 and 30, the others of the first two are places 2 and 1 */
	for (int i = 0; i < s.n; i++)
	{
		int			town = i / 100;

		s.x[i] = 60000 * town + i % 10 * 10;
		s.y[i] = i / 10 % 10 * 10;
		place[i] = i % 100 < (town == 0 ? 40 : 30) ? 0 : town == 0 ? 2 : town == 1 ? 1 : -1;
	}
	fixed[0] = FIXED_PIN;
	place[299] = 1;
	fixed[299] = FIXED_PIN;
	now = RestartPlaces(PlainRows(s.n, s.x, s.y, NULL, false), &rules, &incumbent, NULL);
	CHECK(now->point_relation[now->row_point[0]] == MEMBER, "%d", now->point_relation[now->row_point[0]]);
	CHECK(now->point_place[now->row_point[0]] == now->point_place[now->row_point[39]], "its place is in its town");
	CHECK(now->point_relation[now->row_point[299]] == PINNED &&
		  now->point_place[now->row_point[299]] == now->point_place[now->row_point[100 + 99]],
		  "a pin far out is in the place it is pinned to");
}

int
main(void)
{
	StartTests();
	TestAllPairs();
	TestFarHome();
	TestTownMoved();
	TestNoStrays();
	TestTownsJoined();
	return FinishTests();
}
