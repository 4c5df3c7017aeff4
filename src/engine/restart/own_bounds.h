/*
 * own_bounds.h
 *	  How many homes each place may have under the methods that leave nobody outside.
 */
#ifndef PLACES_OWN_BOUNDS_H
#define PLACES_OWN_BOUNDS_H

#include "engine/restart/labelling.h"

typedef struct PlacesOwnBounds
{
	double		low;
	double		high;			/* may be infinite */
} PlacesOwnBounds;

extern double LeastHomes(const PlacesRestart *r);
extern double MostHomes(const PlacesRestart *r);
extern PlacesOwnBounds *OwnBounds(const PlacesRestart *r, const PlacesShape *shapes, int k);
extern int	CountWithShares(const PlacesRestart *r);

#endif							/* PLACES_OWN_BOUNDS_H */
