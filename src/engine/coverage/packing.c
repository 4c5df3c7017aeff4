/*
 * packing.c
 *	  Pack a few atoms into places so that most homes are kept, exactly.
 *
 * Set packing by branch and bound over sets of atoms not yet decided about.  Of such
 * a set the atom with fewest partners is either outside or in a place, each of which
 * is tried, nearest atoms first; what remains is a smaller set of the same kind,
 * whose answer is remembered.  A set whose atoms fall apart into groups that share
 * no circle is the sum of these.  No set is worth more than the homes of its atoms
 * that can be in a place at all, each at the least cost that any place could have for
 * it, so the search ends where that is reached: mostly at once, for most stocks can
 * be kept whole.
 *
 * A place is worth its homes less a price for its sum of squares, which the caller
 * chooses so small that it decides between equals only, or 0.
 */
#include "engine/coverage/packing.h"

#include "engine/base/sort.h"

/* Answers remembered, at most; a power of two. */
#define MOST_ANSWERS 262144

/* Values nearer to each other than this share of all homes are equal. */
#define ROUNDING 1e-12

typedef struct PlacesAnswer
{
	PlacesAtomSet set;			/* 0: nothing here */
	PlacesAtomSet choice;		/* the place of the set's pivot, 0: it is outside */
	int			pivot;
	double		lower;			/* worth of choice and what follows from it */
	double		upper;			/* nothing is worth more */
} PlacesAnswer;

typedef struct PlacesSearch
{
	PlacesPacking *packing;
	const PlacesAtoms *atoms;
	double		most[MOST_ATOMS];	/* worth of an atom's homes at best */
	int			near[MOST_ATOMS][MOST_ATOMS];	/* the others, nearest first; so */
	int			nears;			/* many of each */
	double		rounding;
	double		left;			/* work */
	PlacesAnswer *answer;		/* hashed by set */
	int			answers;
	int			slots;			/* a power of two */
} PlacesSearch;

/* A place in the making. */
typedef struct PlacesBin
{
	PlacesAtomSet set;
	double		homes;
	double		x;				/* centroid */
	double		y;
	double		spread;			/* sum of squared distances to it */
} PlacesBin;

/* One set being decided about. */
typedef struct PlacesBranch
{
	PlacesAtomSet set;
	int			pivot;
	double		floor;			/* only what is worth more matters */
	double		upper;			/* nothing is worth more */
	double		homes;
	double		most;			/* worth of its atoms at best */
	double		best;
	PlacesAtomSet choice;
} PlacesBranch;

static double Solve(PlacesSearch *s, PlacesAtomSet set, double floor);

static PlacesAtomSet
Bit(int atom)
{
	return (PlacesAtomSet) 1 << atom;
}

/* What a place of these atoms costs. */
double
CostOfPlace(const PlacesPacking *packing, PlacesAtomSet set)
{
	double		off = AtomsHomes(packing->atoms, set) - packing->target_homes;

	return AtomsSpread(packing->atoms, set) + packing->penalty * off * off;
}

/* A place of one atom. */
static PlacesBin
NewBin(const PlacesAtoms *atoms, int a)
{
	return (PlacesBin) {Bit(a), atoms->w[a], atoms->x[a], atoms->y[a], atoms->spread[a]};
}

/* The place with one atom more. */
static PlacesBin
WithAtom(const PlacesAtoms *atoms, PlacesBin bin, int a)
{
	double		dx = atoms->x[a] - bin.x;
	double		dy = atoms->y[a] - bin.y;
	double		share = atoms->w[a] / (bin.homes + atoms->w[a]);

	bin.set |= Bit(a);
	bin.spread += atoms->spread[a] + bin.homes * share * (dx * dx + dy * dy);
	bin.homes += atoms->w[a];
	bin.x += share * dx;
	bin.y += share * dy;
	return bin;
}

static double
WorthOf(const PlacesPacking *packing, const PlacesBin *bin)
{
	double		off = bin->homes - packing->target_homes;

	return bin->homes - packing->per_cost * (bin->spread + packing->penalty * off * off);
}

/* Is a place of these atoms within its bounds, wherever they are? */
bool
IsViable(const PlacesPacking *packing, PlacesAtomSet set, double homes)
{
	return homes <= packing->max_homes &&
		homes >= ((set & (set - 1)) == 0 ? packing->least_alone : packing->min_homes);
}

