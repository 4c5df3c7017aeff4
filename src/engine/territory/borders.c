/*
 * borders.c
 *	  The lines between the grounds of owners, and around them.
 *
 * A site's ground is its Voronoi cell as far as its reach, so borders are edges of
 * the Voronoi diagram where they lie within reach of their two sites, and arcs
 * around sites elsewhere.  Both are found edge by edge of the triangulation, each
 * point of a border once for the two sides of it: grounds can neither overlap nor
 * leave gaps, and the ground inside a place costs no more than a look.  To the last
 * bit it is where it would be if sites farther off than both can see were not there:
 * sites are taken in the order of their coordinates, and never in that of memory.
 *
 * Where a gap between discs is narrower than twice the allowance it is closed: this
 * is the morphological closing of the union of the discs, by a ball as large as the
 * allowance (G. Matheron, "Random Sets and Integral Geometry", 1975).  Cells meet
 * as far as the reach and the allowance together; from there it is an allowance
 * back to the point where the border forks, and from that to the rims of both.
 */
#include "engine/territory/borders.h"

#include "engine/base/disjoint_sets.h"

#define ARC_CORNERS		32		/* of a whole circle */
#define CORNER_BITS		20		/* of the unit of sites, behind the point */
#define SAME_ANGLE		1e-7

typedef struct Drawing
{
	const PlacesTriangulation *t;
	double		more;			/* the allowance, as a share of the reach */
	PlacesBorders *borders;
	double		x[ARC_CORNERS];	/* around the unit circle */
	double		y[ARC_CORNERS];
} Drawing;

/* Where the border between two sites ends, seen from one of them. */
typedef struct End
{
	bool		corner;			/* in a corner of three cells; else cells part here, */
	double		x,
				y;
	double		rim;			/* and their rims begin where a ray through this
								 * point of the border leads, from its middle */
} End;

typedef struct Contact
{
	End			end[2];			/* counter-clockwise around the site */
} Contact;

static uint32_t
HashCorner(double x, double y)
{
	uint64_t	a;
	uint64_t	b;

	memcpy(&a, &x, sizeof(a));
	memcpy(&b, &y, sizeof(b));
	a = (a ^ (b << 31 | b >> 33)) * UINT64_C(0x9e3779b97f4a7c15);
	a = (a ^ a >> 29) * UINT64_C(0xbf58476d1ce4e5b9);
	return (uint32_t) (a >> 32);
}

/* The slot of the corner at a point, or the one for it. */
static uint32_t
FindSlot(const PlacesBorders *b, double x, double y)
{
	uint32_t	at = HashCorner(x, y) & (b->slots - 1);

	while (b->slot[at] != NOBODY && (b->x[b->slot[at]] != x || b->y[b->slot[at]] != y))
		at = (at + 1) & (b->slots - 1);
	return at;
}

static void
GrowTable(PlacesBorders *b)
{
	uint32_t	before = b->slots;
	int		   *slot = b->slot;

	b->slots *= 2;
	b->slot = HostNew(int, b->slots);
	for (uint32_t i = 0; i < b->slots; i++)
		b->slot[i] = NOBODY;
	for (uint32_t i = 0; i < before; i++)
		if (slot[i] != NOBODY)
			b->slot[FindSlot(b, b->x[slot[i]], b->y[slot[i]])] = slot[i];
	HostFree(slot);
}

/* A corner at a point where no other is. */
static int
NewCorner(PlacesBorders *b, double x, double y)
{
	if (b->corners == b->corner_room)
	{
		b->corner_room += b->corner_room / 2;
		b->x = HostRealloc(b->x, sizeof(double) * (size_t) b->corner_room);
		b->y = HostRealloc(b->y, sizeof(double) * (size_t) b->corner_room);
	}
	b->x[b->corners] = x;
	b->y[b->corners] = y;
	return b->corners++;
}

