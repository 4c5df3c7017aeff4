/*
 * exchange.c
 *	  Move homes between neighbouring places until both are as compact as the
 *	  bounds allow.
 *
 * Two neighbouring places at a time: with their centroids held, the cheapest
 * way to share out their points under the size bounds is to order the points
 * by how much farther the one centroid is than the other, and to cut that
 * order somewhere.  The cost of a cut is the sum of squared distances plus a
 * penalty on the squares of the deviations from the target, in units of the
 * pair's own spread, by which homes drift from large places to small ones over
 * several pairs.  Both are convex along the order, so where one more point
 * would not pay, none after it does: the cut is found by selection, without
 * sorting, and a pair that is divided by it already is told by the last point
 * on either side, or by the distance between the two.  A point may only enter a
 * place whose circle holds it.  Sweeps go over all pairs of near neighbours of
 * which at least one has changed.
 *
 * Each exchange lowers the pair's cost, and keeps every place within its
 * bounds and its circle.  It is a local search: exchanges among three places
 * that help only together are not found.
 */
#include "engine/coverage/exchange.h"

static bool
CircleHolds(const PlacesDivision *division, const PlacesDraft *place, int point)
{
	double		dx = division->grid->x[point] - place->circle_x;
	double		dy = division->grid->y[point] - place->circle_y;

	return dx * dx + dy * dy <= division->rules.max_radius * division->rules.max_radius;
}

/* The point of those gathered from one place that would leave it first. */
typedef struct PlacesFirstOut
{
	double		key;
	double		homes;			/* 0 when there is none */
	int			point;
} PlacesFirstOut;

/*
 * Appends the points of place a that may go to b to the scratch arrays, with
 * what it costs per home to have them in "second" rather than "first";
 * returns the homes of those that must stay.
 */
static double
GatherMovable(PlacesDivision *division, int a, int b, int first, int second,
			  int *count, PlacesFirstOut *next)
{
	const PlacesGrid *grid = division->grid;
	const PlacesDraft *one = &division->place[first];
	const PlacesDraft *other = &division->place[second];
	double		sign = a == first ? 1 : -1;
	double		stay = 0;

	*next = (PlacesFirstOut) {sign * INFINITY, 0, -1};
	for (int p = division->place[a].first; p >= 0; p = division->next[p])
	{
		double		ox = grid->x[p] - one->x;
		double		oy = grid->y[p] - one->y;
		double		tx = grid->x[p] - other->x;
		double		ty = grid->y[p] - other->y;
		double		key = (tx * tx + ty * ty) - (ox * ox + oy * oy);

		if (!CircleHolds(division, &division->place[b], p))
		{
			stay += grid->w[p];
			continue;
		}
		division->member[*count] = p;
		division->key[(*count)++] = key;
		if (grid->w[p] > 0 &&
			(sign * key < sign * next->key || (key == next->key && sign * p < sign * next->point)))
			*next = (PlacesFirstOut) {key, grid->w[p], p};
	}
	return stay;
}

static double
SizeCost(const PlacesDivision *division, double a, double b)
{
	double		p = a - division->rules.target_homes;
	double		q = b - division->rules.target_homes;

	return p * p + q * q;
}

/*
 * Should a point of that key and homes, the next in order, pass from the first
 * place to the second?  The sizes are those before it does.  "penalty" weighs
 * SizeCost, whose change by so many homes is 2 * homes * (second - first + homes).
 */
static bool
ShouldPass(const PlacesDivision *division, double key, double homes,
		   double first_homes, double second_homes, double penalty)
{
	if (first_homes > division->rules.max_homes || second_homes < division->rules.min_homes)
		return true;
	if (first_homes - homes < division->rules.min_homes || second_homes + homes > division->rules.max_homes)
		return false;
	return key + 2 * penalty * (second_homes - first_homes + homes) < 0;
}

