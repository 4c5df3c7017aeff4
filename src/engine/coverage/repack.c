/*
 * repack.c
 *	  Bring blocks that are outside every place into places.
 *
 * The search for discs moves points one by one, and dividing a disc cuts it along
 * lines: both lose homes where a few blocks make up a place.  This is a
 * large-neighbourhood search around what is outside.  A few places near a point
 * outside and the points outside nearby are taken apart into atoms, heavy blocks by
 * themselves and light ones in groups that stand together, and packed anew
 * (packing.c).  The result is kept when it keeps more homes.
 *
 * Choices come from a fixed sequence of pseudo-random numbers, and the number of
 * trials is bounded by the points.
 */
#include "engine/coverage/repack.h"

#include "engine/base/circle.h"
#include "engine/base/random.h"
#include "engine/coverage/exchange.h"

/* A point of that share of the minimum is a block, for which all this is worth while. */
#define BLOCK_SHARE 0.05

/* Atoms of a trial, and of these the points outside, at most. */
#define MOST_TRIED 60
#define MOST_OUTSIDE 20

/* Places of a trial, at most; trials around one point. */
#define MOST_PLACES 8
#define TRIALS 16

/* Sets looked at in a trial. */
#define WORK 2e4

/* Points taken apart and sets looked at in all trials, for each point of the division. */
#define WORK_PER_POINT 300.0

/* A group of points wider than this share of the radius is divided first. */
#define WIDE 0.25

/* Points that are one atom: a range of the trial's points. */
typedef struct PlacesGroup
{
	int			begin;
	int			end;
	double		homes;
	double		width;			/* of their box, its longer side */
	bool		upright;		/* which is north to south */
} PlacesGroup;

typedef struct PlacesRepack
{
	PlacesDivision *division;
	int		   *found;			/* scratch: points near a point, places near it */
	PlacesRanked *ranked;		/* scratch: these by distance */
	int		   *point;			/* the points of the trial */
	double	   *x;				/* and their corners */
	double	   *y;
	PlacesGroup group[MOST_ATOMS];
	int			groups;
	int			chosen[MOST_PLACES];	/* the places of the trial */
	int			places;
	PlacesAtoms atoms;
	uint64_t	draw;			/* state of DrawUniform */
	double		left;			/* work */
} PlacesRepack;

/* Measure the group of the points from begin to end. */
static PlacesGroup
MeasureGroup(const PlacesRepack *r, int begin, int end)
{
	const PlacesGrid *grid = r->division->grid;
	PlacesGroup group = {.begin = begin,.end = end};
	double		left = INFINITY;
	double		right = -INFINITY;
	double		bottom = INFINITY;
	double		top = -INFINITY;

	for (int i = begin; i < end; i++)
	{
		int			p = r->point[i];

		group.homes += grid->w[p];
		left = Min(left, grid->x[p]);
		right = Max(right, grid->x[p]);
		bottom = Min(bottom, grid->y[p]);
		top = Max(top, grid->y[p]);
	}
	group.upright = top - bottom > right - left;
	group.width = Max(top - bottom, right - left);
	return group;
}

/* Divide a group at the middle of its homes, along its longer side; the second part is a new group. */
static void
DivideGroup(PlacesRepack *r, int which)
{
	const PlacesGrid *grid = r->division->grid;
	PlacesGroup group = r->group[which];
	int			count = group.end - group.begin;
	double		sum = 0;
	int			cut = 0;

	Assert(count > 1);
	for (int i = 0; i < count; i++)
	{
		int			p = r->point[group.begin + i];

		r->ranked[i] = (PlacesRanked) {group.upright ? grid->y[p] : grid->x[p], p};
	}
	SortRanked(r->ranked, count);
	for (int i = 0; i < count; i++)
		r->point[group.begin + i] = r->ranked[i].item;
	while (cut < count - 1 && (cut == 0 || sum + grid->w[r->ranked[cut].item] <= group.homes / 2))
		sum += grid->w[r->ranked[cut++].item];
	r->group[which] = MeasureGroup(r, group.begin, group.begin + cut);
	r->group[r->groups++] = MeasureGroup(r, group.begin + cut, group.end);
}

/* Divide the groups from the first on until they are so many, the wide ones first, then the heaviest. */
static void
DivideGroups(PlacesRepack *r, int first, int most)
{
	double		wide = WIDE * r->division->rules.max_radius;

	while (r->groups < most)
	{
		int			best = -1;

		for (int i = first; i < r->groups; i++)
		{
			const PlacesGroup *a = &r->group[i];
			const PlacesGroup *b = best < 0 ? NULL : &r->group[best];

			if (a->end - a->begin > 1 &&
				(b == NULL || ((a->width > wide) != (b->width > wide) ? a->width > wide : a->homes > b->homes)))
				best = i;
		}
		if (best < 0)
			break;
		DivideGroup(r, best);
	}
}