/* The corner at a point, where others may begin or end their borders too. */
static int
Corner(PlacesBorders *b, double x, double y)
{
	uint32_t	at;

	x += 0.0;					/* not -0 */
	y += 0.0;
	at = FindSlot(b, x, y);
	if (b->slot[at] != NOBODY)
		return b->slot[at];
	if (2 * (uint64_t) ++b->shared >= b->slots)
	{
		GrowTable(b);
		at = FindSlot(b, x, y);
	}
	return b->slot[at] = NewCorner(b, x, y);
}

static void
AddBorder(PlacesBorders *b, int from, int to, int left, int right)
{
	if (from == to)
		return;
	if (b->n == b->room)
	{
		b->room += b->room / 2;
		b->border = HostRealloc(b->border, sizeof(PlacesBorder) * (size_t) b->room);
	}
	b->border[b->n++] = (PlacesBorder) {{from, to}, {left, right}};
}

static inline double
Squared(const PlacesSite *a, const PlacesSite *b)
{
	double		x = (double) (a->x - b->x);
	double		y = (double) (a->y - b->y);

	return x * x + y * y;
}

/*
 * Is the circumcentre of the triangle to the left of an edge within reach of its
 * corners?  Never on the hull.  The answer is the same from each of its edges.
 */
static bool
MeetsLeft(const Drawing *d, int edge)
{
	const PlacesTriangulation *t = d->t;
	const PlacesSite *a = &t->sites[t->origin[edge]];
	const PlacesSite *b = &t->sites[EdgeEnd(t, edge)];
	const PlacesSite *c;
	double		reach = (1 + d->more) * Min(a->reach, b->reach);
	double		area;
	int			third;

	if (Squared(a, b) > 4 * reach * reach)
		return false;
	third = ThirdCorner(t, edge);
	if (third == NOBODY)
		return false;
	c = &t->sites[third];
	reach = Min(reach, (1 + d->more) * c->reach);
	while (ComesBefore(b, a) || ComesBefore(c, a))
	{
		const PlacesSite *other = a;

		a = b;
		b = c;
		c = other;
	}
	area = (double) TwiceArea(a, b, c);
	return Squared(a, b) * Squared(b, c) * Squared(c, a) <= 4 * area * area * reach * reach;
}

/* The quotient rounded to a multiple of 2^-CORNER_BITS, halves up. */
static double
Quotient(PlacesWide dividend, PlacesWide divisor)
{
	PlacesWide	twice = dividend * ((PlacesWide) 2 << CORNER_BITS) + divisor;
	PlacesWide	whole = twice / (2 * divisor);

	if (whole * 2 * divisor > twice)
		whole--;
	return ldexp((double) whole, -CORNER_BITS);
}

/*
 * The circumcentre of the triangle to the left of an edge, which is within reach.
 * Rounded once: it is the same whichever three of several sites on a circle it is
 * taken from, and points keep their order.
 */
static void
Circumcentre(const PlacesTriangulation *t, int edge, End *end)
{
	const PlacesSite *a = &t->sites[t->origin[edge]];
	const PlacesSite *b = &t->sites[EdgeEnd(t, edge)];
	const PlacesSite *c = &t->sites[ThirdCorner(t, edge)];
	int64_t		bx = b->x - a->x;
	int64_t		by = b->y - a->y;
	int64_t		cx = c->x - a->x;
	int64_t		cy = c->y - a->y;
	PlacesWide	bb = (PlacesWide) bx * bx + (PlacesWide) by * by;
	PlacesWide	cc = (PlacesWide) cx * cx + (PlacesWide) cy * cy;
	PlacesWide	area = TwiceArea(a, b, c);

	end->corner = true;
	end->x = (double) a->x + Quotient(cy * bb - by * cc, 2 * area);
	end->y = (double) a->y + Quotient(bx * cc - cx * bb, 2 * area);
}

/*
 * From the middle of an edge to the circumcentre of the triangle to its left, along
 * the left normal; beyond all reach on the hull.
 */
