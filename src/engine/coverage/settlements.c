/*
 * settlements.c
 *	  Coverage by places in one piece: the rule max_gap.
 *
 * Homes that steps of max_gap link are a settlement (components.h).  Each is covered
 * by itself (coverage.c), so that no place needs homes across a wider gap; what the
 * discs have cut off from its place all the same is let go (main_parts.c), and what
 * is left is settlements again, of which more places may be made.  The last of them
 * may lack what stands beside a place at most; then homes outside join where they do
 * not make it a place in parts (absorb.c), and what still is too small is let go.
 *
 * Two villages that are one place only together, across a gap, are none here: that
 * is what the rule asks for.
 */
#include "engine/coverage/settlements.h"

#include "engine/base/components.h"
#include "engine/base/disjoint_sets.h"
#include "engine/base/spanning_tree.h"
#include "engine/coverage/absorb.h"
#include "engine/coverage/coverage.h"
#include "engine/coverage/main_parts.h"

/* How often places are made of what is left; the last time smaller ones. */
#define ROUNDS 3

/* Number what is left from 0 by the settlement; returns how many settlements there are. */
static int
FindSettlements(const PlacesPoints *left, double reach, int *settlement)
{
	int		   *parent = HostNew(int, left->n);
	int			count;

	InitSets(parent, left->n);
	JoinWithin(left, reach, parent);
	count = NumberSets(left->n, parent, settlement);
	HostFree(parent);
	return count;
}

/* Cover one settlement, the n members; its places are numbered from k.  Returns the next number. */
static int
CoverOne(const PlacesPoints *left, const int *member, int n, const int *source,
		 const PlacesRules *rules, int k, int *label)
{
	PlacesPoints *part = TakePoints(left, member, n);
	int		   *found = HostNew(int, n);
	int			places = 0;

	if (part->homes >= rules->min_homes * (1 - SIZE_ROUNDING))
		places = CoverageCluster(part, rules, found);
	for (int i = 0; i < n && places > 0; i++)
		if (found[i] >= 0)
			label[source[member[i]]] = k + found[i];
	FreePoints(part);
	HostFree(found);
	return k + places;
}

/* Make places of what is outside, numbered from k; returns the next number. */
static int
CoverLeft(const PlacesPoints *points, const PlacesRules *rules, int k, int *label)
{
	int		   *source = HostNew(int, points->n);
	PlacesRules any_gap = *rules;
	PlacesPoints *left;
	int		   *settlement;
	int		   *start;
	int		   *member;
	int			count;

	any_gap.max_gap = 0;
	for (int i = 0; i < points->n; i++)
		source[i] = label[i] < 0;
	left = SelectPoints(points, source, source);
	settlement = HostNew(int, left->n);
	count = FindSettlements(left, rules->max_gap, settlement);
	start = HostNew(int, count + 2);
	member = HostNew(int, left->n);
	SortByLabel(left->n, settlement, count, start, member);
	for (int s = 0; s < count; s++)
		k = CoverOne(left, member + start[s], start[s + 1] - start[s], source, &any_gap, k, label);
	FreePoints(left);
	HostFree(source);
	HostFree(settlement);
	HostFree(start);
	HostFree(member);
	return k;
}

/*
 * The same as CoverageCluster, but every place is in one piece as well: there is no
 * gap of more than max_gap, which is limited, between two parts of it.
 */
int
CoverSettlements(const PlacesPoints *points, const PlacesRules *rules, int *label)
{
	PlacesRules narrow = NarrowRules(points, rules);
	PlacesRules smaller = *rules;
	PlacesRules short_too = narrow;
	int			k = 0;

	Assert(LimitsGap(rules));
	smaller.min_homes = (1 - GAP_SHARE) * narrow.min_homes;
	short_too.min_homes = 0;
	for (int i = 0; i < points->n; i++)
		label[i] = -1;
	for (int round = 0; round < ROUNDS; round++)
	{
		k = CoverLeft(points, round < ROUNDS - 1 ? rules : &smaller, k, label);
		ReleaseParts(points, NULL, &narrow, k, label);
		k = RenumberPlaces(points, smaller.min_homes * (1 - SIZE_ROUNDING), k, label);
	}
	AbsorbOutside(points, NULL, &short_too, NULL, k, label);
	k = RenumberPlaces(points, narrow.min_homes, k, label);
	AbsorbOutside(points, NULL, &narrow, NULL, k, label);
	return RenumberPlaces(points, 0, k, label);
}
