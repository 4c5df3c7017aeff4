/*
 * parts.h
 *	  An authority in parts that have nothing to do with each other.
 */
#ifndef PLACES_PARTS_H
#define PLACES_PARTS_H

#include "engine/base/points.h"
#include "engine/base/rules.h"
#include "engine/base/solution.h"
#include "engine/base/subproblem.h"

extern void FindStrays(const PlacesPoints *points, const PlacesRules *rules,
					   const PlacesIncumbent *incumbent, bool *stray);
extern PlacesPoints *PartOfPoint(const PlacesPoints *points, const PlacesRules *rules, int point, int *at);
extern PlacesChoice LabelByParts(const PlacesPoints *points, const PlacesRules *rules,
								 const PlacesIncumbent *incumbent, const bool *stray,
								 PlacesHelpers *helpers, int *label, bool *pinned_outside);

#endif							/* PLACES_PARTS_H */
