/*
 * disc_set.h
 *	  A set of discs that share out the homes they cover, each with at least
 *	  the minimum: the set that the search for places moves about.
 */
#ifndef PLACES_DISC_SET_H
#define PLACES_DISC_SET_H

#include "engine/base/grid.h"
#include "engine/base/rules.h"

typedef struct PlacesDisc
{
	double		x;
	double		y;
	double		load;			/* homes it owns */
	bool		active;
	int		   *inside;			/* the points within, or NULL when not yet needed */
	int			insiders;
	int			parent;			/* scratch of the search for donors: the disc on */
	int			visit;			/* the path before this one, and which search */
} PlacesDisc;

typedef struct PlacesDiscChange
{
	int			point;			/* -1: a disc was added; -2: one was removed */
	int			disc;			/* the disc, or the point's former owner */
} PlacesDiscChange;

/* Open points, which are those with homes and no owner, near a spot. */
typedef struct PlacesOpenPoints
{
	double	   *x;				/* in the order of the grid */
	double	   *y;
	double	   *w;
	int		   *point;			/* which they are */
	int			n;
} PlacesOpenPoints;

typedef struct PlacesDiscSet
{
	const PlacesGrid *grid;
	PlacesRules rules;			/* each disc has min_homes and is max_radius wide */
	int		   *owner;			/* disc of each point of the grid, or -1 */
	int		   *open;			/* per cell: points with homes and no owner */
	int		   *open_row;		/* per row of cells: those with such points */
	uint64_t   *open_bits;		/* the same cells as bits; rows of open_words */
	int			open_words;
	double		kept;			/* homes owned */
	PlacesDisc *disc;
	int			discs;			/* slots in use, active or not */
	int			room;
	PlacesDiscChange *change;		/* what to undo, oldest first */
	int			changes;
	int			changes_room;
	int		   *found;			/* scratch: points in a disc */
	int		   *found_more;
	PlacesOpenPoints near;		/* scratch: those gathered last (open_points.c) */
	int		   *queue;			/* scratch: discs to ask; as long as disc */
	int		   *spare_slot;		/* free slots of disc, the next last */
	int			spare_slots;
	int			search;			/* number of the last search for donors */
	double		work;			/* points and cells looked at so far */
} PlacesDiscSet;

extern PlacesDiscSet *NewDiscSet(const PlacesGrid *grid, const PlacesRules *rules);
extern void FreeDiscSet(PlacesDiscSet *set);
extern void CountWork(PlacesDiscSet *set, double work);
extern bool MightAddDisc(PlacesDiscSet *set, double x, double y, double far, double open);
extern bool AddDisc(PlacesDiscSet *set, double x, double y);
extern void RemoveDisc(PlacesDiscSet *set, int disc);
extern void UndoChanges(PlacesDiscSet *set, int changes);
extern void KeepChanges(PlacesDiscSet *set);
extern void AssertCheckDiscSet(const PlacesDiscSet *set);

#endif							/* PLACES_DISC_SET_H */
