/*
 * radius_violations.h
 *	  Bring the places of a neighbourhood into circles of the radius.
 */
#ifndef PLACES_RADIUS_VIOLATIONS_H
#define PLACES_RADIUS_VIOLATIONS_H

#include "engine/coverage/neighbourhood.h"

extern bool FitCircles(PlacesNeighbourhood *r);

#endif							/* PLACES_RADIUS_VIOLATIONS_H */
