/*
 * arrays.h
 *	  Arrays of numbers, from SQL.
 */
#ifndef PLACES_ARRAYS_H
#define PLACES_ARRAYS_H

#include "fmgr.h"

extern int *ReadInts(Datum array, int *n);
extern double *ReadFloats(Datum array, int *n);
extern double *ReadCoordinates(Datum array, int *n);

#endif							/* PLACES_ARRAYS_H */
