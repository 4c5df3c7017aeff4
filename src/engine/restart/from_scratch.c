/*
 * from_scratch.c
 *	  Places by the rules' method alone, as if there were no incumbent.
 */
#include "engine/restart/from_scratch.h"

#include "engine/balanced/balanced.h"
#include "engine/coverage/coverage.h"
#include "engine/coverage/settlements.h"
#include "engine/kmeans/kmeans.h"

/* Label all points 0, 1, ...; -1 for those outside every place, which coverage alone leaves. */
void
ClusterPoints(const PlacesPoints *points, const PlacesRules *rules, int *label)
{
	Assert(points->homes > 0);
	switch (rules->method)
	{
		case METHOD_COVERAGE:
			if (LimitsGap(rules))
				CoverSettlements(points, rules, label);
			else
				CoverageCluster(points, rules, label);
			break;
		case METHOD_BALANCED:
			BalancedCluster(points, rules, label);
			break;
		case METHOD_KMEANS:
			KMeansCluster(points, rules, label);
			break;
	}
}

/*
 * Label the chosen points (not 0) with first, first + 1, ... and leave the
 * others alone, and the chosen ones that are in no place.  Overwrites chosen.
 */
void
ClusterSome(const PlacesPoints *points, const PlacesRules *rules, int *chosen, int first,
			int *label)
{
	PlacesPoints *some = SelectPoints(points, chosen, chosen);
	int		   *found = HostNew(int, some->n);

	if (some->homes > 0)
	{
		ClusterPoints(some, rules, found);
		HostCheckCancel();
		for (int i = 0; i < some->n; i++)
			if (found[i] >= 0)
				label[chosen[i]] = first + found[i];
	}
	FreePoints(some);
	HostFree(found);
}
