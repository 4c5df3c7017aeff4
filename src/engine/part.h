/*
 * part.h
 *	  A part of an authority as a subproblem.
 */
#ifndef PLACES_PART_H
#define PLACES_PART_H

#include "engine/base/points.h"
#include "engine/base/rules.h"
#include "engine/base/solution.h"
#include "engine/base/subproblem.h"

typedef struct PlacesPart
{
	PlacesSubproblem problem;
	PlacesRules rules;
	int			n;				/* points */
	double		homes;			/* on them */
	bool		whole;
	int			spots;			/* on which they stand; -1: each on its own */
	double		farthest;		/* of these */
	int			nloads;
	int			places;			/* of the incumbent; 0: nothing is known */
	double		tolerance;
	bool		has_kept;		/* it is known which of the places were kept */
	double		grace;
	bool		has_share;		/* places may have shares of their own */
	PlacesChoice choice;		/* receives how the answer came about */
	double		column[];		/* what ViewPart() shows */
} PlacesPart;

/* The arrays of a part, in its own memory. */
typedef struct PlacesPartView
{
	PlacesPoints points;
	PlacesIncumbent incumbent;
	int		   *label;			/* receives the answer, as that of LabelWhole() */
	bool	   *pinned_outside;
} PlacesPartView;

extern PlacesChoice LabelWhole(const PlacesPoints *points, const PlacesRules *rules,
							   const PlacesIncumbent *incumbent, int *label, bool *pinned_outside);
extern PlacesPart *NewPart(const PlacesPoints *points, const int *member, int n,
						   const PlacesRules *rules, int places,
						   const PlacesIncumbent *incumbent);
extern PlacesPartView ViewPart(PlacesPart *part);
extern void SolvePart(PlacesSubproblem *problem);

#endif							/* PLACES_PART_H */
