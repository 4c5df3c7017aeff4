/*
 * check.h
 *	  What the unit tests share: checks that go on after a failure, and a
 *	  generator that gives every run the same numbers.
 */
#ifndef PLACES_CHECK_H
#define PLACES_CHECK_H

#include <stdio.h>
#include <sys/resource.h>

#include "engine/base/host.h"

#define MOST_REPORTS	20		/* failures printed, of however many */
#define TEST_SECONDS	200		/* of processor time: a test that takes more runs for ever */

static int	checks = 0;
static int	failures = 0;

/* CHECK(condition, "what was seen: %g", seen) */
#define CHECK(condition, ...) \
	do { \
		checks++; \
		if (!(condition) && failures++ < MOST_REPORTS) \
		{ \
			printf("%s:%d: %s: ", __FILE__, __LINE__, #condition); \
			printf(__VA_ARGS__); \
			printf("\n"); \
			fflush(stdout); \
		} \
	} while (0)

/* splitmix64 (Steele, Lea, Flood, OOPSLA 2014) */
static uint64_t random_state = 1;

static inline uint64_t
RandomBits(void)
{
	uint64_t	z = (random_state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* from 0 to below 1, of the multiples of 2^-30: sums and shifts of a few are exact */
static inline double
Random(void)
{
	return (double) (RandomBits() >> 34) / (1 << 30);
}

static inline int
RandomInt(int n)
{
	return (int) (RandomBits() % (uint64_t) n);
}

static inline void
Shuffle(int *items, int n)
{
	for (int i = n - 1; i > 0; i--)
	{
		int			j = RandomInt(i + 1);
		int			t = items[i];

		items[i] = items[j];
		items[j] = t;
	}
}

static inline void
StartTests(void)
{
	setrlimit(RLIMIT_CPU, &(struct rlimit) {TEST_SECONDS, TEST_SECONDS});
}

static inline int
FinishTests(void)
{
	printf("%d checks, %d failures\n", checks, failures);
	return failures > 0;
}

#endif							/* PLACES_CHECK_H */
