/*
 * territories.h
 *	  The ground that each of several owners of points holds.
 */
#ifndef PLACES_TERRITORIES_H
#define PLACES_TERRITORIES_H

#include "engine/territory/faces.h"

typedef struct PlacesTerritories
{
	PlacesRings *rings;
	double	   *x;				/* of the corners, as the points are given */
	double	   *y;
} PlacesTerritories;

extern PlacesTerritories *DrawTerritories(int n, const double *x, const double *y, const int *owner,
										  int owners, bool degrees, double within);
extern void FreeTerritories(PlacesTerritories *territories);

#endif							/* PLACES_TERRITORIES_H */