static double
CentreAhead(const PlacesTriangulation *t, int edge)
{
	int			third = ThirdCorner(t, edge);
	const PlacesSite *a = &t->sites[t->origin[edge]];
	const PlacesSite *b = &t->sites[EdgeEnd(t, edge)];
	const PlacesSite *c;
	PlacesWide	scalar;

	if (third == NOBODY)
		return HUGE_VAL;
	c = &t->sites[third];
	scalar = (PlacesWide) (a->x - c->x) * (b->x - c->x) + (PlacesWide) (a->y - c->y) * (b->y - c->y);
	return sqrt(Squared(a, b)) / 2 * ((double) scalar / (double) TwiceArea(a, b, c));
}

/*
 * The border between the sites of an edge, seen from its origin; false where their
 * grounds do not meet.  left and right: is the corner there within reach?  Taken
 * from the lesser of both sites, so that both see the same.
 */
static bool
FindContact(const Drawing *d, int edge, bool right, bool left, Contact *contact)
{
	const PlacesTriangulation *t = d->t;
	const PlacesSite *a = &t->sites[t->origin[edge]];
	const PlacesSite *b = &t->sites[EdgeEnd(t, edge)];
	double		reach = Min(a->reach, b->reach);
	double		length = sqrt(Squared(a, b));
	double		room = reach * (1 + d->more);
	double		half = sqrt(Max(0, room * room - length * length / 4));
	double		rims[2] = {-half, half};
	double		ends[2] = {d->more * reach - half, half - d->more * reach};
	bool		corner[2] = {right, left};

	Assert(ComesBefore(a, b));
	for (int i = 0; i < 2; i++)
	{
		double		sign = i == 0 ? -1 : 1;
		double		ahead = sign * CentreAhead(t, i == 0 ? edge ^ 1 : edge);

		if (corner[i])
			Circumcentre(t, i == 0 ? edge ^ 1 : edge, &contact->end[i]);
		if (corner[i] || sign * ahead < sign * ends[i])
			ends[i] = ahead;
		if (sign * ahead < sign * rims[i])
			rims[i] = ahead;
	}
	if (!left && !right && ends[0] >= ends[1])
		return false;
	for (int i = 0; i < 2; i++)
	{
		End		   *end = &contact->end[i];

		if (corner[i])
			continue;
		if (corner[1 - i] && ends[0] >= ends[1])
			*end = contact->end[1 - i];	/* the rims begin in the corner itself */
		else
		{
			end->x = ((double) a->x + (double) b->x) / 2 - ends[i] * (double) (b->y - a->y) / length;
			end->y = ((double) a->y + (double) b->y) / 2 + ends[i] * (double) (b->x - a->x) / length;
		}
		end->corner = false;
		end->rim = rims[i];
	}
	return true;
}

/* The same, whichever of the sites comes first. */
static bool
SeeContact(const Drawing *d, int edge, bool right, bool left, Contact *contact)
{
	End			first;

	if (ComesBefore(&d->t->sites[d->t->origin[edge]], &d->t->sites[EdgeEnd(d->t, edge)]))
		return FindContact(d, edge, right, left, contact);
	if (!FindContact(d, edge ^ 1, left, right, contact))
		return false;
	first = contact->end[0];
	contact->end[0] = contact->end[1];
	contact->end[1] = first;
	contact->end[0].rim *= -1;
	contact->end[1].rim *= -1;
	return true;
}

/* The direction of a rim from the origin of the edge, from 0 to a whole turn. */
static double
RimAngle(const PlacesTriangulation *t, int edge, double rim)
{
	const PlacesSite *a = &t->sites[t->origin[edge]];
	const PlacesSite *b = &t->sites[EdgeEnd(t, edge)];
	double		x = (double) (b->x - a->x);
	double		y = (double) (b->y - a->y);
	double		angle = atan2(y, x) + atan2(2 * rim, sqrt(x * x + y * y));

	return angle < 0 ? angle + 2 * M_PI : angle;
}

