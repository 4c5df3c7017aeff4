/*
 * disc_set.c
 *	  A set of discs that share out the homes they cover, each with at least
 *	  the minimum.
 *
 * Every point inside a disc of the set is owned by exactly one of the discs
 * that hold it, and every disc owns at least min_homes.  Whether a disc can
 * join the set is a flow problem on points and discs: the newcomer owns what
 * no disc owned, and asks the discs it overlaps for the rest.  A disc that has
 * nothing to spare asks on, breadth first, until one is found that has; homes
 * then move along that path, from its far end.  Points are not cut, so a path
 * may bring a little more or less than was asked; the search is repeated
 * until the newcomer has enough or no path brings anything.  With points of
 * one home this is Ford-Fulkerson and exact; with blocks of flats a feasible
 * set may rarely be refused, never an infeasible one accepted.
 *
 * Changes are journalled, so a trial is undone at the cost of what it moved.
 */
#include "engine/coverage/disc_set.h"

#define DISC_ADDED (-1)
#define DISC_REMOVED (-2)

/* Searches for one newcomer, after which it is refused. */
#define MAX_SEARCHES 64

/* Notes that the cell has got open points, or has none any more (change -1). */
static void
FlipCell(CoverageState *state, int cell, int change)
{
	int			row = cell / state->grid->columns;
	int			column = cell % state->grid->columns;

	state->open_row[row] += change;
	state->open_bits[row * state->open_words + column / 64] ^= UINT64_C(1) << (column % 64);
}

CoverageState *
CoverageStateBuild(PlacesGrid *grid, double min_homes, double radius)
{
	CoverageState *state = HostNewZero(CoverageState, 1);
	int			i;

	state->grid = grid;
	state->min_homes = min_homes;
	state->radius = radius;
	state->owner = HostNew(int, grid->n);
	state->open = HostNewZero(int, grid->columns * grid->rows);
	state->open_row = HostNewZero(int, grid->rows);
	state->open_words = grid->columns / 64 + 1;
	state->open_bits = HostNewZero(uint64_t, grid->rows * state->open_words);
	state->found = HostNew(int, grid->n);
	state->found_more = HostNew(int, grid->n);
	for (i = 0; i < grid->n; i++)
	{
		if (i % 65536 == 0)
			HostCheckCancel();
		state->owner[i] = -1;
		if (grid->w[i] > 0 && state->open[grid->cell[i]]++ == 0)
			FlipCell(state, grid->cell[i], 1);
	}
	state->room = 64;
	state->disc = HostNew(CoverageDisc, state->room);
	state->queue = HostNew(int, state->room);
	state->spare_slot = HostNew(int, state->room);
	state->changes_room = 1024;
	state->change = HostNew(CoverageChange, state->changes_room);
	return state;
}

void
CoverageStateFree(CoverageState *state)
{
	int			d;

	HostFree(state->owner);
	HostFree(state->open);
	HostFree(state->open_row);
	HostFree(state->open_bits);
	HostFree(state->found);
	HostFree(state->found_more);
	for (d = 0; d < state->discs; d++)
	{
		if (state->disc[d].inside != NULL)
			HostFree(state->disc[d].inside);
	}
	HostFree(state->disc);
	HostFree(state->queue);
	HostFree(state->spare_slot);
	HostFree(state->change);
	HostFree(state);
}

void
CoverageCountWork(CoverageState *state, double work)
{
	state->work += work;
	HostCheckCancel();
}

static void
RecordChange(CoverageState *state, int point, int disc)
{
	if (state->changes == state->changes_room)
	{
		state->changes_room *= 2;
		state->change = (CoverageChange *)
			HostRealloc(state->change, sizeof(CoverageChange) * (size_t) state->changes_room);
	}
	state->change[state->changes].point = point;
	state->change[state->changes].disc = disc;
	state->changes++;
}

static void
CountOpen(CoverageState *state, int point, int change)
{
	int			cell = state->grid->cell[point];

	if (state->grid->w[point] <= 0)
		return;
	state->open[cell] += change;
	if (state->open[cell] == (change > 0))
		FlipCell(state, cell, change);
	state->kept -= change * state->grid->w[point];
}

static void
MovePoint(CoverageState *state, int point, int disc)
{
	double		w = state->grid->w[point];
	int			from = state->owner[point];

	if (from >= 0)
		state->disc[from].load -= w;
	else
		CountOpen(state, point, -1);
	if (disc >= 0)
		state->disc[disc].load += w;
	else
		CountOpen(state, point, 1);
	state->owner[point] = disc;
}

/* Gives the point to the disc; -1 leaves it without. */
void
CoverageSetOwner(CoverageState *state, int point, int disc)
{
	RecordChange(state, point, state->owner[point]);
	MovePoint(state, point, disc);
}

