/*
 * parts.c
 *	  An authority in parts that have nothing to do with each other, so that no
 *	  home costs a distant one its place.
 *
 * Under coverage a place fits a circle of max_radius, so homes that no chain of
 * steps of twice that length links can be solved apart, and are: what becomes of
 * one part depends on its own homes alone.  Such a part is divided further where no
 * chain of circles with enough homes for a place links it; a home in none of them
 * is outside every place from the start.
 *
 * The other methods take in every home, however far, and the sum of squares makes
 * one wrong coordinate worth more than a town.  So a few homes FAR_APART from all
 * others are strays: in no place, as those are that coverage leaves out.  What is
 * left is solved apart where it is FAR_APART, too, if each part can keep the bounds
 * by itself.
 *
 * Each part is a subproblem (part.c), so they can be solved on several cores.  A place of the incumbent belongs to the part where most
 * of its homes are; those that are elsewhere now have left it, unless somebody
 * fixed them to it: that joins the parts.
 */
#include "engine/parts.h"

#include "engine/base/components.h"
#include "engine/base/disjoint_sets.h"
#include "engine/base/place_count.h"
#include "engine/bound/bound.h"
#include "engine/part.h"

#define FAR_APART		50e3	/* metres */
#define STRAYS_AT_MOST	0.05	/* of the homes; where there are more, nobody is one */

typedef struct PlacesParts
{
	const PlacesPoints *points;
	const PlacesRules *rules;
	const PlacesIncumbent *incumbent;
	const bool *stray;			/* of each point: known to be one; NULL: not known */
	int			parts;
	int		   *part;			/* of each point; -1: in no place from the start */
	int		   *start;			/* member[start[p] .. start[p + 1]) are the */
	int		   *member;			/* points of part p */
	int		   *anchor;			/* of each of the incumbent's places: a point of the
								 * part that it belongs to, -1: empty; NULL: there
								 * is one part */
	int		   *place_part;		/* and that part; -1: none */
	int		   *place_start;	/* the same for the places of a part, */
	int		   *place_member;
	int		   *place_number;	/* and the number of each among them */
	PlacesLabelled *answer;
	int			labels;			/* given so far: the incumbent's, then new ones */
	bool		known;			/* answer->choice is that of a part that had places */
} PlacesParts;

/* One of the parts. */
typedef struct PlacesListed
{
	PlacesParts *of;
	int			which;
} PlacesListed;

/* ---- what belongs together ---- */

/* For each place of the incumbent a point of the part where most of its homes are, or -1; of equals the first. */
static void
FindAnchors(const PlacesPoints *points, const PlacesIncumbent *incumbent, const int *part, int parts,
			int *anchor)
{
	int		   *start = HostNew(int, incumbent->places + 2);
	int		   *member = HostNew(int, points->n);
	double	   *homes = HostNewZero(double, parts);

	SortByLabel(points->n, incumbent->place, incumbent->places, start, member);
	for (int j = 0; j < incumbent->places; j++)
	{
		anchor[j] = -1;
		for (int i = start[j]; i < start[j + 1]; i++)
			homes[part[member[i]]] += points->w[member[i]];
		HostCheckCancel();
		for (int i = start[j]; i < start[j + 1]; i++)
			if (anchor[j] < 0 || homes[part[member[i]]] > homes[part[anchor[j]]])
				anchor[j] = member[i];
		for (int i = start[j]; i < start[j + 1]; i++)
			homes[part[member[i]]] = 0;
	}
	HostFree(start);
	HostFree(member);
	HostFree(homes);
}

/* The points at these positions, which ascend, from the corner of their box. */
static PlacesPoints *
TakeFromCorner(const PlacesPoints *points, const int *member, int n)
{
	PlacesPoints *taken = TakePoints(points, member, n);
	double		left = taken->x[0];	/* sorted by x */
	double		bottom = INFINITY;

	HostCheckCancel();
	for (int i = 0; i < n; i++)
		bottom = Min(bottom, taken->y[i]);
	for (int i = 0; i < n; i++)
	{
		taken->x[i] -= left;
		taken->y[i] -= bottom;
	}
	ShiftSpots(&taken->spots, n, left, bottom);
	return taken;
}

