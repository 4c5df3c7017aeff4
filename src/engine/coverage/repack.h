/*
 * repack.h
 *	  Bring blocks that are outside every place into places.
 */
#ifndef PLACES_REPACK_H
#define PLACES_REPACK_H

#include "engine/coverage/division.h"

extern void RepackOutside(PlacesDivision *division);

#endif							/* PLACES_REPACK_H */
