/*
 * reason.h
 *	  Why a home or a place is not kept.
 */
#ifndef PLACES_REASON_H
#define PLACES_REASON_H

#include "pg/input/group.h"

/*
 * Those of a place are the bits of solution.h, of which there are four.  Another is of
 * its members alone, whom it does not keep from being kept: what they should stay
 * together with is divided.
 */
enum
{
	REASON_NONE,
	REASON_DIVIDED = 16,
	REASON_OUTLYING = 32,
	REASON_ATTACHED,
	REASON_PINNED,
	REASON_NO_LOCATION,
	REASON_BAD_WEIGHT,
	REASON_NO_AUTHORITY,
	REASONS
};

/* Is a home kept for which there is such a reason, or none? */
static inline bool
IsKept(int reason)
{
	return reason == REASON_NONE || reason == REASON_DIVIDED;
}

extern bool IsKeptByText(const struct varlena *reason);
extern int	HomeReason(const PlacesGroup *group, const PlacesSolution *solution, int home);
extern Datum ReasonText(int reason);
extern void MakeReasonTexts(Datum *texts);

#endif							/* PLACES_REASON_H */
