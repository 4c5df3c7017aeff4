/*
 * grid.h
 *	  Points in the order of a square grid, for circles of one size.
 *
 * The search for discs asks for circles of a single radius, many to a point: where
 * cells are a fixed share of the radius, a query looks at a fixed number of rows,
 * and callers walk those rows themselves (GridReach) to read and write what they
 * keep by point.  Neither suits a kd-tree; circles of any radius, over subsets and
 * other weights, are kdtree_search.h's.
 *
 * Building takes O(n); a query as long as the rim of the circle meets cells.
 * Coordinates, radii and sides are metres; the caller frees the grid.
 */
#ifndef PLACES_GRID_H
#define PLACES_GRID_H

#include "engine/base/points.h"

typedef struct PlacesGrid
{
	int			n;
	double	   *x;				/* the points, cell by cell, rows of cells */
	double	   *y;				/* from south to north, each row from west */
	double	   *w;				/* to east */
	double	   *before;			/* sum of w before the point; n + 1 values */
	int		   *origin;			/* where the point stands in the caller's arrays */
	int		   *cell;			/* the point's cell */
	double		left;
	double		bottom;
	double		side;			/* of a cell, metres */
	double		per_metre;		/* cells */
	int			columns;
	int			rows;
	int		   *start;			/* first point of each cell; cells + 1 values */
	PlacesSpots spots;			/* of points by their origin; the caller's, none unless
								 * it has set them: then circles must hold them all */
} PlacesGrid;

extern PlacesGrid *BuildGrid(int n, const double *x, const double *y, const double *w, double side);
extern void FreeGrid(PlacesGrid *grid);
extern void GridRows(const PlacesGrid *grid, double y, double radius, int *first, int *last);
extern int	GridPoints(const PlacesGrid *grid, double x, double y, double radius, int *found);
extern double GridWeight(const PlacesGrid *grid, double x, double y, double radius);

/* The corners of a point's hull. */
static inline PlacesOutline
GridCorners(const PlacesGrid *grid, int point)
{
	return CornersOf(&grid->spots, grid->origin[point], grid->x + point, grid->y + point);
}

/* How many corners all points have, at most. */
static inline int
GridSpots(const PlacesGrid *grid)
{
	int			count = 0;

	for (int i = 0; i < grid->n; i++)
		count += GridCorners(grid, i).n;
	return count;
}

/* Does the circle hold the point? */
static inline bool
CircleHolds(const PlacesGrid *grid, int point, double x, double y, double radius)
{
	double		dx = grid->x[point] - x;
	double		dy = grid->y[point] - y;
	double		square = dx * dx + dy * dy;

	return square <= radius * radius &&
		(grid->spots.start == NULL ||
		 CircleHoldsSpots(&grid->spots, grid->origin[point], x, y, radius, square));
}

/* Cells are counted from zero, and what lies outside belongs to the edge. */
static inline int
CellIndex(double cells, int count)
{
	if (!(cells > 0))
		return 0;
	return cells < count ? (int) cells : count - 1;
}

/* The cells of the row that the circle meets; false when none. */
static inline bool
GridReach(const PlacesGrid *grid, int row, double x, double y, double radius, int *first, int *last)
{
	double		south = grid->bottom + row * grid->side - y;
	double		north = south + grid->side;
	double		close = south > 0 ? south : north < 0 ? -north : 0;
	double		half;
	double		from;
	double		upto;

	if (close > radius)
		return false;
	/* a hair wider: the rim belongs to the test of the point */
	half = sqrt(radius * radius - close * close) + 1e-9 * grid->side;
	from = (x - half - grid->left) * grid->per_metre;
	upto = (x + half - grid->left) * grid->per_metre;
	if (upto < 0 || from > grid->columns)
		return false;
	*first = CellIndex(from, grid->columns);
	*last = CellIndex(upto, grid->columns);
	return true;
}

#endif							/* PLACES_GRID_H */
