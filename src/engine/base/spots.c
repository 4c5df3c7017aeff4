/*
 * spots.c
 *	  Where the homes of points stand that are groups of homes which stay together.
 */
#include "engine/base/spots.h"

#include "engine/base/hull.h"

/* Room for the spots of n points, so many in all, which the caller fills in and frees. */
PlacesSpots
NewSpots(int n, int count)
{
	return (PlacesSpots) {
		.start = HostNew(int, n + 1), .corners = HostNew(int, n), .reach = HostNew(double, n),
		.x = HostNew(double, count), .y = HostNew(double, count), .w = HostNew(double, count)
	};
}

/* Swap two spots. */
static void
SwapSpots(PlacesSpots *spots, int a, int b)
{
	double		x = spots->x[a];
	double		y = spots->y[a];
	double		w = spots->w[a];

	spots->x[a] = spots->x[b];
	spots->y[a] = spots->y[b];
	spots->w[a] = spots->w[b];
	spots->x[b] = x;
	spots->y[b] = y;
	spots->w[b] = w;
}

/*
 * Bring the corners of each hull to the front of the spots of each of n points at x,
 * y, which are sorted by x, then y, and measure how far they reach.
 */
void
MeasureSpots(PlacesSpots *spots, int n, const double *x, const double *y)
{
	int			most = 0;
	int		   *chain;
	bool	   *corner;

	for (int i = 0; i < n; i++)
		most = Max(most, spots->start[i + 1] - spots->start[i]);
	chain = HostNew(int, most);
	corner = HostNew(bool, most);
	spots->farthest = 0;
	for (int i = 0; i < n; i++)
	{
		int			start = spots->start[i];
		int			count = spots->start[i + 1] - start;
		double		square = 0;
		int			corners = 0;

		HostCheckCancel();
		MarkCorners(count, spots->x + start, spots->y + start, chain, corner);
		for (int s = 0; s < count; s++)
		{
			double		dx = spots->x[start + s] - x[i];
			double		dy = spots->y[start + s] - y[i];

			square = Max(square, dx * dx + dy * dy);
			if (corner[s])
				SwapSpots(spots, start + corners++, start + s);
		}
		spots->corners[i] = corners;
		spots->reach[i] = sqrt(square);
		spots->farthest = Max(spots->farthest, spots->reach[i]);
	}
	HostFree(chain);
	HostFree(corner);
}

/* Those of the n points at these positions; none where there are none. */
PlacesSpots
TakeSpots(const PlacesSpots *spots, const int *position, int n)
{
	PlacesSpots taken = {0};
	int			count = 0;

	if (spots->start == NULL)
		return taken;
	for (int i = 0; i < n; i++)
		count += spots->start[position[i] + 1] - spots->start[position[i]];
	taken = NewSpots(n, count);
	taken.start[0] = 0;
	for (int i = 0; i < n; i++)
	{
		int			from = spots->start[position[i]];

		HostCheckCancelAt(i);
		count = spots->start[position[i] + 1] - from;
		memcpy(taken.x + taken.start[i], spots->x + from, sizeof(double) * count);
		memcpy(taken.y + taken.start[i], spots->y + from, sizeof(double) * count);
		memcpy(taken.w + taken.start[i], spots->w + from, sizeof(double) * count);
		taken.start[i + 1] = taken.start[i] + count;
		taken.corners[i] = spots->corners[position[i]];
		taken.reach[i] = spots->reach[position[i]];
		taken.farthest = Max(taken.farthest, taken.reach[i]);
	}
	return taken;
}

/* Move the spots of n points, so that (x, y) becomes the origin. */
void
ShiftSpots(PlacesSpots *spots, int n, double x, double y)
{
	for (int s = 0; spots->start != NULL && s < spots->start[n]; s++)
	{
		HostCheckCancelAt(s);
		spots->x[s] -= x;
		spots->y[s] -= y;
	}
}

void
FreeSpots(PlacesSpots *spots)
{
	if (spots->start == NULL)
		return;
	HostFree(spots->start);
	HostFree(spots->corners);
	HostFree(spots->reach);
	HostFree(spots->x);
	HostFree(spots->y);
	HostFree(spots->w);
	spots->start = NULL;
}
