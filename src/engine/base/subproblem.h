/*
 * subproblem.h
 *	  What several processes may work on at once.
 *
 * A large problem falls into subproblems that have nothing to do with each other.
 * Each is one piece of memory without pointers, aligned for doubles, that says all
 * there is to know and has room for the answer.  So it can be solved in place by
 * whichever process is free (SolveSubproblem() in engine.h), at another address
 * too, and the answer is the same to the last bit.
 */
#ifndef PLACES_SUBPROBLEM_H
#define PLACES_SUBPROBLEM_H

#include "engine/base/host.h"

typedef enum PlacesSubproblemKind
{
	SUBPROBLEM_PART,			/* a part of an authority: its places (part.c) */
	SUBPROBLEM_BOUND			/* a component: what places could keep of it (bound.c) */
} PlacesSubproblemKind;

typedef struct PlacesSubproblem
{
	size_t		size;			/* bytes, of which this is the beginning */
	PlacesSubproblemKind kind;
	int			points;			/* that it has: about how long it takes */
} PlacesSubproblem;

/* Whoever can have subproblems solved on several cores; what is known of them lies around this. */
typedef struct PlacesHelpers PlacesHelpers;
struct PlacesHelpers
{
	void		(*solve) (PlacesHelpers *helpers, PlacesSubproblem **problem, int n);
};

#endif							/* PLACES_SUBPROBLEM_H */
