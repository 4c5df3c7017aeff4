/*
 * seeds.c
 *	  Centres to begin with.
 *
 * Both kinds of seeds are divisive and deterministic.  For k-means the part
 * with the largest sum of squares is cut at its mean, across the coordinate of
 * larger variance (Su and Dy, "In search of deterministic methods for
 * initializing k-means", Intelligent Data Analysis 11(4), 2007: Var-Part).
 * For places of equal size the points are bisected recursively into parts of
 * equal weight for each centre, across their main axis.
 */
#include "engine/kmeans/seeds.h"

#include "engine/base/heap.h"
#include "engine/base/random.h"

#define CANCEL_POINTS	8192

typedef struct PlacesSeedPoint
{
	double		at[3];			/* x, y, and along the axis of a bisection */
	double		w;
} PlacesSeedPoint;

/* A range of seed points and its moments. */
typedef struct PlacesPart
{
	int			begin,
				end;
	double		w;
	double		mean[2];
	double		ss[2];			/* sums of squared deviations, by coordinate, */
	double		xy;				/* and of their products */
} PlacesPart;

static void
MeasurePart(PlacesPart *part, const PlacesSeedPoint *p)
{
	part->w = part->mean[0] = part->mean[1] = part->ss[0] = part->ss[1] = part->xy = 0;
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
	{
		double		dx = p[i].at[0] - part->mean[0];
		double		dy = p[i].at[1] - part->mean[1];

		part->ss[0] += p[i].w * dx * dx;
		part->ss[1] += p[i].w * dy * dy;
		part->xy += p[i].w * dx * dy;
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

/*
 * At most k seeds (> 0) by cutting the part of largest sum of squares at its
 * mean; fewer when fewer distinct points carry weight.  The caller frees them.
 * O(n log k) for all but contrived points.
 */
PlacesCentres *
VarianceSeeds(const PlacesKdTree *tree, int k)
{
	PlacesSeedPoint *p = HostNew(PlacesSeedPoint, tree->n);
	PlacesPart *parts = HostNewZero(PlacesPart, k);
	PlacesHeap	heap = {0};		/* of parts; the key is - their sum of squares */
	PlacesCentres *centres;
	int			n = 1;

	HostCheckCancel();
	for (int i = 0; i < tree->n; i++)
		if (tree->w[i] > 0)
			p[parts[0].end++] = (PlacesSeedPoint) {{tree->x[i], tree->y[i], 0}, tree->w[i]};
	MeasurePart(&parts[0], p);
	HeapPush(&heap, -SumOfSquares(&parts[0]), 0, KEY_ALONE);

	while (n < k && heap.items[0].key < 0)
	{
		PlacesPart *part = &parts[heap.items[0].item];
		PlacesPart *rest = &parts[n];
		int			d = part->ss[1] > part->ss[0];
		int			front = PartitionAt(p + part->begin, part->end - part->begin, d, part->mean[d]);

		HostCheckCancelAt(n);
		if (front == part->end - part->begin)
		{
			heap.items[0].key = 0;	/* nothing but rounding is left */
			HeapSink(&heap, 0, KEY_ALONE);
			continue;
		}
		*rest = *part;
		rest->begin = part->end = part->begin + front;
		MeasurePart(part, p);
		MeasurePart(rest, p);
		heap.items[0].key = -SumOfSquares(part);
		HeapSink(&heap, 0, KEY_ALONE);
		HeapPush(&heap, -SumOfSquares(rest), n++, KEY_ALONE);
	}

	centres = NewCentres(n);
	for (int j = 0; j < n; j++)
	{
		centres->x[j] = parts[heap.items[j].item].mean[0];
		centres->y[j] = parts[heap.items[j].item].mean[1];
	}
	HostFree(heap.items);
	HostFree(parts);
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

		if (high - low >= CANCEL_POINTS)
			HostCheckCancel();
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

/*
 * Set the points' positions along the main axis of their part, turned by an angle.
 * The skew tells the axis' ends apart, so that the seeds turn with the map.
 */
static void
ProjectPart(const PlacesPart *part, PlacesSeedPoint *p, double turn)
{
	double		angle = atan2(2 * part->xy, part->ss[0] - part->ss[1]) / 2 + turn;
	double		along = cos(angle);
	double		across = sin(angle);
	double		skew = 0;

	for (int i = part->begin; i < part->end; i++)
	{
		double		at = along * (p[i].at[0] - part->mean[0]) + across * (p[i].at[1] - part->mean[1]);

		skew += p[i].w * at * at * at;
		p[i].at[2] = at;
	}
	for (int i = part->begin; i < part->end && skew < 0; i++)
		p[i].at[2] = -p[i].at[2];
}

/* Seeds for centres [first, first + k) from the points of a part. */
static void
Bisect(PlacesSeedPoint *p, PlacesPart part, PlacesCentres *centres, int first, int k,
	   double spread, uint64_t *draw)
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
	ProjectPart(&part, p, spread > 0 ? spread * (2 * DrawUniform(draw) - 1) : 0);
	front = SelectByWeight(p + part.begin, n, 2, part.w * (k / 2) / k);
	front = Max(k / 2, Min(front, n - (k - k / 2)));	/* a point for each centre */
	half.end = part.begin + front;
	Bisect(p, half, centres, first, k / 2, spread, draw);
	half.begin = half.end;
	half.end = part.end;
	Bisect(p, half, centres, first + k / 2, k - k / 2, spread, draw);
}

/*
 * k seeds, each the centroid of about 1/k of the weight; at most as many as there
 * are points.  The cuts are across the main axis of each part, or turned from it by up
 * to `spread` (radians) at random; draw may be NULL without.  The caller frees the
 * seeds.  O(n log k).
 */
PlacesCentres *
BisectionSeeds(const PlacesKdTree *tree, int k, double spread, uint64_t *draw)
{
	PlacesSeedPoint *p = HostNew(PlacesSeedPoint, tree->n);
	PlacesCentres *centres = NewCentres(Min(k, tree->n));
	PlacesPart	all = {0};

	all.end = tree->n;
	HostCheckCancel();
	for (int i = 0; i < tree->n; i++)
		p[i] = (PlacesSeedPoint) {{tree->x[i], tree->y[i], 0}, tree->w[i]};
	if (tree->n > 0)
		Bisect(p, all, centres, 0, centres->k, spread, draw);
	HostFree(p);
	return centres;
}
