/*
 * swaps.c
 *	  Local search for k-means, one centre at a time.
 *
 * A swap takes the centre of one cluster away and splits another.  Before its
 * neighbours have given way it looks worse than it is, so the most promising
 * swaps, by what split and removal do at once (splitmerge.c), are tried out: a
 * few rounds of Lloyd's iteration each, given up as soon as they no longer
 * gain fast enough to get anywhere (after Franti, "Efficiency of random swap
 * clustering", Journal of Big Data 5:13, 2018, with a ranking in place of the
 * random choice).  The first that lowers the sum of squares is kept, and the
 * search begins again.
 */
#include "engine/kmeans/swaps.h"

#include "engine/kmeans/splitmerge.h"

#define TRIALS			20		/* swaps tried before the search gives up */
#define TRIAL_ROUNDS	12		/* of Lloyd's iteration in a trial */
#define PATIENCE		2		/* a trial is hopeless unless so many rounds like
								 * the last would do */
#define KEEP_ROUNDS		50		/* after a swap that is kept */
#define MOST_KEPT		50
#define LEAST_GAIN		1e-4	/* of the sum of squares, to keep a swap */
#define ROUNDING		1e-12	/* of the sum of squares around one centre */

static void
CopyCentres(PlacesCentres *to, const PlacesCentres *from)
{
	memcpy(to->x, from->x, sizeof(double) * from->k);
	memcpy(to->y, from->y, sizeof(double) * from->k);
}

static void
ApplySwap(PlacesCentres *centres, const PlacesSwap *swap)
{
	centres->x[swap->split] = swap->half[0][0];
	centres->y[swap->split] = swap->half[0][1];
	centres->x[swap->removed] = swap->half[1][0];
	centres->y[swap->removed] = swap->half[1][1];
}

/* Lloyd's iteration until the sum of squares falls below a limit; false when it will not. */
static bool
ReachesBelow(PlacesLloyd *lloyd, PlacesCentres *centres, double limit)
{
	double		last = INFINITY;

	for (int round = 0; round < TRIAL_ROUNDS; round++)
	{
		double		ss;
		bool		moved = LloydRound(lloyd, centres, &ss);

		if (ss < limit)
			return true;
		if (!moved || ss - PATIENCE * (last - ss) > limit)
			return false;
		last = ss;
	}
	return false;
}

/* Try the swaps in turn and keep the first that helps; false if none does. */
static bool
KeepSwap(PlacesLloyd *lloyd, PlacesCentres *centres, PlacesCentres *trial, double *ss)
{
	int			nswaps;
	PlacesSwap *swaps = RankSwaps(lloyd->tree, centres, &nswaps);
	bool		kept = false;

	for (int i = 0; i < nswaps && i < TRIALS && !kept; i++)
	{
		CopyCentres(trial, centres);
		ApplySwap(trial, &swaps[i]);
		kept = ReachesBelow(lloyd, trial, *ss - LEAST_GAIN * *ss - ROUNDING * lloyd->total);
	}
	if (kept)
	{
		*ss = LloydRounds(lloyd, trial, KEEP_ROUNDS);
		CopyCentres(centres, trial);
	}
	HostFree(swaps);
	return kept;
}

/* Improve converged centres by swaps, until none of the best helps. */
void
SwapCentres(PlacesLloyd *lloyd, PlacesCentres *centres)
{
	PlacesCentres *trial = NewCentres(centres->k);
	double		ss = LloydRounds(lloyd, centres, KEEP_ROUNDS);
	int			kept = 0;

	while (kept < MOST_KEPT && KeepSwap(lloyd, centres, trial, &ss))
		kept++;
	FreeCentres(trial);
}
