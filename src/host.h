/*
 * host.h
 *	  What the engine asks of the program around it: memory, and a chance to
 *	  be cancelled.
 *
 * The engine files know neither fmgr nor PostGIS.  Built into the extension
 * they take memory from the current memory context (their caller deletes it)
 * and answer query cancellation; built with PLACES_STANDALONE, as the
 * sanitizer tests do, they run on the C library alone.
 *
 * An allocation never returns NULL.  An allocation may pass 1 GB.  Freeing is
 * a courtesy that keeps the peak low: what is left behind goes with the
 * caller's context, also when a cancel leaves the engine half-way.
 *
 * Every loop whose length depends on data looks for a cancel, itself or in what
 * it calls: a look costs a load.  A tight loop looks at every HOST_TURNS-th turn.
 *
 * Assert states what the code around it relies on; it is checked by a server
 * built with assertions, and by the sanitizer tests.
 */
#ifndef PLACES_HOST_H
#define PLACES_HOST_H

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef PLACES_STANDALONE

#include <assert.h>
#include <stdlib.h>

/* A test may define this, to see how often the engine can be cancelled. */
extern void HostOnCancel(void) __attribute__((weak));

static inline void *
HostChecked(void *p)
{
	if (p == NULL)
		abort();
	return p;
}

/* the C library may answer NULL for nothing: ask for a byte more */
static inline void *
HostAlloc(size_t size)
{
	return HostChecked(malloc(size + 1));
}

static inline void *
HostAllocZero(size_t size)
{
	return HostChecked(calloc(size + 1, 1));
}

#define HostRealloc(p, size)	HostChecked(realloc((p), (size)))
#define HostFree(p)				free(p)
#define HostCheckCancel()		(HostOnCancel ? HostOnCancel() : (void) 0)
#define Assert(condition)		assert(condition)
#define Min(a, b)				((a) < (b) ? (a) : (b))
#define Max(a, b)				((a) > (b) ? (a) : (b))

#else

#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#define HostAlloc(size)			MemoryContextAllocHuge(CurrentMemoryContext, (size))
#define HostAllocZero(size)		palloc_extended((size), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO)
#define HostRealloc(p, size)	repalloc_huge((p), (size))
#define HostFree(p)				pfree(p)
#define HostCheckCancel()		CHECK_FOR_INTERRUPTS()

#endif

#define HOST_TURNS				16384
#define HostCheckCancelAt(i) \
	do { if (((i) & (HOST_TURNS - 1)) == 0) HostCheckCancel(); } while (0)

/* arrays of n elements */
#define HostNew(type, n)		((type *) HostAlloc(sizeof(type) * (size_t) (n)))
#define HostNewZero(type, n)	((type *) HostAllocZero(sizeof(type) * (size_t) (n)))

#endif							/* PLACES_HOST_H */
