/*
 * outside.h
 *	  What a home is instead of a member of its place, in numbers and in words.
 */
#ifndef PLACES_OUTSIDE_H
#define PLACES_OUTSIDE_H

#include "pg/input/geometry.h"

typedef enum PlacesOutside
{
	OUTSIDE_NOT,
	OUTSIDE_DIVIDED,			/* a member too; what it should stay together with is divided */
	OUTSIDE_DISPERSED,			/* up to here it is in the place that it has, */
	OUTSIDE_PINNED,				/* and so */
	OUTSIDE_OUTLYING,
	OUTSIDE_ATTACHED,
	OUTSIDE_BAD_WEIGHT,
	OUTSIDE_NO_LOCATION,
	OUTSIDE_NOT_A_POINT,
	OUTSIDE_OTHER_SRID,
	OUTSIDE_NO_AUTHORITY,
	OUTSIDES
} PlacesOutside;

static inline bool
IsIn(PlacesOutside outside)
{
	return outside <= OUTSIDE_PINNED;
}

static inline bool
IsMember(PlacesOutside outside)
{
	return outside <= OUTSIDE_DIVIDED;
}

extern const char *OutsideWord(PlacesOutside outside);
extern PlacesOutside OutsideOfWord(const char *word, Size length);
extern PlacesOutside OutsideOfReason(int reason);
extern PlacesOutside OutsideOfLocation(PlacesPointReader *reader, const NullableDatum *location, const NullableDatum *srid);

#endif							/* PLACES_OUTSIDE_H */
