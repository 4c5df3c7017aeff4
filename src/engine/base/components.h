/*
 * components.h
 *	  Which points are linked, directly or by way of others, by steps of a length.
 */
#ifndef PLACES_COMPONENTS_H
#define PLACES_COMPONENTS_H

#include "engine/base/points.h"

extern bool AreLinked(const PlacesPoints *points, double reach);
extern void JoinWithin(const PlacesPoints *points, double reach, int *parent);
extern int NumberSets(int n, int *parent, int *number);

#endif							/* PLACES_COMPONENTS_H */
