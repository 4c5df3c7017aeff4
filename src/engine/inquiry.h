/*
 * inquiry.h
 *	  The least change of a rule that brings one home into a place, or keeps it there.
 */
#ifndef PLACES_INQUIRY_H
#define PLACES_INQUIRY_H

#include "engine/base/rules.h"
#include "engine/base/solution.h"

typedef struct PlacesInquiry
{
	const PlacesRows *rows;		/* the authority */
	PlacesRules rules;
	int			row;			/* the home in question, which is located */
	const PlacesSolution *solution; /* under these rules */
	bool		thorough;		/* ask the whole part from the start */
} PlacesInquiry;

extern void GrowTarget(PlacesRules *rules, double min_homes);
extern bool IsKeptUnder(const PlacesInquiry *q, double min_homes, double max_radius);
extern double SmallestRadius(const PlacesInquiry *q, double near, double farthest);
extern double LargestMinimum(const PlacesInquiry *q, double most);

#endif							/* PLACES_INQUIRY_H */
