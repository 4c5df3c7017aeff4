/*
 * load_exchanges.h
 *	  Loads balanced exactly: points moved and exchanged between neighbouring places.
 */
#ifndef PLACES_LOAD_EXCHANGES_H
#define PLACES_LOAD_EXCHANGES_H

#include "engine/balanced/load_state.h"

extern void ExchangeLoads(const PlacesLoadProblem *problem, const double *price, int *label);
extern void CureLoads(const PlacesLoadProblem *problem, int *label);

#endif							/* PLACES_LOAD_EXCHANGES_H */
