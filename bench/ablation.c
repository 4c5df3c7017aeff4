/*
 * ablation.c
 *	  What each optional stage of the engine is worth: everything again without it.
 *
 *	  ablation ROUNDS (NAME RADIUS FILE)...
 *
 * FILE has a line "authority x y" for each home, those of an authority together;
 * x and y are metres.  The program prints a table for each method, with a row for
 * each stage that is taken out.
 *
 * The engine has no switches for that.  The linker puts the functions __wrap_X
 * below in place of X where one file of the engine calls X of another
 * (--wrap=X), so that a stage that is out does nothing, or the least that its
 * caller can live with.  bench/ablation derives the linker's options from this
 * file, and checks that X still is a call from one file to another.
 *
 * Results do not depend on the round.  Times are processor time, the least of the
 * rounds for each authority; all variants of an authority follow each other, so
 * that other work on the machine slows them alike.  The row "the same again" is
 * the engine as it is, a second time: its time shows the noise.
 */
#include <stdio.h>

#include "engine/balanced/alternation.h"
#include "engine/balanced/search.h"
#include "engine/base/circle.h"
#include "engine/coverage/absorb.h"
#include "engine/coverage/disc_candidates.h"
#include "engine/coverage/negative_cycles.h"
#include "engine/coverage/radius_violations.h"
#include "engine/coverage/repartition.h"
#include "engine/engine.h"
#include "engine/kmeans/splitmerge.h"
#include "engine/kmeans/swaps.h"
#include "host.h"

#define TARGET_HOMES	450		/* and the other defaults of places.rules() */
#define MOST_FILES		8

typedef enum Stage
{
	FULL,
	AGAIN,
	DISC_SEARCH,
	DISC_SPOTS,
	CYCLES,
	REPARTITION,
	MOVED_CENTRE,
	VIOLATIONS,
	ABSORB,
	COARSE,
	SEARCH,
	STRIDE,
	SPLITMERGE,
	SWAPS,
	SPLITMERGE_SWAPS,
	STAGES
} Stage;

/* Methods as bits: where the row belongs. */
#define IN_COVERAGE	1
#define IN_BALANCED	2
#define IN_KMEANS	4

static const struct
{
	int			methods;
	const char *name;
}			stages[STAGES] = {
	[FULL] = {IN_COVERAGE | IN_BALANCED | IN_KMEANS, "*all stages*"},
	[AGAIN] = {IN_COVERAGE | IN_BALANCED | IN_KMEANS, "*the same again*"},
	[DISC_SEARCH] = {IN_COVERAGE, "local search over discs"},
	[DISC_SPOTS] = {IN_COVERAGE, "candidates moved off the lattice"},
	[CYCLES] = {IN_COVERAGE, "negative cycles"},
	[REPARTITION] = {IN_COVERAGE, "repartition"},
	[MOVED_CENTRE] = {IN_COVERAGE, "moved centres in repartition"},
	[VIOLATIONS] = {IN_COVERAGE, "mending of radius violations"},
	[ABSORB] = {IN_COVERAGE, "absorb"},
	[COARSE] = {IN_BALANCED | IN_KMEANS, "coarse picture"},
	[SEARCH] = {IN_BALANCED, "search for centres"},
	[STRIDE] = {IN_BALANCED, "centres past the centroids"},
	[SPLITMERGE] = {IN_KMEANS, "splits and mergers"},
	[SWAPS] = {IN_KMEANS, "swaps"},
	[SPLITMERGE_SWAPS] = {IN_KMEANS, "both of these"},
};

static Stage out;				/* the stage taken out */
static bool searching;			/* the discs' local search has begun */
static PlacesSums *centroids;	/* of the last flow; NULL before the first */

/* The head of the function in place of X, of its type; the engine's own is __real_X. */
#define WRAP(type, name, ...) \
	extern __typeof__(name) __real_##name, __wrap_##name; \
	type __wrap_##name(__VA_ARGS__)

/*
 * The local search ends when its work is done, and begins after the greedy
 * choice of discs is final: by then the work is done.
 */
