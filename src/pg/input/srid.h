/*
 * srid.h
 *	  Whether coordinates are metres on the ground.
 */
#ifndef PLACES_SRID_H
#define PLACES_SRID_H

#include <math.h>

#include "pg/input/geometry.h"

/* Homes that may have longitude and latitude for metres; all 0 to begin with. */
typedef struct PlacesDegrees
{
	bool		beyond;			/* one is where no longitude or latitude is */
	int64		homes;			/* the others, */
	int64		fine;			/* and those of them to less than a decimetre */
} PlacesDegrees;

static inline bool
IsFine(double metres)
{
	return fabs(metres * 10 - rint(metres * 10)) > 1e-6;
}

/* Look at one more home with a location that is no geography. */
static inline void
WatchDegrees(PlacesDegrees *degrees, double x, double y)
{
	if (degrees->beyond)
		return;
	if (fabs(x) > 180 || fabs(y) > 180)
	{
		degrees->beyond = true;
		return;
	}
	degrees->homes++;
	degrees->fine += IsFine(x) || IsFine(y);
}

extern void AddDegrees(PlacesDegrees *to, const PlacesDegrees *from);
extern void RefuseDegrees(const PlacesDegrees *degrees);

extern void CheckSrid(const PlacesPointReader *reader, int32 srid);
extern void CheckSameSrid(int32 first, int32 srid);
extern bool IsDegrees(int32 srid);
extern const char *SystemProblem(int32 srid);

#endif							/* PLACES_SRID_H */
