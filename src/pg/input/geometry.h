/*
 * geometry.h
 *	  PostGIS points at the boundary.
 */
#ifndef PLACES_GEOMETRY_H
#define PLACES_GEOMETRY_H

#include "fmgr.h"

#include "engine/engine.h"

/* What a value of a PostGIS type is to us. */
typedef enum PlacesGeometry
{
	GEOMETRY_POINT,				/* a point on the grid, or a multipoint of just one */
	GEOMETRY_NOWHERE,			/* empty, or with coordinates that are not finite or off the grid */
	GEOMETRY_NOT_A_POINT
} PlacesGeometry;

/* How to read the points of a type. */
typedef struct PlacesPointReader
{
	FmgrInfo	send;			/* its binary send function */
	Oid			type;
	bool		geodetic;		/* geography: longitude and latitude */
} PlacesPointReader;

extern PlacesPointReader *GetPointReader(FunctionCallInfo fcinfo, int argument);
extern PlacesPointReader *NewPointReader(Oid type, MemoryContext context);
extern PlacesGeometry ReadGeometry(PlacesPointReader *reader, Datum value,
								   double *x, double *y, int32 *srid);
extern bool ReadPoint(PlacesPointReader *reader, Datum point, double *x, double *y, int32 *srid);
extern int32 ReadSrid(PlacesPointReader *reader, Datum location);

/* How to write points of a type. */
typedef struct PlacesPointWriter
{
	FmgrInfo	receive;		/* its binary receive function */
	Oid			typioparam;
} PlacesPointWriter;

extern PlacesPointWriter NewPointWriter(Oid type, MemoryContext context);
extern Datum WritePoint(PlacesPointWriter *writer, double x, double y, int32 srid);
extern Datum MakePoint(Oid type, double x, double y, int32 srid);

#endif							/* PLACES_GEOMETRY_H */
