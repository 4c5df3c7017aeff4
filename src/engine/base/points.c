/*
 * points.c
 *	  Collapse rows at equal coordinates into weighted points.
 *
 * Homes on one point (a block of flats) must share a place, so the engine
 * never sees rows: it sees distinct points that carry the weight of all their
 * rows.  The points are sorted by x, then y, and the rows of a point are added
 * in the order of their weights, so that nothing downstream, not even the last
 * bit of a sum, depends on the order in which the rows arrived.
 */
#include "engine/base/points.h"

#define FEW_ROWS		64		/* of one x: sorted by insertion */

static PlacesSortItem *
SortBy(const double *values, PlacesSortItem **items, PlacesSortItem **spare, int n)
{
	PlacesSortItem *sorted;

	HostCheckCancel();
	for (int i = 0; i < n; i++)
		(*items)[i].key = SortKey(values[(*items)[i].row]);
	sorted = RadixSort(*items, *spare, n);
	if (sorted != *items)
	{
		*spare = *items;
		*items = sorted;
	}
	return sorted;
}

/* Do two rows belong to one point? */
static inline bool
SamePoint(const double *x, const double *y, const double *apart, int a, int b)
{
	return x[a] == x[b] && y[a] == y[b] && (apart == NULL || apart[a] == apart[b]);
}

/* Sort a run of rows by value, stably. */
static void
SortRun(const double *values, PlacesSortItem *items, PlacesSortItem *spare, int n)
{
	PlacesSortItem *sorted = items;

	for (int i = 0; i < n; i++)
		items[i].key = SortKey(values[items[i].row]);
	if (n > FEW_ROWS)
		sorted = RadixSort(items, spare, n);
	else
		for (int i = 1; i < n; i++)
		{
			PlacesSortItem item = items[i];
			int			to = i;

			for (; to > 0 && items[to - 1].key > item.key; to--)
				items[to] = items[to - 1];
			items[to] = item;
		}
	if (sorted != items)
		memcpy(items, sorted, sizeof(PlacesSortItem) * n);
}

/*
 * Sort rows by x, of those of one x by y, of those of one point stably; returns how
 * many points they are.  Few share their x as a rule, so y is looked at for those alone.
 */
static int
SortRows(const double *x, const double *y, const double *apart, PlacesSortItem **items,
		 PlacesSortItem **spare, int n)
{
	PlacesSortItem *sorted = SortBy(x, items, spare, n);
	int			points = 0;

	for (int begin = 0, end; begin < n; begin = end)
	{
		for (end = begin + 1; end < n && sorted[end].key == sorted[begin].key; end++)
			HostCheckCancelAt(end);
		HostCheckCancelAt(begin);
		points++;
		if (end - begin == 1)
			continue;
		SortRun(y, sorted + begin, *spare, end - begin);
		for (int i = begin + 1; i < end; i++)
			points += !SamePoint(x, y, apart, sorted[i].row, sorted[i - 1].row);
	}
	return points;
}

/*
 * Collapse rows into points, which the caller frees.  O(n).
 *
 * A row with x = NaN stands nowhere and is left out.  w may be NULL: one home
 * a row.  Rows of different apart (may be NULL) are different points, whose
 * order on one spot is that of apart.  row_point[r] receives the point of row r,
 * or -1.  The rows' x and y (metres) must be finite or NaN, their weights (homes)
 * finite and >= 0.
 */
PlacesPoints *
CollapseRows(int nrows, const double *x, const double *y, const double *w,
			 const double *apart, int *row_point)
{
	PlacesPoints *points = HostNewZero(PlacesPoints, 1);
	PlacesSortItem *items = HostNew(PlacesSortItem, nrows);
	PlacesSortItem *spare = HostNew(PlacesSortItem, nrows);
	int			located = 0;

	for (int r = 0; r < nrows; r++)
	{
		HostCheckCancelAt(r);
		row_point[r] = -1;
		if (!isnan(x[r]))
			items[located++].row = r;
	}

	if (w != NULL)
		SortBy(w, &items, &spare, located);
	if (apart != NULL)
		SortBy(apart, &items, &spare, located);
	points->n = SortRows(x, y, apart, &items, &spare, located);
	HostFree(spare);
	points->x = HostNew(double, points->n);
	points->y = HostNew(double, points->n);
	points->w = HostNew(double, points->n);
	points->whole = true;

	for (int i = 0, p = -1; i < located; i++)
	{
		int			r = items[i].row;

		HostCheckCancelAt(i);
		if (i == 0 || !SamePoint(x, y, apart, r, items[i - 1].row))
		{
			p++;
			points->x[p] = x[r];
			points->y[p] = y[r];
			points->w[p] = 0;
			Assert(p == 0 || points->x[p] > points->x[p - 1] ||
				   (points->x[p] == points->x[p - 1] && points->y[p] >= points->y[p - 1]));
		}
		points->w[p] += w ? w[r] : 1;
		row_point[r] = p;
	}
	HostFree(items);

	for (int p = 0; p < points->n; p++)
	{
		HostCheckCancelAt(p);
		points->homes += points->w[p];
		points->whole = points->whole && points->w[p] == floor(points->w[p]);
	}
	return points;
}

