/*
 * pricing.h
 *	  The pricing step of column generation: the best place of each cell under
 *	  given dual prices.
 */
#ifndef PLACES_PRICING_H
#define PLACES_PRICING_H

#include "engine/bound/cells.h"

extern void PriceCells(PlacesCells *cells, const PlacesPoints *points, const PlacesLooseRules *rules,
					   const double *u, const double *v, double tolerance);

#endif							/* PLACES_PRICING_H */