static bool
MemberBefore(const PlacesDivision *division, int i, int j)
{
	if (division->key[i] != division->key[j])
		return division->key[i] < division->key[j];
	return division->member[i] < division->member[j];
}

static void
SwapMembers(PlacesDivision *division, int i, int j)
{
	int			member = division->member[i];
	double		key = division->key[i];

	division->member[i] = division->member[j];
	division->key[i] = division->key[j];
	division->member[j] = member;
	division->key[j] = key;
}

/*
 * Orders the members from low to before high around one of them, the median of
 * three; returns where that stands.
 */
static int
PartitionMembers(PlacesDivision *division, int low, int high)
{
	int			last = high - 1;
	int			middle = low + (last - low) / 2;

	if (MemberBefore(division, middle, low))
		SwapMembers(division, middle, low);
	if (MemberBefore(division, last, low))
		SwapMembers(division, last, low);
	/* the middle one goes last */
	if (MemberBefore(division, middle, last))
		SwapMembers(division, middle, last);
	for (int i = low; i < last; i++)
	{
		if (MemberBefore(division, i, last))
			SwapMembers(division, i, low++);
	}
	SwapMembers(division, low, last);
	return low;
}

/*
 * The cut of the points in order that costs least: those before it go to the
 * second place.  -1 when no cut satisfies the bounds.  Afterwards the members
 * are divided by the cut, but not sorted.
 */
static int
BestCut(PlacesDivision *division, int count, double first_homes,
		double second_homes, double penalty, double *cost)
{
	const double *w = division->grid->w;
	double		moved = 0;
	int			low = 0;
	int			high = count;

	for (int i = 0; i < count; i++)
		first_homes += w[division->member[i]];
	while (low < high)
	{
		int			pivot = PartitionMembers(division, low, high);
		double		homes = 0;
		double		price = 0;

		HostCheckCancel();
		for (int i = low; i < pivot; i++)
		{
			homes += w[division->member[i]];
			price += w[division->member[i]] * division->key[i];
		}
		if (!ShouldPass(division, division->key[pivot], w[division->member[pivot]],
						first_homes - homes, second_homes + homes, penalty))
		{
			high = pivot;
			continue;
		}
		homes += w[division->member[pivot]];
		moved += price + w[division->member[pivot]] * division->key[pivot];
		first_homes -= homes;
		second_homes += homes;
		low = pivot + 1;
	}
	if (first_homes < division->rules.min_homes || second_homes < division->rules.min_homes ||
		first_homes > division->rules.max_homes || second_homes > division->rules.max_homes)
		return -1;
	*cost = moved + penalty * SizeCost(division, first_homes, second_homes);
	return low;
}

/*
 * Keeps of the members those that the cut gives to the other place, in order;
 * returns their number.
 */
static int
KeepMovers(PlacesDivision *division, int first, int second, int count, int cut)
{
	int			movers = 0;

	for (int i = 0; i < count; i++)
	{
		if (division->owner[division->member[i]] != (i < cut ? second : first))
			SwapMembers(division, i, movers++);
	}
	SortMembers(division, movers);
	return movers;
}

/* Hands each of the members over from one of the two places to the other. */
static void
MoveMembers(PlacesDivision *division, int first, int second, int movers)
{
	int			pair[2] = {first, second};

	for (int i = 0; i < movers; i++)
	{
		int			p = division->member[i];

		division->owner[p] = -2 - (division->owner[p] == first ? second : first);
	}
	/* walk the old lists; what changes hands is put on the other one */
	for (int i = 0; i < 2; i++)
	{
		int			p = division->place[pair[i]].first;

		division->place[pair[i]].first = -1;
		while (p >= 0)
		{
			int			following = division->next[p];

			if (division->owner[p] == pair[i])
			{
				division->next[p] = division->place[pair[i]].first;
				division->place[pair[i]].first = p;
			}
			p = following;
		}
	}
	for (int i = 0; i < movers; i++)
	{
		int			p = division->member[i];
		int			to = -2 - division->owner[p];

		division->owner[p] = to;
		division->next[p] = division->place[to].first;
		division->place[to].first = p;
	}
}

