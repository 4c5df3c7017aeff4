/*
 * incumbent.h
 *	  The incumbent, which is known of rows, as one of points.
 */
#ifndef PLACES_INCUMBENT_H
#define PLACES_INCUMBENT_H

#include "engine/base/rows.h"
#include "engine/base/rules.h"
#include "engine/base/solution.h"

extern double *FixedApart(int nrows, const PlacesIncumbent *incumbent);
extern PlacesIncumbent KnowPlaces(const PlacesRows *rows, const PlacesRules *rules,
								  const PlacesIncumbent *incumbent);
extern void ForgetPlaces(PlacesIncumbent *incumbent);
extern PlacesIncumbent IncumbentOfPoints(int nrows, const PlacesIncumbent *incumbent,
										 const int *row_point, int n);
extern PlacesIncumbent IncumbentOfRest(const PlacesIncumbent *incumbent, const PlacesPoints *points,
									   const int *place, const int *source, int n);
extern void ReleaseDispersed(const PlacesPoints *points, const PlacesRules *rules,
							 const PlacesIncumbent *incumbent, int *label, bool *pinned_outside);
extern bool NobodyMoved(const PlacesIncumbent *incumbent, const PlacesSolution *s);
extern void FreeIncumbent(PlacesIncumbent *incumbent);

#endif							/* PLACES_INCUMBENT_H */
