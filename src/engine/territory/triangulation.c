/*
 * triangulation.c
 *	  The Delaunay triangulation of sites on a grid of whole numbers.
 *
 * Divide and conquer: L. Guibas and J. Stolfi, "Primitives for the manipulation
 * of general subdivisions and the computation of Voronoi diagrams", ACM
 * Transactions on Graphics 4 (1985).  The cuts take turns, across and along, so
 * that parts stay compact and few edges are made in vain: R. Dwyer, "A faster
 * divide-and-conquer algorithm for constructing Delaunay triangulations",
 * Algorithmica 2 (1987).
 */
#include "engine/territory/triangulation.h"

#define LEAF_SITES		3
#define LARGE_PART		8192	/* look for a cancel in parts this large */

/* Above these shares of the sum of their terms, signs in double precision are
 * right: J. Shewchuk, "Adaptive precision floating-point arithmetic and fast robust
 * geometric predicates", Discrete & Computational Geometry 18 (1997). */
#define TURN_ERROR		3.4e-16
#define CIRCLE_ERROR	1.2e-15

/* A sum of products of two PlacesWide is kept as one of 40 bits and the rest. */
#define LOW_BITS		40

/* 1 where a, b, c turn left, -1 to the right, 0 in line. */
int
TurnOf(const PlacesSite *a, const PlacesSite *b, const PlacesSite *c)
{
	double		left = (double) (b->x - a->x) * (double) (c->y - a->y);
	double		right = (double) (b->y - a->y) * (double) (c->x - a->x);
	double		error = TURN_ERROR * (fabs(left) + fabs(right));
	PlacesWide	area;

	if (left - right > error)
		return 1;
	if (left - right < -error)
		return -1;
	area = TwiceArea(a, b, c);
	return (area > 0) - (area < 0);
}

static int
InCircleExactly(const int64_t x[3], const int64_t y[3])
{
	PlacesWide	high = 0;
	PlacesWide	low = 0;

	for (int i = 0; i < 3; i++)
	{
		int			j = (i + 1) % 3;
		int			k = (i + 2) % 3;
		PlacesWide	lift = (PlacesWide) x[i] * x[i] + (PlacesWide) y[i] * y[i];
		PlacesWide	area = (PlacesWide) x[j] * y[k] - (PlacesWide) y[j] * x[k];

		high += (lift >> LOW_BITS) * area;
		low += (lift & (((PlacesWide) 1 << LOW_BITS) - 1)) * area;
	}
	high += low >> LOW_BITS;
	if (high != 0)
		return high > 0 ? 1 : -1;
	return (low & (((PlacesWide) 1 << LOW_BITS) - 1)) != 0;
}

/* 1 where d is inside the circle of a, b, c, which turn left, -1 outside, 0 on it. */
int
InCircle(const PlacesSite *a, const PlacesSite *b, const PlacesSite *c, const PlacesSite *d)
{
	const int64_t x[3] = {a->x - d->x, b->x - d->x, c->x - d->x};
	const int64_t y[3] = {a->y - d->y, b->y - d->y, c->y - d->y};
	double		sum = 0;
	double		size = 0;

	for (int i = 0; i < 3; i++)
	{
		int			j = (i + 1) % 3;
		int			k = (i + 2) % 3;
		double		lift = (double) x[i] * (double) x[i] + (double) y[i] * (double) y[i];
		double		left = (double) x[j] * (double) y[k];
		double		right = (double) y[j] * (double) x[k];

		sum += lift * (left - right);
		size += lift * (fabs(left) + fabs(right));
	}
	if (sum > CIRCLE_ERROR * size)
		return 1;
	if (sum < -CIRCLE_ERROR * size)
		return -1;
	return InCircleExactly(x, y);
}

/* An order in which no two sites are equal: from west to east, or south to north. */
static inline bool
Before(const PlacesSite *a, const PlacesSite *b, int axis)
{
	if (axis == 0)
		return a->x != b->x ? a->x < b->x : a->y < b->y;
	return a->y != b->y ? a->y < b->y : a->x > b->x;
}

static inline void
Swap(PlacesSite *a, PlacesSite *b)
{
	PlacesSite	t = *a;

	*a = *b;
	*b = t;
}

