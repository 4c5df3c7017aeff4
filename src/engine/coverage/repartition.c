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
 * Where the whole has fewer places than its homes make of the target size, and so has
 * a neighbourhood, it gets one more centre, if that costs less; where both have more,
 * one is taken away, whatever that costs.  So the number only goes one way.
 *
 * Choices come from a fixed sequence of pseudo-random numbers: the same points
 * give the same answer.  The number of trials is bounded by the points they
 * divide.
 */
#include "engine/coverage/repartition.h"

#include "engine/base/random.h"
#include "engine/coverage/negative_cycles.h"
#include "engine/coverage/radius_violations.h"

/* Places of a neighbourhood whose number stays, at least and at most. */
#define LEAST_CHOSEN 3
#define MOST_MOVED 8

/* Of how many neighbourhoods that want another number of places one is drawn. */
#define MORE_CHOSEN 4

/* Points divided in all trials: for each point of the division, and at most. */
#define WORK_PER_POINT 150.0
#define WORK_AT_MOST 4e6

/* Trials around a place without success, or change nearby, that end those there. */
#define PATIENCE 5

/* The first of them are for another number of places, where one is wanted. */
#define COUNT_TRIALS 2

/* Homes for each place above the minimum, for a place more to be tried. */
#define ROOM_FOR_MORE 1.01

/*
 * What should become of m places of so many homes: one more or less, towards the
 * number that the target asks for, of them and of the whole.
 */
static PlacesMove
MoveWanted(const PlacesNeighbourhood *r, double homes, int m)
{
	const PlacesRules *rules = &r->division->rules;
	double		ideal = homes / rules->target_homes;

	if (r->division->places < r->wanted && m + 0.5 < ideal &&
		(m + 1) * rules->min_homes * ROOM_FOR_MORE <= homes)
		return CENTRE_ADDED;
	if (r->division->places > r->wanted && m - 0.5 > ideal && m > 1 &&
		(m - 1) * rules->max_homes >= homes)
		return CENTRE_GONE;
	return CENTRES_STAY;
}

/* The first so many of those chosen, and their points. */
static void
TakeChosen(PlacesNeighbourhood *r, int places)
{
	r->places = places;
	for (int i = 0; i < places; i++)
		r->before[i] = r->division->place[r->chosen[i]];
	ListPoints(r);
}

/* Choose the place and a random number of those nearest to it. */
static void
ChooseNeighbourhood(PlacesNeighbourhood *r, const PlacesGrid *centres, int place)
{
	int			count = LEAST_CHOSEN + (int) (DrawUniform(&r->draw) * (MOST_MOVED + 1 - LEAST_CHOSEN));

	r->chosen[0] = place;
	TakeChosen(r, 1 + NearestDrafts(centres, r->division->place[place].x, r->division->place[place].y,
									place, count - 1, r->found, r->chosen + 1));
}

/*
 * Choose the place and the fewest of those nearest to it, or some more, of whose
 * homes another number of places should be made; CENTRES_STAY if there are none.
 */
