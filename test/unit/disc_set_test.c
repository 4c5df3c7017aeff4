/*
 * disc_set_test.c
 *	  What the set of discs says before it moves a home, against what happens when it
 *	  does.
 */
#include "check.h"

#include "engine/coverage/open_points.h"

#define POINTS		800
#define SETS		60
#define SPOTS		300			/* tried in each */

static double
Around(double width)
{
	return width * (Random() + Random() + Random()) / 3;
}

/* The open homes within the radius, one by one. */
static double
CountOpenHomes(const PlacesDiscSet *set, double x, double y, double radius)
{
	double		sum = 0;

	for (int i = 0; i < set->grid->n; i++)
	{
		double		dx = set->grid->x[i] - x;
		double		dy = set->grid->y[i] - y;

		if (set->owner[i] < 0 && dx * dx + dy * dy <= radius * radius)
			sum += set->grid->w[i];
	}
	return sum;
}

/* Remove some disc that there is. */
static void
RemoveActive(PlacesDiscSet *set)
{
	int			d = RandomInt(set->discs);

	while (!set->disc[d].active)
		d = (d + 1) % set->discs;
	RemoveDisc(set, d);
}

/* Discs come and go; spots refused by their sums are refused by the search for donors. */
static void
TrySet(double width, double min_homes, bool blocks, int *refused, int *added)
{
	PlacesRules rules = {.min_homes = min_homes,.max_radius = 100};
	double	   *x = HostNew(double, POINTS);
	double	   *y = HostNew(double, POINTS);
	double	   *w = HostNew(double, POINTS);
	PlacesGrid *grid;
	PlacesDiscSet *set;

	for (int i = 0; i < POINTS; i++)
	{
		x[i] = Around(width);
		y[i] = Around(width);
		w[i] = blocks ? 10 * Random() : 1;
	}
	grid = BuildGrid(POINTS, x, y, w, rules.max_radius / 8);
	set = NewDiscSet(grid, &rules);
	for (int i = 0; i < SPOTS; i++)
	{
		double		sx = Around(width);
		double		sy = Around(width);
		double		open = GainAt(set, sx, sy);
		double		far = 30 * Random();
		bool		might = MightAddDisc(set, sx, sy, 0, open);
		bool		might_near = MightAddDisc(set, sx, sy, far, GatherOpen(set, sx, sy, rules.max_radius + far));
		bool		does = AddDisc(set, sx, sy);

		CHECK(fabs(open - (does ? open : CountOpenHomes(set, sx, sy, 100))) <= 1e-9 * POINTS, "%g", open);
		CHECK(might || !does, "%g open homes, and a disc", open);
		CHECK(might_near || !might, "far %g", far);
		*refused += !might;
		*added += does;
		if (does && RandomInt(3) == 0)
			RemoveActive(set);
		KeepChanges(set);
		AssertCheckDiscSet(set);
	}
	FreeDiscSet(set);
	FreeGrid(grid);
	HostFree(x);
	HostFree(y);
	HostFree(w);
}

int
main(void)
{
	int			refused = 0;
	int			added = 0;

	StartTests();
	for (int i = 0; i < SETS; i++)
		TrySet(400 + 800 * Random(), (i % 2 ? 5 : 1) * (20 + RandomInt(40)), i % 2, &refused, &added);
	CHECK(refused > 1000 && added > 100, "%d refused, %d added", refused, added);
	return FinishTests();
}
