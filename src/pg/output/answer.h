/*
 * answer.h
 *	  A solution as the SQL types that describe it.
 */
#ifndef PLACES_ANSWER_H
#define PLACES_ANSWER_H

#include "pg/input/group.h"

/* Attributes of places.reclustering, in order; places.clustering is the first three. */
enum
{
	ANSWER_PLACE,
	ANSWER_DISTANCE,
	ANSWER_REASON,
	CLUSTERING_ATTRIBUTES,
	ANSWER_CHOICE = CLUSTERING_ATTRIBUTES,
	ANSWER_LIST,
	RECLUSTERING_ATTRIBUTES
};

extern const char *const choice_words[];	/* by PlacesChoice */

extern void CheckAnswerable(int n);
extern Datum AnswerByHome(const PlacesGroup *group, const PlacesSolution *solution, Oid type);
extern Datum AnswerByPlace(const PlacesGroup *group, const PlacesSolution *solution, Oid type);
extern Datum AnswerReclustering(const PlacesGroup *group, const PlacesSolution *solution, Oid type);

#endif							/* PLACES_ANSWER_H */
