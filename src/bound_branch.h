/*
 * bound_branch.h
 *	  Branch and bound on where the places of a component are.
 */
#ifndef PLACES_BOUND_BRANCH_H
#define PLACES_BOUND_BRANCH_H

#include "bound_model.h"

extern double BoundBranch(PlacesBoundModel *model, double root, double goal, int64_t work);

#endif							/* PLACES_BOUND_BRANCH_H */
