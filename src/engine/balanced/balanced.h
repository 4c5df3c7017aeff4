/*
 * balanced.h
 *	  Places of bounded size at the least sum of squared distances.
 */
#ifndef PLACES_BALANCED_H
#define PLACES_BALANCED_H

#include "engine/balanced/alternation.h"
#include "engine/base/points.h"
#include "engine/base/rules.h"

extern void BalanceFrom(const PlacesKdTree *tree, PlacesCentres *centres, bool whole,
						double low, double high, int rounds, int *label);
extern void BalanceLabels(const PlacesKdTree *tree, PlacesCentres *centres, bool whole,
						  double low, double high, int *label);
extern int	BalancedCluster(const PlacesPoints *points, const PlacesRules *rules, int *label);

#endif							/* PLACES_BALANCED_H */
