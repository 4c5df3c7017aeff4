/*
 * gather.h
 *	  The homes of one group, as aggregates gather them.
 */
#ifndef PLACES_GATHER_H
#define PLACES_GATHER_H

#include "pg/versions.h"

#include "fmgr.h"

#include "engine/engine.h"
#include "pg/input/geometry.h"
#include "pg/input/srid.h"

/* What a row of the group is. */
typedef enum PlacesRow
{
	ROW_LOCATED,
	ROW_NO_LOCATION,
	ROW_BAD_WEIGHT,
	ROW_KINDS
} PlacesRow;

/*
 * A transition state, in the aggregate's memory context.  The arrays start
 * small, since there may be a group for each of many authorities, and double;
 * they may pass 1 GB.
 */
typedef struct PlacesGather
{
	MemoryContext context;
	bool		geodetic;
	int32		srid;			/* of the first home with a location; */
	bool		has_srid;		/* there was one */
	PlacesDegrees degrees;		/* unless geodetic */
	PlacesRules rules;			/* of the first row, */
	struct varlena *ruleset;	/* and their bytes, to know them again */

	int			n;				/* rows so far */
	int			capacity;
	int			most;			/* rows that what becomes of them can hold */
	double		homes;			/* of all rows */
	uint8	   *row;			/* PlacesRow */
	double	   *x;				/* NaN unless located */
	double	   *y;
	double	   *w;				/* NULL for an unweighted aggregate */
} PlacesGather;

extern PlacesGather *NewGather(MemoryContext context, bool geodetic, bool weighted);
extern void ReserveHomes(PlacesGather *gather, int more);
extern void GatherRules(PlacesGather *gather, const NullableDatum *ruleset);
extern void GatherHome(PlacesGather *gather, PlacesPointReader *reader,
					   const NullableDatum *point, const NullableDatum *weight);
extern void AppendGather(PlacesGather *gather, const PlacesGather *other);
extern void CheckGather(PlacesGather *gather);
extern PlacesSolution *SolveGather(const PlacesGather *gather);

#endif							/* PLACES_GATHER_H */
