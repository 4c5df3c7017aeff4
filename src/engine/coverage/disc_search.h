/*
 * disc_search.h
 *	  Choose the discs that cover most homes.
 */
#ifndef PLACES_DISC_SEARCH_H
#define PLACES_DISC_SEARCH_H

#include "engine/coverage/disc_set.h"

extern void SearchDiscs(PlacesDiscSet *set, double share);

#endif							/* PLACES_DISC_SEARCH_H */