/* Join the points of a part that places under the rules might link. */
static void
JoinReachable(const PlacesParts *p, const int *member, int n, int *label, int *parent)
{
	PlacesPoints *points;
	double		homes = 0;

	for (int i = 0; i < n; i++)
		homes += p->points->w[member[i]];
	if (homes < p->rules->min_homes * (1 - SIZE_ROUNDING))
		return;
	points = TakeFromCorner(p->points, member, n);
	LabelReachable(points, p->rules, label);
	for (int i = 0; i < n; i++)
		JoinSets(parent, member[i], member[label[i]]);
	FreePoints(points);
}

/*
 * Join the homes of each place that was kept, those in the part where most of them are:
 * it may go on with fewer homes than the rules ask for.
 */
static void
JoinKept(const PlacesParts *p, int *parent)
{
	int		   *anchor = HostNew(int, p->incumbent->places);

	FindAnchors(p->points, p->incumbent, p->part, p->parts, anchor);
	for (int i = 0; i < p->points->n; i++)
	{
		int			j = p->incumbent->place[i];

		HostCheckCancelAt(i);
		if (j >= 0 && p->incumbent->kept[j] && p->part[i] == p->part[anchor[j]])
			JoinSets(parent, i, anchor[j]);
	}
	HostFree(anchor);
}

/*
 * Divide the parts further: most homes of a thin country are in no circle with enough
 * others, and so in no place, and keep its towns apart.
 */
static void
DivideParts(PlacesParts *p, int *parent)
{
	int			n = p->points->n;
	int		   *start = HostNew(int, p->parts + 2);
	int		   *member = HostNew(int, n);
	int		   *label = HostNew(int, n);

	SortByLabel(n, p->part, p->parts, start, member);
	InitSets(parent, n);
	for (int c = 0; c < p->parts; c++)
	{
		HostCheckCancelAt(c);
		JoinReachable(p, member + start[c], start[c + 1] - start[c], label, parent);
	}
	if (p->incumbent->kept != NULL)
		JoinKept(p, parent);
	p->parts = NumberSets(n, parent, p->part);
	HostFree(start);
	HostFree(member);
	HostFree(label);
}

/* Parts are what steps of so many metres link, and places if asked for; or a fixed home and its place. */
static void
LinkPoints(PlacesParts *p, double reach, bool by_places)
{
	const PlacesIncumbent *incumbent = p->incumbent;
	int		   *parent = HostNew(int, p->points->n);

	InitSets(parent, p->points->n);
	JoinWithin(p->points, reach, parent);
	p->parts = NumberSets(p->points->n, parent, p->part);
	if (by_places)
		DivideParts(p, parent);
	if (incumbent->places > 0)
	{
		p->anchor = HostNew(int, incumbent->places);
		FindAnchors(p->points, incumbent, p->part, p->parts, p->anchor);
		for (int i = 0; i < p->points->n; i++)
		{
			HostCheckCancelAt(i);
			if (incumbent->fixed[i] != FIXED_NOT)
				JoinSets(parent, i, p->anchor[incumbent->place[i]]);
		}
		p->parts = NumberSets(p->points->n, parent, p->part);
	}
	HostFree(parent);
}

/* The longest step that may link homes of one place under coverage, metres. */
static double
StepOfCoverage(const PlacesRules *rules)
{
	return 2 * rules->max_radius * (1 + SIZE_ROUNDING);
}

/* Is no point farther from another than that, going by their box? */
static bool
IsWithin(const PlacesPoints *points, double metres)
{
	double		low = INFINITY;
	double		high = -INFINITY;

	HostCheckCancel();
	for (int i = 0; i < points->n; i++)
	{
		low = Min(low, points->y[i]);
		high = Max(high, points->y[i]);
	}
	return hypot(points->x[points->n - 1] - points->x[0], high - low) <= metres;
}

