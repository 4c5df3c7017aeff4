/*
 * partition.c
 *	  Divide covered homes among compact places of about the target size.
 *
 * Each disc that the search chose becomes a place; one that holds enough for
 * several is bisected across its longer axis, in proportion, until every
 * piece is one place.  Pieces lie in the disc they came from, so each keeps
 * that circle until its centroid serves as well.  Then neighbours exchange
 * homes (negative_cycles.c), points that a circle has come to hold on its way
 * join a place that has room, places that are better dissolved among those around
 * them are, and what is large enough is split; at last groups of places are
 * divided anew (repartition.c).
 *
 * A bisection is chosen so that each side can be divided further under the
 * bounds.  Where no whole number of places fits a disc's homes between
 * min_homes and max_homes (possible when max_homes < 2 min_homes, or with
 * large blocks), the homes farthest out are let go.
 */
#include "engine/coverage/partition.h"

#include "engine/coverage/negative_cycles.h"
#include "engine/coverage/repack.h"
#include "engine/coverage/repartition.h"

/* Homes for each place above the minimum, for room to exchange homes. */
#define ROOM_ABOVE_MIN 1.03

/* Rounds of regrouping. */
#define ROUNDS 2

/*
 * By how much a sum may differ with its order.  coverage.c narrows the bounds
 * by more where weights are not whole.
 */
#define ROUNDING 5e-10

/* The discs as places, each with the points it owns. */
static void
PlacesFromDiscs(PlacesDivision *division, const PlacesDiscSet *set)
{
	int		   *place = HostNew(int, set->discs);

	for (int i = 0; i < set->discs; i++)
	{
		if (!set->disc[i].active)
			continue;
		place[i] = AddDraft(division);
		division->place[place[i]].circle_x = set->disc[i].x;
		division->place[place[i]].circle_y = set->disc[i].y;
	}
	for (int i = set->grid->n - 1; i >= 0; i--)
	{
		HostCheckCancelAt(i);
		division->owner[i] = -1;
		if (set->owner[i] >= 0)
			PutPoint(division, i, place[set->owner[i]]);
	}
	for (int i = 0; i < division->places; i++)
		MeasureDraft(division, i);
	HostFree(place);
}

/*
 * Into how many places to divide so many points of so many homes: near the
 * target, with room above the minimum, and within the bounds if any number is;
 * no more than there are points.
 */
static int
PlacesFor(const PlacesDivision *division, double homes, int points)
{
	double		most = floor(homes / division->rules.min_homes);
	double		least = ceil(homes / division->rules.max_homes);
	double		roomy = floor(homes / (division->rules.min_homes * ROOM_ABOVE_MIN));
	double		wanted = floor(homes / division->rules.target_homes + 0.5);

	wanted = fmin(wanted, roomy);
	wanted = fmax(wanted, least);
	wanted = fmin(wanted, fmin(most, points));
	return wanted > 1 ? (int) wanted : 1;
}

/* The points of the place into the scratch arrays, along its longer axis. */
static int
SortAlongAxis(PlacesDivision *division, int which, int count)
{
	const PlacesGrid *grid = division->grid;
	const PlacesDraft *place = &division->place[which];
	double		xx = 0;
	double		yy = 0;
	double		xy = 0;
	double		angle;

	for (int p = place->first; p >= 0; p = division->next[p])
	{
		double		dx = grid->x[p] - place->x;
		double		dy = grid->y[p] - place->y;

		xx += grid->w[p] * dx * dx;
		yy += grid->w[p] * dy * dy;
		xy += grid->w[p] * dx * dy;
	}
	angle = 0.5 * atan2(2 * xy, xx - yy);
	for (int p = place->first; p >= 0; p = division->next[p])
	{
		division->member[count] = p;
		division->key[count++] = (grid->x[p] - place->x) * cos(angle) +
			(grid->y[p] - place->y) * sin(angle);
	}
	SortMembers(division, count);
	return count;
}

/* Are so many homes divisible into so many places? */
static bool
Divisible(const PlacesDivision *division, double homes, int places)
{
	return homes >= places * division->rules.min_homes && homes <= places * division->rules.max_homes;
}

/*
 * Where to cut the sorted points so that the first part holds about its share
 * and both parts can be divided further; -1 when nowhere.
 */
static int
CutAt(const PlacesDivision *division, int count, double homes, int first, int second)
{
	double		ideal = homes * first / (first + second);
	double		sum = 0;
	int			best = -1;
	double		best_off = 0;

	for (int i = 0; i < count; i++)
	{
		if (Divisible(division, sum, first) && Divisible(division, homes - sum, second) &&
			(best < 0 || fabs(sum - ideal) < best_off))
		{
			best = i;
			best_off = fabs(sum - ideal);
		}
		sum += division->grid->w[division->member[i]];
	}
	return best;
}

