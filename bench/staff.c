/*
 * staff.c
 *	  What an allocation takes, beside the assignment problem of the same size.
 *
 *	  staff CASES
 *
 * 150 workers and 170 places at random in a square of 40 km, costs are distances in
 * centimetres.  The floor is the matching of the same pairs, each worker with one place at
 * most (MatchGroups).  Times are processor time; of the cases the median of the ratio.
 */
#include <stdio.h>
#include <time.h>

#include "check.h"
#include "engine/base/allocation.h"
#include "engine/base/assignment.h"

#define WORKERS		150
#define PLACES		170
#define MOST_CASES	100

static double
Milliseconds(clock_t since)
{
	return 1000.0 * (double) (clock() - since) / CLOCKS_PER_SEC;
}

/* Ordinary places; a fifth of 60 to 119 homes; a fifth of 100 beside 175; of 40 to 239. */
static double
NeedOf(int kind, int place)
{
	if (kind == 3)
		return 40 + RandomInt(200);
	if (kind == 0 || place % 5 > 0)
		return kind == 2 ? 175 : 130 + RandomInt(110);
	return kind == 2 ? 100 : 60 + RandomInt(60);
}

static void
MakePairs(PlacesService *service, PlacesOverlap *overlap)
{
	double		at[WORKERS + PLACES][2];

	for (int i = 0; i < WORKERS + PLACES; i++)
		for (int k = 0; k < 2; k++)
			at[i][k] = RandomInt(4000000);
	for (int i = 0; i < WORKERS * PLACES; i++)
	{
		int			w = i / PLACES;
		int			j = i % PLACES;
		double		cost = rint(hypot(at[w][0] - at[WORKERS + j][0], at[w][1] - at[WORKERS + j][1]));

		service[i] = (PlacesService) {w, j, cost};
		overlap[i] = (PlacesOverlap) {w, j, 2e9 - cost, false};
	}
}

static void
Sort(double *values, int n)
{
	for (int i = 1; i < n; i++)
		for (int k = i; k > 0 && values[k] < values[k - 1]; k--)
		{
			double		larger = values[k - 1];

			values[k - 1] = values[k];
			values[k] = larger;
		}
}

static void
Time(int kind, int cases)
{
	static PlacesService service[WORKERS * PLACES];
	static PlacesOverlap overlap[WORKERS * PLACES];
	static bool matched[WORKERS * PLACES];
	double		need[PLACES],
				capacity[WORKERS];
	double		took[MOST_CASES],
				floor_took[MOST_CASES];
	int			held[WORKERS] = {0};
	int			server[PLACES];
	int			proved = 0;
	double		worst = 0;
	PlacesAllocation task = {WORKERS, PLACES, WORKERS * PLACES, service, need, capacity, held, NULL};

	for (int n = 0; n < cases; n++)
	{
		clock_t		began;
		double		gap;

		MakePairs(service, overlap);
		for (int w = 0; w < WORKERS; w++)
			capacity[w] = 240;
		for (int j = 0; j < PLACES; j++)
			need[j] = NeedOf(kind, j);
		began = clock();
		for (int turn = 0; turn < 10; turn++)
			MatchGroups(WORKERS * PLACES, overlap, matched);
		floor_took[n] = Milliseconds(began) / 10;
		began = clock();
		gap = AllocateWorkers(&task, server);
		took[n] = Milliseconds(began);
		proved += gap == 0;
		worst = Max(worst, gap);
	}
	Sort(took, cases);
	Sort(floor_took, cases);
	printf("| %s | %.1f | %.1f | %.0f | %.1f | %d of %d | %.1f |\n",
		   (const char *[]) {"ordinary", "a fifth of 60 to 119 homes", "a fifth of 100, the others of 175", "of 40 to 239"}[kind],
		   floor_took[cases / 2], took[cases / 2], took[cases - 1], took[cases / 2] / floor_took[cases / 2], proved, cases, worst / 1e5);
}

int
main(int argc, char **argv)
{
	int			cases = argc > 1 ? atoi(argv[1]) : 5;

	StartTests();
	printf("| places | matching, ms | allocation, ms | longest | times the matching | proved | gap of the worst, km in all |\n|---|---|---|---|---|---|---|\n");
	for (int kind = 0; kind < 4; kind++)
		Time(kind, Min(Max(cases, 1), MOST_CASES));
	return 0;
}
