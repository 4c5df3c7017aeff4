/*
 * restart_coverage.h
 *	  Restart of coverage: places of bounded size and radius.
 *
 * Every step fills or changes a labelling as labelling.h has it.
 */
#ifndef PLACES_RESTART_COVERAGE_H
#define PLACES_RESTART_COVERAGE_H

#include "engine/restart/labelling.h"

extern void KeepCoverage(const PlacesRestart *r, int *label);
extern void ResolveCoverage(const PlacesRestart *r, int *label);
extern void RepairCoverage(const PlacesRestart *r, int attempt, const int *resolved, int *label);
extern PlacesObjective ObjectiveOfCoverage(const PlacesRestart *r, const int *label);

#endif							/* PLACES_RESTART_COVERAGE_H */
