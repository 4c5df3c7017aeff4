/*
 * circle_test.c
 *	  The minimum bounding circle against the smallest of all circles through
 *	  two and three of the points.
 */
#include "check.h"
#include "engine/base/circle.h"

#define MOST	300

typedef struct Layout
{
	int			n;
	double		x[MOST];
	double		y[MOST];
	double		rounding;		/* of the coordinates */
} Layout;

/* whether the circle at an offset from point a holds every point */
static bool
HoldsAll(const Layout *l, int a, long double cx, long double cy, long double r)
{
	for (int i = 0; i < l->n; i++)
		if (hypotl((long double) l->x[i] - l->x[a] - cx, (long double) l->y[i] - l->y[a] - cy) >
			r + 1e-12L * r)
			return false;
	return true;
}

/* The smallest radius over all pairs and triples whose circle holds every point. */
static double
PlainRadius(const Layout *l)
{
	long double best = INFINITY;

	for (int a = 0; a < l->n; a++)
		for (int b = a; b < l->n; b++)
		{
			long double bx = (long double) l->x[b] - l->x[a];
			long double by = (long double) l->y[b] - l->y[a];

			if (hypotl(bx, by) / 2 < best &&
				HoldsAll(l, a, bx / 2, by / 2, hypotl(bx, by) / 2))
				best = hypotl(bx, by) / 2;
			for (int c = b + 1; c < l->n; c++)
			{
				long double cx = (long double) l->x[c] - l->x[a];
				long double cy = (long double) l->y[c] - l->y[a];
				long double det = 2 * (bx * cy - by * cx);
				long double ux = (cy * (bx * bx + by * by) - by * (cx * cx + cy * cy)) / det;
				long double uy = (bx * (cx * cx + cy * cy) - cx * (bx * bx + by * by)) / det;

				if (det != 0 && hypotl(ux, uy) < best &&
					HoldsAll(l, a, ux, uy, hypotl(ux, uy)))
					best = hypotl(ux, uy);
			}
		}
	return best;
}

static void
CheckHolds(const Layout *l, PlacesCircle c)
{
	for (int i = 0; i < l->n; i++)
	{
		double		d = hypot(l->x[i] - c.x, l->y[i] - c.y);

		CHECK(d <= c.radius * (1 + 1e-9) + 4 * l->rounding, "point %d of %d lies %g outside of %g",
			  i, l->n, d - c.radius, c.radius);
	}
}

static void
CheckLayout(const Layout *l)
{
	PlacesCircle c = BoundingCircle(l->n, l->x, l->y);
	double		plain = PlainRadius(l);

	CheckHolds(l, c);
	CHECK(fabs(c.radius - plain) <= 1e-9 * plain + 4 * l->rounding,
		  "n %d radius %.17g, plainly %.17g", l->n, c.radius, plain);
}

static void
TestHandValues(void)
{
	Layout		one = {1, {7}, {-3}, 0};
	Layout		two = {2, {0, 6}, {0, 8}, 0};
	Layout		square = {4, {0, 2, 2, 0}, {0, 0, 2, 2}, 0};
	Layout		obtuse = {3, {0, 10, 5}, {0, 0, 1}, 0};
	Layout		same = {5, {4, 4, 4, 4, 4}, {4, 4, 4, 4, 4}, 0};
	PlacesCircle c = BoundingCircle(one.n, one.x, one.y);

	CHECK(c.radius == 0 && c.x == 7 && c.y == -3, "%g", c.radius);
	c = BoundingCircle(same.n, same.x, same.y);
	CHECK(c.radius == 0, "%g", c.radius);
	c = BoundingCircle(two.n, two.x, two.y);
	CHECK(c.radius == 5 && c.x == 3 && c.y == 4, "%g", c.radius);
	c = BoundingCircle(square.n, square.x, square.y);
	CHECK(fabs(c.radius - sqrt(2)) < 1e-15, "%g", c.radius);
	c = BoundingCircle(obtuse.n, obtuse.x, obtuse.y);
	CHECK(c.radius == 5, "an obtuse triangle's longest side is its diameter: %g", c.radius);
}

/* kind 0: anywhere; 1: a coarse grid with repeats; 2: on a slanted line; 3: in a thin strip */
static Layout
RandomLayout(int n, int kind, double extent, double offset)
{
	Layout		l = {.n = n, .rounding = offset * DBL_EPSILON};

	for (int i = 0; i < n; i++)
	{
		l.x[i] = kind == 1 ? RandomInt(4) : extent * Random();
		l.y[i] = kind == 1 ? RandomInt(4) : extent * Random();
		if (kind == 2)
			l.y[i] = 3 * (l.x[i] = RandomInt(10));
		if (kind == 3)
			l.y[i] *= 1e-7;
		l.x[i] += offset;
		l.y[i] -= offset;
	}
	return l;
}

/* A place may be as small as a street, and far from the origin of its authority. */
static void
TestRandom(void)
{
	static const double offsets[] = {0, 1e5, 1e6, 1e9};

	for (int trial = 0; trial < 200; trial++)
		for (int kind = 0; kind < 4; kind++)
			for (int o = 0; o < 4; o++)
			{
				Layout		l = RandomLayout(1 + RandomInt(9), kind, trial % 2 ? 10 : 1000, offsets[o]);

				/* in a strip thinner than the grid of the offset any circle is a guess */
				if (kind != 3 || o == 0)
					CheckLayout(&l);
			}
}

/* Many points that all but define the circle: it must come to an end, and right. */
static void
TestCocircular(void)
{
	Layout		l = {.n = MOST};
	PlacesCircle c;

	for (int i = 0; i < MOST; i++)
	{
		l.x[i] = 500 * cos(2 * M_PI * i / MOST);
		l.y[i] = 500 * sin(2 * M_PI * i / MOST);
	}
	c = BoundingCircle(l.n, l.x, l.y);
	CheckHolds(&l, c);
	CHECK(fabs(c.radius - 500) < 1e-9, "%.17g", c.radius);
}

int
main(void)
{
	StartTests();
	TestHandValues();
	TestRandom();
	TestCocircular();
	return FinishTests();
}
