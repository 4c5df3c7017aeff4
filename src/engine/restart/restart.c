/*
 * restart.c
 *	  Places found from an incumbent: kept, repaired, or solved again.
 *
 * A clustering that is solved from scratch whenever homes come and go would
 * renumber everybody for nothing.  So the incumbent is kept first: every home
 * stays in its place, new ones join.  A solution from scratch, with the same
 * fixed assignments, says how good places could be.  Unless it breaks fewer
 * bounds or has a better objective by more than the tolerance, the kept places
 * are the answer.  If not they are repaired, in ways that move more and more
 * homes, and compared after each.  The solution from scratch is the last resort.
 *
 * A place of the incumbent that was kept stays kept within its grace (RulesOfPlace()):
 * nobody joins or leaves it for that.  Beyond its grace it is repaired to what the rules
 * say.  No step makes a place use its grace: it serves what the stock does to places.
 *
 * The same homes again give the same answer: all of them stay when the places
 * are kept, so these are as good as they were, and the solution from scratch is
 * what it was, so it gains no more than the tolerance this time either.  (After
 * an answer from scratch it gains nothing.)
 */
#include "engine/restart/restart.h"

#include "engine/restart/labelling.h"
#include "engine/restart/pins.h"
#include "engine/restart/restart_coverage.h"
#include "engine/restart/restart_squares.h"

#define MOST_ROUNDS	8			/* until the pins that count are those assumed */

/* The steps of a restart, which depend on the method. */
typedef struct PlacesRestartSteps
{
	void		(*keep) (const PlacesRestart *r, int *label);
	void		(*resolve) (const PlacesRestart *r, int *label);
	void		(*repair) (const PlacesRestart *r, int attempt, const int *resolved, int *label);
	PlacesObjective (*objective) (const PlacesRestart *r, const int *label);
} PlacesRestartSteps;

static const PlacesRestartSteps coverage_steps =
{KeepCoverage, ResolveCoverage, RepairCoverage, ObjectiveOfCoverage};
static const PlacesRestartSteps squares_steps =
{KeepSquares, ResolveSquares, RepairSquares, ObjectiveOfSquares};

/* Is an objective good enough, where the solution from scratch has that of `resolved`? */
static bool
Suffices(const PlacesRestart *r, PlacesObjective objective, PlacesObjective resolved)
{
	double		share = r->incumbent->tolerance + SIZE_ROUNDING;

	return objective.violation <= resolved.violation + SIZE_ROUNDING * r->points->homes &&
		objective.unbalanced <= (1 + share) * resolved.unbalanced + SIZE_ROUNDING * r->points->homes &&
		resolved.kept - objective.kept <= share * r->points->homes &&
		objective.squares - resolved.squares <= share * objective.squares;
}

/*
 * How good the solution from scratch is, which has no grace, not even for places that
 * homes are fixed to: so it is as good when what was made of it is the incumbent.
 */
static PlacesObjective
ObjectiveFromScratch(const PlacesRestart *r, const PlacesRestartSteps *steps, const int *resolved)
{
	PlacesIncumbent incumbent = *r->incumbent;
	PlacesRestart strict = *r;

	incumbent.kept = NULL;
	strict.incumbent = &incumbent;
	return steps->objective(&strict, resolved);
}

/* Keep, repair, or take over the solution from scratch. */
static PlacesChoice
Choose(const PlacesRestart *r, const PlacesRestartSteps *steps, const int *resolved, int *label)
{
	PlacesObjective target = ObjectiveFromScratch(r, steps, resolved);

	steps->keep(r, label);
	AssertCheckLabelling(r, label);
	if (Suffices(r, steps->objective(r, label), target))
		return CHOICE_KEPT;
	for (int attempt = 0; attempt < REPAIR_ATTEMPTS; attempt++)
	{
		steps->repair(r, attempt, resolved, label);
		AssertCheckLabelling(r, label);
		if (Suffices(r, steps->objective(r, label), target))
			return CHOICE_REPAIRED;
	}
	memcpy(label, resolved, sizeof(int) * r->points->n);
	return CHOICE_FROM_SCRATCH;
}

