/*
 * host.h
 *	  What the engine asks of the program around it: memory, and a chance to
 *	  be cancelled.
 *
 * The engine is plain C and knows no server: whoever links it (libplaces.a)
 * defines what is declared here.  The extension does so with memory contexts and
 * query cancellation (pg/host.c), the unit tests with the C library.
 *
 * An allocation never returns NULL, and may pass 1 GB.  Freeing is a courtesy
 * that keeps the peak low: what is left behind goes with the memory of the
 * engine's caller, also when a cancel leaves the engine half-way.
 *
 * Whatever takes longer than a plain pass over the points looks for a cancel: a
 * look costs a load.  A tight loop looks at every HOST_TURNS-th turn, or once
 * before it where a turn is an addition.
 *
 * Assert states what the code around it relies on.  It is checked where
 * PLACES_ASSERTS is defined: in the unit tests, and for a server built with
 * assertions.
 */
#ifndef PLACES_HOST_H
#define PLACES_HOST_H

#include <float.h>
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

extern void *HostAlloc(size_t size);
extern void *HostAllocZero(size_t size);
extern void *HostRealloc(void *p, size_t size);
extern void HostFree(void *p);

/* Not 0: somebody asks for the work to stop, which HostInterrupted may do. */
extern volatile sig_atomic_t *const host_interrupted;
extern void HostInterrupted(void);

/* An Assert failed; does not return. */
extern void HostAssertFailed(const char *condition, const char *file, int line);

#define HostCheckCancel() \
	do { if (*host_interrupted) HostInterrupted(); } while (0)

#define HOST_TURNS				16384
#define HostCheckCancelAt(i) \
	do { if (((i) & (HOST_TURNS - 1)) == 0) HostCheckCancel(); } while (0)

/* arrays of n elements */
#define HostNew(type, n)		((type *) HostAlloc(sizeof(type) * (size_t) (n)))
#define HostNewZero(type, n)	((type *) HostAllocZero(sizeof(type) * (size_t) (n)))

/* the server's headers, in its own files, have these too */
#ifndef Min
#define Min(a, b)				((a) < (b) ? (a) : (b))
#define Max(a, b)				((a) > (b) ? (a) : (b))
#endif

#ifndef Assert
#ifdef PLACES_ASSERTS
#define Assert(condition) \
	((condition) ? (void) 0 : HostAssertFailed(#condition, __FILE__, __LINE__))
#else
#define Assert(condition)		((void) sizeof(condition))
#endif
#endif

#endif							/* PLACES_HOST_H */
