/*
 * solution.h
 *	  What the engine answers: the places, and which of them each point and row
 *	  belongs to.
 */
#ifndef PLACES_SOLUTION_H
#define PLACES_SOLUTION_H

#include "engine/base/frame.h"
#include "engine/base/points.h"

/* Why a place is not kept; bits. */
#define TOO_SMALL	1
#define TOO_SPREAD	2
#define DISPERSED	4			/* made of what was outside all places; alone */
#define IN_PARTS	8			/* its gap is wider than max_gap */

/* What a point is to its place. */
typedef enum PlacesRelation
{
	MEMBER,						/* one of those the place is made of */
	OUTLYING,					/* outside; it is merely the nearest */
	ATTACHED,					/* outside, but joined to it */
	PINNED						/* outside, but fixed to it by decision */
} PlacesRelation;

/* How an answer came about. */
typedef enum PlacesChoice
{
	CHOICE_FROM_SCRATCH,			/* from scratch */
	CHOICE_KEPT,				/* the incumbent, new homes added */
	CHOICE_REPAIRED				/* the incumbent with a few moves */
} PlacesChoice;

typedef struct PlacesPlace
{
	double		homes;			/* of its members */
	double		x;				/* centroid, in the frame's local metres */
	double		y;
	double		radius;			/* of the minimum bounding circle */
	double		mean_distance;	/* of the homes to the centroid */
	double		rms_distance;
	double		gap;			/* metres between two parts of it, with a tenth of
								 * its homes or more each (spanning_tree.h); 0:
								 * none; NaN: not measured (MeasureGaps) */
	double		tree;			/* metres of the minimum spanning tree of its homes, with the gap */
	double		outlying;		/* homes outside that are nearest to it, */
	double		attached;		/* or joined to it; neither counts above */
	double		load[MOST_LOADS];	/* what its members carry of each load, */
	double		load_target[MOST_LOADS];	/* and what they are to (SetLoadTargets) */
	int			reasons;		/* 0: kept */
	int			first;			/* its first point, to tell equals apart */
	int			label;			/* that it had before it was numbered: of the incumbent's
								 * place, or more */
} PlacesPlace;

typedef struct PlacesSolution
{
	PlacesFrame frame;
	PlacesPoints *points;
	int		   *row_point;		/* point of each row, -1 without a location */
	int			k;
	PlacesPlace *places;		/* from north to south, then west to east;
								 * dispersed ones after the others */
	int		   *point_place;	/* place of each point, 0 .. k - 1, */
	uint8_t    *point_relation; /* and what it is to it: PlacesRelation */
	int		   *point_group;	/* what stays together with it, by number; NULL: each
								 * point is alone */
	bool	   *point_divided;	/* it would, but breaks a bound by itself; NULL: none */
	PlacesChoice choice;
} PlacesSolution;

#endif							/* PLACES_SOLUTION_H */
