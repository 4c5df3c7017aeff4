/*
 * alternation.c
 *	  Assignment under size bounds and centroids in turn.
 *
 * The exact assignment (flow.c) alternates with moving the centres to the centroids
 * (Bradley, Bennett, Demiriz, "Constrained k-means clustering", Microsoft Research
 * MSR-TR-2000-65).  Centres move past the centroids, as those will go on in the
 * same direction; the last round alone stays with them and is certified.
 */
#include "engine/balanced/alternation.h"

#define STRIDE			1.7		/* centres overshoot the centroids: fewer rounds */
#define MOST_WORK		32		/* nodes settled in all rounds, for each point: a
								 * layout that is hard for the flow gets fewer rounds */

/*
 * Move the centres to the centroids of what is assigned to them, or so many times
 * as far in their direction; returns the sum of squares before.
 */
double
MoveCentres(const PlacesKdTree *tree, const PlacesFlow *flow, PlacesCentres *centres,
			double stride)
{
	PlacesSums *sums = NewSums(centres->k);
	double		ss = 0;

	AddFixed(sums, centres);
	for (int i = 0; i < flow->npieces; i++)
	{
		const PlacesPiece *piece = &flow->pieces[i];
		int			j = piece->place;
		double		x = tree->x[piece->point];
		double		y = tree->y[piece->point];
		double		dx = x - centres->x[j];
		double		dy = y - centres->y[j];

		HostCheckCancelAt(i);
		ss += piece->amount * (dx * dx + dy * dy);
		sums->w[j] += piece->amount;
		sums->wx[j] += piece->amount * x;
		sums->wy[j] += piece->amount * y;
	}
	for (int j = 0; j < centres->k; j++)
		if (sums->w[j] > 0)
		{
			centres->x[j] += stride * (sums->wx[j] / sums->w[j] - centres->x[j]);
			centres->y[j] += stride * (sums->wy[j] / sums->w[j] - centres->y[j]);
		}
	FreeSums(sums);
	return ss;
}

/*
 * Assign and move the centres in turn until a round gains less than the given
 * share, or for so many rounds.  Returns the last assignment, and leaves the
 * centres it was made for.  One that is to be certified is made for the very
 * centroids of the one before, unless the rounds ended first.
 */
PlacesFlow *
AlternateFlow(const PlacesKdTree *tree, PlacesCentres *centres, double low, double high,
			  int rounds, double gain, bool certify)
{
	double	   *x = HostNew(double, centres->k);
	double	   *y = HostNew(double, centres->k);
	double		last = INFINITY;
	bool		settled = false;	/* the next assignment is the last */
	double		work = 0;
	PlacesFlow *flow;

	for (int round = 1;; round++)
	{
		double		ss;

		HostCheckCancel();
		settled = settled || round == rounds;
		flow = SolveFlow(tree, centres, low, high, certify && settled);
		if (settled)
			break;
		memcpy(x, centres->x, sizeof(double) * centres->k);
		memcpy(y, centres->y, sizeof(double) * centres->k);
		ss = MoveCentres(tree, flow, centres, STRIDE);
		work += flow->work;
		settled = last - ss <= gain * ss || work > MOST_WORK * tree->n;
		last = ss;
		if (settled)
			for (int j = 0; j < centres->k; j++)
			{
				centres->x[j] = x[j] + (certify ? (centres->x[j] - x[j]) / STRIDE : 0);
				centres->y[j] = y[j] + (certify ? (centres->y[j] - y[j]) / STRIDE : 0);
			}
		if (settled && !certify)
			break;
		FreeFlow(flow);
	}
	HostFree(x);
	HostFree(y);
	return flow;
}
