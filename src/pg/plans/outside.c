/*
 * outside.c
 *	  What a home is instead of a member of its place, in numbers and in words.
 */
#include "postgres.h"

#include "pg/plans/outside.h"

#include "pg/output/reason.h"
#include "pg/versions.h"

static const char *const words[OUTSIDES] = {
	[OUTSIDE_DIVIDED] = "divided",
	[OUTSIDE_DISPERSED] = "dispersed",
	[OUTSIDE_PINNED] = "pinned",
	[OUTSIDE_OUTLYING] = "outlying",
	[OUTSIDE_ATTACHED] = "attached",
	[OUTSIDE_BAD_WEIGHT] = "bad_weight",
	[OUTSIDE_NO_LOCATION] = "no_location",
	[OUTSIDE_NOT_A_POINT] = "not_a_point",
	[OUTSIDE_OTHER_SRID] = "other_srid",
	[OUTSIDE_NO_AUTHORITY] = "no_authority",
};

/* NULL for a member. */
const char *
OutsideWord(PlacesOutside outside)
{
	return words[outside];
}

/* A word that is not known, of a later version, is as good as none of a place. */
PlacesOutside
OutsideOfWord(const char *word, Size length)
{
	for (int i = OUTSIDE_NOT + 1; i < OUTSIDES; i++)
		if (strlen(words[i]) == length && memcmp(words[i], word, length) == 0)
			return i;
	return OUTSIDE_NO_LOCATION;
}

/* Of a home that could be placed, or had no valid weight; the faults of its place are not its own. */
PlacesOutside
OutsideOfReason(int reason)
{
	if (reason < REASON_OUTLYING && (reason & REASON_DIVIDED) != 0)
		return OUTSIDE_DIVIDED;
	switch (reason)
	{
		case DISPERSED:
			return OUTSIDE_DISPERSED;
		case REASON_PINNED:
			return OUTSIDE_PINNED;
		case REASON_OUTLYING:
			return OUTSIDE_OUTLYING;
		case REASON_ATTACHED:
			return OUTSIDE_ATTACHED;
		case REASON_BAD_WEIGHT:
			return OUTSIDE_BAD_WEIGHT;
		case REASON_NO_LOCATION:
			return OUTSIDE_NO_LOCATION;
		default:
			return OUTSIDE_NOT;
	}
}

/* Why a location is none that a plan of a reference system, null for any, can use. */
PlacesOutside
OutsideOfLocation(PlacesPointReader *reader, const NullableDatum *location, const NullableDatum *srid)
{
	double		x,
				y;
	int32		found;

	if (location->isnull)
		return OUTSIDE_NO_LOCATION;
	if (ReadGeometry(reader, location->value, &x, &y, &found) == GEOMETRY_NOT_A_POINT)
		return OUTSIDE_NOT_A_POINT;
	return !srid->isnull && found != DatumGetInt32(srid->value) ? OUTSIDE_OTHER_SRID : OUTSIDE_NO_LOCATION;
}
