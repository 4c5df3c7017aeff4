/*
 * ruleset.h
 *	  The SQL type places.ruleset.
 */
#ifndef PLACES_RULESET_H
#define PLACES_RULESET_H

#include "engine/engine.h"

extern PlacesRules ReadRules(const NullableDatum *ruleset);
extern bool EqualRules(const PlacesRules *a, const PlacesRules *b);

#endif							/* PLACES_RULESET_H */
