/*
 * sharing.h
 *	  Subproblems of a group, solved by whoever is free.
 */
#ifndef PLACES_SHARING_H
#define PLACES_SHARING_H

#include "pg/parallel/shared_queue.h"

#include "engine/engine.h"

/* Points from which on a subproblem is worth to be offered. */
#define LEAST_OFFERED	256

extern void ShareSubproblems(const PlacesShared *shared, PlacesSubproblem **problem, int n);
extern void SolveShared(const PlacesShared *shared, PlacesSlot *slot);

#endif							/* PLACES_SHARING_H */
