/*
 * repartition.c
 *	  Divide groups of neighbouring places anew where that is more compact.
 *
 * Exchanges between neighbours cannot bring a place from where there are too
 * many to where there are too few.  This is a large-neighbourhood search.  Of a
 * place and its nearest neighbours one centre is taken away and set down at a
 * home far from every centre (random swap: Franti, "Efficiency of random swap
 * clustering", Journal of Big Data 5:13, 2018), and their homes are divided again
 * under the size bounds (neighbourhood.c), without regard to the radius.  What
 * then lies outside its circle goes to a place whose circle can hold it
 * (radius_violations.c), and the sizes are set right by exchanges inside the
 * circles (negative_cycles.c).  The result is kept if every place is within its
 * bounds and the cost has fallen: the sum of squares and the price of sizes off
 * the target.
 *
 * Choices come from a fixed sequence of pseudo-random numbers: the same points
 * give the same answer.  The number of trials is bounded by the points they
 * divide.
 */
#include "engine/coverage/repartition.h"

#include "engine/base/random.h"
#include "engine/coverage/negative_cycles.h"
#include "engine/coverage/radius_violations.h"

/* Places of a neighbourhood, at least; at most MOST_CHOSEN. */
#define LEAST_CHOSEN 3

/* Points divided in all trials: for each point of the division, and at most. */
#define WORK_PER_POINT 150.0
#define WORK_AT_MOST 4e6

/* Trials around a place without success, or change nearby, that end those there. */
#define PATIENCE 4

/* Choose the place and a random number of those nearest to it. */
static void
ChooseNeighbourhood(PlacesNeighbourhood *r, const PlacesGrid *centres, int place)
{
	PlacesDivision *division = r->division;
	int			neighbour[MOST_NEIGHBOURS];
	int			count = NearestDrafts(centres, division->place[place].x,
									  division->place[place].y, place,
									  r->found, neighbour);

	r->part.places = LEAST_CHOSEN + (int) (DrawUniform(&r->draw) * (MOST_CHOSEN + 1 - LEAST_CHOSEN));
	r->part.places = Min(r->part.places, count + 1);
	r->points = 0;
	for (int i = 0; i < r->part.places; i++)
	{
		r->chosen[i] = i == 0 ? place : neighbour[i - 1];
		r->before[i] = division->place[r->chosen[i]];
		r->start[i] = r->points;
		for (int p = r->before[i].first; p >= 0; p = division->next[p])
		{
			r->point[r->points] = p;
			r->owner[r->points] = i;
			r->next[r->points++] = division->next[p];
		}
	}
	r->start[r->part.places] = r->points;
}

/* Bring the places into circles, then into their bounds; false when that fails. */
static bool
MakeValid(PlacesNeighbourhood *r, double wanted)
{
	PlacesDivision *part = &r->part;

	if (!FitCircles(r))
		return false;
	for (int i = 0; i < part->places; i++)
		MeasureDraft(part, i);
	if (CostOf(r, part->place, part->places) >= wanted)
		return false;
	CancelNegativeCycles(part);
	for (int i = 0; i < part->places; i++)
	{
		if (part->place[i].homes < part->rules.min_homes || part->place[i].homes > part->rules.max_homes)
			return false;
	}
	return true;
}

/* Make the places those of the whole. */
static void
KeepPart(PlacesNeighbourhood *r)
{
	PlacesDivision *division = r->division;

	for (int i = 0; i < r->part.places; i++)
	{
		ForgetCells(r, r->chosen[i]);
		r->failed[r->chosen[i]] = 0;
		division->place[r->chosen[i]] = r->part.place[i];
		for (int p = r->part.place[i].first; p >= 0; p = division->next[p])
			division->owner[p] = r->chosen[i];
	}
}

static void
RestorePart(PlacesNeighbourhood *r)
{
	HostCheckCancel();
	for (int i = 0; i < r->points; i++)
	{
		r->division->owner[r->point[i]] = r->chosen[r->owner[i]];
		r->division->next[r->point[i]] = r->next[i];
	}
}

/* Divide the neighbourhood anew; undone unless it costs less. */
static bool
TryNeighbourhood(PlacesNeighbourhood *r, bool swap)
{
	double		wanted = (1 - LEAST_GAIN) * CostOf(r, r->before, r->part.places);

	if (!DivideNeighbourhood(r, swap))
		return false;
	for (int i = 0; i < r->part.places; i++)
		MeasureDraft(&r->part, i);
	if (CostOf(r, r->part.place, r->part.places) < wanted && MakeValid(r, wanted) &&
		CostOf(r, r->part.place, r->part.places) < wanted)
	{
		KeepPart(r);
		return true;
	}
	RestorePart(r);
	return false;
}

static PlacesNeighbourhood *
NewNeighbourhood(PlacesDivision *division)
{
	PlacesNeighbourhood *r = HostNewZero(PlacesNeighbourhood, 1);
	int			n = division->grid->n;
	double		spread = 0;
	double		homes = 0;

	r->division = division;
	r->part = *division;
	r->part.place = HostNew(PlacesDraft, MOST_CHOSEN);
	r->part.room = MOST_CHOSEN;
	r->point = HostNew(int, n);
	r->owner = HostNew(int, n);
	r->next = HostNew(int, n);
	r->x = HostNew(double, n + 1);
	r->y = HostNew(double, n + 1);
	r->found = HostNew(int, division->places);
	r->failed = HostNewZero(int, division->places);
	r->cells = HostNewZero(PlacesKdTree *, division->places);
	r->draw = 1;
	for (int i = 0; i < division->places; i++)
	{
		spread += division->place[i].spread;
		homes += division->place[i].homes;
	}
	r->penalty = SIZE_PENALTY * spread / homes / division->rules.target_homes;
	return r;
}

static void
FreeNeighbourhood(PlacesNeighbourhood *r)
{
	for (int i = 0; i < r->division->places; i++)
		ForgetCells(r, i);
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
 * the work is done.  Bounds and circles hold before and after each; the number of
 * places stays.
 */
void
Repartition(PlacesDivision *division)
{
	PlacesNeighbourhood *r;
	PlacesGrid *centres;
	double		work = Min(WORK_AT_MOST, WORK_PER_POINT * division->grid->n);
	int			idle = 0;

	if (division->places < 2)
		return;
	r = NewNeighbourhood(division);
	centres = GridOfCentroids(division);
	for (int a = 0; work > 0 && idle < division->places; a = (a + 1) % division->places)
	{
		HostCheckCancel();
		if (r->failed[a] >= PATIENCE)
		{
			idle++;
			continue;
		}
		idle = 0;
		ChooseNeighbourhood(r, centres, a);
		work -= r->points;
		/* the first trial leaves the centres where they are */
		if (TryNeighbourhood(r, r->failed[a]++ > 0))
		{
			FreeGrid(centres);
			centres = GridOfCentroids(division);
		}
	}
	FreeGrid(centres);
	FreeNeighbourhood(r);
}
