/*
 * borders.h
 *	  The lines between the grounds of owners, and around them.
 *
 * A border runs from one corner to another, with a site's ground on its left and
 * another's, or nobody's, on its right.  Borders meet in corners only.
 */
#ifndef PLACES_BORDERS_H
#define PLACES_BORDERS_H

#include "engine/territory/triangulation.h"

typedef struct PlacesBorder
{
	int			corner[2];
	int			site[2];		/* on the left, and on the right or NOBODY */
} PlacesBorder;

typedef struct PlacesBorders
{
	int			n;
	int			room;
	PlacesBorder *border;
	int			corners;
	int			corner_room;
	double	   *x;				/* the corners, in the unit of sites; no two */
	double	   *y;				/* are the same */
	int			shared;			/* those of them in a hash table, */
	uint32_t	slots;			/* a power of two in size */
	int		   *slot;
	int		   *part;			/* of each site another of its owner whose ground
								 * is joined to its own, or itself: disjoint sets */
} PlacesBorders;

extern PlacesBorders *DrawBorders(const PlacesTriangulation *t, double more);
extern void FreeBorders(PlacesBorders *borders);

#endif							/* PLACES_BORDERS_H */
