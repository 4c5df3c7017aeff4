/*
 * reason.h
 *	  Why a home or a place is not kept.
 */
#ifndef PLACES_REASON_H
#define PLACES_REASON_H

#include "pg/input/group.h"

/* Those of a place are the bits of solution.h, of which there are four. */
enum
{
	REASON_NONE,
	REASON_OUTLYING = 16,
	REASON_ATTACHED,
	REASON_PINNED,
	REASON_NO_LOCATION,
	REASON_BAD_WEIGHT,
	REASON_NO_AUTHORITY,
	REASONS
};

extern int	HomeReason(const PlacesGroup *group, const PlacesSolution *solution, int home);
extern Datum ReasonText(int reason);
extern void MakeReasonTexts(Datum *texts);

#endif							/* PLACES_REASON_H */
