/*
 * segments_test.c
 *	  The nearest segment, and shapes near to points, against looking at all.
 */
#include "check.h"
#include "engine/base/segments.h"

#define MOST	300

static double x1[MOST], y1_[MOST], x2[MOST], y2[MOST];

/* By another formula: the nearest of all points of the segment is at a share t of it. */
static double
SquareTo(int k, double x, double y)
{
	double		dx = x2[k] - x1[k];
	double		dy = y2[k] - y1_[k];
	double		length = dx * dx + dy * dy;
	double		t = length > 0 ? ((x - x1[k]) * dx + (y - y1_[k]) * dy) / length : 0;

	t = Min(Max(t, 0), 1);
	return pow(x1[k] + t * dx - x, 2) + pow(y1_[k] + t * dy - y, 2);
}

/* Points, short and long segments, on a coarse grid so that there are ties; or all on one spot. */
static void
MakeSegments(int n, int kind)
{
	for (int i = 0; i < n; i++)
	{
		x1[i] = kind == 3 ? 5 : RandomInt(40);
		y1_[i] = kind == 3 ? 5 : RandomInt(40);
		x2[i] = x1[i] + (kind == 1 ? RandomInt(3) - 1 : kind == 2 ? RandomInt(80) - 40 : 0);
		y2[i] = y1_[i] + (kind == 1 ? RandomInt(3) - 1 : kind == 2 ? RandomInt(80) - 40 : 0);
	}
}

static void
TestNearest(void)
{
	int			item[MOST];

	for (int turn = 0; turn < 400; turn++)
	{
		int			n = 1 + RandomInt(MOST);
		PlacesSegments s = {n, x1, y1_, x2, y2};
		PlacesSegmentTree *tree;

		MakeSegments(n, turn % 4);
		for (int i = 0; i < n; i++)
			item[i] = n - 1 - i;
		tree = BuildSegmentTree(&s, n, item);
		for (int q = 0; q < 20; q++)
		{
			double		x = RandomInt(60) - 10;
			double		y = RandomInt(60) - 10;
			double		square;
			int			nearest = NearestSegment(tree, x, y, &square);
			int			best = 0;

			for (int i = 0; i < n; i++)
				best = SquareTo(i, x, y) < SquareTo(best, x, y) - 1e-9 ? i : best;
			CHECK(fabs(square - SquareTo(best, x, y)) < 1e-9 && fabs(SquareTo(nearest, x, y) - square) < 1e-9,
				  "segment %d at %g, not %d at %g", nearest, square, best, SquareTo(best, x, y));
			CHECK(turn % 4 == 1 || turn % 4 == 2 || nearest == best, "of equals %d, not the first, %d", nearest, best);
		}
		FreeSegmentTree(tree);
	}
}

/* Shapes of several segments, some of which are known to be near, and points by their numbers. */
static void
TestNear(void)
{
	for (int turn = 0; turn < 2000; turn++)
	{
		int			n = 1 + RandomInt(MOST);
		int			shapes = 1 + RandomInt(n);
		int			points = RandomInt(30);
		double		radius = turn % 10 == 0 ? 0 : turn % 10 == 1 ? 1000 : RandomInt(15) + 0.25;
		PlacesSegments s = {n, x1, y1_, x2, y2};
		PlacesSegmentTree *tree;
		double		px[60],
					py[60];
		int			point[60],
					item[MOST],
					shape[MOST];
		bool		near[MOST],
					must[MOST];

		MakeSegments(n, turn % 4);
		for (int i = 0; i < n; i++)
		{
			item[i] = i;
			shape[i] = RandomInt(shapes);
			near[i] = must[i] = RandomInt(5) == 0;
		}
		for (int i = 0; i < 60; i++)
		{
			px[i] = RandomInt(turn % 3 == 0 ? 4 : 60) - 10;
			py[i] = RandomInt(turn % 3 == 0 ? 4 : 60) - 10;
			point[i] = 2 * i;
		}
		for (int k = 0; k < n; k++)
			for (int i = 0; i < points; i++)
				must[shape[k]] = must[shape[k]] || SquareTo(k, px[2 * i], py[2 * i]) <= radius * radius;
		tree = BuildSegmentTree(&s, n, item);
		MarkNear(tree, px, py, points, point, radius, shape, near);
		for (int i = 0; i < n; i++)
			CHECK(near[i] == must[i], "shape %d of %d: %d, not %d, within %g", i, shapes, near[i], must[i], radius);
		FreeSegmentTree(tree);
	}
}

static void
TestNone(void)
{
	PlacesSegments s = {0, x1, y1_, x2, y2};
	PlacesSegmentTree *tree = BuildSegmentTree(&s, 0, NULL);
	double		square;
	int			point[1] = {0};

	CHECK(NearestSegment(tree, 0, 0, &square) == -1 && isinf(square), "there is none");
	MarkNear(tree, x1, y1_, 1, point, 1e9, NULL, NULL);
	FreeSegmentTree(tree);
}

int
main(void)
{
	StartTests();
	TestNearest();
	TestNear();
	TestNone();
	return FinishTests();
}
