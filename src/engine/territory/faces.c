/*
 * faces.c
 *	  From borders to polygons.
 *
 * Every border is two half-edges, one for each side, numbered 2 * border + side;
 * the one of side 1 runs backwards.  A half-edge is followed by the first that turns
 * clockwise from its end, so those around one face make a loop, with the face on
 * the left.  Ground that is joined has one outer ring; where a loop meets itself it
 * is cut into rings, which then touch in a point, as the standard wants (OGC 06-103,
 * Simple Feature Access).
 *
 * Loops begin in the west, and rings come from west to east: they are the same
 * whatever else is drawn beside them.
 */
#include "engine/territory/faces.h"

#include "engine/base/disjoint_sets.h"
#include "engine/base/sort.h"

/* A gap smaller than the square of this share of the reach is filled, unless it is
 * longer than the reach: what fills a gap is decided by all around it, and nothing
 * far off decides on the ground of a place. */
#define FILLED_SHARE	(1.0 / 6)

#define MANY_BORDERS	16

typedef struct Tracing
{
	const PlacesSite *sites;
	PlacesBorders *borders;
	int		   *after;			/* of each half-edge the next around its face */
	bool	   *done;			/* of each half-edge: its loop has been walked */
	int		   *loop;			/* the half-edges of one, */
	int			length;			/* so many */
	int		   *at;				/* of each corner where in a ring it is, or NOBODY */
	int		   *stack;			/* the corners of that ring */
	double	   *shared;			/* of each owner the length of its border of a gap */
} Tracing;

static inline int
Origin(const PlacesBorders *b, int half)
{
	return b->border[half >> 1].corner[half & 1];
}

static inline int
SiteOf(const PlacesBorders *b, int half)
{
	return b->border[half >> 1].site[half & 1];
}

static inline int
OwnerOf(const Tracing *t, int half)
{
	int			site = SiteOf(t->borders, half);

	return site == NOBODY ? NOBODY : t->sites[site].owner;
}

/* Is the direction of one half-edge before that of another of the same origin, counter-clockwise from the east? */
static bool
TurnsBefore(const PlacesBorders *b, int a, int c)
{
	int			origin = Origin(b, a);
	double		ax = b->x[Origin(b, a ^ 1)] - b->x[origin];
	double		ay = b->y[Origin(b, a ^ 1)] - b->y[origin];
	double		cx = b->x[Origin(b, c ^ 1)] - b->x[origin];
	double		cy = b->y[Origin(b, c ^ 1)] - b->y[origin];
	bool		a_north = ay > 0 || (ay == 0 && ax > 0);
	bool		c_north = cy > 0 || (cy == 0 && cx > 0);

	if (a_north != c_north)
		return a_north;
	return ax * cy - ay * cx > 0;
}

/*
 * Two borders between the same corners have a face between them that rounding has
 * closed: one border is left, or none.  False where a and c are not such borders.
 */
static bool
MergeBorders(Tracing *t, int a, int c)
{
	PlacesBorders *b = t->borders;
	PlacesBorder *one = &b->border[a >> 1];
	PlacesBorder *other = &b->border[c >> 1];

	if (Origin(b, a ^ 1) != Origin(b, c ^ 1) ||
		OwnerOf(t, a) == OwnerOf(t, a ^ 1) || OwnerOf(t, c) == OwnerOf(t, c ^ 1))
		return false;
	if (OwnerOf(t, a ^ 1) == OwnerOf(t, c))
		one->site[1 - (a & 1)] = SiteOf(b, c ^ 1);
	else
		one->site[a & 1] = SiteOf(b, c);
	other->site[0] = other->site[1] = NOBODY;	/* to be dropped */
	return true;
}

/* Keep the borders that have an owner on one side who is not on the other. */
static void
DropBorders(Tracing *t)
{
	PlacesBorders *b = t->borders;
	int			n = 0;

	for (int i = 0; i < b->n; i++)
	{
		HostCheckCancelAt(i);
		if (OwnerOf(t, 2 * i) != OwnerOf(t, 2 * i + 1))
			b->border[n++] = b->border[i];
	}
	b->n = n;
}

