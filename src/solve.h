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
	METHOD_COVERAGE,
	METHOD_BALANCED,
	METHOD_KMEANS
} PlacesMethod;

/* What becomes of the homes that coverage leaves outside every place. */
typedef enum PlacesRemainder
{
	REMAINDER_FLAG,				/* outlying, with the nearest place */
	REMAINDER_ATTACH,			/* join the nearest place within a distance */
	REMAINDER_GROUP				/* form dispersed places of their own */
} PlacesRemainder;

typedef struct PlacesRules
{
	PlacesMethod method;
	double		target_homes;
	double		min_homes;
	double		max_homes;		/* may be infinite */
	double		max_radius;		/* metres, may be infinite but for coverage */
	PlacesRemainder remainder;
	double		attach_within;	/* metres, may be infinite */
} PlacesRules;

/* Why a place is not kept; bits. */
#define TOO_SMALL	1
#define TOO_SPREAD	2
#define DISPERSED	4			/* made of what was outside all places; alone */

/* What a point is to its place. */
typedef enum PlacesRelation
{
	MEMBER,						/* one of those the place is made of */
	OUTLYING,					/* outside; it is merely the nearest */
	ATTACHED,					/* outside, but joined to it */
	PINNED						/* outside, but held there by decision */
} PlacesRelation;

/* Whether somebody decided that a home stays in its place. */
typedef enum PlacesHold
{
	HOLD_NOT,
	HOLD_PIN,					/* this home */
	HOLD_LOCK					/* all homes of its place */
} PlacesHold;

/* What is known of the rows from the last answer. */
typedef struct PlacesPast
{
	int			places;			/* that there were */
	int		   *place;			/* of each row, 0 .. places - 1; -1 for none */
	uint8_t    *hold;			/* of each row: PlacesHold; not without place */
	double		tolerance;		/* gain, as a share, below which nobody moves */
} PlacesPast;

/* How an answer came about. */
typedef enum PlacesChoice
{
	CHOICE_NEW,					/* from scratch */
	CHOICE_KEPT,				/* the last one, new homes added */
	CHOICE_MENDED				/* the last one with a few moves */
} PlacesChoice;

typedef struct PlacesPlace
{
	double		homes;			/* of its members */
	double		x;				/* centroid, in the frame's local metres */
	double		y;
	double		radius;			/* of the minimum bounding circle */
	double		mean_distance;	/* of the homes to the centroid */
	double		rms_distance;
	double		outlying;		/* homes outside that are nearest to it, */
	double		attached;		/* or joined to it; neither counts above */
	int			reasons;		/* 0: kept */
	int			first;			/* its first point, to tell equals apart */
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
	PlacesChoice choice;
} PlacesSolution;

extern PlacesSolution *SolvePlaces(int nrows, const double *x, const double *y,
								   const double *w, bool geodetic, const PlacesRules *rules);
extern PlacesSolution *ResolvePlaces(int nrows, const double *x, const double *y,
									 const double *w, bool geodetic,
									 const PlacesRules *rules, const PlacesPast *past);
extern double LimitCoverage(int nrows, const double *x, const double *y,
							const double *w, bool geodetic, const PlacesRules *rules);
extern double PointDistance(const PlacesSolution *solution, int point);
extern double UniformDensity(double homes, double rms_distance);

#endif							/* PLACES_SOLVE_H */
