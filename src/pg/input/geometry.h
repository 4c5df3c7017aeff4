/*
 * geometry.h
 *	  PostGIS geometries at the boundary.
 */
#ifndef PLACES_GEOMETRY_H
#define PLACES_GEOMETRY_H

#include "fmgr.h"
#include "lib/stringinfo.h"

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

/* Types of geometries by their numbers in EWKB. */
#define EWKB_POINT			1
#define EWKB_POLYGON		3
#define EWKB_MULTIPOINT		4
#define EWKB_MULTIPOLYGON	6

/* How to write geometries of a type. */
typedef struct PlacesGeometryWriter
{
	FmgrInfo	receive;		/* its binary receive function */
	Oid			typioparam;
} PlacesGeometryWriter;

extern PlacesGeometryWriter NewGeometryWriter(Oid type, MemoryContext context);
extern void PutEwkbHeader(StringInfo ewkb, uint32 type, int32 srid);
extern void PutEwkbInt(StringInfo ewkb, uint32 value);
extern void PutEwkbPosition(StringInfo ewkb, double x, double y);
extern Datum WriteGeometry(PlacesGeometryWriter *writer, StringInfo ewkb);
extern Datum WritePoint(PlacesGeometryWriter *writer, double x, double y, int32 srid);
extern Datum MakePoint(Oid type, double x, double y, int32 srid);

#endif							/* PLACES_GEOMETRY_H */
