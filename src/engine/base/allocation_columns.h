/*
 * allocation_columns.h
 *	  The columns of an allocation's linear program: workers with a place or with two.
 */
#ifndef PLACES_ALLOCATION_COLUMNS_H
#define PLACES_ALLOCATION_COLUMNS_H

#include "engine/base/allocation_task.h"

/* A worker with one place or two; no worker: the slack of a row. */
typedef struct PlacesColumn
{
	int			worker,			/* or -1 */
				first,			/* a place, or the row of a slack */
				second;			/* or -1 */
} PlacesColumn;

/* What a branch of the search demands; it may change between two solutions. */
typedef struct PlacesDemands
{
	int		   *partner;		/* of each place, the one that has the same worker, or -1 */
	bool	   *apart;			/* by two places: they must not have the same worker */
} PlacesDemands;

/* What all columns are worth. */
typedef struct PlacesColumns
{
	const PlacesAllocation *task;
	PlacesDemands demands;
	double	   *worth;			/* of each place to each worker; -INFINITY: he may not */
	double		served,			/* what a served place is worth, beside its cost, */
				employed;		/* and a worker who has no place beside these */
	int		   *by_need;		/* places, small ones first */
	int		   *leader;			/* of so many of these, the one that is worth most now; -1: none */
} PlacesColumns;

static inline double
WorthOf(const PlacesColumns *p, int worker, int place)
{
	return p->worth[(size_t) worker * (size_t) p->task->places + (size_t) place];
}

static inline double
FirstWorth(const PlacesColumns *p, int worker)
{
	return p->task->held[worker] == 0 ? p->employed : 0;
}

/* Take a column that is worth more than the best so far. */
static inline void
Improve(PlacesColumn *best, double *value, PlacesColumn column, double offered)
{
	if (offered <= *value)
		return;
	*best = column;
	*value = offered;
}

extern void MakeColumns(PlacesColumns *p);
extern void FreeColumns(PlacesColumns *p);
extern double ColumnWorth(const PlacesColumns *p, PlacesColumn c);
extern PlacesColumn BestColumn(PlacesColumns *p, const double *price, int worker, double *value);

#endif							/* PLACES_ALLOCATION_COLUMNS_H */
