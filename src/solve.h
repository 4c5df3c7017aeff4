/*
 * solve.h
 *	  The places of one authority: the engine's front door.
 */
#ifndef PLACES_SOLVE_H
#define PLACES_SOLVE_H

#include "frame.h"
#include "points.h"

typedef enum PlacesMethod
{
	METHOD_KMEANS,
	METHOD_BALANCED
} PlacesMethod;

typedef struct PlacesRules
{
	PlacesMethod method;
	double		target_homes;
	double		min_homes;
	double		max_homes;		/* may be infinite */
	double		max_radius;		/* metres, may be infinite */
} PlacesRules;

/* Why a place is not kept; bits. */
#define TOO_SMALL	1
#define TOO_SPREAD	2

typedef struct PlacesPlace
{
	double		homes;
	double		x;				/* centroid, in the frame's local metres */
	double		y;
	double		radius;			/* of the minimum bounding circle */
	double		mean_distance;	/* of the homes to the centroid */
	double		rms_distance;
	int			reasons;		/* 0: kept */
	int			first;			/* its first point, to tell equals apart */
} PlacesPlace;

typedef struct PlacesSolution
{
	PlacesFrame frame;
	PlacesPoints *points;
	int		   *row_point;		/* point of each row, -1 without a location */
	int			k;
	PlacesPlace *places;		/* from north to south, then west to east */
	int		   *point_place;	/* place of each point, 0 .. k - 1 */
} PlacesSolution;

extern PlacesSolution *SolvePlaces(int nrows, const double *x, const double *y,
								   const double *w, bool geodetic, const PlacesRules *rules);
extern double PointDistance(const PlacesSolution *solution, int point);
extern double UniformDensity(double homes, double rms_distance);

#endif							/* PLACES_SOLVE_H */
