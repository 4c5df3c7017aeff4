/*
 * overlap.h
 *	  What the places of a run have in common with those of its base run.
 */
#ifndef PLACES_OVERLAP_H
#define PLACES_OVERLAP_H

#include "pg/plans/fate.h"

/* Pairs of an old place and a new one, 0 being none, and how many rows each has, in order. */
typedef struct PlacesPairs
{
	int			n;
	int64	   *was;
	int		   *made;
	double	   *shared;
} PlacesPairs;

extern PlacesPairs FindPairs(const PlacesFates *fates, const PlacesLost *lost);
extern PlacesPairs FindRequired(const PlacesFates *fates);

#endif							/* PLACES_OVERLAP_H */
