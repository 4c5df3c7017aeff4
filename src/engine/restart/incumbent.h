/*
 * incumbent.h
 *	  What is known from the last answer, of rows and of points.
 */
#ifndef PLACES_INCUMBENT_H
#define PLACES_INCUMBENT_H

#include "engine/base/rules.h"
#include "engine/base/solution.h"

extern double *HeldApart(int nrows, const PlacesIncumbent *past);
extern PlacesIncumbent PastOfPoints(int nrows, const PlacesIncumbent *past, const int *row_point, int n);
extern PlacesIncumbent PastOfRest(const PlacesIncumbent *past, const PlacesSolution *s,
							 const int *source, int n);
extern void ReleaseDispersed(const PlacesPoints *points, const PlacesRules *rules,
							 const PlacesIncumbent *past, int *label, bool *far);
extern bool NobodyMoved(const PlacesIncumbent *past, const PlacesSolution *s);
extern void FreePast(PlacesIncumbent *past);

#endif							/* PLACES_INCUMBENT_H */
