/*
 * reach.h
 *	  The points in some circle with enough homes, and which of them such
 *	  circles link.
 */
#ifndef PLACES_REACH_H
#define PLACES_REACH_H

#include "engine/bound/squares.h"

extern void MarkReach(PlacesMarks *marks, const PlacesKdTree *weights,
					  const PlacesLooseRules *rules, double finest, bool outer);
extern void LinkReach(const PlacesKdTree *tree, int npoints, const PlacesLooseRules *rules,
					  double finest, int *label);

#endif							/* PLACES_REACH_H */
