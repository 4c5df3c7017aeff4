/*
 * answer.h
 *	  A solution as the SQL types that describe it.
 */
#ifndef PLACES_ANSWER_H
#define PLACES_ANSWER_H

#include "pg/input/group.h"

extern void CheckAnswerable(int n);
extern Datum AnswerByHome(const PlacesGroup *group, const PlacesSolution *solution, Oid type);
extern Datum AnswerByPlace(const PlacesGroup *group, const PlacesSolution *solution, Oid type);
extern Datum AnswerReclustering(const PlacesGroup *group, const PlacesSolution *solution, Oid type);

#endif							/* PLACES_ANSWER_H */
