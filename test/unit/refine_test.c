/*
 * refine_test.c
 *	  Exchanges between places: bounds and circles hold afterwards, and arcs know
 *	  their cheapest homes whatever has moved, by sorting them all.
 */
#include "check.h"
#include "engine/coverage/negative_cycles.h"
#include "engine/coverage/residual_arcs.h"

#define MOST_POINTS	400
#define MOST_PLACES	6

static int
RandomWeight(int kind)
{
	if (kind == 0)
		return 1;
	if (RandomInt(8) == 0)
		return RandomInt(24);
	return RandomInt(kind + 1);
}

static PlacesGrid *
RandomGrid(int n, int kind)
{
	double		x[MOST_POINTS];
	double		y[MOST_POINTS];
	double		w[MOST_POINTS];

	for (int i = 0; i < n; i++)
	{
		x[i] = 1000 * Random();
		y[i] = 1000 * Random();
		if (kind == 2)			/* many points equally far from two centres */
		{
			x[i] = floor(x[i] / 100) * 100;
			y[i] = floor(y[i] / 100) * 100;
		}
		w[i] = RandomWeight(kind);
	}
	return BuildGrid(n, x, y, w, 100);
}

/* Places whose circles stand at random, each point with one that holds it. */
static PlacesDivision *
RandomDivision(PlacesGrid *grid, int places, double radius)
{
	PlacesRules rules = {.max_radius = radius, .min_homes = INFINITY};
	PlacesDivision *d = NewDivision(grid, &rules);

	for (int j = 0; j < places; j++)
	{
		AddDraft(d);
		d->place[j].circle_x = 1000 * Random();
		d->place[j].circle_y = 1000 * Random();
	}
	for (int i = 0; i < grid->n; i++)
	{
		int			j = RandomInt(places);

		if (hypot(grid->x[i] - d->place[j].circle_x, grid->y[i] - d->place[j].circle_y) > radius * 0.999999)
			continue;
		PutPoint(d, i, j);
	}
	for (int j = 0; j < places; j++)
	{
		MeasureDraft(d, j);
		d->rules.min_homes = Min(d->rules.min_homes, d->place[j].homes);
		d->rules.max_homes = Max(d->rules.max_homes, d->place[j].homes);
		d->rules.target_homes += d->place[j].homes / places;
	}
	return d;
}

typedef struct Item
{
	double		key;
	double		w;
	int			point;
} Item;

static int
CompareItems(const void *a, const void *b)
{
	const Item *p = a;
	const Item *q = b;

	if (p->key != q->key)
		return p->key < q->key ? -1 : 1;
	return p->point - q->point;
}

/* Lists and owners agree, and all rules hold. */
static void
CheckDivision(const PlacesDivision *d, const char *what)
{
	int			listed = 0;
	int			owned = 0;

	for (int j = 0; j < d->places; j++)
	{
		const PlacesDraft *place = &d->place[j];
		double		homes = 0;

		for (int p = place->first; p >= 0; p = d->next[p])
		{
			double		off = hypot(d->grid->x[p] - place->circle_x, d->grid->y[p] - place->circle_y);

			CHECK(d->owner[p] == j, "%s: point %d of place %d", what, p, j);
			CHECK(off <= d->rules.max_radius, "%s: point %d at %g", what, p, off);
			homes += d->grid->w[p];
			listed++;
		}
		CHECK(homes == place->homes && homes >= d->rules.min_homes && homes <= d->rules.max_homes,
			  "%s: place %d has %g, counted %g", what, j, place->homes, homes);
	}
	for (int i = 0; i < d->grid->n; i++)
		owned += d->owner[i] >= 0;
	CHECK(listed == owned, "%s: %d listed, %d owned", what, listed, owned);
}

static double
TotalSpread(const PlacesDivision *d)
{
	double		sum = 0;

	for (int j = 0; j < d->places; j++)
		sum += d->place[j].spread;
	return sum;
}

