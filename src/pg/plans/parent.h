/*
 * parent.h
 *	  A stored run as what the runs of patches and localities read.
 */
#ifndef PLACES_PARENT_H
#define PLACES_PARENT_H

#include "pg/input/stock.h"

/* Of a plan whose places are divided or grouped. */
typedef struct PlacesParentRun
{
	int32		plan;
	int64		run;
	NullableDatum dispersed;	/* patches: whether for homes in no kept place too; null: localities, */
	NullableDatum region;		/* which do not cross the values of a column, if it is named */
	NullableDatum loads;		/* name[]: measures of the homes to be divided, by the columns that they were read from; or null */
	bool		geodetic;
	bool		weighted;
} PlacesParentRun;

extern PlacesStock StockOfParent(const PlacesParentRun *parent);

#endif							/* PLACES_PARENT_H */
