/*
 * frame.h
 *	  Local metres for the coordinates of one authority.
 */
#ifndef PLACES_FRAME_H
#define PLACES_FRAME_H

#include "engine/base/host.h"

typedef struct PlacesFrame
{
	bool		geodetic;		/* coordinates are longitude/latitude in degrees */
	double		origin[3];		/* planar: x, y; geodetic: earth-centred metres */
	double		east[3];		/* geodetic only: unit vectors of the local */
	double		north[3];		/* tangent plane, */
	double		up[3];
	double		radius;			/* and the mean radius of curvature there */
} PlacesFrame;

extern void FitFrame(PlacesFrame *frame, bool geodetic, int n, const double *x, const double *y);
extern void ToLocal(const PlacesFrame *frame, double *x, double *y);
extern void FromLocal(const PlacesFrame *frame, double *x, double *y);

extern void LonLatToEarth(double lon, double lat, double earth[3]);
extern void EarthToLonLat(const double earth[3], double *lon, double *lat);
extern void TangentPlane(const double earth[3], PlacesFrame *frame);

#endif							/* PLACES_FRAME_H */
