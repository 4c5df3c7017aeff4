/*
 * pricing.h
 *	  The most that a place of each cell can gain at given prices.
 */
#ifndef PLACES_PRICING_H
#define PLACES_PRICING_H

#include "engine/bound/cells.h"

/* the prices under which to search */
typedef struct PlacesBoundPrices
{
	const double *u;			/* per point, >= 0 */
	const double *v;			/* per region of the cells */
	const double *most;			/* per region: places that may be there */
} PlacesBoundPrices;

extern void BoundSearch(PlacesBoundCells *cells, const PlacesPoints *points,
						   const PlacesBoundRules *rules, const PlacesBoundPrices *prices,
						   double tolerance, double finest);
extern double BoundCellToll(const PlacesBoundCell *cell, const double *v);

#endif							/* PLACES_PRICING_H */
