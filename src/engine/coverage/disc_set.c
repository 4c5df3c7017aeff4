/*
 * disc_set.c
 *	  A set of discs that share out the homes they cover, each with at least
 *	  the minimum.
 *
 * Every point inside a disc of the set is owned by exactly one of the discs
 * that hold it, and every disc owns at least min_homes.  Whether a disc can
 * join the set is a flow problem on points and discs: the newcomer owns what
 * no disc owned, and what the discs it overlaps can spare.  Where that is too
 * little, an augmenting path is searched for, breadth first over discs that
 * overlap, to one that can spare homes; they move along it, from its far end.
 * Points are not cut, so a path may bring a little more or less than was asked;
 * the search is repeated until the newcomer has enough, no path brings anything,
 * or it has been asked for too often.  So a feasible set may rarely be refused
 * (with points of one home, where this is Ford-Fulkerson, only by the limit on
 * searches), and an infeasible one is never accepted.
 *
 * Whether a disc can have the minimum is mostly seen from sums, without moving a home
 * (MightAddDisc): of a hundred spots that the search asks for, a few are left.
 *
 * Changes are journalled, so a trial is undone at the cost of what it moved.
 */
#include "engine/coverage/disc_set.h"

#define DISC_ADDED (-1)
#define DISC_REMOVED (-2)

/* Searches for one newcomer, after which it is refused. */
#define MAX_SEARCHES 64

/* Discs whose spare homes are added up before a newcomer has to be tried. */
#define MOST_ADDED_UP 64

/* Share of a sum that its rounding stays below. */
#define ROUNDING 1e-9

/* Notes that the cell has got open points, or has none any more (change -1). */
static void
FlipCell(PlacesDiscSet *set, int cell, int change)
{
	int			row = cell / set->grid->columns;
	int			column = cell % set->grid->columns;

	set->open_row[row] += change;
	set->open_bits[row * set->open_words + column / 64] ^= UINT64_C(1) << (column % 64);
}

PlacesDiscSet *
NewDiscSet(const PlacesGrid *grid, const PlacesRules *rules)
{
	PlacesDiscSet *set = HostNewZero(PlacesDiscSet, 1);

	set->grid = grid;
	set->rules = *rules;
	set->owner = HostNew(int, grid->n);
	set->open = HostNewZero(int, grid->columns * grid->rows);
	set->open_row = HostNewZero(int, grid->rows);
	set->open_words = grid->columns / 64 + 1;
	set->open_bits = HostNewZero(uint64_t, grid->rows * set->open_words);
	set->found = HostNew(int, grid->n);
	set->found_more = HostNew(int, grid->n);
	set->near.x = HostNew(double, grid->n);
	set->near.y = HostNew(double, grid->n);
	set->near.w = HostNew(double, grid->n);
	set->near.point = HostNew(int, grid->n);
	for (int i = 0; i < grid->n; i++)
	{
		if (i % 65536 == 0)
			HostCheckCancel();
		set->owner[i] = -1;
		if (grid->w[i] > 0 && set->open[grid->cell[i]]++ == 0)
			FlipCell(set, grid->cell[i], 1);
	}
	set->room = 64;
	set->disc = HostNew(PlacesDisc, set->room);
	set->queue = HostNew(int, set->room);
	set->spare_slot = HostNew(int, set->room);
	set->changes_room = 1024;
	set->change = HostNew(PlacesDiscChange, set->changes_room);
	return set;
}

void
FreeDiscSet(PlacesDiscSet *set)
{
	HostFree(set->owner);
	HostFree(set->open);
	HostFree(set->open_row);
	HostFree(set->open_bits);
	HostFree(set->found);
	HostFree(set->found_more);
	HostFree(set->near.x);
	HostFree(set->near.y);
	HostFree(set->near.w);
	HostFree(set->near.point);
	for (int d = 0; d < set->discs; d++)
	{
		if (set->disc[d].inside != NULL)
			HostFree(set->disc[d].inside);
	}
	HostFree(set->disc);
	HostFree(set->queue);
	HostFree(set->spare_slot);
	HostFree(set->change);
	HostFree(set);
}

void
CountWork(PlacesDiscSet *set, double work)
{
	set->work += work;
	HostCheckCancel();
}

