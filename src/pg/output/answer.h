/*
 * answer.h
 *	  A solution as the SQL types that describe it.
 */
#ifndef PLACES_ANSWER_H
#define PLACES_ANSWER_H

#include "access/tupdesc.h"
#include "fmgr.h"

#include "pg/input/gather.h"

/* Attributes of places.clustering, in order; places.reclustering begins with them. */
enum
{
	ANSWER_PLACE,
	ANSWER_DISTANCE,
	ANSWER_REASON,
	ANSWER_ATTRIBUTES
};

extern TupleDesc ResultDesc(FunctionCallInfo fcinfo);
extern void CheckAnswer(const Datum *values, int n);
extern void CheckAnswerable(int n);
extern void AnswerByHome(const PlacesGather *gather, const PlacesSolution *solution, Datum *values);
extern Datum AnswerByPlace(const PlacesGather *gather, const PlacesSolution *solution, TupleDesc desc);

#endif							/* PLACES_ANSWER_H */
