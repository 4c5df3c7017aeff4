/*
 * exchange.c
 *	  Make places of a few atoms compact.
 *
 * A local search over pairs of places: one atom moves or two change places, a place
 * is divided along the line between two of its atoms, or two places become one, as
 * long as the number of places comes nearer to that wanted, or else the cost falls.
 * The atoms in places are the same afterwards.
 */
#include "engine/coverage/exchange.h"

#include "engine/base/sort.h"
#include "engine/coverage/division.h"

/* Share of the cost that an exchange must save. */
#define LEAST_GAIN 1e-9

/* Two places, or one and an empty one, and what they might become. */
typedef struct PlacesTrade
{
	const PlacesPacking *packing;
	int			others;			/* places besides */
	PlacesAtomSet one;			/* the best so far, */
	PlacesAtomSet other;
	double		off;			/* places too many or too few with it, */
	double		cost;			/* and its cost */
} PlacesTrade;

static bool
FitsCircle(const PlacesAtoms *atoms, PlacesAtomSet set)
{
	for (PlacesAtomSet a = set; a != 0; a &= a - 1)
		for (PlacesAtomSet b = a; b != 0; b &= b - 1)
			if (set & ~atoms->beside[__builtin_ctzll(a)][__builtin_ctzll(b)])
				return false;
	return true;
}

static bool
IsPlace(const PlacesPacking *packing, PlacesAtomSet set)
{
	return set == 0 || (IsViable(packing, set, AtomsHomes(packing->atoms, set)) &&
						FitsCircle(packing->atoms, set));
}

static double
CostOf(const PlacesPacking *packing, PlacesAtomSet set)
{
	return set == 0 ? 0 : CostOfPlace(packing, set);
}

static double
OffWanted(const PlacesTrade *t, PlacesAtomSet one, PlacesAtomSet other)
{
	return fabs(t->others + (one != 0) + (other != 0) - t->packing->wanted);
}

/* Are these two better than the best so far? */
static void
Consider(PlacesTrade *t, PlacesAtomSet one, PlacesAtomSet other)
{
	double		off = OffWanted(t, one, other);
	double		cost;

	if (off > t->off)
		return;
	cost = CostOf(t->packing, one) + CostOf(t->packing, other);
	if ((off < t->off || cost < t->cost * (1 - LEAST_GAIN)) &&
		IsPlace(t->packing, one) && IsPlace(t->packing, other))
	{
		t->off = off;
		t->cost = cost;
		t->one = one;
		t->other = other;
	}
}

/* Moves from one to the other, and swaps. */
static void
TryMoves(PlacesTrade *t, PlacesAtomSet one, PlacesAtomSet other)
{
	for (PlacesAtomSet a = one; a != 0; a &= a - 1)
	{
		PlacesAtomSet moved = a & -a;

		Consider(t, one ^ moved, other ^ moved);
		for (PlacesAtomSet b = other; b != 0; b &= b - 1)
			Consider(t, one ^ moved ^ (b & -b), other ^ moved ^ (b & -b));
	}
	for (PlacesAtomSet b = other; b != 0; b &= b - 1)
		Consider(t, one ^ (b & -b), other ^ (b & -b));
}

/* All cuts of the set along the line through two of its atoms. */
static void
TryCuts(PlacesTrade *t, PlacesAtomSet set, int a, int b)
{
	const PlacesAtoms *atoms = t->packing->atoms;
	PlacesRanked along[MOST_ATOMS];
	PlacesAtomSet side = 0;
	int			count = 0;

	for (PlacesAtomSet rest = set; rest != 0; rest &= rest - 1)
	{
		int			c = __builtin_ctzll(rest);

		along[count++] = (PlacesRanked) {atoms->x[c] * (atoms->x[b] - atoms->x[a]) +
		atoms->y[c] * (atoms->y[b] - atoms->y[a]), c};
	}
	SortRanked(along, count);
	for (int i = 0; i < count - 1; i++)
	{
		side |= (PlacesAtomSet) 1 << along[i].item;
		Consider(t, side, set ^ side);
	}
}

/* The best that the two can become; false when they are best as they are. */
static bool
Trade(const PlacesPacking *packing, PlacesAtomSet *one, PlacesAtomSet *other)
{
	PlacesTrade t = {.packing = packing,.cost = CostOf(packing, *one) + CostOf(packing, *other),
	.others = packing->places - (*other != 0) - 1};
	PlacesAtomSet both = *one | *other;

	t.off = OffWanted(&t, *one, *other);
	TryMoves(&t, *one, *other);
	Consider(&t, both, 0);
	for (PlacesAtomSet a = both; a != 0; a &= a - 1)
		for (PlacesAtomSet b = a & (a - 1); b != 0; b &= b - 1)
			TryCuts(&t, both, __builtin_ctzll(a), __builtin_ctzll(b));
	if (t.one == 0 && t.other == 0)
		return false;
	*one = t.one != 0 ? t.one : t.other;
	*other = t.one != 0 ? t.other : 0;
	return true;
}

/* Trades of one place with those after it, and with nobody. */
static bool
TradeWithOthers(PlacesPacking *packing, int i)
{
	bool		traded = false;

	for (int j = i + 1; j <= packing->places; j++)
	{
		PlacesAtomSet other = j < packing->places ? packing->place[j] : 0;

		HostCheckCancel();
		if (!Trade(packing, &packing->place[i], &other))
			continue;
		traded = true;
		if (j == packing->places)
			packing->places++;
		packing->place[j] = other;
		if (other == 0)
			packing->place[j--] = packing->place[--packing->places];
	}
	return traded;
}

/*
 * Exchange atoms as long as that makes the places better.  Sets what is thought of
 * their number and sizes: penalty and wanted.
 */
void
ExchangeAtoms(PlacesPacking *packing)
{
	double		spread = 0;
	bool		traded = true;

	for (int i = 0; i < packing->places; i++)
		spread += AtomsSpread(packing->atoms, packing->place[i]);
	packing->penalty = SizePenalty(spread, packing->worth, packing->target_homes);
	packing->wanted = Max(1, round(packing->worth / packing->target_homes));
	while (traded)
	{
		traded = false;
		for (int i = 0; i < packing->places; i++)
			traded |= TradeWithOthers(packing, i);
	}
}
