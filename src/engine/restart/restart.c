/*
 * restart.c
 *	  Places found with the last ones in mind.
 *
 * A clustering that is found anew as homes come and go would renumber
 * everybody for nothing.  So the last places are first extended: every home
 * stays where it was, new ones join.  They are held against a solution from
 * scratch, which heeds the same holds: unless that keeps the rules better, or
 * is better by more than the tolerance, they are the answer.  Next they are
 * mended in ways that move few homes, and asked again.  The solution from
 * scratch is the last resort.
 *
 * The same homes again find places that extend to themselves, and a solution
 * from scratch that is no better than it was: so nobody moves, and the answer
 * is a fixed point of the question.
 */
#include "engine/restart/restart.h"

/* rounding allowed between sums made in different orders */
#define ROUNDING	1e-9

#define ATTEMPTS	3			/* at mending, each with more moves */

#define MOST_ROUNDS	8			/* until the pins that count are those assumed */

/* What the methods differ in. */
typedef struct PlacesWays
{
	void		(*extend) (const PlacesWarm *w, int *label);
	void		(*fresh) (const PlacesWarm *w, int *label);
	void		(*mend) (const PlacesWarm *w, int attempt, const int *fresh, int *label);
	PlacesMerit (*merit) (const PlacesWarm *w, const int *label);
} PlacesWays;

static const PlacesWays coverage_ways = {ExtendCoverage, FreshCoverage, MendCoverage, MeritOfCoverage};
static const PlacesWays squares_ways = {ExtendSquares, FreshSquares, MendSquares, MeritOfSquares};

/* Does a place of that shape keep the rules?  A tower may exceed the maximum. */
bool
IsFit(const PlacesWarm *w, const PlacesShape *shape)
{
	const PlacesRules *rules = w->rules;
	double		most = rules->method == METHOD_KMEANS ? INFINITY : rules->max_homes;

	return shape->homes >= rules->min_homes * (1 - ROUNDING) &&
		(shape->homes <= most * (1 + ROUNDING) || shape->points == 1) &&
		shape->circle.radius <= rules->max_radius;
}

/* Does a labelling do, where one of merit `fresh` could be had? */
static bool
Suffices(const PlacesWarm *w, PlacesMerit merit, PlacesMerit fresh)
{
	double		share = w->past->tolerance + ROUNDING;

	return merit.misfit <= fresh.misfit + ROUNDING * w->points->homes &&
		fresh.kept - merit.kept <= share * w->points->homes &&
		merit.squares - fresh.squares <= share * merit.squares;
}

static PlacesChoice
Choose(const PlacesWarm *w, const PlacesWays *ways, const int *fresh, int *label)
{
	PlacesMerit target = ways->merit(w, fresh);

	ways->extend(w, label);
	if (Suffices(w, ways->merit(w, label), target))
		return CHOICE_KEPT;
	for (int attempt = 0; attempt < ATTEMPTS; attempt++)
	{
		ways->mend(w, attempt, fresh, label);
		if (Suffices(w, ways->merit(w, label), target))
			return CHOICE_REPAIRED;
	}
	memcpy(label, fresh, sizeof(int) * w->points->n);
	return CHOICE_RESOLVED;
}

/* Label the points, given which pins are far. */
static PlacesChoice
LabelOnce(const PlacesPoints *points, const PlacesRules *rules, const PlacesIncumbent *past,
		  bool *far, int *label)
{
	const PlacesWays *ways = rules->method == METHOD_COVERAGE ? &coverage_ways : &squares_ways;
	PlacesWarm	w = {.points = points, .rules = rules, .past = past, .far = far};
	int		   *fresh = HostNew(int, points->n);
	PlacesChoice choice;

	w.held = HostNew(bool, points->n);
	for (int i = 0; i < points->n; i++)
	{
		HostCheckCancelAt(i);
		Assert(past->fixed[i] == FIXED_NOT || past->place[i] >= 0);
		w.held[i] = past->fixed[i] != FIXED_NOT;
		w.nheld += w.held[i];
	}
	ways->fresh(&w, fresh);
	choice = Choose(&w, ways, fresh, label);
	for (int i = 0; i < points->n; i++)
		if (w.held[i])
			label[i] = past->place[i];
	HostFree(w.held);
	HostFree(fresh);
	return choice;
}

/*
 * Label the points by the rules' method.  far receives the pinned points that
 * are in their place without counting there.
 *
 * Which pins count depends on the places, and these on which count.  Where the
 * answer changes that it is asked again with the answer as its past: so the
 * same homes once more change nothing.
 */
PlacesChoice
WarmLabel(const PlacesPoints *points, const PlacesRules *rules, const PlacesIncumbent *past,
		  int *label, bool *far)
{
	PlacesIncumbent	now = *past;
	bool	   *assumed = HostNew(bool, points->n);
	PlacesChoice choice = CHOICE_KEPT;

	FindFarPins(points, past, rules->max_radius, past->place, far);
	for (int round = 0; round < MOST_ROUNDS; round++)
	{
		PlacesChoice last;

		memcpy(assumed, far, sizeof(bool) * points->n);
		last = LabelOnce(points, rules, &now, assumed, label);
		if (last != CHOICE_KEPT && choice != CHOICE_RESOLVED)
			choice = last;
		FindFarPins(points, past, rules->max_radius, label, far);
		if (memcmp(assumed, far, sizeof(bool) * points->n) == 0)
			break;
		if (round == 0)
			now.place = HostNew(int, points->n);
		memcpy(now.place, label, sizeof(int) * points->n);
		now.places = Max(past->places, CountLabels(points->n, label));
	}
	if (now.place != past->place)
		HostFree(now.place);
	HostFree(assumed);
	return choice;
}
