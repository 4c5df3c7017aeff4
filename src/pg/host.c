/*
 * host.c
 *	  What the engine asks of the program around it, from PostgreSQL: memory of
 *	  the current context, which the engine's caller deletes, and cancellation.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "engine/base/host.h"
#include "pg/versions.h"

volatile sig_atomic_t *const host_interrupted = &InterruptPending;

void *
HostAlloc(size_t size)
{
	return MemoryContextAllocHuge(CurrentMemoryContext, size);
}

void *
HostAllocZero(size_t size)
{
	return palloc_extended(size, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
}

void *
HostRealloc(void *p, size_t size)
{
	return repalloc_huge(p, size);
}

void
HostFree(void *p)
{
	pfree(p);
}

void
HostInterrupted(void)
{
	CHECK_FOR_INTERRUPTS();
}

void
HostAssertFailed(const char *condition, const char *file, int line)
{
	AssertFailed(condition, file, line);
}
