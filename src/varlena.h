/*
 * varlena.h
 *	  The macros for values of variable length, in whatever header the server's
 *	  version has them.
 */
#ifndef PLACES_VARLENA_H
#define PLACES_VARLENA_H

#include "postgres.h"

#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

#endif							/* PLACES_VARLENA_H */
