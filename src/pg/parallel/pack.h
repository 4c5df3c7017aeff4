/*
 * pack.h
 *	  Groups as bytes.
 */
#ifndef PLACES_PACK_H
#define PLACES_PACK_H

#include "pg/input/group.h"

extern void DescribePacked(const bytea *packed, int *rows, double *homes, PlacesDegrees *degrees);
extern PlacesIdReader TextsOfPacked(const bytea *packed, int text);
extern Size HomesSize(const bytea *packed);
extern bytea *PutHomes(void *to, const bytea *packed);
extern PlacesGroup *UnpackGroup(const bytea *packed);
extern PlacesGroup *ViewPacked(const bytea *packed);
extern bytea *PackHomes(const PlacesGroup *group);

#endif							/* PLACES_PACK_H */
