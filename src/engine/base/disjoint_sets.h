/*
 * disjoint_sets.h
 *	  Union-find: which of the numbers 0 .. n - 1 have been joined.
 *
 * The sets are a forest in an array of parents, which the caller owns.  The root
 * of a set is its least member, whatever the order of the joins; paths are halved
 * on the way, so a call takes O(log n) amortized.
 */
#ifndef PLACES_DISJOINT_SETS_H
#define PLACES_DISJOINT_SETS_H

#include "engine/base/host.h"

/* Every number alone. */
static inline void
InitSets(int *parent, int n)
{
	for (int i = 0; i < n; i++)
		parent[i] = i;
}

/* The least member of the set that i is in. */
static inline int
FindSet(int *parent, int i)
{
	while (parent[i] != i)
	{
		Assert(parent[i] < i);
		parent[i] = parent[parent[i]];
		i = parent[i];
	}
	return i;
}

static inline void
JoinSets(int *parent, int a, int b)
{
	a = FindSet(parent, a);
	b = FindSet(parent, b);
	parent[Max(a, b)] = Min(a, b);
}

#endif							/* PLACES_DISJOINT_SETS_H */
