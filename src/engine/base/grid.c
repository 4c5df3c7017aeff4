/*
 * grid.c
 *	  Points in the order of a square grid, for circles of one size.
 *
 * The points are copied cell by cell, so the cells that a circle meets in one
 * row of the grid are one run of points, and the weight of the cells it holds
 * whole is a difference of two running sums.
 *
 * A point is placed in its cell by the same rounding that bounds the query, but
 * the cells wholly inside are found by arithmetic of their corners: GridWeight may
 * be wrong by points within a few ulp of the rim.  GridPoints, which decides
 * membership, tests every point.
 */
#include "engine/base/grid.h"

#include <limits.h>

/* At most this many cells for each point, however small the side asked for. */
#define CELLS_PER_POINT 4.0

/* Choose cells of at least the side asked for, of which there are not too many. */
static void
SizeGrid(PlacesGrid *grid, double width, double height, double side)
{
	double		most = CELLS_PER_POINT * grid->n + 16.0;

	Assert(side > 0 && isfinite(width) && isfinite(height));
	while ((floor(width / side) + 1) * (floor(height / side) + 1) > most)
		side *= 1.25;
	grid->side = side;
	grid->per_metre = 1 / side;
	grid->columns = (int) floor(width / side) + 1;
	grid->rows = (int) floor(height / side) + 1;
	Assert((double) grid->columns * grid->rows <= most && most < INT_MAX);
}

/*
 * A grid over copies of n > 0 points, in cells of the given side or, where those
 * would be too many, wider ones.
 */
PlacesGrid *
BuildGrid(int n, const double *x, const double *y, const double *w, double side)
{
	PlacesGrid *grid = HostNewZero(PlacesGrid, 1);
	double		right = x[0];
	double		top = y[0];
	int		   *of = HostNew(int, n);
	int			cells;

	Assert(n > 0);
	grid->n = n;
	grid->left = x[0];
	grid->bottom = y[0];
	for (int i = 1; i < n; i++)
	{
		HostCheckCancelAt(i);
		grid->left = fmin(grid->left, x[i]);
		right = fmax(right, x[i]);
		grid->bottom = fmin(grid->bottom, y[i]);
		top = fmax(top, y[i]);
	}
	SizeGrid(grid, right - grid->left, top - grid->bottom, side);
	cells = grid->columns * grid->rows;

	/* a counting sort, stable, so that ties keep the caller's order */
	grid->start = HostNewZero(int, cells + 1);
	for (int i = 0; i < n; i++)
	{
		HostCheckCancelAt(i);
		of[i] = CellIndex((y[i] - grid->bottom) * grid->per_metre, grid->rows) * grid->columns +
			CellIndex((x[i] - grid->left) * grid->per_metre, grid->columns);
		grid->start[of[i] + 1]++;
	}
	HostCheckCancel();
	for (int i = 0; i < cells; i++)
		grid->start[i + 1] += grid->start[i];
	grid->x = HostNew(double, n);
	grid->y = HostNew(double, n);
	grid->w = HostNew(double, n);
	grid->before = HostNew(double, n + 1);
	grid->origin = HostNew(int, n);
	grid->cell = HostNew(int, n);
	for (int i = 0; i < n; i++)
	{
		HostCheckCancelAt(i);
		grid->origin[grid->start[of[i]]++] = i;
	}
	for (int i = cells; i > 0; i--)
		grid->start[i] = grid->start[i - 1];
	grid->start[0] = 0;
	grid->before[0] = 0;
	for (int i = 0; i < n; i++)
	{
		int			o = grid->origin[i];

		HostCheckCancelAt(i);
		grid->x[i] = x[o];
		grid->y[i] = y[o];
		grid->w[i] = w[o];
		grid->cell[i] = of[o];
		grid->before[i + 1] = grid->before[i] + w[o];
	}
	HostFree(of);
	return grid;
}

void
FreeGrid(PlacesGrid *grid)
{
	HostFree(grid->x);
	HostFree(grid->y);
	HostFree(grid->w);
	HostFree(grid->before);
	HostFree(grid->origin);
	HostFree(grid->cell);
	HostFree(grid->start);
	HostFree(grid);
}

