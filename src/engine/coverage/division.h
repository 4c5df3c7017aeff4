/*
 * division.h
 *	  Points divided among places: the state that dividing covered homes works on.
 */
#ifndef PLACES_DIVISION_H
#define PLACES_DIVISION_H

#include "engine/base/grid.h"
#include "engine/base/rules.h"

/* Neighbours of a place that it exchanges homes with, by distance of centroids. */
#define MOST_NEIGHBOURS 10

/* What NearestDrafts finds at most. */
#define MOST_NEAREST 32

/* Weight of the deviation from the target size against the spread. */
#define SIZE_PENALTY 0.1

/* The price of a squared deviation from it, where so many homes have that spread. */
static inline double
SizePenalty(double spread, double homes, double target_homes)
{
	return SIZE_PENALTY * spread / homes / target_homes;
}

/* A place, and the centre of a circle of the radius around its points. */
typedef struct PlacesDraft
{
	double		x;				/* centroid of its homes */
	double		y;
	double		homes;
	double		spread;			/* sum of squared distances to the centroid */
	double		circle_x;
	double		circle_y;
	int			first;			/* its points, linked by next; -1 when none */
	int			points;
} PlacesDraft;

typedef struct PlacesDivision
{
	const PlacesGrid *grid;
	PlacesRules rules;
	PlacesDraft *place;
	int			places;
	int			room;
	int		   *next;			/* per point: the next of its place, or -1 */
	int		   *owner;			/* per point: its place, or -1 */
	int		   *member;			/* scratch: points, and what they are */
	double	   *key;			/* sorted by */
} PlacesDivision;

extern PlacesDivision *NewDivision(const PlacesGrid *grid, const PlacesRules *rules);
extern void FreeDivision(PlacesDivision *division);
extern int	AddDraft(PlacesDivision *division);
extern void RemoveDraft(PlacesDivision *division, int which);
extern void PutPoint(PlacesDivision *division, int point, int place);
extern void MeasureDraft(PlacesDivision *division, int which);
extern void SortMembers(PlacesDivision *division, int count);
extern PlacesGrid *GridOfCentroids(const PlacesDivision *division);
extern int	NearestDrafts(const PlacesGrid *centroids, double x, double y, int self,
						  int most, int *found, int *neighbour);
extern void AssertCheckDivision(const PlacesDivision *division);

#endif							/* PLACES_DIVISION_H */