/* Put the site of a rank there, those before it before it: Hoare's selection. */
static void
SelectSite(PlacesSite *sites, int n, int rank, int axis)
{
	int			low = 0;
	int			high = n - 1;

	while (low < high)
	{
		PlacesSite	pivot = sites[low + (high - low) / 2];
		int			i = low;
		int			j = high;

		if (high - low >= LARGE_PART)
			HostCheckCancel();
		while (i <= j)
		{
			while (Before(&sites[i], &pivot, axis))
				i++;
			while (Before(&pivot, &sites[j], axis))
				j--;
			if (i <= j)
				Swap(&sites[i++], &sites[j--]);
		}
		if (rank <= j)
			high = j;
		else if (rank >= i)
			low = i;
		else
			break;
	}
}

static int
NewEdge(PlacesTriangulation *t, int from, int to)
{
	int			edge = t->unused;

	if (edge != NOBODY)
		t->unused = t->next[edge];
	else
	{
		edge = t->nedges;
		t->nedges += 2;
	}
	t->origin[edge] = from;
	t->origin[edge ^ 1] = to;
	t->next[edge] = t->previous[edge] = edge;
	t->next[edge ^ 1] = t->previous[edge ^ 1] = edge ^ 1;
	return edge;
}

/* Put a new edge behind another of the same origin. */
static void
PutBehind(PlacesTriangulation *t, int edge, int other)
{
	t->next[edge] = t->next[other];
	t->previous[edge] = other;
	t->previous[t->next[other]] = edge;
	t->next[other] = edge;
}

/* An edge from the end of one to the origin of another of the same face. */
static int
Connect(PlacesTriangulation *t, int a, int b)
{
	int			edge = NewEdge(t, EdgeEnd(t, a), t->origin[b]);

	PutBehind(t, edge, t->previous[a ^ 1]);
	PutBehind(t, edge ^ 1, b);
	return edge;
}

static void
DeleteEdge(PlacesTriangulation *t, int edge)
{
	for (int i = 0; i < 2; i++, edge ^= 1)
	{
		t->next[t->previous[edge]] = t->next[edge];
		t->previous[t->next[edge]] = t->previous[edge];
		t->origin[edge] = NOBODY;
	}
	edge &= ~1;
	t->next[edge] = t->unused;
	t->unused = edge;
}

static inline int
Turn(const PlacesTriangulation *t, int a, int b, int c)
{
	return TurnOf(&t->sites[a], &t->sites[b], &t->sites[c]);
}

/* Two or three sites from begin. */
static int
StartPart(PlacesTriangulation *t, int begin, int n, int axis)
{
	PlacesSite *sites = t->sites + begin;
	int			a;
	int			b;
	int			turn;

	for (int i = 1; i < n; i++)
		for (int j = i; j > 0 && Before(&sites[j], &sites[j - 1], axis); j--)
			Swap(&sites[j], &sites[j - 1]);
	a = NewEdge(t, begin, begin + 1);
	if (n == 2)
		return a;
	b = NewEdge(t, begin + 1, begin + 2);
	PutBehind(t, b, a ^ 1);
	turn = Turn(t, begin, begin + 1, begin + 2);
	if (turn == 0)
		return a;
	Connect(t, b, a);
	/* an edge of the hull, which goes around it counter-clockwise */
	return turn > 0 ? a : a ^ 1;
}

/*
 * From an edge of the hull: the one that leaves the first site of the hull
 * counter-clockwise, and the one that leaves the last clockwise.
 */
static void
FindEnds(const PlacesTriangulation *t, int edge, int axis, int *first, int *last)
{
	int			high = edge;
	int			e = edge;

	*first = edge;
	do
	{
		e = t->next[e ^ 1];
		if (Before(&t->sites[t->origin[e]], &t->sites[t->origin[*first]], axis))
			*first = e;
		if (Before(&t->sites[t->origin[high]], &t->sites[t->origin[e]], axis))
			high = e;
	} while (e != edge);
	*last = t->previous[high];
}

/* The edge below two parts: their lower common tangent. */
static int
LowerTangent(PlacesTriangulation *t, int left, int right)
{
	for (;;)
	{
		if (Turn(t, t->origin[right], t->origin[left], EdgeEnd(t, left)) > 0)
			left = t->previous[left ^ 1];
		else if (Turn(t, t->origin[left], EdgeEnd(t, right), t->origin[right]) > 0)
			right = t->next[right ^ 1];
		else
			return Connect(t, right ^ 1, left);
	}
}

