/*
 * fill.h
 *	  Places that have become too small, or are new, get homes from around them.
 */
#ifndef PLACES_FILL_H
#define PLACES_FILL_H

#include "engine/coverage/coverage.h"
#include "engine/restart/labelling.h"

extern void FillShortPlaces(const PlacesRestart *r, PlacesRules bounds, int *label);
extern void OpenPlaces(const PlacesRestart *r, PlacesRules bounds, double wanted,
					   const int *resolved, int *label);

#endif							/* PLACES_FILL_H */
