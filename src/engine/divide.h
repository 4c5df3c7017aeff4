/*
 * divide.h
 *	  A group of homes that cannot stay together, divided as little as may be.
 */
#ifndef PLACES_DIVIDE_H
#define PLACES_DIVIDE_H

#include "engine/base/points.h"
#include "engine/base/rules.h"

extern int	DividePoints(const PlacesPoints *points, const int *member, int n,
						 const PlacesRules *rules, int *piece);

#endif							/* PLACES_DIVIDE_H */