/* The slot of the set's answer, or the empty one where it belongs. */
static PlacesAnswer *
AnswerSlot(const PlacesSearch *s, PlacesAtomSet set)
{
	unsigned	i = (unsigned) ((set * UINT64_C(0x9E3779B97F4A7C15)) >> 40) & (unsigned) (s->slots - 1);

	while (s->answer[i].set != 0 && s->answer[i].set != set)
		i = (i + 1) & (unsigned) (s->slots - 1);
	return &s->answer[i];
}

static void
GrowAnswers(PlacesSearch *s)
{
	PlacesAnswer *old = s->answer;
	int			slots = s->slots;

	s->slots *= 2;
	s->answer = HostNewZero(PlacesAnswer, s->slots);
	for (int i = 0; i < slots; i++)
		if (old[i].set != 0)
			*AnswerSlot(s, old[i].set) = old[i];
	HostFree(old);
}

/* Remember what has become of the branch, if there is room. */
static void
Remember(PlacesSearch *s, const PlacesBranch *b)
{
	PlacesAnswer *answer = AnswerSlot(s, b->set);

	if (answer->set == 0)
	{
		if (s->answers >= MOST_ANSWERS)
		{
			s->left = 0;
			return;
		}
		if (2 * ++s->answers > s->slots)
		{
			GrowAnswers(s);
			answer = AnswerSlot(s, b->set);
		}
		*answer = (PlacesAnswer) {.set = b->set,.pivot = b->pivot,.lower = -INFINITY,.upper = INFINITY};
	}
	if (b->best > answer->lower)
	{
		answer->lower = b->best;
		answer->choice = b->choice;
		answer->pivot = b->pivot;
	}
	answer->upper = Min(answer->upper, Min(b->upper, Max(b->best, b->floor)));
}

/* The set without the atoms that no place within it can have. */
static PlacesAtomSet
Reachable(const PlacesSearch *s, PlacesAtomSet set)
{
	const PlacesAtoms *atoms = s->atoms;
	PlacesAtomSet before;

	do
	{
		before = set;
		for (PlacesAtomSet rest = set; rest != 0; rest &= rest - 1)
		{
			int			a = __builtin_ctzll(rest);

			if (atoms->w[a] > s->packing->max_homes ||
				(atoms->w[a] < s->packing->least_alone &&
				 AtomsHomes(atoms, atoms->beside[a][a] & set) < s->packing->min_homes))
				set &= ~Bit(a);
		}
	} while (set != before);
	return set;
}

/* The atoms of the set that share circles with its first, directly or through others. */
static PlacesAtomSet
GroupOf(const PlacesSearch *s, PlacesAtomSet set)
{
	PlacesAtomSet group = set & -set;
	PlacesAtomSet fresh = group;

	while (fresh != 0)
	{
		PlacesAtomSet next = s->atoms->beside[__builtin_ctzll(fresh)][__builtin_ctzll(fresh)] & set & ~group;

		fresh = (fresh & (fresh - 1)) | next;
		group |= next;
	}
	return group;
}

/* What a group is worth at most. */
static double
UpperBound(const PlacesSearch *s, PlacesAtomSet set)
{
	double		homes = AtomsHomes(s->atoms, set);
	double		places = floor(homes / Min(s->packing->min_homes, s->packing->least_alone) * (1 + ROUNDING));
	double		worth = 0;

	for (PlacesAtomSet rest = set; rest != 0; rest &= rest - 1)
		worth += s->most[__builtin_ctzll(rest)];
	if (places * s->packing->max_homes < homes)
		worth = Min(worth, places * s->packing->max_homes);
	return worth;
}

/* The atom whose partners are fewest, by homes: the first to be decided about. */
static int
PivotOf(const PlacesSearch *s, PlacesAtomSet set)
{
	double		least = INFINITY;
	int			pivot = -1;

	for (PlacesAtomSet rest = set; rest != 0; rest &= rest - 1)
	{
		int			a = __builtin_ctzll(rest);
		double		room = s->packing->max_homes - s->atoms->w[a];
		double		partners = 0;

		for (PlacesAtomSet by = s->atoms->beside[a][a] & set & ~Bit(a); by != 0; by &= by - 1)
			if (s->atoms->w[__builtin_ctzll(by)] <= room)
				partners += s->atoms->w[__builtin_ctzll(by)];
		if (partners < least)
		{
			least = partners;
			pivot = a;
		}
	}
	return pivot;
}