/* Half-edges by their origin: those of a corner from start[corner] to start[corner + 1]. */
static int *
LeavingHalves(const PlacesBorders *b, int *start)
{
	int		   *leaving = HostNew(int, 2 * (size_t) b->n);

	memset(start, 0, sizeof(int) * ((size_t) b->corners + 2));
	for (int h = 0; h < 2 * b->n; h++)
		start[Origin(b, h) + 2]++;
	for (int c = 2; c <= b->corners + 1; c++)
		start[c] += start[c - 1];
	for (int h = 0; h < 2 * b->n; h++)
		leaving[start[Origin(b, h) + 1]++] = h;
	return leaving;
}

/* From 0 to 4 as its direction turns around from the east. */
static double
RoughAngle(const PlacesBorders *b, int half)
{
	double		x = b->x[Origin(b, half ^ 1)] - b->x[Origin(b, half)];
	double		y = b->y[Origin(b, half ^ 1)] - b->y[Origin(b, half)];
	double		part = x / (fabs(x) + fabs(y));

	return y > 0 || (y == 0 && x > 0) ? 1 - part : 3 + part;
}

/* Where many borders meet they are almost in order before they are compared. */
static void
SortRoughly(const PlacesBorders *b, int *leaving, int n)
{
	PlacesRanked *ranked = HostNew(PlacesRanked, n);

	for (int i = 0; i < n; i++)
		ranked[i] = (PlacesRanked) {RoughAngle(b, leaving[i]), leaving[i]};
	SortRanked(ranked, n);
	for (int i = 0; i < n; i++)
		leaving[i] = ranked[i].item;
	HostFree(ranked);
}

/* Put the half-edges of a corner into their order around it; false after a merger. */
static bool
SortAround(Tracing *t, int *leaving, int n)
{
	if (n > MANY_BORDERS)
		SortRoughly(t->borders, leaving, n);
	for (int i = 1; i < n; i++)
		for (int j = i; j > 0; j--)
		{
			int			half = leaving[j];

			if (MergeBorders(t, leaving[j - 1], half))
				return false;
			if (!TurnsBefore(t->borders, half, leaving[j - 1]))
				break;
			leaving[j] = leaving[j - 1];
			leaving[j - 1] = half;
		}
	return true;
}

/* Find what follows each half-edge. */
static void
LinkHalves(Tracing *t)
{
	PlacesBorders *b = t->borders;
	int		   *start = HostNew(int, (size_t) b->corners + 2);
	bool		merged;

	do
	{
		int		   *leaving;

		merged = false;
		DropBorders(t);
		leaving = LeavingHalves(b, start);
		for (int c = 0; c < b->corners; c++)
		{
			int		   *half = leaving + start[c];
			int			n = start[c + 1] - start[c];

			HostCheckCancelAt(c);
			if (!SortAround(t, half, n))
				merged = true;
			for (int i = 0; i < n; i++)
				t->after[half[i] ^ 1] = half[(i + n - 1) % n];
		}
		HostFree(leaving);
	} while (merged);
	HostFree(start);
	memset(t->done, 0, sizeof(bool) * 2 * (size_t) b->n);
}

/* Is the first of two corners farther west, or else south? */
static inline int
CompareCorners(const PlacesBorders *b, int a, int c)
{
	if (b->x[a] != b->x[c])
		return b->x[a] < b->x[c] ? -1 : 1;
	return (b->y[a] > b->y[c]) - (b->y[a] < b->y[c]);
}

static void
WalkLoop(Tracing *t, int half)
{
	const PlacesBorders *b = t->borders;
	int			first = half;
	int			h = half;

	do
	{
		int			order = CompareCorners(b, Origin(b, h), Origin(b, first));

		if (order < 0 || (order == 0 && CompareCorners(b, Origin(b, h ^ 1), Origin(b, first ^ 1)) < 0))
			first = h;
		h = t->after[h];
	} while (h != half);
	t->length = 0;
	for (h = first; !t->done[h]; h = t->after[h])
	{
		HostCheckCancelAt(t->length);
		t->loop[t->length++] = h;
		t->done[h] = true;
	}
}

/* The area of a ring, in the unit of sites; above 0 where it is counter-clockwise. */
static double
AreaOf(const PlacesBorders *b, const int *corner, int n)
{
	double		x = b->x[corner[0]];
	double		y = b->y[corner[0]];
	double		sum = 0;

	for (int i = 1; i + 1 < n; i++)
		sum += (b->x[corner[i]] - x) * (b->y[corner[i + 1]] - y) - (b->x[corner[i + 1]] - x) * (b->y[corner[i]] - y);
	return sum / 2;
}

