/*
 * exchanges.h
 *	  Whole points moved and exchanged between places while that lowers the sum of squares.
 */
#ifndef PLACES_EXCHANGES_H
#define PLACES_EXCHANGES_H

#include "engine/base/kdtree.h"

extern double ExchangePoints(const PlacesKdTree *tree, int k, double low, double high, int *label);

#endif							/* PLACES_EXCHANGES_H */
