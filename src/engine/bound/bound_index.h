/*
 * bound_index.h
 *	  How many homes stand within a circle, and which points those are.
 */
#ifndef PLACES_BOUND_INDEX_H
#define PLACES_BOUND_INDEX_H

#include "engine/base/points.h"

/* a node of the tree: the points order[first .. last - 1] */
typedef struct PlacesBoundNode
{
	int			first;
	int			last;
	int			child;			/* children are child and child + 1; 0: a leaf */
	double		lo[2];			/* box around the points */
	double		hi[2];
	double		weight;			/* homes in the box */
	bool		done;			/* every point below is marked */
} PlacesBoundNode;

typedef struct PlacesBoundIndex
{
	const PlacesPoints *points;
	const double *weight;		/* per point; not always the homes */
	int			n;
	int		   *order;			/* points, leaf by leaf */
	PlacesBoundNode *node;
	int			nnode;
} PlacesBoundIndex;

extern PlacesBoundIndex *BoundIndexBuild(const PlacesPoints *points, const double *weight,
										 const int *subset, int n);
extern void BoundIndexFree(PlacesBoundIndex *index);
extern double BoundIndexWeight(const PlacesBoundIndex *index, double x, double y,
							   double radius, double enough);
extern int	BoundIndexList(const PlacesBoundIndex *index, double x, double y,
						   double radius, int *list);
extern int	BoundIndexMark(PlacesBoundIndex *index, double x, double y,
						   double radius, bool *mark);
extern bool BoundIndexAllMarked(const PlacesBoundIndex *index, double x, double y,
								double radius, const bool *mark);

#endif							/* PLACES_BOUND_INDEX_H */