static double
LengthOf(const PlacesBorders *b, int half)
{
	int			from = Origin(b, half);
	int			to = Origin(b, half ^ 1);

	return hypot(b->x[to] - b->x[from], b->y[to] - b->y[from]);
}

/* The site behind a half-edge of the loop whose owner has most of it; of equals the first. */
static int
MainNeighbour(Tracing *t)
{
	int			most = SiteOf(t->borders, t->loop[0] ^ 1);

	for (int i = 0; i < t->length; i++)
		t->shared[OwnerOf(t, t->loop[i] ^ 1)] += LengthOf(t->borders, t->loop[i]);
	for (int i = 0; i < t->length; i++)
	{
		int			owner = OwnerOf(t, t->loop[i] ^ 1);
		int			best = t->sites[most].owner;

		if (t->shared[owner] > t->shared[best] ||
			(t->shared[owner] == t->shared[best] && owner < best))
			most = SiteOf(t->borders, t->loop[i] ^ 1);
	}
	for (int i = 0; i < t->length; i++)
		t->shared[OwnerOf(t, t->loop[i] ^ 1)] = 0;
	return most;
}

/* Is a ring longer than some distance, across or along? */
static bool
IsLonger(const PlacesBorders *b, const int *corner, int n, double distance)
{
	double		east = 0;
	double		north = 0;
	double		south = 0;

	/* it begins in the west */
	for (int i = 0; i < n; i++)
	{
		east = Max(east, b->x[corner[i]] - b->x[corner[0]]);
		north = Max(north, b->y[corner[i]] - b->y[corner[0]]);
		south = Max(south, b->y[corner[0]] - b->y[corner[i]]);
	}
	return east > distance || north + south > distance;
}

/* Give the gap that the loop goes around, if it is small, to a neighbour. */
static void
FillGap(Tracing *t)
{
	PlacesBorders *b = t->borders;
	double		area;
	double		reach;
	int			site;

	for (int i = 0; i < t->length; i++)
		t->stack[i] = Origin(b, t->loop[i]);
	area = AreaOf(b, t->stack, t->length);
	if (area < 0)
		return;					/* all around */
	site = MainNeighbour(t);
	reach = t->sites[site].reach;
	if (area >= FILLED_SHARE * reach * FILLED_SHARE * reach || IsLonger(b, t->stack, t->length, reach))
		return;
	for (int i = 0; i < t->length; i++)
	{
		int			half = t->loop[i];

		b->border[half >> 1].site[half & 1] = site;
		if (OwnerOf(t, half ^ 1) == t->sites[site].owner)
			JoinSets(b->part, site, SiteOf(b, half ^ 1));
	}
}

static void
KeepRing(Tracing *t, PlacesRings *rings, const int *corner, int n, int site)
{
	double		area = n < 3 ? 0 : AreaOf(t->borders, corner, n);

	if (area == 0)
		return;
	if (rings->n == rings->room)
	{
		rings->room *= 2;
		rings->ring = HostRealloc(rings->ring, sizeof(PlacesRing) * (size_t) rings->room);
	}
	rings->ring[rings->n++] = (PlacesRing)
	{
		.owner = t->sites[site].owner,
		.part = site,
		.hole = area < 0,
		.begin = rings->corners,
		.end = rings->corners + n
	};
	memcpy(rings->corner + rings->corners, corner, sizeof(int) * (size_t) n);
	rings->corners += n;
}

/* Cut the loop into rings that meet no corner twice. */
static void
CutLoop(Tracing *t, PlacesRings *rings)
{
	int			site = SiteOf(t->borders, t->loop[0]);
	int			depth = 0;

	for (int i = 0; i < t->length; i++)
	{
		int			corner = Origin(t->borders, t->loop[i]);
		int			begin = t->at[corner];

		JoinSets(t->borders->part, site, SiteOf(t->borders, t->loop[i]));
		if (begin == NOBODY)
		{
			t->at[corner] = depth;
			t->stack[depth++] = corner;
			continue;
		}
		KeepRing(t, rings, t->stack + begin, depth - begin, site);
		while (depth > begin + 1)
			t->at[t->stack[--depth]] = NOBODY;
	}
	KeepRing(t, rings, t->stack, depth, site);
	while (depth > 0)
		t->at[t->stack[--depth]] = NOBODY;
}