/*
 * Set number[c] to -1 for the parts that are strays, each of fewer homes than a place
 * needs, few in all, none of them fixed (held), and not the heaviest part; number the others,
 * by 0 alone unless each of them can keep the bounds by itself and nobody says how
 * many places there are, what they share out, or that they are parts of one.  Returns
 * how many numbers there are.
 */
static int
NumberParts(const PlacesRules *rules, const double *homes, const bool *held, int parts, int *number)
{
	double		least;
	double		all = 0;
	double		strays = 0;
	int			heaviest = 0;
	int			count = 0;
	bool		apart = rules->k == 0 && !rules->nested && !BalancesLoads(rules);

	for (int c = 0; c < parts; c++)
	{
		all += homes[c];
		if (homes[c] > homes[heaviest])
			heaviest = c;
	}
	least = LowBound(rules, all, false, rules->k) * (1 - SIZE_ROUNDING);
	for (int c = 0; c < parts; c++)
	{
		number[c] = c != heaviest && homes[c] < least && !held[c] ? -1 : 0;
		strays += number[c] < 0 ? homes[c] : 0;
	}
	for (int c = 0; c < parts; c++)
	{
		bool		stray = number[c] < 0 && strays <= STRAYS_AT_MOST * all;

		number[c] = stray ? -1 : count++;
		apart = apart && (stray || Max(1, ceil(homes[c] / rules->max_homes)) * least <= homes[c]);
	}
	for (int c = 0; c < parts && !apart; c++)
		number[c] = Min(number[c], 0);
	return apart ? count : 1;
}

/* Those known to be strays are in no part. */
static void
LeaveStrays(PlacesParts *p)
{
	HostCheckCancel();
	for (int i = 0; i < p->points->n && p->stray != NULL; i++)
		if (p->stray[i])
			p->part[i] = -1;
}

/* Fill part and parts for a method that takes in all homes but the strays, which get -1. */
static void
FindDistantParts(PlacesParts *p)
{
	const PlacesPoints *points = p->points;
	double	   *homes;
	bool	   *held;
	int		   *number;

	p->parts = 1;
	HostCheckCancel();
	memset(p->part, 0, sizeof(int) * points->n);
	if (IsWithin(points, FAR_APART) || AreLinked(points, FAR_APART) || points->homes <= 0)
	{
		LeaveStrays(p);
		return;
	}
	LinkPoints(p, FAR_APART, false);
	homes = HostNewZero(double, p->parts);
	held = HostNewZero(bool, p->parts);
	number = HostNew(int, p->parts);
	for (int i = 0; i < points->n; i++)
	{
		HostCheckCancelAt(i);
		homes[p->part[i]] += points->w[i];
		if ((p->incumbent->places > 0 && p->incumbent->fixed[i] != FIXED_NOT) ||
			(p->stray != NULL && !p->stray[i]))
			held[p->part[i]] = true;
	}
	p->parts = NumberParts(p->rules, homes, held, p->parts, number);
	HostCheckCancel();
	for (int i = 0; i < points->n; i++)
		p->part[i] = number[p->part[i]];
	LeaveStrays(p);
	HostFree(homes);
	HostFree(held);
	HostFree(number);
}

static void
EndParts(PlacesParts *p)
{
	HostFree(p->part);
	if (p->anchor != NULL)
		HostFree(p->anchor);
}

/* Mark the points that are strays, whatever the method. */
void
FindStrays(const PlacesPoints *points, const PlacesRules *rules, const PlacesIncumbent *incumbent,
		   bool *stray)
{
	PlacesParts p = {.points = points, .rules = rules, .incumbent = incumbent,
	.part = HostNew(int, points->n)};

	FindDistantParts(&p);
	HostCheckCancel();
	for (int i = 0; i < points->n; i++)
		stray[i] = p.part[i] < 0;
	EndParts(&p);
}

