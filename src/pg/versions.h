/*
 * versions.h
 *	  What differs between the server's versions: the only place that asks.
 */
#ifndef PLACES_VERSIONS_H
#define PLACES_VERSIONS_H

#include "postgres.h"

/* the macros for values of variable length */
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

/* run a query to its end, once */
#if PG_VERSION_NUM >= 180000
#define RunExecutor(desc)	ExecutorRun(desc, ForwardScanDirection, 0)
#else
#define RunExecutor(desc)	ExecutorRun(desc, ForwardScanDirection, 0, true)
#endif

#endif							/* PLACES_VERSIONS_H */
