/*
 * branching.h
 *	  Branch and bound on where the places of a component are.
 */
#ifndef PLACES_BRANCHING_H
#define PLACES_BRANCHING_H

#include "engine/bound/lagrangian.h"

extern double BoundBranch(PlacesBoundModel *model, double root, double goal, int64_t work);

#endif							/* PLACES_BRANCHING_H */
