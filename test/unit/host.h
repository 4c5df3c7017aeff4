/*
 * host.h
 *	  What a test can do as the engine's host.
 */
#ifndef PLACES_TEST_HOST_H
#define PLACES_TEST_HOST_H

#include <math.h>

#include "engine/base/rules.h"

/* The rules of a method by default (places.rules()); radius is coverage's. */
static inline PlacesRules
DefaultRules(PlacesMethod method, double target, double radius)
{
	PlacesRules rules = {.method = method, .target_homes = target, .min_homes = target,
		.max_homes = 2 * target, .max_radius = radius, .attach_within = INFINITY, .max_gap = INFINITY};

	if (method == METHOD_BALANCED)
	{
		rules.min_homes = 0.9 * target;
		rules.max_homes = 1.1 * target;
	}
	if (method == METHOD_KMEANS)
		rules.max_homes = INFINITY;
	if (method != METHOD_COVERAGE)
		rules.max_radius = INFINITY;
	return rules;
}

extern void LookWith(void (*on_look) (void));
extern double ProcessorSeconds(void);

#endif							/* PLACES_TEST_HOST_H */
