/*
 * load_prices.h
 *	  Loads balanced roughly: points go where distance and prices are least.
 */
#ifndef PLACES_LOAD_PRICES_H
#define PLACES_LOAD_PRICES_H

#include "engine/balanced/load_state.h"

extern double *PriceLoads(const PlacesLoadProblem *problem, double play, int *label);

#endif							/* PLACES_LOAD_PRICES_H */
