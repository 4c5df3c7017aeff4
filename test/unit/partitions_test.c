/*
 * partitions_test.c
 *	  The agreement of two groupings against the definitions, home by home and
 *	  pair of homes by pair of homes.
 */
#include "check.h"
#include "engine/base/partitions.h"

#define HOMES	40
#define GROUPS	6

typedef struct Groupings
{
	int			n;
	int			a[HOMES];
	int			b[HOMES];
} Groupings;

static PlacesAgreement
Compare(const Groupings *g)
{
	PlacesPair	pairs[GROUPS * GROUPS];
	int			n = 0;

	for (int h = 0; h < g->n; h++)
	{
		int			i = 0;

		while (i < n && (pairs[i].a != g->a[h] || pairs[i].b != g->b[h]))
			i++;
		if (i == n)
			pairs[n++] = (PlacesPair) {g->a[h], g->b[h], 0};
		pairs[i].homes++;
	}
	return ComparePartitions(n, pairs, GROUPS);
}

/* The index from all pairs of homes; NaN when both groupings have all pairs, or none. */
static double
PlainRand(const Groupings *g)
{
	double		all = 0,
				a = 0,
				b = 0,
				both = 0;

	for (int i = 0; i < g->n; i++)
		for (int j = 0; j < i; j++)
		{
			all++;
			a += g->a[i] == g->a[j];
			b += g->b[i] == g->b[j];
			both += g->a[i] == g->a[j] && g->b[i] == g->b[j];
		}
	return (both * all - a * b) / ((a + b) / 2 * all - a * b);
}

/* 2 H(A, B) - H(A) - H(B), each home by home */
static double
PlainVariation(const Groupings *g)
{
	double		sum = 0;

	for (int i = 0; i < g->n; i++)
	{
		int			a = 0,
					b = 0,
					both = 0;

		for (int j = 0; j < g->n; j++)
		{
			a += g->a[i] == g->a[j];
			b += g->b[i] == g->b[j];
			both += g->a[i] == g->a[j] && g->b[i] == g->b[j];
		}
		sum += log((double) a / g->n) + log((double) b / g->n) - 2 * log((double) both / g->n);
	}
	return sum / g->n;
}

/* The most homes that keep their group under any renaming of the groups of b. */
static int
PlainKept(const Groupings *g, int group, const bool *taken)
{
	int			best = 0;

	if (group == GROUPS)
		return 0;
	for (int to = 0; to < GROUPS; to++)
	{
		bool		now[GROUPS];
		int			kept = 0;

		if (taken[to])
			continue;
		memcpy(now, taken, sizeof(now));
		now[to] = true;
		for (int h = 0; h < g->n; h++)
			kept += g->a[h] == group && g->b[h] == to;
		kept += PlainKept(g, group + 1, now);
		best = Max(best, kept);
	}
	return best;
}

static bool
Close(double x, double y)
{
	return fabs(x - y) <= 1e-12;
}

static void
CheckPlain(const Groupings *g)
{
	PlacesAgreement s = Compare(g);
	double		rand = PlainRand(g);
	int			kept = PlainKept(g, 0, (bool[GROUPS]) {false});

	CHECK(s.homes == g->n, "%d", (int) s.homes);
	CHECK(Close(s.moved_share, 1 - (double) kept / g->n), "%g, %d of %d kept", s.moved_share, kept, g->n);
	CHECK(isnan(rand) ? s.adjusted_rand_index == 1 : Close(s.adjusted_rand_index, rand),
		  "%.17g %.17g", s.adjusted_rand_index, rand);
	CHECK(Close(s.variation_of_information, PlainVariation(g)), "%.17g", s.variation_of_information);
	CHECK(s.variation_of_information >= 0 && !signbit(s.variation_of_information), "%g", s.variation_of_information);
	CHECK((s.variation_of_information == 0) == (s.moved_share == 0), "%g", s.variation_of_information);
	CHECK((s.adjusted_rand_index == 1) == (s.moved_share == 0), "%g", s.adjusted_rand_index);
}

