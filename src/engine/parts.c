/*
 * parts.c
 *	  An authority in parts that have nothing to do with each other, so that no
 *	  home costs a distant one its place.
 *
 * Under coverage a place fits a circle of max_radius, so homes that no chain of
 * steps of twice that length links can be solved apart, and are: what becomes of
 * one part depends on its own homes alone.
 *
 * The other methods take in every home, however far, and the sum of squares makes
 * one wrong coordinate worth more than a town.  So a few homes FAR_APART from all
 * others are strays: in no place, as those are that coverage leaves out.  What is
 * left is solved apart where it is FAR_APART, too, if each part can keep the bounds
 * by itself.
 *
 * Each part is solved in coordinates from its own corner, to the last bit the same
 * wherever the part lies.  A place of the incumbent belongs to the part where most
 * of its homes are; those that are elsewhere now have left it, unless somebody
 * fixed them to it: that joins the parts.
 */
#include "engine/parts.h"

#include "engine/base/components.h"
#include "engine/base/disjoint_sets.h"
#include "engine/base/place_count.h"
#include "engine/restart/from_scratch.h"
#include "engine/restart/incumbent.h"
#include "engine/restart/restart.h"

#define FAR_APART		50e3	/* metres */
#define STRAYS_AT_MOST	0.05	/* of the homes; where there are more, nobody is one */

typedef struct PlacesParts
{
	const PlacesPoints *points;
	const PlacesRules *rules;
	const PlacesIncumbent *incumbent;
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
	int			labels;			/* given so far: the incumbent's, then new ones */
} PlacesParts;

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

