/*
 * fate.c
 *	  The rows of an authority held against what is stored of it.
 *
 * Both are sorted by id, location and weight, and merged.  Where one of several
 * rows of an id was is told by its location, and else by the first that is
 * stored; in their order they have the numbers that tell them apart.
 */
#include "postgres.h"

#include "pg/plans/fate.h"

#include "utils/builtins.h"
#include "utils/memutils.h"

#include "pg/bytes.h"
#include "pg/parallel/pack.h"
#include "pg/plans/outside.h"
#include "pg/refuse.h"
#include "pg/versions.h"

/* A row of the stock by what it is sorted by. */
typedef struct PlacesKeyedRow
{
	PlacesHomeKey key;
	int			row;
} PlacesKeyedRow;

typedef struct PlacesMerge
{
	const PlacesPast *past;
	PlacesPastAuthority *authority;
	PlacesKeyedRow *row;		/* of the stock, in order */
	PlacesFates *fates;
	PlacesPastHome **newest;	/* stored rows by their copies; scratch */
} PlacesMerge;

static int
CompareRows(const void *a, const void *b)
{
	return CompareKeys(&((const PlacesKeyedRow *) a)->key, &((const PlacesKeyedRow *) b)->key);
}

/* Rows in order: by the first half of the id in linear time, and the few that share it by all. */
static PlacesKeyedRow *
SortRows(const PlacesHomeKey *keys, int n)
{
	PlacesSortItem *items = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(PlacesSortItem) * Max(n, 1));
	PlacesSortItem *spare = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(PlacesSortItem) * Max(n, 1));
	PlacesKeyedRow *rows = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(PlacesKeyedRow) * Max(n, 1));
	PlacesSortItem *sorted;

	for (int i = 0; i < n; i++)
		items[i] = (PlacesSortItem) {keys[i].id[0], i};
	sorted = RadixSort(items, spare, n);
	for (int i = 0; i < n; i++)
		rows[i] = (PlacesKeyedRow) {keys[sorted[i].row], sorted[i].row};
	pfree(items);
	pfree(spare);
	for (int first = 0, end; first < n; first = end)
	{
		for (end = first + 1; end < n && rows[end].key.id[0] == rows[first].key.id[0]; end++)
			;
		if (end - first > 1)
			SortItems(rows + first, end - first, sizeof(PlacesKeyedRow), CompareRows);
	}
	return rows;
}

/* What a row was, from the stored row of the base run that it comes from. */
static void
FollowBase(const PlacesMerge *merge, PlacesFate *fate, PlacesPastHome *base)
{
	base->followed = true;
	fate->existed = true;
	fate->was_in = IsIn(base->outside) ? base->place : 0;
	if (IsMember(base->outside))
		fate->asked = base->place;
	if (fate->asked != 0 && IsLocked(merge->past, fate->asked))
		fate->fixed = FIXED_LOCK;
}

/* The newest stored row that a row follows, which it replaces unless it says the same. */
static void
FollowNewest(PlacesFate *fate, const PlacesHomeKey *key, PlacesPastHome *newest)
{
	fate->stored = newest->row;
	fate->stored_place = newest->place;
	fate->stored_outside = newest->outside;
	fate->same = newest->key.location == key->location && newest->key.weight == key->weight &&
		newest->key.loads == key->loads;
}

/* The stored row of the base run with the lowest copy. */
static PlacesPastHome *
FirstInBase(PlacesPastHome *home, PlacesPastHome *end)
{
	PlacesPastHome *first = NULL;

	for (; home < end; home++)
		if (home->in_base && (first == NULL || home->copy < first->copy))
			first = home;
	return first;
}

/* The stored row ends, unless it has already. */
static void
End(PlacesMerge *merge, const PlacesPastHome *home)
{
	if (home->newest)
		FATES_ENDED(merge->fates)[merge->fates->ended++] = home->row;
}

/* Rows of one id, stored ones among them; both in order. */
static void
MergeRows(PlacesMerge *merge, const PlacesKeyedRow *row, int rows, PlacesPastHome *home, PlacesPastHome *end)
{
	PlacesPastHome *first = FirstInBase(home, end);
	PlacesPastHome *at = home;
	int64		pin = PinOf(merge->authority, &row->key);

	memset(merge->newest, 0, sizeof(*merge->newest) * rows);
	for (PlacesPastHome *old = home; old < end; old++)
		if (old->newest && old->copy >= 1 && old->copy <= rows && merge->newest[old->copy - 1] == NULL)
			merge->newest[old->copy - 1] = old;
		else
			End(merge, old);
	for (int i = 0; i < rows; i++)
	{
		PlacesFate *fate = &merge->fates->fate[row[i].row];

		while (at < end && (!at->in_base || at->key.location < row[i].key.location))
			at++;
		if (at < end && at->key.location == row[i].key.location)
			FollowBase(merge, fate, at);
		else if (first != NULL)
			FollowBase(merge, fate, first);
		if (pin != 0)
		{
			fate->asked = pin;
			fate->fixed = FIXED_PIN;
		}
		fate->copy = i + 1;
		if (merge->newest[i] != NULL)
			FollowNewest(fate, &row[i].key, merge->newest[i]);
	}
}

