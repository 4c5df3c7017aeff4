/*
 * circle.c
 *	  Minimum bounding circle.
 *
 * Keep the circle of at most three points that define it; find the point that
 * sticks out farthest; let it and the three define the next circle.  The
 * radius grows with every step, so no set of three comes back, and a handful
 * of passes over the points does (Gaertner, "Fast and robust smallest
 * enclosing balls", ESA 1999, the pivoting rule).
 */
#include "engine/base/circle.h"

#define ROUNDING	1e-12		/* relative */
#define MAX_PASSES	1000

typedef struct PlacesVertex
{
	double		x,
				y;
} PlacesVertex;

static PlacesCircle
CircleOfTwo(PlacesVertex a, PlacesVertex b)
{
	return (PlacesCircle) {(a.x + b.x) / 2, (a.y + b.y) / 2, hypot(a.x - b.x, a.y - b.y) / 2};
}

/* The circle through three points; radius infinite when they are collinear. */
static PlacesCircle
CircleOfThree(PlacesVertex a, PlacesVertex b, PlacesVertex c)
{
	double		bx = b.x - a.x;
	double		by = b.y - a.y;
	double		cx = c.x - a.x;
	double		cy = c.y - a.y;
	double		b2 = bx * bx + by * by;
	double		c2 = cx * cx + cy * cy;
	double		det = 2 * (bx * cy - by * cx);
	double		x,
				y;

	if (det == 0)
		return (PlacesCircle) {a.x, a.y, INFINITY};
	x = (cy * b2 - by * c2) / det;
	y = (bx * c2 - cx * b2) / det;
	return (PlacesCircle) {a.x + x, a.y + y, hypot(x, y)};
}

static bool
Holds(PlacesCircle circle, const PlacesVertex *v, int n)
{
	for (int i = 0; i < n; i++)
		if (hypot(v[i].x - circle.x, v[i].y - circle.y) > circle.radius * (1 + ROUNDING))
			return false;
	return true;
}

/*
 * The smallest circle around at most four points, the last of which lies on
 * it.  The two or three that define it move to the front of v; returns their
 * number through nv.
 */
static PlacesCircle
CircleOfFew(PlacesVertex *v, int *nv)
{
	int			n = *nv;
	PlacesVertex last = v[n - 1];
	PlacesVertex kept[2];
	PlacesCircle best = {0, 0, INFINITY};

	for (int i = 0; i < n - 1; i++)
	{
		PlacesCircle circle = CircleOfTwo(v[i], last);

		if (circle.radius < best.radius && Holds(circle, v, n))
		{
			best = circle;
			kept[0] = v[i];
			*nv = 2;
		}
	}
	for (int i = 0; i < n - 1; i++)
		for (int j = i + 1; j < n - 1; j++)
		{
			PlacesCircle circle = CircleOfThree(v[i], v[j], last);

			if (circle.radius < best.radius && Holds(circle, v, n))
			{
				best = circle;
				kept[0] = v[i];
				kept[1] = v[j];
				*nv = 3;
			}
		}
	if (isinf(best.radius))
		return best;
	v[0] = kept[0];
	if (*nv == 3)
		v[1] = kept[1];
	v[*nv - 1] = last;
	return best;
}

/*
 * The smallest circle that holds n > 0 points.  Works relative to the first of
 * them, so that the size of the coordinates costs no digits.  O(n) a pass, of which
 * there are few.
 */
PlacesCircle
BoundingCircle(int n, const double *x, const double *y)
{
	PlacesVertex v[4] = {{0, 0}};
	PlacesCircle circle = {0, 0, 0};
	int			nv = 1;

	Assert(n > 0);
	for (int pass = 1; pass < MAX_PASSES; pass++)
	{
		double		farthest = circle.radius * circle.radius * (1 + 2 * ROUNDING);
		PlacesCircle next;
		int			out = -1;

		for (int i = 0; i < n; i++)
		{
			double		dx = x[i] - x[0] - circle.x;
			double		dy = y[i] - y[0] - circle.y;

			if (dx * dx + dy * dy > farthest)
			{
				farthest = dx * dx + dy * dy;
				out = i;
			}
		}
		if (out < 0)
			break;
		v[nv++] = (PlacesVertex) {x[out] - x[0], y[out] - y[0]};
		next = CircleOfFew(v, &nv);
		if (isinf(next.radius) || next.radius <= circle.radius)
		{
			/* rounding keeps the last points apart: take them all in */
			circle.radius = sqrt(farthest);
			break;
		}
		circle = next;
		HostCheckCancel();
	}
	circle.x += x[0];
	circle.y += y[0];
#ifdef PLACES_ASSERTS
	for (int i = 0; i < n; i++)
		Assert(hypot(x[i] - circle.x, y[i] - circle.y) <= circle.radius * (1 + 1e-9) + 1e-9 * (1 + fabs(x[0]) + fabs(y[0])));
#endif
	return circle;
}
