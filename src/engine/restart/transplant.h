/*
 * transplant.h
 *	  Parts of the solution from scratch for parts of the repaired labelling.
 */
#ifndef PLACES_TRANSPLANT_H
#define PLACES_TRANSPLANT_H

#include "engine/restart/labelling.h"

extern void Transplant(const PlacesRestart *r, double wanted, const int *resolved, int *label);

#endif							/* PLACES_TRANSPLANT_H */