static double
HomesOf(const PlacesGroup *group, int row)
{
	double		weight = group->w ? group->w[row] : 1;

	return IsWeight(weight) ? weight : 0;
}

/* All rows merged with the stored ones. */
static void
MergeAll(PlacesMerge *merge, const PlacesGroup *group)
{
	PlacesPastHome *home = merge->authority->home;
	PlacesPastHome *last = home + merge->authority->n;

	for (int i = 0, end; i < group->n; i = end)
	{
		const PlacesHomeKey *key = &merge->row[i].key;
		PlacesPastHome *next;

		HostCheckCancelAt(i);
		for (end = i + 1; end < group->n && SameId(&merge->row[end].key, key); end++)
			;
		for (; home < last && CompareIds(&home->key, key) < 0; home++)
			End(merge, home);
		for (next = home; next < last && SameId(&next->key, key); next++)
			;
		MergeRows(merge, merge->row + i, end - i, home, next);
		home = next;
		for (int j = i; j < end; j++)
			merge->fates->homes += HomesOf(group, merge->row[j].row);
	}
	for (; home < last; home++)
		End(merge, home);
}

static PlacesLost
FindLost(const PlacesPastAuthority *authority)
{
	PlacesLost	lost = {0, MemoryContextAllocHuge(CurrentMemoryContext, sizeof(int64) * Max(authority->n, 1))};

	for (int i = 0; i < authority->n; i++)
	{
		const PlacesPastHome *home = &authority->home[i];

		if (home->in_base && !home->followed && IsIn(home->outside) && home->place != 0)
			lost.place[lost.n++] = home->place;
	}
	return lost;
}

/*
 * The fates of the rows of a group, which may have none, so far as they are
 * known before it is solved, its past being that of an authority.  O(n log n);
 * in the current memory context.
 */
PlacesFates *
FindFates(const PlacesGroup *group, const PlacesHomeKey *keys, const PlacesPast *past,
		  PlacesPastAuthority *authority, PlacesLost *lost)
{
	Size		rows = offsetof(PlacesFates, fate) + sizeof(PlacesFate) * (Size) group->n;
	Size		most = rows + sizeof(ItemPointerData) * (Size) authority->n;
	PlacesMerge merge = {.past = past, .authority = authority};

	if (most > MOST_BYTES)
		Refuse((errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				errmsg("too many homes in one group"),
				errdetail("What becomes of them takes more than 1 GB."),
				errhint("Use smaller local authorities, or parts of them.")));
	merge.row = SortRows(keys, group->n);
	merge.fates = palloc0(most);
	merge.fates->n = group->n;
	merge.newest = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(PlacesPastHome *) * Max(group->n, 1));
	MergeAll(&merge, group);
	SET_VARSIZE(merge.fates, rows + sizeof(ItemPointerData) * (Size) merge.fates->ended);
	*lost = FindLost(authority);
	pfree(merge.row);
	pfree(merge.newest);
	return merge.fates;
}

/*
 * What became of each row by the answer for a group, NULL for rows without an
 * authority; locations that could not be used are read anew, of a type and for
 * a reference system.
 */
void
CompleteFates(PlacesFates *fates, const bytea *packed, const PlacesHomes *homes, PlacesPointReader *reader,
			  const NullableDatum *srid)
{
	PlacesIdReader locations = TextsOfPacked(packed, TEXT_LOCATION);

	for (int i = 0; i < fates->n; i++)
	{
		PlacesFate *fate = &fates->fate[i];
		const char *bytes;
		uint32		length;
		NullableDatum location = {.isnull = !NextBytes(&locations, &bytes, &length)};

		HostCheckCancelAt(i);
		fate->made = homes ? HOMES_PLACE(homes)[i] : 0;
		fate->outside = homes ? OutsideOfReason(HOMES_REASON(homes)[i]) : OUTSIDE_NO_AUTHORITY;
		if (fate->outside != OUTSIDE_NO_LOCATION)
			continue;
		if (!location.isnull)
			location.value = PointerGetDatum(cstring_to_text_with_len(bytes, length));
		fate->outside = OutsideOfLocation(reader, &location, srid);
	}
}
