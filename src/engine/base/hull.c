/*
 * hull.c
 *	  The corners of a convex hull, by Andrew's monotone chain.
 */
#include "engine/base/hull.h"

/* Mark the corners of the lower (side 1) or upper (side -1) half of the hull. */
static void
MarkChain(int n, const double *x, const double *y, double side, int *chain, bool *corner)
{
	int			m = 0;

	for (int i = 0; i < n; i++)
	{
		HostCheckCancelAt(i);
		while (m >= 2)
		{
			int			a = chain[m - 2];
			int			b = chain[m - 1];

			if (side * ((x[b] - x[a]) * (y[i] - y[a]) - (y[b] - y[a]) * (x[i] - x[a])) > 0)
				break;
			m--;
		}
		chain[m++] = i;
	}
	while (m > 0)
		corner[chain[--m]] = true;
}

/* Mark which of n points, sorted by x, then y, are corners of their hull; chain is scratch.  O(n). */
void
MarkCorners(int n, const double *x, const double *y, int *chain, bool *corner)
{
	memset(corner, 0, sizeof(bool) * n);
	MarkChain(n, x, y, 1, chain, corner);
	MarkChain(n, x, y, -1, chain, corner);
}
