/*
 * groups_test.c
 *	  Groups of neighbours: every point in one, none too small, close together.
 */
#include "check.h"
#include "engine/base/groups.h"

#define MOST	500

static double x[MOST], y[MOST], weight[MOST];
static int	item[MOST], start[MOST + 1];

static void
CheckGroups(int n, int groups, int least, bool light)
{
	static int	seen[MOST];
	double		all = 0;

	for (int i = 0; i < n; i++)
	{
		seen[i] = 0;
		all += weight[i];
	}
	CHECK(groups > 0 || n < least || all < least, "%d points of weight %g have no groups", n, all);
	CHECK(groups == 0 || (start[0] == 0 && start[groups] == n), "%d groups of all", groups);
	for (int g = 0; g < groups; g++)
	{
		int			size = start[g + 1] - start[g];
		double		sum = 0;

		for (int i = start[g]; i < start[g + 1]; i++)
		{
			seen[item[i]]++;
			sum += weight[item[i]];
		}
		CHECK(size >= least && sum >= least, "%d points of weight %g", size, sum);
		CHECK(light || size < 2 * least, "%d points could be two groups", size);
	}
	for (int i = 0; i < n && groups > 0; i++)
		CHECK(seen[i] == 1, "point %d is in %d groups", i, seen[i]);
}

static void
TestGroups(void)
{
	for (int turn = 0; turn < 500; turn++)
	{
		int			n = RandomInt(MOST);
		int			least = 1 + RandomInt(12);
		int			kind = turn % 4;	/* anywhere, many on one spot, of little weight, one heavy */

		for (int i = 0; i < n; i++)
		{
			x[i] = kind == 1 ? RandomInt(3) : 1e6 * Random();
			y[i] = kind == 1 ? RandomInt(2) : 1e6 * Random();
			weight[i] = kind == 2 ? Random() : kind == 3 && i == 0 ? 1e6 : 1 + RandomInt(2);
		}
		CheckGroups(n, GroupPoints(n, x, y, weight, least, item, start), least, kind == 2);
	}
}

/* Villages of ten, far from each other: each is a group. */
static void
TestVillages(void)
{
	int			groups;

	for (int i = 0; i < 160; i++)
	{
		x[i] = i % 16 % 4 * 1000 + Random();
		y[i] = i % 16 / 4 * 1000 + Random();
		weight[i] = 1;
	}
	groups = GroupPoints(160, x, y, weight, 10, item, start);
	CHECK(groups == 16, "%d groups", groups);
	for (int g = 0; g < groups; g++)
		for (int i = start[g]; i < start[g + 1]; i++)
			CHECK(item[i] % 16 == item[start[g]] % 16, "%d and %d are together", item[i], item[start[g]]);
}

int
main(void)
{
	StartTests();
	TestGroups();
	TestVillages();
	return FinishTests();
}