/* Has the branch reached its bound, or the search the end of its work? */
static bool
IsDone(const PlacesSearch *s, const PlacesBranch *b)
{
	return s->left <= 0 || b->best >= b->upper - s->rounding;
}

/* The pivot is in this place (0: outside), worth so much: what is the rest worth? */
static void
TryPlace(PlacesSearch *s, PlacesBranch *b, PlacesAtomSet place, double worth)
{
	double		wanted = Max(b->best, b->floor);
	double		value;

	value = worth + Solve(s, b->set & ~(place | Bit(b->pivot)), wanted - worth);
	if (value > b->best && value > wanted + s->rounding && s->left > 0)
	{
		b->best = value;
		b->choice = place;
	}
}

/*
 * Is no place with these atoms and others, of so many homes at most, worth what is
 * wanted?  More atoms spread it more, and where the homes are too few for two places
 * nothing else is kept.
 */
static bool
IsHopeless(const PlacesSearch *s, const PlacesBranch *b, const PlacesBin *bin, double homes)
{
	double		wanted = Max(b->best, b->floor) + s->rounding;
	double		most = b->most;

	if (b->homes < s->packing->min_homes + Min(s->packing->min_homes, s->packing->least_alone))
		return Min(homes, s->packing->max_homes) <= wanted;
	if (s->packing->per_cost == 0)
		return false;
	for (PlacesAtomSet rest = bin->set; rest != 0; rest &= rest - 1)
		most -= s->most[__builtin_ctzll(rest)];
	return most + bin->homes - s->packing->per_cost * bin->spread <= wanted;
}

/* Try the place and those with more of the atoms that can be added to it. */
static void
ExtendPlace(PlacesSearch *s, PlacesBranch *b, PlacesBin bin, PlacesAtomSet more)
{
	const PlacesAtoms *atoms = s->atoms;
	double		most = bin.homes + AtomsHomes(atoms, more);

	s->left--;
	if (IsHopeless(s, b, &bin, most))
		return;
	if (IsViable(s->packing, bin.set, bin.homes))
		TryPlace(s, b, bin.set, WorthOf(s->packing, &bin));
	for (int i = 0; more != 0 && !IsDone(s, b); i++)
	{
		int			a = s->near[b->pivot][i];
		PlacesAtomSet together;

		if ((more & Bit(a)) == 0)
			continue;
		if (most < s->packing->min_homes || IsHopeless(s, b, &bin, most))
			return;
		more &= ~Bit(a);
		most -= atoms->w[a];
		if (bin.homes + atoms->w[a] > s->packing->max_homes)
			continue;
		together = more & atoms->beside[a][a];
		for (PlacesAtomSet rest = bin.set; rest != 0; rest &= rest - 1)
			together &= atoms->beside[a][__builtin_ctzll(rest)];
		ExtendPlace(s, b, WithAtom(atoms, bin, a), together);
	}
}

/* A set whose atoms share circles, directly or through others. */
static double
SolveGroup(PlacesSearch *s, PlacesAtomSet set, double floor)
{
	PlacesBranch b = {.set = set,.floor = floor,.upper = UpperBound(s, set),.best = -INFINITY,
	.homes = AtomsHomes(s->atoms, set)};
	PlacesAnswer *known = AnswerSlot(s, set);

	HostCheckCancel();
	if (known->set != 0)
	{
		b.upper = Min(b.upper, known->upper);
		if (known->lower >= b.upper - s->rounding)
			return known->lower;
	}
	if (b.upper <= floor + s->rounding || s->left <= 0)
		return b.upper;
	b.pivot = PivotOf(s, set);
	for (PlacesAtomSet rest = set; rest != 0; rest &= rest - 1)
		b.most += s->most[__builtin_ctzll(rest)];
	ExtendPlace(s, &b, NewBin(s->atoms, b.pivot), set & s->atoms->beside[b.pivot][b.pivot] & ~Bit(b.pivot));
	/* who is viable alone need not be outside */
	if (s->atoms->w[b.pivot] < s->packing->least_alone && !IsDone(s, &b))
		TryPlace(s, &b, 0, 0);
	if (s->left <= 0)
		return b.upper;
	Remember(s, &b);
	return Max(b.best, Min(b.upper, floor));
}

