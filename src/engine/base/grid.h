/*
 * grid.h
 *	  Points in the order of a square grid, for circle queries.
 */
#ifndef PLACES_GRID_H
#define PLACES_GRID_H

#include "engine/base/points.h"

typedef struct CoverageGrid
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
} CoverageGrid;

extern CoverageGrid *CoverageGridBuild(int n, const double *x, const double *y,
									   const double *w, double side);
extern void CoverageGridFree(CoverageGrid *grid);
extern void CoverageGridRows(const CoverageGrid *grid, double y, double radius,
							 int *first, int *last);
extern int	CoverageGridCollect(const CoverageGrid *grid, double x, double y,
								double radius, int *found);
extern double CoverageGridWeight(const CoverageGrid *grid, double x, double y,
								 double radius);

/* Cells are counted from zero, and what lies outside belongs to the edge. */
static inline int
CoverageCellIndex(double cells, int count)
{
	if (!(cells > 0))
		return 0;
	return cells < count ? (int) cells : count - 1;
}

/* The cells of the row that the circle meets; false when none. */
static inline bool
CoverageGridReach(const CoverageGrid *grid, int row, double x, double y,
				  double radius, int *first, int *last)
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
	*first = CoverageCellIndex(from, grid->columns);
	*last = CoverageCellIndex(upto, grid->columns);
	return true;
}

#endif							/* PLACES_GRID_H */
