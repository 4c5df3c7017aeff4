/*
 * rows.h
 *	  The homes of one authority as they come in, each column an array.
 */
#ifndef PLACES_ROWS_H
#define PLACES_ROWS_H

#include "engine/base/host.h"

#define MOST_LOADS	8			/* measures that are balanced beside homes */

typedef struct PlacesRows
{
	int			n;
	const double *x;			/* metres, or degrees if geodetic; NaN without a location */
	const double *y;
	const double *w;			/* homes; NULL: each row is one */
	bool		geodetic;
	const int64_t *together;	/* rows of one value stay together; 0, or NULL: alone */
	const int64_t *within;		/* rows of different values never share a place; NULL: any may */
	const double *share;		/* target of the row's incumbent place, as a multiple of that
								 * of the others; NULL: 1 */
	const bool *was_kept;		/* that place was, by the rules; NULL: none was */
	int			nloads;
	const double *load[MOST_LOADS]; /* measures to be balanced; NaN: none */
} PlacesRows;

/* Rows of which nothing is known but where they are, and their weights (may be NULL). */
#define PlainRows(count, xs, ys, ws, degrees) \
	(&(const PlacesRows) {.n = (count),.x = (xs),.y = (ys),.w = (ws),.geodetic = (degrees)})

#endif							/* PLACES_ROWS_H */
