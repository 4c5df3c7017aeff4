/*
 * own_bounds.c
 *	  How many homes each place may have under the methods that leave nobody outside.
 *
 * As a rule what the rules say.  A place within its grace need have no more than it has.
 * One with a share of its own, for balanced, is kept within a twentieth of that share of
 * what the others have, and within that share of the rules' bounds.
 */
#include "engine/restart/own_bounds.h"

#include "engine/base/place_count.h"

#define SHARE_WITHIN	0.05	/* of its share of the others' homes */

/* The fewest homes of a place without a share or a grace of its own. */
double
LeastHomes(const PlacesRestart *r)
{
	return LowBound(r->rules, r->points->homes, r->points->whole, r->rules->k);
}

/* And the most. */
double
MostHomes(const PlacesRestart *r)
{
	if (r->rules->method == METHOD_KMEANS)
		return INFINITY;
	return HighBound(r->rules, r->points->homes, r->points->whole, r->rules->k);
}

/* The bounds of a place with a share, where places without one have so many homes in the mean. */
static PlacesOwnBounds
BoundsOfShare(const PlacesRestart *r, double share, double mean)
{
	double		least = share * LeastHomes(r);
	double		most = share * MostHomes(r);
	PlacesOwnBounds own;

	own.low = Max(least, Min((1 - SHARE_WITHIN) * share * mean, most));
	own.high = Max(least, Min((1 + SHARE_WITHIN) * share * mean, most));
	if (r->points->whole)
	{
		own.low = Min(own.low, floor(share * mean));
		own.high = Max(own.high, ceil(share * mean));
	}
	return own;
}

/* The fewest homes with which a place goes on as it is, its lower bound being `low`. */
static double
LowWithinGrace(const PlacesRestart *r, int label, double low)
{
	if (!HasGrace(r->incumbent, label))
		return low;
	if (r->rules->low_from_k || ShareOf(r->incumbent, label) != 1)	/* the rules do not say it */
		return low * (1 - r->incumbent->grace) * (1 - SIZE_ROUNDING);
	return LeastHomesOf(r, label, low);
}

/* The bounds of the places of labels 0 .. k - 1, which are all that there are; for the caller to free. */
PlacesOwnBounds *
OwnBounds(const PlacesRestart *r, const PlacesShape *shapes, int k)
{
	PlacesOwnBounds *own = HostNew(PlacesOwnBounds, k);
	PlacesOwnBounds rules = {LeastHomes(r), MostHomes(r)};
	double		shares = 0;

	for (int j = 0; j < k; j++)
		shares += shapes[j].points > 0 ? ShareOf(r->incumbent, j) : 0;
	for (int j = 0; j < k; j++)
	{
		double		share = ShareOf(r->incumbent, j);

		own[j] = share == 1 ? rules : BoundsOfShare(r, share, r->points->homes / shares);
		if (shapes[j].homes < own[j].low && shapes[j].homes >= LowWithinGrace(r, j, own[j].low))
			own[j].low = shapes[j].homes;
	}
	return own;
}

/* How many places there are where some count as more or less than one, unless the rules say. */
int
CountWithShares(const PlacesRestart *r)
{
	double		homes = r->points->homes;
	double		more = 0;
	double		least;
	double		most;
	bool	   *known = HostNewZero(bool, r->incumbent->places);

	for (int i = 0; i < r->points->n; i++)
	{
		int			j = r->incumbent->place[i];

		HostCheckCancelAt(i);
		if (j < 0 || known[j])
			continue;
		known[j] = true;
		more += 1 - ShareOf(r->incumbent, j);
	}
	HostFree(known);
	if (r->rules->k > 0)
		return r->rules->k;
	most = floor(homes / LeastHomes(r) + more);
	least = isinf(MostHomes(r)) ? 1 : ceil(homes / MostHomes(r) + more);
	return (int) Max(1, Max(least, Min(round(homes / r->rules->target_homes + more), most)));
}
