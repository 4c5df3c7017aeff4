/*
 * recluster.h
 *	  The places of a group of homes with a past.
 */
#ifndef PLACES_RECLUSTER_H
#define PLACES_RECLUSTER_H

#include "access/htup.h"
#include "access/tupdesc.h"

#include "pg/input/regather.h"

extern HeapTuple SolveRegather(const PlacesRegather *state, TupleDesc desc);

#endif							/* PLACES_RECLUSTER_H */
