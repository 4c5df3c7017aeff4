/*
 * territories.c
 *	  The ground that each of several owners of points holds.
 *
 * A point holds what is nearer to it than to any other and not farther than its
 * reach, so parts of a territory each hold a point, and territories do not overlap.
 * Longitude and latitude are drawn on Mercator's plane, which keeps angles: its
 * scale is 1 / cos(latitude) to 0.7 %, and so is the reach.
 *
 * Small gaps and narrow ones are filled (faces.c, borders.c).  The reach is 0.9 of
 * the distance asked for: no point of a small gap is farther than 0.085 of that from
 * its rim, and what is left is for Mercator and for narrow gaps.
 */
#include "engine/territory/territories.h"

#include "engine/base/sort.h"

#define UNIT			1024.0	/* of sites, a metre */
#define REACH_SHARE		0.9
#define NARROW_GAP		0.5		/* metres: half of what is filled, */
#define MOST_NARROW		0.015	/* unless that is more of the reach */
#define TOGETHER		1.0		/* metres between points that are not told apart
								 * where one of them has no owner */
#define EARTH			6378137.0
#define DEGREE			(M_PI / 180)
#define MOST_LATITUDE	85.0

/* A point among those of its site. */
typedef struct Claim
{
	int64_t		x,
				y;
	double		latitude;
	int			owner;
} Claim;

static int
CompareClaims(const void *a, const void *b)
{
	const Claim *p = a;
	const Claim *q = b;

	if (p->x != q->x)
		return p->x < q->x ? -1 : 1;
	if (p->y != q->y)
		return p->y < q->y ? -1 : 1;
	return (p->owner > q->owner) - (p->owner < q->owner);
}

static Claim *
ListClaims(int n, const double *x, const double *y, const int *owner, bool degrees)
{
	Claim	   *claims = HostNew(Claim, n);

	for (int i = 0; i < n; i++)
	{
		double		latitude = degrees ? Max(-MOST_LATITUDE, Min(y[i], MOST_LATITUDE)) : 0;
		double		east = degrees ? x[i] * DEGREE * EARTH : x[i];
		double		north = degrees ? asinh(tan(latitude * DEGREE)) * EARTH : y[i];

		HostCheckCancelAt(i);
		claims[i] = (Claim) {(int64_t) rint(east * UNIT), (int64_t) rint(north * UNIT), latitude, owner[i]};
	}
	SortItems(claims, n, sizeof(Claim), CompareClaims);
	return claims;
}

/*
 * Sites from sorted points: one for all on a coordinate, of the owner of most of
 * them, of equals the first, of any rather than of none.
 */
static int
ListSites(const Claim *claims, int n, double reach, PlacesSite *sites)
{
	int			nsites = 0;

	for (int i = 0; i < n;)
	{
		const Claim *first = &claims[i];
		int			most = 0;
		int			owner = NOBODY;

		while (i < n && claims[i].x == first->x && claims[i].y == first->y)
		{
			int			begin = i;

			while (i < n && claims[i].x == first->x && claims[i].y == first->y && claims[i].owner == claims[begin].owner)
				i++;
			if (claims[begin].owner != NOBODY && i - begin > most)
			{
				most = i - begin;
				owner = claims[begin].owner;
			}
		}
		sites[nsites++] = (PlacesSite) {first->x, first->y, reach / cos(first->latitude * DEGREE), owner};
	}
	return nsites;
}

/* Points of no owner next to one of an owner do not keep that off: the gap would be a slit. */
static void
JoinNeighbours(PlacesTriangulation *t, double within)
{
	const double near = Min(TOGETHER, MOST_NARROW * within) * UNIT;
	int		   *joined = HostNew(int, t->n);

	for (int i = 0; i < t->n; i++)
	{
		PlacesSite *site = &t->sites[i];
		double		nearest = near * near * (site->reach / (REACH_SHARE * within * UNIT)) * (site->reach / (REACH_SHARE * within * UNIT));
		int			e = t->first[i];

		HostCheckCancelAt(i);
		joined[i] = site->owner;
		if (site->owner != NOBODY || e == NOBODY)
			continue;
		do
		{
			PlacesSite *other = &t->sites[EdgeEnd(t, e)];
			double		x = (double) (other->x - site->x);
			double		y = (double) (other->y - site->y);
			double		squared = x * x + y * y;

			if (other->owner != NOBODY &&
				(squared < nearest || (squared == nearest && other->owner < joined[i])))
			{
				nearest = squared;
				joined[i] = other->owner;
			}
			e = t->next[e];
		} while (e != t->first[i]);
	}
	for (int i = 0; i < t->n; i++)
		t->sites[i].owner = joined[i];
	HostFree(joined);
}

/* The corners as the points are given. */
static void
ToGround(PlacesBorders *b, bool degrees)
{
	for (int i = 0; i < b->corners; i++)
	{
		double		x = b->x[i] / UNIT;
		double		y = b->y[i] / UNIT;

		HostCheckCancelAt(i);
		b->x[i] = degrees ? x / (DEGREE * EARTH) : x;
		b->y[i] = degrees ? atan(sinh(y / EARTH)) / DEGREE : y;
	}
}

/*
 * Owners are numbers below owners, or NOBODY, whose points keep others off; within is
 * metres.  Where points lie beyond MOST_LATITUDE they are drawn there.
 */
PlacesTerritories *
DrawTerritories(int n, const double *x, const double *y, const int *owner,
				int owners, bool degrees, double within)
{
	PlacesTerritories *territories = HostNewZero(PlacesTerritories, 1);
	Claim	   *claims = ListClaims(n, x, y, owner, degrees);
	PlacesSite *sites = HostNew(PlacesSite, n);
	int			nsites = ListSites(claims, n, REACH_SHARE * within * UNIT, sites);
	PlacesTriangulation *t;
	PlacesBorders *borders;

	HostFree(claims);
	t = Triangulate(sites, nsites);
	JoinNeighbours(t, within);
	borders = DrawBorders(t, Min(NARROW_GAP / (REACH_SHARE * within), MOST_NARROW));
	FreeTriangulation(t);
	territories->rings = TraceRings(sites, borders, owners);
	HostFree(sites);
	ToGround(borders, degrees);
	territories->x = borders->x;
	territories->y = borders->y;
	FreeBorders(borders);
	return territories;
}

void
FreeTerritories(PlacesTerritories *territories)
{
	FreeRings(territories->rings);
	HostFree(territories->x);
	HostFree(territories->y);
	HostFree(territories);
}
