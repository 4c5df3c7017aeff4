/*
 * master.h
 *	  The restricted master program of column generation, and its dual prices.
 */
#ifndef PLACES_MASTER_H
#define PLACES_MASTER_H

#include "engine/base/host.h"

#define REGION_LEVELS	5		/* a circle counts in a region of each: its cell,
								 * three sizes of blocks, the component */

/* A column: a circle, used y times. */
typedef struct PlacesDiscColumn
{
	int			first,			/* its groups: entries[first .. last - 1] */
				last;
	double		need;			/* share of min_homes that homes without limit leave open */
	int			region[REGION_LEVELS];
	double		y;
	double		p;				/* dual price of its need */
} PlacesDiscColumn;

/* What a column has of a group. */
typedef struct PlacesShare
{
	int			group;
	double		a;				/* homes of the group in the circle, in min_homes */
	double		x;				/* how often they are taken, 0 .. y */
} PlacesShare;

typedef struct PlacesMaster
{
	int			ngroups;		/* groups of homes that share a price */
	double	   *supply;			/* homes of the group, in min_homes */
	double	   *least;			/* lower limit of its dual price */
	double	   *u;				/* its dual price, for as much as a home: >= least */
	int			nregions;
	const double *most;			/* circles in the region, at most; the cells' */
	double	   *v;				/* its dual price for a place, in min_homes: >= 0 */
	PlacesDiscColumn *columns;
	int			ncolumns;
	int			max_columns;
	PlacesShare *entries;		/* column by column */
	int64_t		nentries;
	int64_t		max_entries;
} PlacesMaster;

extern PlacesDiscColumn *NewColumn(PlacesMaster *master, int most_entries);
extern void ImprovePrices(PlacesMaster *master, int steps);
extern void FreeMaster(PlacesMaster *master);

#endif							/* PLACES_MASTER_H */
