/*
 * shape.c
 *	  The size, convex hull and smallest circle of places that gain points.
 *
 * Whether a place of bounded radius can take one more point is a question to
 * the corners of its convex hull alone (hull.h, since points come sorted), and mostly to its smallest circle: one as wide as allowed
 * around the same centre may hold the point already; and since the points that
 * define the circle are on all sides of its centre, one of them is at least
 * sqrt(distance^2 + radius^2) from the newcomer.
 */
#include "engine/base/shape.h"

#include "engine/base/hull.h"
#include "engine/base/spanning_tree.h"

/* Keep the corners only, and find the circle around them. */
static void
ReduceShape(PlacesShape *s)
{
	int		   *chain = HostNew(int, s->corners);
	bool	   *corner = HostNew(bool, s->corners);
	int			n = 0;

	MarkCorners(s->corners, s->x, s->y, chain, corner);
	for (int i = 0; i < s->corners; i++)
		if (corner[i])
		{
			s->x[n] = s->x[i];
			s->y[n++] = s->y[i];
		}
	s->corners = n;
	if (n > 0)
		s->circle = BoundingCircle(n, s->x, s->y);
	HostFree(chain);
	HostFree(corner);
}

static void
CountPoint(PlacesShape *s, const PlacesPoints *points, int i)
{
	s->points++;
	s->homes += points->w[i];
	s->wx += points->w[i] * points->x[i];
	s->wy += points->w[i] * points->y[i];
}

typedef struct PlacesCorner
{
	double		x,
				y;
} PlacesCorner;

static int
CompareCorners(const void *a, const void *b)
{
	const PlacesCorner *p = a;
	const PlacesCorner *q = b;

	if (p->x != q->x)
		return p->x < q->x ? -1 : 1;
	return (p->y > q->y) - (p->y < q->y);
}

/* Sort the corners by x, then y: those of points with spots come point by point. */
static void
SortCorners(PlacesShape *s)
{
	PlacesCorner *corner = HostNew(PlacesCorner, s->corners);

	for (int i = 0; i < s->corners; i++)
		corner[i] = (PlacesCorner) {s->x[i], s->y[i]};
	SortItems(corner, s->corners, sizeof(PlacesCorner), CompareCorners);
	for (int i = 0; i < s->corners; i++)
	{
		s->x[i] = corner[i].x;
		s->y[i] = corner[i].y;
	}
	HostFree(corner);
}

/* Put the point's corners behind those that there are. */
static void
PutCorners(PlacesShape *s, PlacesOutline outline)
{
	if (s->corners + outline.n > s->room)
	{
		s->room = s->corners + outline.n;
		s->x = HostRealloc(s->x, sizeof(double) * s->room);
		s->y = HostRealloc(s->y, sizeof(double) * s->room);
	}
	memcpy(s->x + s->corners, outline.x, sizeof(double) * outline.n);
	memcpy(s->y + s->corners, outline.y, sizeof(double) * outline.n);
	s->corners += outline.n;
}

/* The shapes of the places that labels 0 .. k - 1 describe, for the caller to free; others are passed over. */
PlacesShape *
MeasureShapes(const PlacesPoints *points, const int *label, int k)
{
	PlacesShape *shapes = HostNewZero(PlacesShape, k);
	int		   *start = HostNew(int, k + 2);
	int		   *member = HostNew(int, points->n);

	SortByLabel(points->n, label, k, start, member);
	for (int j = 0; j < k; j++)
	{
		PlacesShape *s = &shapes[j];

		s->room = start[j + 1] - start[j] + 1;
		s->x = HostNew(double, s->room);
		s->y = HostNew(double, s->room);
		for (int i = start[j]; i < start[j + 1]; i++)
		{
			PutCorners(s, PointCorners(points, member[i]));
			CountPoint(s, points, member[i]);
		}
		if (points->spots.start != NULL)
			SortCorners(s);
		ReduceShape(s);
		HostCheckCancel();
	}
	HostFree(start);
	HostFree(member);
	return shapes;
}

