/*
 * kmeans.c
 *	  k-means: seeds for centres, and Lloyd's iteration.
 *
 * Both kinds of seeds are divisive and deterministic.  For k-means the part
 * with the largest sum of squares is cut at its mean, across the coordinate of
 * larger variance (Su and Dy, "In search of deterministic methods for
 * initializing k-means", Intelligent Data Analysis 11(4), 2007: Var-Part).
 * For places of equal size the points are bisected recursively into parts of
 * equal weight for each centre.
 *
 * Converged centres go through splits and mergers (splitmerge.c) and converge
 * again, until none helps.
 */
#include "kmeans.h"
#include "splitmerge.h"

#define CANCEL_POINTS	8192
#define MAX_ROUNDS		1000
#define MAX_SPLITMERGES	100
#define FEW_PLACES		8		/* with so few, a second start is worth its time */

typedef struct PlacesSeedPoint
{
	double		at[2];			/* x, y */
	double		w;
} PlacesSeedPoint;

/* A range of seed points and its moments. */
typedef struct PlacesPart
{
	int			begin,
				end;
	double		w;
	double		mean[2];
	double		ss[2];			/* sums of squared deviations, by coordinate */
} PlacesPart;

static void
MeasurePart(PlacesPart *part, const PlacesSeedPoint *p)
{
	part->w = part->mean[0] = part->mean[1] = part->ss[0] = part->ss[1] = 0;
	for (int i = part->begin; i < part->end; i++)
	{
		part->w += p[i].w;
		part->mean[0] += p[i].w * p[i].at[0];
		part->mean[1] += p[i].w * p[i].at[1];
	}
	if (part->w > 0)
	{
		part->mean[0] /= part->w;
		part->mean[1] /= part->w;
	}
	for (int i = part->begin; i < part->end; i++)
		for (int d = 0; d < 2; d++)
		{
			double		delta = p[i].at[d] - part->mean[d];

			part->ss[d] += p[i].w * delta * delta;
		}
	if (part->end - part->begin >= CANCEL_POINTS)
		HostCheckCancel();
}

static inline double
SumOfSquares(const PlacesPart *part)
{
	return part->ss[0] + part->ss[1];
}

/* Move the points of a part that are not beyond the cut to its front; returns how many. */
static int
PartitionAt(PlacesSeedPoint *p, int n, int d, double cut)
{
	int			front = 0;

	for (int i = 0; i < n; i++)
		if (p[i].at[d] <= cut)
		{
			PlacesSeedPoint t = p[front];

			p[front++] = p[i];
			p[i] = t;
		}
	return front;
}

/* Restore a heap of parts (largest sum of squares on top) from position i down. */
static void
SiftDown(PlacesPart *heap, int n, int i)
{
	PlacesPart	part = heap[i];

	for (;;)
	{
		int			child = 2 * i + 1;

		if (child + 1 < n && SumOfSquares(&heap[child + 1]) > SumOfSquares(&heap[child]))
			child++;
		if (child >= n || SumOfSquares(&heap[child]) <= SumOfSquares(&part))
			break;
		heap[i] = heap[child];
		i = child;
	}
	heap[i] = part;
}

