/*
 * srid.h
 *	  Whether the coordinates of a spatial reference system are metres.
 */
#ifndef PLACES_SRID_H
#define PLACES_SRID_H

#include "geometry.h"

extern void CheckSrid(const PlacesPointReader *reader, int32 srid);
extern void CheckSameSrid(int32 first, int32 srid);

#endif							/* PLACES_SRID_H */
