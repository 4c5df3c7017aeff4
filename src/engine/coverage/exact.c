/*
 * exact.c
 *	  The best places of a few points.
 *
 * Up to MOST_ATOMS points are packed exactly (packing.c): first so that most homes
 * are kept, then, of all such answers, in about as many places as the target asks for
 * and at little cost.  With many light points
 * there may be too many sets to look at; then the second answer is missing and the
 * first is taken, or both are and the search for discs has to do.
 */
#include "engine/coverage/exact.h"

#include "engine/base/sort.h"
#include "engine/coverage/exchange.h"

/* Sets looked at, at most: for the homes kept, for the cost of all places, of some. */
#define WORK 5e5
#define WORK_ON_COST 1e5
#define WORK_ON_SOME 2e4

/* Atoms of some places that are packed anew, at most. */
#define MOST_REPACKED 14

/* Places near a place that are, at most. */
#define NEIGHBOURS 4

/* Share of the cost that is worth another answer. */
#define LEAST_GAIN 1e-6

/* Share of all homes that a home kept counts more than any compactness, where weights are not whole. */
#define LEAST_DIFFERENCE 1e-7

/* The points with homes, each an atom; false when they are too many. */
static bool
AtomsOfPoints(const PlacesPoints *points, const int *common, int count, PlacesAtoms *atoms,
			  int *point, double *x, double *y)
{
	for (int i = 0; i < count; i++)
	{
		int			p = common[i];
		PlacesOutline outline;

		if (points->w[p] <= 0)
			continue;
		if (atoms->n == MOST_ATOMS)
			return false;
		point[atoms->n] = p;
		atoms->x[atoms->n] = points->x[p];
		atoms->y[atoms->n] = points->y[p];
		atoms->w[atoms->n] = points->w[p];
		atoms->homes += points->w[p];
		outline = PointCorners(points, p);
		memcpy(x + atoms->start[atoms->n], outline.x, sizeof(double) * outline.n);
		memcpy(y + atoms->start[atoms->n], outline.y, sizeof(double) * outline.n);
		atoms->start[atoms->n + 1] = atoms->start[atoms->n] + outline.n;
		atoms->n++;
	}
	atoms->px = x;
	atoms->py = y;
	return true;
}

static double
CostOfPlaces(const PlacesPacking *packing)
{
	double		cost = 0;

	for (int i = 0; i < packing->places; i++)
		cost += CostOfPlace(packing, packing->place[i]);
	return cost;
}

/* Is one number of places farther from the one wanted than another? */
static bool
IsFarther(const PlacesPacking *packing, int places, int than)
{
	return fabs(places - packing->wanted) > fabs(than - packing->wanted);
}

/*
 * Of the answers that keep as many homes as this one, the one of least cost; false
 * when there is none, it is not found, or its number of places is a worse one.
 */
static bool
PackCompactly(PlacesPacking *packing, double difference, double work)
{
	PlacesPacking compact = *packing;
	double		cost = CostOfPlaces(packing);

	if (cost <= 0)
		return false;
	compact.per_cost = difference / 2 / cost;
	compact.floor = packing->worth - compact.per_cost * cost * (1 - LEAST_GAIN);
	compact.work = work;
	PackAtoms(&compact);
	/* the search adds up otherwise, and what is a gain to it may be rounding */
	if (!compact.complete || compact.places == 0 || IsFarther(packing, compact.places, packing->places) ||
		CostOfPlaces(&compact) > cost * (1 - LEAST_GAIN / 2))
		return false;
	packing->places = compact.places;
	memcpy(packing->place, compact.place, sizeof(compact.place));
	return true;
}

/* Pack some of the places anew, compactly; false when nothing is gained. */
static bool
PackSome(PlacesPacking *packing, const int *chosen, int count, double difference)
{
	PlacesPacking some = *packing;

	some.places = count;
	some.wanted -= packing->places - count;
	some.within = 0;
	for (int i = 0; i < count; i++)
	{
		some.place[i] = packing->place[chosen[i]];
		some.within |= some.place[i];
	}
	some.worth = AtomsHomes(packing->atoms, some.within);
	if (__builtin_popcountll(some.within) > MOST_REPACKED || !PackCompactly(&some, difference, WORK_ON_SOME))
		return false;
	for (int i = 0; i < some.places; i++)
		packing->place[i < count ? chosen[i] : packing->places++] = some.place[i];
	for (int i = some.places; i < count; i++)
		packing->place[chosen[i]] = 0;
	return true;
}

