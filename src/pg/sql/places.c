/*
 * places.c
 *	  Module header.
 */
#include "postgres.h"

#include "fmgr.h"

PG_MODULE_MAGIC;