static bool
Same(PlacesAgreement x, PlacesAgreement y)
{
	return x.homes == y.homes && x.groups_a == y.groups_a && x.groups_b == y.groups_b &&
		x.moved_share == y.moved_share && x.adjusted_rand_index == y.adjusted_rand_index &&
		x.variation_of_information == y.variation_of_information;
}

/* To the bit: other numbers for the groups, other order of the homes, either grouping first. */
static void
CheckInvariant(const Groupings *g)
{
	PlacesAgreement s = Compare(g);
	PlacesAgreement t;
	Groupings	other = {.n = g->n};
	int			order[HOMES];
	int			names[GROUPS];

	for (int h = 0; h < g->n; h++)
		order[h] = h;
	for (int i = 0; i < GROUPS; i++)
		names[i] = i;
	Shuffle(order, g->n);
	Shuffle(names, GROUPS);
	for (int h = 0; h < g->n; h++)
	{
		other.a[h] = names[g->b[order[h]]];
		other.b[h] = names[g->a[order[h]]];
	}
	t = Compare(&other);
	CHECK(t.groups_a == s.groups_b && t.groups_b == s.groups_a, "%d %d", (int) t.groups_a, (int) t.groups_b);
	t.groups_a = s.groups_a;
	t.groups_b = s.groups_b;
	CHECK(Same(s, t), "%.17g %.17g", s.variation_of_information, t.variation_of_information);
}

static void
TestRandom(void)
{
	for (int trial = 0; trial < 400; trial++)
	{
		Groupings	g = {.n = 1 + RandomInt(HOMES)};
		int			groups = 1 + RandomInt(GROUPS);

		for (int h = 0; h < g.n; h++)
		{
			g.a[h] = RandomInt(groups);
			g.b[h] = trial % 2 && RandomInt(10) ? GROUPS - 1 - g.a[h] : RandomInt(GROUPS);
		}
		CheckPlain(&g);
		CheckInvariant(&g);
	}
}

/* Hubert and Arabie's formula by hand, and where it is 0 / 0. */
static void
TestHandValues(void)
{
	Groupings	g = {4, {0, 0, 1, 1}, {0, 0, 1, 2}};
	Groupings	crossed = {4, {0, 0, 1, 1}, {0, 1, 0, 1}};
	Groupings	alone = {3, {0, 1, 2}, {2, 0, 1}};
	Groupings	one = {3, {0, 0, 0}, {4, 4, 4}};
	Groupings	opposite = {3, {0, 0, 0}, {0, 1, 2}};
	PlacesAgreement none = ComparePartitions(0, NULL, 0);
	PlacesAgreement s = Compare(&g);

	CHECK(s.moved_share == 0.25 && Close(s.adjusted_rand_index, 4.0 / 7) &&
		  Close(s.variation_of_information, log(2) / 2), "%g", s.adjusted_rand_index);
	s = Compare(&crossed);
	CHECK(s.moved_share == 0.5 && s.adjusted_rand_index == -0.5 &&
		  Close(s.variation_of_information, 2 * log(2)), "%g", s.adjusted_rand_index);
	CHECK(Same(Compare(&alone), (PlacesAgreement) {3, 3, 3, 0, 1, 0}), "alone");
	CHECK(Same(Compare(&one), (PlacesAgreement) {3, 1, 1, 0, 1, 0}), "one");
	s = Compare(&opposite);
	CHECK(s.adjusted_rand_index == 0 && Close(s.variation_of_information, log(3)), "%g", s.adjusted_rand_index);
	CHECK(none.homes == 0, "none");
}

/* Counts whose squares pass the integers. */
static void
TestManyHomes(void)
{
	PlacesPair	pairs[] = {{0, 0, INT64_C(4000000000000)}, {1, 1, INT64_C(4000000000000)}, {1, 0, 1}};
	PlacesAgreement s = ComparePartitions(3, pairs, 2);

	CHECK(s.homes == INT64_C(8000000000001), "%lld", (long long) s.homes);
	CHECK(s.moved_share > 1e-13 && s.moved_share < 2e-13, "%g", s.moved_share);
	CHECK(Close(s.adjusted_rand_index, 1), "%g", s.adjusted_rand_index);
}

int
main(void)
{
	StartTests();
	TestHandValues();
	TestRandom();
	TestManyHomes();
	return FinishTests();
}