/*
 * Let the points carry the rows' loads, each in the order of its amounts, so that no sum
 * depends on the order of the rows.  An amount that is NaN is none.
 */
void
CarryLoads(PlacesPoints *points, const PlacesRows *rows, const int *row_point)
{
	PlacesSortItem *items;
	PlacesSortItem *spare;

	points->nloads = rows->nloads;
	if (rows->nloads == 0)
		return;
	items = HostNew(PlacesSortItem, rows->n);
	spare = HostNew(PlacesSortItem, rows->n);
	for (int l = 0; l < rows->nloads; l++)
	{
		int			n = 0;

		for (int r = 0; r < rows->n; r++)
		{
			HostCheckCancelAt(r);
			if (row_point[r] >= 0 && !isnan(rows->load[l][r]))
				items[n++].row = r;
		}
		SortBy(rows->load[l], &items, &spare, n);
		points->load[l] = HostNewZero(double, points->n);
		for (int i = 0; i < n; i++)
		{
			HostCheckCancelAt(i);
			points->load[l][row_point[items[i].row]] += rows->load[l][items[i].row];
		}
	}
	HostFree(items);
	HostFree(spare);
}

/* Let points carry the loads of the parts that each of them is made of. */
void
SumLoads(PlacesPoints *points, const PlacesPoints *parts, const int *part_point)
{
	points->nloads = parts->nloads;
	for (int l = 0; l < parts->nloads; l++)
	{
		HostCheckCancel();
		points->load[l] = HostNewZero(double, points->n);
		for (int i = 0; i < parts->n; i++)
			points->load[l][part_point[i]] += parts->load[l][i];
	}
}

/* The n points at these positions, which ascend.  The caller frees them. */
PlacesPoints *
TakePoints(const PlacesPoints *points, const int *position, int n)
{
	PlacesPoints *taken = HostNewZero(PlacesPoints, 1);

	taken->n = n;
	taken->x = HostNew(double, n);
	taken->y = HostNew(double, n);
	taken->w = HostNew(double, n);
	taken->whole = true;
	for (int i = 0; i < n; i++)
	{
		double		w = points->w[position[i]];

		HostCheckCancelAt(i);
		Assert(i == 0 || position[i] > position[i - 1]);
		taken->x[i] = points->x[position[i]];
		taken->y[i] = points->y[position[i]];
		taken->w[i] = w;
		taken->homes += w;
		taken->whole = taken->whole && w == floor(w);
	}
	taken->spots = TakeSpots(&points->spots, position, n);
	taken->nloads = points->nloads;
	for (int l = 0; l < points->nloads; l++)
	{
		HostCheckCancel();
		taken->load[l] = HostNew(double, n);
		for (int i = 0; i < n; i++)
			taken->load[l][i] = points->load[l][position[i]];
	}
	return taken;
}

/*
 * The points whose "wanted" is not 0, in the same order.  source[i] receives
 * the position of the i-th of them; it may be the same array as wanted.
 */
PlacesPoints *
SelectPoints(const PlacesPoints *points, const int *wanted, int *source)
{
	int			n = 0;

	for (int i = 0; i < points->n; i++)
	{
		HostCheckCancelAt(i);
		if (wanted[i])
			source[n++] = i;
	}
	return TakePoints(points, source, n);
}

/*
 * Sort positions 0 .. n - 1 by their labels 0 .. k - 1, passing over negative
 * ones: member[start[j] .. start[j + 1]) are those of label j.  start has room
 * for k + 2.
 */
void
SortByLabel(int n, const int *label, int k, int *start, int *member)
{
	memset(start, 0, sizeof(int) * ((size_t) k + 2));
	for (int i = 0; i < n; i++)
	{
		HostCheckCancelAt(i);
		Assert(label[i] < k);
		if (label[i] >= 0)
			start[label[i] + 2]++;
	}
	for (int j = 0; j < k; j++)
		start[j + 2] += start[j + 1];
	for (int i = 0; i < n; i++)
	{
		HostCheckCancelAt(i);
		if (label[i] >= 0)
			member[start[label[i] + 1]++] = i;
	}
}

void
FreePoints(PlacesPoints *points)
{
	HostFree(points->x);
	HostFree(points->y);
	HostFree(points->w);
	FreeSpots(&points->spots);
	for (int l = 0; l < points->nloads; l++)
		HostFree(points->load[l]);
	HostFree(points);
}
