/*
 * prices.h
 *	  Prices of homes for a given list of circles: the dual of a linear program.
 */
#ifndef PLACES_PRICES_H
#define PLACES_PRICES_H

#include "engine/base/host.h"

#define PLACES_BOUND_LEVELS 5	/* regions a circle counts in, at most */

typedef struct PlacesPriceCircle
{
	int			first;			/* its groups: item[first .. last - 1] */
	int			last;
	double		need;			/* share of min_homes its free homes leave open */
	int			region[PLACES_BOUND_LEVELS];	/* or -1 */
	double		y;				/* times the circle is used */
	double		p;				/* price of its need */
} PlacesPriceCircle;

typedef struct PlacesPriceItem
{
	int			group;
	double		a;				/* homes of the group in the circle */
	double		x;				/* share of them in the circle's place */
} PlacesPriceItem;

typedef struct PlacesPrice
{
	int			ngroup;
	double	   *supply;			/* homes of the group, in units of min_homes */
	double	   *least;			/* lower limit of its price */
	double	   *u;				/* its price, for as much as a home */
	int			nregion;
	double	   *most;			/* places with their circle in the region */
	double	   *v;				/* price of a place there, in min_homes */
	PlacesPriceCircle *circle;
	int			ncircle;
	int			maxcircle;
	PlacesPriceItem *item;
	int64_t		nitem;
	int64_t		maxitem;
} PlacesPrice;

extern void PriceImprove(PlacesPrice *price, int rounds);
extern void PriceFree(PlacesPrice *price);

#endif							/* PLACES_PRICES_H */
