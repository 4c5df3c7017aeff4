/*
 * homes.h
 *	  The answer for each home of a group, as bytes that travel between
 *	  processes.
 */
#ifndef PLACES_HOMES_H
#define PLACES_HOMES_H

#include "pg/input/group.h"

/* A bytea to SQL: three arrays of n elements behind a header. */
typedef struct PlacesHomes
{
	int32		vl_len_;
	int32		n;
	float8		distance[FLEXIBLE_ARRAY_MEMBER];	/* metres; 0 without a place */
} PlacesHomes;

#define HOMES_DISTANCE(homes)	((homes)->distance)
#define HOMES_PLACE(homes)		((int32 *) (HOMES_DISTANCE(homes) + (homes)->n))	/* from 1; 0: none */
#define HOMES_REASON(homes)		((uint8 *) (HOMES_PLACE(homes) + (homes)->n))	/* of reason.h */

extern PlacesHomes *AnswerHomes(const PlacesGroup *group, const PlacesSolution *solution);

#endif							/* PLACES_HOMES_H */