static void
RecordChange(PlacesDiscSet *set, int point, int disc)
{
	if (set->changes == set->changes_room)
	{
		set->changes_room *= 2;
		set->change = (PlacesDiscChange *)
			HostRealloc(set->change, sizeof(PlacesDiscChange) * (size_t) set->changes_room);
	}
	set->change[set->changes].point = point;
	set->change[set->changes].disc = disc;
	set->changes++;
}

static void
CountOpen(PlacesDiscSet *set, int point, int change)
{
	int			cell = set->grid->cell[point];

	if (set->grid->w[point] <= 0)
		return;
	set->open[cell] += change;
	if (set->open[cell] == (change > 0))
		FlipCell(set, cell, change);
	set->kept -= change * set->grid->w[point];
}

static void
MovePoint(PlacesDiscSet *set, int point, int disc)
{
	double		w = set->grid->w[point];
	int			from = set->owner[point];

	if (from >= 0)
		set->disc[from].load -= w;
	else
		CountOpen(set, point, -1);
	if (disc >= 0)
		set->disc[disc].load += w;
	else
		CountOpen(set, point, 1);
	set->owner[point] = disc;
}

/* Gives the point to the disc; -1 leaves it without. */
static void
SetOwner(PlacesDiscSet *set, int point, int disc)
{
	RecordChange(set, point, set->owner[point]);
	MovePoint(set, point, disc);
}

/* Takes back all but the first "changes" changes. */
void
UndoChanges(PlacesDiscSet *set, int changes)
{
	while (set->changes > changes)
	{
		PlacesDiscChange *change = &set->change[--set->changes];

		HostCheckCancelAt(set->changes);
		if (change->point == DISC_ADDED)
		{
			set->disc[change->disc].active = false;
			set->spare_slot[set->spare_slots++] = change->disc;
		}
		else if (change->point == DISC_REMOVED)
			set->disc[change->disc].active = true;
		else
			MovePoint(set, change->point, change->disc);
	}
}

/* Makes the changes final.  Only now may the slots of removed discs be reused. */
void
KeepChanges(PlacesDiscSet *set)
{
	set->changes = 0;
	set->spare_slots = 0;
	for (int d = set->discs - 1; d >= 0; d--)
	{
		if (!set->disc[d].active)
			set->spare_slot[set->spare_slots++] = d;
	}
}

/* A slot whose former use is not in the journal. */
static int
NewSlot(PlacesDiscSet *set, double x, double y)
{
	PlacesDisc *disc;
	int			slot;

	if (set->spare_slots > 0)
	{
		slot = set->spare_slot[--set->spare_slots];
		if (set->disc[slot].inside != NULL)
			HostFree(set->disc[slot].inside);
	}
	else
		slot = set->discs++;
	if (set->discs > set->room)
	{
		set->room *= 2;
		set->disc = (PlacesDisc *)
			HostRealloc(set->disc, sizeof(PlacesDisc) * (size_t) set->room);
		set->queue = (int *)
			HostRealloc(set->queue, sizeof(int) * (size_t) set->room);
		set->spare_slot = (int *)
			HostRealloc(set->spare_slot, sizeof(int) * (size_t) set->room);
	}
	disc = &set->disc[slot];
	memset(disc, 0, sizeof(PlacesDisc));
	disc->x = x;
	disc->y = y;
	disc->active = true;
	RecordChange(set, DISC_ADDED, slot);
	return slot;
}

/* Can the point's owner do without it? */
static bool
CanSpare(const PlacesDiscSet *set, int point)
{
	const PlacesDisc *from = &set->disc[set->owner[point]];

	Assert(set->owner[point] >= 0);
	return from->load - set->grid->w[point] >= set->rules.min_homes;
}

/* The points within the disc, found when first asked for. */
static const int *
PointsInDisc(PlacesDiscSet *set, int which, int *count)
{
	PlacesDisc *disc = &set->disc[which];

	if (disc->inside == NULL)
	{
		disc->insiders = GridPoints(set->grid, disc->x, disc->y,
									set->rules.max_radius, set->found_more);
		disc->inside = HostNew(int, disc->insiders);
		memcpy(disc->inside, set->found_more, sizeof(int) * disc->insiders);
	}
	*count = disc->insiders;
	return disc->inside;
}

/*
 * Breadth first from the disc "asking" over the discs that own points inside
 * a disc already reached.  Returns the first found that can spare one of
 * those points, or -1.
 */
