/*
 * settlements.h
 *	  Coverage by places in one piece: the rule max_gap.
 */
#ifndef PLACES_SETTLEMENTS_H
#define PLACES_SETTLEMENTS_H

#include "engine/base/points.h"
#include "engine/base/rules.h"

extern int	CoverSettlements(const PlacesPoints *points, const PlacesRules *rules, int *label);

#endif							/* PLACES_SETTLEMENTS_H */
