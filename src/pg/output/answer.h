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

/* Attributes of places.place_list, in order. */
enum
{
	LIST_HOMES,
	LIST_REASON,
	LIST_X,
	LIST_Y,
	LIST_RADIUS,
	LIST_MEAN_DISTANCE,
	LIST_RMS_DISTANCE,
	LIST_DENSITY,
	LIST_OUTLYING,
	LIST_ATTACHED,
	LIST_SRID,
	LIST_NO_LOCATION,
	LIST_BAD_WEIGHT,
	LIST_UNLOCATED_HOMES,
	LIST_GAP,
	LIST_LOADS,
	LIST_LOAD_TARGETS,
	LIST_TREE,
	LIST_ATTRIBUTES
};

extern const char *const choice_words[];	/* by PlacesChoice */

extern void CheckAnswerable(int n);
extern Datum AnswerByHome(const PlacesGroup *group, const PlacesSolution *solution, Oid type);
extern Datum AnswerByPlace(const PlacesGroup *group, const PlacesSolution *solution, Oid type);
extern Datum AnswerReclustering(const PlacesGroup *group, const PlacesSolution *solution, Oid type);

#endif							/* PLACES_ANSWER_H */
