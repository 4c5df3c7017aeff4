/*
 * packing.h
 *	  Pack a few atoms into places so that most homes are kept.
 */
#ifndef PLACES_PACKING_H
#define PLACES_PACKING_H

#include "engine/coverage/atoms.h"

/* What is asked, and answered. */
typedef struct PlacesPacking
{
	const PlacesAtoms *atoms;
	PlacesAtomSet within;		/* the atoms to pack */
	double		min_homes;		/* of a place of several atoms */
	double		max_homes;
	double		least_alone;	/* and of one of a single atom */
	double		target_homes;
	double		wanted;			/* places; for ExchangeAtoms */
	double		penalty;		/* a place costs its sum of squares, and this */
	double		per_cost;		/* per squared deviation from the target; a unit
								 * of cost is worth so many homes */
	double		floor;			/* an answer must be worth more than that */
	double		work;			/* sets looked at, at most */
	bool		complete;		/* the answer is the best there is */
	int			places;			/* 0 when none is worth more than the floor */
	PlacesAtomSet place[MOST_ATOMS];
	double		worth;			/* of the places: homes less their cost */
} PlacesPacking;

extern double CostOfPlace(const PlacesPacking *packing, PlacesAtomSet set);
extern bool IsViable(const PlacesPacking *packing, PlacesAtomSet set, double homes);
extern void PackAtoms(PlacesPacking *packing);

#endif							/* PLACES_PACKING_H */
