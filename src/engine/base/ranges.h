/*
 * ranges.h
 *	  What is taken in, and what arithmetic relies on that.
 *
 * Coordinates, weights and rules are held against these limits where they
 * enter, so that no sum, square or count further in overflows or vanishes:
 * squared distances stay below 1e18, homes add up exactly while they are whole,
 * sums of homes times squared distances stay below 1e33, and a lattice of a
 * quarter of the least radius has fewer than 2^31 columns.
 */
#ifndef PLACES_RANGES_H
#define PLACES_RANGES_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

/* Coordinates, metres: the earth is 4e7 m round. */
#define FARTHEST		1e8

/* The homes of a row, unless 0, */
#define LEAST_WEIGHT	1e-9
#define MOST_WEIGHT		1e9

/* those of a group, and of a place by the rules: whole numbers up to 2^53 are exact */
#define LEAST_HOMES		1e-6
#define MOST_HOMES		1e15

/* Distances in the rules, metres: from one end of the grid to the other. */
#define LEAST_METRES	1.0
#define MOST_METRES		1e9

/* The share by which new places must beat the last ones. */
#define MOST_TOLERANCE	1e6

/* The share of a limit by which a place may break it that did not before. */
#define MOST_GRACE		0.99

/* A place's target as a multiple of that of the others. */
#define LEAST_SHARE		0.1
#define MOST_SHARE		10.0

/* The rows of a group: ten lattice points for each of them are counted in an int. */
#define MOST_ROWS		134217728

/* Is it on the grid?  Not when it is NaN. */
static inline bool
IsLocation(double x, double y)
{
	return fabs(x) <= FARTHEST && fabs(y) <= FARTHEST;
}

/* Can a row have so many homes?  Not when it is NaN. */
static inline bool
IsWeight(double w)
{
	return w == 0 || (w >= LEAST_WEIGHT && w <= MOST_WEIGHT);
}

/* Can a row have so much of a measure?  As of homes. */
static inline bool
IsLoad(double load)
{
	return IsWeight(load);
}

/* Not when it is NaN. */
static inline bool
IsShare(double share)
{
	return share >= LEAST_SHARE && share <= MOST_SHARE;
}

/* Not when it is NaN. */
static inline bool
IsGrace(double share)
{
	return share >= 0 && share <= MOST_GRACE;
}

/* Not when it is NaN. */
static inline bool
IsTolerance(double share)
{
	return share >= 0 && share <= MOST_TOLERANCE;
}

#endif							/* PLACES_RANGES_H */
