/*
 * lloyd.c
 *	  Lloyd's iteration: each centre becomes the centroid of the points nearest
 *	  to it, until none moves.
 *
 * The sum of squares of a round needs no pass of its own: it is that around the
 * centroid of all points, less what the places' own centroids save.
 */
#include "engine/kmeans/lloyd.h"

#include "engine/base/sort.h"

/* The sum of squares saved by centroids of their own against one for all. */
static double
SavedSquares(const PlacesKdTree *tree, const PlacesSums *sums, int k)
{
	const PlacesKdNode *root = &tree->nodes[0];
	double		saved = 0;

	for (int j = 0; j < k; j++)
		if (sums->w[j] > 0)
		{
			double		dx = sums->wx[j] / sums->w[j] - root->wx / root->w;
			double		dy = sums->wy[j] / sums->w[j] - root->wy / root->w;

			saved += sums->w[j] * (dx * dx + dy * dy);
		}
	return saved;
}

/*
 * precision: a centre has come to rest when it moves by less than this share of
 * the spread of a place.  The points must carry weight.
 */
PlacesLloyd *
NewLloyd(const PlacesKdTree *tree, int k, double precision)
{
	PlacesLloyd *lloyd = HostNew(PlacesLloyd, 1);
	const PlacesKdNode *root = &tree->nodes[0];

	lloyd->tree = tree;
	lloyd->sums = NewSums(k);
	lloyd->memory = NewPassMemory(tree, k);
	lloyd->total = 0;
	Assert(k > 0 && root->w > 0);
	for (int i = 0; i < tree->n; i++)
	{
		double		dx = tree->x[i] - root->wx / root->w;
		double		dy = tree->y[i] - root->wy / root->w;

		HostCheckCancelAt(i);
		lloyd->total += tree->w[i] * (dx * dx + dy * dy);
	}
	lloyd->least_move = precision * sqrt(lloyd->total / root->w / k);
	return lloyd;
}

void
FreeLloyd(PlacesLloyd *lloyd)
{
	FreeSums(lloyd->sums);
	FreePassMemory(lloyd->memory);
	HostFree(lloyd);
}

/* A point, and what it adds to the sum of squares. */
typedef struct PlacesMisplaced
{
	double		ss;
	int			point;			/* in the source, */
	int			at;				/* and in the tree */
} PlacesMisplaced;

/* Most first. */
static int
CompareMisplaced(const void *a, const void *b)
{
	const PlacesMisplaced *p = a;
	const PlacesMisplaced *q = b;

	if (p->ss != q->ss)
		return p->ss > q->ss ? -1 : 1;
	return p->point < q->point ? -1 : 1;
}

/*
 * Move the centres that no point is nearest to, all at once, to the points that add most
 * to the sum of squares.
 */
static void
ReseedCentres(const PlacesKdTree *tree, PlacesCentres *centres, const PlacesSums *sums)
{
	int		   *label = HostNew(int, tree->n);
	PlacesMisplaced *misplaced = HostNew(PlacesMisplaced, tree->n);
	int			next = 0;

	AssignPass(tree, centres, label, NULL);
	for (int i = 0; i < tree->n; i++)
	{
		double		dx = tree->x[i] - centres->x[label[i]];
		double		dy = tree->y[i] - centres->y[label[i]];

		HostCheckCancelAt(i);
		misplaced[i] = (PlacesMisplaced) {tree->w[i] * (dx * dx + dy * dy), tree->point[i], i};
	}
	SortItems(misplaced, tree->n, sizeof(PlacesMisplaced), CompareMisplaced);
	for (int j = 0; j < centres->k && next < tree->n; j++)
		if (sums->w[j] <= 0)
		{
			centres->x[j] = tree->x[misplaced[next].at];
			centres->y[j] = tree->y[misplaced[next++].at];
		}
	HostFree(misplaced);
	HostFree(label);
}

/*
 * One round; says whether a centre moved.  ss receives the sum of squares
 * around the new centres of the points nearest to the old ones; it means
 * nothing where centres hold homes beforehand.
 */
bool
LloydRound(PlacesLloyd *lloyd, PlacesCentres *centres, double *ss)
{
	PlacesSums *sums = lloyd->sums;
	bool		moved = false;
	bool		reseeded = false;

	HostCheckCancel();
	SumPass(lloyd->memory, centres, sums);
	AddFixed(sums, centres);
	for (int j = 0; j < centres->k; j++)
	{
		double		x = centres->x[j];
		double		y = centres->y[j];

		if (sums->w[j] > 0)
		{
			centres->x[j] = sums->wx[j] / sums->w[j];
			centres->y[j] = sums->wy[j] / sums->w[j];
		}
		else if (!moved && !reseeded)
		{
			ReseedCentres(lloyd->tree, centres, sums);
			reseeded = true;
		}
		if (fabs(centres->x[j] - x) > lloyd->least_move || fabs(centres->y[j] - y) > lloyd->least_move)
			moved = true;
	}
	*ss = lloyd->total - SavedSquares(lloyd->tree, sums, centres->k);
	return moved;
}

/* Rounds until the centres rest, at most so many (> 0); returns the sum of squares. */
double
LloydRounds(PlacesLloyd *lloyd, PlacesCentres *centres, int rounds)
{
	double		ss;

	while (LloydRound(lloyd, centres, &ss) && --rounds > 0)
		;
	return ss;
}
