/*
 * repartition.c
 *	  Divide groups of neighbouring places anew where that is more compact.
 *
 * Exchanges between neighbours cannot bring a place from where there are too
 * many to where there are too few.  Here the homes of a place and its nearest
 * neighbours are pooled; one centre is taken away and set down at a home far
 * from every centre (random swap: Franti, "Efficiency of random swap
 * clustering", Journal of Big Data 5:13, 2018); and the pool is divided again
 * under the size bounds (neighbourhood.c), without regard to the radius.  What
 * then sticks out of a circle goes to a place whose circle can hold it
 * (radius_violations.c), the sizes are set right by exchanges inside the circles
 * (negative_cycles.c), and the result is kept if every place is within its bounds and the cost has
 * fallen: the sum of squares and the price of sizes off the target.
 *
 * Choices come from a fixed sequence of pseudo-random numbers: the same points
 * give the same answer.  The number of trials is bounded by the points they
 * pool.
 */
#include "engine/coverage/repartition.h"

/* Places in a pool, at least; at most COVERAGE_POOL. */
#define LEAST_POOL 3

#define REFINE_SWEEPS 4

/* Pooled points in all trials, for each point of the division. */
#define WORK_PER_POINT 150.0
#define WORK_AT_MOST 4e6

/* Trials around a place without success, or change nearby, that end those there. */
#define PATIENCE 4


/* A number in [0, 1) that depends on nothing but how often it was asked for. */
double
CoverageDraw(CoverageRedivider *r)
{
	r->draw = r->draw * 6364136223846793005ULL + 1442695040888963407ULL;
	return (double) (r->draw >> 11) / 9007199254740992.0;
}

double
CoverageCost(const CoverageRedivider *r, const CoveragePlace *place, int count)
{
	double		cost = 0;
	int			i;

	for (i = 0; i < count; i++)
	{
		double		off = place[i].homes - r->division->target_homes;

		cost += place[i].spread + r->penalty * off * off;
	}
	return cost;
}

/* Pools the place and those nearest to it. */
static void
GatherPool(CoverageRedivider *r, const PlacesGrid *centres, int place)
{
	CoverageDivision *division = r->division;
	int			neighbour[COVERAGE_NEIGHBOURS];
	int			count = CoverageNeighbours(centres, division->place[place].x,
										   division->place[place].y, place,
										   r->found, neighbour);
	int			i;

	r->part.places = LEAST_POOL + (int) (CoverageDraw(r) * (COVERAGE_POOL + 1 - LEAST_POOL));
	r->part.places = Min(r->part.places, count + 1);
	r->points = 0;
	for (i = 0; i < r->part.places; i++)
	{
		int			p;

		r->pool[i] = i == 0 ? place : neighbour[i - 1];
		r->before[i] = division->place[r->pool[i]];
		r->start[i] = r->points;
		for (p = r->before[i].first; p >= 0; p = division->next[p])
		{
			r->point[r->points] = p;
			r->owner[r->points] = i;
			r->next[r->points++] = division->next[p];
		}
	}
	r->start[r->part.places] = r->points;
}

/* Brings the places of the pool into circles, then into their bounds. */
static bool
MakeValid(CoverageRedivider *r, double wanted)
{
	CoverageDivision *part = &r->part;
	int			i;

	if (!CoverageCirclePool(r))
		return false;
	for (i = 0; i < part->places; i++)
		CoverageMeasure(part, i);
	if (CoverageCost(r, part->place, part->places) >= wanted)
		return false;
	CoverageExchange(part);
	for (i = 0; i < part->places; i++)
	{
		if (part->place[i].homes < part->min_homes || part->place[i].homes > part->max_homes)
			return false;
	}
	return true;
}

/* Makes the pool's places those of the division. */
static void
KeepPart(CoverageRedivider *r)
{
	CoverageDivision *division = r->division;
	int			i;

	for (i = 0; i < r->part.places; i++)
	{
		int			p;

		CoverageForgetCells(r, r->pool[i]);
		r->failed[r->pool[i]] = 0;
		division->place[r->pool[i]] = r->part.place[i];
		for (p = r->part.place[i].first; p >= 0; p = division->next[p])
			division->owner[p] = r->pool[i];
	}
}

