/*
 * transplant.c
 *	  Parts of the solution from scratch for parts of the mended one.
 *
 * Places of both that share homes, directly or through others, are one part:
 * what the one has there can be replaced by what the other has without touching
 * anything else.  Parts are taken over where that keeps most more homes, until
 * they bring what is wanted.
 */
#include "engine/base/sort.h"
#include "engine/restart/restart.h"

typedef struct PlacesPart
{
	int			root;			/* label of the mended places that stands for it */
	double		gain;			/* homes */
} PlacesPart;

static int
CompareParts(const void *a, const void *b)
{
	const PlacesPart *p = a;
	const PlacesPart *q = b;

	if (p->gain != q->gain)
		return p->gain > q->gain ? -1 : 1;
	return p->root < q->root ? -1 : 1;
}

static int
FindRoot(int *parent, int i)
{
	while (parent[i] != i)
	{
		parent[i] = parent[parent[i]];
		i = parent[i];
	}
	return i;
}

/* Join places that share a point; those from scratch come behind the k mended ones. */
static int *
JoinPlaces(const PlacesWarm *w, const int *label, int k, const int *fresh, int fresh_k)
{
	int		   *parent = HostNew(int, k + fresh_k);

	for (int j = 0; j < k + fresh_k; j++)
		parent[j] = j;
	HostCheckCancel();
	for (int i = 0; i < w->points->n; i++)
		if (label[i] >= 0 && fresh[i] >= 0)
		{
			int			a = FindRoot(parent, label[i]);
			int			b = FindRoot(parent, k + fresh[i]);

			parent[Max(a, b)] = Min(a, b);
		}
	return parent;
}

/* What each part would gain, at its root. */
static PlacesPart *
WeighParts(const PlacesWarm *w, int *parent, const int *label, int k, const int *fresh, int fresh_k)
{
	PlacesPart *parts = HostNewZero(PlacesPart, k + fresh_k);
	PlacesShape *shapes = MeasureShapes(w->points, label, k);
	PlacesShape *fresh_shapes = MeasureShapes(w->points, fresh, fresh_k);

	for (int j = 0; j < k + fresh_k; j++)
		parts[j].root = j;
	for (int j = 0; j < k; j++)
		if (IsFit(w, &shapes[j]))
			parts[FindRoot(parent, j)].gain -= shapes[j].homes;
	for (int j = 0; j < fresh_k; j++)
		if (IsFit(w, &fresh_shapes[j]))
			parts[FindRoot(parent, k + j)].gain += fresh_shapes[j].homes;
	FreeShapes(shapes, k);
	FreeShapes(fresh_shapes, fresh_k);
	return parts;
}

/* Take over the marked parts; the labels of places that hold somebody stay. */
static void
TakeParts(const PlacesWarm *w, int *parent, const bool *taken, const int *fresh, int k, int *label)
{
	for (int i = 0; i < w->points->n; i++)
	{
		bool		leaves = label[i] >= 0 && taken[FindRoot(parent, label[i])];
		bool		joins = fresh[i] >= 0 && taken[FindRoot(parent, k + fresh[i])];

		HostCheckCancelAt(i);
		if (joins)
			label[i] = fresh[i] < w->past->places ? fresh[i] : k + fresh[i];
		else if (leaves)
			label[i] = -1;
	}
}

/* Replace parts of the labelling by those of the solution from scratch. */
void
Transplant(const PlacesWarm *w, double wanted, const int *fresh, int *label)
{
	int			k = Max(CountLabels(w->points->n, label), w->past->places);
	int			fresh_k = CountLabels(w->points->n, fresh);
	int		   *parent = JoinPlaces(w, label, k, fresh, fresh_k);
	PlacesPart *parts = WeighParts(w, parent, label, k, fresh, fresh_k);
	bool	   *taken = HostNewZero(bool, k + fresh_k);

	SortItems(parts, k + fresh_k, sizeof(PlacesPart), CompareParts);
	for (int p = 0; p < k + fresh_k && parts[p].gain > 0 && wanted > 0; p++)
	{
		taken[parts[p].root] = true;
		wanted -= parts[p].gain;
	}
	TakeParts(w, parent, taken, fresh, k, label);
	HostFree(parent);
	HostFree(parts);
	HostFree(taken);
}
