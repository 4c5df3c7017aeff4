/*
 * open_points.h
 *	  The homes without an owner that a disc would take.
 */
#ifndef PLACES_OPEN_POINTS_H
#define PLACES_OPEN_POINTS_H

#include "engine/coverage/disc_set.h"

extern double GatherOpen(PlacesDiscSet *set, double x, double y, double radius);
extern double GainAt(PlacesDiscSet *set, double x, double y);
extern double GainAmong(PlacesDiscSet *set, double x, double y);

#endif							/* PLACES_OPEN_POINTS_H */