WRAP(void, KeepChanges, PlacesDiscSet *set)
{
	if (out == DISC_SEARCH && !searching)
		set->work = INFINITY;
	searching = true;
	__real_KeepChanges(set);
}

/* Candidates that had to move to hold the minimum are dropped; finding them costs as before. */
WRAP(void, FindCandidates, PlacesDiscSearch *s)
{
	int			kept = 0;

	searching = false;
	__real_FindCandidates(s);
	for (int i = 0; i < s->candidates && out == DISC_SPOTS; i++)
	{
		const PlacesCandidate *c = &s->candidate[i];

		if (c->x == s->set->grid->left + c->column * s->step &&
			c->y == s->set->grid->bottom + c->row * s->step)
			s->candidate[kept++] = *c;
	}
	if (out == DISC_SPOTS)
		s->candidates = kept;
}

WRAP(void, CancelNegativeCycles, PlacesDivision *division)
{
	if (out != CYCLES)
		__real_CancelNegativeCycles(division);
}

WRAP(void, Repartition, PlacesDivision *division)
{
	if (out != REPARTITION)
		__real_Repartition(division);
}

WRAP(bool, DivideNeighbourhood, PlacesNeighbourhood *r, PlacesMove move, double wanted)
{
	if (out == MOVED_CENTRE && move == CENTRE_MOVED)
		move = CENTRES_STAY;
	return __real_DivideNeighbourhood(r, move, wanted);
}

/* Without mending, a trial fails when a place of it fits no circle. */
WRAP(bool, FitCircles, PlacesNeighbourhood *r)
{
	if (out != VIOLATIONS)
		return __real_FitCircles(r);
	for (int i = 0; i < r->part.places; i++)
	{
		PlacesDraft *place = &r->part.place[i];
		PlacesCircle circle;
		int			count = 0;

		for (int p = place->first; p >= 0; p = r->part.next[p])
		{
			r->x[count] = r->part.grid->x[p];
			r->y[count++] = r->part.grid->y[p];
		}
		if (count == 0)
			return false;
		circle = BoundingCircle(count, r->x, r->y);
		if (circle.radius > r->part.rules.max_radius)
			return false;
		place->circle_x = circle.x;
		place->circle_y = circle.y;
	}
	return true;
}

WRAP(void, AbsorbOutside, const PlacesPoints *points, const bool *barred,
	 const PlacesRules *rules, const PlacesLimits *limits, int k, int *label)
{
	if (out != ABSORB)
		__real_AbsorbOutside(points, barred, rules, limits, k, label);
}

/* With a point in every cell the callers do without the picture. */
WRAP(PlacesKdTree *, CoarsenKdTree, const PlacesKdTree *tree, double max_homes)
{
	return __real_CoarsenKdTree(tree, out == COARSE ? 0 : max_homes);
}

WRAP(void, SearchCentres, const PlacesKdTree *tree, const PlacesFlow *flow, PlacesCentres *centres,
	 double low, double high, int patience, double work)
{
	if (out != SEARCH)
		__real_SearchCentres(tree, flow, centres, low, high, patience, work);
}

WRAP(PlacesFlow *, AlternateFlow, const PlacesKdTree *tree, PlacesCentres *centres,
	 double low, double high, int rounds, double gain, bool certify)
{
	if (centroids != NULL)
		FreeSums(centroids);
	centroids = NULL;
	return __real_AlternateFlow(tree, centres, low, high, rounds, gain, certify);
}

/* Centres that went past the centroids return to them first. */
WRAP(PlacesFlow *, SolveFlow, const PlacesKdTree *tree, PlacesCentres *centres,
	 double low, double high, bool certify)
{
	PlacesFlow *flow;

	if (out != STRIDE)
		return __real_SolveFlow(tree, centres, low, high, certify);
	for (int j = 0; centroids != NULL && j < centres->k; j++)
		if (centroids->w[j] > 0)
		{
			centres->x[j] = centroids->wx[j] / centroids->w[j];
			centres->y[j] = centroids->wy[j] / centroids->w[j];
		}
	flow = __real_SolveFlow(tree, centres, low, high, certify);
	if (centroids != NULL)
		FreeSums(centroids);
	centroids = NewSums(centres->k);
	for (int i = 0; i < flow->npieces; i++)
	{
		const PlacesPiece *piece = &flow->pieces[i];

		centroids->w[piece->place] += piece->amount;
		centroids->wx[piece->place] += piece->amount * tree->x[piece->point];
		centroids->wy[piece->place] += piece->amount * tree->y[piece->point];
	}
	return flow;
}

