/*
 * members.h
 *	  A clustering as rows.
 */
#ifndef PLACES_MEMBERS_H
#define PLACES_MEMBERS_H

#include "postgres.h"

#include "utils/array.h"

/* The arrays of one group, read side by side. */
typedef struct PlacesMembers
{
	int			n;
	ArrayIterator ids;
	ArrayIterator place;		/* NULL, with the two behind it, for a group */
	ArrayIterator distance;		/* that was not clustered */
	ArrayIterator reason;
} PlacesMembers;

/* What a row says of a home, in the order of the columns. */
enum
{
	MEMBER_PLACE,
	MEMBER_DISTANCE,
	MEMBER_KEPT,
	MEMBER_REASON,
	MEMBER_COLUMNS
};

extern PlacesMembers OpenMembers(bool has_ids, Datum ids, bool has_result, Datum result);
extern bool NextMember(PlacesMembers *members, Datum *id, bool *id_isnull, Datum *values, bool *nulls);
extern void CloseMembers(PlacesMembers *members);

#endif							/* PLACES_MEMBERS_H */
