/*
 * restart.h
 *	  Places found with the last ones in mind.
 */
#ifndef PLACES_RESTART_H
#define PLACES_RESTART_H

#include "engine/base/rules.h"
#include "engine/base/shape.h"
#include "engine/base/solution.h"
#include "engine/coverage/coverage.h"

/*
 * A labelling here gives each point 0 .. past->places - 1 for the old place of
 * that number or what became of it, more for a new one, -1 for none.
 */
typedef struct PlacesWarm
{
	const PlacesPoints *points;
	const PlacesRules *rules;
	const PlacesIncumbent *past;		/* of the points */
	bool	   *far;			/* pinned, but no circle around the place's other
								 * homes takes it: labelled -1 while at work */
	bool	   *held;			/* held or far: nobody moves it */
	int			nheld;
} PlacesWarm;

/* How good a labelling is. */
typedef struct PlacesMerit
{
	double		misfit;			/* by how much it breaks what the method promises */
	double		kept;			/* homes in places that keep all rules */
	double		squares;		/* sum of squares, where the method makes it small */
} PlacesMerit;

extern bool IsFit(const PlacesWarm *w, const PlacesShape *shape);
extern PlacesChoice WarmLabel(const PlacesPoints *points, const PlacesRules *rules,
							  const PlacesIncumbent *past, int *label, bool *far);

/* pins.c */
extern void FindFarPins(const PlacesPoints *points, const PlacesIncumbent *past,
						double max_radius, const int *label, bool *far);

/* restart_coverage.c */
extern void ExtendCoverage(const PlacesWarm *w, int *label);
extern void FreshCoverage(const PlacesWarm *w, int *label);
extern void MendCoverage(const PlacesWarm *w, int attempt, const int *fresh, int *label);
extern PlacesMerit MeritOfCoverage(const PlacesWarm *w, const int *label);

/* fill.c */
extern void FillShortPlaces(const PlacesWarm *w, CoverageBounds bounds, int *label);
extern void FoundPlaces(const PlacesWarm *w, CoverageBounds bounds, double wanted,
						const int *fresh, int *label);

/* transplant.c */
extern void Transplant(const PlacesWarm *w, double wanted, const int *fresh, int *label);

/* restart_squares.c */
extern void ExtendSquares(const PlacesWarm *w, int *label);
extern void FreshSquares(const PlacesWarm *w, int *label);
extern void MendSquares(const PlacesWarm *w, int attempt, const int *fresh, int *label);
extern PlacesMerit MeritOfSquares(const PlacesWarm *w, const int *label);

#endif							/* PLACES_RESTART_H */