WRAP(bool, SplitAndMerge, const PlacesKdTree *tree, PlacesCentres *centres)
{
	return out != SPLITMERGE && out != SPLITMERGE_SWAPS && __real_SplitAndMerge(tree, centres);
}

WRAP(void, SwapCentres, PlacesLloyd *lloyd, PlacesCentres *centres)
{
	if (out != SWAPS && out != SPLITMERGE_SWAPS)
		__real_SwapCentres(lloyd, centres);
}

/* Homes of one file, by authority. */
typedef struct Stock
{
	const char *name;
	double		radius;
	int			n;
	double	   *x;
	double	   *y;
	int			authorities;
	int		   *first;			/* home of each authority, and n */
} Stock;

/* What came out for one authority, or for all. */
typedef struct Result
{
	double		kept;			/* homes */
	double		distance;		/* sum over the kept homes */
	double		squares;		/* over all homes */
	double		seconds;
} Result;

static void
Fail(const char *what)
{
	fprintf(stderr, "ablation: %s\n", what);
	exit(1);
}

static Stock
ReadStock(const char *name, double radius, const char *file)
{
	Stock		s = {.name = name, .radius = radius};
	FILE	   *in = fopen(file, "r");
	char		last[64] = "";
	char		authority[64];
	double		x,
				y;
	int			room = 1 << 22;

	if (in == NULL)
		Fail(file);
	s.x = HostNew(double, room);
	s.y = HostNew(double, room);
	s.first = HostNew(int, room + 1);
	while (fscanf(in, "%63s %lf %lf", authority, &x, &y) == 3)
	{
		if (s.n == room)
			Fail("too many homes");
		if (strcmp(authority, last) != 0)
			s.first[s.authorities++] = s.n;
		strcpy(last, authority);
		s.x[s.n] = x;
		s.y[s.n++] = y;
	}
	s.first[s.authorities] = s.n;
	fclose(in);
	if (s.n == 0)
		Fail("no homes");
	return s;
}

static Result
Solve(const Stock *stock, int authority, int method)
{
	int			first = stock->first[authority];
	int			n = stock->first[authority + 1] - first;
	PlacesRules rules = DefaultRules(method, TARGET_HOMES, stock->radius);
	double		since = ProcessorSeconds();
	Result		result = {0};
	PlacesSolution *s;

	s = SolvePlaces(PlainRows(n, stock->x + first, stock->y + first, NULL, false), &rules);
	result.seconds = ProcessorSeconds() - since;
	for (int j = 0; j < s->k; j++)
	{
		const PlacesPlace *place = &s->places[j];

		result.squares += place->homes * place->rms_distance * place->rms_distance;
		if (place->reasons != 0)
			continue;
		result.kept += place->homes;
		result.distance += place->homes * place->mean_distance;
	}
	FreePoints(s->points);
	HostFree(s->row_point);
	HostFree(s->point_place);
	HostFree(s->point_relation);
	HostFree(s->places);
	HostFree(s);
	return result;
}

/* Sums over the authorities for each stage, and the worst ratio of the squares. */
static void
Measure(const Stock *stock, int method, int rounds, Result *sum, double *worst)
{
	memset(sum, 0, sizeof(Result) * STAGES);
	for (int stage = 0; stage < STAGES; stage++)
		worst[stage] = 1;
	for (int a = 0; a < stock->authorities; a++)
	{
		Result		result[STAGES];

		/* the first answer of an authority pays for fresh memory */
		out = FULL;
		Solve(stock, a, method);
		for (int round = 0; round < rounds; round++)
			for (int stage = 0; stage < STAGES; stage++)
			{
				double		least = round == 0 ? INFINITY : result[stage].seconds;

				if (!(stages[stage].methods & 1 << method))
					continue;
				out = stage;
				result[stage] = Solve(stock, a, method);
				result[stage].seconds = Min(least, result[stage].seconds);
			}
		for (int stage = 0; stage < STAGES; stage++)
		{
			if (!(stages[stage].methods & 1 << method))
				continue;
			sum[stage].kept += result[stage].kept;
			sum[stage].distance += result[stage].distance;
			sum[stage].squares += result[stage].squares;
			sum[stage].seconds += result[stage].seconds;
			if (result[FULL].squares > 0)
				worst[stage] = Max(worst[stage], result[stage].squares / result[FULL].squares);
		}
	}
}

