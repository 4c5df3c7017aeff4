/*
 * reach.h
 *	  The points that some circle with enough homes in it reaches, and which
 *	  of them hang together.
 */
#ifndef PLACES_REACH_H
#define PLACES_REACH_H

#include "engine/bound/bound_index.h"

extern void BoundReach(PlacesBoundIndex *target, const PlacesBoundIndex *weigh,
					   double enough, double radius, double slack,
					   double finest, bool outer, bool *mark);
extern void BoundLink(const PlacesBoundIndex *index, double enough, double radius,
					  double slack, double finest, int *label);

extern int	BoundFindRoot(int *parent, int i);

#endif							/* PLACES_REACH_H */
