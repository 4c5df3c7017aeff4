/*
 * pack_past.h
 *	  Gathered homes and their past as bytes.
 */
#ifndef PLACES_PACK_PAST_H
#define PLACES_PACK_PAST_H

#include "pg/input/regather.h"

extern PlacesRegather *UnpackRegather(const bytea *packed);

#endif							/* PLACES_PACK_PAST_H */
