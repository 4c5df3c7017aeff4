/*
 * labelling.h
 *	  What all steps of a restart work on, and how good their answers are.
 */
#ifndef PLACES_LABELLING_H
#define PLACES_LABELLING_H

#include "engine/base/rules.h"
#include "engine/base/shape.h"

#define REPAIR_ATTEMPTS	3		/* each moves more homes */

/*
 * The problem of a restart; all arrays are by point and the caller's.
 *
 * A labelling of it gives each point 0 .. incumbent->places - 1 for the place
 * of the incumbent with that number or what became of it, more for a new place,
 * -1 for none.  Points of fixed assignment have the label of their place in
 * every labelling, those pinned from outside -1 while the steps are at work.
 */
typedef struct PlacesRestart
{
	const PlacesPoints *points;
	const PlacesRules *rules;
	const PlacesIncumbent *incumbent;	/* of the points; has places */
	const bool *pinned_outside; /* no circle of max_radius holds the pinned point
								 * and the rest of its place (pins.h) */
	bool	   *fixed;			/* nobody moves the point */
	int			nfixed;
} PlacesRestart;

/* How good a labelling is. */
typedef struct PlacesObjective
{
	double		violation;		/* by how much it breaks the method's bounds:
								 * homes, for kmeans places; not more is first */
	double		unbalanced;		/* loads outside their bounds, in homes of a mean place */
	double		kept;			/* homes in places that keep all rules: most; */
	double		squares;		/* sum of squares, where the method makes it
								 * least; square metres times homes */
} PlacesObjective;

extern PlacesShape *JudgedShapes(const PlacesRestart *r, const int *label, int k);
extern bool KeepsRules(const PlacesRestart *r, int label, const PlacesShape *shape);
extern double LeastHomesOf(const PlacesRestart *r, int label, double min_homes);
extern double KeptBy(const PlacesRestart *r, const PlacesShape *shapes, int k);
extern void LabelAsIncumbent(const PlacesRestart *r, int *label);
extern void AssertCheckLabelling(const PlacesRestart *r, const int *label);

#endif							/* PLACES_LABELLING_H */
