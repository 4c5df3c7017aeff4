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

/* Points to be labelled, and their labels: arguments and result of LabelWhole() (part.h). */
typedef struct PlacesLabelled
{
	const PlacesPoints *points;
	const PlacesRules *rules;
	const PlacesIncumbent *incumbent;
	const bool *stray;			/* of each point: known to be one; NULL: not known */
	int		   *label;
	bool	   *pinned_outside;
	PlacesChoice choice;
} PlacesLabelled;

extern void FindStrays(const PlacesPoints *points, const PlacesRules *rules,
					   const PlacesIncumbent *incumbent, bool *stray);
extern PlacesPoints *PartOfPoint(const PlacesPoints *points, const PlacesRules *rules, int point, int *at);
extern void LabelByParts(PlacesLabelled *answer, int n, PlacesHelpers *helpers);

#endif							/* PLACES_PARTS_H */
