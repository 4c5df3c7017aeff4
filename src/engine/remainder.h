/*
 * remainder.h
 *	  What becomes of the homes outside every place.
 */
#ifndef PLACES_REMAINDER_H
#define PLACES_REMAINDER_H

#include "engine/base/solution.h"
#include "engine/together.h"

extern void GatherAll(const PlacesPoints *points, const PlacesRules *rules, const PlacesIncumbent *incumbent,
					  int *label);
extern void JoinNearestPlaces(PlacesSolution *s, const PlacesRules *rules, const PlacesEstates *estates);
extern void GroupRemainder(PlacesSolution *s, const PlacesRules *rules, const PlacesEstates *estates,
						   const PlacesIncumbent *of_estates);

#endif							/* PLACES_REMAINDER_H */
