/*
 * lagrangian.h
 *	  One component of an authority: its prices, and the bound they prove.
 */
#ifndef PLACES_LAGRANGIAN_H
#define PLACES_LAGRANGIAN_H

#include "engine/bound/pricing.h"

typedef struct PlacesBoundModel
{
	PlacesPoints points;		/* of the component; borrowed arrays */
	PlacesBoundRules rules;
	PlacesBoundIndex *index;
	PlacesBoundCells *cells;
	PlacesPrice price;
	double	   *least;			/* per point: lower limit of its price */
	bool	   *rich;			/* per point: price fixed at 1 */
	double	   *u;				/* per point: its price */
	int		   *group;			/* per point: price group, or -1 */
	int		   *list;			/* scratch, a point each */
	int		   *slot;			/* scratch, a group each, all -1 */
} PlacesBoundModel;

extern PlacesBoundModel *BoundModelMake(const PlacesPoints *points,
										const PlacesBoundRules *rules);
extern void BoundModelFree(PlacesBoundModel *model);
extern double BoundModelImprove(PlacesBoundModel *model, int rounds, int steps);

#endif							/* PLACES_LAGRANGIAN_H */
