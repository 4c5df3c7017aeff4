/*
 * homes.h
 *	  The answer for each home of a group, as bytes that travel between
 *	  processes.
 */
#ifndef PLACES_HOMES_H
#define PLACES_HOMES_H

#include "pg/versions.h"

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

static inline PlacesHomes *
NewHomes(int n)
{
	Size		size = offsetof(PlacesHomes, distance) +
		(sizeof(float8) + sizeof(int32) + sizeof(uint8)) * (Size) n;
	PlacesHomes *homes = palloc(size);

	SET_VARSIZE(homes, size);
	homes->n = n;
	return homes;
}

#endif							/* PLACES_HOMES_H */
