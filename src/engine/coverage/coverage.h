/*
 * coverage.h
 *	  Choose places of bounded size and radius that hold as many homes as
 *	  possible.
 */
#ifndef PLACES_COVERAGE_H
#define PLACES_COVERAGE_H

#include "engine/base/points.h"
#include "engine/base/rules.h"

extern bool SeemsCovered(const PlacesPoints *points, const PlacesRules *rules, int point);
extern int	CoverageCluster(const PlacesPoints *points, const PlacesRules *rules, int *label);
extern int	RenumberPlaces(const PlacesPoints *points, double least, int k, int *label);
extern PlacesRules NarrowRules(const PlacesPoints *points, const PlacesRules *rules);

#endif							/* PLACES_COVERAGE_H */
