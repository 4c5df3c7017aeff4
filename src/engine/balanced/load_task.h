/*
 * load_task.h
 *	  What is asked where places are to share out loads.
 */
#ifndef PLACES_LOAD_TASK_H
#define PLACES_LOAD_TASK_H

#include "engine/base/points.h"
#include "engine/base/rules.h"

/* What is known of a place beyond the rules. */
typedef struct PlacesLoadPlace
{
	double		low;			/* homes; */
	double		high;			/* may be infinite */
	double		share;			/* of what others carry; 1 of those themselves */
} PlacesLoadPlace;

/* A division whose loads are to be shared out. */
typedef struct PlacesLoadTask
{
	const PlacesPoints *points;
	const PlacesRules *rules;
	int			k;				/* places, labels 0 .. k - 1 */
	const PlacesLoadPlace *own; /* of each; NULL: as the rules say */
	const bool *stays;			/* points that keep their label, -1 where they are in
								 * no place; NULL: none does */
} PlacesLoadTask;

#endif							/* PLACES_LOAD_TASK_H */
