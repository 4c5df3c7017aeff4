/*
 * measure.h
 *	  Places measured, numbered and held against the rules.
 */
#ifndef PLACES_MEASURE_H
#define PLACES_MEASURE_H

#include "engine/base/rules.h"
#include "engine/base/solution.h"

extern double UniformDensity(double homes, double rms_distance);
extern double PointDistance(const PlacesSolution *s, int point);
extern int	ComparePositions(const void *a, const void *b);
extern void AppendPlaces(PlacesSolution *s, int *label);
extern void SetLoadTargets(PlacesSolution *s, const PlacesIncumbent *incumbent);
extern void MeasureGaps(PlacesSolution *s);
extern void JudgePlaces(PlacesSolution *s, const PlacesRules *rules, const PlacesIncumbent *incumbent);

#endif							/* PLACES_MEASURE_H */
