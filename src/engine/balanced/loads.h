/*
 * loads.h
 *	  Places that share out loads as evenly as asked for.
 */
#ifndef PLACES_LOADS_H
#define PLACES_LOADS_H

#include "engine/balanced/load_task.h"

extern void BalanceLoads(const PlacesLoadTask *task, int *label);
extern void RepairLoads(const PlacesLoadTask *task, bool others, int *label);
extern double LoadViolation(const PlacesLoadTask *task, int *label);

#endif							/* PLACES_LOADS_H */