static int
FindDonor(PlacesDiscSet *set, int asking)
{
	int			head = 0;
	int			tail = 0;

	set->search++;
	set->queue[tail++] = asking;
	set->disc[asking].visit = set->search;
	while (head < tail)
	{
		int			to = set->queue[head++];
		int			count;
		const int  *inside = PointsInDisc(set, to, &count);

		CountWork(set, count);
		for (int i = 0; i < count; i++)
		{
			int			p = inside[i];
			int			from = set->owner[p];

			if (from < 0 || from == to || set->grid->w[p] <= 0)
				continue;
			if (set->disc[from].visit != set->search)
			{
				set->disc[from].visit = set->search;
				set->disc[from].parent = to;
				set->queue[tail++] = from;
			}
			if (set->disc[from].parent == to && CanSpare(set, p))
				return from;
		}
	}
	return -1;
}

/* Moves up to "wanted" homes that "from" can spare to the disc "to". */
static double
PassOn(PlacesDiscSet *set, int from, int to, double wanted)
{
	int			count;
	const int  *inside = PointsInDisc(set, to, &count);
	double		moved = 0;

	CountWork(set, count);
	for (int i = 0; i < count && moved < wanted; i++)
	{
		int			p = inside[i];

		if (set->owner[p] == from && set->grid->w[p] > 0 && CanSpare(set, p))
		{
			moved += set->grid->w[p];
			SetOwner(set, p, to);
		}
	}
	return moved;
}

/* Brings homes to the disc until it owns the minimum; false when it cannot. */
static bool
FillDisc(PlacesDiscSet *set, int asking)
{
	for (int searches = 0; searches < MAX_SEARCHES; searches++)
	{
		double		need = set->rules.min_homes - set->disc[asking].load;
		int			from;

		if (need <= 0)
			return true;
		from = FindDonor(set, asking);
		if (from < 0)
			return false;
		while (from != asking)
		{
			int			to = set->disc[from].parent;

			if (PassOn(set, from, to, need) <= 0)
				break;
			from = to;
		}
		if (from != asking && set->rules.min_homes - set->disc[asking].load >= need &&
			searches > MAX_SEARCHES / 4)
			return false;
	}
	return set->disc[asking].load >= set->rules.min_homes;
}

/* Puts discs that may hold points of one at most that far from (x, y) behind the others of the queue, once each. */
static int
QueueDiscs(PlacesDiscSet *set, double x, double y, double far, int tail)
{
	double		reach = 2 * set->rules.max_radius + far;

	for (int d = 0; d < set->discs; d++)
	{
		PlacesDisc *disc = &set->disc[d];
		double		dx = disc->x - x;
		double		dy = disc->y - y;

		if (!disc->active || disc->visit == set->search || dx * dx + dy * dy > reach * reach)
			continue;
		disc->visit = set->search;
		set->queue[tail++] = d;
	}
	return tail;
}

/*
 * False where no disc at most that far from (x, y) can be given the minimum, going by
 * sums alone: the homes that are open there, and what the discs around it, those around
 * these and so on can spare.  Most of what AddDisc would refuse is seen here already.
 */
bool
MightAddDisc(PlacesDiscSet *set, double x, double y, double far, double open)
{
	double		need = set->rules.min_homes * (1 - ROUNDING) - open;
	int			head = 0;
	int			tail;

	set->search++;
	tail = QueueDiscs(set, x, y, far, 0);
	while (need > 0 && head < tail && head < MOST_ADDED_UP)
	{
		const PlacesDisc *disc = &set->disc[set->queue[head++]];

		need -= disc->load * (1 + ROUNDING) - set->rules.min_homes;
		if (need > 0)
			tail = QueueDiscs(set, disc->x, disc->y, 0, tail);
	}
	CountWork(set, 0.25 * set->discs * (head + 1));
	return need <= 0 || head == MOST_ADDED_UP;
}

/*
 * Adds a disc at (x, y), which takes every point without an owner inside it.
 * Returns false, with nothing changed, when it cannot have min_homes without
 * leaving another disc short.
 */
