/*
 * postgis.h
 *	  PostGIS's functions, found by name when they are called.
 */
#ifndef PLACES_POSTGIS_H
#define PLACES_POSTGIS_H

#include "fmgr.h"

extern Oid	PostgisSchema(void);
extern Oid	PostgisType(const char *name);
extern void FindPostgisFunction(const char *name, int nargs, const Oid *types,
								MemoryContext context, FmgrInfo *found);

#endif							/* PLACES_POSTGIS_H */
