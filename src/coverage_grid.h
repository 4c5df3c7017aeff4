/*
 * coverage_grid.h
 *	  Points in the order of a square grid, for circle queries.
 */
#ifndef PLACES_COVERAGE_GRID_H
#define PLACES_COVERAGE_GRID_H

#include "points.h"

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
extern bool CoverageGridReach(const CoverageGrid *grid, int row, double x, double y,
							  double radius, int *first, int *last);
extern int	CoverageGridCollect(const CoverageGrid *grid, double x, double y,
								double radius, int *found);
extern double CoverageGridWeight(const CoverageGrid *grid, double x, double y,
								 double radius);

#endif							/* PLACES_COVERAGE_GRID_H */
