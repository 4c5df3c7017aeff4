/*
 * negative_cycles.h
 *	  Exchange homes along cycles of places until that makes none of them more
 *	  compact.
 */
#ifndef PLACES_NEGATIVE_CYCLES_H
#define PLACES_NEGATIVE_CYCLES_H

#include "engine/coverage/division.h"

extern void CancelNegativeCycles(PlacesDivision *division);

#endif							/* PLACES_NEGATIVE_CYCLES_H */
