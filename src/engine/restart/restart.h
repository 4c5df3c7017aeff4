/*
 * restart.h
 *	  Places found from an incumbent: kept, repaired, or solved again.
 */
#ifndef PLACES_RESTART_H
#define PLACES_RESTART_H

#include "engine/base/points.h"
#include "engine/base/rules.h"
#include "engine/base/solution.h"

extern PlacesChoice LabelFromIncumbent(const PlacesPoints *points, const PlacesRules *rules,
									   const PlacesIncumbent *incumbent, int *label,
									   bool *pinned_outside);

#endif							/* PLACES_RESTART_H */
