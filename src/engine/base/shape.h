/*
 * shape.h
 *	  The size, convex hull and smallest circle of places that gain points.
 */
#ifndef PLACES_SHAPE_H
#define PLACES_SHAPE_H

#include "engine/base/circle.h"
#include "engine/base/points.h"

typedef struct PlacesShape
{
	int			points;
	double		homes;
	double		wx;				/* sums of w * x, w * y */
	double		wy;
	int			corners;		/* of the convex hull, by x, then y */
	int			room;
	double	   *x;
	double	   *y;
	PlacesCircle circle;		/* the smallest around it */
	double		gap;			/* between two parts of it; 0 unless somebody has
								 * measured it (MeasureShapeGaps) */
} PlacesShape;

extern PlacesShape *MeasureShapes(const PlacesPoints *points, const int *label, int k);
extern void MeasureShapeGaps(PlacesShape *shapes, const PlacesPoints *points, const int *label, int k);
extern void FreeShapes(PlacesShape *shapes, int k);
extern bool ShapeAdmits(const PlacesShape *shape, const PlacesPoints *points, int point, double radius);
extern void AddToShape(PlacesShape *shape, const PlacesPoints *points, int point);
extern void ShapeCentre(const PlacesShape *shape, double *x, double *y);

#endif							/* PLACES_SHAPE_H */
