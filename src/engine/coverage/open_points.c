/*
 * open_points.c
 *	  The homes without an owner that a disc would take.
 *
 * The search asks for them all the time, and most cells of the grid have none: a bit
 * for each cell says which do.  For many spots near one another the open points around
 * are gathered once, and then looked through as plain arrays.
 */
#include "engine/coverage/open_points.h"

/* The open cells of the word-th 64 of a row, those before first and after last apart. */
static uint64_t
OpenCells(const PlacesDiscSet *set, int row, int word, int first, int last)
{
	uint64_t	bits = set->open_bits[row * set->open_words + word];

	if (word == first / 64)
		bits &= ~UINT64_C(0) << (first % 64);
	if (word == last / 64)
		bits &= ~UINT64_C(0) >> (63 - last % 64);
	return bits;
}

/* Gathers the open points of the cell within a radius, squared, of (x, y), behind the others. */
static void
GatherFromCell(PlacesDiscSet *set, int cell, double x, double y, double square)
{
	const PlacesGrid *grid = set->grid;
	PlacesOpenPoints *near = &set->near;
	int			n = near->n;

	for (int i = grid->start[cell]; i < grid->start[cell + 1]; i++)
	{
		double		dx = grid->x[i] - x;
		double		dy = grid->y[i] - y;

		near->x[n] = grid->x[i];
		near->y[n] = grid->y[i];
		near->w[n] = grid->w[i];
		near->point[n] = i;
		n += (set->owner[i] < 0) & (dx * dx + dy * dy <= square);
	}
	near->n = n;
}

/* Drops those gathered of which the circle holds some spots alone. */
static void
DropCut(PlacesDiscSet *set, double x, double y, double radius)
{
	PlacesOpenPoints *near = &set->near;
	int			kept = 0;

	for (int i = 0; i < near->n; i++)
	{
		if (!CircleHolds(set->grid, near->point[i], x, y, radius))
			continue;
		near->x[kept] = near->x[i];
		near->y[kept] = near->y[i];
		near->w[kept] = near->w[i];
		near->point[kept++] = near->point[i];
	}
	near->n = kept;
}

/* Gathers the open points within the radius of (x, y) in set->near; returns their homes. */
double
GatherOpen(PlacesDiscSet *set, double x, double y, double radius)
{
	const PlacesGrid *grid = set->grid;
	double		sum = 0;
	int			work = 0;
	int			row;
	int			top;

	set->near.n = 0;
	GridRows(grid, y, radius, &row, &top);
	for (; row <= top; row++)
	{
		int			first;
		int			last;

		if (set->open_row[row] == 0 || !GridReach(grid, row, x, y, radius, &first, &last))
			continue;
		for (int word = first / 64; word <= last / 64; word++)
		{
			uint64_t	bits = OpenCells(set, row, word, first, last);

			for (; bits != 0; bits &= bits - 1)
			{
				int			cell = row * grid->columns + word * 64 + __builtin_ctzll(bits);

				GatherFromCell(set, cell, x, y, radius * radius);
				work += grid->start[cell + 1] - grid->start[cell];
			}
		}
		work += 4 + last - first;
	}
	if (grid->spots.start != NULL)
		DropCut(set, x, y, radius);
	for (int i = 0; i < set->near.n; i++)
		sum += set->near.w[i];
	CountWork(set, work);
	return sum;
}

/* Homes without an owner within a disc at (x, y). */
double
GainAt(PlacesDiscSet *set, double x, double y)
{
	return GatherOpen(set, x, y, set->rules.max_radius);
}

/* Of points that have spots. */
static double
GainOfSpread(PlacesDiscSet *set, double x, double y)
{
	const PlacesOpenPoints *near = &set->near;
	double		sum = 0;

	for (int i = 0; i < near->n; i++)
		sum += CircleHolds(set->grid, near->point[i], x, y, set->rules.max_radius) ? near->w[i] : 0;
	CountWork(set, near->n);
	return sum;
}

/* The same, of the points gathered last alone. */
double
GainAmong(PlacesDiscSet *set, double x, double y)
{
	const PlacesOpenPoints *near = &set->near;
	double		square = set->rules.max_radius * set->rules.max_radius;
	double		sum = 0;

	if (set->grid->spots.start != NULL)
		return GainOfSpread(set, x, y);
	for (int i = 0; i < near->n; i++)
	{
		double		dx = near->x[i] - x;
		double		dy = near->y[i] - y;

		sum += dx * dx + dy * dy <= square ? near->w[i] : 0;
	}
	CountWork(set, 0.25 * near->n);
	return sum;
}