/* The rows that a circle meets; none when *last < *first. */
void
GridRows(const PlacesGrid *grid, double y, double radius, int *first, int *last)
{
	double		low = y - radius - grid->bottom;
	double		high = y + radius - grid->bottom;

	*first = CellIndex(low * grid->per_metre, grid->rows);
	*last = CellIndex(high * grid->per_metre, grid->rows);
	if (high < 0 || low > grid->rows * grid->side)
		*last = *first - 1;
}

/* The cells from first to last that the circle holds whole; false when none. */
static bool
InnerCells(const PlacesGrid *grid, int row, double x, double y, double radius,
		   int *first, int *last)
{
	double		south = grid->bottom + row * grid->side - y;
	double		far = fmax(fabs(south), fabs(south + grid->side));
	double		half;
	double		from;
	double		upto;

	if (far >= radius)
		return false;
	half = sqrt(radius * radius - far * far);
	from = (x - half - grid->left) * grid->per_metre;
	upto = (x + half - grid->left) * grid->per_metre;
	/* a cell is whole when both its edges are inside */
	if (from > *first)
		*first = CellIndex(from, grid->columns) + 1;
	if (upto < *last + 1)
		*last = upto < 1 ? -1 : CellIndex(upto, grid->columns + 1) - 1;
	return *first <= *last;
}

/* Drop the points of which the circle holds some spots alone; returns how many are left. */
static int
DropCut(const PlacesGrid *grid, double x, double y, double radius, int *found, int count)
{
	int			kept = 0;

	for (int i = 0; i < count; i++)
		if (CircleHolds(grid, found[i], x, y, radius))
			found[kept++] = found[i];
	return kept;
}

/*
 * The points within radius of (x, y), as positions in the grid, in its order, into
 * found (room for all); returns their number.
 */
int
GridPoints(const PlacesGrid *grid, double x, double y, double radius, int *found)
{
	double		square = radius * radius;
	int			count = 0;
	int			row;
	int			top;

	GridRows(grid, y, radius, &row, &top);
	for (; row <= top; row++)
	{
		const int  *start = grid->start + row * grid->columns;
		int			first;
		int			last;

		if (!GridReach(grid, row, x, y, radius, &first, &last))
			continue;
		for (int i = start[first], end = start[last + 1]; i < end; i++)
		{
			double		dx = grid->x[i] - x;
			double		dy = grid->y[i] - y;

			found[count] = i;
			count += (dx * dx + dy * dy <= square);
		}
	}
	if (grid->spots.start != NULL)
		count = DropCut(grid, x, y, radius, found, count);
	return count;
}

/* Weight of the points from cell to cell (inclusive) within the circle. */
static double
RimWeight(const PlacesGrid *grid, int from, int to, double x, double y, double radius)
{
	double		square = radius * radius;
	double		sum = 0;

	if (grid->spots.start != NULL)
	{
		for (int i = grid->start[from]; i < grid->start[to + 1]; i++)
			sum += CircleHolds(grid, i, x, y, radius) ? grid->w[i] : 0;
		return sum;
	}
	for (int i = grid->start[from]; i < grid->start[to + 1]; i++)
	{
		double		dx = grid->x[i] - x;
		double		dy = grid->y[i] - y;

		if (dx * dx + dy * dy <= square)
			sum += grid->w[i];
	}
	return sum;
}

/* The weight within radius of (x, y); points on the rim may count or not. */
double
GridWeight(const PlacesGrid *grid, double x, double y, double radius)
{
	double		sum = 0;
	int			row;
	int			top;

	GridRows(grid, y, radius, &row, &top);
	for (; row <= top; row++)
	{
		int			base = row * grid->columns;
		int			first;
		int			last;
		int			inner_first;
		int			inner_last;

		if (!GridReach(grid, row, x, y, radius, &first, &last))
			continue;
		inner_first = first;
		inner_last = last;
		if (!InnerCells(grid, row, x, y, radius - grid->spots.farthest, &inner_first, &inner_last))
		{
			sum += RimWeight(grid, base + first, base + last, x, y, radius);
			continue;
		}
		sum += grid->before[grid->start[base + inner_last + 1]] -
			grid->before[grid->start[base + inner_first]];
		if (inner_first > first)
			sum += RimWeight(grid, base + first, base + inner_first - 1, x, y, radius);
		if (inner_last < last)
			sum += RimWeight(grid, base + inner_last + 1, base + last, x, y, radius);
	}
	return sum;
}
