/*
 * group.h
 *	  The homes of one group, as aggregates gather them.
 */
#ifndef PLACES_GROUP_H
#define PLACES_GROUP_H

#include "fmgr.h"

#include "engine/engine.h"
#include "pg/input/ids.h"
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
 * The rows of a group, each column an array: the transition state of every
 * aggregate that gathers homes, in the aggregate's memory context.
 *
 * The arrays start small, since there may be a group for each of many
 * authorities, and double; they may pass 1 GB.  What many groups do not have is
 * not stored: a column is NULL, and texts have no bytes, as long as all rows have
 * the value in parentheses.  So a group in which every row is a home has no
 * weights, and one that was never in places no incumbent, of which all three
 * columns are there or none.
 */
typedef struct PlacesGroup
{
	MemoryContext context;
	bool		geodetic;
	bool		packable;		/* it must fit into a value */
	bool		has_srid;		/* a home with a location was met, */
	int32		srid;			/* and its system is that of all */
	PlacesDegrees degrees;		/* unless geodetic */
	PlacesRules rules;			/* of the first row, */
	struct varlena *ruleset;	/* and their bytes, to know them again */
	double		tolerance;		/* of the first row */
	double		grace;			/* of the incumbent's places, in runs of plans */
	PlacesHelpers *helpers;		/* who help to solve it; NULL: nobody */

	int			n;				/* rows so far */
	int			capacity;
	int			most;			/* rows that what becomes of them can hold */
	double		homes;			/* of all rows */

	double	   *x;				/* NaN unless located */
	double	   *y;
	double	   *w;				/* (1) */
	int64	   *previous;		/* id of the place, if was_placed (0) */
	int64	   *together;		/* hash of what it has in common with others (0) */
	int64	   *within;			/* the larger place that it is in (0) */
	double	   *share;			/* of a target that its place has (1) */
	double	   *load[MOST_LOADS];	/* measures to be balanced; NaN: not valid (0) */
	uint8	   *row;			/* PlacesRow */
	bool	   *was_placed;		/* (false) */
	bool	   *was_kept;		/* the place, by the rules (false) */
	uint8	   *fixed;			/* PlacesFixed (FIXED_NOT) */
	PlacesIds	text[TEXTS];	/* (null) */
} PlacesGroup;

/* The columns by width, so that behind an aligned address each is aligned. */
enum
{
	COLUMN_X,
	COLUMN_Y,
	COLUMN_W,
	COLUMN_PREVIOUS,
	COLUMN_TOGETHER,
	COLUMN_WITHIN,
	COLUMN_SHARE,
	COLUMN_LOAD,
	COLUMN_ROW = COLUMN_LOAD + MOST_LOADS,
	COLUMN_WAS_PLACED,
	COLUMN_WAS_KEPT,
	COLUMN_FIXED,
	COLUMNS
};

typedef struct PlacesColumnLayout
{
	Size		offset;			/* of the pointer in a group */
	Size		width;			/* of an element */
} PlacesColumnLayout;

extern const PlacesColumnLayout group_columns[COLUMNS];

/* Where a group has the array of a column, which its owner may set. */
static inline void **
ColumnOf(const PlacesGroup *group, int column)
{
	return (void **) ((char *) group + group_columns[column].offset);
}

/* How many measures its rows have; the columns are without gaps. */
static inline int
CountLoads(const PlacesGroup *group)
{
	int			n = 0;

	while (n < MOST_LOADS && group->load[n] != NULL)
		n++;
	return n;
}

extern PlacesGroup *GatherRow(FunctionCallInfo fcinfo);
extern void AppendGroup(PlacesGroup *group, const PlacesGroup *other);
extern void CheckRows(PlacesGroup *group, int first);
extern PlacesGroup *NewGroup(MemoryContext context, bool geodetic, bool packable);
extern PlacesRows RowsOfGroup(const PlacesGroup *group);
extern PlacesSolution *FindPlaces(const PlacesGroup *group);

#endif							/* PLACES_GROUP_H */
