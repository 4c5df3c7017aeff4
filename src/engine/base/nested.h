/*
 * nested.h
 *	  Rules for the places that a larger one is divided into.
 */
#ifndef PLACES_NESTED_H
#define PLACES_NESTED_H

#include "engine/base/points.h"
#include "engine/base/solution.h"
#include "engine/base/rules.h"

/* Do the sizes follow from what is divided? */
static inline bool
IsFitted(const PlacesRules *rules)
{
	return rules->nested && rules->k == 0 && rules->method != METHOD_COVERAGE;
}

extern PlacesRules FitRules(const PlacesRules *rules, const PlacesPoints *points,
							const PlacesIncumbent *incumbent);
extern PlacesRules FittedRules(const PlacesRules *rules, const PlacesSolution *s);

#endif							/* PLACES_NESTED_H */
