/*
 * triangulation.h
 *	  The Delaunay triangulation of sites on a grid of whole numbers.
 *
 * Predicates are exact, so that homes in rows, on circles and on lattices are
 * like any others.  Takes O(n log n), whatever the layout.
 */
#ifndef PLACES_TRIANGULATION_H
#define PLACES_TRIANGULATION_H

#include "engine/base/host.h"

/* Exact to twice as many bits as a coordinate's square has. */
__extension__ typedef __int128 PlacesWide;

#define MOST_SITE		((int64_t) 1 << 37)	/* of a coordinate: the predicates stay exact */
#define NOBODY			(-1)

typedef struct PlacesSite
{
	int64_t		x,
				y;
	double		reach;			/* in the same unit */
	int			owner;			/* or NOBODY */
} PlacesSite;

/*
 * Edges come in pairs, e and e ^ 1, one for each direction.  Around its origin an
 * edge has a next one, counter-clockwise, and a previous one.
 */
typedef struct PlacesTriangulation
{
	int			n;
	PlacesSite *sites;			/* the caller's; in an order of ours */
	int			nedges;			/* directed, deleted ones among them */
	int		   *origin;			/* NOBODY where deleted */
	int		   *next;
	int		   *previous;
	int			unused;			/* a list of deleted pairs, through next */
	int		   *first;			/* an edge of each site, NOBODY for a lone one */
} PlacesTriangulation;

static inline int
EdgeEnd(const PlacesTriangulation *t, int edge)
{
	return t->origin[edge ^ 1];
}

/* An order of sites that does not depend on which others there are. */
static inline bool
ComesBefore(const PlacesSite *a, const PlacesSite *b)
{
	return a->x != b->x ? a->x < b->x : a->y < b->y;
}

/* Twice the area of a triangle, above 0 where it is counter-clockwise. */
static inline PlacesWide
TwiceArea(const PlacesSite *a, const PlacesSite *b, const PlacesSite *c)
{
	return (PlacesWide) (b->x - a->x) * (c->y - a->y) - (PlacesWide) (b->y - a->y) * (c->x - a->x);
}

extern int	TurnOf(const PlacesSite *a, const PlacesSite *b, const PlacesSite *c);
extern int	InCircle(const PlacesSite *a, const PlacesSite *b, const PlacesSite *c, const PlacesSite *d);
extern int	ThirdCorner(const PlacesTriangulation *t, int edge);

extern PlacesTriangulation *Triangulate(PlacesSite *sites, int n);
extern void FreeTriangulation(PlacesTriangulation *t);

#endif							/* PLACES_TRIANGULATION_H */
