/*
 * allocation_program.h
 *	  The linear program of an allocation: workers with a place or with two.
 */
#ifndef PLACES_ALLOCATION_PROGRAM_H
#define PLACES_ALLOCATION_PROGRAM_H

#include "engine/base/allocation_columns.h"

typedef struct PlacesProgram PlacesProgram;

extern bool ProgramIsExact(double served);
extern PlacesProgram *NewProgram(const PlacesAllocation *task, int most, double served, double employed, PlacesDemands demands);
extern void FreeProgram(PlacesProgram *p);
extern void EnterAllocation(PlacesProgram *p, const int *server);
extern bool SolveProgram(PlacesProgram *p, double *work);
extern double ProgramGap(PlacesProgram *p, const int *server);
extern double FirstGap(PlacesProgram *p, const int *server);
extern bool ProgramIsWhole(const PlacesProgram *p, int *server);
extern double ProgramServes(const PlacesProgram *p);
extern bool LargestFraction(const PlacesProgram *p, int *a, int *b);

#endif							/* PLACES_ALLOCATION_PROGRAM_H */
