/*
 * lagrangian.h
 *	  The Lagrangian bound of one component.
 */
#ifndef PLACES_LAGRANGIAN_H
#define PLACES_LAGRANGIAN_H

#include "engine/bound/squares.h"

extern double LagrangianBound(const PlacesPoints *points, const PlacesLooseRules *rules);

#endif							/* PLACES_LAGRANGIAN_H */
