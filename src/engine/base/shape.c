/*
 * shape.c
 *	  The size, convex hull and smallest circle of places that gain points.
 *
 * Whether a place of bounded radius can take one more point is a question to
 * the corners of its convex hull alone (Andrew's monotone chain, since points
 * come sorted), and mostly to its smallest circle: one as wide as allowed
 * around the same centre may hold the point already; and since the points that
 * define the circle are on all sides of its centre, one of them is at least
 * sqrt(distance^2 + radius^2) from the newcomer.
 */
#include "engine/base/shape.h"

#include "engine/base/spanning_tree.h"

static double
Turn(const PlacesShape *s, int a, int b, int c)
{
	return (s->x[b] - s->x[a]) * (s->y[c] - s->y[a]) - (s->y[b] - s->y[a]) * (s->x[c] - s->x[a]);
}

/* Mark the corners of the lower (side 1) or upper (side -1) half of the hull. */
static void
MarkChain(const PlacesShape *s, double side, int *chain, bool *corner)
{
	int			n = 0;

	for (int i = 0; i < s->corners; i++)
	{
		HostCheckCancelAt(i);
		while (n >= 2 && side * Turn(s, chain[n - 2], chain[n - 1], i) <= 0)
			n--;
		chain[n++] = i;
	}
	while (n > 0)
		corner[chain[--n]] = true;
}

/* Keep the corners only, and find the circle around them. */
static void
ReduceShape(PlacesShape *s)
{
	int		   *chain = HostNew(int, s->corners);
	bool	   *corner = HostNewZero(bool, s->corners);
	int			n = 0;

	MarkChain(s, 1, chain, corner);
	MarkChain(s, -1, chain, corner);
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

		s->corners = start[j + 1] - start[j];
		s->room = s->corners + 1;
		s->x = HostNew(double, s->room);
		s->y = HostNew(double, s->room);
		for (int i = 0; i < s->corners; i++)
		{
			s->x[i] = points->x[member[start[j] + i]];
			s->y[i] = points->y[member[start[j] + i]];
			CountPoint(s, points, member[start[j] + i]);
		}
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
		of_shape[c] = HostNew(double, points->n);
	for (int i = 0; i < start[k]; i++)
	{
		HostCheckCancelAt(i);
		of_shape[0][i] = points->x[member[i]];
		of_shape[1][i] = points->y[member[i]];
		of_shape[2][i] = points->w[member[i]];
	}
	for (int j = 0; j < k; j++)
		if (start[j + 1] > start[j])
			shapes[j].gap = WidestGap(start[j + 1] - start[j], of_shape[0] + start[j],
									  of_shape[1] + start[j], of_shape[2] + start[j], NULL);
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

/* Does a circle of that radius (metres) hold the place and the point? */
bool
ShapeAdmits(const PlacesShape *s, double x, double y, double radius)
{
	double		dx = x - s->circle.x;
	double		dy = y - s->circle.y;
	double		square = dx * dx + dy * dy;
	double		own = s->circle.radius;
	double	   *xs;
	double	   *ys;
	bool		admits;

	if (s->corners == 0)
		return true;
	if (own > radius || square + own * own > 4 * radius * radius * (1 + 1e-9))
		return false;
	if (square <= radius * radius)
		return true;
	xs = HostNew(double, s->corners + 1);
	ys = HostNew(double, s->corners + 1);
	memcpy(xs, s->x, sizeof(double) * s->corners);
	memcpy(ys, s->y, sizeof(double) * s->corners);
	xs[s->corners] = x;
	ys[s->corners] = y;
	admits = BoundingCircle(s->corners + 1, xs, ys).radius <= radius;
	HostFree(xs);
	HostFree(ys);
	return admits;
}

/* As long as the hull has corners. */
void
AddToShape(PlacesShape *s, const PlacesPoints *points, int point)
{
	double		x = points->x[point];
	double		y = points->y[point];
	int			i = s->corners++;

	CountPoint(s, points, point);
	if (s->corners > s->room)
	{
		s->room = s->corners;
		s->x = HostRealloc(s->x, sizeof(double) * s->room);
		s->y = HostRealloc(s->y, sizeof(double) * s->room);
	}
	for (; i > 0 && (s->x[i - 1] > x || (s->x[i - 1] == x && s->y[i - 1] > y)); i--)
	{
		s->x[i] = s->x[i - 1];
		s->y[i] = s->y[i - 1];
	}
	s->x[i] = x;
	s->y[i] = y;
	ReduceShape(s);
}

/* The centroid, or where no home has weight the middle of the circle. */
void
ShapeCentre(const PlacesShape *s, double *x, double *y)
{
	*x = s->homes > 0 ? s->wx / s->homes : s->circle.x;
	*y = s->homes > 0 ? s->wy / s->homes : s->circle.y;
}