static PlacesMove
ChooseMiscounted(PlacesNeighbourhood *r, const PlacesGrid *centres, int place)
{
	const PlacesDivision *division = r->division;
	int			more = (int) (DrawUniform(&r->draw) * MORE_CHOSEN);
	int			count = 1 + NearestDrafts(centres, division->place[place].x, division->place[place].y,
										  place, MOST_CHOSEN - 1, r->found, r->chosen + 1);
	PlacesMove	move = CENTRES_STAY;
	double		homes = 0;
	int			last = 0;

	r->chosen[0] = place;
	for (int m = 1; m <= count && more >= 0; m++)
	{
		PlacesMove	wanted;

		homes += division->place[r->chosen[m - 1]].homes;
		wanted = MoveWanted(r, homes, m);
		if (wanted == CENTRES_STAY)
			continue;
		last = m;
		move = wanted;
		more--;
	}
	if (move != CENTRES_STAY)
		TakeChosen(r, last);
	return move;
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

/* The last place of the whole takes the slot of an empty one. */
static void
CloseSlot(PlacesNeighbourhood *r, int slot)
{
	int			last = r->division->places - 1;

	ForgetCells(r, slot);
	r->cells[slot] = r->cells[last];
	r->cells[last] = NULL;
	r->failed[slot] = r->failed[last];
	RemoveDraft(r->division, slot);
}

/* Make the places those of the whole. */
static void
KeepPart(PlacesNeighbourhood *r)
{
	PlacesDivision *division = r->division;

	if (r->part.places > r->places)
		r->chosen[r->places] = AddDraft(division);
	Assert(division->places <= r->room);
	for (int i = 0; i < r->part.places; i++)
	{
		ForgetCells(r, r->chosen[i]);
		r->failed[r->chosen[i]] = 0;
		division->place[r->chosen[i]] = r->part.place[i];
		for (int p = r->part.place[i].first; p >= 0; p = division->next[p])
			division->owner[p] = r->chosen[i];
	}
	if (r->part.places < r->places)
		CloseSlot(r, r->chosen[r->places - 1]);
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

/* Divide the neighbourhood anew; undone unless it costs less, or has a place less as it should. */
static bool
TryNeighbourhood(PlacesNeighbourhood *r, PlacesMove move)
{
	double		wanted = move == CENTRE_GONE ? INFINITY :
		(1 - LEAST_GAIN) * CostOf(r, r->before, r->places);

	if (!DivideNeighbourhood(r, move, wanted))
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
	r->part.place = HostNew(PlacesDraft, MOST_CHOSEN + 1);
	r->part.room = MOST_CHOSEN + 1;
	r->point = HostNew(int, n);
	r->owner = HostNew(int, n);
	r->next = HostNew(int, n);
	r->x = HostNew(double, GridSpots(division->grid) + 1);
	r->y = HostNew(double, GridSpots(division->grid) + 1);
	r->draw = 1;
	for (int i = 0; i < division->places; i++)
	{
		spread += division->place[i].spread;
		homes += division->place[i].homes;
	}
	r->penalty = SizePenalty(spread, homes, division->rules.target_homes);
	r->wanted = (int) fmin(n, floor(homes / division->rules.target_homes + 0.5));
	r->room = Max(division->places, (int) Min(n, homes / division->rules.min_homes)) + 1;
	r->found = HostNew(int, r->room);
	r->failed = HostNewZero(int, r->room);
	r->cells = HostNewZero(PlacesKdTree *, r->room);
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
 * The trials around a place: another number of places first, where that is wanted,
 * then the centres where they are, then one of them moved.
 */
static PlacesMove
ChooseTrial(PlacesNeighbourhood *r, const PlacesGrid *centres, int place)
{
	int			turn = r->failed[place];
	PlacesMove	move = turn < COUNT_TRIALS ? ChooseMiscounted(r, centres, place) : CENTRES_STAY;

	if (move != CENTRES_STAY)
		return move;
	ChooseNeighbourhood(r, centres, place);
	return turn > COUNT_TRIALS ? CENTRE_MOVED : CENTRES_STAY;
}

/*
 * Trials around one place after another, until they have failed everywhere or
 * the work is done.  Bounds and circles hold before and after each.
 */
void
Repartition(PlacesDivision *division)
{
	PlacesNeighbourhood *r;
	PlacesGrid *centres;
	double		work = Min(WORK_AT_MOST, WORK_PER_POINT * division->grid->n);
	int			idle = 0;

	if (division->places < 1)
		return;
	r = NewNeighbourhood(division);
	centres = GridOfCentroids(division);
	for (int a = 0; work > 0 && idle < division->places; a = (a + 1) % division->places)
	{
		PlacesMove	move;

		HostCheckCancel();
		if (r->failed[a] >= PATIENCE)
		{
			idle++;
			continue;
		}
		idle = 0;
		move = ChooseTrial(r, centres, a);
		r->failed[a]++;
		work -= r->points;
		if (TryNeighbourhood(r, move))
		{
			FreeGrid(centres);
			centres = GridOfCentroids(division);
		}
	}
	FreeGrid(centres);
	FreeNeighbourhood(r);
}