/*
 * Are the places so far apart that no point of either could be cheaper in the
 * other?  None costs less to move than one on the way, as far out as the
 * farthest.
 */
static bool
FarApart(const PlacesDivision *division, const PlacesDraft *a, const PlacesDraft *b,
		 double penalty)
{
	double		apart = hypot(a->x - b->x, a->y - b->y);
	double		size_price = 2 * penalty * (b->homes - a->homes);

	return apart > (a->reach + b->reach) * (1 + 1e-9) &&
		apart * (apart - 2 * a->reach) + size_price >= 0 &&
		apart * (apart - 2 * b->reach) - size_price >= 0 &&
		Min(a->homes, b->homes) >= division->rules.min_homes &&
		Max(a->homes, b->homes) <= division->rules.max_homes;
}

/* Shares out the points of two places anew; true when that changed them. */
static bool
RefinePair(PlacesDivision *division, int first, int second)
{
	PlacesDraft *a = &division->place[first];
	PlacesDraft *b = &division->place[second];
	PlacesFirstOut to_second;
	PlacesFirstOut to_first;
	double		total = a->homes + b->homes;
	double		penalty;
	double		first_stay;
	double		second_stay;
	double		now;
	double		cost = 0;
	int			count = 0;
	int			from_first;
	int			cut;

	penalty = SIZE_PENALTY * (a->spread + b->spread) / total / division->rules.target_homes;
	if (FarApart(division, a, b, penalty))
		return false;
	first_stay = GatherMovable(division, first, second, first, second, &count, &to_second);
	from_first = count;
	second_stay = GatherMovable(division, second, first, first, second, &count, &to_first);
	/* most pairs are as the best cut would have them */
	if (to_second.key > to_first.key &&
		!ShouldPass(division, to_second.key, to_second.homes, a->homes, b->homes, penalty) &&
		ShouldPass(division, to_first.key, to_first.homes,
				   a->homes + to_first.homes, b->homes - to_first.homes, penalty))
		return false;
	now = penalty * SizeCost(division, a->homes, b->homes);
	for (int i = from_first; i < count; i++)
		now += division->grid->w[division->member[i]] * division->key[i];
	cut = BestCut(division, count, first_stay, second_stay, penalty, &cost);
	if (cut < 0 || cost >= now - 1e-9 * (fabs(now) + a->spread + b->spread))
		return false;
	MoveMembers(division, first, second, KeepMovers(division, first, second, count, cut));
	MeasureDraft(division, first);
	MeasureDraft(division, second);
	return true;
}

static bool
RefineSweep(PlacesDivision *division, int sweep, int *found)
{
	PlacesGrid *centres = GridOfCentroids(division);
	bool		changed = false;

	for (int a = 0; a < division->places; a++)
	{
		int			neighbour[MOST_NEIGHBOURS];
		int			count = NearestDrafts(centres, division->place[a].x,
										  division->place[a].y, a, found, neighbour);

		HostCheckCancel();
		for (int i = 0; i < count; i++)
		{
			int			b = neighbour[i];

			if (division->place[a].moved < sweep - 1 && division->place[b].moved < sweep - 1)
				continue;
			if (RefinePair(division, a, b))
			{
				division->place[a].moved = sweep;
				division->place[b].moved = sweep;
				changed = true;
			}
		}
	}
	FreeGrid(centres);
	return changed;
}

/* Sweeps over the pairs of neighbours until nothing changes, or "sweeps" times. */
void
ExchangePairs(PlacesDivision *division, int sweeps)
{
	int		   *found = HostNew(int, division->places);

	for (int i = 0; i < division->places; i++)
		division->place[i].moved = 0;
	for (int sweep = 1; sweep <= sweeps && division->places > 1; sweep++)
	{
		if (!RefineSweep(division, sweep, found))
			break;
	}
	HostFree(found);
}
