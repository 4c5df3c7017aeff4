/*
 * incumbent.h
 *	  What rows say of the incumbent: the places that homes are in so far.
 */
#ifndef PLACES_INCUMBENT_ROWS_H
#define PLACES_INCUMBENT_ROWS_H

#include "engine/engine.h"

extern PlacesFixed ReadFixed(const NullableDatum *hold, bool was_placed);
extern double ReadTolerance(const NullableDatum *tolerance);
extern int	ComparePlaces(const void *a, const void *b);
extern PlacesIncumbent NumberPlaces(int n, const int64 *previous, const bool *was_placed);

#endif							/* PLACES_INCUMBENT_ROWS_H */
