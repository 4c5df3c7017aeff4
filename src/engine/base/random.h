/*
 * random.h
 *	  A fixed sequence of pseudo-random numbers, so that the same points give
 *	  the same answer: Knuth's 64-bit linear congruential generator, of which the
 *	  53 upper bits are used.
 */
#ifndef PLACES_RANDOM_H
#define PLACES_RANDOM_H

#include "engine/base/host.h"

/* The next number in [0, 1); the state, any number to begin with, is the caller's. */
static inline double
DrawUniform(uint64_t *state)
{
	*state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (double) (*state >> 11) / 9007199254740992.0;
}

#endif							/* PLACES_RANDOM_H */