/* Drop the empty places. */
static void
CloseRanks(PlacesPacking *packing)
{
	int			places = 0;

	for (int i = 0; i < packing->places; i++)
		if (packing->place[i] != 0)
			packing->place[places++] = packing->place[i];
	packing->places = places;
}

/* The places nearest to this one, without it; returns how many, at most NEIGHBOURS. */
static int
NearestPlaces(const PlacesPacking *packing, int place, int *neighbour)
{
	PlacesRanked by[MOST_ATOMS];
	double		x,
				y;
	int			count = 0;

	AtomsCentre(packing->atoms, packing->place[place], &x, &y);
	for (int i = 0; i < packing->places; i++)
	{
		double		cx,
					cy;

		if (i == place)
			continue;
		AtomsCentre(packing->atoms, packing->place[i], &cx, &cy);
		by[count++] = (PlacesRanked) {hypot(cx - x, cy - y), i};
	}
	SortRanked(by, count);
	count = Min(count, NEIGHBOURS);
	for (int i = 0; i < count; i++)
		neighbour[i] = by[i].item;
	return count;
}

/* Pack a place anew with one or two of its neighbours. */
static bool
PackAround(PlacesPacking *packing, int place, double difference)
{
	int			neighbour[NEIGHBOURS];
	int			count = NearestPlaces(packing, place, neighbour);

	HostCheckCancel();
	for (int i = 0; i < count; i++)
		for (int j = i; j < count; j++)
		{
			int			chosen[3] = {place, neighbour[i], neighbour[j]};

			if (!PackSome(packing, chosen, i == j ? 2 : 3, difference))
				continue;
			CloseRanks(packing);
			return true;
		}
	return false;
}

/* Make the places compact, a few at a time, then all if that can be done. */
static void
MakeCompact(PlacesPacking *packing, double difference)
{
	int			idle = 0;

	ExchangeAtoms(packing);
	for (int i = 0; idle < packing->places; i = (i + 1) % packing->places)
		idle = PackAround(packing, i, difference) ? 0 : idle + 1;
	PackCompactly(packing, difference, WORK_ON_COST);
}

/* Label the points that the atoms are; -1, with no label touched, when that is too much work. */
static int
CoverAtoms(PlacesAtoms *atoms, const int *point, const PlacesRules *rules, double least_alone,
		   double difference, int *label)
{
	PlacesPacking packing = {.atoms = atoms,.min_homes = rules->min_homes,
	.max_homes = rules->max_homes,.least_alone = least_alone,.target_homes = rules->target_homes,.work = WORK};

	if (atoms->homes < least_alone)
		return 0;
	packing.within = AllAtoms(atoms->n);
	MatchAtoms(atoms, rules->max_radius);
	PackAtoms(&packing);
	if (!packing.complete)
		return -1;
	if (packing.places > 0)
		MakeCompact(&packing, difference);
	for (int j = 0; j < packing.places; j++)
		for (PlacesAtomSet set = packing.place[j]; set != 0; set &= set - 1)
			label[point[__builtin_ctzll(set)]] = j;
	return packing.places;
}

/*
 * Label the points of "common", which are no more than MOST_ATOMS but for those without
 * homes, with 0 .. k - 1, or -1, and return k; -1 when they are more, or that is too
 * much work, or gaps are limited, and no label has been touched.  least_alone is the minimum of a place of
 * one point.
 */
int
CoverFewPoints(const PlacesPoints *points, const PlacesRules *rules, double least_alone,
			   const int *common, int count, int *label)
{
	PlacesAtoms atoms = {0};
	int			point[MOST_ATOMS];
	double	   *x;
	double	   *y;
	int			places = -1;

	/* whether a place has a gap is no matter of its threes */
	if (LimitsGap(rules))
		return -1;
	x = HostNew(double, SpotCount(points));
	y = HostNew(double, SpotCount(points));
	if (AtomsOfPoints(points, common, count, &atoms, point, x, y))
		places = CoverAtoms(&atoms, point, rules, least_alone,
							points->whole ? 1 : LEAST_DIFFERENCE * atoms.homes, label);
	HostFree(x);
	HostFree(y);
	return places;
}
