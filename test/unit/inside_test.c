/*
 * inside_test.c
 *	  Points in polygons, simple ones, with holes, and with many edges at one height.
 */
#include "check.h"
#include "engine/base/inside.h"
#include "engine/base/sort.h"

#define MOST	4000

static double x1[MOST], y1_[MOST], x2[MOST], y2[MOST];

/* Stars around a middle, with a hole like them: a point is inside if its corner of the star is beyond it. */
static void
TestStars(void)
{
	enum {CORNERS = MOST / 2, POINTS = 200};
	double		px[POINTS],
				py[POINTS];
	double		reach[2][CORNERS];
	int			order[POINTS],
				inside[POINTS];

	for (int turn = 0; turn < 100; turn++)
	{
		PlacesSegments s = {2 * CORNERS, x1, y1_, x2, y2};
		PlacesRanked ranked[POINTS];
		int			n = 0;
		int			expected = 0;

		for (int ring = 0; ring < 2; ring++)
			for (int c = 0; c < CORNERS; c++)
				reach[ring][c] = ring == 0 ? 60 + 40 * Random() : 10 + 30 * Random();
		for (int ring = 0; ring < 2; ring++)
			for (int c = 0; c < CORNERS; c++, n++)
			{
				double		a = 2 * M_PI * c / CORNERS;
				double		b = 2 * M_PI * (c + 1) / CORNERS;

				x1[n] = reach[ring][c] * cos(a);
				y1_[n] = reach[ring][c] * sin(a);
				x2[n] = reach[ring][(c + 1) % CORNERS] * cos(b);
				y2[n] = reach[ring][(c + 1) % CORNERS] * sin(b);
			}
		for (int i = 0; i < POINTS; i++)
		{
			double		a = 2 * M_PI * Random();
			double		r = 120 * Random();
			int			c = (int) floor(a / (2 * M_PI) * CORNERS);
			double		beyond[2];

			px[i] = r * cos(a);
			py[i] = r * sin(a);
			/* the edge from corner c to the next crosses the ray at: */
			for (int ring = 0; ring < 2; ring++)
			{
				int			k = ring * CORNERS + c;
				double		dx = x2[k] - x1[k];
				double		dy = y2[k] - y1_[k];

				beyond[ring] = (x1[k] * dy - y1_[k] * dx) / (cos(a) * dy - sin(a) * dx);
			}
			expected += r < beyond[0] && r > beyond[1];
			ranked[i] = (PlacesRanked) {py[i], i};
		}
		SortRanked(ranked, POINTS);
		for (int i = 0; i < POINTS; i++)
			order[i] = ranked[i].item;
		CHECK(PointsInside(&s, 0, 2 * CORNERS, POINTS, px, py, order, inside) == expected, "not %d inside", expected);
		CHECK(PointsInside(&s, 5, 5, POINTS, px, py, order, inside) == 0, "no polygon");
	}
}

/* Any closed lines, crossing each other: inside is where a line to the left passes an odd number of edges, as one to the right does. */
static void
TestTangles(void)
{
	enum {POINTS = 300};
	double		px[POINTS],
				py[POINTS];
	int			order[POINTS],
				inside[POINTS];

	for (int turn = 0; turn < 300; turn++)
	{
		int			corners = 3 + RandomInt(turn % 3 == 0 ? 10 : 400);
		PlacesSegments s = {2 * corners, x1, y1_, x2, y2};
		PlacesRanked ranked[POINTS];
		bool		is[POINTS] = {false};
		int			found;

		for (int ring = 0; ring < 2; ring++)
			for (int c = 0; c < corners; c++)
			{
				int			k = ring * corners + c;

				/* of every other turn a comb: up and down, and a few teeth to the right each time */
				x1[k] = turn % 2 == 0 ? RandomInt(50) : c / 2 + 0.25 * (c % 2);
				y1_[k] = turn % 2 == 0 ? RandomInt(50) : c % 2 == 0 ? RandomInt(3) : 40 + RandomInt(10);
			}
		for (int k = 0; k < 2 * corners; k++)
		{
			int			to = (k + 1) % corners == 0 ? k + 1 - corners : k + 1;

			x2[k] = x1[to];
			y2[k] = y1_[to];
		}
		for (int i = 0; i < POINTS; i++)
		{
			px[i] = (turn % 2 == 0 ? 50 : corners / 2) * Random();
			py[i] = RandomInt(52);
			ranked[i] = (PlacesRanked) {py[i], i};
		}
		SortRanked(ranked, POINTS);
		for (int i = 0; i < POINTS; i++)
			order[i] = ranked[i].item;
		found = PointsInside(&s, 0, 2 * corners, POINTS, px, py, order, inside);
		for (int i = 0; i < found; i++)
			is[inside[i]] = true;
		for (int i = 0; i < POINTS; i++)
		{
			int			left = 0;

			for (int k = 0; k < 2 * corners; k++)
				if (Min(y1_[k], y2[k]) <= py[i] && py[i] < Max(y1_[k], y2[k]))
					left += x1[k] + (py[i] - y1_[k]) / (y2[k] - y1_[k]) * (x2[k] - x1[k]) <= px[i];
			CHECK(is[i] == (left % 2 == 1), "point %g %g: %d edges to the left of it", px[i], py[i], left);
		}
	}
}

/* A comb of 2,000 teeth, all of which pass the height of each of 100,000 points: too slow for a test if each were looked at under the sanitizers. */
static void
TestComb(void)
{
	enum {POINTS = 100000};
	double	   *px = HostNew(double, POINTS);
	double	   *py = HostNew(double, POINTS);
	int		   *order = HostNew(int, POINTS);
	int		   *inside = HostNew(int, POINTS);
	PlacesSegments s = {MOST, x1, y1_, x2, y2};
	int			found;
	int			expected = 0;

	for (int k = 0; k < MOST; k++)
	{
		x1[k] = x2[k] = k;
		y1_[k] = 0;
		y2[k] = 1000;
	}
	for (int i = 0; i < POINTS; i++)
	{
		px[i] = MOST * Random();
		py[i] = 1000.0 * i / POINTS;
		order[i] = i;
		expected += (int) floor(px[i]) % 2 == 0;
	}
	found = PointsInside(&s, 0, MOST, POINTS, px, py, order, inside);
	CHECK(found == expected, "%d inside, not %d", found, expected);
	HostFree(px);
	HostFree(py);
	HostFree(order);
	HostFree(inside);
}

int
main(void)
{
	StartTests();
	TestStars();
	TestTangles();
	TestComb();
	return FinishTests();
}