static void
TestKind(int kind, const char *what)
{
	int			tested = 0;
	int			improved = 0;

	for (int trial = 0; trial < 300; trial++)
	{
		PlacesGrid *grid = RandomGrid(1 + RandomInt(MOST_POINTS), kind);
		PlacesDivision *d = RandomDivision(grid, 2 + RandomInt(MOST_PLACES - 1), 300 + 1500 * Random());
		double		before = TotalSpread(d);

		if (d->rules.min_homes > 0)	/* no place is empty */
		{
			/* at times room to change sizes, at times hardly any */
			d->rules.min_homes = Max(1, d->rules.min_homes - RandomInt(20));
			d->rules.max_homes += RandomInt(20);
			CancelNegativeCycles(d);
			CheckDivision(d, what);
			tested++;
			improved += TotalSpread(d) < before;
		}
		FreeDivision(d);
		FreeGrid(grid);
	}
	CHECK(tested > 150 && improved > tested * 0.9, "%s: %d of %d became more compact", what, improved, tested);
}

/* What the cheapest points cost per home, at most so many; INFINITY without any. */
static double
CheapestPoints(const PlacesDivision *d, int from, int to, int most)
{
	const PlacesDraft *a = &d->place[from];
	const PlacesDraft *b = &d->place[to];
	Item		item[MOST_POINTS];
	int			count = 0;
	double		homes = 0;
	double		cost = 0;

	for (int p = a->first; p >= 0; p = d->next[p])
	{
		double		x = d->grid->x[p];
		double		y = d->grid->y[p];

		if (d->grid->w[p] > 0 && hypot(x - b->circle_x, y - b->circle_y) <= d->rules.max_radius)
			item[count++] = (Item) {(x - b->x) * (x - b->x) + (y - b->y) * (y - b->y) -
				((x - a->x) * (x - a->x) + (y - a->y) * (y - a->y)), d->grid->w[p], p};
	}
	qsort(item, count, sizeof(Item), CompareItems);
	for (int i = 0; i < Min(count, most); i++)
	{
		homes += item[i].w;
		cost += item[i].w * item[i].key;
	}
	return homes > 0 ? cost / homes : INFINITY;
}

static void
CheckArcs(const PlacesResidualArcs *arcs)
{
	for (int from = 0; from < arcs->division->places; from++)
		for (int i = arcs->first[from]; i < arcs->first[from + 1]; i++)
		{
			double		cost = CheapestPoints(arcs->division, from, arcs->link[i].to, arcs->batch);

			CHECK(cost == arcs->link[i].cost || fabs(cost - arcs->link[i].cost) < 1e-6,
				  "from %d to %d costs %g, not %g", from, arcs->link[i].to, arcs->link[i].cost, cost);
		}
}

/* Points move along an arc drawn at random. */
static void
MoveAlongAny(PlacesResidualArcs *arcs)
{
	int			from = RandomInt(arcs->division->places);
	int			which = arcs->first[from] + RandomInt(arcs->first[from + 1] - arcs->first[from]);

	if (arcs->arc[which].count == 0)
		return;
	arcs->moves = 0;
	MoveAlong(arcs, from, which, RandomInt(20));
	UpdateArcs(arcs, from);
	UpdateArcs(arcs, arcs->link[which].to);
}

static void
TestArcs(int kind)
{
	static const int batches[] = {MOST_BATCH, 4, 1};
	PlacesGrid *grid = RandomGrid(1 + RandomInt(MOST_POINTS), kind);
	PlacesDivision *d = RandomDivision(grid, 2 + RandomInt(MOST_PLACES - 1), 300 + 1500 * Random());
	PlacesResidualArcs arcs = NewResidualArcs(d);

	LinkDrafts(&arcs);
	for (int b = 0; b < 3; b++)
	{
		SetBatch(&arcs, batches[b]);
		CheckArcs(&arcs);
		for (int i = 0; i < 20; i++)
		{
			MoveAlongAny(&arcs);
			CheckArcs(&arcs);
		}
	}
	FreeResidualArcs(&arcs);
	FreeDivision(d);
	FreeGrid(grid);
}

int
main(void)
{
	StartTests();
	TestKind(0, "homes");
	TestKind(1, "blocks");
	TestKind(2, "blocks on a lattice");
	for (int trial = 0; trial < 100; trial++)
		TestArcs(trial % 2);
	return FinishTests();
}
