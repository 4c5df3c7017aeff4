/*
 * division.c
 *	  Points divided among places: the state that dividing covered homes works on.
 */
#include "engine/coverage/division.h"

/*
 * No places yet, and no point with one.  The grid is the caller's, who frees the
 * division; rules are those narrowed by coverage.c.
 */
PlacesDivision *
NewDivision(const PlacesGrid *grid, const PlacesRules *rules)
{
	PlacesDivision *division = HostNewZero(PlacesDivision, 1);

	division->grid = grid;
	division->rules = *rules;
	division->room = 64;
	division->place = HostNew(PlacesDraft, division->room);
	division->next = HostNew(int, grid->n);
	division->owner = HostNew(int, grid->n);
	division->member = HostNew(int, grid->n);
	division->key = HostNew(double, grid->n);
	for (int i = 0; i < grid->n; i++)
	{
		HostCheckCancelAt(i);
		division->owner[i] = -1;
	}
	return division;
}

void
FreeDivision(PlacesDivision *division)
{
	HostFree(division->place);
	HostFree(division->next);
	HostFree(division->owner);
	HostFree(division->member);
	HostFree(division->key);
	HostFree(division);
}

/* Add an empty place; returns its number. */
int
AddDraft(PlacesDivision *division)
{
	if (division->places == division->room)
	{
		division->room *= 2;
		division->place = (PlacesDraft *)
			HostRealloc(division->place, sizeof(PlacesDraft) * (size_t) division->room);
	}
	memset(&division->place[division->places], 0, sizeof(PlacesDraft));
	division->place[division->places].first = -1;
	return division->places++;
}

/* Remove a place, whose points have no owner any more; the last place takes its number. */
void
RemoveDraft(PlacesDivision *division, int which)
{
	division->place[which] = division->place[--division->places];
	for (int p = which < division->places ? division->place[which].first : -1; p >= 0; p = division->next[p])
		division->owner[p] = which;
}

/* Put the point, which is on no list, on the list of the place. */
void
PutPoint(PlacesDivision *division, int point, int place)
{
	division->owner[point] = place;
	division->next[point] = division->place[place].first;
	division->place[place].first = point;
}

/* The greatest squared distance of a point of the place, or of its spots, from (x, y). */
static double
FarthestFrom(const PlacesDivision *division, const PlacesDraft *place, double x, double y)
{
	double		farthest = 0;

	for (int p = place->first; p >= 0; p = division->next[p])
	{
		PlacesOutline outline = GridCorners(division->grid, p);

		for (int c = 0; c < outline.n; c++)
		{
			double		dx = outline.x[c] - x;
			double		dy = outline.y[c] - y;

			farthest = Max(farthest, dx * dx + dy * dy);
		}
	}
	return farthest;
}

/*
 * The share of the way (dx, dy) that the circle may go before it loses the spot at
 * (x, y); less than 0 if it does not hold it now.
 */
static double
ShareToRim(const PlacesDraft *place, double radius, double dx, double dy, double x, double y)
{
	double		square = dx * dx + dy * dy;
	double		px = place->circle_x - x;
	double		py = place->circle_y - y;
	double		along = dx * px + dy * py;
	double		inside = radius * radius - px * px - py * py;

	return inside < 0 ? -1 : (sqrt(along * along + square * inside) - along) / square;
}

/*
 * Brings the circle towards the centroid as far as it still holds all the place's
 * points: the centres of circles that do are a convex set.  Nowhere if it does not
 * hold them now.
 */
static void
ShiftCircle(const PlacesDivision *division, PlacesDraft *place)
{
	double		radius = division->rules.max_radius;
	double		dx = place->x - place->circle_x;
	double		dy = place->y - place->circle_y;
	double		share = 1;

	if (dx * dx + dy * dy <= 0)
		return;
	for (int p = place->first; p >= 0; p = division->next[p])
	{
		PlacesOutline outline = GridCorners(division->grid, p);

		for (int c = 0; c < outline.n; c++)
			share = Min(share, ShareToRim(place, radius, dx, dy, outline.x[c], outline.y[c]));
	}
	dx = place->circle_x + (1 - 1e-6) * share * dx;
	dy = place->circle_y + (1 - 1e-6) * share * dy;
	/* up to rounding they are all inside; but it must not be by rounding */
	if (share <= 0 || FarthestFrom(division, place, dx, dy) > radius * radius * (1 - 1e-14))
		return;
	place->circle_x = dx;
	place->circle_y = dy;
}

/*
 * Counts homes, centroid and spread of the place anew from its points, and brings
 * the circle to the centroid, or as near to it as a circle holds them all.
 */
void
MeasureDraft(PlacesDivision *division, int which)
{
	const PlacesGrid *grid = division->grid;
	PlacesDraft *place = &division->place[which];
	double		x = 0;
	double		y = 0;
	double		farthest = 0;

	place->homes = 0;
	place->spread = 0;
	place->points = 0;
	HostCheckCancel();
	for (int p = place->first; p >= 0; p = division->next[p])
	{
		place->homes += grid->w[p];
		place->points++;
		x += grid->w[p] * (grid->x[p] - place->circle_x);
		y += grid->w[p] * (grid->y[p] - place->circle_y);
	}
	if (place->homes <= 0)
		return;
	place->x = place->circle_x + x / place->homes;
	place->y = place->circle_y + y / place->homes;
	for (int p = place->first; p >= 0; p = division->next[p])
	{
		double		dx = grid->x[p] - place->x;
		double		dy = grid->y[p] - place->y;

		place->spread += grid->w[p] * (dx * dx + dy * dy);
		farthest = Max(farthest, dx * dx + dy * dy);
	}
	if (grid->spots.start != NULL)
		farthest = FarthestFrom(division, place, place->x, place->y);
	if (farthest > division->rules.max_radius * division->rules.max_radius)
	{
		ShiftCircle(division, place);
		return;
	}
	place->circle_x = place->x;
	place->circle_y = place->y;
}