/* Take the last points of the trial, from begin on, apart into groups: so many, at most. */
static void
TakeApart(PlacesRepack *r, int begin, int end, int most)
{
	int			first = r->groups;

	if (begin == end || most <= 0)
		return;
	r->group[r->groups++] = MeasureGroup(r, begin, end);
	DivideGroups(r, first, Min(first + most, MOST_ATOMS));
}

/* The points outside that may share a place with the point, nearest first; returns how many. */
static int
ChooseOutside(PlacesRepack *r, int point)
{
	const PlacesGrid *grid = r->division->grid;
	int			near = GridPoints(grid, grid->x[point], grid->y[point],
								  2 * r->division->rules.max_radius, r->found);
	int			count = 0;

	for (int i = 0; i < near; i++)
	{
		int			p = r->found[i];

		if (r->division->owner[p] < 0 && grid->w[p] > 0)
			r->ranked[count++] = (PlacesRanked) {hypot(grid->x[p] - grid->x[point], grid->y[p] - grid->y[point]), p};
	}
	SortRanked(r->ranked, count);
	for (int i = 0; i < count; i++)
		r->point[i] = r->ranked[i].item;
	return count;
}

/* The places nearest to the point that may share a home with its place: so many, at most. */
static void
ChoosePlaces(PlacesRepack *r, int point, int most)
{
	const PlacesDivision *division = r->division;
	int			count = 0;

	for (int j = 0; j < division->places; j++)
	{
		double		d = hypot(division->place[j].x - division->grid->x[point],
							  division->place[j].y - division->grid->y[point]);

		HostCheckCancelAt(j);
		if (d <= 3 * division->rules.max_radius)
			r->ranked[count++] = (PlacesRanked) {d, j};
	}
	SortRanked(r->ranked, count);
	r->places = Min(count, most);
	for (int i = 0; i < r->places; i++)
		r->chosen[i] = r->ranked[i].item;
}

/* The atom that a group is. */
static void
SetAtom(PlacesRepack *r, int a)
{
	const PlacesGrid *grid = r->division->grid;
	const PlacesGroup *group = &r->group[a];
	PlacesAtoms *atoms = &r->atoms;
	double		x = 0;
	double		y = 0;

	int			first = r->point[group->begin];

	atoms->w[a] = group->homes;
	atoms->start[a + 1] = atoms->start[a];
	for (int i = group->begin; i < group->end; i++)
	{
		int			p = r->point[i];
		PlacesOutline outline = GridCorners(grid, p);

		memcpy(r->x + atoms->start[a + 1], outline.x, sizeof(double) * outline.n);
		memcpy(r->y + atoms->start[a + 1], outline.y, sizeof(double) * outline.n);
		atoms->start[a + 1] += outline.n;
		x += grid->w[p] * (grid->x[p] - grid->x[first]);
		y += grid->w[p] * (grid->y[p] - grid->y[first]);
	}
	atoms->x[a] = grid->x[first] + x / group->homes;
	atoms->y[a] = grid->y[first] + y / group->homes;
	atoms->spread[a] = 0;
	for (int i = group->begin; i < group->end; i++)
	{
		double		dx = grid->x[r->point[i]] - atoms->x[a];
		double		dy = grid->y[r->point[i]] - atoms->y[a];

		atoms->spread[a] += grid->w[r->point[i]] * (dx * dx + dy * dy);
	}
}

static int
CompareGroups(const void *a, const void *b)
{
	return ((const PlacesGroup *) a)->begin - ((const PlacesGroup *) b)->begin;
}

/* The atoms of a trial: what is outside near the point, and places near it. */
static void
MakeAtoms(PlacesRepack *r, int point, int most_places)
{
	const PlacesDivision *division = r->division;
	int			count = ChooseOutside(r, point);

	r->groups = 0;
	TakeApart(r, 0, count, MOST_OUTSIDE);
	ChoosePlaces(r, point, most_places);
	for (int i = 0; i < r->places; i++)
	{
		int			begin = count;

		for (int p = division->place[r->chosen[i]].first; p >= 0; p = division->next[p])
			if (division->grid->w[p] > 0)
				r->point[count++] = p;
		TakeApart(r, begin, count, (MOST_TRIED - r->groups) / (r->places - i));
	}
	SortItems(r->group, r->groups, sizeof(PlacesGroup), CompareGroups);
	r->atoms.n = r->groups;
	r->atoms.homes = 0;
	r->atoms.start[0] = 0;
	for (int a = 0; a < r->groups; a++)
	{
		SetAtom(r, a);
		r->atoms.homes += r->atoms.w[a];
	}
	r->atoms.px = r->x;
	r->atoms.py = r->y;
}

