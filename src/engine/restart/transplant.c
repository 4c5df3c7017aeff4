/*
 * transplant.c
 *	  Parts of the solution from scratch for parts of the repaired labelling.
 *
 * Places of both that share homes, directly or through others, are one part:
 * what the one has there can be replaced by what the other has without touching
 * anything else.  Parts are taken over where that keeps most more homes, until
 * they bring what is wanted.
 */
#include "engine/restart/transplant.h"

#include "engine/base/disjoint_sets.h"

/* Join places that share a point; those from scratch come behind the k repaired ones. */
static int *
JoinPlaces(const PlacesRestart *r, const int *label, int k, const int *resolved, int resolved_k)
{
	int		   *parent = HostNew(int, k + resolved_k);

	InitSets(parent, k + resolved_k);
	HostCheckCancel();
	for (int i = 0; i < r->points->n; i++)
		if (label[i] >= 0 && resolved[i] >= 0)
			JoinSets(parent, label[i], k + resolved[i]);
	return parent;
}

/* The parts, each named by its root, that with the largest gain first; keys are -gain in homes. */
static PlacesRanked *
RankParts(const PlacesRestart *r, int *parent, const int *label, int k, const int *resolved,
		  int resolved_k)
{
	PlacesRanked *parts = HostNewZero(PlacesRanked, k + resolved_k);
	PlacesShape *shapes = JudgedShapes(r, label, k);
	PlacesShape *resolved_shapes = JudgedShapes(r, resolved, resolved_k);

	for (int j = 0; j < k + resolved_k; j++)
		parts[j].item = j;
	for (int j = 0; j < k; j++)
		if (KeepsRules(r, j, &shapes[j]))
			parts[FindSet(parent, j)].key += shapes[j].homes;
	for (int j = 0; j < resolved_k; j++)
		if (KeepsRules(r, j, &resolved_shapes[j]))
			parts[FindSet(parent, k + j)].key -= resolved_shapes[j].homes;
	SortRanked(parts, k + resolved_k);
	FreeShapes(shapes, k);
	FreeShapes(resolved_shapes, resolved_k);
	return parts;
}

/*
 * Take over the marked parts.  Places from scratch that have homes fixed to them
 * keep their labels: the repaired place of that label has those homes too, so it
 * is of the same part.
 */
static void
TakeParts(const PlacesRestart *r, int *parent, const bool *taken, const int *resolved, int k,
		  int *label)
{
	for (int i = 0; i < r->points->n; i++)
	{
		bool		leaves = label[i] >= 0 && taken[FindSet(parent, label[i])];
		bool		joins = resolved[i] >= 0 && taken[FindSet(parent, k + resolved[i])];

		HostCheckCancelAt(i);
		Assert(!joins || resolved[i] >= r->incumbent->places ||
			   FindSet(parent, resolved[i]) == FindSet(parent, k + resolved[i]));
		if (joins)
			label[i] = resolved[i] < r->incumbent->places ? resolved[i] : k + resolved[i];
		else if (leaves)
			label[i] = -1;
	}
}

/*
 * Replace parts of the labelling by those of the solution from scratch, until
 * `wanted` homes more are in places that keep the rules.
 */
void
Transplant(const PlacesRestart *r, double wanted, const int *resolved, int *label)
{
	int			k = Max(CountLabels(r->points->n, label), r->incumbent->places);
	int			resolved_k = CountLabels(r->points->n, resolved);
	int		   *parent = JoinPlaces(r, label, k, resolved, resolved_k);
	PlacesRanked *parts = RankParts(r, parent, label, k, resolved, resolved_k);
	bool	   *taken = HostNewZero(bool, k + resolved_k);

	for (int p = 0; p < k + resolved_k && parts[p].key < 0 && wanted > 0; p++)
	{
		Assert(FindSet(parent, parts[p].item) == parts[p].item);
		taken[parts[p].item] = true;
		wanted += parts[p].key;
	}
	TakeParts(r, parent, taken, resolved, k, label);
	HostFree(parent);
	HostFree(parts);
	HostFree(taken);
}
