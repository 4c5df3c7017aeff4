/*
 * places.c
 *	  The magic block of the library, by which the server knows its version.
 */
#include "postgres.h"

#include "fmgr.h"

#include "pg/versions.h"

PG_MODULE_MAGIC;