/* Bisects the place into that many, as far as blocks allow; false when not even once. */
static bool
SplitPlace(PlacesDivision *division, int which, int pieces)
{
	int			first = pieces / 2;
	int			count;
	int			cut;
	int			piece;

	if (pieces <= 1)
		return true;
	HostCheckCancel();
	count = SortAlongAxis(division, which, 0);
	cut = CutAt(division, count, division->place[which].homes, first, pieces - first);
	if (cut < 0)
		return false;
	piece = AddDraft(division);
	division->place[piece].circle_x = division->place[which].circle_x;
	division->place[piece].circle_y = division->place[which].circle_y;
	division->place[which].first = -1;
	for (int i = 0; i < count; i++)
		PutPoint(division, division->member[i], i < cut ? which : piece);
	MeasureDraft(division, which);
	MeasureDraft(division, piece);
	SplitPlace(division, which, first);
	SplitPlace(division, piece, pieces - first);
	return true;
}

static void
SplitPlaces(PlacesDivision *division)
{
	int			discs = division->places;

	for (int i = 0; i < discs; i++)
	{
		int			pieces = PlacesFor(division, division->place[i].homes,
									   division->place[i].points);

		while (!SplitPlace(division, i, pieces))
			pieces--;
	}
}

/* Lets the point go; the place is not measured anew. */
static void
DropPoint(PlacesDivision *division, int point)
{
	PlacesDraft *place = &division->place[division->owner[point]];
	int		   *link = &place->first;

	Assert(division->owner[point] >= 0);
	while (*link != point)
		link = &division->next[*link];
	*link = division->next[point];
	division->owner[point] = -1;
}

/* Lets the farthest homes of a place go until it holds at most the maximum. */
static void
TrimPlace(PlacesDivision *division, int which)
{
	const PlacesGrid *grid = division->grid;
	PlacesDraft *place = &division->place[which];
	double		homes = place->homes;
	int			count = 0;

	if (homes <= division->rules.max_homes)
		return;
	for (int p = place->first; p >= 0; p = division->next[p])
	{
		double		dx = grid->x[p] - place->x;
		double		dy = grid->y[p] - place->y;

		division->member[count] = p;
		division->key[count++] = -(dx * dx + dy * dy);
	}
	SortMembers(division, count);
	for (int p = 0; p < count && homes > division->rules.max_homes; p++)
	{
		double		w = grid->w[division->member[p]];

		HostCheckCancel();
		if (w <= 0 || homes - w < division->rules.min_homes)
			continue;
		homes -= w;
		DropPoint(division, division->member[p]);
	}
	MeasureDraft(division, which);
}

/* Removes places that break the bounds; the last place takes the slot. */
static void
DropUnfit(PlacesDivision *division)
{
	int			i = 0;

	while (i < division->places)
	{
		PlacesDraft *place = &division->place[i];

		MeasureDraft(division, i);
		if (place->homes >= division->rules.min_homes * (1 - ROUNDING) &&
			place->homes <= division->rules.max_homes * (1 + ROUNDING))
		{
			i++;
			continue;
		}
		for (int p = place->first; p >= 0; p = division->next[p])
			division->owner[p] = -1;
		RemoveDraft(division, i);
	}
}

/* The place whose circle holds the point, with room, nearest; or -1. */
static int
NearestRoom(const PlacesDivision *division, const PlacesGrid *circles,
			const int *found, int count, int except, int point)
{
	const PlacesGrid *grid = division->grid;
	double		best = 0;
	int			nearest = -1;

	for (int i = 0; i < count; i++)
	{
		int			which = circles->origin[found[i]];
		const PlacesDraft *place = &division->place[which];
		double		dx;
		double		dy;
		double		square;

		if (which == except || place->points == 0 ||
			!CircleHolds(grid, point, place->circle_x, place->circle_y, division->rules.max_radius) ||
			place->homes + grid->w[point] > division->rules.max_homes)
			continue;
		dx = grid->x[point] - place->x;
		dy = grid->y[point] - place->y;
		square = dx * dx + dy * dy;
		if (nearest < 0 || square < best)
		{
			best = square;
			nearest = which;
		}
	}
	return nearest;
}

static PlacesGrid *
GridOfCircles(const PlacesDivision *division)
{
	double	   *x = HostNew(double, division->places);
	double	   *y = HostNew(double, division->places);
	PlacesGrid *circles;

	for (int i = 0; i < division->places; i++)
	{
		x[i] = division->place[i].circle_x;
		y[i] = division->place[i].circle_y;
	}
	circles = BuildGrid(division->places, x, y, x, division->rules.max_radius / 2);
	HostFree(x);
	HostFree(y);
	return circles;
}

