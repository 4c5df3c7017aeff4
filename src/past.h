/*
 * past.h
 *	  What is known from the last answer, of rows and of points.
 */
#ifndef PLACES_PAST_H
#define PLACES_PAST_H

#include "solve.h"

extern double *HeldApart(int nrows, const PlacesPast *past);
extern PlacesPast PastOfPoints(int nrows, const PlacesPast *past, const int *row_point, int n);
extern PlacesPast PastOfRest(const PlacesPast *past, const PlacesSolution *s,
							 const int *source, int n);
extern void ReleaseDispersed(const PlacesPoints *points, const PlacesRules *rules,
							 const PlacesPast *past, int *label, bool *far);
extern bool NobodyMoved(const PlacesPast *past, const PlacesSolution *s);
extern void FreePast(PlacesPast *past);

#endif							/* PLACES_PAST_H */
