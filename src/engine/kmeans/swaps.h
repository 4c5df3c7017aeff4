/*
 * swaps.h
 *	  Local search for k-means, one centre at a time.
 */
#ifndef PLACES_SWAPS_H
#define PLACES_SWAPS_H

#include "engine/kmeans/lloyd.h"

extern void SwapCentres(PlacesLloyd *lloyd, PlacesCentres *centres);

#endif							/* PLACES_SWAPS_H */
