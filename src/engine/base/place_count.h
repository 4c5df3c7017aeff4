/*
 * place_count.h
 *	  How many places the rules ask for, and how large that makes them.
 */
#ifndef PLACES_PLACE_COUNT_H
#define PLACES_PLACE_COUNT_H

#include "engine/base/points.h"
#include "engine/base/rules.h"

extern int	WantedPlaces(const PlacesRules *rules, const PlacesPoints *points);
extern void UseAllPlaces(const PlacesPoints *points, int k, int *label);
extern double LowBound(const PlacesRules *rules, double homes, bool whole, int k);
extern double HighBound(const PlacesRules *rules, double homes, bool whole, int k);

#endif							/* PLACES_PLACE_COUNT_H */