bool
AddDisc(PlacesDiscSet *set, double x, double y)
{
	int			mark = set->changes;
	int			count;
	int			slot;
	double		homes = 0;

	count = GridPoints(set->grid, x, y, set->rules.max_radius, set->found);
	CountWork(set, 2.0 * count);
	for (int i = 0; i < count; i++)
		homes += set->grid->w[set->found[i]];
	if (homes < set->rules.min_homes)
		return false;
	slot = NewSlot(set, x, y);
	for (int i = 0; i < count; i++)
	{
		if (set->owner[set->found[i]] < 0)
			SetOwner(set, set->found[i], slot);
	}
	/* what the discs around it can spare at once */
	for (int i = 0; i < count && set->disc[slot].load < set->rules.min_homes; i++)
	{
		int			p = set->found[i];

		if (set->owner[p] != slot && set->grid->w[p] > 0 && CanSpare(set, p))
			SetOwner(set, p, slot);
	}
	if (FillDisc(set, slot))
		return true;
	UndoChanges(set, mark);
	return false;
}

/* The other discs that may hold points of the disc, into the queue. */
static int
DiscsAround(PlacesDiscSet *set, int disc)
{
	double		reach = 4 * set->rules.max_radius * set->rules.max_radius;
	int			count = 0;

	for (int d = 0; d < set->discs; d++)
	{
		double		dx = set->disc[d].x - set->disc[disc].x;
		double		dy = set->disc[d].y - set->disc[disc].y;

		if (set->disc[d].active && d != disc && dx * dx + dy * dy <= reach)
			set->queue[count++] = d;
	}
	return count;
}

/* The nearest of the first "count" discs of the queue that holds the point. */
static int
NearestHolder(const PlacesDiscSet *set, int point, int count)
{
	double		best = set->rules.max_radius * set->rules.max_radius;
	int			holder = -1;

	for (int i = 0; i < count; i++)
	{
		const PlacesDisc *disc = &set->disc[set->queue[i]];
		double		dx = set->grid->x[point] - disc->x;
		double		dy = set->grid->y[point] - disc->y;
		double		square = dx * dx + dy * dy;

		if ((square < best || (square == best && holder < 0)) &&
			CircleHolds(set->grid, point, disc->x, disc->y, set->rules.max_radius))
		{
			best = square;
			holder = set->queue[i];
		}
	}
	return holder;
}

/* Removes the disc; its points go to other discs that hold them. */
void
RemoveDisc(PlacesDiscSet *set, int disc)
{
	int			count = GridPoints(set->grid, set->disc[disc].x,
								   set->disc[disc].y, set->rules.max_radius,
								   set->found);
	int			around = DiscsAround(set, disc);

	for (int i = 0; i < count; i++)
	{
		int			p = set->found[i];

		if (set->owner[p] == disc)
			SetOwner(set, p, NearestHolder(set, p, around));
	}
	CountWork(set, count * (1 + 0.25 * around));
	RecordChange(set, DISC_REMOVED, disc);
	set->disc[disc].active = false;
}

#ifdef PLACES_ASSERTS
static bool
DiscHolds(const PlacesDiscSet *set, int disc, int point)
{
	return CircleHolds(set->grid, point, set->disc[disc].x, set->disc[disc].y, set->rules.max_radius);
}
#endif

/*
 * Every disc owns the minimum; every point has one owner that holds it, or none if
 * no disc does; kept, loads and open cells are what the owners make them.
 */
void
AssertCheckDiscSet(const PlacesDiscSet *set)
{
#ifdef PLACES_ASSERTS
	const PlacesGrid *grid = set->grid;
	double	   *load = HostNewZero(double, set->discs);
	double		rounding = 1e-9 * grid->before[grid->n];
	double		kept = 0;
	int			open = 0;

	for (int p = 0; p < grid->n; p++)
	{
		int			owner = set->owner[p];

		HostCheckCancelAt(p);
		open += owner < 0 && grid->w[p] > 0;
		if (owner < 0)
			continue;
		Assert(owner < set->discs && set->disc[owner].active);
		Assert(DiscHolds(set, owner, p));
		load[owner] += grid->w[p];
		kept += grid->w[p];
	}
	for (int d = 0; d < set->discs; d++)
	{
		int			count;

		if (!set->disc[d].active)
			continue;
		Assert(fabs(load[d] - set->disc[d].load) <= rounding);
		Assert(set->disc[d].load >= set->rules.min_homes);
		count = GridPoints(grid, set->disc[d].x, set->disc[d].y, set->rules.max_radius, set->found);
		for (int i = 0; i < count; i++)
			Assert(set->owner[set->found[i]] >= 0);
	}
	for (int cell = 0; cell < grid->columns * grid->rows; cell++)
		open -= set->open[cell];
	Assert(open == 0 && fabs(kept - set->kept) <= rounding);
	HostFree(load);
#else
	(void) set;
#endif
}
