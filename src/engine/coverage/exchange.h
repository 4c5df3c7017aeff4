/*
 * exchange.h
 *	  Make places of a few atoms compact.
 */
#ifndef PLACES_EXCHANGE_H
#define PLACES_EXCHANGE_H

#include "engine/coverage/packing.h"

extern void ExchangeAtoms(PlacesPacking *packing);

#endif							/* PLACES_EXCHANGE_H */
