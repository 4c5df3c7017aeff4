/*
 * main_parts.h
 *	  The main part of each place, and what may stand beside it without being a part.
 */
#ifndef PLACES_MAIN_PARTS_H
#define PLACES_MAIN_PARTS_H

#include "engine/base/kdtree_search.h"
#include "engine/base/rules.h"

typedef struct PlacesMainParts
{
	const PlacesPoints *points;
	PlacesKdTree *tree;			/* of all of them, or of their spots, */
	int		   *owner;			/* and the point of each spot; NULL: points have none */
	double		reach;			/* max_gap */
	const int  *label;			/* the caller's, -1 outside every place */
	bool	   *main;			/* of each point: in the main part of its place */
	double	   *homes;			/* of each place's main part, */
	double	   *beside;			/* and of the rest of the place */
	int			looked_at;		/* the point whose neighbours are */
	int		   *found;			/* found, */
	int			count;			/* so many */
} PlacesMainParts;

extern PlacesMainParts *NewMainParts(const PlacesPoints *points, const PlacesRules *rules,
									 int k, const int *label);
extern void FreeMainParts(PlacesMainParts *parts);
extern bool MayJoin(PlacesMainParts *parts, int place, int point);
extern void JoinPart(PlacesMainParts *parts, int place, int point);
extern void ReleaseParts(const PlacesPoints *points, const bool *barred, const PlacesRules *rules,
						 int k, int *label);

#endif							/* PLACES_MAIN_PARTS_H */
