/*
 * atoms.h
 *	  A few blocks, or groups of homes that stay together, and which of them fit
 *	  into one circle.
 */
#ifndef PLACES_ATOMS_H
#define PLACES_ATOMS_H

#include "engine/base/rules.h"

/* Atoms at most: a set of them is the bits of a word. */
#define MOST_ATOMS 64

typedef uint64_t PlacesAtomSet;

typedef struct PlacesAtoms
{
	int			n;
	double		w[MOST_ATOMS];	/* homes, > 0 */
	double		x[MOST_ATOMS];	/* centroid */
	double		y[MOST_ATOMS];
	double		spread[MOST_ATOMS]; /* sum of squared distances to it */
	int			start[MOST_ATOMS + 1];	/* its corners: start[a] .. start[a + 1] - 1 */
	const double *px;			/* of these, the caller's */
	const double *py;
	double		homes;			/* of all */
	PlacesAtomSet beside[MOST_ATOMS][MOST_ATOMS];	/* atoms that fit into a circle
													 * with these two; with one, at
													 * [a][a] */
} PlacesAtoms;

/* The first n atoms. */
static inline PlacesAtomSet
AllAtoms(int n)
{
	return n == 0 ? 0 : ~(PlacesAtomSet) 0 >> (MOST_ATOMS - n);
}

extern void MatchAtoms(PlacesAtoms *atoms, double radius);
extern double AtomsHomes(const PlacesAtoms *atoms, PlacesAtomSet set);
extern void AtomsCentre(const PlacesAtoms *atoms, PlacesAtomSet set, double *x, double *y);
extern double AtomsSpread(const PlacesAtoms *atoms, PlacesAtomSet set);

#endif							/* PLACES_ATOMS_H */
