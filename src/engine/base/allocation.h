/*
 * allocation.h
 *	  Who serves which place: workers of limited capacity, places of several sizes.
 */
#ifndef PLACES_ALLOCATION_H
#define PLACES_ALLOCATION_H

#include "engine/base/allocation_task.h"

extern double AllocateWorkers(const PlacesAllocation *task, int *server);

#endif							/* PLACES_ALLOCATION_H */
