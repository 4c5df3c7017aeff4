/*
 * exchange.h
 *	  Move homes between neighbouring places until both are as compact as the
 *	  bounds allow.
 */
#ifndef PLACES_EXCHANGE_H
#define PLACES_EXCHANGE_H

#include "engine/coverage/division.h"

extern void ExchangePairs(PlacesDivision *division, int sweeps);

#endif							/* PLACES_EXCHANGE_H */