static void
RestorePart(CoverageRedivider *r)
{
	int			i;

	HostCheckCancel();
	for (i = 0; i < r->points; i++)
	{
		r->division->owner[r->point[i]] = r->pool[r->owner[i]];
		r->division->next[r->point[i]] = r->next[i];
	}
}

/* Divides the pool anew; undone unless it costs less. */
static bool
TryPool(CoverageRedivider *r, bool swap)
{
	double		wanted = (1 - COVERAGE_LEAST_GAIN) * CoverageCost(r, r->before, r->part.places);
	PlacesCentres *centres = CoveragePoolCentres(r, swap);
	int			i;

	if (centres == NULL)
		return false;
	CoverageDividePool(r, centres);
	FreeCentres(centres);
	for (i = 0; i < r->part.places; i++)
		CoverageMeasure(&r->part, i);
	if (CoverageCost(r, r->part.place, r->part.places) < wanted && MakeValid(r, wanted))
	{
		CoverageRefine(&r->part, REFINE_SWEEPS);
		if (CoverageCost(r, r->part.place, r->part.places) < wanted)
		{
			KeepPart(r);
			return true;
		}
	}
	RestorePart(r);
	return false;
}

static CoverageRedivider *
NewRedivider(CoverageDivision *division)
{
	CoverageRedivider *r = HostNewZero(CoverageRedivider, 1);
	int			n = division->grid->n;
	double		spread = 0;
	double		homes = 0;
	int			i;

	r->division = division;
	r->part = *division;
	r->part.place = HostNew(CoveragePlace, COVERAGE_POOL);
	r->part.room = COVERAGE_POOL;
	r->point = HostNew(int, n);
	r->owner = HostNew(int, n);
	r->next = HostNew(int, n);
	r->x = HostNew(double, n + 1);
	r->y = HostNew(double, n + 1);
	r->found = HostNew(int, division->places);
	r->failed = HostNewZero(int, division->places);
	r->cells = HostNewZero(PlacesKdTree *, division->places);
	r->draw = 1;
	for (i = 0; i < division->places; i++)
	{
		spread += division->place[i].spread;
		homes += division->place[i].homes;
	}
	r->penalty = COVERAGE_SIZE_PENALTY * spread / homes / division->target_homes;
	return r;
}

static void
FreeRedivider(CoverageRedivider *r)
{
	int			i;

	for (i = 0; i < r->division->places; i++)
		CoverageForgetCells(r, i);
	HostFree(r->part.place);
	HostFree(r->point);
	HostFree(r->owner);
	HostFree(r->next);
	HostFree(r->x);
	HostFree(r->y);
	HostFree(r->found);
	HostFree(r->failed);
	HostFree(r->cells);
	HostFree(r);
}

/*
 * Trials around one place after another, until they have failed everywhere or
 * the work is done.
 */
void
CoverageRedivide(CoverageDivision *division)
{
	CoverageRedivider *r;
	PlacesGrid *centres;
	double		work = Min(WORK_AT_MOST, WORK_PER_POINT * division->grid->n);
	int			idle = 0;
	int			a;

	if (division->places < 2)
		return;
	r = NewRedivider(division);
	centres = CoverageGridOfCentres(division);
	for (a = 0; work > 0 && idle < division->places; a = (a + 1) % division->places)
	{
		HostCheckCancel();
		if (r->failed[a] >= PATIENCE)
		{
			idle++;
			continue;
		}
		idle = 0;
		GatherPool(r, centres, a);
		work -= r->points;
		/* the first trial leaves the centres where they are */
		if (TryPool(r, r->failed[a]++ > 0))
		{
			FreeGrid(centres);
			centres = CoverageGridOfCentres(division);
		}
	}
	FreeGrid(centres);
	FreeRedivider(r);
}
