/*
 * squares.h
 *	  Squares of the plane in which the centres of circles are looked for.
 *
 * Centres may be anywhere, so they are searched by squares, coarse to fine
 * (big square small square: Hansen, Peeters, Richard and Thisse, "The minisum and
 * minimax location problems revisited", Operations Research 33(6), 1985).  What
 * makes it exact is the outer circle of a square: every circle of max_radius
 * with its centre in a square of half side h lies in the circle of radius
 * max_radius + h sqrt(2) about the middle of the square.
 */
#ifndef PLACES_SQUARES_H
#define PLACES_SQUARES_H

#include "engine/base/kdtree_search.h"

/* What a place is, with room for the rounding of whoever made it. */
typedef struct PlacesLooseRules
{
	double		min_homes;		/* just below what is asked; > 0 */
	double		max_radius;		/* just above; metres, > 0 */
	double		slack;			/* rounding of differences of coordinates, metres */
} PlacesLooseRules;

typedef struct PlacesSquare
{
	double		x,				/* its middle */
				y;
	double		half;			/* of its side */
} PlacesSquare;

/*
 * A square that holds all points of a tree, and so the centre of the least
 * circle around any of them.
 */
static inline PlacesSquare
SquareAround(const PlacesKdTree *tree, const PlacesLooseRules *rules)
{
	const PlacesKdNode *box = tree->nodes;

	return (PlacesSquare) {
		(box->xmin + box->xmax) / 2, (box->ymin + box->ymax) / 2,
		fmax(box->xmax - box->xmin, box->ymax - box->ymin) / 2 * (1 + 1e-9) + rules->slack
	};
}

/* A quarter of a square: bit 0 of which says east, bit 1 north. */
static inline PlacesSquare
QuarterSquare(PlacesSquare square, int which)
{
	double		half = square.half / 2;

	return (PlacesSquare) {square.x + (which & 1 ? half : -half), square.y + (which & 2 ? half : -half), half};
}

static inline double
OuterRadius(const PlacesLooseRules *rules, PlacesSquare square)
{
	return (rules->max_radius + square.half * M_SQRT2) * (1.0 + 1e-12) + rules->slack;
}

#endif							/* PLACES_SQUARES_H */
