/*
 * disc_set.h
 *	  A set of discs that share out the homes they cover, each with at least
 *	  the minimum: the state that the search for places moves about.
 */
#ifndef PLACES_DISC_SET_H
#define PLACES_DISC_SET_H

#include "engine/base/grid.h"

typedef struct CoverageDisc
{
	double		x;
	double		y;
	double		load;			/* homes it owns */
	bool		active;
	int		   *inside;			/* the points within, or NULL when not yet needed */
	int			insiders;
	int			parent;			/* scratch of the search for donors: the disc */
	int			visit;			/* that asks this one, and in which search */
} CoverageDisc;

typedef struct CoverageChange
{
	int			point;			/* -1: a disc was added; -2: one was removed */
	int			disc;			/* the disc, or the point's former owner */
} CoverageChange;

typedef struct CoverageState
{
	PlacesGrid *grid;
	double		min_homes;
	double		radius;			/* of every disc */
	int		   *owner;			/* disc of each point of the grid, or -1 */
	int		   *open;			/* per cell: points with homes and no owner */
	int		   *open_row;		/* per row of cells: those with such points */
	uint64_t   *open_bits;		/* the same cells as bits; rows of open_words */
	int			open_words;
	double		kept;			/* homes owned */
	CoverageDisc *disc;
	int			discs;			/* slots in use, active or not */
	int			room;
	CoverageChange *change;		/* what to undo, oldest first */
	int			changes;
	int			changes_room;
	int		   *found;			/* scratch: points in a disc */
	int		   *found_more;
	int		   *queue;			/* scratch: discs to ask; as long as disc */
	int		   *spare_slot;		/* free slots of disc, the next last */
	int			spare_slots;
	int			search;			/* number of the last search for donors */
	double		work;			/* points and cells looked at so far */
} CoverageState;

extern CoverageState *CoverageStateBuild(PlacesGrid *grid, double min_homes,
										 double radius);
extern void CoverageStateFree(CoverageState *state);
extern void CoverageCountWork(CoverageState *state, double work);
extern double CoverageGain(CoverageState *state, double x, double y);
extern void CoverageSetOwner(CoverageState *state, int point, int disc);
extern bool CoverageAddDisc(CoverageState *state, double x, double y);
extern void CoverageRemoveDisc(CoverageState *state, int disc);
extern void CoverageUndo(CoverageState *state, int changes);
extern void CoverageForget(CoverageState *state);

#endif							/* PLACES_DISC_SET_H */
