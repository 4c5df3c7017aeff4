/*
 * repartition.h
 *	  Divide groups of neighbouring places anew where that is more compact.
 */
#ifndef PLACES_REPARTITION_H
#define PLACES_REPARTITION_H

#include "engine/coverage/division.h"

extern void Repartition(PlacesDivision *division);

#endif							/* PLACES_REPARTITION_H */