/* Parts are what steps of so many metres link, or a fixed home and its place. */
static void
LinkPoints(PlacesParts *p, double reach)
{
	const PlacesIncumbent *incumbent = p->incumbent;
	int		   *parent = HostNew(int, p->points->n);

	InitSets(parent, p->points->n);
	JoinWithin(p->points, reach, parent);
	p->parts = NumberSets(p->points->n, parent, p->part);
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
 * many places there are.  Returns how many numbers there are.
 */
static int
NumberParts(const PlacesRules *rules, const double *homes, const bool *held, int parts, int *number)
{
	double		least;
	double		all = 0;
	double		strays = 0;
	int			heaviest = 0;
	int			count = 0;
	bool		apart = rules->k == 0;

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
	if (IsWithin(points, FAR_APART) || points->homes <= 0)
		return;
	LinkPoints(p, FAR_APART);
	homes = HostNewZero(double, p->parts);
	held = HostNewZero(bool, p->parts);
	number = HostNew(int, p->parts);
	for (int i = 0; i < points->n; i++)
	{
		HostCheckCancelAt(i);
		homes[p->part[i]] += points->w[i];
		if (p->incumbent->places > 0 && p->incumbent->fixed[i] != FIXED_NOT)
			held[p->part[i]] = true;
	}
	p->parts = NumberParts(p->rules, homes, held, p->parts, number);
	HostCheckCancel();
	for (int i = 0; i < points->n; i++)
		p->part[i] = number[p->part[i]];
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

/*
 * Label the points by the rules' method, starting from the incumbent if it has
 * places; -1 outside every place.  pinned_outside, all false on entry, receives the
 * points that do not count in the place they are pinned to.
 */
PlacesChoice
LabelWhole(const PlacesPoints *points, const PlacesRules *rules, const PlacesIncumbent *incumbent,
		   int *label, bool *pinned_outside)
{
	for (int i = 0; i < points->n; i++)
		label[i] = -1;
	if (points->homes <= 0)
		return CHOICE_FROM_SCRATCH;
	if (incumbent->places > 0)
		return LabelFromIncumbent(points, rules, incumbent, label, pinned_outside);
	ClusterPoints(points, rules, label);
	return CHOICE_FROM_SCRATCH;
}

/* Move points' coordinates to the corner of their box. */
static void
MoveToCorner(PlacesPoints *points)
{
	double		left = points->x[0];	/* sorted by x */
	double		bottom = INFINITY;

	HostCheckCancel();
	for (int i = 0; i < points->n; i++)
		bottom = Min(bottom, points->y[i]);
	for (int i = 0; i < points->n; i++)
	{
		points->x[i] -= left;
		points->y[i] -= bottom;
	}
}

/* The points of a part, from the corner of their box. */
static PlacesPoints *
PointsOfPart(const PlacesParts *p, int which)
{
	PlacesPoints *points = TakePoints(p->points, p->member + p->start[which],
									  p->start[which + 1] - p->start[which]);

	MoveToCorner(points);
	return points;
}

/* What is known of the points of a part: places that belong to it, and nothing of others. */
static PlacesIncumbent
IncumbentOfPart(const PlacesParts *p, int which)
{
	const int  *member = p->member + p->start[which];
	int			n = p->start[which + 1] - p->start[which];
	PlacesIncumbent part = {.places = p->place_start[which + 1] - p->place_start[which],
	.tolerance = p->incumbent->tolerance};

	if (part.places == 0)
		return part;
	part.place = HostNew(int, n);
	part.fixed = HostNew(uint8_t, n);
	for (int i = 0; i < n; i++)
	{
		int			j = p->incumbent->place[member[i]];

		HostCheckCancelAt(i);
		part.place[i] = j >= 0 && p->place_part[j] == which ? p->place_number[j] : -1;
		part.fixed[i] = p->incumbent->fixed[member[i]];
		Assert(part.fixed[i] == FIXED_NOT || part.place[i] >= 0);
	}
	return part;
}

/* Label the points of a part, its new places after all those so far. */
static PlacesChoice
LabelPart(PlacesParts *p, int which, const PlacesIncumbent *incumbent, int *label,
		  bool *pinned_outside)
{
	const int  *member = p->member + p->start[which];
	PlacesPoints *points = PointsOfPart(p, which);
	int		   *part_label = HostNew(int, points->n);
	bool	   *part_pinned = HostNewZero(bool, points->n);
	PlacesChoice choice = LabelWhole(points, p->rules, incumbent, part_label, part_pinned);
	int			known = incumbent->places;

	for (int i = 0; i < points->n; i++)
	{
		HostCheckCancelAt(i);
		if (part_label[i] >= 0)
			label[member[i]] = part_label[i] >= known ? p->labels + part_label[i] - known :
				p->place_member[p->place_start[which] + part_label[i]];
		pinned_outside[member[i]] = part_pinned[i];
	}
	p->labels += Max(0, CountLabels(points->n, part_label) - known);
	HostFree(part_label);
	HostFree(part_pinned);
	FreePoints(points);
	return choice;
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
	LinkPoints(&p, StepOfCoverage(rules));
	for (int i = 0; i < points->n; i++)
	{
		HostCheckCancelAt(i);
		if (i == point)
			*at = n;
		if (p.part[i] == p.part[point])
			member[n++] = i;
	}
	part = TakePoints(points, member, n);
	MoveToCorner(part);
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

/* Label every part.  Kept, if all that had places are kept, and so on; repaired, if they differ. */
static PlacesChoice
LabelAll(PlacesParts *p, int *label, bool *pinned_outside)
{
	PlacesChoice choice = CHOICE_FROM_SCRATCH;
	bool		chosen = false;

	for (int which = 0; which < p->parts; which++)
	{
		PlacesIncumbent incumbent;
		PlacesChoice of_part;

		HostCheckCancel();
		if (p->start[which] == p->start[which + 1] || IsHopeless(p, which))
			continue;
		incumbent = IncumbentOfPart(p, which);
		of_part = LabelPart(p, which, &incumbent, label, pinned_outside);
		if (incumbent.places == 0)
			continue;
		choice = !chosen || of_part == choice ? of_part : CHOICE_REPAIRED;
		chosen = true;
		FreeIncumbent(&incumbent);
	}
	return choice;
}

/* The same as LabelWhole, part by part; strays are outside. */
PlacesChoice
LabelByParts(const PlacesPoints *points, const PlacesRules *rules, const PlacesIncumbent *incumbent,
			 int *label, bool *pinned_outside)
{
	PlacesParts p = {.points = points, .rules = rules, .incumbent = incumbent,
	.labels = incumbent->places};
	PlacesChoice choice;

	p.part = HostNew(int, points->n);
	if (rules->method == METHOD_COVERAGE)
		LinkPoints(&p, StepOfCoverage(rules));
	else
		FindDistantParts(&p);
	p.start = HostNew(int, p.parts + 2);
	p.member = HostNew(int, points->n);
	SortByLabel(points->n, p.part, p.parts, p.start, p.member);
	SharePlaces(&p);
	for (int i = 0; i < points->n; i++)
		label[i] = -1;
	choice = LabelAll(&p, label, pinned_outside);
	HostFree(p.start);
	HostFree(p.member);
	HostFree(p.place_part);
	HostFree(p.place_number);
	HostFree(p.place_start);
	HostFree(p.place_member);
	EndParts(&p);
	return choice;
}