/* Takes back all but the first "changes" changes. */
void
CoverageUndo(CoverageState *state, int changes)
{
	while (state->changes > changes)
	{
		CoverageChange *change = &state->change[--state->changes];

		HostCheckCancelAt(state->changes);
		if (change->point == DISC_ADDED)
		{
			state->disc[change->disc].active = false;
			state->spare_slot[state->spare_slots++] = change->disc;
		}
		else if (change->point == DISC_REMOVED)
			state->disc[change->disc].active = true;
		else
			MovePoint(state, change->point, change->disc);
	}
}

/* Makes the changes final.  Only now may the slots of removed discs be reused. */
void
CoverageForget(CoverageState *state)
{
	int			d;

	state->changes = 0;
	state->spare_slots = 0;
	for (d = state->discs - 1; d >= 0; d--)
	{
		if (!state->disc[d].active)
			state->spare_slot[state->spare_slots++] = d;
	}
}

/* Homes without an owner within the cell and a disc at (x, y). */
static double
GainInCell(const CoverageState *state, int cell, double x, double y, double sum)
{
	const PlacesGrid *grid = state->grid;
	double		square = state->radius * state->radius;
	int			i;

	for (i = grid->start[cell]; i < grid->start[cell + 1]; i++)
	{
		double		dx = grid->x[i] - x;
		double		dy = grid->y[i] - y;

		if (state->owner[i] < 0 && dx * dx + dy * dy <= square)
			sum += grid->w[i];
	}
	return sum;
}

/* The open cells of the word-th 64 of a row, those before first and after last apart. */
static uint64_t
OpenCells(const CoverageState *state, int row, int word, int first, int last)
{
	uint64_t	bits = state->open_bits[row * state->open_words + word];

	if (word == first / 64)
		bits &= ~UINT64_C(0) << (first % 64);
	if (word == last / 64)
		bits &= ~UINT64_C(0) >> (63 - last % 64);
	return bits;
}

/* Homes without an owner within a disc at (x, y). */
double
CoverageGain(CoverageState *state, double x, double y)
{
	const PlacesGrid *grid = state->grid;
	double		sum = 0;
	int			work = 0;
	int			row;
	int			top;

	GridRows(grid, y, state->radius, &row, &top);
	for (; row <= top; row++)
	{
		int			first;
		int			last;
		int			word;

		if (state->open_row[row] == 0 ||
			!GridReach(grid, row, x, y, state->radius, &first, &last))
			continue;
		for (word = first / 64; word <= last / 64; word++)
		{
			uint64_t	bits = OpenCells(state, row, word, first, last);

			for (; bits != 0; bits &= bits - 1)
			{
				int			cell = row * grid->columns + word * 64 + __builtin_ctzll(bits);

				sum = GainInCell(state, cell, x, y, sum);
				work += grid->start[cell + 1] - grid->start[cell];
			}
		}
		work += 4 + last - first;
	}
	CoverageCountWork(state, work);
	return sum;
}

/* A slot whose former use is not in the journal. */
static int
NewSlot(CoverageState *state, double x, double y)
{
	CoverageDisc *disc;
	int			slot;

	if (state->spare_slots > 0)
	{
		slot = state->spare_slot[--state->spare_slots];
		if (state->disc[slot].inside != NULL)
			HostFree(state->disc[slot].inside);
	}
	else
		slot = state->discs++;
	if (state->discs > state->room)
	{
		state->room *= 2;
		state->disc = (CoverageDisc *)
			HostRealloc(state->disc, sizeof(CoverageDisc) * (size_t) state->room);
		state->queue = (int *)
			HostRealloc(state->queue, sizeof(int) * (size_t) state->room);
		state->spare_slot = (int *)
			HostRealloc(state->spare_slot, sizeof(int) * (size_t) state->room);
	}
	disc = &state->disc[slot];
	memset(disc, 0, sizeof(CoverageDisc));
	disc->x = x;
	disc->y = y;
	disc->active = true;
	RecordChange(state, DISC_ADDED, slot);
	return slot;
}

/* Can the point's owner do without it? */
static bool
CanSpare(const CoverageState *state, int point)
{
	const CoverageDisc *from = &state->disc[state->owner[point]];

	Assert(state->owner[point] >= 0);
	return from->load - state->grid->w[point] >= state->min_homes;
}