/* The incumbent's places by part. */
static void
SharePlaces(PlacesParts *p)
{
	int			places = p->incumbent->places;

	p->place_part = HostNew(int, places);
	p->place_number = HostNew(int, places);
	p->place_start = HostNew(int, p->parts + 2);
	p->place_member = HostNew(int, places);
	for (int j = 0; j < places; j++)
		p->place_part[j] = p->anchor == NULL ? 0 : p->anchor[j] < 0 ? -1 : p->part[p->anchor[j]];
	SortByLabel(places, p->place_part, p->parts, p->place_start, p->place_member);
	for (int q = 0; q < p->parts; q++)
		for (int j = p->place_start[q]; j < p->place_start[q + 1]; j++)
			p->place_number[p->place_member[j]] = j - p->place_start[q];
}

/* ---- solving ---- */

/* A part, with what is known of its points: places that belong to it, and nothing of others. */
static PlacesPart *
TakePart(const PlacesParts *p, int which)
{
	const int  *member = p->member + p->start[which];
	int			n = p->start[which + 1] - p->start[which];
	PlacesPart *part = NewPart(p->points, member, n, p->rules,
							   p->place_start[which + 1] - p->place_start[which], p->incumbent);
	PlacesIncumbent incumbent = ViewPart(part).incumbent;

	for (int i = 0; i < n && part->places > 0; i++)
	{
		int			j = p->incumbent->place[member[i]];

		HostCheckCancelAt(i);
		incumbent.place[i] = j >= 0 && p->place_part[j] == which ? p->place_number[j] : -1;
		incumbent.fixed[i] = p->incumbent->fixed[member[i]];
		Assert(incumbent.fixed[i] == FIXED_NOT || incumbent.place[i] >= 0);
	}
	for (int j = 0; j < part->places; j++)
	{
		int			place = p->place_member[p->place_start[which] + j];

		if (incumbent.kept != NULL)
			incumbent.kept[j] = p->incumbent->kept[place];
		if (incumbent.share != NULL)
			incumbent.share[j] = p->incumbent->share[place];
	}
	return part;
}

/*
 * Label the points of a solved part, its new places after all those so far.  Kept,
 * if all that had places are kept, and so on; repaired, if they differ.
 */
static void
LabelPart(PlacesParts *p, int which, PlacesPart *part)
{
	const int  *member = p->member + p->start[which];
	int		   *label = p->answer->label;
	PlacesPartView view = ViewPart(part);

	for (int i = 0; i < part->n; i++)
	{
		HostCheckCancelAt(i);
		if (view.label[i] >= 0)
			label[member[i]] = view.label[i] >= part->places ? p->labels + view.label[i] - part->places :
				p->place_member[p->place_start[which] + view.label[i]];
		p->answer->pinned_outside[member[i]] = view.pinned_outside[i];
	}
	p->labels += Max(0, CountLabels(part->n, view.label) - part->places);
	if (part->places > 0)
	{
		p->answer->choice = !p->known || part->choice == p->answer->choice ? part->choice : CHOICE_REPAIRED;
		p->known = true;
	}
}

/*
 * The points that a point is solved with under coverage, from the corner of their box;
 * *at receives which of them it is.
 */
PlacesPoints *
PartOfPoint(const PlacesPoints *points, const PlacesRules *rules, int point, int *at)
{
	static const PlacesIncumbent nothing = {0};
	PlacesParts p = {.points = points, .rules = rules, .incumbent = &nothing,
	.part = HostNew(int, points->n)};
	int		   *member = HostNew(int, points->n);
	PlacesPoints *part;
	int			n = 0;

	Assert(rules->method == METHOD_COVERAGE);
	LinkPoints(&p, StepOfCoverage(rules), true);
	for (int i = 0; i < points->n; i++)
	{
		HostCheckCancelAt(i);
		if (i == point)
			*at = n;
		if (p.part[i] == p.part[point])
			member[n++] = i;
	}
	part = TakeFromCorner(points, member, n);
	HostFree(member);
	EndParts(&p);
	return part;
}

/* Can there be any place?  A part of too few homes may still have had one. */
static bool
IsHopeless(const PlacesParts *p, int which)
{
	double		homes = 0;

	if (p->rules->method != METHOD_COVERAGE || p->place_start[which + 1] > p->place_start[which])
		return false;
	for (int i = p->start[which]; i < p->start[which + 1]; i++)
		homes += p->points->w[p->member[i]];
	return homes < p->rules->min_homes * (1 - SIZE_ROUNDING);
}

