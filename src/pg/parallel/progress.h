/*
 * progress.h
 *	  Shows other connections how far a statement has come.
 */
#ifndef PLACES_PROGRESS_H
#define PLACES_PROGRESS_H

#include "fmgr.h"

/* Around the work of a final function on a group. */
extern void StartGroup(FunctionCallInfo fcinfo);
extern void EndGroup(FunctionCallInfo fcinfo, int homes);

/* For a function that has the groups solved by others, itself or its workers. */
typedef struct PlacesEntry PlacesEntry;

extern PlacesEntry *StartProgress(const char *name, double authorities, double homes);
extern void CountHomes(PlacesEntry *entry, double homes);
extern void CountGroup(PlacesEntry *entry, double homes);

#endif							/* PLACES_PROGRESS_H */
