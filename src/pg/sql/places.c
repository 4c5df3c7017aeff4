/*
 * places.c
 *	  Module header.
 */
#include "postgres.h"

#include "fmgr.h"

#include "pg/versions.h"

PG_MODULE_MAGIC;
