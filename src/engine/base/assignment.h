/*
 * assignment.h
 *	  One-to-one matching of two groupings: the assignment problem.
 */
#ifndef PLACES_ASSIGNMENT_H
#define PLACES_ASSIGNMENT_H

#include "engine/base/host.h"

/* What a group of the left grouping shares with one of the right. */
typedef struct PlacesOverlap
{
	int			left,			/* groups, numbered from 0 */
				right;
	double		homes;			/* >= 0 */
	bool		required;		/* belong together whatever the homes */
} PlacesOverlap;

extern void MatchGroups(int n, const PlacesOverlap *overlap, bool *matched);

#endif							/* PLACES_ASSIGNMENT_H */
