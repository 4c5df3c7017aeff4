/*
 * geometry.h
 *	  PostGIS points at the boundary.
 */
#ifndef PLACES_GEOMETRY_H
#define PLACES_GEOMETRY_H

#include "postgres.h"

#include "fmgr.h"

/* Coordinates beyond this (metres) lie on no grid, and their squares lose the metre. */
#define FARTHEST	1e12

/* How to read the points of one argument; lives as long as the call site. */
typedef struct PlacesPointReader
{
	FmgrInfo	send;			/* binary send function of the argument's type */
	Oid			type;
	bool		geodetic;		/* geography: longitude and latitude */
} PlacesPointReader;

extern PlacesPointReader *NewPointReader(Oid type, MemoryContext context);
extern PlacesPointReader *GetPointReader(FunctionCallInfo fcinfo, int argument);
extern bool ReadPoint(PlacesPointReader *reader, Datum point, double *x, double *y, int32 *srid);
extern int32 ReadSrid(PlacesPointReader *reader, Datum location);
extern Datum MakePoint(Oid type, double x, double y, int32 srid);

#endif							/* PLACES_GEOMETRY_H */
