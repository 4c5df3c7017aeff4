/*
 * restart_squares.h
 *	  Restart of balanced and kmeans: places of least sum of squares.
 *
 * Every step fills or changes a labelling as labelling.h has it.
 */
#ifndef PLACES_RESTART_SQUARES_H
#define PLACES_RESTART_SQUARES_H

#include "engine/restart/labelling.h"

extern void KeepSquares(const PlacesRestart *r, int *label);
extern void ResolveSquares(const PlacesRestart *r, int *label);
extern void RepairSquares(const PlacesRestart *r, int attempt, const int *resolved, int *label);
extern PlacesObjective ObjectiveOfSquares(const PlacesRestart *r, const int *label);

#endif							/* PLACES_RESTART_SQUARES_H */
