/*
 * partition.h
 *	  Divide covered homes among compact places of about the target size.
 */
#ifndef PLACES_PARTITION_H
#define PLACES_PARTITION_H

#include "engine/coverage/disc_set.h"
#include "engine/coverage/division.h"

extern PlacesDivision *DivideCovered(const PlacesDiscSet *set);

#endif							/* PLACES_PARTITION_H */
