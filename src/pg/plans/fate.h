/*
 * fate.h
 *	  What becomes of the rows of an authority in a run.
 */
#ifndef PLACES_FATE_H
#define PLACES_FATE_H

#include "pg/input/group.h"
#include "pg/output/homes.h"
#include "pg/plans/past.h"

/* Of a row of the stock, and the stored row that is to follow it. */
typedef struct PlacesFate
{
	/* found before it is solved */
	int64		was_in;			/* place that it was in, in the base run; 0: none */
	int64		asked;			/* place that it was a member of, or is pinned to; 0: none */
	int64		stored_place;	/* of the newest stored row; 0: none */
	ItemPointerData stored;		/* that row; invalid: there is none */
	uint8		stored_outside;
	uint8		fixed;			/* PlacesFixed */
	bool		existed;		/* in the base run */
	bool		same;			/* location and weight are as stored */
	int32		copy;			/* among the authority's rows of one id, from 1 */

	/* found by solving */
	uint8		outside;
	int32		made;			/* number of its place in the authority, from 1; 0: none */
} PlacesFate;

/* Of all rows: a bytea to SQL, with the stored rows that no row of the stock follows behind. */
typedef struct PlacesFates
{
	int32		vl_len_;
	int32		n;
	int32		ended;
	float8		homes;			/* of all rows */
	PlacesFate	fate[FLEXIBLE_ARRAY_MEMBER];
} PlacesFates;

/* Places that homes were in, in the base run, that have no row any more: one for each. */
typedef struct PlacesLost
{
	int			n;
	int64	   *place;
} PlacesLost;

#define FATES_ENDED(fates)	((ItemPointer) ((fates)->fate + (fates)->n))

extern PlacesFates *FindFates(const PlacesGroup *group, const PlacesHomeKey *keys, const PlacesPast *past,
							  PlacesPastAuthority *authority, PlacesLost *lost);
extern void CompleteFates(PlacesFates *fates, const bytea *packed, const PlacesHomes *homes, PlacesPointReader *reader,
						  const NullableDatum *srid);

#endif							/* PLACES_FATE_H */
