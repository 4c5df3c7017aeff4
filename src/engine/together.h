/*
 * together.h
 *	  Homes that stay together though they stand on several points.
 */
#ifndef PLACES_TOGETHER_H
#define PLACES_TOGETHER_H

#include "engine/base/points.h"
#include "engine/base/rows.h"
#include "engine/base/rules.h"

/* An authority as estates: what shares a place whatever becomes of it, one point or several. */
typedef struct PlacesEstates
{
	const PlacesPoints *points; /* an estate each, sorted; the authority's own where
								 * every point is an estate */
	PlacesPoints *own;			/* the same, or NULL where it is the authority's */
	int		   *estate;			/* of each point of the authority */
	int		   *first;			/* of each estate: the first of its points */
	bool	   *divided;		/* of each point: its group is several estates; NULL: none */
	bool	   *stray;			/* of each estate: too far out to be in any place;
								 * NULL: not known */
} PlacesEstates;

extern int *LinkTogether(const PlacesRows *rows, const PlacesIncumbent *incumbent,
						 const int *row_point, int points);
extern PlacesEstates FormEstates(const PlacesPoints *points, const int *group, const PlacesRules *rules,
								 const PlacesIncumbent *incumbent);
extern void FreeEstates(PlacesEstates *estates);

#endif							/* PLACES_TOGETHER_H */
