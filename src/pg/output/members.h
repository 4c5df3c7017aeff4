/*
 * members.h
 *	  A clustering as rows.
 */
#ifndef PLACES_MEMBERS_H
#define PLACES_MEMBERS_H

#include "access/tupmacs.h"
#include "utils/array.h"

/* An array read from its first element to its last. */
typedef struct PlacesColumn
{
	const char *data;			/* the next element that is not null */
	const bits8 *present;		/* bitmap; NULL when no element is null */
	int16		typlen;
	bool		typbyval;
	char		typalign;
} PlacesColumn;

/* The arrays of one group, read side by side. */
typedef struct PlacesMembers
{
	int			n;
	int			next;			/* element to read */
	bool		clustered;		/* has the columns below, besides ids */
	PlacesColumn ids;
	PlacesColumn place;
	PlacesColumn distance;
	PlacesColumn reason;
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

/* Element i, the one behind the last that was read: array_iterate() without its detours. */
static inline Datum
ReadElement(PlacesColumn *column, int i, bool *isnull)
{
	Datum		element;

	*isnull = column->present && !(column->present[i / 8] & (1 << (i % 8)));
	if (*isnull)
		return (Datum) 0;
	element = fetch_att(column->data, column->typbyval, column->typlen);
	column->data = att_addlength_pointer(column->data, column->typlen, column->data);
	column->data = (const char *) att_align_nominal(column->data, column->typalign);
	return element;
}

extern PlacesMembers OpenMembers(bool has_ids, Datum ids, bool has_result, Datum result);
extern bool NextMember(PlacesMembers *members, Datum *id, bool *id_isnull, Datum *values, bool *nulls);

#endif							/* PLACES_MEMBERS_H */
