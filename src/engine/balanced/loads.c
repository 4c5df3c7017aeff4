/*
 * loads.c
 *	  Places that share out loads as evenly as asked for.
 *
 * Beside homes, which have their own bounds, the places of an authority share out loads:
 * points of work, cases, repairs.  Each place is to carry what a mean one does, give or
 * take the load's tolerance.  From places of bounded size, prices balance the loads
 * roughly (load_prices.c), then exchanges between neighbours exactly
 * (load_exchanges.c).  Both look at what they do to the sum of squares.  Where that leaves
 * loads outside, as loads far apart do, cuts are tried as well (load_cuts.c).
 *
 * Where the bounds cannot be kept, or whole points leave them out of reach, the answer
 * is the one with the least outside them that was found; homes come first.
 */
#include "engine/balanced/loads.h"

#include "engine/balanced/load_cuts.h"
#include "engine/balanced/load_exchanges.h"
#include "engine/balanced/load_prices.h"

#define TRIALS		2

/* The score of labels. */
static PlacesLoadScore
ScoreOf(const PlacesLoadProblem *problem, int *label)
{
	PlacesLoadState *state = NewLoadState(problem, label);
	PlacesLoadScore score = ScoreLoads(state);

	FreeLoadState(state);
	return score;
}

/* Every place has homes, or nobody knows where it is. */
static bool
AllHaveHomes(const PlacesPoints *points, int k, const int *label)
{
	bool	   *has = HostNewZero(bool, k);
	bool		all = true;

	for (int i = 0; i < points->n; i++)
	{
		HostCheckCancelAt(i);
		if (label[i] >= 0 && points->w[i] > 0)
			has[label[i]] = true;
	}
	for (int j = 0; j < k; j++)
		all = all && has[j];
	HostFree(has);
	return all;
}

/* The problem of these labels; NULL if there is nothing to balance. */
static PlacesLoadProblem *
ProblemOf(const PlacesLoadTask *task, const int *label)
{
	if (!BalancesLoads(task->rules) || !AllHaveHomes(task->points, task->k, label))
		return NULL;
	return NewLoadProblem(task, label);
}

/* One trial, from the labels, with so much play for whole points; a better one is taken over. */
static PlacesLoadScore
TryLoads(const PlacesLoadProblem *problem, double play, const int *from, PlacesLoadScore best, int *label)
{
	size_t		size = sizeof(int) * (size_t) problem->points->n;
	int		   *trial = HostNew(int, problem->points->n);
	double	   *price;
	PlacesLoadScore score;

	memcpy(trial, from, size);
	price = PriceLoads(problem, play, trial);
	ExchangeLoads(problem, price, trial);
	score = ScoreOf(problem, trial);
	if (IsBetterScore(score, best))
	{
		memcpy(label, trial, size);
		best = score;
	}
	HostFree(price);
	HostFree(trial);
	return best;
}

/* One more trial, from places by cuts along lines, where all points are free and all places alike. */
static void
TryCuts(const PlacesLoadTask *task, const PlacesLoadProblem *problem, PlacesLoadScore best, int *label)
{
	int			n = problem->points->n;
	int		   *trial = HostNew(int, n);
	bool		free = task->own == NULL && n >= problem->k;

	for (int i = 0; i < n && free; i++)
	{
		HostCheckCancelAt(i);
		free = !problem->stays[i] && label[i] >= 0;
	}
	if (free)
		CutLoads(problem, trial);
	if (free && AllHaveHomes(problem->points, problem->k, trial))
	{
		ExchangeLoads(problem, NULL, trial);
		if (IsBetterScore(ScoreOf(problem, trial), best))
			memcpy(label, trial, sizeof(int) * (size_t) n);
	}
	HostFree(trial);
}

/* Change the labels so that loads are balanced. */
void
BalanceLoads(const PlacesLoadTask *task, int *label)
{
	const PlacesPoints *points = task->points;
	static const double play[TRIALS] = {0.02, 0.1};
	PlacesLoadProblem *problem = ProblemOf(task, label);
	PlacesLoadScore best;
	int		   *from;

	if (problem == NULL)
		return;
	from = HostNew(int, points->n);
	memcpy(from, label, sizeof(int) * (size_t) points->n);
	best = ScoreOf(problem, label);
	for (int t = 0; t < TRIALS && !(t > 0 && IsBalanced(best)); t++)
		best = TryLoads(problem, play[t], from, best, label);
	if (!IsBalanced(best))
		TryCuts(task, problem, best, label);
	HostFree(from);
	FreeLoadProblem(problem);
}

/*
 * The same from labels that are nearly right: points move where a place is outside its
 * bounds, and nobody else; or, if others may too, also where that lowers the sum of
 * squares.
 */
void
RepairLoads(const PlacesLoadTask *task, bool others, int *label)
{
	PlacesLoadProblem *problem = ProblemOf(task, label);

	if (problem == NULL)
		return;
	if (others)
		ExchangeLoads(problem, NULL, label);
	else
		CureLoads(problem, label);
	FreeLoadProblem(problem);
}

/* What is outside the bounds of loads, in homes of a mean place. */
double
LoadViolation(const PlacesLoadTask *task, int *label)
{
	PlacesLoadProblem *problem = ProblemOf(task, label);
	double		violation = 0;

	if (problem == NULL)
		return 0;
	violation = ScoreOf(problem, label).loads * task->points->homes / task->k;
	FreeLoadProblem(problem);
	return violation;
}