/* List the parts in which there may be places behind the count listed so far; returns how many there are then. */
static int
ListParts(PlacesParts *p, PlacesListed *listed, int count)
{
	for (int which = 0; which < p->parts; which++)
	{
		HostCheckCancel();
		if (p->start[which] < p->start[which + 1] && !IsHopeless(p, which))
			listed[count++] = (PlacesListed) {p, which};
	}
	return count;
}

/* Is there one part, of all points as they stand, and no past?  It needs no copy. */
static bool
IsWhole(const PlacesParts *p)
{
	double		bottom = INFINITY;

	if (p->parts != 1 || p->start[1] - p->start[0] < p->points->n || p->points->x[0] != 0 ||
		p->incumbent->places > 0)
		return false;
	HostCheckCancel();
	for (int i = 0; i < p->points->n; i++)
		bottom = Min(bottom, p->points->y[i]);
	return bottom == 0;
}

/* Label the parts of n sets of points, one after the other or, where there are helpers, side by side. */
static void
LabelAll(PlacesParts *parts, int n, PlacesHelpers *helpers)
{
	int			count = 0;
	PlacesListed *listed;
	PlacesSubproblem **problem;

	for (int q = 0; q < n; q++)
		count += parts[q].parts;
	listed = HostNew(PlacesListed, count);
	count = 0;
	for (int q = 0; q < n; q++)
		if (IsWhole(&parts[q]))
			parts[q].answer->choice = LabelWhole(parts[q].points, parts[q].rules, parts[q].incumbent,
												 parts[q].answer->label, parts[q].answer->pinned_outside);
		else
			count = ListParts(&parts[q], listed, count);
	problem = HostNew(PlacesSubproblem *, count);
	for (int from = 0, upto; from < count; from = upto)
	{
		upto = helpers ? count : from + 1;
		for (int i = from; i < upto; i++)
			problem[i] = &TakePart(listed[i].of, listed[i].which)->problem;
		if (helpers)
			helpers->solve(helpers, problem, count);
		else
			SolvePart(problem[from]);
		for (int i = from; i < upto; i++)
		{
			LabelPart(listed[i].of, listed[i].which, (PlacesPart *) problem[i]);
			HostFree(problem[i]);
		}
	}
	HostFree(problem);
	HostFree(listed);
}

/* The parts of a set of points, none of which is labelled yet. */
static PlacesParts
BeginParts(PlacesLabelled *answer)
{
	const PlacesPoints *points = answer->points;
	PlacesParts p = {.points = points, .rules = answer->rules, .incumbent = answer->incumbent,
	.stray = answer->stray, .part = HostNew(int, points->n), .answer = answer, .labels = answer->incumbent->places};

	if (p.rules->method == METHOD_COVERAGE)
		LinkPoints(&p, StepOfCoverage(p.rules), true);
	else
		FindDistantParts(&p);
	p.start = HostNew(int, p.parts + 2);
	p.member = HostNew(int, points->n);
	SortByLabel(points->n, p.part, p.parts, p.start, p.member);
	SharePlaces(&p);
	for (int i = 0; i < points->n; i++)
		answer->label[i] = -1;
	answer->choice = CHOICE_FROM_SCRATCH;
	return p;
}

/*
 * The same as LabelWhole for n sets of points that are none of each other's business,
 * part by part, with helpers if there are any (may be NULL); strays are outside.
 */
void
LabelByParts(PlacesLabelled *answer, int n, PlacesHelpers *helpers)
{
	PlacesParts *parts = HostNew(PlacesParts, n);

	for (int q = 0; q < n; q++)
		parts[q] = BeginParts(&answer[q]);
	LabelAll(parts, n, helpers);
	for (int q = 0; q < n; q++)
	{
		HostFree(parts[q].start);
		HostFree(parts[q].member);
		HostFree(parts[q].place_part);
		HostFree(parts[q].place_number);
		HostFree(parts[q].place_start);
		HostFree(parts[q].place_member);
		EndParts(&parts[q]);
	}
	HostFree(parts);
}
