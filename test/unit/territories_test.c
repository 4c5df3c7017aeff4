/*
 * territories_test.c
 *	  The triangulation against the empty circles that define it, and territories
 *	  against the nearest point of every position.
 */
#include "check.h"
#include "engine/territory/territories.h"

#define MOST	400
#define WITHIN	250.0
#define REACH	(0.9 * WITHIN)

typedef struct Layout
{
	const char *name;
	int			n;
	double		x[MOST];
	double		y[MOST];
	int			owner[MOST];
} Layout;

static const char *const names[] = {"anywhere", "lattice", "turned lattice", "circle", "row", "few coordinates", "two clumps", "one"};

static void
FillLayout(Layout *l, int kind, int n)
{
	l->name = names[kind];
	l->n = kind == 7 ? 1 : n;
	for (int i = 0; i < l->n; i++)
	{
		double		x = 40 * (i % 19);
		double		y = 40 * (i / 19);
		double		a = 2 * M_PI * i / n;

		switch (kind)
		{
			case 0:
				x = 1500 * Random(), y = 1500 * Random();
				break;
			case 2:
				a = x, x = 0.8 * a - 0.6 * y, y = 0.6 * a + 0.8 * y;
				break;
			case 3:
				x = 200 * cos(a), y = 200 * sin(a);
				break;
			case 4:
				x = 3 * i, y = 7 * i;
				break;
			case 5:
				x = RandomInt(9), y = RandomInt(9);
				break;
			case 6:
				x = RandomInt(100) + 1e7 * RandomInt(2), y = RandomInt(100);
				break;
		}
		l->x[i] = x;
		l->y[i] = y;
		l->owner[i] = RandomInt(4) - 1;
	}
}

/* Every triangle's circle is empty, and triangles and hull make up the plane. */
static void
TestTriangulation(const Layout *l)
{
	PlacesSite	sites[MOST];
	PlacesTriangulation *t;
	int			n = 0;
	int			edges = 0;
	int			faces = 0;

	for (int i = 0; i < l->n; i++)
	{
		PlacesSite	site = {.x = (int64_t) rint(l->x[i]), .y = (int64_t) rint(l->y[i])};
		bool		known = false;

		for (int j = 0; j < n; j++)
			known |= sites[j].x == site.x && sites[j].y == site.y;
		if (!known)
			sites[n++] = site;
	}
	t = Triangulate(sites, n);
	for (int e = 0; e < t->nedges; e++)
	{
		int			c;

		if (t->origin[e] == NOBODY)
			continue;
		edges++;
		c = ThirdCorner(t, e);
		if (c == NOBODY)
			continue;
		faces++;
		for (int i = 0; i < n; i++)
			CHECK(InCircle(&sites[t->origin[e]], &sites[EdgeEnd(t, e)], &sites[c], &sites[i]) <= 0,
				  "%s: %d is inside a circle", l->name, i);
	}
	/* Euler: the outer face is the only one that is no triangle, unless all are in line */
	CHECK(n - edges / 2 + faces / 3 + 1 == 2, "%s: %d sites, %d edges, %d triangles", l->name, n, edges / 2, faces / 3);
	FreeTriangulation(t);
}

static bool
IsInside(const PlacesTerritories *t, int owner, double x, double y)
{
	bool		inside = false;

	for (int r = 0; r < t->rings->n; r++)
	{
		const PlacesRing *ring = &t->rings->ring[r];
		int			last = t->rings->corner[ring->end - 1];

		for (int i = ring->begin; i < ring->end && ring->owner == owner; i++)
		{
			int			c = t->rings->corner[i];

			if ((t->y[c] > y) != (t->y[last] > y) &&
				x < t->x[c] + (t->x[last] - t->x[c]) * (y - t->y[c]) / (t->y[last] - t->y[c]))
				inside = !inside;
			last = c;
		}
	}
	return inside;
}

/* The point nearest to a position, and how much farther the nearest of another owner is. */
static int
Nearest(const Layout *l, double x, double y, double *distance, double *lead)
{
	int			nearest = 0;

	*distance = *lead = HUGE_VAL;
	for (int i = 0; i < l->n; i++)
		if (hypot(l->x[i] - x, l->y[i] - y) < *distance)
		{
			nearest = i;
			*distance = hypot(l->x[i] - x, l->y[i] - y);
		}
	for (int i = 0; i < l->n; i++)
		if (l->owner[i] != l->owner[nearest])
			*lead = Min(*lead, hypot(l->x[i] - x, l->y[i] - y) - *distance);
	return nearest;
}

/* A position belongs to the owner of the nearest point within reach, and to no other. */
static void
TestTerritories(const Layout *l)
{
	PlacesTerritories *t = DrawTerritories(l->n, l->x, l->y, l->owner, 3, false, WITHIN);

	for (int i = 0; i < 2000; i++)
	{
		int			j = RandomInt(l->n);
		double		x = l->x[j] + 600 * (Random() - 0.5);
		double		y = l->y[j] + 600 * (Random() - 0.5);
		double		distance;
		double		lead;
		int			owner = l->owner[Nearest(l, x, y, &distance, &lead)];
		int			holders = 0;

		for (int o = 0; o < 3; o++)
			holders += IsInside(t, o, x, y);
		CHECK(holders <= 1, "%s: %d hold a position", l->name, holders);
		/* an arc may be a chord, and a small gap filled */
		if (owner != NOBODY && distance < 0.99 * REACH && lead > 0.01)
			CHECK(IsInside(t, owner, x, y), "%s: %g %g is not with its owner", l->name, x, y);
		if (distance > WITHIN)
			CHECK(holders == 0, "%s: %g %g is %g from all", l->name, x, y, distance);
	}
	/* each point is inside its own, unless another stands on it */
	for (int i = 0; i < l->n; i++)
	{
		double		distance;
		double		lead;

		(void) Nearest(l, l->x[i], l->y[i], &distance, &lead);
		if (l->owner[i] != NOBODY && lead > 0.01)
			CHECK(IsInside(t, l->owner[i], l->x[i], l->y[i]), "%s: point %d is outside", l->name, i);
	}
	for (int r = 0; r < t->rings->n; r++)
		CHECK(t->rings->ring[r].hole == (r > 0 && t->rings->ring[r].part == t->rings->ring[r - 1].part &&
										 t->rings->ring[r].owner == t->rings->ring[r - 1].owner),
			  "%s: ring %d: each part has one outer ring, first", l->name, r);
	FreeTerritories(t);
}

int
main(void)
{
	static Layout l;

	StartTests();
	for (int round = 0; round < 12; round++)
		for (int kind = 0; kind < (int) (sizeof(names) / sizeof(*names)); kind++)
		{
			FillLayout(&l, kind, 2 + RandomInt(round < 6 ? 12 : MOST - 2));
			TestTriangulation(&l);
			TestTerritories(&l);
		}
	return FinishTests();
}