/* Label the points, given which of them are pinned from outside. */
static PlacesChoice
LabelOnce(const PlacesPoints *points, const PlacesRules *rules, const PlacesIncumbent *incumbent,
		  const bool *pinned_outside, int *label)
{
	const PlacesRestartSteps *steps = rules->method == METHOD_COVERAGE ? &coverage_steps : &squares_steps;
	PlacesRestart r = {.points = points, .rules = rules, .incumbent = incumbent,
	.pinned_outside = pinned_outside};
	int		   *resolved = HostNew(int, points->n);
	PlacesChoice choice;

	r.fixed = HostNew(bool, points->n);
	for (int i = 0; i < points->n; i++)
	{
		HostCheckCancelAt(i);
		Assert(incumbent->fixed[i] == FIXED_NOT || incumbent->place[i] >= 0);
		r.fixed[i] = incumbent->fixed[i] != FIXED_NOT;
		r.nfixed += r.fixed[i];
	}
	steps->resolve(&r, resolved);
	AssertCheckLabelling(&r, resolved);
	choice = Choose(&r, steps, resolved, label);
	for (int i = 0; i < points->n; i++)
		if (r.fixed[i])
			label[i] = incumbent->place[i];
	HostFree(r.fixed);
	HostFree(resolved);
	return choice;
}

/* Free what is known of the places of an incumbent, unless it is that of the first round. */
static void
FreeKnown(const PlacesIncumbent *first, PlacesIncumbent *now)
{
	if (now->kept != first->kept)
		HostFree(now->kept);
	if (now->share != first->share)
		HostFree(now->share);
}

/* The labelling is the incumbent of the next round, its new places behind the first one's. */
static void
TakeAsIncumbent(const PlacesIncumbent *first, int n, const int *label, PlacesIncumbent *now)
{
	if (now->place == first->place)
		now->place = HostNew(int, n);
	memcpy(now->place, label, sizeof(int) * n);
	now->places = Max(first->places, CountLabels(n, label));
	FreeKnown(first, now);
	if (first->kept != NULL)
	{
		now->kept = HostNewZero(bool, now->places);
		memcpy(now->kept, first->kept, sizeof(bool) * first->places);
	}
	if (first->share != NULL)
	{
		now->share = HostNew(double, now->places);
		for (int j = 0; j < now->places; j++)
			now->share[j] = ShareOf(first, j);
	}
}

/*
 * Label the points by the rules' method, starting from the incumbent, which has
 * places: 0 .. incumbent->places - 1 for those, more for new ones, -1 outside
 * every place.  pinned_outside receives the points that are pinned to their
 * place and have its label, but are too far out to count there.
 *
 * Which pins count decides about the places, and the places about which pins
 * count.  So the pins are judged by the incumbent's places first and by the
 * answer's afterwards; while the two differ the answer becomes the incumbent of
 * another round.  An answer whose pins are those assumed is left alone by a
 * restart with the same homes.
 */
PlacesChoice
LabelFromIncumbent(const PlacesPoints *points, const PlacesRules *rules,
				   const PlacesIncumbent *incumbent, int *label, bool *pinned_outside)
{
	PlacesIncumbent now = *incumbent;
	bool	   *assumed = HostNew(bool, points->n);
	PlacesChoice choice = CHOICE_KEPT;

	Assert(incumbent->places > 0 && points->homes > 0);
	FindPinsOutside(points, incumbent, rules, incumbent->place, pinned_outside);
	for (int round = 0; round < MOST_ROUNDS; round++)
	{
		PlacesChoice last;

		memcpy(assumed, pinned_outside, sizeof(bool) * points->n);
		last = LabelOnce(points, rules, &now, assumed, label);
		if (last != CHOICE_KEPT && choice != CHOICE_FROM_SCRATCH)
			choice = last;
		FindPinsOutside(points, incumbent, rules, label, pinned_outside);
		if (memcmp(assumed, pinned_outside, sizeof(bool) * points->n) == 0)
			break;
		TakeAsIncumbent(incumbent, points->n, label, &now);
	}
	if (now.place != incumbent->place)
		HostFree(now.place);
	FreeKnown(incumbent, &now);
	HostFree(assumed);
	return choice;
}