/* Puts the items of equal keys in the order of their points. */
static void
SortTies(PlacesSortItem *items, PlacesSortItem *spare, int count)
{
	int			end;

	for (int start = 0; start < count; start = end)
	{
		uint64_t	key = items[start].key;
		PlacesSortItem *sorted;

		for (end = start + 1; end < count && items[end].key == key; end++)
			;
		if (end == start + 1)
			continue;
		for (int i = start; i < end; i++)
			items[i].key = items[i].row;
		sorted = RadixSort(items + start, spare, end - start);
		if (sorted == spare)
			memcpy(items + start, spare, sizeof(PlacesSortItem) * (end - start));
		for (int i = start; i < end; i++)
			items[i].key = key;
	}
}

/* Sorts member by key, ties by the point; both arrays are rewritten. */
void
SortMembers(PlacesDivision *division, int count)
{
	PlacesSortItem *buffer = HostNew(PlacesSortItem, 2 * count);
	PlacesSortItem *items = buffer;

	for (int i = 0; i < count; i++)
	{
		items[i].key = SortKey(division->key[i]);
		items[i].row = division->member[i];
	}
	items = RadixSort(buffer, buffer + count, count);
	SortTies(items, items == buffer ? buffer + count : buffer, count);
	for (int i = 0; i < count; i++)
	{
		division->key[i] = SortKeyValue(items[i].key);
		division->member[i] = items[i].row;
	}
	HostFree(buffer);
}

/* A grid of the centroids, with about one in a cell. */
PlacesGrid *
GridOfCentroids(const PlacesDivision *division)
{
	int			n = division->places;
	double	   *x = HostNew(double, n);
	double	   *y = HostNew(double, n);
	double	   *w = HostNew(double, n);
	double		left = division->place[0].x;
	double		right = left;
	double		bottom = division->place[0].y;
	double		top = bottom;
	PlacesGrid *grid;

	for (int i = 0; i < n; i++)
	{
		x[i] = division->place[i].x;
		y[i] = division->place[i].y;
		w[i] = 1;
		left = fmin(left, x[i]);
		right = fmax(right, x[i]);
		bottom = fmin(bottom, y[i]);
		top = fmax(top, y[i]);
	}
	grid = BuildGrid(n, x, y, w, fmax(fmax(right - left, top - bottom) / sqrt(n),
									  1e-6 * division->rules.max_radius));
	HostFree(x);
	HostFree(y);
	HostFree(w);
	return grid;
}

/*
 * The places whose centroids are nearest to (x, y), nearest first, without "self";
 * returns their number, at most `most`.  found has room for all places.
 */
int
NearestDrafts(const PlacesGrid *centroids, double x, double y, int self, int most,
			  int *found, int *neighbour)
{
	double		reach = centroids->side;
	PlacesRanked near[MOST_NEAREST];
	int			wanted = Min(centroids->n - 1, most);
	int			count;
	int			kept = 0;

	Assert(most <= MOST_NEAREST);
	while ((count = GridPoints(centroids, x, y, reach, found)) <= wanted &&
		   count < centroids->n && reach < INFINITY)
		reach *= 1.5;
	Assert(count > wanted || count == centroids->n);
	for (int i = 0; i < count; i++)
	{
		double		dx = centroids->x[found[i]] - x;
		double		dy = centroids->y[found[i]] - y;

		if (centroids->origin[found[i]] != self)
			kept = OfferRanked(near, kept, wanted, dx * dx + dy * dy, centroids->origin[found[i]]);
	}
	for (int i = 0; i < kept; i++)
		neighbour[i] = near[i].item;
	return kept;
}

/*
 * Lists and owners agree, and every place is within its bounds, rounding apart, and
 * its circle.
 */
void
AssertCheckDivision(const PlacesDivision *division)
{
#ifdef PLACES_ASSERTS
	const PlacesGrid *grid = division->grid;
	const PlacesRules *rules = &division->rules;
	double		rounding = 1e-9 * grid->before[grid->n];
	int			owned = 0;

	for (int p = 0; p < grid->n; p++)
	{
		HostCheckCancelAt(p);
		owned += division->owner[p] >= 0;
	}
	for (int j = 0; j < division->places; j++)
	{
		const PlacesDraft *place = &division->place[j];
		double		homes = 0;

		HostCheckCancelAt(j);
		for (int p = place->first; p >= 0; p = division->next[p])
		{
			Assert(division->owner[p] == j);
			Assert(CircleHolds(grid, p, place->circle_x, place->circle_y, rules->max_radius * (1 + 1e-12)));
			homes += grid->w[p];
			owned--;
		}
		Assert(fabs(homes - place->homes) <= rounding);
		Assert(homes >= rules->min_homes * (1 - 1e-9) && homes <= rules->max_homes * (1 + 1e-9));
	}
	Assert(owned == 0);
#else
	(void) division;
#endif
}
