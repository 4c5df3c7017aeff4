/*
 * loads.h
 *	  Places that share out loads as evenly as asked for.
 */
#ifndef PLACES_LOADS_H
#define PLACES_LOADS_H

#include "engine/base/points.h"
#include "engine/base/rules.h"

extern void BalanceLoads(const PlacesPoints *points, const PlacesRules *rules, const bool *stays,
						 int k, int *label);
extern void RepairLoads(const PlacesPoints *points, const PlacesRules *rules, const bool *stays,
						int k, bool others, int *label);
extern double LoadViolation(const PlacesPoints *points, const PlacesRules *rules, int k,
							int *label);

#endif							/* PLACES_LOADS_H */