static double
Percent(double part, double all)
{
	return 100 * (part / all - 1);
}

static void
PrintCell(const Stock *stock, int method, Stage stage, const Result *full, const Result *r,
		  double worst)
{
	double		kept = 100 * r->kept / stock->n;

	if (stage == FULL)
		printf(" %.2f %%", kept);
	else
		printf(" %+.2f", kept - 100 * full->kept / stock->n);
	if (method == METHOD_COVERAGE)
		printf(stage == FULL ? ", %.1f m" : ", %+.2f %%",
			   stage == FULL ? r->distance / r->kept :
			   Percent(r->distance / r->kept, full->distance / full->kept));
	else
	{
		if (stage == FULL)
			printf(", %.1f m, %.6g", r->distance / r->kept, r->squares);
		else
			printf(", %+.2f %%, %+.3f %% (%+.2f %%)",
				   Percent(r->distance / r->kept, full->distance / full->kept),
				   Percent(r->squares, full->squares), 100 * (worst - 1));
	}
	printf(stage == FULL ? ", %.3f s |" : ", %.2f |",
		   stage == FULL ? r->seconds : r->seconds / full->seconds);
}

static void
PrintTable(const Stock *stock, int nstock, int method, int rounds)
{
	static const char *const heads[] = {
		"coverage: kept, mean distance, time",
		"balanced: kept, mean distance, sum of squares (worst authority), time",
		"kmeans: kept, mean distance, sum of squares (worst authority), time"
	};
	static Result sum[MOST_FILES][STAGES];
	static double worst[MOST_FILES][STAGES];
	int			columns[MOST_FILES];
	int			n = 0;

	/* only where it matters are the same homes measured at several radii */
	for (int i = 0; i < nstock; i++)
		if (method == METHOD_COVERAGE || i == 0 ||
			strcmp(stock[i].name, stock[i - 1].name) != 0)
			columns[n++] = i;
	for (int i = 0; i < n; i++)
		Measure(&stock[columns[i]], method, rounds, sum[i], worst[i]);
	printf("\n| %s, without |", heads[method]);
	for (int i = 0; i < n; i++)
	{
		printf(" %s", stock[columns[i]].name);
		if (method == METHOD_COVERAGE)
			printf(", %.0f m", stock[columns[i]].radius);
		printf(" |");
	}
	printf("\n|---|");
	for (int i = 0; i < n; i++)
		printf("---|");
	printf("\n");
	for (int stage = 0; stage < STAGES; stage++)
	{
		if (!(stages[stage].methods & 1 << method))
			continue;
		printf("| %s |", stages[stage].name);
		for (int i = 0; i < n; i++)
			PrintCell(&stock[columns[i]], method, stage, &sum[i][FULL], &sum[i][stage],
					  worst[i][stage]);
		printf("\n");
	}
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	Stock		stock[MOST_FILES];
	int			nstock = (argc - 2) / 3;
	int			rounds = argc > 1 ? atoi(argv[1]) : 0;

	if (rounds < 1 || nstock < 1 || nstock > MOST_FILES || argc != 2 + 3 * nstock)
		Fail("usage: ablation ROUNDS (NAME RADIUS FILE)...");
	for (int i = 0; i < nstock; i++)
		stock[i] = ReadStock(argv[2 + 3 * i], atof(argv[3 + 3 * i]), argv[4 + 3 * i]);
	for (int method = METHOD_COVERAGE; method <= METHOD_KMEANS; method++)
		PrintTable(stock, nstock, method, rounds);
	return 0;
}
