/*
 * host.c
 *	  What the engine asks of the program around it, from the C library.
 */
#include "host.h"

#include <stdio.h>
#include <time.h>

#include "engine/base/host.h"

static volatile sig_atomic_t interrupted = 0;
static void (*looker) (void);

volatile sig_atomic_t *const host_interrupted = &interrupted;

/* Have a function called at every look for a cancel; it may jump out of the engine. */
void
LookWith(void (*on_look) (void))
{
	looker = on_look;
	interrupted = on_look != NULL;
}

/* Time that this process has had, in seconds. */
double
ProcessorSeconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec + 1e-9 * t.tv_nsec;
}

void
HostInterrupted(void)
{
	looker();
}

static void *
Checked(void *p)
{
	if (p == NULL)
		abort();
	return p;
}

/* the C library may answer NULL for nothing: ask for a byte more */
void *
HostAlloc(size_t size)
{
	return Checked(malloc(size + 1));
}

void *
HostAllocZero(size_t size)
{
	return Checked(calloc(size + 1, 1));
}

/* the server allows no NULL here */
void *
HostRealloc(void *p, size_t size)
{
	return Checked(realloc(Checked(p), size));
}

void
HostFree(void *p)
{
	free(Checked(p));
}

void
HostAssertFailed(const char *condition, const char *file, int line)
{
	fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, condition);
	abort();
}