/* Draw a line to a corner, with the ground of a site on the left and nobody's on the right. */
static void
DrawTo(PlacesBorders *b, int *at, int corner, int site)
{
	AddBorder(b, *at, corner, site, NOBODY);
	*at = corner;
}

/* A corner of the rim of a site, which no other's touches. */
static int
RimCorner(Drawing *d, const PlacesSite *s, double reach, int i)
{
	return NewCorner(d->borders, s->x + reach * d->x[i % ARC_CORNERS], s->y + reach * d->y[i % ARC_CORNERS]);
}

/* The rim of a site between two of its borders, or all around it. */
static void
DrawRim(Drawing *d, int site, double reach, const End *from, double begin, const End *to, double end)
{
	const PlacesSite *s = &d->t->sites[site];
	PlacesBorders *b = d->borders;
	const double step = 2 * M_PI / ARC_CORNERS;
	double		span = end - begin;
	int			first = (int) ceil((begin + SAME_ANGLE) / step);
	int			at = Corner(b, from->x, from->y);

	if (span < 0)
		span += 2 * M_PI;
	if (span > 2 * M_PI - SAME_ANGLE)
		span = 0;				/* of rounding */
	DrawTo(b, &at, Corner(b, s->x + reach * cos(begin), s->y + reach * sin(begin)), site);
	for (int i = first; i * step < begin + span - SAME_ANGLE; i++)
		DrawTo(b, &at, RimCorner(d, s, reach, i), site);
	DrawTo(b, &at, Corner(b, s->x + reach * cos(end), s->y + reach * sin(end)), site);
	DrawTo(b, &at, Corner(b, to->x, to->y), site);
}

static void
DrawDisc(Drawing *d, int site, double reach)
{
	const PlacesSite *s = &d->t->sites[site];
	int			first = RimCorner(d, s, reach, 0);
	int			at = first;

	for (int i = 1; i < ARC_CORNERS; i++)
		DrawTo(d->borders, &at, RimCorner(d, s, reach, i), site);
	DrawTo(d->borders, &at, first, site);
}

/* A contact with another's ground is a border, once for both; with the owner's own, it joins. */
static void
KeepContact(Drawing *d, int edge, const Contact *contact)
{
	PlacesBorders *b = d->borders;
	int			site = d->t->origin[edge];
	int			other = EdgeEnd(d->t, edge);
	int			owner = d->t->sites[other].owner;
	const End  *end = contact->end;

	if (end[0].x == end[1].x && end[0].y == end[1].y)
		return;
	if (owner == d->t->sites[site].owner)
		JoinSets(b->part, site, other);
	else if (owner == NOBODY || site < other)
		AddBorder(b, Corner(b, end[0].x, end[0].y), Corner(b, end[1].x, end[1].y),
				  site, owner == NOBODY ? NOBODY : other);
}

/* Two cells that meet between the corners to both sides of an edge; in a mere point if these are one. */
static void
JoinCells(Drawing *d, int edge)
{
	const PlacesTriangulation *t = d->t;
	int			a = t->origin[edge];
	int			b = EdgeEnd(t, edge);

	if (a < b && InCircle(&t->sites[a], &t->sites[b], &t->sites[ThirdCorner(t, edge)],
						  &t->sites[ThirdCorner(t, edge ^ 1)]) != 0)
		JoinSets(d->borders->part, a, b);
}

/* The reach of a site, or the least of those that may limit it. */
static double
LeastReach(const Drawing *d, int site)
{
	const PlacesTriangulation *t = d->t;
	double		own = t->sites[site].reach;
	double		room = 2 * (1 + d->more) * own;
	double		least = own;
	int			e = t->first[site];

	if (e != NOBODY)
		do
		{
			const PlacesSite *other = &t->sites[EdgeEnd(t, e)];

			if (other->reach < least && Squared(&t->sites[site], other) < room * room)
				least = other->reach;
			e = t->next[e];
		} while (e != t->first[site]);
	return least;
}