/* A ring by where it begins. */
typedef struct PlacedRing
{
	PlacesRing	ring;
	double		x[2];			/* its first corners */
	double		y[2];
} PlacedRing;

static int
ComparePlaces(const void *a, const void *b)
{
	const PlacedRing *p = a;
	const PlacedRing *q = b;

	for (int i = 0; i < 2; i++)
	{
		if (p->x[i] != q->x[i])
			return p->x[i] < q->x[i] ? -1 : 1;
		if (p->y[i] != q->y[i])
			return p->y[i] < q->y[i] ? -1 : 1;
	}
	return 0;
}

static int
CompareRings(const void *a, const void *b)
{
	const PlacesRing *p = a;
	const PlacesRing *q = b;

	if (p->owner != q->owner)
		return p->owner < q->owner ? -1 : 1;
	if (p->part != q->part)
		return p->part < q->part ? -1 : 1;
	if (p->hole != q->hole)
		return p->hole ? 1 : -1;
	return (p->order > q->order) - (p->order < q->order);
}

/* Put rings into the order of their owners, then parts, of each the outer ring first. */
static void
SortRings(const Tracing *t, PlacesRings *rings)
{
	const PlacesBorders *b = t->borders;
	PlacedRing *placed = HostNew(PlacedRing, rings->n);

	for (int i = 0; i < rings->n; i++)
	{
		placed[i].ring = rings->ring[i];
		placed[i].ring.part = FindSet(b->part, rings->ring[i].part);
		for (int k = 0; k < 2; k++)
		{
			placed[i].x[k] = b->x[rings->corner[rings->ring[i].begin + k]];
			placed[i].y[k] = b->y[rings->corner[rings->ring[i].begin + k]];
		}
	}
	SortItems(placed, rings->n, sizeof(PlacedRing), ComparePlaces);
	/* the parts as their outer rings; their sets are not needed any more */
	for (int i = 0; i < rings->n; i++)
		if (!placed[i].ring.hole)
			b->part[placed[i].ring.part] = i;
	for (int i = 0; i < rings->n; i++)
	{
		rings->ring[i] = placed[i].ring;
		rings->ring[i].part = b->part[placed[i].ring.part];
		rings->ring[i].order = i;
	}
	HostFree(placed);
	SortItems(rings->ring, rings->n, sizeof(PlacesRing), CompareRings);
}

/* The rings of all owners' grounds, small gaps filled; their numbers are below owners. */
PlacesRings *
TraceRings(const PlacesSite *sites, PlacesBorders *b, int owners)
{
	PlacesRings *rings = HostNewZero(PlacesRings, 1);
	Tracing		t = {.sites = sites, .borders = b};
	size_t		halves = 2 * (size_t) b->n;

	t.after = HostNew(int, halves);
	t.done = HostNew(bool, halves);
	t.loop = HostNew(int, halves);
	t.stack = HostNew(int, halves);
	t.at = HostNew(int, b->corners);
	t.shared = HostNewZero(double, owners);
	for (int c = 0; c < b->corners; c++)
		t.at[c] = NOBODY;
	rings->ring = HostNew(PlacesRing, rings->room = 64);
	rings->corner = HostNew(int, halves);

	LinkHalves(&t);
	for (int h = 0; h < 2 * b->n; h++)
		if (SiteOf(b, h) == NOBODY && !t.done[h])
		{
			WalkLoop(&t, h);
			FillGap(&t);
		}
	LinkHalves(&t);
	for (int h = 0; h < 2 * b->n; h++)
		if (SiteOf(b, h) != NOBODY && !t.done[h])
		{
			WalkLoop(&t, h);
			CutLoop(&t, rings);
		}
	SortRings(&t, rings);
	HostFree(t.after);
	HostFree(t.done);
	HostFree(t.loop);
	HostFree(t.stack);
	HostFree(t.at);
	HostFree(t.shared);
	return rings;
}

void
FreeRings(PlacesRings *rings)
{
	HostFree(rings->ring);
	HostFree(rings->corner);
	HostFree(rings);
}
