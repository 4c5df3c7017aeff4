/*
 * reason.c
 *	  Why a home or a place is not kept, in numbers and in words.
 */
#include "postgres.h"

#include "pg/output/reason.h"

#include "utils/builtins.h"

#include "pg/versions.h"

static const char *const reason_words[REASONS] = {
	[TOO_SMALL] = "too_small",
	[TOO_SPREAD] = "too_spread",
	[TOO_SMALL | TOO_SPREAD] = "too_small,too_spread",
	[IN_PARTS] = "in_parts",
	[TOO_SMALL | IN_PARTS] = "too_small,in_parts",
	[TOO_SPREAD | IN_PARTS] = "too_spread,in_parts",
	[TOO_SMALL | TOO_SPREAD | IN_PARTS] = "too_small,too_spread,in_parts",
	[REASON_DIVIDED] = "divided",
	[TOO_SMALL | REASON_DIVIDED] = "too_small,divided",
	[TOO_SPREAD | REASON_DIVIDED] = "too_spread,divided",
	[TOO_SMALL | TOO_SPREAD | REASON_DIVIDED] = "too_small,too_spread,divided",
	[IN_PARTS | REASON_DIVIDED] = "in_parts,divided",
	[TOO_SMALL | IN_PARTS | REASON_DIVIDED] = "too_small,in_parts,divided",
	[TOO_SPREAD | IN_PARTS | REASON_DIVIDED] = "too_spread,in_parts,divided",
	[TOO_SMALL | TOO_SPREAD | IN_PARTS | REASON_DIVIDED] = "too_small,too_spread,in_parts,divided",
	[DISPERSED] = "dispersed",
	[REASON_OUTLYING] = "outlying",
	[REASON_ATTACHED] = "attached",
	[REASON_PINNED] = "pinned",
	[REASON_NO_LOCATION] = "no_location",
	[REASON_BAD_WEIGHT] = "bad_weight",
	[REASON_NO_AUTHORITY] = "no_authority",
};

/* Why a home is not kept: its own fault, its relation to its place, or the place; and that its group is divided. */
int
HomeReason(const PlacesGroup *group, const PlacesSolution *solution, int home)
{
	static const int of_row[] = {REASON_NONE, REASON_NO_LOCATION, REASON_BAD_WEIGHT};
	static const int of_relation[] = {REASON_NONE, REASON_OUTLYING, REASON_ATTACHED, REASON_PINNED};
	int			point = solution->row_point[home];
	int			reasons;

	if (point < 0)
		return of_row[group->row[home]];
	if (solution->point_relation[point] != MEMBER)
		return of_relation[solution->point_relation[point]];
	reasons = solution->places[solution->point_place[point]].reasons;
	if (reasons != DISPERSED && solution->point_divided != NULL && solution->point_divided[point])
		reasons |= REASON_DIVIDED;
	return reasons;
}

/* Is a home kept whose reason reads so? */
bool
IsKeptByText(const struct varlena *reason)
{
	const char *divided = reason_words[REASON_DIVIDED];

	return (size_t) VARSIZE_ANY_EXHDR(reason) == strlen(divided) &&
		memcmp(VARDATA_ANY(reason), divided, strlen(divided)) == 0;
}

/* The word for a reason as a text datum; not for REASON_NONE. */
Datum
ReasonText(int reason)
{
	return CStringGetTextDatum(reason_words[reason]);
}

/* The words as text datums, by reason; none for REASON_NONE. */
void
MakeReasonTexts(Datum *texts)
{
	for (int i = 0; i < REASONS; i++)
		texts[i] = reason_words[i] ? ReasonText(i) : (Datum) 0;
}