/* The points within the disc, found when first asked for. */
static const int *
PointsInDisc(CoverageState *state, int which, int *count)
{
	CoverageDisc *disc = &state->disc[which];

	if (disc->inside == NULL)
	{
		disc->insiders = GridPoints(state->grid, disc->x, disc->y,
											 state->radius, state->found_more);
		disc->inside = HostNew(int, disc->insiders);
		memcpy(disc->inside, state->found_more, sizeof(int) * disc->insiders);
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
FindDonor(CoverageState *state, int asking)
{
	int			head = 0;
	int			tail = 0;

	state->search++;
	state->queue[tail++] = asking;
	state->disc[asking].visit = state->search;
	while (head < tail)
	{
		int			to = state->queue[head++];
		int			count;
		const int  *inside = PointsInDisc(state, to, &count);
		int			i;

		CoverageCountWork(state, count);
		for (i = 0; i < count; i++)
		{
			int			p = inside[i];
			int			from = state->owner[p];

			if (from < 0 || from == to || state->grid->w[p] <= 0)
				continue;
			if (state->disc[from].visit != state->search)
			{
				state->disc[from].visit = state->search;
				state->disc[from].parent = to;
				state->queue[tail++] = from;
			}
			if (state->disc[from].parent == to && CanSpare(state, p))
				return from;
		}
	}
	return -1;
}

/* Moves up to "wanted" homes that "from" can spare to the disc "to". */
static double
PassOn(CoverageState *state, int from, int to, double wanted)
{
	int			count;
	const int  *inside = PointsInDisc(state, to, &count);
	double		moved = 0;
	int			i;

	CoverageCountWork(state, count);
	for (i = 0; i < count && moved < wanted; i++)
	{
		int			p = inside[i];

		if (state->owner[p] == from && state->grid->w[p] > 0 && CanSpare(state, p))
		{
			moved += state->grid->w[p];
			CoverageSetOwner(state, p, to);
		}
	}
	return moved;
}

/* Brings homes to the disc until it owns the minimum; false when it cannot. */
static bool
FillDisc(CoverageState *state, int asking)
{
	int			searches;

	for (searches = 0; searches < MAX_SEARCHES; searches++)
	{
		double		need = state->min_homes - state->disc[asking].load;
		int			from;

		if (need <= 0)
			return true;
		from = FindDonor(state, asking);
		if (from < 0)
			return false;
		while (from != asking)
		{
			int			to = state->disc[from].parent;

			if (PassOn(state, from, to, need) <= 0)
				break;
			from = to;
		}
		if (from != asking && state->min_homes - state->disc[asking].load >= need &&
			searches > MAX_SEARCHES / 4)
			return false;
	}
	return state->disc[asking].load >= state->min_homes;
}

/*
 * Adds a disc at (x, y), which takes every point without an owner inside it.
 * Returns false, with nothing changed, when it cannot have min_homes without
 * leaving another disc short.
 */
bool
CoverageAddDisc(CoverageState *state, double x, double y)
{
	int			mark = state->changes;
	int			count;
	int			slot;
	int			i;
	double		homes = 0;

	count = GridPoints(state->grid, x, y, state->radius, state->found);
	CoverageCountWork(state, 2.0 * count);
	for (i = 0; i < count; i++)
		homes += state->grid->w[state->found[i]];
	if (homes < state->min_homes)
		return false;
	slot = NewSlot(state, x, y);
	for (i = 0; i < count; i++)
	{
		if (state->owner[state->found[i]] < 0)
			CoverageSetOwner(state, state->found[i], slot);
	}
	/* what the discs around it can spare at once */
	for (i = 0; i < count && state->disc[slot].load < state->min_homes; i++)
	{
		int			p = state->found[i];

		if (state->owner[p] != slot && state->grid->w[p] > 0 && CanSpare(state, p))
			CoverageSetOwner(state, p, slot);
	}
	if (FillDisc(state, slot))
		return true;
	CoverageUndo(state, mark);
	return false;
}

/* The other discs that may hold points of the disc, into the queue. */
static int
DiscsAround(CoverageState *state, int disc)
{
	double		reach = 4 * state->radius * state->radius;
	int			count = 0;
	int			d;

	for (d = 0; d < state->discs; d++)
	{
		double		dx = state->disc[d].x - state->disc[disc].x;
		double		dy = state->disc[d].y - state->disc[disc].y;

		if (state->disc[d].active && d != disc && dx * dx + dy * dy <= reach)
			state->queue[count++] = d;
	}
	return count;
}

/* The nearest of the first "count" discs of the queue that holds the point. */
static int
NearestHolder(const CoverageState *state, int point, int count)
{
	double		best = state->radius * state->radius;
	int			holder = -1;
	int			i;

	for (i = 0; i < count; i++)
	{
		const CoverageDisc *disc = &state->disc[state->queue[i]];
		double		dx = state->grid->x[point] - disc->x;
		double		dy = state->grid->y[point] - disc->y;
		double		square = dx * dx + dy * dy;

		if (square < best || (square == best && holder < 0))
		{
			best = square;
			holder = state->queue[i];
		}
	}
	return holder;
}

/* Removes the disc; its points go to other discs that hold them. */
void
CoverageRemoveDisc(CoverageState *state, int disc)
{
	int			count = GridPoints(state->grid, state->disc[disc].x,
											state->disc[disc].y, state->radius,
											state->found);
	int			around = DiscsAround(state, disc);
	int			i;

	for (i = 0; i < count; i++)
	{
		int			p = state->found[i];

		if (state->owner[p] == disc)
			CoverageSetOwner(state, p, NearestHolder(state, p, around));
	}
	CoverageCountWork(state, count * (1 + 0.25 * around));
	RecordChange(state, DISC_REMOVED, disc);
	state->disc[disc].active = false;
}