/* The same from position i up. */
static void
SiftUp(PlacesPart *heap, int i)
{
	PlacesPart	part = heap[i];

	while (i > 0 && SumOfSquares(&heap[(i - 1) / 2]) < SumOfSquares(&part))
	{
		heap[i] = heap[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	heap[i] = part;
}

/*
 * At most k seeds by cutting the part of largest sum of squares at its mean.
 * Fewer when fewer distinct points carry weight.  O(n log k) for all but
 * contrived points.
 */
static PlacesCentres *
VarianceSeeds(const PlacesKdTree *tree, int k)
{
	PlacesSeedPoint *p = HostNew(PlacesSeedPoint, tree->n);
	PlacesPart *heap = HostNewZero(PlacesPart, k);
	PlacesCentres *centres;
	int			n = 1;

	for (int i = 0; i < tree->n; i++)
		if (tree->w[i] > 0)
			p[heap[0].end++] = (PlacesSeedPoint) {{tree->x[i], tree->y[i]}, tree->w[i]};
	MeasurePart(&heap[0], p);

	while (n < k && SumOfSquares(&heap[0]) > 0)
	{
		PlacesPart *part = &heap[0];
		PlacesPart *rest = &heap[n];
		int			d = part->ss[1] > part->ss[0];
		int			front = PartitionAt(p + part->begin, part->end - part->begin, d, part->mean[d]);

		if (front == part->end - part->begin)
		{
			part->ss[0] = part->ss[1] = 0;	/* nothing but rounding is left */
			SiftDown(heap, n, 0);
		}
		else
		{
			*rest = *part;
			rest->begin = part->end = part->begin + front;
			MeasurePart(part, p);
			MeasurePart(rest, p);
			SiftDown(heap, n, 0);
			SiftUp(heap, n++);
		}
	}

	centres = NewCentres(n);
	for (int j = 0; j < n; j++)
	{
		centres->x[j] = heap[j].mean[0];
		centres->y[j] = heap[j].mean[1];
	}
	HostFree(heap);
	HostFree(p);
	return centres;
}

/*
 * Reorder p so that a front part weighs about `share`, cut across coordinate
 * d, and return its length: quickselect by weight.
 */
static int
SelectByWeight(PlacesSeedPoint *p, int n, int d, double share)
{
	int			low = 0;
	int			high = n;

	while (high - low > 1)
	{
		double		first = p[low].at[d];
		double		last = p[high - 1].at[d];
		double		middle = p[low + (high - low) / 2].at[d];
		double		cut = Max(Min(first, middle), Min(Max(first, middle), last));
		double		weight = 0;
		int			front = PartitionAt(p + low, high - low, d, cut);

		if (front == high - low)
		{
			/* the cut is the largest value: set its points apart */
			front = PartitionAt(p + low, high - low, d, nextafter(cut, -INFINITY));
			if (front == 0)
				break;			/* all the same */
		}
		for (int i = low; i < low + front; i++)
			weight += p[i].w;
		if (weight > share)
			high = low + front;
		else
		{
			low += front;
			share -= weight;
		}
	}
	/* what is left shares one coordinate: point by point */
	while (low < high && share >= p[low].w / 2)
		share -= p[low++].w;
	return low;
}

/* Seeds for centres [first, first + k) from the points of a part. */
static void
Bisect(PlacesSeedPoint *p, PlacesPart part, PlacesCentres *centres, int first, int k)
{
	int			n = part.end - part.begin;
	int			front;
	PlacesPart	half = part;

	MeasurePart(&part, p);
	if (k == 1)
	{
		centres->x[first] = part.mean[0];
		centres->y[first] = part.mean[1];
		return;
	}
	front = SelectByWeight(p + part.begin, n, part.ss[1] > part.ss[0], part.w * (k / 2) / k);
	front = Max(k / 2, Min(front, n - (k - k / 2)));	/* a point for each centre */
	half.end = part.begin + front;
	Bisect(p, half, centres, first, k / 2);
	half.begin = half.end;
	half.end = part.end;
	Bisect(p, half, centres, first + k / 2, k - k / 2);
}

/* k seeds, each the centroid of about 1/k of the weight; at most n of them, n the number of points. */
PlacesCentres *
BisectionSeeds(const PlacesPoints *points, int k)
{
	PlacesSeedPoint *p = HostNew(PlacesSeedPoint, points->n);
	PlacesCentres *centres = NewCentres(Min(k, points->n));
	PlacesPart	all = {0};

	all.end = points->n;
	for (int i = 0; i < points->n; i++)
		p[i] = (PlacesSeedPoint) {{points->x[i], points->y[i]}, points->w[i]};
	if (points->n > 0)
		Bisect(p, all, centres, 0, centres->k);
	HostFree(p);
	return centres;
}

/* Move an unused centre to the point that adds most to the sum of squares. */
static void
ReseedCentre(const PlacesKdTree *tree, PlacesCentres *centres, int unused)
{
	int		   *label = HostNew(int, tree->n);
	int			worst = 0;
	double		most = -1;

	AssignPass(tree, centres, NULL, label, NULL);
	for (int i = 0; i < tree->n; i++)
	{
		double		dx = tree->x[i] - centres->x[label[i]];
		double		dy = tree->y[i] - centres->y[label[i]];
		double		ss = tree->w[i] * (dx * dx + dy * dy);

		if (ss > most || (ss == most && tree->point[i] < tree->point[worst]))
		{
			most = ss;
			worst = i;
		}
	}
	centres->x[unused] = tree->x[worst];
	centres->y[unused] = tree->y[worst];
	HostFree(label);
}

/* One round of Lloyd's iteration; says whether a centre moved by more than rounding. */
static bool
LloydRound(const PlacesKdTree *tree, PlacesCentres *centres, PlacesSums *sums, double rounding)
{
	bool		moved = false;

	AssignPass(tree, centres, sums, NULL, NULL);
	for (int j = 0; j < centres->k; j++)
	{
		double		x = centres->x[j];
		double		y = centres->y[j];

		if (sums->w[j] > 0)
		{
			centres->x[j] = sums->wx[j] / sums->w[j];
			centres->y[j] = sums->wy[j] / sums->w[j];
		}
		else if (!moved)
			ReseedCentre(tree, centres, j);
		if (fabs(centres->x[j] - x) > rounding || fabs(centres->y[j] - y) > rounding)
			moved = true;
	}
	return moved;
}

/*
 * Lloyd's iteration until no centre moves by more than rounding: each centre
 * becomes the centroid of the points nearest to it.  Then splits and mergers,
 * and again, until none helps.  Returns the sum of squares.
 */
static double
Converge(const PlacesKdTree *tree, PlacesCentres *centres)
{
	const PlacesKdNode *root = &tree->nodes[0];
	double		rounding = 1e-10 * Max(root->xmax - root->xmin, root->ymax - root->ymin);
	PlacesSums *sums = NewSums(centres->k);
	double		ss = 0;
	int			round;

	for (int i = 0; i <= MAX_SPLITMERGES; i++)
	{
		for (round = 0; round < MAX_ROUNDS && LloydRound(tree, centres, sums, rounding); round++)
			HostCheckCancel();
		if (!SplitAndMerge(tree, centres, &ss))
			break;
	}
	FreeSums(sums);
	return ss;
}

/*
 * Label the points 0 .. k - 1 and return k: one place for each target_homes,
 * rounded, of at least one and at most as many as points carry homes.
 */
int
KMeansCluster(const PlacesPoints *points, double target_homes, int *label)
{
	PlacesKdTree *tree = BuildKdTree(points);
	int			wanted = (int) Max(1, Min(round(points->homes / target_homes), points->n));
	int		   *tree_label = HostNew(int, points->n);
	PlacesCentres *centres = VarianceSeeds(tree, wanted);
	double		ss = Converge(tree, centres);
	int			k = centres->k;

	if (k > 1 && k <= FEW_PLACES)
	{
		PlacesCentres *others = BisectionSeeds(points, k);

		if (Converge(tree, others) < ss)
		{
			PlacesCentres *swap = centres;

			centres = others;
			others = swap;
		}
		FreeCentres(others);
	}

	AssignPass(tree, centres, NULL, tree_label, NULL);
	for (int i = 0; i < tree->n; i++)
		label[tree->point[i]] = tree_label[i];
	FreeCentres(centres);
	HostFree(tree_label);
	FreeKdTree(tree);
	return k;
}