/* Measure the gaps of the shapes that the labels describe. */
void
MeasureShapeGaps(PlacesShape *shapes, const PlacesPoints *points, const int *label, int k)
{
	int		   *start = HostNew(int, k + 2);
	int		   *member = HostNew(int, points->n);
	double	   *of_shape[3];

	SortByLabel(points->n, label, k, start, member);
	for (int c = 0; c < 3; c++)
		of_shape[c] = HostNew(double, SpotCount(points));
	for (int j = 0; j < k; j++)
	{
		int			count = 0;

		for (int i = start[j]; i < start[j + 1]; i++)
			count += CopySpots(points, member[i], of_shape[0] + count, of_shape[1] + count,
							   of_shape[2] + count);
		HostCheckCancel();
		if (count > 0)
			shapes[j].gap = WidestGap(count, of_shape[0], of_shape[1], of_shape[2], NULL, NULL);
	}
	for (int c = 0; c < 3; c++)
		HostFree(of_shape[c]);
	HostFree(start);
	HostFree(member);
}

void
FreeShapes(PlacesShape *shapes, int k)
{
	for (int j = 0; j < k; j++)
	{
		HostFree(shapes[j].x);
		HostFree(shapes[j].y);
	}
	HostFree(shapes);
}

/* Does the circle around the shape's, so wide, hold the point, so far from its centre (squared)? */
static bool
IsAround(const PlacesShape *s, const PlacesPoints *points, int point, double radius, double square)
{
	return square <= radius * radius &&
		(points->spots.start == NULL ||
		 CircleHoldsSpots(&points->spots, point, s->circle.x, s->circle.y, radius, square));
}

/* Does a circle of that radius (metres) hold the place and the point? */
bool
ShapeAdmits(const PlacesShape *s, const PlacesPoints *points, int point, double radius)
{
	double		dx = points->x[point] - s->circle.x;
	double		dy = points->y[point] - s->circle.y;
	double		square = dx * dx + dy * dy;
	double		own = s->circle.radius;
	PlacesOutline outline = PointCorners(points, point);
	PlacesShape both = {.room = s->corners + outline.n};
	bool		admits;

	if (s->corners == 0)
		return true;
	if (own > radius || square + own * own > 4 * radius * radius * (1 + 1e-9))
		return false;
	if (IsAround(s, points, point, radius, square))
		return true;
	both.x = HostNew(double, both.room);
	both.y = HostNew(double, both.room);
	PutCorners(&both, (PlacesOutline) {s->corners, s->x, s->y});
	PutCorners(&both, outline);
	admits = BoundingCircle(both.corners, both.x, both.y).radius <= radius;
	HostFree(both.x);
	HostFree(both.y);
	return admits;
}

/* As long as the hull has corners, for each corner of the point. */
void
AddToShape(PlacesShape *s, const PlacesPoints *points, int point)
{
	PlacesOutline outline = PointCorners(points, point);

	CountPoint(s, points, point);
	PutCorners(s, outline);
	for (int c = s->corners - outline.n; c < s->corners; c++)
	{
		double		x = s->x[c];
		double		y = s->y[c];
		int			i = c;

		for (; i > 0 && (s->x[i - 1] > x || (s->x[i - 1] == x && s->y[i - 1] > y)); i--)
		{
			s->x[i] = s->x[i - 1];
			s->y[i] = s->y[i - 1];
		}
		s->x[i] = x;
		s->y[i] = y;
	}
	ReduceShape(s);
}

/* The centroid, or where no home has weight the middle of the circle. */
void
ShapeCentre(const PlacesShape *s, double *x, double *y)
{
	*x = s->homes > 0 ? s->wx / s->homes : s->circle.x;
	*y = s->homes > 0 ? s->wy / s->homes : s->circle.y;
}
