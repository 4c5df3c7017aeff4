/*
 * allocation_task.h
 *	  What an allocation is asked: who may serve which place, and at what cost.
 */
#ifndef PLACES_ALLOCATION_TASK_H
#define PLACES_ALLOCATION_TASK_H

#include "engine/base/host.h"

/* A worker may serve a place, at a cost in whole units that may be negative. */
typedef struct PlacesService
{
	int			worker,			/* numbered from 0 */
				place;
	double		cost;
} PlacesService;

typedef struct PlacesAllocation
{
	int			workers,
				places,
				n;
	const PlacesService *pair;		/* by worker and place */
	const double *need;			/* homes of each place */
	const double *capacity;		/* homes that each worker may have */
	const int  *held;			/* places that each worker has already, beside these */
	const int  *present;		/* the worker whom each place has now, -1 for none; or NULL */
} PlacesAllocation;

#endif							/* PLACES_ALLOCATION_TASK_H */