/*
 * What the set is worth, if that is more than the floor; otherwise at most the
 * floor.  Meaningless once the work is done.
 */
static double
Solve(PlacesSearch *s, PlacesAtomSet set, double floor)
{
	double		upper = 0;
	double		worth = 0;

	set = Reachable(s, set);
	for (PlacesAtomSet rest = set; rest != 0;)
	{
		PlacesAtomSet group = GroupOf(s, rest);

		upper += UpperBound(s, group);
		rest &= ~group;
	}
	if (upper <= floor + s->rounding)
		return upper;
	while (set != 0)
	{
		PlacesAtomSet group = GroupOf(s, set);

		upper -= UpperBound(s, group);
		worth += SolveGroup(s, group, floor - worth - upper);
		if (worth + upper <= floor + s->rounding)
			return worth + upper;
		set &= ~group;
	}
	return worth;
}

/* Follow the remembered choices. */
static void
CollectPlaces(PlacesSearch *s, PlacesAtomSet set)
{
	for (set = Reachable(s, set); set != 0; set = Reachable(s, set))
	{
		PlacesAnswer *answer = AnswerSlot(s, GroupOf(s, set));

		Assert(answer->set != 0 && (set & Bit(answer->pivot)) != 0);
		if (answer->choice != 0)
			s->packing->place[s->packing->places++] = answer->choice;
		set &= ~(answer->choice | Bit(answer->pivot));
	}
}

/*
 * What an atom's homes must cost in any place: half of their mean squared distance
 * to the nearest homes that make up the minimum, for a sum of squares is half the
 * mean squared distance between all pairs.  Uses near.
 */
static double
LeastCost(const PlacesSearch *s, int atom)
{
	const PlacesAtoms *atoms = s->atoms;
	double		missing = s->packing->min_homes - atoms->w[atom];
	double		sum = 0;

	if (atoms->w[atom] >= s->packing->least_alone)
		missing = 0;
	for (int i = 0; i < s->nears && missing > 0; i++)
	{
		int			b = s->near[atom][i];
		double		dx = atoms->x[b] - atoms->x[atom];
		double		dy = atoms->y[b] - atoms->y[atom];

		sum += Min(atoms->w[b], missing) * (dx * dx + dy * dy);
		missing -= atoms->w[b];
	}
	return atoms->spread[atom] + atoms->w[atom] * sum / s->packing->min_homes / 2;
}

/* Fill near and most. */
static void
RankAtoms(PlacesSearch *s)
{
	const PlacesAtoms *atoms = s->atoms;
	PlacesRanked by[MOST_ATOMS];

	for (PlacesAtomSet rest = s->packing->within; rest != 0; rest &= rest - 1)
	{
		int			a = __builtin_ctzll(rest);

		s->nears = 0;
		for (PlacesAtomSet other = s->packing->within & ~Bit(a); other != 0; other &= other - 1)
		{
			int			b = __builtin_ctzll(other);

			by[s->nears++] = (PlacesRanked) {hypot(atoms->x[b] - atoms->x[a], atoms->y[b] - atoms->y[a]), b};
		}
		SortRanked(by, s->nears);
		for (int i = 0; i < s->nears; i++)
			s->near[a][i] = by[i].item;
		s->most[a] = atoms->w[a];
		if (s->packing->per_cost > 0)
			s->most[a] -= s->packing->per_cost * LeastCost(s, a);
	}
}

/*
 * Fill places and their worth, if any are worth more than the floor; complete says
 * whether the work sufficed to know.
 */
void
PackAtoms(PlacesPacking *packing)
{
	const PlacesAtoms *atoms = packing->atoms;
	PlacesSearch s = {.packing = packing,.atoms = atoms};

	s.rounding = ROUNDING * AtomsHomes(atoms, packing->within);
	s.left = packing->work;
	s.slots = 1024;
	s.answer = HostNewZero(PlacesAnswer, s.slots);
	RankAtoms(&s);
	packing->worth = Solve(&s, packing->within, packing->floor);
	packing->complete = s.left > 0;
	packing->places = 0;
	packing->work = s.left;
	if (packing->complete && packing->worth > packing->floor + s.rounding)
		CollectPlaces(&s, packing->within);
	HostFree(s.answer);
}
