/*
 * progress.h
 *	  Shows other connections how far a statement has come.
 */
#ifndef PLACES_PROGRESS_H
#define PLACES_PROGRESS_H

#include "postgres.h"

#include "fmgr.h"

/* Around the work of a final function on a group. */
extern void StartGroup(FunctionCallInfo fcinfo);
extern void EndGroup(FunctionCallInfo fcinfo, int homes);

#endif							/* PLACES_PROGRESS_H */
