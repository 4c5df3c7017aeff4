/*
 * parents.h
 *	  An authority whose homes are in parents, which no place crosses.
 */
#ifndef PLACES_PARENTS_H
#define PLACES_PARENTS_H

#include "engine/base/rows.h"
#include "engine/base/rules.h"
#include "engine/base/solution.h"

/* A parent as an authority by itself. */
typedef struct PlacesParent
{
	PlacesRows	rows;
	const int  *row;			/* which of all rows they are, ascending */
	PlacesIncumbent incumbent;	/* of these rows: the places that are mostly here, */
	bool		entered;		/* and somebody of another one is, too */
	PlacesSolution *solution;
} PlacesParent;

extern PlacesParent *CutRows(const PlacesRows *rows, const PlacesIncumbent *incumbent, int *parents);
extern PlacesSolution *JoinSolutions(const PlacesParent *parent, int parents, int nrows);
extern void FreeParents(PlacesParent *parent, int parents);

#endif							/* PLACES_PARENTS_H */
