/*
 * points_test.c
 *	  Rows collapse into the same points whatever their order.
 */
#include "check.h"
#include "engine/base/points.h"

#define ROWS	60

static void
TestHandValues(void)
{
	double		x[] = {3, -0.0, 1, 0.0, NAN, 1, 1};
	double		y[] = {1, 5, 2, 5, 7, 2, 1};
	double		w[] = {1, 2, 0.25, 3, 9, 0.5, 0};
	int			row_point[7];
	PlacesPoints *p = CollapseRows(7, x, y, NULL, NULL, row_point);

	CHECK(p->n == 4, "%d", p->n);
	CHECK(p->x[0] == 0 && p->y[0] == 5 && p->w[0] == 2, "-0 and 0 are one point");
	CHECK(p->x[1] == 1 && p->y[1] == 1 && p->w[1] == 1, "x before y");
	CHECK(p->x[2] == 1 && p->y[2] == 2 && p->w[2] == 2, "%g", p->w[2]);
	CHECK(p->x[3] == 3 && p->y[3] == 1, "%g %g", p->x[3], p->y[3]);
	CHECK(row_point[0] == 3 && row_point[1] == 0 && row_point[2] == 2 && row_point[3] == 0, "rows");
	CHECK(row_point[4] == -1, "a row without a location: %d", row_point[4]);
	CHECK(p->homes == 6 && p->whole, "%g", p->homes);
	FreePoints(p);

	p = CollapseRows(7, x, y, w, NULL, row_point);
	CHECK(p->w[0] == 5 && p->w[1] == 0 && p->w[2] == 0.75 && p->w[3] == 1, "%g", p->w[2]);
	CHECK(p->homes == 6.75 && !p->whole, "%g", p->homes);
	FreePoints(p);
}

static void
TestNothing(void)
{
	double		nowhere[] = {NAN, NAN};
	int			row_point[2] = {5, 5};
	PlacesPoints *p = CollapseRows(0, NULL, NULL, NULL, NULL, NULL);

	CHECK(p->n == 0 && p->homes == 0, "%d", p->n);
	FreePoints(p);
	p = CollapseRows(2, nowhere, nowhere, NULL, NULL, row_point);
	CHECK(p->n == 0 && row_point[0] == -1 && row_point[1] == -1, "%d", p->n);
	FreePoints(p);
}

/* a coordinate of either sign and any magnitude, on few enough values to repeat */
static double
AnyCoordinate(void)
{
	static const double some[] = {0, -0.0, 1, -1, 1e-300, -1e-300, 5e-324, 1e12, -1e12, 0.1, 0.3, -0.3};

	return some[RandomInt(12)];
}

static void
CheckPoints(const PlacesPoints *p, const double *x, const double *y, const int *row_point)
{
	for (int i = 1; i < p->n; i++)
		CHECK(p->x[i - 1] < p->x[i] || (p->x[i - 1] == p->x[i] && p->y[i - 1] < p->y[i]),
			  "point %d of %d is not sorted and distinct", i, p->n);
	for (int r = 0; r < ROWS; r++)
		CHECK(p->x[row_point[r]] == x[r] && p->y[row_point[r]] == y[r], "row %d", r);
}

/* The sums of 0.1s and 0.7s depend on the order of addition: the bits must not. */
static void
TestShuffled(void)
{
	double		x[ROWS],
				y[ROWS],
				w[ROWS],
				sx[ROWS],
				sy[ROWS],
				sw[ROWS];
	int			order[ROWS],
				row_point[ROWS],
				shuffled_point[ROWS];

	for (int r = 0; r < ROWS; r++)
	{
		x[r] = AnyCoordinate();
		y[r] = AnyCoordinate();
		w[r] = RandomInt(3) ? 0.1 * (1 + RandomInt(7)) : Random();
		order[r] = r;
	}
	for (int trial = 0; trial < 20; trial++)
	{
		PlacesPoints *p = CollapseRows(ROWS, x, y, w, NULL, row_point);
		PlacesPoints *q;

		Shuffle(order, ROWS);
		for (int r = 0; r < ROWS; r++)
		{
			sx[r] = x[order[r]];
			sy[r] = y[order[r]];
			sw[r] = w[order[r]];
		}
		q = CollapseRows(ROWS, sx, sy, sw, NULL, shuffled_point);
		CheckPoints(p, x, y, row_point);
		CHECK(p->n == q->n && memcmp(p->w, q->w, sizeof(double) * p->n) == 0, "weights differ");
		CHECK(memcmp(&p->homes, &q->homes, sizeof(double)) == 0, "%.17g %.17g", p->homes, q->homes);
		for (int r = 0; r < ROWS; r++)
			CHECK(shuffled_point[r] == row_point[order[r]], "row %d", r);
		FreePoints(p);
		FreePoints(q);
	}
}

int
main(void)
{
	StartTests();
	TestHandValues();
	TestNothing();
	for (int i = 0; i < 50; i++)
		TestShuffled();
	return FinishTests();
}