/* Make the place of these atoms the division's; its points have no place yet. */
static void
PutAtoms(PlacesRepack *r, PlacesAtomSet set, int place)
{
	PlacesDivision *division = r->division;
	double	   *x = HostNew(double, r->atoms.start[r->atoms.n]);
	double	   *y = HostNew(double, r->atoms.start[r->atoms.n]);
	PlacesCircle circle;
	int			n = 0;

	division->place[place].first = -1;
	for (; set != 0; set &= set - 1)
	{
		int			a = __builtin_ctzll(set);

		for (int i = r->group[a].begin; i < r->group[a].end; i++)
			PutPoint(division, r->point[i], place);
		for (int i = r->atoms.start[a]; i < r->atoms.start[a + 1]; i++)
		{
			x[n] = r->x[i];
			y[n++] = r->y[i];
		}
	}
	circle = BoundingCircle(n, x, y);
	division->place[place].circle_x = circle.x;
	division->place[place].circle_y = circle.y;
	MeasureDraft(division, place);
	HostFree(x);
	HostFree(y);
}

/* Replace the places of the trial by the packing's. */
static void
KeepPacking(PlacesRepack *r, const PlacesPacking *packing)
{
	PlacesDivision *division = r->division;

	for (int i = 0; i < r->places; i++)
		for (int p = division->place[r->chosen[i]].first; p >= 0; p = division->next[p])
			division->owner[p] = -1;
	for (int i = 0; i < packing->places; i++)
		PutAtoms(r, packing->place[i], i < r->places ? r->chosen[i] : AddDraft(division));
	for (int i = packing->places; i < r->places; i++)
		division->place[r->chosen[i]].first = -1;
	for (int i = division->places - 1; i >= 0; i--)
		if (division->place[i].first < 0)
			RemoveDraft(division, i);
}

/* One trial; true when more homes are kept. */
static bool
TryRepack(PlacesRepack *r, int point, int most_places)
{
	PlacesDivision *division = r->division;
	PlacesPacking packing = {.atoms = &r->atoms,.min_homes = division->rules.min_homes,
		.max_homes = division->rules.max_homes,.least_alone = division->rules.min_homes,
	.target_homes = division->rules.target_homes,.work = WORK};

	MakeAtoms(r, point, most_places);
	r->left -= r->groups > 0 ? r->group[r->groups - 1].end : 0;
	packing.within = AllAtoms(r->atoms.n);
	for (int i = 0; i < r->places; i++)
		packing.floor += division->place[r->chosen[i]].homes;
	packing.floor *= 1 + 1e-9;
	if (r->atoms.homes <= packing.floor)
		return false;
	MatchAtoms(&r->atoms, division->rules.max_radius);
	PackAtoms(&packing);
	r->left -= WORK - packing.work;
	if (packing.places == 0)
		return false;
	ExchangeAtoms(&packing);
	KeepPacking(r, &packing);
	return true;
}

/* Blocks outside, the heaviest first; of those alike, the first of the grid. */
static int
ListOutside(const PlacesDivision *division, PlacesRanked *seed)
{
	int			count = 0;

	for (int p = 0; p < division->grid->n; p++)
	{
		HostCheckCancelAt(p);
		if (division->owner[p] < 0 && division->grid->w[p] >= BLOCK_SHARE * division->rules.min_homes)
			seed[count++] = (PlacesRanked) {-division->grid->w[p], p};
	}
	SortRanked(seed, count);
	return count;
}

/* A block outside that is viable alone becomes a place. */
static void
OpenViable(PlacesDivision *division)
{
	for (int p = 0; p < division->grid->n; p++)
	{
		PlacesOutline outline = GridCorners(division->grid, p);
		PlacesCircle circle;
		int			place;

		HostCheckCancelAt(p);
		if (division->owner[p] >= 0 || division->grid->w[p] < division->rules.min_homes)
			continue;
		Assert(division->grid->w[p] <= division->rules.max_homes);
		circle = BoundingCircle(outline.n, outline.x, outline.y);
		place = AddDraft(division);
		division->place[place].circle_x = circle.x;
		division->place[place].circle_y = circle.y;
		PutPoint(division, p, place);
		MeasureDraft(division, place);
	}
}

/*
 * Keep more homes, where there are blocks.  Every place is within its bounds and its
 * circle before and afterwards, and no block outside is viable alone.
 */
void
RepackOutside(PlacesDivision *division)
{
	PlacesRepack r = {.division = division,.draw = 1};
	PlacesRanked *seed;
	int			n = division->grid->n;
	int			seeds;

	OpenViable(division);
	if (LimitsGap(&division->rules))
		return;
	r.found = HostNew(int, n);
	r.ranked = HostNew(PlacesRanked, n);
	r.point = HostNew(int, n);
	r.x = HostNew(double, GridSpots(division->grid));
	r.y = HostNew(double, GridSpots(division->grid));
	seed = HostNew(PlacesRanked, n);
	seeds = ListOutside(division, seed);
	r.left = WORK_PER_POINT * n;
	for (int i = 0; i < TRIALS * seeds && r.left > 0; i++)
	{
		int			places = 1 + (int) (DrawUniform(&r.draw) * MOST_PLACES);

		HostCheckCancel();
		if (division->owner[seed[i % seeds].item] < 0)
			TryRepack(&r, seed[i % seeds].item, places);
	}
	HostFree(r.found);
	HostFree(r.ranked);
	HostFree(r.point);
	HostFree(r.x);
	HostFree(r.y);
	HostFree(seed);
}
