/*
 * exact.h
 *	  The best places of a few points.
 */
#ifndef PLACES_EXACT_H
#define PLACES_EXACT_H

#include "engine/base/points.h"
#include "engine/base/rules.h"

extern int	CoverFewPoints(const PlacesPoints *points, const PlacesRules *rules,
						   double least_alone, const int *common, int count, int *label);

#endif							/* PLACES_EXACT_H */
