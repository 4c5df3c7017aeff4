/*
 * faces.h
 *	  From borders to polygons.
 */
#ifndef PLACES_FACES_H
#define PLACES_FACES_H

#include "engine/territory/borders.h"

/* A ring of an owner's ground. */
typedef struct PlacesRing
{
	int			owner;
	int			part;			/* of those of the owner: one outer ring each */
	bool		hole;
	int			order;			/* from west to east */
	int			begin;			/* its corners in a list of them, */
	int			end;			/* not closed; the outer ring counter-clockwise */
} PlacesRing;

typedef struct PlacesRings
{
	int			n;
	int			room;
	PlacesRing *ring;			/* by owner and part, the outer ring first, from west to east */
	int			corners;
	int		   *corner;
} PlacesRings;

extern PlacesRings *TraceRings(const PlacesSite *sites, PlacesBorders *borders, int owners);
extern void FreeRings(PlacesRings *rings);

#endif							/* PLACES_FACES_H */