/* The last border of a site so far. */
typedef struct Walk
{
	bool		began;
	End			first;			/* where the first of them began, */
	double		first_angle;
	End			last;			/* and the last ended */
	double		last_angle;
} Walk;

static void
TakeContact(Drawing *d, Walk *walk, int edge, double reach, const Contact *contact)
{
	const End  *end = contact->end;
	double		angle[2];

	for (int i = 0; i < 2; i++)
		angle[i] = end[i].corner ? 0 : RimAngle(d->t, edge, end[i].rim);
	if (!walk->began)
	{
		walk->began = true;
		walk->first = end[0];
		walk->first_angle = angle[0];
	}
	else if (!walk->last.corner)
		DrawRim(d, d->t->origin[edge], reach, &walk->last, walk->last_angle, &end[0], angle[0]);
	walk->last = end[1];
	walk->last_angle = angle[1];
	KeepContact(d, edge, contact);
}

/* The borders of the ground of a site, counter-clockwise. */
static void
DrawSite(Drawing *d, int site)
{
	const PlacesTriangulation *t = d->t;
	double		reach = LeastReach(d, site);
	Walk		walk = {0};
	int			e = t->first[site];
	bool		left = e != NOBODY && MeetsLeft(d, t->previous[e]);

	if (e != NOBODY)
		do
		{
			bool		right = left;
			int			other = EdgeEnd(t, e);
			Contact		contact = {{{.corner = true}, {.corner = true}}};

			left = MeetsLeft(d, e);
			if (right && left && t->sites[other].owner == t->sites[site].owner)
			{
				/* inside the place: nothing to draw */
				JoinCells(d, e);
				if (!walk.began)
					walk.first = contact.end[0];
				walk.began = true;
				walk.last = contact.end[1];
			}
			else if (SeeContact(d, e, right, left, &contact))
				TakeContact(d, &walk, e, reach, &contact);
			e = t->next[e];
		} while (e != t->first[site]);
	if (!walk.began)
		DrawDisc(d, site, reach);
	else if (!walk.last.corner)
		DrawRim(d, site, reach, &walk.last, walk.last_angle, &walk.first, walk.first_angle);
}

/* A quarter of the circle, turned, so that rims end where they should. */
static void
DrawCircle(Drawing *d)
{
	const int	quarter = ARC_CORNERS / 4;

	for (int i = 0; i < ARC_CORNERS; i++)
	{
		int			k = i % quarter;
		double		c = k == 0 ? 1 : cos(k * M_PI / 2 / quarter);
		double		s = k == 0 ? 0 : sin(k * M_PI / 2 / quarter);

		d->x[i] = i / quarter == 0 ? c : i / quarter == 1 ? -s : i / quarter == 2 ? -c : s;
		d->y[i] = i / quarter == 0 ? s : i / quarter == 1 ? c : i / quarter == 2 ? -s : -c;
	}
}

/* Grounds reach as far as their sites, and by a share of it more into gaps between them. */
PlacesBorders *
DrawBorders(const PlacesTriangulation *t, double more)
{
	PlacesBorders *b = HostNewZero(PlacesBorders, 1);
	Drawing		d = {.t = t, .more = more, .borders = b};

	DrawCircle(&d);
	b->border = HostNew(PlacesBorder, b->room = 1024);
	b->x = HostNew(double, b->corner_room = 1024);
	b->y = HostNew(double, b->corner_room);
	b->slot = HostNew(int, b->slots = 1024);
	for (uint32_t i = 0; i < b->slots; i++)
		b->slot[i] = NOBODY;
	b->part = HostNew(int, t->n);
	InitSets(b->part, t->n);
	for (int i = 0; i < t->n; i++)
	{
		HostCheckCancelAt(i);
		if (t->sites[i].owner != NOBODY)
			DrawSite(&d, i);
	}
	HostFree(b->slot);
	return b;
}

/* All but the corners. */
void
FreeBorders(PlacesBorders *b)
{
	HostFree(b->border);
	HostFree(b->part);
	HostFree(b);
}