/* Gives points without a place to one whose circle holds them. */
static bool
AbsorbPoints(PlacesDivision *division)
{
	PlacesGrid *circles;
	int		   *found;
	bool		changed = false;

	if (division->places == 0)
		return false;
	circles = GridOfCircles(division);
	found = HostNew(int, division->places);
	for (int p = 0; p < division->grid->n; p++)
	{
		int			count;
		int			which;

		HostCheckCancel();
		if (division->owner[p] >= 0)
			continue;
		count = GridPoints(circles, division->grid->x[p], division->grid->y[p],
						   division->rules.max_radius * (1 + 1e-6), found);
		which = NearestRoom(division, circles, found, count, -1, p);
		if (which < 0)
			continue;
		PutPoint(division, p, which);
		division->place[which].homes += division->grid->w[p];
		changed = true;
	}
	HostFree(found);
	FreeGrid(circles);
	for (int p = 0; p < division->places && changed; p++)
		MeasureDraft(division, p);
	return changed;
}

/* Cost of a place of that size, beside its spread. */
static double
SizeCost(const PlacesDivision *division, double penalty, double homes)
{
	double		off = homes - division->rules.target_homes;

	return penalty * off * off;
}

/*
 * Gives the point to the nearest other place that can take it, and adds to
 * *cost what that costs; false when none can.  Lists are left as they are.
 */
static bool
RehousePoint(PlacesDivision *division, const PlacesGrid *circles, int point,
			 double penalty, int *found, double *cost)
{
	const PlacesGrid *grid = division->grid;
	double		w = grid->w[point];
	int			count = GridPoints(circles, grid->x[point], grid->y[point],
								   division->rules.max_radius * (1 + 1e-6), found);
	int			which = NearestRoom(division, circles, found, count,
									division->owner[point], point);
	PlacesDraft *place;
	double		dx;
	double		dy;

	if (which < 0)
		return false;
	place = &division->place[which];
	dx = grid->x[point] - place->x;
	dy = grid->y[point] - place->y;
	*cost += w * (dx * dx + dy * dy) - SizeCost(division, penalty, place->homes);
	place->homes += w;
	*cost += SizeCost(division, penalty, place->homes);
	division->owner[point] = which;
	return true;
}

/*
 * Gives the points of a place to the places around it, if their circles and
 * bounds allow and the cost falls; the place is left empty.
 */
static bool
DissolvePlace(PlacesDivision *division, const PlacesGrid *circles, int which,
			  double penalty, int *found)
{
	const PlacesGrid *grid = division->grid;
	PlacesDraft *place = &division->place[which];
	double		cost = -place->spread - SizeCost(division, penalty, place->homes);
	int			count = 0;
	int			rehoused = 0;
	int			p;

	for (p = place->first; p >= 0; p = division->next[p])
		division->member[count++] = p;
	while (rehoused < count &&
		   RehousePoint(division, circles, division->member[rehoused], penalty, found, &cost))
	{
		HostCheckCancel();
		rehoused++;
	}
	if (rehoused < count || cost >= 0)
	{
		while (--rehoused >= 0)
		{
			p = division->member[rehoused];
			division->place[division->owner[p]].homes -= grid->w[p];
			division->owner[p] = which;
		}
		return false;
	}
	place->first = -1;
	place->points = 0;
	place->homes = 0;
	while (--rehoused >= 0)
		PutPoint(division, division->member[rehoused], division->owner[division->member[rehoused]]);
	return true;
}

/* Dissolves what is better dissolved, and splits what has become divisible. */
static bool
Regroup(PlacesDivision *division)
{
	double		spread = 0;
	double		homes = 0;
	double		penalty;
	bool		changed = false;
	PlacesGrid *circles;
	int		   *found;

	for (int i = 0; i < division->places; i++)
	{
		spread += division->place[i].spread;
		homes += division->place[i].homes;
	}
	if (division->places < 2)
		return false;
	penalty = SizePenalty(spread, homes, division->rules.target_homes);
	circles = GridOfCircles(division);
	found = HostNew(int, division->places);
	for (int i = 0; i < division->places; i++)
	{
		HostCheckCancel();
		changed |= DissolvePlace(division, circles, i, penalty, found);
	}
	HostFree(found);
	FreeGrid(circles);
	DropUnfit(division);
	SplitPlaces(division);
	return changed;
}

/*
 * Divides the homes that the discs of the set own.
 */
PlacesDivision *
DivideCovered(const PlacesDiscSet *set)
{
	PlacesDivision *division = NewDivision(set->grid, &set->rules);

	PlacesFromDiscs(division, set);
	SplitPlaces(division);
	for (int i = 0; i < division->places; i++)
		TrimPlace(division, i);
	DropUnfit(division);
	CancelNegativeCycles(division);
	AbsorbPoints(division);
	for (int round = 0; round < ROUNDS; round++)
	{
		bool		changed = Regroup(division);

		CancelNegativeCycles(division);
		if (!changed)
			break;
	}
	AbsorbPoints(division);
	DropUnfit(division);
	RepackOutside(division);
	Repartition(division);
	AbsorbPoints(division);
	AssertCheckDivision(division);
	return division;
}
