/*
 * short_key.h
 *	  places_internal.short_key(): an id or authority as plans store it.
 */
#ifndef PLACES_SHORT_KEY_H
#define PLACES_SHORT_KEY_H

#include "fmgr.h"

#include "pg/versions.h"

extern PGDLLEXPORT Datum short_key(PG_FUNCTION_ARGS);

#endif							/* PLACES_SHORT_KEY_H */