/* Is the end of an edge above the base? */
static inline bool
IsAbove(const PlacesTriangulation *t, int edge, int base)
{
	return Turn(t, EdgeEnd(t, edge), EdgeEnd(t, base), t->origin[base]) > 0;
}

static inline bool
IsInCircle(const PlacesTriangulation *t, int a, int b, int c, int d)
{
	return InCircle(&t->sites[a], &t->sites[b], &t->sites[c], &t->sites[d]) > 0;
}

/* From the base upwards, the edges between two parts; what they cross is deleted. */
static void
Sew(PlacesTriangulation *t, int base)
{
	for (int turn = 1;; turn++)
	{
		int			left = t->next[base ^ 1];
		int			right = t->previous[base];
		bool		left_above = IsAbove(t, left, base);
		bool		right_above = IsAbove(t, right, base);

		HostCheckCancelAt(turn);
		while (left_above && IsInCircle(t, EdgeEnd(t, base), t->origin[base], EdgeEnd(t, left), EdgeEnd(t, t->next[left])))
		{
			int			other = t->next[left];

			DeleteEdge(t, left);
			left = other;
		}
		while (right_above && IsInCircle(t, EdgeEnd(t, base), t->origin[base], EdgeEnd(t, right), EdgeEnd(t, t->previous[right])))
		{
			int			other = t->previous[right];

			DeleteEdge(t, right);
			right = other;
		}
		left_above = IsAbove(t, left, base);
		right_above = IsAbove(t, right, base);
		if (!left_above && !right_above)
			break;
		if (!left_above ||
			(right_above && IsInCircle(t, EdgeEnd(t, left), t->origin[left], t->origin[right], EdgeEnd(t, right))))
			base = Connect(t, right, base ^ 1);
		else
			base = Connect(t, base ^ 1, left ^ 1);
	}
}

/* Triangulate some sites; returns an edge of their hull, which goes around it counter-clockwise. */
static int
TriangulatePart(PlacesTriangulation *t, int begin, int n, int axis)
{
	int			half = n / 2;
	int			left;
	int			right;
	int			outer;
	int			base;

	if (n <= LEAF_SITES)
		return StartPart(t, begin, n, axis);
	SelectSite(t->sites + begin, n, half, axis);
	left = TriangulatePart(t, begin, half, 1 - axis);
	right = TriangulatePart(t, begin + half, n - half, 1 - axis);
	FindEnds(t, left, axis, &outer, &left);
	FindEnds(t, right, axis, &right, &outer);
	base = LowerTangent(t, left, right);
	Sew(t, base);
	/* from the right part to the left, below both: around the hull it is clockwise */
	return base ^ 1;
}

/* The corner to the left of an edge; NOBODY on the hull. */
int
ThirdCorner(const PlacesTriangulation *t, int edge)
{
	int			corner = EdgeEnd(t, t->next[edge]);

	return Turn(t, t->origin[edge], EdgeEnd(t, edge), corner) > 0 ? corner : NOBODY;
}

/* Sites are distinct, below MOST_SITE, and come into an order of ours. */
PlacesTriangulation *
Triangulate(PlacesSite *sites, int n)
{
	PlacesTriangulation *t = HostNewZero(PlacesTriangulation, 1);
	size_t		room = 6 * (size_t) n;

	t->n = n;
	t->sites = sites;
	t->origin = HostNew(int, room);
	t->next = HostNew(int, room);
	t->previous = HostNew(int, room);
	t->first = HostNew(int, n);
	t->unused = NOBODY;
	if (n > 1)
		(void) TriangulatePart(t, 0, n, 0);
	Assert((size_t) t->nedges <= room);
	for (int i = 0; i < n; i++)
		t->first[i] = NOBODY;
	for (int e = t->nedges - 1; e >= 0; e--)
		if (t->origin[e] != NOBODY)
			t->first[t->origin[e]] = e;
	return t;
}

void
FreeTriangulation(PlacesTriangulation *t)
{
	HostFree(t->origin);
	HostFree(t->next);
	HostFree(t->previous);
	HostFree(t->first);
	HostFree(t);
}
