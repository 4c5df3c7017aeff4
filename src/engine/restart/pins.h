/*
 * pins.h
 *	  Pinned homes that are too far out to count in their places.
 */
#ifndef PLACES_PINS_H
#define PLACES_PINS_H

#include "engine/base/points.h"
#include "engine/base/rules.h"

extern void FindPinsOutside(const PlacesPoints *points, const PlacesIncumbent *incumbent,
							const PlacesRules *rules, const int *label, bool *pinned_outside);

#endif							/* PLACES_PINS_H */
